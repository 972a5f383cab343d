"""The verdict calculus: from the leaves upward, each item once, with the shortest path to what is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .applicability import Applicability, Standing
from .caps import capped, is_bare_heading, with_parts
from .graph import Graph, LinkState, components
from .item import Item
from .judgement import Judgement, Reason
from .leaves import Context
from .selection import Part
from .standings import Standings, excluded_by, set_aside
from .verdict import Verdict, fold, not_approved, word
from .ways import Ways


def judge(
    graph: Graph,
    version: str,
    as_of: str,
    standing: Mapping[str, Applicability] | None = None,
    *,
    profile_holds: bool = False,
) -> dict[str, Judgement]:
    """Judge every item.

    Evaluation follows the proof graph from its leaves; links inside one strongly connected component
    prove nothing, so the order in which items are visited cannot matter.

    :param version: version under review; without one no result counts.
    :param as_of: date for ages and expiries, ISO form; without one every date counts as past.
    :param standing: how each clause stands to the device; without it every clause applies.
    :param profile_holds: whether the device profile that excludes clauses is approved and fits; otherwise none is.
    """
    return _Judge(graph, version, as_of, Standings(graph, standing or {}, profile_holds)).run()


class _Judge:
    def __init__(self, graph: Graph, version: str, as_of: str, standings: Standings) -> None:
        self.graph, self.model, self.standings = graph, graph.model, standings
        self.context = Context(graph, version, as_of, self.in_force, self.is_verified)
        self.done: dict[str, Judgement] = {}
        self.group: dict[str, int] = {}
        self.ways = Ways(context=self.context, done=self.done, group=self.group)

    def run(self) -> dict[str, Judgement]:
        others = [item_id for item_id, item in self.graph.items.items() if item.type != "clause"]
        edges = {item_id: self.rests_on(self.graph.items[item_id]) for item_id in others}
        groups = components(edges)
        for number, group in enumerate(groups):
            for member in group:
                self.group[member] = number
        for group in groups:
            judged = {member: self.item(self.graph.items[member]) for member in group}
            self.done.update(judged)
        clauses = [item for item in self.graph.items.values() if item.type == "clause"]
        # the id of a part is longer than that of the whole
        for clause in sorted(clauses, key=lambda clause: -len(clause.id)):
            self.done[clause.id] = self.item(clause)
        return self.done

    def rests_on(self, item: Item) -> list[str]:
        """Everything whose verdict the item's own needs."""
        found: dict[str, None] = {}
        for need in self.model.needs[item.type]:
            for way in need.ways:
                if way.takes_verdict:
                    found.update(dict.fromkeys(end.id for end in self.graph.walk(item.id, way.hops, way.to)))
        for hop in ("has_result", "decided_by"):
            found.update(dict.fromkeys(target for target, _state in self.graph.linked(item.id, hop)))
        if item.type == "result":
            for test in self.graph.targets(item.id, "result_of"):
                found.update(dict.fromkeys(target for target, _state in self.graph.linked(test.id, "decided_by")))
        if item.type == "decision":
            found.update(dict.fromkeys(target for target, _state in self.graph.linked(item.id, "evidenced_by")))
        return sorted(found)

    def is_verified(self, item_id: str) -> bool:
        """Whether an item was judged already and is proven."""
        return item_id in self.done and self.done[item_id].verdict is Verdict.VERIFIED

    def in_force(self, item_id: str, kind: str) -> list[Item]:
        """Approved decisions of a kind on an item that are in date and were reviewed as they stand."""
        return [
            self.graph.items[decision]
            for decision, state in self.graph.linked(item_id, "decided_by")
            if state is LinkState.SOUND
            and self.graph.items[decision].text("kind") == kind
            and self.is_verified(decision)
        ]

    def item(self, item: Item) -> Judgement:
        if not self.graph.is_live(item):
            text = f"{item.status}: {item.text('status_reason') or 'no reason given'}"
            return Judgement(
                verdict=Verdict.INACTIVE, reasons=(Reason(need="status", verdict=Verdict.INACTIVE, path=(), text=text),)
            )
        stands = self.standings.of(item, self.in_force(item.id, "applicable")) if item.type == "clause" else None
        aside = set_aside(stands) if stands is not None else None
        if aside is not None:
            return self.heading(item, aside)
        needs: dict[str, Verdict] = {}
        conditions: set[str] = set()
        reasons: list[Reason] = []
        for need in self.model.needs[item.type]:
            outcome = self.ways.need(need, item)
            if outcome is None:
                continue
            verdict, parts = outcome
            decided = self.decided(item, verdict, need.name)
            if decided is not verdict:
                parts = []
            needs[need.name] = decided
            if not need.credit:
                conditions.add(need.name)
            if not decided.is_closed or decided is Verdict.WAIVED:
                reasons.append(self.reason(need.name, decided, parts))
        verdict = self.sum(needs, conditions)
        if not needs:
            reasons.append(Reason(need="status", verdict=verdict, path=(), text="nothing is asked that could show it"))
        if item.type == "clause" and verdict in (Verdict.VERIFIED, Verdict.WAIVED):
            verdict, more = capped(self.graph, self.done, item, verdict)
            reasons += more
        if item.id in self.graph.parts:
            verdict, more = with_parts(self.graph, self.done, item, verdict)
            reasons = more if is_bare_heading(self.graph, item) else [*reasons, *more]
        status = self.model.statuses.get(item.status)
        if status is not None and not status.may_prove and not_approved(verdict) is not verdict:
            verdict = not_approved(verdict)
            if all(reason.verdict.is_closed for reason in reasons):
                text = f"{status.title.lower()}, not approved"
                reasons.append(Reason(need="status", verdict=verdict, path=(), text=text))
        decided = self.decided(item, verdict, "")
        if decided is not verdict:
            kind = "waiver" if decided is Verdict.WAIVED else "decision"
            ids = [d.id for d in self.graph.targets(item.id, "decided_by")]
            reasons.insert(
                0, Reason(need=kind, verdict=decided, path=tuple(ids[:1]), text=f"{word(decided)} by decision")
            )
        reasons.sort(key=lambda reason: (reason.verdict.rank, len(reason.path)))
        if not decided.is_closed:
            pending = self.pending(item, decided)
            # of a clause the exception was the answer, so why it has no effect comes first
            reasons = [*pending, *reasons] if item.type == "clause" else [*reasons, *pending]
        if stands is not None and decided is Verdict.NOT_APPLICABLE:
            stands = excluded_by(self.in_force(item.id, "not_applicable"), stands)
        return Judgement(verdict=decided, needs=needs, reasons=tuple(reasons), applicability=stands)

    def heading(self, clause: Item, aside: Judgement) -> Judgement:
        """A clause that others answer or that nobody cites is open all the same as far as a part of it is.

        Closed parts close nothing: the rest of the clause was not answered here.
        """
        standing = aside.applicability.standing if aside.applicability else None
        folded = fold(self.done[part].verdict for part in self.graph.parts.get(clause.id, ()))
        if standing not in (Standing.ELSEWHERE, Standing.WHEN_CITED) or folded.is_closed:
            return aside
        _verdict, reasons = with_parts(self.graph, self.done, clause, Verdict.NOT_APPLICABLE)
        stands = Applicability(Standing.APPLIES, "as far as its parts are answered in this file", "parts")
        return Judgement(verdict=folded, reasons=tuple(reasons), applicability=stands)

    def pending(self, item: Item, verdict: Verdict) -> list[Reason]:
        """Why decisions on an item that is open have no effect."""
        found = []
        for decision, state in self.graph.linked(item.id, "decided_by"):
            judged = self.done.get(decision)
            if judged is None or not self.graph.is_live(self.graph.items[decision]):
                continue
            if judged.verdict is not Verdict.VERIFIED:
                path, text = judged.reasons[0].path, judged.reasons[0].text
            elif state is not LinkState.SOUND:
                path, text = (), str(state)
            else:
                continue
            found.append(Reason(need="exception", verdict=verdict, path=(decision, *path), text=text))
        return found

    def sum(self, needs: Mapping[str, Verdict], conditions: set[str]) -> Verdict:
        """Fold of the needs; a closed condition gives no credit unless nothing else was asked."""
        if not needs:
            return Verdict.MISSING
        verdict = fold(
            found
            for name, found in needs.items()
            if name not in conditions or found not in (Verdict.VERIFIED, Verdict.WAIVED)
        )
        if verdict is Verdict.NOT_APPLICABLE and all(name in conditions for name in needs):
            verdict = fold(needs.values())
        return verdict

    def reason(self, need: str, verdict: Verdict, parts: Iterable[Part]) -> Reason:
        """The worst contribution with the shortest path."""
        open_parts = [part for part in parts if part.text and not part.verdict.is_closed]
        waived = [part for part in parts if part.text and part.verdict is Verdict.WAIVED]
        worst = min(open_parts or waived, key=lambda part: part.cost, default=None)
        if worst is None:
            return Reason(need=need, verdict=verdict, path=(), text=f"{word(verdict)} by decision")
        return Reason(need=need, verdict=verdict, path=worst.path, text=worst.text)

    def decided(self, item: Item, verdict: Verdict, need: str) -> Verdict:
        """Effect of decisions in force on a verdict; nothing decides over a failure."""
        if item.type == "decision" or verdict is Verdict.FAILED:
            return verdict

        def mine(kind: str) -> list[Item]:
            return [decision for decision in self.in_force(item.id, kind) if decision.text("need") == need]

        if verdict.counts and mine("not_applicable"):
            return Verdict.NOT_APPLICABLE
        if verdict.rank < Verdict.WAIVED.rank and mine("waiver"):
            return Verdict.WAIVED
        if verdict is Verdict.MISSING and any(map(self.is_shown, mine("alternative_approach"))):
            return Verdict.VERIFIED
        return verdict

    def is_shown(self, decision: Item) -> bool:
        """Whether a verified record, reviewed as what it is, shows what a decision says."""
        return any(
            state is LinkState.SOUND and evidence in self.done and self.done[evidence].verdict is Verdict.VERIFIED
            for evidence, state in self.graph.linked(decision.id, "evidenced_by")
        )
