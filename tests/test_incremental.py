"""An incremental build gives what a clean one gives, byte for byte, whatever changed and however it is run."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sphinx_aimd.readers.trace import load_trace
from sphinx_aimd.writers.files import write_text
from tests.sphinx_builds import EPOCH, Build, build, edit, mini

#: The workbook takes half of a build's time; it is compared where that is said.
JSON_ALONE = ("-D", "aimd_exports=json")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reviewed project and one finished build of it, to be copied."""
    root = tmp_path_factory.mktemp("live") / "root"
    source = mini(root / "source")
    assert build(source, root / "work", *JSON_ALONE).code == 0
    return Path(shutil.copytree(root, root.parent / "kept")).parent


@pytest.fixture
def root(built: Path) -> Path:
    """Project and build as they were first made, at the same place and with the same times: nothing looks changed."""
    shutil.rmtree(built / "root")
    return Path(shutil.copytree(built / "kept", built / "root"))


def differing(one: Build, two: Build) -> list[str]:
    assert (one.code, two.code) == (0, 0), one.stopped + two.stopped
    a, b = one.files(), two.files()
    return sorted(name for name in a.keys() | b.keys() if a.get(name) != b.get(name))


def edit_title(source: Path) -> None:
    edit(source / "threats.rst", "Replay of a recorded command", "Replay of an old command")


def edit_title_of_what_any_names(source: Path) -> None:
    edit(source / "requirements.rst", "Sessions end", "Sessions end in time")


def edit_title_of_what_a_role_names(source: Path) -> None:
    edit(source / "design.rst", "Link layer", "Link layer of the implant")


def edit_heading_of_a_page(source: Path) -> None:
    edit(source / "plain.rst", "Plain\n=====", "Simple\n======")


def edit_link(source: Path) -> None:
    edit(source / "verification.rst", ":verifies: CTL-001, REQ-001", ":verifies: REQ-001")


def edit_prose_of_an_item(source: Path) -> None:
    edit(source / "threats.rst", "near the patient", "in the next room")


def add_item(source: Path) -> None:
    page = source / "threats.rst"
    page.write_text(
        page.read_text("utf-8")
        + "\n.. threat:: Jamming\n   :id: THR-002\n   :stride: denial_of_service\n   :threatens: AST-001\n",
        "utf-8",
    )


def edit_result(source: Path) -> None:
    edit(
        source / "results/bench.xml",
        'name="TST-001 replay"/>',
        'name="TST-001 replay"><failure message="accepted"/></testcase>',
    )


def add_result_file(source: Path) -> None:
    text = (source / "results/bench.xml").read_text("utf-8").replace("bench", "rig").replace("2026-10-02", "2026-10-03")
    (source / "results/rig.xml").write_text(text, "utf-8")


def remove_result_file(source: Path) -> None:
    (source / "results/bench.xml").unlink()


def edit_catalogue(source: Path) -> None:
    edit(source / "catalogues/own.yaml", "Commands are authenticated", "Commands are authenticated and fresh")


def edit_rule(source: Path) -> None:
    edit(source / "trace/rules.yaml", "nobody owns it", "it has no owner")


def add_item_type(source: Path) -> None:
    text = """\
schema: '1'
types:
- name: drill
  title: Drill
  origin: author
  prefix: DRL
  help: An exercise.
  fields: []
"""
    (source / "trace/item_types.yaml").write_text(text, "utf-8")


def edit_reviews(source: Path) -> None:
    edit(source / "reviews.yaml", '  REQ-001:\n    "on": "2026-10-20"', '  REQ-001:\n    "on": "2026-10-21"')


def remove_reviews(source: Path) -> None:
    (source / "reviews.yaml").unlink()


def edit_evidence(source: Path) -> None:
    (source / "records/report.txt").write_text("Another report.\n", "utf-8")


def remove_page(source: Path) -> None:
    (source / "records.rst").unlink()
    edit(source / "index.rst", "   records\n", "")


