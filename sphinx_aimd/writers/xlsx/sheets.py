"""A view in, its sheet out: the cells of the view, then the columns that reviewers fill in and the key of each row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ...model.comments import RATINGS
from ...views.rowkeys import row_digests, row_keys
from ...views.table import Cell, Table
from .book import HEADER_ROW, Book
from .cells import MAX_ROWS
from .links import inside
from .styles import Look

#: Columns after those of the view, with their widths; ``KEY`` joins what was written to the row it was written on.
QUESTION, RATING, COMMENT, KEY = "Question", "Rating", "Comment", "Row key"
_REVIEW = {QUESTION: 32, RATING: 13, COMMENT: 40}
_KEY_WIDTH = 8
#: Bounds of a column's width, in characters.
_LEAST, _MOST, _MOST_FIRST = 8, 60, 44
#: Room that the button of the filter takes from a title.
_BUTTON = 3

Address = Callable[[Cell], str | None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where some rows of a view stand.

    :param header: row of the column titles.
    :param column: first column, from 1.
    :param rows: numbers of the view's rows that stand here.
    :param heads: style arrays of a template's titles, one for each column; empty outside a template.
    :param bodies: the same of its first row below the titles.
    """

    sheet: Worksheet
    rows: range
    header: int = HEADER_ROW
    column: int = 1
    is_template: bool = False
    heads: Sequence[Any] = ()
    bodies: Sequence[Any] = ()

    def address(self, number: int) -> str:
        """Place inside the workbook of a row of the view."""
        return inside(self.sheet.title, self.header + 1 + number - self.rows.start, self.column)


def width_of(view: Table) -> int:
    """How many columns the sheet of a view has."""
    return len(view.columns) + len(_REVIEW) + 1


def places(book: Book, view: Table, name: str, first: Place | None = None) -> list[Place]:
    """Where the rows of a view stand: on a sheet, and on further ones where a sheet is full.

    :param name: wanted name of the sheet.
    :param first: the place in a template, if there is one.
    """
    total = len(view.rows)
    if first is None:
        first = Place(book.new_sheet(book.names.free(name)), range(min(total, MAX_ROWS - HEADER_ROW)))
    found = [first]
    while (done := found[-1].rows.stop) < total:
        sheet = book.new_sheet(book.names.free(name))
        found.append(Place(sheet, range(done, min(total, done + MAX_ROWS - HEADER_ROW))))
    return found


def write_view(book: Book, view: Table, found: Sequence[Place], address: Address, back: str) -> None:
    """Write all rows of a view.

    :param found: from :func:`places`.
    :param address: where a cell leads to.
    :param back: name of the sheet that lists the sheets.
    """
    keys = [f"{key} {digest}" for key, digest in zip(row_keys(view), row_digests(view), strict=True)]
    for number, place in enumerate(found, 1):
        scope = f"Part {number} of {len(found)} of the rows. {view.scope}" if len(found) > 1 else view.scope
        _write(book, view, place, keys, address)
        links = book.links_of(place.sheet)
        if links.note:
            book.note(place.sheet, links.note)
        if not place.is_template:
            notes = " ".join(["", *book.notes.get(place.sheet.title, ())])
            book.head(place.sheet, view.title, view.question, scope + notes)
            book.put(place.sheet, 1, max(len(view.columns), 2), back, Look.LINE, address=inside(back, 1))


def _write(book: Book, view: Table, place: Place, keys: Sequence[str], address: Address) -> None:
    sheet, count = place.sheet, len(view.columns)
    rows = view.rows[place.rows.start : place.rows.stop]
    texts = [[cell.shown for cell in cells] for cells in rows]
    widths = _titles(book, view, place, texts)
    put, key_column = book.put, place.column + width_of(view) - 1
    row = place.header
    for number, (cells, shown) in enumerate(zip(rows, texts, strict=True)):
        row = place.header + 1 + number
        for column, (cell, text) in enumerate(zip(cells, shown, strict=True)):
            base = place.bodies[column] if place.bodies else None
            if text or base is not None:
                goal = address(cell) if cell.target else cell.web or None
                put(sheet, row, place.column + column, text, verdict=cell.verdict, address=goal, base=base)
        put(sheet, row, key_column, keys[place.rows.start + number], Look.KEY)
        book.fit(sheet, row, shown, widths)
    _rating(sheet, place.column + count + list(_REVIEW).index(RATING), place.header + 1, max(row, place.header + 1))
    _finish(book, place, key_column, len(rows))


