"""The flow from clauses to results: stages side by side, bands as thick as the number of links between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...views.flow import ALL, BROKEN, CLOSED, ENDS, NOWHERE, OPEN, OTHERWISE
from ...views.table import Cell, Table
from .bars import number
from .inline import RowsHref
from .svg import Draw, text

WIDTH, TOP, TALL, GAP = 1000, 48, 380, 26
#: Width of a node, of the open end beside it, and of the words beside the last stage.
NODE, END, WORDS = 16, 44, 124
#: States are drawn in the colour and with the pattern of a verdict.
LOOKS: Mapping[str, str] = {CLOSED: "verified", OPEN: "planned", BROKEN: "failed"}


@dataclass(slots=True)
class Node:
    """Items of one stage and state; places of its bands are taken from the top."""

    stage: str
    state: str
    cells: dict[str, Cell] = field(default_factory=dict)
    bands: list[tuple[Node, Cell]] = field(default_factory=list)
    x: float = 0
    y: float = 0
    height: float = 0
    links_in: int = 0
    links_out: int = 0
    used_in: float = 0
    used_out: float = 0

    def count(self, what: str) -> int:
        """A number of the node itself: of its items, or of those without a link to a later stage."""
        return number(self.cells[what]) if what in self.cells else 0

    @property
    def items(self) -> int:
        """Number of items that it stands for."""
        return self.count(ALL)

    @property
    def others(self) -> int:
        """Items that lead on to items of no later stage only."""
        return self.count(ENDS[OTHERWISE])

    @property
    def ends(self) -> int:
        """Items without a link onward."""
        return self.count(ENDS[NOWHERE])

    @property
    def weight(self) -> int:
        """Links or items that it must be high enough for."""
        return max(self.links_in, self.links_out + self.others, self.items)


def trace_flow(view: Table, rows_href: RowsHref) -> str:
    """Stages from left to right, each with a node for each state of its items."""
    draw = Draw(view, rows_href)
    by_title = {(row[0].text, row[1].text): Node(row[0].text, row[1].text) for row in view.rows}
    nodes = list(by_title.values())
    for stage, state, to, to_state, _unit, cell in view.rows:
        node, target = by_title[stage.text, state.text], by_title.get((to.text, to_state.text))
        if target is None:
            node.cells[to.text] = cell
        else:
            node.bands.append((target, cell))
            node.links_out += number(cell)
            target.links_in += number(cell)
    stages = list(dict.fromkeys(node.stage for node in nodes))
    scale = _place(nodes, stages)
    bands = "".join(_bands(draw, nodes, scale))
    parts = "".join(_node(draw, node, scale) for node in nodes if node.items)
    heads = "".join(
        text(
            _column(position, len(stages)),
            18,
            f"{stage}: {sum(node.items for node in nodes if node.stage == stage)}",
            css="aimd-head",
        )
        for position, stage in enumerate(stages)
    )
    links = sum(node.links_out for node in nodes)
    open_ends = sum(node.ends for node in nodes)
    about = (
        f"{', '.join(stages)} from left to right, each divided into closed, open, and failed or stale. Bands are as "
        f"thick as the number of links, {links} in all. A stub counts items that lead to items of other kinds only, "
        "for example plans and records. A broken outline is an open end: items without a link onward, "
        f"{open_ends} in all. The table below holds the same numbers and links."
    )
    height = max((node.y + node.height for node in nodes), default=0) + GAP
    return draw.figure(draw.frame(draw.patterns(LOOKS.values()) + bands + parts + heads, (WIDTH, height), about))


def _column(position: int, count: int) -> float:
    return position * (WIDTH - NODE - WORDS) / max(count - 1, 1)


def _place(nodes: Sequence[Node], stages: Sequence[str]) -> float:
    """Heights on one scale for all stages, so that bands of the same number are as thick everywhere.

    :return: height of one link or item.
    """
    most = max((sum(node.weight for node in nodes if node.stage == stage) for stage in stages), default=1)
    scale = TALL / max(most, 1)
    for position, stage in enumerate(stages):
        y = float(TOP)
        for node in (node for node in nodes if node.stage == stage and node.items):
            node.x, node.y = _column(position, len(stages)), y
            node.height = max(node.weight * scale, 6)
            y += node.height + GAP
    return scale


def _bands(draw: Draw, nodes: Sequence[Node], scale: float) -> list[str]:
    """Bands, those to the nearest stage first at each node."""
    made = []
    for node in nodes:
        for target, cell in sorted(node.bands, key=lambda band: (band[0].x, band[0].y)):
            thick = max(number(cell) * scale, 1.2)
            start, end = node.y + node.used_out, target.y + target.used_in
            node.used_out += number(cell) * scale
            target.used_in += number(cell) * scale
            left, right = node.x + NODE, target.x
            middle = (left + right) / 2
            shape = (
                f"M{left:.1f} {start:.1f}C{middle:.1f} {start:.1f} {middle:.1f} {end:.1f} {right:.1f} {end:.1f}"
                f"V{end + thick:.1f}C{middle:.1f} {end + thick:.1f} {middle:.1f} {start + thick:.1f} "
                f"{left:.1f} {start + thick:.1f}Z"
            )
            said = (
                f"{number(cell)} links from {node.state} items of stage {node.stage} to {target.state} items of stage "
                f"{target.stage}"
            )
            css = f"aimd-band aimd-fill-{LOOKS.get(node.state, 'inactive')}"
            made.append(draw.mark(f'<path class="{css}" d="{shape}"/>', said, cell))
    return made


def _node(draw: Draw, node: Node, scale: float) -> str:
    look = LOOKS.get(node.state, "inactive")
    said = f"{node.items} items of stage {node.stage}: {node.state}"
    made = draw.mark(draw.block(look, node.x, node.y, NODE, node.height), said, node.cells[ALL])
    right, line = node.x + NODE, node.y + min(node.height / 2 + 4, 14)
    if node.others:
        top, thick = node.y + node.used_out, max(node.others * scale, 2)
        shape = f'<path class="aimd-stub" d="M{right:.1f} {top:.1f}h{END}v{thick:.1f}h-{END}z"/>'
        words = (
            f"{node.others} items of stage {node.stage}, {node.state}, are linked onward to other kinds of items only"
        )
        made += draw.mark(shape, words, node.cells[ENDS[OTHERWISE]])
        made += _label(
            right + END + 4, max(top + thick / 2 + 4, line + 15), f"{node.others} to others", css="aimd-small"
        )
    if node.ends:
        top = node.y + node.height + 3
        shape = f'<path class="aimd-open-end" d="M{node.x:.1f} {top:.1f}h{END}l8 8l-8 8h-{END}z"/>'
        words = f"{node.ends} items of stage {node.stage}, {node.state}, have no link onward"
        made += draw.mark(shape, words, node.cells[ENDS[NOWHERE]])
        made += _label(node.x + END / 2, top + 12, str(node.ends), css="aimd-small", anchor="middle")
    return made + _label(right + 6, line, f"{node.items} {node.state}")


def _label(x: float, y: float, words: str, *, css: str = "", anchor: str = "") -> str:
    return text(x, y, words, css=f"aimd-number {css}".strip(), anchor=anchor, hidden=True)
