"""reachable: at least ``min`` live items of ``types`` at the end of ``hops``, each matching ``where``."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS = {"hops": True, "types": True, "min": True, "where": False}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """An item from which too few are reached is a finding."""
    types, where = frozenset(spec.params["types"]), spec.params.get("where", {})
    for item in in_scope(spec, trace):
        ends = [
            trace.items[end.id]
            for end in trace.graph.walk(item.id, spec.params["hops"], types)
            if end.id in trace.items
        ]
        if sum(trace.graph.is_live(end) and end.matches(where) for end in ends) < int(spec.params["min"]):
            yield from finding(spec, trace, item)
