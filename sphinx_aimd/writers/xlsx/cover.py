"""The cover: the device, the state of the file, fields for the reviewer, counts, and what the verdicts mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ... import __version__
from ...model.trace import Trace, release_under_review
from ...model.verdict import MEANING, WORDS, Verdict, word
from ...profile import questionnaire
from ...views.applicable import profile_line
from ...views.cards import grade
from ...views.dossier import Dossier
from ...views.summary import GRADES
from .book import Book
from .links import inside
from .styles import Look

TITLE = "Cybersecurity dossier"
#: Defined names of the cells by which a workbook is read back.
STATE, REVIEWER_ROLE, REVIEWER_DATE = "dossier_state", "reviewer_role", "reviewer_date"
NO_COMPARISON = "No earlier state was given to compare with"
STATEMENT = "Verdicts say how far evidence is complete. Conformity is the manufacturer's statement."
_DEVICE = ("name", "manufacturer", "intended_purpose", "versions", "basic_udi_di", "udi_di")
_WIDTHS = (34, 90, 12, 12)


def state_of(trace: Trace) -> str:
    """The state that the workbook was made from: as-of date and version, in one text."""
    return f"as of {trace.as_of or 'not known'}, version {trace.version or 'none'}"


def device_of(trace: Trace) -> Iterator[tuple[str, str]]:
    """What the device profile says of the device, by the titles of its questions."""
    questions = questionnaire().questions
    for name in _DEVICE:
        answers = trace.profile.answers.get(name, ()) if trace.profile is not None else ()
        yield questions[name].title, ", ".join(answers) or "not stated"


def _file(dossier: Dossier, project: str) -> Iterator[tuple[str, str]]:
    trace = dossier.trace
    release = release_under_review(trace.graph)
    yield "File and release", project or "not named"
    yield "Release under review", f"{release.id} {release.title}" if release is not None else "none"
    yield "Version under review", trace.version or "none"
    yield "As of", trace.as_of or "not known"
    yield "Gate", trace.gate
    instruments = len(trace.catalogue.instruments)
    yield (
        "Scope",
        f"{len(trace.catalogue.clauses)} clauses of {instruments} instruments; device profile: {profile_line(trace)}",
    )
    yield "Changed by the project", ", ".join(trace.model.overlaid) or "nothing in the shipped trace model"
    yield "Made by", f"sphinx-aimd {__version__}"
    yield "Statement", STATEMENT


def _counts(dossier: Dossier) -> Iterator[tuple[str, str]]:
    trace = dossier.trace
    yield "Items", str(sum(item.type != "clause" for item in trace.items.values()))
    yield "Clauses", str(len(trace.catalogue.clauses))
    yield "Findings", str(len(dossier.findings))
    grades = Counter(grade(finding) for finding in dossier.findings)
    for name in GRADES:
        yield f"Findings: {name}", str(grades[name])


def write_cover(
    book: Book, sheet: Worksheet, dossier: Dossier, index: str, *, start: int = 1, own: bool = True
) -> None:
    """Write the cover.

    :param index: name of the sheet that lists the sheets.
    :param start: row that it begins at; below what a template holds.
    :param own: whether the sheet is ours; a template's keeps the widths that it sets and its print set-up.
    """
    writer = _Writer(book, sheet, start, _widths(sheet))
    writer.line(TITLE, Look.TITLE)
    writer.section("Device", device_of(dossier.trace))
    writer.section("File", _file(dossier, book.project))
    writer.pair("Sheets", "Index", address=inside(index, 1))
    compared = dossier.views["changes"].scope if "changes" in list(dossier.views) else NO_COMPARISON
    writer.pair("Compared with", compared)
    writer.name(STATE, writer.pair("State of the file", state_of(dossier.trace)))
    writer.section("Review", ())
    if REVIEWER_ROLE not in book.excel.defined_names:
        writer.name(REVIEWER_ROLE, writer.pair("Role of the reviewer", "", Look.INPUT))
    if REVIEWER_DATE not in book.excel.defined_names:
        row = writer.pair("Date of the review (YYYY-MM-DD)", "", Look.INPUT_DATE)
        writer.name(REVIEWER_DATE, row)
        rule = DataValidation(type="date", operator="greaterThan", formula1="36525", allow_blank=True)
        rule.errorTitle, rule.error, rule.showErrorMessage = "Date", "Enter a date: YYYY-MM-DD.", True
        rule.add(f"B{row}")
        sheet.add_data_validation(rule)
    how = "Write into the columns Question, Rating and Comment of any sheet; leave the column Row key as it is."
    writer.pair("How", how)
    writer.section("Counts", _counts(dossier))
    _legend(writer, dossier.trace)
    writer.section("What a workbook cannot hold", _limits(book))
    book.page(sheet)
    if own:
        sheet.sheet_view.showGridLines = False
        book.paper(sheet)


def _widths(sheet: Worksheet) -> list[int]:
    """Widths of the columns of the cover; those that a template sets stay."""
    widths = []
    for number, width in enumerate(_WIDTHS, 1):
        letter = get_column_letter(number)
        if letter not in sheet.column_dimensions:
            sheet.column_dimensions[letter].width = width
        widths.append(max(int(sheet.column_dimensions[letter].width), 1))
    return widths


def _legend(writer: _Writer, trace: Trace) -> None:
    writer.section("Verdicts", ())
    for column, title in enumerate(("Verdict", "Meaning", "Items", "Clauses"), 1):
        writer.cell(column, title, Look.HEAD)
    writer.next()
    counts = Counter((item.type == "clause", trace.verdict(item.id)) for item in trace.items.values())
    for verdict in reversed(Verdict):
        words = dict.fromkeys((WORDS[verdict], word(verdict, "clause")))
        writer.cell(1, " / ".join(words), verdict=verdict)
        writer.cell(2, MEANING[verdict])
        writer.cell(3, str(counts[False, verdict]))
        writer.cell(4, str(counts[True, verdict]))
        writer.next()


def _limits(book: Book) -> Iterator[tuple[str, str]]:
    yield "Characters shown as \ufffd", str(book.replaced)
    yield "Texts longer than a cell", f"{len(book.long)}, on the sheet {book.long_sheet!r}" if book.long else "0"
    yield "Sheets with notes", ", ".join(sorted(book.notes)) or "none"


class _Writer:
    """Lines of a sheet from a row downward."""

    def __init__(self, book: Book, sheet: Worksheet, row: int, widths: Sequence[int]) -> None:
        self._book, self._sheet, self._row, self._widths = book, sheet, row, widths

    def cell(
        self, column: int, text: str, look: Look = Look.BODY, *, verdict: Verdict | None = None, address: str = ""
    ) -> None:
        self._book.put(self._sheet, self._row, column, text, look, verdict=verdict, address=address or None)

    def next(self) -> None:
        self._row += 1

    def line(self, text: str, look: Look) -> None:
        self.cell(1, text, look)
        self.next()

    def pair(self, label: str, text: str, look: Look = Look.ANSWER, *, address: str = "") -> int:
        """A label and its text; returns the row."""
        row = self._row
        self.cell(1, label, Look.LABEL)
        self.cell(2, text, look, address=address)
        self._book.fit(self._sheet, row, [label, text], self._widths)
        self.next()
        return row

    def section(self, title: str, pairs: Iterator[tuple[str, str]] | tuple[()]) -> None:
        self.next()
        for column, text in enumerate((title, "", "", ""), 1):
            self.cell(column, text, Look.SECTION)
        self.next()
        for label, text in pairs:
            self.pair(label, text)

    def name(self, name: str, row: int) -> None:
        """Give the cell beside a label a name."""
        place = inside(self._sheet.title, 1)[1:].rpartition("!")[0]
        self._book.excel.defined_names[name] = DefinedName(name, attr_text=f"{place}!$B${row}")
