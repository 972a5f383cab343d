"""OpenVEX 0.0.1 to 0.2.0 in, statements out."""

from __future__ import annotations

import re
from typing import Any

from ..model.advisory import Advisory, Product, Statement
from ..model.item import Location
from ..model.schemes import ordered
from ..model.vex import AFFECTED, FIXED, JUSTIFICATIONS, NOT_AFFECTED, UNDER_INVESTIGATION
from ..yamlfile import InputError
from .known import NOTHING, Known
from .opened import Opened
from .shapes import (
    NUMBER,
    REMEDY,
    TEXT,
    Left,
    bom_link,
    check,
    checker,
    clean,
    day,
    instant,
    is_json,
    lines_of,
    many,
    obj,
    prose,
    source,
    unique,
)

VERSIONS = ("0.0.1", "0.0.2", "0.2.0")
STATUSES = (NOT_AFFECTED, AFFECTED, FIXED, UNDER_INVESTIGATION)
_CONTEXT = re.compile(r"https://openvex\.dev/ns(?:/v?(?P<version>\d+\.\d+\.\d+))?/?")


def _text_or(shape: dict[str, Any]) -> dict[str, Any]:
    """Shape of what was a text in 0.0.x and is an object today."""
    return {**shape, "type": ["string", "object"]}


_NAMED = obj(**{"@id": TEXT, "identifiers": obj(purl=TEXT, cpe22=TEXT, cpe23=TEXT)})
_PART = {"$ref": "#/$defs/part"}
_PRODUCT = {**_NAMED, "properties": {**_NAMED["properties"], "subcomponents": many(_PART)}}
_SHAPE = {
    **obj(
        "@context",
        "@id",
        "author",
        "statements",
        **{
            "@context": TEXT,
            "@id": TEXT,
            "author": TEXT,
            "role": TEXT,
            "timestamp": TEXT,
            "last_updated": TEXT,
            "version": NUMBER,
            "statements": {
                **many(
                    obj(
                        "vulnerability",
                        "status",
                        vulnerability=_text_or(
                            obj("name", **{"@id": TEXT}, name=TEXT, description=TEXT, aliases=many(TEXT))
                        ),
                        vuln_description=TEXT,
                        products=many({"$ref": "#/$defs/product"}),
                        subcomponents=many(_PART),
                        status={"enum": list(STATUSES)},
                        justification={"enum": list(JUSTIFICATIONS)},
                        impact_statement=TEXT,
                        action_statement=TEXT,
                        status_notes=TEXT,
                        timestamp=TEXT,
                        last_updated=TEXT,
                    )
                ),
                "minItems": 1,
            },
        },
    ),
    "$defs": {"product": _text_or(_PRODUCT), "part": _text_or(_NAMED)},
}
_VALIDATOR = checker(_SHAPE)


def is_mine(opened: Opened) -> bool:
    """Whether the file names OpenVEX as its context."""
    if not is_json(opened) or b"openvex" not in opened.raw:
        return False
    data = opened.json
    return isinstance(data, dict) and "openvex.dev/ns" in str(data.get("@context", ""))[:200]


def read(opened: Opened, known: Known = NOTHING) -> tuple[Advisory, ...]:
    """Read a document.

    :raises InputError: an unknown version, or not the shape of OpenVEX.
    """
    data = opened.json
    context = _CONTEXT.fullmatch(str(data["@context"]))
    version = (context["version"] or "0.0.1") if context else str(data["@context"])[:80]
    if version not in VERSIONS:
        raise opened.fail(f"is OpenVEX of the version {version!r}.", f"Versions that are read: {', '.join(VERSIONS)}.")
    check(opened, data, _VALIDATOR, "sound OpenVEX document")
    left = Left()
    left.unread(data, _SHAPE)
    issued = day(data.get("last_updated", "")) or day(data.get("timestamp", ""))
    statements = data["statements"]
    dates = [day(entry.get("last_updated", "")) or day(entry.get("timestamp", "")) for entry in statements]
    origin = source(
        opened,
        known,
        kind="vex",
        form=f"OpenVEX {version}",
        date=issued or max(dates),
        about=data["@id"],
        counts={"statements": len(statements)},
        left=left,
    )
    lines = lines_of(opened, "name", "vulnerability")
    found = []
    for entry in statements:
        try:
            found.append(_statement(entry, origin, lines, data))
        except _Unusable as error:
            line = lines.get(_name(entry), 0)
            raise InputError(opened.name, line, f"has a statement on {_name(entry)[:80]!r} {error}.", REMEDY) from error
    return (
        Advisory(
            source=origin,
            statements=tuple(found),
            title=clean(data["@id"]),
            author=clean(data["author"]),
            number=clean(data["@id"]),
        ),
    )


