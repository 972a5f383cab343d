"""documents.yaml as typed values: the controlled documents that a design history file is filed as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .model.item import Location
from .model.values import did_you_mean, is_date
from .pdf.fields import field_name
from .yamlfile import InputError

#: The document of what no other document holds.
REST = "dossier"
#: Entry of ``views`` that stands for every view that nothing else shows.
EVERY_OTHER = "*"
ATTACHMENTS = ("workbook", "trace", "sbom")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A line of a document's revision history; ``role`` is that of who made the change."""

    revision: str
    date: str
    change: str
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A controlled document (ISO 13485:2016 4.2.4 and 4.2.5); number, revision and approval are the project's.

    :param number: document number; without one the project does not file it as a document of its own.
    :param status: life-cycle status, as of an item; empty: not stated.
    :param date: date of the revision, YYYY-MM-DD.
    :param approvers: roles that approve it; each gets a field for a signature.
    :param distribution: who receives it.
    :param pages: pages of the project, as patterns, in the order of the document.
    :param views: views that stand in it besides those of its pages.
    :param clauses: provisions that it is to answer.
    :param attach: what its archive copy carries, of :data:`ATTACHMENTS`.
    """

    id: str
    title: str
    purpose: str
    number: str = ""
    revision: str = ""
    status: str = ""
    date: str = ""
    approvers: tuple[str, ...] = ()
    history: tuple[Revision, ...] = ()
    distribution: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    attach: tuple[str, ...] = ()
    location: Location = Location()  # noqa: RUF009 - a frozen value

    @property
    def label(self) -> str:
        """Number and title in one line."""
        return f"{self.number} {self.title}".strip()


def document(entry: Mapping[str, Any], location: Location) -> Document:
    """One entry of documents.yaml.

    :raises InputError: control data that contradict each other.
    """

    def texts(name: str) -> tuple[str, ...]:
        return tuple(entry.get(name, ()))

    made = Document(
        id=entry["id"],
        title=entry.get("title", ""),
        purpose=entry.get("purpose", ""),
        number=entry.get("number", ""),
        revision=entry.get("revision", ""),
        status=entry.get("status", ""),
        date=entry.get("date", ""),
        approvers=texts("approvers"),
        history=tuple(Revision(**row) for row in entry.get("history", ())),
        distribution=texts("distribution"),
        pages=texts("pages"),
        views=texts("views"),
        clauses=texts("clauses"),
        attach=texts("attach"),
        location=location,
    )
    for text, remedy in _faults(made):
        raise InputError(location.file, location.line, f"document {made.id}: {text}", remedy)
    return made


def _faults(document: Document) -> Iterable[tuple[str, str]]:
    if not document.title or not document.purpose:
        yield "it has no title or no purpose.", "State both; only the documents that come with the package have them."
    for role in document.approvers:
        if not field_name(role) or not role.isprintable():
            yield f"{role!r} is no role that a signature field could be named by.", "Write it in letters and digits."
    fields = [field_name(role) for role in document.approvers]
    if len(set(fields)) < len(fields):
        yield "two of its approvers have one name but for full stops and spaces.", "Name each role in another way."
    for date in (document.date, *(row.date for row in document.history)):
        if date and not is_date(date):
            yield f"{date!r} is no date.", "Write YYYY-MM-DD."
    if document.status == "approved" and not (document.revision and document.date and document.approvers):
        yield "it is approved without revision, date or approvers.", "State all three, or another status."
    if document.history and document.history[-1].revision != document.revision:
        last = document.history[-1].revision
        yield (
            f"its history ends with revision {last!r}, but it is of revision {document.revision!r}.",
            "Put the latest revision last, and name it as that of the document.",
        )
    for earlier, later in pairwise(document.history):
        if later.date < earlier.date:
            yield (
                f"revision {later.revision!r} of {later.date} stands after {earlier.revision!r} of {earlier.date}.",
                "Put the revisions in the order of their dates, or correct a date.",
            )
    names = [row.revision.casefold() for row in document.history]
    for number, row in enumerate(document.history):
        if names[number] in names[:number]:
            yield f"its history names revision {row.revision!r} twice.", "Give each revision a name of its own."
    if document.history and document.date and document.history[-1].date != document.date:
        yield "the date of its last revision is not its own.", "State the same date in both places."


def check_documents(documents: Iterable[Document], clauses: Iterable[str], statuses: Iterable[str]) -> None:
    """Check what documents name, and that numbers are theirs alone.

    :param clauses: ids of all provisions.
    :param statuses: names of life-cycle statuses.
    :raises InputError: at the entry at fault.
    """
    clauses, statuses = set(clauses), set(statuses)
    numbers: dict[str, str] = {}
    for entry in documents:
        where = entry.location

        def refuse(text: str, remedy: str, where: Location = where, name: str = entry.id) -> None:
            raise InputError(where.file, where.line, f"document {name}: {text}", remedy)

        for clause in entry.clauses:
            if clause not in clauses:
                refuse(f"there is no clause {clause!r}.", did_you_mean(clause, clauses).strip() or "Correct the id.")
        if entry.status and entry.status not in statuses:
            refuse(f"there is no status {entry.status!r}.", f"Known: {', '.join(sorted(statuses))}.")
        if entry.number and numbers.setdefault(entry.number.casefold(), entry.id) != entry.id:
            refuse(f"its number is also that of {numbers[entry.number.casefold()]}.", "Give each its own number.")
