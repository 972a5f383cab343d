"""The one JSON loader for files from outside: bounded, no key twice, no number that is none, one clear error."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .yamlfile import InputError

MAX_BYTES = 200_000_000


def load(path: Path, name: str, remedy: str) -> Any:
    """Read a JSON file.

    :param name: name for messages.
    :param remedy: what to do when the file cannot be used.
    :raises InputError: no regular file, unreadable, larger than :data:`MAX_BYTES`, not JSON, or a key twice.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError(name, 0, "is no regular file.", "Name a file.")
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(name, 0, f"cannot be read: {error.strerror}.", f"Check the path. {remedy}") from error
    if len(raw) > MAX_BYTES:
        raise InputError(name, 0, f"is larger than {MAX_BYTES} bytes.", remedy)
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise InputError(name, getattr(error, "lineno", 0), f"is not JSON: {str(error)[:200]}.", remedy) from error


def check(data: Any, validator: Any, name: str, what: str, remedy: str) -> None:
    """Check what was read against a JSON Schema.

    :param validator: of ``jsonschema_rs``.
    :param what: what the file should be, such as ``trace.json``, in the words of the message.
    :raises InputError: the first fault, or a lone surrogate, which no schema and no output can hold.
    """
    try:
        for fault in validator.iter_errors(data):
            place = "/".join(map(str, fault.instance_path)) or "the file"
            raise InputError(name, 0, f"is no {what}: {place[:120]}: {fault.message[:200]}.", remedy)
    except UnicodeEncodeError as error:
        raise InputError(name, 0, "holds half a character (a lone surrogate).", remedy) from error


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key[:80]!r} occurs twice in one object")
        found[key] = value
    return found


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is not a JSON number")
