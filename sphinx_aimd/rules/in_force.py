"""in-force: what the item cites by ``link`` is in force on the as-of date. Says ``citation`` and ``reason``."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS = {"link": True}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each clause that is superseded, ended, proposed or not yet in force is a finding of the item that cites it."""
    link = spec.params["link"]
    for item in in_scope(spec, trace):
        for clause, found in trace.cited_out_of_force(item, link):
            citation, reason = trace.items[clause].citation, f"{found.standing.value}: {found.reason}"
            yield from finding(spec, trace, item, option=link, citation=citation, reason=reason)
