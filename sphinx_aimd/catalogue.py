"""requirements/**/*.yaml in, typed instruments and clauses out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from importlib.resources import as_file
from pathlib import Path
from typing import Any

from .model.item import Location
from .model.values import did_you_mean
from .profile import Condition, Profile, condition, condition_fault
from .schema import check
from .succession import check_succession
from .yamlfile import InputError, YamlFile, load, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A law, guidance or standard.

    :param force: law, guidance, standard cited only, submission format, practice.
    :param edition: edition or date of the text that the clauses follow.
    :param dates: dates in words.
    :param start: first day in force (or of publication), ISO form, perhaps without day or month.
    :param end: last day in force, likewise.
    :param supersedes: keys of the instruments that it replaces.
    :param seen_in: where the text was read.
    """

    key: str
    title: str
    short_title: str
    publisher: str
    jurisdiction: str
    force: str
    status: str
    edition: str
    dates: str
    supersedes: tuple[str, ...]
    seen_in: str
    file: str
    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A provision in our own words.

    :param citation: what readers see, for example "GSPR 17.2".
    :param reference: the full reference.
    :param expects: kinds of items that a full answer holds.
    :param checked: how far the row was confirmed: full, part, memory.
    :param parent: id of the clause that this one is a part of, if any.
    :param heading: whether it says nothing beyond its parts.
    :param applies_when: conditions on the device profile, that of the instrument first; all must hold.
    :param only_when_cited: nothing is owed until an item cites it: a method, a standard, a duty of somebody else.
    :param start: first day in force, ISO form, perhaps without day or month; empty: that of the instrument.
    :param end: last day in force, likewise.
    :param supersedes: ids of the clauses that it replaces.
    """

    id: str
    instrument: Instrument
    citation: str
    reference: str
    title: str
    text: str
    elements: tuple[str, ...]
    force: str
    applies_to: tuple[str, ...]
    cybersecurity: str
    expects: tuple[str, ...]
    checked: str
    seen_in: str
    note: str
    location: Location
    order: int
    parent: str = ""
    heading: bool = False
    applies_when: tuple[Condition, ...] = ()
    only_when_cited: bool = False
    start: str = ""
    end: str = ""
    supersedes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """All instruments and clauses that are loaded.

    :param changed: shipped instruments that files of the project replace or supersede, in words for covers.
    """

    instruments: Mapping[str, Instrument]
    clauses: Mapping[str, Clause]
    changed: tuple[str, ...] = ()

    def of(self, key: str) -> list[Clause]:
        """Clauses of one instrument in the order of its text."""
        return [clause for clause in self.clauses.values() if clause.instrument.key == key]

    @cached_property
    def successors(self) -> Mapping[str, tuple[Clause, ...]]:
        """Clauses that replace another, by the id of the latter."""
        found: dict[str, list[Clause]] = {}
        for clause in self.clauses.values():
            for old in clause.supersedes:
                found.setdefault(old, []).append(clause)
        return {old: tuple(new) for old, new in found.items()}

    @cached_property
    def new_editions(self) -> Mapping[str, tuple[Instrument, ...]]:
        """Instruments that replace another, by the key of the latter."""
        found: dict[str, list[Instrument]] = {}
        for instrument in self.instruments.values():
            for old in instrument.supersedes:
                found.setdefault(old, []).append(instrument)
        return {old: tuple(new) for old, new in found.items()}


def load_catalogue(folders: Iterable[Path] = (), root: Path | None = None, files: Iterable[Path] = ()) -> Catalogue:
    """Read the shipped catalogues and those of the project.

    A project's file replaces the shipped one of the same instrument key.

    :param root: folder that the project's files are named from, in messages and locations.

    :param files: single files of a project.

    :raises InputError: a file is malformed, or a clause id occurs twice.
    """
    found: dict[str, tuple[YamlFile, str]] = {}
    with as_file(resources.files("sphinx_aimd.requirements")) as folder:
        for name, path in _shipped(folder):
            _read(path, name, found, {})
    shipped = dict(found)
    for folder in folders:
        if not folder.is_dir():
            raise InputError(folder.as_posix(), 0, "is not a folder.", "Set aimd_catalogues to existing ones.")
        for path in sorted(folder.rglob("*.yml")):
            raise InputError(shown(path, root), 0, "would not be read.", "Name it .yaml.")
        own: dict[str, str] = {}
        for path in sorted(folder.rglob("*.yaml")):
            _read(path, shown(path, root), found, own)
    for path in files:
        _read(path, shown(path, root), found, {})
    return _assemble(found, shipped)


def shipped_names() -> frozenset[str]:
    """Names of the shipped files, as locations have them."""
    with as_file(resources.files("sphinx_aimd.requirements")) as folder:
        return frozenset(name for name, _path in _shipped(folder))


def _shipped(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.glob("*/*.yaml")):
        yield f"requirements/{path.relative_to(folder).as_posix()}", path


def load_file(path: Path) -> Catalogue:
    """Read one catalogue file by itself.

    :raises InputError: the file is malformed.
    """
    found: dict[str, tuple[YamlFile, str]] = {}
    _read(path, path.as_posix(), found, {})
    return _assemble(found, found)


def _read(path: Path, name: str, found: dict[str, tuple[YamlFile, str]], own: dict[str, str]) -> None:
    file = load(path, name)
    check(file, "requirements", "catalogue.schema.json")
    key = file.data["instrument"]["key"]
    if key in own:
        raise InputError(
            name, file.line(("instrument", "key")), f"instrument {key} is also in {own[key]}.", "Keep one."
        )
    own[key] = name
    stated, real = int(file.data["instrument"]["clause_count"]), len(file.data["clauses"])
    if stated != real:
        line = file.line(("instrument", "clause_count"))
        raise InputError(name, line, f"states {stated} clauses and holds {real}.", "Correct clause_count or the rows.")
    _check_conditions(file)
    found[key] = (file, name)


def _check_conditions(file: YamlFile) -> None:
    """Refuse conditions on fields or values that no profile can have."""
    places = [("instrument",), *(("clauses", number) for number in range(len(file.data["clauses"])))]
    rows = [file.data["instrument"], *file.data["clauses"]]
    for place, row in zip(places, rows, strict=True):
        fault = condition_fault(condition(row.get("applies_when", {})))
        if fault:
            line = file.line((*place, "applies_when"))
            raise InputError(file.name, line, f"applies_when: {fault}", "See traceability/device_profile.yaml.")


def _assemble(found: Mapping[str, tuple[YamlFile, str]], shipped: Mapping[str, tuple[YamlFile, str]]) -> Catalogue:
    instruments: dict[str, Instrument] = {}
    clauses: dict[str, Clause] = {}
    for key, (file, name) in sorted(found.items()):
        instrument = _instrument(file.data["instrument"], name)
        instruments[key] = instrument
        nested = file.data["instrument"].get("nested_ids") == "true"
        known = {row["id"] for row in file.data["clauses"]} if nested else set()
        for order, row in enumerate(file.data["clauses"]):
            place = Location(name, file.line(("clauses", order, "id")))
            if row["id"] in clauses:
                other = clauses[row["id"]].location
                raise InputError(name, place.line, f"clause {row['id']} is also at {other}.", "Ids are unique.")
            parent = _parent(row["id"], known)
            clauses[row["id"]] = _clause(row, file.data["instrument"], instrument, place, order, parent)
    untouched = {key for key in found if shipped.get(key) is found[key]}
    _check_succession(instruments, clauses, found, untouched)
    changed = [f"catalogue {key}" for key in sorted(set(shipped) & set(found) - untouched)]
    for key in sorted(set(found) - untouched):
        changed += [f"catalogue {old} (superseded by {key})" for old in instruments[key].supersedes if old in shipped]
    return Catalogue(instruments, clauses, tuple(changed))


def _check_succession(
    instruments: Mapping[str, Instrument],
    clauses: Mapping[str, Clause],
    found: Mapping[str, tuple[YamlFile, str]],
    untouched: set[str],
) -> None:
    heads = {key: Location(name, file.line(("instrument", "supersedes"))) for key, (file, name) in found.items()}
    check_succession({key: row.supersedes for key, row in instruments.items()}, heads, shipped=untouched)
    rows = {key: row.supersedes for key, row in clauses.items()}
    places = {key: row.location for key, row in clauses.items()}
    kept = {key for key, row in clauses.items() if row.instrument.key in untouched}
    check_succession(rows, places, shipped=kept)


def _parent(clause: str, known: set[str]) -> str:
    """The clause whose id is this one's without its last parts."""
    while "-" in clause:
        clause = clause.rpartition("-")[0]
        if clause in known:
            return clause
    return ""


