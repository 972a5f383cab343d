"""Threat models of other tools in; assets, interfaces and threats out, as drafts that prove nothing.

What a file says of state, severity and mitigation is kept as text: nobody of this project has assessed it. Each item
is a draft until an author writes an item of the same id and approves it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from .import_ids import BOUNDARY, FLOW, Group, finding, groups_of, type_of
from .imported import ImportedModel, ModelElement, ModelThreat
from .item import Finding, Item, Location, Value

DRAFT, REJECTED = "draft", "rejected"
#: Fields of free text, in which an author's words and a file's may both hold.
_PROSE = ("description", "path")
_OUT = "Out of scope in the threat model: "
_BOUND = "Write it into the threat model, or write an item with this id that says it."


def items_of(models: Iterable[ImportedModel], items: Mapping[str, Item]) -> tuple[list[Item], list[Finding]]:
    """Make items of imported threat models.

    Elements become assets, flows interfaces between them, threats threats. The id is prefix, mark of the type and key;
    where the project maps a key to an author's item, it is that item's id, and what the file adds is joined to it.

    :param items: authors' items, to which the mappings lead; they are not changed here.
    """
    groups, findings = groups_of(models, items)
    made: dict[str, Item] = {}
    for group in groups:
        one = _Import(group)
        mine = set[str]()
        for item in one.run():
            earlier = made.get(item.id)
            if earlier is None:
                made[item.id] = item
            elif item.id in mine or item.id in items:
                made[item.id] = _united(earlier, item)
                findings += _named_otherwise(earlier, item, group)
            else:
                message = f"{item.id} is made from {earlier.location} and from {item.location}; the latter is left out."
                remedy = "Give the files prefixes that do not begin alike."
                findings.append(finding("import-id", item.id, item.location, message, remedy, is_model_error=True))
            mine.add(item.id)
        findings += one.findings
    findings += _spelled_alike(made, items)
    return [_beside(item, items[item.id]) if item.id in items else item for item in made.values()], findings


def _beside(item: Item, authored: Item) -> Item:
    """What a file adds to an author's item: prose that the author has written anew is kept as stated in the file."""
    fields = dict(item.fields)
    for name in _PROSE:
        text = fields.get(name, "")
        if isinstance(text, str) and text and authored.fields.get(name) not in (None, "", text):
            fields["source_says"] = "\n\n".join(filter(None, (str(fields.get("source_says", "")), text)))
            del fields[name]
    if authored.fields.get("method"):
        fields.pop("method", None)  # how a threat was found is the author's to say
    return replace(item, fields=fields)


def _named_otherwise(first: Item, second: Item, group: Group) -> Iterator[Finding]:
    """Two files of one prefix that use one key for different things, as far as their names tell."""
    if first.title != second.title and first.id not in group.bound:
        key = ", ".join(second.values("source_key"))
        message = f"{first.id}: the key {key[:60]!r} is {first.title[:60]!r} at {first.location} and "
        message += f"{second.title[:60]!r} at {second.location}; files of one prefix are parts of one model."
        yield finding("import-id", first.id, second.location, message, "Give each model a prefix of its own.")


def _spelled_alike(made: Mapping[str, Item], items: Mapping[str, Item]) -> Iterator[Finding]:
    """New ids that differ from an author's by the case of letters alone; such a pair cannot be told apart."""
    known = {item_id.casefold(): item_id for item_id in items}
    for item_id, item in made.items():
        other = known.get(item_id.casefold(), item_id)
        if other != item_id:
            message = f"{item_id}, read from {item.location}, differs from {other} by letter case alone."
            remedy = f"Write {item_id}, or map the key to another id."
            yield finding("import-id", item_id, item.location, message, remedy, is_model_error=True)


def _united(first: Item, second: Item) -> Item:
    """One item of two entries that are one thing: links and different texts of both, out of scope only if both are."""
    fields: dict[str, Value] = dict(first.fields)
    for name, value in second.fields.items():
        old = fields.get(name)
        if not old or old == value:
            fields[name] = value
        elif isinstance(old, tuple) or isinstance(value, tuple):
            both = (*_values(old), *_values(value))
            fields[name] = tuple(dict.fromkeys(both))
        elif name == "trust_boundary":
            fields[name] = "true"  # one of both crosses one
        elif value not in old.split("\n\n"):
            fields[name] = f"{old}\n\n{value}"
    status = first.status if first.status == second.status else DRAFT
    if status != REJECTED:
        fields.pop("status_reason", None)
    links = {
        name: tuple(dict.fromkeys((*first.links.get(name, ()), *second.links.get(name, ()))))
        for name in {**first.links, **second.links}
    }
    return replace(first, status=status, fields=fields, links=links)


def _values(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,)


