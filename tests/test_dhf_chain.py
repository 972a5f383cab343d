"""One vulnerability of the worked file, followed from component to patch and back, and what turns its verdicts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sphinx_aimd.model.trace import Trace
from sphinx_aimd.sphinx.run import read_project
from sphinx_aimd.views.dossier import Dossier
from sphinx_aimd.views.toassess import TO_ASSESS
from tests.dhf_project import DHF, EPOCH, copy, edit

CVE = "CVE-2025-62235"
#: NimBLE as fielded and as released, what is said of the vulnerability in each, and the test that plays it.
FIELDED, RELEASED, AFFECTED, FIXED, TEST = "CMP-021", "CMP-004", "VUL-011", "VUL-001", "TST-107"
VEX = "records/sbom/sc2-2.1.0.vex.cdx.json"


def read(source: Path) -> Dossier:
    return read_project(source)[0].dossier


@pytest.fixture(scope="module", autouse=True)
def day() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        yield


@pytest.fixture(scope="module")
def base() -> Dossier:
    return read(DHF)


def verdicts(trace: Trace, *ids: str) -> list[str]:
    return [str(trace.verdict(item_id)) for item_id in ids]


def reasons(trace: Trace, item_id: str) -> str:
    return " ".join(map(str, trace.judgements[item_id].reasons))


def test_the_row_of_the_fielded_component_is_whole(base: Dossier) -> None:
    """Component, statement, threat, risk, control and their tests, patch with test and result, state in the field."""
    table = base.views["component-patch"]
    names = [column.name for column in table.columns]
    first = next(row for row in table.rows if row[0].text.startswith(FIELDED))
    shown = {name: cell for name, cell in zip(names, first, strict=True) if name != "verdict"}
    assert [name for name, cell in shown.items() if not cell.text] == []
    assert CVE in shown["vulnerability"].text
    targets = [shown[name].target for name in ("vulnerability", "threat", "risk", "control", "test", "patch", "field")]
    assert targets == [AFFECTED, "THR-007", "RSK-103", "CTL-006", TEST, "PAT-001", "PAT-001"]


def test_the_chain_leads_there_and_back(base: Dossier) -> None:
    graph = base.trace.graph
    way = [
        (FIELDED, "affected_by", AFFECTED),
        (AFFECTED, "exploited_by", "THR-007"),
        ("THR-007", "mitigated_by", "CTL-006"),
        ("CTL-006", "verified_by", TEST),
        (TEST, "verifies", "PAT-001"),
        ("PAT-001", "fixes", AFFECTED),
        ("PAT-001", "affects", "REL-020"),
        (AFFECTED, "assessed_by", "RSK-103"),
        ("RSK-103", "assesses", AFFECTED),
        (AFFECTED, "affects", FIELDED),
    ]
    for start, link, end in way:
        assert end in {target for target, _state in graph.linked(start, link)}, (start, link, end)
    assert base.trace.items[FIELDED].text("bill") == "records/sbom/sc2-2.0.3.cdx.json"
    assert any(VEX in said for said in base.trace.items[FIXED].values("data_sources"))
    assert verdicts(base.trace, FIXED, AFFECTED, RELEASED, TEST, "PAT-001") == ["verified"] * 4 + ["partial"]


#: Kinds of formats that a maker meets: bills, statements, records, lists, threat models, test results, source code.
FORMATS = (
    *("CycloneDX", "SPDX", "OpenVEX", "CSAF", "OSV", "CVE JSON", "CISA KEV", "EPSS", "OTM", "Threat Dragon"),
    *("JUnit", "SARIF", "CSV", "penetration test findings", "Source code"),
)


def test_the_file_is_fed_by_every_kind_of_format_and_says_what_it_left(base: Dossier) -> None:
    table = base.views["input-files"]
    shown = [[cell.text for cell in row] for row in table.rows]
    assert [name for name in FORMATS if not any(row[2].startswith(name) for row in shown)] == []
    assert all(row[3] for row in shown if row[0] != "source code")  # each says of which day it is
    unknown = [finding for finding in base.trace.findings if finding.rule == "unknown-product"]
    assert ["2.0.2" in finding.message for finding in unknown] == [True]  # fielded no more: in no bill


def test_own_scores_carry_their_answers_and_both_ways_of_rating_stand(base: Dossier) -> None:
    items = base.trace.items.values()
    own = [item for item in items if item.type == "vulnerability" and item.text("cvss_source") == "own"]
    assert own
    assert [item.id for item in own if not (item.values("rubric") and item.text("cvss_v30"))] == []
    rated = {item.id for item in items if item.text("probability_of_harm")}
    by_probability = [row for row in base.views["rating-departures"].rows if row[1].text.startswith("Probability")]
    assert {row[0].target for row in by_probability} == rated
    assert {row[5].text for row in by_probability} == {"follows"}


def test_what_nobody_has_assessed_waits_and_closes_nothing(base: Dossier) -> None:
    trace, table = base.trace, base.views[TO_ASSESS]
    assert [row[1].text for row in table.rows] == ["CVE-2024-57256"]
    waiting = table.rows[0][0].target
    assert "possibly" in trace.items[waiting].text("match")
    assert verdicts(trace, waiting, "CMP-125") == ["planned", "partial"]
    drafts = [item for item in trace.items.values() if item.type == "threat" and item.id.startswith("UPD-")]
    assert [str(trace.verdict(item.id)) for item in drafts] == ["missing"]


def other_status(source: Path) -> None:
    path = source / VEX
    data = json.loads(path.read_text("utf-8"))
    entry = next(entry for entry in data["vulnerabilities"] if entry["id"] == CVE)
    entry["analysis"] = {"state": "exploitable"}
    path.write_text(json.dumps(data, indent=2), "utf-8")


def failed_test(source: Path) -> None:
    path = source / "results/bench/sc2-bench.xml"
    before, found, after = path.read_text("utf-8").partition(f'name="aimd.test" value="{TEST}"')
    assert found
    start = after.index("<testcase ")
    end = after.index("/>", start)
    failed = f'{after[start:end]}><failure message="bond removed"/></testcase>'
    path.write_text(before + found + after[:start] + failed + after[end + 2 :], "utf-8")


def a_year_later(source: Path) -> None:
    edit(source, "release.rst", "   :as_of: 2026-11-02\n", "   :as_of: 2027-11-02\n")


CHANGES: list[tuple[Callable[[Path], None], dict[str, str], str]] = [
    (other_status, {FIXED: "stale", RELEASED: "stale", AFFECTED: "verified"}, "affected in records/sbom"),
    (failed_test, {FIXED: "failed", RELEASED: "failed", TEST: "failed", "CTL-006": "failed"}, "bond removed"),
    (a_year_later, {FIXED: "stale", AFFECTED: "stale", RELEASED: "stale"}, "old"),
]


@pytest.mark.parametrize(("change", "expected", "why"), CHANGES, ids=lambda case: getattr(case, "__name__", ""))
def test_verdicts_follow_what_changes(
    change: Callable[[Path], None], expected: dict[str, str], why: str, base: Dossier, tmp_path: Path
) -> None:
    """Another status, a failed regression test, an assessment that ages: nothing that rests on it stays green."""
    source = copy(tmp_path / "dhf")
    change(source)
    trace = read(source).trace
    assert {item_id: str(trace.verdict(item_id)) for item_id in expected} == expected
    assert why in reasons(trace, FIXED)
    before = {item_id for item_id in base.trace.items if str(base.trace.verdict(item_id)) == "verified"}
    assert {item_id for item_id in before if str(trace.verdict(item_id)) != "verified"} >= {FIXED, RELEASED}
