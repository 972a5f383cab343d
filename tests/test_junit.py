"""JUnit XML of several dialects becomes cases; a hostile file becomes one finding."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sphinx_aimd.model.inputs import Case, Report
from sphinx_aimd.model.item import Item, Location
from sphinx_aimd.model.results import bind
from sphinx_aimd.model.trace import assess
from sphinx_aimd.readers.execution import Defaults
from sphinx_aimd.readers.inputs import gather
from sphinx_aimd.readers.junit import read
from sphinx_aimd.readers.opened import MAX_BYTES, Opened, open_file
from sphinx_aimd.xmlfile import MAX_DEPTH
from sphinx_aimd.yamlfile import InputError
from tests.corpora import samples, sdist
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
<testsuite name="Linux" tests="5" failures="2" disabled="1" skipped="1" timestamp="2026-10-02T12:00:00">
 <testcase name="unit" classname="unit" time="0.1" status="run"><system-out>ok</system-out></testcase>
 <testcase name="fuzz" classname="fuzz" time="0.1" status="fail"><failure message="Failed"/></testcase>
 <testcase name="rig" classname="rig" status="disabled"/>
 <testcase name="lab" classname="lab" status="notrun"><skipped message="no lab"/></testcase>
 <testcase name="old" classname="old" status="fail"/>
</testsuite>
"""
SUREFIRE = """\
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="org.x.LinkTest" tests="7" failures="4">
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
 <j:testcase name="a  b\tc"/>
</j:testsuite>
"""
OTHERS = """\
<testsuites>
 <testsuite name="gtest" tests="3" disabled="1">
  <testcase name="a" status="run" result="completed"/>
  <testcase name="b" status="notrun" result="suppressed"/>
  <testcase name="c" status="run" result="skipped"/>
 </testsuite>
 <testsuite name="jest">
  <testcase name="d"><failure>Expected 3
but 2</failure><failure>again</failure></testcase>
  <testcase name="e"><skipped/></testcase>
  <testcase name="f" executed="false"/>
 </testsuite>
 <testsuite name="strange">
  <testcase name="g"><warning message="no assertion"/></testcase>
  <testcase name="h"><verdict>bad</verdict></testcase>
  <testcase name="i" status="purple"/>
  <testcase name="j" status="failed"><skipped/></testcase>
 </testsuite>
</testsuites>
"""
PRINTED = """\
<testsuite name="s">
 <testcase name="a"><system-out>
 line
 [[PROPERTY|aimd.test=TST-001]]
 [[PROPERTY|aimd.version=2.1]]
 [[PROPERTY|other=x]]
 not alone [[PROPERTY|aimd.environment=bench]]
 </system-out></testcase>
 <testcase name="b"><properties><property name="aimd.test" value="TST-002"/></properties>
  <system-err>[[PROPERTY|aimd.test=TST-001]]</system-err></testcase>
</testsuite>
"""
REPEATED = """\
<testsuites>
 <testsuite name="s">
  <testcase name="link" classname="c"><failure message="late"/></testcase>
  <testcase name="link" classname="c"/>
  <testcase name="twice" classname="c"/>
  <testcase name="twice" classname="c"/>
  <testcase name="never" classname="c"><failure/></testcase>
  <testcase name="never" classname="c"><error/></testcase>
 </testsuite>
 <testsuite name="t"><testcase name="link" classname="c"/></testsuite>
</testsuites>
"""


