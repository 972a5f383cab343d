"""The live architecture in, its trust boundaries out: which interfaces cross each, and which zones none crosses into.

Everything in force counts, whatever a single view shows: a boundary is where trust differs, not where a picture ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from .dataflow import Element, Flow, joined
from .decided import decision_on
from .graph import Graph
from .item import Item
from .trace import Trace

#: Kind of the rules that ask for the crossing; its module is rules/zone_crossed.py.
KIND = "zone-crossed"
#: Sorts of boundaries: between two zones, to the outside of the assets, inside one zone, and where an end is not known.
BETWEEN, OUTSIDE, INSIDE, UNKNOWN = "between zones", "to the outside", "inside a zone", "not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """A trust boundary and what crosses it.

    :param sort: one of the sorts above.
    :param zones: zones that it parts, sorted; an empty one is that of an asset that states none.
    :param flows: interfaces that cross it, by id; each states whether it says so itself.
    """

    sort: str
    zones: tuple[str, ...]
    flows: tuple[Flow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A zone of trust with the assets in force that stand in it.

    :param name: empty for assets that state no zone and nobody who controls them.
    :param first: by id the first asset that is in the zone by its own words, not as a part of another.
    :param assets: all of them by id, parts too.
    :param is_crossed: whether an interface leads across its edge.
    :param broken: interfaces of the zone with an end that does not exist, which is an error of their own.
    """

    name: str
    first: Item
    assets: tuple[Item, ...]
    is_crossed: bool
    broken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundaries:
    """The trust boundaries of a file.

    :param within: interfaces that cross none, since they join assets of one zone or say so of their one asset.
    """

    boundaries: tuple[Boundary, ...]
    zones: tuple[Zone, ...]
    within: tuple[Flow, ...]


def trust_boundaries(graph: Graph) -> Boundaries:
    """Boundaries by their zones, zones by name."""
    live = [item for item in graph.items.values() if item.type in ("asset", "interface") and graph.is_live(item)]
    elements, flows = joined(graph, sorted(live, key=lambda item: item.id))
    zone = {element.item.id: element.zone for element in elements}
    crossed: dict[tuple[tuple[str, ...], str], list[Flow]] = {}
    within = []
    for flow in flows:
        found = list(_crossed(flow, zone))
        for sort, zones in found:
            crossed.setdefault((zones, sort), []).append(flow)
        if not found:
            within.append(flow)
    boundaries = tuple(
        Boundary(sort=sort, zones=zones, flows=tuple(over)) for (zones, sort), over in sorted(crossed.items())
    )
    return Boundaries(
        boundaries=boundaries, zones=tuple(_zones(graph, elements, flows, boundaries)), within=tuple(within)
    )


def _crossed(flow: Flow, zone: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Sort and zones of each boundary that an interface crosses: every pair, since all its ends share the medium."""
    zones = tuple(sorted({zone[end] for end in flow.ends}))
    yield from ((BETWEEN, pair) for pair in combinations(zones, 2))
    if flow.away or not zones or (flow.is_open and not flow.item.text("trust_boundary")):
        yield UNKNOWN, zones
    elif len(zones) == 1 and flow.crosses:
        yield OUTSIDE if flow.is_open else INSIDE, zones


def _zones(
    graph: Graph, elements: Sequence[Element], flows: Sequence[Flow], boundaries: Sequence[Boundary]
) -> Iterator[Zone]:
    by_zone: dict[str, list[Element]] = {}
    for element in elements:
        by_zone.setdefault(element.zone, []).append(element)
    # one zone for everything is crossed where the maker draws the boundary inside it
    ways = (OUTSIDE, INSIDE) if len(by_zone.keys() - {""}) == 1 else (OUTSIDE,)
    reached = {
        name
        for boundary in boundaries
        for name in boundary.zones
        if boundary.sort in ways or (boundary.sort == BETWEEN and _parts_trust(boundary))
    }
    for name, inside in sorted(by_zone.items()):
        ids = {element.item.id for element in inside}
        yield Zone(
            name=name,
            first=next(element.item for element in inside if not element.inside),
            assets=tuple(element.item for element in inside),
            is_crossed=name in reached,
            broken=tuple(
                flow.item.id
                for flow in flows
                if ids & set(flow.ends) and any(end not in graph.items for end in flow.away)
            ),
        )


def _parts_trust(boundary: Boundary) -> bool:
    """Whether it is known to part two zones: both are stated, or an interface says that it crosses a boundary."""
    return all(boundary.zones) or any(flow.crosses for flow in boundary.flows)


def decision_of(zone: Zone, trace: Trace) -> Item | None:
    """The approved decision in force on the first asset of a zone that says why nothing crosses into it."""
    return decision_on(zone.first, [rule.id for rule in trace.model.rules if rule.kind == KIND], trace)


def views_of(graph: Graph, item: Item) -> list[Item]:
    """Architecture views in force that show an item, by id."""
    return [view for view in graph.targets(item.id, "shown_by") if graph.is_live(view)]
