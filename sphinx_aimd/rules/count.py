"""count: there are at least ``min`` and at most ``max`` live items of ``types`` matching ``where``. Says ``count``."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding

PARAMS = {"types": True, "where": False, "min": True, "max": False}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """A number out of bounds is one finding of the project."""
    types, where = set(spec.params["types"]), spec.params.get("where", {})
    number = sum(
        item.type in types and trace.graph.is_live(item) and item.matches(where) for item in trace.items.values()
    )
    if not int(spec.params["min"]) <= number <= int(spec.params.get("max", "1000000")):
        yield from finding(spec, trace, None, count=str(number))
