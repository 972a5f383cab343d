"""A drawing and the sizes of its texts in, the place of everything out; no two boxes or labels overlap.

Clusters stand in layers around the one that most meets in, so that every interface joins clusters of one layer or of
two side by side, and has its label in the gap between. Layers, order and places depend on the drawing alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..views.drawing import Arrow, Drawing
from .dataflow_blocks import Cluster, Inner, Size, clusters
from .dataflow_layers import APART, layers, spread
from .dataflow_wires import Gap, Hook, Wire, gap_wires, inner_wires, lanes_of, straightened

#: Between labels, around the drawing, and between a label and the lanes beside it.
LABELS, MARGIN, CLEAR = 12, 14, 12
_SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle: left upper corner and size."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A drawing with the place of everything.

    :param boxes: outlines of boxes by key; ``texts`` the part of each that holds its own text.
    :param labels: of arrows, by id.
    :param zones: name, frame and place of the name of each zone.
    :param wires: from boxes to labels, in the order of arrows.
    :param upright: whether the layers stand under each other.
    """

    width: float
    height: float
    boxes: Mapping[str, Rect]
    texts: Mapping[str, Rect]
    labels: Mapping[str, Rect]
    zones: Sequence[tuple[str, Rect, Rect]]
    wires: Sequence[Wire]
    upright: bool


@dataclass(slots=True)
class _Label:
    """The label of an arrow in the gap behind layer ``gap``."""

    arrow: Arrow
    gap: int
    su: float
    sv: float
    u: float = 0
    v: float = 0


def place(drawing: Drawing, sizes: Mapping[str, Size], titles: Mapping[str, Size], *, upright: bool) -> Placed:
    """Place a drawing.

    :param sizes: width and height of the text of each box and of the label of each arrow.
    :param titles: the same of the names of zones.
    :param upright: layers under each other instead of side by side.
    """
    turned = {key: (h, w) if upright else (w, h) for key, (w, h) in sizes.items()}
    named = {key: (h, w) if upright else (w, h) for key, (w, h) in titles.items()}
    made = clusters(drawing, turned, named)
    return _Layout(drawing, made, turned, upright=upright).placed()


