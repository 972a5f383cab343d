"""Tables of a tagged PDF: rows, header cells, and whether the cells with their spans fill a rectangle."""

from __future__ import annotations

from .remarks import Remarks
from .tree import Element

_SCOPES = frozenset({"Row", "Column", "Both"})
#: Columns that one cell may span, and places of one table that are looked at; a hostile file can ask for any number.
MAX_SPAN = 1_000
MAX_PLACES = 5_000_000


def check_table(table: Element, remarks: Remarks) -> None:
    """Check one table. Source: ISO 14289-1, 7.2 and 7.5."""
    groups = [kid for kid in table.kids if kid.kind in ("THead", "TBody", "TFoot")]
    rows = [row for kid in table.kids for row in (kid.kids if kid in groups else [kid]) if row.kind == "TR"]
    kinds = [kid.kind for kid in table.kids]
    if not rows:
        remarks.add("table-nesting", "A table has no row.", table.page)
        return
    if kinds.count("THead") > 1 or kinds.count("TFoot") > 1 or kinds.count("Caption") > 1:
        remarks.add("table-nesting", "A table has two heads, feet or captions.", table.page)
    if ("THead" in kinds or "TFoot" in kinds) and "TBody" not in kinds:
        remarks.add("table-nesting", "A table has a head or foot and no body.", table.page)
    if "Caption" in kinds[1:-1]:
        remarks.add("table-nesting", "The caption of a table is neither its first nor its last part.", table.page)
    _headers(table, rows, remarks)
    _rectangle(table, rows, remarks)


def _headers(table: Element, rows: list[Element], remarks: Remarks) -> None:
    cells = [cell for row in rows for cell in row.kids]
    heads = [cell for cell in cells if cell.kind == "TH"]
    if not heads:
        remarks.add("table-header", "A table has no header cell.", table.page)
        return
    named = {name for cell in cells for name in cell.facts.get("Headers", ())}
    known = {cell.facts["ID"] for cell in cells if cell.facts.get("ID")}
    for cell in heads:
        if cell.facts.get("Scope") not in _SCOPES and cell.facts["ID"] not in named - {b""}:
            remarks.add("table-scope", "A header cell does not say what it heads.", cell.page)
    if named - known:
        remarks.add("table-scope", "Cells of a table name header cells that it does not have.", table.page)


def _rectangle(table: Element, rows: list[Element], remarks: Remarks) -> None:
    """Lay the cells out as a reader would: from left to right, past what spans reach down from above."""
    covered: dict[int, int] = {}  # column -> rows that a span above still covers
    width, places = 0, 0
    for number, row in enumerate(rows, 1):
        column, filled = 0, len(covered)
        places += len(covered) + len(row.kids)
        for cell in row.kids:
            while covered.get(column):
                column += 1
            across, down = (cell.facts.get(span, 1) for span in ("ColSpan", "RowSpan"))
            if not (1 <= across <= MAX_SPAN and 1 <= down <= len(rows) - number + 1) or places > MAX_PLACES:
                remarks.add("table-regular", f"In row {number} of a table a cell spans more than there is.", cell.page)
                return
            for place in range(column, column + across):
                if covered.get(place):
                    remarks.add("table-regular", f"In row {number} of a table two cells overlap.", cell.page)
                    return
                covered[place] = down
            filled += across
            column += across
        width = width or filled
        if filled != width:
            message = f"Row {number} of a table has {filled} columns, the first {width}."
            remarks.add("table-regular", message, row.page or table.page)
            return
        covered = {place: left - 1 for place, left in covered.items() if left > 1}
