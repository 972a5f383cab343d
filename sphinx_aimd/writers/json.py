"""The dossier in, trace.json out: the machine interface, sorted, with a published JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .. import __version__
from ..model.item import Finding, Item, Value
from ..model.trace import Trace
from ..tracemodel import Field
from ..views.checklist import applicability_of
from ..views.dossier import Dossier
from ..views.table import Cell, Table
from .files import write_text

SCHEMA = "urn:sphinx-aimd:trace:1"


def write(path: Path, dossier: Dossier, project: str, state: str = "") -> bool:
    """Write trace.json.

    :param project: name of the project and its version, as the cover shows it.
    :param state: digest of the sources, which the other formats state as well.
    :return: whether the file changed.
    """
    return write_text(path, "".join(lines(document(dossier, project, state))))


def lines(document: Mapping[str, Any]) -> Iterator[str]:
    """The file with one line for each item, clause, finding and row of a view, so that differences are readable.

    ``json`` indents in Python, ten times slower than it writes a line.
    """
    yield "{\n"
    for number, (name, value) in enumerate(document.items()):
        yield f"{_comma(number)}{_line(name)}: "
        if name == "views":
            yield from _views(value)
        else:
            yield _rows(value) if name in ("items", "clauses", "findings") else _line(value)
    yield "\n}\n"


def _views(views: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield "["
    for number, view in enumerate(views):
        head = _line({name: value for name, value in view.items() if name != "rows"})
        yield f'{_comma(number)}{head[:-1]}, "rows": {_rows(view["rows"])}}}'
    yield "]"


def _rows(rows: Iterable[Any]) -> str:
    return "[\n" + ",\n".join(map(_line, rows)) + "\n]"


def _comma(number: int) -> str:
    return ",\n" if number else ""


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def document(dossier: Dossier, project: str, state: str = "") -> dict[str, Any]:
    """The whole file as plain data."""
    trace = dossier.trace
    items = sorted(trace.items.values(), key=lambda item: item.id)
    return {
        "schema": SCHEMA,
        "tool": {"name": "sphinx-aimd", "version": __version__},
        "project": project,
        "state": state,
        "version_under_review": trace.version,
        "as_of": trace.as_of,
        "gate": trace.gate,
        "overlaid": list(trace.model.overlaid),
        "items": [_item(trace, item) for item in items if item.type != "clause"],
        "clauses": [
            {
                **_item(trace, item),
                "citation": item.citation,
                "instrument": item.text("instrument"),
                "applicability": _applicability(trace, item),
            }
            for item in items
            if item.type == "clause"
        ],
        "findings": [finding_data(finding) for finding in dossier.findings],
        "views": [_view(table) for _id, table in sorted(dossier.views.items())],
    }


def _item(trace: Trace, item: Item) -> dict[str, Any]:
    kind = trace.model.types[item.type]
    judgement = trace.judgements[item.id]
    return {
        "id": item.id,
        "type": item.type,
        "title": item.title,
        "status": item.status,
        "fields": {name: _value(kind.fields.get(name), value) for name, value in sorted(item.fields.items())},
        "links": {name: sorted(targets) for name, targets in sorted(item.links.items())},
        "location": {"file": item.location.file, "line": item.location.line},
        "fingerprint": item.fingerprint,
        "verdict": judgement.verdict.value,
        "reasons": [str(reason) for reason in judgement.reasons],
    }


def _applicability(trace: Trace, clause: Item) -> dict[str, str]:
    found = applicability_of(trace, clause)
    return {"standing": found.standing.value, "reason": found.reason, "by": found.by}


def _value(field: Field | None, value: Value) -> Any:
    if isinstance(value, tuple):
        return list(value)
    if field is not None and field.kind == "boolean":
        return value == "true"
    if field is not None and field.kind == "integer":
        return int(value)
    if field is not None and field.kind == "number":
        return float(value)
    return value


def finding_data(finding: Finding) -> dict[str, Any]:
    """A finding as trace.json holds it."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "item": finding.item,
        "file": finding.location.file,
        "line": finding.location.line,
        "message": finding.message,
        "remedy": finding.remedy,
        "model_error": finding.is_model_error,
    }


def _view(table: Table) -> Mapping[str, Any]:
    return {
        "id": table.id,
        "kind": table.kind,
        "title": table.title,
        "question": table.question,
        "scope": table.scope,
        "columns": [{"name": column.name, "title": column.title} for column in table.columns],
        "rows": [[_cell(cell) for cell in row] for row in table.rows],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    verdict = cell.verdict.value if cell.verdict else None
    data: dict[str, Any] = {"text": cell.text, "target": cell.target, "verdict": verdict}
    if cell.rows is not None:
        data["rows"] = {"view": cell.rows.view, "where": {name: list(words) for name, words in cell.rows.where}}
    return data
