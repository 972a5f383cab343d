"""A table as CSV in, its rows by the names of their columns out; commas or semicolons, UTF-8, one header row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..model.values import CONTROL, did_you_mean
from ..yamlfile import InputError
from .leftovers import Leftovers
from .opened import Opened

_DELIMITERS = (",", ";")
#: Other names of columns.
_ALIASES = {"tester_role": "role"}
_REMEDY = "Write it as CSV in UTF-8 with one header row, fields with delimiters or line breaks in double quotes."


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line where it begins, and its cells by the name of the column, trimmed."""

    line: int
    cells: Mapping[str, str]

    def get(self, name: str) -> str:
        """The cell of a column, empty where there is none."""
        return self.cells.get(name, "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a file; ``columns`` are the known ones that it has, ``left`` what is not used, in words."""

    columns: frozenset[str]
    rows: tuple[Row, ...]
    left: tuple[str, ...]


def header_of(opened: Opened) -> tuple[str, ...]:
    """Names of the columns: lower case, with ``_`` for blanks and hyphens.

    :raises InputError: no text in UTF-8, or no CSV.
    """
    return next(_records(opened), (0, ()))[1]


def read(opened: Opened, known: frozenset[str], required: tuple[tuple[str, ...], ...]) -> Sheet:
    """Read a table.

    :param known: columns that are used.
    :param required: for each group, one of its columns has to be there.
    :raises InputError: no CSV, no header row, a column twice or missing, a row of another length.
    """
    records = _records(opened)
    line, header = next(records, (0, ()))
    if not any(header):
        raise opened.fail("has no header row.", _REMEDY)
    for name in header:
        if name and header.count(name) > 1:
            raise opened.fail(f"has the column {name[:80]!r} twice.", "Keep one of them.", line)
    for group in required:
        if not set(group) & set(header):
            hint = "".join(did_you_mean(name, [other for other in header if other]) for name in group)
            message = f"has no column {' or '.join(map(repr, group))}.{hint}"
            raise opened.fail(message, f"Known columns: {', '.join(sorted(known))}.", line)
    rows = []
    left = Leftovers()
    for number, cells in records:
        if not any(cells):
            continue
        if len(cells) < len(header) or any(cells[len(header) :]):
            message = f"has a row of {len(cells)} cells under a header of {len(header)}."
            raise opened.fail(message, _REMEDY, number)
        for name, cell in zip(header, cells, strict=False):
            if cell and name not in known:
                left.add(f"cells of the column {name[:80]!r}")
        used = {name: cell for name, cell in zip(header, cells, strict=False) if name in known}
        rows.append(Row(number, used))
    return Sheet(frozenset(header) & known, tuple(rows), left.words())


def _records(opened: Opened) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Records with the line where each begins; the first one is the header, its names in one spelling."""
    text = opened.text
    skipped = 0
    delimiter = ""
    first = text.partition("\n")[0].strip()
    if first[:4].casefold() == "sep=":  # a line by which spreadsheets tell the delimiter
        delimiter, skipped, text = first[4:], 1, text.partition("\n")[2]
        if delimiter not in _DELIMITERS:
            raise opened.fail(f"has the delimiter {delimiter[:20]!r}.", "Use a comma or a semicolon.", 1)
    delimiter = delimiter or max(_DELIMITERS, key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins, is_header = skipped + 1, True
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise opened.fail(f"is no CSV: {error}.", _REMEDY, begins) from error
        if cells is None:
            return
        if is_header and not any(cell.strip() for cell in cells):
            begins = skipped + reader.line_num + 1
            continue
        cells = [cell.strip() for cell in cells]
        _check(opened, cells, begins)
        yield begins, tuple(_name(cell) for cell in cells) if is_header else tuple(cells)
        begins, is_header = skipped + reader.line_num + 1, False


def _check(opened: Opened, cells: list[str], line: int) -> None:
    for cell in cells:
        if CONTROL.search(cell):
            raise opened.fail("holds a control character.", "Remove it.", line)


def _name(cell: str) -> str:
    name = "_".join(cell.casefold().replace("-", " ").replace("_", " ").split())
    return _ALIASES.get(name, name)


def unknown_word(opened: Opened, row: Row, column: str, known: Mapping[str, object]) -> InputError:
    """The error for a word that is not in a table of words."""
    word = " ".join(row.get(column).split())
    hint = did_you_mean(word.casefold(), known)
    shown = f"has the {column} {word[:80]!r}, which is not known.{hint}" if word else f"has a row without {column}."
    return opened.fail(shown, f"Known: {', '.join(sorted(known))}.", row.line)
