"""``aimd verify-pdf``: check PDF files before they are filed, against the standards and the limits of recipients."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model.values import did_you_mean
from ..pdf import limits, verapdf
from ..pdf.checks import NOT_CHECKED
from ..pdf.remarks import Remark
from ..yamlfile import InputError

if TYPE_CHECKING:
    from ..pdf.targets import Beside

PROFILES = ("submission", "archive")
_STANDARDS = {"submission": "PDF/A-2u and PDF/UA-1", "archive": "PDF/A-3u and PDF/UA-1"}


@dataclass(frozen=True, slots=True)
class _Result:
    """Everything that was found out; ``remarks`` by the name of the file, those of the set under an empty name."""

    profile: str
    files: Sequence[limits.Submitted]
    remarks: Mapping[str, Sequence[Remark]]
    measured: Mapping[str, Sequence[limits.Measured]]
    recipients: Sequence[limits.Recipient]
    judged: Mapping[str, Sequence[verapdf.Judged]]
    has_verapdf: bool

    @property
    def faults(self) -> int:
        """Faults of all files and of the set."""
        return sum(remark.is_fault for remarks in self.remarks.values() for remark in remarks)


def add_parser(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser("verify-pdf", help="check PDF files before they are filed")
    parser.add_argument("paths", type=Path, nargs="+", metavar="FILE_OR_FOLDER")
    parser.add_argument("--profile", choices=PROFILES, default="submission", help="default: submission")
    parser.add_argument(
        "--limits",
        nargs="+",
        default=[],
        metavar="NAME",
        help="recipients whose limits apply: ecopy, estar, notified-body",
    )
    parser.add_argument("--limits-file", type=Path, metavar="YAML", help="recipients of your own")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--verapdf", default="", metavar="PATH", help="veraPDF (default: the one on the search path)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command.

    :return: 0 without faults, 1 with faults.
    :raises InputError: there is nothing to check, or an option names what does not exist.
    """
    recipients = _recipients(options.limits, options.limits_file)
    program = verapdf.find(options.verapdf)
    paths = _paths(options.paths)
    files = _examined(paths, options.profile)
    measured = {one.id: limits.measure(one, files) for one in recipients}
    judged = verapdf.judge(program, list(paths), options.profile) if program else {}
    by_name = {files[place].name: judged[path] for place, path in enumerate(paths) if path in judged}
    result = _Result(
        options.profile, files, _remarks(files, measured, by_name), measured, recipients, by_name, bool(program)
    )
    if options.format == "json":
        json.dump(_data(result), sys.stdout, indent=1, ensure_ascii=False)
        print()
    else:
        print("\n".join(_lines(result)).encode("utf-8", "replace").decode("utf-8"))
    return 1 if result.faults else 0


def _recipients(names: Iterable[str], own: Path | None) -> tuple[limits.Recipient, ...]:
    known = limits.load_recipients(own)
    for name in names:
        if name not in known:
            message = f"is {name!r}, which is no recipient.{did_you_mean(name, known)}"
            raise InputError("--limits", 0, message, f"Choose from {', '.join(sorted(known))}.")
    return tuple(known[name] for name in sorted(set(names)))


def _paths(given: Sequence[Path]) -> Mapping[Path, tuple[str, str]]:
    """Files in order, each with its name in the report and the name of the folder that was given."""
    found: dict[Path, tuple[str, str]] = {}
    many = len(given) > 1
    for path in given:
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.suffix.lower() == ".pdf" and one.is_file())
            if not inside:
                raise InputError(path.as_posix(), 0, "holds no PDF file.", "Name a folder with PDF files.")
            for one in inside:
                below = one.relative_to(path).as_posix()
                found[one] = (below if not many else f"{path.as_posix()}/{below}", path.resolve().name)
        elif path.is_file():
            found[path] = (path.name if not many else path.as_posix(), "")
        else:
            raise InputError(path.as_posix(), 0, "does not exist.", "Check the path.")
    return found


def _examined(paths: Mapping[Path, tuple[str, str]], profile: str) -> tuple[limits.Submitted, ...]:
    try:
        from ..pdf.structure import examine  # noqa: PLC0415 - pikepdf only where PDF files are checked
        from ..pdf.targets import Beside  # noqa: PLC0415
    except ImportError as error:
        missing = f"needs the package {error.name}, which is not installed."
        raise InputError("aimd verify-pdf", 0, missing, "pip install 'sphinx-aimd[pdf]'") from error
    folders: dict[Path, Beside] = {}
    files = []
    for path, (name, folder) in paths.items():
        beside = folders.setdefault(path.parent, Beside(path.parent)) if folder else None
        try:
            files.append(limits.Submitted(name, folder, examine(path, profile, beside)))
        except OSError as error:
            raise InputError(path.as_posix(), 0, f"cannot be read: {error.strerror}.", "Check the file.") from error
    return tuple(files)


