"""traceability/*.yaml and the project's overlays in, the typed trace model out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, NoReturn

from .documents import document
from .methodload import methods
from .model.item import Location, Severity
from .model.values import did_you_mean
from .model.verdict import Verdict
from .overlay import lay_over, places_of
from .schema import check
from .tracemodel import (
    Column,
    Field,
    ItemType,
    LeafRow,
    LinkType,
    MatrixSpec,
    Need,
    RuleSpec,
    Status,
    TraceModel,
    Way,
    Where,
)
from .yamlfile import InputError, load, shown

FILES = ("item_types", "link_types", "verdicts", "rules", "matrices", "documents", "methods")
#: Document control: each project states its own, so it is no change of the shipped model.
CONTROL = "documents"
ANY = "any"
#: What every item has besides the fields of its type.
ALWAYS = ("id", "type", "title", "status", "citation", "verdict")


def load_model(overlays: tuple[Path, ...] = (), root: Path | None = None) -> TraceModel:
    """Read the shipped trace model and lay the project's own folders over it.

    An entry of an overlay replaces the shipped entry of the same name or id, or adds one.

    :param root: folder that the project's files are named from in messages.
    :raises InputError: a file is malformed, or names a type, link or field that does not exist.
    """
    data: dict[str, dict[str, Any]] = {}
    places: dict[tuple[str, str], Location] = {}
    overlaid: list[str] = []
    with as_file(files("sphinx_aimd.traceability")) as folder:
        for stem in FILES:
            file = load(folder / f"{stem}.yaml", f"traceability/{stem}.yaml")
            check(file, "traceability", "traceability.schema.json", stem)
            data[stem] = file.data
            places.update(places_of(stem, file))
    for overlay in overlays:
        if not overlay.is_dir():
            raise InputError(overlay.as_posix(), 0, "is not a folder.", "Set aimd_traceability to an existing one.")
        for path in sorted(overlay.glob("*.yaml")):
            stem = path.stem
            if stem not in FILES:
                raise InputError(
                    shown(path, root), 0, "is no part of the trace model.", f"Name it one of {', '.join(FILES)}."
                )
            file = load(path, shown(path, root))
            check(file, "traceability", "traceability.schema.json", f"{stem}_overlay")
            changed = list(lay_over(data[stem], file.data, merge=stem == CONTROL))
            overlaid += [f"{stem}: {name}" for name in changed if stem != CONTROL]
            places.update(places_of(stem, file))
    return _Builder(data, places).model(tuple(overlaid))


class _Builder:
    def __init__(self, data: dict[str, dict[str, Any]], places: Mapping[tuple[str, str], Location]) -> None:
        self.data, self.places = data, places
        self.at = Location()
        self.scales = data["item_types"]["scales"]
        self.questions = data["item_types"].get("questions", {})

    def model(self, overlaid: tuple[str, ...]) -> TraceModel:
        items, verdicts = self.data["item_types"], self.data["verdicts"]
        common = {entry["name"]: self.field(entry) for entry in self.each("item_types", items["common"])}
        types = {entry["name"]: self.item_type(entry, common) for entry in self.each("item_types", items["types"])}
        names = frozenset(types)
        links = {
            entry["name"]: self.link(entry, names)
            for entry in self.each("link_types", self.data["link_types"]["links"])
        }
        self.types, self.links = types, links
        self.hops = set(links) | {link.reverse for link in links.values()}
        self.leaves = verdicts["leaves"]
        self.methods = methods(self.data["methods"], types, self.places)
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
            needs=self.needs(verdicts["types"]),
            leaves={
                entry["name"]: tuple(map(self.leaf_row, entry["table"]))
                for entry in self.each("verdicts", verdicts["leaves"])
            },
            max_age_days={
                kind: None if days == "none" else int(days)
                for kind, days in verdicts["leaves"]["result"]["max_age_days"].items()
            },
            expects={kind: frozenset(found) for kind, found in caps["expects"]["map"].items()},
            expects_reach=self.known_hops(caps["expects"]["reach"]),
            expects_depth=int(caps["expects"]["reach_depth"]),
            promising=frozenset(caps["promise"]["promising"]),
            promise_enough=frozenset(caps["promise"]["unless_expects_only"]),
            rules=tuple(self.rule(entry) for entry in self.each("rules", self.data["rules"]["rules"])),
            matrices={
                entry["id"]: self.matrix(entry) for entry in self.each("matrices", self.data["matrices"]["matrices"])
            },
            overlaid=overlaid,
            default_status=items["lifecycle"]["initial"],
            methods=self.methods,
            documents=tuple(
                document(entry, self.at) for entry in self.each("documents", self.data["documents"]["documents"])
            ),
        )

    def each(self, stem: str, entries: list[dict[str, Any]] | dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The entries, named, each noted as the place at fault while it is read."""
        if isinstance(entries, dict):
            entries = [{**entry, "name": name} for name, entry in entries.items()]
        for entry in entries:
            self.at = self.places.get((stem, entry.get("id") or entry["name"]), Location())
            yield entry

    def refuse(self, text: str, known: Iterable[str], word: str) -> NoReturn:
        remedy = did_you_mean(word, known).strip() or f"Known: {', '.join(sorted(known))}."
        raise InputError(self.at.file, self.at.line, text, remedy)

    def known_hops(self, hops: list[str]) -> tuple[str, ...]:
        for hop in hops:
            if hop.rstrip("?") not in self.hops:
                self.refuse(f"there is no link {hop!r}.", self.hops, hop)
        return tuple(hops)

    def known_types(self, names: list[str]) -> frozenset[str]:
        for name in names:
            if name != ANY and name not in self.types:
                self.refuse(f"there is no item type {name!r}.", self.types, name)
        return frozenset(self.types) if ANY in names else frozenset(names)

    def known_fields(self, names: Iterable[str], types: Iterable[str]) -> tuple[str, ...]:
        """Names of fields that exist on at least one of the types of which they are asked."""
        known = {*ALWAYS, *(field for name in types for field in self.types[name].fields)}
        for name in names:
            if name not in known:
                self.refuse(f"there is no field {name!r}.", known, name)
        return tuple(names)

    def known_where(self, data: Mapping[str, list[str]], types: Iterable[str]) -> Where:
        return {name: tuple(data[name]) for name in self.known_fields(list(data), types)}

    def field(self, entry: dict[str, Any]) -> Field:
        scale = self.scales.get(entry.get("scale", ""), {})
        values = entry.get("values") or scale.get("values") or ()
        if entry["kind"] == "boolean":
            values = ("true", "false")
        if "scale" in entry and not scale:
            self.refuse(f"field {entry['name']}: there is no scale {entry['scale']!r}.", self.scales, entry["scale"])
        if "dated" in entry and entry["kind"] != "date":
            self.refuse(f"field {entry['name']}: it is dated, but no date.", ["date"], entry["kind"])
        return Field(
            name=entry["name"],
            title=entry["title"],
            kind=entry["kind"],
            help=entry["help"],
            required=entry["required"],
            when={name: tuple(values) for name, values in entry.get("when", {}).items()},
            meaning=entry["meaning"] == "true",
            values=tuple(values),
            ordered=scale.get("ordered") == "true",
            pattern=entry.get("pattern", ""),
            keys=tuple(self.questions.get(entry.get("questions", ""), {}).get("keys", ())),
            by_reader="reader" in entry,
            dated=entry.get("dated", ""),
        )

    def item_type(self, entry: dict[str, Any], common: dict[str, Field]) -> ItemType:
        own = {field["name"]: self.field(field) for field in entry["fields"]}
        if entry["origin"] != "catalogue":
            own = {**common, **own}
        body = entry.get("body", "")
        if body and body not in own:
            self.refuse(f"type {entry['name']}: there is no field {body!r} for the body.", own, body)
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
                self.refuse(f"link {entry['name']}: there is no item type {min(unknown)!r}.", names, min(unknown))
            return listed - {ANY} | (names - {"clause"} if ANY in listed else frozenset())

        return LinkType(
            name=entry["name"],
            reverse=entry["reverse"],
            title=entry["title"],
            help=entry["help"],
            sources=ends("from"),
            targets=ends("to"),
            points_upstream=entry.get("upstream", "target") == "target",
            watch=entry["watch"],
            carries_proof=entry["proof"] == "may",
            minimum=int(entry.get("min", 0)),
            maximum=int(entry["max"]) if "max" in entry else None,
            acyclic=entry["acyclic"] == "true",
        )

    def needs(self, entries: dict[str, Any]) -> dict[str, tuple[Need, ...]]:
        """Needs by type; a type of the project without an entry of its own needs approval."""
        found = {}
        for entry in self.each("verdicts", entries):
            self.known_types([entry["name"]])
            found[entry["name"]] = tuple(self.need(need, entry["name"]) for need in entry["needs"])
        approval = self.need(
            {"name": "approval", "credit": "false", "combine": "all", "ways": [{"leaf": "approval"}]}, ""
        )
        return {name: found.get(name, (approval,)) for name in self.types}

    def way(self, entry: dict[str, Any]) -> Way:
        leaf, to = entry.get("leaf", ""), self.known_types(entry.get("to", []))
        if leaf and leaf not in self.leaves:
            self.refuse(f"there is no leaf {leaf!r}.", self.leaves, leaf)
        return Way(
            leaf=leaf,
            hops=self.known_hops(entry.get("hops", [])),
            to=to,
            where=self.known_where(entry.get("where", {}), to),
            count=entry.get("count", "all"),
            minimum=int(entry.get("min", 0)),
            proof="" if leaf else entry.get("proof", "verified"),
        )

    def need(self, entry: dict[str, Any], type_name: str) -> Need:
        return Need(
            name=entry["name"],
            credit=entry.get("credit", "true") == "true",
            present=entry["combine"] == "present",
            when=self.known_where(entry.get("when", {}), [type_name] if type_name else []),
            unless=self.way(entry["unless"]) if "unless" in entry else None,
            ways=tuple(map(self.way, entry["ways"])),
        )

    def leaf_row(self, entry: dict[str, Any]) -> LeafRow:
        condition = {} if entry["if"] == "otherwise" else entry["if"]
        then = entry["then"]
        if then not in ("absent", "selected") and then not in set(map(str, Verdict)):
            self.refuse(f"there is no verdict {then!r}.", map(str, Verdict), then)
        for name in (*condition.get("method_forbids", ()), *condition.get("method_differs", ())):
            if name not in self.methods.ratings:
                self.refuse(f"there is no rating method {name!r}.", self.methods.ratings, name)
        return LeafRow(condition=condition, then=then, reason=entry.get("reason", ""))

    def rule(self, entry: dict[str, Any]) -> RuleSpec:
        scope = entry["scope"]
        types = self.known_types(scope["types"])
        return RuleSpec(
            id=entry["id"],
            kind=entry["kind"],
            types=types,
            where=self.known_where(scope.get("where", {}), types),
            include_inactive=scope.get("all") == "true",
            params=entry["with"],
            severity={gate: Severity(grade) for gate, grade in entry["severity"].items()},
            message=entry["message"],
            remedy=entry["remedy"],
            clauses=tuple(entry["clauses"]),
            location=self.at,
        )

    def matrix(self, entry: dict[str, Any]) -> MatrixSpec:
        default = tuple(self.data["matrices"]["defaults"]["show"])
        rows = self.known_types(entry["rows"]["types"])
        columns = []
        for column in entry["columns"]:
            field = column.get("field", "")
            for flag in ("verdict", "reasons"):
                if column.get(flag) == "true":
                    field = f"({flag})"
            if "computed" in column:
                field = f"({column['computed']})"
            types = self.known_types(column.get("types", [ANY]))
            self.known_fields([column["field"]] if "field" in column else [], rows)
            columns.append(
                Column(
                    name=column["name"],
                    title=column["title"],
                    field=field,
                    hops=self.known_hops(column.get("hops", [])),
                    types=types,
                    where=self.known_where(column.get("where", {}), types),
                    show=self.known_fields(column.get("show", default), types),
                    count=column.get("count") == "true",
                    once=column.get("once") == "true",
                    place_of=column.get("place_of", ""),
                )
            )
        names = {column.name for column in columns}
        unknown = (set(entry["gap"]) | set(entry["sort"]) | {column.place_of for column in columns}) - names - {""}
        if unknown:
            self.refuse(f"matrix {entry['id']}: there is no column {min(unknown)!r}.", names, min(unknown))
        return MatrixSpec(
            id=entry["id"],
            title=entry["title"],
            question=entry["question"],
            clauses=tuple(entry["clauses"]),
            types=rows,
            where=self.known_where(entry["rows"].get("where", {}), rows),
            per=entry["rows"].get("per", ""),
            columns=tuple(columns),
            gap=tuple(entry["gap"]),
            sort=tuple(entry["sort"]),
            asked=entry["rows"].get("asked") == "true",
            filters=self.known_fields(entry.get("filters", []), rows),
        )