def opened(text: str | bytes, name: str = "results/report.xml") -> Opened:
    return Opened(name, text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"), "")


def cases(text: str, defaults: Defaults = NONE) -> tuple[Case, ...]:
    return read(opened(text), defaults).cases


def test_pytest() -> None:
    first, *others = cases(PYTEST)
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


def test_nested_suites_inherit_what_they_do_not_say() -> None:
    found = cases(NESTED)
    assert [(case.name, case.version, case.environment, case.executed_on) for case in found] == [
        ("inner.a", "2.1", "bench", "2026-10-03"),
        ("outer.b", "2.0", "bench", "2026-10-01"),
    ]


def test_ctest() -> None:
    assert [case.outcome for case in cases(CTEST)] == ["passed", "failed", "not_run", "skipped", "failed"]


def test_surefire_passed_only_on_a_rerun_is_flaky() -> None:
    found = cases(SUREFIRE)
    assert [case.outcome for case in found] == ["passed", "flaky", "failed", "failed"]
    assert [case.message for case in found] == ["", "late ack", "no ack", "boom"]


def test_names_that_are_empty_or_play_tricks() -> None:
    assert [case.name for case in cases(NAMES)] == ["suite", "suite", "suite.a b c"]


def test_words_of_other_dialects() -> None:
    assert {case.name[-1]: case.outcome for case in cases(OTHERS)} == {
        **dict.fromkeys("a", "passed"),
        **dict.fromkeys("bf", "not_run"),
        **dict.fromkeys("ce", "skipped"),
        **dict.fromkeys("dj", "failed"),
        **dict.fromkeys("g", "inconclusive"),
        **dict.fromkeys("hi", "unknown"),
    }


@pytest.mark.parametrize(
    ("attributes", "outcome"),
    [
        ('skipped="true"', "skipped"),
        ('skipped="no rig"', "skipped"),
        ('failed="true"', "failed"),
        ('failures="2"', "failed"),
        ('error="true"', "error"),
        ('success="false"', "failed"),
        ('passed="no"', "failed"),
        ('outcome="failed"', "failed"),
        ('status="skipped"', "skipped"),
        ('result="skipped"', "skipped"),
        ('status="notrun"', "not_run"),
        ('status="run" skipped="true"', "skipped"),
        ('status="failed" executed="false"', "failed"),
        ('result="odd" skipped="true"', "unknown"),
        ('skipped="false" failures="0" error="" success="true" executed="true" status="RUN"', "passed"),
    ],
)
def test_an_attribute_that_says_not_passed_wins(attributes: str, outcome: str) -> None:
    for inside in ("", "<system-out>ok</system-out>"):
        (found,) = cases(f"<testsuite><testcase name='a' {attributes}>{inside}</testcase></testsuite>")
        assert found.outcome == outcome


PROPERTY = '<property name="aimd.version" value="{}"/>'
PRINTED_TWO = "</properties><system-out>\n[[PROPERTY|aimd.version=2]]\n</system-out><properties>"


@pytest.mark.parametrize(
    ("text", "versions"),
    [
        (PROPERTY.format("1") + PROPERTY.format("2"), ["", "3"]),
        (PROPERTY.format("1") + PROPERTY.format("1"), ["1", "3"]),
        (PROPERTY.format("1") + "</properties><properties>" + PROPERTY.format("2"), ["", "3"]),
        (PROPERTY.format("1") + PRINTED_TWO, ["", "3"]),
    ],
)
def test_what_an_element_states_twice_in_different_words_is_not_known(text: str, versions: list[str]) -> None:
    nearer = f'<testcase name="b"><properties>{PROPERTY.format(3)}</properties></testcase>'
    report = read(
        opened(f'<testsuite>\n<properties>{text}</properties><testcase name="a"/>{nearer}</testsuite>'),
        Defaults(version="9"),
    )
    assert [case.version for case in report.cases] == versions
    said = [] if versions[0] else ["An element of the report states as aimd.version '1' and '2', so it is not known"]
    assert [one.message.partition(" for ")[0] for one in report.findings] == said


def test_properties_may_stand_in_the_output_on_lines_of_their_own() -> None:
    first, second = cases(PRINTED)
    assert (first.tests, first.version, first.environment, second.tests) == (("TST-001",), "2.1", "", ("TST-002",))


def test_a_case_that_passed_and_failed_in_one_report_is_flaky() -> None:
    found = [(case.suite, case.name, case.outcome) for case in cases(REPEATED)]
    assert found == [
        ("s", "c.link", "flaky"),
        ("s", "c.link", "flaky"),
        ("s", "c.twice", "passed"),
        ("s", "c.twice", "passed"),
        ("s", "c.never", "failed"),
        ("s", "c.never", "error"),
        ("t", "c.link", "passed"),
    ]


@pytest.mark.parametrize(
    ("counts", "stated"),
    [
        ('tests="10" failures="1"', "(cases: 10, not 2; failures and errors: 1, not 0)"),
        ('tests="2" errors="2"', "(failures and errors: 2, not 0)"),
        ('tests="2" skipped="1"', "(skipped cases: 1, not 0)"),
        ('tests="2.0" failures="0" errors=""', ""),
        ('tests="2" failures="x"', "states as failures 'x', which is no number"),
        ('tests="2" errors="1e1"', "states as errors '1e1', which is no number"),
        ('tests="1"', ""),
    ],
)
def test_a_report_that_states_more_than_it_holds_proves_nothing(counts: str, stated: str) -> None:
    report = read(opened(f'<testsuites>\n<testsuite name="s" {counts}><testcase/><testcase/></testsuite></testsuites>'))
    assert [case.outcome for case in report.cases] == (["unknown"] * 2 if stated else ["passed"] * 2)
    assert [(one.rule, one.location.line) for one in report.findings] == ([("report-counts", 2)] if stated else [])
    assert all(stated in one.message for one in report.findings)


def test_a_report_of_nothing_is_a_finding_and_an_error_of_a_suite_is_a_case() -> None:
    assert ["no test case" in one.message for one in read(opened("<testsuites/>")).findings] == [True]
    (case,) = cases(
        '<testsuite name="s"><properties><property name="aimd.test" value="T-1"/></properties>'
        '<error message="set-up"/></testsuite>'
    )
    assert (case.tests, case.outcome, case.message) == (("T-1",), "error", "set-up")


def test_what_is_not_used_is_counted() -> None:
    report = read(opened(PRINTED.replace("</testsuite>", "<links/></testsuite>")))
    assert report.left == ("1 element <links> of suites", "1 text of <system-err>", "1 text of <system-out>")
    assert (report.source.kind, report.source.format, dict(report.source.counts)) == (
        *("results", "JUnit XML"),
        {"cases": 2},
    )


def test_the_configuration_says_what_the_report_does_not() -> None:
    known = Defaults(version="2.1", environment="bench", date="2026-10-05")
    assert [(c.version, c.environment, c.executed_on) for c in cases(SUREFIRE, known)][:1] == [
        ("2.1", "bench", "2026-10-05")
    ]
    assert {case.version for case in cases(NESTED, known)} == {"2.0", "2.1"}


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
    "direction-changing characters": ("<testsuite>\n<testcase name='a\u202eb'/></testsuite>", 2, "direction-changing"),
    "the same as a reference": ("<testsuite>\n<testcase name='a&#x202E;b'/></testsuite>", 2, "direction-changing"),
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
        read(open_file(tmp_path, "results/bad.xml"))
    assert finding.remedy


def test_a_named_report_that_is_absent_is_a_finding_and_an_empty_pattern_is_none(tmp_path: Path) -> None:
    found = gather(tmp_path, MODEL, [], results=["results/*.xml", "results/rig.xml"], review_file="", epoch=None)
    assert [(finding.location.file, finding.message) for finding in found.findings] == [
        ("results/rig.xml", "does not exist.")
    ]
    found = gather(tmp_path, MODEL, [], results=["results/*.xml"], review_file="", epoch=None, every_pattern=True)
    assert [(finding.location.file, finding.message) for finding in found.findings] == [
        ("results/*.xml", "matches no file.")
    ]


def test_a_wrong_entry_of_the_configuration_is_named(tmp_path: Path) -> None:
    entry = {"path": "a.xml", "verson": "2"}
    found = gather(tmp_path, MODEL, [], results=[entry], review_file="", epoch=None)
    assert ["verson" in finding.message for finding in found.findings] == [True]


def bound(*found: Case, ids: tuple[str, ...] = ("TST-001", "TST-002")) -> tuple[list[Item], list[str]]:
    tests = [record(name, {"type": "test", "kind": "other"}, 1) for name in ids]
    graph = assess(MODEL, catalogue(), tests, gather(Path(), MODEL, [], results=[], review_file="", epoch=None)).graph
    joined = bind([Report(path="r.xml", sha256="", cases=found)], graph.items)
    return list(joined.results), [finding.rule for finding in joined.findings]


def case(name: str, outcome: str = "passed", tests: tuple[str, ...] = (), **known: str) -> Case:
    places: dict[str, Any] = {
        "version": "2.1",
        "build_hash": "",
        "environment": "bench",
        "executed_on": "2026-10-01",
        **known,
    }
    return Case(tests=tests, name=name, outcome=outcome, message="", location=Location("r.xml", 1), **places)


@pytest.mark.parametrize(
    "name",
    [
        *("x.test_TST_001", "test_TST_001_replay", "TST-001: replay", "TST-001 replay", "TST-001[1]", "TST-001/x"),
        *("suite.tst_001_replay[2.4 GHz]", "test_tst-001", "TST-001 - replay", "replay-TST_002/TST-001"),
    ],
)
def test_a_case_is_bound_by_the_id_in_its_name(name: str) -> None:
    results, findings = bound(case(name))
    assert ([result.links["result_of"] for result in results], findings) == ([("TST-001",)], [])


@pytest.mark.parametrize(
    "name",
    [
        *("TST-0011", "XTST-001x", "test_replay", "TST 001", "TST-001é"),
        *("TST-001-B", "B-TST-001", "check-TST-001-off", "TST-001-0 x", "TST_001_2", "test_TST_001_2_replay"),
    ],
)
def test_a_case_without_an_id_is_reported_not_guessed(name: str) -> None:
    assert bound(case(name)) == ([], ["unmatched-result"])


@pytest.mark.parametrize(
    ("ids", "name", "of"),
    [
        (("TST-001", "TST-001-B"), "TST-001-B works", ["TST-001-B"]),
        (("TST-001", "TST-001-B"), "test_TST_001_B_works", ["TST-001-B"]),
        (("TST-001", "TST-001-B"), "TST-001 and TST-001-B", ["TST-001", "TST-001-B"]),
        (("TST-001", "TST-001-B"), "TST-001-B-C", []),
        (("TST-001", "TST-001-B"), "test_TST_001_B_2", []),
        (("TST-1", "TST-10"), "TST-1-0", []),
        (("A-B", "B-C"), "test_A_B_C", []),
        (("TST-001", "TST_001"), "TST-001 x", ["TST-001"]),
        (("TST-001", "TST_001"), "test_TST_001_x", ["TST_001"]),
        (("TST-001", "TST_001"), "test_tst_001_x", []),
    ],
)
def test_the_longest_id_as_it_is_written_counts(ids: tuple[str, ...], name: str, of: list[str]) -> None:
    results, findings = bound(case(name), ids=ids)
    assert [result.links["result_of"][0] for result in results] == of
    assert findings == ([] if of else ["unmatched-result"])


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


#: Source distributions with reports of many runners, and how many there are in each.
CORPORA = {
    ("launchable", "1.125.3"): 48,
    ("test-results-parser", "0.6.1"): 7,
    ("xunitparserx", "1.9.12"): 9,
    ("xunitparser", "1.3.4"): 8,
    ("testreporthub", "1.0.0"): 2,
    ("genbadge", "1.1.3"): 1,
}
#: Reports of these that state more than they hold: overwritten, run dry, shortened by hand.
DOUBTED = {
    "cypress/empty.xml",
    "cypress/test-result.xml",
    "tests/junit-nested-testsuite.xml",
    "fixtures/junit2.xml",
    "tests/test7.xml",
}


@pytest.mark.parametrize("corpus", CORPORA, ids=lambda corpus: corpus[0])
def test_public_reports_are_read(corpus: tuple[str, str]) -> None:
    paths = [path for path in sorted(sdist(*corpus).rglob("*.xml")) if b"<testsuite" in path.read_bytes()]
    assert len(paths) == CORPORA[corpus]
    check_all(paths)


def test_public_samples_are_read() -> None:
    paths = sorted(samples("junit").glob("*.xml"))
    assert paths
    check_all(paths)


def check_all(paths: list[Path]) -> None:
    for path in paths:
        raw = path.read_bytes()
        report = read(opened(raw, path.name))
        assert len(report.cases) >= raw.count(b"<testcase"), path
        assert all(one.location.line for one in report.cases)
        doubted = {"/".join(path.parts[-2:])} & DOUBTED or path.name == "casperjs.xml"
        assert bool(report.findings) == bool(doubted), path
        assert not doubted or "passed" not in {case.outcome for case in report.cases}
