"""A trace and newer data on vulnerabilities in; only what is new since its assessments out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .advisory import Advisory, Epss, Kev, Statement, VulnerabilityRecord
from .affected import Match, affects, meant
from .bom import BomComponent
from .candidates import Candidates
from .values import is_date

MATCH, STATEMENT, CHANGED, EXPLOITED = "match", "statement", "changed", "exploited"
KINDS = {
    EXPLOITED: "now listed as known exploited",
    MATCH: "a component that a record calls affected, without a vulnerability item",
    STATEMENT: "a component that an advisory speaks of, without a vulnerability item",
    CHANGED: "a vulnerability item whose record changed after it was assessed",
}
#: Statuses in which an item says nothing of the file as it is now, as in a build.
_GONE = ("superseded", "retired", "rejected")


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    """One thing that the file does not know yet.

    :param kind: a key of :data:`KINDS`.
    :param ids: numbers of the vulnerability.
    :param item: id of the vulnerability item, component: of the component; whichever it is about.
    :param label: name of the item or component.
    :param date: day on which the data say that it became so; may be empty.
    :param file: name of the data file; line: where in it.
    """

    kind: str
    ids: tuple[str, ...]
    item: str = ""
    component: str = ""
    label: str = ""
    reason: str = ""
    date: str = ""
    file: str = ""
    line: int = 0
    is_exploited: bool = False
    epss: str = ""
    epss_percentile: str = ""


@dataclass
class Newer:
    """What is new, and what could not be told.

    :param uncounted: what the data hold that no statement can be made from, each in words with its number.
    """

    news: list[New] = field(default_factory=list)
    uncounted: Counter[str] = field(default_factory=Counter)


def compare(
    document: Mapping[str, Any],
    records: Sequence[VulnerabilityRecord],
    advisories: Sequence[Advisory],
    kev: Sequence[Kev],
    epss: Sequence[Epss],
) -> Newer:
    """List what data say that the items of a trace do not.

    :param document: content of a trace.json.
    """
    return _Comparison(document, kev, epss).run(records, advisories)


class _Comparison:
    def __init__(self, document: Mapping[str, Any], kev: Sequence[Kev], epss: Sequence[Epss]) -> None:
        self.items: dict[str, Mapping[str, Any]] = {item["id"]: item for item in document["items"]}
        self.kev = max(kev, key=lambda one: (one.source.date, one.source.path), default=None)
        self.epss = max(epss, key=lambda one: (one.source.date, one.source.path), default=None)
        self.by_number: dict[str, list[Mapping[str, Any]]] = {}
        for item in self.items.values():
            if item["type"] == "vulnerability" and item["status"] not in _GONE:
                for number in _values(item, "vulnerability_ids"):
                    self.by_number.setdefault(number, []).append(item)
        live = [i for i in self.items.values() if i["type"] == "component" and i["verdict"] != "inactive"]
        self.components = Candidates((item["id"], _component(item)) for item in live)
        self.by_ref = {(_text(i, "bill_serial"), _text(i, "bom_ref")): i["id"] for i in live if _text(i, "bom_ref")}
        self.done = Newer()
        self.found: dict[tuple[str, ...], New] = {}

    def run(self, records: Iterable[VulnerabilityRecord], advisories: Iterable[Advisory]) -> Newer:
        for record in records:
            self.record(record)
        for advisory in advisories:
            for statement in advisory.statements:
                self.statement(statement)
        self.exploited()
        order = list(KINDS)
        self.done.news = sorted(
            self.found.values(), key=lambda new: (order.index(new.kind), new.ids, new.item, new.component)
        )
        return self.done

    def record(self, record: VulnerabilityRecord) -> None:
        said = f"was withdrawn ({record.withdrawn})" if record.withdrawn else "changed"
        self.changed(record.ids, record.modified, said, record.source.path, record.location.line)
        for item_id, component in self.components.of_record(record):
            match = affects(record, component)
            if match is not None and not self.is_covered(record.ids, item_id):
                self.add(MATCH, record.ids, item_id, _words(match), record)

    def statement(self, statement: Statement) -> None:
        ends: dict[str, Match | None] = {}
        for product in statement.products:
            if product.ref and (product.serial, product.ref) in self.by_ref:
                ends.setdefault(self.by_ref[product.serial, product.ref])
            for item_id, component in self.components.of_product(product):
                match = meant(product, component)
                if match is not None:
                    ends[item_id] = match
        if not ends:
            self.done.uncounted["statements about products that are no components of this file"] += 1
            return
        day = statement.updated or statement.published
        for item_id, match in sorted(ends.items()):
            if self.is_covered(statement.ids, item_id):
                about = f"changed: {statement.status or statement.status_text or 'no status'} for {item_id}"
                self.changed(statement.ids, day, about, statement.source.path, statement.location.line, item_id)
            elif statement.status in ("not_affected", "fixed"):
                self.done.uncounted[f"statements that a component without an item is {statement.status}"] += 1
            else:
                status = statement.status or statement.status_text or "no status"
                why = f"{status}, {_words(match)}" if match else f"{status}, by its key in the bill of materials"
                self.add(STATEMENT, statement.ids, item_id, why, statement)

    def is_covered(self, ids: Iterable[str], component: str) -> bool:
        """Whether an item speaks of the vulnerability in the component, or in a whole release that holds it."""
        releases = set(self.items[component]["links"].get("part_of", ()))
        for item in (item for number in ids for item in self.by_number.get(number, ())):
            ends = item["links"].get("affects", ())
            if component in ends:
                return True
            is_of_parts = any(self.items.get(end, {}).get("type") == "component" for end in ends)
            if not is_of_parts and releases & set(ends):
                return True
        return False

    def changed(self, ids: Iterable[str], moment: str, what: str, file: str, line: int, component: str = "") -> None:
        """Items assessed before the data changed; without a day of assessment nothing says that they were not."""
        items = {item["id"]: item for number in ids for item in self.by_number.get(number, ())}
        for item_id, item in sorted(items.items()):
            if component and component not in item["links"].get("affects", ()):
                continue
            day, assessed = moment[:10], _text(item, "assessed_on")
            if not is_date(day):
                self.done.uncounted["records of known vulnerabilities that carry no date of change"] += 1
            elif not assessed or day > assessed:
                new = New(
                    kind=CHANGED,
                    ids=tuple(ids),
                    item=item_id,
                    component=component,
                    label=item["title"],
                    reason=f"{what} on {day}, " + (f"assessed on {assessed}" if assessed else "no day of assessment"),
                    date=day,
                    file=file,
                    line=line,
                    **self.facts(_values(item, "vulnerability_ids")),
                )
                key = (CHANGED, item_id)
                if key not in self.found or self.found[key].date < day:
                    self.found[key] = new

    def add(
        self, kind: str, ids: tuple[str, ...], component: str, reason: str, of: VulnerabilityRecord | Statement
    ) -> None:
        """A pair that no item names; the first file that tells of it counts, a record before a statement."""
        pairs = [(MATCH, number, component) for number in ids]
        if any(pair in self.found for pair in pairs):
            return
        known = sorted({item["id"] for number in ids for item in self.by_number.get(number, ())})
        if known:
            reason += f"; {', '.join(known)} is of the same vulnerability and does not name it"
        moment = of.modified if isinstance(of, VulnerabilityRecord) else of.updated
        self.found[pairs[0]] = New(
            kind=kind,
            ids=ids,
            component=component,
            label=self.items[component]["title"],
            reason=reason,
            date=moment[:10] if is_date(moment[:10]) else "",
            file=of.source.path,
            line=of.location.line,
            **self.facts(ids),
        )

    def facts(self, ids: Iterable[str]) -> dict[str, Any]:
        names = [*ids]
        scores = [self.epss.scores[name] for name in names if name in self.epss.scores] if self.epss else []
        listed = self.kev is not None and any(name in self.kev.entries for name in names)
        epss, percentile = max(scores, key=lambda one: (float(one[0]), float(one[1])), default=("", ""))
        return {"is_exploited": listed, "epss": epss, "epss_percentile": percentile}

    def exploited(self) -> None:
        """Items that the newest catalogue lists and that do not say so."""
        if self.kev is None:
            return
        for number, items in sorted(self.by_number.items()):
            entry = self.kev.entries.get(number)
            for item in items if entry else ():
                if entry and _text(item, "kev") != "true":
                    self.found[EXPLOITED, item["id"], number] = New(
                        kind=EXPLOITED,
                        ids=(number,),
                        item=item["id"],
                        label=item["title"],
                        reason=f"added on {entry.added or 'an unknown day'}"
                        + (f"; {entry.action}" if entry.action else ""),
                        date=entry.added,
                        file=self.kev.source.path,
                        line=entry.location.line,
                        **self.facts((number,)),
                    )


def _words(match: Match) -> str:
    return f"by {match.by}, version {match.certainty}" + (f": {match.reason}" if match.reason else "")


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item["fields"].get(name, "")
    return str(value).lower() if isinstance(value, bool) else value if isinstance(value, str) else ""


def _values(item: Mapping[str, Any], name: str) -> list[str]:
    value = item["fields"].get(name, [])
    return value if isinstance(value, list) else [str(value)]


def _component(item: Mapping[str, Any]) -> BomComponent:
    return BomComponent(
        ref=_text(item, "bom_ref"),
        name=_text(item, "component_name") or item["title"],
        version=_text(item, "version"),
        supplier=_text(item, "supplier"),
        purl=_text(item, "purl"),
        cpe=_text(item, "cpe"),
    )
