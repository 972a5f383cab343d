"""Cards of items and clauses as HTML strings."""

from __future__ import annotations

from html import escape

from ...model.verdict import Verdict
from ...views.card import Card, Reference
from .inline import Addresses, Href, badge, link, web_link

#: Characters from which a field gets the whole width of its card.
LONG_FIELD = 48


def card_head(card: Card, anchor: str) -> str:
    """Opening of a card, up to where its title text stands."""
    ident = f' id="{escape(anchor)}"' if anchor else ""
    label = f' aria-labelledby="{escape(anchor)}-title"' if anchor else ""
    return f'<section class="aimd-card aimd-type-{escape(card.type)}"{ident}{label}>\n'


def card_title(card: Card, anchor: str, to: Addresses) -> tuple[str, str]:
    """What stands before and after the title text of a card."""
    ident = f' id="{escape(anchor)}-title"' if anchor else ""
    kind = f'<span class="aimd-kind">{escape(card.kind)}</span> '
    permalink = f' <a class="headerlink" href="#{escape(anchor)}" title="Link to this item">#</a>' if anchor else ""
    status = f' <span class="aimd-status">{escape(card.status)}</span>' if card.status else ""
    tools = _tool(to.trace(card.id), "Trace", f" of {card.label}", "t")
    tools += _tool(to.edit(card.file, card.line) if card.file else None, "Edit", f" {card.label}", "")
    return (
        f'<p class="aimd-title"{ident}>{kind}<strong>',
        f"</strong>{permalink} {badge(card.verdict, card.word)}{status}{tools}</p>\n",
    )


def _tool(address: str | None, text: str, more: str, key: str) -> str:
    """A link in the title row; ``more`` completes its text for those who hear it."""
    if address is None:
        return ""
    mark = f' data-key="{key}"' if key else ""
    hidden = f'<span class="aimd-hidden">{escape(more)}</span>'
    return f' <a class="aimd-tool" href="{escape(address)}"{mark}>{text}{hidden}</a>'


def card_reasons(card: Card) -> str:
    """Why the verdict is not better."""
    if not card.reasons:
        return ""
    rows = "".join(f"<li>{escape(reason)}</li>" for reason in card.reasons)
    return f'<details class="aimd-reasons" open><summary>What is open</summary><ul>{rows}</ul></details>\n'


def card_findings(card: Card) -> str:
    """Findings on the item itself; those that a build warns of are open."""
    if not card.findings:
        return ""
    rows = "".join(
        f'<li><strong class="aimd-grade">{escape(found.grade)}</strong> {escape(found.message)} '
        f"{escape(found.remedy)} <small>{escape(found.place)}, {escape(found.rule)}</small></li>"
        for found in card.findings
    )
    is_open = " open" if any(found.is_urgent for found in card.findings) else ""
    return (
        f'<details class="aimd-findings"{is_open}><summary>Findings ({len(card.findings)})</summary>'
        f"<ul>{rows}</ul></details>\n"
    )


def card_tail(card: Card, to: Addresses) -> str:
    """Fields, links, results and the end of a card."""
    parts = []
    evidence_key = ' data-key="e"'
    if card.fields:
        rows = []
        for title, text in card.fields:
            address = to.file(text)
            shown = "<br>".join(web_link(line) if line in card.web else escape(line) for line in text.splitlines())
            if address:
                shown = f'<a href="{escape(address)}"{evidence_key}>{escape(text)}</a>'
                evidence_key = ""
            css = ' class="aimd-long"' if len(text) > LONG_FIELD else ""
            rows.append(f"<div{css}><dt>{escape(title)}</dt><dd>{shown}</dd></div>")
        parts.append(f'<dl class="aimd-fields simple">{"".join(rows)}</dl>\n')
    if card.links:
        keys = {card.up: "u", card.down: "d", card.evidence: "e"}
        if evidence_key == "":
            keys.pop(card.evidence)
        rows = [
            f"<div><dt>{escape(title)}</dt><dd>{_references(ends, to.item, keys)}</dd></div>"
            for title, ends in card.links
        ]
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


def _references(ends: tuple[Reference, ...], href: Href, keys: dict[str, str]) -> str:
    """Linked items; the first that a key of the keyboard leads to is marked with it, and the key is then taken."""
    rows = []
    for end in ends:
        key = keys.pop(end.id, "")
        shown = link(end.id, f"{end.label} {end.title}".strip(), href, key)
        word = badge(end.verdict or Verdict.MISSING, end.word)
        note = f" <small>{escape(end.note)}</small>" if end.note else ""
        rows.append(f"<li>{shown} {word}{note}</li>")
    return f"<ul>{''.join(rows)}</ul>"
