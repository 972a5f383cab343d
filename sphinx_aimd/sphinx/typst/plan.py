"""Documents and pages of a project in, the pages of each document in order out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...documents import EVERY_OTHER, REST, Document


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of a document, and the titles of the pages of the same document that it stands under."""

    docname: str
    above: tuple[str, ...]


def assigned(
    documents: Iterable[Document], pages: Sequence[str]
) -> tuple[dict[str, list[str]], list[tuple[Document, str]]]:
    """Pages of each document that the project files, by its id; those that none names are in the rest.

    A page that a document names exactly is not taken by a pattern of another; else the first document has it.

    :param pages: all pages in the order of the project.
    :return: also each pattern that no page matches, with its document.
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
    return found, idle


def _matcher(pattern: str) -> Callable[[str], object]:
    """``*`` stands for any text within a folder, ``**`` for any text."""
    parts = re.split(r"(\*\*|\*)", pattern)
    text = "".join({"**": ".*", "*": "[^/]*"}.get(part, re.escape(part)) for part in parts)
    return re.compile(text).fullmatch


def nested(
    pages: Sequence[str], children: Mapping[str, Sequence[str]], root: str, titles: Mapping[str, str]
) -> list[Page]:
    """Pages of one document with what they stand under: what a page's toctree names follows it.

    :param children: pages that each page's toctree names.
    :param root: the root document, whose pages are chapters beside it.
    """
    wanted = set(pages)
    named = {child for page in pages if page != root for child in children.get(page, ()) if child in wanted}
    found: list[Page] = []
    seen: set[str] = set()

    def walk(page: str, above: tuple[str, ...]) -> None:
        if page in seen:
            return
        seen.add(page)
        found.append(Page(docname=page, above=above))
        if page != root:
            title = titles.get(page, page)
            for child in children.get(page, ()):
                if child in wanted:
                    walk(child, (*above, title) if title else above)

    for page in pages:
        if page not in named:
            walk(page, ())
    for page in pages:  # pages that only name each other
        walk(page, ())
    return found


def order(root: str, children: Mapping[str, Sequence[str]], pages: Iterable[str]) -> list[str]:
    """All pages in the order of the project: as toctrees name them, then the others by name."""
    found: dict[str, None] = {}

    def walk(page: str) -> None:
        if page not in found:
            found[page] = None
            for child in children.get(page, ()):
                walk(child)

    walk(root)
    return [page for page in [*found, *sorted(set(pages) - found.keys())] if page in set(pages)]


def views_of(document: Document, shown_here: set[str], shown: set[str], every: Sequence[str]) -> list[str]:
    """Views that follow the pages of a document.

    :param shown_here: views that its pages show.
    :param shown: views that pages or other documents show.
    :param every: all views, in order.
    """
    listed = [view for view in document.views if view != EVERY_OTHER and view not in shown_here]
    if EVERY_OTHER in document.views:
        listed += [view for view in every if view not in shown and view not in listed]
    return listed
