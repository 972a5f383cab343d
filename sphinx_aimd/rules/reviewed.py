"""reviewed: an approved item has a review record, and is still what was reviewed. Says ``reason``."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import broken, finding, in_scope

PARAMS: dict[str, bool] = {}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each approved item without a record that holds is one finding; its cause may be a file that cannot be read."""
    wrong = broken(trace)
    for item in in_scope(spec, trace):
        if not trace.graph.needs_review(item) or item.id in wrong:
            continue
        review = trace.graph.review_of(item.id)
        if review is None:
            ahead = trace.graph.inputs.reviews.get(item.id)
            reason = f"was reviewed on {ahead.on}, after the as-of date" if ahead else "was never reviewed"
            yield from finding(spec, trace, item, cause=trace.graph.inputs.unread_reviews, reason=reason)
        elif trace.graph.changed_since_review(item):
            yield from finding(spec, trace, item, reason=f"changed since the review of {review.on}")
