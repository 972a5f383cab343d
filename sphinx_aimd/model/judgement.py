"""What the calculus says of one item: its verdict, the verdicts of its needs, and the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .applicability import Applicability
from .verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a verdict is not better: the need, the way to the cause, and the cause in words."""

    need: str
    verdict: Verdict
    path: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        way = " > ".join(self.path)
        return (
            f"{self.need.replace('_', ' ')}: {way}: {self.text}"
            if way
            else f"{self.need.replace('_', ' ')}: {self.text}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Verdict of one item, of each of its needs, and the reasons, most important first.

    :param applicability: of a clause, how it stands to the device, decisions of the authors included.
    """

    verdict: Verdict
    needs: Mapping[str, Verdict] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    applicability: Applicability | None = None
