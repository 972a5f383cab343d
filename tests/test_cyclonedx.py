"""CycloneDX files that nobody here wrote, valid and invalid, and hostile ones: read without loss or refused clearly."""

from __future__ import annotations

import copy
import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import tostring

import pytest
from cyclonedx.model.bom import Bom as LibraryBom
from cyclonedx.model.license import LicenseAcknowledgement
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from sphinx_aimd.model.advisory import Advisory, Statement
from sphinx_aimd.model.bom import Bom, BomComponent
from sphinx_aimd.readers import cyclonedx
from sphinx_aimd.readers.known import NOTHING, Known
from sphinx_aimd.readers.opened import Opened, open_file
from sphinx_aimd.readers.recognise import read_file
from sphinx_aimd.yamlfile import InputError

from .corpora import samples, sdist

LIBRARY = ("cyclonedx-python-lib", "11.12.0")
VERSIONS = ("1.2", "1.3", "1.4", "1.5", "1.6", "1.7")
#: Valid and invalid files of the specification that come with the library, by version: JSON, then XML.
COUNTS = {
    "1.2": (21, 21, 24, 23),
    "1.3": (26, 22, 29, 24),
    "1.4": (29, 22, 31, 24),
    "1.5": (36, 22, 38, 24),
    "1.6": (45, 25, 47, 27),
    "1.7": (61, 29, 63, 30),
}


def opened(data: Any, name: str = "bom.json") -> Opened:
    raw = data if isinstance(data, bytes) else json.dumps(data, indent=1).encode()
    return Opened(name, raw, "sha256:" + "0" * 64)


def read(data: Any, known: Known = NOTHING) -> tuple[Bom | Advisory, ...]:
    return cyclonedx.read(opened(data), known)


def bom_of(data: Any) -> Bom:
    return next(value for value in read(data) if isinstance(value, Bom))


def statements_of(data: Any) -> tuple[Statement, ...]:
    return next(value for value in read(data) if isinstance(value, Advisory)).statements


def document(version: str = "1.6", **parts: Any) -> dict[str, Any]:
    return {"bomFormat": "CycloneDX", "specVersion": version, "version": 1, **parts}


def library(name: str = "zlib", **parts: Any) -> dict[str, Any]:
    return {"type": "library", "bom-ref": name, "name": name, "version": "1", **parts}


def xml(inner: str, version: str = "1.6") -> bytes:
    return f'<bom xmlns="http://cyclonedx.org/schema/bom/{version}" version="1">{inner}</bom>'.encode()


# files of the specification


def specification(version: str, name: str) -> list[Path]:
    folder = sdist(*LIBRARY) / "tests" / "_data" / "schemaTestData" / version
    return sorted(path for path in folder.iterdir() if path.suffix == name)


def is_valid(path: Path) -> bool:
    return path.name.startswith("valid")


@pytest.mark.parametrize("version", VERSIONS)
def test_every_file_of_the_specification_is_read_or_refused_as_its_name_says(version: str) -> None:
    counts = []
    for suffix in (".json", ".xml"):
        files = specification(version, suffix)
        for path in files:
            file = opened(path.read_bytes(), path.name)
            if is_valid(path):
                assert cyclonedx.is_mine(file), path
                values = cyclonedx.read(file, NOTHING)
                assert values, path
                assert values[0].source.format == f"CycloneDX {version} {suffix[1:].upper()}"
            else:
                with pytest.raises(InputError) as refused:
                    cyclonedx.read(file, NOTHING)
                error = refused.value
                assert (error.file, error.line > 0) == (path.name, True), error
                assert error.message.startswith(("is ", "has ")), error
                assert error.message.endswith("."), error
                assert error.remedy, error
        counts += [sum(map(is_valid, files)), sum(not is_valid(path) for path in files)]
    assert tuple(counts) == COUNTS[version]


def test_the_oldest_versions_are_refused_by_their_number() -> None:
    for version in ("1.0", "1.1"):
        for path in specification(version, ".xml"):
            with pytest.raises(InputError, match=r"is CycloneDX '1\.?\d'; versions 1\.2 to 1\.7 are read"):
                cyclonedx.read(opened(path.read_bytes(), path.name), NOTHING)


def test_files_that_the_library_wrote_and_met_are_read() -> None:
    """Its snapshots (named ``...-1.6.json.bin``) and the real files in its own test data."""
    data = sdist(*LIBRARY) / "tests" / "_data"
    files = sorted([*data.glob("snapshots/*-1.[2-7].*.bin"), *data.glob("own/*/*/*.*")])
    for path in files:
        assert read_file(opened(path.read_bytes(), path.name.removesuffix(".bin"))), path
    assert len(files) == 750


