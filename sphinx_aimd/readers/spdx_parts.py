"""What SPDX 2 and 3 share: relations in, dependencies out; lines of ids; names of hashes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from ..model.item import Location
from ..model.values import CONTROL
from .leftovers import Leftovers
from .opened import Opened

COMPLETE, DEPENDENCIES_UNKNOWN = "complete", "dependencies_unknown"
#: Texts of SPDX that say nothing; in any case of letters, as tools write them.
_NOTHING = frozenset({"NOASSERTION", "NONE"})
_HASH = re.compile(r"(SHA)(\d{1,3})|(SHA3|BLAKE2B)[_-]?(\d{3})", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\f\v]+")


def said(text: object) -> str:
    """A text of the file on one line, empty where it is none, ``NOASSERTION`` or ``NONE``."""
    plain = " ".join(CONTROL.sub("\ufffd", text).split()) if isinstance(text, str) else ""
    return "" if plain.upper() in _NOTHING else plain


def paragraphs(text: object) -> str:
    """A text of several lines, without what no output can hold."""
    if not isinstance(text, str) or not said(text):
        return ""
    lines = (_SPACES.sub(" ", CONTROL.sub("\ufffd", line)).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def digest(algorithm: str, value: str) -> str:
    """``SHA-256:ab..`` whatever way the format spells the name of the algorithm (the names are those of CycloneDX)."""
    found = _HASH.fullmatch(algorithm)
    if not found:
        return f"{algorithm.upper()}:{value.lower()}"
    short, size, family, bits = found.groups()
    name = f"{short.upper()}-{size}" if short else f"{family.upper().replace('2B', '2b')}-{bits}"
    return f"{name}:{value.lower()}"


def lines_of(opened: Opened, pattern: re.Pattern[bytes]) -> dict[str, Location]:
    """Where each id stands, found in one pass over the file.

    :param pattern: its first group is the id; the first place of an id counts.
    """
    found: dict[str, Location] = {}
    line, last = 1, 0
    for match in pattern.finditer(opened.raw):
        line += opened.raw.count(b"\n", last, match.start(1))
        last = match.start(1)
        found.setdefault(match.group(1).decode("utf-8", "replace"), Location(opened.name, line))
    return found


@dataclass(frozen=True, slots=True)
class Relations:
    """Relations between elements, each as one edge from what needs to what is needed.

    :param edges: pairs of ids in the order of the file.
    :param unknown: ids of which the file says that it does not know what they need.
    :param complete: ids of which it says that nothing (more) is needed.
    """

    edges: list[tuple[str, str]] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    complete: set[str] = field(default_factory=set)

    def known_unknown(self, ref: str) -> str:
        """What the file says of how far the dependencies of a component are known; doubt wins over a contradiction."""
        if ref in self.unknown:
            return DEPENDENCIES_UNKNOWN
        return COMPLETE if ref in self.complete else ""

    def dependencies(
        self, components: Mapping[str, object], others: Set[str], left: Leftovers
    ) -> Mapping[str, tuple[str, ...]]:
        """Direct dependencies between components.

        A file or snippet stands for the component that holds it, where it is exactly one.

        :param others: ids of files, snippets and further elements of this document that are no components.
        :param left: counts the relations that lead nowhere.
        """
        holder = self._holders(components, others)
        inside = components.keys() | others
        found: dict[str, dict[str, None]] = {}
        for start, end in self.edges:
            is_content = end in others and start in components
            needs, needed = holder.get(start, start), holder.get(end, end)
            if needs in components and needed in components:
                if needs != needed:
                    found.setdefault(needs, {})[needed] = None
            elif start not in inside or end not in inside:
                left.add("relations to elements outside this file")
            elif not is_content and not (start in others and end in others):
                left.add("relations of files that no one package holds")
        return {ref: tuple(needs) for ref, needs in found.items()}

    def _holders(self, components: Mapping[str, object], others: Set[str]) -> dict[str, str]:
        held: dict[str, set[str]] = {}
        for start, end in self.edges:
            if start in components and end in others:
                held.setdefault(end, set()).add(start)
        return {end: min(starts) for end, starts in held.items() if len(starts) == 1}


def twice(ids: Iterable[str]) -> str:
    """The first id that occurs a second time, or nothing."""
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            return one
        seen.add(one)
    return ""
