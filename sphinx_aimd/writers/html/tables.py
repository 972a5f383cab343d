"""Tables as HTML that reads and prints without a script; ``explorer.js`` makes them sort and filter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from ...views.table import Cell, Table
from .data import facets_json
from .inline import Href, RowsHref, badge, link, web_link

#: A date, which stays on one line.
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
#: Rows up to which a page holds a whole table; longer ones are split into static pages and have data files.
WHOLE_ROWS = 1000
#: Rows of a static page of a long table.
PART_ROWS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The static pages of a long table.

    :param files: data files in ``_static/aimd/``.
    :param pages: address of each part as seen from the page that is written, first part first.
    """

    files: tuple[str, ...]
    pages: tuple[str, ...]


def split(view: Table) -> list[slice]:
    """Rows of each static page: about :data:`PART_ROWS`, cut where another item begins if possible."""
    found = []
    start, total = 0, len(view.rows)
    while start < total:
        end = min(start + PART_ROWS, total)
        if end < total and view.row_ids:
            cut = end
            while cut > start and view.row_ids[cut] and view.row_ids[cut] == view.row_ids[cut - 1]:
                cut -= 1
            end = cut if cut > start else end
        found.append(slice(start, end))
        start = end
    return found


def plain_table(view: Table, href: Href, rows_href: RowsHref) -> str:
    """A whole view for pages without scripts, such as those of an e-book."""
    grid = _grid(view, slice(None), href, rows_href)
    return f'<div class="aimd-view" id="view-{escape(view.id)}">\n{_head(view)}{grid}</div>\n'


def table(view: Table, href: Href, rows_href: RowsHref, parts: Parts | None = None) -> str:
    """A whole view with its question and scope on its face; of a long one the first part.

    :param parts: the static pages of a view of more than :data:`WHOLE_ROWS` rows.
    """
    if parts is None:
        block = facets_json(view)
        data = f'<script type="application/json">{block}</script>\n' if block else ""
        return f"{_opening(view)}>\n{_head(view)}{_grid(view, slice(None), href, rows_href)}{data}</aimd-matrix>\n"
    files = f' data-files="{escape(" ".join(parts.files))}" data-count="{len(view.rows)}"'
    first = split(view)[0]
    return (
        f"{_opening(view)}{files}>\n{_head(view)}{_grid(view, first, href, rows_href)}"
        f"{_parts(view, parts, 0)}</aimd-matrix>\n"
    )


def part(view: Table, number: int, href: Href, rows_href: RowsHref, parts: Parts) -> str:
    """A static page of a long view after the first.

    :param number: which part, from 0.
    """
    rows = split(view)[number]
    return (
        f'<div class="aimd-view" id="view-{escape(view.id)}-{number + 1}">\n{_head(view)}{_parts(view, parts, number)}'
        f"{_grid(view, rows, href, rows_href)}{_parts(view, parts, number, ' after the rows')}</div>\n"
    )


def _opening(view: Table) -> str:
    return f'<aimd-matrix class="aimd-view" id="view-{escape(view.id)}"'


def _head(view: Table) -> str:
    question = f'<p class="aimd-question">{escape(view.question)}</p>\n' if view.question else ""
    return f'{question}<p class="aimd-scope">{escape(view.scope)}</p>\n'


def _parts(view: Table, parts: Parts, number: int, where: str = "") -> str:
    """Links to the static pages, of which this is one."""
    links = []
    for position, (rows, address) in enumerate(zip(split(view), parts.pages, strict=True)):
        ids = [row_id for row_id in view.row_ids[rows] if row_id]
        label = f"{rows.start + 1}–{rows.stop}" + (f" ({ids[0]} to {ids[-1]})" if ids else "")
        here = ' aria-current="page"' if position == number else ""
        rel = {number - 1: ' rel="prev"', number + 1: ' rel="next"'}.get(position, "")
        links.append(f'<li><a href="{escape(address)}"{rel}{here}>{escape(label)}</a></li>')
    about = f"Static pages of {view.title}{where}"  # two on a page must differ for screen readers
    return (
        f'<nav class="aimd-parts" aria-label="{escape(about)}"><p>Rows on static pages, of {len(view.rows)}:</p>'
        f"<ul>{''.join(links)}</ul></nav>\n"
    )


def _grid(view: Table, rows: slice, href: Href, rows_href: RowsHref) -> str:
    head = "".join(
        f'<th scope="col" class="aimd-w{min(column.width, 6)}" data-name="{escape(column.name)}"'
        f"{' data-spare' if column.spare else ''}>{escape(column.title)}</th>"
        for column in view.columns
    )
    body = "".join(_rows(view, rows, href, rows_href))
    body = body or f'<tr><td colspan="{len(view.columns)}">No rows.</td></tr>\n'
    return (
        f'<div class="aimd-scroll" tabindex="0" role="region" aria-label="{escape(view.title)}">'
        f'<table class="aimd-table docutils"><caption>{escape(view.title)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></div>\n"
    )


def _rows(view: Table, wanted: slice, href: Href, rows_href: RowsHref) -> Iterator[str]:
    before = ""
    ids: Sequence[str] = (view.row_ids or ("",) * len(view.rows))[wanted]
    for row_id, row in zip(ids, view.rows[wanted], strict=True):
        css = ' class="aimd-first"' if row_id != before or not row_id else ""
        data = f' data-row="{escape(row_id)}"' if row_id else ""
        before = row_id
        yield f"<tr{css}{data}>{''.join(_cell(cell, href, rows_href) for cell in row)}</tr>\n"


def _cell(cell: Cell, href: Href, rows_href: RowsHref) -> str:
    address = rows_href(cell.rows) if cell.rows is not None else None
    if address is not None:
        text = f'<a class="aimd-rows" href="{escape(address)}">{escape(cell.text)}</a>'
    elif cell.web:
        text = web_link(cell.web)
    else:
        text = link(cell.target, cell.text, href) if cell.text else ""
    if cell.verdict is None:
        whole = ' class="aimd-day"' if _DAY.fullmatch(cell.text) else ""
        return f"<td{whole}>{text}</td>"
    return f"<td>{text}{' ' if text else ''}{badge(cell.verdict, cell.word)}</td>"
