"""The dossier in, dossier.xlsx out: one sheet for each view, typed, filtered and printable; text is never a formula."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell as XCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from .. import __version__
from ..model.verdict import MEANING, WORDS, Verdict, word
from ..views.applicable import profile_line
from ..views.dossier import Dossier
from ..views.places import NOT_THERE
from ..views.table import Table
from .files import write_bytes

MAX_TEXT = 32_767
MAX_ROWS = 1_048_000
HEADER_ROW = 4
#: Height of a line and greatest height of a row, in points.
LINE_HEIGHT, MAX_HEIGHT = 15, 409
_NUMBER = re.compile("0|[1-9][0-9]{0,13}")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SHEET = re.compile(r"[\[\]:*?/\\']")
_FILL = {
    Verdict.VERIFIED: "D9F2E0",
    Verdict.WAIVED: "E2E6FB",
    Verdict.PARTIAL: "FFF0C2",
    Verdict.PLANNED: "E3EEF9",
    Verdict.MISSING: "F3E1EA",
    Verdict.STALE: "FFE0C7",
    Verdict.FAILED: "FBD5D5",
    Verdict.NOT_APPLICABLE: "E8EAED",
    Verdict.INACTIVE: "E8EAED",
}
_FILLS = {verdict: PatternFill("solid", fgColor=colour) for verdict, colour in _FILL.items()}
_WRAP = Alignment(wrap_text=True, vertical="top")
_HEAD = Font(bold=True)
_LINK = Font(color="0B4A8F", underline="single")
_LINE = Border(bottom=Side(style="thin", color="C9CED6"))
_HEAD_FILL = PatternFill("solid", fgColor="EEF1F5")

Href = Callable[[str], str | None]


def safe(text: str) -> str:
    """Text that a cell can hold: illegal characters and cut ends are marked, never dropped in silence."""
    text = _ILLEGAL.sub("\ufffd", text)
    if len(text) > MAX_TEXT:
        mark = f" [cut; {len(text)} characters, the whole text is in trace.json]"
        text = text[: MAX_TEXT - len(mark)] + mark
    return text


class _Styles:
    """Style of a body cell, composed once for each kind in a workbook and then copied.

    openpyxl hashes the whole style object at each assignment: a third of the time of a large workbook.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[Verdict | None, bool], Any] = {}

    def apply(self, cell: XCell, verdict: Verdict | None = None, *, link: bool = False) -> None:
        """Wrapped text, the fill of a verdict, the font of a link."""
        kind = (verdict, link)
        if kind not in self._known:
            cell.alignment = _WRAP
            if verdict is not None:
                cell.fill = _FILLS[verdict]
            if link:
                cell.font = _LINK
            self._known[kind] = cell._style  # type: ignore[attr-defined]
        cell._style = copy(self._known[kind])  # type: ignore[attr-defined]


def put(sheet: Worksheet, row: int, column: int, text: str) -> XCell:
    """Write a text as :func:`_put` does, wrapped."""
    cell = _put(sheet, row, column, text)
    cell.alignment = _WRAP
    return cell


def _put(sheet: Worksheet, row: int, column: int, text: str) -> XCell:
    """Write a text as text, whatever it begins with; a plain whole number as a number."""
    cell: XCell = sheet.cell(row=row, column=column)  # type: ignore[assignment]
    if _NUMBER.fullmatch(text):
        cell.value = int(text)
    elif text:
        cell.value = safe(text)
        cell.data_type = "s"
    return cell


def write(
    path: Path,
    dossier: Dossier,
    project: str,
    *,
    href: Href,
    epoch: int | None,
) -> bool:
    """Write the workbook.

    :param href: address of an item's HTML place, or nothing.
    :param epoch: SOURCE_DATE_EPOCH for the file's own dates; 1980-01-01 without it.
    :return: whether the file changed.
    """
    moment = datetime.datetime.fromtimestamp(epoch if epoch is not None else 315_532_800, datetime.UTC).replace(
        tzinfo=None
    )
    book = Workbook()
    book.properties.creator = f"sphinx-aimd {__version__}"
    book.properties.title = project
    book.properties.created = book.properties.modified = moment
    names = _sheet_names(dossier.views.values())
    cover: Worksheet = book.active  # type: ignore[assignment]
    _cover(cover, dossier, project, names)
    homes = _homes(dossier, names)
    styles = _Styles()
    for view_id in names:
        _sheet(book.create_sheet(names[view_id]), dossier.views[view_id], href, homes, styles)
    _items(book.create_sheet("Items"), dossier, href, styles)
    raw = io.BytesIO()
    # not Workbook.save, which writes the time of the clock into the file's properties
    ExcelWriter(book, zipfile.ZipFile(raw, "w")).save()
    return write_bytes(path, _repeatable(raw.getvalue(), moment))


