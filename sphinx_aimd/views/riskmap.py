"""Risks by exploitability and severity of patient harm, before and after control, and how control moved them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..model.item import Item
from ..model.trace import Trace
from .facets import ALL_ITEMS, figure, words_of
from .scope import scope_of
from .table import Cell, Column, Table

WHEN = ("before", "after")
NOT_RATED, NO_LEVEL = "not rated", "no level stated"
LOWER, SAME, HIGHER = "lower", "same", "higher"
MOVES = (LOWER, SAME, HIGHER)
#: Fields of a risk that place it on the map.
RATINGS = ("exploitability", "severity", "level")


def risks(trace: Trace) -> list[Item]:
    """Risks that are in force, sorted by id."""
    return [item for item in trace.of_types(["risk"]) if trace.graph.is_live(item)]


def rating(trace: Trace, risk: Item, name: str) -> str:
    """A rating of a risk in words; a word where it has none, so that no risk is left out."""
    return ", ".join(words_of(trace, risk, name)) or (NO_LEVEL if name.startswith("level") else NOT_RATED)


def scale(trace: Trace, name: str) -> tuple[str, ...]:
    """Values of a rating in words, lowest first, and values that risks hold and the scale does not."""
    field = trace.model.types["risk"].fields.get(name) if "risk" in trace.model.types else None
    known = [value.replace("_", " ") for value in (field.values if field is not None else ())]
    found = {rating(trace, risk, name) for risk in risks(trace)} - {NOT_RATED, NO_LEVEL}
    return (*known, *sorted(found - set(known)))


def move(trace: Trace, risk: Item) -> str:
    """Where a risk lies after control, compared with before: higher if either of the two ratings rose."""
    steps = []
    for name in ("exploitability", "severity"):
        values = scale_values(trace, f"{name}_after")
        before, after = risk.text(f"{name}_before"), risk.text(f"{name}_after")
        if before not in values or after not in values:
            return NOT_RATED
        steps.append(values.index(after) - values.index(before))
    return HIGHER if max(steps) > 0 else LOWER if min(steps) < 0 else SAME


def scale_values(trace: Trace, name: str) -> tuple[str, ...]:
    """Values of a rating as the model has them, lowest first."""
    field = trace.model.types["risk"].fields.get(name)
    return field.values if field is not None else ()


def _live(trace: Trace) -> dict[str, Sequence[str]]:
    """What the rows behind a figure hold besides its own words: risks in force."""
    statuses = [status.name.replace("_", " ") for status in trace.model.statuses.values() if status.live]
    return {"type": (trace.model.type_title("risk"),), "status": statuses}


def risk_map(trace: Trace) -> Table:
    """Risks by exploitability (rows) and severity (columns), before and after control, with their level in words."""
    found = risks(trace)
    spots: dict[tuple[str, str, str], Counter[str]] = {}
    for risk in found:
        for when in WHEN:
            spot = (when, rating(trace, risk, f"exploitability_{when}"), rating(trace, risk, f"severity_{when}"))
            spots.setdefault(spot, Counter())[rating(trace, risk, f"level_{when}")] += 1
    severities = tuple(dict.fromkeys((*scale(trace, "severity_before"), *scale(trace, "severity_after"), NOT_RATED)))
    rows = []
    unrated = Counter[str]()
    for when in WHEN:
        levels = scale(trace, f"level_{when}")
        for exploitability in (*reversed(scale(trace, f"exploitability_{when}")), NOT_RATED):
            cells = [Cell(f"{when} control"), Cell(exploitability)]
            total = 0
            for severity in severities:
                count = spots.get((when, exploitability, severity), Counter())
                where = {f"exploitability_{when}": (exploitability,), f"severity_{when}": (severity,)}
                cells.append(figure(count.total(), ALL_ITEMS, {**_live(trace), **where}, _levels(count, levels)))
                total += count.total()
                unrated[when] += count.total() if NOT_RATED in (exploitability, severity) else 0
            row_where = {**_live(trace), f"exploitability_{when}": (exploitability,)}
            rows.append((*cells, figure(total, ALL_ITEMS, row_where)))
    rated = ", ".join(f"{unrated[when]} not rated {when} control" for when in WHEN)
    return Table(
        id="risk-map",
        kind="risk-map",
        title="Risks before and after control",
        question="How exploitable are the risks and how severe is the patient harm, before and after control?",
        scope=scope_of(
            trace, f"{len(found)} risks in force, {rated}; levels as the risks state them", {"type": ("risk",)}
        ),
        columns=(
            Column(name="when", title="When", width=3),
            Column(name="exploitability", title="Exploitability", width=3),
            *(Column(name=_name(word), title=f"Harm {word}", width=2) for word in severities),
            Column(name="all", title="All", width=1),
        ),
        rows=tuple(rows),
        row_ids=("",) * len(rows),
    )


def _name(word: str) -> str:
    return "harm_" + word.replace(" ", "_")


def _levels(count: Counter[str], levels: Sequence[str]) -> str:
    """Levels of the risks of a spot, highest first: one word, or each with its number."""
    order = [*reversed(levels), NO_LEVEL]
    found = sorted(count, key=lambda level: (order.index(level) if level in order else len(order), level))
    if len(found) == 1:
        return found[0]
    return f"({', '.join(f'{count[level]} {level}' for level in found)})" if found else ""


def risk_moves(trace: Trace) -> Table:
    """Risks by level before (rows) and after control (columns), and whether they lie lower on the map."""
    found = risks(trace)
    pairs = Counter((rating(trace, r, "level_before"), rating(trace, r, "level_after")) for r in found)
    moved = Counter((rating(trace, risk, "level_before"), move(trace, risk)) for risk in found)
    after = (*reversed(scale(trace, "level_after")), NO_LEVEL)
    rows = []
    for level in (*reversed(scale(trace, "level_before")), NO_LEVEL):
        where = {**_live(trace), "level_before": (level,)}
        cells = [Cell(level)]
        cells += [figure(pairs[level, other], ALL_ITEMS, {**where, "level_after": (other,)}) for other in after]
        cells += [figure(moved[level, word], ALL_ITEMS, {**where, "move": (word,)}) for word in (*MOVES, NOT_RATED)]
        cells.append(figure(sum(pairs[level, other] for other in after), ALL_ITEMS, where))
        rows.append(tuple(cells))
    counts = Counter(move(trace, risk) for risk in found)
    counted = ", ".join(f"{counts[word]} {word}" for word in (*MOVES, NOT_RATED))
    return Table(
        id="risk-moves",
        kind="risk-moves",
        title="Levels of risk before and after control",
        question="Which levels did control lower, and which risks did it leave where they were?",
        scope=scope_of(
            trace,
            f"{len(found)} risks in force; on the map of exploitability and severity of harm {counted} after control",
            {"type": ("risk",)},
        ),
        columns=(
            Column(name="before", title="Level before", width=3),
            *(Column(name=f"after_{word.replace(' ', '_')}", title=f"After: {word}", width=2) for word in after),
            *(
                Column(name=f"move_{word.replace(' ', '_')}", title=f"On the map: {word}", width=2)
                for word in (*MOVES, NOT_RATED)
            ),
            Column(name="all", title="All", width=1),
        ),
        rows=tuple(rows),
        row_ids=("",) * len(rows),
    )
