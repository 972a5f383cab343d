"""not-only: where ``hops`` reach anything, at least one reached item is of another type than ``types``."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS = {"hops": True, "types": True}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """An item that rests on these types alone is a finding."""
    types = set(spec.params["types"])
    for item in in_scope(spec, trace):
        reached = {
            trace.items[end.id].type for end in trace.graph.walk(item.id, spec.params["hops"]) if end.id in trace.items
        }
        if reached and reached <= types:
            yield from finding(spec, trace, item)
