"""reviewer-comment: a reviewer's comment of one of ``ratings`` that is not closed.

Says ``comment``, ``rating``, ``role``, ``date``, ``said`` and ``row`` (whether the row has changed since).
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.comments import Comment
from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding

PARAMS = {"ratings": True}
#: What a reviewer asks explains no other finding, so none is left out because of it.
EXPLAINS = False
#: Longest text of a comment in a finding, in characters; the file has all of it.
MAX_SAID = 600


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each comment that waits for an answer or for the reviewer's consent is one finding, at its line."""
    for comment in trace.comments:
        item = trace.items.get(comment.item)
        in_scope = item is None or (item.type in spec.types and item.matches(spec.where))
        if comment.is_waiting and in_scope and (comment.rating or "not reviewed") in spec.params["ratings"]:
            yield from finding(
                spec,
                trace,
                item,
                place=comment.location,
                comment=comment.id,
                rating=comment.rating or "not rated",
                role=comment.role,
                date=comment.on,
                said=_said(comment),
                row=str(comment.row_now),
            )


def _said(comment: Comment) -> str:
    """Question and comment, what the same role said besides, and the answer."""
    parts = [comment.question, comment.comment]
    parts += [f"(not what the same role says in {comment.differs_from})"] if comment.differs_from else []
    if comment.state == "answered" and comment.answer:
        parts.append(f"[answered by {comment.answered_by} on {comment.answered_on}: {comment.answer}]")
    text = " / ".join(_cut(part, comment) for part in parts if part)
    return text.rstrip(".") or "no words"


def _cut(text: str, comment: Comment) -> str:
    return text if len(text) <= MAX_SAID else f"{text[:MAX_SAID]}... (the whole text is in {comment.location.file})"
