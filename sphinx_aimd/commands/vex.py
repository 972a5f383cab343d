"""``aimd vex``: what is proven or stated of a release's vulnerabilities, as VEX documents and a draft for users."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..model.vex import VexFile
from ..readers import publication
from ..readers.trace import load_trace
from ..views import vex as view
from ..writers.files import write_text
from ..yamlfile import InputError

FORMATS = ("cyclonedx", "openvex", "csaf", "text")
FILE = "vex.yaml"


def add_parser(commands: Any, read_document: Callable[[Path], dict[str, Any]]) -> None:
    """Declare the command.

    :param read_document: gives the content of trace.json for a source folder.
    """
    parser = commands.add_parser("vex", help="write VEX documents and a draft notice for the release under review")
    parser.add_argument("target", type=Path, metavar="TRACE_JSON|SOURCE_DIR")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--format", choices=(*FORMATS, "all"), default="all")
    help_text = f"publisher and tracking (default: {FILE} in the source folder or beside trace.json)"
    parser.add_argument("--publisher", type=Path, metavar="FILE", help=help_text)
    parser.add_argument("--release", default="", metavar="ID", help="another release than the one under review")
    parser.set_defaults(run=lambda options: run(options, read_document))


def run(options: argparse.Namespace, read_document: Callable[[Path], dict[str, Any]]) -> int:
    """Write the documents and say what was left out or written more carefully than declared.

    :raises InputError: unusable trace, publisher file or output folder, or nothing to say.
    """
    is_folder = options.target.is_dir()
    path = options.publisher or (options.target if is_folder else options.target.parent) / FILE
    if options.publisher is None and not path.exists():
        remedy = "Write publisher and document into it, as the user guide shows, or name another file by --publisher."
        raise InputError(path.as_posix(), 0, "is missing; it says who publishes.", remedy)
    said = publication.read(path, path.as_posix())
    document = read_document(options.target) if is_folder else load_trace(options.target)
    found = view.collect(document, said, options.target.as_posix(), options.release)
    for note in found.notes:
        print(f"note: {note}")
    if not found.statements:
        message = f"has no vulnerability of {found.release} that anything can be said of."
        raise InputError(options.target.as_posix(), 0, message, "There is nothing to publish.")
    for name, text in files(found, options.format).items():
        target = options.output / name
        try:
            write_text(target, text)
        except OSError as error:
            raise InputError(target.as_posix(), 0, f"cannot be written: {error.strerror}.", "Check -o.") from error
        print(target.as_posix())
    counts = Counter(one.status for one in found.statements)
    shown = ", ".join(f"{counts[status]} {status}" for status in sorted(counts))
    print(
        f"{len(found.statements)} statements on {found.product.label} ({found.release}) as of {found.as_of}: {shown}."
    )
    return 0


def files(found: VexFile, wanted: str = "all") -> dict[str, str]:
    """The documents by file name.

    :param wanted: one of :data:`FORMATS`, or ``all``.
    """
    from ..writers.vex import csaf, cyclonedx, disclosure, openvex  # noqa: PLC0415 - format libraries

    number = csaf.file_name(found.publication.number).removesuffix(".json")
    made: dict[str, str] = {}
    if wanted in ("cyclonedx", "all"):
        made[f"{number}.cdx.json"] = cyclonedx.render(found)
    if wanted in ("openvex", "all"):
        made[f"{number}.openvex.json"] = openvex.render(found)
    if wanted in ("csaf", "all"):
        for version in csaf.VERSIONS:
            made[f"csaf-{version}/{number}.json"] = csaf.render(found, version)
    if wanted in ("text", "all"):
        made[f"{number}.rst"] = disclosure.render(found)
    return made
