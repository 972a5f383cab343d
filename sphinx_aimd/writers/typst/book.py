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
    """What the source of one file consists of.

    :param title: title of the file.
    :param head: what the running header shows: number, title, revision and status, or the project.
    :param foot: line at the foot of every page.
    :param part: which part of its document it is, in words; empty for the only one.
    :param language: language of the text (BCP 47).
    :param paper: ``a4`` or ``us-letter``.
    :param front: source of what stands before the contents.
    :param body: source of everything after the contents.
    :param sections: file and heading under which each item of the set stands, by its label.
    :param far: name of the document and heading of each label that another file carries.
    :param dead: labels that links name but nothing carries; such links are plain text.
    :param data: text files that the source reads, by name.
    :param characters: code points that the fonts can show; others are written as code points.
    :param pictures: image files that the source shows, by the name that the source uses.
    """

    title: str
    head: str
    foot: str
    part: str = ""
    language: str = "en"
    paper: str = "a4"
    front: str = ""
    lists: str = ""
    body: str = ""
    sections: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    far: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    dead: frozenset[str] = frozenset()
    data: Mapping[str, str] = field(default_factory=dict)
    characters: frozenset[int] = frozenset()
    pictures: Mapping[str, Path] = field(default_factory=dict)

    def source(self) -> str:
        """The main file."""
        meta = {
            "title": visible(self.title),
            "head": visible(self.head),
            "foot": visible(self.foot),
            "part": visible(self.part),
            "lang": self.language,
            "paper": self.paper,
            "author": f"sphinx-aimd {__version__}",
        }
        return (
            '#import "template.typ": *\n'
            f"#show: dossier.with({literal(meta)})\n"
            f"#{{\n{self.front}contents({literal('Contents')});\n{self.lists}{self.body}}}\n"
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
        sections = {label: [_pieces(file), _pieces(title)] for label, (file, title) in sorted(self.sections.items())}
        far = {label: [_pieces(file), _pieces(title)] for label, (file, title) in sorted(self.far.items())}
        for name, value in (("sections", sections), ("far", far), ("dead", sorted(self.dead))):
            _put(folder, [(f"{name}.json", self.showable(json.dumps(value, ensure_ascii=False)))])
        _put(folder, [(PLACES, "{}"), ("main.typ", self.showable(self.source()))])
        _put(folder, [(name, self.showable(text)) for name, text in self.data.items()])
        for name, path in self.pictures.items():
            (folder / name).write_bytes(path.read_bytes())


def _pieces(title: str) -> str | list[str]:
    """A name that may wrap inside its long words."""
    pieces = wrappable(visible(title), SECTION_ROOM)
    return pieces if len(pieces) > 1 else pieces[0]


def _put(folder: Path, texts: Iterable[tuple[str, str]]) -> None:
    for name, text in texts:
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
