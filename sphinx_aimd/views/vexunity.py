"""Statements on one release in, the same without those that contradict each other out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..model.vex import AFFECTED, FIXED, NOT_AFFECTED, UNDER_INVESTIGATION, VexComponent, VexStatement
from .vexproof import CONTRADICTED


def without_contradictions(statements: Iterable[VexStatement], notes: list[str]) -> list[VexStatement]:
    """One status for each vulnerability and component: of several the warning stands, else none is claimed.

    :param notes: takes what was left out or doubted, for the console.
    """
    found = list(statements)
    first = {alias: one.name for one in found for alias in one.aliases}
    by_pair: dict[tuple[str, str], set[str]] = {}
    for one in found:
        for component in one.components:
            by_pair.setdefault((first.get(one.name, one.name), component.id), set()).add(one.status)
    affected = {pair for pair, statuses in by_pair.items() if AFFECTED in statuses}
    done: list[VexStatement] = []
    for one in found:
        name = first.get(one.name, one.name)
        for part in one.components:
            about = f"{one.item} says {one.status} of {one.name} in {part.label or 'the product'}"
            others = by_pair[name, part.id]
            mine = replace(one, components=(part,))
            if one.status != AFFECTED and AFFECTED in others:
                notes.append(f"{about}, another item says affected, which stands.")
            elif one.status != AFFECTED and not part.id and any(key == name for key, _part in affected):
                notes.append(f"{about}, another item says that a part of it is affected, which stands.")
            elif one.status in (NOT_AFFECTED, FIXED) and {key for key in affected if key[0] == name} == {(name, "")}:
                notes.append(f"{about}, another item says affected of the whole product, which stands.")
            elif one.status != AFFECTED and len(others) > 1:
                notes.append(f"{about}, and another item says otherwise.")
                done.append(_doubted(mine))
            else:
                done.append(mine)
    return _joined(done)


def _joined(statements: Iterable[VexStatement]) -> list[VexStatement]:
    """Statements of one item that say the same, as one about all of its components."""
    found: dict[VexStatement, list[VexComponent]] = {}
    for one in statements:
        found.setdefault(replace(one, components=()), []).extend(one.components)
    return [replace(one, components=tuple(parts)) for one, parts in found.items()]


def _doubted(one: VexStatement) -> VexStatement:
    return replace(one, status=UNDER_INVESTIGATION, reason=CONTRADICTED, justification="", impact="")
