"""traceability/*.yaml in, the typed trace model out: item types, links, verdict needs, rules, matrices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from .model.item import Severity
from .model.verdict import Verdict
from .schema import check
from .yamlfile import InputError, YamlFile, load, shown

FILES = ("item_types", "link_types", "verdicts", "rules", "matrices")
ANY = "any"

Where = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of an item type; ``required`` is the status from which it must be filled, or ``optional``."""

    name: str
    title: str
    kind: str
    help: str
    required: str
    when: Where
    meaning: bool
    values: tuple[str, ...]
    ordered: bool
    pattern: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemType:
    """A type of item; ``body`` names the field that the directive's content fills."""

    name: str
    title: str
    help: str
    origin: str
    prefix: str
    body: str
    fields: Mapping[str, Field]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkType:
    """An arrow of the trace; ``watch`` says whose later change makes a reviewed link suspect."""

    name: str
    reverse: str
    title: str
    help: str
    sources: frozenset[str]
    targets: frozenset[str]
    watch: str
    carries_proof: bool
    minimum: int
    maximum: int | None
    acyclic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A life-cycle status: whether the item counts at all, and whether it may prove."""

    name: str
    title: str
    live: bool
    may_prove: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of meeting a need: a leaf check on the item, or targets reached by hops."""

    leaf: str
    hops: tuple[str, ...]
    to: frozenset[str]
    where: Where
    count: str
    minimum: int
    takes_verdict: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What an item type requires in order to be proven."""

    name: str
    credit: bool
    present: bool
    when: Where
    unless: Way | None
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafRow:
    """One line of a leaf's decision table; the first whose condition holds gives the verdict."""

    condition: Mapping[str, Any]
    then: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSpec:
    """A completeness rule: a documented kind with parameters."""

    id: str
    kind: str
    types: frozenset[str]
    where: Where
    include_inactive: bool
    params: Mapping[str, Any]
    severity: Mapping[str, Severity]
    message: str
    remedy: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: a field of the row, its verdict, its reasons, or targets reached by hops."""

    name: str
    title: str
    field: str
    hops: tuple[str, ...]
    types: frozenset[str]
    where: Where
    show: tuple[str, ...]
    count: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixSpec:
    """A matrix that a reviewer walks."""

    id: str
    title: str
    question: str
    clauses: tuple[str, ...]
    types: frozenset[str]
    where: Where
    per: str
    columns: tuple[Column, ...]
    gap: tuple[str, ...]
    sort: tuple[str, ...]


@dataclass(frozen=True)
class TraceModel:
    """Everything that traceability/ says, overlays of the project included."""

    types: Mapping[str, ItemType]
    links: Mapping[str, LinkType]
    statuses: Mapping[str, Status]
    needs: Mapping[str, tuple[Need, ...]]
    leaves: Mapping[str, tuple[LeafRow, ...]]
    max_age_days: Mapping[str, int | None]
    expects: Mapping[str, frozenset[str]]
    expects_reach: tuple[str, ...]
    expects_depth: int
    promising: frozenset[str]
    promise_enough: frozenset[str]
    rules: tuple[RuleSpec, ...]
    matrices: Mapping[str, MatrixSpec]
    overlaid: tuple[str, ...]
    default_status: str

    @cached_property
    def reverse(self) -> dict[str, LinkType]:
        """Link types by the name of their reverse."""
        return {link.reverse: link for link in self.links.values()}

    def arrow(self, hop: str) -> tuple[LinkType, bool]:
        """The link type of a hop and whether it is followed forwards."""
        if hop in self.links:
            return self.links[hop], True
        return self.reverse[hop], False

    def hop_title(self, hop: str) -> str:
        """A hop in words."""
        return hop.replace("_", " ")

    def type_title(self, name: str) -> str:
        return self.types[name].title if name in self.types else name


def load_model(overlays: tuple[Path, ...] = (), root: Path | None = None) -> TraceModel:
    """Read the shipped trace model and lay the project's own folders over it.

    An entry of an overlay replaces the shipped entry of the same name or id, or adds one.

    :param root: folder that the project's files are named from in messages.
    :raises InputError: a file is malformed, or names a type, link or field that does not exist.
    """
    data: dict[str, dict[str, Any]] = {}
    sources: dict[str, YamlFile] = {}
    overlaid: list[str] = []
    with as_file(files("sphinx_aimd.traceability")) as folder:
        for stem in FILES:
            file = load(folder / f"{stem}.yaml", f"traceability/{stem}.yaml")
            check(file, "traceability", "traceability.schema.json", stem)
            data[stem], sources[stem] = file.data, file
    for overlay in overlays:
        if not overlay.is_dir():
            raise InputError(overlay.as_posix(), 0, "is not a folder.", "Set aimd_traceability to an existing one.")
        for path in sorted(overlay.glob("*.yaml")):
            stem = path.stem
            if stem not in FILES:
                raise InputError(shown(path, root), 0, "is no part of the trace model.", f"Name it one of {', '.join(FILES)}.")
            file = load(path, shown(path, root))
            check(file, "traceability", "traceability.schema.json", f"{stem}_overlay")
            overlaid += [f"{stem}: {name}" for name in _overlay(data[stem], file.data)]
            sources[stem] = file
    try:
        return _Builder(data).model(tuple(overlaid))
    except _Reference as error:
        raise InputError(sources[error.stem].name, 1, str(error), "Correct the name.") from None


class _Reference(Exception):
    def __init__(self, stem: str, text: str) -> None:
        super().__init__(text)
        self.stem = stem


def _overlay(base: dict[str, Any], over: dict[str, Any]) -> Iterator[str]:
    for section, value in over.items():
        if section == "schema":
            continue
        old = base.get(section)
        if isinstance(value, list):
            key = "id" if value and "id" in value[0] else "name"
            places = {entry[key]: position for position, entry in enumerate(old or [])}
            for entry in value:
                if entry[key] in places and isinstance(old, list):
                    old[places[entry[key]]] = entry
                else:
                    base.setdefault(section, []).append(entry)
                yield str(entry[key])
        elif isinstance(value, dict) and isinstance(old, dict):
            for name, entry in value.items():
                old[name] = entry
                yield str(name)
        else:
            base[section] = value
            yield section


def _where(data: Any) -> Where:
    return {name: tuple(values) for name, values in (data or {}).items()}


class _Builder:
    def __init__(self, data: dict[str, dict[str, Any]]) -> None:
        self.data = data
        self.scales = data["item_types"]["scales"]
        self.questions = data["item_types"].get("questions", {})

    def model(self, overlaid: tuple[str, ...]) -> TraceModel:
        items, verdicts = self.data["item_types"], self.data["verdicts"]
        common = {entry["name"]: self.field(entry) for entry in items["common"]}
        types = {entry["name"]: self.item_type(entry, common) for entry in items["types"]}
        names = frozenset(types)
        links = {entry["name"]: self.link(entry, names) for entry in self.data["link_types"]["links"]}
        self.types, self.links = types, links
        self.hops = set(links) | {link.reverse for link in links.values()}
        caps = verdicts["caps"]
        return TraceModel(
            types=types,
            links=links,
            statuses={
                entry["name"]: Status(
                    name=entry["name"],
                    title=entry["title"],
                    live=entry["live"] == "true",
                    may_prove=entry["cap"] == "verified",
                )
                for entry in items["lifecycle"]["statuses"]
            },
            needs={name: tuple(map(self.need, entry["needs"])) for name, entry in verdicts["types"].items()},
            leaves={name: tuple(map(self.leaf_row, entry["table"])) for name, entry in verdicts["leaves"].items()},
            max_age_days={
                kind: None if days == "none" else int(days)
                for kind, days in verdicts["leaves"]["result"]["max_age_days"].items()
            },
            expects={kind: frozenset(found) for kind, found in caps["expects"]["map"].items()},
            expects_reach=self.known_hops("verdicts", caps["expects"]["reach"]),
            expects_depth=int(caps["expects"]["reach_depth"]),
            promising=frozenset(caps["promise"]["promising"]),
            promise_enough=frozenset(caps["promise"]["unless_expects_only"]),
            rules=tuple(map(self.rule, self.data["rules"]["rules"])),
            matrices={entry["id"]: self.matrix(entry) for entry in self.data["matrices"]["matrices"]},
            overlaid=overlaid,
            default_status=items["lifecycle"]["initial"],
        )

    def known_hops(self, stem: str, hops: list[str]) -> tuple[str, ...]:
        for hop in hops:
            if hop.rstrip("?") not in self.hops:
                raise _Reference(stem, f"there is no link {hop!r}")
        return tuple(hops)

    def known_types(self, stem: str, names: list[str]) -> frozenset[str]:
        for name in names:
            if name != ANY and name not in self.types:
                raise _Reference(stem, f"there is no item type {name!r}")
        return frozenset(self.types) if ANY in names else frozenset(names)

    def field(self, entry: dict[str, Any]) -> Field:
        scale = self.scales.get(entry.get("scale", ""), {})
        values = entry.get("values") or scale.get("values") or ()
        if entry["kind"] == "boolean":
            values = ("true", "false")
        if "scale" in entry and not scale:
            raise _Reference("item_types", f"field {entry['name']}: there is no scale {entry['scale']!r}")
        return Field(
            name=entry["name"],
            title=entry["title"],
            kind=entry["kind"],
            help=entry["help"],
            required=entry["required"],
            when=_where(entry.get("when")),
            meaning=entry["meaning"] == "true",
            values=tuple(values),
            ordered=scale.get("ordered") == "true",
            pattern=entry.get("pattern", ""),
            keys=tuple(self.questions.get(entry.get("questions", ""), {}).get("keys", ())),
        )

    def item_type(self, entry: dict[str, Any], common: dict[str, Field]) -> ItemType:
        own = {field["name"]: self.field(field) for field in entry["fields"]}
        if entry["origin"] != "catalogue":
            own = {**common, **own}
        body = entry.get("body", "")
        if body and body not in own:
            raise _Reference("item_types", f"type {entry['name']}: there is no field {body!r} for the body")
        return ItemType(
            name=entry["name"],
            title=entry["title"],
            help=entry["help"],
            origin=entry["origin"],
            prefix=entry["prefix"],
            body=body,
            fields=own,
        )

    def link(self, entry: dict[str, Any], names: frozenset[str]) -> LinkType:
        def ends(side: str) -> frozenset[str]:
            listed = frozenset(entry[side])
            unknown = listed - names - {ANY}
            if unknown:
                raise _Reference("link_types", f"link {entry['name']}: there is no item type {min(unknown)!r}")
            return listed - {ANY} | (names - {"clause"} if ANY in listed else frozenset())

        return LinkType(
            name=entry["name"],
            reverse=entry["reverse"],
            title=entry["title"],
            help=entry["help"],
            sources=ends("from"),
            targets=ends("to"),
            watch=entry["watch"],
            carries_proof=entry["proof"] == "may",
            minimum=int(entry.get("min", 0)),
            maximum=int(entry["max"]) if "max" in entry else None,
            acyclic=entry["acyclic"] == "true",
        )

    def way(self, entry: dict[str, Any]) -> Way:
        return Way(
            leaf=entry.get("leaf", ""),
            hops=self.known_hops("verdicts", entry.get("hops", [])),
            to=self.known_types("verdicts", entry.get("to", [])),
            where=_where(entry.get("where")),
            count=entry.get("count", "all"),
            minimum=int(entry.get("min", 0)),
            takes_verdict=entry.get("proof", "verified") == "verified" and "hops" in entry,
        )

    def need(self, entry: dict[str, Any]) -> Need:
        return Need(
            name=entry["name"],
            credit=entry.get("credit", "true") == "true",
            present=entry["combine"] == "present",
            when=_where(entry.get("when")),
            unless=self.way(entry["unless"]) if "unless" in entry else None,
            ways=tuple(map(self.way, entry["ways"])),
        )

    def leaf_row(self, entry: dict[str, Any]) -> LeafRow:
        condition = {} if entry["if"] == "otherwise" else entry["if"]
        then = entry["then"]
        if then not in ("absent", "selected") and then not in set(map(str, Verdict)):
            raise _Reference("verdicts", f"there is no verdict {then!r}")
        return LeafRow(condition=condition, then=then, reason=entry.get("reason", ""))

    def rule(self, entry: dict[str, Any]) -> RuleSpec:
        scope = entry["scope"]
        return RuleSpec(
            id=entry["id"],
            kind=entry["kind"],
            types=self.known_types("rules", scope["types"]),
            where=_where(scope.get("where")),
            include_inactive=scope.get("all") == "true",
            params=entry["with"],
            severity={gate: Severity(grade) for gate, grade in entry["severity"].items()},
            message=entry["message"],
            remedy=entry["remedy"],
            clauses=tuple(entry["clauses"]),
        )

    def matrix(self, entry: dict[str, Any]) -> MatrixSpec:
        default = tuple(self.data["matrices"]["defaults"]["show"])
        columns = []
        for column in entry["columns"]:
            field = column.get("field", "")
            for flag in ("verdict", "reasons"):
                if column.get(flag) == "true":
                    field = f"({flag})"
            columns.append(
                Column(
                    name=column["name"],
                    title=column["title"],
                    field=field,
                    hops=self.known_hops("matrices", column.get("hops", [])),
                    types=self.known_types("matrices", column.get("types", [ANY])),
                    where=_where(column.get("where")),
                    show=tuple(column.get("show", default)),
                    count=column.get("count") == "true",
                )
            )
        names = {column.name for column in columns}
        unknown = (set(entry["gap"]) | set(entry["sort"])) - names
        if unknown:
            raise _Reference("matrices", f"matrix {entry['id']}: there is no column {min(unknown)!r}")
        return MatrixSpec(
            id=entry["id"],
            title=entry["title"],
            question=entry["question"],
            clauses=tuple(entry["clauses"]),
            types=self.known_types("matrices", entry["rows"]["types"]),
            where=_where(entry["rows"].get("where")),
            per=entry["rows"].get("per", ""),
            columns=tuple(columns),
            gap=tuple(entry["gap"]),
            sort=tuple(entry["sort"]),
        )
