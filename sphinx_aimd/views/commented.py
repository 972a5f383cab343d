"""Comments of reviewers and the views of today in, the comments with what became of their rows out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..model.comments import Comment, RowNow
from .dossier import Dossier
from .rowkeys import RowIndex


def index_of(dossier: Dossier, view_ids: Iterable[str]) -> RowIndex:
    """The rows of some views by their keys; ids of views that do not exist are passed over."""
    index = RowIndex()
    for view_id in sorted(set(view_ids)):
        if view_id in dossier.views:
            index.add(dossier.views[view_id])
    return index


def with_rows(dossier: Dossier, comments: Sequence[Comment]) -> tuple[Comment, ...]:
    """The comments, each with whether its row still says what the reviewer saw.

    :param dossier: views in which the comments themselves say nothing of their rows yet, since the list of findings
        is a view too. Pages of the PDF do not count.
    """
    index = index_of(dossier, (comment.view for comment in comments if comment.is_waiting))
    return tuple(
        replace(comment, row_now=_row_now(index, comment)) if comment.is_waiting else comment for comment in comments
    )


def _row_now(index: RowIndex, comment: Comment) -> RowNow:
    found = index.find(comment.key, comment.seen)
    if found is None:
        return RowNow.GONE
    return RowNow.CHANGED if found[1] else RowNow.SAME
