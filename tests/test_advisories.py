"""Vulnerability data of others: OpenVEX, CSAF, OSV, CVE records, the KEV catalogue and EPSS, from hostile files too."""

from __future__ import annotations

import copy
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sphinx_aimd.model.advisory import Advisory, Epss, Kev, VulnerabilityRecord
from sphinx_aimd.model.affected import POSSIBLE, affects
from sphinx_aimd.model.bom import BomComponent
from sphinx_aimd.readers.known import Known
from sphinx_aimd.readers.opened import open_file
from sphinx_aimd.yamlfile import InputError

from .advisory_files import CSAF, CVE, EPSS, KEV, OPENVEX, OSV, VALID, of, read


def test_openvex() -> None:
    (found,) = of(OPENVEX)
    first, second = found.statements
    assert (found.source.format, found.source.date, found.author) == ("OpenVEX 0.2.0", "2026-01-02", "Maker")
    assert first.ids == ("CVE-2026-0001", "GHSA-jfh8-c2jp-5v3q")
    assert (first.status, first.justification, first.published, first.updated) == (
        "not_affected",
        "component_not_present",
        "2026-01-02",
        "2026-02-01",
    )
    part, link, whole = first.products
    assert (part.purl, part.within.purl) == ("pkg:npm/a@1", "pkg:generic/device@1")
    assert (link.serial, link.revision, link.ref, link.within.ref) == (
        "urn:uuid:aa",
        "2",
        "ref-1",
        "pkg:generic/device@1",
    )
    assert (whole.cpe.split(":")[2], whole.within) == ("h", None)
    assert (second.products, second.action, second.updated) == ((), "Update.", "2026-01-02")
    assert first.location.line == 10


def test_csaf_products_are_flattened_and_statements_told_apart() -> None:
    (found,) = of(CSAF)
    safe, hit, fixed = found.statements
    assert (found.source.kind, found.source.date, found.number) == ("csaf", "2026-03-01", "M-1")
    assert (safe.status, safe.justification, safe.detail) == (
        "not_affected",
        "vulnerable_code_not_in_execute_path",
        "Not called.",
    )
    (part,) = safe.products
    assert (part.name, part.purl, part.cpe, part.within.name, part.within.versions) == (
        "libx",
        "pkg:npm/libx@2",
        "cpe:/a:x:libx",
        "Device",
        ("1.0",),
    )
    (old,) = hit.products
    assert (hit.status, old.versions, old.supplier) == ("affected", ("vers:generic/<=0.9",), "Maker")
    assert (hit.action, hit.fixed_versions) == ("Vendor fix: Update to 1.0.", ("1.0",))
    assert [rating.version for rating in hit.ratings] == ["3.1"]
    assert (hit.cwes, hit.description, fixed.status, fixed.ratings) == (("CWE-79",), "First.\n\nSecond.", "fixed", ())
    assert "1 score without a valid CVSS vector" in found.source.left


