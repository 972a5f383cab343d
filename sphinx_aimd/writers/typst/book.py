"""All parts of one PDF in, a folder that Typst can compile out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from ... import __version__
from .compile import PLACES
from .source import code_point, literal, visible, wrappable

#: Letters of a heading in the column of places; longer words may wrap.
SECTION_ROOM = 18


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
    :param document: file name of the PDF, for places in it.
    :param sections: heading under which each item stands, by its label.
    :param dead: labels that links name but nothing carries; such links are plain text.
    :param data: text files that the source reads, by name.
    :param characters: code points that the fonts can show; others are written as code points.
    :param pictures: image files that the source shows, by the name that the source uses.
    """

    title: str
    project: str
    foot: str
    language: str = "en"
    paper: str = "a4"
    cover: str = ""
    body: str = ""
    document: str = ""
    sections: Mapping[str, str] = field(default_factory=dict)
    dead: frozenset[str] = frozenset()
    data: dict[str, str] = field(default_factory=dict)
    characters: frozenset[int] = frozenset()
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

    def showable(self, text: str) -> str:
        """A text without characters that the fonts lack, on which Typst would stop."""
        if text.isascii():
            return text
        missing = {point for point in map(ord, set(text)) if point > 127 and point not in self.characters}
        return text.translate({point: code_point(chr(point)) for point in missing})

    def write(self, folder: Path) -> None:
        """Put the source and all that it reads into an empty folder."""
        template = files("sphinx_aimd.writers.typst").joinpath("assets/template.typ")
        _put(folder, [("template.typ", template.read_text(encoding="utf-8"))])
        sections = {name: _pieces(title) for name, title in self.sections.items()}
        about = json.dumps({"document": self.document, "items": sections}, ensure_ascii=False)
        _put(folder, [(PLACES, "{}"), ("sections.json", self.showable(about))])
        _put(folder, [("dead.json", json.dumps(sorted(self.dead))), ("main.typ", self.showable(self.source()))])
        _put(folder, [(name, self.showable(text)) for name, text in self.data.items()])
        for name, path in self.pictures.items():
            (folder / name).write_bytes(path.read_bytes())


def _pieces(title: str) -> str | list[str]:
    """A heading that may wrap inside its long words."""
    pieces = wrappable(visible(title), SECTION_ROOM)
    return pieces if len(pieces) > 1 else pieces[0]


def _put(folder: Path, texts: Iterable[tuple[str, str]]) -> None:
    for name, text in texts:
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
