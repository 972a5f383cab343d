"""Methods as data: rating, STRIDE per element, test summary, metrics, quantum readiness, proposals from CVSS."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sphinx_aimd import rules
from sphinx_aimd.catalogue import load_catalogue
from sphinx_aimd.methods import quantum_state
from sphinx_aimd.model.inputs import Inputs
from sphinx_aimd.model.review import review_now
from sphinx_aimd.model.trace import Trace, assess
from sphinx_aimd.model.verdict import Verdict
from sphinx_aimd.traceload import load_model
from sphinx_aimd.views.methods import OF_METHODS
from sphinx_aimd.views.table import Cell, Table
from tests.sound_dhf import Items, full, result, risk, sound, verification
from tests.trace_builder import MODEL, catalogue, record, trace_of

CLAUSES = catalogue(C_1="control")
FDA = MODEL.methods.ratings["fda"]
DOCS = Path(__file__).parents[1] / "docs"


def said(trace: Trace, item_id: str, *prefixes: str) -> list[str]:
    return [
        found.message
        for found in rules.run(trace)
        if found.item == item_id and found.rule.startswith(prefixes or ("",))
    ]


def cells(view: Table, *, head: str) -> list[dict[str, Cell]]:
    """Rows of a view that an item or a first cell heads, by name of the column."""
    names = [column.name for column in view.columns]
    return [
        dict(zip(names, row, strict=True))
        for row, row_id in zip(view.rows, view.row_ids, strict=True)
        if head in (row_id, row[0].text)
    ]


# --- rating ---


def rated(**own: str) -> Trace:
    items = sound()
    items["RSK-1"] = risk("THR-1", acceptance_rationale="Stated.", **own)
    return trace_of(items, CLAUSES, gate="release")


@pytest.mark.parametrize(
    ("pair", "level"), FDA.matrix.items(), ids=lambda value: "-".join(value) if len(value) == 2 else value
)
def test_every_cell_of_the_matrix_asks_for_its_level_and_decides_what_is_accepted(
    pair: tuple[str, str], level: str
) -> None:
    accepted = {"low": "acceptable", "medium": "acceptable_by_benefit", "high": "acceptable_by_benefit"}[level]
    state = "uncontrolled" if level == "high" else "controlled"
    ratings = {"exploitability_before": "very_high", "severity_before": "catastrophic", "level_before": "high"}
    ratings |= {"exploitability_after": pair[0], "severity_after": pair[1]}
    ratings |= {"acceptance": accepted, "accepted_by_role": "management", "control_state": state}
    trace = rated(**ratings, level_after=level)
    if level == "high":
        assert len(said(trace, "RSK-1", "risk-acceptance")) == 1
        assert trace.judgements["RSK-1"].needs["decision"] is Verdict.FAILED
    else:
        assert said(trace, "RSK-1", "risk-level", "risk-acceptance") == []
        assert trace.judgements["RSK-1"].needs["decision"] is Verdict.VERIFIED
    for other in {"low", "medium", "high"} - {level}:
        trace = rated(**ratings, level_after=other)
        (message,) = said(trace, "RSK-1", "risk-level")
        assert f"Level after is {other}, expected {level} from" in message
        assert trace.judgements["RSK-1"].needs["decision"] in (Verdict.PLANNED, Verdict.FAILED)
        assert not trace.verdict("RSK-1").is_closed


MEDIUM = {"exploitability_after": "low", "severity_after": "serious", "level_after": "medium"}
BY_BENEFIT = {"acceptance": "acceptable_by_benefit", "accepted_by_role": "clinical_safety"}


@pytest.mark.parametrize(
    ("own", "message", "verdict"),
    [
        ({**MEDIUM, **BY_BENEFIT}, "", Verdict.VERIFIED),
        (MEDIUM, "Acceptance is acceptable, expected acceptable by benefit at the level medium", Verdict.FAILED),
        (
            {**MEDIUM, **BY_BENEFIT, "accepted_by_role": "risk_management"},
            "Accepted by (role) is risk management, expected clinical safety or management at the level medium",
            Verdict.PLANNED,
        ),
        (
            {**MEDIUM, **BY_BENEFIT, "acceptance_rationale": ""},
            "Reason of acceptance is empty, expected a text at the level medium",
            Verdict.PLANNED,
        ),
        ({"accepted_by_role": "management"}, "", Verdict.VERIFIED),  # who decides a higher level decides a lower one
        ({**MEDIUM, "acceptance": "open", "accepted_by_role": "quality"}, "", Verdict.PLANNED),
        (
            {"control_state": "uncontrolled"},
            "Controlled or uncontrolled is uncontrolled, expected controlled at the level low",
            Verdict.FAILED,
        ),
        # the level that is stated does not decide what may be accepted
        (
            {"exploitability_after": "high", "severity_after": "critical", "level_after": "low"},
            "Acceptance is acceptable, expected no acceptance at the level high",
            Verdict.FAILED,
        ),
        ({"probability_of_harm": "improbable", "level_of_harm": "low"}, "", Verdict.VERIFIED),
        (
            {
                "severity_after": "catastrophic",
                "exploitability_after": "very_low",
                "level_after": "medium",
                **BY_BENEFIT,
            }
            | {"probability_of_harm": "remote", "level_of_harm": "high"},
            (
                "Acceptance is acceptable by benefit, expected no acceptance at the level high "
                "(Probability and severity of harm)"
            ),
            Verdict.FAILED,
        ),
        (
            {"probability_of_harm": "frequent", "level_of_harm": "low"},
            "Level by probability (MDR) is low, expected medium from frequent and negligible residual",
            Verdict.FAILED,
        ),
    ],
)
def test_acceptance_follows_the_criteria_of_both_methods(own: dict[str, str], message: str, verdict: Verdict) -> None:
    items = sound()
    items["RSK-1"] = {**risk("THR-1"), "acceptance_rationale": "Stated.", **own}
    trace = trace_of(items, CLAUSES, gate="release")
    found = said(trace, "RSK-1", "risk-level", "risk-acceptance")
    assert any(message in text for text in found) if message else found == []
    assert trace.judgements["RSK-1"].needs["decision"] is verdict
    row = cells(OF_METHODS["rating-departures"](trace), head="RSK-1")
    assert ("departs" in [line["state"].text for line in row]) == bool(found)


def test_a_rating_that_is_not_given_says_nothing() -> None:
    trace = rated(exploitability_before="", severity_after="", level_after="medium")
    assert said(trace, "RSK-1", "risk-level") == []
    assert trace.judgements["RSK-1"].needs["decision"] is not Verdict.VERIFIED


def under(folder: Path, text: str, items: Items) -> Trace:
    """Items assessed under a project's own methods."""
    (folder / "methods.yaml").write_text(text, "utf-8")
    model = load_model((folder,))
    rules.check_specs(model)
    records = [record(name, data, 1) for name, data in sorted(items.items()) if data["type"] != "result"]
    first = assess(model, CLAUSES, records, Inputs(), gate="release")
    reviews = review_now(
        first.graph, [i.id for i in first.items.values() if i.status == "approved"], on="2026-10-01", role="quality"
    )
    return assess(model, CLAUSES, records, Inputs(reviews=reviews), gate="release")


