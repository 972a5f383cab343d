"""VEX documents: nothing is claimed that is not proven, the standards' own tests pass, our readers read the same."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from csaf.csaf.v20._validator import validate_file as validate_20
from csaf.csaf.v21._validator import validate_file as validate_21
from docutils.core import publish_string
from hypothesis import given, settings
from hypothesis import strategies as st

from sphinx_aimd.cli import main
from sphinx_aimd.commands.vex import files
from sphinx_aimd.model.advisory import Advisory
from sphinx_aimd.model.verdict import Verdict
from sphinx_aimd.model.vex import Publication
from sphinx_aimd.readers.opened import open_file
from sphinx_aimd.readers.recognise import read_file
from sphinx_aimd.views.vex import collect
from sphinx_aimd.yamlfile import InputError
from tests.plain_traces import Item, document, item, write
from tests.sphinx_builds import build

SERIAL = "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"
PUBLISHER = """\
publisher:
  name: Example maker
  namespace: https://example.org
  contact: security@example.org
document:
  id: EX-2026-001
"""
V31 = "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N"
V40 = "CVSS:4.0/AV:N/AC:H/AT:P/PR:L/UI:N/VC:L/VI:H/VA:L/SC:L/SI:H/SA:L/E:P"
ASSESSED = {"assessed_on": "2026-10-01", "identified_on": "2026-09-01", "safety_assessment": "None", "cwe": ["CWE-290"]}


def dhf() -> list[Item]:
    """A release with three components, one of them from a bill of materials, and a vulnerability of each status."""
    return [
        item("REL-1", "release", version="2.1", under_review=True),
        item("REL-0", "release", version="2.0", under_review=False),
        item(
            "CMP-1",
            "component",
            {"part_of": ["REL-1", "REL-0"]},
            component_name="zlib",
            version="1.2.11",
            purl="pkg:generic/zlib@1.2.11",
        ),
        item(
            "CMP-2",
            "component",
            {"part_of": ["REL-1"]},
            component_name="radio",
            version="4",
            bom_ref="radio/4 ä",
            bill="sbom.json",
            bill_serial=SERIAL,
            bill_revision="2",
        ),
        item(
            "CMP-3",
            "component",
            {"part_of": ["REL-1"]},
            component_name="chip",
            version="A0",
            cpe="cpe:2.3:h:maker:chip:a0:*:*:*:*:*:*:*",
        ),
        item(
            "VUL-1",
            "vulnerability",
            {"affects": ["CMP-1", "CMP-2"]},
            vulnerability_ids=["CVE-2026-10001", "GHSA-aaaa-bbbb-cccc"],
            vex_status="not_affected",
            vex_justification="vulnerable_code_not_in_execute_path",
            impact_statement="The function is not called.",
            description="A fault.",
            cvss_v31=V31,
            cvss_v40=V40,
            **ASSESSED,
        ),
        item(
            "VUL-2",
            "vulnerability",
            {"affects": ["CMP-1", "REL-1"]},
            vulnerability_ids=["CVE-2026-10002"],
            vex_status="affected",
            action_statement="Keep the programmer offline.",
            compensating_controls="A firewall",
            deferred_to="2.2",
            deferral_reason="The next cycle is near.",
            cvss_v20="AV:N/AC:L/Au:N/C:P/I:P/A:P",
            kev=True,
            exploit_maturity="attacked",
            **ASSESSED,
        ),
        item(
            "VUL-3",
            "vulnerability",
            {"affects": ["CMP-3"]},
            vulnerability_ids=["CVE-2026-10003"],
            vex_status="fixed",
            **ASSESSED,
        ),
        item(
            "VUL-4",
            "vulnerability",
            {"affects": ["CMP-3"]},
            vulnerability_ids=["OWN-2026-01"],
            vex_status="under_investigation",
            **ASSESSED,
        ),
        item(
            "VUL-5",
            "vulnerability",
            {"affects": ["CMP-1", "REL-0"]},
            vulnerability_ids=["CVE-2026-10003"],
            vex_status="affected",
            action_statement="Update to 2.1.",
            **ASSESSED,
        ),
        item(
            "VUL-6", "vulnerability", {"affects": ["REL-1"]}, vulnerability_ids=["OWN-2026-02"], vex_status="affected"
        ),
        item("PAT-1", "patch", {"fixes": ["VUL-3"]}, version="2.1", available_on="2026-10-02"),
    ]


def changed(item_id: str, **more: Any) -> list[Item]:
    """The same file with another status, verdict or field of one item."""
    found = dhf()
    for one in found:
        if one["id"] == item_id:
            own = {name: more.pop(name) for name in ("status", "verdict") if name in more}
            one.update(own)
            one["fields"] = {name: value for name, value in {**one["fields"], **more}.items() if value is not None}
    return found


def written(tmp_path: Path, items: list[Item], publisher: str = PUBLISHER, *more: str) -> Path:
    """The output folder of the command."""
    trace = write(tmp_path / "trace.json", items)
    (tmp_path / "vex.yaml").write_text(publisher, "utf-8")
    assert main(["vex", str(trace), "-o", str(tmp_path / "out"), *more]) == 0
    return tmp_path / "out"


def statuses(items: list[Item], release: str = "") -> dict[tuple[str, str], str]:
    said = Publication(publisher="Maker", namespace="https://example.org", number="N-1")
    vex = collect(document(items), said, "trace.json", release)
    return {(one.name, part.id): one.status for one in vex.statements for part in one.components}


AS_PROVEN = {
    ("CVE-2026-10001", "CMP-1"): "not_affected",
    ("CVE-2026-10001", "CMP-2"): "not_affected",
    ("CVE-2026-10002", "CMP-1"): "affected",
    ("CVE-2026-10003", "CMP-3"): "fixed",
    ("OWN-2026-01", "CMP-3"): "under_investigation",
    ("OWN-2026-02", ""): "affected",
}

FINAL = """  status: final
  tlp: AMBER
  revisions:
    - date: 2026-10-01
      summary: First.
    - date: 2026-11-02
      summary: CVE-2026-10002 added.
