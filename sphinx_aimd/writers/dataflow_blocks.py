"""Boxes of a drawing as blocks inside each other, and blocks as clusters: one for each zone of trust.

All is measured in two directions: ``u`` runs along the flow from layer to layer, ``v`` across it. A drawing lies with
``u`` to the right or stands with ``u`` downwards. Whatever a wire may lead to has a stretch of ``v`` of its own inside
its cluster, so that the wire reaches it straight along ``u`` and passes over nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..views.drawing import Arrow, Box, Drawing

#: Between a box and what is in it, between the parts of a cluster, between a frame and what it is around.
INNER, BETWEEN, FRAME, OWN = 9, 16, 16, 9
#: Between wires at one side of a box, and from its corner.
PORT, CORNER = 11, 10
#: Width of a lane of wires.
LANE = 9

Size = tuple[float, float]


@dataclass(slots=True)
class Block:
    """A box with those inside it.

    :param hu: size of its own text along ``u``; ``hv`` across.
    :param ports: wires at its side that has the most of them.
    """

    box: Box
    hu: float
    hv: float
    ports: int = 0
    children: list[Block] = field(default_factory=list)
    u: float = 0
    v: float = 0
    su: float = 0
    sv: float = 0

    @property
    def is_active(self) -> bool:
        """Whether a wire leads to it or into it."""
        return self.ports > 0 or any(child.is_active for child in self.children)

    @property
    def own(self) -> tuple[float, float]:
        """The stretch of ``v`` at which wires reach the box itself and nothing inside it."""
        return self.v, self.v + (self.hv if any(child.is_active for child in self.children) else self.sv)

    @property
    def pad(self) -> float:
        """Room around it for a frame of its own."""
        return OWN if self.box.is_framed else 0

    def every(self) -> Iterator[Block]:
        """The block and all inside it, outer ones first."""
        yield self
        for child in self.children:
            yield from child.every()

    def measure(self, *, upright: bool) -> None:
        """Find its size from those of its parts."""
        self.hv = max(self.hv, (self.ports - 1) * PORT + 2 * CORNER)
        self.su, self.sv = self.hu, self.hv
        for child in self.children:
            child.measure(upright=upright)
        for child, u, v in self._inside(upright=upright):
            self.su = max(self.su, u + child.su + INNER)
            self.sv = max(self.sv, v + child.sv + INNER)

    def _inside(self, *, upright: bool) -> list[tuple[Block, float, float]]:
        """Places of the children: those that wires lead to one after the other, the others in a grid behind them."""
        active = [child for child in self.children if child.is_active]
        rest = [child for child in self.children if not child.is_active]
        found: list[tuple[Block, float, float]] = []
        at = self.hv + (INNER if upright else 0)
        for child in active:
            found.append((child, INNER, at))
            at += child.sv + INNER
        if rest:
            side = min(len(rest), 3) if upright else 1 if len(rest) < 2 else 2 if len(rest) < 7 else 3
            cu, cv = max(child.su for child in rest), max(child.sv for child in rest)
            for number, child in enumerate(rest):
                found.append((child, INNER + number % side * (cu + INNER), at + number // side * (cv + INNER)))
        return found

    def put(self, u: float, v: float, *, upright: bool) -> None:
        """Place it and all inside it, those that wires lead to in the middle of ``u``."""
        self.u, self.v = u, v
        for child, du, dv in self._inside(upright=upright):
            middle = (self.su - child.su) / 2 if child.is_active else du
            child.put(u + middle, v + dv, upright=upright)


@dataclass(slots=True)
class Inner:
    """The label of an interface whose ends are all in one cluster, standing between them."""

    arrow: Arrow
    su: float
    sv: float
    u: float = 0
    v: float = 0


@dataclass(slots=True)
class Cluster:
    """The boxes of one zone in a row along ``v``, behind the name of the zone.

    :param tu: size of the name along ``u``; ``tv`` across.
    :param lanes: lanes that wires inside it need.
    """

    zone: str
    blocks: list[Block]
    tu: float = 0
    tv: float = 0
    inner: list[Inner] = field(default_factory=list)
    lanes: int = 0
    layer: int = 0
    u: float = 0
    v: float = 0
    su: float = 0
    sv: float = 0

    @property
    def has_frame(self) -> bool:
        return bool(self.blocks) and self.blocks[0].box.has_zone

    @property
    def row(self) -> list[Block | Inner]:
        """Everything in it in order: each inner label behind the first box that it belongs to."""
        found: list[Block | Inner] = []
        left = list(self.inner)
        for block in self.blocks:
            found.append(block)
            keys = {each.box.id for each in block.every()}
            here = [label for label in left if any(end in keys for end, _head in label.arrow.ends)]
            found += here
            left = [label for label in left if label not in here]
        return [*found, *left]

    def measure(self, *, upright: bool) -> None:
        """Find its size."""
        for block in self.blocks:
            block.measure(upright=upright)
        frame = FRAME if self.has_frame else 0
        sizes = [(part.su + 2 * _pad(part), part.sv + 2 * _pad(part)) for part in self.row]
        room = max((su for su, _sv in sizes), default=0)
        self.su = max(self.tu, room) + 2 * frame + self.lanes * LANE
        self.sv = self.tv + sum(sv for _su, sv in sizes) + BETWEEN * max(len(sizes) - 1, 0)
        self.sv += frame * (2 if not self.tv else 1) + (0 if not self.tv else 4)

    def put(self, u: float, v: float, *, upright: bool) -> None:
        """Place it and everything in it."""
        self.u, self.v = u, v
        frame = FRAME if self.has_frame else 0
        at = v + (self.tv + 4 if self.tv else frame)
        room = self.su - 2 * frame - self.lanes * LANE
        for part in self.row:
            pad = _pad(part)
            place = u + frame + (room - part.su) / 2
            if isinstance(part, Block):
                part.put(place, at + pad, upright=upright)
            else:
                part.u, part.v = place, at
            at += part.sv + 2 * pad + BETWEEN


def _pad(part: Block | Inner) -> float:
    return part.pad if isinstance(part, Block) else 0


def clusters(drawing: Drawing, sizes: Mapping[str, Size], titles: Mapping[str, Size]) -> list[Cluster]:
    """Boxes as blocks, and those of one zone as a cluster; a box without a zone is a cluster of its own.

    :param sizes: of the text of each box and the label of each arrow, along ``u`` and ``v``.
    :param titles: of the names of zones.
    """
    ports = _ports(drawing.arrows)
    blocks = {box.id: Block(box, *sizes[box.id], ports=ports.get(box.id, 0)) for box in drawing.boxes}
    outer: dict[str, list[Block]] = {}
    for box in drawing.boxes:
        if box.inside:
            blocks[box.inside].children.append(blocks[box.id])
        else:
            outer.setdefault(f"zone {box.zone}" if box.has_zone else f"box {box.id}", []).append(blocks[box.id])
    found = []
    for members in outer.values():
        name = members[0].box.zone if members[0].box.has_zone else ""
        made = Cluster(name, members)
        if made.has_frame:
            made.tu, made.tv = titles[name]
        found.append(made)
    home = {each.box.id: cluster for cluster in found for block in cluster.blocks for each in block.every()}
    for arrow in drawing.arrows:
        around = {id(home[end]) for end, _head in arrow.ends}
        if len(around) == 1 and len(arrow.ends) > 1:
            cluster = home[arrow.ends[0][0]]
            cluster.inner.append(Inner(arrow, *sizes[arrow.id]))
            cluster.lanes += len(arrow.ends)
    return found


def _ports(arrows: Sequence[Arrow]) -> dict[str, int]:
    """Wires of each box."""
    found: dict[str, int] = {}
    for arrow in arrows:
        for end, _head in arrow.ends:
            found[end] = found.get(end, 0) + 1
    return found
