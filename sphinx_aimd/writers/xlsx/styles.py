"""How cells look, composed once for each kind of cell in a workbook."""

from __future__ import annotations

from copy import copy
from enum import Enum, auto
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

from ...model.verdict import Verdict
from .cells import Kind

DATE_FORMAT, TEXT_FORMAT = "yyyy-mm-dd", "@"
FILLS = {
    verdict: PatternFill("solid", fgColor=colour)
    for verdict, colour in {
        Verdict.VERIFIED: "D9F2E0",
        Verdict.WAIVED: "E2E6FB",
        Verdict.PARTIAL: "FFF0C2",
        Verdict.PLANNED: "E3EEF9",
        Verdict.MISSING: "F3E1EA",
        Verdict.STALE: "FFE0C7",
        Verdict.FAILED: "FBD5D5",
        Verdict.NOT_APPLICABLE: "E8EAED",
        Verdict.INACTIVE: "E8EAED",
    }.items()
}
_LINK_COLOUR, _GREY = "0B4A8F", "8A929C"
_LINE = Side(style="thin", color="C9CED6")
_HEAD_FILL, _REVIEW_FILL = (PatternFill("solid", fgColor=colour) for colour in ("E6EAF0", "FFE9A8"))
_INPUT_FILL = PatternFill("solid", fgColor="FFFBEA")


class Look(Enum):
    """What a cell is for."""

    BODY = auto()
    #: Text that may run over the empty cells beside it.
    LINE = auto()
    TITLE = auto()
    LABEL = auto()
    #: The text beside a label.
    ANSWER = auto()
    SECTION = auto()
    HEAD = auto()
    REVIEW_HEAD = auto()
    KEY_HEAD = auto()
    KEY = auto()
    #: Columns that reviewers fill in: text, also where it begins with "=" or "-".
    ENTRY = auto()
    #: Cells of the cover that reviewers fill in: a text, and a date.
    INPUT = auto()
    INPUT_DATE = auto()


class Styles:
    """Style arrays of openpyxl by kind of cell.

    openpyxl hashes whole style objects at each assignment, a third of the time of a large workbook; the array that
    it keeps of them is made once for each kind and then copied.
    """

    def __init__(self, book: Workbook) -> None:
        """Styles of a workbook.

        :param book: holds at least one sheet; its default font is the one of every cell.
        """
        self._sheet = book.worksheets[0]
        self._font = book._fonts[0]  # type: ignore[attr-defined]
        self._known: dict[tuple[Any, ...], Any] = {}

    def of(
        self,
        look: Look,
        verdict: Verdict | None = None,
        *,
        link: bool = False,
        kind: Kind = Kind.TEXT,
        base: Any = None,
    ) -> Any:
        """The style array of a kind of cell.

        :param base: style array of a template's cell, of which all is kept but what a verdict, a link or a date needs.
        """
        key = (look, verdict, link, kind, None if base is None else tuple(base))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._compose(look, verdict, link, kind, base)
        return found

    def _compose(self, look: Look, verdict: Verdict | None, link: bool, kind: Kind, base: Any) -> Any:
        cell: Any = Cell(self._sheet, row=1, column=1, style_array=base)
        if base is None:
            _DRESS[look](cell, self._font)
        if verdict is not None:
            cell.fill = FILLS[verdict]
        if link:
            font = copy(cell.font)
            font.color, font.u = _LINK_COLOUR, "single"
            cell.font = font
        if kind is Kind.DATE:
            cell.number_format = DATE_FORMAT
        if kind is Kind.QUOTED:
            cell.quotePrefix = True
        return cell._style


def _font(base: Font, **own: Any) -> Font:
    return Font(**{"name": base.name, "sz": base.sz, "family": base.family, "scheme": base.scheme, **own})


def _dress(
    *,
    wrap: bool = True,
    side: str = "",
    fill: PatternFill | None = None,
    edges: str = "",
    number: str = "",
    **font: Any,
) -> Any:
    """A function that dresses a cell; ``edges`` is ``bottom`` or ``box``."""

    def dress(cell: Cell, base: Font) -> None:
        cell.alignment = Alignment(wrap_text=wrap, vertical="top", horizontal=side or None)
        if font:
            cell.font = _font(base, **font)
        if fill is not None:
            cell.fill = fill
        if edges:
            sides = ("bottom",) if edges == "bottom" else ("left", "right", "top", "bottom")
            cell.border = Border(**dict.fromkeys(sides, _LINE))  # type: ignore[arg-type]
        if number:
            cell.number_format = number

    return dress


def _dress_key(cell: Cell, base: Font) -> None:
    # "fill" shows what fits and never runs over the next column
    cell.alignment = Alignment(horizontal="fill", vertical="top")
    cell.font = _font(base, color=_GREY, sz=8)


def _dress_open(**how: Any) -> Any:
    """As :func:`_dress`, open to changes where a sheet is protected."""
    dress = _dress(**how)

    def dress_open(cell: Cell, base: Font) -> None:
        dress(cell, base)
        cell.protection = Protection(locked=False)

    return dress_open


_DRESS = {
    Look.BODY: _dress(),
    Look.LINE: _dress(wrap=False),
    Look.TITLE: _dress(wrap=False, b=True, sz=14),
    Look.LABEL: _dress(b=True),
    Look.ANSWER: _dress(side="left"),
    Look.SECTION: _dress(wrap=False, edges="bottom", b=True, sz=12),
    Look.HEAD: _dress(fill=_HEAD_FILL, edges="bottom", b=True),
    Look.REVIEW_HEAD: _dress(fill=_REVIEW_FILL, edges="bottom", b=True),
    Look.KEY_HEAD: _dress(wrap=False, fill=_HEAD_FILL, edges="bottom", color=_GREY, sz=8),
    Look.KEY: _dress_key,
    Look.ENTRY: _dress_open(number=TEXT_FORMAT),
    Look.INPUT: _dress_open(fill=_INPUT_FILL, edges="box", number=TEXT_FORMAT),
    Look.INPUT_DATE: _dress_open(fill=_INPUT_FILL, edges="box", number=DATE_FORMAT),
}
