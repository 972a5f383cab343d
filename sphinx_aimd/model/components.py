"""Bills of materials in; component and cryptography items out, joined to what authors add to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from .bom import Bom
from .claims import Claims
from .component_facts import Listing, differences, digest, identity, kind_of, merged, wanted_id
from .fixes import under_review
from .item import Finding, Item, Location, Severity, Value
from .placing import place

#: Key of a component among all files: path of the bill and reference inside it.
Key = tuple[str, str]


@dataclass
class Components:
    """What bills of materials became.

    :param items: changed author's items and new reader's items, by id.
    :param of_key: item id for each component of each bill.
    :param releases: release id for each bill, by path; empty where none was found.
    :param stray: paths of bills that list components and belong to no known release.
    """

    items: dict[str, Item] = field(default_factory=dict)
    of_key: dict[Key, str] = field(default_factory=dict)
    releases: dict[str, str] = field(default_factory=dict)
    stray: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    listed: frozenset[str] = frozenset()


def join_components(boms: Iterable[Bom], items: Mapping[str, Item], is_live: Callable[[Item], bool]) -> Components:
    """Make an item of each component, or complete the author's item for it.

    Components that several bills name by one package URL and version, or by one name, version and supplier, are one
    item. Which file is read first makes no difference.
    """
    return _Join(tuple(boms), items, is_live).run()


class _Join:
    def __init__(self, boms: tuple[Bom, ...], items: Mapping[str, Item], is_live: Callable[[Item], bool]) -> None:
        self.boms, self.items, self.is_live = sorted(boms, key=lambda bom: bom.source.path), items, is_live
        self.done = Components()
        self.authored = sorted(item_id for item_id, item in items.items() if item.type in ("component", "crypto"))
        self.listings: dict[str, list[Listing]] = defaultdict(list)

    def run(self) -> Components:
        placed = place(self.boms, self.items)
        self.done.releases, self.done.stray, self.done.listed = placed.releases, placed.stray, placed.listed
        self.done.findings += placed.findings
        claims = Claims(self.boms, self.items, placed.releases, self.is_live)
        ids = self.new_ids(claims.owners)
        for bom in self.boms:
            for component in bom.components:
                key = (bom.source.path, component.ref)
                owner = claims.owners.get(key) or ids[identity(bom, component)]
                self.done.of_key[key] = owner
                self.listings[owner].append((bom, component))
        self.done.findings += claims.findings(self.done.of_key)
        for item_id in self.authored:
            self.complete(self.items[item_id])
        for item_id in sorted(set(ids.values())):
            self.done.items[item_id] = self.new_item(item_id)
        self.dependencies()
        return self.done

    def new_ids(self, owners: Mapping[Key, str]) -> dict[tuple[str, ...], str]:
        """Ids for components without an author's item; where several want one, each gets digits of its own."""
        wanted: dict[tuple[str, ...], str] = {}
        for bom in self.boms:
            for component in bom.components:
                if (bom.source.path, component.ref) not in owners:
                    what = identity(bom, component)
                    name = wanted_id(component)
                    wanted[what] = min(wanted.get(what, name), name)
        taken = {item_id.casefold() for item_id in self.items}
        for digits in (8, 64):
            uses: dict[str, int] = defaultdict(int)
            for name in wanted.values():
                uses[name.casefold()] += 1
            for what, name in wanted.items():
                if uses[name.casefold()] > 1 or name.casefold() in taken:
                    wanted[what] = f"{name}-{digest(what, digits)}"
        return wanted

    def new_item(self, item_id: str) -> Item:
        listings = self.listings[item_id]
        component = min((component for _bom, component in listings), key=lambda one: (one.name, one.version, one.ref))
        releases = self.releases_of(listings)
        return Item(
            id=item_id,
            type=kind_of(component),
            title=" ".join(part for part in (component.name or component.ref, component.version) if part),
            status="draft" if component.crypto else "",  # a component is listed, nothing of it is judged
            fields=merged(listings),
            links={"part_of": releases} if releases and not component.crypto else {},
            location=component.location,
            citation=item_id,
        )

    def releases_of(self, listings: Iterable[Listing]) -> tuple[str, ...]:
        return tuple(sorted({self.done.releases[bom.source.path] for bom, _component in listings} - {""}))

    def complete(self, item: Item) -> None:
        """Fill what the author left empty, and say what the bills say otherwise."""
        listings = self.listings.get(item.id, [])
        fields: dict[str, Value] = dict(item.fields)
        links = dict(item.links)
        differs: list[str] = []
        if listings:
            stated = merged(listings, item.text("bom_ref"))
            if item.type == "component":
                # words are no date: what the author has not made their own must not pass for a statement of support
                stated["end_of_support_bill"] = stated.pop("end_of_support_text", "")
                releases = self.releases_of(listings)
                if releases:
                    links["part_of"] = tuple(dict.fromkeys((*links.get("part_of", ()), *releases)))
            fields |= {name: value for name, value in stated.items() if value and not fields.get(name)}
            differs += differences(item, listings)
        if item.type == "component":
            differs += self.unlisted(item, listings)
        elif item.text("bom_ref") and not listings and self.has_crypto():
            differs.append(f"bom_ref {item.text('bom_ref')} is in no bill of cryptography")
        if differs:
            fields["bill_differs"] = "; ".join(dict.fromkeys(differs))
            self.find(
                "differs-from-bill",
                item.id,
                item.location,
                f"{item.id} {item.title}: {fields['bill_differs']}.",
                "Correct the item, or the bill of materials that the build writes.",
            )
        self.done.items[item.id] = replace(item, fields=fields, links=links)

    def unlisted(self, item: Item, listings: Iterable[Listing]) -> list[str]:
        """Releases that the item says to be part of and whose bills do not list it, in words.

        The release under review needs a bill where others have one; older ones may be older than the use of bills.
        """
        found = set(self.releases_of(listings))
        parts = [part for part in item.links.get("part_of", ()) if part not in found]
        unread = set(under_review(self.items)) - self.done.listed if found and not self.done.stray else set()
        return [
            f"not listed in the bill of {part}" if part in self.done.listed else f"no bill of {part} was read"
            for part in parts
            if part in self.done.listed or part in unread
        ]

    def has_crypto(self) -> bool:
        return any(component.crypto is not None for bom in self.boms for component in bom.components)

    def dependencies(self) -> None:
        """Dependencies between components as links, beside those that authors wrote."""
        for bom in self.boms:
            for component in bom.components:
                owner = self.done.of_key[bom.source.path, component.ref]
                item = self.done.items[owner]
                ends = {self.done.of_key.get((bom.source.path, ref), "") for ref in component.depends_on} - {"", owner}
                new = sorted(
                    end
                    for end in ends - set(item.links.get("depends_on", ()))
                    if self.done.items[end].type == "component"
                )
                if new and item.type == "component":
                    both = (*item.links.get("depends_on", ()), *new)
                    self.done.items[owner] = replace(item, links={**item.links, "depends_on": both})

    def find(self, rule: str, item: str, where: Location, message: str, remedy: str) -> None:
        self.done.findings.append(
            Finding(rule=rule, severity=Severity.WARNING, item=item, location=where, message=message, remedy=remedy)
        )
