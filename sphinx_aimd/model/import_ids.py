"""Keys of threat model files in, ids of items out: stable between builds, whatever else the files hold."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from .imported import ImportedModel, ModelElement
from .item import Finding, Item, Location, Severity
from .values import ID

#: Type and mark in the id, by the role of an element.
FLOW, BOUNDARY = "flow", "boundary"
CODES = {"asset": "AST", "interface": "IFC", "threat": "THR"}
#: Characters of a key that an id keeps; of longer ones a digest stands for the rest.
LONGEST = 60
#: Digits of such a digest.
SHORT = 8
_ENDINGS = re.compile(r"(\.(otm|json|ya?ml|gz))+$", re.IGNORECASE)
_UUID = re.compile(r"([0-9a-fA-F]{8})-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")


def type_of(element: ModelElement) -> str:
    """Type of the item that an element becomes; a boundary becomes none."""
    return {FLOW: "interface", BOUNDARY: ""}.get(element.role, "asset")


def finding(
    rule: str, item: str, place: Location, message: str, remedy: str, *, is_model_error: bool = False
) -> Finding:
    """What is wrong with an import: an error of the project, or a gap that the file leaves."""
    severity = Severity.ERROR if is_model_error else Severity.WARNING
    return Finding(
        rule=rule,
        severity=severity,
        item=item,
        location=place,
        message=message,
        remedy=remedy,
        is_model_error=is_model_error,
    )


@dataclass(slots=True)
class Group:
    """Files of one prefix: parts of one threat model, in which equal keys are one thing.

    :param ids: item id for each type and key.
    :param bound: ids that the project's mapping names.
    """

    prefix: str
    models: list[ImportedModel]
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    bound: set[str] = field(default_factory=set)

    def named(self) -> dict[tuple[str, str], None]:
        """Type and key of everything that becomes an item, in the order of the files."""
        found: dict[tuple[str, str], None] = {}
        for model in self.models:
            found |= {(type_of(element), element.key): None for element in model.elements if type_of(element)}
            found |= {("threat", threat.key): None for threat in model.threats}
        return found


def groups_of(models: Iterable[ImportedModel], items: Mapping[str, Item]) -> tuple[list[Group], list[Finding]]:
    """Models by their prefix, each key with its id; a file without a prefix is a group of its own name."""
    groups: dict[str, Group] = {}
    owner: dict[str, str] = {}
    findings: list[Finding] = []
    for model in sorted(models, key=lambda model: (not model.prefix, model.source.path)):
        prefix, place = model.prefix, Location(model.source.path, 0)
        if prefix and not ID.fullmatch(prefix):
            message = f"The prefix {prefix[:40]!r} of {place} begins no id."
            remedy = "Use letters and digits in parts joined by a hyphen, beginning with a letter."
            findings.append(finding("import-id", "", place, message, remedy, is_model_error=True))
            prefix = ""
        is_own = not prefix
        prefix = prefix or f"TM-{slug(_ENDINGS.sub('', PurePosixPath(model.source.path).name))}"
        other = owner.setdefault(prefix.casefold(), model.source.path)
        if other != model.source.path and (is_own or prefix not in groups):
            message = f"{place} and {other} would give their items equal ids, so the former is left out."
            remedy = "Give each file a prefix of its own in aimd_inputs."
            findings.append(finding("import-id", "", place, message, remedy, is_model_error=True))
            continue
        groups.setdefault(prefix, Group(prefix, [])).models.append(model)
    found = list(groups.values())
    findings += _bind(found, items)
    for group in found:
        _name(group)
    return found, findings


def _bind(groups: Sequence[Group], items: Mapping[str, Item]) -> list[Finding]:
    """Give keys the ids of the mapping files; a line that names no key, or no item that fits, is an error."""
    lines: dict[tuple[str, str], tuple[str, Location]] = {}
    used = set[tuple[str, str]]()
    findings = []
    for group in groups:
        keys = group.named()
        for model in group.models:
            for key, mapped in model.ids.items():
                item_id, place = mapped.item, mapped.location
                lines.setdefault((key, item_id), (model.source.path, place))
                types = [name for name in CODES if (name, key) in keys]
                if not types:
                    continue
                used.add((key, item_id))
                item = items.get(item_id)
                if item is not None and item.type in types:
                    group.ids[item.type, key] = item_id
                    group.bound.add(item_id)
                    continue
                what = f"is a {item.type}" if item is not None else "does not exist"
                message = f"The key {key[:60]!r} of {model.source.path} is mapped to {item_id[:60]}, which {what}."
                remedy = f"Name an item of the type {' or '.join(types)}, or take the line out."
                findings.append(finding("import-mapping", item_id, place, message, remedy, is_model_error=True))
    for (key, item_id), (path, place) in lines.items():
        if (key, item_id) not in used:
            message = f"The mapping to {item_id[:60]} names the key {key[:60]!r}, which {path} does not hold."
            remedy = "Correct the key, or take the line out."
            findings.append(finding("import-mapping", item_id, place, message, remedy, is_model_error=True))
    return list(dict.fromkeys(findings))


def _name(group: Group) -> None:
    """Make ids of the keys that have none; where two would be alike, a digest of its key is added to each."""
    todo = [name for name in group.named() if name not in group.ids]
    made = {(kind, key): f"{group.prefix}-{CODES[kind]}-{slug(key)}" for kind, key in todo}
    for digits in (SHORT, None):
        counts = Counter(item_id.casefold() for item_id in (*made.values(), *group.bound))
        for (kind, key), item_id in made.items():
            if counts[item_id.casefold()] > 1:
                made[kind, key] = f"{group.prefix}-{CODES[kind]}-{slug(key)}-{_digest(key, digits)}"
    group.ids |= made


def slug(text: str) -> str:
    """Letters and digits of a key in parts joined by hyphens; of a UUID the first part, of a long key a digest."""
    short = "-".join(re.findall(r"[A-Za-z0-9]+", _UUID.sub(r"\1", text)))
    if not short:
        return _digest(text)
    return short if len(short) <= LONGEST else f"{short[: LONGEST - SHORT - 1].strip('-')}-{_digest(text)}"


def _digest(text: str, digits: int | None = SHORT) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:digits]
