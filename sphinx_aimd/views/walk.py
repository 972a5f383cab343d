"""What the trace page of an item or clause says, computed once for every writer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from ..model.trace import Trace
from ..model.verdict import Verdict
from .card import Reference
from .cards import approved_copy, reference
from .explain import explain
from .explanation import Explanation
from .neighbourhood import Neighbourhood, Step, Surroundings, Tree, neighbourhood, tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The record that proves an item and lies nearest to it.

    :param path: its file as approved, or nothing if the maker holds it.
    """

    item: Reference
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceWalk:
    """An item or clause with both directions of its trace.

    :param kind: title of the item type ("Threat").
    :param file: source file of the item, and its line; nothing for clauses.
    :param upstream: what it answers to, towards clauses, threats and assets.
    :param downstream: what proves it, towards tests, results and records.
    :param around: the nearest of both, small enough to draw.
    :param ends: every item that the three name, by id; one without a verdict does not exist.
    :param kinds: titles of the types of these, in lower case.
    :param previous: item of the same type before this one, and ``next`` the one after it.
    :param up: the first item upstream, and ``down`` the worst one downstream.
    """

    item: Reference
    type: str
    kind: str
    status: str
    file: str
    line: int
    explanation: Explanation
    upstream: Tree
    downstream: Tree
    around: Neighbourhood
    ends: dict[str, Reference]
    kinds: dict[str, str]
    previous: Reference | None
    next: Reference | None
    up: Reference | None
    down: Reference | None
    evidence: Evidence | None


class Walker:
    """Walks of one trace; what they share is computed once."""

    def __init__(self, trace: Trace) -> None:
        """Wrap a trace."""
        self.trace = trace
        self._around = Surroundings(trace)
        self._known: dict[str, tuple[Reference, str]] = {}
        self._places: dict[str, tuple[str, str]] = {}
        for kind in sorted({item.type for item in trace.items.values()}):
            ids = [item.id for item in trace.of_types((kind,))]
            for before, here, after in zip(("", *ids), ids, (*ids[1:], ""), strict=False):
                self._places[here] = (before, after)

    def walk(self, item_id: str) -> TraceWalk:
        """The walk of an item or clause.

        :raises KeyError: there is no such item.
        """
        item = self.trace.items[item_id]
        up, down = self._around.up(item_id), self._around.down(item_id)
        upstream, downstream = tree(item_id, self._around.up), tree(item_id, self._around.down)
        around = neighbourhood(self._around, item_id)
        ids = {item_id, *(entry.step.id for way in (upstream, downstream) for entry in way.entries)}
        ids |= {end for _place, column in around.columns for end in column}
        before, after = self._places[item_id]
        worst = min(down, key=lambda step: self._around.rank(step.id), default=None)
        status = self.trace.model.statuses.get(item.status)
        return TraceWalk(
            item=self._end(item_id)[0],
            type=item.type,
            kind=self.trace.model.type_title(item.type),
            status=status.title if status is not None else "",
            file=item.location.file if item.type != "clause" else "",
            line=item.location.line,
            explanation=explain(self.trace, item_id),
            upstream=upstream,
            downstream=downstream,
            around=around,
            ends={end: self._end(end)[0] for end in sorted(ids)},
            kinds={end: self._end(end)[1] for end in sorted(ids)},
            previous=self._end(before)[0] if before else None,
            next=self._end(after)[0] if after else None,
            up=self._end(up[0].id)[0] if up else None,
            down=self._end(worst.id)[0] if worst is not None else None,
            evidence=self._evidence(item_id),
        )

    def _end(self, item_id: str) -> tuple[Reference, str]:
        found = self._known.get(item_id)
        if found is None:
            item = self.trace.items.get(item_id)
            kind = self.trace.model.type_title(item.type).lower() if item is not None else ""
            found = self._known[item_id] = (reference(self.trace, item_id), kind)
        return found

    def _evidence(self, item_id: str) -> Evidence | None:
        """The nearest record downstream, a verified one before others as near; without one, the nearest result."""
        for kind in ("evidence", "result"):
            found = nearest(item_id, self._around.down, partial(self._is, kind))
            if found:
                best = next((end for end in found if self.trace.verdict(end) is Verdict.VERIFIED), found[0])
                item = self.trace.items[best]
                path = item.text("path") if approved_copy(self.trace, item) else ""
                if best == item_id and not path:
                    return None  # the page that one is on
                return Evidence(item=self._end(best)[0], path=path)
        return None

    def _is(self, kind: str, item_id: str) -> bool:
        return item_id in self.trace.items and self.trace.items[item_id].type == kind


def nearest(
    start: str, follow: Callable[[str], Sequence[Step]], wanted: Callable[[str], bool], most: int = 2000
) -> list[str]:
    """The items of a kind that lie fewest hops away, the start itself included, in the order in which they are met.

    :param most: items that are looked at before the search gives up.
    """
    seen, layer = {start}, [start]
    while layer and len(seen) < most:
        found = [item for item in layer if wanted(item)]
        if found:
            return found
        following = dict.fromkeys(step.id for item in layer for step in follow(item) if step.id not in seen)
        seen |= following.keys()
        layer = list(following)
    return []


def walk(trace: Trace, item_id: str) -> TraceWalk:
    """The walk of one item; :class:`Walker` for many.

    :raises KeyError: there is no such item.
    """
    return Walker(trace).walk(item_id)
