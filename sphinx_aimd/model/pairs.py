"""Statements and records in; pairs of a vulnerability and what it is in, with all that files say of each, out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from .advisory import Advisory, Product, Statement, VulnerabilityRecord
from .affected import Match, affects
from .aliases import Aliases, is_cve, plain_id
from .bom import BomComponent
from .candidates import Candidates
from .components import Components
from .inputs import Inputs
from .item import Finding, Item, Location, Severity
from .products import Products


@dataclass(frozen=True, slots=True)
class Said:
    """A statement about a pair.

    :param release: release that it speaks of, as in :class:`sphinx_aimd.model.products.End`; doubt: likewise.
    """

    statement: Statement
    release: str = ""
    doubt: str = ""


@dataclass(slots=True)
class Pair:
    """A vulnerability in one component or release, and all that files say of it.

    :param key: name of the vulnerability; ids: all numbers that files give it.
    """

    key: str
    target: str
    ids: dict[str, None] = field(default_factory=dict)
    statements: list[Said] = field(default_factory=list)
    records: list[tuple[VulnerabilityRecord, Match]] = field(default_factory=list)


@dataclass
class Pairs:
    """All pairs, and what else is known of their vulnerabilities.

    :param records: records by the name of the vulnerability, whether or not they match a component.
    """

    aliases: Aliases = field(default_factory=Aliases)
    found: list[Pair] = field(default_factory=list)
    records: dict[str, list[VulnerabilityRecord]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def pairs_of(
    inputs: Inputs, joined: Components, items: Mapping[str, Item], is_live: Callable[[Item], bool], as_of: str = ""
) -> Pairs:
    """Find all pairs that files name, those of one vulnerability and one target joined.

    :param as_of: day after which no statement takes the place of another.
    """
    return _Pairing(inputs, joined, items, is_live).run(as_of)


class _Pairing:
    def __init__(
        self, inputs: Inputs, joined: Components, items: Mapping[str, Item], is_live: Callable[[Item], bool]
    ) -> None:
        self.inputs, self.done = inputs, Pairs()
        self.by_name: dict[tuple[str, str], Pair] = {}
        components = _components(inputs, joined, items, is_live)
        self.products = Products(inputs.boms, joined, components, items)
        self.candidates = Candidates(components)

    def run(self, as_of: str) -> Pairs:
        statements = [
            (advisory, statement)
            for advisory in sorted(self.inputs.advisories, key=lambda advisory: advisory.source.path)
            for statement in advisory.statements
        ]
        records = sorted(self.inputs.records, key=lambda record: record.source.path)
        for _advisory, statement in statements:
            self.done.aliases.add(statement.ids)
        for record in records:
            self.done.aliases.add(record.ids)
        for advisory, statement in statements:
            self.statement(advisory, statement)
        for record in records:
            self.record(record)
        self.done.found = [self.by_name[name] for name in sorted(self.by_name)]
        for found in self.done.found:
            found.statements = _current(found.statements, as_of)
        return self.done

    def pair(self, key: str, ids: Iterable[str], target: str) -> Pair:
        found = self.by_name.setdefault((key, target), Pair(key, target, {key: None} if is_cve(key) else {}))
        own = [name for name in ids if not is_cve(plain_id(name)) or plain_id(name) == key]
        known = {plain_id(name) for name in found.ids}
        found.ids.update({name.strip(): None for name in own if plain_id(name) not in known | {""}})
        return found

    def statement(self, advisory: Advisory, statement: Statement) -> None:
        keys = self.done.aliases.keys(statement.ids)
        name = ", ".join(statement.ids[:1]) or "A statement"
        if not keys or not statement.products:
            lacks = "names no product that it is about" if keys else "names no vulnerability"
            rule = "statement-without-product" if keys else "statement-without-id"
            self.find(rule, statement, f"{name}: {lacks}.")
            return
        unknown: list[Product] = []
        notes: dict[str, None] = {}
        for product in statement.products:
            ends = self.products.ends(advisory.source.path, advisory.source.about, product)
            if ends.note:
                notes[ends.note] = None
            if not ends.found:
                unknown.append(product)
            for end in ends.found:
                for key in keys:
                    self.pair(key, statement.ids, end.id).statements.append(Said(statement, end.release, end.doubt))
        for note in notes:
            self.find("unclear-product", statement, f"{name}: is about {note}.")
        if unknown:
            shown = ", ".join(_label(product) for product in unknown[:3])
            shown += f" and {len(unknown) - 3} more" if len(unknown) > 3 else ""
            severity = Severity.INFO if len(unknown) < len(statement.products) else Severity.WARNING
            message = f"{name}: is about {shown}, which is no component and no release of the design history file."
            self.find("unknown-product", statement, message, severity)

    def record(self, record: VulnerabilityRecord) -> None:
        keys = self.done.aliases.keys(record.ids)
        if not keys:
            self.find("statement-without-id", record, "A record: names no vulnerability.")
        for key in keys:
            self.done.records.setdefault(key, []).append(record)
        best: dict[str, Match] = {}
        for item_id, component in self.candidates.of_record(record):
            match = affects(record, component)
            if match is not None and (item_id not in best or match.rank < best[item_id].rank):
                best[item_id] = match
        for item_id, match in best.items():
            for key in keys:
                self.pair(key, record.ids, item_id).records.append((record, match))

    def find(
        self, rule: str, at: Statement | VulnerabilityRecord, message: str, severity: Severity = Severity.WARNING
    ) -> None:
        place = at.location if at.location.file else Location(at.source.path, 0)
        self.done.findings.append(
            Finding(rule=rule, severity=severity, item="", location=place, message=message, remedy=_REMEDIES[rule])
        )


_REMEDIES = {
    "statement-without-product": "Name the products; a vulnerability alone says nothing about a device.",
    "statement-without-id": "Give the vulnerability a number.",
    "unknown-product": "Name a component of a bill of materials that is read, or read that bill.",
    "unclear-product": "Refer to the bill that was read; all that may be meant is taken as meant.",
}


def _label(product: Product) -> str:
    whole = f" in {_label(product.within)}" if product.within else ""
    versions = f" {', '.join(product.versions[:3])}" if product.versions and product.label == product.ref else ""
    return f"{product.label or 'a product without a name'}{versions}{whole}"[:200]


def _current(statements: list[Said], as_of: str) -> list[Said]:
    """Statements without those that a later one of the same OpenVEX document takes the place of (OpenVEX, "status").

    One of a day that has not come takes the place of none.
    """
    later: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for said in statements:
        if said.statement.source.format.startswith("OpenVEX") and not (as_of and _day(said.statement) > as_of):
            later[said.statement.source.path, said.release].append(said.statement)
    return [
        said
        for said in statements
        if not any(_is_before(said.statement, one) for one in later[said.statement.source.path, said.release])
    ]


def _day(statement: Statement) -> str:
    """Its day in UTC, else as it is written."""
    return statement.moment[:10] or statement.updated


def _is_before(first: Statement, second: Statement) -> bool:
    """Whether a statement is known to be the older one; where a time is missing only days are compared."""
    if first.moment and second.moment:
        return first.moment < second.moment
    return _day(first) < _day(second)


def _components(
    inputs: Inputs, joined: Components, items: Mapping[str, Item], is_live: Callable[[Item], bool]
) -> list[tuple[str, BomComponent]]:
    """Components of the file in the form that records are matched with: as each bill lists them, else as typed.

    What an author adds to a component, such as a CPE name, counts with what the bill states.
    """
    found: dict[tuple[str, ...], tuple[str, BomComponent]] = {}
    listed = set()
    for bom in inputs.boms:
        for component in bom.components:
            item_id = joined.of_key[bom.source.path, component.ref]
            item = items[item_id]
            listed.add(item_id)
            whole = replace(
                component,
                name=component.name or item.text("component_name"),
                purl=component.purl or item.text("purl"),
                cpe=component.cpe or item.text("cpe"),
            )
            if item.type == "component":
                key = (item_id, whole.name, whole.group, whole.version, whole.purl, whole.cpe)
                found.setdefault(key, (item_id, whole))
    for item in items.values():
        if item.type == "component" and item.id not in listed and is_live(item):
            typed = BomComponent(
                ref=item.text("bom_ref"),
                name=item.text("component_name") or item.title,
                version=item.text("version"),
                supplier=item.text("supplier"),
                purl=item.text("purl"),
                cpe=item.text("cpe"),
            )
            found[item.id,] = (item.id, typed)
    return [found[key] for key in sorted(found)]
