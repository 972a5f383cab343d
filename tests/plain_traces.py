"""Small files of the form of trace.json, for commands that take one: items as plain data, written as a build would."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Item = dict[str, Any]


def item(item_id: str, kind: str, links: dict[str, list[str]] | None = None, **more: Any) -> Item:
    """An approved, verified item; status, verdict, title and reasons may be given, all else is a field."""
    own = {name: more.pop(name) for name in ("status", "verdict", "title", "reasons") if name in more}
    plain = {"title": f"Title of {item_id}", "status": "approved", "verdict": "verified", "reasons": []}
    place = {"location": {"file": "dhf.rst", "line": 1}, "fingerprint": "sha256:0"}
    return {"id": item_id, "type": kind, **plain, **own, **place, "fields": more, "links": links or {}}


def document(items: Iterable[Item], as_of: str = "2026-11-02") -> dict[str, Any]:
    """Content of a trace.json with these items."""
    return {
        "schema": "urn:sphinx-aimd:trace:1",
        "tool": {"name": "sphinx-aimd", "version": "0"},
        "project": "Example implant 2.1",
        "state": "",
        "version_under_review": "2.1",
        "as_of": as_of,
        "gate": "report",
        "overlaid": [],
        "items": sorted(items, key=lambda one: one["id"]),
        "clauses": [],
        "findings": [],
        "views": [],
    }


def write(path: Path, items: Iterable[Item], as_of: str = "2026-11-02") -> Path:
    """Write a trace.json."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document(items, as_of)), "utf-8")
    return path
