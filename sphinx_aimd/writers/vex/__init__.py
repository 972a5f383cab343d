"""What is said of vulnerabilities in one release in; CycloneDX, OpenVEX, CSAF and a draft for users out."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import quote

from ...model.vex import VexComponent

#: Names made from content lie below this one, so that the same content has the same name everywhere.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:sphinx-aimd:vex")
#: Said where an affected item states no action; formats demand one, and none is made up.
NO_ACTION = "The maker states no action yet."


def bom_link(part: VexComponent) -> str:
    """A component by the serial number of its bill of materials and its key there; empty without a CycloneDX bill."""
    serial = part.serial.removeprefix("urn:uuid:")
    if serial == part.serial or not part.ref:
        return ""
    return f"urn:cdx:{serial}/{part.revision or '1'}#{quote(part.ref, safe='')}"


def content_uuid(content: Any) -> uuid.UUID:
    """A version 5 UUID of plain data: the same content, the same name."""
    return uuid.uuid5(NAMESPACE, json.dumps(content, sort_keys=True, ensure_ascii=False))


def as_text(data: Any) -> str:
    """JSON as the documents are written."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
