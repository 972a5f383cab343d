"""Security metrics: how many vulnerabilities are patched, how long it took, and what could not be counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from statistics import median

from ..model.measures import (
    COUNTED,
    EVERYTHING,
    MEASURES,
    NOT_AFFECTED,
    NOT_COUNTED,
    SHARE,
    Entry,
    Measure,
    entries,
    order,
)
from ..model.trace import Trace
from .facets import figure
from .matrix import target_cell
from .scope import assessed_scope
from .table import EMPTY, Cell, Facet, Table, columns
from .words import cited

METRICS, METRIC_ROWS = "security-metrics", "security-metric-rows"
NOTHING = "nothing to measure"


def security_metrics(trace: Trace) -> Table:
    """Each measure over everything, by release and by year, with its definition and what is not counted."""
    found: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries(trace):
        for group in entry.groups:
            found[entry.measure.name, group].append(entry)
    rows = []
    for measure in MEASURES:
        groups = order({EVERYTHING, *(group for name, group in found if name == measure.name)})
        rows += [_row(trace, measure, group, found[measure.name, group]) for group in groups]
    vulnerabilities = [item for item in trace.of_types(["vulnerability"]) if trace.graph.is_live(item)]
    aside = len(trace.of_types(["vulnerability"])) - len(vulnerabilities)
    return Table(
        id=METRICS,
        kind="register",
        title="Security metrics",
        question="How many known vulnerabilities are patched, how fast, and how fast does a patch reach the field?",
        scope=assessed_scope(
            trace,
            f"{len(vulnerabilities)} vulnerabilities in force ({aside} more are out of force), each counted once under "
            "all and once under each release that it affects; a day not known is never taken as zero, and a day "
            "after the as-of date is not reached yet",
        ),
        columns=columns(
            ("measure", "Measure", 4),
            ("group", "For", 3),
            ("counted", "Counted", 2),
            ("not_counted", "Not counted", 2),
            ("not_affected", "Not affected", 2),
            ("share", "Share (%)", 2),
            ("average", "Average (days)", 2),
            ("median", "Median (days)", 2),
            ("longest", "Longest (days)", 2),
            ("words", "In words", 5),
            ("definition", "Definition", 6),
            ("clause", "Asked by", 3),
        ),
        rows=tuple(rows),
        row_ids=("",) * len(rows),
    )


def _row(trace: Trace, measure: Measure, group: str, found: Sequence[Entry]) -> tuple[Cell, ...]:
    states = {
        state: [entry for entry in found if entry.state == state] for state in (COUNTED, NOT_COUNTED, NOT_AFFECTED)
    }
    where = {"measure": (measure.title,), "group": (group,)}
    figures = [figure(len(mine), METRIC_ROWS, {**where, "state": (state,)}) for state, mine in states.items()]
    days = [entry.days for entry in states[COUNTED] if entry.days is not None]
    of = len(states[COUNTED]) + len(states[NOT_COUNTED])
    share = average = middle = longest = ""
    if measure is SHARE and of:
        share = _number(Fraction(100 * len(states[COUNTED]), of))
        words = f"{len(states[COUNTED])} of {of} updated or patched"
    elif days:
        average, middle, longest = (
            _number(Fraction(sum(days), len(days))),
            _number(Fraction(median(days))),
            str(max(days)),
        )
        words = f"over {len(days)} of {of}"
    else:
        words = f"{NOTHING}: {of} without the dates" if of else NOTHING
    is_first = group == EVERYTHING
    return (
        Cell(measure.title),
        Cell(group),
        *figures,
        *map(Cell, (share, average, middle, longest, words)),
        Cell(measure.definition) if is_first else EMPTY,
        _clause(trace, measure.clause) if is_first else EMPTY,
    )


def _clause(trace: Trace, clause_id: str) -> Cell:
    clause = trace.items.get(clause_id)
    return Cell(cited(clause), clause.id) if clause is not None else Cell(clause_id)


def _number(value: Fraction) -> str:
    """A number with at most one decimal, halves rounded up."""
    tenths = (value * 20 + 1) // 2
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"


def metric_rows(trace: Trace) -> Table:
    """Every vulnerability and update behind the metrics, with its dates, its days, or why it is not counted."""
    found = list(entries(trace))
    rows = tuple(
        (
            Cell(entry.measure.title),
            *(
                target_cell(trace, item, ("id", "title", "verdict")) if item is not None else EMPTY
                for item in (entry.vulnerability, entry.patch)
            ),
            Cell("; ".join(entry.groups[1:])),
            Cell(entry.start),
            Cell(entry.end),
            Cell("" if entry.days is None else str(entry.days)),
            Cell(entry.state),
            Cell(entry.reason),
        )
        for entry in found
    )
    counts = {state: sum(entry.state == state for entry in found) for state in (COUNTED, NOT_COUNTED, NOT_AFFECTED)}
    return Table(
        id=METRIC_ROWS,
        kind="register",
        title="What the security metrics count",
        question="Which vulnerability and which update stand behind each figure, and why is one not counted?",
        scope=assessed_scope(
            trace, f"{len(rows)} rows: " + ", ".join(f"{count} {state}" for state, count in counts.items())
        ),
        columns=columns(
            ("measure", "Measure", 4),
            ("vulnerability", "Vulnerability", 5),
            ("patch", "Update or patch", 4),
            ("groups", "Release and year", 3),
            ("start", "From", 2),
            ("end", "To", 2),
            ("days", "Days", 1),
            ("state", "Counted", 2),
            ("reason", "Why not", 4),
        ),
        rows=rows,
        row_ids=tuple(entry.subject.id for entry in found),
        facets=(
            Facet(name="measure", title="Measure", values=tuple((entry.measure.title,) for entry in found)),
            Facet(name="group", title="Release or year", values=tuple(entry.groups for entry in found)),
            Facet(name="state", title="Counted", values=tuple((entry.state,) for entry in found)),
        ),
    )
