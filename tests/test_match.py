"""A newer snapshot against a trace: what is new is listed, what is known or fits nothing is not, nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sphinx_aimd.cli import main
from sphinx_aimd.model.advisory import AffectedRange, Product, VulnerabilityRecord
from sphinx_aimd.model.affected import affects, meant
from sphinx_aimd.model.bom import BomComponent, Source
from sphinx_aimd.model.candidates import Candidates
from tests.corpora import samples
from tests.plain_traces import Item, item, write

SOURCE = Source(path="x", sha256="sha256:0", kind="osv", format="OSV")


def dhf(**vulnerability: Any) -> list[Item]:
    told = {"vulnerability_ids": ["CVE-2026-10001"], "assessed_on": "2026-10-01", "kev": False, "vex_status": "fixed"}
    return [
        item("REL-1", "release", version="2.1", under_review=True),
        item(
            "CMP-1",
            "component",
            {"part_of": ["REL-1"]},
            component_name="urllib3",
            version="2.0.0",
            purl="pkg:pypi/urllib3@2.0.0",
        ),
        item("CMP-2", "component", {"part_of": ["REL-1"]}, component_name="left-pad", version="1.0.0"),
        item("VUL-1", "vulnerability", {"affects": ["CMP-1"]}, **{**told, **vulnerability}),
    ]


def osv(
    name: str, modified: str = "2026-09-01T00:00:00Z", fixed: str = "2.0.7", package: str = "urllib3"
) -> dict[str, Any]:
    events = [{"introduced": "0"}, {"fixed": fixed}]
    return {
        "schema_version": "1.6.0",
        "id": name,
        "modified": modified,
        "affected": [
            {"package": {"ecosystem": "PyPI", "name": package}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
        ],
    }


def kev(*names: str) -> dict[str, Any]:
    entry = {
        "vendorProject": "Maker",
        "product": "Product",
        "vulnerabilityName": "Name",
        "dateAdded": "2026-11-10",
        "shortDescription": "Text",
        "requiredAction": "Apply updates.",
        "dueDate": "2026-12-01",
    }
    return {
        "title": "CISA Catalog of Known Exploited Vulnerabilities",
        "catalogVersion": "2026.11.20",
        "dateReleased": "2026-11-20T10:00:00.0000Z",
        "count": len(names),
        "vulnerabilities": [{"cveID": name, **entry} for name in names],
    }


def openvex(name: str, status: str, purl: str, moment: str) -> dict[str, Any]:
    statement = {"vulnerability": {"name": name}, "products": [{"@id": purl}], "status": status}
    statement |= {"action_statement": "Update."} if status == "affected" else {}
    statement |= {"justification": "component_not_present"} if status == "not_affected" else {}
    return {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://example.org/vex/1",
        "author": "Supplier",
        "timestamp": moment,
        "version": 1,
        "statements": [statement],
    }


def run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], items: list[Item], *data: dict[str, Any] | str
) -> tuple[int, dict[str, Any], str]:
    """Exit code, the result as data, and as text."""
    trace = write(tmp_path / "trace.json", items)
    names = []
    for number, content in enumerate(data):
        name = tmp_path / (f"data-{number}.json" if isinstance(content, dict) else f"data-{number}.csv")
        name.write_text(json.dumps(content) if isinstance(content, dict) else content, "utf-8")
        names.append(str(name))
    code = main(["match", str(trace), "--format", "json", "--data", *names])
    found = json.loads(capsys.readouterr().out)
    assert main(["match", str(trace), "--data", *names]) == code
    return code, found, capsys.readouterr().out


@pytest.mark.parametrize(
    ("data", "new"),
    [
        ([osv("CVE-2026-10001")], []),
        ([osv("CVE-2026-10009", fixed="1.9")], []),
        ([osv("CVE-2026-10009", package="requests")], []),
        ([osv("CVE-2026-10009")], [("match", "CMP-1")]),
        ([{**osv("CVE-2026-10009"), "withdrawn": "2026-10-01T00:00:00Z"}], []),
        ([osv("CVE-2026-10001", "2026-10-02T00:00:00Z")], [("changed", "VUL-1")]),
        ([osv("CVE-2026-10001", "2026-10-01T23:00:00Z")], []),
        ([{**osv("PYSEC-2026-1", "2026-10-02T00:00:00Z"), "aliases": ["CVE-2026-10001"]}], [("changed", "VUL-1")]),
        ([kev("CVE-2026-10001")], [("exploited", "VUL-1")]),
        ([kev("CVE-2026-10002")], []),
        ([osv("CVE-2026-10009"), kev("CVE-2026-10009")], [("match", "CMP-1")]),
        (
            [openvex("CVE-2026-10009", "affected", "pkg:pypi/urllib3@2.0.0", "2026-10-05T00:00:00Z")],
            [("statement", "CMP-1")],
        ),
        ([openvex("CVE-2026-10009", "not_affected", "pkg:pypi/urllib3@2.0.0", "2026-10-05T00:00:00Z")], []),
        ([openvex("CVE-2026-10009", "affected", "pkg:pypi/urllib3@9.9.9", "2026-10-05T00:00:00Z")], []),
        (
            [openvex("CVE-2026-10001", "affected", "pkg:pypi/urllib3@2.0.0", "2026-10-05T00:00:00Z")],
            [("changed", "VUL-1")],
        ),
        (
            [
                osv("CVE-2026-10009"),
                openvex("CVE-2026-10009", "affected", "pkg:pypi/urllib3@2.0.0", "2026-10-05T00:00:00Z"),
            ],
            [("match", "CMP-1")],
        ),
    ],
)
def test_only_what_is_new_is_listed(
    data: list[dict[str, Any]], new: list[tuple[str, str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found, text = run(tmp_path, capsys, dhf(), *data)
    assert [(one["kind"], one["item"] or one["component"]) for one in found["new"]] == new
    assert code == (1 if new else 0)
    assert text.endswith(f"{len(new)} new.\n" if new else "Nothing new.\n")
    assert all(one["sha256"].startswith("sha256:") for one in found["data"])
    assert len(found["data"]) == len(data)


@pytest.mark.parametrize(
    ("vulnerability", "kinds"),
    [
        ({"kev": True}, ["changed"]),
        ({"assessed_on": ""}, ["exploited", "changed"]),
        ({"assessed_on": "2026-10-03"}, ["exploited"]),
        ({"status": "rejected", "verdict": "inactive"}, ["match"]),
        ({"status": "retired", "verdict": "inactive"}, ["match"]),
    ],
)
def test_what_the_item_says_decides_what_is_new(
    vulnerability: dict[str, Any], kinds: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = [osv("CVE-2026-10001", "2026-10-02T00:00:00Z"), kev("CVE-2026-10001")]
    _code, found, _text = run(tmp_path, capsys, dhf(**vulnerability), *data)
    assert [one["kind"] for one in found["new"]] == kinds


def test_a_vulnerability_of_another_component_covers_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    items = dhf()
    items[3]["links"]["affects"] = ["CMP-2"]
    _code, found, text = run(tmp_path, capsys, items, osv("CVE-2026-10001"))
    assert [(one["kind"], one["component"]) for one in found["new"]] == [("match", "CMP-1")]
    assert "VUL-1 is of the same vulnerability and does not name it" in text
    items[3]["links"]["affects"] = ["REL-1"]
    assert run(tmp_path, capsys, items, osv("CVE-2026-10001"))[0] == 0


def test_dates_scores_and_what_cannot_be_told_are_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    epss = (
        "#model_version:v2025.03.14,score_date:2026-11-19T00:00:00+0000\ncve,epss,percentile\nCVE-2026-10009,0.5,0.9\n"
    )
    vex = openvex("CVE-2026-10003", "affected", "pkg:npm/other@1", "2026-10-05T00:00:00Z")
    _code, found, text = run(tmp_path, capsys, dhf(), osv("CVE-2026-10009"), kev("CVE-2026-10009"), epss, vex)
    (new,) = found["new"]
    assert (new["is_exploited"], float(new["epss"])) == (True, 0.5)
    assert "data of 2026-11-20" in text
    assert "data of 2026-11-19" in text
    assert "listed as known exploited; EPSS 0.5, percentile 0.9, for information only" in text
    assert "note: 1 statements about products that are no components of this file" in text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is not JSON"),
        ('{"a": 1, "a": 2}', "twice"),
        ("{}", "is of no format that is known"),
        (json.dumps({**osv("CVE-2026-1"), "affected": 3}), "x.json"),
    ],
)
def test_a_data_file_that_cannot_be_used_ends_the_command(
    content: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = write(tmp_path / "trace.json", dhf())
    (tmp_path / "x.json").write_text(content, "utf-8")
    assert main(["match", str(trace), "--data", str(tmp_path / "x.json")]) == 2
    shown = capsys.readouterr()
    assert (shown.out, message in shown.err) == ("", True)
    assert len(shown.err.splitlines()) == 1


def test_public_files_are_matched_with_the_same_result_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = samples()
    names = [
        *Path(folder, "csaf").glob("*.json"),
        *Path(folder, "kev").glob("*.json"),
        *Path(folder, "vex").glob("*.json"),
    ]
    listed = json.loads(Path(folder, "kev", "known_exploited_vulnerabilities.json").read_text("utf-8"))
    number = listed["vulnerabilities"][0]["cveID"]
    trace = write(tmp_path / "trace.json", dhf(vulnerability_ids=[number]))
    command = ["match", str(trace), "--format", "json", "--data", *map(str, names)]
    assert main(command) == 1
    first = capsys.readouterr().out
    assert main([*command[:5], *reversed(command[5:])]) == 1
    assert capsys.readouterr().out == first
    found = json.loads(first)
    assert [(one["kind"], one["ids"]) for one in found["new"]] == [("exploited", [number])]
    assert len(found["data"]) == len(names) == 7


_NAMES = st.sampled_from(
    ["", "urllib3", "Urllib3", "my-lib", "my_lib", "my.lib", "org/my-lib", "org:my-lib", "openssl"]
)
_PURLS = st.sampled_from(
    [
        "",
        "pkg:pypi/my_lib@1",
        "pkg:pypi/My.Lib",
        "pkg:npm/%40org/my-lib@1",
        "pkg:maven/org/my-lib@1",
        "pkg:generic/openssl@1",
    ]
)
_CPES = st.sampled_from(
    ["", "cpe:2.3:a:org:my-lib:1:*:*:*:*:*:*:*", "cpe:2.3:a:org:my_lib:*:*:*:*:*:*:*:*", "cpe:/a:org:openssl"]
)
_ECOSYSTEMS = st.sampled_from(["", "PyPI", "npm", "Maven", "crates.io"])


@given(_NAMES, _PURLS, _CPES, st.sampled_from(["", "org"]), _NAMES, _PURLS, _CPES, _ECOSYSTEMS)
@settings(max_examples=400, deadline=None)
def test_no_match_is_lost_by_looking_at_candidates_only(
    name: str, purl: str, cpe: str, group: str, other: str, other_purl: str, other_cpe: str, ecosystem: str
) -> None:
    component = BomComponent(ref="r", name=name, version="1", purl=purl, cpe=cpe, group=group)
    candidates = Candidates([("CMP-1", component)])
    entry = AffectedRange(name=other, purl=other_purl, cpes=(other_cpe,) if other_cpe else (), ecosystem=ecosystem)
    record = VulnerabilityRecord(source=SOURCE, ids=("CVE-2026-1",), affected=(entry,))
    if affects(record, component) is not None:
        assert candidates.of_record(record)
    product = Product(name=other, purl=other_purl, cpe=other_cpe)
    if meant(product, component) is not None:
        assert candidates.of_product(product)