def _instrument(data: dict[str, Any], file: str) -> Instrument:
    force = data.get("in_force", {})
    dates = [f"published {data['published']}"] if "published" in data else []
    dates += [f"{word} {force[word]}" for word in ("from", "until") if word in force]
    return Instrument(
        key=data["key"],
        title=data["title"],
        short_title=data["short_title"],
        publisher=data.get("publisher", ""),
        jurisdiction=data["jurisdiction"],
        force=data["force"],
        status=data["status"],
        edition=data["edition"],
        dates=", ".join(dates),
        supersedes=tuple(data.get("supersedes", ())),
        seen_in=data["seen_in"],
        file=file,
        start=force.get("from", data.get("published", "")),
        end=force.get("until", ""),
    )


def _clause(
    row: dict[str, Any], whole: dict[str, Any], instrument: Instrument, place: Location, order: int, parent: str
) -> Clause:
    conditions = (condition(data.get("applies_when", {})) for data in (whole, row))
    force = row.get("in_force", {})
    return Clause(
        id=row["id"],
        instrument=instrument,
        citation=row["citation"],
        reference=row["reference"],
        title=row["title"],
        text=row["text"],
        elements=tuple(row.get("elements", ())),
        force=row["force"],
        applies_to=tuple(row.get("applies_to", ())),
        cybersecurity=row["cybersecurity"],
        expects=tuple(row["expects"]),
        checked=row["checked"],
        seen_in=row.get("seen_in", instrument.seen_in),
        note=row.get("note", ""),
        location=place,
        order=order,
        parent=parent,
        heading=row.get("heading") == "true",
        applies_when=tuple(found for found in conditions if found),
        only_when_cited=row.get("answer", whole.get("answer")) == "when cited",
        start=force.get("from", ""),
        end=force.get("until", ""),
        supersedes=tuple(row.get("supersedes", ())),
    )


def check_profile(profile: Profile, catalogue: Catalogue) -> None:
    """Refuse a profile that names instruments or clauses that are not loaded.

    :raises InputError: at the line of the first such name.
    """
    for number, row in enumerate(profile.elsewhere):
        if row.instrument not in catalogue.instruments:
            line = profile.lines.get(f"elsewhere.{number}.instrument", 1)
            hint = did_you_mean(row.instrument, catalogue.instruments)
            raise InputError(
                profile.file, line, f"there is no instrument {row.instrument!r}.{hint}", "Correct the key."
            )
    for number, standard in enumerate(profile.standards):
        named = [("standard", standard.standard), *((f"for.{n}", name) for n, name in enumerate(standard.clauses))]
        for place, name in named:
            if name not in catalogue.clauses:
                line = profile.lines.get(f"standards.{number}.{place}", 1)
                hint = did_you_mean(name, catalogue.clauses)
                raise InputError(profile.file, line, f"there is no clause {name!r}.{hint}", "Correct the id.")
