"""Words about the support of a component in, FDA's level and the date on which support ends out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ..model.values import is_date

LEVEL, UNTIL = "level", "until"
ACTIVE, NO_LONGER, ABANDONED, UNKNOWN = "actively_maintained", "no_longer_maintained", "abandoned", "unknown"


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


#: Level for a word of a file, letters and digits only. FDA's three levels come first in each line; then what SPDX 3
#: (``SupportType``) and tools write. A word that promises less than maintenance (limited, community, development) is
#: ``unknown``: it needs the justification that FDA asks for where a supplier's statement is missing.
LEVELS: Mapping[str, str] = {
    **dict.fromkeys(
        words(
            "activelymaintained active activesupport activelysupported maintained supported support "
            "fullsupport fullysupported lts longtermsupport deployed"
        ),
        ACTIVE,
    ),
    **dict.fromkeys(
        words(
            "nolongermaintained nolongersupported notmaintained notsupported unmaintained unsupported "
            "nosupport endofsupport endofsecuritysupport endoflife eol eos deprecated retired discontinued "
            "archived obsolete"
        ),
        NO_LONGER,
    ),
    **dict.fromkeys(words("abandoned abandonware orphaned"), ABANDONED),
    **dict.fromkeys(
        words(
            "unknown notknown unspecified noassertion none nonestated notstated notavailable na tbd "
            "limitedsupport limited communitysupport community besteffort development"
        ),
        UNKNOWN,
    ),
}
#: Last parts of the names of properties, letters and digits only, and what they say.
_FIELDS: Mapping[str, str] = {
    **dict.fromkeys(
        words(
            "supportlevel levelofsupport softwarelevelofsupport softwaresupportlevel supportstatus "
            "supportstate maintenancestatus maintenancelevel lifecyclestatus lifecyclestate support"
        ),
        LEVEL,
    ),
    **dict.fromkeys(
        words(
            "endofsupport endofsupportdate supportend supportenddate supportends supportedto supporteduntil "
            "supportuntil supportendson endofsecuritysupport endofsecuritysupportdate endoflife "
            "endoflifedate eos eosdate eol eoldate eossdate enddateofsupport validuntil validuntildate "
            "endofservice endofservicedate"
        ),
        UNTIL,
    ),
}
_DATE_AND_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE
)
#: ``support level: abandoned`` in a note; the name of at most five words stands at the start of a line or sentence.
_IN_TEXT = re.compile(r"(?:^|[;\n])[ \t]*([A-Za-z][A-Za-z _-]{1,40}?)[ \t]*[:=][ \t]*([^;\n]{1,200})")


def _plain(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def field_of(name: str) -> str:
    """What a property says of support: :data:`LEVEL`, :data:`UNTIL`, or nothing.

    :param name: name with its namespace, such as ``exemplar:support-level``; its last part decides, or its last two,
        where the last alone is as general as ``level`` or ``date``.
    """
    parts = [_plain(part) for part in re.split(r"[:/.#]", name[:300])]
    return _FIELDS.get(parts[-1], "") or _FIELDS.get("".join(parts[-2:]), "")


def level_of(text: str) -> tuple[str, str]:
    """FDA's level for a word, and the word itself; a word that nobody knows is ``unknown``.

    :param text: the file's own word; empty: nothing is stated.
    """
    said = " ".join(text.split())
    return (LEVELS.get(_plain(said), UNKNOWN), said) if said else ("", "")


def until(text: str) -> tuple[str, str]:
    """Date on which support ends, or the words that stand where a date should be; one of the two is empty.

    A month or a year alone (``2029-06``) is words: it names no day.
    """
    said = " ".join(text.split())
    found = _DATE_AND_TIME.fullmatch(said)
    day = found.group(1) if found else said
    return (day, "") if is_date(day) else ("", said)


def facts_in(text: str) -> Iterator[tuple[str, str]]:
    """What a note says of support, each as the field that it answers and its value."""
    for found in _IN_TEXT.finditer(text[:20_000]):
        field = field_of(found.group(1))
        if field:
            yield field, found.group(2).strip().rstrip(".")


def worst(words: Iterable[str]) -> tuple[str, str]:
    """The level for several words of one component: the one that asks most of the maker, and all the words."""
    found = [level_of(word) for word in words]
    levels = [level for level, _text in found if level]
    order = (ABANDONED, NO_LONGER, UNKNOWN, ACTIVE)
    return (min(levels, key=order.index), ", ".join(text for _level, text in found if text)) if levels else ("", "")
