"""The trace in, the list of its controlled documents out, and what every format says of the approval of each."""

from __future__ import annotations

from ..documents import Document
from ..model.approval import CHANGED, FAULTS, OPEN, UNDATED, YOUNGER
from ..model.trace import Trace
from .scope import scope_of
from .table import Cell, Table, columns

#: Id of the view.
DOCUMENTS = "documents"
NOT_STATED = "not stated"
#: What an approval does not cover, in words before the items.
UNCOVERED = {
    YOUNGER: "holds content younger than its approval",
    OPEN: "holds items that are not approved",
    CHANGED: "holds items that changed since their review",
    UNDATED: "holds content of no known day",
}


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
            ("approvers", "Approver roles", 3),
            ("content", "Content as of", 3),
            ("approval", "Approval", 5),
            ("answers", "Answers", 6),
        ),
        rows=tuple(rows),
        row_ids=("",) * len(rows),
    )


def _head(trace: Trace, document: Document) -> tuple[Cell, ...]:
    said = (
        document.number,
        document.title,
        document.revision,
        declared_status(trace, document),
        document.date,
        ", ".join(document.approvers),
    )
    newest = trace.approvals[document.id].newest[1]
    found = [Cell(text or NOT_STATED) for text in said]
    return (*found, Cell(content_of(trace, document), newest), Cell(approval_of(trace, document)))


def content_of(trace: Trace, document: Document) -> str:
    """The latest day of what stands in a document, with the item that states it, and the day of its verdicts."""
    approval = trace.approvals[document.id]
    day, item = approval.newest
    said = f"{day} ({item})" if day else "no item in it states a day"
    if day and approval.unknown:
        said += f"; {approval.unknown} {'item' if approval.unknown == 1 else 'items'} of no known day"
    if document.date and trace.as_of > document.date:
        said += f"; verdicts and tables as of {trace.as_of}, which may be younger than this revision"
    return said


def approval_of(trace: Trace, document: Document) -> str:
    """Whether the approval of a document covers what stands in it."""
    approval = trace.approvals[document.id]
    if not approval.is_claimed:
        return "not approved"
    if approval.faults:
        said = [f"{UNCOVERED[fault]}: {approval.named(fault)}" for fault in FAULTS if fault in approval.faults]
        return f"approved; does not cover the content: {'; '.join(said)}"
    held = "1 item" if approval.holds == 1 else f"{approval.holds} items"
    return f"approved; covers {held}" if approval.holds else "approved; no item stands in it"


def declared_status(trace: Trace, document: Document) -> str:
    """The status that the maker declares; empty where none is stated."""
    status = trace.model.statuses.get(document.status)
    return status.title if status else ""


def short_status(trace: Trace, document: Document) -> str:
    """The declared status for places without room for :func:`approval_of`: it says where it is not of the content."""
    approval = trace.approvals.get(document.id)
    status = declared_status(trace, document)
    return f"{status} (not of this content)" if approval and approval.faults else status


def _answer(trace: Trace, clause: str) -> Cell:
    if not clause:
        return Cell()
    item = trace.items[clause]
    return Cell(f"{item.citation} {item.title}", clause, trace.verdict(clause), complete=True)
