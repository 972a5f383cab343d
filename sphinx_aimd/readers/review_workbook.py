"""A reviewer's workbook in, what the reviewer wrote in it out: questions, ratings and comments with the keys of rows.

The file comes from outside: its members are bounded before any is read, a document type definition is refused, links
to other files are not followed, and a formula is the text that it is written as, since nothing is calculated here.
"""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from ..model.values import BIDI, CONTROL
from ..yamlfile import InputError

#: Bounds of the file, of what it unpacks to, of one member's compression and of the number of members.
MAX_BYTES, MAX_UNPACKED, MAX_RATIO, MAX_MEMBERS = 50_000_000, 400_000_000, 400, 2_000
#: Members below this size may be packed as tightly as they like.
_SMALL = 5_000_000
#: Bounds of what is looked at: rows of all sheets together, columns of a sheet, rows above its header.
MAX_ROWS, MAX_COLUMNS, MAX_HEAD = 3_000_000, 300, 100
#: Longest text that a spreadsheet program keeps in a cell.
MAX_TEXT = 32_767
QUESTION, RATING, COMMENT, ROW_KEY = "Question", "Rating", "Comment", "Row key"
_KEY = re.compile(r"([0-9a-f]{16}(?:-[0-9a-f]{8}(?:-[0-9]{1,7})?)?) ([0-9a-f]{12})")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_NO_TEXT = re.compile("[\ud800-\udfff\ufffe\uffff]")
_AGAIN = "Send it out again as sphinx-aimd writes it, and let nobody edit the column of row keys."


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What a reviewer wrote beside one row.

    :param line: number of the row in the sheet.
    :param key: key of the row, see :mod:`..views.rowkeys`; ``digest`` of what it said.
    :param cells: the row as the workbook shows it: title of the column and text, without the reviewer's columns.
    """

    line: int
    key: str
    digest: str
    question: str
    rating: str
    comment: str
    cells: tuple[tuple[str, str], ...]


@dataclass(slots=True, kw_only=True)
class Sheet:
    """One sheet with the reviewer's columns.

    :param title: text of its first cell, the title of the view.
    :param keys: keys of all its rows.
    :param fault: why nothing is taken from it; empty if it can be used.
    :param left_out: rows whose text cannot be taken, with the reason.
    """

    name: str
    title: str = ""
    keys: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """What a workbook holds of a review; role, date and state are texts of its cover, empty where nothing is filled.

    :param title: title in the properties of the file: name and release of the project.
    """

    title: str
    role: str
    on: str
    state: str
    sheets: tuple[Sheet, ...]


def read(path: Path, name: str) -> Workbook:
    """Read a workbook.

    :param name: name of the file for messages.
    :raises InputError: unreadable, not a workbook, larger than is sound, or without any column of row keys.
    """
    data = _bytes(path, name)
    try:
        _check_archive(data, name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # parts of a workbook that openpyxl passes over are none of ours
            book = _workbook(data, name)
    except InputError:
        raise
    except Exception as error:  # whatever the parts of a broken file make openpyxl raise
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise InputError(name, 0, f"is no workbook: {reason}.", "Save it as .xlsx again.") from error
    if not any(sheet.keys for sheet in book.sheets) and not any(sheet.fault for sheet in book.sheets):
        message = f"has no sheet with the columns {RATING}, {COMMENT} and {ROW_KEY}."
        raise InputError(name, 0, message, "Import a workbook that sphinx-aimd wrote.")
    return book


def _bytes(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(name, 0, f"cannot be read: {error.strerror}.", "Check the path.") from error
    if len(data) > MAX_BYTES:
        raise InputError(name, 0, f"is larger than {MAX_BYTES} bytes.", "Remove what the review does not need.")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError(name, 0, "is locked by a password, or in the old format .xls.", "Save it as a plain .xlsx.")
    if not data.startswith(b"PK"):
        raise InputError(name, 0, "is no .xlsx workbook.", "Save it as .xlsx.")
    return data


def _check_archive(data: bytes, name: str) -> None:
    """Refuse an archive that unpacks to more than a workbook needs, and XML that defines entities."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        # zipfile reads no more of a member than the size that it states
        tight = any(m.file_size > max(_SMALL, MAX_RATIO * m.compress_size) for m in members)
        if len(members) > MAX_MEMBERS or sum(m.file_size for m in members) > MAX_UNPACKED or tight:
            message = "unpacks to more than a workbook of this size holds."
            raise InputError(name, 0, message, "Save it again in a spreadsheet program, if you trust its source.")
        for member in members:
            if member.filename.endswith((".xml", ".rels", ".vml")):
                _refuse_types(archive, member, name)


