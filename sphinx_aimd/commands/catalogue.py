"""``aimd catalogue``: what an edition added, changed and removed; what changes by a date; whether a file is sound."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..catalogue import Catalogue, Clause, load_catalogue, load_file
from ..model.values import did_you_mean, is_date
from ..yamlfile import InputError

#: Fields of a clause whose change is a change of what it asks.
COMPARED = ("citation", "title", "text", "elements", "force", "cybersecurity", "expects", "start", "end", "checked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One clause that an edition added, removed, or changed.

    :param fields: name, old and new value of each field that differs.
    """

    kind: str
    id: str
    citation: str
    title: str
    old_id: str = ""
    fields: tuple[tuple[str, str, str], ...] = ()


def add_parser(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser("catalogue", help="compare, check and date catalogues of regulations")
    parts = parser.add_subparsers(required=True, metavar="WHAT")
    diff = parts.add_parser("diff", help="what a new edition added, changed and removed")
    diff.add_argument("old", metavar="OLD", help="catalogue file, or key of a shipped instrument")
    diff.add_argument("new", metavar="NEW", help="the same of the new edition")
    diff.add_argument("--format", choices=("text", "json"), default="text")
    diff.set_defaults(run=_diff)
    check = parts.add_parser("check", help="check catalogue files or folders together with the shipped ones")
    check.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    check.set_defaults(run=_check)
    changes = parts.add_parser("changes", help="which provisions start or end, by date")
    changes.add_argument("--after", default="", metavar="YYYY-MM-DD", help="only what changes after this day")
    changes.add_argument("--by", default="", metavar="YYYY-MM-DD", help="only what changes until this day")
    changes.set_defaults(run=_changes)


def differences(old: Catalogue, new: Catalogue) -> list[Change]:
    """What differs between two editions, in the order of the new text, removed clauses last.

    Clauses belong together when they have the same id, or when the new one says that it supersedes the old.
    """
    found: list[Change] = []
    kept: set[str] = set()
    for clause in new.clauses.values():
        before = [name for name in (clause.id, *clause.supersedes) if name in old.clauses]
        kept.update(before)
        if not before:
            found.append(Change(kind="added", id=clause.id, citation=clause.citation, title=clause.title))
            continue
        fields = tuple(_fields(old.clauses[before[0]], clause))
        if fields:
            found.append(
                Change(
                    kind="changed",
                    id=clause.id,
                    citation=clause.citation,
                    title=clause.title,
                    old_id=before[0],
                    fields=fields,
                )
            )
    removed = [clause for clause in old.clauses.values() if clause.id not in kept]
    return found + [Change(kind="removed", id=row.id, citation=row.citation, title=row.title) for row in removed]


def _fields(old: Clause, new: Clause) -> Iterator[tuple[str, str, str]]:
    for name in COMPARED:
        before, after = _text(getattr(old, name)), _text(getattr(new, name))
        if before != after:
            yield name, before, after


def _text(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else "; ".join(value)


def _edition(name: str) -> Catalogue:
    """A catalogue file, or the shipped catalogue of an instrument."""
    if name.endswith((".yaml", ".yml")):
        return load_file(Path(name))
    shipped = load_catalogue()
    if name not in shipped.instruments:
        hint = did_you_mean(name, shipped.instruments)
        raise InputError(name, 0, f"is no shipped instrument.{hint}", f"Known: {', '.join(shipped.instruments)}.")
    return Catalogue({name: shipped.instruments[name]}, {clause.id: clause for clause in shipped.of(name)})


def _diff(options: argparse.Namespace) -> int:
    changes = differences(_edition(options.old), _edition(options.new))
    if options.format == "json":
        rows = [
            {
                "change": change.kind,
                "id": change.id,
                "citation": change.citation,
                "title": change.title,
                "old_id": change.old_id,
                "fields": [{"name": name, "old": old, "new": new} for name, old, new in change.fields],
            }
            for change in changes
        ]
        print(json.dumps(rows, indent=1, ensure_ascii=False))
        return 1 if changes else 0
    for change in changes:
        was = f" (was {change.old_id})" if change.old_id not in ("", change.id) else ""
        print(f"{change.kind:8}{change.id}{was}: {change.citation}: {change.title}")
        for name, before, after in change.fields:
            print(f"        {name}\n          - {before}\n          + {after}")
    counts = {kind: sum(change.kind == kind for change in changes) for kind in ("added", "changed", "removed")}
    print(", ".join(f"{count} {kind}" for kind, count in counts.items()) + ".")
    return 1 if changes else 0


def _check(options: argparse.Namespace) -> int:
    for path in options.paths:
        if path.is_dir():
            found = load_catalogue([path])
            print(f"{path}: sound; with the shipped ones {len(found.instruments)} instruments.")
        else:
            found = load_file(path)
            load_catalogue(files=[path])
            print(f"{path}: sound; {len(found.clauses)} clauses.")
    return 0


def _changes(options: argparse.Namespace) -> int:
    for name, text in (("--after", options.after), ("--by", options.by)):
        if text and not is_date(text):
            raise InputError(name, 0, f"is {text!r}, expected a date.", "Write YYYY-MM-DD.")
    last = options.by or "9999"
    rows = []
    for clause in load_catalogue().clauses.values():
        dates = ((clause.start or clause.instrument.start, "starts"), (clause.end or clause.instrument.end, "ends"))
        rows += [(date, what, clause) for date, what in dates if options.after < date <= last]
        if clause.instrument.status in ("draft", "proposed") and not options.by:
            rows.append(("proposed", "no date", clause))
    for date, what, clause in sorted(rows, key=lambda row: (row[0], row[2].id)):
        print(f"{date:10}  {what:8}{clause.id}: {clause.citation}: {clause.title}")
    return 0