@pytest.mark.filterwarnings("ignore")
def test_nothing_is_lost_that_the_library_reads() -> None:
    """An oracle that nobody here wrote: what the library's own reader finds in the files that it can read."""
    compared = 0
    for version in VERSIONS:
        for path in (*specification(version, ".json"), *specification(version, ".xml")):
            theirs = library_read(path) if is_valid(path) else None
            if theirs is None:
                continue
            compared += 1
            values = cyclonedx.read(opened(path.read_bytes(), path.name), NOTHING)
            bom = next((value for value in values if isinstance(value, Bom)), None)
            ours = {facts(one) for one in (*bom.components, *([bom.subject] if bom.subject else []))} if bom else set()
            assert {facts_of_theirs(one) for one in their_components(theirs)} <= ours or not bom, path
            statements = [one for value in values if isinstance(value, Advisory) for one in value.statements]
            assert {one.id for one in theirs.vulnerabilities if one.id} <= {one.ids[0] for one in statements}, path
            edges = {(one.ref.value, on.ref.value) for one in theirs.dependencies for on in one.dependencies}
            known = {one.ref for one in (*bom.components, *([bom.subject] if bom.subject else []))} if bom else set()
            mine = {(one.ref, on) for one in (bom.components if bom else ()) for on in one.depends_on}
            mine |= {(bom.subject.ref, on) for on in bom.subject.depends_on} if bom and bom.subject else set()
            assert {edge for edge in edges if set(edge) <= known and edge[0] != edge[1]} <= mine, path
    assert compared == 435


def library_read(path: Path) -> LibraryBom | None:
    try:
        if path.suffix == ".json":
            return LibraryBom.from_json(json.loads(path.read_text("utf-8")))
        return LibraryBom.from_xml(fromstring(path.read_bytes()))
    except (TypeError, ValueError):  # files that its reader refuses though they are valid
        return None


def their_components(bom: LibraryBom) -> Iterator[Any]:
    todo = [*bom.components, *([bom.metadata.component] if bom.metadata.component else [])]
    while todo:
        component = todo.pop()
        yield component
        todo += component.components


def facts(one: BomComponent) -> tuple[Any, ...]:
    return (one.kind, one.group, one.name, one.version, one.cpe, frozenset(one.hashes), frozenset(one.licences))


def facts_of_theirs(one: Any) -> tuple[Any, ...]:
    concluded = [licence for licence in one.licenses if licence.acknowledgement == LicenseAcknowledgement.CONCLUDED]
    stated = concluded or one.licenses
    licences = [getattr(licence, "value", None) or licence.id or licence.name for licence in stated]
    hashes = frozenset(f"{digest.alg.value}:{digest.content}" for digest in one.hashes)
    return (one.type.value, one.group or "", one.name, one.version or "", one.cpe or "", hashes, frozenset(licences))


#: Pairs of the specification that do not say the same in JSON and XML.
UNLIKE = {"cryptography-full", "cryptography-full-deprecated", "cryptography-implementation", "dependency"} | {
    *("component-external-with-version", "metadata-timestamp", "license-choice", "properties"),
}


@pytest.mark.parametrize("version", ["1.6", "1.7"])
def test_json_and_xml_of_one_document_say_the_same(version: str) -> None:
    compared = 0
    for path in specification(version, ".xml"):
        twin = path.with_suffix(".json")
        subject = path.stem.removeprefix("valid-").removesuffix(f"-{version}")
        if not is_valid(path) or not twin.exists() or subject in UNLIKE:
            continue
        compared += 1
        ours, theirs = (told(cyclonedx.read(opened(one.read_bytes(), "bom"), NOTHING)) for one in (path, twin))
        assert ours == theirs, path
    assert compared == {"1.6": 39, "1.7": 52}[version]


def told(values: tuple[Bom | Advisory, ...]) -> list[Any]:
    """What values say, without places, counts and the spelling of blanks."""
    found: list[Any] = []
    for value in values:
        if isinstance(value, Bom):
            everything = [*value.components, *([value.subject] if value.subject else [])]
            found += [
                [spelt(getattr(one, name)) for name in BomComponent.__slots__ if name != "location"]
                for one in everything
            ]
            found += [value.serial, value.authors, value.tools, value.generation]
        else:
            found += [
                [spelt(getattr(one, name)) for name in Statement.__slots__ if name not in ("source", "location")]
                for one in value.statements
            ]
    return found


def spelt(value: Any) -> str:
    return " ".join(str(value).replace("\\n", " ").split())


# public samples


