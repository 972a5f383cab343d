"""The verdict calculus on worked cases: a wireless command path, a vulnerability, a clause on updates."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sphinx_aimd.model.inputs import FileFact, Inputs
from sphinx_aimd.model.trace import assess
from sphinx_aimd.model.verdict import Verdict, fold
from tests.trace_builder import HASH, MODEL, catalogue, record, trace_of

CLAUSES = catalogue(C_1="control, requirement, test", C_2="plan, patch, evidence", C_3="plan, evidence")
OK = {"status": "approved"}

Items = dict[str, dict[str, Any]]


def base() -> Items:
    """An inductive link between programmer and implant, all closed."""
    return {
        "REL-1": {"type": "release", **OK, "version": "2.1", "as_of": "2026-11-23", "under_review": "true"},
        "AST-1": {"type": "asset", **OK},
        "VIW-1": {"type": "view", **OK, "links": {"shows": ["AST-1"]}},
        "THR-1": {"type": "threat", **OK, "links": {"threatens": ["AST-1"]}},
        "RSK-1": {
            "type": "risk",
            **OK,
            "treatment": "mitigate",
            "acceptance": "acceptable",
            "control_state": "controlled",
            "accepted_by_role": "management",
            "accepted_on": "2026-10-01",
            "exploitability_after": "very_low",
            "severity_after": "serious",
            "links": {"assesses": ["THR-1"]},
        },
        "CTL-1": {"type": "control", **OK, "links": {"mitigates": ["RSK-1", "THR-1"], "satisfies": ["C-1"]}},
        "REQ-1": {"type": "requirement", **OK, "level": "system", "links": {"derives_from": ["CTL-1"]}},
        "DSN-1": {"type": "design", **OK, "links": {"implements": ["CTL-1"]}},
        "TST-1": {
            "type": "test",
            **OK,
            "kind": "threat_mitigation",
            "environments": "bench; in vitro",
            "links": {"verifies": ["CTL-1", "REQ-1"]},
        },
        "RES-1": result("bench", "2026-09-01"),
        "RES-2": result("in vitro", "2026-09-02"),
        "DEC-1": {
            "type": "decision",
            **OK,
            "kind": "regression_analysis",
            "justification": "Telemetry code unchanged.",
            "approver_role": "quality",
            "decided_on": "2026-11-01",
            "from_version": "2.0",
            "to_version": "2.1",
            "links": {"decides": ["TST-1"]},
        },
    }


def result(environment: str, day: str, **more: str) -> dict[str, Any]:
    known = {"outcome": "passed", "version_under_test": "2.1", "environment": environment, "executed_on": day}
    return {"type": "result", "case": "replay", **known, **more, "links": {"result_of": ["TST-1"]}}


def changed(**changes: dict[str, Any]) -> Items:
    items = base()
    for name, change in changes.items():
        item_id = name.replace("_", "-")
        items[item_id] = {**items.get(item_id, {}), **change}
    return items


VULNERABILITY = {
    "type": "vulnerability",
    **OK,
    "vex_status": "not_affected",
    "vex_justification": "inline_mitigations_already_exist",
    "impact_statement": "x",
    "safety_assessment": "x",
    "security_assessment": "x",
    "assessed_on": "2026-11-01",
    "links": {"affects": ["CMP-1"]},
}
COMPONENT = {
    "type": "component",
    **OK,
    "support_level": "actively_maintained",
    "end_of_support": "2030-01-01",
    "vulnerabilities_checked_on": "2026-11-10",
}
GUARD = {"links": {"mitigates": ["RSK-1", "THR-1", "VUL-1"], "satisfies": ["C-1"]}}
PLAN = {"type": "plan", **OK, "links": {"satisfies": ["C-2", "C-3"]}}
RECORD = {"type": "evidence", **OK, "path": "r.txt", "sha256": HASH, "links": {"evidences": ["PLN-1"]}}
WAIVER = {
    "type": "decision",
    **OK,
    "kind": "waiver",
    "justification": "j",
    "approver_role": "quality",
    "decided_on": "2026-10-01",
    "expires_on": "2027-01-01",
    "interim_measures": "i",
}
UNLINKED = {"links": {"satisfies": ["C-1"]}}

CASES: list[tuple[str, Items, dict[str, str]]] = [
    ("all closed", base(), {"C-1": "verified", "THR-1": "verified", "AST-1": "verified"}),
    (
        "one environment failed",
        changed(RES_2={"outcome": "failed"}),
        dict.fromkeys(("TST-1", "CTL-1", "THR-1", "C-1", "AST-1"), "failed"),
    ),
    (
        "one environment skipped",
        changed(RES_2={"outcome": "skipped"}),
        dict.fromkeys(("TST-1", "CTL-1", "THR-1", "C-1"), "partial"),
    ),
    (
        "older version, regression analysis",
        changed(RES_2={"version_under_test": "2.0"}),
        {"TST-1": "verified", "C-1": "verified"},
    ),
    (
        "older version, analysis in draft",
        changed(RES_2={"version_under_test": "2.0"}, DEC_1={"status": "draft"}),
        dict.fromkeys(("TST-1", "THR-1", "C-1"), "stale"),
    ),
    (
        "failed on the older version, passed on the present one",
        changed(RES_3=result("in vitro", "2026-08-01", version_under_test="2.0", outcome="failed")),
        {"TST-1": "verified"},
    ),
    (
        "failed then passed on the same build",
        changed(RES_2={"build_hash": "h"}, RES_3=result("in vitro", "2026-08-30", outcome="failed", build_hash="h")),
        {"TST-1": "partial"},
    ),
    (
        "control in draft",
        changed(CTL_1={"status": "draft"}),
        {"CTL-1": "planned", "THR-1": "partial", "C-1": "planned"},
    ),
    (
        "control retired",
        changed(CTL_1={"status": "retired"}),
        {"CTL-1": "inactive", "RSK-1": "missing", "THR-1": "missing", "C-1": "missing"},
    ),
    (
        "suspect link from control to risk",
        changed(CTL_1={"suspect": ["RSK-1"]}),
        {"RSK-1": "stale", "CTL-1": "verified", "C-1": "verified", "THR-1": "stale"},
    ),
    (
        "requirements in a circle",
        changed(
            REQ_1={"links": {"derives_from": ["CTL-1", "REQ-2"]}},
            REQ_2={"type": "requirement", **OK, "level": "system", "links": {"derives_from": ["REQ-1"]}},
        ),
        {"REQ-2": "missing", "REQ-1": "partial", "CTL-1": "partial"},
    ),
    (
        "not affected thanks to a control",
        changed(VUL_1=VULNERABILITY, CMP_1=COMPONENT, CTL_1=GUARD),
        {"VUL-1": "verified", "CMP-1": "verified"},
    ),
    (
        "not affected, but the control's test is in error",
        changed(VUL_1=VULNERABILITY, CMP_1=COMPONENT, CTL_1=GUARD, RES_1={"outcome": "error"}),
        {"VUL-1": "failed", "CMP-1": "failed"},
    ),
    (
        "under investigation",
        changed(VUL_1={**VULNERABILITY, "vex_status": "under_investigation", "vex_justification": ""}, CMP_1=COMPONENT),
        {"VUL-1": "planned", "CMP-1": "partial"},
    ),
    (
        "unknown support, justified",
        changed(
            CMP_1={
                **COMPONENT,
                "support_level": "unknown",
                "end_of_support": "",
                "support_justification": "none stated",
            }
        ),
        {"CMP-1": "verified"},
    ),
    (
        "old vulnerability data",
        changed(CMP_1={**COMPONENT, "vulnerabilities_checked_on": "2026-09-01"}),
        {"CMP-1": "stale"},
    ),
    (
        "a plan alone where a patch is expected",
        changed(PLN_1=PLAN, EVD_1=RECORD),
        {"PLN-1": "verified", "C-2": "partial"},
    ),
    ("a plan where a plan is expected", changed(PLN_1=PLAN, EVD_1=RECORD), {"C-3": "verified"}),
    (
        "expired record of the plan",
        changed(PLN_1=PLAN, EVD_1={**RECORD, "valid_until": "2026-01-01"}),
        {"C-3": "stale"},
    ),
    (
        "record changed after approval",
        changed(PLN_1=PLAN, EVD_1={**RECORD, "sha256": "sha256:" + "1" * 64}),
        {"C-3": "stale"},
    ),
    ("waiver in date", changed(DEC_2={**WAIVER, "links": {"decides": ["C-2"]}}), {"C-2": "waived"}),
    (
        "waiver expired",
        changed(DEC_2={**WAIVER, "expires_on": "2026-11-01", "links": {"decides": ["C-2"]}}),
        {"C-2": "missing", "DEC-2": "missing"},
    ),
    (
        "not applicable",
        changed(DEC_2={**WAIVER, "kind": "not_applicable", "expires_on": "", "links": {"decides": ["C-2"]}}),
        {"C-2": "not_applicable"},
    ),
    (
        "not applicable without a reason",
        changed(DEC_2={**WAIVER, "kind": "not_applicable", "justification": "", "links": {"decides": ["C-2"]}}),
        {"C-2": "missing", "DEC-2": "missing"},
    ),
    (
        "a waiver cannot cover a failure",
        changed(RES_2={"outcome": "failed"}, DEC_2={**WAIVER, "links": {"decides": ["CTL-1"]}}),
        {"CTL-1": "failed"},
    ),
    (
        "risk accepted without control",
        changed(RSK_1={"treatment": "accept", "acceptance_rationale": "r"}, CTL_1=UNLINKED),
        {"RSK-1": "verified", "THR-1": "verified"},
    ),
    (
        "risk accepted without a reason",
        changed(RSK_1={"treatment": "accept"}, CTL_1=UNLINKED),
        {"RSK-1": "missing", "THR-1": "missing"},
    ),
    (
        "threat without risk or control",
        changed(RSK_1={"status": "rejected"}, CTL_1={"links": {}}),
        {"THR-1": "missing", "AST-1": "missing", "CTL-1": "partial"},
    ),
]


@pytest.mark.parametrize(("items", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_worked_case(items: Items, wanted: dict[str, str]) -> None:
    trace = trace_of(items, CLAUSES)
    assert {item: str(trace.verdict(item)) for item in wanted} == wanted


def test_every_open_verdict_says_why() -> None:
    for _name, items, _wanted in CASES:
        trace = trace_of(items, CLAUSES)
        for item_id, judgement in trace.judgements.items():
            if not judgement.verdict.is_closed:
                assert judgement.reasons, item_id
                assert str(judgement.reasons[0])


def test_reason_is_the_shortest_path_to_the_cause() -> None:
    trace = trace_of(changed(RES_2={"outcome": "failed"}), CLAUSES)
    assert str(trace.judgements["THR-1"].reasons[0]) == "mitigation: CTL-1 > TST-1 > RES-TST-1-2: test failed"


def test_nothing_unreviewed_is_verified() -> None:
    trace = trace_of(base(), CLAUSES, reviewed=False)
    assert {
        str(v.verdict) for i, v in trace.judgements.items() if trace.items[i].type not in ("result", "decision")
    } <= {
        "planned",
        "missing",
        "partial",
    }
    assert trace.verdict("C-1") is Verdict.PLANNED


def test_without_release_no_result_counts() -> None:
    trace = trace_of(changed(REL_1={"under_review": "false"}), CLAUSES)
    assert trace.verdict("TST-1") is Verdict.STALE


COUNTING = [verdict for verdict in Verdict if verdict.counts]


def test_fold_is_commutative_associative_idempotent() -> None:
    for a, b, c in itertools.product(COUNTING, repeat=3):
        assert fold((a, a)) is a
        assert fold((a, b)) is fold((b, a))
        assert fold((fold((a, b)), c)) is fold((a, fold((b, c)))) is fold((a, b, c))


@given(st.lists(st.sampled_from(list(Verdict)), max_size=6), st.sampled_from([Verdict.FAILED, Verdict.STALE]))
def test_a_worse_path_never_improves_a_fold(verdicts: list[Verdict], bad: Verdict) -> None:
    assert fold([*verdicts, bad]).rank <= fold(verdicts).rank


IDS = ["AST-1", "THR-1", "RSK-1", "CTL-1", "REQ-1", "DSN-1", "TST-1", "PLN-1", "C-1", "C-2", "C-3"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    case=st.sampled_from(range(len(CASES))),
    outcome=st.sampled_from(["failed", "error"]),
    environment=st.sampled_from(["bench", "in vitro"]),
)
def test_adding_a_failing_result_never_improves_a_verdict(case: int, outcome: str, environment: str) -> None:
    items = CASES[case][1]
    before = trace_of(items, CLAUSES)
    after = trace_of({**items, "RES-9": result(environment, "2026-11-20", outcome=outcome)}, CLAUSES)
    for item_id in IDS:
        if item_id in before.items and before.verdict(item_id).counts:
            assert after.verdict(item_id).rank <= before.verdict(item_id).rank, item_id


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_order_of_records_and_links_never_matters(data: st.DataObject) -> None:
    items = CASES[data.draw(st.sampled_from(range(len(CASES))))][1]
    names = data.draw(st.permutations(sorted(items)))
    shuffled = {name: dict(items[name]) for name in names}
    for item in shuffled.values():
        if "links" in item:
            item["links"] = {key: data.draw(st.permutations(targets)) for key, targets in item["links"].items()}
    one, two = trace_of(items, CLAUSES), trace_of(shuffled, CLAUSES)
    assert {i: (j.verdict, j.reasons) for i, j in one.judgements.items()} == {
        i: (j.verdict, j.reasons) for i, j in two.judgements.items()
    }


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
def test_requirements_in_a_circle_prove_nothing(edges: list[tuple[int, int]]) -> None:
    """Untested requirements that only refine one another are never verified, whatever their links."""
    items: Items = {"REL-1": base()["REL-1"]}
    for n in range(8):
        targets = sorted({f"REQ-{b}" for a, b in edges if a == n and b != n})
        links = {"links": {"derives_from": targets}} if targets else {}
        items[f"REQ-{n}"] = {"type": "requirement", **OK, "level": "system", **links}
    trace = trace_of(items, CLAUSES)
    assert {trace.verdict(f"REQ-{n}") for n in range(8)} <= {Verdict.MISSING}


def test_another_file_under_the_same_path_undoes_the_review_of_what_names_it() -> None:
    """Even where no hash was recorded: the file counts in the fingerprint."""
    items = changed(PLN_1=PLAN, EVD_1={**RECORD, "sha256": ""})
    before = trace_of(items, CLAUSES)
    review = before.graph.inputs.reviews["EVD-1"]
    records = [
        record(item_id, item, 100 * n + 1)
        for n, (item_id, item) in enumerate(items.items())
        if item["type"] != "result"
    ]
    files = {"r.txt": FileFact(exists=True, sha256="sha256:" + "2" * 64)}
    after = assess(MODEL, CLAUSES, records, Inputs(files=files, reviews=before.graph.inputs.reviews))
    assert after.graph.changed_since_review(after.items["EVD-1"])
    assert not before.graph.changed_since_review(before.items["EVD-1"])
    assert review.fingerprint != after.items["EVD-1"].fingerprint
