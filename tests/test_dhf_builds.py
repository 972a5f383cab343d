"""The worked file built clean, again, after edits, in parallel and by Sphinx's own builders: the same bytes."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.dhf_project import DHF, Build, build, copy, edit

CATALOGUE = """schema: "1"
instrument:
  key: SOP-12
  title: Procedure for secure development
  short_title: SOP 12
  jurisdiction: own
  force: practice
  status: in force
  edition: revision C
  seen_in: document control
  clause_count: "1"
clauses:
  - id: SOP-12-4-1
    citation: SOP 12, 4.1
    reference: SOP 12 revision C, section 4.1
    title: Threat model before design freeze
    text: The threat model is approved before the design is frozen.
    force: practice
    cybersecurity: primary
    expects: [threat]
    checked: full
"""
RULES = """schema: "1"
rules:
  - id: threat-has-record
    kind: required-field
    scope: {types: [threat]}
    with: {fields: [record_ref]}
    severity: {report: info, release: warning}
    message: "{id} {title}: no review record number"
    remedy: "Name one."
    clauses: []
"""


def project(to: Path) -> Path:
    """The worked file with a catalogue and a rule of its own, so that these can be edited too."""
    source = copy(to)
    (source / "own").mkdir()
    (source / "own/sop.yaml").write_text(CATALOGUE, "utf-8")
    (source / "model").mkdir()
    (source / "model/rules.yaml").write_text(RULES, "utf-8")
    with (source / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write('\naimd_catalogues = ["own"]\naimd_traceability = ["model"]\n')
    return source


def differing(one: Build, other: Build) -> list[str]:
    left, right = one.files(), other.files()
    return sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Build]:
    """Sources, work folder and the first, clean, serial build of them."""
    folder = tmp_path_factory.mktemp("first")
    source = project(folder / "dhf")
    done = build(source, folder / "work")
    assert (done.code, done.warnings) == (0, ())
    return source, folder / "work", done


def test_parallel_build_equals_the_serial_one(first: tuple[Path, Path, Build], tmp_path: Path) -> None:
    source, _work, clean = first
    parallel = build(source, tmp_path, "-j", "4")
    assert parallel.warnings == ()
    assert differing(parallel, clean) == []


def test_second_build_without_changes_writes_nothing(first: tuple[Path, Path, Build]) -> None:
    source, work, clean = first
    before = {path: path.stat().st_mtime_ns for path in clean.out.rglob("*.html")}
    exports = {path: path.stat().st_mtime_ns for path in (clean.out / "_aimd").glob("*.*")}
    again = build(source, work)
    assert (again.code, again.warnings) == (clean.code, clean.warnings)
    # Sphinx writes its search page and index, and sphinx-needs its permalink page, in every build
    pages = {
        path for path in before if "_aimd" not in path.parts and path.stem not in ("search", "genindex", "permalink")
    }
    assert {path for path in pages if path.stat().st_mtime_ns != before[path]} == set()
    assert {path for path in exports if path.suffix != ".html" and path.stat().st_mtime_ns != exports[path]} == set()


EDITS: dict[str, Callable[[Path], object]] = {
    "title": lambda s: edit(
        s, "threats.rst", ".. threat:: Forged programming commands", ".. threat:: Counterfeit commands"
    ),
    "link": lambda s: edit(
        s, "requirements.rst", ":derives_from: CTL-003, RSK-006, RSK-007", ":derives_from: CTL-003, RSK-006"
    ),
    "result": lambda s: edit(
        s,
        "results/pentest/pt-2026-041.xml",
        '<testcase name="Goal 6 false software: not reached"',
        '<testcase name="Goal 6" status="failed"',
    ),
    "catalogue": lambda s: edit(
        s, "own/sop.yaml", "Threat model before design freeze", "Threat model before the freeze"
    ),
    "rule": lambda s: edit(s, "model/rules.yaml", "no review record number", "no number of a record"),
}


#: Edits that are built together: a page left stale by either differs from the clean build.
TOGETHER = (("title", "link"), ("result",), ("catalogue", "rule"))


def test_incremental_builds_equal_clean_ones(first: tuple[Path, Path, Build], tmp_path: Path) -> None:
    """Some edits after the others, each time built on top of the last build and once from nothing."""
    assert {name for names in TOGETHER for name in names} == set(EDITS)
    source = Path(shutil.copytree(first[0], tmp_path / "dhf"))
    incremental = build(source, tmp_path / "work")
    for names in TOGETHER:
        name = "-".join(names)
        before = incremental.files()
        for edited in names:
            EDITS[edited](source)
        incremental = build(source, tmp_path / "work")
        clean = build(source, tmp_path / f"clean-{name}")
        assert differing(incremental, clean) == [], name
        assert incremental.warnings == clean.warnings, name
        assert incremental.files() != before, name
        shutil.rmtree(tmp_path / f"clean-{name}")


def test_interrupted_build_leaves_no_half_written_file(first: tuple[Path, Path, Build], tmp_path: Path) -> None:
    """Killed at several moments; what then stands there is whole, and the next build is right."""
    source, _work, clean = first
    for moment in (2.0, 4.0, 6.0):
        command = [
            sys.executable,
            "-m",
            "sphinx",
            "-q",
            "-b",
            "html",
            "-d",
            str(tmp_path / "doctrees"),
            str(source),
            str(tmp_path / "html"),
        ]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
        for name in ("trace.json", "dossier.xlsx"):
            path = tmp_path / "html/_aimd" / name
            assert not path.exists() or path.stat().st_size == (clean.out / "_aimd" / name).stat().st_size
    done = build(source, tmp_path)
    assert (done.code, done.warnings) == (0, ())
    left = [name for name in differing(done, clean) if not name.rpartition("/")[2].startswith(".")]
    assert left == []


@pytest.mark.parametrize("builder", ["xml", "latex"])  # text takes a minute for the same nodes
def test_builders_of_sphinx_hold_every_item(builder: str, first: tuple[Path, Path, Build], tmp_path: Path) -> None:
    source, _work, clean = first
    done = build(source, tmp_path, builder=builder)
    assert (done.code, [line for line in done.warnings if "aimd" in line]) == (0, [])
    everything = "\n".join(path.read_text("utf-8") for path in done.out.rglob("*") if path.suffix in (".xml", ".tex"))
    plain = everything.replace("\\sphinxhyphen{}", "-").replace("{-}", "-").replace("\\PYGZhy{}", "-")
    for item in clean.trace()["items"]:
        assert item["id"] in plain, item["id"]


def test_check_command_agrees_with_the_build(first: tuple[Path, Path, Build]) -> None:
    source, _work, clean = first
    done = subprocess.run(
        [sys.executable, "-m", "sphinx_aimd.cli", "check", str(source)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith(f"{len(clean.trace()['findings'])} findings, 0 of them stop")
    assert DHF.exists()
