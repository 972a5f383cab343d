"""Law in motion: what the file cites that is not in force, and what changes after the as-of date."""

from __future__ import annotations

from ..model.applicability import Standing, starts_after, unmet
from ..model.trace import Trace
from .applicable import clauses_of
from .scope import scope_of
from .table import Cell, Table, columns
from .words import cited


def citations_not_in_force(trace: Trace) -> Table:
    """Items that cite a superseded, ended, proposed or future provision, each with the successor if there is one."""
    rows, ids = [], []
    for item in sorted(trace.items.values(), key=lambda item: item.id):
        if not trace.graph.is_live(item):
            continue
        for target, state in trace.cited_out_of_force(item, "satisfies"):
            new = trace.catalogue.successors.get(target, ()) or (None,)
            for clause in new:
                rows.append(
                    (
                        Cell(f"{item.id} {item.title}", item.id),
                        Cell(cited(trace.items[target]), target),
                        Cell(f"{state.standing.value}: {state.reason}"),
                        Cell(f"{clause.citation} {clause.title}", clause.id) if clause else Cell("none known"),
                    )
                )
                ids.append(item.id)
    return Table(
        id="citations-not-in-force",
        kind="statement",
        title="Citations of provisions that are not in force",
        question="Which items cite a superseded, ended or proposed provision, and what replaces it?",
        scope=scope_of(trace, f"{len(rows)} rows of {len(set(ids))} items"),
        columns=columns(("item", "Item", 5), ("clause", "Cites", 4), ("state", "State", 5), ("new", "Successor", 6)),
        rows=tuple(rows),
        row_ids=tuple(ids),
    )


def changes_ahead(trace: Trace) -> Table:
    """Everything in the catalogues that starts or ends after the as-of date, by date; proposals last."""
    rows = []
    for item in clauses_of(trace):
        clause, state = trace.catalogue.clauses[item.id], trace.standing[item.id]
        if unmet(trace.profile, clause):
            continue
        start, end = clause.start or clause.instrument.start, clause.end or clause.instrument.end
        if state.standing is Standing.PROPOSED:
            rows.append(("", item.id, "proposed; no date"))
            continue
        if starts_after(start, trace.as_of):
            rows.append((start, item.id, "comes into force"))
        if end and state.standing is not Standing.ENDED:
            rows.append((end, item.id, "ends"))
    rows.sort(key=lambda row: (row[0] == "", row[0]))
    cells = tuple(
        (
            Cell(date or "open"),
            Cell(what),
            Cell(cited(trace.items[item]), item),
            Cell(trace.items[item].title),
            Cell(", ".join(answer.id for answer in trace.graph.targets(item, "satisfied_by"))),
        )
        for date, item, what in rows
    )
    return Table(
        id="changes-ahead",
        kind="statement",
        title="Changes ahead",
        question="Which provisions start or end after the as-of date, and which items cite them?",
        scope=scope_of(trace, f"{len(rows)} changes; proposals bind nobody and are marked as such"),
        columns=columns(
            ("date", "Date", 2),
            ("what", "Change", 3),
            ("clause", "Provision", 4),
            ("title", "Title", 6),
            ("items", "Cited by", 4),
        ),
        rows=cells,
        row_ids=tuple(item for _date, item, _what in rows),
    )
