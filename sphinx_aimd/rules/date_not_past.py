"""date-not-past: the date in ``field`` lies after the as-of date by ``margin_days``. Says ``date``."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS = {"field": True, "margin_days": False}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """A date that is past, or whose distance cannot be known for want of an as-of date, is a finding."""
    margin = datetime.timedelta(days=int(spec.params.get("margin_days", "0")))
    for item in in_scope(spec, trace):
        text = item.text(spec.params["field"])
        if not text:
            continue
        if not trace.as_of or datetime.date.fromisoformat(text) < datetime.date.fromisoformat(trace.as_of) + margin:
            yield from finding(spec, trace, item, option=spec.params["field"], date=text)
