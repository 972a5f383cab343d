"""The nine verdicts and the one way of combining them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What the graph proves of an item; the order is from worst to best."""

    FAILED = "failed"
    STALE = "stale"
    MISSING = "missing"
    PLANNED = "planned"
    PARTIAL = "partial"
    WAIVED = "waived"
    VERIFIED = "verified"
    NOT_APPLICABLE = "not_applicable"
    INACTIVE = "inactive"

    @property
    def rank(self) -> int:
        """0 is worst."""
        return _RANK[self]

    @property
    def is_closed(self) -> bool:
        """Whether nothing remains to be done."""
        return self.rank >= _RANK[Verdict.WAIVED]

    @property
    def counts(self) -> bool:
        """Whether it takes part in a fold."""
        return self.rank < _RANK[Verdict.NOT_APPLICABLE]


_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}
#: Order of the parts of a bar: best first, so that the closed part always begins at the same place; what is not counted
#: comes last.
BAR_ORDER = (*reversed([verdict for verdict in Verdict if verdict.counts]), Verdict.NOT_APPLICABLE, Verdict.INACTIVE)
_CLOSED_BY_PROOF = frozenset({Verdict.VERIFIED})
_CLOSED = frozenset({Verdict.VERIFIED, Verdict.WAIVED})
_SOME_CLOSED = frozenset({Verdict.VERIFIED, Verdict.WAIVED, Verdict.PARTIAL})

#: How a reader sees a verdict. For a clause, evidence is complete; conformity is the maker's to state.
WORDS = {
    Verdict.FAILED: "failed",
    Verdict.STALE: "stale",
    Verdict.MISSING: "missing",
    Verdict.PLANNED: "planned",
    Verdict.PARTIAL: "partial",
    Verdict.WAIVED: "waived",
    Verdict.VERIFIED: "verified",
    Verdict.NOT_APPLICABLE: "not applicable",
    Verdict.INACTIVE: "inactive",
}

MEANING = {
    Verdict.FAILED: "A result failed or errored, or what this rests on has failed.",
    Verdict.STALE: "Evidence is older than what it proves: changed item, other version, expired.",
    Verdict.MISSING: "A required link does not exist or points to nothing.",
    Verdict.PLANNED: "Every required link exists; approval or results are still to come.",
    Verdict.PARTIAL: "Some required paths are closed, others are open.",
    Verdict.WAIVED: "Closed for at least one path only by an approved waiver that is in date.",
    Verdict.VERIFIED: "Every required path ends in current, approved evidence. Of a clause: evidence complete.",
    Verdict.NOT_APPLICABLE: "Justified and approved by a role; not part of any sum.",
    Verdict.INACTIVE: "Superseded, retired or rejected: neither owes nor proves.",
}


def word(verdict: Verdict, item_type: str = "") -> str:
    """Display word of a verdict.

    :param item_type: type of the item; a clause that is verified reads "evidence complete".
    """
    if verdict is Verdict.VERIFIED and item_type == "clause":
        return "evidence complete"
    return WORDS[verdict]


def fold(verdicts: Iterable[Verdict]) -> Verdict:
    """Combine the verdicts of several required paths.

    Commutative, associative and idempotent; ``not_applicable`` and ``inactive`` drop out,
    and nothing left reads ``not_applicable``.
    """
    left = {verdict for verdict in verdicts if verdict.counts}
    if not left:
        return Verdict.NOT_APPLICABLE
    if Verdict.FAILED in left:
        return Verdict.FAILED
    if Verdict.STALE in left:
        return Verdict.STALE
    if left == _CLOSED_BY_PROOF:
        return Verdict.VERIFIED
    if left <= _CLOSED:
        return Verdict.WAIVED
    if left & _SOME_CLOSED:
        return Verdict.PARTIAL
    return Verdict.MISSING if Verdict.MISSING in left else Verdict.PLANNED


def not_approved(verdict: Verdict) -> Verdict:
    """The best that a draft, an item in review or an unreviewed link can say is ``planned``."""
    return Verdict.PLANNED if verdict in _SOME_CLOSED else verdict
