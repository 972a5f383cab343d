"""Pages of labels in, pages.json out, and back: the place of each item in the PDF, for the other formats."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...views.places import NOT_BUILT, OTHER_STATE, UNREADABLE
from ..files import write_text

SCHEMA = "urn:sphinx-aimd:pages:1"


def write(path: Path, state: str, places: Mapping[str, tuple[str, str, int]]) -> bool:
    """Write pages.json.

    :param state: digest of the sources that the PDF was made from.
    :param places: file name, heading and page of each item, by id.
    :return: whether the file changed.
    """
    items = {
        item: {"document": file, "section": section, "page": page}
        for item, (file, section, page) in sorted(places.items())
    }
    text = json.dumps({"schema": SCHEMA, "state": state, "items": items}, ensure_ascii=False, indent=1)
    return write_text(path, text + "\n")


def read(path: Path | None, state: str) -> Mapping[str, Any] | str:
    """Places of items in the PDF, or why there are none.

    :param state: digest of the sources of this build; pages of a PDF of other sources would mislead.
    """
    if path is None or not path.is_file():
        return NOT_BUILT
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        items = {
            name: {key: place[key] for key in ("document", "section", "page")} for name, place in data["items"].items()
        }
        return items if data["state"] == state else OTHER_STATE
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return UNREADABLE
