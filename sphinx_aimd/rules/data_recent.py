"""data-recent: the newest input file of each of ``kinds`` is at most ``days`` older than the as-of date.

A kind of which no file was read says nothing. Says ``file``, ``date`` and ``as_of``.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from ..model.item import Finding, Location
from ..model.trace import Trace
from ..model.values import is_date
from ..tracemodel import RuleSpec
from ._report import finding

PARAMS = {"kinds": True, "days": True}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each kind whose newest file is too old, or of no known day, is a finding at that file."""
    for kind in spec.params["kinds"]:
        found = [source for source in trace.graph.inputs.sources if source.kind == kind]
        newest = max(found, key=lambda source: (source.date, source.path), default=None)
        if newest is None or not trace.as_of:
            continue
        age = _days(newest.date, trace.as_of) if is_date(newest.date) else None
        if age is None or age > int(spec.params["days"]):
            place, date = Location(newest.path), newest.date or "no known day"
            yield from finding(spec, trace, None, place=place, file=newest.path, date=date, as_of=trace.as_of)


def _days(start: str, end: str) -> int:
    return (datetime.date.fromisoformat(end) - datetime.date.fromisoformat(start)).days
