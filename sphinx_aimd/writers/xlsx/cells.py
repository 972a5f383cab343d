"""Text in, what a cell of a workbook can hold out: typed, bounded, and never a formula."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

#: Longest text of a cell in UTF-16 units, and last row of a sheet (limits of Excel).
MAX_TEXT, MAX_ROWS = 32_767, 1_048_576
REPLACEMENT = "\ufffd"
#: Before this day the two calendars that a workbook may use disagree, or know no date.
FIRST_DAY = datetime.date(1904, 1, 2)

_NUMBER = re.compile("0|[1-9][0-9]{0,13}", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: Programs read ``_x0041_`` in a text as the character with that number (ISO/IEC 29500-1, ST_Xstring).
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA_START = frozenset("=+-@'\t\n")


class Kind(Enum):
    """What a cell holds; ``QUOTED`` is a text that a program would read as a formula once it is edited."""

    TEXT = "text"
    QUOTED = "quoted"
    NUMBER = "number"
    DATE = "date"


class Content(NamedTuple):
    """Value of a cell, its type in openpyxl's letters, and how many characters of the text it cannot hold."""

    value: str | int | datetime.date
    data_type: str
    kind: Kind
    replaced: int = 0


def safe(text: str) -> str:
    """The text as a file can hold it: illegal characters as U+FFFD, line breaks as line feeds."""
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    return _ILLEGAL.sub(REPLACEMENT, text)


def content(text: str) -> Content:
    """What a cell holds of a text that is not longer than a cell: whole numbers and ISO dates typed, all else text."""
    if len(text) < 15 and text[:1].isdigit():
        if _NUMBER.fullmatch(text):
            return Content(int(text), "n", Kind.NUMBER)
        day = _day(text)
        if day is not None:
            return Content(day, "d", Kind.DATE)
    kept = safe(text)
    replaced = kept.count(REPLACEMENT) - text.count(REPLACEMENT)
    if "_x" in kept:
        kept = _ESCAPE.sub("_x005F_", kept)
    return Content(kept, "s", Kind.QUOTED if kept[:1] in _FORMULA_START else Kind.TEXT, replaced)


def _day(text: str) -> datetime.date | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= FIRST_DAY else None


def units(text: str) -> int:
    """Length of a text as Excel counts it, in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_long(text: str) -> bool:
    """Whether a cell cannot hold the text, escapes included."""
    return len(text) > MAX_TEXT // 7 and units(_ESCAPE.sub("_x005F_", text)) > MAX_TEXT


def parts(text: str, most: int = MAX_TEXT) -> Iterator[str]:
    """The text in parts that a cell can hold, escapes included."""
    start = room = 0
    for place, character in enumerate(text):
        size = 7 if character == "_" else 1 + (character > "\uffff")
        if room + size > most:
            yield text[start:place]
            start, room = place, 0
        room += size
    yield text[start:]
