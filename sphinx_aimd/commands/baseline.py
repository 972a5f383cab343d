"""``aimd baseline``: keep the state that is submitted, so that the next one says what changed since."""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..model.values import is_date
from ..readers import baseline as baselines
from ..writers.files import write_text
from ..yamlfile import InputError


def add_parser(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser("baseline", help="keep a state in short, to compare later ones with")
    parser.add_argument("trace", type=Path, metavar="TRACE_JSON", help="trace.json of the state, or a baseline of it")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="baseline to write")
    parser.add_argument("--name", help="what the state was made for, such as a submission")
    parser.add_argument("--on", metavar="YYYY-MM-DD", help="date on which it was submitted")
    parser.add_argument("--project", help="name of the project as it is now, if it has changed since")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write a baseline.

    :raises InputError: unusable trace.json, no date, or a place that cannot be written.
    """
    if options.on and not is_date(options.on):
        raise InputError("--on", 0, f"is {options.on!r}, expected a date.", "Write YYYY-MM-DD.")
    found = baselines.read(options.trace, options.trace.as_posix())
    given = {name: getattr(options, name) for name in ("name", "on", "project") if getattr(options, name) is not None}
    for name, text in given.items():
        if len(text) > baselines.LONGEST_NAME or not text.isprintable():
            remedy = f"Write at most {baselines.LONGEST_NAME} characters without line breaks."
            raise InputError(f"--{name}", 0, "is no line of text.", remedy)
    found = replace(found, **given)
    if not options.output.parent.is_dir():
        message = "cannot be written: its folder does not exist."
        raise InputError(options.output.as_posix(), 0, message, "Create the folder.")
    try:
        write_text(options.output, "".join(baselines.lines(found)))
    except OSError as error:
        message = f"cannot be written: {error.strerror}."
        raise InputError(options.output.as_posix(), 0, message, "Check the path.") from error
    counts = Counter(entry.type == "clause" for entry in found.entries.values())
    print(
        f"{options.output}: {counts[False]} items and {counts[True]} clauses of {found.project}, "
        f"version {found.version or 'not stated'}, as of {found.as_of or 'no date'}."
    )
    return 0
