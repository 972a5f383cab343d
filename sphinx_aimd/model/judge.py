"""The verdict calculus: from the leaves upward, each item once, with the shortest path to what is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..tracemodel import Need, Way
from .applicability import Applicability, Standing
from .caps import capped, is_bare_heading, with_parts
from .graph import End, Graph, LinkState, components
from .item import Item
from .judgement import Judgement, Reason
from .leaves import Context, first_match
from .standings import Standings, excluded_by, set_aside
from .verdict import Verdict, fold, not_approved, word


@dataclass(frozen=True, slots=True)
class _Part:
    """What one target or leaf contributes to a need."""

    verdict: Verdict
    path: tuple[str, ...] = ()
    text: str = ""

    @property
    def cost(self) -> tuple[int, int, tuple[str, ...], str]:
        return (self.verdict.rank, len(self.path), self.path, self.text)


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
        self.context = Context(graph, version, as_of, self.in_force)
        self.done: dict[str, Judgement] = {}
        self.group: dict[str, int] = {}

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

    def in_force(self, item_id: str, kind: str) -> list[Item]:
        """Approved decisions of a kind on an item that are in date and were reviewed as they stand."""
        return [
            self.graph.items[decision]
            for decision, state in self.graph.linked(item_id, "decided_by")
            if state is LinkState.SOUND
            and self.graph.items[decision].text("kind") == kind
            and decision in self.done
            and self.done[decision].verdict is Verdict.VERIFIED
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
            outcome = self.need(need, item)
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
        verdict = fold(
            found
            for name, found in needs.items()
            if name not in conditions or found not in (Verdict.VERIFIED, Verdict.WAIVED)
        )
        if verdict is Verdict.NOT_APPLICABLE and all(name in conditions for name in needs):
            verdict = fold(needs.values())
        return verdict

    def reason(self, need: str, verdict: Verdict, parts: Iterable[_Part]) -> Reason:
        """The worst contribution with the shortest path."""
        open_parts = [part for part in parts if part.text and not part.verdict.is_closed]
        waived = [part for part in parts if part.text and part.verdict is Verdict.WAIVED]
        worst = min(open_parts or waived, key=lambda part: part.cost, default=None)
        if worst is None:
            return Reason(need=need, verdict=verdict, path=(), text=f"{word(verdict)} by decision")
        return Reason(need=need, verdict=verdict, path=worst.path, text=worst.text)

    def need(self, need: Need, item: Item) -> tuple[Verdict, list[_Part]] | None:
        if need.when and not item.matches(need.when):
            return None
        if need.unless is not None:
            ends = [
                self.graph.items[end.id]
                for end in self.graph.walk(item.id, need.unless.hops)
                if end.id in self.graph.items
            ]
            if ends and all(end.matches(need.unless.where) for end in ends):
                return None
        ways = [found for found in (self.way(way, item) for way in need.ways) if found is not None]
        if not ways:
            if not need.present:
                return None
            wanted = " or ".join(dict.fromkeys(self.way_words(way) for way in need.ways))
            return Verdict.MISSING, [_Part(Verdict.MISSING, (), f"no {wanted}")]
        return fold(verdict for verdict, _parts in ways), [part for _verdict, parts in ways for part in parts]

    def way_words(self, way: Way) -> str:
        if way.leaf:
            return way.leaf.replace("_", " ")
        kinds = (
            "item" if len(way.to) > 4 else " or ".join(sorted(self.model.type_title(name).lower() for name in way.to))
        )
        return f"{kinds} ({' > '.join(hop.replace('_', ' ') for hop in way.hops)})"

    def way(self, way: Way, item: Item) -> tuple[Verdict, list[_Part]] | None:
        if way.leaf:
            return self.leaf(way.leaf, item)
        parts = [
            part for part in (self.end(way, item, end) for end in self.graph.walk(item.id, way.hops, way.to)) if part
        ]
        if not parts and not way.minimum:
            return None
        if len(parts) < way.minimum:
            parts.append(_Part(Verdict.MISSING, (), f"no {self.way_words(way)}"))
        if way.count == "at_least":
            best = sorted(parts, key=lambda part: -part.verdict.rank)
            counted = best[: max(way.minimum, 1)]
            counted += [part for part in best[max(way.minimum, 1) :] if part.verdict is Verdict.FAILED]
            if any(part.verdict is Verdict.MISSING and not part.path for part in parts):
                counted = parts
            return fold(part.verdict for part in counted), counted
        return fold(part.verdict for part in parts), parts

    def end(self, way: Way, item: Item, end: End) -> _Part | None:
        """What one target contributes, or None when it does not count."""
        path = (*end.via, end.id)
        target = self.graph.items.get(end.id)
        if target is None:
            return _Part(Verdict.MISSING, path, "does not exist")
        if not self.graph.is_live(target) or not target.matches(way.where):
            return None
        if not way.takes_verdict:
            found = Judgement(verdict=Verdict.VERIFIED)
        elif item.type != "clause" and self.group.get(end.id) == self.group.get(item.id):
            return _Part(Verdict.MISSING, path, "proof runs in a circle")
        else:
            found = self.done[end.id]
        verdict, text = found.verdict, ""
        if found.reasons and (not verdict.is_closed or verdict is Verdict.WAIVED):
            path, text = (*path, *found.reasons[0].path), found.reasons[0].text
        if end.state is LinkState.SUSPECT:
            verdict = fold((verdict, Verdict.STALE))
            if verdict is Verdict.STALE:
                path, text = (*end.via, end.id), str(LinkState.SUSPECT)
        elif end.state is LinkState.UNREVIEWED and not_approved(verdict) is not verdict:
            verdict, path, text = Verdict.PLANNED, (*end.via, end.id), str(LinkState.UNREVIEWED)
        return _Part(verdict, path, text or word(verdict))

    def leaf(self, name: str, item: Item) -> tuple[Verdict, list[_Part]] | None:
        then, reason = first_match(name, item, self.context)
        if then == "absent":
            return None
        if then == "selected":
            return self.selected(item)
        if item.type == "result" and item.text("message") and then == "failed":
            reason = f"{reason}: {item.text('message')}"
        if item.type == "result" and then == "planned":
            reason = f"{reason}: {item.text('outcome').replace('_', ' ')}"
        return Verdict(then), [_Part(Verdict(then), (), reason)]

    def selected(self, test: Item) -> tuple[Verdict, list[_Part]]:
        """The results that count, one fold for each required environment (see the user guide, Results)."""
        results = [result for result in self.graph.targets(test.id, "has_result") if self.graph.is_live(result)]
        by_environment: dict[str, list[Item]] = {name: [] for name in test.values("environments")}
        for result in results:
            by_environment.setdefault(result.text("environment"), []).append(result)
        parts: list[_Part] = []
        for environment, mine in by_environment.items():
            if not mine:
                parts.append(_Part(Verdict.MISSING, (), f"no result in the environment {environment!r}"))
                continue
            current = self.current(test, mine)
            if environment not in test.values("environments") and test.values("environments"):
                # an environment that nobody asked for proves nothing, but a failure in it is a failure
                current = [part for part in current if part.verdict is Verdict.FAILED]
            parts += current
        return fold(part.verdict for part in parts), parts

    def current(self, test: Item, results: list[Item]) -> list[_Part]:
        """Of one environment: the version under review, else the one run last; then the latest day, all its results."""
        newest = max(results, key=lambda result: (result.text("executed_on"), result.text("version_under_test")))
        kept = [result for result in results if self.context.version == result.text("version_under_test") != ""]
        kept = kept or [r for r in results if r.text("version_under_test") == newest.text("version_under_test")]
        day = max(result.text("executed_on") for result in kept)
        # a result without a date may be the latest one, so it always counts
        now = [result for result in kept if result.text("executed_on") in ("", day)]
        before = {
            result.text("build_hash"): result
            for result in kept
            if result not in now and result.text("build_hash") and result.text("outcome") in ("failed", "error")
        }
        parts = []
        for result in now:
            found = self.done[result.id]
            text = found.reasons[0].text if found.reasons else word(found.verdict)
            verdict = found.verdict
            old = before.get(result.text("build_hash"))
            if old is not None and result.text("outcome") == "passed" and not self.in_force(test.id, "test_deviation"):
                verdict, text = not_approved(verdict), f"flaky: {old.id} failed on the same build"
            parts.append(_Part(verdict, (result.id,), text))
        return parts

    def decided(self, item: Item, verdict: Verdict, need: str) -> Verdict:
        """Effect of decisions in force on a verdict; nothing decides over a failure."""
        if item.type == "decision" or verdict is Verdict.FAILED:
            return verdict
        kinds = {
            decision.text("kind"): decision
            for kind in ("alternative_approach", "waiver", "not_applicable")
            for decision in self.in_force(item.id, kind)
            if decision.text("need") == need
        }
        if "not_applicable" in kinds and verdict.counts:
            return Verdict.NOT_APPLICABLE
        if "waiver" in kinds and verdict.rank < Verdict.WAIVED.rank:
            return Verdict.WAIVED
        if "alternative_approach" in kinds and verdict is Verdict.MISSING:
            shown = self.graph.linked(kinds["alternative_approach"].id, "evidenced_by")
            if any(evidence in self.done and self.done[evidence].verdict is Verdict.VERIFIED for evidence, _s in shown):
                return Verdict.VERIFIED
        return verdict
