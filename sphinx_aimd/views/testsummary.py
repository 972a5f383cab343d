"""Test summary: security tests by the guidance's kinds, with what is shown on this version and what is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..model.item import Item
from ..model.trace import Trace
from ..model.verdict import Verdict
from .facets import figure, verdict_facets, words_of
from .matrix import target_cell
from .scope import assessed_scope, scope_of
from .table import Cell, Facet, Table, columns

SUMMARY, TESTS, FINDINGS = "test-summary", "test-summary-tests", "test-summary-findings"
ALL_KINDS, NO_KIND = "all kinds", "no kind named"
PASSED, PARTLY, FAILED, STALE, OPEN, EXCUSED = (
    "passed on this version",
    "partly passed",
    "failed",
    "stale",
    "planned or missing",
    "excused by decision",
)
STATES: Mapping[Verdict, str] = {
    Verdict.VERIFIED: PASSED,
    Verdict.PARTIAL: PARTLY,
    Verdict.FAILED: FAILED,
    Verdict.STALE: STALE,
    Verdict.PLANNED: OPEN,
    Verdict.MISSING: OPEN,
    Verdict.WAIVED: EXCUSED,
    Verdict.NOT_APPLICABLE: EXCUSED,
}
_ORDER = (PASSED, PARTLY, FAILED, STALE, OPEN, EXCUSED)
INDEPENDENT, DEVELOPERS, NOT_STATED = "independent testers", "developers", "testers not stated"
IS_OPEN, IS_CLOSED, OUT = "open", "closed", "out of force"

Words = Callable[[Item], tuple[str, ...]]


def tests(trace: Trace) -> list[Item]:
    """Tests in force, sorted by id."""
    return [item for item in trace.of_types(["test"]) if trace.graph.is_live(item)]


def kind_of(trace: Trace, test: Item) -> str:
    """Kind of a test in words; a word where it has none, so that no test is left out."""
    return ", ".join(words_of(trace, test, "kind")) or NO_KIND


def state_of(trace: Trace, test: Item) -> str:
    """What is shown of a test on the version under review: its verdict in the words of a test."""
    return STATES[trace.verdict(test.id)]


def testers(test: Item) -> str:
    """Whether others than the developers tested."""
    independence = test.text("independence")
    return NOT_STATED if not independence else DEVELOPERS if independence == "developer" else INDEPENDENT


def findings(trace: Trace) -> dict[str, list[Item]]:
    """What tests revealed, with the tests in force that revealed it."""
    found: dict[str, list[Item]] = {}
    for test in tests(trace):
        for item in trace.graph.targets(test.id, "reveals"):
            found.setdefault(item.id, []).append(test)
    return dict(sorted(found.items()))


def is_open(trace: Trace, item_id: str) -> str:
    """Whether a finding of a test is still to be dealt with."""
    if not trace.graph.is_live(trace.items[item_id]):
        return OUT
    return IS_CLOSED if trace.verdict(item_id).is_closed else IS_OPEN


def summary_of_tests(trace: Trace) -> Table:
    """Tests by kind and state, independent testers and open findings, each figure leading to its rows."""
    mine = tests(trace)
    field = trace.model.types["test"].fields.get("kind") if "test" in trace.model.types else None
    kinds = [value.replace("_", " ") for value in (field.values if field is not None else ())]
    kinds += sorted({kind_of(trace, test) for test in mine} - set(kinds))
    revealed = findings(trace)
    rows = []
    for kind in (*kinds, ALL_KINDS):
        where = {} if kind == ALL_KINDS else {"kind": (kind,)}
        of_kind = [test for test in mine if kind in (ALL_KINDS, kind_of(trace, test))]
        ids = {test.id for test in of_kind}
        cells = [Cell(kind.capitalize()), figure(len(of_kind), TESTS, where, "" if of_kind else "none planned")]
        for state in _ORDER:
            count = sum(state_of(trace, test) == state for test in of_kind)
            cells.append(figure(count, TESTS, {**where, "state": (state,)}))
        count = sum(testers(test) == INDEPENDENT for test in of_kind)
        cells.append(figure(count, TESTS, {**where, "testers": (INDEPENDENT,)}))
        for wanted in ((IS_OPEN,), (IS_OPEN, IS_CLOSED, OUT)):
            count = sum(
                is_open(trace, item_id) in wanted and any(test.id in ids for test in by)
                for item_id, by in revealed.items()
            )
            cells.append(figure(count, FINDINGS, {**where, "state": wanted}))
        rows.append(tuple(cells))
    aside = len(trace.of_types(["test"])) - len(mine)
    return Table(
        id=SUMMARY,
        kind="register",
        title="Summary of security tests",
        question="What of each kind of test has passed on this version, who tested, and what did the tests find?",
        scope=scope_of(
            trace,
            f"{len(mine)} tests in force ({aside} more are out of force); passed means an approved test with a passing "
            "current result in every required environment",
        ),
        columns=columns(
            ("kind", "Kind", 4),
            ("tests", "Tests", 2),
            *((state.replace(" ", "_"), state.capitalize(), 2) for state in _ORDER),
            ("independent", "Independent testers", 2),
            ("open_findings", "Findings open", 2),
            ("findings", "Findings", 2),
        ),
        rows=tuple(rows),
        row_ids=("",) * len(rows),
    )


def rows_of_tests(trace: Trace) -> Table:
    """Every test in force with its kind, state, testers and first open reason."""
    mine = tests(trace)
    titles = columns(
        ("test", "Test", 5),
        ("kind", "Kind", 3),
        ("state", "State", 3),
        ("independence", "Independence", 2),
        ("testers", "Testers", 2),
        ("results", "Results", 1),
        ("findings", "Findings", 1),
        ("open", "What is open", 6),
    )
    rows = []
    for test in mine:
        reasons = trace.judgements[test.id].reasons
        rows.append(
            (
                target_cell(trace, test, ("id", "title", "verdict")),
                Cell(kind_of(trace, test)),
                Cell(state_of(trace, test)),
                Cell(", ".join(words_of(trace, test, "independence"))),
                Cell(testers(test)),
                Cell(str(len(trace.graph.linked(test.id, "has_result")))),
                Cell(str(len(trace.graph.linked(test.id, "reveals")))),
                Cell(str(reasons[0]) if reasons else ""),
            )
        )
    return Table(
        id=TESTS,
        kind="register",
        title="Security tests by kind and state",
        question="",
        scope=scope_of(trace, f"{len(mine)} tests in force", {"type": ("test",)}),
        columns=titles,
        rows=tuple(rows),
        row_ids=tuple(test.id for test in mine),
        facets=(
            _facet("kind", "Kind", mine, lambda test: (kind_of(trace, test),)),
            _facet("state", "State", mine, lambda test: (state_of(trace, test),)),
            _facet("testers", "Testers", mine, lambda test: (testers(test),)),
            *verdict_facets(titles, rows),
        ),
    )


def finding_rows(trace: Trace) -> Table:
    """Every vulnerability and anomaly that a test in force revealed, once, with the kinds of tests that did."""
    revealed = findings(trace)
    items = [trace.items[item_id] for item_id in revealed]
    titles = columns(
        ("finding", "Finding", 6),
        ("type", "Type", 2),
        ("tests", "Revealed by", 4),
        ("kinds", "Kind of test", 3),
        ("state", "State", 2),
    )

    def kinds(item: Item) -> tuple[str, ...]:
        return tuple(dict.fromkeys(kind_of(trace, test) for test in revealed[item.id]))

    rows = [
        (
            target_cell(trace, item, ("id", "title", "verdict")),
            Cell(trace.model.type_title(item.type)),
            Cell(", ".join(test.id for test in revealed[item.id])),
            Cell(", ".join(kinds(item))),
            Cell(is_open(trace, item.id)),
        )
        for item in items
    ]
    return Table(
        id=FINDINGS,
        kind="register",
        title="Findings of security tests",
        question="What did tests find, and what of it is still open?",
        scope=assessed_scope(
            trace,
            f"{len(items)} vulnerabilities and anomalies that tests revealed; open until the verdict is closed",
        ),
        columns=titles,
        rows=tuple(rows),
        row_ids=tuple(revealed),
        facets=(
            _facet("kind", "Kind of test", items, kinds),
            _facet("state", "State", items, lambda item: (is_open(trace, item.id),)),
            *verdict_facets(titles, rows),
        ),
    )


def _facet(name: str, title: str, items: Sequence[Item], words: Words) -> Facet:
    return Facet(name=name, title=title, values=tuple(map(words, items)))
