"""Statements, public records and lists of exploited vulnerabilities in; vulnerability items out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from . import scores
from .advisory import Statement, VulnerabilityRecord
from .affected import LISTED, POSSIBLE, SPAN, Match
from .agreement import contradictions
from .aliases import Aliases, is_cve, plain_id
from .component_facts import digest, slug
from .components import Components
from .exploited import Exploited
from .inputs import Inputs
from .item import Finding, Item, Location, Severity, Value
from .pairs import Pair, Pairs, pairs_of
from .values import is_date

#: Of statements that contradict each other the gravest counts; one without a status is as open as one under way.
GRAVEST = ("affected", "under_investigation", "", "fixed", "not_affected")
_CERTAINTY = {LISTED: "listed as affected", SPAN: "inside an affected span", POSSIBLE: "possibly affected"}
_CVSS = {"2.0": "cvss_v20", "3.0": "cvss_v30", "3.1": "cvss_v31", "4.0": "cvss_v40"}


@dataclass
class Vulnerabilities:
    """What statements and records became.

    :param items: changed author's items and new ones, by id.
    """

    items: dict[str, Item] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def join_vulnerabilities(
    inputs: Inputs, joined: Components, items: Mapping[str, Item], is_live: Callable[[Item], bool]
) -> Vulnerabilities:
    """Join on the pair of vulnerability and product; an author's item takes the pairs that it names.

    :param items: all items, components joined.
    """
    return _Join(inputs, items, is_live, pairs_of(inputs, joined, items, is_live)).run()


class _Join:
    def __init__(
        self, inputs: Inputs, items: Mapping[str, Item], is_live: Callable[[Item], bool], pairs: Pairs
    ) -> None:
        self.items, self.is_live, self.pairs = items, is_live, pairs
        self.aliases: Aliases = pairs.aliases
        self.exploited = Exploited(inputs.kev, inputs.epss)
        self.looked_up_later = 0
        self.done = Vulnerabilities(findings=list(pairs.findings))
        self.authored = [item for item in items.values() if item.type == "vulnerability"]
        self.keys = {item.id: self.aliases.keys_of_author(item.values("vulnerability_ids")) for item in self.authored}
        self.by_key: dict[str, list[Item]] = defaultdict(list)
        for item in self.authored:
            for key in self.keys[item.id] if is_live(item) else ():
                self.by_key[key].append(item)
        self.ids = self.new_ids()
        self.parts = self.parts_of_releases()

    def run(self) -> Vulnerabilities:
        covered: dict[str, list[Pair]] = defaultdict(list)
        for pair in self.pairs.found:
            owners = self.owners(pair)
            for owner in owners:
                covered[owner].append(pair)
            if not owners:
                self.new_item(pair)
        for item in self.authored:
            self.complete(item, covered[item.id])
        self.done.findings += self.exploited.older(self.looked_up_later)
        return self.done

    def new_ids(self) -> dict[tuple[str, str], str]:
        """Ids for pairs, if no author's item takes them; where several want one, each gets digits of its own."""
        wanted = {(pair.key, pair.target): f"VUL-{slug(_name(pair), 60)}-{pair.target}" for pair in self.pairs.found}
        uses: dict[str, int] = defaultdict(int)
        for name in wanted.values():
            uses[name.casefold()] += 1
        taken = {item_id.casefold() for item_id in self.items}
        for (key, target), name in wanted.items():
            is_own = name in self.keys and self.completes(self.items[name], key)
            if uses[name.casefold()] > 1 or not slug(key) or (name.casefold() in taken and not is_own):
                wanted[key, target] = f"{name}-{digest((key, target))}".replace("--", "-")
        return wanted

    def completes(self, item: Item, key: str) -> bool:
        """Whether an author's item that has the id of a pair is meant for it."""
        return self.is_live(item) and (key in self.keys[item.id] or not self.keys[item.id])

    def parts_of_releases(self) -> dict[str, list[Pair]]:
        """Pairs with components, by the releases that these are a part of; all releases are keys."""
        found: dict[str, list[Pair]] = {item.id: [] for item in self.items.values() if item.type == "release"}
        for pair in self.pairs.found:
            for release in {said.release for said in pair.statements} & found.keys():
                if release != pair.target:
                    found[release].append(pair)
        return found

    def owners(self, pair: Pair) -> list[str]:
        """Author's items that name the vulnerability and the component or release, or have the id of the pair."""
        found = {item.id for item in self.by_key.get(pair.key, ()) if pair.target in item.links.get("affects", ())}
        own = self.ids[pair.key, pair.target]
        return sorted(found | ({own} if own in self.keys else set()))

    def new_item(self, pair: Pair) -> None:
        """An item that no author has written: what files state, or a match that waits for its assessment."""
        item_id = self.ids[pair.key, pair.target]
        fields: dict[str, Value] = {"vulnerability_ids": tuple(sorted(pair.ids, key=lambda n: (not is_cve(n), n)))}
        if pair.statements:
            said = min((said.statement for said in pair.statements), key=_gravity)
            fields |= _from_statement(said)
            place = said.location
        else:
            record = min(pair.records, key=lambda one: (one[1].rank, one[0].ids, one[0].source.path))[0]
            fields |= {"description": record.description, "cwe": record.cwes, "found_by": "sbom_scan"}
            fields["vex_status"] = "under_investigation"
            place = record.location
        target = self.items[pair.target]
        item = Item(
            id=item_id,
            type="vulnerability",
            title=f"{_name(pair)} in {target.title}",
            status="draft",  # nobody has approved it
            fields={name: value for name, value in fields.items() if value},
            links={"affects": (pair.target,)},
            location=place,
            citation=item_id,
        )
        self.done.items[item_id] = self.with_facts(item, [pair], is_new=True)

    def complete(self, item: Item, pairs: list[Pair]) -> None:
        """Fill an author's item with what files say, and note where they say otherwise."""
        fields: dict[str, Value] = dict(item.fields)
        links = dict(item.links)
        for pair in pairs:
            if pair.target not in links.get("affects", ()):  # taken up by its id
                links["affects"] = (*links.get("affects", ()), pair.target)
            if not item.fields.get("vulnerability_ids"):
                fields["vulnerability_ids"] = tuple(pair.ids)
        self.done.items[item.id] = self.with_facts(replace(item, fields=fields, links=links), pairs)

    def with_facts(self, item: Item, pairs: list[Pair], *, is_new: bool = False) -> Item:
        """Facts of files that are no matter of judgement: contradictions, days of records, scores, sources."""
        fields: dict[str, Value] = dict(item.fields)
        said = contradictions(item, "" if is_new else item.text("vex_status"), pairs, self.parts)
        if said:
            fields["contradiction"] = "; ".join(said)
            self.find("contradicting-statements", item, f"{fields['contradiction']}.")
        self.weaknesses(fields, pairs)
        fixed = {version for pair in pairs for one in pair.statements for version in one.statement.fixed_versions}
        fixed |= {version for pair in pairs for _record, match in pair.records for version in match.fixed}
        if fixed:
            fields["fixed_in"] = tuple(sorted(fixed))
        matches = sorted({(match.rank, _words(match)) for pair in pairs for _record, match in pair.records})
        doubts = sorted({said.doubt for pair in pairs for said in pair.statements if said.doubt})
        words = [words for _rank, words in matches] + [f"possibly meant by a statement ({doubt})" for doubt in doubts]
        if words:
            fields["match"] = "; ".join(words)
        keys = {pair.key for pair in pairs} | self.keys.get(item.id, frozenset())
        records = [record for key in sorted(keys) for record in self.pairs.records.get(key, ())]
        self.changes(item, fields, records, is_new=is_new)
        files = {s.statement.source.path: s.statement.source.date for pair in pairs for s in pair.statements}
        files |= {record.source.path: record.source.date for record in records}
        if files:
            fields["data_sources"] = tuple(f"{path} of {day or 'unknown date'}" for path, day in sorted(files.items()))
        names = keys | {plain_id(name) for name in item.values("vulnerability_ids")}
        rated, differs = self.exploited.rate(item, names)
        self.looked_up_later += self.is_live(item) and self.exploited.is_older_than(item, names)
        if differs:
            self.find("differs-from-kev", item, f"{differs}.")
        return replace(item, fields={**fields, **rated})

    def weaknesses(self, fields: dict[str, Value], pairs: Iterable[Pair]) -> None:
        """Weakness classes and vectors that the item has none of: of each version of CVSS the one that scores worst."""
        statements = [said.statement for pair in pairs for said in pair.statements]
        records = [record for pair in pairs for record, _match in pair.records]
        cwes = sorted({cwe for statement in statements for cwe in statement.cwes})
        if cwes and not fields.get("cwe"):
            fields["cwe"] = tuple(cwes)
        vectors: dict[str, set[str]] = defaultdict(set)
        ratings = [rating for statement in statements for rating in statement.ratings]
        ratings += [rating for record in records for rating in record.ratings]
        for rating in ratings:
            if rating.version in _CVSS:
                vectors[_CVSS[rating.version]].add(rating.vector)
        for name, found in vectors.items():
            if not fields.get(name):
                fields[name] = max(sorted(found), key=_score)

    def changes(
        self, item: Item, fields: dict[str, Value], records: Iterable[VulnerabilityRecord], *, is_new: bool
    ) -> None:
        """When the public records changed last, and whether one was withdrawn; none of it ends an assessment itself."""
        days = [(record.modified or record.published)[:10] for record in records]
        known = [day for day in days if is_date(day)]
        if known:
            fields["record_modified"] = max(known)
        if is_new or not self.is_live(item):
            return
        if len(known) < len(days):
            self.find("record-without-date", item, "a public record does not say when it changed.", Severity.INFO)
        for record in records:
            if record.withdrawn:
                when = f" on {record.withdrawn[:10]}" if is_date(record.withdrawn[:10]) else ""
                self.find("withdrawn-record", item, f"{record.source.path} was withdrawn{when}.", Severity.INFO)

    def find(self, rule: str, item: Item, message: str, severity: Severity = Severity.WARNING) -> None:
        self.done.findings.append(
            Finding(
                rule=rule,
                severity=severity,
                item=item.id,
                location=item.location,
                message=f"{item.id} {item.title}: {message}",
                remedy=_REMEDIES[rule],
            )
        )