def test_the_matrix_of_a_project_replaces_the_shipped_one_and_every_view_says_so(tmp_path: Path) -> None:
    """The example of the guide."""
    example = re.search(r"code-block:: yaml\n\n((?:   .*\n|\n)+)", (DOCS / "methods.rst").read_text("utf-8"))
    text = "\n".join(line[3:] for line in example[1].splitlines())
    items = {"RSK-1": risk("THR-1", **MEDIUM, **BY_BENEFIT, acceptance_rationale="Stated.")}
    items["THR-1"] = full("threat")
    trace = under(tmp_path, text, items)
    assert said(trace, "RSK-1", "risk-level") == [
        (
            "RSK-1: Level before is high, expected medium from high and serious before control "
            "(Exploitability and severity of patient harm, plan RM-7)."
        ),
        (
            "RSK-1: Level after is medium, expected low from low and serious after control "
            "(Exploitability and severity of patient harm, plan RM-7)."
        ),
    ]
    assert trace.model.overlaid == ("methods: fda",)
    for view in OF_METHODS.values():
        assert "Changed by the project: methods: fda." in view(trace).scope


# --- STRIDE ---


def elements() -> Items:
    items = sound()
    items["AST-2"] = full("asset", {"part_of": ["REL-1"]}, kind="data")
    items["AST-3"] = full("asset", {"part_of": ["REL-1"]}, kind="healthcare_network")
    items["IFC-2"] = full("interface", {"connects": ["AST-2"]}, trust_boundary="false", exposure="dormant")
    items["IFC-3"] = full("interface", {"connects": ["AST-2"]}, exposure="dormant")
    items["THR-2"] = full("threat", {"threatens": ["AST-2"]}, stride="tampering, spoofing")
    items["THR-3"] = full("threat", {"threatens": ["AST-2"]}, stride="repudiation") | {"status": "rejected"}
    items["THR-3"]["status_reason"] = "Nobody acts on it."
    items["THR-4"] = full("threat", {"threatens": ["AST-2"]}, stride="denial_of_service") | {"status": "superseded"}
    items["DEC-2"] = full(
        "decision",
        {"decides": ["AST-2"]},
        kind="not_applicable",
        expires_on="",
        need="asset-stride-complete/information_disclosure",
        justification="Everybody may read it.",
    )
    return items