def test_public_samples_are_read() -> None:
    counts = {}
    for path in sorted(samples("sbom").glob("*.json")):
        file = open_file(path.parent, path.name)
        if cyclonedx.is_mine(file):
            value = cyclonedx.read(file, NOTHING)[0]
            counts[path.name] = dict(value.source.counts)
    assert counts == {
        "CBOM-Protocol-bom.json": {"components": 8, "cryptographic assets": 8},
        "CISA-Use-Cases-Case-3-vex.json": {"statements": 19},
        "CISA-Use-Cases-Case-7-vex.json": {"statements": 4},
        "CISA-Use-Cases-Case-8-vex.json": {"statements": 8},
        "HBOM-PCIe-SATA-adapter-board-bom.json": {"components": 6},
        "SBOM-cern-lhc-vdm-editor-e564943-bom.json": {"components": 43},
        "SBOM-dropwizard-1.3.15-bom.json": {"components": 167, "dependencies": 170},
        "SBOM-laravel-7.12.0-bom.1.4.json": {"components": 62, "dependencies": 113},
        "Use-Cases-Case-13-vex.json": {"statements": 2},
        "Use-Cases-Case-7-vex.json": {"statements": 1},
    }


# what a bill of materials says


def test_the_document_names_itself() -> None:
    metadata = {
        "timestamp": "2026-02-03T04:05:06Z",
        "authors": [{"name": "SBOM team"}],
        "manufacturer": {"name": "Maker"},
        "supplier": {"name": "Seller"},
        "tools": {"components": [{"type": "application", "group": "acme", "name": "scan", "version": "3"}]},
        "lifecycles": [{"phase": "build"}, {"name": "own phase"}],
        "component": {"type": "device", "bom-ref": "dev", "name": "Pump", "version": "2.0"},
    }
    serial = "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"
    known = Known(release="REL-1", date="2020-01-01")
    (bom,) = read(document(serialNumber=serial, metadata=metadata, components=[library()]), known)
    assert isinstance(bom, Bom)
    assert (bom.serial, bom.revision, bom.release, bom.timestamp) == (serial, "1", "REL-1", "2026-02-03T04:05:06Z")
    assert (bom.source.date, bom.source.about, bom.source.kind) == ("2026-02-03", "Pump 2.0", "sbom")
    assert (bom.authors, bom.tools, bom.generation) == (
        ("SBOM team", "Maker"),
        ("acme scan 3",),
        ("build", "own phase"),
    )
    assert bom.subject is not None
    assert (bom.subject.ref, bom.subject.supplier) == ("dev", "Seller")


def test_the_date_of_the_configuration_holds_only_where_the_file_has_none() -> None:
    (bom,) = read(document(components=[library()]), Known(date="2026-01-02"))
    assert bom.source.date == "2026-01-02"


def test_places_are_lines_in_both_forms() -> None:
    data = document(components=[library("a", components=[library("b")])], metadata={"component": library("s")})
    raw = json.dumps(data, indent=1).encode()
    bom = bom_of(raw)
    lines = raw.decode().split("\n")
    for component in bom.components:
        assert any(
            f'"{component.ref}"' in line for line in lines[component.location.line : component.location.line + 3]
        )
    form = xml('<components>\n<component type="library">\n<name>a</name></component></components>')
    assert bom_of(form).components[0].location.line == 2


def test_parts_inside_a_component_are_components_that_it_depends_on() -> None:
    bom = bom_of(document(components=[library("a", components=[library("b", components=[library("c")])])]))
    assert {one.ref: one.depends_on for one in bom.components} == {"a": ("b",), "b": ("c",), "c": ()}


def test_refs_are_made_up_where_none_stands_and_are_unique() -> None:
    plain = {"type": "library", "name": "x"}
    bom = bom_of(
        document(components=[plain, {**plain, "description": "other"}, library("x"), {**plain, "purl": "pkg:a/x"}])
    )
    assert [one.ref for one in bom.components] == ["x#2", "x#3", "x", "pkg:a/x"]


def test_a_dependency_on_what_the_file_does_not_hold_is_counted_and_leaves_completeness_unknown() -> None:
    data = document(
        components=[library("a"), library("b")],
        services=[{"bom-ref": "s", "name": "cloud"}],
        dependencies=[{"ref": "a", "dependsOn": ["b", "gone", "s"]}, {"ref": "lost", "dependsOn": ["a"]}],
        compositions=[{"aggregate": "complete", "dependencies": ["a", "b"]}],
    )
    bom = bom_of(data)
    assert bom.components[0].depends_on == ("b",)
    assert [one.known_unknown for one in bom.components] == ["dependencies_unknown", "complete"]
    assert bom.source.left == (
        "1 dependency of a ref that the file does not hold",
        "1 dependency on a ref that the file does not hold",
        "1 dependency on services",
        "1 service",
    )


