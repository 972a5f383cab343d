"""data-flow: a view whose elements and interfaces do not join: ``problem`` is end-not-shown, unconnected or boundary.

A view that shows no interface is no data flow and owes nothing. Says ``subject``, ``other`` and ``reason``.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.dataflow import data_flow
from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS = {"problem": True}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each thing that does not join is a finding of the view."""
    for item in in_scope(spec, trace):
        flow = data_flow(trace.graph, item)
        for loose in flow.loose if flow.flows else ():
            if loose.problem == spec.params["problem"]:
                yield from finding(
                    spec, trace, item, option="shows", subject=loose.subject, other=loose.other, reason=loose.reason
                )
