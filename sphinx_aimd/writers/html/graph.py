"""The neighbourhood of an item as inline SVG, with its legend and an equal table."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from html import escape

from ...model.verdict import Verdict
from ...views.card import Reference
from ...views.neighbourhood import Edge
from ...views.walk import TraceWalk
from .inline import verdict_class
from .layout import HEIGHT, WIDTH, layout

#: Address of the trace page of an item, as seen from the page that is written.
Page = Callable[[str], str]

#: Cells that a line of a node holds; wide characters take two.
CELLS, BOLD_CELLS = 27, 22

#: The shape of a verdict in a field of 12 by 12, so that no verdict is told by its colour alone.
MARKS = {
    Verdict.FAILED: "M2 2L10 10M10 2L2 10",
    Verdict.STALE: "M2 1.5H10L2 10.5H10Z",
    Verdict.MISSING: "M6 1V7M6 9.5V11",
    Verdict.PLANNED: "M11 6A5 5 0 1 1 1 6A5 5 0 1 1 11 6",
    Verdict.PARTIAL: "M6 1A5 5 0 0 0 6 11ZM6 1A5 5 0 0 1 6 11",
    Verdict.WAIVED: "M6 1L11 6L6 11L1 6Z",
    Verdict.VERIFIED: "M1.5 6.5L4.5 10L10.5 2",
    Verdict.NOT_APPLICABLE: "M1 6H11",
    Verdict.INACTIVE: "M2 2H10V10H2Z",
}
_BY_RANK = list(Verdict)


class Drawings:
    """Drawings for pages that lie in one folder; what many of them hold is rendered once."""

    def __init__(self, page: Page) -> None:
        """Wrap the address of a trace page by the id of its item."""
        self._page = page
        self._nodes: dict[str, tuple[str, str, str]] = {}
        self._titles: dict[Edge, str] = {}
        self._rows: dict[Edge, str] = {}

    def picture(self, walk: TraceWalk) -> str:
        """The drawing; a region that scrolls, since it may be wider than the page."""
        around = walk.around
        found = layout(around.columns, [(edge.tail, edge.head) for edge in around.edges])
        lines = []
        for edge, ((x1, y1), (x2, y2), (x3, y3), (x4, y4)) in zip(around.edges, found.curves, strict=True):
            title = self._titles.get(edge) or self._title(walk, edge)
            css = f' class="aimd-edge-{edge.note.replace(" ", "-")}"' if edge.note else ""
            lines.append(f'<path{css} d="M{x1} {y1}C{x2} {y2} {x3} {y3} {x4} {y4}">{title}</path>\n')
        boxes = []
        for _place, column in around.columns:
            for item_id in sorted(column, key=lambda item_id: found.places[item_id][1]):
                x, y = found.places[item_id]
                here = ' aria-current="page"' if item_id == walk.item.id else ""
                before, after, last = self._nodes.get(item_id) or self._node(walk, item_id)
                boxes.append(f"{before}{here}{after}{x} {y}{last}")
        count = sum(len(column) for _place, column in around.columns)
        about = (
            f"{count} items around {walk.item.label}, what they answer to on the left, what proves them on the right"
        )
        marks = sorted(
            {(walk.ends[i].verdict or Verdict.MISSING).rank for _place, column in around.columns for i in column}
        )
        defs = "".join(f'<path id="aimd-m{rank}" d="{MARKS[_BY_RANK[rank]]}"/>' for rank in marks)
        return (
            '<div class="aimd-graph-scroll" role="region" tabindex="0" aria-label="Drawing">'
            '<svg class="aimd-graph" role="group" aria-labelledby="aimd-graph-title" '
            'aria-describedby="aimd-graph-desc" '
            f'width="{found.width}" height="{found.height}" viewBox="0 0 {found.width} {found.height}">'
            f'<title id="aimd-graph-title">Trace of {escape(walk.item.label)}</title>'
            f'<desc id="aimd-graph-desc">{escape(about)}. The table below says the same.</desc>\n'
            '<defs><marker id="aimd-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
            'orient="auto"><path class="aimd-arrow" d="M0 0L8 4L0 8Z"/></marker>'
            f'<rect id="aimd-box" x="1" y="1" width="{WIDTH - 2}" height="{HEIGHT - 2}" rx="4"/>'
            f'<clipPath id="aimd-clip"><rect width="{WIDTH}" height="{HEIGHT}"/></clipPath>{defs}</defs>\n'
            f'<g class="aimd-edges" aria-hidden="true" marker-end="url(#aimd-arrow)">\n{"".join(lines)}</g>\n'
            f"{''.join(boxes)}</svg></div>\n"
        )

    def table(self, walk: TraceWalk) -> str:
        """The same as the drawing, one row for each arrow."""
        rows = "".join(self._rows.get(edge) or self._row(walk, edge) for edge in walk.around.edges)
        heads = "".join(f'<th scope="col">{title}</th>' for title in ("From", "Link", "To", "State of the link"))
        return (
            '<details class="aimd-same"><summary>The same as a table</summary>'
            f'<table class="aimd-table"><caption>Links drawn around {escape(walk.item.label)}</caption>'
            f"<thead><tr>{heads}</tr></thead>\n<tbody>{rows}</tbody></table></details>\n"
        )

    def _title(self, walk: TraceWalk, edge: Edge) -> str:
        text = f"{walk.ends[edge.tail].label} {edge.words} {walk.ends[edge.head].label}"
        found = f"<title>{escape(text + (f' ({edge.note})' if edge.note else ''))}</title>"
        self._titles[edge] = found
        return found

    def _row(self, walk: TraceWalk, edge: Edge) -> str:
        tail, head = (self._end(walk.ends[item_id]) for item_id in (edge.tail, edge.head))
        state = escape(edge.note) or "not suspect"
        found = f"<tr><td>{tail}</td><td>{escape(edge.words)}</td><td>{head}</td><td>{state}</td></tr>\n"
        self._rows[edge] = found
        return found

    def _end(self, end: Reference) -> str:
        name = escape(end.label)
        shown = f'<a href="{escape(self._page(end.id))}">{name}</a>' if end.verdict is not None else name
        return f"{shown}, {escape(end.word)}"

    def _node(self, walk: TraceWalk, item_id: str) -> tuple[str, str, str]:
        """A node without its place and whether it is the page's own; an item that does not exist has no page."""
        end, kind = walk.ends[item_id], walk.kinds[item_id]
        verdict = end.verdict or Verdict.MISSING
        label, title = cut(end.label, BOLD_CELLS), cut(end.title, CELLS)
        is_cut = (label, title) != (end.label, end.title)
        whole = f"{end.label} {end.title}: {kind}, {end.word}" if kind else f"{end.label}: {end.word}"
        name = "a" if end.verdict is not None else "g"
        address = f' href="{escape(self._page(item_id))}"' if end.verdict is not None else ""
        before = f'<{name} class="aimd-node {verdict_class(verdict)}"{address}'
        # what is written on the node is its name, unless some of that is cut off
        tip = f"<title>{escape(whole)}</title>" if is_cut else ""
        after = f'>{tip}<g clip-path="url(#aimd-clip)" transform="translate('
        last = (
            f')"><use href="#aimd-box"/><text class="aimd-node-id" x="9" y="17">{escape(label)}</text>'
            f'<text x="9" y="32">{escape(title)}</text>'
            f'<use class="aimd-mark" href="#aimd-m{verdict.rank}" x="9" y="37"/>'
            f'<text x="25" y="47">{escape(end.word)}</text></g></{name}>\n'
        )
        found = self._nodes[item_id] = before, after, last
        return found


