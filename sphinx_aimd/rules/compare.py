"""compare: ``left`` stands in relation ``op`` (eq, ne, le, ge) to ``right``, pairwise for lists.

The right field is read on the item, or at the end of ``hops``. Scales compare by their order, dates by
day, numbers by value; an empty side says nothing. Says ``field``, ``value`` and ``expected``.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

from ..model.item import Finding, Item
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS = {"left": True, "op": True, "right": True, "hops": False, "types": False}
_RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "le": operator.le,
    "ge": operator.ge,
}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each pair that does not stand in the relation is a finding."""
    pairs = list(zip(_list(spec.params["left"]), _list(spec.params["right"]), strict=True))
    holds = _RELATIONS[spec.params["op"]]
    for item in in_scope(spec, trace):
        others = [item]
        if "hops" in spec.params:
            types = frozenset(spec.params["types"])
            ends = trace.graph.walk(item.id, spec.params["hops"], types)
            others = [
                trace.items[end.id]
                for end in ends
                if end.id in trace.items and trace.graph.is_live(trace.items[end.id])
            ]
        for other in others:
            for left, right in pairs:
                value, expected = item.text(left), other.text(right)
                if (
                    value
                    and expected
                    and not holds(_key(trace, item, left, value), _key(trace, other, right, expected))
                ):
                    yield from finding(spec, trace, item, option=left, field=left, value=value, expected=expected)


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _key(trace: Trace, item: Item, name: str, text: str) -> Any:
    field = trace.model.types[item.type].fields[name]
    if field.kind in ("number", "integer"):
        return float(text)
    return field.values.index(text) if field.ordered else text
