"""result-passed: the results that count of each test passed; a test without any is found too. Says ``reason``."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS: dict[str, bool] = {}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """A test whose need ``results`` is open is a finding."""
    for item in in_scope(spec, trace):
        judgement = trace.judgements[item.id]
        verdict = judgement.needs.get("results")
        if verdict is not None and not verdict.is_closed:
            reason = next(str(reason) for reason in judgement.reasons if reason.need == "results")
            yield from finding(spec, trace, item, reason=reason.removeprefix("results: "))
