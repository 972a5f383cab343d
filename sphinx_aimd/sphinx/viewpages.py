"""Views on pages: with their picture, on pages of their own, and too long for one page."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from ..views.table import Table
from ..writers.files import write_text
from ..writers.html import data, index, pictures, tables
from ..writers.html.dataflow import data_flow
from .addresses import addresses
from .state import FOLDER, State

#: Folder of the data files, beside the scripts that read them.
DATA = Path("_static/aimd")


def view_html(state: State, view_id: str, docname: str) -> str:
    """A view with its picture, if it has one."""
    view = state.dossier.views[view_id]
    to = addresses(state, docname)
    picture = pictures.picture(view, to.rows)
    picture += data_flow(view.drawing, to.item) if view.drawing is not None else ""
    if not state.has_extra_pages:
        return picture + tables.plain_table(view, to.item, to.rows)
    return picture + tables.table(view, to.item, to.rows, parts(state, view, docname))


def parts(state: State, view: Table, docname: str) -> tables.Parts | None:
    """Static pages and data files of a long view as seen from a page, or nothing for one that is not long."""
    if len(view.rows) <= tables.WHOLE_ROWS:
        return None
    builder = state.app.builder
    pages = [_page(state, view, number) for number in range(len(tables.split(view)))]
    return tables.Parts(
        files=tuple(_files(state, view)),
        pages=tuple(
            ("" if page == docname else builder.get_relative_uri(docname, page)) + f"#view-{view.id}{suffix}"
            for page, suffix in pages
        ),
    )


def _page(state: State, view: Table, number: int) -> tuple[str, str]:
    """Page of a part, and what follows the id of the view in its anchor."""
    if number == 0:
        return state.view_homes[view.id], ""
    return f"{FOLDER}/view-{view.id}-{number + 1}", f"-{number + 1}"


def _files(state: State, view: Table) -> dict[str, str]:
    found = state.data_files.get(view.id)
    if found is None:
        to = addresses(state)
        found = state.data_files[view.id] = data.data_files(view, to.item, to.rows)
    return found


def pages(state: State) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Pages of views that no source shows, and the static pages of long views."""
    for view_id, home in sorted(state.view_homes.items()):
        view = state.dossier.views[view_id]
        if home.startswith(f"{FOLDER}/"):
            body = f"<h1>{escape(view.title)}</h1>\n{view_html(state, view_id, home)}"
            yield home, {"title": view.title, "body": body}, "page.html"
        if len(view.rows) > tables.WHOLE_ROWS:
            yield from _part_pages(state, view)


def _part_pages(state: State, view: Table) -> Iterator[tuple[str, dict[str, Any], str]]:
    for number in range(1, len(tables.split(view))):
        docname, _suffix = _page(state, view, number)
        to = addresses(state, docname)
        known = parts(state, view, docname)
        assert known is not None  # noqa: S101 - the view is long
        title = f"{view.title}, part {number + 1}"
        body = f"<h1>{escape(title)}</h1>\n{tables.part(view, number, to.item, to.rows, known)}"
        yield docname, {"title": title, "body": body}, "page.html"


def write_data(state: State) -> None:
    """Write the data files of the search and of long views, and remove those of an earlier state."""
    folder = Path(state.app.outdir, DATA)
    item = addresses(state).item
    write_text(folder / "items.js", index.items_script(state.dossier, item, has_trace_pages=state.has_trace_pages))
    write_text(folder / "texts.js", index.texts_script(state.dossier, item))
    wanted: set[str] = set()
    for view_id in state.view_homes:
        view = state.dossier.views[view_id]
        if len(view.rows) > tables.WHOLE_ROWS:
            for name, content in _files(state, view).items():
                write_text(folder / name, content)
                wanted.add(name)
    for path in folder.glob("m-*.js"):
        if path.name not in wanted:
            path.unlink()
