"""One strict YAML reader: text in, plain values with line numbers out.

Scalars stay strings (the schema types them), equal keys, aliases, tags and deep
nesting are errors, so that a file means what a person reads in it. Files of other
tools may use a bounded number of aliases and merge keys.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

MAX_BYTES = 5_000_000
MAX_DEPTH = 64
#: Bounds for files that may repeat values by aliases: their number, and the values that they stand for all together.
MAX_ALIASES, MAX_REPEATED = 100, 20_000
#: Characters of a text that count as one more value.
_WORD = 64
_MERGE = "<<"

Key: TypeAlias = str | int


class InputError(Exception):
    """A file from outside cannot be used.

    :param file: path as the reader of the message knows it.
    :param line: 1-based line, 0 when the whole file is meant.
    :param message: what is wrong.
    :param remedy: what to do about it.
    """

    def __init__(self, file: str, line: int, message: str, remedy: str = "") -> None:
        super().__init__(file, line, message, remedy)
        self.file, self.line, self.message, self.remedy = file, line, message, remedy

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}" + (f" {self.remedy}" if self.remedy else "")


@dataclass(frozen=True, slots=True)
class YamlFile:
    """Content of one file: strings, lists and dictionaries, and the line of each node or of its key."""

    name: str
    data: Any
    lines: dict[tuple[Key, ...], int] = field(repr=False)

    def line(self, path: tuple[Key, ...]) -> int:
        """Line of the node at ``path``, or of the nearest node above it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def load(path: Path, name: str | None = None) -> YamlFile:
    """Read a YAML file of the project or of a user.

    :param path: file to read.
    :param name: name for messages; the path itself by default.
    :raises InputError: unreadable, too large, not UTF-8, or not of the accepted YAML subset.
    """
    label = name or path.as_posix()
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(label, 0, f"cannot be read: {error.strerror}.", "Check the path.") from error
    if len(raw) > MAX_BYTES:
        raise InputError(label, 0, f"is larger than {MAX_BYTES} bytes.", "Split the file.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(label, line, "is not UTF-8.", "Save it as UTF-8.") from error
    return parse(text, label)


def shown(path: Path, root: Path | None) -> str:
    """Name of a project's file for messages and outputs: relative to ``root``, with forward slashes."""
    return path.as_posix() if root is None else os.path.relpath(path, root).replace(os.sep, "/")


def parse(text: str, name: str, *, aliases: bool = False) -> YamlFile:
    """Parse YAML text; see :func:`load` for what is accepted.

    :param aliases: accept aliases and merge keys, at most :data:`MAX_ALIASES` that stand for at most
        :data:`MAX_REPEATED` values; each is copied, so that nothing in the result is shared.
    """
    try:
        return (_AliasBuilder(name) if aliases else _Builder(name)).build(text)
    except yaml.MarkedYAMLError as error:
        problem = error.problem or error.context or "malformed"
        mark = error.problem_mark or error.context_mark
        if "end of stream" in problem:  # what was never closed is at fault, not the last line
            mark = error.context_mark or mark
        raise InputError(
            name, mark.line + 1 if mark else 0, f"is not YAML: {problem}.", "Correct the syntax."
        ) from error
    except yaml.YAMLError as error:
        reason = str(error).splitlines()[0]
        raise InputError(name, 0, f"is not YAML: {reason}.", "Correct the syntax.") from error


class _Builder:
    """Builds values from parser events without recursion, so that nesting cannot exhaust the stack."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[tuple[Key, ...], int] = {}
        self.root: Any = ""
        self.open: list[tuple[Any, tuple[Key, ...]]] = []
        self.keys: list[str | None] = []
        self.key_line = 0

    def build(self, text: str) -> YamlFile:
        documents = 0
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            line = event.start_mark.line + 1 if event.start_mark else 0
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self.error(line, "holds more than one document", "Keep one.")
            elif isinstance(event, yaml.AliasEvent):
                self.alias(event, line)
            elif isinstance(event, yaml.ScalarEvent):
                self.refuse_tag(event, line)
                self.scalar(event, line)
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                self.refuse_tag(event, line)
                self.start({} if isinstance(event, yaml.MappingStartEvent) else [], event, line)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self.end(line)
        return YamlFile(self.name, self.root, self.lines)

    def error(self, line: int, what: str, remedy: str) -> InputError:
        return InputError(self.name, line, f"{what}.", remedy)

    def refuse_tag(self, event: Any, line: int) -> None:
        if event.tag not in (None, "!"):
            raise self.error(line, f"uses the tag {event.tag}", "Leave it out.")

    def awaits_key(self) -> bool:
        return bool(self.open) and isinstance(self.open[-1][0], dict) and self.keys[-1] is None

    def alias(self, event: Any, line: int) -> None:
        raise self.error(line, f"uses the alias *{event.anchor}", "Write the value out.")

    def scalar(self, event: Any, line: int) -> None:
        value: str = event.value
        if self.awaits_key():
            if value in self.open[-1][0]:
                raise self.error(line, f"has the key {value!r} twice in one mapping", "Keep one of them.")
            self.keys[-1], self.key_line = value, line
        else:
            self.add(value, line)

    def start(self, value: Any, _event: Any, line: int) -> None:
        if self.awaits_key():
            raise self.error(line, "uses a list or mapping as a key", "Use a text.")
        if len(self.open) >= MAX_DEPTH:
            raise self.error(line, f"is nested deeper than {MAX_DEPTH} levels", "Flatten it.")
        path = self.add(value, line)
        self.open.append((value, path))
        self.keys.append(None)

    def end(self, _line: int) -> None:
        self.open.pop()
        self.keys.pop()

    def add(self, value: Any, line: int) -> tuple[Key, ...]:
        if not self.open:
            self.root = value
            self.lines[()] = line
            return ()
        parent, path = self.open[-1]
        if isinstance(parent, dict):
            key: Key = self.keys[-1] or ""
            parent[key] = value
            self.keys[-1], line = None, self.key_line
        else:
            key = len(parent)
            parent.append(value)
        path = (*path, key)
        self.lines[path] = line
        return path


class _AliasBuilder(_Builder):
    """Accepts aliases of values that are complete, and merge keys; what is repeated is copied and counted."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.anchors: dict[str, Any] = {}
        self.names: list[str | None] = []
        self.aliases, self.repeated = 0, 0
        self.merges: set[int] = set()

    def scalar(self, event: Any, line: int) -> None:
        is_key = self.awaits_key()
        if is_key and event.value == _MERGE and event.implicit[0]:
            self.merges.add(len(self.open))
        super().scalar(event, line)
        if event.anchor and not is_key:
            self.anchors[event.anchor] = event.value

    def start(self, value: Any, event: Any, line: int) -> None:
        super().start(value, event, line)
        self.names.append(event.anchor)

    def end(self, line: int) -> None:
        value, _path = self.open[-1]
        depth = len(self.open)
        if depth in self.merges:
            self.merges.discard(depth)
            self.merge(value, line)
        anchor = self.names.pop()
        if anchor:
            self.anchors[anchor] = value
        super().end(line)

    def alias(self, event: Any, line: int) -> None:
        if self.awaits_key():
            raise self.error(line, f"uses the alias *{event.anchor} as a key", "Use a text.")
        if event.anchor not in self.anchors:
            what = f"uses the alias *{event.anchor} before its value is complete"
            raise self.error(line, what, "Write the value out.")
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            raise self.error(line, f"uses more than {MAX_ALIASES} aliases", "Write the values out.")
        self.add(self.copy(self.anchors[event.anchor], len(self.open), line), line)

    def copy(self, value: Any, depth: int, line: int) -> Any:
        self.repeated += 1 + (len(value) // _WORD if isinstance(value, str) else 0)
        if self.repeated > MAX_REPEATED:
            raise self.error(line, f"repeats more than {MAX_REPEATED} values by aliases", "Write the values out.")
        if not isinstance(value, dict | list):
            return value
        if depth >= MAX_DEPTH:
            raise self.error(line, f"is nested deeper than {MAX_DEPTH} levels", "Flatten it.")
        if isinstance(value, dict):
            return {key: self.copy(part, depth + 1, line) for key, part in value.items()}
        return [self.copy(part, depth + 1, line) for part in value]

    def merge(self, value: dict[str, Any], line: int) -> None:
        """Keys of the merged mappings that the mapping has not itself; of several the first one holds."""
        merged = value.pop(_MERGE)
        for part in merged if isinstance(merged, list) else [merged]:
            if not isinstance(part, dict):
                raise self.error(line, f"merges something that is no mapping by {_MERGE}", "Merge a mapping.")
            for key, found in part.items():
                value.setdefault(key, found)
