"""A threat model file as checked nodes: values asked for by name, with lines; what nobody asks for is counted."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from .. import jsonfile, yamlfile
from ..model.item import Location
from ..model.values import CONTROL
from ..yamlfile import InputError, Key
from .leftovers import Leftovers
from .opened import Opened

REMEDY = "Write the file again with the tool that made it."
#: Files above this size are read, but their lines are not looked for.
MAX_LINED = 5_000_000
#: Names of unused values that are named; further ones are only counted.
MAX_NAMED = 40
#: Characters at most that a file may make of its texts by naming one of them many times.
MAX_SPENT = 50_000_000
_EMPTY: tuple[object, ...] = (None, "", [], {})
#: Empty values of YAML, whose scalars stay texts.
_NOTHING = ("", "~", "null", "Null", "NULL")
_FLAGS = {"true": "true", "yes": "true", "false": "false", "no": "false"}
_TOKEN = re.compile(rb'"((?:[^"\\]++|\\.)*+)"|[\[\]{}:,\n]', re.DOTALL)
_Path: TypeAlias = tuple[Key, ...]


@dataclass(slots=True)
class Document:
    """A file while it is read.

    :param line_of: line of the value at a path, 0 where it is not known.
    """

    opened: Opened
    data: Any
    line_of: Callable[[_Path], int]
    is_yaml: bool = False
    nodes: list[Node] = field(default_factory=list)
    left: Leftovers = field(default_factory=Leftovers)
    spent: int = 0

    def spend(self, *texts: str) -> None:
        """Count texts that many entries may share.

        :raises InputError: they come to more than :data:`MAX_SPENT` characters.
        """
        self.spent += sum(map(len, texts))
        if self.spent > MAX_SPENT:
            message = f"repeats its texts to more than {MAX_SPENT} characters."
            raise self.opened.fail(message, "Split the file.")

    def root(self) -> Node:
        """The whole file, an object.

        :raises InputError: it is something else.
        """
        if not isinstance(self.data, dict):
            raise self.fail((), "is no object with named values.")
        return self.node(self.data, (), "")

    def node(self, value: dict[str, Any], path: _Path, kind: str) -> Node:
        """An object of the file; ``kind`` is what it is, in the plural, and empty for parts of another node."""
        made = Node(self, value, path, kind)
        self.nodes.append(made)
        return made

    def fail(self, path: _Path, message: str, remedy: str = REMEDY) -> InputError:
        """The error that says what is wrong at a place."""
        return self.opened.fail(message, remedy, self.line_of(path))

    def unused(self) -> tuple[str, ...]:
        """In words what the file holds and nobody asked for, and what a reader left out."""
        names: dict[str, Counter[str]] = {}
        for node in self.nodes:
            found = names.setdefault(node.kind, Counter())
            for name, value in node.value.items():
                if name not in node.asked and value not in _EMPTY:
                    found[name] += len(value) if not node.kind and isinstance(value, list | dict) else 1
        for kind, counts in names.items():
            shown = [_short(name) for name in sorted(counts)]
            if len(shown) > MAX_NAMED:
                shown[MAX_NAMED:] = [f"{len(shown) - MAX_NAMED} further names"]
            self.left.add(f"values of {kind or 'the file'} ({', '.join(shown)})", counts.total())
        return self.left.words()


@dataclass(slots=True)
class Node:
    """An object of the file; each way of asking checks the kind of the value."""

    document: Document
    value: Mapping[str, Any]
    path: _Path
    kind: str
    asked: set[str] = field(default_factory=set)

    @property
    def place(self) -> Location:
        return Location(self.document.opened.name, self.document.line_of(self.path))

    def fail(self, message: str, remedy: str = REMEDY) -> InputError:
        """The error that says what is wrong with this object."""
        return self.document.fail(self.path, message, remedy)

    def get(self, name: str) -> Any:
        """The value as it stands, None where it is empty."""
        self.asked.add(name)
        value = self.value.get(name)
        return None if self.document.is_yaml and isinstance(value, str) and value in _NOTHING else value

    def text(self, name: str) -> str:
        """A text, number or truth value as a text of paragraphs; empty where there is none.

        :raises InputError: a list or an object, or a control character.
        """
        return self._as_text(self.get(name), name)

    def word(self, name: str) -> str:
        """A text that must not be empty.

        :raises InputError: see :meth:`text`; or there is none.
        """
        found = self.text(name)
        if not found:
            raise self.fail(f"has no {_short(name)} for one of its {self.kind or 'values'}.")
        return found

    def line_text(self, name: str) -> str:
        """A text on one line, for names and titles."""
        return " ".join(self.text(name).split())

    def flag(self, name: str) -> str:
        """``true``, ``false`` or nothing.

        :raises InputError: any other value.
        """
        found = self.text(name)
        if found and found.casefold() not in _FLAGS:
            raise self.fail(f"has {_short(name)} = {_short(found)!r}, expected true or false.")
        return _FLAGS.get(found.casefold(), "")

    def number(self, name: str) -> float | None:
        """A number of ordinary size.

        :raises InputError: any other value, or a number that is not finite.
        """
        value = self.get(name)
        if value is None:
            return None
        try:
            found = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
        except OverflowError:
            found = math.inf
        if not math.isfinite(found):
            raise self.fail(f"has a value for {_short(name)} that is no number.")
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts.

        :raises InputError: no list, or a member that is no text.
        """
        found = (self._as_text(part, name) for part in self._list(name))
        return tuple(part for part in found if part)

    def objects(self, name: str, kind: str) -> Iterator[Node]:
        """A list of objects.

        :raises InputError: no list, or a member that is no object.
        """
        for place, part in enumerate(self._list(name)):
            yield self._node(part, (*self.path, name, place), name, kind)

    def entries(self, name: str, kind: str) -> Iterator[tuple[str, Node]]:
        """An object of objects, each with its name.

        :raises InputError: something else.
        """
        value = self.get(name)
        if value is None or value == []:
            return
        if not isinstance(value, dict):
            raise self.fail(f"has no named entries for {_short(name)}.")
        for key, part in value.items():
            empty = self.document.is_yaml and isinstance(part, str) and part in _NOTHING
            title = " ".join(self._as_text(key, name).split())
            yield title, self._node({} if empty else part, (*self.path, name, key), name, kind)

    def object(self, name: str, kind: str = "") -> Node:
        """An object; one without values where there is none.

        :raises InputError: something else.
        """
        value = self.get(name)
        return self._node({} if value is None else value, (*self.path, name), name, kind or self.kind)

    def _node(self, value: Any, path: _Path, name: str, kind: str) -> Node:
        if not isinstance(value, dict):
            raise self.document.fail(path, f"has something else than an object in {_short(name)}.")
        return self.document.node(value, path, kind)

    def _list(self, name: str) -> list[Any]:
        value = self.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.fail(f"has no list for {_short(name)}.")
        return value

    def _as_text(self, value: Any, name: str) -> str:
        if value is None:
            return ""
        if isinstance(value, list | dict):
            raise self.fail(f"has a list or an object instead of a text for {_short(name)}.")
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if CONTROL.search(text):
            raise self.fail(f"holds a control character in {_short(name)}.", "Remove it.")
        return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n[ \t]*\n", text.strip()))


