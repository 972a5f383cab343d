"""Everything that input files add to the items of authors: components, vulnerabilities, imported threats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from .components import join_components
from .given import Given
from .imports import items_of
from .inputs import Inputs
from .item import Finding, Item, Severity, text_of
from .vulnerabilities import join_vulnerabilities


@dataclass
class Joined:
    """What input files became.

    :param items: new and changed items by id.
    :param released: ids of the releases of which a bill of materials was read.
    :param placed: release of each bill by its path; item_of: item id by path of the bill and reference in it.
    :param given: the CVSS vectors that files give a vulnerability, by its item.
    :param stray: paths of bills that belong to no known release.
    """

    items: dict[str, Item] = field(default_factory=dict)
    released: frozenset[str] = frozenset()
    placed: Mapping[str, str] = field(default_factory=dict)
    item_of: Mapping[tuple[str, str], str] = field(default_factory=dict)
    given: Mapping[str, tuple[Given, ...]] = field(default_factory=dict)
    stray: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)


def join_files(inputs: Inputs, items: Mapping[str, Item], is_live: Callable[[Item], bool], as_of: str = "") -> Joined:
    """Make items of what files hold, and complete those of authors that are about the same.

    :param is_live: whether an item is in force; one that is not takes nothing from the files upon itself.
    :param as_of: as-of date, where one is known.
    """
    done = Joined()
    joined = join_components(inputs.boms, items, is_live)
    done.released, done.stray = joined.listed, joined.stray
    done.placed, done.item_of = joined.releases, joined.of_key
    done.items |= joined.items
    done.findings += joined.findings
    imported, findings = items_of(inputs.models, items)
    done.findings += findings
    for item in imported:
        if item.id in items:
            done.items[item.id], findings = completed(items[item.id], item)
            done.findings += findings
        else:
            _add(done, item)
    vulnerabilities = join_vulnerabilities(inputs, joined, {**items, **done.items}, is_live, as_of)
    done.findings += vulnerabilities.findings
    done.given = vulnerabilities.given
    done.items |= vulnerabilities.items
    done.items = {item_id: item for item_id, item in done.items.items() if items.get(item_id) != item}
    return done


def _add(done: Joined, item: Item) -> None:
    """Add an item of a file, save where another file has made one of the same id."""
    other = done.items.get(item.id)
    if other is None:
        done.items[item.id] = item
        return
    done.findings.append(
        Finding(
            rule="import-id",
            severity=Severity.ERROR,
            item=item.id,
            location=item.location,
            message=f"{item.id} is made from {other.location} and from {item.location}; the latter is left out.",
            remedy="Give the threat model another prefix in aimd_inputs.",
            is_model_error=True,
        )
    )


def completed(authored: Item, read: Item) -> tuple[Item, list[Finding]]:
    """An author's item with what a file adds to it: the author's words hold, what differs is said."""
    if authored.type != read.type:
        message = f"{authored.id} is a {authored.type} here and a {read.type} in {read.location}, which is left out."
        return authored, [_differs(authored, message, Severity.WARNING)]
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


def _differs(item: Item, message: str, severity: Severity = Severity.INFO) -> Finding:
    return Finding(
        rule="differs-from-file",
        severity=severity,
        item=item.id,
        location=item.location,
        message=message,
        remedy="Bring both into line; what the author wrote holds.",
    )
