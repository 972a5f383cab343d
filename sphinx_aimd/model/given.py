"""CVSS vectors of files in; who gave which, and where they disagree, in words out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from . import scores
from .advisory import Rating, VulnerabilityRecord
from .bom import Source
from .item import Item

if TYPE_CHECKING:
    from .pairs import Pair

#: Field that holds the vector of each version.
FIELDS = {"2.0": "cvss_v20", "3.0": "cvss_v30", "3.1": "cvss_v31", "4.0": "cvss_v40"}
#: Vectors of one version that are told one by one; no public vulnerability has so many.
MAX_TOLD = 20
NOT_SAID = "scorer not stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A vector as one file gives it.

    :param key: name of the vulnerability.
    :param by: who scored, in the words of the file; empty where it does not say.
    :param path: the file, and date: the day of its data.
    """

    key: str
    version: str
    vector: str
    by: str = ""
    path: str = ""
    date: str = ""

    @property
    def giver(self) -> str:
        """Who scored, and which file says so."""
        return f"{self.by or NOT_SAID} in {self.path} of {self.date or 'unknown date'}"


def given_of(
    keys: Iterable[str], pairs: Iterable[Pair], records: Mapping[str, Sequence[VulnerabilityRecord]]
) -> tuple[Given, ...]:
    """All vectors that files give the vulnerabilities of an item: by name and version, the worst first.

    :param records: records by the name of the vulnerability, whether or not they match; a withdrawn one scores nothing.
    """
    found: dict[Given, None] = {}

    def add(key: str, ratings: Iterable[Rating], source: Source) -> None:
        for one in ratings:
            if one.version in FIELDS:
                given = Given(
                    key=key, version=one.version, vector=one.vector, by=one.by, path=source.path, date=source.date
                )
                found[given] = None

    for pair in pairs:
        for said in pair.statements:
            add(pair.key, said.statement.ratings, said.statement.source)
    for key in sorted(keys):
        for record in records.get(key, ()):
            if not record.withdrawn:
                add(key, record.ratings, record.source)
    return tuple(sorted(found, key=lambda one: (one.key, one.version, _worst_first(one.vector), one.by, one.path)))


def worst(vectors: Iterable[str]) -> str:
    """The vector with the highest base score."""
    return min(vectors, key=_worst_first)


def given_in_words(given: Sequence[Given]) -> tuple[str, ...]:
    """One text for each distinct vector: its score, itself, and who gave it."""
    is_of_several = len({one.key for one in given}) > 1
    found = []
    for (key, version), group in groupby(given, key=lambda one: (one.key, one.version)):
        vectors = [(vector, list(givers)) for vector, givers in groupby(group, key=lambda one: one.vector)]
        about = f"{key}, CVSS {version}" if is_of_several else f"CVSS {version}"
        for vector, givers in vectors[:MAX_TOLD]:
            by = [one.giver for one in givers]
            more = f" and {len(by) - MAX_TOLD} others" if len(by) > MAX_TOLD else ""
            found.append(f"{about}: {scores.brief(vector)}, {vector} ({' and '.join(by[:MAX_TOLD])}{more})")
        if len(vectors) > MAX_TOLD:
            found.append(f"{about}: {len(vectors) - MAX_TOLD} more vectors, none worse than these")
    return tuple(found)


def counts(item: Item, one: Given) -> bool:
    """Whether a vector is that of the item, which proposals, rules and statements use."""
    used = item.text(FIELDS[one.version])
    return bool(used) and scores.meaning(used) == scores.meaning(one.vector)


def differences(item: Item, given: Sequence[Given]) -> Mapping[tuple[str, str], str]:
    """Where vectors of one version differ, among files or from that of the item, and which one counts.

    :param item: with the vectors that count.
    :return: words by name of the vulnerability and version.
    """
    is_of_several = len({one.key for one in given}) > 1
    found = {}
    for (key, version), group in groupby(given, key=lambda one: (one.key, one.version)):
        told: dict[frozenset[tuple[str, str]], list[Given]] = {}
        for one in group:
            told.setdefault(scores.meaning(one.vector), []).append(one)
        used, name = item.text(FIELDS[version]), FIELDS[version]
        # of several vulnerabilities one vector of the item says nothing of the others
        is_other = bool(used) and not is_of_several and scores.meaning(used) not in told
        if len(told) + is_other < 2:
            continue
        said = [
            f"{scores.brief(ones[0].vector)} ({', '.join(dict.fromkeys(one.by or NOT_SAID for one in ones))})"
            for ones in [*told.values()][:MAX_TOLD]
        ]
        said += [f"{len(told) - MAX_TOLD} more"] if len(told) > MAX_TOLD else []
        about = f"{key}, CVSS {version}" if is_of_several else f"CVSS {version}"
        others = [one.vector for ones in told.values() for one in ones]
        found[key, version] = f"{about}: files give {', '.join(said)}; {_used(used, name in item.lines, others)}"
    return found


def _used(used: str, is_own: bool, others: Sequence[str]) -> str:
    if not used:
        return "none of them counts for this item"
    brief = scores.brief(used)
    if is_own:
        return f"{brief}, the vector that this item states itself, counts"
    if _worst_first(used)[0] <= _worst_first(worst(others))[0]:
        return f"the worst, {brief}, counts"
    return f"{brief} counts, the worst of what is said of its component"


def _worst_first(vector: str) -> tuple[float, str]:
    found = scores.score(vector)
    return (-found.base if isinstance(found, scores.Score) else 1.0), vector
