"""A view in, the data that the template makes a table of out: cells, column widths, and how rows may break."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from ...model.verdict import BAR_ORDER, WORDS, Verdict
from ...views.chapters import short_name
from ...views.table import Cell, Table
from .columns import PLACE_LETTERS
from .source import literal, string, visible, wrappable

#: Views with more shares of width than this, or more columns, stand on landscape pages.
PORTRAIT_SHARES = 20
PORTRAIT_COLUMNS = 6
#: Rows with more lines than this may break over pages; others move to the next page whole.
TALL_ROW = 24
#: Number of bars beyond which those of which nothing is asked are left to the table.
MANY_BARS = 60

Place = Callable[[str], str | None]


def is_wide(view: Table) -> bool:
    """Whether a view needs a landscape page."""
    shares = sum(column.width for column in view.columns)
    return shares > PORTRAIT_SHARES or len(view.columns) > PORTRAIT_COLUMNS


def view_label(view_id: str, number: int) -> str:
    """Label of the place where a view is shown for the nth time."""
    return f"view:{view_id}" if number == 0 else f"view:{view_id}:{number}"


def rows_of(view: Table, place: Place, rooms: Sequence[int]) -> list[str]:
    """Each row as JSON for the template.

    :param place: label of an item's home.
    :param rooms: letters that fit on a line of each column.
    """
    rows: list[str] = []
    before = ""
    for row_id, cells in zip(view.row_ids or ("",) * len(view.rows), view.rows, strict=True):
        tall = max((_letters(cell) / room for cell, room in zip(cells, rooms, strict=True)), default=0) > TALL_ROW
        first = bool(rows) and row_id != before
        before = row_id
        shown = [_cell(cell, room, place) for cell, room in zip(cells, rooms, strict=True)]
        rows.append(json.dumps({"cells": shown, "tall": tall, "first": first}, ensure_ascii=False))
    return rows


def cuts(view: Table, rows: list[str], room: int) -> list[slice]:
    """Rows of each part of a table that is too long for one file, cut where another item begins if possible.

    :param room: characters of rows that a part may have.
    """
    found = []
    start, total = 0, 0
    for number, row in enumerate(rows):
        if number > start and total + len(row) > room:
            cut = number
            while view.row_ids and cut > start and view.row_ids[cut] and view.row_ids[cut] == view.row_ids[cut - 1]:
                cut -= 1
            cut = cut if cut > start else number
            found.append(slice(start, cut))
            start, total = cut, sum(map(len, rows[cut:number]))
        total += len(row)
    found.append(slice(start, len(rows)))
    return found


def view_data(view: Table, rows: list[str], name: str, rooms: Sequence[int], *, part: str = "") -> str:
    """The view, or a part of it, as JSON for the template.

    :param rows: rows that are shown, as :func:`rows_of` makes them.
    :param name: label of the place.
    :param rooms: letters that fit on a line of each column.
    :param part: which rows these are, if not all.
    """
    data = {
        "name": name,
        "title": visible(view.title),
        "question": visible(view.question),
        "scope": visible(view.scope),
        "part": visible(part),
        "size": 7.4 if len(view.columns) > 8 else 8,
        "titles": [_pieces(column.title, room) for column, room in zip(view.columns, rooms, strict=True)],
        "widths": list(rooms),
    }
    head = json.dumps(data, ensure_ascii=False)
    return f'{head[:-1]}, "rows": [{", ".join(rows)}]}}'


def _letters(cell: Cell) -> int:
    return PLACE_LETTERS if cell.is_place else len(cell.shown)


def _pieces(text: str, room: int) -> str | list[str]:
    pieces = wrappable(visible(text), room)
    return pieces if len(pieces) > 1 else pieces[0]


def _cell(cell: Cell, room: int, place: Place) -> Any:
    """Plain text, or text, label, tone and word; text and word together are what ``cell.shown`` says.

    The place of an item has the tone ``place``: the template writes it when the pages are known. An address outside has
    the tone ``web``.
    """
    if cell.web:
        return [_pieces(cell.text, room), cell.web, "web", ""]
    to = place(cell.target) if cell.target else None
    if cell.is_place:
        return ["place", to, "place", ""]
    shown = _pieces(cell.text, room)
    if to is None and cell.verdict is None and isinstance(shown, str):
        return shown
    word = cell.word
    return [shown, to, None if cell.verdict is None else cell.verdict.value, word]


def coverage_bars(view: Table) -> str:
    """Stacked bars of a coverage table; the table beside it says the same in numbers."""
    rows = []
    for row in view.rows:
        name = short_name(row[0].text, row[1].text)
        count = {column.name: cell.text for column, cell in zip(view.columns, row, strict=True)}
        found = [verdict for verdict in BAR_ORDER if int(count[verdict.value]) > 0]
        if len(view.rows) > MANY_BARS and not any(verdict.counts for verdict in found):
            continue
        parts = [[verdict.value, int(count[verdict.value])] for verdict in found]
        rows.append([name, parts, int(count["clauses"])])
    if not rows:
        return ""
    legend = [[v.value, "evidence complete" if v is Verdict.VERIFIED else WORDS[v]] for v in BAR_ORDER]
    alt = "Share of clauses by verdict for each instrument; the table below holds the numbers"
    return f"bars({string(alt)}, {literal(rows)}, {literal(legend)});\n"
