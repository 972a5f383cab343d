"""Review records: what an approved item and its links meant when they were reviewed (ISO 13485 7.3.5, 7.3.9)."""

from __future__ import annotations

from collections.abc import Iterable

from .graph import Graph
from .inputs import Review


def review_now(graph: Graph, ids: Iterable[str], *, on: str, role: str) -> dict[str, Review]:
    """Records of a review of these items as they stand.

    :param on: date of the review.
    :param role: role of the reviewer; a person's name belongs to the signature record.
    """
    found = {}
    for item_id in ids:
        item = graph.items[item_id]
        targets = sorted({target for targets in item.links.values() for target in targets})
        links = {target: graph.items[target].fingerprint for target in targets if target in graph.items}
        found[item_id] = Review(fingerprint=item.fingerprint, on=on, role=role, links=links)
    return found
