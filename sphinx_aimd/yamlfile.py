"""One strict YAML reader: text in, plain values with line numbers out.

Scalars stay strings (the schema types them), equal keys, aliases, tags and deep
nesting are errors, so that a file means what a person reads in it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

MAX_BYTES = 5_000_000
MAX_DEPTH = 64

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


def parse(text: str, name: str) -> YamlFile:
    """Parse YAML text; see :func:`load` for what is accepted."""
    try:
        return _Builder(name).build(text)
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
                raise self.error(line, f"uses the alias *{event.anchor}", "Write the value out.")
            elif isinstance(event, yaml.ScalarEvent):
                self.refuse_tag(event, line)
                self.scalar(event.value, line)
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                self.refuse_tag(event, line)
                self.start({} if isinstance(event, yaml.MappingStartEvent) else [], line)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self.open.pop()
                self.keys.pop()
        return YamlFile(self.name, self.root, self.lines)

    def error(self, line: int, what: str, remedy: str) -> InputError:
        return InputError(self.name, line, f"{what}.", remedy)

    def refuse_tag(self, event: Any, line: int) -> None:
        if event.tag not in (None, "!"):
            raise self.error(line, f"uses the tag {event.tag}", "Leave it out.")

    def scalar(self, value: str, line: int) -> None:
        if self.open and isinstance(self.open[-1][0], dict) and self.keys[-1] is None:
            if value in self.open[-1][0]:
                raise self.error(line, f"has the key {value!r} twice in one mapping", "Keep one of them.")
            self.keys[-1], self.key_line = value, line
        else:
            self.add(value, line)

    def start(self, value: Any, line: int) -> None:
        if self.open and isinstance(self.open[-1][0], dict) and self.keys[-1] is None:
            raise self.error(line, "uses a list or mapping as a key", "Use a text.")
        if len(self.open) >= MAX_DEPTH:
            raise self.error(line, f"is nested deeper than {MAX_DEPTH} levels", "Flatten it.")
        path = self.add(value, line)
        self.open.append((value, path))
        self.keys.append(None)

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
