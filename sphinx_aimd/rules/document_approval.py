"""document-approval: an approved document holds content that its approval does not cover, by one ``fault``.

``fault`` is younger, open, changed or undated. Says ``document``, ``date`` (of its revision), ``named`` (the first
items and how many more) and ``value`` (its id in documents.yaml, by which a decision may close it).
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.approval import UNDATED
from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding

PARAMS = {"fault": True}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each document with the fault is one finding, at its entry in documents.yaml."""
    fault = spec.params["fault"]
    for name, approval in trace.approvals.items():
        if fault in approval.faults:
            document = approval.document
            yield from finding(
                spec,
                trace,
                None,
                place=document.location,
                cause=trace.graph.inputs.unread_reviews if fault == UNDATED else "",
                document=document.label,
                date=document.date,
                named=approval.named(fault),
                value=name,
            )
