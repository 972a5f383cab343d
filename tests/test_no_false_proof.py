"""What must not prove: failures of tests of any kind, exceptions in the place of proof, what changed or left unseen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sphinx_aimd import rules
from sphinx_aimd.model.inputs import FileFact
from sphinx_aimd.model.leaves import EMPTY
from sphinx_aimd.model.trace import Trace, assess
from tests.sound_dhf import Items, full, result, risk, verification
from tests.trace_builder import MODEL, catalogue, record, trace_of

CLAUSES = catalogue(C_1="test", C_2="evidence")


def judged(**items: dict[str, Any]) -> Trace:
    """Items by id (``TST_1`` reads TST-1) beside the release under review, reviewed as they stand."""
    found = {"REL-1": full("release", as_of="2026-11-23")}
    return trace_of(found | {name.replace("_", "-"): item for name, item in items.items()}, CLAUSES)


def told(trace: Trace, item_id: str) -> tuple[str, str]:
    """Verdict of an item and its first reason."""
    found = trace.judgements[item_id]
    return str(found.verdict), str(found.reasons[0]) if found.reasons else ""


def said(trace: Trace, rule: str) -> list[str]:
    return [finding.item for finding in rules.run(trace) if finding.rule == rule]


def decided(item_id: str, kind: str = "not_applicable", **own: str) -> dict[str, Any]:
    return full("decision", {"decides": [item_id]}, **{"kind": kind, "expires_on": "", **own})


WAIVED = {"kind": "waiver", "expires_on": "2027-01-01"}
REQ = full("requirement", {"satisfies": ["C-1"]}, level="system")
TST = verification("security_requirement", ["REQ-1"])
EVD = full("evidence", {"evidences": ["REQ-1"]})


@pytest.mark.parametrize("kind", sorted(MODEL.links["verifies"].targets))
def test_a_failed_test_of_any_kind_fails_what_it_verifies(kind: str) -> None:
    subject = risk("") if kind == "risk" else full(kind)
    failed = verification("other", ["X-1"])
    found = judged(X_1=subject, TST_1=failed, RES_1=result("TST-1", outcome="failed"))
    assert told(found, "X-1")[0] == "failed"
    assert "TST-1" in told(found, "X-1")[1]


def test_a_test_that_has_not_failed_is_asked_of_nobody() -> None:
    asset = full("asset")
    planned = judged(AST_1=asset, TST_1=verification("other", ["AST-1"]))
    assert told(planned, "AST-1") == told(judged(AST_1=asset), "AST-1")


def test_a_test_that_is_not_applicable_is_no_test() -> None:
    found = judged(REQ_1=REQ, TST_1=TST, DEC_1=decided("TST-1"))
    assert told(found, "TST-1")[0] == "not_applicable"
    verdict, why = told(found, "REQ-1")
    assert verdict == "missing"
    assert why.endswith("that applies")
    assert told(found, "C-1")[0] == "missing"


def test_a_test_that_is_not_applicable_hides_no_other() -> None:
    tests = {f"TST_{n}": verification("penetration", ["IFC-1"]) for n in (1, 2)}
    interface = full("interface", kind="radio")
    stale = judged(IFC_1=interface, **tests, DEC_1=decided("TST-1"), RES_2=result("TST-2", version_under_test="2.0"))
    assert stale.judgements["IFC-1"].needs["exercised"] == "stale"


def test_records_that_are_not_applicable_drop_out_where_none_is_needed() -> None:
    plan, record_ = full("plan"), full("evidence", {"evidences": ["PLN-1"]})
    assert told(judged(PLN_1=plan, EVD_1=record_, DEC_1=decided("EVD-1")), "PLN-1") == ("verified", "")


def test_evidence_proves_as_it_was_reviewed() -> None:
    assert told(judged(REQ_1=REQ, EVD_1=EVD), "REQ-1")[0] == "verified"
    assert told(judged(REQ_1=REQ, EVD_1={**EVD, "unreviewed": "yes"}), "EVD-1") == (
        "partial",
        "approval: no review record",
    )
    after = as_reviewed({"REQ-1": REQ, "EVD-1": EVD}, {"EVD-1": {"revision": "B"}})
    assert told(after, "EVD-1") == ("stale", "approval: changed since review")
    assert told(after, "REQ-1") == ("stale", "shown: EVD-1: changed since review")


def as_reviewed(items: Items, changes: dict[str, dict[str, Any]], files: dict[str, FileFact] | None = None) -> Trace:
    """The items as they were changed after their review."""
    items = {"REL-1": full("release", as_of="2026-11-23"), **items}
    before = trace_of(items, CLAUSES).graph.inputs
    items |= {item_id: {**items.get(item_id, {}), **change} for item_id, change in changes.items()}
    records = [
        record(item_id, item, 100 * n + 1)
        for n, (item_id, item) in enumerate(items.items())
        if item["type"] != "result"
    ]
    return assess(MODEL, CLAUSES, records, replace(before, files={**before.files, **(files or {})}))


def test_an_empty_file_is_no_evidence() -> None:
    fact = {EVD["path"]: FileFact(exists=True, sha256=EMPTY)}
    empty = as_reviewed({"REQ-1": REQ, "EVD-1": {**EVD, "sha256": EMPTY}}, {}, fact)
    assert "record: file is empty" in map(str, empty.judgements["EVD-1"].reasons)


@pytest.mark.parametrize(
    ("links", "verdict"), [({"evidences": ["DEC-1"]}, "verified"), ({"evidences": ["REQ-2"]}, "missing")]
)
def test_an_alternative_approach_is_shown_by_a_record_that_was_reviewed_for_it(
    links: dict[str, list[str]], verdict: str
) -> None:
    other = full("requirement", level="system")
    items = {"REQ-1": REQ, "REQ-2": other, "DEC-1": decided("REQ-1", "alternative_approach")}
    found = as_reviewed({**items, "EVD-1": {**EVD, "links": links}}, {"EVD-1": {"links": {"evidences": ["DEC-1"]}}})
    assert told(found, "REQ-1")[0] == verdict


REACHED = {
    "REQ_1": full("requirement", {"satisfies": ["C-1"], "derives_from": ["CTL-1"]}, level="system"),
    "EVD_1": EVD,
    "CTL_1": full("control"),
    "TST_1": verification("security_requirement", ["CTL-1", "REQ-2"]),
    "REQ_2": full("requirement", level="system"),
    "RES_1": result("TST-1"),
}


@pytest.mark.parametrize(
    ("changes", "verdict", "reason"),
    [
        ({}, "verified", ""),
        ({"CTL_1": {"status": "rejected", "status_reason": "Too slow."}}, "partial", "expects: no test within 3 links"),
        ({"CTL_1": {"status": "draft"}}, "partial", "expects: no test within 3 links"),
        (
            {"TST_1": {"suspect": ["CTL-1"]}},
            "partial",
            "expects: TST-1: no closed test; to the nearest: changed since the link was reviewed",
        ),
        (
            {"RES_1": {"outcome": "skipped"}, "DEC_1": decided("TST-1", **WAIVED)},
            "waived",
            "expects: TST-1: test closed by waiver",
        ),
        ({"DEC_1": decided("CTL-1")}, "partial", "expects: no test within 3 links"),
    ],
    ids=["as it is", "over a rejected one", "over a draft", "over a suspect link", "waived", "not applicable"],
)
def test_a_clause_reaches_proof_over_sound_ground_alone(
    changes: dict[str, dict[str, Any]], verdict: str, reason: str
) -> None:
    items = {name: {**REACHED.get(name, {}), **changes.get(name, {})} for name in (*REACHED, *changes)}
    assert told(judged(**items), "C-1") == (verdict, reason)


@pytest.mark.parametrize("status", ["approved", "rejected"])
def test_a_deprecated_algorithm_needs_an_analysis_that_holds(status: str) -> None:
    crypto = full("crypto", algorithm="3DES", algorithm_state="deprecated", protects_until="2040-01-01")
    test = verification("other", ["CRY-1"])
    analysis = full("evidence", {"evidences": ["CRY-1"]}, status=status, status_reason="Wrong.")
    found = judged(CRY_1=crypto, TST_1=test, RES_1=result("TST-1"), EVD_1=analysis)
    assert (
        told(found, "CRY-1")
        == {
            "approved": ("verified", ""),
            "rejected": ("partial", "analysis: no evidence (evidenced by)"),
        }[status]
    )


def test_a_risk_without_treatment_is_not_decided() -> None:
    subject = full("assumption")
    found = judged(ASM_1=subject, RSK_1=risk("ASM-1", treatment=""))
    assert told(found, "RSK-1") == ("missing", "decision: treatment not stated")
    still_open = judged(ASM_1=subject, RSK_1=risk("ASM-1", treatment="", acceptance="open"))
    assert told(still_open, "RSK-1")[0] == "planned"


@pytest.mark.parametrize(
    ("item_id", "field", "value"),
    [
        ("RSK-1", "accepted_by_role", "management"),
        ("RSK-1", "accepted_on", "2026-10-02"),
        ("DEC-1", "approver_role", "management"),
        ("DEC-1", "decided_on", "2026-10-02"),
        ("DEC-1", "expires_on", "2028-01-01"),
    ],
)
def test_who_decided_and_when_is_part_of_what_was_reviewed(item_id: str, field: str, value: str) -> None:
    accepted = risk("ASM-1", treatment="accept", acceptance_rationale="Low.")
    items = {"ASM-1": full("assumption"), "RSK-1": accepted, "DEC-1": decided("ASM-1", **WAIVED)}
    before, after = as_reviewed(items, {}), as_reviewed(items, {item_id: {field: value}})
    assert told(before, item_id)[0] == "verified"
    assert told(after, item_id)[0] == "stale"


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({"status": "retired"}, "partial"),
        ({"status": "rejected"}, "partial"),
        ({"status": "superseded"}, "partial"),
        ({"status": "retired", "status_reason": "The bench is gone."}, "verified"),
    ],
    ids=["retired", "rejected", "superseded", "with a reason"],
)
def test_a_failing_test_does_not_leave_by_a_word(change: dict[str, str], verdict: str) -> None:
    items = {"REQ_1": REQ, "TST_1": TST, "RES_1": result("TST-1"), "TST_2": {**TST, **change}}
    found = judged(**items, RES_2=result("TST-2", outcome="failed"))
    assert told(found, "REQ-1")[0] == verdict
    assert said(found, "status-has-reason") == ([] if verdict == "verified" else ["TST-2"])
    if verdict == "partial":
        assert told(found, "REQ-1")[1] == f"shown: TST-2: {change['status']} without a reason"


def test_the_item_that_takes_its_place_is_reason_enough() -> None:
    successor = {**TST, "links": {"verifies": ["REQ-1"], "supersedes": ["TST-2"]}}
    found = judged(REQ_1=REQ, TST_1=successor, RES_1=result("TST-1"), TST_2={**TST, "status": "superseded"})
    assert told(found, "REQ-1")[0] == "verified"


@pytest.mark.parametrize(("status", "verdict"), [("approved", "stale"), ("draft", "verified")])
def test_what_an_approved_item_supersedes_proves_no_more(status: str, verdict: str) -> None:
    newer = full("evidence", {"supersedes": ["EVD-1"], "evidences": ["REQ-2"]}, status=status)
    found = judged(REQ_1=REQ, EVD_1=EVD, EVD_2=newer, REQ_2=full("requirement", level="system"))
    assert told(found, "EVD-1")[0] == told(found, "REQ-1")[0] == verdict
    assert said(found, "successor-alone-in-force") == (["EVD-2"] if verdict == "stale" else [])
    if verdict == "stale":
        assert told(found, "REQ-1")[1] == "shown: EVD-1: superseded by EVD-2"
