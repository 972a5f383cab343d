"""What a CycloneDX file holds and nobody here uses, counted in words, so that nothing is dropped silently."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from ...model.nouns import singular
from ..leftovers import Leftovers

if TYPE_CHECKING:
    from .document import Document

#: Keys that are used, each with the keys used below it; an empty one: all that is below it.
Used: TypeAlias = Mapping[str, "Used"]


def used(*keys: str, **below: Used) -> Used:
    """Keys that are used entirely, and those of which only a part is."""
    return {**{key: {} for key in keys}, **below}


_METADATA = used(
    "timestamp",
    "tools",
    "component",
    authors=used("name"),
    supplier=used("name"),
    manufacture=used("name"),
    manufacturer=used("name"),
    lifecycles=used("phase", "name"),
)
_DOCUMENT = {"$schema", "bomFormat", "specVersion", "serialNumber", "version", "metadata"} | {
    *("components", "dependencies", "compositions", "vulnerabilities")
}


class Left(Leftovers):
    """Counts also what stands beside known keys, and what the form in XML was left with."""

    def __init__(self, start: Mapping[tuple[str, str], int]) -> None:
        super().__init__()
        for (owner, name), number in start.items():
            if owner:
                name = words(name) if owner == "bom" else f"{_many(words(owner))} with {words(name)}"  # noqa: PLW2901
            self.add(name, number)

    def unused(self, owner: str, value: Mapping[str, Any], known: Used) -> None:
        """Count a component or the like for each of its keys that is not used.

        :param owner: what it is, plural.
        """
        for name in dict.fromkeys(_unused(value, known)):
            self.add(f"{owner} with {name}")

    def of_document(self, document: Document) -> None:
        """Count what stands beside components, dependencies and vulnerabilities."""
        for key, value in document.data.items():
            if key not in _DOCUMENT:
                self.add(words(key), len(value) if isinstance(value, list) else 1)
        for name in dict.fromkeys(_unused(document.data.get("metadata", {}), _METADATA)):
            self.add(f"{name} of the metadata")


def words(key: str) -> str:
    """``external references`` for ``externalReferences``."""
    found = " ".join(re.findall(r"[A-Z]{2,}(?![a-z])|[A-Za-z][a-z]*|\d+", key)).lower() or key
    return found.replace("license", "licence")


def _unused(value: Mapping[str, Any], known: Used) -> Iterator[str]:
    for key, inner in value.items():
        if key not in known:
            if key != "bom-ref" and inner not in ({}, [], ""):
                yield words(key)
        elif known[key]:
            entries: Iterable[Any] = inner if isinstance(inner, list) else [inner]
            for entry in entries:
                if isinstance(entry, dict):
                    owner = singular(words(key))
                    yield from (f"{owner} {name.removeprefix(f'{owner} ')}" for name in _unused(entry, known[key]))


def _many(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
