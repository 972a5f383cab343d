"""Builds through Sphinx's own command, inside the test's process, of copies of the small projects of the tests."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sphinx.cmd.build import build_main
from sphinx.config import Config

from sphinx_aimd.cli import main

PROJECTS = Path(__file__).parent / "projects"
EPOCH = "1793577600"  # 2026-11-02
#: Sphinx hands its defaults to each project as they are, so what a theme adds to one stays for the next build.
SHARED = [(each.default, [*each.default]) for each in Config.config_values.values() if isinstance(each.default, list)]


@dataclass(frozen=True)
class Build:
    """A finished build: where it wrote, its exit code and its warnings with paths relative to the sources.

    ``stopped`` is what Sphinx says of an error that ended the build.
    """

    out: Path
    code: int
    warnings: tuple[str, ...] = ()
    stopped: str = ""

    def page(self, name: str) -> str:
        return (self.out / name).read_text("utf-8")

    def trace(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(self.page("_aimd/trace.json"))
        return data

    def items(self) -> dict[str, Any]:
        found = self.trace()
        return {item["id"]: item for item in (*found["items"], *found["clauses"])}

    def files(self) -> dict[str, bytes]:
        """Bytes of every page and export; Sphinx's search index is known to differ (sphinx#12599)."""
        kept = [path for path in sorted(self.out.rglob("*")) if path.is_file() and path.name != "searchindex.js"]
        return {path.relative_to(self.out).as_posix(): path.read_bytes() for path in kept}


def build(
    source: Path, work: Path, *options: str, builder: str = "html", out: str = "", doctrees: str = "doctrees"
) -> Build:
    """Build a project.

    :param work: folder for the output and the doctrees, kept between the builds of one test.
    :param options: trace pages of 1,200 clauses are written only where these ask for them.
    """
    target, log = work / (out or builder), work / "warnings.txt"
    work.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    command = [
        "-q",
        "-N",
        "-b",
        builder,
        "-d",
        str(work / doctrees),
        "-w",
        str(log),
        "-D",
        "aimd_trace_pages=0",
        *options,
        str(source),
        str(target),
    ]
    for shared, as_it_was in SHARED:
        shared[:] = as_it_was
    errors = io.StringIO()
    with patch.dict(os.environ, SOURCE_DATE_EPOCH=EPOCH), redirect_stdout(io.StringIO()), redirect_stderr(errors):
        code = build_main(command)
    text = log.read_text("utf-8") if log.exists() else ""
    return Build(
        target,
        code,
        tuple(line.replace(f"{source}/", "") for line in text.splitlines() if line.strip()),
        errors.getvalue(),
    )


def project(folder: Path, pages: dict[str, str], conf: str = "") -> Path:
    """A project made of a few files; ``index.rst`` is added with all pages in its contents."""
    folder.mkdir(parents=True)
    names = [
        Path(name).stem for name in pages if name.endswith((".rst", ".md")) and "/" not in name and name != "index.rst"
    ]
    toctree = "".join(f"   {name}\n" for name in names)
    files = {"index.rst": f"Project\n=======\n\n.. toctree::\n\n{toctree}", **pages}
    files["conf.py"] = f'project = "Project"\nextensions = ["sphinx_aimd"]\n{conf}\n'
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def mini(folder: Path, *, reviewed: bool = True) -> Path:
    """A copy of the small design history file, its approved items reviewed as they stand."""
    source = Path(shutil.copytree(PROJECTS / "mini", folder))
    if reviewed:
        with redirect_stdout(io.StringIO()):
            assert main(["review", str(source), "--all-approved", "--on", "2026-10-20", "--role", "quality"]) == 0
    return source


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that must be there."""
    text = path.read_text("utf-8")
    assert old in text, f"{path.name} does not hold {old!r}"
    path.write_text(text.replace(old, new), "utf-8")


def text_of(html: str) -> str:
    """What a reader sees of a page, blanks collapsed."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())
