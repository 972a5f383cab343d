"""not-suspect: none of ``links`` changed at a watched end since its review. Says ``link``, ``target`` and ``reason``."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.graph import LinkState
from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS = {"links": True}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each suspect link is a finding of the item at its tail."""
    for item in in_scope(spec, trace):
        for link in spec.params["links"]:
            for target in item.links.get(link, ()):
                if target in trace.items and trace.graph.link_state(item, link, target) is LinkState.SUSPECT:
                    review = trace.graph.review_of(item.id)
                    changed = item.id if trace.graph.changed_since_review(item) else target
                    reason = f"{changed} changed since the review of {review.on if review else 'an unknown day'}"
                    yield from finding(spec, trace, item, option=link, link=link, target=target, reason=reason)
