"""required-link: at least ``min`` (at most ``max``) live targets of ``types`` by ``link``, each matching ``where``."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS = {"link": True, "types": True, "min": True, "max": False, "where": False}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Too few or too many targets are one finding of the item."""
    types, where = set(spec.params["types"]), spec.params.get("where", {})
    low, high = int(spec.params["min"]), int(spec.params.get("max", "1000000"))
    for item in in_scope(spec, trace):
        live = [
            target
            for target in trace.graph.targets(item.id, spec.params["link"])
            if trace.graph.is_live(target) and target.type in types and target.matches(where)
        ]
        if not low <= len(live) <= high:
            yield from finding(spec, trace, item, count=str(len(live)))
