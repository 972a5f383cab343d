"""The files of a submission in, the same as PDF/A-3 with workbook, trace and bills of materials attached out.

A submission carries no attachments, since portals drop them (eCopy guidance, 2025, attachment 1 C.2); an archive keeps
the machine-readable files with the pages that were made from them. Pages, places and signature fields stay as they are.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..writers.files import write_bytes, write_text
from ..writers.typst.manifest import NAME as MANIFEST
from ..writers.typst.manifest import remove_others
from ..yamlfile import InputError

#: What to do when a file is another than the one that was built.
CHANGED = (
    "If it was signed since: archive the unsigned files first, then sign the copies. Else build the PDF files again."
)
TOGETHER = "Build all formats from the same sources: make dossier."
#: Largest file that is attached, in bytes.
MOST = 200_000_000
#: Largest part of a workbook that tells of its properties.
MOST_ABOUT = 100_000
MIME = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".json": "application/json",
    ".xml": "text/xml",
    ".spdx": "text/plain",
}
#: What an attachment is to the document (ISO 19005-3, 6.8): another form of it, or data behind it.
RELATION = {"trace": "Data", "workbook": "Alternative", "sbom": "Data"}


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that the archive copy of a document carries.

    :param kind: ``workbook``, ``trace`` or ``sbom``.
    """

    kind: str
    name: str
    title: str
    data: bytes


def read_manifest(folder: Path) -> dict[str, Any]:
    """documents.json of a folder with PDF files, whose hashes are checked.

    :raises InputError: it is missing or malformed, or a file is missing or another.
    """
    path = folder / MANIFEST
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        rows = [(row["file"], row["sha256"], row["document"], row["attach"]) for row in data["documents"]]
        data["sboms"] = [{key: str(row[key]) for key in ("id", "path", "sha256")} for row in data["sboms"]]
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise InputError(path.as_posix(), 0, f"cannot be used: {error}.", "Build the PDF files again.") from error
    for name, digest, _document, _attach in rows:
        if Path(name).name != name or not name.endswith(".pdf"):
            raise InputError(path.as_posix(), 0, f"names the file {name!r}.", "Build the PDF files again.")
        file = folder / name
        if not file.is_file():
            raise InputError(file.as_posix(), 0, "is missing.", "Build the PDF files again.")
        if hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            raise InputError(file.as_posix(), 0, f"is not the file that {MANIFEST} names.", CHANGED)
    return data


def read(path: Path, kind: str, title: str, digest: str = "") -> Attachment:
    """A file to attach.

    :param digest: SHA-256 that it must have.
    :raises InputError: it cannot be read, is too large or is another one.
    """
    try:
        if path.stat().st_size > MOST:
            raise InputError(path.as_posix(), 0, f"has more than {MOST // 1_000_000} MB.", "Archive it beside the PDF.")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(path.as_posix(), 0, f"cannot be read: {error.strerror}.", "Build it first.") from error
    if digest and hashlib.sha256(data).hexdigest() != digest:
        raise InputError(path.as_posix(), 0, "is not the file of which the PDF speaks.", "Build the PDF files again.")
    return Attachment(kind=kind, name=path.name, title=title, data=data)


def check_workbook(workbook: Attachment, path: Path, state: str) -> None:
    """That a workbook is of the state that the PDF files show, as its properties say.

    :raises InputError: it is not, or it is no workbook.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(workbook.data)) as parts:
            about = parts.getinfo("docProps/core.xml")
            text = parts.read(about) if about.file_size <= MOST_ABOUT else b""
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise InputError(path.as_posix(), 0, f"is no workbook: {error}.", TOGETHER) from error
    if not state or f">{state}<".encode() not in text:
        raise InputError(path.as_posix(), 0, "is of another state of the sources than the PDF files.", TOGETHER)


def archive(folder: Path, out: Path, manifest: Mapping[str, Any], attachments: Sequence[Attachment]) -> list[Path]:
    """Write the archive copies and their documents.json.

    :param attachments: each goes into the documents that ask for its kind.
    :return: the files, in order.
    """
    rows, made = [], []
    for row in manifest["documents"]:
        wanted = [entry for entry in attachments if entry.kind in row["attach"]]
        data = with_attachments((folder / row["file"]).read_bytes(), wanted)
        write_bytes(out / row["file"], data)
        made.append(out / row["file"])
        rows.append({**row, "sha256": hashlib.sha256(data).hexdigest(), "attached": [entry.name for entry in wanted]})
    remove_others(out, {path.name for path in made})
    text = json.dumps({**manifest, "documents": rows}, ensure_ascii=False, indent=1)
    write_text(out / MANIFEST, text + "\n")
    return made


def with_attachments(data: bytes, attachments: Sequence[Attachment]) -> bytes:
    """A PDF/A-2u file as PDF/A-3u with attachments; equal input gives equal bytes."""
    import pikepdf  # noqa: PLC0415

    with pikepdf.open(io.BytesIO(data)) as pdf:
        # the date of the document itself, so that nothing depends on when it is archived
        date = str(pdf.docinfo.get("/CreationDate", "D:19800101000000Z"))
        specs = pikepdf.Array()
        for entry in attachments:
            spec = pikepdf.AttachedFileSpec(
                pdf,
                entry.data,
                filename=entry.name,
                description=entry.title,
                mime_type=MIME.get(Path(entry.name).suffix.lower(), "application/octet-stream"),
                creation_date=date,
                mod_date=date,
                relationship=pikepdf.Name(f"/{RELATION[entry.kind]}"),
            )
            pdf.attachments[entry.name] = spec
            specs.append(spec.obj)
        if attachments:
            pdf.Root.AF = specs
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as meta:
            meta["pdfaid:part"] = "3"
        result = io.BytesIO()
        pdf.save(result, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return result.getvalue()
