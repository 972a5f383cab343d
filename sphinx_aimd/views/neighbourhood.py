"""What lies around an item: both directions of its links over several hops, and a cut small enough to draw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ..model.graph import LinkState
from ..model.trace import Trace
from ..model.verdict import Verdict

#: Hops and entries that a tree holds at most.
DEEPEST, MOST_ENTRIES = 5, 150
#: Items of a picture at most, and of one of its columns, so that a crowd of neighbours leaves room for what follows;
#: and columns, so that the item in the middle is in sight on a laptop.
MOST_DRAWN, MOST_IN_COLUMN, MOST_COLUMNS = 48, 12, 5

#: What reviews say of a link, in a word.
NOTES = {
    LinkState.SOUND: "",
    LinkState.UNREVIEWED: "not reviewed",
    LinkState.AHEAD: "reviewed later",
    LinkState.SUSPECT: "suspect",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A link read from one of its ends: the item at the other end, the link in words and what reviews say of it."""

    id: str
    words: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An item in a tree; the tree lists its entries from the top as they are read.

    :param depth: hops from the item that the tree is about, from 1.
    :param group: of the first of several siblings by the same link, their number; of the others 0.
    :param again: "above" or "below" where the item is shown with all that follows from it, or nothing if that is here.
    :param more: links of the item that the tree leaves out.
    """

    depth: int
    step: Step
    group: int
    again: str = ""
    more: int = 0


@dataclass(frozen=True, slots=True)
class Tree:
    """One direction from an item.

    :param more: links that are left out, here and at every entry.
    """

    entries: tuple[Entry, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Edge:
    """A link between two drawn items, from its tail to its head."""

    tail: str
    head: str
    words: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """The nearest items around one, in columns: upstream to the left, the item in the middle, downstream to the right.

    :param columns: distance (negative is upstream) and the items that are so far away, in ascending order of distance.
    :param edges: links between items of one column or of two that stand side by side.
    :param undrawn: links between drawn items that would pass over a column.
    :param more: items left out that are linked to a drawn one, away from the middle.
    """

    columns: tuple[tuple[int, tuple[str, ...]], ...]
    edges: tuple[Edge, ...]
    undrawn: int
    more: int


class Surroundings:
    """The links of a trace by direction; each item is looked at once, however many walks pass it."""

    def __init__(self, trace: Trace) -> None:
        """Wrap a trace."""
        self.trace = trace
        names = [name for link in trace.model.links.values() for name in (link.name, link.reverse)]
        self._place = {name: number for number, name in enumerate(names)}
        self._steps: dict[str, tuple[tuple[Step, ...], tuple[Step, ...]]] = {}
        self._edges: dict[str, tuple[Edge, ...]] = {}

    def up(self, item_id: str) -> tuple[Step, ...]:
        """Towards clauses: what an item answers to, in the order of link types and of ids or text."""
        return self._both(item_id)[0]

    def down(self, item_id: str) -> tuple[Step, ...]:
        """Towards evidence: what proves an item, in the order of link types, the worst verdict first."""
        return self._both(item_id)[1]

    def edges(self, tail: str) -> tuple[Edge, ...]:
        """Links as they are written at an item, those to one head joined."""
        found = self._edges.get(tail)
        if found is None:
            found = self._edges[tail] = tuple(self._written(tail)) if tail in self.trace.items else ()
        return found

    def rank(self, item_id: str) -> int:
        """Place of an item's verdict from the worst; what does not exist is missing."""
        found = self.trace.judgements.get(item_id)
        return (found.verdict if found is not None else Verdict.MISSING).rank

    def _both(self, item_id: str) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
        found = self._steps.get(item_id)
        if found is None:
            found = self._steps[item_id] = self._look(item_id) if item_id in self.trace.items else ((), ())
        return found

    def _look(self, item_id: str) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
        model, graph = self.trace.model, self.trace.graph
        ways: tuple[dict[str, list[tuple[int, str, LinkState]]], ...] = ({}, {})
        for hop, ends in graph.neighbours[item_id].items():
            link, forwards = model.arrow(hop)
            words = link.title if forwards else model.hop_title(hop)
            way = ways[0] if forwards == link.points_upstream else ways[1]
            for end, state in ends:
                way.setdefault(end, []).append((self._place[hop], words, state))
        if self._parent(item_id):
            ways[0].setdefault(self._parent(item_id), []).append((-1, "part of", LinkState.SOUND))
        for part in graph.parts.get(item_id, ()):
            ways[1].setdefault(part, []).append((-1, "has part", LinkState.SOUND))
        return self._ordered(ways[0], worst_first=False), self._ordered(ways[1], worst_first=True)

    def _written(self, tail: str) -> Iterator[Edge]:
        links = self.trace.model.links
        found: dict[str, list[tuple[str, LinkState]]] = {}
        for hop, ends in self.trace.graph.neighbours[tail].items():
            for head, state in ends if hop in links else ():
                found.setdefault(head, []).append((links[hop].title, state))
        if self._parent(tail):
            found.setdefault(self._parent(tail), []).append(("part of", LinkState.SOUND))
        for head, named in sorted(found.items()):
            words = ", ".join(sorted(words for words, _state in named))
            yield Edge(tail, head, words, _worst_note(state for _words, state in named))

    def _parent(self, item_id: str) -> str:
        item = self.trace.items[item_id]
        return item.text("parent") if item.type == "clause" else ""

    def _ordered(self, way: dict[str, list[tuple[int, str, LinkState]]], *, worst_first: bool) -> tuple[Step, ...]:
        clauses = self.trace.catalogue.clauses
        found = []
        for end, links in way.items():
            links.sort(key=lambda link: link[0])
            words = ", ".join(dict.fromkeys(words for _place, words, _state in links))
            note = _worst_note(state for _place, _words, state in links)
            place = (clauses[end].instrument.key, clauses[end].order) if end in clauses else ("", 0)
            key = (links[0][0], words, self.rank(end) if worst_first else 0, place, end)
            found.append((key, Step(end, words, note)))
        return tuple(step for _key, step in sorted(found, key=lambda entry: entry[0]))


