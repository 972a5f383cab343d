"""stride-per-element: each class of ``field`` that the kind of element owes is held by an item of ``types``.

The items are those at the end of ``hops``; those out of force count as considered with a reason alone. What a kind of
element owes stands in methods.yaml. Says ``value`` and ``element``.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.item import Finding
from ..model.stride import duties
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS = {"hops": True, "types": True, "field": True}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each class that is owed and that nothing answers is a finding."""
    for item in in_scope(spec, trace):
        for duty in duties(spec, item, trace):
            if duty.is_open:
                value = duty.value
                yield from finding(spec, trace, item, value=value, element=duty.element.lower())
