"""Everything that input files add to the items of authors: components, vulnerabilities, imported threats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .components import join_components
from .imports import items_of
from .inputs import Inputs
from .item import Finding, Item, Severity, text_of
from .vulnerabilities import join_vulnerabilities


def join_files(inputs: Inputs, items: Mapping[str, Item]) -> tuple[dict[str, Item], frozenset[str], list[Finding]]:
    """Make items of what files hold, and complete those of authors that are about the same.

    :return: new and changed items by id; the releases of which a bill of materials was read; what is wrong.
    """
    found: dict[str, Item] = {}
    findings: list[Finding] = []
    joined = join_components(inputs.boms, items)
    found |= joined.items
    findings += joined.findings
    imported, more = items_of(inputs.models, items)
    findings += more
    for item in imported:
        if item.id in items:
            found[item.id], more = completed(items[item.id], item)
            findings += more
        else:
            found[item.id] = item
    vulnerabilities, more = join_vulnerabilities(inputs, joined, {**items, **found})
    found |= vulnerabilities
    findings += more
    changed = {item_id: item for item_id, item in found.items() if items.get(item_id) != item}
    return changed, frozenset(filter(None, joined.releases.values())), findings


def completed(authored: Item, read: Item) -> tuple[Item, list[Finding]]:
    """An author's item with what a file adds to it: the author's words hold, what differs is said."""
    if authored.type != read.type:
        message = f"{authored.id} is a {authored.type} here and a {read.type} in {read.location}."
        return authored, [_differs(authored, message)]
    differs = [
        f"{name} is {text_of(value)[:60]!r}"
        for name, value in read.fields.items()
        if authored.fields.get(name) and authored.fields[name] != value
    ]
    links = {
        name: tuple(dict.fromkeys((*authored.links.get(name, ()), *read.links.get(name, ()))))
        for name in (*authored.links, *(name for name in read.links if name not in authored.links))
    }
    item = replace(authored, fields={**read.fields, **authored.fields}, links=links)
    message = f"{authored.id} {authored.title}: in {read.location} {', '.join(differs)}."
    return item, [_differs(authored, message)] if differs else []


def _differs(item: Item, message: str) -> Finding:
    return Finding(
        rule="differs-from-file",
        severity=Severity.INFO,
        item=item.id,
        location=item.location,
        message=message,
        remedy="Bring both into line; what the author wrote holds.",
    )
