"""Bills of materials in; component and cryptography items out, joined to what authors add to them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from .bom import Bom, BomComponent
from .item import Finding, Item, Location, Severity, Value, text_of

#: Fields that identify a component: the bill is made by the build, so what an author wrote otherwise is wrong.
IDENTITY = ("component_name", "version", "purl", "cpe", "key_bits")
#: Key of a component among all files: path of the bill and reference inside it.
Key = tuple[str, str]


@dataclass
class Components:
    """What bills of materials became.

    :param items: changed author's items and new reader's items, by id.
    :param of_key: item id for each component of each bill.
    :param releases: release id for each bill, by path; empty where none was found.
    """

    items: dict[str, Item] = field(default_factory=dict)
    of_key: dict[Key, str] = field(default_factory=dict)
    releases: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def slug(text: str, room: int = 40) -> str:
    """Letters and digits of a text in parts joined by hyphens, as ids are."""
    return "-".join(re.findall(r"[A-Za-z0-9]+", text))[:room].strip("-")


def join_components(boms: Iterable[Bom], items: Mapping[str, Item]) -> Components:
    """Make an item of each component, or complete the author's item for it.

    An author's item is found by ``bom_ref`` in the bills of the releases that it is part of, by its package URL,
    or by the id that a new item would have. Components that several bills name by one package URL, or by one name,
    version and supplier, are one item.
    """
    return _Join(tuple(boms), items).run()


class _Join:
    def __init__(self, boms: tuple[Bom, ...], items: Mapping[str, Item]) -> None:
        self.boms, self.items = sorted(boms, key=lambda bom: bom.source.path), items
        self.done = Components()
        self.authored = sorted(item_id for item_id, item in items.items() if item.type in ("component", "crypto"))
        self.taken = {item_id.casefold() for item_id in items}
        self.same: dict[tuple[str, ...], str] = {}
        self.listed: dict[str, list[tuple[Bom, BomComponent]]] = {}

    def run(self) -> Components:
        for bom in self.boms:
            self.done.releases[bom.source.path] = self.release_of(bom)
        by_author = self.matches()
        for bom in self.boms:
            for component in bom.components:
                key = (bom.source.path, component.ref)
                owner = by_author.get(key)
                if owner is not None:
                    self.done.of_key[key] = owner
                    self.listed.setdefault(owner, []).append((bom, component))
                else:
                    self.done.of_key[key] = self.new_item(bom, component)
        for item_id in self.authored:
            self.complete(self.items[item_id])
        self.dependencies()
        return self.done

    def release_of(self, bom: Bom) -> str:
        """The release that a bill is of: as configured, else the only one with the version of its subject."""
        place = Location(bom.source.path, 0)
        if bom.release:
            if bom.release in self.items and self.items[bom.release].type == "release":
                return bom.release
            self.find("bill-release", bom.release, place, f"is said to be of {bom.release}, which is no release.")
            return ""
        version = bom.subject.version if bom.subject else ""
        found = sorted(
            item_id
            for item_id, item in self.items.items()
            if item.type == "release" and version and item.text("version") == version
        )
        if len(found) == 1:
            return found[0]
        if not any(component.crypto is None for component in bom.components):
            return ""
        what = f"version {version!r} is that of {len(found)} releases" if version else "its subject states no version"
        self.find("bill-release", "", place, f"belongs to no known release: {what}.")
        return ""

    def matches(self) -> dict[Key, str]:
        """The author's item for each component that has one."""
        by_ref: dict[str, list[str]] = {}
        by_purl: dict[str, list[str]] = {}
        for item_id in self.authored:
            item = self.items[item_id]
            if item.text("bom_ref"):
                by_ref.setdefault(item.text("bom_ref"), []).append(item_id)
            elif item.text("purl"):
                by_purl.setdefault(item.text("purl"), []).append(item_id)
        found: dict[Key, str] = {}
        for bom in self.boms:
            release = self.done.releases[bom.source.path]
            for component in bom.components:
                candidates = [*by_ref.get(component.ref, ()), *by_purl.get(component.purl, ())] if component.ref else []
                kind = _type(component)
                candidates = [
                    item_id
                    for item_id in candidates
                    if self.items[item_id].type == kind and self.is_of(item_id, release)
                ]
                wanted = _new_id(component)
                if wanted in self.items and self.items[wanted].type == kind:
                    candidates.append(wanted)
                if len(set(candidates)) > 1:
                    same = [item_id for item_id in candidates if self.items[item_id].text("purl") == component.purl]
                    candidates = same if len(set(same)) == 1 else []
                    if not candidates:
                        self.find(
                            "bill-ambiguous",
                            "",
                            component.location,
                            f"{component.ref}: several items claim this component: {', '.join(sorted(set(candidates)))}.",
                        )
                if candidates:
                    found[bom.source.path, component.ref] = candidates[0]
        return found

    def is_of(self, item_id: str, release: str) -> bool:
        """Whether an author's item may be of a release: it is part of it, or of none at all."""
        parts = [part for part in self.items[item_id].links.get("part_of", ()) if self.type_of(part) == "release"]
        return not parts or release in parts

    def type_of(self, item_id: str) -> str:
        return self.items[item_id].type if item_id in self.items else ""

    def new_item(self, bom: Bom, component: BomComponent) -> str:
        identity = (component.purl,) if component.purl else (component.name, component.version, component.supplier)
        identity = (*identity, "crypto" if component.crypto else "")
        item_id = self.same.get(identity)
        release = self.done.releases[bom.source.path]
        if item_id is None:
            item_id = _new_id(component)
            if item_id.casefold() in self.taken:
                item_id = f"{item_id}-{hashlib.sha256(repr(identity).encode()).hexdigest()[:8]}"
            self.same[identity] = item_id
            self.taken.add(item_id.casefold())
            self.done.items[item_id] = Item(
                id=item_id,
                type=_type(component),
                title=" ".join(part for part in (component.name or component.ref, component.version) if part),
                status="draft" if component.crypto else "",  # a component is listed, nothing of it is judged
                fields={name: value for name, value in _fields(bom, component).items() if value},
                links={},
                location=component.location,
                citation=item_id,
            )
        if release and not component.crypto:
            item = self.done.items[item_id]
            parts = tuple(dict.fromkeys((*item.links.get("part_of", ()), release)))
            self.done.items[item_id] = replace(item, links={**item.links, "part_of": parts})
        return item_id

    def complete(self, item: Item) -> None:
        """Fill what the author left empty, and say what the bills say otherwise."""
        found = self.listed.get(item.id, [])
        fields: dict[str, Value] = dict(item.fields)
        differs: list[str] = []
        for bom, component in found:
            for name, value in _fields(bom, component).items():
                if not value:
                    continue
                said = text_of(fields.get(name, ""))
                if not said:
                    fields[name] = value
                elif name in IDENTITY and said != text_of(value):
                    differs.append(f"{name} is {text_of(value)} in {bom.source.path}")
        if item.type == "component":
            differs += [f"not listed in the bill of {release}" for release in self.unlisted(item, found)]
        if differs:
            fields["bill_differs"] = "; ".join(dict.fromkeys(differs))
            self.done.findings.append(
                Finding(
                    rule="differs-from-bill",
                    severity=Severity.WARNING,
                    item=item.id,
                    location=item.location,
                    message=f"{item.id} {item.title}: {fields['bill_differs']}.",
                    remedy="Correct the item, or the bill of materials that the build writes.",
                )
            )
        self.done.items[item.id] = replace(item, fields=fields)

    def unlisted(self, item: Item, found: list[tuple[Bom, BomComponent]]) -> list[str]:
        """Releases that the item says to be part of and whose bills do not list it."""
        with_bill = {release for release in self.done.releases.values() if release}
        listed = {self.done.releases[bom.source.path] for bom, _component in found}
        parts = [part for part in item.links.get("part_of", ()) if part in with_bill]
        return [part for part in parts if part not in listed]

    def dependencies(self) -> None:
        """Dependencies between components as links, beside those that authors wrote."""
        for bom in self.boms:
            for component in bom.components:
                owner = self.done.of_key[bom.source.path, component.ref]
                ends = [self.done.of_key.get((bom.source.path, ref), "") for ref in component.depends_on]
                item = self.done.items[owner]
                ends = [end for end in ends if end and end != owner and self.done.items[end].type == "component"]
                if ends and item.type == "component":
                    both = tuple(dict.fromkeys((*item.links.get("depends_on", ()), *ends)))
                    self.done.items[owner] = replace(item, links={**item.links, "depends_on": both})

    def find(self, rule: str, item: str, place: Location, message: str) -> None:
        self.done.findings.append(
            Finding(
                rule=rule,
                severity=Severity.WARNING,
                item=item,
                location=place,
                message=f"{place.file}: {message}" if not item else message,
                remedy="Name the release in aimd_inputs, or write the version into the bill of materials.",
            )
        )


