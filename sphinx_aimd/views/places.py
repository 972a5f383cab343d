"""Where items stand in the PDF: document, section and page of a build of the same state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from .table import EMPTY, Cell

NOT_BUILT = "PDF not built"
OTHER_STATE = "PDF is of another state of the file"
UNREADABLE = "pages.json of the PDF cannot be read"
NOT_THERE = "not in the PDF"


class Places:
    """Places by item, read when the first is asked for."""

    def __init__(self, read: Callable[[], Mapping[str, Any] | str] | None = None) -> None:
        """Wrap what pages.json says.

        :param read: the items of pages.json, or one text that says why there are none; nothing: no PDF is known.
        """
        self._read = read or (lambda: NOT_BUILT)

    @cached_property
    def known(self) -> Mapping[str, Any] | str:
        """Document, section and page by item, or why they are not known."""
        return self._read()

    def text(self, item_id: str) -> str:
        """The place of an item in words."""
        if isinstance(self.known, str):
            return self.known
        place = self.known.get(item_id)
        return f"{place['document']}, {place['section']}, page {place['page']}" if place else NOT_THERE

    def cell(self, item_id: str) -> Cell:
        """The cell that gives the place of an item."""
        return Cell(self.text(item_id), item_id, is_place=True) if item_id else EMPTY
