"""Rating methods as the file uses them, exploitability proposals, and the list of all views of methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..model.exploitability import Proposed, proposed
from ..model.item import Item
from ..model.rating import departures
from ..model.trace import Trace
from .boundaries import BOUNDARIES, boundary_table
from .facets import verdict_facets, words_of
from .matrix import target_cell
from .metrics import METRIC_ROWS, METRICS, metric_rows, security_metrics
from .quantum import FAMILIES, READINESS, SUMMARY, algorithm_families, quantum_readiness, quantum_summary
from .scope import assessed_scope, scope_of
from .stride import COVERAGE, ROWS, stride_coverage, stride_elements
from .table import EMPTY, Cell, Facet, Table, columns
from .testsummary import FINDINGS, TESTS, finding_rows, rows_of_tests, summary_of_tests
from .testsummary import SUMMARY as TEST_SUMMARY

RATING, PROPOSALS, DEPARTURES = "rating-methods", "exploitability-proposals", "rating-departures"
SAME, HIGHER, LOWER, NOT_RATED, NO_VECTOR = "same", "author higher", "author lower", "not rated", "no usable vector"


def rating_methods(trace: Trace) -> Table:
    """Every cell of every matrix with its level and what the level needs."""
    rows = []
    for method in trace.model.methods.ratings.values():
        for (likelihood, severity), level in method.matrix.items():
            criterion = method.criteria[level]
            accept = " or ".join(criterion.accept).replace("_", " ") or "not acceptable"
            rows.append(
                (
                    Cell(method.title),
                    Cell(likelihood.replace("_", " ")),
                    Cell(severity.replace("_", " ")),
                    Cell(level),
                    Cell(accept),
                    Cell(", ".join(criterion.roles).replace("_", " ") if criterion.accept else ""),
                    Cell(" or ".join(criterion.states)),
                    Cell(criterion.help),
                    Cell(", ".join(method.source)),
                )
            )
    facets = {"method": ("Method", 0), "level": ("Level", 3)}
    return Table(
        id=RATING,
        kind="register",
        title="Rating methods",
        question="Which level follows from which two ratings, and what does each level need?",
        scope=scope_of(
            trace,
            f"{len(rows)} cells of {len(trace.model.methods.ratings)} methods; the cells are an example that the maker "
            "sets: no guidance gives them",
        ),
        columns=columns(
            ("method", "Method", 4),
            ("likelihood", "Exploitability or probability", 3),
            ("severity", "Severity", 2),
            ("level", "Level", 2),
            ("accept", "Accepted as", 3),
            ("roles", "Decided by (role)", 3),
            ("states", "Controlled", 3),
            ("needs", "What it needs", 5),
            ("source", "Source", 3),
        ),
        rows=tuple(rows),
        row_ids=("",) * len(rows),
        facets=tuple(
            Facet(name=name, title=title, values=tuple((row[at].text,) for row in rows))
            for name, (title, at) in facets.items()
        ),
    )


def rating_departures(trace: Trace) -> Table:
    """Every risk in force and every method, with where its level, state or acceptance departs."""
    rows, heads = [], []
    mine = [item for item in trace.of_types(["risk"]) if trace.graph.is_live(item)]
    for item in mine:
        for method in trace.model.methods.ratings.values():
            levels = [method.level(item, rating) for rating in method.ratings]
            if not any(levels):
                continue
            found = list(departures(method, item))
            text = "; ".join(
                f"{departure.field.replace('_', ' ')} is {departure.value.replace('_', ' ') or 'empty'}, "
                f"expected {departure.expected}"
                for departure in found
            )
            rows.append(
                (
                    target_cell(trace, item, ("id", "title", "verdict")),
                    Cell(method.title),
                    Cell(levels[0] if len(levels) > 1 else ""),
                    Cell(levels[-1]),
                    Cell(", ".join(words_of(trace, item, method.decision))),
                    Cell("departs" if found else "follows"),
                    Cell(text),
                )
            )
            heads.append(item)
    titles = columns(
        ("risk", "Risk", 5),
        ("method", "Method", 4),
        ("before", "Level before, by the matrix", 2),
        ("after", "Level after, by the matrix", 2),
        ("decision", "Acceptance", 3),
        ("state", "Follows", 2),
        ("departures", "What departs", 6),
    )
    rated = {item.id for item in heads}
    return Table(
        id=DEPARTURES,
        kind="register",
        title="Risks by the rating methods",
        question="Does each risk have the level, the state and the acceptance that its ratings lead to?",
        scope=scope_of(
            trace,
            f"{len(mine)} risks in force, {len(mine) - len(rated)} of them rated by no method, "
            f"{sum(row[5].text == 'departs' for row in rows)} rows depart",
            {"type": ("risk",)},
        ),
        columns=titles,
        rows=tuple(rows),
        row_ids=tuple(item.id for item in heads),
        facets=(
            Facet(name="method", title="Method", values=tuple((row[1].text,) for row in rows)),
            Facet(name="state", title="Follows", values=tuple((row[5].text,) for row in rows)),
            *verdict_facets(titles, rows),
        ),
    )


def exploitability_proposals(trace: Trace) -> Table:
    """What the CVSS vectors of each vulnerability propose, beside the rating of its author."""
    mine = [item for item in trace.of_types(["vulnerability"]) if trace.graph.is_live(item)]
    field = trace.model.types["vulnerability"].fields.get("exploitability") if mine else None
    classes = field.values if field is not None else ()
    rows, heads = [], []
    for item in mine:
        found: list[Proposed | None] = [*proposed(trace.model.methods.proposals, item, classes)]
        for one in found or [None]:
            rows.append(_proposal_row(trace, item, one, classes))
            heads.append(item)
    titles = columns(
        ("vulnerability", "Vulnerability", 5),
        ("method", "Method", 4),
        ("vector", "Vector", 5),
        ("measured", "Sub-score or sets", 2),
        ("proposed", "Proposed", 2),
        ("raised", "Raised by one for", 3),
        ("rated", "Rated by the author", 2),
        ("compared", "Compared", 2),
    )
    return Table(
        id=PROPOSALS,
        kind="register",
        title="Exploitability proposed from CVSS",
        question="How does the rating of each vulnerability stand to what its CVSS vector proposes?",
        scope=assessed_scope(
            trace,
            f"{len(mine)} vulnerabilities in force, {len(rows)} rows, one for each vector; a proposal is no rating and "
            "proves nothing; vectors of CVSS 2.0 propose nothing",
            {"type": ("vulnerability",)},
        ),
        columns=titles,
        rows=tuple(rows),
        row_ids=tuple(item.id for item in heads),
        facets=(
            Facet(name="proposed", title="Proposed", values=tuple((row[4].text,) for row in rows)),
            Facet(name="compared", title="Compared", values=tuple((row[7].text,) for row in rows)),
            *verdict_facets(titles, rows),
        ),
    )


def _proposal_row(trace: Trace, item: Item, one: Proposed | None, classes: tuple[str, ...]) -> tuple[Cell, ...]:
    rated = item.text("exploitability")
    head = target_cell(trace, item, ("id", "title", "verdict"))
    shown = Cell(rated.replace("_", " "))
    if one is None or not one.rating:
        vector = Cell(one.vector) if one is not None else EMPTY
        return (head, EMPTY, vector, EMPTY, Cell(NO_VECTOR), EMPTY, shown, Cell(NO_VECTOR))
    step = classes.index(rated) - classes.index(one.rating) if rated in classes else None
    compared = NOT_RATED if step is None else SAME if step == 0 else HIGHER if step > 0 else LOWER
    return (
        head,
        Cell(one.proposal.title),
        Cell(one.vector),
        Cell(one.measured),
        Cell(one.rating.replace("_", " ")),
        Cell(one.raised_by),
        shown,
        Cell(compared),
    )


#: Views of methods by id; figures of the first of each kind lead to the rows of the next.
OF_METHODS: Mapping[str, Callable[[Trace], Table]] = {
    RATING: rating_methods,
    DEPARTURES: rating_departures,
    PROPOSALS: exploitability_proposals,
    ROWS: stride_elements,
    COVERAGE: stride_coverage,
    BOUNDARIES: boundary_table,
    TEST_SUMMARY: summary_of_tests,
    TESTS: rows_of_tests,
    FINDINGS: finding_rows,
    METRICS: security_metrics,
    METRIC_ROWS: metric_rows,
    SUMMARY: quantum_summary,
    READINESS: quantum_readiness,
    FAMILIES: algorithm_families,
}
