"""An architecture view in, its data flow out: elements in trust zones, interfaces between them, and what does not join.

Only links and fields of items decide, so the drawing, its table and the findings say the same. The marks are those of
data-flow diagrams (process, data store, external entity, flow, trust boundary) of DeMarco 1979 and Shostack 2014.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .graph import Graph
from .item import Item

#: Kinds of elements as methods.yaml names them, by which they are drawn; one of another kind is drawn as a process.
PROCESS, STORE, ENTITY = "process", "data_store", "external_entity"
#: Ways of a flow as the field ``direction`` has them: seen from the first asset that ``connects`` names.
WAYS = ("in", "out", "both", "none")
#: What does not join, by the name that rules use.
END_NOT_SHOWN, UNCONNECTED, BOUNDARY = "end-not-shown", "unconnected", "boundary"
PROBLEMS = (END_NOT_SHOWN, UNCONNECTED, BOUNDARY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """An asset that a view shows.

    :param zone: its zone of trust, that of the outermost element around it; empty if none is stated.
    :param kind: kind of element in words, as methods.yaml has it for the item; empty if none fits.
    :param shape: how it is drawn: process, data store or external entity.
    :param inside: id of the shown asset that it is part of; may be empty.
    """

    item: Item
    zone: str
    kind: str
    shape: str
    inside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """An interface that a view shows.

    :param ends: ids of shown elements that it joins, first the one from which its direction is seen; each once.
    :param away: ids that it names as ends and the view does not show, or that do not exist.
    :param is_open: one asset alone is named, so its other end is outside of the assets.
    :param first: the end from which its direction is seen; empty if it names none.
    """

    item: Item
    ends: tuple[str, ...]
    away: tuple[str, ...] = ()
    is_open: bool = False
    first: str = ""

    @property
    def way(self) -> str:
        """Direction as seen from the first end; empty if the interface states none."""
        found = self.item.text("direction")
        return found if found in WAYS else ""

    @property
    def crosses(self) -> bool:
        """Whether the interface says that it crosses a trust boundary."""
        return self.item.text("trust_boundary") == "true"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loose:
    """Something of a view that does not join.

    :param problem: one of :data:`PROBLEMS`.
    :param subject: the interface or asset that it is about.
    :param other: id at the other end, for an end that is not shown.
    :param reason: what is wrong, in words that follow the id of the subject.
    """

    problem: str
    subject: str
    other: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFlow:
    """The data flow of a view.

    :param others: ids of shown items that are neither asset nor interface, by type, each list sorted.
    :param loose: what does not join, in the order of elements and interfaces.
    """

    view: Item
    elements: tuple[Element, ...]
    flows: tuple[Flow, ...]
    others: Mapping[str, tuple[str, ...]]
    loose: tuple[Loose, ...]

    @property
    def joins(self) -> bool:
        """Whether an interface joins two shown elements, or one with what is outside of the assets."""
        return any(len(flow.ends) > 1 or (flow.is_open and flow.ends) for flow in self.flows)

    def element(self, element_id: str) -> Element | None:
        """The element of an id, if the view shows it."""
        return next((element for element in self.elements if element.item.id == element_id), None)


def data_flow(graph: Graph, view: Item) -> DataFlow:
    """The data flow that a view shows; what it names and does not exist is a finding on the link already."""
    shown = [graph.items[name] for name in sorted(set(view.links.get("shows", ()))) if name in graph.items]
    elements, flows = joined(graph, shown)
    others: dict[str, list[str]] = {}
    for item in shown:
        if item.type not in ("asset", "interface"):
            others.setdefault(item.type, []).append(item.id)
    return DataFlow(
        view=view,
        elements=elements,
        flows=flows,
        others={name: tuple(ids) for name, ids in sorted(others.items())},
        loose=tuple(_loose(graph, elements, flows)),
    )


def joined(graph: Graph, shown: Sequence[Item]) -> tuple[tuple[Element, ...], tuple[Flow, ...]]:
    """The assets among some items as elements in their zones, and the interfaces among them as flows between these."""
    assets = {item.id: item for item in shown if item.type == "asset"}
    inside = {name: _around(graph, name, assets) for name in assets}
    elements = tuple(
        _element(graph, item, zone_of(assets[_outermost(name, inside)]), inside[name]) for name, item in assets.items()
    )
    return elements, tuple(_flow(graph, item, assets) for item in shown if item.type == "interface")


def _element(graph: Graph, item: Item, zone: str, inside: str) -> Element:
    kind = graph.model.methods.element(item)
    shape = kind.name if kind is not None and kind.name in (STORE, ENTITY) else PROCESS
    return Element(item=item, zone=zone, kind=kind.title.lower() if kind else "", shape=shape, inside=inside)


def zone_of(asset: Item) -> str:
    """Zone of trust of an asset: the field ``zone``, else who operates it."""
    return asset.text("zone") or asset.text("controlled_by").replace("_", " ")


def _parents(graph: Graph, name: str) -> list[str]:
    """Assets that an asset is part of, in the order of their ids."""
    found = graph.items[name].links.get("part_of", ()) if name in graph.items else ()
    return sorted(parent for parent in found if parent in graph.items and graph.items[parent].type == "asset")


def _around(graph: Graph, name: str, shown: Mapping[str, Item]) -> str:
    """The nearest shown asset that an asset is part of; a part that is drawn inside itself is in nothing."""
    seen, level = {name}, _parents(graph, name)
    while level:
        found = next((parent for parent in level if parent in shown and parent not in seen), "")
        if found:
            return found if name not in _above(graph, found) else ""
        seen.update(level)
        level = sorted({upper for parent in level for upper in _parents(graph, parent)} - seen)
    return ""


def _above(graph: Graph, name: str) -> set[str]:
    """All assets that an asset is part of, over any number of steps."""
    found: set[str] = set()
    level = _parents(graph, name)
    while level:
        found.update(level)
        level = sorted({upper for parent in level for upper in _parents(graph, parent)} - found)
    return found


def _outermost(name: str, inside: Mapping[str, str]) -> str:
    while inside[name]:
        name = inside[name]
    return name


def _flow(graph: Graph, item: Item, assets: Mapping[str, Item]) -> Flow:
    named = tuple(dict.fromkeys(item.links.get("connects", ())))
    ends: list[str] = []
    away: list[str] = []
    for name in named:
        end = name if name in assets else _around(graph, name, assets)
        (ends if end else away).append(end or name)
    first = "" if not named else named[0] if named[0] in assets else _around(graph, named[0], assets) or named[0]
    return Flow(item=item, ends=tuple(dict.fromkeys(ends)), away=tuple(away), is_open=len(named) == 1, first=first)


def _loose(graph: Graph, elements: tuple[Element, ...], flows: tuple[Flow, ...]) -> Iterator[Loose]:
    inside = {element.item.id: element.inside for element in elements}
    touched: set[str] = set()
    for flow in flows:
        for end in flow.ends:
            name = end
            while name and name not in touched:
                touched.add(name)
                name = inside[name]
    for element in elements:
        name = element.item.id
        outer = name
        while outer and outer not in touched:
            outer = inside[outer]
        if not outer:
            reason = "is joined to nothing by an interface of the view"
            yield Loose(problem=UNCONNECTED, subject=name, reason=reason)
    zones = {element.item.id: element.zone for element in elements}
    for flow in flows:
        for name in flow.away:
            does = "does not show" if name in graph.items else "cannot show, since it does not exist"
            yield Loose(
                problem=END_NOT_SHOWN,
                subject=flow.item.id,
                other=name,
                reason=f"leads to {name}, which the view {does}",
            )
        if flow.item.text("trust_boundary") == "false" and len({zones[end] for end in flow.ends}) > 1:
            named = " and ".join(dict.fromkeys(zones[end] or "no zone" for end in flow.ends))
            reason = f"says that it crosses no trust boundary, and joins {named}"
            yield Loose(problem=BOUNDARY, subject=flow.item.id, reason=reason)