def _type(component: BomComponent) -> str:
    return "crypto" if component.crypto else "component"


def _new_id(component: BomComponent) -> str:
    kind = "CRY" if component.crypto else "CMP"
    parts = [kind, slug(component.name or component.ref), slug(component.version, 20)]
    return "-".join(part for part in parts if part)


def _fields(bom: Bom, component: BomComponent) -> dict[str, Value]:
    """Fields of an item from a component; for cryptography only what the file tells."""
    if component.crypto is not None:
        return _crypto_fields(bom, component)
    return {
        "supplier": component.supplier or component.manufacturer,
        "component_name": component.name,
        "version": component.version,
        "bom_ref": component.ref,
        "bill": bom.source.path,
        "bill_hash": bom.source.sha256,
        "bill_serial": bom.serial,
        "bill_revision": bom.revision,
        "purl": component.purl,
        "cpe": component.cpe,
        "component_hash": component.hashes[0] if component.hashes else "",
        "licence": " AND ".join(f"({text})" if " OR " in text else text for text in component.licences)
        if len(component.licences) > 1
        else "".join(component.licences),
        "copyright": component.copyright,
        "is_os": "true" if component.kind == "operating-system" else "",
        "support_level": component.support_level,
        "end_of_support": component.end_of_support,
        "end_of_support_text": component.end_of_support_text,
        "known_unknown": component.known_unknown,
    }


def _crypto_fields(bom: Bom, component: BomComponent) -> dict[str, Value]:
    assert component.crypto is not None  # noqa: S101 - the caller asked
    details = component.crypto.details
    bits = details.get("parameterSetIdentifier", "") or details.get("size", "")
    return {
        "algorithm": " ".join(part for part in (component.name, component.version) if part),
        "asset_type": component.crypto.asset_type,
        "key_bits": bits if bits.isdigit() else "",
        "strength_bits": details.get("classicalSecurityLevel", ""),
        "bill": bom.source.path,
        "bill_hash": bom.source.sha256,
        "bom_ref": component.ref,
    }