def _remarks(
    files: Sequence[limits.Submitted],
    measured: Mapping[str, Sequence[limits.Measured]],
    judged: Mapping[str, Sequence[verapdf.Judged]],
) -> Mapping[str, Sequence[Remark]]:
    found: dict[str, list[Remark]] = {"": [], **{file.name: list(file.examined.remarks) for file in files}}
    for rows in measured.values():
        for row in rows:
            for name, remark in row.remarks:
                found[name].append(remark)
    for name, judgements in judged.items():
        found[name] += [remark for one in judgements for remark in one.remarks]
    return {name: sorted(remarks, key=lambda remark: remark.order) for name, remarks in found.items()}


def _lines(result: _Result) -> Iterator[str]:
    for name, remarks in sorted(result.remarks.items()):
        for one in remarks:
            place = f"{name or 'the set'}: " + (f"page {one.page}: " if one.page else "")
            yield f"{place}{one.severity.value}: {one.message} {one.remedy} [{one.check}; {one.rule}]"
    if any(result.remarks.values()):
        yield ""
    for recipient in result.recipients:
        head = (f"Limits of {recipient.title}", "Measured", "Allowed", "Source")
        limit_rows = [
            (row.limit.measure, row.value, row.allowed, f"{row.limit.source} ({limits.CHECKED[row.limit.checked]})")
            for row in result.measured[recipient.id]
        ]
        yield from _table(head, limit_rows)
    rows: list[tuple[str, ...]] = []
    for file in result.files:
        remarks = result.remarks[file.name]
        faults = sum(one.is_fault for one in remarks)
        size, pages = f"{file.examined.size / 1e6:.1f} MB", str(file.examined.pages) if file.examined.is_read else "?"
        rows.append((file.name, pages, size, str(faults), str(len(remarks) - faults), *_verdict(result, file.name)))
    yield from _table(
        ("File", "Pages", "Size", "Faults", "Advice", *(("veraPDF",) if result.has_verapdf else ())), rows
    )
    yield from _statement(result)


def _verdict(result: _Result, name: str) -> tuple[str, ...]:
    if not result.has_verapdf:
        return ()
    words = {True: "compliant", False: "not compliant", None: "no judgement"}
    return ("; ".join(f"{one.standard} {words[one.is_compliant]}" for one in result.judged[name]),)


def _statement(result: _Result) -> Iterator[str]:
    """What was checked and what was not, so that nobody reads more into a result than it holds."""
    yield f"Checked: the structure that {_STANDARDS[result.profile]} ask for, and links."
    if not any(file.folder for file in result.files):
        yield "Not checked: whether links to other files find them, as no folder was named."
    if result.has_verapdf:
        versions = {one.version for judged in result.judged.values() for one in judged}
        yield f"{' '.join(('veraPDF', *sorted(versions - {''})))} judged too."
    else:
        yield verapdf.NOT_FOUND
    yield f"Not checked: {'; '.join(NOT_CHECKED)}."
    for recipient in result.recipients:
        yield f"Not measured for {recipient.title}: {'; '.join(recipient.not_measured)}."
    if not result.recipients:
        yield "No recipient's limits were measured; name them with --limits."
    yield "A clean result is no certificate of conformity."


def _data(result: _Result) -> dict[str, Any]:
    return {
        "profile": result.profile,
        "faults": result.faults,
        "files": [
            {
                "name": file.name,
                "pages": file.examined.pages,
                "bytes": file.examined.size,
                "bookmarks": file.examined.bookmarks,
                "attachments": file.examined.attachments,
                "pages_without_text": list(file.examined.textless),
                "remarks": [_remark_data(one) for one in result.remarks[file.name]],
                "verapdf": {one.standard: one.is_compliant for one in result.judged.get(file.name, ())},
            }
            for file in sorted(result.files, key=lambda file: file.name)
        ],
        "set": [_remark_data(one) for one in result.remarks[""]],
        "limits": {
            recipient: [
                {
                    "measure": row.limit.measure,
                    "measured": row.value,
                    "allowed": row.allowed,
                    "source": row.limit.source,
                    "source_checked": row.limit.checked,
                    "is_exceeded": bool(row.remarks),
                }
                for row in rows
            ]
            for recipient, rows in sorted(result.measured.items())
        },
        "statement": list(_statement(result)),
    }


def _remark_data(remark: Remark) -> dict[str, Any]:
    return {
        "check": remark.check,
        "page": remark.page,
        "severity": remark.severity.value,
        "message": remark.message,
        "remedy": remark.remedy,
        "rule": remark.rule,
    }


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    for row in (head, ["-" * width for width in widths], *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    yield ""
