"""Reads the tables of a PDF back: which text stands in which cell, joined over page breaks, and where it stands.

Cells are found by the PDF's own tags (``TR``, ``TH``, ``TD``), their text by what is drawn under these tags. Lines of
a cell are joined by the spaces that are drawn; :func:`squeeze` leaves out all spaces, since a long token may wrap.
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import pypdfium2
from pypdfium2 import raw as pdfium


def squeeze(text: str) -> str:
    """A text without any white space, for comparisons."""
    return "".join(text.split())


class Piece(NamedTuple):
    """A piece of text as it is drawn, with its box in points from the lower left corner."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


@dataclass
class ReadCell:
    """Text of a cell and the boxes (left, right) of what is drawn, by page."""

    text: str
    extents: dict[int, tuple[float, float]] = field(default_factory=dict)
    is_header: bool = False


@dataclass
class ReadTable:
    """A table as it was read: the text of the paragraphs before it, nearest last, and rows of cells."""

    before: list[str]
    header: list[str]
    rows: list[list[ReadCell]]

    @property
    def pages(self) -> list[int]:
        """Pages that the table stands on, from 1."""
        return sorted({page for row in self.rows for cell in row for page in cell.extents})

    def texts(self) -> list[list[str]]:
        """Text of all cells below the header."""
        return [[cell.text for cell in row] for row in self.rows]

    def overlaps(self) -> list[str]:
        """Texts that reach into the column to the right, on the page where they do."""
        found = []
        for row in self.rows:
            for left, right in itertools.pairwise(row):
                found += [
                    f"page {page}: {left.text!r} runs into {right.text!r}"
                    for page in left.extents.keys() & right.extents.keys()
                    if left.extents[page][1] > right.extents[page][0]
                ]
        return found


class TaggedPdf:
    """A PDF with its tags: the text drawn under each of them."""

    def __init__(self, path: Path) -> None:
        self._pdf = pikepdf.open(path)
        self._drawn = pypdfium2.PdfDocument(path)
        self._numbers = {page.obj.objgen: number for number, page in enumerate(self._pdf.pages, 1)}
        self._pieces: dict[int, dict[int, list[Piece]]] = {}

    def __enter__(self) -> TaggedPdf:
        return self

    def __exit__(self, *error: object) -> None:
        self._drawn.close()
        self._pdf.close()

    def tables(self) -> list[ReadTable]:
        """All outermost tables in reading order."""
        found: list[ReadTable] = []
        self._find(self._pdf.Root.StructTreeRoot, None, [], found)
        return found

    def texts(self) -> Iterator[str]:
        """Everything that is drawn under a tag, page by page, in the order of drawing."""
        for number in sorted(self._numbers.values()):
            for pieces in self._page(number).values():
                yield "".join(piece.text for piece in pieces)

    def _find(self, element: Any, page: Any, before: list[Any], found: list[ReadTable]) -> None:
        for kid, kid_page in self._kids(element, page):
            kind = str(kid.get("/S", "")) if isinstance(kid, pikepdf.Dictionary) else ""
            if kind == "/Table":
                texts = [self._cell(*paragraph).text for paragraph in before[-4:]]
                found.append(self._table(kid, kid_page, texts))
            elif kind in ("/P", "/H1", "/H2", "/H3"):
                before.append((kid, kid_page))
            elif kind:
                self._find(kid, kid_page, before, found)

    def _table(self, element: Any, page: Any, before: list[str]) -> ReadTable:
        table = ReadTable(list(before), [], [])
        for row, row_page in self._rows(element, page):
            cells = []
            for kid, kid_page in self._kids(row, row_page):
                cell = self._cell(kid, kid_page)
                cell.is_header = str(kid.get("/S")) == "/TH"
                cells.append(cell)
            if not table.rows and not table.header and all(cell.is_header for cell in cells):
                table.header = [cell.text for cell in cells]
            else:
                table.rows.append(cells)
        return table

    def _rows(self, element: Any, page: Any) -> Iterator[tuple[Any, Any]]:
        for kid, kid_page in self._kids(element, page):
            if str(kid.get("/S")) == "/TR":
                yield kid, kid_page
            else:
                yield from self._rows(kid, kid_page)

    def _cell(self, element: Any, page: Any) -> ReadCell:
        cell = ReadCell("")
        last: Piece | None = None
        for number, mark in self._marks(element, page):
            for piece in self._page(number).get(mark, []):
                is_new_line = last is not None and (piece.top < last.bottom or piece.bottom > last.top)
                if is_new_line and not cell.text.endswith((" ", "-", "/", "_", ".")):
                    cell.text += " "
                last = piece
                cell.text += piece.text
                low, high = cell.extents.get(number, (piece.left, piece.right))
                cell.extents[number] = (min(low, piece.left), max(high, piece.right))
        cell.text = " ".join(cell.text.split())
        return cell

    def _marks(self, element: Any, page: Any) -> Iterator[tuple[int, int]]:
        """Page and number of each piece of content under an element, in reading order."""
        for kid, kid_page in self._kids(element, page):
            if isinstance(kid, int):
                yield self._numbers[kid_page.objgen], kid
            elif "/MCID" in kid:
                yield self._numbers[kid_page.objgen], int(kid.MCID)
            elif "/S" in kid:
                yield from self._marks(kid, kid_page)

    def _kids(self, element: Any, page: Any) -> Iterator[tuple[Any, Any]]:
        page = element.get("/Pg", page)
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                yield kid, page
            else:
                yield kid, kid.get("/Pg", page)

    def _page(self, number: int) -> dict[int, list[Piece]]:
        """Pieces of text of a page, by the number of their tag."""
        if number not in self._pieces:
            marked: dict[int, list[Piece]] = {}
            page = self._drawn[number - 1]
            text = page.get_textpage()
            for drawn in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
                mark = pdfium.FPDFPageObj_GetMarkedContentID(drawn.raw)
                if mark >= 0:
                    marked.setdefault(mark, []).append(Piece(_text_of(drawn, text), *drawn.get_bounds()))
            self._pieces[number] = marked
        return self._pieces[number]


def _text_of(drawn: Any, text: Any) -> str:
    """Text of a drawn object; the library marks a hyphen at the end of a line as U+0002."""
    size = pdfium.FPDFTextObj_GetText(drawn.raw, text.raw, None, 0)
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFTextObj_GetText(drawn.raw, text.raw, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: size - 2].decode("utf-16-le").replace("\x02", "-")
