"""A user's template workbook: its sheets stay as they are, and are filled where they bear the name of a view."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import copy
from pathlib import Path
from typing import Any

from openpyxl.cell import MergedCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from ... import __version__
from ...views.dossier import Dossier
from ...views.table import Table
from ...yamlfile import InputError
from .book import Book
from .cells import MAX_ROWS
from .cover import NO_COMPARISON, device_of, state_of
from .names import OWN
from .sheets import COMMENT, KEY, QUESTION, RATING, Place, width_of
from .template_check import header_texts, load, set_header

#: A placeholder; the id of a view marks where its column titles begin.
_MARK = re.compile(r"\{\{\s*([A-Za-z0-9_-]+)\s*\}\}")
#: Rows among which the titles of a sheet named like a view are looked for.
_SEARCHED = 60
#: Height of a default row in the unit of drawings.
_ROW_HEIGHT = 190_500
_DEVICE_NAMES = ("device", "manufacturer", "intended_purpose", "versions", "basic_udi_di", "udi_di")
_COMPARISONS = ("changes", "changes-summary")


class Template:
    """A loaded template.

    :ivar cover: the sheet that the cover is written on, if the template has one.
    :ivar cover_row: row at which the cover begins there.
    """

    def __init__(self, path: Path, name: str) -> None:
        """Load a template.

        :param name: name of the file for messages.
        :raises InputError: the file cannot be used; see :func:`.template_check.load`.
        """
        self.name = name
        self.excel, self._left_out = load(path, name)
        self._unknown: list[str] = []
        self.cover: Worksheet | None = None
        self.cover_row = 1

    @property
    def losses(self) -> list[str]:
        """What the workbook does not have of the template, and what it could not fill, each in a sentence."""
        lost = [f"{self.name}: the part {part} is left out of the workbook." for part in self._left_out]
        known = "the guide lists the placeholders (Workbook)."
        return lost + [f"{self.name}: nothing stands for {place}; {known}" for place in dict.fromkeys(self._unknown)]

    def prepare(self, book: Book, dossier: Dossier, views: Mapping[str, Table]) -> dict[str, Place]:
        """Fill the placeholders, and find where views and the cover go.

        :return: place of the first row of each view that the template has a sheet for.
        :raises InputError: a sheet that is to be filled holds something where rows will stand.
        """
        values = self._values(dossier, book.project)
        names = {OWN.get(view_id, view_id).casefold(): view_id for view_id in views}
        names |= {view_id.casefold(): view_id for view_id in views}
        found: dict[str, Place] = {}
        for sheet in self.excel.worksheets:
            own = dict(values)
            spot = self._spot(sheet, views, names)
            if spot is not None:
                view_id, row, column = spot
                if view_id in found:
                    other = found[view_id].sheet.title
                    raise self._error(sheet, "", f"and sheet {other!r} both show {view_id}.", "Keep one of them.")
                view = views[view_id]
                own |= {"title": view.title, "question": view.question, "scope": view.scope}
                found[view_id] = self._place(sheet, view, row, column)
            elif sheet.title.casefold() == "cover" or self._marked(sheet, "cover"):
                self._take_cover(sheet)
            self._fill(book, sheet, own)
        return found

    def _error(self, sheet: Worksheet, cell: str, what: str, remedy: str) -> InputError:
        place = f"sheet {sheet.title!r}" + (f", cell {cell}" if cell else "")
        return InputError(self.name, 0, f"{place} {what}", remedy)

    @staticmethod
    def _values(dossier: Dossier, project: str) -> dict[str, str]:
        trace = dossier.trace
        values = {
            "project": project,
            "version": trace.version or "none",
            "as_of": trace.as_of or "not known",
            "state": state_of(trace),
            "gate": trace.gate,
            "tool": f"sphinx-aimd {__version__}",
            "findings": str(len(dossier.findings)),
        }
        values |= dict(zip(_DEVICE_NAMES, (text for _title, text in device_of(trace)), strict=True))
        return values | dict.fromkeys(_COMPARISONS, NO_COMPARISON)

    @staticmethod
    def _cells(sheet: Worksheet) -> Iterator[tuple[Any, str]]:
        """Cells with a text of the template, by row and column."""
        for cell in _filled(sheet):
            if not isinstance(cell, MergedCell) and isinstance(cell.value, str | CellRichText):
                yield cell, str(cell.value)

    def _marked(self, sheet: Worksheet, name: str) -> Any:
        """The cell that holds nothing but one placeholder."""
        for cell, text in self._cells(sheet):
            hit = _MARK.fullmatch(text.strip())
            if hit is not None and hit[1] == name:
                return cell
        return None

    def _spot(
        self, sheet: Worksheet, views: Mapping[str, Table], names: Mapping[str, str]
    ) -> tuple[str, int, int] | None:
        """View that a sheet shows, row of its titles and first column."""
        for cell, text in self._cells(sheet):
            hit = _MARK.fullmatch(text.strip())
            if hit is not None and hit[1] in views:
                return hit[1], cell.row, cell.column
        view_id = names.get(sheet.title.casefold())
        if view_id is None:
            return None
        title = views[view_id].columns[0].title
        for cell, text in self._cells(sheet):
            if cell.row <= _SEARCHED and text.strip().casefold() == title.casefold():
                return view_id, cell.row, cell.column
        what = f"is named like a view, and no cell says {title!r} or {{{{{view_id}}}}}."
        raise self._error(sheet, "", what, "Write one of them where the column titles are to begin.")

    def _place(self, sheet: Worksheet, view: Table, header: int, first: int) -> Place:
        """Check that rows can be written, take the styles of titles and of the first row, and clear that."""
        if sheet.tables:
            raise self._error(sheet, "", "holds a table that would not grow with the rows.", "Convert it to a range.")
        titles = [*(column.title for column in view.columns), QUESTION, RATING, COMMENT, KEY]
        for cell, text in self._cells(sheet):
            if cell.row == header and cell.column > first:
                wanted = titles[cell.column - first] if cell.column - first < len(titles) else ""
                if text.strip().casefold() != wanted.casefold():
                    what = f"says {text!r} where the title {wanted!r} goes." if wanted else "stands beside the titles."
                    raise self._error(sheet, cell.coordinate, what, "Leave the row of the titles empty from there on.")
        self._refuse_below(sheet, header + 1, "the first row below the titles")
        for merged in sheet.merged_cells.ranges:
            if merged.max_row >= header:
                raise self._error(sheet, merged.coord, "is merged where rows go.", "Unmerge it.")
        columns = range(first, first + width_of(view))
        heads, bodies = self._styles(sheet, header, columns), self._styles(sheet, header + 1, columns)
        sheet.cell(header, first).value = None
        for column in columns:
            if (header + 1, column) in sheet._cells:
                sheet.cell(header + 1, column).value = None
        _ungroup(sheet)
        rows = range(min(len(view.rows), MAX_ROWS - header))
        return Place(sheet, rows, header, first, is_template=True, heads=heads, bodies=bodies)

    def _refuse_below(self, sheet: Worksheet, row: int, what: str) -> None:
        for cell in _filled(sheet):
            if cell.row > row:
                raise self._error(sheet, cell.coordinate, f"stands below {what}.", "Move it above.")

    @staticmethod
    def _styles(sheet: Worksheet, row: int, columns: range) -> list[Any]:
        """Style arrays of the cells of a row; a cell without one takes that of the cell before it."""
        styles: list[Any] = []
        for column in columns:
            cell: Any = sheet._cells.get((row, column))
            styles.append(copy(cell._style) if cell is not None and cell.has_style else (styles or [None])[-1])
        return styles if styles[0] is not None else []

    def _take_cover(self, sheet: Worksheet) -> None:
        if self.cover is not None:
            raise self._error(sheet, "", f"and sheet {self.cover.title!r} are both covers.", "Keep one of them.")
        self.cover = sheet
        _ungroup(sheet)
        marked = self._marked(sheet, "cover")
        if marked is None:
            self.cover_row = max([0, *(cell.row for cell in _filled(sheet)), *map(_last_row, _images(sheet))]) + 2
            return
        self.cover_row = marked.row
        marked.value = None
        self._refuse_below(sheet, marked.row, "{{cover}}")
        for merged in sheet.merged_cells.ranges:
            if merged.max_row >= marked.row:
                raise self._error(sheet, merged.coord, "is merged where the cover goes.", "Unmerge it.")

    def _fill(self, book: Book, sheet: Worksheet, values: Mapping[str, str]) -> None:
        """Put values for placeholders, in cells and in page headers and footers."""

        def value(hit: re.Match[str]) -> str:
            if hit[1] not in values:
                self._unknown.append(f"{{{{{hit[1]}}}}} on sheet {sheet.title!r}")
                return hit[0]
            return values[hit[1]]

        for cell, text in list(self._cells(sheet)):
            if not _MARK.search(text) or cell.data_type == "f":
                continue
            if isinstance(cell.value, CellRichText):
                _fill_runs(cell.value, value)
            else:
                book.put(sheet, cell.row, cell.column, _MARK.sub(value, text), base=cell._style)
        for kind, text in list(header_texts(sheet)):
            if _MARK.search(text):
                set_header(sheet, kind, _MARK.sub(lambda hit: value(hit).replace("&", "&&"), text))


def _fill_runs(runs: CellRichText, value: Any) -> None:
    for number, run in enumerate(runs):
        if isinstance(run, TextBlock):
            run.text = _MARK.sub(value, run.text)
        else:
            runs[number] = _MARK.sub(value, run)


def _filled(sheet: Any) -> list[Any]:
    """Cells that hold something, by row and column; never those that nobody wrote, of which there are billions."""
    return [cell for _place, cell in sorted(sheet._cells.items()) if cell.value is not None]


def _images(sheet: Any) -> list[Any]:
    return list(sheet._images)


def _last_row(image: Any) -> int:
    """The last row that a picture covers, about."""
    anchor = image.anchor
    if hasattr(anchor, "to"):
        return int(anchor.to.row) + 1
    return int(anchor._from.row) + 1 + -(-int(anchor.ext.cy) // _ROW_HEIGHT)


def _ungroup(sheet: Worksheet) -> None:
    """A width of its own for each column that a template sets together with others."""
    every: list[Any] = list(sheet.column_dimensions.values())
    for dimension in every:
        first, last = dimension.min, dimension.max
        if not first or not last or last <= first:
            continue
        most = min(last, first + 99)
        for number in range(first, most + 1):
            letter = get_column_letter(number)
            own: Any = ColumnDimension(sheet, index=letter, width=dimension.width, hidden=dimension.hidden)
            own._style = copy(dimension._style)
            sheet.column_dimensions[letter] = own
        if most < last:
            rest = get_column_letter(most + 1)
            own = ColumnDimension(sheet, index=rest, width=dimension.width, min=most + 1, max=last)
            own._style = copy(dimension._style)
            sheet.column_dimensions[rest] = own


__all__ = ["Template"]
