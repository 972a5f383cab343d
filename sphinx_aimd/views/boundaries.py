"""Trust boundaries: what crosses each, which threats consider the crossing, and which zones nothing crosses into."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from ..model.boundaries import (
    BETWEEN,
    INSIDE,
    OUTSIDE,
    UNKNOWN,
    Boundary,
    Zone,
    decision_of,
    trust_boundaries,
    views_of,
)
from ..model.dataflow import Flow
from ..model.item import Item
from ..model.stride import Duty
from ..model.trace import Trace
from .dataflow_drawing import CROSSED, NO_END, NO_ZONE, OTHER_END
from .facets import verdict_facets
from .matrix import target_cell
from .scope import scope_of
from .stride import ANSWERED, DECIDED, GAP, all_duties, decision_cell, threat_cell
from .table import EMPTY, Cell, Facet, Table, columns

BOUNDARIES = "trust-boundaries"
#: Words for what is answered by nobody because no rule asks, and for a zone as a sort of row.
NOT_ASKED, NOT_CROSSED = "no rule asks", "zone that nothing crosses into"
COLUMNS = columns(
    ("boundary", "Trust boundary", 4),
    ("state", "Answered by", 2),
    ("interface", "Interface", 5),
    ("says", "Says of itself", 2),
    ("view", "Architecture view", 4),
    ("threat", "Threat", 6),
    ("classes", "STRIDE classes open or decided", 6),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    head: Item
    sort: str
    zones: tuple[str, ...]
    state: str
    cells: tuple[Cell, ...]


def boundary_table(trace: Trace) -> Table:
    """One row for each crossing and each view, threat or class beside it, and one for each zone without a crossing."""
    found = trust_boundaries(trace.graph)
    duties: dict[str, list[Duty]] = {}
    for duty in all_duties(trace):
        duties.setdefault(duty.item.id, []).append(duty)
    rows = [row for boundary in found.boundaries for row in _rows(trace, boundary, duties)]
    alone = [zone for zone in found.zones if not zone.is_crossed or not zone.name]
    rows += [row for zone in alone for row in _zone_rows(trace, zone)]
    states = Counter(_state(boundary, duties) for boundary in found.boundaries)
    counts = f"{states[ANSWERED]} with threats, {states[DECIDED]} decided, {states[GAP]} with gaps"
    if states[NOT_ASKED]:
        counts += f", {states[NOT_ASKED]} that no rule asks about"
    crossing = {flow.item.id for boundary in found.boundaries for flow in boundary.flows}
    cells = tuple(row.cells for row in rows)
    return Table(
        id=BOUNDARIES,
        kind="matrix",
        title="Trust boundaries",
        question="What crosses each trust boundary, which threats consider it, and where is a gap?",
        scope=scope_of(
            trace,
            f"{len(found.boundaries)} trust boundaries, crossed by {len(crossing)} interfaces in force: {counts}; "
            f"{len(alone)} of {len(found.zones)} zones that no interface crosses into or that nobody stated; "
            f"{len(found.within)} interfaces that cross none; a threat that is set aside counts with its reason",
        ),
        columns=COLUMNS,
        rows=cells,
        row_ids=tuple(row.head.id for row in rows),
        facets=(
            Facet(name="state", title="Answered by", values=tuple((row.state,) for row in rows)),
            Facet(name="zone", title="Zone", values=tuple(tuple(map(_zone, row.zones)) for row in rows)),
            Facet(name="sort", title="Boundary", values=tuple((row.sort,) for row in rows)),
            *verdict_facets(COLUMNS, cells),
        ),
    )


def _state(boundary: Boundary, duties: dict[str, list[Duty]]) -> str:
    """What answers a boundary, in a word: the weakest of its crossings."""
    owed = [[duty for duty in duties.get(flow.item.id, ()) if duty.is_owed] for flow in boundary.flows]
    if boundary.sort == UNKNOWN or not all(boundary.zones) or not all(flow.crosses for flow in boundary.flows):
        return GAP
    if any(duty.is_open for mine in owed for duty in mine):
        return GAP
    if not all(owed):
        return NOT_ASKED
    return ANSWERED if any(duty.threats for mine in owed for duty in mine) else DECIDED


def _rows(trace: Trace, boundary: Boundary, duties: dict[str, list[Duty]]) -> Iterator[_Row]:
    state = _state(boundary, duties)
    for flow in boundary.flows:
        mine = duties.get(flow.item.id, [])
        head = (
            Cell(_named(boundary)),
            Cell(state),
            target_cell(trace, flow.item, ("id", "title", "verdict")),
            Cell(_says(trace, boundary, flow)),
        )
        views = [target_cell(trace, view, ("id", "title", "verdict")) for view in views_of(trace.graph, flow.item)]
        side = (views or [Cell("in no view")], [*_threats(trace, flow.item, mine)], [*_classes(trace, mine)])
        for view, threat, classes in zip_longest(*side, fillvalue=EMPTY):
            yield _Row(
                head=flow.item,
                sort=boundary.sort,
                zones=boundary.zones,
                state=state,
                cells=(*head, view, threat, classes),
            )


def _zone(name: str) -> str:
    return name or NO_ZONE


def _named(boundary: Boundary) -> str:
    zones = " - ".join(map(_zone, boundary.zones))
    if boundary.sort == UNKNOWN:
        return " - ".join(filter(None, (zones, UNKNOWN)))
    return zones + {BETWEEN: "", OUTSIDE: f" - {OTHER_END} of the assets", INSIDE: f" ({INSIDE})"}[boundary.sort]


def _says(trace: Trace, boundary: Boundary, flow: Flow) -> str:
    """What an interface states of the boundary, and what its ends have to do with it."""
    said = [CROSSED.get(flow.item.text("trust_boundary"), CROSSED[""])]
    if boundary.sort == BETWEEN and flow.item.text("trust_boundary") == "false":
        said.append("its ends lie in two zones")
    if flow.is_open and not flow.away:
        said.append(f"{OTHER_END}: {flow.item.text('endpoints') or 'other end not stated'}")
    for name in flow.away if boundary.sort == UNKNOWN else ():
        end = trace.items.get(name)
        said.append(f"{name} is {end.status.replace('_', ' ')}" if end is not None else f"{name} does not exist")
    if boundary.sort == UNKNOWN and not flow.ends and not flow.away:
        said.append(NO_END)
    return "; ".join(said)


def _threats(trace: Trace, item: Item, duties: Sequence[Duty]) -> Iterator[Cell]:
    """Every threat at an interface by id: considered with its verdict, or why it answers nothing."""
    considered = {threat.id: threat for duty in duties for threat in duty.threats}
    linked = {threat.id: threat for threat in trace.graph.targets(item.id, "threatened_by")}
    for name, threat in sorted({**linked, **considered}.items()):
        cell = threat_cell(trace, threat)
        if name in considered:
            yield cell
        elif trace.graph.is_live(threat) or threat.text("status_reason"):
            yield Cell(f"{cell.text}; of no class that is asked for", cell.target, cell.verdict)
        else:
            text = f"{name} {threat.title}; {threat.status.replace('_', ' ')} without a reason, so it answers nothing"
            yield Cell(text, cell.target, cell.verdict)


def _classes(trace: Trace, duties: Sequence[Duty]) -> Iterator[Cell]:
    """The classes that nothing answers in one cell, and a cell for each that a decision does."""
    still = [duty.value.replace("_", " ") for duty in duties if duty.is_open]
    if still:
        yield Cell(f"{GAP}: {', '.join(still)}")
    for duty in duties:
        if duty.decision is not None:
            yield decision_cell(trace, duty.decision, f"{duty.value.replace('_', ' ')}: ")


def _zone_rows(trace: Trace, zone: Zone) -> Iterator[_Row]:
    """A zone that nothing crosses into, with the views that show it and the decision that says why."""
    decision = decision_of(zone, trace) if zone.name else None
    views = {view.id: view for asset in zone.assets for view in views_of(trace.graph, asset)}
    shown = [target_cell(trace, view, ("id", "title", "verdict")) for _name, view in sorted(views.items())]
    state = GAP if decision is None else DECIDED
    names = ", ".join(asset.id for asset in zone.assets)
    words = f"{GAP}: no interface crosses into it" if zone.name else f"{GAP}: {names} state no zone"
    answer = Cell(words) if decision is None else decision_cell(trace, decision)
    for view, cell in zip_longest(shown or [Cell("in no view")], [answer], fillvalue=EMPTY):
        yield _Row(
            head=zone.first,
            sort=NOT_CROSSED,
            zones=(zone.name,),
            state=state,
            cells=(Cell(_zone(zone.name), zone.first.id), Cell(state), EMPTY, EMPTY, view, EMPTY, cell),
        )
