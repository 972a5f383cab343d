"""A state of the file in short: what is kept of each item and clause, so that a later state can be compared with it."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .verdict import Verdict

#: Characters up to which a value is kept as it is; of a longer one the digest is kept.
SHORT = 32
#: Characters of a digest in base64, 6 bits each: enough to see a change, not to prove a text.
DIGITS = 6
#: What is kept of a clause: its wording, and what the catalogue says that it asks for.
TEXT, ASKS = "text", "asks"
_OF_TEXT, _OF_ASKS = ("text", "elements"), ("force", "cybersecurity", "expects")
#: Characters up to which a title is kept.
LONGEST = 300
#: What no line of a state may hold: control characters, and those that make a text read differently from what it says.
_HIDDEN = re.compile("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a state says of one item or clause.

    :param fields: value of each field that is filled: a short one as it is, else ``#`` and a digest.
    :param links: targets of each link, sorted.
    :param fingerprint: digest of the fingerprint, which covers files that the item names; empty for clauses.
    :param instrument: key of the instrument of a clause.
    :param standing: whether a clause applies, in the words of the statement of applicability.
    """

    id: str
    type: str
    title: str
    verdict: Verdict
    status: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fingerprint: str = ""
    citation: str = ""
    instrument: str = ""
    standing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A state of the file: what it was made of, and its entries by id.

    :param project: name of the project and its release, as covers show them.
    :param name: what the state was made for, such as a submission; may be empty.
    :param on: date on which it was submitted; may be empty.
    :param tool: version of this tool that computed the verdicts.
    :param instruments: edition of each instrument by its key.
    :param digest: digest of the content, which tells two baselines apart.
    """

    project: str
    tool: str
    version: str
    as_of: str
    instruments: Mapping[str, str]
    entries: Mapping[str, Entry]
    name: str = ""
    on: str = ""
    digest: str = ""


def item_entry(
    item_id: str,
    type_name: str,
    title: str,
    status: str,
    verdict: Verdict,
    fields: Mapping[str, Any],
    links: Mapping[str, Iterable[str]],
    fingerprint: str,
) -> Entry:
    """What is kept of an item.

    :param fields: values as trace.json holds them.
    """
    return Entry(
        id=item_id,
        type=type_name,
        title=title_of(title),
        status=status,
        verdict=verdict,
        fields={name: short(value) for name, value in sorted(fields.items()) if plain(value)},
        links={name: tuple(sorted(set(ends))) for name, ends in sorted(links.items()) if ends},
        fingerprint=short(fingerprint, always_digest=True) if fingerprint else "",
    )


def clause_entry(
    item_id: str, title: str, verdict: Verdict, fields: Mapping[str, Any], citation: str, instrument: str, standing: str
) -> Entry:
    """What is kept of a clause; see :func:`item_entry`."""
    kept = {
        name: short([plain(fields.get(part, "")) for part in parts], always_digest=True)
        for name, parts in ((TEXT, _OF_TEXT), (ASKS, _OF_ASKS))
    }
    return Entry(
        id=item_id,
        type="clause",
        title=title_of(title),
        verdict=verdict,
        fields=kept,
        citation=title_of(citation),
        instrument=instrument,
        standing=standing,
    )


def plain(value: Any) -> str:
    """A value as one line of text; white space and Unicode form do not matter, as in a fingerprint."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ", ".join(map(plain, value))
    return _HIDDEN.sub("\ufffd", unicodedata.normalize("NFC", " ".join(str(value).split())))


def title_of(text: str) -> str:
    """A title as it is; of one that is too long the beginning and a digest."""
    line = plain(text)
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 20]} {short(line)}"


def short(value: Any, *, always_digest: bool = False) -> str:
    """A short value as it is, a longer one as ``#`` and a digest."""
    text = plain(value)
    if len(text) <= SHORT and not text.startswith("#") and not always_digest:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "backslashreplace")).digest()
    return "#" + base64.urlsafe_b64encode(digest)[:DIGITS].decode("ascii")


def is_digest(value: str) -> bool:
    """Whether only the digest of a value is known."""
    return value.startswith("#")