def test_each_kind_of_element_owes_its_classes() -> None:
    trace = trace_of(elements(), CLAUSES, gate="release")
    asked = {
        item_id: {
            re.search(r"class ([\w ]+) was", text)[1].replace(" ", "_")
            for text in said(trace, item_id, f"{kind}-stride")
        }
        for item_id, kind in (("AST-2", "asset"), ("AST-3", "asset"), ("IFC-2", "interface"), ("IFC-3", "interface"))
    }
    assert asked == {
        "AST-2": {"denial_of_service"},
        "AST-3": {"spoofing", "repudiation"},
        "IFC-2": {"tampering", "information_disclosure", "denial_of_service"},
        "IFC-3": set(MODEL.types["threat"].fields["stride"].values),
    }


def test_the_view_shows_threats_decisions_and_gaps() -> None:
    trace = trace_of(elements(), CLAUSES, gate="release")
    rows = {row["stride"].text: row for row in cells(OF_METHODS["stride-coverage"](trace), head="AST-2")}
    assert {name: row["state"].text for name, row in rows.items()} == {
        "spoofing": "threats, not owed",
        "tampering": "threats",
        "repudiation": "threats",
        "information disclosure": "decided",
        "denial of service": "gap",
        "elevation of privilege": "not owed",
    }
    assert rows["tampering"]["threat"].target == "THR-2"
    assert rows["tampering"]["threat"].verdict is trace.verdict("THR-2")
    assert "set aside: Nobody acts on it." in rows["repudiation"]["threat"].text
    assert rows["information disclosure"]["decision"].text == "DEC-2 Everybody may read it."
    assert (
        rows["denial of service"]["threat"].text == "gap: no threat, no decision; THR-4 is superseded without a reason"
    )
    (grid,) = cells(OF_METHODS["stride-elements"](trace), head="AST-2")
    assert [grid[name].text for name in ("spoofing", "repudiation", "information_disclosure", "denial_of_service")] == [
        "1 (not owed)",
        "1",
        "decided: DEC-2",
        "gap",
    ]
    assert "gaps" in OF_METHODS["stride-coverage"](trace).scope