@pytest.mark.parametrize(
    ("compositions", "expected"),
    [
        ([], ""),
        ([{"aggregate": "complete", "dependencies": ["a"]}], "complete"),
        ([{"aggregate": "complete", "assemblies": ["a"]}], ""),
        ([{"aggregate": "incomplete_third_party_only", "dependencies": ["a"]}], "dependencies_unknown"),
        ([{"aggregate": "not_specified", "assemblies": ["a"]}], "dependencies_unknown"),
        (
            [{"aggregate": "unknown", "dependencies": ["a"]}, {"aggregate": "complete", "dependencies": ["a"]}],
            "dependencies_unknown",
        ),
        (
            [{"aggregate": "complete", "dependencies": ["a"]}, {"aggregate": "incomplete", "assemblies": ["a"]}],
            "dependencies_unknown",
        ),
    ],
)
def test_compositions_say_what_is_unknown(compositions: list[Any], expected: str) -> None:
    assert (
        bom_of(document(components=[library("a")], compositions=compositions)).components[0].known_unknown == expected
    )


def test_a_dependency_that_is_withheld_is_known_as_such() -> None:
    told = [{"name": "cdx:cisa:withheld-information", "value": "Component Dependency Relationship"}]
    assert bom_of(document(components=[library(properties=told)])).components[0].known_unknown == "withheld"


def test_two_components_with_one_ref_are_refused_and_a_repeated_one_is_counted() -> None:
    with pytest.raises(InputError, match="has the bom-ref 'a' twice, first on line 6"):
        read(document(components=[library("a"), library("a", version="2")]))
    evidence = [{"occurrences": [{"location": name}]} for name in ("one.js", "two.js")]
    bom = bom_of(
        document(components=[library("a", evidence=one) for one in evidence], metadata={"component": library("s")})
    )
    assert len(bom.components) == 1
    assert "1 repeated component" in bom.source.left
    one = '<component type="library" bom-ref="a"><name>a</name>%s</component>'
    with pytest.raises(InputError, match="twice"):  # the schema of the XML form wants each ref once
        read(xml(f"<components>{one % ''}{one % '<scope>required</scope>'}</components>"))


def test_the_subject_is_no_component_where_a_tool_repeats_it() -> None:
    data = document(metadata={"component": library("s")}, components=[library("s", description="again"), library("a")])
    assert [one.ref for one in bom_of(data).components] == ["a"]


@pytest.mark.parametrize(
    ("properties", "level", "until", "text"),
    [
        ({"cdx:lifecycle:milestone:endOfSupport": "2029-06-30"}, "", "2029-06-30", ""),
        ({"cdx:lifecycle:milestone:endOfSupport": "2029-06-30T00:00:00Z"}, "", "2029-06-30", ""),
        ({"exemplar:support-level": "Actively maintained", "x:eos": "2029-06"}, "actively_maintained", "", "2029-06"),
        ({"cdx:fda:level-of-support": "abandoned", "x:end-of-support": "none"}, "abandoned", "", "none"),
        ({"fda:support_level": "No longer maintained", "eol": "2027-01-31"}, "no_longer_maintained", "2027-01-31", ""),
        ({"acme:support:level": "platinum", "acme:eosDate": "2029"}, "unknown", "", "2029"),
        ({"acme:eol": "2026-01-01", "acme:endOfSupport": "2027-01-01"}, "", "2027-01-01", ""),
        ({"cdx:lifecycle:milestone:endOfLife": "2028-06-30"}, "", "", "end of life 2028-06-30"),
        ({"cdx:fda:justification": "cdx:fda:end-of-support-date: none upstream"}, "", "", "none upstream"),
        ({"acme:colour": "red"}, "", "", ""),
    ],
)  # fmt: skip
def test_support_is_read_wherever_real_files_write_it(
    properties: dict[str, str], level: str, until: str, text: str
) -> None:
    entries = [{"name": name, "value": value} for name, value in properties.items()]
    bom = bom_of(document(components=[library(properties=entries)]))
    component = bom.components[0]
    assert (component.support_level, component.end_of_support, component.end_of_support_text) == (level, until, text)
    assert bom.source.left == (("1 property of components",) if "acme:colour" in properties else ())