def rename_page(source: Path) -> None:
    (source / "threats.rst").rename(source / "attacks.rst")
    edit(source / "index.rst", "   threats\n", "   attacks\n")


def reorder_pages(source: Path) -> None:
    edit(source / "index.rst", "   plain\n", "")
    edit(source / "index.rst", "   system\n", "   plain\n   system\n")


def move_item(source: Path) -> None:
    page = source / "design.rst"
    item = page.read_text("utf-8").partition("======\n")[2]
    page.write_text("Design\n======\n\nSee the controls.\n", "utf-8")
    with (source / "controls.rst").open("a", encoding="utf-8") as file:
        file.write(item)


def show_clause_on_an_earlier_page(source: Path) -> None:
    edit(
        source / "decisions.rst", "Decisions\n=========\n", "Decisions\n=========\n\n.. clauses:: OWN\n   :ids: OWN-2\n"
    )


CHANGES: list[Callable[[Path], None]] = [
    edit_title,
    edit_title_of_what_any_names,
    edit_title_of_what_a_role_names,
    edit_heading_of_a_page,
    edit_link,
    edit_prose_of_an_item,
    add_item,
    edit_result,
    add_result_file,
    remove_result_file,
    edit_catalogue,
    edit_rule,
    add_item_type,
    edit_reviews,
    remove_reviews,
    edit_evidence,
    remove_page,
    rename_page,
    reorder_pages,
    move_item,
    show_clause_on_an_earlier_page,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_incremental_build_equals_clean_build(change: Callable[[Path], None], root: Path) -> None:
    source = root / "source"
    before = Build(root / "work/html", 0).files()
    change(source)
    incremental = build(source, root / "work", *JSON_ALONE)
    clean = build(source, root / "clean", *JSON_ALONE)
    stale = {name for name in incremental.files() if name not in clean.files() and name != ".buildinfo.bak"}
    assert stale <= {
        "records.html",
        "threats.html",
        "_sources/records.rst.txt",
        "_sources/threats.rst.txt",
        *_old_evidence(root),
    }
    for name in (
        *stale,
        ".buildinfo.bak",
    ):  # Sphinx never deletes the pages of removed sources; what nothing leads to is not compared
        (incremental.out / name).unlink(missing_ok=True)
    assert differing(incremental, clean) == []
    assert incremental.warnings == clean.warnings
    assert before != clean.files(), "the change shows nowhere: it tests nothing"


def _old_evidence(root: Path) -> set[str]:
    """Copies of earlier evidence, kept under their hash."""
    return {path.relative_to(root / "work/html").as_posix() for path in (root / "work/html/_aimd/evidence").rglob("*")}


def test_several_changes_one_after_the_other(root: Path) -> None:
    """With the workbook."""
    for change in (edit_title, edit_result, rename_page):
        change(root / "source")
        last = build(root / "source", root / "work")
    assert (last.out / "_aimd/dossier.xlsx").exists()
    for name in ("threats.html", "_sources/threats.rst.txt"):
        (last.out / name).unlink()
    assert differing(last, build(root / "source", root / "clean")) == []


def test_parallel_build_equals_serial_build(root: Path) -> None:
    assert len(list((root / "source").glob("*.rst"))) > 10, "Sphinx reads few pages in one process"
    parallel = build(root / "source", root / "parallel", "-j", "4", *JSON_ALONE)
    assert differing(parallel, Build(root / "work/html", 0)) == []


def test_parallel_incremental_build_equals_clean_build(root: Path) -> None:
    for change in (edit_title, edit_result, add_item):
        change(root / "source")
    parallel = build(root / "source", root / "work", "-j", "4", *JSON_ALONE)
    assert differing(parallel, build(root / "source", root / "clean", *JSON_ALONE)) == []


def test_the_hash_seed_of_the_process_never_matters(root: Path, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", "-d", str(tmp_path / f"d{seed}")]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": EPOCH}
        subprocess.run(
            [*command, str(root / "source"), str(tmp_path / seed)], env=environment, check=True, capture_output=True
        )
    assert differing(Build(tmp_path / "1", 0), Build(tmp_path / "2", 0)) == []


def test_a_build_without_changes_writes_no_page_and_no_export(root: Path) -> None:
    out = root / "work/html"
    build(root / "source", root / "work")
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in out.rglob("*") if path.is_file()}
    build(root / "source", root / "work")
    assert {path for path in out.rglob("*") if path.is_file()} == set(before)
    touched = {path.relative_to(out).as_posix() for path, (at, _raw) in before.items() if path.stat().st_mtime_ns != at}
    assert not touched & {path.name.replace(".rst", ".html") for path in (root / "source").glob("*.rst")}
    assert not touched & {"_aimd/trace.json", "_aimd/dossier.xlsx", "_static/aimd/aimd.css"}
    # Sphinx makes pages without a source, such as the index and the homes of clauses, in every build
    assert [
        path.name for path, (_at, raw) in before.items() if path.name != "searchindex.js" and path.read_bytes() != raw
    ] == []


