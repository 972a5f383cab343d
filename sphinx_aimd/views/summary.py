"""Coverage of clauses, the list of findings, and registers of items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..catalogue import Instrument
from ..model.item import Finding, Severity
from ..model.trace import Trace
from ..model.verdict import WORDS, Verdict, word
from .cards import grade
from .facets import ALL_ITEMS, field_facets, figure, owner_of, verdict_facets
from .matrix import target_cell
from .scope import assessed_scope, scope_of
from .table import Cell, Column, Facet, Table
from .words import CHECKED, RELEVANCE, instrument_name

#: Grades of findings in words, gravest first.
GRADES = ("model error", "error", "warning", "info")
#: Stands for the owner and the type of a finding that is about no item.
WHOLE_FILE = "the file as a whole"


def coverage(trace: Trace) -> Table:
    """Clauses by verdict for each instrument, apart for how far they are about security."""
    counts: dict[tuple[str, str], dict[Verdict, int]] = {}
    unconfirmed: dict[tuple[str, str], int] = {}
    for clause in trace.catalogue.clauses.values():
        key = (clause.instrument.key, clause.cybersecurity)
        row = counts.setdefault(key, dict.fromkeys(Verdict, 0))
        row[trace.verdict(clause.id)] += 1
        unconfirmed[key] = unconfirmed.get(key, 0) + (clause.checked == "memory")
    columns = [Column(name="instrument", title="Instrument", width=5), Column(name="relevance", title="About", width=3)]
    columns.append(Column(name="clauses", title="Clauses", width=2))
    words = {**WORDS, Verdict.VERIFIED: "evidence complete"}
    columns += [Column(name=verdict.value, title=words[verdict].capitalize(), width=2) for verdict in Verdict]
    columns.append(Column(name="unconfirmed", title="Text unconfirmed", width=2))
    rows = []
    for key, row in sorted(
        counts.items(), key=lambda entry: _place(trace.catalogue.instruments[entry[0][0]], entry[0][1])
    ):
        name, about = instrument_name(trace.catalogue.instruments[key[0]]), RELEVANCE[key[1]]
        where = {"instrument": (name,), "about": (about,)}
        cells = [Cell(name), Cell(about), figure(sum(row.values()), ALL_ITEMS, where)]
        cells += [
            figure(row[verdict], ALL_ITEMS, {**where, "verdict": (word(verdict, "clause"),)}) for verdict in Verdict
        ]
        rows.append((*cells, figure(unconfirmed[key], ALL_ITEMS, {**where, "checked": (CHECKED["memory"],)})))
    total = len(trace.catalogue.clauses)
    return Table(
        id="coverage",
        kind="coverage",
        title="Coverage of clauses",
        question="How far is each instrument answered by evidence that is complete and current?",
        scope=scope_of(trace, f"{total} clauses of {len(trace.catalogue.instruments)} instruments, {len(rows)} rows"),
        columns=tuple(columns),
        rows=tuple(rows),
        row_ids=("",) * len(rows),
    )


def _place(instrument: Instrument, relevance: str) -> tuple[str, str, int]:
    return (instrument.jurisdiction, instrument.key, list(RELEVANCE).index(relevance))


def gap_list(trace: Trace, findings: Sequence[Finding]) -> Table:
    """Every finding with its place, what is wrong and what to do, most severe first."""
    counted = ", ".join(
        f"{sum(f.severity is s for f in findings)} {s}" for s in reversed(Severity) if s is not Severity.OFF
    )
    ordered = sorted(findings, key=lambda finding: (-finding.severity.rank, finding.sort_key))
    rows = tuple(
        (
            Cell(grade(finding)),
            Cell(finding.rule),
            Cell(finding.item, finding.item if finding.item in trace.items else ""),
            Cell(str(finding.location)),
            Cell(finding.message),
            Cell(finding.remedy),
        )
        for finding in ordered
    )
    titles = (("severity", "Grade", 2), ("rule", "Rule", 3), ("item", "Item", 2), ("place", "File and line", 4))
    titles += (("message", "Finding", 6), ("remedy", "What to do", 5))  # type: ignore[assignment]
    return Table(
        id="gap-list",
        kind="gap-list",
        title="Findings",
        question="What is broken, missing, failed or out of date, where, and what is to be done?",
        scope=scope_of(trace, f"{len(findings)} findings ({counted}), graded by the gate {trace.gate!r}"),
        columns=tuple(Column(name=name, title=title, width=width) for name, title, width in titles),
        rows=rows,
        row_ids=tuple(finding.item for finding in ordered),
        facets=(
            Facet(name="grade", title="Grade", values=tuple((grade(finding),) for finding in ordered)),
            Facet(name="rule", title="Rule", values=tuple((finding.rule,) for finding in ordered)),
            Facet(name="owner", title="Owner (role)", values=tuple((finding_owner(trace, f),) for f in ordered)),
            Facet(name="type", title="Type of the item", values=tuple((_type_of(trace, f),) for f in ordered)),
        ),
    )


def finding_owner(trace: Trace, finding: Finding) -> str:
    """The role that answers for the item of a finding."""
    item = trace.items.get(finding.item)
    return owner_of(trace, item) if item is not None else WHOLE_FILE


def _type_of(trace: Trace, finding: Finding) -> str:
    item = trace.items.get(finding.item)
    return trace.model.type_title(item.type) if item is not None else WHOLE_FILE


def register_id(types: Iterable[str]) -> str:
    """Id of the register of some types."""
    return "register-" + "-".join(sorted(name.replace("_", "-") for name in types))


def register(trace: Trace, types: Sequence[str]) -> Table:
    """All items of some types: label, title, status, verdict and what is open."""
    items = trace.of_types(types)
    rows = tuple(
        (
            target_cell(trace, item, ("id", "title")),
            Cell(trace.model.type_title(item.type)),
            Cell(item.status.replace("_", " ")),
            Cell("", "", trace.verdict(item.id), complete=item.type == "clause"),
            Cell(str(trace.judgements[item.id].reasons[0]) if trace.judgements[item.id].reasons else ""),
        )
        for item in items
    )
    titles = (
        ("item", "Item", 6),
        ("type", "Type", 2),
        ("status", "Status", 2),
        ("verdict", "Verdict", 2),
        ("open", "What is open", 6),
    )
    names = ", ".join(trace.model.type_title(name).lower() for name in types)
    said = assessed_scope if {"component", "vulnerability"} & set(types) else scope_of
    columns = tuple(Column(name=name, title=title, width=width) for name, title, width in titles)
    return Table(
        id=register_id(types),
        kind="register",
        title=f"Register: {names}",
        question="",
        scope=said(trace, f"{len(items)} items", {"type": tuple(types)}),
        columns=columns,
        rows=rows,
        row_ids=tuple(item.id for item in items),
        facets=(*field_facets(trace, items, ("type", "status")), *verdict_facets(columns, rows)),
    )
