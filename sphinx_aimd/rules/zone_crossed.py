"""zone-crossed: each zone of an asset in scope that an architecture view shows is crossed by an interface of the file.

The finding stands at the first asset of the zone, and so does the decision that answers it. Other rules ask for a zone
where none is stated. Says ``zone``.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.boundaries import trust_boundaries, views_of
from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS: dict[str, bool] = {}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each zone that no interface crosses into is one finding."""
    shown = {item.id for item in in_scope(spec, trace) if views_of(trace.graph, item)}
    for zone in trust_boundaries(trace.graph).zones:
        if zone.is_crossed or not zone.name or not shown & {item.id for item in zone.assets}:
            continue
        option = "zone" if zone.first.text("zone") else "controlled_by"
        cause = zone.broken[0] if zone.broken else ""
        yield from finding(spec, trace, zone.first, option=option, cause=cause, zone=zone.name)
