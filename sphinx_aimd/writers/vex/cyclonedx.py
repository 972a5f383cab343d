"""VEX as CycloneDX 1.6 JSON: analyses of vulnerabilities, each about components of a bill of materials."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ... import __version__
from ...model.vex import AFFECTED, FIXED, NOT_AFFECTED, UNDER_INVESTIGATION, VexComponent, VexFile, VexStatement
from . import NO_ACTION, bom_link, content_uuid
from .scores import base_of

if TYPE_CHECKING:
    from cyclonedx.model.component import Component
    from cyclonedx.model.vulnerability import Vulnerability, VulnerabilityAnalysis

_STATES = {
    NOT_AFFECTED: "not_affected",
    AFFECTED: "exploitable",
    FIXED: "resolved",
    UNDER_INVESTIGATION: "in_triage",
}
#: Labels that CycloneDX has a word of the same meaning for; the others are written into the detail, unchanged.
_JUSTIFICATIONS = {
    "vulnerable_code_not_present": "code_not_present",
    "vulnerable_code_not_in_execute_path": "code_not_reachable",
    "inline_mitigations_already_exist": "protected_by_mitigating_control",
}
_METHODS = {"2.0": "CVSSv2", "3.0": "CVSSv3", "3.1": "CVSSv31", "4.0": "CVSSv4"}
_SOURCES = {"CVE": ("NVD", "https://nvd.nist.gov/vuln/detail/"), "GHSA": ("GitHub", "https://github.com/advisories/")}
#: No id of an item holds a colon.
_PRODUCT = "aimd:product"


def render(vex: VexFile) -> str:
    """The document as text.

    A component is named by the serial number of its bill of materials and its key there where that bill was read
    (a BOM-Link), else it stands in the document with its package URL.
    """
    from cyclonedx.model import Property  # noqa: PLC0415 - the library is needed only where CycloneDX is written
    from cyclonedx.model.bom import Bom  # noqa: PLC0415
    from cyclonedx.model.component import Component, ComponentType  # noqa: PLC0415
    from cyclonedx.model.contact import OrganizationalContact, OrganizationalEntity  # noqa: PLC0415
    from cyclonedx.output import make_outputter  # noqa: PLC0415
    from cyclonedx.schema import OutputFormat, SchemaVersion  # noqa: PLC0415

    said = vex.publication
    contacts = [OrganizationalContact(name=said.contact)] if said.contact else []
    maker = OrganizationalEntity(name=said.publisher, contacts=contacts)
    bom = Bom(serial_number=content_uuid(asdict(vex)), version=max(len(said.revisions), 1))
    bom.metadata.timestamp = _moment(vex.date)
    bom.metadata.supplier = maker
    bom.metadata.component = Component(
        type=ComponentType.DEVICE,
        name=vex.product.name,
        version=vex.product.version or None,
        bom_ref=_PRODUCT,
        supplier=maker,
        purl=_purl(vex.product.purl),
        cpe=vex.product.cpe or None,
    )
    bom.metadata.tools.components.add(
        Component(type=ComponentType.APPLICATION, name="sphinx-aimd", version=__version__, bom_ref="aimd:tool")
    )
    bom.metadata.properties.add(Property(name="sphinx-aimd:document", value=said.number))
    bom.metadata.properties.add(Property(name="sphinx-aimd:status", value=said.status))
    bom.metadata.properties.add(Property(name="sphinx-aimd:tlp", value=said.tlp))
    bom.metadata.properties.add(Property(name="sphinx-aimd:assessed-on-data-of", value=vex.assessed_on))
    parts = {part.id: part for one in vex.statements for part in one.components if part.id}
    own = [_component(part) for part in parts.values() if not bom_link(part)]
    bom.components.update(own)
    bom.register_dependency(bom.metadata.component, own)
    for one in vex.statements:
        bom.vulnerabilities.add(_vulnerability(one))
    return make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2) + "\n"


def link(part: VexComponent) -> str:
    """How a statement names a component: a BOM-Link, or its key in this document."""
    if not part.id:
        return _PRODUCT
    return bom_link(part) or part.id


def _moment(day: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"{day}T00:00:00+00:00")


def _purl(text: str) -> Any:
    from packageurl import PackageURL  # noqa: PLC0415

    try:
        return PackageURL.from_string(text) if text else None
    except ValueError:
        return None


def _component(part: VexComponent) -> Component:
    from cyclonedx.model.component import Component, ComponentType  # noqa: PLC0415

    return Component(
        type=ComponentType.LIBRARY,
        name=part.name,
        version=part.version or None,
        bom_ref=link(part),
        purl=_purl(part.purl),
        cpe=part.cpe or None,
    )


def _vulnerability(one: VexStatement) -> Vulnerability:
    from cyclonedx.model import Property, XsUri  # noqa: PLC0415
    from cyclonedx.model.vulnerability import (  # noqa: PLC0415
        BomTarget,
        Vulnerability,
        VulnerabilityAdvisory,
        VulnerabilityRating,
        VulnerabilityReference,
        VulnerabilityScoreSource,
        VulnerabilitySeverity,
        VulnerabilitySource,
    )

    def source(name: str) -> VulnerabilitySource:
        label, address = _SOURCES.get(name.partition("-")[0], ("the maker", ""))
        return VulnerabilitySource(name=label, url=XsUri(address + name) if address else None)

    ratings = []
    for version, vector in one.vectors:
        base = base_of(version, vector)
        method = VulnerabilityScoreSource(_METHODS[version])
        if base is not None:
            severity = VulnerabilitySeverity(base[1])
            ratings.append(
                VulnerabilityRating(method=method, vector=vector, score=Decimal(str(base[0])), severity=severity)
            )
    return Vulnerability(
        bom_ref=f"{one.item}/{one.name}/{'+'.join(part.id for part in one.components)}",
        id=one.name,
        source=source(one.name),
        references=[VulnerabilityReference(id=name, source=source(name)) for name in one.aliases],
        advisories=[VulnerabilityAdvisory(url=XsUri(address)) for address in one.references],
        ratings=ratings,
        cwes=[int(cwe.removeprefix("CWE-")) for cwe in one.cwes if re.fullmatch(r"CWE-\d{1,9}", cwe)],
        description=one.description or one.title,
        recommendation="\n\n".join(_advice(one)) or None,
        workaround=one.workaround or None,
        analysis=_analysis(one),
        affects=[BomTarget(ref=link(part)) for part in one.components],
        properties=[Property(name="sphinx-aimd:item", value=one.item)],
    )


def _analysis(one: VexStatement) -> VulnerabilityAnalysis:
    from cyclonedx.model.impact_analysis import (  # noqa: PLC0415
        ImpactAnalysisJustification,
        ImpactAnalysisResponse,
        ImpactAnalysisState,
    )
    from cyclonedx.model.vulnerability import VulnerabilityAnalysis  # noqa: PLC0415

    word = _JUSTIFICATIONS.get(one.justification)
    responses = []
    if one.status == AFFECTED and any(fix.available_on for fix in one.fixes):
        responses.append(ImpactAnalysisResponse.UPDATE)
    if one.workaround:
        responses.append(ImpactAnalysisResponse.WORKAROUND_AVAILABLE)
    return VulnerabilityAnalysis(
        state=ImpactAnalysisState(_STATES[one.status]),
        justification=ImpactAnalysisJustification(word) if word else None,
        responses=responses,
        detail=" ".join(_detail(one)) or None,
        last_updated=_moment(one.assessed_on) if one.assessed_on else None,
    )


def _detail(one: VexStatement) -> Iterator[str]:
    if one.justification and one.justification not in _JUSTIFICATIONS:
        yield f"{one.justification}:"
    for text in (one.reason, one.impact):
        if text:
            yield text


def _advice(one: VexStatement) -> Iterator[str]:
    if one.status == AFFECTED:
        yield one.action or NO_ACTION
    version, why = one.planned
    if version:
        yield f"A fix is planned in version {version}." + (f" {why}" if why else "")
    for fix in one.fixes:
        if fix.available_on:
            yield f"Fixed by the update {fix.title}, version {fix.version}, available since {fix.available_on}."
