"""All parts of one PDF in, a folder that Typst can compile out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from ... import __version__
from .source import literal, visible


@dataclass(kw_only=True)
class Book:
    """What the source of a PDF consists of.

    :param title: title of the document.
    :param project: name and release as the running header shows them.
    :param foot: line at the foot of every page.
    :param language: language of the text (BCP 47).
    :param paper: ``a4`` or ``us-letter``.
    :param cover: source of the cover.
    :param body: source of everything after the table of contents.
    :param dead: labels that links name but nothing carries; such links are plain text.
    :param data: text files that the source reads, by name.
    :param pictures: image files that the source shows, by the name that the source uses.
    """

    title: str
    project: str
    foot: str
    language: str = "en"
    paper: str = "a4"
    cover: str = ""
    body: str = ""
    dead: frozenset[str] = frozenset()
    data: dict[str, str] = field(default_factory=dict)
    pictures: Mapping[str, Path] = field(default_factory=dict)

    def source(self) -> str:
        """The main file."""
        meta = {
            "title": visible(self.title),
            "project": visible(self.project),
            "foot": visible(self.foot),
            "lang": self.language,
            "paper": self.paper,
            "author": f"sphinx-aimd {__version__}",
        }
        return (
            '#import "template.typ": *\n'
            f"#show: dossier.with({literal(meta)})\n"
            f"#{{\n{self.cover}contents({literal('Contents')});\n{self.body}}}\n"
        )

    def write(self, folder: Path) -> None:
        """Put the source and all that it reads into an empty folder."""
        template = files("sphinx_aimd.writers.typst").joinpath("assets/template.typ")
        _put(folder, [("template.typ", template.read_text(encoding="utf-8")), ("main.typ", self.source())])
        _put(folder, [("dead.json", json.dumps(sorted(self.dead)))])
        _put(folder, self.data.items())
        for name, path in self.pictures.items():
            (folder / name).write_bytes(path.read_bytes())


def _put(folder: Path, texts: Iterable[tuple[str, str]]) -> None:
    for name, text in texts:
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
