"""required-field: each of ``fields`` is filled. Says ``field``."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS = {"fields": True}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each empty field of each item is a finding."""
    for item in in_scope(spec, trace):
        for name in spec.params["fields"]:
            if not item.text(name):
                yield from finding(spec, trace, item, field=name)
