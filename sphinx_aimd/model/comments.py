"""What reviewers wrote beside the rows of views: questions, ratings and comments, each by a role on a date.

A comment is a gap until it is closed, and never more than that: it changes no verdict, neither down nor up.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from .item import Finding, Location, Severity

#: What a reviewer may rate a row; the order is that of the workbook's list.
RATINGS = ("accept", "minor", "major", "critical", "not reviewed")
#: A comment is open, answered by the maker, or closed: the reviewer agrees.
STATES = ("open", "answered", "closed")


class RowNow(StrEnum):
    """What became of the row that a comment stands beside, in the words of the finding."""

    SAME = "the row still says what it said"
    CHANGED = "the row has changed since"
    GONE = "the row is no longer in the view"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment of one reviewer on one row of a view.

    :param item: id of the item that heads the row, empty where none does.
    :param key: key of the row, see :mod:`..views.rowkeys`.
    :param seen: digest of what the row said as the reviewer saw it.
    :param row: the same in words, shortened, for readers of the file.
    :param on: date of the review, YYYY-MM-DD.
    :param answered_by: role that answered; a person's name belongs to the signature record.
    :param differs_from: id of an earlier comment of the same role on the same row that says something else.
    """

    id: str
    view: str
    item: str
    key: str
    seen: str
    on: str
    role: str
    row: str = ""
    rating: str = ""
    question: str = ""
    comment: str = ""
    state: str = "open"
    answer: str = ""
    answered_by: str = ""
    answered_on: str = ""
    differs_from: str = ""
    location: Location = field(default_factory=Location)
    row_now: RowNow = RowNow.SAME

    @property
    def said(self) -> tuple[str, str, str]:
        """Question, rating and comment: what makes two comments the same."""
        return (self.question, self.rating, self.comment)

    @property
    def is_waiting(self) -> bool:
        """Whether someone has to act: not closed, and more than a bare acceptance or a bare ``not reviewed``."""
        asks = self.rating in ("minor", "major", "critical") or self.question or self.comment
        return self.state != "closed" and bool(asks)


def faults(comments: Iterable[Comment], items: Container[str]) -> Iterator[Finding]:
    """Model errors of comments: an item that does not exist, an answer without text, role or date."""
    for comment in comments:
        if comment.state != "closed" and comment.item and comment.item not in items:
            message = f"{comment.id} is about {comment.item}, which does not exist."
            yield _fault(comment, "", message, "Correct the id, or answer and close the comment.")
        if comment.state == "open":
            continue
        empty = [name for name in ("answer", "answered_by", "answered_on") if not getattr(comment, name)]
        if empty:
            message = f"{comment.id} is {comment.state} without {', '.join(empty)}."
            yield _fault(comment, comment.item, message, "Say what the answer is, which role gave it, and when.")


def _fault(comment: Comment, item: str, message: str, remedy: str) -> Finding:
    return Finding(
        rule="comment",
        severity=Severity.ERROR,
        item=item,
        location=comment.location,
        message=message,
        remedy=remedy,
        is_model_error=True,
    )
