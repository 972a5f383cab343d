"""Runs of cases on several days and versions: what was not passed stays open until the same case has passed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sphinx_aimd.model.judgement import Judgement
from sphinx_aimd.model.trace import assess
from sphinx_aimd.readers.inputs import gather
from tests.sound_dhf import full, verification
from tests.trace_builder import HASH, MODEL, catalogue, record, trace_of

RELEASE = full("release", version="2.1", as_of="2026-11-23")
TEST = verification("security_requirement", ["REQ-1"])
DECIDED = {"decided_on": "2026-11-20", "expires_on": "", "from_version": "2.0"}
ANALYSIS = full("decision", {"decides": ["TST-1"]}, kind="regression_analysis", **DECIDED)
DEVIATION = full("decision", {"decides": ["TST-1"]}, kind="test_deviation", **DECIDED)
SHOUTED = HASH.replace("0" * 64, "A" * 64)


def run(day: str, outcome: str, case: str = "step 1", version: str = "2.1", **more: str) -> dict[str, Any]:
    known = {"outcome": outcome, "version_under_test": version, "environment": "bench", "case": case}
    return {"type": "result", **known, "executed_on": day and f"2026-{day}", **more, "links": {"result_of": ["TST-1"]}}


def judged(*runs: dict[str, Any], decision: dict[str, Any] | None = None) -> tuple[str, str]:
    """Verdict of the results of a test, and why."""
    items = {"REL-1": RELEASE, "REQ-1": full("requirement"), "TST-1": TEST}
    items |= {f"RES-{number}": one for number, one in enumerate(runs, 1)}
    items |= {"DEC-1": decision} if decision else {}
    return _results(trace_of(items, catalogue()).judgements["TST-1"])


def _results(found: Judgement) -> tuple[str, str]:
    return str(found.needs["results"]), next((str(one) for one in found.reasons if one.need == "results"), "")


@pytest.mark.parametrize(
    ("runs", "verdict", "why"),
    [
        ([run("10-01", "failed"), run("10-02", "passed")], "verified", ""),
        ([run("10-01", "failed"), run("10-02", "failed"), run("10-03", "passed")], "verified", ""),
        ([run("10-01", "failed"), run("10-02", "passed", "step 2")], "failed", "step 1 failed on 2026-10-01, and no"),
        ([run("10-01", "error"), run("10-02", "passed", "step 2")], "failed", "step 1 ended in an error on 2026-10-01"),
        ([run("10-01", "failed"), run("10-02", "skipped")], "failed", "step 1 failed on 2026-10-01"),
        ([run("10-01", "not_run"), run("10-02", "passed", "step 2")], "planned", "step 1 was not run on 2026-10-01"),
        ([run("10-01", "skipped"), run("10-02", "passed", "step 2")], "planned", "step 1 was skipped on 2026-10-01"),
        ([run("10-01", "flaky"), run("10-02", "passed", "step 2")], "planned", "step 1 was flaky on 2026-10-01"),
        ([run("10-01", "not_run"), run("10-02", "passed")], "verified", ""),
        ([run("10-02", "failed"), run("10-01", "passed")], "failed", "test failed"),
        ([run("10-02", "failed"), run("", "passed")], "failed", "test failed"),
        ([run("10-01", "error", "c"), run("10-02", "passed", "c.a")], "verified", ""),
        ([run("10-01", "failed", "c"), run("10-02", "passed", "c.a")], "failed", "c failed on 2026-10-01"),
    ],
)
def test_a_later_pass_clears_what_was_open_of_the_same_case_alone(
    runs: list[dict[str, Any]], verdict: str, why: str
) -> None:
    found = judged(*runs)
    assert found[0] == verdict
    assert why in found[1]


@pytest.mark.parametrize("outcome", ["failed", "flaky"])
@pytest.mark.parametrize("build", [SHOUTED, SHOUTED.lower()])
def test_failed_and_passed_on_one_build_is_flaky_until_a_decision_explains_it(outcome: str, build: str) -> None:
    runs = run("10-01", outcome, build_hash=SHOUTED.lower()), run("10-02", "passed", build_hash=build)
    verdict, why = judged(*runs)
    assert (verdict, "flaky: step 1" in why, "passed later on the same build" in why) == ("planned", True, True)
    assert judged(*runs, decision=DEVIATION) == ("verified", "")
    assert judged(*runs, decision={**DEVIATION, "decided_on": "2026-10-01"})[0] == "planned"
    assert judged(runs[0], {**runs[1], "build_hash": HASH}) == ("verified", "")


@pytest.mark.parametrize(
    ("runs", "verdict", "why"),
    [
        ([run("12-01", "passed")], "planned", "dated 2026-12-01, after the as-of date"),
        ([run("10-01", "failed"), run("12-01", "passed")], "failed", "test failed"),
        ([run("10-01", "passed"), run("12-01", "passed", "step 2")], "verified", ""),
        ([run("10-01", "passed"), run("12-01", "skipped")], "verified", ""),
        ([run("10-01", "passed"), run("12-01", "failed")], "failed", "test failed"),
        ([run("11-23", "passed")], "verified", ""),
    ],
)
def test_a_pass_after_the_as_of_date_proves_and_displaces_nothing(
    runs: list[dict[str, Any]], verdict: str, why: str
) -> None:
    found = judged(*runs)
    assert found[0] == verdict
    assert why in found[1]


@pytest.mark.parametrize("version", ["v2.1", "V2.1", "2.1+build.7", ""])
def test_a_failure_of_what_may_be_the_version_under_review_counts(version: str) -> None:
    for day in ("10-01", "10-02"):  # on the day of the pass, and after it
        verdict, why = judged(run("10-01", "passed"), run(day, "failed", version=version))
        assert (verdict, f"step 1 failed on 2026-{day} on {version or 'an unknown version'}" in why) == ("failed", True)
    assert judged(run("10-01", "failed", version=version), run("10-02", "passed")) == ("verified", "")
    assert judged(run("10-02", "passed", version=version))[0] == "stale"


@pytest.mark.parametrize(
    ("version", "verdict"),
    [("1.9", "verified"), ("2.0.1", "failed"), ("v2.1", "failed"), ("nightly", "failed"), ("", "failed")],
)
def test_a_pass_that_is_carried_over_hides_no_failure_of_a_version_since(version: str, verdict: str) -> None:
    passed = run("10-05", "passed", version="2.0")
    assert judged(passed, decision=ANALYSIS) == ("verified", "")
    assert judged(passed, run("10-05", "failed", version=version), decision=ANALYSIS)[0] == verdict
    earlier = judged(passed, run("10-01", "failed", version=version), decision=ANALYSIS)[0]
    assert earlier == ("verified" if version in ("1.9", "") else "failed")


# --- which runs are of the same case, format by format -------------------------------------------------------------

AT = {"version": "2.1", "environment": "bench"}


def junit(day: str, cases: str, suite: str = "s") -> str:
    return f'<testsuite name="{suite}" timestamp="2026-{day}T09:00:00">{cases}</testsuite>'


def sarif(day: str, automation: str, *levels: str, version: str = "1") -> str:
    run_ = {
        "tool": {"driver": {"name": "lint", "version": version}},
        "automationDetails": {"id": automation},
        "properties": {"aimd.test": "TST-1", "aimd.date": f"2026-{day}"},
        "results": [{"ruleId": "W1", "level": level, "message": {"text": "x"}} for level in levels],
    }
    return json.dumps({"version": "2.1.0", "runs": [run_]})


def findings(day: str, **states: str) -> str:
    entries = [{"id": name, "title": "t", "state": state, "severity": "high"} for name, state in states.items()]
    return json.dumps({"test": "TST-1", "date": f"2026-{day}", "findings": entries})


BAD, GOOD = '<testcase name="TST-1 a"><failure/></testcase>', '<testcase name="TST-1 a"/>'
OTHER = '<testcase name="TST-1 b"/>'
SET_UP = '<properties><property name="aimd.test" value="TST-1"/></properties><error message="set-up"/>'
ROWS = "test;case;outcome;date\nTST-1;{};failed;2026-10-01\nTST-1;{};passed;2026-10-02\n"


@pytest.mark.parametrize(
    ("name", "texts", "verdict", "why"),
    [
        ("x.xml", [junit("10-01", BAD + OTHER), junit("10-02", GOOD)], "verified", ""),
        ("x.xml", [junit("10-01", BAD), junit("10-02", OTHER)], "failed", "s.TST-1 a failed on 2026-10-01"),
        ("x.xml", [junit("10-01", BAD), junit("10-02", GOOD, "t")], "failed", "s.TST-1 a failed on 2026-10-01"),
        ("x.xml", [junit("10-01", BAD * 2), junit("10-02", OTHER)], "failed", "s.TST-1 a and 1 more failed on"),
        ("x.xml", [junit("10-01", SET_UP), junit("10-02", GOOD)], "verified", ""),
        ("x.xml", [junit("10-01", SET_UP), junit("10-02", GOOD, "t")], "failed", "s ended in an error on 2026-10-01"),
        ("x.csv", [ROWS.format("step 1", "step 1")], "verified", ""),
        ("x.csv", [ROWS.format("", "")], "verified", ""),
        ("x.csv", [ROWS.format("step 1", "step 2")], "failed", "step 1 failed on 2026-10-01"),
        ("x.csv", [ROWS.format("", "step 2")], "failed", "TST-1 failed on 2026-10-01"),
        ("x.sarif", [sarif("10-01", "a/1", "error"), sarif("10-02", "a/2", version="2")], "verified", ""),
        ("x.sarif", [sarif("10-01", "a/1", "error"), sarif("10-02", "b/1")], "failed", "lint 1 a/1 failed on"),
        ("x.json", [findings("10-01", F1="open"), findings("10-02", F1="fixed", F2="fixed")], "verified", ""),
        ("x.json", [findings("10-01", F1="open"), findings("10-02", F2="fixed")], "failed", "finding F1 was open on"),
        ("x.json", [findings("10-01", F1="open", F2="open"), findings("10-02", F2="fixed")], "failed", "F1 was open"),
        ("x.json", [findings("10-01", F1="open"), findings("10-02")], "failed", "finding F1 was open on 2026-10-01"),
    ],
)
def test_what_is_the_same_case_in_another_report(
    name: str, texts: list[str], verdict: str, why: str, tmp_path: Path
) -> None:
    for number, text in enumerate(texts):
        (tmp_path / f"{number}{name}").write_text(text, "utf-8")
    read = gather(tmp_path, MODEL, [], results=[{"path": f"*{name}", **AT}], review_file="", epoch=None)
    assert read.findings == ()
    records = [record("REL-1", RELEASE, 1), record("REQ-1", full("requirement"), 100), record("TST-1", TEST, 200)]
    found = _results(assess(MODEL, catalogue(), records, read).judgements["TST-1"])
    assert found[0] == verdict
    assert why in found[1]
