"""Cards and tables as HTML strings: no inline style, no script, every text through one escape function."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from ..model.verdict import WORDS, Verdict
from ..views.card import Card, Reference
from ..views.table import Cell, Table

#: Characters from which a field gets the whole width of its card.
LONG_FIELD = 48

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


def table(view: Table, href: Href) -> str:
    """A whole view with its question and scope on its face."""
    head = "".join(
        f'<th scope="col" class="aimd-w{min(column.width, 6)}">{escape(column.title)}</th>' for column in view.columns
    )
    question = f'<p class="aimd-question">{escape(view.question)}</p>\n' if view.question else ""
    rows = []
    before = ""
    for row_id, row in zip(view.row_ids or ("",) * len(view.rows), view.rows, strict=True):
        css = ' class="aimd-first"' if row_id != before or not row_id else ""
        before = row_id
        rows.append(f"<tr{css}>{''.join(_cell(cell, href) for cell in row)}</tr>\n")
    body = "".join(rows) or f'<tr><td colspan="{len(view.columns)}">No rows.</td></tr>\n'
    return (
        f'<div class="aimd-view" id="view-{escape(view.id)}">\n{question}'
        f'<p class="aimd-scope">{escape(view.scope)}</p>\n'
        f'<div class="aimd-scroll" tabindex="0" role="region" aria-label="{escape(view.title)}">'
        f'<table class="aimd-table docutils"><caption>{escape(view.title)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></div>\n</div>\n"
    )


def _cell(cell: Cell, href: Href) -> str:
    if cell.verdict is None:
        return f"<td>{link(cell.target, cell.text, href)}</td>"
    shown = cell.shown
    if not cell.text:
        return f"<td>{badge(cell.verdict, shown)}</td>"
    return f"<td>{link(cell.target, cell.text, href)} {badge(cell.verdict, shown[len(cell.text) + 1 :])}</td>"


def coverage_picture(view: Table) -> str:
    """Stacked bars of the coverage table as SVG; the table beside it says the same in words."""
    verdicts = (*reversed([verdict for verdict in Verdict if verdict.counts]), Verdict.NOT_APPLICABLE, Verdict.INACTIVE)
    height, bar, left, width = 26, 16, 250, 520
    total_height = height * len(view.rows) + 8
    about = "Share of clauses by verdict for each instrument; the table below holds the numbers"
    box = f"0 0 {left + width + 60} {total_height}"
    parts = [f'<svg class="aimd-coverage" role="img" aria-labelledby="aimd-coverage-title" viewBox="{box}">']
    parts.append(f'<title id="aimd-coverage-title">{about}</title>')
    for number, row in enumerate(view.rows):
        top = number * height + 4
        total = int(row[2].text)
        label = f"{row[0].text.partition(',')[0]}, {row[1].text}"
        parts.append(f'<text x="{left - 8}" y="{top + 12}" text-anchor="end">{escape(label)}</text>')
        at = 0.0
        counts = dict(zip(Verdict, row[3:], strict=False))
        for verdict in verdicts:
            count = int(counts[verdict].text)
            if not count:
                continue
            share = width * count / total
            word = "evidence complete" if verdict is Verdict.VERIFIED else WORDS[verdict]
            parts.append(
                f'<rect class="aimd-fill-{verdict.value.replace("_", "-")}" x="{left + at:.2f}" y="{top}" '
                f'width="{share:.2f}" height="{bar}">'
                f"<title>{escape(f'{label}: {count} of {total} {word}')}</title></rect>"
            )
            if share >= 24:
                parts.append(
                    f'<text class="aimd-on-{verdict.value.replace("_", "-")}" x="{left + at + share / 2:.2f}" '
                    f'y="{top + 12}" text-anchor="middle">{count}</text>'
                )
            at += share
        parts.append(f'<text x="{left + width + 8}" y="{top + 12}">{total}</text>')
    parts.append("</svg>")
    legend = "".join(map(_legend, verdicts))
    return "".join(parts) + f'<ul class="aimd-legend">{legend}</ul>\n'


def _legend(verdict: Verdict) -> str:
    css = f"aimd-fill-{verdict.value.replace('_', '-')}"
    swatch = f'<rect class="{css}" width="10" height="10"/>'
    word = "evidence complete" if verdict is Verdict.VERIFIED else WORDS[verdict]
    return f'<li><svg class="aimd-swatch" viewBox="0 0 10 10" aria-hidden="true">{swatch}</svg> {escape(word)}</li>'
