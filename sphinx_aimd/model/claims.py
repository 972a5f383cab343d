"""Components of bills and author's items in, which item is about which component out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from .bom import Bom, BomComponent
from .component_facts import bare, canonical, identity, kind_of, wanted_id
from .identity import purl_of
from .item import Finding, Item, Location, Severity

_Key = tuple[str, str]


class Claims:
    """Author's items by the component that they complete.

    An item claims a component by its ``bom_ref``, else by its package URL, else by the id that a new item would have;
    and with it the same component in other bills. It claims only in bills of the releases that it is part of, where it
    names any. One out of force claims nothing in a bill of a release in force: what a device contains stays judged.
    """

    def __init__(
        self,
        boms: Sequence[Bom],
        items: Mapping[str, Item],
        releases: Mapping[str, str],
        is_live: Callable[[Item], bool],
    ) -> None:
        """Find the owner of each component that has one."""
        self.items, self.releases, self.is_live = items, releases, is_live
        self.owners: dict[_Key, str] = {}
        self.doubts: dict[_Key, tuple[Location, tuple[str, ...]]] = {}
        self.out_of_force: dict[_Key, tuple[Location, str]] = {}
        self.by_ref: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.by_purl: dict[tuple[str, str], list[str]] = defaultdict(list)
        for item_id, item in sorted(items.items()):
            if item.type in ("component", "crypto"):
                if item.text("bom_ref"):
                    self.by_ref[item.type, item.text("bom_ref")].append(item_id)
                elif item.text("purl"):
                    self.by_purl[item.type, bare(item.text("purl")).partition("@")[0]].append(item_id)
        wanting: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        for bom in boms:
            for component in bom.components:
                wanting[wanted_id(component)].add(identity(bom, component))
        self.unique = {item_id for item_id, identities in wanting.items() if len(identities) == 1}
        for bom in boms:
            for component in bom.components:
                self.claim(bom, component, self.named(component))
        self.spread(boms)

    def named(self, component: BomComponent) -> list[str]:
        """Items that name a component, whatever release they are of."""
        kind = kind_of(component)
        found = list(self.by_ref.get((kind, component.ref), ()))
        if component.purl:
            name = bare(component.purl).partition("@")[0]
            found += [one for one in self.by_purl.get((kind, name), ()) if self.has_purl(one, component)]
        wanted = wanted_id(component)
        if not found and wanted in self.unique and wanted in self.items and self.items[wanted].type == kind:
            found = [wanted]
        return found

    def has_purl(self, item_id: str, component: BomComponent) -> bool:
        """Whether an item's package URL is that of a component; without qualifiers it stands for all of them."""
        text = self.items[item_id].text("purl")
        said, own = purl_of(canonical(text)), purl_of(canonical(component.purl))
        if said is None or own is None:
            return text == component.purl
        version = said.version or self.items[item_id].text("version")
        return (
            (said.type, said.namespace, said.name) == (own.type, own.namespace, own.name)
            and version in ("", component.version, own.version)
            and (not said.qualifiers or said.qualifiers == own.qualifiers)
            and (not said.subpath or said.subpath == own.subpath)
        )

    def claim(self, bom: Bom, component: BomComponent, named: Sequence[str]) -> None:
        key, release = (bom.source.path, component.ref), self.releases[bom.source.path]
        fitting = [item_id for item_id in dict.fromkeys(named) if self.is_of(item_id, release)]
        found = [item_id for item_id in fitting if self.may_claim(item_id, release)]
        if len(found) > 1:
            same = [
                i
                for i in found
                if component.purl and canonical(self.items[i].text("purl")) == canonical(component.purl)
            ]
            if len(same) != 1:
                self.doubts[key] = component.location, tuple(found)
                return
            found = same
        if found:
            self.owners[key] = found[0]
        elif fitting:
            self.out_of_force[key] = component.location, fitting[0]

    def is_of(self, item_id: str, release: str) -> bool:
        """Whether an author's item may be of a release: it is part of it, or of none at all."""
        parts = [
            part
            for part in self.items[item_id].links.get("part_of", ())
            if part in self.items and self.items[part].type == "release"
        ]
        return not parts or release in parts

    def may_claim(self, item_id: str, release: str) -> bool:
        return self.is_live(self.items[item_id]) or (release != "" and not self.is_live(self.items[release]))

    def spread(self, boms: Sequence[Bom]) -> None:
        """Let an item have the component that it claims in one bill in the others too."""
        by_identity: dict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
        for bom in boms:
            for component in bom.components:
                owner = self.owners.get((bom.source.path, component.ref))
                if owner is not None:
                    by_identity[identity(bom, component)][owner] = None
        for bom in boms:
            for component in bom.components:
                key = (bom.source.path, component.ref)
                if key not in self.owners and key not in self.doubts and key not in self.out_of_force:
                    self.claim(bom, component, sorted(by_identity.get(identity(bom, component), ())))

    def findings(self, of_key: Mapping[_Key, str]) -> list[Finding]:
        """Components that several items claim, or one that is out of force.

        :param of_key: the items that stand for them instead.
        """
        found = []
        for key, (place, claimants) in self.doubts.items():
            message = f"{key[1]} of {key[0]} is claimed by {', '.join(sorted(claimants))}; {of_key[key]} stands for it."
            remedy = "Leave bom_ref or purl to one of them, or say of which release each is a part."
            found.append(_finding("bill-ambiguous", of_key[key], place, message, remedy))
        for key, (place, item_id) in self.out_of_force.items():
            status = self.items[item_id].status
            message = f"{item_id} is {status}, but {key[0]} lists it; {of_key[key]} stands for it."
            remedy = "Take the component out of the product, or bring the item back into force."
            found.append(_finding("bill-lists-inactive", item_id, place, message, remedy))
        return found


def _finding(rule: str, item: str, place: Location, message: str, remedy: str) -> Finding:
    return Finding(rule=rule, severity=Severity.WARNING, item=item, location=place, message=message, remedy=remedy)
