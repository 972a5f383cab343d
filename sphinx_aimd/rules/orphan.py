"""orphan: an item that no link leaves or reaches."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS: dict[str, bool] = {}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each unlinked item is a finding; clauses stand in their catalogue, and a release heads the file."""
    for item in in_scope(spec, trace):
        if item.type not in ("clause", "release") and not trace.graph.neighbours[item.id]:
            yield from finding(spec, trace, item)
