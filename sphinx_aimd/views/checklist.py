"""What reviewers' checklists say of a clause: whether it applies and why, and how conformity is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..model.applicability import APPLIES, Applicability
from ..model.item import Item
from ..model.trace import Trace
from .table import Cell
from .words import cited


def applicability_of(trace: Trace, clause: Item) -> Applicability:
    """How a clause stands to this file, as it was judged."""
    return trace.judgements[clause.id].applicability or APPLIES


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


def _documents(trace: Trace, item: Item) -> Cell:
    """Controlled documents that are filed to answer a provision."""
    filed = (document for document in trace.model.documents if document.number and item.id in document.clauses)
    return Cell("; ".join(document.label for document in filed))


COMPUTED: Mapping[str, Callable[[Trace, Item], Cell]] = {
    "(name)": _name,
    "(applicable)": _applicable,
    "(applicability)": _reason,
    "(standards)": _standards,
    "(documents)": _documents,
}
