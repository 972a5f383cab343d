"""Cards of items and clauses as HTML strings."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from ...model.verdict import Verdict
from ...views.card import Card, Reference
from .inline import Href, badge, link

#: Characters from which a field gets the whole width of its card.
LONG_FIELD = 48


def card_head(card: Card, href: Href, anchor: str, file_href: Callable[[str], str | None]) -> str:
    """Opening of a card, up to where its title text stands."""
    del href, file_href
    ident = f' id="{escape(anchor)}"' if anchor else ""
    label = f' aria-labelledby="{escape(anchor)}-title"' if anchor else ""
    return f'<section class="aimd-card aimd-type-{escape(card.type)}"{ident}{label}>\n'


def card_title(card: Card, anchor: str) -> tuple[str, str]:
    """What stands before and after the title text of a card."""
    ident = f' id="{escape(anchor)}-title"' if anchor else ""
    kind = f'<span class="aimd-kind">{escape(card.kind)}</span> '
    permalink = f' <a class="headerlink" href="#{escape(anchor)}" title="Link to this item">#</a>' if anchor else ""
    status = f' <span class="aimd-status">{escape(card.status)}</span>' if card.status else ""
    return (
        f'<p class="aimd-title"{ident}>{kind}<strong>',
        f"</strong>{permalink} {badge(card.verdict, card.word)}{status}</p>\n",
    )


def card_reasons(card: Card) -> str:
    """Why the verdict is not better."""
    if not card.reasons:
        return ""
    rows = "".join(f"<li>{escape(reason)}</li>" for reason in card.reasons)
    return f'<details class="aimd-reasons" open><summary>What is open</summary><ul>{rows}</ul></details>\n'


def card_tail(card: Card, href: Href, file_href: Callable[[str], str | None]) -> str:
    """Fields, links, results and the end of a card."""
    parts = []
    if card.fields:
        rows = []
        for title, text in card.fields:
            address = file_href(text)
            shown = f'<a href="{escape(address)}">{escape(text)}</a>' if address else _paragraphs(text)
            css = ' class="aimd-long"' if len(text) > LONG_FIELD else ""
            rows.append(f"<div{css}><dt>{escape(title)}</dt><dd>{shown}</dd></div>")
        parts.append(f'<dl class="aimd-fields simple">{"".join(rows)}</dl>\n')
    if card.links:
        rows = [f"<div><dt>{escape(title)}</dt><dd>{_references(ends, href)}</dd></div>" for title, ends in card.links]
        parts.append(f'<dl class="aimd-links simple">{"".join(rows)}</dl>\n')
    if card.results:
        rows = [
            f'<li id="{escape(result.id)}">{escape(result.label)} {escape(result.title)} '
            f"{badge(result.verdict or Verdict.MISSING, result.word)} <small>{escape(result.note)}</small></li>"
            for result in card.results
        ]
        parts.append(f'<p class="aimd-results-title">Results</p><ul class="aimd-results">{"".join(rows)}</ul>\n')
    parts.append("</section>\n")
    return "".join(parts)


def _references(ends: tuple[Reference, ...], href: Href) -> str:
    rows = []
    for end in ends:
        shown = link(end.id, f"{end.label} {end.title}".strip(), href)
        word = badge(end.verdict or Verdict.MISSING, end.word)
        note = f" <small>{escape(end.note)}</small>" if end.note else ""
        rows.append(f"<li>{shown} {word}{note}</li>")
    return f"<ul>{''.join(rows)}</ul>"


def _paragraphs(text: str) -> str:
    return "<br>".join(escape(part) for part in text.splitlines())
