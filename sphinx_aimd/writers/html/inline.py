"""Verdicts and links inside a line of HTML."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from ...model.verdict import Verdict
from ...views.table import Rows

#: Address of an item as seen from the page that is written, or nothing when it has no place.
Href = Callable[[str], str | None]
#: Address of the rows behind a figure, or nothing when no page lists them.
RowsHref = Callable[[Rows], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where things stand as seen from the page that is written; nothing where they have no place.

    :param item: card of an item or clause, by its id.
    :param file: copy of an evidence file, by the text that a card shows.
    :param rows: the rows behind a figure.
    :param trace: trace page of an item or clause, by its id.
    :param edit: place where the author edits an item, by file and line.
    """

    item: Href
    file: Href
    rows: RowsHref
    trace: Href
    edit: Callable[[str, int], str | None]


def web_link(address: str) -> str:
    """An address outside as a link; ``views`` have seen to it that it is a plain one."""
    return f'<a class="reference external" href="{escape(address)}" rel="noreferrer">{escape(address)}</a>'


def verdict_class(verdict: Verdict) -> str:
    """Class of a verdict in style sheets."""
    return f"aimd-{verdict.value.replace('_', '-')}"


def badge(verdict: Verdict, text: str) -> str:
    """A verdict as a word; the colour only repeats it."""
    return f'<span class="aimd-verdict {verdict_class(verdict)}">{escape(text)}</span>'


def link(target: str, text: str, href: Href, key: str = "") -> str:
    """Text that leads to an item, or plain text when the item has no place.

    :param key: key of the keyboard that follows the link, see ``find.js``.
    """
    address = href(target) if target else None
    if address is None:
        return escape(text)
    mark = f' data-key="{key}"' if key else ""
    return f'<a class="reference internal" href="{escape(address)}"{mark}>{escape(text)}</a>'
