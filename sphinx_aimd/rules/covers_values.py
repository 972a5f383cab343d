"""covers-values: every value of ``field`` (or of ``values``) occurs in items of ``types``, ``per`` project or item.

With ``per: item`` the items are those at the end of ``hops``. Items out of force do not count; with ``considered``
those that were set aside with a reason do. Says ``value``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..model.item import Finding, Item
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS = {"per": True, "hops": False, "types": True, "field": True, "values": False, "considered": False}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each value that nothing holds is a finding."""
    types = frozenset(spec.params["types"])
    if spec.params["per"] == "project":
        everything = (item for item in trace.items.values() if item.type in types)
        yield from _missing(spec, trace, None, everything)
        return
    for item in in_scope(spec, trace):
        ends = trace.graph.walk(item.id, spec.params["hops"], types)
        yield from _missing(spec, trace, item, (trace.items[end.id] for end in ends if end.id in trace.items))


def _missing(spec: RuleSpec, trace: Trace, subject: Item | None, items: Iterable[Item]) -> Iterator[Finding]:
    name = spec.params["field"]
    wanted = spec.params.get("values") or trace.model.types[spec.params["types"][0]].fields[name].values
    considered = spec.params.get("considered") == "true"
    found = {
        value
        for item in items
        if trace.graph.is_live(item) or (considered and item.text("status_reason"))
        for value in item.values(name)
    }
    for value in wanted:
        if value not in found:
            yield from finding(spec, trace, subject, value=value, field=name)
