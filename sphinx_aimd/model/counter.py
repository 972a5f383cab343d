"""A vulnerability that an author closed, and what records and bills say, in; what they say against it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .advisory import VulnerabilityRecord
from .affected import POSSIBLE
from .agreement import Scope
from .bom import BomComponent
from .fixes import releases_of
from .identity import same_package
from .item import Item
from .pairs import Pair

#: Label of "the component is not in the product".
ABSENT = "component_not_present"


def listed_by_records(scope: Scope, pairs: Iterable[Pair], items: Mapping[str, Item]) -> str:
    """Components that a public record calls affected for certain, of the releases that a status is said of."""
    found = {
        pair.target
        for pair in pairs
        for _record, match in pair.records
        if match.certainty != POSSIBLE and _is_meant(pair.target, scope, items)
    }
    return ", ".join(_label(items[target]) for target in sorted(found))


def listed_by_bills(
    scope: Scope,
    pairs: Iterable[Pair],
    records: Iterable[VulnerabilityRecord],
    items: Mapping[str, Item],
    listed_in: Mapping[str, Iterable[str]],
) -> str:
    """Bills that list what is said not to be there.

    A component that no record of the vulnerability is about, or of which a file says the same, is what the absent one
    is not a part of: a library that a supplier's module does without.

    :param records: all that were read of the vulnerability, whether or not they match a component.
    :param listed_in: releases whose bills list a component, by its id.
    """
    pairs, records = [*pairs], [record for record in records if record.affected]
    without = {pair.target for pair in pairs for said in pair.statements if said.statement.justification == ABSENT}
    meant = scope.components | {pair.target for pair in pairs if _is_meant(pair.target, scope, items)}
    present = {
        one for one in meant - without if not records or any(_is_about(record, items[one]) for record in records)
    }
    found = [
        f"{release} lists {_label(items[target])}"
        for target in sorted(present)
        for release in sorted(set(listed_in.get(target, ())) & scope.releases)
    ]
    return ", the bill of ".join(found)


def _is_about(record: VulnerabilityRecord, component: Item) -> bool:
    """Whether a record is about a component, whatever its version."""
    part = BomComponent(
        ref=component.text("bom_ref"),
        name=component.text("component_name") or component.title,
        purl=component.text("purl"),
        cpe=component.text("cpe"),
    )
    return any(same_package(one.purl, one.cpes, one.name, one.ecosystem, part) for one in record.affected)


def _is_meant(target: str, scope: Scope, items: Mapping[str, Item]) -> bool:
    """Whether a component is one that an item speaks of."""
    parts = releases_of(items[target], items)
    is_named = scope.is_whole or target in scope.components
    return items[target].type == "component" and is_named and (not parts or bool(scope.releases & set(parts)))


def _label(component: Item) -> str:
    name = component.text("component_name") or component.title
    return " ".join(part for part in (name, component.text("version")) if part)