class _Unusable(Exception):  # noqa: N818 - reads as what it is
    """What is wrong with a statement."""


def _name(entry: dict[str, Any]) -> str:
    vulnerability = entry["vulnerability"]
    return str(vulnerability if isinstance(vulnerability, str) else vulnerability["name"])


def _statement(entry: dict[str, Any], origin: Any, lines: dict[str, int], document: dict[str, Any]) -> Statement:
    told = entry["vulnerability"] if isinstance(entry["vulnerability"], dict) else {}
    name = clean(_name(entry))
    if not name:
        raise _Unusable("that names no vulnerability")
    status = entry["status"]
    if status == "not_affected" and not entry.get("justification") and not entry.get("impact_statement", "").strip():
        raise _Unusable("that is not_affected without a justification or an impact statement")
    shared = entry.get("subcomponents", [])  # of 0.0.x, where they stood beside the products
    products = tuple(part for product in entry.get("products", []) for part in _products(product, shared))
    detail = [prose(entry.get(key, "")) for key in ("impact_statement", "status_notes")]
    # a statement without times of its own has those of the document (OpenVEX, "inheritance")
    own = [entry.get("timestamp", ""), document.get("timestamp", "")]
    last = [entry.get("last_updated", ""), own[0], document.get("last_updated", ""), own[1]]
    updated = next((moment for moment in last if day(moment)), "")
    return Statement(
        source=origin,
        ids=ordered((name, *map(clean, told.get("aliases", [])))),
        products=products,
        status=status,
        status_text=status,
        justification=entry.get("justification", ""),
        justification_text=entry.get("justification", ""),
        detail="\n\n".join(part for part in detail if part),
        action=prose(entry.get("action_statement", "")),
        description=prose(told.get("description", "") or entry.get("vuln_description", "")),
        references=unique([clean(told.get("@id", ""))]),
        published=next(filter(None, map(day, own)), ""),
        updated=day(updated),
        moment=instant(updated),
        location=Location(origin.path, lines.get(_name(entry), 0)),
    )


def _products(value: Any, shared: list[Any]) -> list[Product]:
    """The product, or its subcomponents as parts of it."""
    product = _product(value, None)
    told = value.get("subcomponents", []) if isinstance(value, dict) else []
    parts = [_product(part, product) for part in [*told, *shared]]
    return parts or [product]


def _product(value: Any, within: Product | None) -> Product:
    ref = clean(value if isinstance(value, str) else value.get("@id", ""))
    told = value.get("identifiers", {}) if isinstance(value, dict) else {}
    purl = clean(told.get("purl", "")) or (ref if ref.startswith("pkg:") else "")
    cpe = clean(told.get("cpe23", "") or told.get("cpe22", "")) or (ref if ref.startswith("cpe:") else "")
    if not (ref or purl or cpe):
        raise _Unusable("with a product that has neither an @id nor an identifier")
    link = bom_link(ref)
    if link is not None:
        serial, revision, part = link
        return Product(ref=part, serial=serial, revision=revision, purl=purl, cpe=cpe, within=within)
    return Product(ref=ref, purl=purl, cpe=cpe, within=within)
