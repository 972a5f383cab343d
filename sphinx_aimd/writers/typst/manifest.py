"""The files of a set in, documents.json out: which documents they are, for the archive and for checks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..files import write_text
from .volume import Volume

NAME = "documents.json"
SCHEMA = "urn:sphinx-aimd:documents:1"


def write(
    path: Path,
    files: Sequence[Volume],
    pdfs: Mapping[str, bytes],
    about: Mapping[str, str],
    sboms: Sequence[Mapping[str, str]],
    approvals: Mapping[str, Mapping[str, str]],
) -> bool:
    """Write documents.json.

    :param about: project, version, as-of date, and the digest of the sources that the files were made from.
    :param sboms: id, path and SHA-256 of each bill of materials that is in force.
    :param approvals: by id of a document what its cover says of its content and its approval.
    :return: whether the file changed.
    """
    rows: list[dict[str, Any]] = []
    for volume in files:
        document = volume.document
        rows.append(
            {
                "file": volume.name,
                "sha256": hashlib.sha256(pdfs[volume.name]).hexdigest(),
                "document": document.id,
                "number": document.number,
                "title": document.title,
                "revision": document.revision,
                "status": document.status,
                "date": document.date,
                **approvals.get(document.id, {}),
                "part": volume.part,
                "parts": volume.count,
                "approvers": list(document.approvers),
                "clauses": list(document.clauses),
                "attach": list(document.attach) if volume.part == 1 else [],
            }
        )
    data = {"schema": SCHEMA, **about, "documents": rows, "sboms": [dict(row) for row in sboms]}
    return write_text(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def remove_others(folder: Path, kept: Collection[str]) -> None:
    """Remove files of an earlier set that are no part of this one, as the documents.json that is there names them."""
    for name in sorted(_names(folder / NAME) - set(kept)):
        (folder / name).unlink(missing_ok=True)


def _names(path: Path) -> set[str]:
    """Names of the files that an earlier documents.json lists; none if it cannot be read."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["documents"]
        return {row["file"] for row in rows if Path(row["file"]).name == row["file"] and row["file"].endswith(".pdf")}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return set()
