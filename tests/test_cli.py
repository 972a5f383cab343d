"""The command line: what it prints, and the exit codes on which pipelines rely."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from sphinx_aimd import __version__
from sphinx_aimd.cli import CLEAN, FINDINGS, UNUSABLE, main
from sphinx_aimd.model.verdict import Verdict, word
from tests.sphinx_builds import PROJECTS, build, edit, mini


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mini(tmp_path_factory.mktemp("cli") / "source")


@pytest.fixture(scope="module")
def trace(source: Path) -> Path:
    return build(source, source.parent, builder="aimd-json").out / "trace.json"


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(PROJECTS / "wrong", tmp_path_factory.mktemp("wrong") / "source"))


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_gaps_alone_are_clean_while_writing(source: Path, trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for target in (source, trace):
        code, out, err = run(capsys, "check", target)
        assert (code, err) == (CLEAN, "")
        assert "0 of them stop the gate 'report'." in out
        assert "system.rst:11: info: AST-001 Implant is in no architecture view." in out


def test_source_folder_and_trace_json_say_the_same(
    source: Path, trace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "check", source, "--format", "json") == run(capsys, "check", trace, "--format", "json")
    assert run(capsys, "check", source) == run(capsys, "check", trace)


SUM = re.compile(r"(requirements/\S+\.yaml): info: (\d+) clauses.*List them with --all\. \[clause-answered\]")


def test_open_clauses_of_shipped_catalogues_are_summed_up_and_nothing_else(
    trace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown, whole = (run(capsys, "check", trace, *more)[1].splitlines() for more in ((), ("--all",)))
    findings = json.loads(trace.read_text("utf-8"))["findings"]
    assert len(whole) == len(findings) + 1
    sums = {match[1]: int(match[2]) for match in map(SUM.fullmatch, shown) if match}
    files = Counter(finding["file"] for finding in findings if finding["rule"] == "clause-answered")
    assert sums == {file: number for file, number in files.items() if file.startswith("requirements/") and number > 1}
    listed = [line for line in shown[:-1] if not SUM.fullmatch(line)]
    assert listed == [line for line in whole[:-1] if line.partition(":")[0] not in sums]
    assert len(shown) == len(whole) - sum(sums.values()) + len(sums)
    total = f"{sum(sums.values())} on shipped clauses are summed up in {len(sums)} lines; --all lists each."
    assert shown[-1] == f"{whole[-1]} {total}"


def test_a_catalogue_of_the_project_is_never_summed_up(
    trace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(trace.read_text("utf-8"))
    name = "requirements/us/fdca-524b.yaml"
    (key,) = {clause["instrument"] for clause in document["clauses"] if clause["location"]["file"] == name}
    document["overlaid"].append(f"catalogue {key}")  # the project has a file of the same name that replaces it
    (tmp_path / "trace.json").write_text(json.dumps(document), "utf-8")
    shown = run(capsys, "check", tmp_path / "trace.json")[1].splitlines()
    wanted = [f"{name}:{finding['line']}" for finding in document["findings"] if finding["file"] == name]
    assert [line.partition(": ")[0] for line in shown if line.startswith(name)] == wanted
    assert len(wanted) > 1


def test_gaps_stop_a_release(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = run(capsys, "check", source, "--gate", "release")
    assert code == FINDINGS
    assert "system.rst:11: error: AST-001 Implant is in no architecture view." in out
    assert not [line for line in out.splitlines() if SUM.fullmatch(line)]  # what stops the gate is listed
    assert "--all" not in out


def test_model_errors_stop_both_gates(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = run(capsys, "check", wrong)
    assert code == FINDINGS
    assert "value.rst:9: model error: REQ-101: kind is 'secruity'" in out
    assert "role.rst:8: model error: there is no item or clause 'THR-O14'." in out
    assert "needextend.rst:6: model error:" in out


def test_json_holds_every_finding(source: Path, trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(capsys, "check", source, "--format", "json")[1])
    assert found["gate"] == "report"
    assert found["findings"] == json.loads(trace.read_text("utf-8"))["findings"]


def test_sarif_can_be_read_by_code_review_tools(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = run(capsys, "check", wrong, "--format", "sarif")
    log = json.loads(out)
    (done,) = log["runs"]
    assert (code, log["version"], done["tool"]["driver"]["version"]) == (FINDINGS, "2.1.0", __version__)
    found = next(one for one in done["results"] if one["message"]["text"].startswith("REQ-101: kind is"))
    assert (found["ruleId"], found["level"]) == ("value", "error")
    place = found["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("value.rst", 9)
    assert {one["ruleId"] for one in done["results"]} == {rule["id"] for rule in done["tool"]["driver"]["rules"]}
    assert {one["level"] for one in done["results"]} <= {"note", "warning", "error"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON"),
        ("{}", "is no trace.json"),
        ('{"schema": 1, "schema": 2}', "the key 'schema' occurs twice"),
        ("[NaN]", "NaN is not a JSON number"),
        ("[" * 100_000, "is nested deeper than 64 levels"),
        ('{"schema": "urn:sphinx-aimd:trace:99"}', "is no trace.json"),
        ('{"schema": "\\ud800"}', "holds half a character"),
    ],
    ids=["empty", "another object", "equal keys", "not a number", "deep", "a later schema", "half a character"],
)
def test_unusable_trace_is_refused_in_one_line(
    text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "trace.json").write_text(text, "utf-8")
    code, out, err = run(capsys, "check", tmp_path / "trace.json")
    assert (code, out) == (UNUSABLE, "")
    assert err.startswith("aimd: ")
    assert message in err
    assert len(err.splitlines()) == 1


def test_what_is_no_project_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "check", tmp_path / "absent.json")[0] == UNUSABLE
    assert run(capsys, "check", tmp_path)[0] == UNUSABLE
    (tmp_path / "conf.py").write_text("extensions = []\n", "utf-8")
    (tmp_path / "index.rst").write_text("Title\n=====\n", "utf-8")
    code, _out, err = run(capsys, "check", tmp_path)
    assert code == UNUSABLE
    assert "does not use sphinx_aimd" in err
    (tmp_path / "conf.py").write_text("extensions = ['sphinx_aimd']\naimd_gate = 'relase'\n", "utf-8")
    code, _out, err = run(capsys, "check", tmp_path)
    assert (code, "aimd_gate is 'relase'" in err) == (UNUSABLE, True)


def test_a_trace_cannot_be_graded_again_by_another_gate(trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _out, err = run(capsys, "check", trace, "--gate", "release")
    assert (code, "was graded by the gate 'report'" in err) == (UNUSABLE, True)


def test_a_faulty_page_does_not_stop_the_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = mini(tmp_path / "source", reviewed=False)
    edit(source / "results/bench.xml", "</testsuite>", "")
    code, out, _err = run(capsys, "check", source)
    assert code == FINDINGS
    assert "results/bench.xml:9: model error: is not well-formed XML." in out


def test_review_makes_links_sound_and_a_later_change_makes_them_suspect(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = mini(tmp_path / "source", reviewed=False)

    def verdict(item: str) -> str:
        return str(build(source, tmp_path, "-D", "aimd_exports=json").items()[item]["verdict"])

    assert verdict("REQ-001") == "planned"
    code, out, _err = run(capsys, "review", source, "--all-approved", "--on", "2026-10-20", "--role", "quality")
    assert (code, out) == (CLEAN, "11 review records written, 0 stand as they were.\n")
    assert verdict("REQ-001") == "verified"
    before = (source / "reviews.yaml").read_text("utf-8")
    code, out, _err = run(capsys, "review", source, "--all-approved", "--on", "2026-10-21", "--role", "quality")
    assert (out, (source / "reviews.yaml").read_text("utf-8")) == (
        "0 review records written, 11 stand as they were.\n",
        before,
    )
    edit(source / "requirements.rst", "not greater than", "not above")
    assert verdict("REQ-001") == "stale"
    code, out, _err = run(capsys, "review", source, "REQ-001", "TST-001", "--on", "2026-10-22", "--role", "quality")
    assert out == "2 review records written, 0 stand as they were.\n"
    assert verdict("REQ-001") == "verified"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--on", "2026-13-01", "--role", "quality", "--all-approved"], "a calendar date YYYY-MM-DD"),
        (["--on", "2026-10-01", "--role", "the boss", "--all-approved"], "expected one of product_security"),
        (["--on", "2026-10-01", "--role", "quality"], "names no item"),
        (["THR-01", "--on", "2026-10-01", "--role", "quality"], "Did you mean THR-001?"),
        (["REQ-002", "--on", "2026-10-01", "--role", "quality"], "is no approved item"),
    ],
)
def test_a_wrong_review_writes_nothing(
    arguments: list[str], message: str, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (source / "reviews.yaml").read_bytes()
    code, _out, err = run(capsys, "review", source, *arguments)
    assert (code, message in err) == (UNUSABLE, True), err
    assert (source / "reviews.yaml").read_bytes() == before


def test_summary_counts_what_the_build_made(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for builder, out in (("html", "html"), ("aimd-xlsx", "xlsx"), ("aimd-json", "json")):
        build(source, tmp_path, builder=builder, out=out)
    code, out, _err = run(capsys, "summary", tmp_path)
    rows = [line.split("  ") for line in out.splitlines()]
    cells = {row[0]: [cell.strip() for cell in row[1:] if cell.strip()] for row in rows if row and row[0]}
    document = json.loads((tmp_path / "json/trace.json").read_text("utf-8"))
    assert code == CLEAN
    assert (cells["pdf"][0], cells["xlsx"][0], cells["json"][0]) == ("0 files", "1 file", "1 file")
    assert cells["html"][0] == f"{len(list((tmp_path / 'html').rglob('*.html')))} files"
    assert cells["Clauses"] == [str(len(document["clauses"]))]
    words = [word(verdict, "clause") for verdict in Verdict]
    assert sum(int(cells[name][0]) for name in words) == len(document["clauses"])
    assert cells["Findings"] == [str(len(document["findings"]))]
    assert sum(int(cells[grade][0]) for grade in ("model error", "error", "warning", "info")) == len(
        document["findings"]
    )
    assert f"{len(document['items'])} items. Version under review 2.1, as of 2026-11-23." in out


def test_summary_without_a_build_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _out, err = run(capsys, "summary", tmp_path)
    assert (code, "trace.json: cannot be read" in err) == (UNUSABLE, True)


def test_the_program_is_installed_and_ends_with_the_code(trace: Path) -> None:
    program = Path(sys.executable).with_name("aimd")
    done = subprocess.run([program, "check", trace], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (CLEAN, "")
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"sphinx-aimd {__version__}\n"


def test_a_trace_is_checked_without_sphinx(trace: Path) -> None:
    code = (
        "import sys, sphinx_aimd.cli as cli; assert cli.main(['check', sys.argv[1]]) == 0; "
        "print({name.split('.')[0] for name in sys.modules} & {'sphinx', 'docutils', 'openpyxl', 'typst'})"
    )
    done = subprocess.run([sys.executable, "-c", code, str(trace)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"
