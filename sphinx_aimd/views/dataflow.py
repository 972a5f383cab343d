"""An architecture view as a data-flow diagram: the drawing as a neutral value and the table that says the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..model.dataflow import Element, Flow, data_flow
from ..model.trace import Trace
from .dataflow_drawing import CROSSED, NO_END, NO_ZONE, OTHER_END, WAYS, DrawnView, view_id
from .drawing import ABSENT
from .facets import field_facets, verdict_facets
from .scope import scope_of
from .table import EMPTY, Cell, Facet, Table, columns

#: Words of cells for what is no interface.
PART_OF, NO_INTERFACE = "part of", "no interface in this view"
COLUMNS = columns(
    ("from", "From", 4),
    ("interface", "Interface", 4),
    ("to", "To", 4),
    ("way", "Way", 2),
    ("zones", "Trust zones", 3),
    ("content", "Content", 2),
    ("protocol", "Protocol", 4),
    ("protection", "Protection", 4),
    ("boundary", "Trust boundary", 2),
    ("threats", "Threats", 2),
    ("beside", "Shown with it", 3),
    ("verdict", "Verdict", 2),
)


def data_flow_view(trace: Trace, name: str) -> Table:
    """The drawing and the table of an architecture view.

    :param name: id of an item of the type ``view``.
    """
    view = trace.items.get(name)
    if view is not None and view.type == "view":
        return _Maker(trace, data_flow(trace.graph, view)).table()
    return Table(
        id=view_id(name),
        kind="data-flow",
        title=f"Data flow: {name}",
        question="",
        scope=scope_of(trace, f"nothing, since there is no architecture view {name}"),
        columns=COLUMNS,
        rows=(),
    )


class _Maker(DrawnView):
    """The table of one view."""

    def table(self) -> Table:
        """One row for each interface and pair of ends, for each part, and for each asset that nothing is joined to."""
        rows = [*self._rows()]
        view, drawing = self.flow.view, self.drawing
        cells = tuple(row for _head, row in rows)
        return Table(
            id=view_id(view.id),
            kind="data-flow",
            title=drawing.title,
            question="What flows between which elements, over which interface, across which trust boundary?",
            scope=scope_of(self.trace, self._counted(), {"view": (view.id,)}),
            columns=COLUMNS,
            rows=cells,
            row_ids=tuple(head for head, _row in rows),
            facets=(*self._facets(rows), *verdict_facets(COLUMNS, cells)),
            drawing=drawing,
        )

    def _rows(self) -> Iterator[tuple[str, tuple[Cell, ...]]]:
        for flow in self.flow.flows:
            for start, end in self._pairs(flow):
                yield flow.item.id, self._row(flow, start, end)
        for element in self.flow.elements:
            if element.inside:
                yield element.item.id, self._part(element, Cell(PART_OF), self._cell(element.inside))
        for loose in self.flow.loose:
            alone = self.elements.get(loose.subject)
            if alone is not None:
                yield loose.subject, self._part(alone, Cell(NO_INTERFACE), EMPTY)

    def _pairs(self, flow: Flow) -> Iterator[tuple[str, str]]:
        """Ends of each row: from the first to each other one, turned where it flows in."""
        names = list(dict.fromkeys([*flow.ends, *flow.away]))
        if flow.first in names:
            names.remove(flow.first)
            names.insert(0, flow.first)
        others = names[1:] or [OTHER_END if flow.is_open else ""]
        first = names[0] if names else NO_END
        for other in others:
            yield (other, first) if flow.way == "in" else (first, other)

    def _cell(self, name: str) -> Cell:
        item = self.trace.items.get(name)
        if item is None:
            return Cell(name)
        if name not in self.elements:
            return Cell(f"{name} {item.title} ({ABSENT})", name)
        return Cell(f"{name} {item.title}", name)

    def _end(self, name: str, flow: Flow) -> Cell:
        if name == OTHER_END:
            return Cell(f"{OTHER_END}: {flow.item.text('endpoints') or 'other end not stated'}")
        if name and name not in self.trace.items and name != NO_END:
            return Cell(f"{name} (does not exist)")
        return self._cell(name)

    def _row(self, flow: Flow, start: str, end: str) -> tuple[Cell, ...]:
        item = flow.item
        zones = [self.elements[name].zone or NO_ZONE if name in self.elements else "" for name in (start, end)]
        named = [zone or "outside" for zone in zones]
        return (
            self._end(start, flow),
            Cell(f"{item.id} {item.title}", item.id),
            self._end(end, flow),
            Cell(WAYS[flow.way]),
            Cell(named[0] if named[0] == named[1] else " to ".join(named)),
            Cell(self._words(item, "content")),
            Cell(item.text("protocol")),
            Cell(item.text("encryption")),
            Cell(CROSSED.get(item.text("trust_boundary"), "not stated")),
            Cell(self._list(self._live(item, "threatened_by"))),
            Cell(", ".join(name for name in self._beside(item) if self.trace.items[name].type != "threat")),
            Cell("", "", self.trace.verdict(item.id)),
        )

    def _part(self, element: Element, joined: Cell, to: Cell) -> tuple[Cell, ...]:
        item = element.item
        return (
            self._cell(item.id),
            joined,
            to,
            EMPTY,
            Cell(element.zone or NO_ZONE),
            Cell(self._words(item, "kind")),
            EMPTY,
            EMPTY,
            EMPTY,
            Cell(self._list(self._live(item, "threatened_by"))),
            Cell(", ".join(name for name in self._beside(item) if self.trace.items[name].type != "threat")),
            Cell("", "", self.trace.verdict(item.id)),
        )

    def _list(self, names: Sequence[str]) -> str:
        return f"{len(names)}: {', '.join(names)}" if names else ""

    def _counted(self) -> str:
        flow = self.flow
        loose = len(flow.loose)
        more = (
            "everything joins"
            if not loose
            else f"{loose} thing{'s' * (loose != 1)} that do{'es' * (loose == 1)} not join"
        )
        return (
            f"{len(flow.elements)} elements and {len(flow.flows)} interfaces that {flow.view.id} shows; {more}; "
            "threats are all in force that are linked, whether or not the view shows them"
        )

    def _facets(self, rows: Sequence[tuple[str, tuple[Cell, ...]]]) -> tuple[Facet, ...]:
        heads = [self.trace.items[head] for head, _row in rows]
        return field_facets(self.trace, heads, ("type",))
