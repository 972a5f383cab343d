"""Entries of a project's traceability files laid over the shipped ones, and where each entry stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .model.item import Location
from .yamlfile import YamlFile


def places_of(stem: str, file: YamlFile) -> Iterator[tuple[tuple[str, str], Location]]:
    """Where each entry stands, by the file's part of the model and the entry's name."""
    for section, value in file.data.items():
        if isinstance(value, list):
            for position, entry in enumerate(value):
                yield (stem, entry.get("id") or entry["name"]), Location(file.name, file.line((section, position)))
        elif isinstance(value, dict):
            for name in value:
                yield (stem, name), Location(file.name, file.line((section, name)))


def lay_over(base: dict[str, Any], over: dict[str, Any], *, merge: bool = False) -> Iterator[str]:
    """Lay the entries of a project's file over the shipped ones, and name each that was changed or added.

    :param merge: lay the fields of an entry over those of the shipped one, instead of replacing it whole.
    """
    for section, value in over.items():
        if section == "schema":
            continue
        old = base.get(section)
        if isinstance(value, list):
            key = "id" if "id" in (value or old or [{}])[0] else "name"
            places = {entry[key]: position for position, entry in enumerate(old or [])}
            for entry in value:
                if entry[key] in places and isinstance(old, list):
                    old[places[entry[key]]] = {**old[places[entry[key]]], **entry} if merge else entry
                else:
                    base.setdefault(section, []).append(entry)
                yield str(entry[key])
        elif isinstance(value, dict) and isinstance(old, dict):
            for name, entry in value.items():
                old[name] = entry
                yield str(name)
        else:
            base[section] = value
            yield section