def test_a_build_of_one_changed_page_writes_only_pages_that_show_it(root: Path) -> None:
    out = root / "work/html"
    before = {path: path.stat().st_mtime_ns for path in out.glob("*.html")}
    edit_title(root / "source")
    build(root / "source", root / "work")
    touched = {path.stem for path, at in before.items() if path.stat().st_mtime_ns != at}
    assert {"threats", "controls", "risks", "matrices", "index"} <= touched
    assert not touched & {"prose", "named", "plain"}


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "trace.json"
    write_text(path, "before")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_text(path, "after")
    assert path.read_text("utf-8") == "before"
    assert [found.name for found in tmp_path.iterdir()] == ["trace.json"]


BREAKING = """

def _break(app, *_):
    raise RuntimeError("power cut")

def setup(app):
    app.connect("{event}", _break, priority={priority})
"""


@pytest.mark.parametrize(("event", "priority"), [("html-page-context", 900), ("build-finished", 1)])
def test_a_build_that_breaks_leaves_exports_whole_and_is_made_good(event: str, priority: int, root: Path) -> None:
    source, out = root / "source", root / "work/html"
    exports = [out / "_aimd/trace.json", out / "_aimd/dossier.xlsx"]
    build(source, root / "work")
    before = [path.read_bytes() for path in exports]
    edit_title(source)
    conf = (source / "conf.py").read_text("utf-8")
    (source / "conf.py").write_text(conf + BREAKING.format(event=event, priority=priority), "utf-8")
    assert build(source, root / "work").code != 0
    assert [path.read_bytes() for path in exports] == before
    assert [path.name for path in (out / "_aimd").glob(".*")] == []
    (source / "conf.py").write_text(conf, "utf-8")
    assert differing(build(source, root / "work"), build(source, root / "clean")) == []


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_build_that_is_killed_leaves_exports_whole_and_is_made_good(share: float, root: Path) -> None:
    source, out = root / "source", root / "work/html"
    options = ("-q", "-b", "html", "-D", "aimd_trace_pages=0", *JSON_ALONE)
    start = [sys.executable, "-m", "sphinx", *options]
    command = [*start, "-d", str(root / "work/doctrees"), str(source), str(out)]
    clean = [*start, "-d", str(root / "clean/doctrees"), str(source), str(root / "clean/html")]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH}
    started = time.monotonic()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    whole = time.monotonic() - started
    edit_title(source)
    edit_result(source)
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        time.sleep(whole * share)
        process.send_signal(signal.SIGKILL)
    load_trace(out / "_aimd/trace.json")
    for again in (command, clean):
        subprocess.run(again, env=environment, check=True, capture_output=True)
    for path in (out / "_aimd").glob(".*"):
        path.unlink()  # the temporary file of a killed process; no reader takes it for an export
    assert differing(Build(out, 0), Build(root / "clean/html", 0)) == []
