"""Columns of nodes and the edges between them in, coordinates out: ordered by barycentre, no two nodes overlap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

#: Size of a node and the space between nodes, in units of the picture (a pixel at its natural size).
WIDTH, HEIGHT, GAP, ROOM = 192, 54, 10, 56
#: How far an edge between nodes of one column bends out of it.
BEND = 34
_SWEEPS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A picture before it is drawn.

    :param places: left upper corner of each node.
    :param curves: for each edge, in the order given, the four points of a cubic curve from its tail to its head.
    """

    width: int
    height: int
    places: Mapping[str, tuple[int, int]]
    curves: tuple[tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]], ...]


def layout(columns: Sequence[tuple[int, Sequence[str]]], edges: Sequence[tuple[str, str]]) -> Layout:
    """Place nodes and edges.

    :param columns: distance from the middle and the nodes that are so far away, from left to right; each node once.
    :param edges: tail and head, both in one column or in two that stand side by side.
    """
    distance = {node: place for place, nodes in columns for node in nodes}
    rows = _ordered(columns, edges, distance)
    most = max((len(nodes) for nodes in rows.values()), default=0)
    height = most * (HEIGHT + GAP) + GAP
    first = (
        BEND if any(tail != head and distance[tail] == distance[head] == columns[0][0] for tail, head in edges) else 0
    )
    places = {}
    for number, (place, _nodes) in enumerate(columns):
        top = (height - len(rows[place]) * (HEIGHT + GAP) + GAP) // 2
        for row, node in enumerate(rows[place]):
            places[node] = (GAP + first + number * (WIDTH + ROOM), top + row * (HEIGHT + GAP))
    last = BEND if any(distance[tail] == distance[head] == columns[-1][0] for tail, head in edges) else 0
    width = 2 * GAP + first + last + len(columns) * (WIDTH + ROOM) - ROOM
    curves = tuple(_curve(places[tail], places[head], outwards=distance[tail]) for tail, head in edges)
    return Layout(width=width, height=height, places=places, curves=curves)


def _ordered(
    columns: Sequence[tuple[int, Sequence[str]]], edges: Iterable[tuple[str, str]], distance: Mapping[str, int]
) -> dict[int, list[str]]:
    """Nodes of each column from the top, so that edges cross little: each near the middle of its neighbours."""
    rows = {place: list(nodes) for place, nodes in columns}
    inner: dict[str, list[str]] = {node: [] for node in distance}
    outer: dict[str, list[str]] = {node: [] for node in distance}
    for tail, head in edges:
        if distance[tail] != distance[head]:
            near, far = sorted((tail, head), key=lambda node: abs(distance[node]))
            outer[near].append(far)
            inner[far].append(near)
    # twice the distance from the middle of the column, so that columns of any length compare, in whole numbers
    at = {node: 2 * row - len(nodes) + 1 for nodes in rows.values() for row, node in enumerate(nodes)}
    outwards = sorted(rows, key=lambda place: (abs(place), place))
    for sweep in range(_SWEEPS):
        beside, order = (inner, outwards) if sweep % 2 == 0 else (outer, outwards[::-1])
        for place in order:
            keys = {}
            for row, node in enumerate(rows[place]):
                ends = beside[node]
                keys[node] = (sum([at[end] for end in ends]) / len(ends) if ends else at[node], row)
            rows[place].sort(key=keys.__getitem__)
            count = len(rows[place])
            for row, node in enumerate(rows[place]):
                at[node] = 2 * row - count + 1
    return rows


def _curve(
    tail: tuple[int, int], head: tuple[int, int], *, outwards: int
) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]:
    """From the side of one node to the facing side of another; within a column over the side away from the middle."""
    y1, y2 = tail[1] + HEIGHT // 2, head[1] + HEIGHT // 2
    if tail[0] == head[0]:
        x, bend = (tail[0], tail[0] - BEND) if outwards < 0 else (tail[0] + WIDTH, tail[0] + WIDTH + BEND)
        return (x, y1), (bend, y1), (bend, y2), (x, y2)
    x1, x2 = (tail[0] + WIDTH, head[0]) if tail[0] < head[0] else (tail[0], head[0] + WIDTH)
    middle = (x1 + x2) // 2
    return (x1, y1), (middle, y1), (middle, y2), (x2, y2)
