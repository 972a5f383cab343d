"""Controlled documents and the pages of a project in; the pages and the items of each document out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .documents import REST, Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What stands in which document; those without a number are in the rest.

    :param pages: pages of each document by its id, in the order of the document.
    :param items: ids of the items that these pages define or show as cards, sorted.
    :param idle: patterns that no page matches, each with its document.
    """

    pages: Mapping[str, Sequence[str]] = field(default_factory=dict)
    items: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    idle: tuple[tuple[Document, str], ...] = ()


#: Nothing is known of pages.
NO_FILING = Filing()


def file_pages(
    documents: Iterable[Document], pages: Sequence[str], held: Mapping[str, Iterable[str]] | None = None
) -> Filing:
    """Pages of each document that the project files; those that none names are in the rest.

    A page that a document names exactly is not taken by a pattern of another; else the first document has it.

    :param pages: all pages in the order of the project.
    :param held: ids of the items that each page holds.
    """
    stated = [entry for entry in documents if entry.number and entry.id != REST]
    left = dict.fromkeys(pages)
    found: dict[str, list[str]] = {entry.id: [] for entry in stated}
    exact = {name for entry in stated for name in entry.pages}
    idle = []
    for entry in stated:
        for pattern in entry.pages:
            matches = _matcher(pattern)
            names = [name for name in left if name == pattern or (matches(name) and name not in exact)]
            if not names:
                idle.append((entry, pattern))
            for name in names:
                found[entry.id].append(name)
                del left[name]
    found[REST] = list(left)
    held = held or {}
    items = {name: {item for page in own for item in held.get(page, ())} for name, own in found.items()}
    return Filing(pages=found, items={name: tuple(sorted(ids)) for name, ids in items.items()}, idle=tuple(idle))


def _matcher(pattern: str) -> Callable[[str], object]:
    """``*`` stands for any text within a folder, ``**`` for any text."""
    parts = re.split(r"(\*\*|\*)", pattern)
    text = "".join({"**": ".*", "*": "[^/]*"}.get(part, re.escape(part)) for part in parts)
    return re.compile(text).fullmatch


def order(root: str, children: Mapping[str, Sequence[str]], pages: Iterable[str]) -> list[str]:
    """All pages in the order of the project: as toctrees name them, then the others by name.

    :param children: pages that each page's toctree names.
    """
    found: dict[str, None] = {}
    wanted = set(pages)

    def walk(page: str) -> None:
        if page not in found:
            found[page] = None
            for child in children.get(page, ()):
                walk(child)

    walk(root)
    return [page for page in [*found, *sorted(wanted - found.keys())] if page in wanted]
