"""What an author wrote (Record) and what it means once checked (Item, Finding)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeAlias

#: A field's value: one text, or several for list kinds.
Value: TypeAlias = str | tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """Where something stands: path relative to the source folder, 1-based line (0: the whole file)."""

    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class Option(NamedTuple):
    """One option of a directive as typed; a tuple, because the environment pickles all of them in every build."""

    name: str
    value: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An item as its author typed it, nothing checked yet."""

    type: str
    title: str
    options: tuple[Option, ...]
    body: str
    location: Location
    docname: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A checked item of the trace.

    :param citation: what readers see of a clause ("GSPR 17.2"); the id of other items.
    :param links: forward links by name, targets in the order written, unresolved ones included.
    :param docname: page that holds it, empty for an item that no page shows.
    :param fingerprint: digest of the fields that carry meaning; a change makes reviewed links suspect.
    """

    id: str
    type: str
    title: str
    status: str
    fields: Mapping[str, Value]
    links: Mapping[str, tuple[str, ...]]
    location: Location
    docname: str = ""
    citation: str = ""
    fingerprint: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The field as one text, empty when it is not filled."""
        return text_of(self.fields.get(name, ""))

    def values(self, name: str) -> tuple[str, ...]:
        """The field as values: one for single kinds, none when it is not filled."""
        if name in ("id", "type", "title", "status"):
            return (getattr(self, name),)
        value = self.fields.get(name, ())
        return value if isinstance(value, tuple) else ((value,) if value else ())

    def matches(self, where: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether each named field holds at least one of its values; a value that ends in ``*`` stands for a prefix."""
        return all(
            set(self.values(name)) & set(wanted)
            or any(
                value.startswith(start[:-1]) for start in wanted if start.endswith("*") for value in self.values(name)
            )
            for name, wanted in where.items()
        )


def text_of(value: Value) -> str:
    """Text form of a value; lists by commas, or by semicolons where a part holds a comma."""
    if isinstance(value, str):
        return value
    return ("; " if any("," in part for part in value) else ", ").join(value)


class Severity(StrEnum):
    """Grade of a finding in the outputs."""

    OFF = "off"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One problem, said once.

    :param rule: id of the rule, or of the model error; the stable name to suppress it by.
    :param is_model_error: broken input rather than a gap; stops both gates.
    :param cause: where the problem starts, if not at ``item``: id of another item, or name of an input file.
    :param covers: further items that the finding is about, for example the other members of a circle.
    """

    rule: str
    severity: Severity
    item: str
    location: Location
    message: str
    remedy: str
    is_model_error: bool = False
    cause: str = ""
    covers: tuple[str, ...] = ()

    @property
    def sort_key(self) -> tuple[str, int, str, str, str]:
        return (self.location.file, self.location.line, self.rule, self.item, self.message)