def test_csaf_2_1_paths_lists_and_metrics() -> None:
    data = copy.deepcopy(CSAF)
    data["document"]["csaf_version"] = "2.1"
    tree, vulnerability = data["product_tree"], data["vulnerabilities"][0]
    tree["full_product_names"][0]["product_identification_helper"] = {
        "purls": ["pkg:npm/libx@2"],
        "sbom_urls": ["https://example.org/bom.json", "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#a%20b"],
    }
    tree["product_paths"] = [
        {
            "beginning_product_reference": "L",
            "full_product_name": tree.pop("relationships")[0]["full_product_name"],
            "subpaths": [
                {"category": "default_component_of", "next_product_reference": "D1"},
                {"category": "installed_on", "next_product_reference": "D0"},
            ],
        }
    ]
    vulnerability["metrics"] = [
        {
            "products": ["LD"],
            "source": "https://example.org",
            "content": {
                "cvss_v4": {"vectorString": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H"},
                "ssvc_v2": {},
                "epss": {"probability": "0.1"},
            },
        }
    ]
    vulnerability["cwes"] = [{"id": "CWE-787", "name": "y", "version": "4.13"}]
    del vulnerability["scores"]
    vulnerability["product_status"]["unknown"] = ["L"]
    (found,) = of(data)
    first, *_, unknown = found.statements
    (part,) = first.products
    assert (part.ref, part.serial, part.purl) == (
        "a b",
        "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "pkg:npm/libx@2",
    )
    assert (part.within.name, part.within.versions, part.within.within.versions) == (
        "Device",
        ("1.0",),
        ("vers:generic/<=0.9",),
    )
    assert [(rating.version, rating.by) for rating in first.ratings] == [("4.0", "https://example.org")]
    assert (unknown.status, unknown.status_text, unknown.cwes) == (
        "under_investigation",
        "unknown",
        ("CWE-79", "CWE-787"),
    )
    assert "1 value of vulnerabilities/metrics/content/epss" in found.source.left


def test_osv() -> None:
    (found,) = of(OSV, known=Known(date="2026-06-01"))
    assert found.ids == ("CVE-2026-0001", "DEBIAN-CVE-2026-0001")
    assert (found.source.date, found.modified, found.cwes, found.description) == (
        "2026-06-01",
        "2026-04-01",
        ("CWE-79",),
        "Short.",
    )
    thing, other = found.affected
    assert thing.versions == ("1.1",)
    assert thing.spans == (("", "1.2", False), ("2.0", "2.4", True))
    assert (other.name, other.scheme, other.unclear) == ("other", "git", ("ranges of commits",))
    assert {"1 range of commits beside versions", "1 severity of another kind than CVSS", "1 upstream id"} <= set(
        found.source.left
    )
    assert of([OSV, OSV])[1].source.counts == {"records": 2}
    assert of({"vulns": [OSV]})[0].ids == found.ids
    assert of({**OSV, "withdrawn": "2026-05-01T00:00:00Z"})[0].withdrawn == "2026-05-01"


def test_cve_record() -> None:
    (found,) = of(CVE)
    assert (found.description, found.cwes, found.ratings[0].by, found.modified) == (
        "English.",
        ("CWE-502",),
        "cna",
        "2026-05-01",
    )
    thing, other, by_cpe = found.affected
    assert thing.spans == (("1.0", "1.0.6", False), ("2.1.6", "2.1.9", False), ("4.0", "4.2", False))
    assert thing.unclear == ("before the flood",)
    assert (other.spans, other.safe_spans) == ((("", "", False),), (("3", "", False),))
    assert (by_cpe.cpes[0].split(":")[4], by_cpe.spans) == ("thing", (("", "0.5", False),))
    assert {"1 product with the status unaffected", "1 value of containers/adp/metrics/other"} <= set(found.source.left)
    matches = [affects(found, BomComponent(ref="c", name="other", version=version)) for version in ("2.9", "3.0", "x")]
    assert [match.certainty if match else "" for match in matches] == ["span", "", POSSIBLE]


def test_rejected_cve_record_matches_nothing() -> None:
    data = copy.deepcopy(CVE)
    data["cveMetadata"] |= {"state": "REJECTED", "dateRejected": "2026-05-02T00:00:00Z"}
    data["containers"]["cna"]["rejectedReasons"] = [{"lang": "en", "value": "No vulnerability."}]
    (found,) = of(data)
    assert (found.withdrawn, found.description) == ("2026-05-02", "No vulnerability.")
    assert affects(found, BomComponent(ref="c", name="thing", version="1.0")) is None


def test_kev_and_epss() -> None:
    (kev,) = of(KEV)
    assert isinstance(kev, Kev)
    assert (kev.source.date, kev.entries["CVE-2026-0001"].due) == ("2026-06-01", "2026-06-20")
    (epss,) = of(EPSS, "epss_scores.csv")
    assert isinstance(epss, Epss)
    assert (epss.source.date, epss.scores) == ("2026-06-02", {"CVE-2026-0001": ("0.01151", "0.7802")})
    (undated,) = of(EPSS.partition(b"\n")[2], "epss.csv", Known(date="2026-01-01"))
    assert undated.source.date == "2026-01-01"


def test_packed_epss(tmp_path: Path) -> None:
    (tmp_path / "epss.csv.gz").write_bytes(gzip.compress(EPSS))
    assert read(open_file(tmp_path, "epss.csv.gz"))[0].source.counts == {"scores": 1}


def changed(base: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    data = copy.deepcopy(base)
    place: Any = data
    *steps, last = path.split(".")
    for step in steps:
        place = place[int(step) if step.isdigit() else step]
    place[int(last) if last.isdigit() else last] = value
    return data


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (changed(OPENVEX, "@context", "https://openvex.dev/ns/v9.0.0"), "of the version '9.0.0'"),
        (changed(OPENVEX, "statements", []), "is no sound OpenVEX document: statements"),
        (
            changed(OPENVEX, "statements.0.justification", ""),
            "is no sound OpenVEX document: statements/0/justification",
        ),
        (
            changed(OPENVEX, "statements.0", {"vulnerability": {"name": "X"}, "status": "not_affected"}),
            "without a justification",
        ),
        (changed(OPENVEX, "statements.1.products", [{"@id": ""}]), "neither an @id nor an identifier"),
        (changed(CSAF, "document.csaf_version", "3.0"), "of the version '3.0'"),
        (changed(CSAF, "document.category", "csaf_withdrawn"), "is withdrawn"),
        (
            changed(CSAF, "vulnerabilities.0.product_status.fixed", ["Z"]),
            "names the product 'Z', which it does not define",
        ),
        (changed(CSAF, "vulnerabilities.0.remediations.0.group_ids", ["Z"]), "names the group 'Z'"),
        (changed(CSAF, "product_tree.full_product_names.0.product_id", "D0"), "defines the product 'D0' twice"),
        (changed(CSAF, "product_tree.relationships.0.product_reference", "LD"), "of itself"),
        (changed(CSAF, "product_tree.product_groups.0.product_ids", ["Z"]), "names the product 'Z'"),
        (changed(OSV, "schema_version", "2.0.0"), "of the version '2.0.0'"),
        (changed(OSV, "affected.0.versions", [1]), "is no sound OSV record: affected/0/versions/0"),
        ({"vulns": []}, "holds no record"),
        (changed(CVE, "dataVersion", "4.0"), "of the version '4.0'"),
        (changed(CVE, "cveMetadata.cveId", "CVE-1"), "has not the form"),
        (changed(CVE, "cveMetadata.state", "RESERVED"), "is no sound CVE record: cveMetadata/state"),
        (changed(KEV, "count", 2), "says that it holds 2 entries and holds 1"),
        (changed(KEV, "vulnerabilities.0.cveID", "1"), "has not the form"),
        (changed(KEV, "vulnerabilities.0.dateAdded", "soon"), "has no date"),
    ],
)
def test_unusable_files_say_why(data: Any, message: str) -> None:
    with pytest.raises(InputError, match=r"^file\.json") as caught:
        of(data)
    assert message in str(caught.value)
    assert caught.value.message.endswith(".")
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("rows", "line", "message"),
    [
        ("cve,epss,percentile\nCVE-2026-0001,1.5,0.1", 2, "is no CVE with two numbers from 0 to 1"),
        ("cve,epss,percentile\nCVE-2026-0001,NaN,0.1", 2, "is no CVE with two numbers from 0 to 1"),
        ("cve,epss,percentile\nCVE-2026-0001,0.1", 2, "is no CVE with two numbers from 0 to 1"),
        ("cve,epss,percentile\nCVE-2026-0001,0.1,0.1\nCVE-2026-0001,0.2,0.1", 3, "gives CVE-2026-0001 two scores"),
        ('cve,epss,percentile\n"CVE-2026-0001', 0, "is no CSV: unexpected end of data"),
        ("cve,epss,percentile\n", 0, "holds no score"),
        ("#model_version:v1,score_date:2026-01-01T00:00:00Z\ncve;epss\n", 2, "has no line cve,epss,percentile"),
    ],
)
def test_unusable_epss(rows: str, line: int, message: str) -> None:
    with pytest.raises(InputError) as caught:
        of(rows.encode(), "epss.csv")
    assert message in str(caught.value)
    assert caught.value.line == line


