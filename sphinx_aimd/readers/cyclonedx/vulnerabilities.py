"""Vulnerabilities of a CycloneDX document in (VEX, VDR), statements on products out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote

from ...model import scores
from ...model.advisory import Product, Rating, Statement
from ...model.bom import Source
from ..shapes import day
from .components import Components
from .document import Document
from .left import Left, used

_STATUS = {
    "exploitable": "affected",
    "in_triage": "under_investigation",
    "resolved": "fixed",
    "resolved_with_pedigree": "fixed",
    "false_positive": "not_affected",
    "not_affected": "not_affected",
}
#: The five labels of CISA, which CSAF and OpenVEX share, for the nine of CycloneDX, as converters between the formats
#: agree on them. What is missing in a product (configuration, dependency, environment) keeps an adversary from the
#: code, which is there; each kind of protection is a mitigation. The file's own word, which says more, is kept.
_JUSTIFICATION = {
    "code_not_present": "vulnerable_code_not_present",
    "code_not_reachable": "vulnerable_code_not_in_execute_path",
    "requires_configuration": "vulnerable_code_cannot_be_controlled_by_adversary",
    "requires_dependency": "vulnerable_code_cannot_be_controlled_by_adversary",
    "requires_environment": "vulnerable_code_cannot_be_controlled_by_adversary",
    "protected_by_compiler": "inline_mitigations_already_exist",
    "protected_at_runtime": "inline_mitigations_already_exist",
    "protected_at_perimeter": "inline_mitigations_already_exist",
    "protected_by_mitigating_control": "inline_mitigations_already_exist",
}
_METHODS = {"CVSSv2": "2.0", "CVSSv3": "3.0", "CVSSv31": "3.1", "CVSSv4": "4.0"}
_NO_SOURCE = Source(path="", sha256="", kind="vex", format="")
_USED = used(
    *("id", "bom-ref", "ratings", "cwes", "description", "detail", "recommendation", "workaround"),
    *("created", "published", "updated", "affects"),
    references=used("id", source=used("url")),
    source=used("url"),
    advisories=used("url"),
    analysis=used("state", "justification", "response", "detail", "firstIssued", "lastUpdated"),
)


class Vulnerabilities:
    """Statements of one document; their source is set once all is counted.

    :param document: a valid document.
    :param components: its components.
    :param left: takes what is not used.
    """

    def __init__(self, document: Document, components: Components, left: Left) -> None:
        self.document, self.components, self.left = document, components, left
        self.statements: list[Statement] = []
        for entry in document.data.get("vulnerabilities", ()):
            self.left.unused("vulnerabilities", entry, _USED)
            self._add(entry)
        stated = {(name, product.ref) for one in self.statements for name in one.ids for product in one.products}
        for ref, facts in components.support.items():
            for name in facts.vulnerabilities:
                if (name, ref) not in stated:
                    self.statements.append(self._unassessed(name, ref))

    def _unassessed(self, name: str, ref: str) -> Statement:
        """A vulnerability that a property of a component names, without any analysis."""
        return Statement(
            source=_NO_SOURCE,
            ids=(name,),
            products=(self._product(ref),),
            status_text="known, not assessed",
            location=self.components.by_ref[ref].location,
        )

    def _add(self, entry: dict[str, Any]) -> None:
        ids = [entry.get("id", ""), *(reference["id"] for reference in entry.get("references", ()))]
        ids = [text for text in dict.fromkeys(" ".join(text.split()) for text in ids) if text]
        if not ids:
            self.left.add("vulnerabilities without an id")
            return
        analysis = entry.get("analysis", {})
        state = analysis.get("state", "")
        ratings = tuple(self._ratings(entry.get("ratings", ())))
        references = tuple(dict.fromkeys(_addresses(entry)))
        detail = entry.get("detail", "")
        description = "\n\n".join(dict.fromkeys(text for text in (entry.get("description", ""), detail) if text))
        updated = (entry.get("updated", ""), analysis.get("firstIssued", ""), analysis.get("lastUpdated", ""))
        for status, text, products in self._products(entry, _STATUS.get(state, ""), state):
            as_analysed = text == state or not state
            justification = analysis.get("justification", "") if as_analysed else ""
            self.statements.append(
                Statement(
                    source=_NO_SOURCE,
                    ids=tuple(ids),
                    products=products,
                    status=status,
                    status_text=text,
                    justification=_JUSTIFICATION.get(justification, ""),
                    justification_text=justification,
                    detail=analysis.get("detail", "") if as_analysed else "",
                    action=_action(entry, analysis) if as_analysed else "",
                    description=description,
                    cwes=tuple(f"CWE-{number}" for number in entry.get("cwes", ())),
                    ratings=ratings,
                    references=references,
                    location=self.document.location(entry),
                    published=day(entry.get("published") or entry.get("created") or ""),
                    updated=max(map(day, updated)),
                )
            )

    def _products(
        self, entry: dict[str, Any], status: str, state: str
    ) -> Iterator[tuple[str, str, tuple[Product, ...]]]:
        """Products by status and the file's own word: a version may differ from what the analysis says of the whole.

        A version that is called affected, though the analysis says not affected or resolved, stands under both, so that
        the contradiction shows.
        """
        found: dict[tuple[str, str], list[Product]] = {}
        for target in entry.get("affects", ()):
            versions: dict[tuple[str, str], list[str]] = {}
            for version in target.get("versions", ()):
                text = version.get("version") or version.get("range") or ""
                for key in _said(version.get("status", ""), status, state):
                    versions.setdefault(key, []).append(text)
            for key, texts in versions.items() or [((status, state), [])]:
                found.setdefault(key, []).append(self._product(target["ref"], tuple(texts)))
        for (its_status, its_text), products in found.items() or [((status, state), [])]:
            yield its_status, its_text, tuple(products)

    def _product(self, ref: str, versions: tuple[str, ...] = ()) -> Product:
        serial, revision, inner = _linked(ref)
        here = serial in ("", self.document.data.get("serialNumber", "").casefold())
        component = self.components.by_ref.get(inner) if here else None
        if component is None:
            return Product(ref=inner, serial=serial, revision=revision, versions=versions)
        return Product(
            ref=inner,
            serial=serial,
            revision=revision,
            name=component.name,
            versions=versions or ((component.version,) if component.version else ()),
            purl=component.purl,
            cpe=component.cpe,
        )

    def _ratings(self, entries: Iterable[dict[str, Any]]) -> Iterator[Rating]:
        for entry in entries:
            method, vector = entry.get("method", ""), " ".join(entry.get("vector", "").split()).strip("()")
            version = _METHODS.get(method, "2.0")
            if not vector.startswith("CVSS:"):
                vector = scores.prefix(version) + vector
            if method not in _METHODS and not vector.startswith("CVSS:"):
                self.left.add(f"ratings by the method {method or 'that is not named'}")
                continue
            if vector == scores.prefix(version):
                self.left.add("ratings without a vector")
                continue
            found = scores.rating(vector, entry.get("source", {}).get("name", ""))
            if isinstance(found, Rating):
                yield found
            else:
                self.left.add("ratings with a vector that is none")


def _addresses(entry: dict[str, Any]) -> Iterator[str]:
    """Where more can be read: advisories, then where the vulnerability and its other numbers come from."""
    told = [*entry.get("advisories", ()), entry.get("source", {})]
    told += [reference.get("source", {}) for reference in entry.get("references", ())]
    yield from (" ".join(one["url"].split()) for one in told if one.get("url"))


def _said(of_version: str, status: str, state: str) -> list[tuple[str, str]]:
    """Status and the file's own word for a version, from what is said of it and of the whole."""
    if of_version == "unaffected" and status not in ("not_affected", "fixed"):
        return [("not_affected", of_version)]
    if of_version == "unknown" and status != "under_investigation":
        return [("under_investigation", of_version)]
    if of_version == "affected" and not status:
        return [("affected", of_version)]
    if of_version == "affected" and status in ("not_affected", "fixed"):
        return [(status, state), ("affected", of_version)]
    return [(status, state)]


def _linked(ref: str) -> tuple[str, str, str]:
    """Serial number, revision and ref of a BOM-Link (``urn:cdx:UUID/1#ref``); a plain ref has neither."""
    if not ref.casefold().startswith("urn:cdx:"):
        return "", "", ref
    document, _, inner = ref[len("urn:cdx:") :].partition("#")
    serial, _, revision = document.partition("/")
    return f"urn:uuid:{serial.casefold()}", revision, unquote(inner, errors="replace")


def _action(entry: dict[str, Any], analysis: dict[str, Any]) -> str:
    """What is done or asked of users: the responses in words, then recommendation and workaround."""
    responses = ", ".join(response.replace("_", " ") for response in analysis.get("response", ()))
    return "\n\n".join(
        text for text in (responses, entry.get("recommendation", ""), entry.get("workaround", "")) if text
    )
