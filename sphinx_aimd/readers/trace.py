"""A trace.json in, its content out: checked against the published schema before anything is made of it."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs

from .. import jsonfile

_AGAIN = "Name the trace.json of a build, or build it again."


def schema() -> Any:
    """JSON Schema of trace.json."""
    return json.loads(files("sphinx_aimd.writers").joinpath("assets/trace.schema.json").read_text(encoding="utf-8"))


@cache
def _validator() -> Any:
    return jsonschema_rs.validator_for(schema())


def load_trace(path: Path) -> dict[str, Any]:
    """Read and validate a trace.json.

    :raises InputError: unreadable, too large, not JSON, or not of the schema.
    """
    name = path.as_posix()
    data: dict[str, Any] = jsonfile.load(path, name, _AGAIN)
    jsonfile.check(data, _validator(), name, "trace.json", _AGAIN)
    return data
