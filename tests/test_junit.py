"""JUnit XML of several dialects becomes cases; a hostile file becomes one finding."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest

from sphinx_aimd.model.inputs import Case, Report
from sphinx_aimd.model.item import Item, Location
from sphinx_aimd.model.results import bind
from sphinx_aimd.model.trace import assess
from sphinx_aimd.readers.inputs import gather
from sphinx_aimd.readers.junit import MAX_BYTES, MAX_DEPTH, Defaults, read
from sphinx_aimd.yamlfile import InputError
from tests.trace_builder import MODEL, catalogue, record

NONE = Defaults()

PYTEST = """\
<?xml version="1.0" encoding="utf-8"?>
<testsuites name="pytest tests">
 <testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4" timestamp="2026-10-02T12:00:00+02:00">
  <properties><property name="aimd.version" value="2.1"/><property name="aimd.environment" value="bench"/></properties>
  <testcase classname="tests.test_link" name="test_TST_001_replay" time="0.01">
   <properties><property name="aimd.test" value="TST-001"/><property name="aimd.test" value="TST-002"/></properties>
  </testcase>
  <testcase classname="tests.test_link" name="test_flood"><failure message="assert 3 == 2">trace
back</failure></testcase>
  <testcase classname="tests.test_link" name="test_setup"><error message="fixture failed">x</error></testcase>
  <testcase classname="tests.test_link" name="test_later"><skipped message="no rig">x</skipped></testcase>
 </testsuite>
</testsuites>
"""
NESTED = """\
<testsuites>
 <testsuite name="outer" timestamp="2026-10-01T00:00:00">
  <properties><property name="aimd.version" value="2.0"/><property name="aimd.environment" value="bench"/></properties>
  <testsuite name="inner">
   <properties><property name="aimd.version" value="2.1"/><property name="aimd.date">2026-10-03</property></properties>
   <testcase name="a"/>
  </testsuite>
  <testcase name="b"/>
 </testsuite>
</testsuites>
"""
CTEST = """\
<testsuite name="Linux" tests="4" failures="1" disabled="1" skipped="1" timestamp="2026-10-02T12:00:00">
 <testcase name="unit" classname="unit" time="0.1" status="run"><system-out>ok</system-out></testcase>
 <testcase name="fuzz" classname="fuzz" time="0.1" status="fail"><failure message="Failed"/></testcase>
 <testcase name="rig" classname="rig" status="disabled"/>
 <testcase name="lab" classname="lab" status="notrun"><skipped message="no lab"/></testcase>
 <testcase name="old" classname="old" status="fail"/>
</testsuite>
"""
SUREFIRE = """\
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="org.x.LinkTest" tests="4">
 <testcase name="steady" classname="org.x.LinkTest"/>
 <testcase name="shaky" classname="org.x.LinkTest"><flakyFailure message="late ack"/></testcase>
 <testcase name="broken" classname="org.x.LinkTest"><failure message="no ack"/><rerunFailure/></testcase>
 <testcase name="reruns" classname="org.x.LinkTest"><rerunError message="boom"/></testcase>
</testsuite>
"""
NAMES = """\
<j:testsuite xmlns:j="urn:junit" name="suite">
 <j:testcase name="" classname=""/>
 <j:testcase/>
 <j:testcase name="a\u202eb  c"/>
