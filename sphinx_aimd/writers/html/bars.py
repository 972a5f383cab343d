"""Stacked bars: coverage of clauses by verdict, and findings by grade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from ...model.verdict import BAR_ORDER, Verdict, word
from ...views.chapters import short_name
from ...views.summary import GRADES
from ...views.table import Cell, Table
from .inline import RowsHref
from .svg import Draw, fit, text

WIDTH, LEFT, RIGHT = 960, 330, 50
ROW, BAR, SIZE = 26, 18, 13
#: Bars of one picture, so that each has room on a printed page.
PAGE = 32
#: Number of bars beyond which those of which nothing is asked are left to the table.
MANY = 60
#: Grades are drawn in the colour and with the pattern of a verdict.
_GRADES = dict(zip(GRADES, ("failed", "stale", "partial", "planned"), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a bar: how it looks, what it is called, and its figure."""

    look: str
    title: str
    cell: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar: its name, the figure of the whole, and its parts."""

    name: str
    whole: Cell
    parts: Sequence[Part]


def coverage(view: Table, rows_href: RowsHref) -> str:
    """Clauses by verdict, one bar for each row of the table; bars are as long as each other."""
    bars, left_out = [], 0
    for row in view.rows:
        count = _by_name(view, row)
        parts = [
            Part(look=v.value, title=word(v, "clause"), cell=count[v.value])
            for v in BAR_ORDER
            if number(count[v.value])
        ]
        if len(view.rows) > MANY and all(not Verdict(part.look).counts for part in parts):
            left_out += 1
            continue
        name = short_name(row[0].text, row[1].text)
        bars.append(Bar(name=name, whole=count["clauses"], parts=parts))
    about = "Share of clauses by verdict, one bar for each row of the table below, which holds the numbers."
    note = f"{left_out} rows of which nothing is asked are in the table only." if left_out else ""
    legend = [(verdict.value, word(verdict, "clause")) for verdict in BAR_ORDER]
    return _picture(Draw(view, rows_href), bars, f"{about} {note}".strip(), "clauses", legend, note)


def findings(view: Table, rows_href: RowsHref) -> str:
    """Findings by grade, one bar for each owner, as long as it has findings."""
    bars = []
    for row in view.rows:
        count = _by_name(view, row)
        parts = [
            Part(look=look, title=grade, cell=count[grade.replace(" ", "_")])
            for grade, look in _GRADES.items()
            if number(count[grade.replace(" ", "_")])
        ]
        bars.append(Bar(name=row[0].text, whole=count["all"], parts=parts))
    most = max((number(bar.whole) for bar in bars), default=1)
    about = "Number of findings by grade, one bar for each role; the table below holds the numbers."
    legend = [(look, grade) for grade, look in _GRADES.items()]
    return _picture(Draw(view, rows_href), bars, about, "findings", legend, most=most)


def number(cell: Cell) -> int:
    """The number with which the text of a figure begins."""
    return int(cell.text.partition(" ")[0] or 0)


def _by_name(view: Table, row: Sequence[Cell]) -> Mapping[str, Cell]:
    return {column.name: cell for column, cell in zip(view.columns, row, strict=True)}


def _picture(
    draw: Draw,
    bars: Sequence[Bar],
    about: str,
    things: str,
    legend: Sequence[tuple[str, str]],
    note: str = "",
    most: int = 0,
) -> str:
    """All bars under each other, below their legend: a long picture is read from its top.

    :param most: number that takes the whole width; without it every bar does.
    """
    patterns = draw.patterns(look for look, _title in legend)
    pictures: list[str] = []
    for start in range(0, len(bars), PAGE):
        shown = bars[start : start + PAGE]
        made = "".join(_bar(draw, bar, row * ROW + 4, things, most) for row, bar in enumerate(shown))
        part = f"part {len(pictures) + 1}" if len(bars) > PAGE else ""
        body = made if pictures else patterns + made
        pictures.append(draw.frame(body, (WIDTH, len(shown) * ROW + 8), about, part))
    items = "".join(_legend(draw, look, title) for look, title in legend)
    below = f'<p class="aimd-note">{escape(note)}</p>' if note else ""
    return draw.figure("".join(pictures), below, f'<ul class="aimd-legend">{items}</ul>') if bars else ""


def _bar(draw: Draw, bar: Bar, top: float, things: str, most: int) -> str:
    total, at = number(bar.whole), float(LEFT)
    made = [text(LEFT - 8, top + 13, fit(bar.name, LEFT - 8, SIZE), anchor="end")]
    for part in bar.parts:
        count = number(part.cell)
        share = count * (WIDTH - LEFT - RIGHT) / max(most or total, 1)
        said = f"{count} of {total} {things} of {bar.name}: {part.title}"
        made.append(draw.mark(draw.block(part.look, at, top, share, BAR), said, part.cell))
        if share >= SIZE * (0.7 * len(str(count)) + 0.6):
            middle = at + share / 2
            made.append(text(middle, top + 13.5, str(count), css="aimd-number", anchor="middle", hidden=True))
        at += share
    return "".join(made) + text(at + 6, top + 13, str(total))


def _legend(draw: Draw, look: str, title: str) -> str:
    swatch = draw.block(look, 0, 0, 24, 16)
    return (
        f'<li><svg class="aimd-swatch aimd-wide" viewBox="0 0 24 16" aria-hidden="true">{swatch}</svg> '
        f"{escape(title)}</li>"
    )