def test_a_decision_that_is_not_in_force_closes_no_class() -> None:
    items = elements()
    items["DEC-2"]["status"] = "draft"
    trace = trace_of(items, CLAUSES, gate="release")
    assert len(said(trace, "AST-2", "asset-stride")) == 2
    states = [row["state"].text for row in cells(OF_METHODS["stride-coverage"](trace), head="AST-2")]
    assert states.count("gap") == 2


def test_a_retired_item_covers_no_value_of_the_file_and_a_rejected_threat_is_considered() -> None:
    items = sound()
    items["TST-2"] |= {"status": "retired", "status_reason": "Out of date."}
    items["THR-1"]["life_phase"] = "design"
    items["THR-2"] = full("threat", life_phase="update, service", status_reason="No path.") | {"status": "rejected"}
    trace = trace_of(items, CLAUSES, gate="release")
    found = " ".join(one.message for one in rules.run(trace))
    assert "No test of the kind penetration" in found
    assert "No threat in the phase update" not in found
    assert "No threat in the phase decommission" in found


def test_a_threat_to_many_patients_needs_a_risk_that_says_so() -> None:
    items = sound()
    items["RSK-1"]["multi_patient"] = "false"
    (message,) = said(trace_of(items, CLAUSES, gate="release"), "THR-1", "multi-patient")
    assert "could harm many patients" in message


# --- figures of all views ---


def validated(items: Items, patch: str, **outcome: str) -> None:
    """Give a patch a test of the version under review."""
    items[f"TST-OF-{patch}"] = verification("security_requirement", [patch])
    items[f"RES-OF-{patch}"] = result(f"TST-OF-{patch}", version_under_test=items["REL-1"]["version"], **outcome)


def busy() -> Items:
    """Tests in every state, findings of tests, vulnerabilities with and without dates, and many algorithms."""
    items = elements()
    items["REL-1"] |= {"version": "2.1", "field_state": "in_development", "as_of": "2026-11-23"}
    items["REL-2"] = full("release", version="2.0", under_review="false", field_state="marketed", as_of="2026-01-01")
    items["CMP-2"] = full("component", {"part_of": ["REL-2"]})
    for number, (outcome, version) in enumerate(
        [("failed", "2.1"), ("passed", "2.0"), ("skipped", "2.1"), ("passed", "2.1")], 6
    ):
        items[f"TST-{number}"] = verification("penetration", ["REQ-1"], independence="developer")
        items[f"RES-{number}"] = result(f"TST-{number}", outcome=outcome, version_under_test=version)
    items["TST-9"]["environments"] = "bench; clinic"
    items["TST-10"] = verification("vulnerability", ["REQ-1"]) | {"status": "retired", "status_reason": "Old."}
    items["TST-6"]["links"]["reveals"] = ["VUL-3", "ANM-1"]
    items["TST-7"]["links"]["reveals"] = ["VUL-3"]
    for number, (day, told, fixed) in enumerate(
        [
            ("2026-09-01", "2026-09-11", "2026-09-21"),
            ("2026-08-01", "2026-08-05", "2026-09-21"),
            ("", "2026-08-05", "2026-09-21"),
            ("2026-10-01", "", "2026-09-21"),
            ("2026-09-01", "", "2027-01-01"),
            ("2026-09-01", "", ""),
        ],
        3,
    ):
        own = {"identified_on": day, "vex_status": "affected", "kev": "false"}
        items[f"VUL-{number}"] = full("vulnerability", {"affects": ["CMP-2"]}, **own)
        items[f"PAT-{number}"] = full(
            "patch", {"fixes": [f"VUL-{number}"]}, cycle="regular", available_on=fixed, users_told_on=told
        )
        validated(items, f"PAT-{number}")
    items["PAT-3"] |= {"completed_on": "2026-10-01", "installed_percent": "100"}
    items["PAT-4"] |= {"installed_percent": "40"}
    items["PAT-5"] |= {"completed_on": "2026-10-01", "installed_percent": "3"}
    items["VUL-9"] = full("vulnerability", {"affects": ["CMP-2"]}, vex_status="fixed", kev="false")
    # claimed without an assessment: stays in the sum
    items["VUL-10"] = full("vulnerability", {"affects": ["AST-1"]}, vex_status="not_affected", impact_statement="")
    items["VUL-11"] = full("vulnerability", {"affects": ["CMP-1"]}, vex_status="not_affected", kev="false")
    for number in range(3, 12):
        items[f"VUL-{number}"]["vulnerability_ids"] = f"CVE-2026-2000{number}"
    for number, (algorithm, state) in enumerate(
        [("RSA-2048", "not_vulnerable"), ("Own cipher", "not_vulnerable"), ("ML-KEM-768", "migrated"), ("", "")], 2
    ):
        items[f"CRY-{number}"] = full("crypto", {"protects": ["AST-1"]}, algorithm=algorithm, pq_state=state)
    return items


