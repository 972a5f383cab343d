"""Chapters of instruments: the topmost clause that another is a part of, or the first part of the ids of clauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from itertools import pairwise

from ..catalogue import Catalogue, Clause

#: Chapter of a clause whose instrument is not divided.
WHOLE = "whole instrument"


def chapters(catalogue: Catalogue) -> Mapping[str, str]:
    """The chapter of each clause in words, unique within its instrument.

    Where clauses are parts of others, a chapter is a clause that is part of none. Instruments without parts, or with
    few, are divided by the first part of the ids in which they differ, and named by what the citations of a chapter
    have in common. Either way there are at most half as many chapters as clauses, and their names tell them apart.
    """
    found: dict[str, str] = {}
    for key in catalogue.instruments:
        clauses = catalogue.of(key)
        named = _by_parent(catalogue, clauses) or _by_id(clauses)
        found |= {clause.id: named.get(clause.id, WHOLE) for clause in clauses}
    return found


def _by_parent(catalogue: Catalogue, clauses: Sequence[Clause]) -> dict[str, str]:
    found = {}
    for clause in clauses:
        top = clause
        while top.parent:
            top = catalogue.clauses[top.parent]
        found[clause.id] = f"{top.citation} {top.title.removesuffix(' (heading)')}"
    return found if _divides(clauses, set(found.values())) else {}


def _by_id(clauses: Sequence[Clause]) -> dict[str, str]:
    parts = {clause.id: clause.id.split("-") for clause in clauses}
    at = 0
    while len({part[at] for part in parts.values()}) == 1 and all(len(part) > at + 1 for part in parts.values()):
        at += 1
    groups: dict[str, list[str]] = {}
    for clause in clauses:
        groups.setdefault(parts[clause.id][at], []).append(clause.citation)
    names = {part: _common(citations) for part, citations in groups.items()}
    starts = sorted(f"{name} " for name in names.values())
    apart = all(names.values()) and not any(after.startswith(one) for one, after in pairwise(starts))
    if not apart or not _divides(clauses, groups):
        return {}
    return {clause.id: names[parts[clause.id][at]] for clause in clauses}


def _divides(clauses: Sequence[Clause], found: Sized) -> bool:
    return 1 < len(found) <= len(clauses) / 2


def _common(citations: Sequence[str]) -> str:
    """What citations begin with, whole words only, without an opened bracket or a sign at the end."""
    first, last = min(citations), max(citations)
    differing = (at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    common = first[: next(differing, min(len(first), len(last)))]
    if any(len(text) > len(common) and text[len(common)].isalnum() and common[-1:].isalnum() for text in citations):
        common = common.rpartition(" ")[0]
    if common.count("(") > common.count(")"):
        common = common.rpartition("(")[0]
    return common.rstrip(" .,;:-(")


def short_name(instrument: str, part: str) -> str:
    """A part of an instrument in few words, for pictures.

    :param instrument: its name with the edition after a comma, which is left out.
    :param part: a chapter, or how far clauses are about security.
    """
    name = instrument.partition(",")[0]
    if part == WHOLE:
        return name
    return part if part.startswith(name) else f"{name}, {part}"
