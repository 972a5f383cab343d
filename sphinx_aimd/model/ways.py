"""A need of an item in, what its own checks and the items it rests on contribute out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..tracemodel import Need, Way
from .graph import End, LinkState
from .item import Item
from .judgement import Judgement
from .leaves import Context, first_match
from .selection import Part, selected
from .verdict import Verdict, fold, not_approved, word


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """What the needs of items are met by.

    :param done: judgements so far; of all that the item rests on, unless the proof runs in a circle.
    :param group: number of the circle (strongly connected component) that each item stands in.
    """

    context: Context
    done: Mapping[str, Judgement]
    group: Mapping[str, int]

    def need(self, need: Need, item: Item) -> tuple[Verdict, list[Part]] | None:
        """Verdict of a need and the contributions to it; None where it asks nothing of the item."""
        if need.when and not item.matches(need.when):
            return None
        if need.unless is not None:
            graph = self.context.graph
            ends = [graph.items[end.id] for end in graph.walk(item.id, need.unless.hops) if end.id in graph.items]
            ends = [end for end in ends if graph.is_live(end)]
            if ends and all(end.matches(need.unless.where) for end in ends):
                return None
        ways = [found for found in (self.way(way, item) for way in need.ways) if found is not None]
        if not ways:
            if not need.present:
                return None
            wanted = " or ".join(dict.fromkeys(self.words(way) for way in need.ways))
            parts = [part for way in need.ways if not way.leaf for part in self.parts(way, item)]
            return Verdict.MISSING, [_lacking(wanted, parts)]
        return fold(verdict for verdict, _parts in ways), [part for _verdict, parts in ways for part in parts]

    def words(self, way: Way) -> str:
        """What a way asks for, in words."""
        if way.leaf:
            return way.leaf.replace("_", " ")
        model = self.context.graph.model
        kinds = "item" if len(way.to) > 4 else " or ".join(sorted(model.type_title(name).lower() for name in way.to))
        return f"{kinds} ({' > '.join(hop.replace('_', ' ') for hop in way.hops)})"

    def way(self, way: Way, item: Item) -> tuple[Verdict, list[Part]] | None:
        """Fold over one way; what does not apply neither owes nor proves, so it makes up no number either."""
        if way.leaf:
            return self.leaf(way.leaf, item)
        found = self.parts(way, item)
        parts = [part for part in found if part.verdict.counts]
        if not parts and not way.minimum:
            return None
        if len(parts) < way.minimum:
            parts.append(_lacking(self.words(way), found))
        if way.count == "at_least":
            best = sorted(parts, key=lambda part: -part.verdict.rank)
            counted = best[: max(way.minimum, 1)]
            counted += [part for part in best[max(way.minimum, 1) :] if part.verdict is Verdict.FAILED]
            if any(part.verdict is Verdict.MISSING and not part.path for part in parts):
                counted = parts
            return fold(part.verdict for part in counted), counted
        return fold(part.verdict for part in parts), parts

    def parts(self, way: Way, item: Item) -> list[Part]:
        """What the targets of a way contribute."""
        ends = self.context.graph.walk(item.id, way.hops, way.to)
        return [part for part in (self.end(way, item, end) for end in ends) if part is not None]

    def end(self, way: Way, item: Item, end: End) -> Part | None:
        """What one target contributes, or None when it does not count."""
        path = (*end.via, end.id)
        graph = self.context.graph
        target = graph.items.get(end.id)
        if target is None:
            return Part(Verdict.MISSING, path, "does not exist")
        if not target.matches(way.where):
            return None
        if not graph.is_live(target):
            if way.takes_verdict and not self.is_explained(target):
                return Part(Verdict.MISSING, path, f"{target.status} without a reason")
            return None
        if not way.takes_verdict:
            found = Judgement(verdict=Verdict.VERIFIED)
        elif item.type != "clause" and self.group.get(end.id) == self.group.get(item.id):
            return Part(Verdict.MISSING, path, "proof runs in a circle")
        else:
            found = self.done[end.id]
        verdict, text = found.verdict, ""
        if way.proof == "failures" and verdict is not Verdict.FAILED:
            return None
        if found.reasons and (not verdict.is_closed or verdict is Verdict.WAIVED):
            path, text = (*path, *found.reasons[0].path), found.reasons[0].text
        if end.state is LinkState.SUSPECT:
            verdict = fold((verdict, Verdict.STALE))
            if verdict is Verdict.STALE:
                path, text = (*end.via, end.id), str(LinkState.SUSPECT)
        elif end.state is not LinkState.SOUND and not_approved(verdict) is not verdict:
            verdict, path, text = Verdict.PLANNED, (*end.via, end.id), str(end.state)
        return Part(verdict, path, text or word(verdict))

    def is_explained(self, item: Item) -> bool:
        """Whether an item out of force says why, or another that is in force takes its place."""
        graph = self.context.graph
        return bool(item.text("status_reason")) or any(map(graph.is_live, graph.targets(item.id, "superseded_by")))

    def leaf(self, name: str, item: Item) -> tuple[Verdict, list[Part]] | None:
        """What a check on the item itself says."""
        then, reason = first_match(name, item, self.context)
        if then == "absent":
            return None
        if then == "selected":
            return selected(item, self.done, self.context)
        if item.type == "result" and item.text("message") and then == "failed":
            reason = f"{reason}: {item.text('message')}"
        if item.type == "result" and then == "planned":
            reason = f"{reason}: {item.text('outcome').replace('_', ' ')}"
        return Verdict(then), [Part(Verdict(then), (), reason)]


def _lacking(wanted: str, found: list[Part]) -> Part:
    """Fewer than asked; where some were found they are not applicable, and that is said."""
    aside = any(not part.verdict.counts for part in found)
    return Part(Verdict.MISSING, (), f"no {wanted}" + (" that applies" if aside else ""))