@pytest.fixture(scope="module")
def trace() -> Trace:
    return trace_of(busy(), CLAUSES, gate="release")


@pytest.mark.parametrize("name", OF_METHODS)
def test_every_figure_leads_to_exactly_the_rows_that_it_counts(name: str, trace: Trace) -> None:
    view = OF_METHODS[name](trace)
    assert view.id == name
    assert len(view.rows) == len(view.row_ids)
    assert all(len(row) == len(view.columns) for row in view.rows)
    for cell in (cell for row in view.rows for cell in row if cell.rows is not None):
        rows = OF_METHODS[cell.rows.view](trace)
        facets = {facet.name: facet.values for facet in rows.facets}
        counted = sum(
            all(set(facets[facet][number]) & set(words) for facet, words in cell.rows.where)
            for number in range(len(rows.rows))
        )
        assert int(re.match(r"\d+", cell.text)[0]) == counted, (cell, counted)
    for facet in view.facets:
        assert len(facet.values) == len(view.rows)


@pytest.mark.parametrize("name", OF_METHODS)
def test_an_empty_file_has_every_view(name: str) -> None:
    view = OF_METHODS[name](trace_of({}, CLAUSES))
    assert view.scope
    assert not any(cell.verdict is Verdict.VERIFIED for row in view.rows for cell in row)


# --- tests and metrics ---


def test_only_a_current_complete_result_counts_as_passed(trace: Trace) -> None:
    (row,) = cells(OF_METHODS["test-summary"](trace), head="Penetration")
    assert {name: cell.text for name, cell in row.items()} == {
        "kind": "Penetration",
        "tests": "5",
        "passed_on_this_version": "1",
        "partly_passed": "1",
        "failed": "1",
        "stale": "1",
        "planned_or_missing": "1",
        "excused_by_decision": "0",
        "independent": "1",
        "open_findings": "1",
        "findings": "2",
    }
    (other,) = cells(OF_METHODS["test-summary"](trace), head="Other")
    assert other["tests"].text == "0 none planned"
    assert "1 more are out of force" in OF_METHODS["test-summary"](trace).scope


def measured(trace: Trace, title: str, group: str = "all") -> dict[str, str]:
    view = OF_METHODS["security-metrics"](trace)
    (row,) = [
        {column.name: cell.text for column, cell in zip(view.columns, row, strict=True)}
        for row in view.rows
        if row[0].text.startswith(title) and row[1].text == group
    ]
    return row


