"""The workbook as it is filled: cells put into sheets, with their links, and what the format could not hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ...model.verdict import Verdict
from .cells import MAX_TEXT, Content, content, is_long, parts, safe, units
from .links import Links, inside
from .names import Names
from .styles import Look, Styles

#: Row of the column titles on every sheet but the cover and those of a template.
HEADER_ROW = 4
#: Height of a line and greatest height of a row, in points.
LINE_HEIGHT, MAX_HEIGHT = 15, 409
#: Texts up to this length are kept to be recognized when they come again.
_SHORT = 200
#: Width of a column from which lines hold a tenth more than it says, and of a sheet that needs the larger paper.
_WIDE, _TOO_WIDE = 20, 220
#: Paper and the larger one beside it, by the numbers of the format: A4 and A3, Letter and Tabloid.
PAPERS = {"a4": (9, 8), "us-letter": (1, 3)}


@dataclass(frozen=True, slots=True)
class LongText:
    """A text that no cell holds, and where it was cut."""

    sheet: str
    row: int
    column: int
    parts: tuple[str, ...]


class Book:
    """A workbook of openpyxl and what belongs to it while it is filled."""

    def __init__(self, excel: Workbook, project: str, paper: str = "a4") -> None:
        """Wrap a workbook.

        :param excel: new, or loaded from a template; holds at least one sheet.
        :param project: name and release, for titles and footers.
        :param paper: a key of :data:`PAPERS`.
        """
        self.excel, self.project = excel, project
        self._paper, self._larger = PAPERS[paper]
        self.names = Names(excel.sheetnames)
        self.styles = Styles(excel)
        self.links: dict[str, Links] = {}
        self.notes: dict[str, list[str]] = {}
        self.long: list[LongText] = []
        self.long_sheet = self.names.free("Long texts")
        #: How many characters were replaced, since no file can hold them.
        self.replaced = 0
        self._known: dict[str, Content] = {}
        self._long_rows = 0

    def put(
        self,
        sheet: Worksheet,
        row: int,
        column: int,
        text: str,
        look: Look = Look.BODY,
        *,
        verdict: Verdict | None = None,
        address: str | None = None,
        base: Any = None,
    ) -> None:
        """Put a text into a cell.

        :param address: where the cell leads to.
        :param base: style array of a template's cell that is kept.
        """
        held = self._known.get(text)
        if held is None:
            if is_long(text):
                held, address = self._cut(sheet, row, column, text, address)
            else:
                held = content(text)
                if len(text) <= _SHORT:
                    self._known[text] = held
        self.replaced += held.replaced
        leads = bool(address) and self.links_of(sheet).add(row, column, str(address))
        # as openpyxl's own reader makes its cells: the checks of the setter are done, and it takes "=1" for a formula
        style = self.styles.of(look, verdict, link=leads, kind=held.kind, base=base)
        cell = Cell(sheet, row=row, column=column, style_array=style)
        if text:
            cell._value, cell.data_type = held.value, held.data_type  # type: ignore[attr-defined]
        sheet._cells[row, column] = cell

    def _cut(
        self, sheet: Worksheet, row: int, column: int, text: str, address: str | None
    ) -> tuple[Content, str | None]:
        """What a cell shows of a longer text, and a link to the whole where the cell leads nowhere else."""
        whole = content(text)
        pieces = tuple(parts(safe(text)))
        place = HEADER_ROW + 1 + self._long_rows
        self._long_rows += len(pieces)
        self.long.append(LongText(sheet.title, row, column, pieces))
        mark = f" [cut; {units(text)} characters, the whole text is on the sheet {self.long_sheet!r}, row {place}]"
        head = content(next(parts(safe(text), MAX_TEXT - len(mark))) + mark)
        return head._replace(replaced=whole.replaced), address or inside(self.long_sheet, place)

    def links_of(self, sheet: Worksheet) -> Links:
        """The links of a sheet."""
        return self.links.setdefault(sheet.title, Links())

    def new_sheet(self, name: str) -> Worksheet:
        """A sheet at the end of the workbook.

        :param name: from :attr:`names`.
        """
        sheet: Worksheet = self.excel.create_sheet(name)
        return sheet

    def head(self, sheet: Worksheet, title: str, question: str = "", scope: str = "") -> None:
        """The lines above the column titles."""
        self.put(sheet, 1, 1, title, Look.TITLE)
        self.put(sheet, 2, 1, question, Look.LINE)
        self.put(sheet, 3, 1, scope, Look.LINE)

    def titles(self, sheet: Worksheet, titles: Sequence[str], widths: Sequence[int]) -> None:
        """Column titles with their widths; rows and the first column stay when the sheet is scrolled."""
        for column, (title, width) in enumerate(zip(titles, widths, strict=True), 1):
            self.put(sheet, HEADER_ROW, column, title, Look.HEAD)
            sheet.column_dimensions[get_column_letter(column)].width = width
        self.fit(sheet, HEADER_ROW, titles, widths)

    @staticmethod
    def fit(sheet: Worksheet, row: int, texts: Sequence[str], widths: Sequence[int]) -> None:
        """Height of a row for its wrapped texts; not every program works it out itself."""
        lines = 1
        for text, width in zip(texts, widths, strict=False):
            # a width counts digits; letters are narrower, which pays for broken words only where lines are long
            room = width + width // 10 if width >= _WIDE else width
            if len(text) > room or "\n" in text:
                lines = max(lines, sum(-(-max(len(part), 1) // room) for part in text.split("\n")))
        if lines > 1:
            sheet.row_dimensions[row].height = min(LINE_HEIGHT * lines + 2, MAX_HEIGHT)

    def finish(self, sheet: Worksheet, columns: int, rows: int) -> None:
        """Filter, frozen panes and print set-up of a sheet with column titles."""
        last = get_column_letter(columns)
        sheet.auto_filter.ref = f"A{HEADER_ROW}:{last}{HEADER_ROW + max(rows, 1)}"
        sheet.freeze_panes = f"B{HEADER_ROW + 1}"
        sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
        sheet.print_options.gridLines = True
        self.paper(sheet)

    def paper(self, sheet: Worksheet) -> None:
        """Landscape, as wide as the page, with the document, the sheet and the page at the foot."""
        self.page(sheet)
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.5, 0.8, 0.4
        foot = sheet.oddFooter
        # "&" begins a code there, and the whole may hold 255 characters
        foot.left.text = safe(self.project)[:120].replace("&", "&&")  # type: ignore[union-attr]
        foot.right.text = "&A, page &P of &N"  # type: ignore[union-attr]

    def page(self, sheet: Worksheet) -> None:
        """Landscape and as wide as the page, unless a template has set up the page."""
        setup, properties = sheet.page_setup, sheet.sheet_properties
        if setup.orientation or (properties.pageSetUpPr is not None and properties.pageSetUpPr.fitToPage):
            return
        width = sum(dimension.width for dimension in sheet.column_dimensions.values())
        setup.orientation, setup.paperSize = "landscape", self._larger if width > _TOO_WIDE else self._paper
        setup.fitToWidth, setup.fitToHeight = 1, 0
        properties.pageSetUpPr = PageSetupProperties(fitToPage=True)

    def note(self, sheet: Worksheet, text: str) -> None:
        """Say on a sheet and on the index what the sheet does not hold."""
        self.notes.setdefault(sheet.title, []).append(text)
