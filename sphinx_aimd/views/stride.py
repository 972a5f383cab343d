"""STRIDE per element: which classes each asset and interface owes, and what answers each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ..model.item import Item
from ..model.stride import Duty, duties, rules_of
from ..model.trace import Trace
from .facets import figure, verdict_facets
from .matrix import target_cell
from .scope import scope_of
from .table import EMPTY, Cell, Facet, Table, columns

COVERAGE, ROWS = "stride-coverage", "stride-elements"
ANSWERED, DECIDED, GAP, NOT_OWED, EXTRA = (
    "threats",
    "decided",
    "gap",
    "not owed",
    "threats, not owed",
)


def state_of(duty: Duty) -> str:
    """What answers a class at an element, in a word."""
    if duty.threats:
        return ANSWERED if duty.is_owed else EXTRA
    if not duty.is_owed:
        return NOT_OWED
    return DECIDED if duty.decision is not None else GAP


def all_duties(trace: Trace) -> Iterator[Duty]:
    """Every class at every live element that a rule asks about, elements by id; each element once."""
    done = set()
    for item in trace.of_types(["asset", "interface"]):
        for rule in rules_of(trace):
            if (
                item.type in rule.types
                and item.matches(rule.where)
                and trace.graph.is_live(item)
                and item.id not in done
            ):
                done.add(item.id)
                yield from duties(rule, item, trace)


def stride_coverage(trace: Trace) -> Table:
    """Element by class and threat: each threat with its verdict, the decision with its reason, or a gap."""
    found = list(all_duties(trace))
    rows: list[tuple[Cell, ...]] = []
    heads: list[Duty] = []
    for duty in found:
        for threat, decision in _answers(trace, duty):
            rows.append(
                (
                    target_cell(trace, duty.item, ("id", "title")),
                    Cell(duty.element),
                    Cell(duty.value.replace("_", " ")),
                    Cell(state_of(duty)),
                    threat,
                    decision,
                )
            )
            heads.append(duty)
    count = Counter(map(state_of, found))
    elements = {duty.item.id for duty in found}
    others = [
        item for item in trace.of_types(["asset", "interface"]) if trace.graph.is_live(item) and item.id not in elements
    ]
    titles = columns(
        ("element", "Element", 4),
        ("kind", "Kind of element", 3),
        ("stride", "STRIDE class", 3),
        ("state", "Answered by", 2),
        ("threat", "Threat", 6),
        ("decision", "Decision and its reason", 6),
    )
    return Table(
        id=COVERAGE,
        kind="matrix",
        title="STRIDE per element",
        question="Which classes of threats does each asset and each interface owe, and what answers each of them?",
        scope=scope_of(
            trace,
            f"{len(elements)} assets and interfaces, {len(found)} classes: "
            f"{count[ANSWERED]} with threats, {count[DECIDED]} decided, {count[GAP]} gaps, "
            f"{count[NOT_OWED] + count[EXTRA]} not owed by the kind of element ({count[EXTRA]} of them with threats); "
            f"{len(others)} more that no rule asks about; a threat that is set aside counts with its reason",
        ),
        columns=titles,
        rows=tuple(rows),
        row_ids=tuple(duty.item.id for duty in heads),
        facets=(
            Facet(name="element", title="Element", values=tuple((duty.item.id,) for duty in heads)),
            Facet(name="type", title="Type", values=tuple((trace.model.type_title(d.item.type),) for d in heads)),
            Facet(name="kind", title="Kind of element", values=tuple((duty.element,) for duty in heads)),
            Facet(name="stride", title="STRIDE class", values=tuple((d.value.replace("_", " "),) for d in heads)),
            Facet(name="state", title="Answered by", values=tuple((state_of(duty),) for duty in heads)),
            *verdict_facets(titles, rows),
        ),
    )


def _answers(trace: Trace, duty: Duty) -> Iterator[tuple[Cell, Cell]]:
    """One line for each threat, the decision on the first of them, or the gap."""
    decision = EMPTY if duty.decision is None else decision_cell(trace, duty.decision)
    for position, threat in enumerate(duty.threats):
        yield threat_cell(trace, threat), EMPTY if position else decision
    if not duty.threats:
        aside = ", ".join(f"{threat.id} is {threat.status} without a reason" for threat in duty.unreasoned)
        words = {GAP: "gap: no threat, no decision", NOT_OWED: "not owed by this kind of element"}
        text = "; ".join(filter(None, (words.get(state_of(duty), ""), aside)))
        yield Cell(text), decision


def decision_cell(trace: Trace, decision: Item, about: str = "") -> Cell:
    """A decision with its reason and verdict, after what it is about."""
    return Cell(f"{about}{decision.id} {decision.text('justification')}", decision.id, trace.verdict(decision.id))


def threat_cell(trace: Trace, threat: Item) -> Cell:
    """A threat with its verdict, and the reason for which it was set aside."""
    reason = "" if trace.graph.is_live(threat) else f"; set aside: {threat.text('status_reason')}"
    cell = target_cell(trace, threat, ("id", "title", "verdict"))
    return Cell(f"{cell.text}{reason}", cell.target, cell.verdict)


def stride_elements(trace: Trace) -> Table:
    """Element by class, as a grid: numbers of threats, decisions and gaps, each leading to its rows."""
    found: dict[str, dict[str, Duty]] = {}
    for duty in all_duties(trace):
        found.setdefault(duty.item.id, {})[duty.value] = duty
    values = list(dict.fromkeys(value for by_value in found.values() for value in by_value))
    rows = []
    for by_value in found.values():
        first = next(iter(by_value.values()))
        cells = [target_cell(trace, first.item, ("id", "title")), Cell(first.element)]
        cells += [_grid_cell(by_value[value]) if value in by_value else EMPTY for value in values]
        gaps = sum(duty.is_open for duty in by_value.values())
        rows.append((*cells, figure(gaps, COVERAGE, {"element": (first.item.id,), "state": (GAP,)})))
    kinds = [next(iter(by_value.values())) for by_value in found.values()]
    return Table(
        id=ROWS,
        kind="register",
        title="STRIDE classes by element",
        question="Which element has threats of which class, and where is a gap?",
        scope=scope_of(trace, f"{len(rows)} assets and interfaces, {sum(_gaps(rows))} gaps"),
        columns=columns(
            ("element", "Element", 5),
            ("kind", "Kind of element", 3),
            *((value, value.replace("_", " ").capitalize(), 2) for value in values),
            ("gaps", "Gaps", 1),
        ),
        rows=tuple(rows),
        row_ids=tuple(found),
        facets=(
            Facet(name="kind", title="Kind of element", values=tuple((duty.element,) for duty in kinds)),
            Facet(name="gaps", title="Gaps", values=tuple(("gaps" if gaps else "no gap",) for gaps in _gaps(rows))),
        ),
    )


def _grid_cell(duty: Duty) -> Cell:
    """How many threats of a class an element has, leading to them, or the word for none."""
    if duty.threats:
        where = {"element": (duty.item.id,), "stride": (duty.value.replace("_", " "),)}
        return figure(len(duty.threats), COVERAGE, where, "" if duty.is_owed else "(not owed)")
    if state_of(duty) == DECIDED and duty.decision is not None:
        return Cell(f"decided: {duty.decision.id}", duty.decision.id)
    return Cell(state_of(duty))


def _gaps(rows: Sequence[Sequence[Cell]]) -> list[int]:
    return [int(row[-1].text) for row in rows]
