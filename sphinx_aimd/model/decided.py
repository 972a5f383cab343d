"""Decisions in force that close one need or one rule at an item."""

from __future__ import annotations

from collections.abc import Iterable

from .graph import LinkState
from .item import Item
from .trace import Trace
from .verdict import Verdict


def decision_on(item: Item | None, needs: Iterable[str], trace: Trace) -> Item | None:
    """The approved decision in force on an item that names one of the needs; None without one.

    :param needs: ids of rules, or ``RULE/VALUE`` for single values of a rule.
    """
    if item is None:
        return None
    wanted = frozenset(needs)
    unread = bool(trace.graph.inputs.unread_reviews)  # a finding of its own, which stops both gates
    for decision, state in trace.graph.linked(item.id, "decided_by"):
        in_force = unread or (state is LinkState.SOUND and trace.verdict(decision) is Verdict.VERIFIED)
        if in_force and trace.items[decision].text("need") in wanted:
            return trace.items[decision]
    return None
