"""The product tree of a CSAF document in, products by their ids out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..model.advisory import Product
from ..yamlfile import InputError
from .opened import Opened
from .shapes import REMEDY, TEXT, bom_link, clean, many, obj, unique

#: Products that are parts of one another, at most.
MAX_CHAIN = 32
#: Mentions of products in a document, at most; groups can name many products with few letters.
MAX_MENTIONS = 2_000_000

HELPER = obj(cpe=TEXT, purl=TEXT, purls=many(TEXT), sbom_urls=many(TEXT), x_generic_uris=many(obj("uri", uri=TEXT)))
FULL_NAME = obj("name", "product_id", name=TEXT, product_id=TEXT, product_identification_helper=HELPER)
_NAMED = {"$ref": "#/$defs/product"}
SHAPE = obj(
    branches=many({"$ref": "#/$defs/branch"}),
    full_product_names=many(_NAMED),
    product_groups=many(obj("group_id", "product_ids", group_id=TEXT, product_ids=many(TEXT))),
    relationships=many(
        obj(
            "full_product_name",
            "product_reference",
            "relates_to_product_reference",
            full_product_name=_NAMED,
            product_reference=TEXT,
            relates_to_product_reference=TEXT,
            category=TEXT,
        )
    ),
    product_paths=many(
        obj(
            "full_product_name",
            "beginning_product_reference",
            "subpaths",
            full_product_name=_NAMED,
            beginning_product_reference=TEXT,
            subpaths=many(obj("next_product_reference", next_product_reference=TEXT, category=TEXT)),
        )
    ),
)
DEFINITIONS = {
    "product": FULL_NAME,
    "branch": obj(
        "category", "name", category=TEXT, name=TEXT, product=_NAMED, branches=many({"$ref": "#/$defs/branch"})
    ),
}
#: Branches that say what else the product is, and so belong to its name.
_MORE = ("service_pack", "patch_level", "architecture", "language", "specification", "platform", "host_name")


class Products:
    """Products and groups of a document.

    :raises InputError: an id defined twice, missing, or made of itself.
    """

    def __init__(self, tree: dict[str, Any], opened: Opened) -> None:
        self.opened = opened
        self.mentions = 0
        self.plain: dict[str, Product] = {}
        #: product made of others: its own name, the part, and what the part is a part of.
        self.made: dict[str, tuple[dict[str, Any], str, str]] = {}
        self.done: dict[str, Product] = {}
        for full in tree.get("full_product_names", []):
            self.define(full["product_id"])
            self.plain[full["product_id"]] = _product(full, {})
        for branch in tree.get("branches", []):
            self.branch(branch)
        for entry in tree.get("relationships", []):
            self.make(entry["full_product_name"], entry["product_reference"], entry["relates_to_product_reference"])
        for entry in tree.get("product_paths", []):
            self.path(entry)
        self.groups: dict[str, tuple[str, ...]] = {}
        for group in tree.get("product_groups", []):
            if group["group_id"] in self.groups:
                raise self.fail(f"defines the group {group['group_id'][:80]!r} twice.")
            self.groups[group["group_id"]] = tuple(group["product_ids"])
        for product_id in (*self.made, *(one for group in self.groups.values() for one in group)):
            self.get(product_id)

    def fail(self, message: str) -> InputError:
        return self.opened.fail(message, REMEDY)

    def mention(self) -> None:
        """Count what is said of one product.

        :raises InputError: more than :data:`MAX_MENTIONS`.
        """
        self.mentions += 1
        if self.mentions > MAX_MENTIONS:
            raise self.opened.fail(f"speaks more than {MAX_MENTIONS} times of a product.", "Split the document.")

    def define(self, product_id: str) -> None:
        if product_id in self.plain or product_id in self.made:
            raise self.fail(f"defines the product {product_id[:80]!r} twice.")

    def branch(self, top: dict[str, Any]) -> None:
        todo: list[tuple[dict[str, Any], dict[str, str]]] = [(top, {})]
        while todo:
            branch, above = todo.pop()
            known = {**above, branch["category"]: branch["name"]}
            full = branch.get("product")
            if full is not None:
                self.define(full["product_id"])
                self.plain[full["product_id"]] = _product(full, known)
            todo += [(inner, known) for inner in reversed(branch.get("branches", []))]

    def make(self, full: dict[str, Any], part: str, whole: str) -> None:
        self.define(full["product_id"])
        self.made[full["product_id"]] = full, part, whole

    def path(self, entry: dict[str, Any]) -> None:
        """A path of CSAF 2.1; each step but the last is a product of its own that nothing else can name."""
        full = entry["full_product_name"]
        steps = [step["next_product_reference"] for step in entry["subpaths"]]
        if not steps or len(steps) > MAX_CHAIN:
            raise self.fail(f"has a path of {len(steps)} steps for the product {full['product_id'][:80]!r}.")
        self.define(full["product_id"])
        whole = steps[-1]
        for number, step in enumerate(reversed(steps[:-1])):
            inner = f"{full['product_id']}\0{number}"
            self.made[inner] = {"name": "", "product_id": inner}, step, whole
            whole = inner
        self.made[full["product_id"]] = full, entry["beginning_product_reference"], whole

    def get(self, product_id: str) -> Product:
        """The product of an id.

        :raises InputError: there is none, or it is made of itself.
        """
        return self._get(product_id, 0)

    def _get(self, product_id: str, depth: int) -> Product:
        if product_id in self.plain:
            return self.plain[product_id]
        if product_id in self.done:
            return self.done[product_id]
        if product_id not in self.made:
            raise self.fail(f"names the product {product_id[:80]!r}, which it does not define.")
        if depth > MAX_CHAIN:
            raise self.fail(
                f"makes the product {product_id.partition(chr(0))[0][:80]!r} of itself, or of too many parts."
            )
        full, part_id, whole_id = self.made[product_id]
        part, whole = self._get(part_id, depth + 1), self._get(whole_id, depth + 1)
        own = _product(full, {})
        link = own if own.serial or not part.serial else part
        found = replace(
            part,
            ref=link.ref if full["name"] else part.ref,
            serial=link.serial,
            revision=link.revision,
            purl=own.purl or part.purl,
            cpe=own.cpe or part.cpe,
            within=_inside(part.within, whole),
        )
        if _depth(found) > MAX_CHAIN:
            raise self.fail(f"makes the product {product_id.partition(chr(0))[0][:80]!r} of too many parts.")
        self.done[product_id] = found
        return found

    def expand(self, entry: dict[str, Any]) -> Iterator[str]:
        """Ids that an entry names, itself or through groups, once each.

        :raises InputError: an unknown product or group.
        """
        yield from unique(self._named(entry))

    def _named(self, entry: dict[str, Any]) -> Iterator[str]:
        yield from entry.get("product_ids", [])
        for group in entry.get("group_ids", []):
            if group not in self.groups:
                raise self.fail(f"names the group {group[:80]!r}, which it does not define.")
            yield from self.groups[group]


def _inside(first: Product | None, whole: Product) -> Product:
    """What the part is already a part of, and that a part of the whole."""
    return whole if first is None else replace(first, within=_inside(first.within, whole))


def _depth(product: Product | None) -> int:
    depth = 0
    while product is not None:
        product, depth = product.within, depth + 1
    return depth


def _product(full: dict[str, Any], branches: dict[str, str]) -> Product:
    helper = full.get("product_identification_helper", {})
    purls = [*([helper["purl"]] if helper.get("purl") else []), *helper.get("purls", [])]
    links = [*helper.get("sbom_urls", []), *(uri["uri"] for uri in helper.get("x_generic_uris", []))]
    serial, revision, ref = next(filter(None, map(bom_link, links)), ("", "", full["product_id"]))
    versions = unique(clean(branches.get(kind, "")) for kind in ("product_version", "product_version_range"))
    said = [branches[kind] for kind in ("product_name", *_MORE) if kind in branches]
    name = " ".join(said) if branches.get("product_name") else full["name"]
    return Product(
        ref=clean(ref),
        serial=serial,
        revision=revision,
        name=clean(name),
        versions=() if any(version in ("vers:all/*", "*") for version in versions) else versions,
        purl=clean(purls[0]) if purls else "",
        cpe=clean(helper.get("cpe", "")),
        supplier=clean(branches.get("vendor", "")),
    )
