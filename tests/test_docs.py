"""The user guide builds without a warning, and what it shows works as it says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from tests.dhf_project import ROOT, build

DOCS = ROOT / "docs"


def blocks(page: str, language: str) -> list[str]:
    """Code blocks of a page in a language, without their indentation."""
    text = (DOCS / page).read_text("utf-8")
    found = re.findall(rf"\.\. code-block:: {language}\n\n((?:   .*\n|\n)+)", text)
    return ["\n".join(line[3:] for line in block.splitlines()) + "\n" for block in found]


def test_guide_builds_without_warnings(tmp_path: Path) -> None:
    done = build(DOCS, tmp_path, "-W", "--keep-going")
    assert (done.code, done.warnings) == (0, ())
    rules = (tmp_path / "html/reference/rules.html").read_text("utf-8")
    assert "interface-stride-complete" in rules


def test_first_project_says_what_the_guide_says(tmp_path: Path) -> None:
    source = Path(shutil.copytree(DOCS / "examples/first", tmp_path / "first"))
    done = build(source, tmp_path)
    assert (done.code, done.warnings) == (0, ())
    verdicts = {item["id"]: item["verdict"] for item in done.trace()["items"]}
    assert verdicts["RES-TST-001-1"] == "verified"
    assert verdicts["REQ-001"] == "planned"
    aimd = [sys.executable, "-m", "sphinx_aimd.cli"]
    review = ["review", str(source), "--all-approved", "--on", "2026-10-30", "--role", "quality"]
    subprocess.run([*aimd, *review], check=True, capture_output=True)
    verdicts = {item["id"]: item["verdict"] for item in build(source, tmp_path).trace()["items"]}
    assert (verdicts["REQ-001"], verdicts["TST-001"]) == ("verified", "verified")


def test_first_error_reads_as_printed(tmp_path: Path) -> None:
    source = Path(shutil.copytree(DOCS / "examples/first", tmp_path / "first"))
    page = source / "index.rst"
    page.write_text(page.read_text("utf-8").replace(":verifies: REQ-001", ":verifies: REQ-01"), "utf-8")
    done = build(source, tmp_path, "-W")
    assert done.code == 1
    shown = [line for line in blocks("start.rst", "text")[0].splitlines() if line]
    assert shown[0] in done.warnings


def test_examples_of_extending_work(tmp_path: Path) -> None:
    catalogue, rules = blocks("extend.rst", "yaml")
    source = Path(shutil.copytree(DOCS / "examples/first", tmp_path / "first"))
    (source / "own").mkdir()
    (source / "own/sop.yaml").write_text(catalogue, "utf-8")
    (source / "model").mkdir()
    (source / "model/rules.yaml").write_text(rules, "utf-8")
    with (source / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write('aimd_catalogues = ["own"]\naimd_traceability = ["model"]\n')
    with (source / "index.rst").open("a", encoding="utf-8") as page:
        page.write(
            "\n.. threat:: Unsigned image\n   :id: THR-001\n   :stride: tampering\n   :satisfies: ACME-SOP-12-4-1\n"
        )
    trace = build(source, tmp_path).trace()
    clause = yaml.safe_load(catalogue)["clauses"][0]
    assert [c["title"] for c in trace["clauses"] if c["id"] == clause["id"]] == [clause["title"]]
    assert [f["item"] for f in trace["findings"] if f["rule"] == "threat-names-attack"] == ["THR-001"]
    assert trace["overlaid"] == ["rules: threat-names-attack"]
    assert all("rules: threat-names-attack" in view["scope"] for view in trace["views"])
