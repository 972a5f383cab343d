"""docutils nodes of ours: an item's card and a view's table; each format renders them from the same neutral values."""

from __future__ import annotations

from docutils import nodes


class aimd_item(nodes.General, nodes.Element):  # noqa: N801 - docutils names nodes in lower case
    """A card. Attributes: ``item`` (id), ``ids``. Children: ``aimd_title`` and then the parsed body."""


class aimd_title(nodes.General, nodes.TextElement):  # noqa: N801
    """Id and title of a card as text, so that a search index finds them."""


class aimd_clauses(nodes.General, nodes.Element):  # noqa: N801
    """Cards that no author writes: of clauses, and of items that readers make of files.

    Attributes: ``instrument`` and ``clauses`` (ids, in order; empty: all of them), or ``types`` of items.
    """


class aimd_view(nodes.General, nodes.Element):  # noqa: N801
    """A table. Attributes: ``view`` (id of the view)."""
