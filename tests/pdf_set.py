"""A folder of PDF files read as its reader uses it: links followed from file to file, by page numbers and names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2


@dataclass(frozen=True)
class Goal:
    """Where a link leads: file and page (from 0), and how far from the bottom in points."""

    file: str
    page: int
    height: float


@dataclass(frozen=True)
class Link:
    """A link inside the set: where it stands, where it leads and what it tells of itself."""

    file: str
    page: int
    rect: tuple[float, float, float, float]
    goal: Goal
    says: str


class PdfSet:
    """All PDF files of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names = sorted(path.name for path in folder.glob("*.pdf"))
        self._open = {name: pikepdf.open(folder / name) for name in self.names}
        self._drawn = {name: pypdfium2.PdfDocument(folder / name) for name in self.names}
        self._numbers = {
            name: {page.obj.objgen: number for number, page in enumerate(pdf.pages)} for name, pdf in self._open.items()
        }
        self._texts: dict[tuple[str, int], str] = {}

    @cached_property
    def places(self) -> dict[str, dict[str, Any]]:
        """Named destinations of each file."""
        return {
            name: {str(key): value for key, value in pikepdf.NameTree(pdf.Root.Names.Dests).items()}
            for name, pdf in self._open.items()
        }

    def pages(self, name: str) -> int:
        return len(self._open[name].pages)

    def text(self, name: str, page: int) -> str:
        """Text of a page, from 0; the library marks a hyphen at the end of a line as U+FFFE."""
        if (name, page) not in self._texts:
            found = self._drawn[name][page].get_textpage().get_text_range()
            self._texts[name, page] = str(found).replace("\ufffe", "-")
        return self._texts[name, page]

    def text_in(self, name: str, page: int, rect: tuple[float, float, float, float]) -> str:
        found = self._drawn[name][page].get_textpage().get_text_bounded(*rect)
        return " ".join(str(found).replace("\ufffe", "-").split())

    def links(self) -> Iterator[Link]:
        """Every link to a place of the set; one that leads nowhere raises."""
        for name in self.names:
            for page in range(self.pages(name)):
                yield from self.links_of(name, page)

    def links_of(self, name: str, page: int) -> Iterator[Link]:
        for note in self._open[name].pages[page].get("/Annots", []):
            if note.Subtype != "/Link" or ("/A" in note and note.A.S == "/URI"):
                continue
            rect = tuple(float(side) for side in note.Rect)
            yield Link(name, page, rect, self._goal(name, note), str(note.Contents))  # type: ignore[arg-type]

    def _goal(self, name: str, note: Any) -> Goal:
        file, place = name, note.get("/Dest")
        if "/A" in note:
            assert note.A.S == "/GoToR", note.A.S
            file, place = str(note.A.F.UF), note.A.D
        if not isinstance(place, pikepdf.Array):
            place = self.places[file][str(place)]
        if isinstance(place, pikepdf.Dictionary):
            place = place.D
        return Goal(file, self._numbers[file][place[0].objgen], float(place[3]))