def _sheet_names(views: Any) -> dict[str, str]:
    """Sheet names by view id: at most 31 characters, unique without regard to case."""
    names: dict[str, str] = {}
    taken = {"cover", "items"}
    order = {"coverage": 0, "gap-list": 2, "statement": 3, "matrix": 4, "register": 5}  # the other dashboards: 1
    for view in sorted(views, key=lambda view: (order.get(view.kind, 1), view.id)):
        base = _SHEET.sub(" ", view.id)[:31]
        name, number = base, 2
        while name.casefold() in taken:
            name = f"{base[: 30 - len(str(number))]}~{number}"
            number += 1
        taken.add(name.casefold())
        names[view.id] = name
    return names


def _homes(dossier: Dossier, names: Mapping[str, str]) -> dict[str, str]:
    """Place inside the workbook of each item that heads a row, for items without an HTML page."""
    homes: dict[str, str] = {}
    for view_id, name in names.items():
        view = dossier.views[view_id]
        if view.kind == "matrix":
            for number, item_id in enumerate(view.row_ids):
                homes.setdefault(item_id, f"#'{name}'!A{HEADER_ROW + 1 + number}")
    return homes


def _cover(sheet: Worksheet, dossier: Dossier, project: str, names: Mapping[str, str]) -> None:
    trace = dossier.trace
    sheet.title = "Cover"
    rows = [
        ("Project", project),
        ("Version under review", trace.version or "none"),
        ("As of", trace.as_of or "not known"),
        ("Device profile", profile_line(trace)),
        ("Gate", trace.gate),
        ("Items", str(sum(item.type != "clause" for item in trace.items.values()))),
        ("Clauses", str(len(trace.catalogue.clauses))),
        ("Findings", str(len(dossier.findings))),
        ("Changed by the project", ", ".join(trace.model.overlaid) or "nothing in the shipped trace model"),
        ("Made by", f"sphinx-aimd {__version__}"),
    ]
    sheet.cell(row=1, column=1, value="Cybersecurity dossier").font = Font(bold=True, size=16)
    for number, (title, text) in enumerate(rows, 3):
        put(sheet, number, 1, title).font = _HEAD
        put(sheet, number, 2, text)
    row = len(rows) + 4
    put(sheet, row, 1, "Statement").font = _HEAD
    put(sheet, row, 2, "Verdicts say how far evidence is complete. Conformity is the manufacturer's statement.")
    row += 2
    put(sheet, row, 1, "Sheet").font = _HEAD
    put(sheet, row, 2, "Content").font = _HEAD
    for view_id, name in {**names, "": "Items"}.items():
        row += 1
        cell = put(sheet, row, 1, name)
        cell.hyperlink = f"#'{name}'!A1"
        cell.font = _LINK
        put(sheet, row, 2, dossier.views[view_id].title if view_id else "Every item with its place in HTML and PDF")
    row += 2
    put(sheet, row, 1, "Verdict").font = _HEAD
    for column, title in enumerate(("Meaning", "Items", "Clauses"), 2):
        put(sheet, row, column, title).font = _HEAD
    counts = Counter((item.type == "clause", trace.verdict(item.id)) for item in trace.items.values())
    for verdict in reversed(Verdict):
        row += 1
        put(sheet, row, 1, WORDS[verdict]).fill = _FILLS[verdict]
        put(sheet, row, 2, MEANING[verdict])
        put(sheet, row, 3, str(counts[False, verdict]))
        put(sheet, row, 4, str(counts[True, verdict]))
    for letter, width in zip("ABCD", (34, 90, 10, 10), strict=True):
        sheet.column_dimensions[letter].width = width
    _print_setup(sheet, None)


