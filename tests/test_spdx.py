"""SPDX 2 and 3: files that nobody here wrote, what relations mean, support, statements, and hostile input."""

from __future__ import annotations

import copy
import json
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sphinx_aimd.model.advisory import Advisory, Statement
from sphinx_aimd.model.bom import Bom, BomComponent
from sphinx_aimd.model.item import Location
from sphinx_aimd.readers import spdx2, spdx3, support
from sphinx_aimd.readers.known import NOTHING, Known
from sphinx_aimd.readers.opened import Opened, open_file
from sphinx_aimd.yamlfile import InputError
from tests.corpora import samples, sdist

TOOLS, MODEL = ("spdx-tools", "0.8.5"), ("spdx-python-model", "0.0.6")
ENDINGS = (".json", ".spdx", ".yaml", ".xml")
#: Files of spdx-tools that are refused, by a part of their name, and what is said of them. UTF-16 is not what the
#: formats prescribe, RDF is read by nobody here, control characters are what spdx-tools takes out in silence; the
#: others are invalid.
REFUSED = {
    "ControlCharacters": "control character",
    "JSONExample-UTF-16": "is not UTF-8",
    "TagExample-UTF-16": "is not UTF-8",
    "YAMLExample-UTF-16": "is not UTF-8",
    "XMLExample-UTF-16": "is not well-formed XML",
    "RdfExample": "in RDF, which is not read",
    "file_to_test_rdf": "in RDF, which is not read",
    "file_without_spdx_ids": "in RDF, which is not read",
    "invalid_creation_info": "in RDF, which is not read",
    "invalid/spdx-trivy": "without the text 'downloadLocation'",
    "expected_tag_value": 'must be either "true" or "false"',
}
VALID = 11


def read_opened(file: Opened) -> tuple[Any, ...]:
    for reader in (spdx2, spdx3):
        if reader.is_mine(file):
            return reader.read(file, NOTHING)
    return ()


def read(path: Path) -> tuple[Any, ...]:
    return read_opened(open_file(path.parent, path.name))


def corpus() -> Iterator[Path]:
    for path in sorted((sdist(*TOOLS) / "tests").rglob("*")):
        if path.name.endswith(ENDINGS) and path.is_file():
            yield path


def expected(path: Path) -> str:
    return next((text for part, text in REFUSED.items() if part in path.as_posix()), "")


def test_every_valid_file_of_the_spdx_project_is_read_and_every_other_refused() -> None:
    done = {"read": 0, "refused": 0}
    for path in corpus():
        wanted = expected(path)
        if wanted:
            with pytest.raises(InputError) as caught:
                read(path)
            assert wanted in caught.value.message, path
            done["refused"] += 1
        else:
            (bom,) = read(path)
            assert bom.components or bom.subject, path
            done["read"] += 1
    assert done == {"read": VALID, "refused": 14}


@pytest.mark.parametrize("version", ["2.2", "2.3"])
def test_the_four_forms_of_one_document_say_the_same(version: str) -> None:
    folder = sdist(*TOOLS) / "tests/spdx/data"
    names = (f"SPDX{kind}Example-v{version}.spdx{end}" for kind, end in FORMS.items())
    found = [read(folder / name)[0] for name in names]
    assert [bom.source.format for bom in found] == [f"SPDX {version} {form}" for form in FORM_NAMES]
    assert {part.location.line > 0 for bom in found for part in (bom.subject, *bom.components)} == {True}
    assert len({repr(without_places(bom)) for bom in found}) == 1


FORMS = {"JSON": ".json", "YAML": ".yaml", "XML": ".xml", "Tag": ""}
FORM_NAMES = ("JSON", "YAML", "XML", "tag-value")


def without_places(bom: Bom) -> Bom:
    def bare(part: BomComponent) -> BomComponent:
        return replace(part, location=Location(), copyright=" ".join(part.copyright.split()), description="")

    source = replace(bom.source, path="", sha256="", format="")
    parts = sorted(map(bare, bom.components), key=lambda part: part.ref)
    return replace(bom, source=source, subject=bare(bom.subject) if bom.subject else None, components=tuple(parts))


