"""Grids of figures: the heat map of risks, how their levels moved, and threats by class and verdict."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from ...model.verdict import Verdict
from ...views.riskmap import HIGHER, LOWER, NO_LEVEL, NOT_RATED, SAME, WHEN
from ...views.table import Cell, Table
from .bars import number
from .inline import RowsHref
from .svg import Draw, fit, text

SIZE = 13
#: Parts of a panel of the heat map: its left edge, and the width and height of a spot.
LEFT, TOP, ACROSS, DOWN, APART = 88, 84, 64, 46, 10


def risk_map(view: Table, rows_href: RowsHref) -> str:
    """Two heat maps side by side, before and after control; risks without a rating stand apart at the edges."""
    draw = Draw(view, rows_href)
    panels = [_panel(draw, when, [row for row in view.rows if row[0].text.startswith(when)]) for when in WHEN]
    return draw.figure("".join(panels))


def _panel(draw: Draw, when: str, rows: Sequence[Sequence[Cell]]) -> str:
    severities = [column.title.removeprefix("Harm ") for column in draw.view.columns[2:-1]]
    made = [text(0, 15, f"{when.capitalize()} control", css="aimd-head")]
    made.append(text(LEFT, 37, "Severity of patient harm →", css="aimd-axis"))
    made.append(text(LEFT - 8, TOP - 8, "Exploitability", css="aimd-axis", anchor="end"))
    for column, word in enumerate(severities):
        # neighbours stand on two lines, since the words are wider than the spots
        made.append(text(_across(column, severities) + ACROSS / 2, TOP - 24 + 16 * (column % 2), word, anchor="middle"))
    for position, row in enumerate(rows):
        top = TOP + position * DOWN + (APART if row[1].text == NOT_RATED else 0)
        made.append(text(LEFT - 8, top + DOWN / 2 + 4, fit(row[1].text, LEFT - 8, SIZE), anchor="end"))
        for column, word in enumerate(severities):
            spot = (row[1].text, word)
            made.append(_spot(draw, when, spot, row[2 + column], (_across(column, severities), top)))
    total = sum(number(row[-1]) for row in rows)
    unrated = sum(
        number(cell)
        for row in rows
        for word, cell in zip(severities, row[2:-1], strict=True)
        if NOT_RATED in (row[1].text, word)
    )
    about = (
        f"{total} risks by exploitability, highest at the top, and severity of patient harm, rising to the right, "
        f"{when} control; {unrated} are not rated and stand apart. A spot holds the number of risks and their level."
    )
    size = (LEFT + len(severities) * ACROSS + APART + 4, TOP + len(rows) * DOWN + APART + 4)
    return draw.frame("".join(made), size, about, f"{when} control")


def _across(column: int, severities: Sequence[str]) -> float:
    return LEFT + column * ACROSS + (APART if severities[column] == NOT_RATED else 0)


def _spot(draw: Draw, when: str, spot: tuple[str, str], cell: Cell, at: tuple[float, float]) -> str:
    count, level = number(cell), cell.text.partition(" ")[2]
    box = f'x="{at[0] + 1:.2f}" y="{at[1] + 1:.2f}" width="{ACROSS - 2}" height="{DOWN - 2}" rx="3"'
    middle = at[0] + ACROSS / 2
    if not count:
        css = "aimd-empty aimd-apart" if NOT_RATED in spot else "aimd-empty"
        return f'<rect class="{css}" {box}/>' + text(middle, at[1] + 28, "0", css="aimd-zero", anchor="middle")
    mixed = level.startswith("(")
    shown = {NO_LEVEL: "no level"}.get(level, "mixed" if mixed else level)
    worst = level.strip("()").partition(",")[0].partition(" ")[2] if mixed else level
    css = "aimd-unrated" if NOT_RATED in spot else f"aimd-level aimd-level-{_slug(worst)}"
    words = f"{count} {'risks' if count > 1 else 'risk'} {when} control"
    said = f"{words}: exploitability {spot[0]}, severity of harm {spot[1]}, level {level.strip('()')}"
    return (
        draw.mark(f'<rect class="{css}" {box}/>', said, cell)
        + text(middle, at[1] + 21, str(count), css=f"aimd-spot {css}-text", anchor="middle", hidden=True)
        + text(middle, at[1] + 37, fit(shown, ACROSS, 12), css=f"aimd-small {css}-text", anchor="middle", hidden=True)
    )


def _slug(words: str) -> str:
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in words.lower())


def risk_moves(view: Table, rows_href: RowsHref) -> str:
    """Levels before control (rows) and after it (columns); a spot says whether the level fell, stayed or rose."""
    draw = Draw(view, rows_href)
    after = [column.title.removeprefix("After: ") for column in view.columns if column.name.startswith("after_")]
    before = [row[0].text for row in view.rows]
    left, across, down, top = 160, 116, 46, 42
    made = [
        text(left - 8, 15, "Level before control ↓", css="aimd-axis", anchor="end"),
        text(left, 15, "Level after control →", css="aimd-axis"),
    ]
    for column, level in enumerate(after):
        made.append(text(left + column * across + across / 2, top - 6, fit(level, across, SIZE), anchor="middle"))
    for position, row in enumerate(view.rows):
        y = top + position * down
        made.append(text(left - 8, y + 28, fit(row[0].text, left - 8, SIZE), anchor="end"))
        for column, level in enumerate(after):
            cell, x = row[1 + column], left + column * across
            box = f'x="{x + 1}" y="{y + 1}" width="{across - 2}" height="{down - 2}" rx="3"'
            count = number(cell)
            if not count:
                made.append(f'<rect class="aimd-empty" {box}/>')
                made.append(text(x + across / 2, y + 28, "0", css="aimd-zero", anchor="middle"))
                continue
            move = _move(before[position], level, after)
            things = f"{count} {'risks' if count > 1 else 'risk'}"
            said = f"{things} of level {before[position]} before control, {level} after: {move}"
            css = "aimd-higher" if move == HIGHER else "aimd-level"
            made.append(draw.mark(f'<rect class="{css} aimd-move-{_slug(move)}" {box}/>', said, cell))
            made.append(text(x + across / 2, y + 21, str(count), css="aimd-spot", anchor="middle", hidden=True))
            made.append(text(x + across / 2, y + 37, move, css="aimd-small", anchor="middle", hidden=True))
    about = "Number of risks by their level before control, in rows, and after control, in columns, highest first."
    size = (left + len(after) * across + 4, top + len(view.rows) * down + 4)
    return draw.figure(draw.frame("".join(made), size, about))


def _move(before: str, after: str, levels: Sequence[str]) -> str:
    """What became of a level; levels stand highest first."""
    if NO_LEVEL in (before, after) or before not in levels:
        return NOT_RATED
    step = levels.index(after) - levels.index(before)
    return LOWER if step > 0 else HIGHER if step < 0 else SAME


def threat_classes(view: Table, rows_href: RowsHref) -> str:
    """A square for each class and verdict, its area the number of threats."""
    draw = Draw(view, rows_href)
    known = {column.name: position for position, column in enumerate(view.columns)}
    shown = [v for v in Verdict if any(number(row[known[v.value]]) for row in view.rows)]
    most = max((number(row[known[v.value]]) for row in view.rows[:-1] for v in shown), default=0)
    if not most:
        return ""
    left, across, down, top = 170, 96, 54, 30
    made = [draw.patterns(v.value for v in shown)]
    for column, verdict in enumerate(shown):
        title = view.columns[known[verdict.value]].title
        made.append(text(left + column * across + across / 2, 18, title, anchor="middle"))
    made.append(text(left + len(shown) * across + 24, 18, "All", anchor="middle"))
    for position, row in enumerate(view.rows):
        y, is_sum = top + position * down, position == len(view.rows) - 1
        made.append(
            f'<path class="aimd-rule{" aimd-sum" if is_sum else ""}" d="M0 {y}H{left + len(shown) * across + 48}"/>'
        )
        css = "aimd-head" if is_sum else ""
        made.append(text(0, y + 32, fit(row[0].text, left - 8, SIZE), css=css))
        for column, verdict in enumerate(shown):
            cell = row[known[verdict.value]]
            count, middle = number(cell), left + column * across + across / 2
            if not count:
                made.append(text(middle, y + 32, "0", css="aimd-zero", anchor="middle"))
                continue
            word = view.columns[known[verdict.value]].title.lower()
            who = row[0].text.lower() if is_sum else f"threats of class {row[0].text.lower()}"
            side = max(12.0, (down - 8) * sqrt(min(count / most, 1))) if not is_sum else 22.0
            shape = draw.block(verdict.value, middle - side / 2, y + down / 2 - side / 2, side, side)
            # the whole field answers to a click, the square shows the number
            edges = f'x="{middle - across / 2 + 2}" y="{y + 2}" width="{across - 4}" height="{down - 4}"'
            field = f'<rect class="aimd-hit" {edges}/>'
            said = f"{count} of {number(row[-1])} {who} {'are' if count > 1 else 'is'} {word}"
            made.append(draw.mark(field + (shape if not is_sum else ""), said, cell))
            beside = middle if is_sum or side >= 24 else middle + side / 2 + 10
            made.append(text(beside, y + 32, str(count), css="aimd-number", anchor="middle", hidden=True))
        made.append(text(left + len(shown) * across + 24, y + 32, row[-1].text, css=css, anchor="middle"))
    about = (
        "Threats by STRIDE class, in rows, and verdict, in columns; the area of a square and the number on it say how "
        "many. A threat of several classes counts in each, and once in the last row."
    )
    size = (left + len(shown) * across + 52, top + len(view.rows) * down + 4)
    return draw.figure(draw.frame("".join(made), size, about))
