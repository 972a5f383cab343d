"""rating-follows-method: level, state and acceptance of a risk are those of its rating ``methods``.

``about`` says which of level, state and acceptance are looked at. Ratings that are not given say nothing. Says
``field``, ``value``, ``expected`` and ``method``.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.item import Finding
from ..model.rating import departures
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS = {"methods": True, "about": True}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each departure from a method is a finding at the line of the field at fault."""
    methods = [trace.model.methods.ratings[name] for name in spec.params["methods"]]
    for item in in_scope(spec, trace):
        fields = trace.model.types[item.type].fields
        for method in methods:
            for found in departures(method, item):
                if found.about in spec.params["about"]:
                    title = fields[found.field].title if found.field in fields else found.field
                    yield from finding(
                        spec,
                        trace,
                        item,
                        option=found.field,
                        field=title,
                        value=found.value.replace("_", " ") or "empty",
                        expected=found.expected,
                        method=method.title,
                    )