def test_nothing_that_is_used_is_lost_from_packages() -> None:
    checked = 0
    for path in [path for path in corpus() if path.name.endswith(".json") and not expected(path)]:
        (bom,) = read(path)
        data = json.loads(path.read_bytes())
        parts = {part.ref: part for part in (bom.subject, *bom.components) if part}
        assert parts.keys() == {package["SPDXID"] for package in data["packages"]}
        for package in data["packages"]:
            part = parts[package["SPDXID"]]
            assert (part.name, part.version) == (package["name"].strip(), package.get("versionInfo", ""))
            assert len(part.hashes) == len(package.get("checksums", ()))
            purls = [r["referenceLocator"] for r in package.get("externalRefs", ()) if r["referenceType"] == "purl"]
            assert part.purl == "".join(purls[:1])
            assert bool(part.supplier) == ("supplier" in package and package["supplier"] != "NOASSERTION")
            checked += 1
    assert checked == 13


def test_the_example_of_the_spdx_3_bindings_is_read() -> None:
    (bom,) = read(sdist(*MODEL) / "tests/data/3.0.1/example.spdx3.json")
    assert (bom.source.format, bom.source.date, bom.source.about) == ("SPDX 3.0.1 JSON-LD", "2021-08-26", "hello")
    assert bom.subject.licences == ("GPL-3.0-or-later",)
    assert bom.authors == ("Steve Winslow",)
    assert len(bom.tools) == 2
    assert "3 files" in bom.source.left


def test_public_samples_are_read() -> None:
    folder = samples("sbom")
    found = {path.name: read(path)[0] for path in sorted(folder.glob("*spdx*.json"))}
    assert {name: (len(bom.components), bom.source.counts["dependencies"]) for name, bom in found.items()} == {
        "appbomination.spdx.json": (6, 3),
        "appbomination.spdx3.json": (6, 3),
        "examplemaven-0.0.1-enriched.spdx.json": (5, 4),
        "hello-src.spdx.json": (0, 0),
    }
    assert all(bom.subject for bom in found.values())


# --- SPDX 2 by hand


def package(name: str, **more: Any) -> dict[str, Any]:
    return {"SPDXID": f"SPDXRef-{name}", "name": name, "downloadLocation": "NOASSERTION", **more}


def document(**more: Any) -> dict[str, Any]:
    return {
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "controller",
        "dataLicense": "CC0-1.0",
        "documentNamespace": "https://mira.example/controller-2.1",
        "creationInfo": {"created": "2026-10-01T08:00:00Z", "creators": ["Organization: Mira", "Tool: bomgen-3.1"]},
        "packages": [package("app"), package("tls", versionInfo="1.4"), package("crc")],
        "documentDescribes": ["SPDXRef-app"],
        **more,
    }


def relation(start: str, kind: str, end: str) -> dict[str, str]:
    def full(name: str) -> str:
        return name if name in ("NOASSERTION", "NONE") else f"SPDXRef-{name}"

    return {"spdxElementId": full(start), "relationshipType": kind, "relatedSpdxElement": full(end)}


def opened(data: Any, name: str = "bom.spdx.json") -> Opened:
    raw = data if isinstance(data, bytes) else json.dumps(data, indent=1).encode()
    return Opened(name, raw, "sha256:" + "0" * 64)


def bill(data: Any, name: str = "bom.spdx.json", known: Known = NOTHING) -> Bom:
    file = opened(data, name)
    assert spdx2.is_mine(file)
    return spdx2.read(file, known)[0]


def needs(bom: Bom) -> dict[str, tuple[str, ...]]:
    parts = (bom.subject, *bom.components)
    found = {part.ref: part.depends_on for part in parts if part and part.depends_on}
    return {
        ref.removeprefix("SPDXRef-"): tuple(e.removeprefix("SPDXRef-") for e in ends) for ref, ends in found.items()
    }


@pytest.mark.parametrize("kind", sorted(spdx2.FORWARD))
def test_forward_relations(kind: str) -> None:
    assert needs(bill(document(relationships=[relation("app", kind, "tls")]))) == {"app": ("tls",)}


@pytest.mark.parametrize("kind", sorted(spdx2.BACKWARD))
def test_backward_relations(kind: str) -> None:
    assert needs(bill(document(relationships=[relation("tls", kind, "app")]))) == {"app": ("tls",)}