def _titles(book: Book, view: Table, place: Place, texts: Sequence[Sequence[str]]) -> list[int]:
    """Write the column titles.

    :return: widths of the view's columns.
    """
    sheet, titles = place.sheet, [column.title for column in view.columns]
    widths = fitting(titles, [6 + 6 * column.width for column in view.columns], texts)
    every = [*zip(titles, widths, strict=True), *_REVIEW.items(), (KEY, _KEY_WIDTH)]
    for number, (title, fit) in enumerate(every):
        column, letter = place.column + number, get_column_letter(place.column + number)
        dimension: Any = sheet.column_dimensions.get(letter) if place.is_template else None
        width = fit if dimension is None else int(dimension.width)
        is_own = number >= len(titles)
        look = (Look.KEY_HEAD if title == KEY else Look.REVIEW_HEAD) if is_own else Look.HEAD
        base = None if is_own or not place.heads else place.heads[number]
        book.put(sheet, place.header, column, title, look, base=base)
        dimension = sheet.column_dimensions[letter]
        dimension.width = width
        if is_own and title != KEY:
            # the style of the whole column, so that ten thousand empty cells need not be written
            dimension._style = copy(book.styles.of(Look.ENTRY))
        elif not is_own:
            widths[number] = width
    book.fit(sheet, place.header, [title for title, _width in every], [width - _BUTTON for _title, width in every])
    return widths


def fitting(titles: Sequence[str], shares: Sequence[int], texts: Sequence[Sequence[str]]) -> list[int]:
    """Widths by content: as wide as the longest text, at most the share that the view gives the column.

    :param shares: widths, in characters, at which texts begin to wrap.
    """
    widths = []
    for column, (title, share) in enumerate(zip(titles, shares, strict=True)):
        longest = max((len(row[column]) for row in texts), default=0) + 2
        word = max(map(len, title.split()), default=0) + _BUTTON
        most = _MOST if column else _MOST_FIRST
        widths.append(max(_LEAST, min(longest, share, most), min(word, most)))
    return widths


def _rating(sheet: Worksheet, column: int, first: int, last: int) -> None:
    """The list that ratings are chosen from."""
    letter = get_column_letter(column)
    rule = DataValidation(type="list", formula1=f'"{",".join(RATINGS)}"', allow_blank=True, showErrorMessage=True)
    rule.errorTitle, rule.error = RATING, f"Choose one of: {', '.join(RATINGS)}."
    rule.add(f"{letter}{first}:{letter}{last}")
    sheet.add_data_validation(rule)


def _finish(book: Book, place: Place, last_column: int, count: int) -> None:
    sheet, header = place.sheet, place.header
    # the key is for the way back, not for paper
    printed = f"A1:{get_column_letter(last_column - 1)}{header + max(count, 1)}"
    if not place.is_template:
        book.finish(sheet, last_column, count)
        sheet.print_area = printed
        return
    book.page(sheet)
    first, last = get_column_letter(place.column), get_column_letter(last_column)
    sheet.auto_filter.ref = f"{first}{header}:{last}{header + max(count, 1)}"
    sheet.freeze_panes = sheet.freeze_panes or f"{get_column_letter(place.column + 1)}{header + 1}"
    if not sheet.print_area:
        sheet.print_area = printed
    if not sheet.print_title_rows:
        sheet.print_title_rows = f"{header}:{header}"
