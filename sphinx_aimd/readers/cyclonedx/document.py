"""An opened file in, a document valid by its schema out: the shape of the JSON form, whichever form the file has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs

from ...model.item import Location
from ...yamlfile import InputError
from ..opened import Opened
from .fromxml import Converter
from .schemas import VERSIONS, validator

REMEDY = "Write the file again with the tool that made it, or check it with the tool cyclonedx-cli."
#: Texts and opening brackets of JSON; possessive, so that no text makes the scan longer than itself.
_TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[{]', re.DOTALL)
_LOCATED = ("component", "components", "vulnerabilities")


@dataclass(frozen=True, kw_only=True)
class Document:
    """A valid CycloneDX document.

    :param data: in the shape of the JSON form.
    :param form: JSON or XML.
    :param timestamp: of the metadata, as it stands in the file.
    :param lines: line of each component and vulnerability, by the ``id()`` of its object in ``data``.
    :param left: what stands in an XML file and was not taken into ``data``, by owner and name.
    """

    opened: Opened
    data: dict[str, Any]
    version: str
    form: str
    timestamp: str = ""
    lines: dict[int, int] = field(default_factory=dict)
    left: Counter[tuple[str, str]] = field(default_factory=Counter)

    def location(self, value: object) -> Location:
        """Place of a component or vulnerability of ``data``."""
        return Location(self.opened.name, self.lines.get(id(value), 0))


def open_document(opened: Opened) -> Document:
    """Parse and check a file.

    :raises InputError: malformed, of another version, or not valid by the schema of its version.
    """
    if opened.raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return _from_xml(opened)
    data = opened.json
    if not isinstance(data, dict):
        raise opened.fail("is no CycloneDX document: it holds no object.", REMEDY, 1)
    version = _version(opened, data.get("specVersion"))
    _check(opened, data, version, {})
    timestamp = data.get("metadata", {}).get("timestamp", "")
    lines = lines_of(opened.raw, data, _LOCATED)
    return Document(opened=opened, data=data, version=version, form="JSON", timestamp=timestamp, lines=lines)


def _from_xml(opened: Opened) -> Document:
    converter = Converter(opened)
    version = _version(opened, converter.version)
    data = converter.document()
    _check(opened, data, version, converter.lines)
    return Document(
        opened=opened,
        data=data,
        version=version,
        form="XML",
        timestamp=converter.timestamp,
        lines=converter.lines,
        left=converter.left,
    )


def _version(opened: Opened, stated: object) -> str:
    if isinstance(stated, str) and stated in VERSIONS:
        return stated
    what = f"is CycloneDX {stated[:20]!r}" if isinstance(stated, str) else "names no version of CycloneDX"
    remedy = "Convert it with the tool cyclonedx-cli, or let the tool that made it write one of these."
    raise opened.fail(f"{what}; versions {VERSIONS[0]} to {VERSIONS[-1]} are read.", remedy, 1)


def _check(opened: Opened, data: dict[str, Any], version: str, lines: dict[int, int]) -> None:
    try:
        validator(version).validate(data)  # stops at the first fault; to list all of a large file takes gigabytes
    except jsonschema_rs.ValidationError as error:
        raise _fault(opened, data, version, lines, error) from None


def _fault(
    opened: Opened, data: dict[str, Any], version: str, lines: dict[int, int], fault: jsonschema_rs.ValidationError
) -> InputError:
    lines = lines or lines_of(opened.raw, data)
    path = list(fault.instance_path)
    place, line = "/".join(map(str, path)), lines.get(id(data), 0)
    value: Any = data
    for step in path:
        value = value[step]
        line = lines.get(id(value), line) if isinstance(value, dict | list) else line
    message = fault.message if len(fault.message) <= 200 else f"{fault.message[:60]} ... {fault.message[-130:]}"
    what = f"is no valid CycloneDX {version}: {place[:120] or 'the document'}: {' '.join(message.split())}."
    return opened.fail(what, REMEDY, line)


def lines_of(raw: bytes, data: dict[str, Any], keys: Collection[str] = ()) -> dict[int, int]:
    """Line on which each object and list of a JSON document begins, by its ``id()``; one pass over the file.

    :param keys: keys below which objects are wanted; none: all.
    """
    found: dict[int, int] = {}
    line, counted = 1, 0
    todo: list[tuple[Any, str]] = [(data, "")]
    for token in _TOKENS.finditer(raw):
        start = token.start()
        if raw[start] == ord('"'):
            continue
        value, key = todo.pop()
        if not keys or key in keys:
            line += raw.count(b"\n", counted, start)
            counted = start
            found[id(value)] = line
        inner = value.items() if isinstance(value, dict) else ((key, entry) for entry in value)
        todo += reversed([(entry, name) for name, entry in inner if isinstance(entry, dict | list)])
    return found
