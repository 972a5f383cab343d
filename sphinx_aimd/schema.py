"""JSON Schema in, located errors out: one place that validates data files."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

from .yamlfile import InputError, Key, YamlFile


@cache
def schema(package: str, name: str) -> Any:
    """Schema shipped in one of our packages.

    :param package: ``requirements`` or ``traceability``.
    :param name: file name.
    """
    return json.loads(files(f"sphinx_aimd.{package}").joinpath(name).read_text(encoding="utf-8"))


@cache
def _validator(package: str, name: str, definition: str) -> Any:
    root = dict(schema(package, name))
    if definition:
        root["$ref"] = f"#/$defs/{definition}"
    return jsonschema_rs.validator_for(root)


def check(file: YamlFile, package: str, name: str, definition: str = "") -> None:
    """Validate a file against a shipped schema.

    :param definition: name below ``$defs`` that the file must match; the schema itself by default.
    :raises InputError: at the line of the first fault in the file.
    """
    errors = list(_validator(package, name, definition).iter_errors(file.data))
    if not errors:
        return
    located = []
    for error in errors:
        path: tuple[Key, ...] = tuple(error.instance_path)
        located.append((file.line(path), "/".join(map(str, path)) or "the file", error.message))
    line, place, message = min(located)
    raise InputError(file.name, line, f"{place}: {message}.", f"See {name} for what is allowed.")
