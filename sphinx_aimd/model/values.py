"""One typed text of an author in, its value or what is wrong with it out."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from . import scores
from .item import Value
from .weblinks import is_followable

if TYPE_CHECKING:
    from ..tracemodel import Field

#: Directional overrides and isolates, which make a text read differently from what it says (CVE-2021-42574).
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
ID = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?")
_INTEGER = re.compile(r"-?\d{1,15}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_HASH = re.compile(r"sha256:[0-9a-f]{64}")


class BadValue(Exception):  # noqa: N818 - reads as what it is
    """A value that its field does not allow; ``str()`` says what is allowed."""


def is_date(text: str) -> bool:
    """Whether a text is a date of the form YYYY-MM-DD."""
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint at the nearest known word (of equals, that which begins alike) with a leading space, or nothing."""
    near = difflib.get_close_matches(word, sorted(known), n=50, cutoff=0.6)
    if not near:
        return ""
    return f" Did you mean {max(sorted(near), key=lambda other: _likeness(word, other))}?"


def _likeness(word: str, other: str) -> tuple[float, int]:
    same = [left == right for left, right in zip(word, other, strict=False)]
    return difflib.SequenceMatcher(None, other, word).ratio(), [*same, False].index(False)


def split(text: str, separator: str) -> tuple[str, ...]:
    """Parts of a list, trimmed, empty ones left out."""
    return tuple(part for part in (" ".join(raw.split()) for raw in text.split(separator)) if part)


def parse(field: Field, text: str) -> Value:
    """Check one text against its field.

    :raises BadValue: with the form that the field expects.
    """
    text = text.strip()
    if BIDI.search(text) or CONTROL.search(text):
        raise BadValue("text without control or direction-changing characters")
    if not text:
        return ""
    return _PARSERS[field.kind](field, text)


def _text(field: Field, text: str) -> Value:
    text = "\n\n".join(
        " ".join(part.split()) for part in re.split(r"\n[ \t]*\n", text)
    )  # lines of a source wrap anywhere
    if field.pattern and not re.search(field.pattern, text):
        raise BadValue(f"a text of the form {field.pattern}")
    return text


def _text_list(_field: Field, text: str) -> Value:
    return split(text, ";")


def _enum(field: Field, text: str) -> Value:
    if text not in field.values:
        raise BadValue(f"one of {', '.join(field.values)}.{did_you_mean(text, field.values)}")
    return text


def _enum_list(field: Field, text: str) -> Value:
    parts = split(text, ",")
    for part in parts:
        _enum(field, part)
    return parts


def _date(_field: Field, text: str) -> Value:
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        datetime.date.fromisoformat(text)
    except ValueError:
        raise BadValue("a calendar date YYYY-MM-DD") from None
    return text


def _form(pattern: re.Pattern[str], words: str, text: str) -> Value:
    if not pattern.fullmatch(text):
        raise BadValue(words)
    return text


def _number(_field: Field, text: str) -> Value:
    return _form(_NUMBER, "a decimal number with a point", text)


def _integer(_field: Field, text: str) -> Value:
    return _form(_INTEGER, "a whole number", text)


def _hash(_field: Field, text: str) -> Value:
    return _form(_HASH, "sha256: and 64 lower-case hex digits", text)


def _id_list(field: Field, text: str) -> Value:
    parts = split(text, ",")
    for part in parts:
        if not re.fullmatch(field.pattern, part):
            raise BadValue(f"ids of the form {field.pattern}")
    return parts


def _answers(field: Field, text: str) -> Value:
    parts = split(text, ",")
    for part in parts:
        key, equals, _ = part.partition("=")
        if not equals or key not in field.keys:
            raise BadValue(f"KEY=answer pairs with keys of {', '.join(field.keys)}.{did_you_mean(key, field.keys)}")
    return parts


def _path(_field: Field, text: str) -> Value:
    parts = text.split("/")
    if text.startswith("/") or "\\" in text or ":" in text or ".." in parts or "" in parts:
        raise BadValue("a path relative to the source folder, with forward slashes and without ..")
    return text


def _url(_field: Field, text: str) -> Value:
    return _form(re.compile(r"https://[^\s<>\"']+"), "an absolute https address", text)


def _url_list(_field: Field, text: str) -> Value:
    parts = tuple(text.split())
    if not all(map(is_followable, parts)):
        raise BadValue("plain http or https addresses, separated by blanks")
    return parts


def _cvss(field: Field, text: str) -> Value:
    version = {"cvss_v20": "2.0", "cvss_v30": "3.0", "cvss_v31": "3.1", "cvss_v40": "4.0"}.get(field.name, "")
    if version and not text.startswith(scores.prefix(version)):
        raise BadValue(f"a CVSS vector that begins with {scores.prefix(version)}")
    found = scores.score(text)
    if isinstance(found, scores.NoScore):
        raise BadValue(f"a CVSS vector ({found.reason})")
    if version and found.version != version:
        raise BadValue(f"a CVSS vector of version {version}")
    return text


_PARSERS = {
    "text": _text,
    "text-list": _text_list,
    "enum": _enum,
    "enum-list": _enum_list,
    "boolean": _enum,
    "date": _date,
    "number": _number,
    "integer": _integer,
    "cvss": _cvss,
    "answers": _answers,
    "id-list": _id_list,
    "path": _path,
    "hash": _hash,
    "url": _url,
    "url-list": _url_list,
    "version": _text,
}
