"""Statements, public records and lists of exploited vulnerabilities in; vulnerability items out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from .advisory import Statement, VulnerabilityRecord
from .affected import LISTED, POSSIBLE, SPAN, Match
from .agreement import between_items, contradictions, scope_of
from .aliases import Aliases, is_cve, plain_id
from .component_facts import digest, slug
from .components import Components
from .counter import ABSENT, listed_by_bills, listed_by_records
from .exploited import Exploited
from .fixes import releases_of, under_review
from .given import FIELDS, Given, differences, given_in_words, given_of, worst
from .inputs import Inputs
from .item import Finding, Item, Location, Severity, Value
from .pairs import Pair, Pairs, pairs_of
from .values import is_date
from .weblinks import listed

#: Of statements that contradict each other the gravest counts; one without a status is as open as one under way.
GRAVEST = ("affected", "under_investigation", "", "fixed", "not_affected")
_CERTAINTY = {LISTED: "listed as affected", SPAN: "inside an affected span", POSSIBLE: "possibly affected"}


@dataclass
class Vulnerabilities:
    """What statements and records became.

    :param items: changed author's items and new ones, by id.
    :param given: the CVSS vectors that files give each of them.
    """

    items: dict[str, Item] = field(default_factory=dict)
    given: dict[str, tuple[Given, ...]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def join_vulnerabilities(
    inputs: Inputs, joined: Components, items: Mapping[str, Item], is_live: Callable[[Item], bool], as_of: str = ""
) -> Vulnerabilities:
    """Join on the pair of vulnerability and product; an author's item takes the pairs that it names.

    :param items: all items, components joined.
    :param as_of: day after which no statement takes the place of another.
    """
    listed_in: dict[str, set[str]] = defaultdict(set)
    for (path, _ref), component in joined.of_key.items():
        listed_in[component].add(joined.releases.get(path, ""))
    return _Join(inputs, items, is_live, pairs_of(inputs, joined, items, is_live, as_of), listed_in).run()


class _Join:
    def __init__(
        self,
        inputs: Inputs,
        items: Mapping[str, Item],
        is_live: Callable[[Item], bool],
        pairs: Pairs,
        listed_in: Mapping[str, Iterable[str]],
    ) -> None:
        self.listed_in, self.reviewed = listed_in, under_review(items)
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

    def parts_of_releases(self) -> dict[str, dict[str, list[Pair]]]:
        """Pairs with components, by the releases that these are a part of and their key; all releases are keys."""
        found: dict[str, dict[str, list[Pair]]] = {
            item.id: defaultdict(list) for item in self.items.values() if item.type == "release"
        }
        for pair in self.pairs.found:
            releases = {said.release for said in pair.statements}
            for release in (releases | set(releases_of(self.items[pair.target], self.items))) & found.keys():
                if release != pair.target:
                    found[release][pair.key].append(pair)
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
        said = self.against(item, fields, pairs, is_new=is_new)
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
        self.scored(item, fields, keys, pairs)
        addresses = [one for pair in pairs for said in pair.statements for one in said.statement.references]
        fields["references"], fields["references_left"] = listed(
            (*addresses, *(one for record in records for one in record.references))
        )
        names = keys | {plain_id(name) for name in item.values("vulnerability_ids")}
        rated, differs = self.exploited.rate(item, names)
        self.looked_up_later += self.is_live(item) and self.exploited.is_older_than(item, names)
        if differs:
            self.find("differs-from-kev", item, f"{differs}.")
        known = {name: value for name, value in fields.items() if value or name in item.fields}
        return replace(item, fields={**known, **rated})

    def against(self, item: Item, fields: dict[str, Value], pairs: list[Pair], *, is_new: bool) -> list[str]:
        """What contradicts an item, and what records and bills say against the status that its author gives."""
        own = "" if is_new else item.text("vex_status")
        keys = {pair.key for pair in pairs} | self.keys.get(item.id, frozenset())
        scope = scope_of(item, self.items, self.reviewed)
        parts = {
            release: [pair for key in sorted(keys) for pair in found.get(key, ())]
            for release, found in self.parts.items()
        }
        said = contradictions(item, own, pairs, parts, is_whole=not is_new and scope.is_whole)
        if is_new or not self.is_live(item):
            return said
        others = {other.id: other for key in sorted(keys) for other in self.by_key.get(key, ())}
        said += between_items(item, others.values(), self.items, self.reviewed)
        inside = {pair.target: pair for release in sorted(scope.releases) for pair in parts.get(release, ())}
        meant = [*pairs, *inside.values()] if scope.is_whole else pairs
        if own == "fixed":
            fields["record_lists"] = listed_by_records(scope, meant, self.items)
        elif own == "not_affected" and item.text("vex_justification") == ABSENT:
            records = [record for key in sorted(keys) for record in self.pairs.records.get(key, ())]
            fields["bill_lists"] = listed_by_bills(scope, meant, records, self.items, self.listed_in)
        return said

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
            if rating.version in FIELDS:
                vectors[FIELDS[rating.version]].add(rating.vector)
        for name, found in vectors.items():
            if not fields.get(name):
                fields[name] = worst(found)

    def scored(self, item: Item, fields: dict[str, Value], keys: Iterable[str], pairs: Iterable[Pair]) -> None:
        """Who gave which vector, and where they disagree."""
        given = given_of(keys, pairs, self.pairs.records)
        fields["given_scores"] = given_in_words(given)
        fields["scores_differ"] = "; ".join(differences(replace(item, fields=fields), given).values())
        self.done.given[item.id] = given

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
