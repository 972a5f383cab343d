"""A data flow in, its drawing as a neutral value out: boxes, arrows and what has no place in the picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from ..model.dataflow import DataFlow, Element, Flow
from ..model.item import Item
from ..model.trace import Trace
from ..model.verdict import word
from .drawing import ABSENT, OUTSIDE, Arrow, Box, Drawing
from .facets import words_of

#: Beginning of the id of every view of this kind.
PREFIX = "data-flow-"
#: What stands in for a zone that nobody stated.
NO_ZONE = "zone not stated"
#: Ways of a flow in words.
WAYS: Mapping[str, str] = {"in": "one way", "out": "one way", "both": "both ways", "none": "closed", "": "not stated"}
#: Words of table cells.
OTHER_END, NO_END = "outside", "no asset named"
CROSSED: Mapping[str, str] = {"true": "crossed", "false": "not crossed", "": "not stated"}

#: Names of types that do not count as they are.
_COUNTED: Mapping[str, str] = {"crypto": "crypto use"}


def view_id(name: str) -> str:
    """Id of the view that draws an architecture view."""
    return PREFIX + name


class DrawnView:
    """The drawing of one view, and the words that its table shares."""

    def __init__(self, trace: Trace, flow: DataFlow) -> None:
        self.trace, self.flow = trace, flow
        self.elements = {element.item.id: element for element in flow.elements}

    # the drawing

    @cached_property
    def drawing(self) -> Drawing:
        """Boxes, arrows and remarks."""
        flow, view = self.flow, self.flow.view
        joined = self._split_zones()
        boxes = [self._box(element, joined) for element in self._outer_first()]
        boxes += [self._outside(each) for each in flow.flows if each.is_open]
        boxes += [self._absent(name) for name in dict.fromkeys(name for each in flow.flows for name in each.away)]
        zones = dict.fromkeys(box.zone for box in boxes if box.has_zone)
        about = (
            f"{len(flow.elements)} elements in {len(zones)} trust zones ({', '.join(zones) or 'none'}) and "
            f"{len(flow.flows)} interfaces between them. Dashed frames are trust boundaries. The table below says the "
            "same in words."
        )
        return Drawing(
            id=view_id(view.id),
            title=f"Data flow: {view.title}",
            about=about,
            boxes=tuple(boxes),
            arrows=tuple(self._arrow(each) for each in flow.flows),
            remarks=tuple(self._remarks()),
        )

    def _outer_first(self) -> Iterator[Element]:
        depth = {}
        for element in self.flow.elements:
            outer, steps = element.inside, 0
            while outer:
                outer, steps = self.elements[outer].inside, steps + 1
            depth[element.item.id] = steps
        yield from sorted(self.flow.elements, key=lambda element: (depth[element.item.id], element.item.id))

    def _split_zones(self) -> set[str]:
        """Outermost elements between which a boundary runs inside one zone: each has a frame of its own."""
        found: set[str] = set()
        for flow in self.flow.flows:
            outer = {self._outermost(end) for end in flow.ends}
            zones = [self.elements[end].zone for end in sorted(outer)]
            if flow.crosses and len(set(zones)) < len(zones):
                found |= {end for end in outer if zones.count(self.elements[end].zone) > 1}
        return found

    def _outermost(self, name: str) -> str:
        while self.elements[name].inside:
            name = self.elements[name].inside
        return name

    def _box(self, element: Element, split: set[str]) -> Box:
        item = element.item
        kind = self._words(item, "kind") or "kind not stated"
        beside = self._beside(item)
        notes = (kind, self._threats(item), self._counts(beside))
        zone = element.zone or NO_ZONE
        inside = f", inside {element.inside}" if element.inside else ""
        shape = element.kind or "element of no kind in the table"
        facts = ", ".join((shape, kind, f"{zone}{inside}", self._threats(item) or "no threats", self._word(item)))
        said = f"{item.id} {item.title}: {facts}"
        return Box(
            id=item.id,
            target=item.id,
            label=item.id,
            title=item.title,
            notes=tuple(note for note in notes if note),
            shape=element.shape,
            said=said,
            zone=zone,
            has_zone=True,
            inside=element.inside,
            is_framed=item.id in split and not element.inside,
            verdict=self.trace.verdict(item.id),
            word=self._word(item),
        )

    def _outside(self, flow: Flow) -> Box:
        """The other end of an interface that names one asset: what may be connected, in the words of the interface."""
        words = flow.item.text("endpoints") or "other end not stated"
        said = f"Outside of the assets, at {flow.item.id}: {words}"
        return Box(id=f"outside:{flow.item.id}", label="", title=words, notes=(OTHER_END,), shape=OUTSIDE, said=said)

    def _absent(self, name: str) -> Box:
        item = self.trace.items.get(name)
        title = item.title if item is not None else "does not exist"
        said = f"{name} {title}: {ABSENT}"
        target = name if item is not None else ""
        return Box(id=name, label=name, title=title, notes=(ABSENT,), shape=ABSENT, said=said, target=target)

    def _arrow(self, flow: Flow) -> Arrow:
        item = flow.item
        ends = [*flow.ends, *([f"outside:{item.id}"] if flow.is_open else []), *flow.away]
        heads = {end: self._has_head(flow, end) for end in ends}
        beside = self._counts(self._beside(item))
        facts = ", ".join(part for part in (self._threats(item), beside) if part)
        notes = [item.text("protocol"), item.text("encryption"), facts]
        if not ends:
            notes.insert(0, NO_END)
        elif flow.way in ("none", ""):
            notes.insert(0, "closed: nothing flows" if flow.way else "direction not stated")
        boundary = CROSSED.get(item.text("trust_boundary"), CROSSED[""])
        said = (
            f"{item.id} {item.title}: {self._names(flow)}, {WAYS[flow.way]}; protocol "
            f"{item.text('protocol') or 'not stated'}; {self._threats(item) or 'no threats'}; trust boundary "
            f"{boundary}; {self._word(item)}"
        )
        return Arrow(
            id=item.id,
            label=item.id,
            title=item.title,
            notes=tuple(note for note in notes if note),
            said=said,
            ends=tuple(heads.items()),
            is_closed=flow.way == "none",
            crosses=flow.crosses,
            verdict=self.trace.verdict(item.id),
            word=self._word(item),
        )

    def _has_head(self, flow: Flow, end: str) -> bool:
        is_first = end == flow.first
        return flow.way == "both" or (flow.way == "in" and is_first) or (flow.way == "out" and not is_first)

    def _names(self, flow: Flow) -> str:
        ends = [*flow.ends, *flow.away, *(["outside of the assets"] if flow.is_open else [])]
        return "between " + " and ".join(ends) if ends else NO_END

    def _remarks(self) -> Iterator[str]:
        for loose in self.flow.loose:
            yield f"{loose.subject} {loose.reason}."
        for flow in self.flow.flows:
            if not flow.ends and not flow.away:
                yield f"{flow.item.id} names no asset that it connects."
            elif not flow.way:
                yield f"{flow.item.id} states no direction."
            elif len(flow.ends) == 1 and not flow.is_open and not flow.away:
                yield f"{flow.item.id} joins parts of {flow.ends[0]} that the view does not show apart."
        for element in self.flow.elements:
            also = [name for name in element.item.links.get("part_of", ()) if name in self.elements]
            also = [name for name in sorted(also) if name != element.inside]
            if element.inside and also:
                yield f"{element.item.id} is drawn inside {element.inside} and is part of {', '.join(also)} too."
            if not element.zone:
                yield f"{element.item.id} states no zone and nobody who controls it."
        items = [*(element.item for element in self.flow.elements), *(flow.item for flow in self.flow.flows)]
        placed = {name for item in items for name in self._beside(item)}
        left = [name for ids in self.flow.others.values() for name in ids if name not in placed]
        if left:
            yield f"Shown by the view and linked to no element or interface of the picture: {', '.join(left)}."

    # words

    def _words(self, item: Item, name: str) -> str:
        return ", ".join(words_of(self.trace, item, name))

    def _word(self, item: Item) -> str:
        return word(self.trace.verdict(item.id), item.type)

    def _live(self, item: Item, hop: str) -> list[str]:
        graph = self.trace.graph
        return [end.id for end in graph.targets(item.id, hop) if graph.is_live(end)]

    def _threats(self, item: Item) -> str:
        count = len(self._live(item, "threatened_by"))
        return f"{count} threat{'s' * (count != 1)}" if count else ""

    def _beside(self, item: Item) -> list[str]:
        """Items that the view shows and that are linked to an element or interface, straight or over its threats."""
        graph = self.trace.graph
        near = {end for _hop, ends in graph.neighbours[item.id].items() for end, _state in ends}
        threats = set(self._live(item, "threatened_by"))
        for threat in sorted(threats):
            near.update(end.id for end in graph.targets(threat, "mitigated_by"))
        shown = [name for ids in self.flow.others.values() for name in ids]
        return [name for name in shown if name in near]

    def _counts(self, names: Sequence[str]) -> str:
        """How many items of which types, in words."""
        found: dict[str, int] = {}
        for name in names:
            kind = self.trace.items[name].type.replace("_", " ")  # titles are too long for a label
            if kind != "threat":
                found[kind] = found.get(kind, 0) + 1
        return ", ".join(f"{count} {_COUNTED.get(kind, kind)}{'s' * (count != 1)}" for kind, count in found.items())