def _refuse_types(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> None:
    """Read up to the first element: a document type stands before it."""
    with archive.open(member) as file:
        try:
            next(iter(iterparse(file, events=("start",), forbid_dtd=True)), None)
        except DefusedXmlException as error:
            message = f"holds a document type definition ({member.filename})."
            raise InputError(name, 0, message, "No spreadsheet program writes one; do not trust the file.") from error


def _workbook(data: bytes, name: str) -> Workbook:
    from openpyxl import load_workbook  # noqa: PLC0415 - loaded only where a workbook is read

    # formulas as they are written: a stored result may be missing, or of another cell after sorting
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    named = {key: _place(book.defined_names.get(key)) for key in ("reviewer_role", "reviewer_date", "dossier_state")}
    rows_left = MAX_ROWS
    found, texts = [], dict[str, str]()
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what it says of its own size is not to be trusted
        wanted = {where[1]: key for key, where in named.items() if where and where[0] == sheet.title}
        made = Sheet(name=sheet.title)
        rows = _rows(sheet, name, rows_left)
        reader = _SheetReader(made)
        for number, row in rows:
            rows_left -= 1
            for place, key in wanted.items():
                if place[0] == number and place[1] <= len(row):
                    texts[key] = clean(as_text(row[place[1] - 1]))
            reader.take(number, row)
        if reader.columns is not None:
            found.append(made)
    return Workbook(
        title=" ".join(clean(book.properties.title or "").split()),
        role=" ".join(texts.get("reviewer_role", "").split()),
        on=texts.get("reviewer_date", ""),
        state=texts.get("dossier_state", ""),
        sheets=tuple(found),
    )


def _rows(sheet: Any, name: str, left: int) -> Iterator[tuple[int, Sequence[Any]]]:
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), 1):
        if number > left:
            raise InputError(name, 0, f"has more than {MAX_ROWS} rows.", "Remove sheets that were not reviewed.")
        yield number, row


def _place(defined: Any) -> tuple[str, tuple[int, int]] | None:
    """Sheet, row and column of a defined name that stands for one cell."""
    from openpyxl.utils.cell import coordinate_to_tuple  # noqa: PLC0415 - as above

    if defined is None or "!" not in (defined.value or ""):
        return None
    for sheet, reference in defined.destinations:
        return sheet, coordinate_to_tuple(reference.replace("$", "").partition(":")[0])
    return None


class _SheetReader:
    """Finds the header by the titles of the reviewer's columns and takes the rows below it."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.columns: Mapping[str, int] | None = None
        self.titles: list[str] = []
        self.seen: dict[str, int] = {}

    def take(self, number: int, row: Sequence[Any]) -> None:
        """Take in one row."""
        if number == 1 and row:
            self.sheet.title = clean(as_text(row[0]))
        if self.columns is None:
            if number <= MAX_HEAD:
                self._header(row)
        elif not self.sheet.fault:
            self._row(number, row)

    def _header(self, row: Sequence[Any]) -> None:
        titles = [" ".join(as_text(value).split()) for value in row]
        # a view may have a column of the same title: the reviewer's come after the view's own
        columns = {title: place for place, title in enumerate(titles) if title in (QUESTION, RATING, COMMENT, ROW_KEY)}
        if not {RATING, COMMENT} <= set(columns):
            return
        self.columns, self.titles = columns, titles
        if ROW_KEY not in columns:
            self._refuse(f"the column {ROW_KEY} is missing")

    def _refuse(self, reason: str) -> None:
        self.sheet.fault = f"{reason}, so it is not known which rows are meant. {_AGAIN}"
        self.sheet.remarks.clear()

    def _row(self, number: int, row: Sequence[Any]) -> None:
        said = {title: clean(as_text(row[place])) for title, place in (self.columns or {}).items()}
        texts = [said.get(title, "") for title in (QUESTION, RATING, COMMENT)]
        hit = _KEY.fullmatch(said[ROW_KEY])
        if hit is None:
            if any(texts) or said[ROW_KEY]:
                self._refuse(f"row {number} has no row key" if not said[ROW_KEY] else f"row key {number} was edited")
            return
        key, digest = hit.groups()
        first = self.seen.setdefault(key, number)
        if first != number:
            self._refuse(f"rows {first} and {number} have one row key")
            return
        self.sheet.keys.append(key)
        if not any(texts):
            return
        if max(map(len, texts)) > MAX_TEXT:
            longest = max(map(len, texts))
            self.sheet.left_out.append((number, f"has a text of {longest} characters; a cell holds {MAX_TEXT}"))
            return
        own = set(range(len(row))) - set((self.columns or {}).values())
        cells = tuple((self.titles[place], clean(as_text(row[place]))) for place in sorted(own) if self.titles[place])
        question, rating, comment = texts
        self.sheet.remarks.append(
            Remark(
                line=number,
                key=key,
                digest=digest,
                question=question,
                rating=" ".join(rating.split()).casefold(),
                comment=comment,
                cells=cells,
            )
        )


def as_text(value: Any) -> str:
    """The value of a cell as the writer of the workbook had it: dates as YYYY-MM-DD, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = getattr(value, "text", value)  # an array formula is an object with a text
    return str(text)


def clean(text: str) -> str:
    """Text without the escapes of the format, its line ends alike; characters that deceive or are none are marked."""
    text = _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n")
    for faulty in (CONTROL, BIDI, _NO_TEXT):
        text = faulty.sub("\ufffd", text)
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()