def _sheet(sheet: Worksheet, view: Table, href: Href, homes: Mapping[str, str], styles: _Styles) -> None:
    put(sheet, 1, 1, view.title).font = Font(bold=True, size=14)
    back = put(sheet, 1, max(len(view.columns), 2), "Cover")
    back.hyperlink, back.font = "#'Cover'!A1", _LINK
    put(sheet, 2, 1, view.question)
    put(sheet, 3, 1, view.scope)
    for row in (1, 2, 3):
        sheet.cell(row=row, column=1).alignment = Alignment(wrap_text=False, vertical="top")
    widths = [6 + 6 * column.width for column in view.columns]
    _header(sheet, [column.title for column in view.columns], widths)
    for number, cells in enumerate(view.rows[:MAX_ROWS], HEADER_ROW + 1):
        for column, cell in enumerate(cells, 1):
            shown = cell.shown
            if not shown:
                continue
            written = _put(sheet, number, column, shown)
            address = (href(cell.target) or homes.get(cell.target)) if cell.target else None
            if address:
                written.hyperlink = address
                written.value, written.data_type = safe(shown), "s"
            styles.apply(written, cell.verdict, link=bool(address))
        _fit(sheet, number, [cell.shown for cell in cells], widths)
    if len(view.rows) > MAX_ROWS:
        put(sheet, HEADER_ROW + 1 + MAX_ROWS, 1, f"[cut after {MAX_ROWS} rows; all are in trace.json]")
    _finish(sheet, len(view.columns), min(len(view.rows), MAX_ROWS))


def _items(sheet: Worksheet, dossier: Dossier, href: Href, styles: _Styles) -> None:
    pages = dossier.places.known
    put(sheet, 1, 1, "Items").font = Font(bold=True, size=14)
    titles = [
        "Id",
        "Type",
        "Citation",
        "Title",
        "Verdict",
        "File",
        "Line",
        "HTML",
        "PDF document",
        "PDF section",
        "PDF page",
    ]
    _header(sheet, titles, [20, 16, 24, 44, 18, 34, 8, 10, 26, 34, 12])
    trace = dossier.trace
    for number, item in enumerate(sorted(trace.items.values(), key=lambda item: (item.type, item.id)), HEADER_ROW + 1):
        verdict = trace.verdict(item.id)
        address = href(item.id)
        texts = [item.id, trace.model.type_title(item.type), item.citation, item.title, word(verdict, item.type)]
        texts += [item.location.file, str(item.location.line), "open" if address else ""]
        if isinstance(pages, str):
            texts += [pages, "", ""]
        else:
            place = pages.get(item.id)
            texts += [place["document"], place["section"], str(place["page"])] if place else [NOT_THERE, "", ""]
        for column, text in enumerate(texts, 1):
            styles.apply(
                _put(sheet, number, column, text), verdict if column == 5 else None, link=bool(address) and column == 8
            )
        if address:
            sheet.cell(row=number, column=8).hyperlink = address
    _finish(sheet, len(titles), len(trace.items))


def _header(sheet: Worksheet, titles: list[str], widths: list[int]) -> None:
    for column, (title, width) in enumerate(zip(titles, widths, strict=True), 1):
        cell = put(sheet, HEADER_ROW, column, title)
        cell.font, cell.fill, cell.border = _HEAD, _HEAD_FILL, _LINE
        sheet.column_dimensions[get_column_letter(column)].width = width
    _fit(sheet, HEADER_ROW, titles, widths)
    sheet.freeze_panes = f"A{HEADER_ROW + 1}"


def _fit(sheet: Worksheet, row: int, texts: Sequence[str], widths: Sequence[int]) -> None:
    """Height of a row for its wrapped texts; not every program works it out itself."""
    lines = max(
        sum(-(-max(len(part), 1) // width) for part in text.split("\n"))
        for text, width in zip(texts, widths, strict=True)
    )
    sheet.row_dimensions[row].height = min(LINE_HEIGHT * lines + 2, MAX_HEIGHT)


def _finish(sheet: Worksheet, columns: int, rows: int) -> None:
    last = get_column_letter(columns)
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{last}{HEADER_ROW + max(rows, 1)}"
    _print_setup(sheet, f"{HEADER_ROW}:{HEADER_ROW}")


def _print_setup(sheet: Worksheet, titles: str | None) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.oddFooter.center.text = "&A, page &P of &N"  # type: ignore[union-attr]
    if titles:
        sheet.print_title_rows = titles


def _repeatable(data: bytes, moment: datetime.datetime) -> bytes:
    """The same archive with one date for all members, so that equal content gives equal bytes."""
    stamp = max(moment, datetime.datetime(1980, 1, 1))
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            info = zipfile.ZipInfo(name, stamp.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            target.writestr(info, source.read(name))
    return result.getvalue()
