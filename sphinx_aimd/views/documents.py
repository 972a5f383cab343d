"""The trace in, the list of its controlled documents out."""

from __future__ import annotations

from ..documents import Document
from ..model.trace import Trace
from .scope import scope_of
from .table import Cell, Table, columns

#: Id of the view.
DOCUMENTS = "documents"
NOT_STATED = "not stated"


def document_register(trace: Trace) -> Table:
    """Each document that the project files, with its control data; a row for each provision that it answers."""
    filed = [document for document in trace.model.documents if document.number]
    rows: list[tuple[Cell, ...]] = []
    for document in filed:
        answers = [clause for clause in document.clauses if clause in trace.items] or [""]
        rows += [(*_head(trace, document), _answer(trace, clause)) for clause in answers]
    return Table(
        id=DOCUMENTS,
        kind="register",
        title="Controlled documents",
        question="Which documents are filed, in which revision and status, and what does each answer?",
        scope=scope_of(trace, f"{len(filed)} documents with a number; status and approval are what the maker declares"),
        columns=columns(
            ("number", "Number", 3),
            ("title", "Title", 5),
            ("revision", "Revision", 2),
            ("status", "Status", 2),
            ("date", "Date", 2),
            ("approvers", "Approver roles", 4),
            ("answers", "Answers", 6),
        ),
        rows=tuple(rows),
        row_ids=("",) * len(rows),
    )


def _head(trace: Trace, document: Document) -> tuple[Cell, ...]:
    status = trace.model.statuses.get(document.status)
    said = (
        document.number,
        document.title,
        document.revision,
        status.title if status else "",
        document.date,
        ", ".join(document.approvers),
    )
    return tuple(Cell(text or NOT_STATED) for text in said)


def _answer(trace: Trace, clause: str) -> Cell:
    if not clause:
        return Cell()
    item = trace.items[clause]
    return Cell(f"{item.citation} {item.title}", clause, trace.verdict(clause), complete=True)
