"""Ends of wires in, their corners out: each wire has a place of its own at its box and a lane of its own in the gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .dataflow_blocks import CORNER, FRAME, LANE, PORT, Block, Cluster, Inner

Point = tuple[float, float]


@dataclass(slots=True)
class Hook:
    """A wire from a box to a label, before its lane is known.

    :param side: 1 where the label lies behind the box along ``u``, -1 before it.
    :param head: whether an arrow head points at the box.
    :param goal: where it meets its label along ``v``; ``port`` where it leaves its box.
    """

    arrow: str
    end: str
    side: int
    head: bool
    goal: float
    port: float = 0
    lane: int = 0


@dataclass(frozen=True, slots=True)
class Wire:
    """A wire from a box to a label: its corners, and whether an arrow head points at the box, where it begins."""

    arrow: str
    end: str
    points: tuple[Point, ...]
    head: bool


@dataclass(slots=True)
class Gap:
    """The wires on one side of the labels of a gap; ``start`` is where their lanes begin."""

    hooks: Sequence[Hook]
    blocks: Mapping[str, Block]
    start: float
    width: float

    def wires(self, labels: Mapping[str, tuple[float, float]]) -> list[Wire]:
        """The wires, once the labels have their places along ``u``."""
        found = []
        for hook in self.hooks:
            block = self.blocks[hook.end]
            low, high = labels[hook.arrow]
            begin = block.u + block.su if hook.side == 1 else block.u
            end = low if hook.side == 1 else high
            lane = self.start + (hook.lane + 0.5) * LANE
            points = [(begin, hook.port), (lane, hook.port), (lane, hook.goal), (end, hook.goal)]
            if hook.port == hook.goal:
                points = [points[0], points[-1]]
            found.append(Wire(hook.arrow, hook.end, tuple(points), hook.head))
        return found


def lanes_of(hooks: Sequence[Hook], blocks: Mapping[str, Block]) -> list[Hook]:
    """Places of the wires at their boxes: in the order of their labels, as near to them as the box allows."""
    sides: dict[tuple[str, int], list[Hook]] = {}
    for hook in hooks:
        sides.setdefault((hook.end, hook.side), []).append(hook)
    for (end, side), found in sorted(sides.items()):
        found.sort(key=lambda hook: (hook.goal, hook.arrow))
        low, high = blocks[end].own
        low, high = low + CORNER, high - CORNER
        taken = [hook.goal for hook in hooks if hook.side == side and hook.end != end]
        at = low
        for number, hook in enumerate(found):
            last = high - (len(found) - 1 - number) * PORT
            hook.port = min(max(hook.goal, at), last)
            for way in (4, -4, 8, -8):  # not on the line of another wire at its label
                moved = hook.port + way
                if at <= moved <= last and _meets(hook.port, taken) and not _meets(moved, taken):
                    hook.port = moved
            at = hook.port + PORT
    return list(hooks)


def _meets(place: float, others: Sequence[float]) -> bool:
    return any(abs(place - other) < 4 for other in others)


def straightened(hooks: Sequence[Hook], labels: Mapping[str, tuple[float, float]]) -> list[Hook]:
    """Wires that need no bend get none: they meet their label where they leave their box, if that is before it.

    :param labels: place and size of each label along ``v``.
    """
    sides: dict[tuple[str, int], list[Hook]] = {}
    for hook in hooks:
        sides.setdefault((hook.arrow, hook.side), []).append(hook)
    for (arrow, _side), found in sides.items():
        v, room = labels[arrow]
        found.sort(key=lambda hook: (hook.goal, hook.end))
        for number, hook in enumerate(found):
            low = found[number - 1].goal + PORT if number else v + CORNER
            high = found[number + 1].goal - PORT if number + 1 < len(found) else v + room - CORNER
            if low <= hook.port <= high:
                hook.goal = hook.port
    return list(hooks)


def gap_wires(hooks: Sequence[Hook], blocks: Mapping[str, Block], start: float) -> Gap:
    """Lanes for wires that change their place along ``v``: those that would share a stretch have lanes of their own.

    Of two that run the same way, the one that would else be crossed gives way.
    """
    count = 0
    for down in (True, False):
        found = [hook for hook in hooks if hook.port != hook.goal and (hook.goal > hook.port) == down]
        # seen along u of the label: the last of those that run down has the lane nearest to the box
        found.sort(key=lambda hook: (hook.port, hook.goal), reverse=down)
        done: list[Hook] = []
        for hook in found:
            near = [other.lane for other in done if _share(hook, other)]
            hook.lane = max(near, default=-1) + 1
            done.append(hook)
    # those that run up and those that run down keep apart where they share a stretch
    bent = [hook for hook in hooks if hook.port != hook.goal]
    bent.sort(key=lambda hook: (hook.lane, hook.port, hook.goal))
    settled: list[Hook] = []
    for hook in bent:
        while any(other.lane == hook.lane and _share(hook, other) for other in settled):
            hook.lane += 1
        settled.append(hook)
        count = max(count, hook.lane + 1)
    for hook in bent if hooks and hooks[0].side == -1 else ():
        hook.lane = count - 1 - hook.lane  # lanes count from the box
    return Gap(hooks, blocks, start, count * LANE)


def _share(one: Hook, other: Hook) -> bool:
    low, high = sorted((one.port, one.goal))
    first, last = sorted((other.port, other.goal))
    return low < last + 6 and first < high + 6


def inner_wires(cluster: Cluster, blocks: Mapping[str, Block], hooks: Sequence[Hook]) -> list[Wire]:
    """Wires inside a cluster: straight to a label that stands beside its box, else along lanes at the side."""
    row = cluster.row
    place = {id(part): number for number, part in enumerate(row)}
    outer = {each.box.id: block for block in cluster.blocks for each in block.every()}
    taken: dict[str, list[float]] = {}
    for hook in hooks:
        if hook.side == 1:
            taken.setdefault(hook.end, []).append(hook.port)
    found, lane = [], 0
    right = cluster.u + cluster.su - (FRAME if cluster.has_frame else 0) - cluster.lanes * LANE
    for label in (part for part in row if isinstance(part, Inner)):
        for number, (end, head) in enumerate(label.arrow.ends):
            block = blocks[end]
            step = place[id(label)] - place[id(outer[end])]
            if block is outer[end] and not block.children and abs(step) == 1:
                middle = label.u + label.su / 2
                edge, near = (block.v + block.sv, label.v) if step > 0 else (block.v, label.v + label.sv)
                found.append(Wire(label.arrow.id, end, ((middle, edge), (middle, near)), head))
                continue
            port = _free(block, taken.setdefault(end, []))
            goal = label.v + label.sv / 2 + (number - (len(label.arrow.ends) - 1) / 2) * 12
            at = right + (lane + 0.5) * LANE
            lane += 1
            points = ((block.u + block.su, port), (at, port), (at, goal), (label.u + label.su, goal))
            found.append(Wire(label.arrow.id, end, points, head))
    return found


def _free(block: Block, taken: list[float]) -> float:
    """A place at the side of a box that no other wire has."""
    low, high = block.own
    at = low + CORNER
    while at <= high - CORNER and any(abs(at - other) < PORT - 3 for other in taken):
        at += 4
    at = min(at, high - CORNER)
    taken.append(at)
    return at
