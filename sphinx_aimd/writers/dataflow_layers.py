"""Clusters in, their layers out; and the places in a row that are nearest to those wanted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ..views.drawing import Arrow
from .dataflow_blocks import Cluster

#: Between clusters of a layer.
APART = 26


def layers(arrows: Sequence[Arrow], clusters: Sequence[Cluster], home: Mapping[str, Cluster]) -> None:
    """Give each cluster its layer: the distance from the middle one, with a sign for the side.

    What hangs together beyond the middle goes to one side of it, the side on which the drawing then stays smaller; so
    no interface passes over a layer.

    :param home: cluster of each box.
    """
    near: dict[int, dict[int, None]] = {id(cluster): {} for cluster in clusters}
    for arrow in arrows:
        around = list(dict.fromkeys(id(home[end]) for end, _head in arrow.ends))
        for one in around:
            near[one].update(dict.fromkeys(other for other in around if other != one))
    by_id = {id(cluster): cluster for cluster in clusters}
    rank = {key: number for number, key in enumerate(by_id)}
    left = dict.fromkeys(by_id)
    height: Counter[int] = Counter()
    alone = [key for key in left if not near[key]]
    for key in alone:
        del left[key]
    while left:
        middle = max(left, key=lambda key: (len(near[key]), -rank[key]))
        del left[middle]
        by_id[middle].layer = 0
        height[0] += int(by_id[middle].sv)
        for part in sorted(_parts(left, near, middle), key=lambda part: -sum(by_id[k].sv for k in part)):
            layers = _distances(part, near, middle)
            deep: Counter[int] = Counter()
            for key in part:
                deep[layers[key]] += int(by_id[key].sv)
            side = min((1, -1), key=lambda s: (max(height[s * d] + n for d, n in deep.items()), -s))
            for key in part:
                by_id[key].layer = side * layers[key]
                height[by_id[key].layer] += int(by_id[key].sv)
    columns = sorted(height) or [0]
    if not height:
        columns = list(range(max(1, round(len(alone) ** 0.5))))
    for key in alone:
        by_id[key].layer = min(columns, key=lambda layer: (height[layer], abs(layer), -layer))
        height[by_id[key].layer] += int(by_id[key].sv) + APART


def spread(wanted: Sequence[tuple[float, float]], gap: float) -> list[float]:
    """Middles in order that are as near as can be to those wanted, without overlap (pool adjacent violators).

    :param wanted: middle and size of each.
    :param gap: least room between two.
    """
    offsets, total = [], 0.0
    for number, (_middle, size) in enumerate(wanted):
        total += (wanted[number - 1][1] + size) / 2 + gap if number else 0
        offsets.append(total)
    pools: list[tuple[float, int]] = []
    for (middle, _size), offset in zip(wanted, offsets, strict=True):
        pools.append((middle - offset, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (one, count), (two, more) = pools[-2:]
            pools[-2:] = [((one * count + two * more) / (count + more), count + more)]
    found = [value for value, count in pools for _ in range(count)]
    return [value + offset for value, offset in zip(found, offsets, strict=True)]


def _parts(left: dict[int, None], near: Mapping[int, Mapping[int, None]], without: int) -> list[list[int]]:
    """What hangs together of the clusters that are reached from one, once that is taken out."""
    found, seen = [], {without}
    for start in near[without]:
        if start in seen or start not in left:
            continue
        part, seen = [start], seen | {start}
        for key in part:
            for other in near[key]:
                if other in left and other not in seen:
                    seen.add(other)
                    part.append(other)
        found.append(part)
    for part in found:
        for key in part:
            del left[key]
    return found


def _distances(part: Sequence[int], near: Mapping[int, Mapping[int, None]], middle: int) -> dict[int, int]:
    found, level, inside = {middle: 0}, [middle], set(part)
    while level:
        following = []
        for key in level:
            for other in near[key]:
                if other in inside and other not in found:
                    found[other] = found[key] + 1
                    following.append(other)
        level = following
    return found