</j:testsuite>
"""


def cases(text: str, folder: Path, defaults: Defaults = NONE) -> tuple[Case, ...]:
    path = folder / "report.xml"
    path.write_text(text, "utf-8")
    return read(path, "results/report.xml", defaults).cases


def test_pytest(tmp_path: Path) -> None:
    first, *others = cases(PYTEST, tmp_path)
    assert first.tests == ("TST-001", "TST-002")
    assert (first.outcome, first.version, first.environment, first.executed_on) == (
        "passed",
        "2.1",
        "bench",
        "2026-10-02",
    )
    assert first.location == Location("results/report.xml", 5)
    assert [(case.outcome, case.message) for case in others] == [
        ("failed", "assert 3 == 2"),
        ("error", "fixture failed"),
        ("skipped", "no rig"),
    ]


def test_nested_suites_inherit_what_they_do_not_say(tmp_path: Path) -> None:
    found = cases(NESTED, tmp_path)
    assert [(case.name, case.version, case.environment, case.executed_on) for case in found] == [
        ("inner.a", "2.1", "bench", "2026-10-03"),
        ("outer.b", "2.0", "bench", "2026-10-01"),
    ]


def test_ctest(tmp_path: Path) -> None:
    assert [case.outcome for case in cases(CTEST, tmp_path)] == ["passed", "failed", "not_run", "skipped", "failed"]


def test_surefire_passed_only_on_a_rerun_is_flaky(tmp_path: Path) -> None:
    found = cases(SUREFIRE, tmp_path)
    assert [case.outcome for case in found] == ["passed", "flaky", "failed", "failed"]
    assert [case.message for case in found] == ["", "late ack", "no ack", "boom"]


def test_names_that_are_empty_or_play_tricks(tmp_path: Path) -> None:
    assert [case.name for case in cases(NAMES, tmp_path)] == ["suite", "suite", "suite.a\ufffdb c"]


def test_the_configuration_says_what_the_report_does_not(tmp_path: Path) -> None:
    known = Defaults(version="2.1", environment="bench", date="2026-10-05")
    assert [(c.version, c.environment, c.executed_on) for c in cases(SUREFIRE, tmp_path, known)][:1] == [
        ("2.1", "bench", "2026-10-05")
    ]
    assert {case.version for case in cases(NESTED, tmp_path, known)} == {"2.0", "2.1"}


DTD = '<?xml version="1.0"?>\n<!DOCTYPE t [<!ENTITY a "{entity}">]>\n<testsuite><testcase name="&a;"/></testsuite>\n'
HOSTILE = {
    "DTD": (DTD.format(entity="x"), 1, "document type definition"),
    "DTD without entities": (
        "<?xml version='1.0'?>\n<!DOCTYPE testsuite>\n<testsuite/>",
        1,
        "document type definition",
    ),
    "external entity": (
        '<!DOCTYPE t [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n<testsuite/>',
        1,
        "document type definition",
    ),
    "deep": ("<testsuite>" * (MAX_DEPTH + 1), 0, "nested too deeply"),
    "deep beyond any stack": ("<testsuite>" * 200_000, 0, "nested too deeply"),
    "cut off": ("<testsuite>\n<testcase name='a'>\n", 3, "not well-formed"),
    "no XML": ("outcome: passed\n", 1, "not well-formed"),
    "empty": ("", 1, "not well-formed"),
    "another format": ("<?xml version='1.0'?>\n<html><body/></html>", 2, "its root is <html>"),
    "unknown encoding": (
        "<?xml version='1.0' encoding='klingon'?><testsuite/>",
        1,
        "cannot be decoded|not well-formed",
    ),
    "huge": ("<testsuite>" + " " * MAX_BYTES, 0, "is larger than"),
}


@pytest.mark.parametrize(("text", "line", "message"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_file_is_one_clear_finding(text: str, line: int, message: str, tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "good.xml").write_text(SUREFIRE, "utf-8")
    (tmp_path / "results" / "bad.xml").write_text(text, "utf-8")
    found = gather(tmp_path, MODEL, [], results=["results/*.xml"], review_file="", epoch=None)
    assert [report.path for report in found.reports] == ["results/good.xml"]
    (finding,) = found.findings
    assert (finding.location, finding.is_model_error) == (Location("results/bad.xml", line), True)
    with pytest.raises(InputError, match=message):
        read(tmp_path / "results" / "bad.xml", "results/bad.xml", NONE)
    assert finding.remedy


def test_a_named_report_that_is_absent_is_a_finding_and_an_empty_pattern_is_none(tmp_path: Path) -> None:
    found = gather(tmp_path, MODEL, [], results=["results/*.xml", "results/rig.xml"], review_file="", epoch=None)
    assert [(finding.location.file, finding.message) for finding in found.findings] == [
        ("results/rig.xml", "does not exist.")
    ]
    found = gather(tmp_path, MODEL, [], results=["results/*.xml"], review_file="", epoch=None, every_pattern=True)
    assert [(finding.location.file, finding.message) for finding in found.findings] == [
        ("results/*.xml", "matches no test report.")
    ]


def test_a_wrong_entry_of_the_configuration_is_named(tmp_path: Path) -> None:
    entry = {"path": "a.xml", "verson": "2"}
    found = gather(tmp_path, MODEL, [], results=[entry], review_file="", epoch=None)
    assert ["verson" in finding.message for finding in found.findings] == [True]


def bound(*found: Case) -> tuple[list[Item], list[str]]:
    tests = [record(name, {"type": "test", "kind": "other"}, 1) for name in ("TST-001", "TST-002")]
    graph = assess(MODEL, catalogue(), tests, gather(Path(), MODEL, [], results=[], review_file="", epoch=None)).graph
    results, findings = bind([Report(path="r.xml", sha256="", cases=found)], graph.items)
    return results, [finding.rule for finding in findings]


def case(name: str, outcome: str = "passed", tests: tuple[str, ...] = (), **known: str) -> Case:
    places = {"version": "2.1", "build_hash": "", "environment": "bench", "executed_on": "2026-10-01", **known}
    return Case(tests=tests, name=name, outcome=outcome, message="", location=Location("r.xml", 1), **places)


@pytest.mark.parametrize("name", ["x.test_TST_001", "TST-001: replay", "suite.tst_001_replay[2.4 GHz]", "test_tst-001"])
def test_a_case_is_bound_by_the_id_in_its_name(name: str) -> None:
    results, findings = bound(case(name))
    assert ([result.links["result_of"] for result in results], findings) == ([("TST-001",)], [])


@pytest.mark.parametrize("name", ["TST-0011", "XTST-001x", "test_replay", "TST 001"])
def test_a_case_without_an_id_is_reported_not_guessed(name: str) -> None:
    assert bound(case(name)) == ([], ["unmatched-result"])


def test_a_case_that_names_an_unknown_test_is_a_model_error() -> None:
    assert bound(case("x", tests=("TST-009",))) == ([], ["result"])


@pytest.mark.parametrize("worse", ["failed", "error", "skipped", "flaky", "not_run"])
def test_cases_of_one_run_are_one_result_and_the_worst_counts(worse: str) -> None:
    results, _findings = bound(case("TST-001 a"), case("TST-001 b", worse), case("TST-001 c"))
    assert [(one.text("outcome"), one.text("cases_passed"), one.text("cases_total")) for one in results] == [
        (worse, "2", "3")
    ]


def test_runs_of_other_versions_environments_and_days_stay_apart() -> None:
    runs = [
        case("TST-001"),
        case("TST-001", version="2.0"),
        case("TST-001", environment="rig"),
        case("TST-001", executed_on="2026-10-02"),
    ]
    assert len(bound(*runs)[0]) == len(runs)


def test_public_samples_are_understood() -> None:
    folder = os.environ.get("AIMD_SAMPLES", "")
    if not folder:
        warnings.warn("AIMD_SAMPLES names no folder: the public JUnit samples are not read", stacklevel=1)
        pytest.skip("AIMD_SAMPLES is not set")
    paths = sorted(Path(folder, "junit").glob("*.xml"))
    assert paths
    for path in paths:
        stated = path.read_text("utf-8").count("<testcase")
        found = read(path, path.name, NONE).cases
        assert len(found) == stated > 0, path.name
        assert all(one.location.line for one in found)