_REMEDIES = {
    "contradicting-statements": "Find out which is right, and correct or withdraw the other.",
    "differs-from-kev": "Assess it again on the newer catalogue.",
    "record-without-date": "Check by hand that the assessment covers the record as it stands.",
    "withdrawn-record": "Check whether the assessment still says what is right.",
}


def _name(pair: Pair) -> str:
    """The number by which a pair is called."""
    return pair.key if is_cve(pair.key) else next(iter(sorted(pair.ids)), pair.key)


def _gravity(statement: Statement) -> tuple[int, str, str, str, int]:
    order = GRAVEST.index(statement.status) if statement.status in GRAVEST else 1
    place: Location = statement.location
    return order, statement.justification, statement.detail, place.file, place.line


def _words(match: Match) -> str:
    reason = f" ({match.reason})" if match.reason else ""
    return f"{match.by}, version {_CERTAINTY[match.certainty]}{reason}"


def _from_statement(statement: Statement) -> dict[str, Value]:
    return {
        "description": statement.description or statement.detail,
        "vex_status": statement.status,
        "vex_justification": statement.justification if statement.status == "not_affected" else "",
        "vex_justification_text": statement.justification_text,
        "impact_statement": statement.detail if statement.status == "not_affected" else "",
        "action_statement": statement.action,
    }


def _score(vector: str) -> float:
    found = scores.score(vector)
    return found.base if isinstance(found, scores.Score) else -1.0
