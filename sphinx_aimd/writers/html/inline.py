"""Verdicts and links inside a line of HTML."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from ...model.verdict import Verdict

#: Address of an item as seen from the page that is written, or nothing when it has no place.
Href = Callable[[str], str | None]


def badge(verdict: Verdict, text: str) -> str:
    """A verdict as a word; the colour only repeats it."""
    return f'<span class="aimd-verdict aimd-{verdict.value.replace("_", "-")}">{escape(text)}</span>'


def link(target: str, text: str, href: Href, title: str = "") -> str:
    """Text that leads to an item, or plain text when the item has no place."""
    address = href(target) if target else None
    if address is None:
        return escape(text)
    tip = f' title="{escape(title)}"' if title else ""
    return f'<a class="reference internal" href="{escape(address)}"{tip}>{escape(text)}</a>'
