"""Digest of what an item means: the fields marked ``meaning``, the title and the files they name."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .item import Value

if TYPE_CHECKING:
    from ..tracemodel import Field
    from .inputs import FileFact

DIGITS = 32


def fingerprint(
    type_name: str,
    title: str,
    fields: Mapping[str, Value],
    spec: Mapping[str, Field],
    files: Mapping[str, FileFact],
) -> str:
    """Fingerprint of an item.

    White space and Unicode form do not matter; a file named by a path field counts by its hash.

    :return: ``sha256:`` and the first 32 hex digits.
    """
    meaning: dict[str, object] = {}
    for name, value in fields.items():
        field = spec.get(name)
        if field is None or not field.meaning or not value:
            continue
        meaning[name] = _plain(value)
        if field.kind == "path" and isinstance(value, str) and value in files:
            meaning[f"{name} sha256"] = files[value].sha256
    data = [type_name, _plain(title), meaning]
    text = json.dumps(data, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode("ascii")).hexdigest()[:DIGITS]


def _plain(value: Value) -> object:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return unicodedata.normalize("NFC", " ".join(value.split()))