product:
  name: Example implant
  purl: pkg:generic/example-implant@2.1
"""


@pytest.mark.parametrize("more", ["", FINAL], ids=["new draft", "second revision, final"])
@pytest.mark.parametrize(("version", "validate"), [("2.0", validate_20), ("2.1", validate_21)])
def test_csaf_passes_schema_and_mandatory_tests(version: str, validate: Any, more: str, tmp_path: Path) -> None:
    path = written(tmp_path, dhf(), PUBLISHER + more, "--format", "csaf") / f"csaf-{version}" / "ex-2026-001.json"
    report = validate(path)
    faults = [
        f"{one.id}: {error.instance_path}: {error.message}"
        for one in report.results
        if not one.passed and one.group in ("schema", "mandatory", "profile")
        for error in one.errors
    ]
    assert (report.overall_valid, faults) == (True, [])
    said = json.loads(path.read_text("utf-8"))["document"]
    assert said["tracking"]["version"] == ("2" if more else "1")
    assert said["distribution"]["tlp"]["label"] == ("AMBER" if more else "WHITE" if version == "2.0" else "CLEAR")


@pytest.mark.parametrize(
    "name",
    ["ex-2026-001.cdx.json", "ex-2026-001.openvex.json", "csaf-2.0/ex-2026-001.json", "csaf-2.1/ex-2026-001.json"],
)
def test_our_readers_read_what_was_written(name: str, tmp_path: Path) -> None:
    folder = written(tmp_path, dhf())
    found = [value for value in read_file(open_file(folder, name)) if isinstance(value, Advisory)]
    keys = {"pkg:generic/zlib@1.2.11": "CMP-1", "radio/4 ä": "CMP-2", "radio 4": "CMP-2", "chip": "CMP-3", "CMP-": ""}
    read: dict[tuple[str, str], str] = {}
    for statement in found[0].statements:
        for product in statement.products:
            texts = (product.purl, product.ref, product.cpe, product.name)
            ids = {item_id for key, item_id in keys.items() if any(key in text for text in texts) and item_id}
            assert len(ids) <= 1
            read[statement.ids[0], "".join(ids)] = statement.status
    assert read == AS_PROVEN
    detailed = {one.ids[0]: one for one in found[0].statements}
    assert "GHSA-aaaa-bbbb-cccc" in detailed["CVE-2026-10001"].ids
    assert "The function is not called." in detailed["CVE-2026-10001"].detail
    assert "Keep the programmer offline." in detailed["CVE-2026-10002"].action
    if "openvex" not in name:
        vectors = {rating.vector for rating in detailed["CVE-2026-10001"].ratings}
        assert V31 in vectors
        assert (V40 in vectors) == ("2.0" not in name)


def test_a_bill_of_materials_is_named_by_its_serial_number(tmp_path: Path) -> None:
    said = json.loads((written(tmp_path, dhf()) / "ex-2026-001.cdx.json").read_text("utf-8"))
    refs = {target["ref"] for one in said["vulnerabilities"] for target in one["affects"]}
    assert f"urn:cdx:{SERIAL.removeprefix('urn:uuid:')}/2#radio%2F4%20%C3%A4" in refs
    assert {(part["bom-ref"], part.get("purl")) for part in said["components"]} == {
        ("CMP-1", "pkg:generic/zlib@1.2.11"),
        ("CMP-3", None),
    }
    assert {"CMP-1", "CMP-3"} <= refs
    assert said["metadata"]["component"]["version"] == "2.1"


@pytest.mark.parametrize(
    ("change", "pair", "status"),
    [
        ({"item_id": "VUL-1", "status": "in_review"}, ("CVE-2026-10001", "CMP-1"), "under_investigation"),
        ({"item_id": "VUL-1", "status": "", "verdict": "planned"}, ("CVE-2026-10001", "CMP-1"), "under_investigation"),
        ({"item_id": "VUL-1", "verdict": "stale"}, ("CVE-2026-10001", "CMP-1"), "under_investigation"),
        ({"item_id": "VUL-1", "verdict": "waived"}, ("CVE-2026-10001", "CMP-1"), "under_investigation"),
        ({"item_id": "VUL-1", "contradiction": "affected in x"}, ("CVE-2026-10001", "CMP-1"), "under_investigation"),
        (
            {"item_id": "VUL-1", "vex_justification": "component_not_present", "bill_lists": "REL-1 lists zlib"},
            ("CVE-2026-10001", "CMP-1"),
            "under_investigation",
        ),
        (
            {"item_id": "VUL-1", "vex_justification": None, "impact_statement": None},
            ("CVE-2026-10001", "CMP-1"),
            "under_investigation",
        ),
        ({"item_id": "VUL-3", "verdict": "failed"}, ("CVE-2026-10003", "CMP-3"), "under_investigation"),
        ({"item_id": "PAT-1", "verdict": "planned"}, ("CVE-2026-10003", "CMP-3"), "under_investigation"),
        ({"item_id": "VUL-3", "vex_status": None}, ("CVE-2026-10003", "CMP-3"), "under_investigation"),
        ({"item_id": "VUL-2", "verdict": "stale"}, ("CVE-2026-10002", "CMP-1"), "affected"),
        ({"item_id": "VUL-2", "contradiction": "fixed in x"}, ("CVE-2026-10002", "CMP-1"), "affected"),
        ({"item_id": "VUL-2", "status": "draft"}, ("CVE-2026-10002", "CMP-1"), "under_investigation"),
        ({"item_id": "VUL-2", "status": "retired", "verdict": "inactive"}, ("CVE-2026-10002", "CMP-1"), None),
    ],
)
def test_only_what_is_proven_or_stated_is_claimed(
    change: dict[str, Any], pair: tuple[str, str], status: str | None
) -> None:
    assert statuses(dhf()) == AS_PROVEN
    found = statuses(changed(**change))
    assert found.get(pair) == status
    assert all(found[other] == said for other, said in AS_PROVEN.items() if other[0] != pair[0])


@given(
    st.sampled_from(["draft", "in_review", "approved", "rejected", ""]),
    st.sampled_from([verdict.value for verdict in Verdict]),
    st.sampled_from(["not_affected", "fixed", "affected", "under_investigation", "", "no known word"]),
)
@settings(max_examples=60, deadline=None)
def test_no_format_ever_clears_a_product_without_proof(status: str, verdict: str, declared: str) -> None:
    items = changed("VUL-1", status=status, verdict=verdict, vex_status=declared)
    said = Publication(publisher="Maker", namespace="https://example.org", number="N-1")
    made = files(collect(document(items), said, "trace.json"))
    cleared = {
        "n-1.cdx.json": lambda data: [
            one["id"] for one in data["vulnerabilities"] if one["analysis"]["state"] in ("not_affected", "resolved")
        ],
        "n-1.openvex.json": lambda data: [
            one["vulnerability"]["name"] for one in data["statements"] if one["status"] in ("not_affected", "fixed")
        ],
        **dict.fromkeys(
            ("csaf-2.0/n-1.json", "csaf-2.1/n-1.json"),
            lambda data: [
                one.get("cve")
                for one in data["vulnerabilities"]
                if {"known_not_affected", "fixed"} & set(one["product_status"])
            ],
        ),
    }
    is_proven = (status, verdict, declared) == ("approved", "verified", "not_affected")
    for name, names in cleared.items():
        assert ("CVE-2026-10001" in names(json.loads(made[name]))) == is_proven, name


@pytest.mark.parametrize(
    ("version", "status"),
    [
        ("2.0", "fixed"),
        ("v2.1", "fixed"),
        ("2.2", "under_investigation"),
        ("next", "under_investigation"),
        (None, "under_investigation"),
    ],
)
def test_fixed_is_said_only_of_a_version_that_holds_the_fix(version: str | None, status: str) -> None:
    items = changed("PAT-1", version=version)
    assert statuses(items)["CVE-2026-10003", "CMP-3"] == status
    test = item("TST-9", "test", {"verifies": ["VUL-3"]})
    assert statuses([*items, test])["CVE-2026-10003", "CMP-3"] == "fixed"
    listed = changed("VUL-3", record_lists="chip A0")  # whatever the rules of the project make of it
    assert statuses(listed)["CVE-2026-10003", "CMP-3"] == "under_investigation"
    assert statuses([*listed, test])["CVE-2026-10003", "CMP-3"] == "fixed"


def of_both(**more: Any) -> list[Item]:
    """A vulnerability that is said to be closed in both releases, by a patch whose test passed on the newer one."""
    closed = item(
        "VUL-7",
        "vulnerability",
        {"affects": ["CMP-1", "REL-0", "REL-1"]},
        vulnerability_ids=["CVE-2026-10007"],
        **{"vex_status": "fixed", **more},
        **ASSESSED,
    )
    patch = item("PAT-7", "patch", {"fixes": ["VUL-7"]}, version="2.0", available_on="2026-10-02")
    test = item("TST-7", "test", {"verifies": ["PAT-7"]})
    ran = item("RES-7", "result", {"result_of": ["TST-7"]}, version_under_test="2.1", outcome="passed")
    return [*dhf(), closed, patch, test, ran]


def test_what_was_shown_on_one_release_is_not_said_of_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pair = "CVE-2026-10007", "CMP-1"
    assert statuses(of_both())[pair] == "fixed"
    assert statuses(of_both(), "REL-0")[pair] == "under_investigation"
    older = item("RES-8", "result", {"result_of": ["TST-7"]}, version_under_test="2.0", outcome="passed")
    assert statuses([*of_both(), older], "REL-0")[pair] == "fixed"
    older["fields"]["outcome"] = "failed"
    assert statuses([*of_both(), older], "REL-0")[pair] == "under_investigation"
    by_control = of_both(vex_status="not_affected", vex_justification="inline_mitigations_already_exist")
    assert (statuses(by_control)[pair], statuses(by_control, "REL-0")[pair]) == ("not_affected", "under_investigation")
    as_built = of_both(vex_status="not_affected", vex_justification="vulnerable_code_not_present")
    assert statuses(as_built, "REL-0")[pair] == "not_affected"
    written(tmp_path, of_both(), PUBLISHER, "--release", "REL-0")
    assert (
        "VUL-7 declares fixed and is written as under_investigation. It was shown on another" in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("whole", "part", "said"),
    [
        ("not_affected", "affected", {"CMP-2": "affected"}),
        ("under_investigation", "affected", {"CMP-2": "affected"}),
        ("affected", "not_affected", {"": "affected"}),
        ("affected", "affected", {"": "affected", "CMP-2": "affected"}),
        ("not_affected", "under_investigation", {"": "not_affected", "CMP-2": "under_investigation"}),
    ],
)
def test_of_a_product_and_its_part_the_warning_stands(whole: str, part: str, said: dict[str, str]) -> None:
    more = {"vex_justification": "vulnerable_code_not_present", "action_statement": "Wait.", **ASSESSED}
    items = [
        item(
            "VUL-8", "vulnerability", {"affects": ["REL-1"]}, vulnerability_ids=["CVE-2026-8"], vex_status=whole, **more
        ),
        item(
            "VUL-9",
            "vulnerability",
            {"affects": ["CMP-2"]},
            vulnerability_ids=["GHSA-1", "CVE-2026-8"],
            vex_status=part,
            **more,
        ),
    ]
    found = statuses([*dhf(), *items])
    assert {part_id: status for (name, part_id), status in found.items() if name == "CVE-2026-8"} == said


def test_of_two_items_that_contradict_each_other_the_warning_stands() -> None:
    other = item(
        "VUL-9",
        "vulnerability",
        {"affects": ["CMP-1"]},
        vulnerability_ids=["CVE-2026-10001"],
        vex_status="affected",
        action_statement="Wait.",
    )
    found = statuses([*dhf(), other])
    assert found["CVE-2026-10001", "CMP-1"] == "affected"
    assert found["CVE-2026-10001", "CMP-2"] == "not_affected"
    other["fields"]["vex_status"] = "fixed"
    fix = item("TST-9", "test", {"verifies": ["VUL-9"]})
    assert statuses([*dhf(), other, fix])["CVE-2026-10001", "CMP-1"] == "under_investigation"


@pytest.mark.parametrize(
    ("scope", "days"),
    [
        (
            "5 items. As of 2026-11-02. Assessed on data of: KEV of 2026-10-26, EPSS of no known date.",
            "KEV of 2026-10-26, EPSS of no known date",
        ),
        ("5 items. As of 2026-11-02. No file of vulnerability data was read.", "no file of vulnerability data"),
        ("Assessed on data of: x\n\n*y*.", "x *y*"),
        ("5 items.", "days that are not recorded"),
    ],
)
def test_every_document_says_on_which_data_it_rests(scope: str, days: str) -> None:
    trace = document(dhf())
    trace["views"] = [{"scope": "nothing of the kind"}, {"scope": scope}]
    said = Publication(publisher="Maker", namespace="https://example.org", number="N-1")
    made = files(collect(trace, said, "trace.json"))
    noted = f"Assessed on data of: {days}."
    for name in ("csaf-2.0/n-1.json", "csaf-2.1/n-1.json"):
        assert json.loads(made[name])["document"]["notes"][1]["text"] == noted
    properties = json.loads(made["n-1.cdx.json"])["metadata"]["properties"]
    assert {"name": "sphinx-aimd:assessed-on-data-of", "value": days} in properties
    assert all(one["status_notes"].endswith(noted) for one in json.loads(made["n-1.openvex.json"])["statements"])
    assert f":Assessed on data of: {days}" in made["n-1.rst"].replace("\\", "")


def test_another_release_is_told_only_what_names_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert statuses(dhf(), "REL-0") == {("CVE-2026-10003", "CMP-1"): "affected"}
    written(tmp_path, dhf())
    out = capsys.readouterr().out
    assert "note: VUL-5 is left out: it is not said of REL-1." in out
    assert "note: VUL-6 is affected and states no action." in out
    assert "3 affected" not in out
    assert "2 affected, 1 fixed, 1 not_affected, 1 under_investigation." in out


def test_the_same_trace_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = written(tmp_path / "one", dhf()), written(tmp_path / "two", list(reversed(dhf())))
    names = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert len(names) == 5
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in names)


def test_the_draft_says_what_it_lacks_and_makes_nothing_up(tmp_path: Path) -> None:
    hostile = ".. raw:: html\n\n   <script>alert(1)</script>"
    items = changed("VUL-2", action_statement=None, compensating_controls=hostile, description="A *fault* of `x`_ ::")
    text = (
        written(tmp_path, items, PUBLISHER.replace("  contact: security@example.org\n", "")) / "ex-2026-001.rst"
    ).read_text("utf-8")
    assert text.startswith("DRAFT: ")
    for gap in ("VUL-2: what users do now", "VUL-6: CVSS vector", "VUL-4: fix and its date", "publisher: contact"):
        assert f"- {gap}" in text
    assert "Version 2.1 is affected" in text
    assert "Version 2.0 is affected. Update to 2.1." in text
    assert "Planned in version 2.2. The next cycle is near." in text
    warnings = io.StringIO()
    html = publish_string(
        text, writer="html5", settings_overrides={"warning_stream": warnings, "report_level": 2}
    ).decode()
    assert warnings.getvalue() == ""
    assert "<script>alert" not in html
    assert "A *fault* of `x`_ ::" in html


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no section"),
        ("- one\n", "has no section"),
        ("publisher: Maker\n", "has no keys in publisher"),
        (PUBLISHER + "sender: {}\n", "has the unknown section 'sender'"),
        (PUBLISHER.replace("  name: Example maker\n", ""), "has no name in publisher"),
        (PUBLISHER.replace("https://", "http://"), "as namespace"),
        (PUBLISHER.replace("EX-2026-001", "../EX"), "as id"),
        (PUBLISHER + "  tlp: WHITE\n", "Write one of CLEAR, GREEN, AMBER, RED"),
        (PUBLISHER + "  revisions: none\n", "has no list of revisions"),
        (PUBLISHER + "  revisions: [{date: 2026-13-01, summary: x}]\n", "as the date of a revision"),
        (PUBLISHER + "  revisions: [{date: 2026-10-01}]\n", "without date or summary"),
        (PUBLISHER + "  revisions: [{date: 2026-10-02, summary: b}, {date: 2026-10-01, summary: a}]\n", "Sort them"),
        (PUBLISHER + "product:\n  name: [a]\n", "has no text in name"),
        (PUBLISHER + "product: {purl: zlib}\n", "as purl"),
    ],
)
def test_a_faulty_publisher_file_is_refused_in_one_line(
    text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = write(tmp_path / "trace.json", dhf())
    (tmp_path / "vex.yaml").write_text(text, "utf-8")
    assert main(["vex", str(trace), "-o", str(tmp_path / "out")]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("items", "as_of", "more", "message"),
    [
        (dhf(), "", [], "has no as-of date"),
        ([one for one in dhf() if one["id"] != "REL-1"], "2026-11-02", [], "has 0 releases under review"),
        (dhf(), "2026-11-02", ["--release", "CMP-1"], "has no release CMP-1"),
        ([one for one in dhf() if one["type"] != "vulnerability"], "2026-11-02", [], "has no vulnerability of REL-1"),
    ],
)
def test_a_trace_that_cannot_speak_of_a_release_is_refused(
    items: list[Item], as_of: str, more: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = write(tmp_path / "trace.json", items, as_of)
    (tmp_path / "vex.yaml").write_text(PUBLISHER, "utf-8")
    assert main(["vex", str(trace), "-o", str(tmp_path / "out"), *more]) == 2
    assert message in capsys.readouterr().err


def test_a_source_folder_says_the_same_as_its_trace(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "conf.py").write_text('project = "Example implant"\nextensions = ["sphinx_aimd"]\n', "utf-8")
    (source / "vex.yaml").write_text(PUBLISHER, "utf-8")
    (source / "index.rst").write_text(
        """\
