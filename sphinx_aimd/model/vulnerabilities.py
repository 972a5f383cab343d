"""Statements, public records and lists of exploited vulnerabilities in; vulnerability items out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from .advisory import Epss, Kev, Rating, Statement, VulnerabilityRecord
from .affected import LISTED, POSSIBLE, SPAN, Match, affects
from .bom import Bom, BomComponent
from .components import Components, slug
from .inputs import Inputs
from .item import Finding, Item, Location, Severity, Value, text_of
from .products import Products

#: Of statements that contradict each other the gravest counts.
GRAVEST = ("affected", "under_investigation", "fixed", "not_affected")
_CERTAINTY = {LISTED: "listed as affected", SPAN: "inside an affected span", POSSIBLE: "possibly affected"}
_CVSS = {"2.0": "cvss_v20", "3.0": "cvss_v30", "3.1": "cvss_v31", "4.0": "cvss_v40"}


@dataclass
class _Pair:
    """A vulnerability in one component or release, and all that files say of it."""

    ids: dict[str, None] = field(default_factory=dict)
    target: str = ""
    statements: list[tuple[Statement, str]] = field(default_factory=list)
    records: list[tuple[VulnerabilityRecord, str]] = field(default_factory=list)


def join_vulnerabilities(inputs: Inputs, joined: Components, items: Mapping[str, Item]) -> tuple[dict[str, Item], list[Finding]]:
    """Join on the pair of vulnerability and product; an author's item takes the pairs that it names.

    :param items: all items, components joined.
    :return: changed and new vulnerability items by id, and what is wrong with the files.
    """
    return _Join(inputs, joined, items).run()


class _Join:
    def __init__(self, inputs: Inputs, joined: Components, items: Mapping[str, Item]) -> None:
        self.inputs, self.joined, self.items = inputs, joined, items
        self.products = Products(inputs.boms, joined, items)
        self.findings: list[Finding] = []
        self.done: dict[str, Item] = {}
        self.kev = max(inputs.kev, key=lambda kev: (kev.source.date, kev.source.path), default=None)
        self.epss = max(inputs.epss, key=lambda epss: (epss.source.date, epss.source.path), default=None)
        self.authored: dict[str, list[Item]] = {}
        for item in items.values():
            if item.type == "vulnerability":
                for name in item.values("vulnerability_ids"):
                    self.authored.setdefault(name, []).append(item)

    def run(self) -> tuple[dict[str, Item], list[Finding]]:
        pairs = self.pairs()
        covered: dict[str, list[_Pair]] = {}
        for pair in pairs:
            owners = self.owners(pair)
            for owner in owners:
                covered.setdefault(owner.id, []).append(pair)
            if not owners:
                self.new_item(pair)
        for item in self.items.values():
            if item.type == "vulnerability":
                self.complete(item, covered.get(item.id, []))
        for item_id, item in sorted(self.done.items()):
            self.done[item_id] = self.rated(item)
        return self.done, self.findings

    def pairs(self) -> list[_Pair]:
        """All pairs that files name, those with a common id and the same target joined."""
        found: dict[tuple[str, str], _Pair] = {}
        aliases = _Aliases()
        for advisory in self.inputs.advisories:
            for statement in advisory.statements:
                aliases.add(statement.ids)
        for record in self.inputs.records:
            aliases.add(record.ids)

        def pair(ids: Iterable[str], target: str) -> _Pair:
            names = [*ids]
            entry = found.setdefault((aliases.of(names[0]), target), _Pair(target=target))
            entry.ids.update(dict.fromkeys(names))
            return entry

        for advisory in self.inputs.advisories:
            for statement in advisory.statements:
                for target, context in self.targets(statement, advisory.source.about):
                    pair(statement.ids, target).statements.append((statement, context))
        components = self.components()
        for record in self.inputs.records:
            for item_id, component in components:
                match = affects(record, component)
                if match is not None:
                    pair(record.ids, item_id).records.append((record, _words(match)))
        return [found[key] for key in sorted(found)]

    def components(self) -> list[tuple[str, BomComponent]]:
        """Components of the file, each once, in the form that records are matched with."""
        listed = {self.joined.of_key[bom.source.path, c.ref]: c for bom in self.inputs.boms for c in bom.components}
        found = []
        for item in self.items.values():
            if item.type == "component":
                typed = BomComponent(
                    ref=item.text("bom_ref"),
                    name=item.text("component_name"),
                    version=item.text("version"),
                    supplier=item.text("supplier"),
                    purl=item.text("purl"),
                    cpe=item.text("cpe"),
                )
                found.append((item.id, listed.get(item.id, typed)))
        return found

    def targets(self, statement: Statement, about: str) -> list[tuple[str, str]]:
        """Items that a statement is about and the release that it speaks of; what is unknown is a finding."""
        path = statement.source.path
        name = statement.ids[0]
        if not statement.products:
            self.find("statement-without-product", statement.location, f"{name}: names no product that it is about.")
            return []
        context = self.products.context_of(path, about, statement.products)
        found: dict[tuple[str, str], None] = {}
        unknown = []
        for product in statement.products:
            ends = self.products.ends(path, product)
            if not ends:
                unknown.append(product.label)
            found.update(dict.fromkeys((end, context) for end in ends))
        if unknown and (not found or len(unknown) < len(statement.products)):
            shown = ", ".join(unknown[:3]) + (f" and {len(unknown) - 3} more" if len(unknown) > 3 else "")
            self.find("unknown-product", statement.location, f"{name}: is about {shown}, which no bill of materials lists.")
        return list(found)

    def owners(self, pair: _Pair) -> list[Item]:
        """Author's items that name the vulnerability and the component or release."""
        named = {item.id: item for name in pair.ids for item in self.authored.get(name, ())}
        return [
            item
            for item_id, item in sorted(named.items())
            if pair.target in item.links.get("affects", ()) or item_id in self.new_ids(pair)
        ]

    def new_ids(self, pair: _Pair) -> tuple[str, ...]:
        return tuple(new_id(name, pair.target) for name in pair.ids)

    def new_item(self, pair: _Pair) -> None:
        """An item that no author has written: what files state, or a match that waits for its assessment."""
        names = sorted(pair.ids, key=lambda name: (not name.startswith("CVE-"), name))
        item_id = new_id(names[0], pair.target)
        fields: dict[str, Value] = {"vulnerability_ids": tuple(names)}
        place = Location()
        if pair.statements:
            statement = min((s for s, _context in pair.statements), key=lambda s: (_rank(s.status), s.source.path))
            place = statement.location
            fields |= _from_statement(statement)
        else:
            record, match = pair.records[0]
            place = record.location
            fields |= {"description": record.description, "vex_status": "under_investigation", "match": match}
            fields |= {"cwe": record.cwes, "found_by": "sbom_scan"}
        title = names[0] + (f" in {self.items[pair.target].title}" if pair.target in self.items else "")
        item = Item(
            id=item_id,
            type="vulnerability",
            title=title,
            status="draft",  # nobody has approved it
            fields={name: value for name, value in fields.items() if value},
            links={"affects": (pair.target,)},
            location=place,
            citation=item_id,
        )
        self.done[item_id] = self.with_facts(item, [pair])

    def complete(self, item: Item, pairs: list[_Pair]) -> None:
        """Fill an author's item with what files say, and note where they say otherwise."""
        fields: dict[str, Value] = dict(item.fields)
        for pair in pairs:
            for statement, _context in pair.statements:
                for name, value in _from_statement(statement).items():
                    if name in ("cwe", *_CVSS.values()) and value and not fields.get(name):
                        fields[name] = value
        self.done[item.id] = self.with_facts(replace(item, fields=fields), pairs)

    def with_facts(self, item: Item, pairs: list[_Pair]) -> Item:
        """Facts of files that are no matter of judgement: contradictions, dates of records, sources."""
        fields: dict[str, Value] = dict(item.fields)
        said = self.contradictions(item, pairs)
        if said:
            fields["contradiction"] = "; ".join(said)
            self.find("contradicting-statements", item.location, f"{item.id} {item.title}: {fields['contradiction']}.", item.id)
        modified = max((record.modified[:10] for pair in pairs for record, _m in pair.records if record.modified), default="")
        if modified:
            fields["record_modified"] = modified
        for pair in pairs:
            for record, _match in pair.records:
                for rating in record.ratings:
                    fields.setdefault(_CVSS.get(rating.version, "cvss_v31"), rating.vector)
        files = {s.source.path: s.source.date for pair in pairs for s, _c in pair.statements}
        files |= {record.source.path: record.source.date for pair in pairs for record, _m in pair.records}
        if files:
            fields["data_sources"] = tuple(f"{path} of {date or 'unknown date'}" for path, date in sorted(files.items()))
        return replace(item, fields=fields)

    def contradictions(self, item: Item, pairs: list[_Pair]) -> list[str]:
        """Statuses that differ for one release: those of files among each other, and against the author's."""
        releases = {end for end in item.links.get("affects", ()) if end in self.items and self.items[end].type == "release"}
        said = []
        own = item.text("vex_status") if item.docname else ""
        for pair in pairs:
            by_context: dict[str, dict[str, str]] = {}
            for statement, context in pair.statements:
                if statement.status:
                    by_context.setdefault(context, {}).setdefault(statement.status, statement.source.path)
            for context, statuses in sorted(by_context.items()):
                where = f" for {context}" if context else ""
                if len(statuses) > 1:
                    both = ", ".join(f"{status} in {path}" for status, path in sorted(statuses.items()))
                    said.append(f"{pair.target}{where}: {both}")
                elif own and own not in statuses and (not context or not releases or context in releases):
                    status, path = next(iter(statuses.items()))
                    said.append(f"{pair.target}{where}: {status} in {path}, {own} here")
        return list(dict.fromkeys(said))

    def rated(self, item: Item) -> Item:
        """KEV and EPSS of the newest snapshots, with their dates."""
        fields: dict[str, Value] = dict(item.fields)
        names = item.values("vulnerability_ids")
        if self.kev is not None:
            self.listed(item, self.kev, fields)
        if self.epss is not None:
            self.scored(names, self.epss, fields)
        return replace(item, fields=fields)

    def listed(self, item: Item, kev: Kev, fields: dict[str, Value]) -> None:
        is_listed = any(name in kev.entries for name in item.values("vulnerability_ids"))
        said = text_of(fields.get("kev", ""))
        date = kev.source.date
        if said and said != str(is_listed).lower() and (is_listed or date >= text_of(fields.get("kev_date", ""))):
            what = "lists it" if is_listed else "does not list it"
            self.find("differs-from-kev", item.location, f"{item.id} {item.title}: kev is {said}, but {kev.source.path} of {date or 'unknown date'} {what}.", item.id)
        fields["kev"] = str(is_listed).lower()
        if date and date >= text_of(fields.get("kev_date", "")):
            fields["kev_date"] = date

    def scored(self, names: Iterable[str], epss: Epss, fields: dict[str, Value]) -> None:
        found = [epss.scores[name] for name in names if name in epss.scores]
        if found:
            fields["epss"] = max(found, key=lambda pair: float(pair[0]))[0]
            fields["epss_date"] = epss.source.date

    def find(self, rule: str, place: Location, message: str, item: str = "") -> None:
        self.findings.append(
            Finding(
                rule=rule,
                severity=Severity.WARNING,
                item=item,
                location=place,
                message=message,
                remedy=_REMEDIES[rule],
            )
        )