@pytest.mark.parametrize("kind", ["TEST_DEPENDENCY_OF", "GENERATED_FROM", "VARIANT_OF"])
def test_other_relations_are_no_dependency_and_are_counted(kind: str) -> None:
    bom = bill(document(relationships=[relation("tls", kind, "app")]))
    assert needs(bom) == {}
    assert len(bom.source.left) == 1


def test_what_is_not_known_and_what_is_nothing() -> None:
    relations = [
        relation("app", "DEPENDS_ON", "tls"),
        relation("app", "DEPENDS_ON", "NOASSERTION"),
        relation("tls", "CONTAINS", "NONE"),
    ]
    bom = bill(document(relationships=relations))
    parts = {part.name: part.known_unknown for part in (bom.subject, *bom.components) if part}
    assert parts == {"app": "dependencies_unknown", "tls": "complete", "crc": ""}


def test_a_file_stands_for_the_one_package_that_holds_it() -> None:
    files = [
        {
            "SPDXID": "SPDXRef-bin",
            "fileName": "./app.bin",
            "checksums": [{"algorithm": "SHA1", "checksumValue": "0" * 40}],
        }
    ]
    relations = [relation("app", "CONTAINS", "bin"), relation("bin", "STATIC_LINK", "tls")]
    bom = bill(document(files=files, relationships=relations))
    assert needs(bom) == {"app": ("tls",)}
    assert bom.source.left == ("1 file",)
    both = bill(document(files=files, relationships=[*relations, relation("crc", "CONTAINS", "bin")]))
    assert needs(both) == {}
    assert "1 relation of files that no one package holds" in both.source.left


def test_a_dangling_relation_is_counted() -> None:
    bom = bill(document(relationships=[relation("app", "DEPENDS_ON", "gone")]))
    assert bom.source.left == ("1 relation to elements outside this file",)


def test_what_is_not_used_of_packages_is_counted() -> None:
    data = document()
    data["packages"][1] |= {
        "downloadLocation": "https://tiny.example/tls.tar.gz",
        "homepage": "NONE",
        "comment": "As shipped",
        "builtDate": "2026-01-31T00:00:00Z",
        "licenseConcluded": "MIT",
        "licenseDeclared": "MIT OR Apache-2.0",
    }
    data["comment"] = "For review"
    assert bill(data).source.left == (
        *("1 build date", "1 comment on packages", "1 comment on the document"),
        *("1 declared licence beside other ones", "1 download location"),
    )


def test_facts_of_a_package() -> None:
    data = document()
    data["packages"][1] |= {
        "supplier": "Organization: Tiny (security@tiny.example)",
        "originator": "Person: A. Maker",
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "MIT OR Apache-2.0",
        "copyrightText": "2020 Tiny\n  all rights",
        "primaryPackagePurpose": "OPERATING-SYSTEM",
        "validUntilDate": "2031-01-31T00:00:00Z",
        "checksums": [
            {"algorithm": "SHA256", "checksumValue": "A" * 64},
            {"algorithm": "SHA3-512", "checksumValue": "b" * 128},
            {"algorithm": "BLAKE2b-256", "checksumValue": "c" * 64},
        ],
        "externalRefs": [
            {"referenceCategory": "SECURITY", "referenceType": "cpe22Type", "referenceLocator": "cpe:/a:tiny:tls:1.4"},
            {
                "referenceCategory": "SECURITY",
                "referenceType": "cpe23Type",
                "referenceLocator": "cpe:2.3:a:tiny:tls:1.4:*:*:*:*:*:*:*",
            },
            {
                "referenceCategory": "PACKAGE_MANAGER",
                "referenceType": "purl",
                "referenceLocator": "pkg:generic/tls@1.4",
            },
        ],
        "annotations": [
            {
                "annotationType": "OTHER",
                "annotator": "Person: B",
                "annotationDate": "2026-10-01T08:00:00Z",
                "comment": "Support level: Actively maintained\nEnd of support: open source, none stated",
            }
        ],
    }
    bom = bill(data, known=Known(release="REL-001"))
    part = bom.components[0]
    assert (part.supplier, part.manufacturer, part.kind) == ("Tiny", "A. Maker", "operating-system")
    assert (part.licences, part.copyright) == (("MIT OR Apache-2.0",), "2020 Tiny\nall rights")
    assert part.hashes == ("SHA-256:" + "a" * 64, "SHA3-512:" + "b" * 128, "BLAKE2b-256:" + "c" * 64)
    assert (part.cpe[:7], part.purl) == ("cpe:2.3", "pkg:generic/tls@1.4")
    assert (part.end_of_support, part.end_of_support_text) == ("2031-01-31", "")
    assert (part.support_level, part.support_level_text) == ("actively_maintained", "Actively maintained")
    assert "SPDXRef-tls" in json.dumps(data, indent=1).splitlines()[part.location.line - 1]
    assert bom.source.left == ("1 further external reference of packages",)
    assert (bom.authors, bom.tools, bom.release) == (("Mira",), ("bomgen-3.1",), "REL-001")
    assert (bom.serial, bom.timestamp) == ("https://mira.example/controller-2.1", "2026-10-01T08:00:00Z")
    assert (bom.source.date, bom.source.kind) == ("2026-10-01", "sbom")


