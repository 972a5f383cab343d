"""What a statement is about: a product in the words of its file in, the items that it means out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .advisory import Product
from .bom import Bom
from .components import Components
from .item import Item


class Products:
    """The components and releases of the file by everything that a VEX document may call them.

    VEX is joined on the pair of vulnerability and product, never on the vulnerability alone (CISA, VEX use cases).
    """

    def __init__(self, boms: Iterable[Bom], joined: Components, items: Mapping[str, Item]) -> None:
        """Wrap bills of materials, what became of them, and all items."""
        self.items = items
        self.by_ref: dict[tuple[str, str], str] = {}
        self.serials: dict[str, list[str]] = {}
        self.any_ref: dict[str, set[str]] = {}
        self.subjects: dict[tuple[str, str], str] = {}
        self.release_of: dict[str, str] = dict(joined.releases)
        for bom in boms:
            path = bom.source.path
            if bom.serial:
                self.serials.setdefault(bom.serial, []).append(path)
            for component in bom.components:
                self.note(path, component.ref, joined.of_key[path, component.ref])
            if bom.subject and joined.releases.get(path):
                release = joined.releases[path]
                self.note(path, bom.subject.ref, release)
                self.subjects[bom.subject.name.casefold(), bom.subject.version] = release
                if bom.subject.purl:
                    self.subjects[bom.subject.purl, ""] = release
        self.by_purl: dict[str, list[str]] = {}
        self.by_cpe: dict[str, list[str]] = {}
        self.by_name: dict[str, list[str]] = {}
        for item in items.values():
            if item.type == "component":
                self.by_purl.setdefault(_bare(item.text("purl")), []).append(item.id)
                self.by_cpe.setdefault(item.text("cpe"), []).append(item.id)
                self.by_name.setdefault(item.text("component_name").casefold(), []).append(item.id)

    def note(self, path: str, ref: str, item_id: str) -> None:
        if ref:
            self.by_ref[path, ref] = item_id
            self.any_ref.setdefault(ref, set()).add(item_id)

    def context_of(self, path: str, about: str, products: Iterable[Product]) -> str:
        """The release that a document speaks of: that of the bill it refers to, or of its own subject."""
        if self.release_of.get(path):
            return self.release_of[path]
        found = {
            self.release_of.get(bill, "") for product in products for bill in self.serials.get(product.serial, ())
        } - {""}
        if len(found) == 1:
            return found.pop()
        named = [release for (name, version), release in self.subjects.items() if name and f"{name} {version}".strip() == about.casefold()]
        return named[0] if len(set(named)) == 1 else ""

    def ends(self, path: str, product: Product) -> tuple[str, ...]:
        """Ids of the items that a product of a file means; none: it is not known here."""
        if product.ref:
            for bill in (path, *self.serials.get(product.serial, ())):
                if (bill, product.ref) in self.by_ref:
                    return (self.by_ref[bill, product.ref],)
            if not product.serial and len(self.any_ref.get(product.ref, ())) == 1:
                return tuple(self.any_ref[product.ref])
        for purl in (product.purl, product.ref if product.ref.startswith("pkg:") else ""):
            if purl:
                found = self.of_purl(purl, product.versions)
                if found:
                    return found
        if product.cpe and self.by_cpe.get(product.cpe):
            return tuple(sorted(self.by_cpe[product.cpe]))
        if product.name:
            return self.of_name(product)
        return ()

    def of_purl(self, purl: str, versions: tuple[str, ...]) -> tuple[str, ...]:
        name, _at, version = _bare(purl).partition("@")
        wanted = {version} if version else set(versions)
        found = [
            item_id
            for known, ids in self.by_purl.items()
            if known and known.partition("@")[0] == name
            for item_id in ids
            if not wanted or self.items[item_id].text("version") in wanted or known.partition("@")[2] in wanted
        ]
        release = self.subjects.get((purl, ""))
        return tuple(sorted({*found, *([release] if release else [])}))

    def of_name(self, product: Product) -> tuple[str, ...]:
        name = product.name.casefold()
        found = {
            item_id
            for item_id in self.by_name.get(name, ())
            if not product.versions or self.items[item_id].text("version") in product.versions
        }
        found |= {
            release
            for (subject, version), release in self.subjects.items()
            if subject == name and (not product.versions or version in product.versions)
        }
        return tuple(sorted(found))


def _bare(purl: str) -> str:
    """A package URL without qualifiers and subpath."""
    return purl.partition("?")[0].partition("#")[0]