class _Layout:
    """The work on one drawing."""

    def __init__(self, drawing: Drawing, made: Sequence[Cluster], sizes: Mapping[str, Size], *, upright: bool) -> None:
        self.drawing, self.clusters, self.upright = drawing, made, upright
        self.blocks = {each.box.id: each for cluster in made for block in cluster.blocks for each in block.every()}
        self.home = {each.box.id: c for c in made for block in c.blocks for each in block.every()}
        for cluster in made:
            cluster.measure(upright=upright)
        layers(drawing.arrows, made, self.home)
        self.labels = [
            _Label(arrow, self._gap(arrow), *sizes[arrow.id])
            for arrow in drawing.arrows
            if arrow.id not in {inner.arrow.id for cluster in made for inner in cluster.inner}
        ]
        self._across()
        self._order_inside()
        self._across()

    def _gap(self, arrow: Arrow) -> int:
        found = {self.home[end].layer for end, _head in arrow.ends} or {0}
        if len(found) > 1:
            return min(found)
        layer = found.pop()
        return layer if layer >= 0 else layer - 1

    # across the flow

    def _across(self) -> None:
        """Order and places along ``v``: what is joined stands near each other, and nothing overlaps.

        Layers are sorted outwards by what they join further in, then inwards; the sweep with the shortest wires is
        kept.
        """
        rows: dict[int, list[Cluster]] = {}
        for cluster in self.clusters:
            rows.setdefault(cluster.layer, []).append(cluster)
        order = sorted(rows, key=lambda layer: (abs(layer), -layer))
        for layer in order:
            self._stack(rows[layer], [0.0] * len(rows[layer]))
        best = (self._length(), [cluster.v for cluster in self.clusters])
        for sweep in range(_SWEEPS):
            for layer in order if sweep % 2 == 0 else order[::-1]:
                wishes = [self._pull(cluster, inner=sweep % 2 == 0) for cluster in rows[layer]]
                row = sorted(zip(wishes, range(len(wishes)), rows[layer], strict=True), key=lambda entry: entry[:2])
                rows[layer] = [cluster for _wish, _number, cluster in row]
                self._stack(rows[layer], [wish for wish, _number, _cluster in row])
                best = min(best, (self._length(), [cluster.v for cluster in self.clusters]))
        for cluster, v in zip(self.clusters, best[1], strict=True):
            cluster.put(0, v, upright=self.upright)
        self._place_labels()

    def _place_labels(self) -> None:
        gaps: dict[int, list[_Label]] = {}
        for label in self.labels:
            gaps.setdefault(label.gap, []).append(label)
        for found in gaps.values():
            wishes = {id(label): self._wish(label.arrow) for label in found}
            found.sort(key=lambda label: (wishes[id(label)], label.arrow.id))
            centres = spread([(wishes[id(label)], label.sv) for label in found], LABELS)
            for label, centre in zip(found, centres, strict=True):
                label.v = centre - label.sv / 2

    def _length(self) -> float:
        """How far the ends of all interfaces are apart along ``v``."""
        total = 0.0
        for arrow in self.drawing.arrows:
            middles = [self._middle(end) for end, _head in arrow.ends]
            total += max(middles, default=0) - min(middles, default=0)
        return round(total, 3)

    def _stack(self, row: Sequence[Cluster], wanted: Sequence[float]) -> None:
        centres = spread([(wish, cluster.sv) for wish, cluster in zip(wanted, row, strict=True)], APART)
        for cluster, centre in zip(row, centres, strict=True):
            cluster.put(0, centre - cluster.sv / 2, upright=self.upright)

    def _middle(self, end: str) -> float:
        low, high = self.blocks[end].own
        return (low + high) / 2

    def _wish(self, arrow: Arrow) -> float:
        middles = [self._middle(end) for end, _head in arrow.ends]
        return sum(middles) / len(middles) if middles else 0

    def _pull(self, cluster: Cluster, *, inner: bool) -> float:
        """Where the middle of a cluster should be, so that its wires run straight.

        :param inner: towards what stands further in, and otherwise further out; within its layer in both cases.
        """
        pulls = []
        for arrow in self.drawing.arrows:
            own = [end for end, _head in arrow.ends if self.home[end] is cluster]
            others = [end for end, _head in arrow.ends if self._counts(self.home[end], cluster, inner=inner)]
            for end in own:
                offset = self._middle(end) - (cluster.v + cluster.sv / 2)
                pulls += [self._middle(other) - offset for other in others]
        return sum(pulls) / len(pulls) if pulls else cluster.v + cluster.sv / 2

    def _counts(self, other: Cluster, cluster: Cluster, *, inner: bool) -> bool:
        far, near = abs(other.layer), abs(cluster.layer)
        return other is not cluster and (far <= near if inner else far >= near)

    def _order_inside(self) -> None:
        """Boxes of a cluster in the order of what they are joined to outside."""
        for cluster in self.clusters:
            keys = {}
            for number, block in enumerate(cluster.blocks):
                inside = {each.box.id for each in block.every()}
                outside = [
                    self._middle(other)
                    for arrow in self.drawing.arrows
                    if any(end in inside for end, _head in arrow.ends)
                    for other, _head in arrow.ends
                    if self.home[other] is not cluster
                ]
                low = sum(outside) / len(outside) if outside else float(number)
                keys[id(block)] = (not block.is_active, not outside, low, number)
            cluster.blocks.sort(key=lambda block: keys[id(block)])
            cluster.put(cluster.u, cluster.v, upright=self.upright)

    # along the flow

    def placed(self) -> Placed:
        """Everything at its place."""
        hooks = self._hooks()
        used = sorted({cluster.layer for cluster in self.clusters} | {0})
        gaps = {label.gap for label in self.labels}
        sides: list[tuple[Gap, dict[str, tuple[float, float]]]] = []
        at = float(MARGIN)
        for layer in range(min([*used, *gaps]), max([*used, *(gap + 1 for gap in gaps)]) + 1):
            row = [cluster for cluster in self.clusters if cluster.layer == layer]
            room = max((cluster.su for cluster in row), default=0)
            for cluster in row:
                cluster.put(at + (room - cluster.su) / 2, cluster.v, upright=self.upright)
            at += room
            here = [label for label in self.labels if label.gap == layer]
            if here or layer < used[-1]:
                at = self._fill_gap(here, hooks, at, sides)
        wires = [wire for gap, places in sides for wire in gap.wires(places)]
        for cluster in self.clusters:
            wires += inner_wires(cluster, self.blocks, hooks)
        return self._finished(wires)

    def _hooks(self) -> list[Hook]:
        """Where each wire leaves its box and meets its label, as far as ``v`` is concerned."""
        found = []
        for label in self.labels:
            low = [(end, head) for end, head in label.arrow.ends if self.home[end].layer <= label.gap]
            high = [(end, head) for end, head in label.arrow.ends if self.home[end].layer > label.gap]
            for beside, side in ((low, 1), (high, -1)):
                ends = sorted(beside, key=lambda entry: (self._middle(entry[0]), entry[0]))
                step = min(14.0, label.sv / (len(ends) + 1))
                for number, (end, head) in enumerate(ends):
                    goal = label.v + label.sv / 2 + (number - (len(ends) - 1) / 2) * step
                    found.append(Hook(label.arrow.id, end, side, head, goal))
        return straightened(
            lanes_of(found, self.blocks), {label.arrow.id: (label.v, label.sv) for label in self.labels}
        )

    def _fill_gap(
        self,
        here: Sequence[_Label],
        hooks: Sequence[Hook],
        at: float,
        sides: list[tuple[Gap, dict[str, tuple[float, float]]]],
    ) -> float:
        """Labels of a gap and the lanes on both sides of them.

        :return: where the next layer begins.
        """
        ids = {label.arrow.id for label in here}
        low = [hook for hook in hooks if hook.arrow in ids and hook.side == 1]
        high = [hook for hook in hooks if hook.arrow in ids and hook.side == -1]
        start = at + CLEAR
        before = gap_wires(low, self.blocks, start)
        at = start + before.width + CLEAR
        room = max((label.su for label in here), default=0)
        for label in here:
            label.u = at + (room - label.su) / 2
        places = {label.arrow.id: (label.u, label.u + label.su) for label in here}
        at += room + CLEAR
        after = gap_wires(high, self.blocks, at)
        sides += [(before, places), (after, places)]
        return at + after.width + CLEAR

    def _finished(self, wires: Sequence[Wire]) -> Placed:
        inner: list[Inner] = [label for cluster in self.clusters for label in cluster.inner]
        every: list[Cluster | _Label | Inner] = [*self.clusters, *self.labels, *inner]
        points = [point for wire in wires for point in wire.points]
        low = min([*(each.v for each in every), *(v for _u, v in points)], default=0)
        left = min([*(each.u for each in every), *(u for u, _v in points)], default=0)
        shift_u, shift_v = MARGIN - left, MARGIN - low

        def rect(u: float, v: float, su: float, sv: float) -> Rect:
            u, v = u + shift_u, v + shift_v
            return Rect(v, u, sv, su) if self.upright else Rect(u, v, su, sv)

        size_u = max([*(each.u + each.su for each in every), *(u for u, _v in points)], default=0) + shift_u + MARGIN
        size_v = max([*(each.v + each.sv for each in every), *(v for _u, v in points)], default=0) + shift_v + MARGIN
        order = {arrow.id: number for number, arrow in enumerate(self.drawing.arrows)}
        turned = [
            Wire(
                wire.arrow,
                wire.end,
                tuple(
                    (v + shift_v, u + shift_u) if self.upright else (u + shift_u, v + shift_v) for u, v in wire.points
                ),
                wire.head,
            )
            for wire in sorted(wires, key=lambda wire: (order[wire.arrow], wire.end))
        ]
        return Placed(
            width=size_v if self.upright else size_u,
            height=size_u if self.upright else size_v,
            boxes={key: rect(block.u, block.v, block.su, block.sv) for key, block in self.blocks.items()},
            texts={
                key: rect(block.u, block.v, block.su, block.hv if block.children else block.sv)
                for key, block in self.blocks.items()
            },
            labels={
                **{label.arrow.id: rect(label.u, label.v, label.su, label.sv) for label in self.labels},
                **{label.arrow.id: rect(label.u, label.v, label.su, label.sv) for label in inner},
            },
            zones=[
                (
                    cluster.zone,
                    rect(cluster.u, cluster.v, cluster.su, cluster.sv),
                    rect(cluster.u + 8, cluster.v + 4, cluster.tu, cluster.tv),
                )
                for cluster in self.clusters
                if cluster.has_frame
            ],
            wires=turned,
            upright=self.upright,
        )
