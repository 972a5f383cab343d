"""Pages of a document in, its chapters with what they stand under and the views that follow them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...documents import EVERY_OTHER, Document


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of a document, and the titles of the pages of the same document that it stands under."""

    docname: str
    above: tuple[str, ...]


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
