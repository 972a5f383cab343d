"""Pictures of tables as inline SVG; the table beside each says the same in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...views.table import Table
from . import bars, grids, sankey
from .inline import RowsHref

#: Pictures by the kind of view.
PICTURES: Mapping[str, Callable[[Table, RowsHref], str]] = {
    "coverage": bars.coverage,
    "findings-by-owner": bars.findings,
    "risk-map": grids.risk_map,
    "risk-moves": grids.risk_moves,
    "threat-classes": grids.threat_classes,
    "trace-flow": sankey.trace_flow,
}


def picture(view: Table, rows_href: RowsHref) -> str:
    """The picture of a view, or nothing for a view of a kind that has none.

    :param rows_href: address of the rows behind a figure, or nothing when no page lists them.
    """
    draw = PICTURES.get(view.kind)
    return draw(view, rows_href) if draw is not None else ""