def test_metrics_count_what_has_dates_and_name_the_rest(trace: Trace) -> None:
    share = measured(trace, "Share")
    # VUL-3 to VUL-6 have an update that was there on the day; VUL-11 alone is shown to be unaffected
    assert (share["counted"], share["not_counted"], share["not_affected"]) == ("4", "6", "1")
    assert (share["share"], share["words"]) == ("40", "4 of 10 updated or patched")
    fielded = measured(trace, "Days from identification to update", "2.0 (REL-2)")
    assert [fielded[name] for name in ("counted", "average", "median", "longest")] == ["2", "35.5", "35.5", "51"]
    field = measured(trace, "Days from update or patch to complete", "2.0 (REL-2)")
    assert [field[name] for name in ("counted", "not_counted", "longest")] == ["1", "5", "10"]
    told = measured(trace, "Days from identification to telling", "2.0 (REL-2)")
    assert (told["counted"], told["average"]) == ("2", "7")
    reasons = {
        (row["measure"].text.split()[0] + " " + row["measure"].text.split()[-1], head): row["reason"].text
        for head in trace.items
        for row in cells(OF_METHODS["security-metric-rows"](trace), head=head)
    }
    assert reasons["Days patch", "VUL-5"] == "no day of identification"
    assert reasons["Days patch", "VUL-6"] == "2026-09-21 lies before the day of identification"
    assert reasons["Days patch", "VUL-7"] == "not before 2027-01-01, after the as-of date"
    assert reasons["Days patch", "VUL-8"] == "PAT-8: no date under 'Available on'"
    assert reasons["Share patched", "VUL-9"] == "called fixed, no update or patch is linked"
    assert reasons["Share patched", "VUL-10"] == "called not affected, which is partial"
    assert reasons["Days installation", "PAT-4"] == "not complete, 40 % known"
    assert reasons["Days installation", "PAT-5"] == "completed on 2026-10-01, yet 3 % installed"
    assert reasons["Days installation", "PAT-7"] == "not complete"


@pytest.mark.parametrize(
    ("status", "brings", "affects", "outcome", "counted", "reason"),
    [
        ("fixed", "2.1", "CMP-1", "passed", {"all", "2.1 (REL-1)"}, ""),
        ("fixed", "2.0", "CMP-1", "passed", {"all", "2.1 (REL-1)"}, ""),
        ("fixed", "2.2", "CMP-1", "passed", set(), "PAT-2 brings 2.2, which is no fix for 2.1"),
        ("affected", "2.2", "CMP-1", "passed", {"all", "2.1 (REL-1)"}, ""),
        ("affected", "0.9", "CMP-1", "passed", set(), "PAT-2 brings 0.9, which is no fix for 2.1"),
        ("affected", "2.0.1", "CMP-1, CMP-2", "passed", {"2.0 (REL-2)"}, "PAT-2 brings 2.0.1, which is no fix for 2.1"),
        ("fixed", "2.1", "REL-1, REL-2", "passed", {"2.1 (REL-1)"}, "PAT-2 brings 2.1, which is no fix for 2.0"),
        ("fixed", "2.1", "CMP-1", "failed", set(), "PAT-2 is failed"),
        ("fixed", "2.1", "CMP-1", "skipped", set(), "PAT-2 is partial"),
    ],
)
def test_only_a_proven_patch_of_the_right_version_counts(
    status: str, brings: str, affects: str, outcome: str, counted: set[str], reason: str
) -> None:
    items = busy()
    items = {name: item for name, item in items.items() if not name.startswith(("VUL", "PAT"))}
    own = {"identified_on": "2026-09-01", "vex_status": status, "vulnerability_ids": "CVE-2026-2"}
    items["VUL-2"] = full("vulnerability", {"affects": affects.split(", ")}, **own)
    items["PAT-2"] = full("patch", {"fixes": ["VUL-2"]}, available_on="2026-09-21", version=brings)
    validated(items, "PAT-2", outcome=outcome)
    trace = trace_of(items, CLAUSES)
    for title in ("Share", "Days from identification to update"):
        groups = {"all", "2.1 (REL-1)"} | ({"2.0 (REL-2)"} if "2" in affects else set())
        assert {group for group in groups if measured(trace, title, group)["counted"] == "1"} == counted
    rows = cells(OF_METHODS["security-metric-rows"](trace), head="VUL-2")
    assert {row["reason"].text for row in rows if row["measure"].text.startswith("Share")} - {""} == {reason} - {""}