_REMEDIES = {
    "statement-without-product": "Name the products; a vulnerability alone says nothing about a device.",
    "unknown-product": "Name a component of a bill of materials that is read, or read that bill.",
    "contradicting-statements": "Find out which is right, and correct or withdraw the other.",
    "differs-from-kev": "Assess it again on the newer catalogue.",
}


def new_id(name: str, target: str) -> str:
    """Id of the item that stands for a vulnerability in a component or release."""
    return f"VUL-{slug(name, 60)}-{target}"


class _Aliases:
    """Ids that stand for one vulnerability; CVE numbers name the group."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}

    def add(self, ids: Iterable[str]) -> None:
        names = sorted(ids, key=lambda name: (not name.startswith("CVE-"), name))
        for name in names:
            first, second = self.of(names[0]), self.of(name)
            if first != second:
                keep, drop = sorted((first, second), key=lambda name: (not name.startswith("CVE-"), name))
                self.parent[drop] = keep

    def of(self, name: str) -> str:
        while self.parent.get(name, name) != name:
            name = self.parent[name]
        return name


def _words(match: Match) -> str:
    reason = f" ({match.reason})" if match.reason else ""
    return f"{match.by}, version {_CERTAINTY[match.certainty]}{reason}"


def _rank(status: str) -> int:
    return GRAVEST.index(status) if status in GRAVEST else 1


def _from_statement(statement: Statement) -> dict[str, Value]:
    return {
        "description": statement.description or statement.detail,
        "vex_status": statement.status,
        "vex_justification": statement.justification if statement.status == "not_affected" else "",
        "vex_justification_text": statement.justification_text,
        "impact_statement": statement.detail if statement.status == "not_affected" else "",
        "action_statement": statement.action,
        "cwe": statement.cwes,
        **_vectors(statement.ratings),
    }


def _vectors(ratings: Iterable[Rating]) -> dict[str, Value]:
    """One vector for each version of CVSS, the first of each."""
    found: dict[str, Value] = {}
    for rating in ratings:
        if rating.version in _CVSS:
            found.setdefault(_CVSS[rating.version], rating.vector)
    return found