def test_contradicting_words_on_support_are_unknown_and_the_earliest_date_holds() -> None:
    entries = [
        ("a:support-level", "active"),
        ("b:support-level", "abandoned"),
        ("a:eos", "2030-01-01"),
        ("b:eos", "2029-01-01"),
    ]
    properties = [{"name": name, "value": value} for name, value in entries]
    component = bom_of(document(components=[library(properties=properties)])).components[0]
    assert (component.support_level, component.support_level_text) == ("unknown", "active; abandoned")
    assert component.end_of_support == "2029-01-01"


def test_a_known_vulnerability_of_a_property_is_stated_without_an_assessment() -> None:
    entries = [{"name": "cdx:fda:known-vulnerability", "value": name} for name in ("CVE-2026-0001", "CVE-2026-0002")]
    data = document(
        components=[library("a", properties=entries), library("b", properties=[{**entries[0], "value": "false"}])],
        vulnerabilities=[{"id": "CVE-2026-0002", "analysis": {"state": "in_triage"}, "affects": [{"ref": "a"}]}],
    )
    found = [(one.ids, one.status, one.products[0].ref) for one in statements_of(data)]
    assert found == [(("CVE-2026-0002",), "under_investigation", "a"), (("CVE-2026-0001",), "", "a")]


def test_makers_and_licences_fall_back_to_what_the_format_offers() -> None:
    components = [
        library(
            "a",
            publisher="Publisher",
            author="Author",
            licenses=[{"license": {"name": "Own"}}, {"license": {"id": "MIT"}}],
        ),
        library("b", supplier={"name": "S"}, manufacturer={"name": "M"}, authors=[{"name": "A"}], publisher="P"),
        library("c", licenses=[{"expression": "MIT OR Apache-2.0"}], evidence={"copyright": [{"text": "(c) One"}]}),
    ]
    bom = bom_of(document(components=components))
    assert [(one.supplier, one.manufacturer) for one in bom.components] == [
        ("Publisher", "Author"),
        ("S", "M"),
        ("", ""),
    ]
    assert [one.licences for one in bom.components] == [("Own", "MIT"), (), ("MIT OR Apache-2.0",)]
    assert bom.components[2].copyright == "(c) One"
    assert bom.source.left == (
        "1 component with authors beside the manufacturer",
        "1 component with publisher beside the supplier",
    )


def test_only_concluded_licences_count_where_some_are() -> None:
    licences = [
        {"license": {"id": "MIT", "acknowledgement": "declared"}},
        {"license": {"id": "ISC", "acknowledgement": "concluded"}},
    ]
    assert bom_of(document(components=[library(licenses=licences)])).components[0].licences == ("ISC",)


def test_cryptographic_assets_are_flat_and_keep_no_secret() -> None:
    material = {"type": "private-key", "size": 2048, "value": "SECRET", "securedBy": {"mechanism": "HSM"}}
    suites = {
        "type": "tls",
        "version": "1.3",
        "cipherSuites": [{"name": "TLS_AES_128_GCM_SHA256", "identifiers": ["0x13", "0x01"]}],
    }
    asset = {"type": "cryptographic-asset", "name": "x"}
    secret = {"assetType": "related-crypto-material", "relatedCryptoMaterialProperties": material}
    protocol = {"assetType": "protocol", "protocolProperties": suites, "oid": "1.2"}
    components = [{**asset, "cryptoProperties": one} for one in (secret, protocol)]
    bom = bom_of(document(components=components))
    key, tls = (one.crypto for one in bom.components)
    assert key is not None
    assert dict(key.details) == {"type": "private-key", "size": "2048", "securedBy.mechanism": "HSM"}
    assert tls is not None
    assert dict(tls.details)["cipherSuites.1.identifiers"] == "0x13, 0x01"
    assert dict(tls.details)["oid"] == "1.2"
    assert "SECRET" not in str(bom)


def test_what_nobody_uses_is_counted_in_words() -> None:
    data = document(
        components=[library(externalReferences=[{"type": "website", "url": "git@example.com:a b"}], scope="excluded")],
        annotations=[],
        formulation=[{}],
        externalReferences=[{"type": "website", "url": "https://example.com"}],
    )
    assert bom_of(data).source.left == (
        "1 component with external references",
        "1 component with scope",
        "1 external reference",
        "1 formulation",
    )
    form = xml('<components/><annotations><annotation/><annotation/></annotations><x:y xmlns:x="urn:x"/>')
    assert bom_of(form).source.left == ("2 annotations", "1 element of other namespaces")


# what it says of vulnerabilities


