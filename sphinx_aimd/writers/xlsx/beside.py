"""Where the files lie that are delivered beside the workbook, and what an item's sheet row says of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...model.item import Item
from ...model.trace import Trace
from ...views.cards import approved_copy

#: An address relative to the workbook by a name, or nothing where no such file is delivered.
Address = Callable[[str], str | None]


def nowhere(_name: str) -> None:
    """No file is delivered."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Addresses relative to the workbook, percent-encoded.

    :param item: place of an item in the HTML pages, by its id.
    :param evidence: copy of an evidence file, by the path that the item states.
    :param pdf: a PDF file, by its name.
    """

    item: Address = nowhere
    evidence: Address = nowhere
    pdf: Address = nowhere

    def in_pdf(self, document: str, item_id: str) -> str | None:
        """Place of an item in a PDF file, by the destination that bears its id."""
        file = self.pdf(document)
        return f"{file}#nameddest={item_id}" if file else None

    def evidence_of(self, trace: Trace, item: Item) -> tuple[str, str | None]:
        """The evidence file of an item in words, and where it lies; its first one, if it has several."""
        if item.type == "evidence":
            return self._record(trace, item)
        records = sorted({end.id for end in trace.graph.targets(item.id, "evidenced_by")})
        if not records:
            return "", None
        text, address = self._record(trace, trace.items[records[0]])
        more = f"; {len(records) - 1} more" if len(records) > 1 else ""
        return f"{records[0]}: {text}{more}", address

    def _record(self, trace: Trace, item: Item) -> tuple[str, str | None]:
        path = item.text("path")
        if approved_copy(trace, item):
            return path, self.evidence(path)
        number, revision = item.text("document_number") or "?", item.text("revision") or "?"
        return f"held by the maker, document {number} rev {revision}", None