def _worst_note(states: Iterable[LinkState]) -> str:
    known = set(states)
    return next(
        (NOTES[state] for state in (LinkState.SUSPECT, LinkState.UNREVIEWED, LinkState.AHEAD) if state in known), ""
    )


def tree(start: str, follow: Callable[[str], Sequence[Step]]) -> Tree:
    """One direction from an item: each further item once with all that follows, where it is nearest.

    :param follow: links of an item in that direction.
    """
    depth = {start: 0}
    listed: dict[str, Sequence[Step]] = {}
    opened: set[tuple[str, str]] = set()  # an item and the one under which it is shown in full
    more: dict[str, int] = {}
    queue, room = [start], MOST_ENTRIES
    for item in queue:
        steps = follow(item)
        kept = steps[:room] if depth[item] < DEEPEST else ()
        room -= len(kept)
        if len(kept) < len(steps):
            more[item] = len(steps) - len(kept)
        listed[item] = kept
        for step in kept:
            if step.id not in depth:
                depth[step.id] = depth[item] + 1
                opened.add((step.id, item))
                queue.append(step.id)
    entries: list[Entry] = []
    passed = {start}
    stack = [(start, *member) for member in reversed(_grouped(listed[start]))]
    while stack:
        above, step, group = stack.pop()
        if (step.id, above) in opened:
            passed.add(step.id)
            entries.append(Entry(depth[step.id], step, group, more=more.get(step.id, 0)))
            stack += [(step.id, *member) for member in reversed(_grouped(listed[step.id]))]
        else:
            entries.append(Entry(depth[above] + 1, step, group, "above" if step.id in passed else "below"))
    return Tree(tuple(entries), sum(more.values()))


def _grouped(steps: Sequence[Step]) -> list[tuple[Step, int]]:
    """Steps, the first by each link with the number of all by that link."""
    found = []
    for _words, group in groupby(steps, key=lambda step: step.words):
        members = list(group)
        found += [(step, 0 if number else len(members)) for number, step in enumerate(members)]
    return found


def neighbourhood(around: Surroundings, start: str) -> Neighbourhood:
    """The nearest items in both directions: of one column the worst first, then one of each type in turn, then by id.

    Every item is reached through drawn ones, so that the picture hangs together.
    """
    column = {start: 0}
    order: dict[int, list[str]] = {0: [start]}
    up, down, distance = [start], [start], 0
    while (up or down) and len(column) < MOST_DRAWN:
        distance += 1
        up = _nearest(around, (step.id for item in up for step in around.up(item) if step.id not in column))
        taken = set(up)
        down = _nearest(
            around,
            (step.id for item in down for step in around.down(item) if step.id not in column and step.id not in taken),
        )
        if len(order) + bool(up) + bool(down) > MOST_COLUMNS:
            break
        room = MOST_DRAWN - len(column)
        if len(up) + len(down) > room:  # neither side may crowd out the other
            share = max(room - room // 2, room - len(down))
            up = up[:share]
            down = down[: room - len(up)]
        column |= dict.fromkeys(up, -distance) | dict.fromkeys(down, distance)
        order |= {place: items for place, items in ((-distance, up), (distance, down)) if items}
    edges, undrawn = _edges(around, column)
    left_out = {
        step.id
        for item, place in column.items()
        for follow in (*((around.up,) if place <= 0 else ()), *((around.down,) if place >= 0 else ()))
        for step in follow(item)
        if step.id not in column
    }
    return Neighbourhood(
        columns=tuple((place, tuple(items)) for place, items in sorted(order.items())),
        edges=edges,
        undrawn=undrawn,
        more=len(left_out),
    )


def _nearest(around: Surroundings, ids: Iterable[str]) -> list[str]:
    items = around.trace.items
    turns: dict[str, int] = {}
    keyed = []
    for rank, item_id in sorted((around.rank(item_id), item_id) for item_id in set(ids)):
        kind = items[item_id].type if item_id in items else ""
        turns[kind] = turns.get(kind, 0) + 1
        keyed.append((rank, turns[kind], item_id))
    return [item_id for _rank, _turn, item_id in sorted(keyed)[:MOST_IN_COLUMN]]


def _edges(around: Surroundings, column: dict[str, int]) -> tuple[tuple[Edge, ...], int]:
    """Links between drawn items, each pair of tail and head once, and how many of them pass over a column."""
    found = [edge for tail in sorted(column) for edge in around.edges(tail) if edge.head in column]
    drawn = tuple(edge for edge in found if abs(column[edge.tail] - column[edge.head]) <= 1)
    return drawn, len(found) - len(drawn)
