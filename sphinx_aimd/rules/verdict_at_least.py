"""verdict-at-least: the verdict is ``verdict`` or better. Says ``verdict`` and ``reason``."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.item import Finding
from ..model.trace import Trace
from ..model.verdict import Verdict, word
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS = {"verdict": True}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each worse verdict is a finding with its first reason."""
    least = Verdict(spec.params["verdict"])
    for item in in_scope(spec, trace):
        judgement = trace.judgements[item.id]
        if judgement.verdict.rank < least.rank:
            reason = str(judgement.reasons[0]) if judgement.reasons else "no reason recorded"
            way = [step for step in judgement.reasons[0].path if not is_result(trace, step)] if judgement.reasons else []
            cause = way[-1] if way else ""
            yield from finding(spec, trace, item, cause=cause, verdict=word(judgement.verdict, item.type), reason=reason)


def is_result(trace: Trace, item_id: str) -> bool:
    """Whether a step of a path is a test result; what is wrong with one is reported at its test."""
    return item_id in trace.items and trace.items[item_id].type == "result"
