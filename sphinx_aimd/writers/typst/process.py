"""A job for one of our modules in, its answer out; the module runs as a process of its own that bounds its memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

REMEDY = "pip install 'sphinx-aimd[pdf]'"


class PrintError(Exception):
    """A package is missing or unsuitable, or the PDF cannot be made; the text says what to do."""


def check_installed() -> None:
    """Check that the packages that make a PDF are there.

    :raises PrintError: one is missing, or Typst is of a version that we do not know.
    """
    for package in ("typst", "pikepdf", "latex2mathml"):
        try:
            version = metadata.version(package)
        except metadata.PackageNotFoundError:
            raise PrintError(f"The PDF needs the package {package}: {REMEDY}") from None
        if package == "typst" and version.split(".")[:2] != ["0", "15"]:
            raise PrintError(f"The PDF needs typst 0.15, but {version} is installed: {REMEDY}")


def run(module: str, job: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Run a module with a job as JSON on its standard input.

    :param folder: where it runs.
    :return: what it printed, which is one JSON object.
    :raises PrintError: it crashed.
    """
    command = [sys.executable, "-m", module]
    done = subprocess.run(  # noqa: S603 - our own module under the same interpreter
        command, input=json.dumps(job), capture_output=True, cwd=folder, encoding="utf-8", errors="replace", check=False
    )
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        last = done.stderr.strip().splitlines()[-1:] or ["no message; perhaps there was not enough memory"]
        raise PrintError(f"{module} stopped with code {done.returncode}: {last[0]}") from None
    return answer
