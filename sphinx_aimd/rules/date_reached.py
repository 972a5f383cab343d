"""date-reached: what an item says to have happened lies on or before the as-of date. Says ``field`` and ``date``.

The fields are those that the types mark with ``dated: record`` and that authors fill; without an as-of date every day
has come.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS: dict[str, bool] = {}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each date that has not come is a finding."""
    if not trace.as_of:
        return
    for item in in_scope(spec, trace):
        for field in trace.model.types[item.type].fields.values():
            day = item.text(field.name)
            if field.dated == "record" and not field.by_reader and day > trace.as_of:
                yield from finding(spec, trace, item, option=field.name, field=field.name, date=day)