def test_no_product_is_chosen_where_several_are_described() -> None:
    bom = bill(document(documentDescribes=["SPDXRef-app", "SPDXRef-tls"]))
    assert bom.subject is None
    assert len(bom.components) == 3
    assert "no one of them is taken as the product" in bom.source.left[0]


# --- words about support


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Actively maintained", "actively_maintained"),
        ("no-longer-maintained", "no_longer_maintained"),
        ("EOL", "no_longer_maintained"),
        ("abandoned", "abandoned"),
        ("limitedSupport", "unknown"),
        ("ask the vendor", "unknown"),
        ("", ""),
    ],
)
def test_levels_of_support(text: str, level: str) -> None:
    assert support.level_of(text) == (level, text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2031-01-31", ("2031-01-31", "")),
        ("2031-01-31T00:00:00Z", ("2031-01-31", "")),
        ("2031-01", ("", "2031-01")),
        ("2031-02-30", ("", "2031-02-30")),
        ("open source, none stated", ("", "open source, none stated")),
        ("", ("", "")),
    ],
)
def test_dates_and_words_of_the_end_of_support(text: str, found: tuple[str, str]) -> None:
    assert support.until(text) == found


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("exemplar:support-level", "level"),
        ("cdx:fda:endOfSupport", "until"),
        ("vendor:support:level", "level"),
        ("x:EOL_date", "until"),
        ("support-contact", ""),
        ("", ""),
    ],
)
def test_names_of_properties_about_support(name: str, field: str) -> None:
    assert support.field_of(name) == field


# --- SPDX 3 by hand

AT = "https://mira.example/doc/"


def element(kind: str, key: str, /, **more: Any) -> dict[str, Any]:
    return {"type": kind, "spdxId": AT + key, "creationInfo": "_:c", **more}


def link(name: str, kind: str, start: str, *ends: str, cls: str = "Relationship", **more: Any) -> dict[str, Any]:
    to = [end if ":" in end else AT + end for end in ends]
    return element(cls, name, relationshipType=kind, **{"from": AT + start}, to=to, **more)


