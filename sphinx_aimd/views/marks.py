"""The marks of source code by item in, the view of them out."""

from __future__ import annotations

from ..model.trace import Trace
from .scope import scope_of
from .table import Cell, Table, columns

#: Id of the view.
CODE_MARKS = "code-marks"


def code_marks(trace: Trace) -> Table:
    """Where in the source code each item is named, one row for each mark."""
    marks = trace.graph.inputs.marked
    rows: list[tuple[Cell, ...]] = []
    row_ids: list[str] = []
    for target in sorted(marks):
        item = trace.items[target]
        for mark in marks[target]:
            rows.append(
                (
                    Cell(f"{item.id} {item.title}", item.id, trace.verdict(item.id)),
                    Cell(mark.relation),
                    Cell(str(mark.location)),
                    Cell(mark.function),
                    Cell(mark.commit),
                    Cell(mark.url),
                )
            )
            row_ids.append(item.id)
    counted = f"{len(rows)} marks in source code; a mark is a pointer and proves nothing"
    return Table(
        id=CODE_MARKS,
        kind="register",
        title="Marks in source code",
        question="Where in the source code is each control, requirement or test carried out?",
        scope=scope_of(trace, counted),
        columns=columns(
            ("item", "Item", 6),
            ("relation", "Relation", 2),
            ("place", "File and line", 5),
            ("function", "Function", 4),
            ("commit", "Commit", 4),
            ("address", "Address", 5),
        ),
        rows=tuple(rows),
        row_ids=tuple(row_ids),
    )
