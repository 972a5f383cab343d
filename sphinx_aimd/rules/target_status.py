"""target-status: what ``links`` lead to has one of the statuses ``allowed``. Says ``link`` and ``target``."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS = {"links": True, "allowed": True}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each target of another status is a finding of the item; clauses and results have none."""
    for item in in_scope(spec, trace):
        for link in spec.params["links"]:
            for target in trace.graph.targets(item.id, link):
                if target.status and target.status not in spec.params["allowed"]:
                    yield from finding(spec, trace, item, option=link, cause=target.id, link=link, target=target.id)
