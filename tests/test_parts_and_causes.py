"""Clauses with parts, results that nobody asked for, and findings that are said once, where the problem starts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sphinx_aimd import rules
from sphinx_aimd.catalogue import Catalogue, load_catalogue
from sphinx_aimd.model.verdict import Verdict
from tests.test_verdicts import CLAUSES, OK, base, changed, result
from tests.trace_builder import INSTRUMENT, clause, trace_of


def nested(**expects: str) -> Catalogue:
    """Clause C-1 of the worked cases as a part of the heading ``H``, beside the further parts that are named."""
    rows = {
        "H": replace(clause("H", ("requirement",)), heading=True),
        "C-1": replace(CLAUSES.clauses["C-1"], parent="H"),
    }
    rows |= {name: replace(clause(name, (kind,)), parent="H") for name, kind in expects.items()}
    return Catalogue({"TEST": INSTRUMENT}, rows)


def test_a_heading_that_nothing_answers_is_as_far_as_its_parts() -> None:
    assert trace_of(base(), nested()).verdict("H") is Verdict.VERIFIED
    two = trace_of(base(), nested(open="plan"))
    assert (two.verdict("open"), two.verdict("H")) == (Verdict.MISSING, Verdict.PARTIAL)
    assert two.judgements["H"].reasons[0].path == ("open",)


def test_a_whole_that_says_more_than_its_parts_is_not_answered_by_them_alone() -> None:
    """Not a heading: green parts do not make it green while nothing answers what it says itself."""
    said = nested()
    rows = {**said.clauses, "H": replace(said.clauses["H"], heading=False)}
    trace = trace_of(base(), Catalogue(said.instruments, rows))
    assert (trace.verdict("C-1"), trace.verdict("H")) == (Verdict.VERIFIED, Verdict.PARTIAL)
    assert str(trace.judgements["H"].reasons[0]).startswith("answer: no item")


def test_an_answer_to_the_whole_does_not_outweigh_a_failed_part() -> None:
    items = changed(RES_1={"outcome": "failed"})
    items["REQ-2"] = {"type": "requirement", **OK, "level": "user_need", "links": {"satisfies": ["H"]}}
    items["EVD-2"] = {"type": "evidence", **OK, "path": "r.txt", "sha256": "sha256:" + "0" * 64}
    items["EVD-2"]["links"] = {"evidences": ["REQ-2"]}
    trace = trace_of(items, nested())
    assert trace.verdict("REQ-2") is Verdict.VERIFIED
    assert trace.verdict("C-1") is trace.verdict("H") is Verdict.FAILED


def test_parts_of_the_shipped_catalogues_are_those_of_the_text() -> None:
    shipped = load_catalogue().clauses
    assert shipped["MDR-GSPR-17-2"].parent == "MDR-GSPR-17"
    assert shipped["FDA-524B-b-2-A"].parent == "FDA-524B-b-2"
    assert shipped["MDR-GSPR-17"].heading
    assert not shipped["FDA-524B-b-2"].heading
    assert shipped["FDA-PM-V-A-1-1"].parent == ""  # ids of the guidance number bullets and sections alike
    assert not any(shipped[row.parent].instrument is not row.instrument for row in shipped.values() if row.parent)


@pytest.mark.parametrize(
    ("extra", "wanted"),
    [
        (result("desk", "2026-09-03", outcome="failed"), Verdict.FAILED),
        (result("desk", "2026-09-03", outcome="skipped"), Verdict.VERIFIED),
        (result("bench", "", outcome="failed"), Verdict.FAILED),
    ],
    ids=["failure where nobody asked", "skip where nobody asked", "failure without a date"],
)
def test_a_failure_is_never_hidden_by_where_or_when_it_was(extra: dict[str, Any], wanted: Verdict) -> None:
    assert trace_of(changed(RES_9=extra), CLAUSES).verdict("TST-1") is wanted


def test_an_update_that_cannot_be_had_fixes_nothing_yet() -> None:
    patch = {"type": "patch", **OK, "cycle": "regular", "links": {"fixes": ["VUL-1"]}}
    items = changed(
        PAT_1=patch, VUL_1={"type": "vulnerability", **OK, "vex_status": "fixed", "vulnerability_ids": "OWN-1"}
    )
    items["TST-1"]["links"]["verifies"].append("PAT-1")
    assert trace_of(items, CLAUSES).verdict("PAT-1") is Verdict.PARTIAL
    items["PAT-1"] = {**patch, "available_on": "2026-10-01"}
    assert trace_of(items, CLAUSES).verdict("PAT-1") is Verdict.VERIFIED


def test_a_view_whose_diagram_is_not_there_proves_nothing() -> None:
    items = changed(VIW_1={"diagram": "figures/gone.svg"})
    assert trace_of(items, CLAUSES).verdict("VIW-1") is Verdict.MISSING


def test_a_waiver_without_an_expiry_date_counts_for_nothing() -> None:
    items = changed(RES_1={"outcome": "skipped"})
    items["DEC-2"] = {"type": "decision", **OK, "kind": "waiver", "justification": "Bench in repair."}
    items["DEC-2"] |= {"approver_role": "quality", "decided_on": "2026-10-01", "links": {"decides": ["TST-1"]}}
    assert trace_of(items, CLAUSES).verdict("TST-1") is not Verdict.WAIVED
    items["DEC-2"] |= {"expires_on": "2027-01-01"}
    assert trace_of(items, CLAUSES).verdict("TST-1") is Verdict.WAIVED


def test_a_clause_says_why_its_exception_has_no_effect() -> None:
    items = changed(DEC_2={"type": "decision", **OK, "kind": "not_applicable", "justification": "No radio."})
    items["DEC-2"]["links"] = {"decides": ["C-3"]}
    trace = trace_of(items, CLAUSES)
    assert str(trace.judgements["C-3"].reasons[0]) == "exception: DEC-2: no approver"
    found = [finding for finding in rules.run(trace) if finding.item in ("C-3", "DEC-2")]
    assert [finding.rule for finding in found] == ["exception-in-force"]


def test_a_failed_test_is_one_finding_and_not_one_more_for_each_clause_that_rests_on_it() -> None:
    sound = set(rules.run(trace_of(base(), CLAUSES)))
    broken = trace_of(changed(RES_1={"outcome": "failed"}), CLAUSES)
    assert broken.verdict("C-1") is Verdict.FAILED
    new = [finding for finding in rules.run(broken) if finding not in sound]
    assert [(finding.rule, finding.item) for finding in new] == [("test-result-passed", "TST-1")]
