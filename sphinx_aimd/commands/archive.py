"""``aimd archive``: PDF files of a submission with the workbook, the trace and the bills of materials attached."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from ..pdf import archive
from ..readers.trace import load_trace
from ..yamlfile import InputError


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("archive", help="PDF/A-3 copies with workbook, trace and bills of materials attached")
    parser.add_argument("pdf", type=Path, metavar="PDF_DIR", help="folder that the builder aimd-pdf has filled")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="DIR", help="folder for the copies")
    parser.add_argument("--workbook", type=Path, help="workbook (default: PDF_DIR/../xlsx/dossier.xlsx)")
    parser.add_argument("--trace", type=Path, help="trace (default: PDF_DIR/../json/trace.json)")
    parser.add_argument("--source", type=Path, metavar="SOURCE_DIR", help="folder that bills of materials are in")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    if options.out.resolve() == options.pdf.resolve():
        raise InputError(options.out.as_posix(), 0, "is the folder of the submission.", "Name another with --out.")
    manifest = archive.read_manifest(options.pdf)
    asked = {kind for row in manifest["documents"] for kind in row["attach"]}
    files = []
    if "workbook" in asked:
        path = options.workbook or options.pdf.parent / "xlsx" / "dossier.xlsx"
        files.append(archive.read(path, "workbook", "The reviewer's workbook"))
        archive.check_workbook(files[-1], path, str(manifest.get("state")))
    if "trace" in asked:
        path = options.trace or options.pdf.parent / "json" / "trace.json"
        _check_trace(path, manifest)
        files.append(archive.read(path, "trace", "The trace as data"))
    if "sbom" in asked and manifest["sboms"]:
        files += _sboms(options.source, manifest)
    made = archive.archive(options.pdf, options.out, manifest, files)
    print(f"{len(made)} files with {', '.join(entry.name for entry in files) or 'nothing'} in {options.out}.")
    return 0


def _sboms(source: Path | None, manifest: dict[str, Any]) -> list[archive.Attachment]:
    if source is None:
        named = ", ".join(row["path"] for row in manifest["sboms"])
        raise InputError("--source", 0, f"is not given, but {named} is to be attached.", "Name the source folder.")
    found, taken = [], {"trace.json", "dossier.xlsx"}
    for row in manifest["sboms"]:
        path = source / row["path"]
        if not path.resolve().is_relative_to(source.resolve()):
            raise InputError(row["path"], 0, "lies outside the source folder.", "Build the PDF files again.")
        if path.name in taken:
            print(f"aimd: {row['path']} has the name of another file and is left out.", file=sys.stderr)
            continue
        taken.add(path.name)
        found.append(archive.read(path, "sbom", f"Bill of materials {row['id']}", row["sha256"]))
    return found


def _check_trace(path: Path, manifest: dict[str, Any]) -> None:
    """That the trace is of the state that the PDF files show.

    :raises InputError: it is not, or it is no trace.json.
    """
    trace = load_trace(path)
    if trace.get("state") != manifest.get("state"):
        raise InputError(path.as_posix(), 0, "is of another state of the sources than the PDF files.", archive.TOGETHER)