@pytest.mark.parametrize(
    "raw",
    [
        b'{"@context": "https://openvex.dev/ns", "@context": 1}',
        b'{"catalogVersion": NaN, "vulnerabilities": []}',
        b'{"document": {"csaf_version": "\\ud800"}}',
        '{"document": {"csaf_version": "2.0\u202e"}}'.encode(),
        b'{"modified": ' + b"[" * 100_000,
        b'{"modified": "',
    ],
    ids=["key twice", "no number", "half a character", "direction", "deep", "cut off"],
)
def test_hostile_json_is_refused(raw: bytes) -> None:
    with pytest.raises(InputError):
        of(raw)


def test_groups_cannot_multiply_products_without_bound() -> None:
    products = [{"name": "p", "product_id": str(number)} for number in range(20_000)]
    group = {"group_id": "G", "product_ids": [product["product_id"] for product in products]}
    data = changed(CSAF, "product_tree", {"full_product_names": products, "product_groups": [group]})
    remediation = {"category": "workaround", "details": "x", "group_ids": ["G"]}
    data["vulnerabilities"] = [{"cve": "CVE-2026-0001", "remediations": [remediation] * 10}] * 1000
    with pytest.raises(InputError, match="times of a product"):
        of(data)


def test_chains_of_products_end() -> None:
    links = [
        {
            "category": "installed_on",
            "full_product_name": {"name": "r", "product_id": f"r{number + 1}"},
            "product_reference": f"r{number}",
            "relates_to_product_reference": f"r{number}",
        }
        for number in range(5_000)
    ]
    tree = {"full_product_names": [{"name": "r", "product_id": "r0"}], "relationships": links}
    with pytest.raises(InputError, match="of too many parts"):
        of(changed(CSAF, "product_tree", tree))


