"""view-drawn: each of ``fields`` is filled from its status on, or a page draws the view and its interfaces join.

Says ``field`` and ``reason``.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.dataflow import data_flow
from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding
from .required_by_status import unfilled

PARAMS = {"fields": True}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each empty field of a view that the model does not draw is a finding; a page is asked, not the author's word."""
    for item, names in unfilled(spec, trace):
        is_drawn = item.id in trace.drawn
        if is_drawn and data_flow(trace.graph, item).joins:
            continue
        reason = "its data flow joins nothing" if is_drawn else "no page draws the view"
        for name in names:
            if name in spec.params["fields"]:
                yield from finding(spec, trace, item, field=name, reason=reason)
