"""What readers of vulnerability data share: shapes to check, texts to clean, and the count of what is left."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

import jsonschema_rs

from .. import jsonfile
from ..model.advisory import Rating
from ..model.bom import Source
from ..model.scores import NoScore, rating
from ..model.values import CONTROL, is_date
from .known import Known
from .leftovers import Leftovers
from .opened import Opened

TEXT: dict[str, Any] = {"type": "string"}
#: A text that says something.
WORD: dict[str, Any] = {"type": "string", "pattern": "\\S"}
NUMBER: dict[str, Any] = {"type": ["number", "string"]}
#: A CVSS object: its other members repeat the vector, and a score is computed, so none of them is left.
VECTOR: dict[str, Any] = {
    "type": "object",
    "properties": {"vectorString": TEXT},
    "required": ["vectorString"],
    "$comment": "read whole",
}
REMEDY = "Write the file again with the tool that made it, or ask its maker for a valid one."


def obj(*needed: str, **properties: Any) -> dict[str, Any]:
    """Shape of an object: what is read of it, and what of that must be there."""
    return {"type": "object", "properties": properties, "required": list(needed)}


def many(items: Mapping[str, Any]) -> dict[str, Any]:
    """Shape of a list."""
    return {"type": "array", "items": dict(items)}


def checker(schema: Mapping[str, Any]) -> Any:
    """Validator of a shape, made once."""
    return jsonschema_rs.validator_for({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


def check(opened: Opened, data: Any, validator: Any, what: str) -> None:
    """Refuse what has not the shape that is read.

    :raises InputError: with the place of the first fault.
    """
    jsonfile.check(data, validator, opened.name, what, REMEDY)


def is_json(opened: Opened) -> bool:
    """Whether a file calls itself JSON."""
    return opened.name.casefold().removesuffix(".gz").endswith(".json")


def clean(text: str) -> str:
    """A text on one line, without characters that no output can hold."""
    return " ".join(CONTROL.sub("\ufffd", text).split())


def prose(text: str) -> str:
    """A text of several paragraphs, without characters that no output can hold."""
    return "\n\n".join(part for part in (clean(part) for part in re.split(r"\n[ \t\r]*\n", text)) if part)


def day(moment: str) -> str:
    """The day of a moment as formats write it (RFC 3339), or nothing if it begins with no date."""
    return moment[:10] if is_date(moment[:10]) and moment[10:11] in ("", "T", "t", " ") else ""


def instant(moment: str) -> str:
    """A moment of RFC 3339 in UTC, in a form whose order is that of time; nothing where it names no offset."""
    try:
        found = datetime.datetime.fromisoformat(moment)
        return found.astimezone(datetime.UTC).isoformat(timespec="microseconds") if found.tzinfo else ""
    except (ValueError, OverflowError):
        return ""


def source(
    opened: Opened, known: Known, *, kind: str, form: str, date: str, about: str, counts: Mapping[str, int], left: Left
) -> Source:
    """Provenance of a file; a date of the configuration fills only what the file does not say."""
    return Source(
        path=opened.name,
        sha256=opened.sha256,
        kind=kind,
        format=form,
        date=date or known.date,
        about=clean(about),
        counts=dict(counts),
        left=left.words(),
    )


class Left(Leftovers):
    """Counts also what stands beside a shape, and what rates nothing."""

    def unread(self, data: Any, schema: Mapping[str, Any], root: Mapping[str, Any] | None = None) -> None:
        """Count every key that a shape does not name, by its path; a list counts as its entries."""
        root = root or schema
        todo: list[tuple[Any, Mapping[str, Any], str]] = [(data, schema, "")]
        while todo:
            value, shape, path = todo.pop()
            if "$ref" in shape:
                shape = root["$defs"][shape["$ref"].rpartition("/")[2]]
            if isinstance(value, dict):
                properties: Mapping[str, Any] | None = shape.get("properties")
                if properties is None or shape.get("$comment") == "read whole":
                    continue
                for key, inner in value.items():
                    below = f"{path}/{key}" if path else key
                    if key in properties:
                        todo.append((inner, properties[key], path if "$ref" in properties[key] else below))
                    elif inner not in (None, "", [], {}):
                        self.add(f"values of {clean(below)[:120]}", len(inner) if isinstance(inner, list) else 1)
            elif isinstance(value, list) and "items" in shape:
                todo += [(inner, shape["items"], path) for inner in value]

    def rate(self, vector: str, by: str = "") -> tuple[Rating, ...]:
        """The rating of a vector, or none of a text that is no vector, which is counted."""
        found = rating(clean(vector), clean(by))
        if isinstance(found, NoScore):
            self.add("scores without a valid CVSS vector")
            return ()
        return (found,)


def lines_of(opened: Opened, *keys: str) -> dict[str, int]:
    """First line of each text that stands under one of the keys, in one pass over the file."""
    names = "|".join(map(re.escape, keys))
    pattern = re.compile(rf'"(?:{names})"\s*+:\s*+("(?:[^"\\]|\\.)*+")'.encode(), re.DOTALL)
    found: dict[str, int] = {}
    line, done = 1, 0
    for match in pattern.finditer(opened.raw):
        line += opened.raw.count(b"\n", done, match.start(1))
        done = match.start(1)
        text = json.loads(match[1]) if b"\\" in match[1] else match[1][1:-1].decode("utf-8", "replace")
        found.setdefault(text, line)
    return found


def unique(texts: Iterable[str]) -> tuple[str, ...]:
    """Texts once each, in order, without empty ones."""
    return tuple(dict.fromkeys(text for text in texts if text))


def bom_link(text: str) -> tuple[str, str, str] | None:
    """Serial number, version and reference of a link into a CycloneDX file (``urn:cdx:SERIAL/VERSION#REF``)."""
    head, _, ref = text.partition("#")
    serial, _, revision = head.removeprefix("urn:cdx:").partition("/")
    return (f"urn:uuid:{serial}", revision, clean(unquote(ref))) if head.startswith("urn:cdx:") and ref else None