def vulnerability(**parts: Any) -> dict[str, Any]:
    return document(components=[library("a", purl="pkg:generic/a@1")], vulnerabilities=[{"id": "CVE-2026-1", **parts}])


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("exploitable", "affected"),
        ("in_triage", "under_investigation"),
        ("resolved", "fixed"),
        ("resolved_with_pedigree", "fixed"),
        ("false_positive", "not_affected"),
        ("not_affected", "not_affected"),
        ("", ""),
    ],
)
def test_states_of_an_analysis(state: str, status: str) -> None:
    analysis = {"analysis": {"state": state}} if state else {}
    (statement,) = statements_of(vulnerability(affects=[{"ref": "a"}], **analysis))
    assert (statement.status, statement.status_text) == (status, state)


def test_a_statement_keeps_what_the_file_says() -> None:
    (statement,) = statements_of(
        vulnerability(
            references=[{"id": "GHSA-1", "source": {"name": "GitHub"}}],
            cwes=[79],
            description="Overflow.",
            recommendation="Update to 2.",
            created="2026-01-01T00:00:00Z",
            updated="2026-01-03T00:00:00Z",
            analysis={
                "state": "not_affected",
                "justification": "protected_at_perimeter",
                "response": ["will_not_fix", "update"],
                "detail": "Firewalled.",
                "lastUpdated": "2026-01-04T00:00:00Z",
            },
            affects=[{"ref": "a"}],
        )
    )
    assert (statement.ids, statement.cwes) == (("CVE-2026-1", "GHSA-1"), ("CWE-79",))
    assert (statement.justification, statement.justification_text) == (
        "inline_mitigations_already_exist",
        "protected_at_perimeter",
    )
    assert (statement.detail, statement.action) == ("Firewalled.", "will not fix, update\n\nUpdate to 2.")
    assert (statement.published, statement.updated) == ("2026-01-01", "2026-01-04")
    (product,) = statement.products
    assert (product.ref, product.name, product.versions, product.purl) == ("a", "a", ("1",), "pkg:generic/a@1")


def test_ratings_are_vectors_with_their_version_and_others_are_counted() -> None:
    base = "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
    v4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
    ratings = [
        {"method": "CVSSv31", "vector": base, "source": {"name": "NVD"}},
        {"method": "CVSSv3", "vector": f"CVSS:3.1/{base}"},
        {"method": "CVSSv2", "vector": "(AV:N/AC:L/Au:N/C:P/I:P/A:P)"},
        {"method": "CVSSv4", "vector": v4},
        {"method": "CVSSv31", "vector": f"A{base}"},
        {"method": "CVSSv31", "score": 9.8},
        {"method": "SSVC", "vector": "SSVCv2/E:A"},
        {"severity": "high"},
    ]
    (bom, advisory) = read(vulnerability(ratings=ratings, affects=[{"ref": "a"}]))
    assert isinstance(advisory, Advisory)
    assert [(one.version, one.vector, one.by) for one in advisory.statements[0].ratings] == [
        ("3.1", f"CVSS:3.1/{base}", "NVD"),
        ("3.1", f"CVSS:3.1/{base}", ""),
        ("2.0", "AV:N/AC:L/Au:N/C:P/I:P/A:P", ""),
        ("4.0", v4, ""),
    ]
    assert bom.source.left == (
        "1 rating by the method SSVC",
        "1 rating by the method that is not named",
        "1 rating with a vector that is none",
        "1 rating without a vector",
    )


def test_versions_have_the_status_that_the_file_gives_each_of_them() -> None:
    affects = [
        {
            "ref": "a",
            "versions": [
                {"version": "1", "status": "affected"},
                {"version": "2", "status": "unaffected"},
                {"range": "vers:generic/>=3", "status": "unknown"},
            ],
        }
    ]
    stated = statements_of(vulnerability(affects=affects, analysis={"state": "exploitable", "detail": "Yes."}))
    assert [(one.status, one.status_text, one.products[0].versions, one.detail) for one in stated] == [
        ("affected", "exploitable", ("1",), "Yes."),
        ("not_affected", "unaffected", ("2",), ""),
        ("under_investigation", "unknown", ("vers:generic/>=3",), ""),
    ]


@pytest.mark.parametrize("state", ["not_affected", "false_positive", "resolved"])
def test_a_version_that_is_called_affected_stands_against_its_analysis(state: str) -> None:
    affects = [{"ref": "a", "versions": [{"version": "1", "status": "affected"}]}]
    stated = statements_of(vulnerability(affects=affects, analysis={"state": state}))
    assert [(one.status_text, one.status) for one in stated][1] == ("affected", "affected")
    assert len(stated) == 2


