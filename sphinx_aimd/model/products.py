"""What a statement is about: a product in the words of its file in, the items that it means out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .advisory import Product
from .affected import POSSIBLE, Match, meant
from .bom import Bom, BomComponent
from .candidates import Candidates
from .components import Components
from .item import Item


@dataclass(frozen=True, slots=True)
class End:
    """An item that a statement is about.

    :param id: component or release.
    :param release: the release that it speaks of; empty: of the component wherever it is.
    :param doubt: why it may be about something else, in a few words.
    """

    id: str
    release: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Ends:
    """What a product of a statement means here.

    :param note: what is unclear of the reference itself, in words.
    """

    found: tuple[End, ...] = ()
    note: str = ""


class Products:
    """The components and releases of the file by everything that a VEX document may call them.

    VEX is joined on the pair of vulnerability and product, never on the vulnerability alone (CISA, VEX use cases).
    Where a reference may mean several items it means all of them: a warning is not lost, and what is only possible
    closes nothing.
    """

    def __init__(
        self,
        boms: Iterable[Bom],
        joined: Components,
        components: Iterable[tuple[str, BomComponent]],
        items: Mapping[str, Item],
    ) -> None:
        """Index what statements may be about.

        :param components: all components of the file, with the ids of their items.
        """
        self.items = items
        self.parts = {item.id: self._releases(item) for item in items.values() if item.type == "component"}
        self.release_of = joined.releases
        self.by_ref: dict[tuple[str, str], tuple[str, BomComponent]] = {}
        self.any_ref: dict[str, dict[str, BomComponent]] = defaultdict(dict)
        self.bills: dict[str, list[Bom]] = defaultdict(list)
        self.subjects: dict[str, set[str]] = defaultdict(set)
        known = list(components)
        for bom in sorted(boms, key=lambda bom: bom.source.path):
            path = bom.source.path
            if bom.serial:
                self.bills[bom.serial].append(bom)
            for component in bom.components:
                self._note(path, component, joined.of_key[path, component.ref])
            release = joined.releases.get(path, "")
            if bom.subject and release:
                self._note(path, bom.subject, release)
                known.append((release, bom.subject))
                self.subjects[f"{bom.subject.name} {bom.subject.version}".strip().casefold()].add(release)
        self.candidates = Candidates(known)
        self._known: dict[tuple[str, str, Product], Ends] = {}

    def _releases(self, item: Item) -> frozenset[str]:
        return frozenset(
            part for part in item.links.get("part_of", ()) if part in self.items and self.items[part].type == "release"
        )

    def _note(self, path: str, component: BomComponent, item_id: str) -> None:
        if component.ref:
            self.by_ref[path, component.ref] = item_id, component
            self.any_ref[component.ref][item_id] = component

    def ends(self, path: str, about: str, product: Product) -> Ends:
        """Items that a product of a file means; none: it is not known here.

        :param about: the subject of the file, in its own words.
        """
        key = path, about, product
        if key not in self._known:
            self._known[key] = self._ends(path, about, product)
        return self._known[key]

    def _ends(self, path: str, about: str, product: Product) -> Ends:
        wholes = self._chain(path, about, product)
        if wholes is None:
            return Ends()
        named, note = self._named(path, product)
        context = self._context(path, about)
        found: dict[End, None] = {}
        for item_id, release, match in named:
            if self.items[item_id].type not in ("component", "release"):
                continue  # cryptography is judged by what it protects, not by vulnerabilities
            doubt = (match.reason or "its version cannot be told") if match.certainty == POSSIBLE else ""
            if self.items[item_id].type == "release":
                found[End(item_id, item_id, doubt)] = None
                continue
            parts = self.parts.get(item_id, frozenset())
            releases = sorted(wholes & parts if parts else wholes) if wholes else [release or context]
            for one in releases:
                if not one or not parts or one in parts:
                    found[End(item_id, one, doubt)] = None
        return Ends(tuple(sorted(found, key=lambda end: (end.id, end.release, end.doubt))), note)

    def _chain(self, path: str, about: str, product: Product) -> frozenset[str] | None:
        """Releases that the product is a part of by its own words; None: of something that is not known here."""
        chain = []
        whole = product.within
        while whole is not None:
            chain.append(replace(whole, within=None))
            whole = whole.within
        releases: set[str] = set()
        for one in chain:
            found = self.ends(path, about, one).found
            if not found:
                return None
            releases |= {end.id for end in found if self.items[end.id].type == "release"}
        return frozenset(releases)

    def _context(self, path: str, about: str) -> str:
        """The release that a document speaks of: that of the bill in it, or of its own subject."""
        named = self.subjects.get(about.casefold(), set())
        return self.release_of.get(path, "") or (next(iter(named)) if len(named) == 1 else "")

    def _named(self, path: str, product: Product) -> tuple[list[tuple[str, str, Match]], str]:
        """Items that a product names with the release of the bill that it refers to, and what is unclear of that."""
        note = ""
        if product.serial:
            bills = self.bills.get(product.serial, [])
            exact = [bom for bom in bills if product.revision in ("", bom.revision) or not bom.revision]
            if bills and not exact:
                have = ", ".join(sorted({bom.revision for bom in bills}))
                note = f"revision {product.revision} of the bill {product.serial}, of which revision {have} was read"
            places = [
                (bom.source.path, product.ref or (bom.subject.ref if bom.subject else "")) for bom in exact or bills
            ]
            found = [(*self.by_ref[one], self.release_of.get(one[0], "")) for one in places if one in self.by_ref]
        elif (path, product.ref) in self.by_ref:
            found = [(*self.by_ref[path, product.ref], self.release_of.get(path, ""))]
        elif product.ref in self.any_ref and not (product.name or product.purl or product.cpe):
            found = [(item_id, component, "") for item_id, component in self.any_ref[product.ref].items()]
        else:
            if product.ref.startswith("pkg:") and not product.purl:
                product = replace(product, purl=product.ref)
            return [
                (item_id, "", match)
                for item_id, component in self.candidates.of_product(product)
                if (match := meant(product, component)) is not None
            ], ""
        if len({item_id for item_id, *_rest in found}) > 1:
            note = f"{product.ref}, which stands in several bills of materials"
        named = [
            (item_id, release, match)
            for item_id, component, release in found
            if (match := _of_version(product, component)) is not None
        ]
        return named, note


def _of_version(product: Product, component: BomComponent) -> Match | None:
    """Whether a component that is known by its reference has one of the versions that are meant."""
    name = component.name.strip() or component.ref.strip() or "component"
    return meant(Product(name=name, versions=product.versions), replace(component, name=name))