def of_json(opened: Opened) -> Document:
    """A JSON file as a document.

    :raises InputError: see :attr:`Opened.json`.
    """
    lines = lines_of(opened.raw) if len(opened.raw) <= MAX_LINED else {}
    return Document(opened, opened.json, lambda path: _nearest(lines, path))


def of_yaml(opened: Opened) -> Document:
    """A YAML file as a document; other tools may use aliases, within bounds.

    :raises InputError: too large, or see :func:`sphinx_aimd.yamlfile.parse`.
    """
    if len(opened.raw) > yamlfile.MAX_BYTES:
        raise opened.fail(f"is larger than {yamlfile.MAX_BYTES} bytes.", "Split the file.")
    found = yamlfile.parse(opened.text, opened.name, aliases=True)
    jsonfile.check_texts(found.data, opened.name, REMEDY)  # YAML has escapes too
    return Document(opened, found.data, found.line, is_yaml=True)


def lines_of(raw: bytes) -> dict[_Path, int]:
    """Line of each object of sound JSON, by the names and positions that lead to it."""
    lines: dict[_Path, int] = {}
    line, key = 1, b""
    path: list[Key] = []
    for found in _TOKEN.finditer(raw):
        token = raw[found.start()]
        if token in b"\n":
            line += 1
        elif token in b'"':
            key = found.group(1)
        elif token in b":":
            path[-1] = _decoded(key)
        elif token in b"{[":
            if token in b"{":
                lines[tuple(path)] = line
            path.append(0 if token in b"[" else "")
        elif token in b"}]":
            path.pop()
        elif path and isinstance(path[-1], int):
            path[-1] += 1
    return lines


def _decoded(key: bytes) -> str:
    return str(json.loads(b'"' + key + b'"')) if b"\\" in key else key.decode("utf-8", "replace")


def _nearest(lines: Mapping[_Path, int], path: _Path) -> int:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 0)


def _short(text: str) -> str:
    """A name of the file for a message."""
    text = "".join(sign if sign.isprintable() else "?" for sign in text)
    return text if len(text) <= 40 else text[:37] + "..."
