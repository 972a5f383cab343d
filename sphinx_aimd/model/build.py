"""Authors' records, the catalogue and inputs in; the graph and the model errors out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..catalogue import Catalogue
from ..tracemodel import Field, ItemType, TraceModel
from . import marks, values
from .files import join_files
from .fingerprint import fingerprint
from .fixes import under_review
from .graph import Graph
from .inputs import Inputs
from .item import Finding, Item, Location, Option, Record, Severity, Value
from .results import bind

#: Options that every directive takes besides fields and links.
PLAIN_OPTIONS = ("id", "status")


def build_graph(
    model: TraceModel, catalogue: Catalogue, records: Iterable[Record], inputs: Inputs, as_of: str = ""
) -> tuple[Graph, list[Finding]]:
    """Check every record and join all into one graph.

    A record with a faulty field or link keeps its sound parts; of two records with one id the first
    in the order of files counts. Each fault is one finding.

    :param as_of: date that overrides the one of the release under review; ``inputs.as_of`` is the fallback.
    """
    builder = _Builder(model, catalogue, inputs, as_of)
    for record in sorted(records, key=lambda record: record.location):
        builder.add(record)
    return builder.finish()


def clause_items(model: TraceModel, catalogue: Catalogue) -> dict[str, Item]:
    """Clauses as items of the graph."""
    spec = model.types["clause"].fields
    found = {}
    for clause in catalogue.clauses.values():
        fields: dict[str, Value] = {
            "citation": clause.citation,
            "reference": clause.reference,
            "instrument": clause.instrument.key,
            "text": clause.text,
            "elements": clause.elements,
            "force": clause.force,
            "edition": clause.instrument.edition,
            "jurisdiction": clause.instrument.jurisdiction,
            "applies_to": clause.applies_to,
            "cybersecurity": clause.cybersecurity,
            "expects": clause.expects,
            "checked": clause.checked,
            "seen_in": clause.seen_in,
            "note": clause.note,
            "parent": clause.parent,
            "heading": "true" if clause.heading else "",
        }
        fields = {name: value for name, value in fields.items() if value}
        found[clause.id] = Item(
            id=clause.id,
            type="clause",
            title=clause.title,
            status="",
            fields=fields,
            links={},
            location=clause.location,
            citation=clause.citation,
            fingerprint=fingerprint("clause", clause.title, fields, spec, {}),
        )
    return found


class _Builder:
    def __init__(self, model: TraceModel, catalogue: Catalogue, inputs: Inputs, as_of: str) -> None:
        self.model, self.inputs, self.as_of = model, inputs, as_of
        self.items: dict[str, Item] = clause_items(model, catalogue)
        self.by_case = {item_id.casefold(): item_id for item_id in self.items}
        self.findings: list[Finding] = list(inputs.findings)

    def error(self, rule: str, item: str, place: Location, message: str, remedy: str) -> None:
        self.findings.append(
            Finding(
                rule=rule,
                severity=Severity.ERROR,
                item=item,
                location=place,
                message=message,
                remedy=remedy,
                is_model_error=True,
            )
        )

    def add(self, record: Record) -> None:
        kind = self.model.types[record.type]
        options = {option.name: option for option in record.options}
        item_id = self.checked_id(record, kind, options)
        if item_id is None:
            return
        status = self.status(item_id, record, options)
        fields, lines = self.fields(item_id, record, kind)
        item = Item(
            id=item_id,
            type=record.type,
            title=record.title,
            status=status,
            fields=fields,
            links=self.links(item_id, record, options),
            location=record.location,
            docname=record.docname,
            citation=item_id,
            fingerprint=fingerprint(record.type, record.title, fields, kind.fields, self.inputs.files),
            lines=lines,
        )
        self.items[item_id] = item
        self.by_case[item_id.casefold()] = item_id

    def place(self, record: Record, option: Option | None = None) -> Location:
        return Location(record.location.file, option.line if option else record.location.line)

    def checked_id(self, record: Record, kind: ItemType, options: Mapping[str, Option]) -> str | None:
        option = options.get("id")
        place = self.place(record, option)
        if option is None or not option.value:
            remedy = f"Add :id:, for example {kind.prefix}-001." if kind.prefix else "Add :id:."
            self.error("id", "", place, f"{record.type} {record.title!r} has no id.", remedy)
            return None
        item_id = option.value
        if not values.ID.fullmatch(item_id):
            form = "letters and digits in parts joined by - or _, beginning with a letter, without a dot"
            self.error("id", item_id, place, f"{item_id!r} is not an id: {form}.", "Correct the id.")
            return None
        other = self.by_case.get(item_id.casefold())
        if other is not None:
            first = self.items[other].location
            what = "is defined twice" if other == item_id else f"differs from {other} by letter case alone"
            self.error(
                "duplicate", item_id, place, f"{item_id} {what}, first at {first}.", "Give one of them another id."
            )
            return None
        return item_id

    def status(self, item_id: str, record: Record, options: Mapping[str, Option]) -> str:
        option = options.get("status")
        if option is None or not option.value:
            return self.model.default_status
        if option.value not in self.model.statuses:
            known = ", ".join(self.model.statuses)
            hint = values.did_you_mean(option.value, self.model.statuses)
            self.error(
                "value",
                item_id,
                self.place(record, option),
                f"{item_id}: status is {option.value!r}, expected one of {known}.{hint}",
                "Use one of the listed values.",
            )
            return self.model.default_status
        return option.value

    def fields(self, item_id: str, record: Record, kind: ItemType) -> tuple[dict[str, Value], dict[str, int]]:
        found: dict[str, Value] = {}
        lines: dict[str, int] = {}
        for option in record.options:
            lines[option.name] = option.line
            if option.name in PLAIN_OPTIONS or option.name in self.model.links:
                continue
            field = kind.fields.get(option.name)
            if field is None:
                self.unknown_option(item_id, record, kind, option)
            elif field.by_reader:
                message = f"{item_id}: {field.name} comes from files and cannot be written."
                self.error("option", item_id, self.place(record, option), message, "Remove the option.")
            elif field.name == kind.body:
                remedy = "Write it as the content of the directive."
                message = f"{item_id}: {field.name} is the body of type {kind.name}, not an option."
                self.error("option", item_id, self.place(record, option), message, remedy)
            else:
                self.field(item_id, field, option.value, self.place(record, option), found)
        if kind.body:
            self.field(item_id, kind.fields[kind.body], record.body, record.location, found)
        return found, lines

    def field(self, item_id: str, field: Field, text: str, place: Location, found: dict[str, Value]) -> None:
        try:
            value = values.parse(field, text)
        except values.BadValue as error:
            shown = text if len(text) <= 60 else text[:57] + "..."
            expected = str(error).rstrip(".")
            message = (
                f"{item_id}: {field.name} is {shown!r}, expected {expected}{'' if expected.endswith('?') else '.'}"
            )
            self.error("value", item_id, place, message, "Use one of the listed values or the stated form.")
            return
        if value:
            found[field.name] = value

    def unknown_option(self, item_id: str, record: Record, kind: ItemType, option: Option) -> None:
        reverse = self.model.reverse.get(option.name)
        if reverse is not None:
            ends = ", ".join(sorted(reverse.sources))
            remedy = f"Write :{reverse.name}: on the other item ({ends}) instead."
            message = f"{item_id}: {option.name} is read backwards; links are written at their tail."
        else:
            known = [*PLAIN_OPTIONS, *kind.fields, *self.links_of(kind)]
            hint = values.did_you_mean(option.name, known)
            message = f"{item_id}: type {kind.name} has no option {option.name!r}.{hint}"
            remedy = f"Allowed: {', '.join(sorted(set(known) - {kind.body}))}."
        self.error("option", item_id, self.place(record, option), message, remedy)

    def links_of(self, kind: ItemType) -> list[str]:
        return [link.name for link in self.model.links.values() if kind.name in link.sources]

    def links(self, item_id: str, record: Record, options: Mapping[str, Option]) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for option in options.values():
            link = self.model.links.get(option.name)
            if link is None:
                continue
            if record.type not in link.sources:
                allowed = ", ".join(sorted(link.sources))
                message = f"{item_id}: {link.name} cannot start at an item of type {record.type}."
                self.error("link", item_id, self.place(record, option), message, f"It starts at: {allowed}.")
                continue
            targets = tuple(dict.fromkeys(values.split(option.value, ",")))
            if link.maximum is not None and len(targets) > link.maximum:
                message = f"{item_id}: {link.name} has {len(targets)} targets, at most {link.maximum} allowed."
                self.error("link", item_id, self.place(record, option), message, "Keep one.")
            found[link.name] = targets
        return found

    def finish(self) -> tuple[Graph, list[Finding]]:
        self.read_files()
        checked: dict[str, Item] = {}
        for item in self.items.values():
            checked[item.id] = self.with_sound_links(item, self.items) if item.links else item
        is_live = Graph(self.model, checked, self.inputs).is_live
        marked, found = marks.bind(self.inputs.marks, checked)
        self.findings += found
        self.inputs = replace(self.inputs, marked=marked)
        bound = bind(self.inputs.reports, checked, self.inputs.mappings, is_live)
        self.findings += bound.findings
        self.inputs = replace(self.inputs, cases=bound.cases)
        checked.update({result.id: result for result in bound.results if result.id not in checked})
        ordered = {item_id: checked[item_id] for item_id in sorted(checked)}
        return Graph(self.model, ordered, self.inputs), self.findings

    def read_files(self) -> None:
        """Join what files beside the pages hold to what authors wrote."""
        is_live = Graph(self.model, self.items, self.inputs).is_live
        reviewed = [self.items[one] for one in under_review(self.items) if is_live(self.items[one])]
        as_of = self.as_of or (reviewed[0].text("as_of") if len(reviewed) == 1 else "") or self.inputs.as_of
        joined = join_files(self.inputs, self.items, is_live, as_of)
        self.findings += joined.findings
        self.inputs = replace(
            self.inputs,
            released=joined.released,
            placed=joined.placed,
            item_of=joined.item_of,
            given=joined.given,
            stray=(*self.inputs.stray, *joined.stray),
        )
        for item_id, item in joined.items.items():
            fields = self.model.types[item.type].fields if item.type in self.model.types else {}
            self.items[item_id] = replace(
                item, fingerprint=fingerprint(item.type, item.title, item.fields, fields, self.inputs.files)
            )

    def with_sound_links(self, item: Item, items: Mapping[str, Item]) -> Item:
        """Report dangling links and links to a type that may not have them; only the former stay, as missing."""
        links: dict[str, tuple[str, ...]] = {}
        for name, targets in item.links.items():
            link = self.model.links[name]
            kept = []
            for target in targets:
                place = Location(item.location.file, item.lines.get(name, item.location.line))
                if target not in items:
                    near = [other.id for other in items.values() if other.type in link.targets]
                    hint = values.did_you_mean(target, near)
                    message = f"{item.id}: {name} points to {target}, which does not exist.{hint}"
                    self.error("link", item.id, place, message, "Correct the id or write the item.")
                    kept.append(target)
                elif items[target].type not in link.targets:
                    allowed = ", ".join(sorted(link.targets))
                    message = f"{item.id}: {name} points to {target} of type {items[target].type}."
                    self.error("link", item.id, place, message, f"It may point to: {allowed}.")
                elif target == item.id:
                    self.error("link", item.id, place, f"{item.id}: {name} points to itself.", "Remove the link.")
                else:
                    kept.append(target)
            if kept:
                links[name] = tuple(kept)
        return replace(item, links=links)
