"""Tables as HTML strings that read and print without a script; ``explorer.js`` makes them sort and filter."""

from __future__ import annotations

from html import escape

from ...views.table import Cell, Table
from .inline import Href, badge, link


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
