"""The schemas of CycloneDX that come with cyclonedx-python-lib, compiled; they refer to nothing outside it.

The library's own reader is not used. Of the test files that come with it, it refuses 15 that are valid, takes 84
invalid ones in XML, and keeps equal components once; a bill of materials must say all that its file says.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

NAMESPACE = "http://cyclonedx.org/schema/bom/"
VERSIONS = ("1.2", "1.3", "1.4", "1.5", "1.6", "1.7")
#: 1.2 and 1.3 have a second schema that refuses what it does not know; later ones always do.
_STRICT = ("1.2", "1.3")
_SHARED = ("spdx", "jsf-0.82", "cryptography-defs")
#: Not asked: a blank in the address of a web page is no reason to refuse a bill of materials.
_UNASKED = ("iri-reference", "idn-email", "email")


@cache
def validator(version: str) -> Any:
    """Validator of one version, from :data:`VERSIONS`."""
    shared = [(f"http://cyclonedx.org/schema/{_name(name)}", _load(_name(name))) for name in _SHARED]
    schema = _load(_name(f"bom-{version}-strict" if version in _STRICT else f"bom-{version}"))
    return jsonschema_rs.Draft7Validator(schema, registry=jsonschema_rs.Registry(shared), validate_formats=True)


def _name(name: str) -> str:
    return f"{name}.SNAPSHOT.schema.json"


def _load(name: str) -> Any:
    schema = json.loads((files("cyclonedx.schema") / "_res" / name).read_text(encoding="utf-8"))
    todo = [schema]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            if node.get("format") in _UNASKED:
                del node["format"]
            todo += node.values()
        elif isinstance(node, list):
            todo += node
    return schema
