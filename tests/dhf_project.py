"""The worked design history file as test input: copies of it, builds of it as whole processes, and what they wrote."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
DHF = ROOT / "docs" / "dhf"
EPOCH = "1793577600"  # 2026-11-02, the as-of date of the file

#: Sphinx's own search index loses entries in incremental builds (sphinx#12599); all else is compared.
NOT_COMPARED = frozenset({"searchindex.js"})


@dataclass(frozen=True)
class Build:
    """A finished build: where it wrote, its exit code and its warnings."""

    out: Path
    code: int
    warnings: tuple[str, ...]

    def trace(self) -> dict[str, Any]:
        path = self.out / "trace.json"
        data: dict[str, Any] = json.loads((path if path.exists() else self.out / "_aimd/trace.json").read_text("utf-8"))
        return data

    def files(self) -> dict[str, bytes]:
        """Bytes of everything that a reader gets."""
        found = {path.relative_to(self.out).as_posix(): path for path in sorted(self.out.rglob("*")) if path.is_file()}
        return {name: path.read_bytes() for name, path in found.items() if path.name not in NOT_COMPARED}


@dataclass(frozen=True)
class Dossier:
    """The four formats of the worked file, as the Makefile makes them. Tests read it and change nothing in it."""

    pdf: Build
    html: Build
    xlsx: Build
    data: Build

    @property
    def pdf_files(self) -> list[Path]:
        """The documents, in their order."""
        return sorted(self.pdf.out.glob("*.pdf"))


def dossier(factory: pytest.TempPathFactory) -> Dossier:
    """The worked file in all formats, built once in a test run, whichever process asks first; others wait for it.

    ``AIMD_BUILT_DOSSIER`` names a folder in which ``make dossier`` has built it already, without a warning.
    """
    if "AIMD_BUILT_DOSSIER" in os.environ:
        built = Path(os.environ["AIMD_BUILT_DOSSIER"]).absolute()
        return Dossier(*(Build(built / name, 0, ()) for name in ("pdf", "html", "xlsx", "json")))
    base = factory.getbasetemp()
    # processes of one run have folders of their own side by side
    work = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "dossier"
    work.mkdir(exist_ok=True)
    with (work / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        record = work / "builds.json"
        if not record.exists():
            builds = [asdict(done) for done in _build_dossier(work)]
            record.write_text(json.dumps(builds, default=str), "utf-8")
        builds = json.loads(record.read_text("utf-8"))
    found = [Build(Path(done["out"]), done["code"], tuple(done["warnings"])) for done in builds]
    for done in found:
        assert (done.code, done.warnings) == (0, ())
    return Dossier(*found)


def _build_dossier(work: Path) -> list[Build]:
    """PDF, HTML, workbook and JSON, in this order, since pages of the PDF are named in the others."""
    pages = ("-W", "-D", f"aimd_pages_json={work / 'pdf/pages.json'}")
    return [
        build(DHF, work, "-W", "-j", "auto", builder="aimd-pdf", out="pdf"),
        build(DHF, work, *pages, out="html"),
        build(DHF, work, *pages, builder="aimd-xlsx", out="xlsx"),
        build(DHF, work, *pages, builder="aimd-json", out="json"),
    ]


def copy(to: Path) -> Path:
    """A copy of the sources that a test may break."""
    return Path(shutil.copytree(DHF, to))


def build(source: Path, work: Path, *options: str, builder: str = "html", out: str = "") -> Build:
    """Build with Sphinx's own command in a process of its own; doctrees are kept in ``work``."""
    target = work / (out or builder)
    command = [sys.executable, "-m", "sphinx", "-q", "-b", builder, "-d", str(work / "doctrees"), *options]
    done = subprocess.run(
        [*command, str(source), str(target)],
        env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH, "PYTHONHASHSEED": "random"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = tuple(line.replace(f"{source}/", "") for line in done.stderr.splitlines() if line.strip())
    return Build(target, done.returncode, lines)


def edit(source: Path, name: str, old: str, new: str) -> int:
    """Replace one text in one file; it must occur exactly once.

    :return: the 1-based line on which it stood.
    """
    path = source / name
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {name}"
    path.write_text(text.replace(old, new), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def line_of(source: Path, name: str, text: str) -> int:
    """The 1-based line on which a text first stands."""
    return (source / name).read_text("utf-8").partition(text)[0].count("\n") + 1
