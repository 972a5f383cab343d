"""Properties of a CycloneDX component in, what they say of its support and of what is left unsaid out.

There is no one name for FDA's two additions. Read are the names that tools and drafts use, in any namespace (see
:mod:`sphinx_aimd.readers.support`), among them ``cdx:lifecycle:milestone:endOfSupport`` of the property taxonomy and
the proposed ``cdx:fda`` and ``cdx:cisa`` (CycloneDX/cyclonedx-property-taxonomy, issue 185).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..support import LEVEL, UNKNOWN, UNTIL, field_of, level_of, until

#: End of life by the taxonomy is the end of sale; it names no end of support, and is kept as words.
_END_OF_SALE = ("cdx:lifecycle:milestone:endoflife", "cdx:fda:end-of-life-date")
#: ``cdx:fda:end-of-support-date: upstream publishes no date``: why a property is missing.
_JUSTIFICATION = "cdx:fda:justification"
_KNOWN = "cdx:fda:known-vulnerability"
_UNSAID = {"cdx:cisa:withheld-information": "withheld", "cdx:cisa:unknown-information": "dependencies_unknown"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Supported:
    """What properties say of a component.

    :param level: one of FDA's levels; level_text: the file's own word.
    :param until: day on which support ends; until_text: words that stand where a day should be.
    :param known_unknown: withheld or dependencies_unknown, where a property says so of its dependencies.
    :param vulnerabilities: ids that the file states as known, without any analysis.
    :param number: of the properties used.
    """

    level: str = ""
    level_text: str = ""
    until: str = ""
    until_text: str = ""
    known_unknown: str = ""
    vulnerabilities: tuple[str, ...] = ()
    number: int = 0


def supported(entry: dict[str, Any]) -> Supported:
    """Read the properties of a component.

    Of several dates the earliest holds; a date of the end of support goes before one of the end of life.
    """
    levels: list[str] = []
    days: dict[bool, list[str]] = {True: [], False: []}
    texts: list[str] = []
    why: dict[str, str] = {}
    unsaid = ""
    vulnerabilities: list[str] = []
    number = 0
    for one in entry.get("properties", ()):
        name, value = str(one.get("name", "")), " ".join(str(one.get("value", "")).split())
        key = name.casefold()
        field = field_of(name)
        number += 1
        if key == _JUSTIFICATION:
            about, _, reason = value.rpartition(": ")
            why[field_of(about.strip(": "))] = reason.strip()
        elif key == _KNOWN:
            vulnerabilities += [value] if value and value.casefold() != "false" else []
        elif key in _UNSAID and "dependenc" in value.casefold():
            unsaid = max(unsaid, _UNSAID[key])  # withheld goes before unknown
        elif key in _END_OF_SALE and value:
            texts.append(f"end of life {value}")
        elif field == LEVEL and value:
            levels.append(value)
        elif field == UNTIL and value:
            day, words = until(value)
            ends_support = "support" in key or "eos" in key.rpartition(":")[2]
            if day:
                days[ends_support].append(day)
            else:
                texts.append(words)
        else:
            number -= 1
    day = min(days[True] or days[False], default="")
    level, said = _level(levels)
    if not level and LEVEL in why:
        level, said = UNKNOWN, why[LEVEL]
    words = "; ".join(dict.fromkeys([*texts, *([why[UNTIL]] if UNTIL in why else [])]))
    return Supported(
        level=level,
        level_text=said,
        until=day,
        until_text="" if day else words,
        known_unknown=unsaid,
        vulnerabilities=tuple(dict.fromkeys(vulnerabilities)),
        number=number,
    )


def _level(values: list[str]) -> tuple[str, str]:
    """The level, ``unknown`` where several words contradict each other."""
    found = dict.fromkeys(level_of(value)[0] for value in values)
    said = "; ".join(dict.fromkeys(level_of(value)[1] for value in values))
    return (next(iter(found)) if len(found) == 1 else UNKNOWN, said) if found else ("", "")