def graph(*more: dict[str, Any]) -> dict[str, Any]:
    base = [
        {
            "type": "CreationInfo",
            "@id": "_:c",
            "specVersion": "3.0.1",
            "created": "2026-10-01T08:00:00Z",
            "createdBy": [AT + "mira"],
        },
        element("Organization", "mira", name="Mira"),
        element("SpdxDocument", "document", name="controller", rootElement=[AT + "sbom"]),
        element("software_Sbom", "sbom", rootElement=[AT + "app"], software_sbomType=["build"]),
        element("software_Package", "app", name="controller", software_packageVersion="2.1"),
        element("software_Package", "tls", name="tinytls", software_packageVersion="1.4"),
        element("software_Package", "crc", name="crc"),
    ]
    return {"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [*base, *more]}


def third(data: Any) -> tuple[Any, ...]:
    file = opened(data, "bom.spdx3.json")
    assert spdx3.is_mine(file)
    return spdx3.read(file, NOTHING)


def test_spdx_3_what_is_not_used_of_packages_is_counted() -> None:
    more = {
        "software_downloadLocation": "https://tiny.example/x.tar.gz",
        "builtTime": "2026-01-31T00:00:00Z",
        "comment": "NOASSERTION",
    }
    (bom,) = third(graph(element("software_Package", "x", name="x", **more)))
    assert bom.source.left == ("1 build date", "1 download location")


def test_spdx_3_product_makers_and_dependencies() -> None:
    none, no_assertion = (
        f"https://spdx.org/rdf/3.0.1/terms/Core/{name}" for name in ("NoneElement", "NoAssertionElement")
    )
    (bom,) = third(
        graph(
            link("r1", "dependsOn", "app", "tls", "crc", completeness="complete"),
            link("r2", "hasStaticLink", "tls", no_assertion),
            link("r3", "contains", "crc", none),
            link("r4", "dependsOn", "crc", "tls", cls="LifecycleScopedRelationship", scope="test"),
            link("r5", "hasVariant", "crc", "tls"),
        )
    )
    assert (bom.subject.name, bom.subject.version, bom.authors, bom.generation) == (
        "controller",
        "2.1",
        ("Mira",),
        ("build",),
    )
    assert bom.subject.depends_on == (AT + "tls", AT + "crc")
    assert [bom.subject.known_unknown, *(part.known_unknown for part in bom.components)] == [
        "complete",
        "dependencies_unknown",
        "complete",
    ]
    assert bom.source.left == ("1 relation of development or test", "1 relation of the kind hasVariant")
    assert bom.serial == AT + "document"


def test_spdx_3_facts_of_a_package() -> None:
    data = graph(
        element("Organization", "tiny", name="Tiny"),
        element("simplelicensing_LicenseExpression", "mit", simplelicensing_licenseExpression="MIT"),
        element("expandedlicensing_CustomLicense", "own", name="Tiny licence", simplelicensing_licenseText="..."),
        element("expandedlicensing_DisjunctiveLicenseSet", "either", expandedlicensing_member=[AT + "mit", AT + "own"]),
        link("l1", "hasDeclaredLicense", "tls", "either"),
        link("l2", "hasConcludedLicense", "crc", "mit"),
        link("l3", "hasDeclaredLicense", "crc", "own"),
    )
    data["@graph"][5] |= {
        "suppliedBy": AT + "tiny",
        "software_packageUrl": "pkg:generic/tinytls@1.4",
        "externalIdentifier": [
            {
                "type": "ExternalIdentifier",
                "externalIdentifierType": "cpe23",
                "identifier": "cpe:2.3:a:tiny:tls:1.4:*:*:*:*:*:*:*",
            }
        ],
        "verifiedUsing": [{"type": "Hash", "algorithm": "sha3_256", "hashValue": "AB" * 32}],
        "software_primaryPurpose": "operatingSystem",
        "software_copyrightText": "2020 Tiny",
        "supportLevel": ["support", "endOfSupport"],
        "validUntilTime": "2031-01-31T00:00:00Z",
    }
    (bom,) = third(data)
    tls, crc = bom.components
    assert (tls.supplier, tls.kind, tls.copyright) == ("Tiny", "operating-system", "2020 Tiny")
    assert (tls.licences, crc.licences) == (("MIT OR (Tiny licence)",), ("MIT",))
    assert tls.hashes == ("SHA3-256:" + "ab" * 32,)
    assert (tls.purl, tls.cpe[:7]) == ("pkg:generic/tinytls@1.4", "cpe:2.3")
    assert (tls.support_level, tls.support_level_text) == ("no_longer_maintained", "support, endOfSupport")
    assert tls.end_of_support == "2031-01-31"


def vex(kind: str, name: str, relationship: str, **more: Any) -> dict[str, Any]:
    return link(name, relationship, "cve", "app", cls=f"security_Vex{kind}VulnAssessmentRelationship", **more)


def advisory(*more: dict[str, Any]) -> tuple[Statement, ...]:
    number = {"type": "ExternalIdentifier", "externalIdentifierType": "cve", "identifier": "CVE-2026-0001"}
    bug = element("security_Vulnerability", "cve", externalIdentifier=[number], description="Overflow.")
    found = [value for value in third(graph(bug, *more)) if isinstance(value, Advisory)]
    return found[0].statements if found else ()


def test_spdx_3_statements_on_vulnerabilities() -> None:
    score = link(
        "score",
        "hasAssessmentFor",
        "cve",
        "app",
        cls="security_CvssV3VulnAssessmentRelationship",
        security_score=9.8,
        security_severity="critical",
        security_vectorString="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        suppliedBy=AT + "mira",
    )
    found = advisory(
        score,
        vex("Affected", "v1", "affects", security_actionStatement="Update."),
        vex(
            "NotAffected",
            "v2",
            "doesNotAffect",
            security_assessedElement=AT + "tls",
            security_justificationType="vulnerableCodeNotInExecutePath",
            security_impactStatement="Never called.",
        ),
        vex("Fixed", "v3", "fixedIn"),
        vex("UnderInvestigation", "v4", "underInvestigationFor"),
        link("v5", "hasAssociatedVulnerability", "crc", "cve"),
    )
    assert [one.status for one in found] == ["affected", "not_affected", "fixed", "under_investigation", ""]
    assert {one.ids for one in found} == {("CVE-2026-0001",)}
    affected, not_affected = found[:2]
    assert (affected.action, affected.products[0].ref) == ("Update.", AT + "app")
    assert affected.products[0].serial == AT + "document"
    assert affected.ratings[0].version == "3.1"
    assert affected.ratings[0].by == "Mira"
    assert not_affected.justification == "vulnerable_code_not_in_execute_path"
    assert (not_affected.detail, not_affected.products[0].name) == ("Never called.", "tinytls")
    assert found[4].products[0].name == "crc"
    assert affected.source.counts["statements"] == 5


def test_spdx_3_assessments_that_are_not_used_are_counted() -> None:
    epss = link(
        "e",
        "hasAssessmentFor",
        "cve",
        "app",
        cls="security_EpssVulnAssessmentRelationship",
        security_probability=0.1,
        security_percentile=0.5,
        security_publishedTime="2026-10-01T08:00:00Z",
    )
    bug = element("security_Vulnerability", "cve", name="CVE-2026-0001")
    (bom,) = third(graph(bug, epss))
    assert bom.source.left == (
        "1 element of the class security_EpssVulnAssessmentRelationship",
        "1 vulnerability that nothing refers to",
    )


# --- hostile input

TAGS = b"""SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: x
DocumentNamespace: https://mira.example/x
Creator: Tool: bomgen
Created: 2026-10-01T08:00:00Z
PackageName: app
SPDXID: SPDXRef-app
PackageVersion: 1.0
PackageDownloadLocation: NONE
PackageSupplier: Organization: Mira
PackageLicenseConcluded: MIT
"""
BOMB = b"a: &a [x]\nb: &b [*a, *a]\nspdxVersion: SPDX-2.3\n"
DTD = b'<!DOCTYPE x [<!ENTITY a "b">]><Document><spdxVersion>SPDX-2.3</spdxVersion></Document>'


def deep(levels: int) -> bytes:
    return b'{"spdxVersion": ' + b"[" * levels + b"]" * levels + b"}"


def with_first(**more: Any) -> dict[str, Any]:
    data = document()
    data["packages"][0] |= more
    return data


def repeated() -> dict[str, Any]:
    data = graph()
    data["@graph"].append(element("software_Package", "tls", name="other"))
    return data


def nested_sets() -> dict[str, Any]:
    """Sets of licences that would multiply: 40 members in each of 40 levels."""
    sets = [
        element("expandedlicensing_ConjunctiveLicenseSet", f"s{n}", expandedlicensing_member=[AT + f"s{n + 1}"] * 40)
        for n in range(40)
    ]
    return graph(*sets, link("l", "hasDeclaredLicense", "tls", "s0"))


HOSTILE: dict[str, tuple[str, Any, str]] = {
    "key twice": ("a.json", b'{"spdxVersion": "SPDX-2.3", "spdxVersion": "SPDX-2.2"}', "twice"),
    "deep": ("a.json", deep(5000), "deeper"),
    "direction": ("a.json", with_first(name="a\u202eb"), "direction-changing"),
    "control character": ("a.json", with_first(name="a\u0001b"), "control character"),
    "half a character": ("a.json", b'{"spdxVersion": "SPDX-2.3", "name": "\\ud800"}', "lone surrogate"),
    "not finite": ("a.json", b'{"spdxVersion": "SPDX-2.3", "name": NaN}', "not a JSON number"),
    "alias": ("a.yaml", BOMB, "alias"),
    "document type": ("a.xml", DTD, "document type"),
    "old version": ("a.json", document(spdxVersion="SPDX-1.2"), "'SPDX-1.2'"),
    "version is a list": ("a.json", document(spdxVersion=[]), "version"),
    "old tags": ("a.spdx", TAGS.replace(b"SPDX-2.3", b"SPDX-2.1"), "'SPDX-2.1'"),
    "id twice": ("a.json", document(packages=[package("app"), package("app")]), "'SPDXRef-app' twice"),
    "packages are a text": ("a.json", document(packages="x"), "no list of packages"),
    "package is a number": ("a.json", document(packages=[1]), "entry 1 of packages that is no object"),
    "package without a name": ("a.json", document(packages=[{"SPDXID": "SPDXRef-a"}]), "without the text 'name'"),
    "no creation": ("a.json", {"spdxVersion": "SPDX-2.3"}, "no sound"),
    "unknown relation": ("a.json", document(relationships=[relation("app", "LIKES", "tls")]), "LIKES"),
    "brackets": ("a.json", with_first(supplier="Person: " + "(" * 90_000), "brackets"),
    "brackets in tags": ("a.spdx", TAGS + b"PackageOriginator: Person: " + b"(" * 90_000, "brackets"),
    "spaces": ("a.spdx", TAGS + b"ExternalDocumentRef: DocumentRef-a" + b" " * 90_000, "row of spaces"),
    "long licence": ("a.json", with_first(licenseDeclared="(" * 90_000), "licence expression"),
    "broken licence": ("a.json", with_first(licenseDeclared="MIT AND AND"), "MIT AND AND"),
    "tag of nobody": ("a.spdx", TAGS + b"Nonsense: yes\n", "unknown tag 'Nonsense'"),
    "line without a tag": ("a.spdx", TAGS + b"%%%%" * 90_000, "unknown tag '%%%%"),
    "many texts without an end": ("a.spdx", TAGS + b"PackageComment: <text>\n" * 50_000, "without its end"),
    "text without an end": ("a.spdx", TAGS + b"PackageComment: <text>x\nPackageName: lost\n", "without its end"),
    "rdf": ("a.rdf", b'<rdf:RDF xmlns="http://spdx.org/rdf/terms#"/>', "RDF"),
    "other context": ("a.json", {"@context": "https://spdx.org/rdf/3.1/spdx-context.jsonld", "@graph": []}, "3.1"),
    "unknown class": ("a.json", graph(element("software_Paket", "x")), "class 'software_Paket'"),
    "unknown property": ("a.json", graph(element("software_Package", "x", name="x", colour="red")), "colour"),
    "missing property": ("a.json", graph(element("Relationship", "x", relationshipType="contains")), "from_"),
    "id twice in 3": ("a.json", repeated(), "'https://mira.example/doc/tls' twice"),
    "number for a name": ("a.json", graph(element("software_Package", "x", name=5)), "no sound"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_are_refused_with_one_clear_error(case: str) -> None:
    name, data, words = HOSTILE[case]
    with pytest.raises(InputError) as caught:
        read_opened(opened(data, name))
    assert words in caught.value.message
    assert caught.value.remedy
    assert len(str(caught.value)) < 600


def test_sets_of_licences_that_multiply_end() -> None:
    (bom,) = third(nested_sets())
    assert bom.components[0].licences == ()
    assert "1 licence of too many parts" in bom.source.left


def test_many_packages_and_relations_are_read_in_one_pass() -> None:
    many = 4_000
    data = document(
        packages=[package(f"p{n}", hasFiles=[f"SPDXRef-f{n}"]) for n in range(many)],
        documentDescribes=[f"SPDXRef-p{n}" for n in range(many)],
        relationships=[relation(f"p{n}", "DEPENDS_ON", f"p{(n + 1) % many}") for n in range(many)],
    )
    bom = bill(data)
    assert bom.source.counts == {"components": many, "dependencies": many}
    assert bom.components[-1].location.line > bom.components[0].location.line


def test_the_wrapped_export_of_a_dependency_graph_is_read() -> None:
    assert [part.name for part in bill({"sbom": document()}).components] == ["tls", "crc"]


@pytest.mark.parametrize("call", [lambda: bill(document()), lambda: third(graph())], ids=["2", "3"])
def test_nothing_is_fetched(call: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise AssertionError("opens a connection")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert call()


@pytest.mark.parametrize(
    ("module", "call"),
    [("spdx_tools.spdx.parser.error", lambda: bill(document())), ("spdx_python_model", lambda: third(graph()))],
)
def test_without_the_extra_the_error_names_it(
    module: str, call: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InputError, match=r"needs sphinx-aimd\[spdx\]"):
        call()


def test_other_files_are_not_mine() -> None:
    others = {
        "a.json": b'{"bomFormat": "CycloneDX"}',
        "b.json": b"[]",
        "c.yaml": b"a: b",
        "d.xml": b"<bom/>",
        "e.txt": TAGS,
    }
    for name, raw in others.items():
        assert not spdx2.is_mine(opened(raw, name))
        assert not spdx3.is_mine(opened(raw, name))


#: A document of each generation with most of what is read.
FULL2 = document(
    relationships=[relation("app", "DEPENDS_ON", "tls"), relation("crc", "DEPENDENCY_OF", "NOASSERTION")],
    files=[
        {"SPDXID": "SPDXRef-bin", "fileName": "./a", "checksums": [{"algorithm": "SHA1", "checksumValue": "0" * 40}]}
    ],
    packages=[
        package(
            "app",
            supplier="Organization: Mira",
            licenseDeclared="MIT",
            checksums=[{"algorithm": "SHA256", "checksumValue": "0" * 64}],
            externalRefs=[
                {"referenceCategory": "SECURITY", "referenceType": "purl", "referenceLocator": "pkg:generic/app@1"}
            ],
            hasFiles=["SPDXRef-bin"],
            validUntilDate="2031-01-31T00:00:00Z",
        ),
        package("tls"),
    ],
    annotations=[
        {"annotationType": "OTHER", "annotator": "Person: B", "annotationDate": "2026-10-01T08:00:00Z", "comment": "x"}
    ],
)
FULL3 = graph(
    link("r1", "dependsOn", "app", "tls"),
    element("simplelicensing_LicenseExpression", "mit", simplelicensing_licenseExpression="MIT"),
    link("l1", "hasDeclaredLicense", "tls", "mit"),
    element("security_Vulnerability", "cve", name="CVE-2026-0001"),
    vex("Affected", "v1", "affects", security_actionStatement="Update."),
    element("Annotation", "note", annotationType="other", subject=AT + "tls", statement="Support level: eol"),
)
ANY = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 10**6),
    st.text(max_size=8),
    st.just([]),
    st.just({}),
    st.just([[{"x": 1}]]),
    st.sampled_from(["SPDXRef-app", "NONE", "NOASSERTION", AT + "tls", "_:c", "2026-10-01T08:00:00Z"]),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield from places(entry, (*path, key))


def changed(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    data = copy.deepcopy(data)
    holder = data
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return data


def read_or_refused(file: Opened) -> tuple[Any, ...]:
    """What the readers make of a file; no error but theirs leaves them."""
    try:
        return read_opened(file)
    except InputError:
        return ()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
@pytest.mark.parametrize("full", [FULL2, FULL3], ids=["2", "3"])
def test_any_value_in_any_place_is_read_or_refused(full: Any, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([*places(full)]))
    found = read_or_refused(opened(changed(full, path, data.draw(ANY))))
    assert all(isinstance(value, (Bom, Advisory)) for value in found)


LINES = TAGS.decode().splitlines()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(LINES) - 1), st.sampled_from([*LINES, "", "<text>", "Relationship: a", "PackageName:"]))
def test_any_line_in_any_place_of_tags_is_read_or_refused(place: int, line: str) -> None:
    found = read_or_refused(opened("\n".join([*LINES[:place], line, *LINES[place + 1 :]]).encode(), "a.spdx"))
    assert all(isinstance(value, Bom) for value in found)
