"""``aimd match``: newer data on vulnerabilities against the components and assessments of a trace; only what is new."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ..model.newer import KINDS, New, Newer, compare
from ..readers.known import Known
from ..readers.opened import open_file
from ..readers.recognise import read_file
from ..readers.security import SecurityFiles
from ..readers.trace import load_trace
from ..yamlfile import InputError


def add_parser(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser("match", help="list what newer vulnerability data say that a trace does not know")
    parser.add_argument("trace", type=Path, metavar="TRACE_JSON")
    help_text = "OSV, CVE, KEV, EPSS, VEX and CSAF files; nothing is fetched"
    parser.add_argument("--data", nargs="+", type=Path, required=True, metavar="FILE", help=help_text)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List what is new.

    :return: 0 nothing is new, 1 something is.
    :raises InputError: unusable trace or data file; no verdict is given on half of the data.
    """
    document = load_trace(options.trace)
    data = read_data(options.data)
    found = compare(document, data.records, data.advisories, data.kev, data.epss)
    if options.format == "json":
        print(json.dumps(as_json(document, data, found), indent=1, ensure_ascii=False))
    else:
        print("\n".join(_text(document, data, found)))
    return 1 if found.news else 0


def read_data(paths: list[Path]) -> SecurityFiles:
    """Read the data files, each by what it holds.

    :raises InputError: a file cannot be used, or holds no data on vulnerabilities.
    """
    found = SecurityFiles()
    for path in sorted(set(paths)):
        real = path.resolve()
        opened = open_file(real.parent, real.name)
        before = len(found.records) + len(found.advisories) + len(found.kev) + len(found.epss)
        found.add(read_file(replace(opened, name=path.as_posix()), Known()))
        if before == len(found.records) + len(found.advisories) + len(found.kev) + len(found.epss):
            raise InputError(path.as_posix(), 0, "holds no data on vulnerabilities.", "Take it out of --data.")
    return found


def as_json(document: dict[str, Any], data: SecurityFiles, found: Newer) -> dict[str, Any]:
    """The result as plain data."""
    return {
        "project": document["project"],
        "as_of": document["as_of"],
        "data": [
            {"file": one.path, "format": one.format, "date": one.date, "sha256": one.sha256, "left": list(one.left)}
            for one in data.sources.values()
        ],
        "new": [asdict(new) for new in found.news],
        "not_told": dict(sorted(found.uncounted.items())),
    }


def _text(document: dict[str, Any], data: SecurityFiles, found: Newer) -> Iterator[str]:
    yield f"{document['project']}, as of {document['as_of'] or 'no date'}, against:"
    for one in data.sources.values():
        left = f"; not used: {', '.join(one.left)}" if one.left else ""
        yield f"  {one.path}: {one.format}, data of {one.date or 'no known date'}{left}"
    for kind, title in KINDS.items():
        news = [new for new in found.news if new.kind == kind]
        if news:
            yield f"{title[0].upper()}{title[1:]}:"
            yield from (f"  {_line(new)}" for new in news)
    for what, number in sorted(found.uncounted.items()):
        yield f"note: {number} {what}"
    yield f"{len(found.news)} new." if found.news else "Nothing new."


def _line(new: New) -> str:
    where = new.item or new.component
    place = f"{new.file}:{new.line}" if new.line else new.file
    marks = ["listed as known exploited"] if new.is_exploited and new.kind != "exploited" else []
    marks += [f"EPSS {new.epss}, percentile {new.epss_percentile}, for information only"] if new.epss else []
    more = f" ({'; '.join(marks)})" if marks else ""
    return f"{', '.join(new.ids)}: {where} {new.label}: {new.reason}{more} [{place}]"
