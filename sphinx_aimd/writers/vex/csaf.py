"""VEX as CSAF 2.0 and 2.1, profile csaf_vex: a product tree with components, and one entry for each vulnerability."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ... import __version__
from ...model.vex import AFFECTED, FIXED, NOT_AFFECTED, Revision, VexComponent, VexFile, VexStatement
from . import NO_ACTION, as_text
from .scores import as_csaf

VERSIONS = ("2.0", "2.1")
_SCHEMA = "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json"
_GROUPS = {
    "not_affected": "known_not_affected",
    "affected": "known_affected",
    "fixed": "fixed",
    "under_investigation": "under_investigation",
}
#: No id of an item holds a colon.
_PRODUCT = "aimd:product"
_CPE = re.compile(
    r"cpe:2\.3:[aho](:([A-Za-z0-9._*?-]|\\[^\w\s])+){5}(:([A-Za-z]{2,3}|[*-]))(:([A-Za-z0-9._*?-]|\\[^\w\s])+){4}"
)
_EXPLOITS = {
    "none_known": "No public exploit is known.",
    "proof_of_concept": "A proof of concept is public.",
    "functional": "A working exploit is public.",
    "attacked": "Attacks are known.",
}


def render(vex: VexFile, version: str) -> str:
    """The document as text.

    :param version: one of :data:`VERSIONS`.
    """
    return as_text(_Writer(vex, version).document())


def file_name(number: str) -> str:
    """Name of the file as the standard makes it from the tracking id (CSAF 2.0, section 5.1)."""
    return re.sub(r"[^+\-a-z0-9]+", "_", number.lower()) + ".json"


@dataclass(frozen=True)
class _Writer:
    vex: VexFile
    version: str

    @property
    def is_new(self) -> bool:
        return self.version == "2.1"

    def document(self) -> dict[str, Any]:
        head: dict[str, Any] = {"$schema": _SCHEMA} if self.is_new else {}
        by_name: dict[str, list[VexStatement]] = {}
        for one in self.vex.statements:
            by_name.setdefault(one.name, []).append(one)
        return {
            **head,
            "document": self.head(),
            "product_tree": self.tree(),
            "vulnerabilities": [self.vulnerability(name, said) for name, said in by_name.items()],
        }

    def head(self) -> dict[str, Any]:
        said = self.vex.publication
        revisions = said.revisions or (Revision(date=self.vex.date, summary="First version."),)
        publisher: dict[str, Any] = {"category": said.category, "name": said.publisher, "namespace": said.namespace}
        if said.contact:
            publisher |= {"contact": {"details": said.contact}} if self.is_new else {"contact_details": said.contact}
        publisher |= {"issuing_authority": said.authority} if said.authority else {}
        about = (
            f"Release {self.vex.release}, version {self.vex.product.version or 'not stated'}, as of {self.vex.as_of}."
        )
        label = "WHITE" if said.tlp == "CLEAR" and not self.is_new else said.tlp
        return {
            "category": "csaf_vex",
            "csaf_version": self.version,
            "distribution": {"tlp": {"label": label}},
            "lang": "en",
            "notes": [
                {"category": "general", "title": "What this document is about", "text": about},
                {"category": "general", "title": "On which data it rests", "text": self.vex.data_note},
            ],
            "publisher": publisher,
            "title": self.vex.title,
            "tracking": {
                "current_release_date": f"{revisions[-1].date}T00:00:00Z",
                "generator": {
                    "date": self.vex.moment,
                    "engine": {"name": "sphinx-aimd", "version": __version__},
                },
                "id": said.number,
                "initial_release_date": f"{revisions[0].date}T00:00:00Z",
                "revision_history": [
                    {"date": f"{one.date}T00:00:00Z", "number": str(number), "summary": one.summary}
                    for number, one in enumerate(revisions, 1)
                ],
                "status": said.status,
                "version": str(len(revisions)),
            },
        }

    def tree(self) -> dict[str, Any]:
        product = self.vex.product
        parts = {part.id: part for one in self.vex.statements for part in one.components if part.id}
        version = {
            "category": "product_version",
            "name": product.version or "not stated",
            "product": self.named(product, _PRODUCT),
        }
        name = {"category": "product_name", "name": product.name, "branches": [version]}
        tree: dict[str, Any] = {
            "branches": [{"category": "vendor", "name": self.vex.publication.publisher, "branches": [name]}]
        }
        if parts:
            tree["full_product_names"] = [self.named(part, key) for key, part in sorted(parts.items())]
            tree["product_paths" if self.is_new else "relationships"] = [
                self.path(part) for _key, part in sorted(parts.items())
            ]
        return tree

    def path(self, part: VexComponent) -> dict[str, Any]:
        """The component as it stands in the product: what the statements are about."""
        whole = {"name": f"{part.label} as part of {self.vex.product.label}", "product_id": _key(part)}
        category = "default_component_of"
        if self.is_new:
            step = {"category": category, "next_product_reference": _PRODUCT}
            return {"beginning_product_reference": part.id, "full_product_name": whole, "subpaths": [step]}
        return {
            "category": category,
            "full_product_name": whole,
            "product_reference": part.id,
            "relates_to_product_reference": _PRODUCT,
        }

    def named(self, part: VexComponent, key: str) -> dict[str, Any]:
        helper: dict[str, Any] = {}
        if _CPE.fullmatch(part.cpe):
            helper["cpe"] = part.cpe
        if _is_purl(part.purl):
            helper |= {"purls": [part.purl]} if self.is_new else {"purl": part.purl}
        found: dict[str, Any] = {"name": part.label, "product_id": key}
        return {**found, "product_identification_helper": helper} if helper else found

    def vulnerability(self, name: str, said: list[VexStatement]) -> dict[str, Any]:
        found: dict[str, Any] = {"cve": name} if re.fullmatch(r"CVE-\d{4}-\d{4,}", name) else {}
        other = [alias for one in said for alias in ([] if found and one.name == name else [one.name]) + [*one.aliases]]
        ids = [{"system_name": self.system(alias), "text": alias} for alias in dict.fromkeys(other)]
        found |= {"ids": ids} if ids else {}
        for key, entries in (
            ("flags", self.flags(said)),
            ("metrics" if self.is_new else "scores", self.scores(said)),
            ("notes", self.notes(said)),
            ("references", self.references(said)),
            ("remediations", [entry for one in said for entry in self.remediations(one)]),
            ("threats", [entry for one in said for entry in self.threats(one)]),
        ):
            listed = list(entries)
            found |= {key: listed} if listed else {}
        status: dict[str, list[str]] = {}
        for one in said:
            status.setdefault(_GROUPS[one.status], []).extend(_keys(one))
        found["product_status"] = {group: sorted(set(keys)) for group, keys in sorted(status.items())}
        return {**found, "title": said[0].title}

    def system(self, name: str) -> str:
        known = {"GHSA": "GitHub Security Advisory", "CVE": "CVE"}
        return known.get(name.partition("-")[0], self.vex.publication.publisher)

    def flags(self, said: Iterable[VexStatement]) -> Iterator[dict[str, Any]]:
        """One label for each product at most (test 6.1.33)."""
        done: set[str] = set()
        for one in said:
            keys = [key for key in _keys(one) if key not in done]
            if one.justification and keys:
                done.update(keys)
                yield {"label": one.justification, "product_ids": keys}

    def scores(self, said: Iterable[VexStatement]) -> Iterator[dict[str, Any]]:
        """One vector of a version for each product at most (test 6.1.7); CSAF 2.0 knows no CVSS 4.0."""
        done: set[tuple[str, str]] = set()
        for one in said:
            for version, vector in one.vectors:
                keys = [key for key in _keys(one) if (version, key) not in done]
                if not keys or (version == "4.0" and not self.is_new):
                    continue
                done.update((version, key) for key in keys)
                score = as_csaf(version, vector)
                content = {f"cvss_v{version[0]}": score}
                if not score:
                    continue
                yield {"content": content, "products": keys} if self.is_new else {"products": keys, **content}

    @staticmethod
    def references(said: Iterable[VexStatement]) -> Iterator[dict[str, Any]]:
        for address in dict.fromkeys(address for one in said for address in one.references):
            yield {"category": "external", "summary": "Named by a public record or advisory", "url": address}

    def notes(self, said: list[VexStatement]) -> Iterator[dict[str, Any]]:
        for text in dict.fromkeys(one.description or one.title for one in said):
            yield {"category": "description", "text": text}
        cwes = sorted({cwe for one in said for cwe in one.cwes})
        if cwes:
            yield {"category": "other", "title": "Weakness classes", "text": ", ".join(cwes)}
        for one in said:
            about = ", ".join(part.label or self.vex.product.label for part in one.components)
            if one.reason:
                yield {"category": "details", "title": f"Why it is under investigation in {about}", "text": one.reason}
            for version, vector in one.vectors:
                if version == "4.0" and not self.is_new:
                    yield {"category": "other", "title": f"CVSS 4.0 of {about}", "text": vector}

    def remediations(self, one: VexStatement) -> Iterator[dict[str, Any]]:
        """What is done and what users do; a document of this profile may not be silent on it."""
        keys = _keys(one)
        found: list[tuple[str, str, str]] = []
        if one.status == AFFECTED:
            if one.action:
                found.append(("mitigation", one.action, ""))
            if one.workaround:
                found.append(("workaround", one.workaround, ""))
            version, why = one.planned
            if version:
                text = f"A fix is planned in version {version}." + (f" {why}" if why else "")
                found.append(("fix_planned" if self.is_new else "mitigation", text, ""))
        if one.status in (AFFECTED, FIXED):
            for fix in one.fixes:
                if fix.available_on:
                    details = f"{fix.title}: update to version {fix.version or 'not stated'}."
                    found.append(("vendor_fix", details, fix.available_on))
        if one.status == AFFECTED and not found:
            found.append(("none_available", NO_ACTION, ""))
        for category, details, date in found:
            entry = {"category": category, "details": details, "product_ids": keys}
            yield {**entry, "date": f"{date}T00:00:00Z"} if date else entry

    def threats(self, one: VexStatement) -> Iterator[dict[str, Any]]:
        keys = _keys(one)
        if one.status == NOT_AFFECTED and one.impact:
            yield {"category": "impact", "details": one.impact, "product_ids": keys}
        exploited = " ".join(
            text
            for text in (
                _EXPLOITS.get(one.exploit_maturity, ""),
                "It is in the catalogue of known exploited vulnerabilities." if one.in_kev == "true" else "",
            )
            if text
        )
        if exploited:
            yield {"category": "exploit_status", "details": exploited, "product_ids": keys}


def _key(part: VexComponent) -> str:
    return f"{_PRODUCT}:{part.id}" if part.id else _PRODUCT


def _keys(one: VexStatement) -> list[str]:
    return sorted(_key(part) for part in one.components)


def _is_purl(text: str) -> bool:
    from packageurl import PackageURL  # noqa: PLC0415 - only CSAF is so strict

    try:
        return bool(text) and PackageURL.from_string(text) is not None
    except ValueError:
        return False
