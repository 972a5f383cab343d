"""``aimd verify``: what the signatures of PDF files prove, and what they do not."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..pdf import keys
from ..yamlfile import InputError
from .sign import moment, need_libraries

if TYPE_CHECKING:
    from ..pdf.proof import Report, Signature

REVOCATION = "not checked: no network is used, ask its issuer"


def add_parser(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser("verify", help="check the signatures of PDF files and say what they prove")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument(
        "--trust",
        action="append",
        default=[],
        type=Path,
        metavar="CERT",
        help="PEM certificates that you trust as roots",
    )
    parser.add_argument("--unsigned", type=Path, metavar="FILE", help="the file before it was signed, to be compared")
    parser.add_argument("--at", default="", metavar="MOMENT", help="moment at which certificates hold (default: now)")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=_verify)


def _verify(options: argparse.Namespace) -> int:
    need_libraries()
    from ..pdf import sign, signatures  # noqa: PLC0415 - only verifying needs the libraries

    if options.unsigned and len(options.files) > 1:
        raise InputError("--unsigned", 0, "belongs to one file.", "Verify the files one by one.")
    at = moment(options.at)
    roots = [root for path in options.trust for root in _roots(path)]
    unsigned = keys.read(options.unsigned, sign.MAX_PDF) if options.unsigned else None
    reports = [
        signatures.verify(keys.read(path, sign.MAX_PDF), path.as_posix(), roots, at, unsigned) for path in options.files
    ]
    is_proven = all(report.is_proven for report in reports)
    if options.format == "json":
        files = [asdict(report) | {"proven": report.is_proven} for report in reports]
        document = {"checked_at": at.isoformat(), "revocation": REVOCATION, "proven": is_proven, "files": files}
        print(json.dumps(document, indent=1, ensure_ascii=False))
        return 0 if is_proven else 1
    for report in reports:
        print("\n".join(_text(report)))
        print()
    what = "Every signature is intact and reaches a root that you trust." if is_proven else "Something is not proven."
    if not all(one.is_intact for report in reports for one in report.signatures):
        what = "A signed file was CHANGED."
    waiting = sorted({role for report in reports for role in report.waiting})
    what += f" Still to sign: {', '.join(waiting)}." if waiting else ""
    print(f"{what} Checked for {sign.moment(at)}. Revocation was not checked.")
    return 0 if is_proven else 1


def _roots(path: Path) -> list[Any]:
    from pyhanko.keys import load_certs_from_pemder_data  # noqa: PLC0415

    try:
        found = list(load_certs_from_pemder_data(keys.read(path)))
        _ = [root.subject.native for root in found]
    except (ValueError, TypeError):
        found = []
    if not found:
        raise InputError(path.as_posix(), 0, "holds no certificate.", "Give a PEM file with certificates.")
    return found


def _text(report: Report) -> Iterator[str]:
    yield f"{report.file}: {len(report.signatures)} signature{'s' if len(report.signatures) != 1 else ''}"
    yield f"  SHA-256      {report.sha256}"
    for number, one in enumerate(report.signatures, 1):
        yield f"  {number}. {one.role}{' (time stamp of the document)' if one.kind == 'time stamp' else ''}"
        for label, text in _rows(one):
            yield f"     {label:13}{text}"
    if report.waiting:
        yield f"  Waiting for a signature: {', '.join(report.waiting)}"
    if report.unsigned:
        yield f"  Unsigned file: {report.unsigned}"
    for problem in report.problems:
        yield f"  NOT PROVEN   {problem}"


def _rows(one: Signature) -> Iterator[tuple[str, str]]:
    begin, gap, rest, end = one.ranges
    covered = f"bytes {begin:,} to {gap:,} and {rest:,} to {end:,} ({one.digest})"
    yield "covered", f"unchanged, {covered}" if one.is_intact else f"CHANGED, {covered}"
    yield "key", "made by the key of the certificate" if one.is_by_key else "NOT made by the key of the certificate"
    if one.changes:
        yield "afterwards", f"CHANGED: {'; '.join(one.changes)}"
    else:
        yield "afterwards", f"only signatures were added: {', '.join(one.later)}" if one.later else "nothing was added"
    holder = one.holder
    if holder.subject:
        yield "certificate", f"{holder.subject}, serial {holder.serial}, {holder.begin} to {holder.end}"
        yield "issued by", "itself (self-signed)" if holder.is_self_signed else holder.issuer
    missed = "reaches NO trusted root" if one.is_intact and one.is_by_key else "not judged"
    yield "chain", f"reaches the trusted root {one.root}" if one.root else missed
    yield "revocation", REVOCATION
    if one.stamped:
        yield "time", f"{one.stamped}, by the time stamp of {one.stamper}"
    if one.claimed:
        yield "time stated", f"{one.claimed}, as the signer says{'' if one.stamped else ': no time stamp proves it'}"
    yield "meaning", f"{one.reason}, as the signer says" if one.reason else "none is stated"
    for problem in one.problems:
        yield "NOT PROVEN", problem
