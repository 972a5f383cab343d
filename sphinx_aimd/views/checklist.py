"""What reviewers' checklists say of a clause: whether it applies and why, and how conformity is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..model.applicability import Applicability, Standing
from ..model.item import Item
from ..model.trace import Trace
from ..model.verdict import Verdict
from .table import Cell
from .words import cited


def applicability_of(trace: Trace, clause: Item) -> Applicability:
    """Standing of a clause, decisions of the authors included."""
    found = trace.standing[clause.id]
    for decision, _state in trace.graph.linked(clause.id, "decided_by"):
        kind = trace.items[decision].text("kind")
        if trace.verdict(decision) is not Verdict.VERIFIED or trace.items[decision].text("need"):
            continue
        reason = " ".join(trace.items[decision].text("justification").split())
        if kind == "not_applicable" and trace.verdict(clause.id) is Verdict.NOT_APPLICABLE:
            return Applicability(Standing.NOT_APPLICABLE, reason, f"decision {decision}")
        if kind == "applicable" and found.standing is Standing.NOT_APPLICABLE:
            return Applicability(Standing.APPLIES, reason, f"decision {decision}")
    if found.standing is Standing.WHEN_CITED and trace.verdict(clause.id).counts:
        return Applicability(Standing.APPLIES, "cited by items of this file", "citation")
    if found.standing is Standing.ELSEWHERE and trace.verdict(clause.id).counts:
        return Applicability(Standing.APPLIES, "answered in this file", "device profile")
    return found


def _name(trace: Trace, item: Item) -> Cell:
    del trace
    return Cell(f"{cited(item)} {item.title}", item.id)


def _applicable(trace: Trace, item: Item) -> Cell:
    return Cell(applicability_of(trace, item).word)


def _reason(trace: Trace, item: Item) -> Cell:
    found = applicability_of(trace, item)
    return Cell(f"{found.reason} ({found.by})")


def _standards(trace: Trace, item: Item) -> Cell:
    """Standards that the profile names for the clause, with edition and extent."""
    if trace.profile is None:
        return Cell()
    rows = [
        f"{trace.catalogue.clauses[row.standard].citation}: {row.extent}"
        for row in trace.profile.standards
        if item.id in row.clauses
    ]
    return Cell("; ".join(rows))


COMPUTED: Mapping[str, Callable[[Trace, Item], Cell]] = {
    "(name)": _name,
    "(applicable)": _applicable,
    "(applicability)": _reason,
    "(standards)": _standards,
}
