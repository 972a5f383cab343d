"""Marks of source code and items in; the marks of each item, and what is wrong with them, out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .imported import Mark
from .item import Finding, Item, Severity
from .values import did_you_mean

#: Types that a mark may name: code carries out controls, requirements and designs; test code is a test, or shows more.
TARGETS: Mapping[str, frozenset[str]] = {
    "implements": frozenset(("control", "requirement", "design")),
    "verifies": frozenset(("test", "requirement", "control", "threat", "design", "interface", "vulnerability")),
}


def bind(marks: Iterable[Mark], items: Mapping[str, Item]) -> tuple[dict[str, tuple[Mark, ...]], list[Finding]]:
    """Give each item the marks that name it, in their order; a mark proves nothing.

    :return: marks by the id of the item, sorted by id, and a model error for each id that is unknown or of no fitting
        type.
    """
    found: dict[str, list[Mark]] = {}
    findings: list[Finding] = []
    for mark in marks:
        wanted = TARGETS[mark.relation]
        for target in mark.targets:
            item = items.get(target)
            if item is not None and item.type in wanted:
                found.setdefault(target, []).append(mark)
                continue
            if item is None:
                known = [one.id for one in items.values() if one.type in wanted]
                message = f"@{mark.relation} names {target}, which is no item.{did_you_mean(target, known)}"
            else:
                message = f"@{mark.relation} names {target}, which is of the type {item.type}."
            findings.append(
                Finding(
                    rule="mark",
                    severity=Severity.ERROR,
                    item=target if item is not None else "",
                    location=mark.location,
                    message=message,
                    remedy=f"Name an item of one of the types {', '.join(sorted(wanted))}, or take the mark out.",
                    is_model_error=True,
                )
            )
    return {target: tuple(found[target]) for target in sorted(found)}, findings