def test_a_reference_to_another_document_is_taken_apart() -> None:
    serial = "3E671687-395b-41f5-a30f-a58921a69b79"
    data = document(vulnerabilities=[{"id": "CVE-1", "affects": [{"ref": f"urn:cdx:{serial.lower()}/2#pkg:a%2Fb"}]}])
    (advisory,) = read(data)
    assert isinstance(advisory, Advisory)
    assert advisory.source.kind == "vex"
    (product,) = advisory.statements[0].products
    assert (product.serial, product.revision, product.ref) == (f"urn:uuid:{serial.lower()}", "2", "pkg:a/b")


def test_a_vulnerability_without_products_or_id_is_not_lost() -> None:
    data = document(vulnerabilities=[{"id": "CVE-1"}, {"description": "no id"}])
    (advisory,) = read(data)
    assert isinstance(advisory, Advisory)
    assert [one.products for one in advisory.statements] == [()]
    assert advisory.source.left == ("1 vulnerability without an id",)


# hostile files

NESTED = (
    b'{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"type":"library","name":"a"}},"components":'
)
HOSTILE = {
    "dtd": b'<!DOCTYPE bom SYSTEM "http://example.com/x.dtd">' + xml("<components/>"),
    "entity": b'<!DOCTYPE bom [<!ENTITY a "b">]>' + xml("<components/>"),
    "bomb": b'<!DOCTYPE bom [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;&a;">]>' + xml("<components>&b;</components>"),
    "external": b'<!DOCTYPE bom [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + xml("<components>&a;</components>"),
    "deep-xml": xml("<components><component><components>" * 20_000),
    "deep-xml-closed": xml(
        '<components><component type="library"><name>a</name>' * 100 + "</component></components>" * 100
    ),
    "deep-dependencies": xml("<dependencies>" + '<dependency ref="a">' * 99 + "</dependency>" * 99 + "</dependencies>"),
    "not-xml": xml("<components>")[:-6],
    "bidi-xml": xml('<components><component type="library"><name>a\u202eb</name></component></components>'),
    "twice": b'{"bomFormat":"CycloneDX","bomFormat":"CycloneDX","specVersion":"1.6"}',
    "nan": b'{"bomFormat":"CycloneDX","specVersion":"1.6","version":NaN}',
    "infinite": b'{"bomFormat":"CycloneDX","specVersion":"1.6","version":1e999}',
    "digits": b'{"bomFormat":"CycloneDX","specVersion":"1.6","version":' + b"9" * 5000 + b"}",
    "surrogate": b'{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"\\ud800"}]}',
    "bidi": '{"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"a\u202eb"}'.encode(),
    "deep-json": NESTED + b"[" * 100_000,
    "deep-components": NESTED + b'[{"type":"library","name":"a","components":' * 40 + b"[]" + b"}]" * 40 + b"}",
    "not-json": b'{"bomFormat":"CycloneDX",',
    "latin-1": b'{"bomFormat":"CycloneDX","specVersion":"1.6","x":"\xe9"}',
    "list": b'[{"bomFormat":"CycloneDX"}]',
    "future": b'{"bomFormat":"CycloneDX","specVersion":"2.0"}',
    "number": b'{"bomFormat":"CycloneDX","specVersion":1.6}',
    "no-format": b'{"$schema":"http://cyclonedx.org/schema/bom-1.6.schema.json","specVersion":"1.6"}',
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused(name: str) -> None:
    with pytest.raises(InputError) as refused:
        read_file(opened(HOSTILE[name], "bom.xml" if HOSTILE[name].startswith(b"<") else "bom.json"))
    assert len(str(refused.value)) < 600
    with pytest.raises(InputError):
        read(HOSTILE[name])


def test_packed_files_are_read_and_other_formats_are_left_to_their_readers(tmp_path: Path) -> None:
    (tmp_path / "bom.json.gz").write_bytes(gzip.compress(json.dumps(document(components=[library()])).encode()))
    assert isinstance(read_file(open_file(tmp_path, "bom.json.gz"))[0], Bom)
    for raw in (b'{"note": "no CycloneDX here"}', b"<project/>", b"", b"plain"):
        assert not cyclonedx.is_mine(opened(raw))


RICH = document(
    serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
    metadata={
        "timestamp": "2026-01-01T00:00:00Z",
        "tools": [{"vendor": "v", "name": "t", "version": "1"}],
        "authors": [{"name": "n"}],
        "supplier": {"name": "s"},
        "component": library("s"),
        "lifecycles": [{"phase": "build"}],
    },
    components=[
        library(
            "a",
            supplier={"name": "s", "url": ["https://example.com"]},
            hashes=[{"alg": "SHA-1", "content": "e6b1000b94e835ffd37f4c6dcbdad43f4b48a02a"}],
            licenses=[{"license": {"id": "MIT"}}],
            properties=[{"name": "x:eos", "value": "2029-01-01"}],
            evidence={"copyright": [{"text": "(c)"}]},
            cryptoProperties={
                "assetType": "algorithm",
                "algorithmProperties": {"primitive": "ae", "nistQuantumSecurityLevel": 1},
            },
            components=[library("b")],
        )
    ],
    services=[{"bom-ref": "svc", "name": "svc", "services": [{"name": "inner"}]}],
    dependencies=[{"ref": "a", "dependsOn": ["b"], "provides": ["s"]}],
    compositions=[{"aggregate": "complete", "dependencies": ["a"], "assemblies": ["b"]}],
    vulnerabilities=[
        {
            "id": "CVE-1",
            "source": {"name": "NVD"},
            "references": [{"id": "G-1", "source": {"name": "x"}}],
            "ratings": [{"method": "CVSSv31", "vector": "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
            "cwes": [79],
            "published": "2026-01-01T00:00:00Z",
            "analysis": {"state": "resolved", "response": ["update"]},
            "affects": [{"ref": "a", "versions": [{"version": "1", "status": "affected"}]}],
        }
    ],
)
NUMBERS = st.integers(-(10**40), 10**40) | st.floats(allow_nan=False, allow_infinity=False)
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield from places(inner, (*path, key))


PLACES = sorted(places(RICH), key=repr)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(PLACES), ANYTHING, st.sampled_from(VERSIONS), st.booleans())
def test_any_value_in_any_place_is_read_or_refused(
    path: tuple[Any, ...], value: Any, version: str, is_removed: bool
) -> None:
    data: Any = copy.deepcopy(RICH)
    data["specVersion"] = version
    if version < "1.6":
        del data["components"][0]["cryptoProperties"], data["dependencies"][0]["provides"]
    target = data
    try:
        for step in path[:-1]:
            target = target[step]
        if is_removed and path:
            del target[path[-1]]
        elif path:
            target[path[-1]] = value
        else:
            data = value
    except KeyError:
        return
    try:
        values = read(data)
    except InputError:
        return
    assert values


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_xml_is_read_or_refused(data: st.DataObject) -> None:
    """A valid document with elements, attributes and texts moved about."""
    path = specification("1.6", ".xml")[data.draw(st.integers(0, 73))]
    root = fromstring(path.read_bytes())
    elements = list(root.iter())
    one, other = (data.draw(st.sampled_from(elements)) for _ in range(2))
    how = data.draw(st.sampled_from(["text", "attribute", "tag", "copy", "clear"]))
    if how == "text":
        one.text = data.draw(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=9))
    elif how == "attribute":
        one.set(
            data.draw(st.sampled_from(["bom-ref", "type", "ref", "alg", "version", "patch"])),
            data.draw(st.sampled_from(["", "1", "x"])),
        )
    elif how == "tag":
        one.tag = other.tag
    elif how == "copy":
        one.append(copy.deepcopy(other))
    else:
        one.clear()
    try:
        values = read(tostring(root))
    except InputError:
        return
    assert values


MANY = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1_200_000_000,) * 2)
from sphinx_aimd.readers import cyclonedx
from sphinx_aimd.readers.known import NOTHING
from sphinx_aimd.readers.opened import Opened
from sphinx_aimd.yamlfile import InputError
part = lambda n: {"type": "library", "bom-ref": f"r{n}", "name": f"n{n}", "version": "1", "purl": f"pkg:pypi/n{n}@1"}
data = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [part(n) for n in range(50_000)]}
data["components"] += [{"type": "library", "name": "same", "description": str(n)} for n in range(20_000)]
data["dependencies"] = [{"ref": f"r{n}", "dependsOn": [f"r{n + 1}"]} for n in range(49_999)]
raw = json.dumps(data, indent=1).encode()
(bom,) = cyclonedx.read(Opened("bom.json", raw, "sha256:0"), NOTHING)
for entry in data["components"]:
    entry["type"] = "none"
try:
    cyclonedx.read(Opened("bom.json", json.dumps(data).encode(), "sha256:0"), NOTHING)
except InputError as error:
    print(error.message[:32])
print(len(bom.components), bom.components[-1].ref, bom.components[49_999].location.line, bom.components[0].depends_on)
"""


def test_fifty_thousand_components_need_bounded_memory() -> None:
    done = subprocess.run([sys.executable, "-c", MANY], capture_output=True, text=True, timeout=300, check=False)
    told = ["is no valid CycloneDX 1.6: compo", "70000 same#20000 349998 ('r1',)"]
    assert done.stdout.splitlines() == told, done.stderr[-2000:]
