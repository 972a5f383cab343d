"""applicable: what the item cites by ``link`` applies to the device. Says ``citation`` and ``reason``."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.applicability import Standing
from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS = {"link": True}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each clause that the profile sets aside, with the answers that it hides, is a finding of the item."""
    link = spec.params["link"]
    for item in in_scope(spec, trace):
        for clause in trace.graph.targets(item.id, link):
            found = trace.judgements[clause.id].applicability
            if found is not None and found.standing is Standing.NOT_APPLICABLE and found.by == "device profile":
                yield from finding(spec, trace, item, option=link, citation=clause.citation, reason=found.reason)
