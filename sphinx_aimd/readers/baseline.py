"""An earlier state in, as ``aimd baseline`` or a build wrote it: a file from outside, checked before it is used."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs

from .. import jsonfile
from ..model.baseline import ASKS, TEXT, Baseline, Entry, clause_entry, item_entry
from ..model.values import ID
from ..model.verdict import Verdict
from ..yamlfile import InputError

SCHEMA = "urn:sphinx-aimd:baseline:1"
TRACE_SCHEMA = "urn:sphinx-aimd:trace:1"
#: Characters of a name or project that `aimd baseline` takes.
LONGEST_NAME = 200
_MAKE = "Make it with: aimd baseline TRACE_JSON -o FILE."


def schema() -> Any:
    """JSON Schema of a baseline; ``$defs/trace`` is what is asked of a trace.json instead."""
    return json.loads(files("sphinx_aimd.writers").joinpath("assets/baseline.schema.json").read_text(encoding="utf-8"))


def read(path: Path, name: str) -> Baseline:
    """Read a baseline, or make one of a whole trace.json.

    :param name: name for messages.
    :raises InputError: unreadable, too large, not JSON, of another schema, or not sound in itself.
    """
    data = jsonfile.load(path, name, _MAKE)
    try:
        found = _sound(data, name)
        text = "".join(lines(found))
        return replace(found, digest=hashlib.sha256(text.encode("utf-8")).hexdigest())
    except UnicodeEncodeError as error:
        raise InputError(name, 0, "holds half a character (a lone surrogate).", _MAKE) from error


def _sound(data: Any, name: str) -> Baseline:
    known = data.get("schema") if isinstance(data, dict) else None
    if known not in (SCHEMA, TRACE_SCHEMA):
        what = f"has the schema {known!r}"[:120] if known is not None else "names no schema"
        raise InputError(name, 0, f"is neither a baseline nor a trace.json: it {what}.", _MAKE)
    jsonfile.check(data, _validator(known), name, "sound baseline" if known == SCHEMA else "sound trace.json", _MAKE)
    return _of_baseline(data, name) if known == SCHEMA else _of_trace(data, name)


def check_project(baseline: Baseline, project: str, name: str) -> None:
    """Refuse the state of another project.

    :param project: name of the project without its release.
    :raises InputError: the names differ.
    """
    if baseline.project != project and not baseline.project.startswith(f"{project} "):
        message = f"is a state of the project {baseline.project!r}, and this is {project!r}."
        remedy = "Name a state of this project; after a change of its name: aimd baseline --project NAME."
        raise InputError(name, 0, message, remedy)


def lines(baseline: Baseline) -> Iterator[str]:
    """The file of a baseline: sorted, one line for each item and clause, so that two of them compare well."""
    items: dict[str, list[Entry]] = {}
    clauses: dict[str, list[Entry]] = {}
    for _id, entry in sorted(baseline.entries.items()):
        groups, key = (clauses, entry.instrument) if entry.type == "clause" else (items, entry.type)
        groups.setdefault(key, []).append(entry)
    head = {
        "schema": SCHEMA,
        "tool": baseline.tool,
        "project": baseline.project,
        "name": baseline.name,
        "on": baseline.on,
        "version_under_review": baseline.version,
        "as_of": baseline.as_of,
        "counts": _counts(baseline.entries.values()),
        "instruments": dict(sorted(baseline.instruments.items())),
    }
    yield "{\n"
    for key, value in head.items():
        yield f"{_line(key)}:{_line(value)},\n"
    yield '"items":{'
    for number, (kind, entries) in enumerate(sorted(items.items())):
        names = sorted({name for entry in entries for name in entry.fields})
        rows = [
            [
                *(entry.title, entry.status, entry.verdict, entry.fingerprint),
                [entry.fields.get(name, "") for name in names],
                {name: list(ends) for name, ends in entry.links.items()},
            ]
            for entry in entries
        ]
        yield f'{"," if number else ""}\n{_line(kind)}:{{"fields":{_line(names)},"rows":{{\n'
        yield ",\n".join(f"{_line(entry.id)}:{_line(row)}" for entry, row in zip(entries, rows, strict=True)) + "}}"
    yield '},\n"clauses":{'
    for number, (kind, entries) in enumerate(sorted(clauses.items())):
        yield f"{',' if number else ''}\n{_line(kind)}:{{\n"
        yield ",\n".join(
            f"{_line(e.id)}:{_line([e.citation, e.title, e.standing, e.verdict, e.fields[TEXT], e.fields[ASKS]])}"
            for e in entries
        )
        yield "}"
    yield "}\n}\n"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _counts(entries: Iterable[Entry]) -> dict[str, dict[str, int]]:
    """Items and clauses by verdict, without those of which there are none."""
    found = Counter(("clauses" if entry.type == "clause" else "items", entry.verdict) for entry in entries)
    return {
        kind: {verdict.value: found[kind, verdict] for verdict in Verdict if found[kind, verdict]}
        for kind in ("items", "clauses")
    }


@cache
def _validator(known: str) -> Any:
    root = schema()
    if known == TRACE_SCHEMA:
        root = {"$schema": root["$schema"], "$ref": "#/$defs/trace", "$defs": root["$defs"]}
    return jsonschema_rs.validator_for(root)


def _of_trace(data: Mapping[str, Any], name: str) -> Baseline:
    entries, editions = [], {}
    for row in data["items"]:
        verdict = Verdict(row["verdict"])
        entries.append(
            item_entry(
                row["id"],
                row["type"],
                row["title"],
                row["status"],
                verdict,
                row["fields"],
                row["links"],
                row["fingerprint"],
            )
        )
    for row in data["clauses"]:
        verdict, standing = Verdict(row["verdict"]), row["applicability"]["standing"]
        entries.append(
            clause_entry(row["id"], row["title"], verdict, row["fields"], row["citation"], row["instrument"], standing)
        )
        editions[row["instrument"]] = str(row["fields"].get("edition", ""))
    return Baseline(
        project=data["project"],
        tool=data["tool"]["version"],
        version=data["version_under_review"],
        as_of=data["as_of"],
        instruments=editions,
        entries=_by_id(entries, name),
    )


def _of_baseline(data: Mapping[str, Any], name: str) -> Baseline:
    entries = []
    for kind, group in data["items"].items():
        for item_id, (title, status, verdict, fingerprint, values, links) in group["rows"].items():
            if len(values) != len(group["fields"]):
                message = f"is no sound baseline: {item_id} has {len(values)} values for {len(group['fields'])} fields."
                raise InputError(name, 0, message, _MAKE)
            fields = {field: value for field, value in zip(group["fields"], values, strict=True) if value}
            entries.append(
                Entry(
                    id=item_id,
                    type=kind,
                    title=title,
                    status=status,
                    verdict=Verdict(verdict),
                    fingerprint=fingerprint,
                    fields=fields,
                    links={link: tuple(ends) for link, ends in links.items()},
                )
            )
    for key, rows in data["clauses"].items():
        for clause_id, (citation, title, standing, verdict, text, asks) in rows.items():
            entries.append(
                Entry(
                    id=clause_id,
                    type="clause",
                    title=title,
                    verdict=Verdict(verdict),
                    fields={TEXT: text, ASKS: asks},
                    citation=citation,
                    instrument=key,
                    standing=standing,
                )
            )
    if _counts(entries) != data["counts"]:
        raise InputError(name, 0, "is no sound baseline: its counts are not those of its rows.", _MAKE)
    return Baseline(
        project=data["project"],
        tool=data["tool"],
        name=data["name"],
        on=data["on"],
        version=data["version_under_review"],
        as_of=data["as_of"],
        instruments=data["instruments"],
        entries=_by_id(entries, name),
    )


def _by_id(entries: Iterable[Entry], name: str) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry.id in found:
            raise InputError(name, 0, f"holds {entry.id[:80]!r} twice.", _MAKE)
        if not ID.fullmatch(entry.id):
            raise InputError(name, 0, f"holds {entry.id[:80]!r}, which is no id.", _MAKE)
        found[entry.id] = entry
    return dict(sorted(found.items()))
