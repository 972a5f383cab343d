"""The one JSON loader for files from outside: bounded, no key twice, no number that is none, one clear error."""

from __future__ import annotations

import json
import math
import re
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .model.values import BIDI, CONTROL
from .yamlfile import InputError

MAX_BYTES = 200_000_000
MAX_DEPTH = 64
#: Digits of a whole number at most; Python refuses to print longer ones.
MAX_DIGITS = 300
#: Texts and brackets of JSON; possessive, so that no text makes the scan longer than itself.
_TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


def load(path: Path, name: str, remedy: str) -> Any:
    """Read a JSON file.

    :param name: name for messages.
    :param remedy: what to do when the file cannot be used.
    :raises InputError: no regular file, unreadable, larger than :data:`MAX_BYTES`, or refused by :func:`parse`.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError(name, 0, "is no regular file.", remedy)
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(name, 0, f"cannot be read: {error.strerror}.", f"Check the path. {remedy}") from error
    if len(raw) > MAX_BYTES:
        raise InputError(name, 0, f"is larger than {MAX_BYTES} bytes.", remedy)
    return parse(raw, name, remedy)


def parse(raw: bytes, name: str, remedy: str) -> Any:
    """Parse JSON.

    :raises InputError: not UTF-8 or not JSON, a key twice in one object, a number that is not finite or has more than
        :data:`MAX_DIGITS` digits, or nested deeper than :data:`MAX_DEPTH`.
    """
    _check_depth(raw, name, remedy)
    try:
        return json.loads(
            raw.decode("utf-8-sig"),
            object_pairs_hook=_unique,
            parse_constant=_refuse,
            parse_float=_finite,
            parse_int=_short,
        )
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(name, line, "is not UTF-8.", "Save it as UTF-8.") from error
    except json.JSONDecodeError as error:
        raise InputError(name, error.lineno, f"is not JSON: {str(error)[:200]}.", remedy) from error
    except _Refused as error:
        raise InputError(name, error.line(raw), f"is not JSON: {error}.", remedy) from error


def check_texts(data: Any, name: str, remedy: str) -> None:
    """Refuse texts that no output can hold or that read differently from what they say.

    :raises InputError: half a character (a lone surrogate), a control character, or a direction-changing one
        (CVE-2021-42574).
    """
    todo = [data]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            todo += value.keys()
            todo += value.values()
        elif isinstance(value, list):
            todo += value
        elif isinstance(value, str) and CONTROL.search(value):
            shown = value.encode("ascii", "backslashreplace").decode()[:80]
            raise InputError(name, 0, f"holds a control character in {shown!r}.", "Remove it.")
        elif isinstance(value, str) and not value.isascii():
            if BIDI.search(value):
                shown = value.encode("ascii", "backslashreplace").decode()[:80]
                raise InputError(name, 0, f"holds a direction-changing character in {shown!r}.", "Remove it.")
            try:
                value.encode()
            except UnicodeEncodeError as error:
                raise InputError(name, 0, "holds half a character (a lone surrogate).", remedy) from error


def check(data: Any, validator: Any, name: str, what: str, remedy: str) -> None:
    """Check what was read against a JSON Schema.

    :param validator: of ``jsonschema_rs``.
    :param what: what the file should be, such as ``trace.json``, in the words of the message.
    :raises InputError: the first fault, or a lone surrogate, which no schema and no output can hold.
    """
    from jsonschema_rs import ValidationError  # noqa: PLC0415 - only where a schema is checked

    try:
        validator.validate(data)  # stops at the first fault; to list all of a hostile file takes minutes
    except UnicodeEncodeError as error:
        raise InputError(name, 0, "holds half a character (a lone surrogate).", remedy) from error
    except ValidationError as fault:
        place = "/".join(map(str, fault.instance_path)) or "the file"
        raise InputError(name, 0, f"is no {what}: {place[:120]}: {fault.message[:200]}.", remedy) from fault


def _check_depth(raw: bytes, name: str, remedy: str) -> None:
    """Refuse deep nesting before the parser recurses; brackets inside texts do not count."""
    depth = 0
    for found in _TOKENS.finditer(raw):
        byte = raw[found.start()]
        if byte in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                line = raw.count(b"\n", 0, found.start()) + 1
                raise InputError(name, line, f"is nested deeper than {MAX_DEPTH} levels.", remedy)
        elif byte in b"]}":
            depth -= 1


class _Refused(Exception):  # noqa: N818 - reads as what it is
    """What Python's parser takes and JSON does not know; ``str()`` says what.

    :param word: the number at fault, or nothing where a key occurs twice.
    """

    def __init__(self, message: str, word: str = "") -> None:
        super().__init__(message)
        self.word = word

    def line(self, raw: bytes) -> int:
        """Line of the fault; the parser does not tell it."""
        if self.word:
            bare = re.sub(rb'"(?:[^"\\]++|\\.)*+"', b'""', raw, flags=re.DOTALL)
            return bare.count(b"\n", 0, max(bare.find(self.word.encode()), 0)) + 1
        keys: list[set[bytes]] = []
        for found in _TOKENS.finditer(raw):
            token = found.group()
            if token in b"{[":
                keys.append(set())
            elif token in b"}]":
                keys.pop()
            elif raw[found.end() : found.end() + 1000].lstrip()[:1] == b":":
                key = json.loads(token).encode("utf-8", "surrogatepass")
                if key in keys[-1]:
                    return raw.count(b"\n", 0, found.start()) + 1
                keys[-1].add(key)
        return 0


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Refused(f"the key {key[:80]!r} occurs twice in one object")
        found[key] = value
    return found


def _refuse(word: str) -> Any:
    raise _Refused(f"{word} is not a JSON number", word)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _Refused(f"{text[:20]} is not a finite number", text)
    return number


def _short(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise _Refused(f"a number has {len(text)} digits", text)
    return int(text)