def test_a_waiver_shows_nothing_to_be_unaffected() -> None:
    items = busy()
    items["VUL-11"]["assessed_on"] = "2020-01-01"
    items["DEC-9"] = full("decision", {"decides": ["VUL-11"]}, kind="waiver", expires_on="2030-01-01")
    trace = trace_of(items, CLAUSES)
    assert trace.verdict("VUL-11") is Verdict.WAIVED
    assert measured(trace, "Share")["not_affected"] == "0"


def test_nothing_to_measure_is_said_in_words() -> None:
    empty = trace_of({"REL-1": full("release")}, CLAUSES)
    for row in OF_METHODS["security-metrics"](empty).rows:
        assert row[9].text == "nothing to measure"
        assert [cell.text for cell in row[5:9]] == ["", "", "", ""]


DAY = st.dates(min_value=datetime.date(2026, 1, 1), max_value=datetime.date(2027, 3, 1))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.none() | DAY, st.none() | DAY, st.sampled_from(["affected", "fixed"])), max_size=5))
def test_each_vulnerability_is_counted_once_and_no_time_is_made_up(drawn: list[tuple[Any, Any, str]]) -> None:
    items: Items = {"REL-1": full("release", as_of="2026-11-01")}
    for number, (found, fixed, status) in enumerate(drawn):
        day = found.isoformat() if found else ""
        items[f"VUL-{number}"] = full("vulnerability", {"affects": ["REL-1"]}, identified_on=day, vex_status=status)
        day = fixed.isoformat() if fixed else ""
        brings = "2.1" if status == "fixed" else "2.2"
        items[f"PAT-{number}"] = full("patch", {"fixes": [f"VUL-{number}"]}, available_on=day, version=brings)
        validated(items, f"PAT-{number}", executed_on="2026-10-15")
    trace = trace_of(items, CLAUSES)
    for title in ("Share", "Days from identification to update"):
        row = measured(trace, title)
        assert sum(int(row[name]) for name in ("counted", "not_counted", "not_affected")) == len(drawn)
    days = [
        (fixed - found).days
        for found, fixed, _status in drawn
        if found and fixed and found <= fixed and fixed.isoformat() <= "2026-11-01"
    ]
    row = measured(trace, "Days from identification to update")
    assert row["counted"] == str(len(days))
    assert row["longest"] == (str(max(days)) if days else "")


# --- quantum ---


@pytest.mark.parametrize(
    ("algorithm", "state"),
    [
        ("RSA-2048", "vulnerable"),
        ("sha256WithRSAEncryption", "vulnerable"),
        ("DH-3072", "vulnerable"),
        ("ECDSA P-256 with SHA-256", "vulnerable"),
        ("Ed25519", "vulnerable"),
        ("prime256v1", "vulnerable"),
        ("TLS 1.3", "vulnerable"),
        ("X25519MLKEM768", "mixed"),
        ("ML-KEM-768", "resistant"),
        ("ML-DSA-65", "resistant"),
        ("SLH-DSA-SHA2-128s", "resistant"),
        ("LMS_SHA256_M24_H15", "resistant"),
        ("XMSSMT-SHA2_20/2_256", "resistant"),
        ("AES-128-CCM", "symmetric"),
        ("HMAC-SHA-256", "symmetric"),
        ("CTR_DRBG", "symmetric"),
        ("SHA-1", "weak"),
        ("3DES", "weak"),
        ("Own cipher of 1998", "unknown"),
        ("", "unknown"),
        ("AES " * 300 + "psk", "unknown"),  # too long for a name
    ],
)
def test_families_are_read_from_the_words_of_the_algorithm(algorithm: str, state: str) -> None:
    methods = MODEL.methods
    assert quantum_state(methods.families_of(algorithm), None) == state
    assert quantum_state(methods.families_of(algorithm), 80) == {"symmetric": "reduced"}.get(state, state)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(max_size=60))
