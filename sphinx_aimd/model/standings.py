"""Judgement of the clauses that ask nothing of this file: not applicable, answered elsewhere, not in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .applicability import Applicability, Standing
from .graph import Graph
from .item import Item
from .judgement import Judgement, Reason
from .verdict import Verdict


@dataclass(frozen=True, slots=True)
class Standings:
    """Standing of each clause, and whether the device profile that decided it is approved."""

    graph: Graph
    standing: Mapping[str, Applicability]
    profile_approved: bool

    def judgement(self, clause: Item, *, applies: bool) -> Judgement | None:
        """Judgement of a clause that is set aside, or nothing when it is to be judged by its answers.

        :param applies: whether a decision in force says that it applies, whatever the profile says.
        """
        found = self.standing.get(clause.id)
        if found is None or found.standing is Standing.APPLIES:
            return None
        answered = bool(self.graph.linked(clause.id, "satisfied_by"))
        if found.standing is Standing.NOT_APPLICABLE:
            if applies:
                return None
            if self.profile_approved:
                return _set_aside(Verdict.NOT_APPLICABLE, found)
            # a draft excludes nothing: what is not approved cannot close a clause
            return None if answered else _set_aside(Verdict.PLANNED, found, "by a profile that is not approved; ")
        if found.standing is Standing.ELSEWHERE and not self.profile_approved:
            return None
        if found.standing in (Standing.ELSEWHERE, Standing.WHEN_CITED) and (answered or applies):
            return None
        return _set_aside(Verdict.INACTIVE, found)


def _set_aside(verdict: Verdict, found: Applicability, why: str = "") -> Judgement:
    text = f"{why}{found.reason}"
    return Judgement(verdict=verdict, reasons=(Reason(need=found.standing.value, verdict=verdict, path=(), text=text),))