def cut(text: str, cells: int) -> str:
    """A text on one line, cut to fit; wide characters take two cells, those that are not seen take none."""
    text = " ".join(text.split())
    used = 0
    for number, character in enumerate(text):
        if unicodedata.category(character) not in ("Mn", "Me", "Cf"):
            used += 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
        if used > cells or number > 4 * cells:
            return text[: max(number - 1, 0)].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
    return text


def legend(walk: TraceWalk) -> str:
    """The shapes and lines that the drawing uses, and what it leaves out."""
    around = walk.around
    seen: dict[tuple[int, str], Verdict] = {}
    for _place, column in around.columns:
        for item_id in column:
            end = walk.ends[item_id]
            seen.setdefault(((end.verdict or Verdict.MISSING).rank, end.word), end.verdict or Verdict.MISSING)
    rows = [
        f'<li><svg class="aimd-mark {verdict_class(verdict)}" width="16" height="16" viewBox="-2 -2 16 16" '
        f'aria-hidden="true"><path d="{MARKS[verdict]}"/></svg> {escape(word)}</li>'
        for (_rank, word), verdict in sorted(seen.items())
    ]
    notes = {edge.note for edge in around.edges if edge.note}
    for note in sorted(notes):
        css = f"aimd-edge-{note.replace(' ', '-')}"
        line = (
            f'<svg class="aimd-edges" width="32" height="10" aria-hidden="true"><path class="{css}" d="M0 5H32"/></svg>'
        )
        rows.append(f"<li>{line} link {escape(note)}</li>")
    return f'<ul class="aimd-legend">{"".join(rows)}</ul>\n'


def left_out(walk: TraceWalk) -> str:
    """What the drawing does not show, in a sentence; nothing if it shows all."""
    around = walk.around
    said = []
    if around.more:
        said.append(f"{around.more} further item{'s' * (around.more > 1)} linked to those drawn")
    if around.undrawn:
        said.append(f"{around.undrawn} link{'s' * (around.undrawn > 1)} between them that would pass over a column")
    return f'<p class="aimd-note">Left out: {" and ".join(said)}.</p>\n' if said else ""
