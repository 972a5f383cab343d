"""within-days: date ``to`` is at most ``days`` after date ``from``, read on the item or at the end of ``hops``.

An empty ``to`` is judged by the as-of date. Says ``date``, the start of the clock.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS = {"from": True, "to": True, "days": True, "hops": False, "types": False}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """An item that is late from any start is a finding."""
    for item in in_scope(spec, trace):
        starts = [item]
        if "hops" in spec.params:
            ends = trace.graph.walk(item.id, spec.params["hops"], frozenset(spec.params["types"]))
            starts = [trace.items[end.id] for end in ends if end.id in trace.items]
        begin = min(
            (start.text(spec.params["from"]) for start in starts if start.text(spec.params["from"])), default=""
        )
        end_date = item.text(spec.params["to"]) or trace.as_of
        if begin and end_date:
            elapsed = datetime.date.fromisoformat(end_date) - datetime.date.fromisoformat(begin)
            if elapsed.days > int(spec.params["days"]):
                yield from finding(spec, trace, item, option=spec.params["to"], date=begin)
