"""value-not: ``field`` holds none of ``values``. Says ``field``, ``value`` and ``date`` (must protect until)."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS = {"field": True, "values": True}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each unwanted value is a finding at the line of its option."""
    name = spec.params["field"]
    for item in in_scope(spec, trace):
        for value in item.values(name):
            if value in spec.params["values"]:
                date = item.text("protects_until") or "an unknown date"
                yield from finding(spec, trace, item, option=name, field=name, value=value, date=date)