Example
=======

.. release:: Second
   :id: REL-001
   :status: approved
   :version: 2.1
   :under_review: true
   :as_of: 2026-11-02

.. component:: zlib
   :id: CMP-001
   :component_name: zlib
   :version: 1.2.11
   :part_of: REL-001

.. vulnerability:: Overflow
   :id: VUL-001
   :status: approved
   :vulnerability_ids: CVE-2018-25032
   :vex_status: not_affected
   :vex_justification: vulnerable_code_not_present
   :impact_statement: Deflate is not built.
   :affects: CMP-001

   An overflow.
""",
        "utf-8",
    )
    assert main(["vex", str(source), "-o", str(tmp_path / "one"), "--format", "openvex"]) == 0
    built = build(source, tmp_path / "built", builder="aimd-json").out / "trace.json"
    publisher = ["--publisher", str(source / "vex.yaml")]
    assert main(["vex", str(built), "-o", str(tmp_path / "two"), "--format", "openvex", *publisher]) == 0
    name = "ex-2026-001.openvex.json"
    (statement,) = json.loads((tmp_path / "one" / name).read_text("utf-8"))["statements"]
    assert statement["status"] == "under_investigation"  # its link was never reviewed, and no assessment is recorded
    assert statement["status_notes"].endswith("Assessed on data of: no file of vulnerability data.")
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


_VALUES = st.one_of(
    st.sampled_from(
        ["", "x", " ", "::", ".. raw:: html", "2026-99-99", "2026-10-01", "pkg:", "pkg:pypi/a@1", "CVSS:3.1/AV:N"]
    ),
    st.sampled_from(
        ["vulnerable_code_not_present", "cpe:2.3:a:b", "CVE-1", "CWE-x", "true", "fixed", "\u00e4\U0001f600"]
    ),
    st.booleans(),
    st.integers(-3, 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.lists(st.sampled_from(["", "a", "CVE-2026-10001", "CWE-1"]), max_size=3),
)
_FIELDS = sorted({name for one in dhf() for name in one["fields"]} | {"contradiction", "bill_revision"})


@given(st.sampled_from([one["id"] for one in dhf()]), st.dictionaries(st.sampled_from(_FIELDS), _VALUES, max_size=4))
@settings(max_examples=25, deadline=None)
def test_whatever_fields_hold_the_documents_are_sound_or_refused(item_id: str, fields: dict[str, Any]) -> None:
    items = changed(item_id, **fields)
    said = Publication(publisher="Maker", namespace="https://example.org", number="N-1")
    try:
        made = files(collect(document(items), said, "trace.json"))
    except InputError:
        return
    with tempfile.TemporaryDirectory() as folder:
        for name, text in made.items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
            if path.suffix == ".json":
                read_file(open_file(Path(folder), name))
        assert validate_20(Path(folder, "csaf-2.0/n-1.json")).overall_valid
        assert validate_21(Path(folder, "csaf-2.1/n-1.json")).overall_valid
    warnings = io.StringIO()
    publish_string(made["n-1.rst"], settings_overrides={"warning_stream": warnings, "report_level": 2})
    assert warnings.getvalue() == ""