def test_words_beside_a_vulnerable_algorithm_never_make_it_safe(text: str) -> None:
    families = MODEL.methods.families_of(f"{text} RSA-2048 {text}")
    assert quantum_state(families, 256) in ("vulnerable", "mixed")


def test_a_claim_against_the_family_is_a_finding_and_an_unknown_algorithm_is_never_safe(trace: Trace) -> None:
    (wrong,) = said(trace, "CRY-2", "post-quantum-claim")
    assert wrong == "CRY-2: not vulnerable is claimed for RSA-2048 (RSA: vulnerable)."
    (unknown,) = said(trace, "CRY-3", "algorithm-known")
    assert "Own cipher is of no known family" in unknown
    assert said(trace, "CRY-3", "post-quantum-claim") == []
    assert said(trace, "CRY-4", "post-quantum-claim", "algorithm-known") == []
    view = OF_METHODS["quantum-readiness"](trace)
    shown = {name: cells(view, head=name)[0] for name in ("CRY-1", "CRY-2", "CRY-3", "CRY-4", "CRY-5")}
    assert {name: (row["quantum"].text, row["claim"].text) for name, row in shown.items()} == {
        "CRY-1": ("not vulnerable", "agrees"),
        "CRY-2": ("vulnerable", "contradicts"),
        "CRY-3": ("not known", "not shown"),
        "CRY-4": ("resistant", "agrees"),
        "CRY-5": ("not known", "not shown"),
    }
    assert "of no known family" in view.scope


@pytest.mark.parametrize(
    ("until", "strength", "need"),
    [
        ("2040-01-01", "128", "needed longer than allowed"),
        ("2035-12-31", "128", "not needed longer"),
        ("2031-01-01", "112", "needed longer than allowed"),
        ("2031-01-01", "", "needed longer than allowed"),  # a strength that nobody states is not taken as enough
        ("", "128", "end of the need not stated"),
    ],
)
def test_the_need_is_compared_with_the_draft_end_of_use(until: str, strength: str, need: str) -> None:
    own = full("crypto", algorithm="ECDSA P-256", protects_until=until, strength_bits=strength)
    (row,) = cells(OF_METHODS["quantum-readiness"](trace_of({"CRY-1": own}, CLAUSES)), head="CRY-1")
    assert row["need"].text == need


# --- exploitability ---


@pytest.mark.parametrize(
    ("own", "proposed", "compared"),
    [
        ({"cvss_v31": "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N"}, "high", "author lower"),
        ({"cvss_v31": "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N/MAV:P"}, "low", "same"),
        ({"cvss_v31": "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:H/I:H/A:N"}, "very low", "author higher"),
        ({"cvss_v31": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N", "kev": "true"}, "very high", "author lower"),
        ({"cvss_v30": "CVSS:3.0/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N", "kev": "true"}, "medium", "author lower"),
        (
            {"cvss_v40": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"},
            "very high",
            "author lower",
        ),
        ({"cvss_v20": "AV:N/AC:L/Au:N/C:C/I:C/A:C"}, "no usable vector", "no usable vector"),
        ({}, "no usable vector", "no usable vector"),
        ({"cvss_v31": "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N", "exploitability": ""}, "high", "not rated"),
    ],
)
def test_a_vector_proposes_and_the_author_decides(own: dict[str, str], proposed: str, compared: str) -> None:
    known = {"cvss_v31": "", "exploitability": "low", "kev": "false", "exploit_maturity": "none_known"}
    items = {"VUL-1": full("vulnerability", **{**known, **own})}
    (row,) = cells(OF_METHODS["exploitability-proposals"](trace_of(items, CLAUSES)), head="VUL-1")
    assert (row["proposed"].text, row["compared"].text) == (proposed, compared)


def test_what_methods_cite_exists() -> None:
    clauses = set(load_catalogue().clauses)
    cited = {source for method in MODEL.methods.ratings.values() for source in method.source}
    assert cited <= clauses
    for rule in MODEL.rules:
        assert set(rule.clauses) <= clauses, rule.id
