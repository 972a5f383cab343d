"""Addresses as seen from a page: of items, evidence files, rows of views, trace pages and sources."""

from __future__ import annotations

from functools import cache
from urllib.parse import quote

from sphinx.util.osutil import relative_uri

from ..views.table import Rows
from ..writers.html.inline import Addresses
from .state import FOLDER, State

EVIDENCE = f"{FOLDER}/evidence"
TRACE = f"{FOLDER}/trace"


def rows_fragment(rows: Rows) -> str:
    """What follows ``#`` in the address of the rows behind a figure; ``explorer.js`` reads it."""
    facets = [
        f"f.{quote(name, safe='')}={'|'.join(quote(word, safe='') for word in words)}" for name, words in rows.where
    ]
    return f"view-{rows.view}" + ("?" + "&".join(facets) if facets else "")


def addresses(state: State, docname: str = "", here: str = "") -> Addresses:
    """Addresses as seen from a page; without one, from the root of the output.

    :param docname: the page, if Sphinx knows it.
    :param here: path of any other page in the output.
    """
    builder = state.app.builder
    here = builder.get_target_uri(docname) if docname else here

    @cache
    def page(home: str) -> str:
        return "" if home == docname else output(builder.get_target_uri(home))

    def output(path: str) -> str:
        return relative_uri(here, path) if here or docname else path

    def item(item_id: str) -> str | None:
        home = state.homes.get(item_id)
        return None if home is None else f"{page(home)}#{item_id}"

    def file(text: str) -> str | None:
        place = state.evidence.get(text)
        return output(f"{EVIDENCE}/{place}") if place else None

    def rows(wanted: Rows) -> str | None:
        home = state.view_homes.get(wanted.view)
        return None if home is None else f"{page(home)}#{rows_fragment(wanted)}"

    def trace(item_id: str) -> str | None:
        return output(f"{TRACE}/{item_id}.html") if state.has_trace_pages else None

    return Addresses(item=item, file=file, rows=rows, trace=trace, edit=state.edit_address)
