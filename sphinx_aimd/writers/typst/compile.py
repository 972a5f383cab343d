"""Typst source in, the bytes of a PDF and the pages of its labels out; Typst runs in a process of its own.

The process bounds Typst's memory, which grows with the document, and turns a crash of the engine into a message.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

MAIN = "main.typ"
#: PDF/A-2u and PDF/UA-1 in one file; Typst refuses what they do not allow.
STANDARDS = ("a-2u", "ua-1")
#: Date of a file without SOURCE_DATE_EPOCH: 1980-01-01, as in the workbook.
NO_DATE = 315_532_800
MAX_MESSAGE = 2_000


class TypstProblem(Exception):
    """Typst is missing, unsuitable, or cannot make the PDF; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A compiled document.

    :param pages: page of each label that was asked for, counted from 1.
    :param warnings: what Typst remarked, in its words.
    """

    pdf: bytes
    pages: Mapping[str, int]
    warnings: tuple[str, ...]


def check_installed() -> None:
    """Check that a Typst wheel that we know is installed.

    :raises TypstProblem: it is not.
    """
    try:
        version = metadata.version("typst")
    except metadata.PackageNotFoundError:
        raise TypstProblem("The PDF needs the package typst: pip install 'sphinx-aimd[pdf]'") from None
    if version.split(".")[:2] != ["0", "15"]:
        message = f"The PDF needs typst 0.15, but {version} is installed: pip install 'sphinx-aimd[pdf]'"
        raise TypstProblem(message)


def compile_folder(root: Path, labels: Iterable[str], fonts: Sequence[Path], epoch: int | None) -> Printed:
    """Compile ``main.typ`` of a folder.

    :param root: folder with the source and everything that it reads; nothing outside is read.
    :param labels: labels whose page is wanted; those that do not exist are left out of the answer.
    :param fonts: folders with fonts; those of the machine are never used.
    :param epoch: SOURCE_DATE_EPOCH for the dates in the file.
    :raises TypstProblem: Typst refuses the source or crashes.
    """
    job = {
        "root": str(root),
        "labels": sorted(labels),
        "fonts": [str(path) for path in fonts],
        "timestamp": NO_DATE if epoch is None else epoch,
    }
    (root / "job.json").write_text(json.dumps(job), encoding="utf-8")
    command = [sys.executable, "-m", "sphinx_aimd.writers.typst.compile", str(root / "job.json")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)  # noqa: S603
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        last = done.stderr.strip().splitlines()[-1:] or ["no message; perhaps there was not enough memory"]
        raise TypstProblem(f"Typst stopped with code {done.returncode}: {last[0]}") from None
    if "error" in answer:
        raise TypstProblem(answer["error"])
    pdf = (root / "main.pdf").read_bytes()
    return Printed(pdf=pdf, pages=answer["pages"], warnings=tuple(answer["warnings"]))


def _pages_expression(labels: Sequence[str]) -> str:
    names = "".join(f"{json.dumps(label, ensure_ascii=False)}," for label in labels)
    return f"({names}).map(n => {{ let f = query(label(n)); if f.len() > 0 {{ (n, f.first().location().page()) }} }})"


def _run(job: Mapping[str, Any]) -> dict[str, Any]:
    """What the process does: compile once, then ask the same document for pages."""
    import typst  # noqa: PLC0415 - only this process needs it

    root = Path(job["root"])
    fonts = typst.Fonts(include_system_fonts=False, font_paths=job["fonts"])
    compiler = typst.Compiler(str(root / MAIN), root=str(root), font_paths=fonts)
    try:
        pdf, warnings = compiler.compile_with_warnings(
            format="pdf", pdf_standards=list(STANDARDS), timestamp=job["timestamp"]
        )
        pages = json.loads(compiler.eval(_pages_expression(job["labels"]))) if job["labels"] else []
    except typst.TypstError as error:
        hints = "".join(f" Hint: {hint}." for hint in getattr(error, "hints", ()))
        return {"error": f"{error}{hints}"[:MAX_MESSAGE]}
    (root / "main.pdf").write_bytes(pdf)
    return {"pages": dict(page for page in pages if page), "warnings": [str(warning) for warning in warnings]}


if __name__ == "__main__":
    # the answer is one line of JSON; anything else on the way is noise of the engine
    sys.stdout.write(json.dumps(_run(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
