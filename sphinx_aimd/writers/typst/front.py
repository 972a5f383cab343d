"""What stands before the first chapter of a file and after the last: cover, document control, lists, other files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ... import __version__
from ...documents import Document
from ...model.trace import Trace
from ...model.verdict import MEANING, WORDS, Verdict, word
from ...views.applicable import profile_line
from ...views.documents import approval_of, content_of, declared_status, short_status
from ...views.dossier import Dossier
from .source import block, literal, visible, words, wrappable
from .volume import Volume

STATEMENT = "Verdicts say how far evidence is complete. Conformity is the manufacturer's statement."
FOOT = "Verdicts say how far evidence is complete."
KIND = "Design history file: cybersecurity evidence"
NOT_STATED = "not stated"
#: Letters of a file name that fit on a line of the list of documents.
FILE_ROOM = 14


def cover(volume: Volume, dossier: Dossier, *, project: str, release: str) -> str:
    """Source of the cover: what the file is, of what, when, by which rules and how far.

    :param project: name of the project.
    :param release: its release, as the project states it; may be empty.
    """
    trace, document = dossier.trace, volume.document
    rows = [
        *(_control(volume, trace) if document.number else ()),
        ("Release of the documentation", release or NOT_STATED),
        ("Version under review", trace.version or "none"),
        ("As of", trace.as_of or "not known; every date counts as past"),
        ("Device profile", profile_line(trace)),
        ("Gate", trace.gate),
        ("Items of the whole file", str(sum(item.type != "clause" for item in trace.items.values()))),
        (
            "Clauses of the whole file",
            f"{len(trace.catalogue.clauses)} of {len(trace.catalogue.instruments)} instruments",
        ),
        ("Findings of the whole file", str(len(dossier.findings))),
        ("Changed by the project", ", ".join(trace.model.overlaid) or "nothing in the shipped trace model"),
        ("Made by", f"sphinx-aimd {__version__}"),
    ]
    facts = "".join(f"({literal(title)}, {block(words(text))}), " for title, text in rows)
    names = (project, document.title) if document.number else (KIND, project)
    meta = {
        "kind": visible(names[0]),
        "project": visible(names[1]),
        "purpose": visible(document.purpose) if document.number else "",
        "label": volume.cover,
    }
    return f"cover({literal(meta)}, ({facts}), {literal(STATEMENT)}, {literal(_counts(dossier))});\n"


def _control(volume: Volume, trace: Trace) -> list[tuple[str, str]]:
    document = volume.document
    status = declared_status(trace, document)
    rows = [
        ("Document", document.number),
        ("Revision", document.revision or NOT_STATED),
        ("Status", f"{status}, as the maker declares" if status else NOT_STATED),
        ("Date", document.date or NOT_STATED),
        ("Content as of", content_of(trace, document)),
        ("Approval", approval_of(trace, document)),
    ]
    return rows + ([("Part", f"{volume.part} of {volume.count}")] if volume.count > 1 else [])


def _counts(dossier: Dossier) -> list[list[str]]:
    """Items and clauses by verdict, of the whole file."""
    items: Counter[Verdict] = Counter()
    clauses: Counter[Verdict] = Counter()
    for item in dossier.trace.items.values():
        (clauses if item.type == "clause" else items)[dossier.trace.verdict(item.id)] += 1
    return [
        [verdict.value, WORDS[verdict], str(items[verdict]), str(clauses[verdict]), MEANING[verdict]]
        for verdict in reversed(Verdict)
    ]


def control(volume: Volume, files: Sequence[Volume], dossier: Dossier, places: Mapping[str, str]) -> str:
    """Source of the page on document control; empty for a document that is not controlled.

    :param files: all files of the set.
    :param places: label of each clause's home, by id.
    """
    document = volume.document
    if not document.number:
        return ""
    items = dossier.trace.items
    answers = []
    for clause in document.clauses:
        verdict = dossier.trace.verdict(clause)
        name = block(words(f"{items[clause].citation} {items[clause].title}"))
        badge = f"{literal(verdict.value)}, {literal(word(verdict, 'clause'))}"
        answers.append(f"({literal(places.get(clause))}, {name}, {badge})")
    others = [
        [
            other.cover,
            visible(other.label),
            visible(other.document.title),
            visible(other.document.revision) or NOT_STATED,
            short_status(dossier.trace, other.document) or NOT_STATED,
            wrappable(other.name, FILE_ROOM),
        ]
        for other in files
    ]
    history = [[row.revision, row.date, row.change, row.role or NOT_STATED] for row in document.history]
    data = {
        "approvers": [[visible(role), field_label(document, role)] for role in document.approvers],
        "history": [[visible(text) for text in row] for row in history],
        "distribution": visible(", ".join(document.distribution)) or NOT_STATED,
        "files": others,
        "here": volume.cover,
    }
    return f"control({literal(data)}, ({''.join(f'{answer}, ' for answer in answers)}));\n"


def field_label(document: Document, role: str) -> str:
    """Label of the box in which a role signs."""
    return f"sign:{document.id}:{document.approvers.index(role)}"


def lists(volume: Volume) -> str:
    """Source of the lists of figures and tables; a list of nothing is left out."""
    made = ""
    for title, kind in (("Figures", "figures"), ("Tables", "tables")):
        rows = [[label, text] for chapter in volume.chapters for label, text in getattr(chapter, kind)]
        if rows:
            made += f"list-of({literal(title)}, {literal(rows)});\n"
    return made


def continued(volume: Volume) -> str:
    """Headings above the first chapter of a later part, whose own stand in an earlier one."""
    above = volume.chapters[0].above if volume.chapters else ()
    return "".join(
        f"section({level}, {literal(f'above:{level}')}, {block(words(f'{title} (continued)'))});\n"
        for level, title in enumerate(above, 1)
    )


def elsewhere(rows: Sequence[tuple[str, str, str]]) -> str:
    """Source of the index of what other files hold and this one leads to.

    :param rows: label, name and title of each place; the template adds document, section and page.
    """
    if not rows:
        return ""
    shown = [[label, wrappable(visible(name), FILE_ROOM), visible(title)] for label, name, title in rows]
    return f"elsewhere({literal('In other documents')}, {literal(shown)});\n"
