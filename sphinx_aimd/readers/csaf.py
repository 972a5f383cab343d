"""CSAF 2.0 and 2.1 in, statements out: advisories and VEX documents alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..model.advisory import Advisory, Rating, Statement
from ..model.bom import Source
from ..model.item import Location
from ..model.schemes import cwe_of, ordered
from ..model.vex import JUSTIFICATIONS
from .csaf_products import DEFINITIONS, Products
from .csaf_products import SHAPE as TREE
from .known import NOTHING, Known
from .opened import Opened
from .shapes import (
    TEXT,
    VECTOR,
    WORD,
    Left,
    check,
    checker,
    clean,
    day,
    is_json,
    lines_of,
    many,
    obj,
    prose,
    source,
    unique,
)

VERSIONS = ("2.0", "2.1")
#: Groups of products and what they say. Nothing is known of ``unknown`` (2.1): the nearest that closes nothing.
STATUSES = {
    "known_not_affected": "not_affected",
    "known_affected": "affected",
    "first_affected": "affected",
    "last_affected": "affected",
    "fixed": "fixed",
    "first_fixed": "fixed",
    "under_investigation": "under_investigation",
    "unknown": "under_investigation",
}
_SOME = {"product_ids": many(TEXT), "group_ids": many(TEXT)}
_ADDRESSES = many(obj(url=TEXT, summary=TEXT, category=TEXT))
_NOTES = many(obj("category", "text", category=TEXT, text=TEXT, title=TEXT))
_VULNERABILITY = obj(
    cve=TEXT,
    ids=many(obj("text", text=TEXT, system_name=TEXT)),
    title=TEXT,
    notes=_NOTES,
    cwe=obj("id", id=TEXT, name=TEXT),
    cwes=many(obj("id", id=TEXT, name=TEXT, version=TEXT)),
    product_status=obj(**{group: many(TEXT) for group in STATUSES}),
    flags=many(obj("label", label={"enum": list(JUSTIFICATIONS)}, **_SOME)),
    threats=many(obj("category", "details", category=TEXT, details=TEXT, **_SOME)),
    remediations=many(obj("category", "details", category=TEXT, details=TEXT, url=TEXT, **_SOME)),
    scores=many(obj("products", products=many(TEXT), cvss_v2=VECTOR, cvss_v3=VECTOR)),
    metrics=many(
        obj(
            "content",
            "products",
            products=many(TEXT),
            source=TEXT,
            content=obj(cvss_v2=VECTOR, cvss_v3=VECTOR, cvss_v4=VECTOR),
        )
    ),
    references=_ADDRESSES,
    release_date=TEXT,
    disclosure_date=TEXT,
)
_SHAPE = {
    **obj(
        "document",
        document=obj(
            "category",
            "csaf_version",
            "publisher",
            "title",
            "tracking",
            category=TEXT,
            csaf_version=TEXT,
            title=TEXT,
            publisher=obj("name", name=TEXT),
            references=_ADDRESSES,
            tracking=obj(
                "current_release_date",
                "id",
                "status",
                id=WORD,
                current_release_date=TEXT,
                initial_release_date=TEXT,
                status={"enum": ["draft", "interim", "final"]},
                version=TEXT,
            ),
        ),
        product_tree=TREE,
        vulnerabilities=many(_VULNERABILITY),
    ),
    "$defs": DEFINITIONS,
}
_VALIDATOR = checker(_SHAPE)


def is_mine(opened: Opened) -> bool:
    """Whether the file states a CSAF version."""
    if not is_json(opened) or b"csaf_version" not in opened.raw:
        return False
    data = opened.json
    return isinstance(data, dict) and isinstance(data.get("document"), dict) and "csaf_version" in data["document"]


def read(opened: Opened, known: Known = NOTHING) -> tuple[Advisory, ...]:
    """Read a document.

    :raises InputError: an unknown version, not the shape of CSAF, products that are not defined, or a document that
        says of itself that it is withdrawn or superseded.
    """
    data = opened.json
    version = str(data["document"]["csaf_version"])[:80]
    if version not in VERSIONS:
        raise opened.fail(f"is CSAF of the version {version!r}.", f"Versions that are read: {', '.join(VERSIONS)}.")
    check(opened, data, _VALIDATOR, "sound CSAF document")
    document, tracking = data["document"], data["document"]["tracking"]
    if document["category"].casefold() in ("csaf_withdrawn", "csaf_superseded"):
        word = document["category"].casefold().removeprefix("csaf_")
        raise opened.fail(f"says of itself that it is {word}.", "Take it out, or use the document that replaces it.")
    left = Left()
    left.unread(data, _SHAPE)
    if tracking["status"] == "draft":
        left.say("the document calls itself a draft")
    products = Products(data.get("product_tree", {}), opened)
    vulnerabilities = data.get("vulnerabilities", [])
    told = [_Told(entry, products, document, left) for entry in vulnerabilities]
    number = clean(tracking["id"])
    origin = source(
        opened,
        known,
        kind="csaf",
        form=f"CSAF {version} JSON ({clean(document['category'])})",
        date=day(tracking["current_release_date"]),
        about=document["title"],
        counts={
            "vulnerabilities": len(vulnerabilities),
            "products": len(products.plain) + len(products.made),
            "statements": sum(len(one.groups) for one in told),
        },
        left=left,
    )
    lines = lines_of(opened, "cve", "text")
    return (
        Advisory(
            source=origin,
            statements=tuple(
                statement
                for place, one in enumerate(told, 1)
                for statement in one.statements(origin, f"{number} vulnerability {place}", lines, tracking)
            ),
            title=clean(document["title"]),
            author=clean(document["publisher"]["name"]),
            number=number,
        ),
    )


#: What makes statements on two products one statement: status, word, justification, detail, action and ratings.
_Key = tuple[str, str, str, str, str, tuple[Rating, ...]]


class _Told:
    """What one vulnerability says of each product."""

    def __init__(self, entry: dict[str, Any], products: Products, document: dict[str, Any], left: Left) -> None:
        self.entry, self.products = entry, products
        self.publisher = f"publisher {document['publisher']['name']}"
        # those of the document lead to the advisory itself
        told = [*document.get("references", []), *entry.get("references", [])]
        self.references = unique(clean(one.get("url", "")) for one in told)
        flags = self.texts(((flag["label"], flag) for flag in entry.get("flags", [])), left, "flags")
        impacts = self.texts(
            (
                (prose(threat["details"]), threat)
                for threat in entry.get("threats", [])
                if threat["category"] == "impact"
            ),
            left,
            "threats",
        )
        left.add("threats of other categories", sum(one["category"] != "impact" for one in entry.get("threats", [])))
        actions = self.texts(((_action(one), one) for one in entry.get("remediations", [])), left, "remediations")
        ratings = self.ratings(left)
        self.groups: dict[_Key, dict[str, None]] = {}
        for group, ids in entry.get("product_status", {}).items():
            if group not in STATUSES:
                continue
            for product_id in ids:
                products.mention()
                products.get(product_id)
                labels = flags.get(product_id, ())
                key = (
                    STATUSES[group],
                    group,
                    labels[0] if labels else "",
                    "\n\n".join((*labels[1:], *impacts.get(product_id, ()))),
                    "\n\n".join(actions.get(product_id, ())),
                    tuple(dict.fromkeys(ratings.get(product_id, ()))),
                )
                self.groups.setdefault(key, {})[product_id] = None
        if not self.groups:  # said of no product: a statement all the same, so that somebody asks
            self.groups["", "", "", "", "", ()] = {}

    def texts(self, entries: Iterable[tuple[str, dict[str, Any]]], left: Left, what: str) -> dict[str, tuple[str, ...]]:
        """Texts by product id; those that name no product are counted."""
        found: dict[str, dict[str, None]] = {}
        general: dict[str, None] = {}
        for text, entry in entries:
            if "product_ids" not in entry and "group_ids" not in entry:
                general[text] = None
                continue
            for product_id in self.products.expand(entry):
                self.products.mention()
                self.products.get(product_id)
                found.setdefault(product_id, {})[text] = None
        left.add(f"{what} without a product", len(general))
        return {product_id: unique(texts) for product_id, texts in found.items()}

    def ratings(self, left: Left) -> dict[str, list[Rating]]:
        found: dict[str, list[Rating]] = {}
        told = [(one, one, self.publisher) for one in self.entry.get("scores", [])]
        told += [(one, one["content"], one.get("source") or self.publisher) for one in self.entry.get("metrics", [])]
        for entry, content, by in told:
            vectors = [content[kind]["vectorString"] for kind in ("cvss_v2", "cvss_v3", "cvss_v4") if kind in content]
            rated = [rating for vector in vectors for rating in left.rate(vector, by)]
            for product_id in entry["products"]:
                self.products.mention()
                self.products.get(product_id)
                found.setdefault(product_id, []).extend(rated)
        return found

    def statements(
        self, origin: Source, fallback: str, lines: dict[str, int], tracking: dict[str, Any]
    ) -> Iterable[Statement]:
        entry = self.entry
        named = [entry.get("cve", ""), *(one["text"] for one in entry.get("ids", []))]
        ids = ordered(map(clean, named)) or (fallback,)
        cwes = unique(
            cwe_of(one["id"]) for one in (*([entry["cwe"]] if "cwe" in entry else []), *entry.get("cwes", []))
        )
        fixed = [one for group in ("first_fixed", "fixed") for one in entry.get("product_status", {}).get(group, [])]
        for (status, word, label, detail, action, rated), product_ids in self.groups.items():
            yield Statement(
                source=origin,
                ids=ids,
                products=tuple(map(self.products.get, product_ids)),
                status=status,
                status_text=word,
                justification=label,
                justification_text=label,
                detail=detail,
                action=action,
                description=_description(entry),
                cwes=cwes,
                ratings=rated,
                references=self.references,
                fixed_versions=unique(version for one in unique(fixed) for version in self.products.get(one).versions),
                published=day(entry.get("disclosure_date", "") or entry.get("release_date", ""))
                or day(tracking.get("initial_release_date", "")),
                updated=day(tracking["current_release_date"]),
                location=Location(origin.path, next((lines[name] for name in named if name in lines), 0)),
            )


def _action(remediation: dict[str, Any]) -> str:
    return " ".join(
        part
        for part in (
            f"{clean(remediation['category']).replace('_', ' ').capitalize()}:",
            prose(remediation["details"]),
            clean(remediation.get("url", "")),
        )
        if part
    )


def _description(entry: dict[str, Any]) -> str:
    """The note that describes the vulnerability, else its title."""
    notes = entry.get("notes", [])
    for wanted in ("description", "summary", "details", "general"):
        found = [prose(note["text"]) for note in notes if note["category"] == wanted]
        if found:
            return "\n\n".join(found)
    return clean(entry.get("title", ""))
