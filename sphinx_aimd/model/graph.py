"""Items and links as one graph: adjacency in both directions, and what reviews say of each link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from .item import Item

if TYPE_CHECKING:
    from ..tracemodel import TraceModel
    from .inputs import Inputs, Review


class LinkState(StrEnum):
    """What reviews say of a link; only a sound one lets a proof through unharmed."""

    SOUND = ""
    UNREVIEWED = "link was never reviewed"
    AHEAD = "link was reviewed after the as-of date"
    SUSPECT = "changed since the link was reviewed"


@dataclass(frozen=True, slots=True)
class End:
    """Where hops lead: the item, the worst state of a link on the way, and the items passed."""

    id: str
    state: LinkState
    via: tuple[str, ...]


@dataclass(frozen=True)
class Graph:
    """The trace: items by id and their links, sorted.

    :param as_of: date after which a review has not taken place yet; without one every review has.
    """

    model: TraceModel
    items: Mapping[str, Item]
    inputs: Inputs
    as_of: str = ""

    @cached_property
    def neighbours(self) -> dict[str, dict[str, tuple[tuple[str, LinkState], ...]]]:
        """Per item and hop name (forward or reverse) the linked ids with the state of the link."""
        found: dict[str, dict[str, list[tuple[str, LinkState]]]] = {item_id: {} for item_id in self.items}
        for item in self.items.values():
            for name, targets in item.links.items():
                link = self.model.links[name]
                for target in targets:
                    state = self.link_state(item, name, target)
                    found[item.id].setdefault(name, []).append((target, state))
                    if target in found:
                        found[target].setdefault(link.reverse, []).append((item.id, state))
        return {
            item_id: {hop: tuple(sorted(ends)) for hop, ends in sorted(hops.items())} for item_id, hops in found.items()
        }

    @cached_property
    def parts(self) -> dict[str, tuple[str, ...]]:
        """Parts of each clause that has some, in the order of their ids."""
        found: dict[str, list[str]] = {}
        for item in self.items.values():
            if item.type == "clause" and item.text("parent"):
                found.setdefault(item.text("parent"), []).append(item.id)
        return {clause: tuple(parts) for clause, parts in found.items()}

    def linked(self, item_id: str, hop: str) -> tuple[tuple[str, LinkState], ...]:
        """Ids at the other end of one hop, dangling forward links included."""
        return self.neighbours[item_id].get(hop, ())

    def targets(self, item_id: str, hop: str) -> Iterator[Item]:
        """Existing items at the other end of one hop."""
        for target, _state in self.linked(item_id, hop):
            if target in self.items:
                yield self.items[target]

    def review_of(self, item_id: str) -> Review | None:
        """The review record that counts."""
        review = self.inputs.reviews.get(item_id)
        return None if review is None or self.is_ahead(review) else review

    def is_ahead(self, review: Review) -> bool:
        """Whether a review is dated after the as-of date, so that it counts as none."""
        return bool(self.as_of) and review.on > self.as_of

    def link_state(self, item: Item, name: str, target: str) -> LinkState:
        """Whether the link was reviewed, and whether a watched end has changed since (ISO 13485 7.3.9)."""
        watch = self.model.links[name].watch
        if watch == "none" or not self.needs_review(item):
            return LinkState.SOUND
        review = self.inputs.reviews.get(item.id)
        if review is None or target not in review.links:
            return LinkState.UNREVIEWED
        if self.is_ahead(review):
            return LinkState.AHEAD
        if watch in ("source", "both") and review.fingerprint != item.fingerprint:
            return LinkState.SUSPECT
        end = self.items.get(target)
        if watch in ("target", "both") and end is not None and review.links[target] != end.fingerprint:
            return LinkState.SUSPECT
        return LinkState.SOUND

    def needs_review(self, item: Item) -> bool:
        """Approved items of authors rest on a review record; drafts cannot prove anyway."""
        status = self.model.statuses.get(item.status)
        return (
            status is not None
            and status.may_prove
            and self.model.types[item.type].origin != "catalogue"
            and (item.type != "result")
        )

    def changed_since_review(self, item: Item) -> bool:
        """Whether the item, or the set of its links, differs from what was reviewed."""
        review = self.review_of(item.id)
        if review is None:
            return False
        now = {target for targets in item.links.values() for target in targets}
        return review.fingerprint != item.fingerprint or not set(review.links) <= now

    def is_live(self, item: Item) -> bool:
        status = self.model.statuses.get(item.status)
        return status is None or status.live

    def walk(self, start: str, hops: Iterable[str], to: frozenset[str] | None = None) -> list[End]:
        """Ends of a path of hops; a hop that ends in ``?`` may be left out; items out of force are not passed.

        :param to: keep only ends of these types; dangling ends are kept.
        """
        ends = {start: End(start, LinkState.SOUND, ())}
        for position, hop in enumerate(hops):
            name = hop.rstrip("?")
            found = dict(ends) if hop.endswith("?") else {}
            for end in ends.values():
                if end.id not in self.items or (position and not self.is_live(self.items[end.id])):
                    continue
                for target, state in self.linked(end.id, name):
                    if target in found and (found[target].state is LinkState.SOUND or state is not LinkState.SOUND):
                        continue
                    found[target] = End(target, end.state or state, (*end.via, end.id) if position else ())
            ends = found
        kept = [end for end in ends.values() if to is None or end.id not in self.items or self.items[end.id].type in to]
        return sorted(kept, key=lambda end: end.id)


def components(edges: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Strongly connected components, each after all that it leads to (Tarjan 1972, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    result: list[list[str]] = []
    for root in edges:
        if root in index:
            continue
        work: list[tuple[str, Iterator[str]]] = [(root, iter(edges[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, following = work[-1]
            for target in following:
                if target not in edges:
                    continue
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(edges[target])))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    group = []
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        group.append(member)
                        if member == node:
                            break
                    result.append(sorted(group))
    return result
