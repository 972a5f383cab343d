"""verdict-at-least: the verdict is ``verdict`` or better. Says ``verdict`` and ``reason``."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.item import Finding
from ..model.judgement import Reason
from ..model.trace import Trace
from ..model.verdict import Verdict, word
from ..tracemodel import RuleSpec
from ._report import broken, finding, in_scope

PARAMS = {"verdict": True}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each worse verdict is a finding with its first reason."""
    least = Verdict(spec.params["verdict"])
    wrong = broken(trace)
    for item in in_scope(spec, trace):
        judgement = trace.judgements[item.id]
        if judgement.verdict.rank < least.rank and item.id not in wrong:
            reason = judgement.reasons[0] if judgement.reasons else None
            text = str(reason) if reason else "no reason recorded"
            cause = cause_of(trace, reason) if reason else ""
            yield from finding(spec, trace, item, cause=cause, verdict=word(judgement.verdict, item.type), reason=text)


def cause_of(trace: Trace, reason: Reason) -> str:
    """The item at the end of the path; what is wrong with a result is said at its test, lost reviews at their file."""
    way = [step for step in reason.path if step not in trace.items or trace.items[step].type != "result"]
    rows = (row for table in trace.model.leaves.values() for row in table)
    if not way and any(row.condition.get("review_record") and row.reason == reason.text for row in rows):
        return trace.graph.inputs.unread_reviews
    return way[-1] if way else ""
