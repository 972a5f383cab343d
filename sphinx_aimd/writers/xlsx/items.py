"""The sheets that are no view: all items with their places, an index of the sheets, texts longer than a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.worksheet.worksheet import Worksheet

from ...model.item import Item
from ...model.verdict import Verdict, word
from ...views.dossier import Dossier
from ...views.places import NOT_THERE
from ...views.table import Table
from .beside import Beside
from .book import HEADER_ROW, Book
from .links import inside
from .sheets import Place

#: Titles of the columns of the sheet of all items, with their widths.
_COLUMNS = {
    "Id": 20,
    "Type": 16,
    "Citation": 22,
    "Title": 44,
    "Verdict": 18,
    "File": 30,
    "Line": 8,
    "HTML": 8,
    "PDF document": 26,
    "PDF section": 30,
    "PDF page": 9,
    "Sheet": 22,
    "Evidence": 40,
}
_WITH_VERDICT = list(_COLUMNS).index("Verdict")
_HTML, _PDF, _SHEET, _EVIDENCE = (list(_COLUMNS).index(name) for name in ("HTML", "PDF document", "Sheet", "Evidence"))


def listed(dossier: Dossier) -> list[Item]:
    """Items in the order of their sheet."""
    return sorted(dossier.trace.items.values(), key=lambda item: (item.type, item.id))


def rows_of(dossier: Dossier, sheet: str) -> dict[str, str]:
    """Address of the row of each item on the sheet of all items."""
    return {item.id: inside(sheet, number) for number, item in enumerate(listed(dossier), HEADER_ROW + 1)}


def homes_of(views: Mapping[str, Table], where: Mapping[str, Sequence[Place]]) -> dict[str, tuple[str, str]]:
    """Sheet and address of the row that says most of each item.

    That is the first row which it heads in a matrix, else in a statement, else in a register.
    """
    homes: dict[str, tuple[str, str]] = {}
    for kind in ("matrix", "statement", "register"):
        for view_id, found in where.items():
            view = views[view_id]
            if view.kind != kind:
                continue
            for place in found:
                for number in place.rows:
                    if number < len(view.row_ids) and view.row_ids[number] not in homes:
                        homes[view.row_ids[number]] = (place.sheet.title, place.address(number))
    return homes


def write_items(
    book: Book, sheet: Worksheet, dossier: Dossier, beside: Beside, homes: Mapping[str, tuple[str, str]]
) -> None:
    """Every item with its verdict and its places: source, sheet, HTML page, PDF, evidence."""
    trace, pages = dossier.trace, dossier.places.known
    items = listed(dossier)
    book.head(
        sheet,
        "Items",
        "Where does each item stand: in the sources, in this workbook, in the HTML pages, in the PDF, in its evidence?",
        f"{len(items)} rows: every item and clause.",
    )
    widths = list(_COLUMNS.values())
    book.titles(sheet, list(_COLUMNS), widths)
    for number, item in enumerate(items, HEADER_ROW + 1):
        verdict = trace.verdict(item.id)
        addresses: dict[int, str | None] = {_HTML: beside.item(item.id)}
        texts = [item.id, trace.model.type_title(item.type), item.citation, item.title, word(verdict, item.type)]
        texts += [item.location.file, str(item.location.line), "open" if addresses[_HTML] else ""]
        if isinstance(pages, str):
            texts += [pages, "", ""]
        elif place := pages.get(item.id):
            texts += [place["document"], place["section"], str(place["page"])]
            addresses[_PDF] = beside.in_pdf(place["document"], item.id)
        else:
            texts += [NOT_THERE, "", ""]
        name, addresses[_SHEET] = homes.get(item.id, ("", None))
        record, addresses[_EVIDENCE] = beside.evidence_of(trace, item)
        texts += [name, record]
        for column, text in enumerate(texts):
            if text:
                shown = verdict if column == _WITH_VERDICT else None
                book.put(sheet, number, column + 1, text, verdict=shown, address=addresses.get(column))
        book.fit(sheet, number, texts, widths)
    book.finish(sheet, len(widths), len(items))
    if note := book.links_of(sheet).note:
        book.note(sheet, note)


def write_index(
    book: Book,
    sheet: Worksheet,
    views: Mapping[str, Table],
    where: Mapping[str, Sequence[Place]],
    others: Sequence[str],
) -> None:
    """Every sheet with its title, its question, its rows and the worst verdict on it.

    :param others: names of the sheets that show no view.
    """
    lines: list[tuple[str, str, str, str, Verdict | None]] = []
    for view_id, found in where.items():
        view = views[view_id]
        for place in found:
            rows = view.rows[place.rows.start : place.rows.stop]
            verdicts = (cell.verdict for row in rows for cell in row if cell.verdict is not None)
            worst = min(verdicts, key=lambda verdict: verdict.rank, default=None)
            lines.append((place.sheet.title, view.title, view.question, str(len(rows)), worst))
    lines += [
        (name, title, "", "", None)
        for name, title in zip(
            others, ("Every item and clause with its places", "Texts that are longer than a cell"), strict=False
        )
    ]
    book.head(sheet, "Index", "Which sheets are there, and what does each answer?", f"{len(lines)} sheets.")
    widths = [34, 44, 70, 9, 20, 40]
    book.titles(sheet, ["Sheet", "Title", "Question", "Rows", "Worst verdict on it", "Note"], widths)
    for number, (name, title, question, count, verdict) in enumerate(lines, HEADER_ROW + 1):
        texts = [
            name,
            title,
            question,
            count,
            "" if verdict is None else word(verdict),
            " ".join(book.notes.get(name, ())),
        ]
        for column, text in enumerate(texts, 1):
            if text:
                shown = verdict if column == 5 else None
                book.put(sheet, number, column, text, verdict=shown, address=inside(name, 1) if column == 1 else None)
        book.fit(sheet, number, texts, widths)
    book.finish(sheet, len(widths), len(lines))


def write_long_texts(book: Book) -> None:
    """Texts that are longer than a cell, whole and in parts, if there are any."""
    if not book.long:
        return
    sheet = book.new_sheet(book.long_sheet)
    total = sum(len(text.parts) for text in book.long)
    book.head(
        sheet, "Long texts", "What do texts say that are longer than a cell?", f"{len(book.long)} texts, {total} rows."
    )
    widths = [34, 12, 120]
    book.titles(sheet, ["Cell", "Part", "Text"], widths)
    row = HEADER_ROW
    for text in book.long:
        goal = inside(text.sheet, text.row, text.column)
        for number, part in enumerate(text.parts, 1):
            row += 1
            book.put(sheet, row, 1, goal.removeprefix("#"), address=goal)
            book.put(sheet, row, 2, f"{number} of {len(text.parts)}")
            book.put(sheet, row, 3, part)
            book.fit(sheet, row, ["", "", part], widths)
    book.finish(sheet, len(widths), total)
