"""How each clause stands to this file, decisions of the authors included, and what that sets aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .applicability import APPLIES, Applicability, Standing
from .graph import Graph
from .item import Item
from .judgement import Judgement, Reason
from .verdict import Verdict


@dataclass(frozen=True, slots=True)
class Standings:
    """Standing of each clause by catalogue, date and profile, and whether that profile holds."""

    graph: Graph
    standing: Mapping[str, Applicability]
    profile_holds: bool

    def of(self, clause: Item, overruling: Sequence[Item]) -> Applicability:
        """Standing of a clause in this file.

        :param overruling: decisions in force that say that it applies, whatever the profile says.
        """
        found = self.standing.get(clause.id, APPLIES)
        if found.standing is Standing.APPLIES or not found.standing.is_in_force:
            return found
        if overruling:
            return Applicability(Standing.APPLIES, justification(overruling[0]), f"decision {overruling[0].id}")
        answered = bool(self.graph.linked(clause.id, "satisfied_by"))
        if found.standing is Standing.WHEN_CITED:
            return Applicability(Standing.APPLIES, "cited by items of this file", "citation") if answered else found
        if not self.profile_holds:
            text = f"a profile that does not hold excludes nothing; it says {found.standing.value}: {found.reason}"
            return Applicability(Standing.APPLIES, text, "no valid profile")
        if found.standing is Standing.ELSEWHERE and answered:
            return Applicability(Standing.APPLIES, "answered in this file", "citation")
        return found


def set_aside(found: Applicability) -> Judgement | None:
    """Judgement of a clause that asks nothing of this file, or nothing when it is to be judged by its answers."""
    if found.standing is Standing.APPLIES:
        return None
    verdict = Verdict.NOT_APPLICABLE if found.standing is Standing.NOT_APPLICABLE else Verdict.INACTIVE
    reason = Reason(need=found.standing.value, verdict=verdict, path=(), text=found.reason)
    return Judgement(verdict=verdict, reasons=(reason,), applicability=found)


def excluded_by(decisions: Sequence[Item], found: Applicability) -> Applicability:
    """Standing of a clause that decisions in force declare not applicable as a whole."""
    whole = [decision for decision in decisions if not decision.text("need")]
    if not whole:
        return found
    return Applicability(Standing.NOT_APPLICABLE, justification(whole[0]), f"decision {whole[0].id}")


def justification(decision: Item) -> str:
    """Reasons of a decision on one line."""
    return " ".join(decision.text("justification").split())