def test_leftovers_of_many_kinds_stay_few_words() -> None:
    (found,) = of({**OSV, **{f"key {number}": 1 for number in range(10_000)}})
    assert len(found.source.left) <= 41
    assert "other kinds" in found.source.left[-1]


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=4,
)


@st.composite
def mutants(draw: st.DrawFn) -> Any:
    """A valid file of which one or two values are replaced by something else, or removed."""
    data = copy.deepcopy(draw(st.sampled_from(VALID)))
    for _ in range(draw(st.integers(1, 2))):
        holder, key = draw(st.sampled_from(list(_places(data)) or [({}, "x")]))
        if draw(st.booleans()) and isinstance(holder, dict):
            holder.pop(key, None)
        else:
            holder[key] = draw(
                _JSON | st.sampled_from(["", "*", "pkg:", "cpe:2.3:", "vers:/", "1.0", "LD", "G", [{}], {}])
            )
    return data


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    for key, value in list(data.items() if isinstance(data, dict) else enumerate(data)):
        yield data, key
        if isinstance(value, dict | list):
            yield from _places(value)


@settings(max_examples=400, deadline=None)
@given(mutants())
def test_what_is_malformed_ends_in_one_error(data: Any) -> None:
    component = BomComponent(ref="c", name="thing", version="1.0", purl="pkg:npm/libx@2")
    try:
        found = of(data)
    except InputError as error:
        caught = error
        found = ()
    else:
        caught = None
    assert caught is None or (caught.message.endswith(".") and caught.remedy)
    for value in found:
        assert isinstance(value, Advisory | VulnerabilityRecord | Kev | Epss)
        if isinstance(value, Advisory):
            assert all(statement.ids for statement in value.statements)
        if isinstance(value, VulnerabilityRecord):
            assert value.ids
            affects(value, component)
