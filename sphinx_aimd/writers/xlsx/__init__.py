"""The dossier in, dossier.xlsx out: cover, index, one sheet for each view with columns for reviewers, every item."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ...model.comments import RATINGS
from ...views.dossier import Dossier
from ...views.table import Cell
from ..files import write_bytes
from .beside import Address, Beside, nowhere
from .book import HEADER_ROW, PAPERS, Book
from .cells import MAX_TEXT, safe
from .cover import write_cover
from .file import file_of, moment_of
from .items import homes_of, rows_of, write_index, write_items, write_long_texts
from .names import OWN, ordered
from .sheets import COMMENT, KEY, QUESTION, RATING, places, write_view
from .template import Template

__all__ = [
    "COMMENT",
    "HEADER_ROW",
    "KEY",
    "MAX_TEXT",
    "PAPERS",
    "QUESTION",
    "RATING",
    "RATINGS",
    "Beside",
    "Template",
    "safe",
    "write",
]


def write(
    path: Path,
    dossier: Dossier,
    project: str,
    *,
    state: str = "",
    href: Address = nowhere,
    evidence: Address = nowhere,
    pdf: Address = nowhere,
    epoch: int | None,
    template: Template | None = None,
    paper: str = "a4",
) -> bool:
    """Write the workbook.

    :param project: name and release of the project.
    :param state: digest of the sources, which the other formats state as well.
    :param href: address of an item's HTML place, or nothing; as all addresses relative to the workbook.
    :param evidence: address of the copy of an evidence file by its path, or nothing.
    :param pdf: address of a PDF file by its name, or nothing.
    :param epoch: SOURCE_DATE_EPOCH for the file's own dates; 1980-01-01 without it.
    :param template: a workbook whose sheets are kept and filled.
    :param paper: a key of :data:`PAPERS`.
    :return: whether the file changed.
    """
    beside = Beside(href, evidence, pdf)
    book = Book(Workbook() if template is None else template.excel, project, paper)
    views = {view.id: view for view in ordered(dossier.views.values())}
    ready = template.prepare(book, dossier, views) if template is not None else {}
    cover = template.cover if template is not None else None
    if cover is None:
        cover = _cover_sheet(book, is_new=template is None)
    index, items_name = book.new_sheet(book.names.free("Index")), book.names.free("Items")
    where = {id_: places(book, view, OWN.get(id_, id_), ready.get(id_)) for id_, view in views.items()}
    items = book.new_sheet(items_name)
    rows = rows_of(dossier, items.title)

    def address(cell: Cell) -> str | None:
        if cell.is_place and not isinstance(dossier.places.known, str) and cell.target in dossier.places.known:
            found = beside.in_pdf(dossier.places.known[cell.target]["document"], cell.target)
            if found:
                return found
        return beside.item(cell.target) or rows.get(cell.target)

    for view_id, found in where.items():
        write_view(book, views[view_id], found, address, index.title)
    write_items(book, items, dossier, beside, homes_of(views, where))
    write_long_texts(book)
    write_index(book, index, views, where, [items.title, *([book.long_sheet] if book.long else [])])
    start = template.cover_row if template is not None else 1
    write_cover(book, cover, dossier, index.title, start=start, own=template is None or template.cover is None)
    moment = moment_of(epoch)
    return write_bytes(path, file_of(book.excel, project, book.links, moment, state))


def _cover_sheet(book: Book, *, is_new: bool) -> Worksheet:
    """A cover of our own, in front of all other sheets."""
    if is_new:
        sheet: Worksheet = book.excel.active  # type: ignore[assignment]
        sheet.title = book.names.free("Cover")
        return sheet
    sheet = book.excel.create_sheet(book.names.free("Cover"), 0)
    book.excel.active = 0
    return sheet
