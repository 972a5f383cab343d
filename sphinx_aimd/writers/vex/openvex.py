"""VEX as OpenVEX 0.2.0: one statement for each vulnerability, about the product and its components."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ... import __version__
from ...model.vex import AFFECTED, NOT_AFFECTED, VexComponent, VexFile, VexStatement
from . import NO_ACTION, as_text, bom_link, content_uuid

CONTEXT = "https://openvex.dev/ns/v0.2.0"


def render(vex: VexFile) -> str:
    """The document as text."""
    said = vex.publication
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "author": said.publisher,
        "role": f"{said.category}, document {said.number}, {said.status}, TLP:{said.tlp}",
        "timestamp": vex.moment,
        "version": max(len(said.revisions), 1),
        "tooling": f"sphinx-aimd {__version__}",
        "statements": [_statement(vex, one) for one in vex.statements],
    }
    return as_text({"@context": CONTEXT, "@id": f"{said.namespace}/openvex/{content_uuid(document)}", **document})


def product_id(vex: VexFile) -> str:
    """The product as an IRI: its package URL, or a name below the maker's namespace made from name and version."""
    product = vex.product
    name = [vex.publication.namespace, product.name, product.version]
    return product.purl or f"{vex.publication.namespace}/product/{content_uuid(name)}"


def _statement(vex: VexFile, one: VexStatement) -> dict[str, Any]:
    product: dict[str, Any] = {"@id": product_id(vex), **_identifiers(vex.product)}
    parts = [_part(vex, part) for part in one.components if part.id]
    if parts:
        product["subcomponents"] = parts
    vulnerability: dict[str, Any] = {"name": one.name, "description": one.description or one.title}
    if one.aliases:
        vulnerability["aliases"] = list(one.aliases)
    statement: dict[str, Any] = {
        "vulnerability": vulnerability,
        "timestamp": f"{one.assessed_on}T00:00:00Z" if one.assessed_on else vex.moment,
        "products": [product],
        "status": one.status,
    }
    # the document has no place for it; these notes say "how status was determined"
    statement["status_notes"] = f"{one.reason} {vex.data_note}".strip()
    if one.status == NOT_AFFECTED:
        statement |= {"justification": one.justification} if one.justification else {}
        statement |= {"impact_statement": one.impact} if one.impact else {}
    if one.status == AFFECTED:
        statement["action_statement"] = " ".join(actions(one))
        statement["action_statement_timestamp"] = statement["timestamp"]
    return statement


def actions(one: VexStatement) -> Iterator[str]:
    """What is done and what users do, in sentences."""
    yield one.action or NO_ACTION
    if one.workaround:
        yield f"Compensating controls: {one.workaround}."
    version, why = one.planned
    if version:
        yield f"A fix is planned in version {version}." + (f" {why}." if why else "")
    for fix in one.fixes:
        if fix.available_on:
            yield f"The update {fix.title}, version {fix.version}, is available since {fix.available_on}."


def _part(vex: VexFile, part: VexComponent) -> dict[str, Any]:
    """A component by its place in a bill of materials (a BOM-Link), its package URL, or its id in this file."""
    name = bom_link(part) or part.purl or f"{vex.publication.namespace}/component/{part.id}"
    return {"@id": name, **_identifiers(part)}


def _identifiers(part: VexComponent) -> dict[str, Any]:
    found = {name: text for name, text in (("purl", part.purl), ("cpe23", part.cpe)) if text}
    return {"identifiers": found} if found else {}
