"""not-suspect: what ``links`` lead to is what it was at their review. Says ``link``, ``target`` and ``reason``.

An item that changed itself is said once, by a rule of the kind ``reviewed``.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.graph import LinkState
from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS = {"links": True}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each suspect link of an item that did not change itself is a finding of that item."""
    for item in in_scope(spec, trace):
        if trace.graph.changed_since_review(item):
            continue
        for link in spec.params["links"]:
            for target in item.links.get(link, ()):
                if target in trace.items and trace.graph.link_state(item, link, target) is LinkState.SUSPECT:
                    review = trace.graph.review_of(item.id)
                    reason = f"{target} changed since the review of {review.on if review else 'an unknown day'}"
                    cause = target if trace.graph.changed_since_review(trace.items[target]) else ""
                    words = {"link": link, "target": target, "reason": reason}
                    yield from finding(spec, trace, item, option=link, cause=cause, **words)