class _Import:
    """Makes the items of one group of files."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self.findings: list[Finding] = []
        self.elements: dict[str, ModelElement] = {}
        for model in group.models:
            for element in model.elements:
                self.elements.setdefault(element.key, element)

    def run(self) -> Iterator[Item]:
        for model in self.group.models:
            for element in model.elements:
                if element.role == FLOW:
                    yield self.interface(element, model)
                elif element.role != BOUNDARY:
                    yield self.asset(element, model)
            for threat in model.threats:
                yield self.threat(threat, model)
            self.unknown_classes(model)

    def item(
        self,
        kind: str,
        key: str,
        title: str,
        model: ImportedModel,
        fields: Mapping[str, Value],
        links: Mapping[str, tuple[str, ...]],
        place: Location,
    ) -> Item:
        item_id = self.group.ids[kind, key]
        known: dict[str, Value] = {**fields, "source": (model.source.path,), "source_key": (key,)}
        return Item(
            id=item_id,
            type=kind,
            title=title,
            status=DRAFT,
            fields={name: value for name, value in known.items() if value},
            links={name: targets for name, targets in links.items() if targets},
            location=place,
            citation=item_id,
        )

    def asset(self, element: ModelElement, model: ImportedModel) -> Item:
        name = element.name or f"{element.role} {element.key}"
        fields: dict[str, Value] = {
            "description": element.description,
            "kind": "data" if element.role == "data" else "",
            "zone": self.elements[element.boundary].name if element.boundary in self.elements else "",
            "source_says": "; ".join(
                filter(None, (element.kind, element.protocol, element.is_encrypted, element.is_authenticated))
            ),
        }
        return self.scoped(self.item("asset", element.key, name, model, fields, {}, element.location), element)

    def interface(self, element: ModelElement, model: ImportedModel) -> Item:
        ends = [self.end(element, end) for end in dict.fromkeys(element.ends)]
        between = " to ".join(self.name_of(end) for end in element.ends if end)
        none = "none" if element.is_authenticated == "none" else ""
        fields: dict[str, Value] = {
            "description": element.description,
            "protocol": element.protocol,
            "encryption": element.is_encrypted,
            "authentication": f"{none} (the threat model gives no reason)" if none else element.is_authenticated,
            "direction": "both" if element.is_bidirectional else "",
            "trust_boundary": self.crosses(element, model),
            "source_says": "; ".join(filter(None, (element.kind, between))),
        }
        links = {"connects": tuple(end for end in ends if end)}
        title = element.name or between or element.key
        return self.scoped(self.item("interface", element.key, title, model, fields, links, element.location), element)

    def scoped(self, item: Item, element: ModelElement) -> Item:
        """An element out of scope with a reason asks for no threats; without one it asks for them as any other."""
        if not element.out_of_scope:
            return item
        if not element.reason_out_of_scope:
            message = f"{item.id} {item.title} is out of scope in {item.location}, and no reason is given."
            remedy = "Give the reason in the threat model; until then the element counts as in scope."
            self.findings.append(finding("import-scope", item.id, item.location, message, remedy))
            return item
        reason = _OUT + element.reason_out_of_scope
        return replace(item, status=REJECTED, fields={**item.fields, "status_reason": reason})

    def name_of(self, key: str) -> str:
        element = self.elements.get(key)
        return element.name or key if element is not None else key

    def target(self, key: str) -> str:
        """Id of the item that an element became; empty for a boundary and for what no file holds."""
        element = self.elements.get(key)
        return self.group.ids[type_of(element), key] if element is not None and type_of(element) else ""

    def end(self, flow: ModelElement, key: str) -> str:
        """Id of the asset at one end of a flow."""
        element = self.elements.get(key)
        if element is not None and type_of(element) == "asset":
            return self.target(key)
        item_id = self.group.ids["interface", flow.key]
        if not key:
            what = "ends at no element"
        elif element is None:
            what = f"ends at {key[:60]!r}, which the file does not hold"
        else:
            what = f"ends at the {element.role} {self.name_of(key)[:60]!r}, which is no asset"
        message = f"{item_id} {flow.name or flow.key}: {what}."
        self.findings.append(finding("import-end", item_id, flow.location, message, _BOUND))
        return ""

    def crosses(self, flow: ModelElement, model: ImportedModel) -> str:
        """Whether the ends of a flow lie in different boundaries: false only if the file names one for both."""
        ends = [self.elements[end] for end in flow.ends if end in self.elements]
        if len(ends) != 2:
            return ""
        first, second = (end.key if end.role == BOUNDARY else end.boundary for end in ends)
        if first != second:
            return "true"
        return "false" if first and model.knows_boundaries else ""

    def threat(self, threat: ModelThreat, model: ImportedModel) -> Item:
        item_id = self.group.ids["threat", threat.key]
        title = threat.title or threat.class_text or threat.key
        targets = []
        for key in dict.fromkeys(filter(None, (threat.element, *threat.also))):
            target = self.target(key)
            if target:
                targets.append(target)
            else:
                element = self.elements.get(key)
                what = f"the {element.role} {self.name_of(key)[:60]!r}" if element else repr(key[:60])
                why = "is no asset or interface" if element else "no file of this prefix holds"
                message = f"{item_id} {title[:80]}: threatens {what}, which {why}."
                self.findings.append(finding("import-end", item_id, threat.location, message, _BOUND))
        fields: dict[str, Value] = {
            "stride": threat.stride,
            "class_text": threat.class_text,
            "class_scheme": threat.scheme if threat.class_text else "",
            "path": threat.description,
            "attack_ids": threat.attack_ids,
            "cwe": threat.cwes,
            "method": "import",
            "source_state": threat.state,
            "source_severity": threat.severity,
            "source_mitigation": threat.mitigation,
        }
        links = {"threatens": tuple(dict.fromkeys(targets))}
        return self.item("threat", threat.key, title, model, fields, links, threat.location)

    def unknown_classes(self, model: ImportedModel) -> None:
        """Classes that the file itself holds to be of STRIDE and that are none, for example in another language."""
        words = Counter(
            threat.class_text for threat in model.threats if threat.class_text and threat.scheme.casefold() == "stride"
        )
        if words:
            shown = ", ".join(f"{word[:40]!r} ({number})" for word, number in sorted(words.items())[:5])
            message = f"{model.source.path} names classes of STRIDE that are none: {shown}."
            place = next(t.location for t in model.threats if t.class_text and t.scheme.casefold() == "stride")
            remedy = "Save the threat model in English, or write :stride: on items with these ids."
            self.findings.append(finding("import-class", "", place, message, remedy))
