"""A page for each item and clause from which the trace can be walked; written without the theme, for they are many."""

from __future__ import annotations

from pathlib import Path

from ..views.table import Rows
from ..views.walk import Walker
from ..writers.files import write_text
from ..writers.html import csp, static
from ..writers.html.tracepage import Shell, TracePages, page_name
from .addresses import TRACE, addresses
from .state import ALL_ITEMS, State

_UP = "../../"


def write(state: State) -> None:
    """Write the trace pages, and remove those of items that are gone; pages that stay as they are stay untouched."""
    folder = Path(state.app.outdir, TRACE)
    wanted: set[str] = set()
    if state.has_trace_pages:
        trace = state.dossier.trace
        walker = Walker(trace)
        pages = TracePages(_shell(state), addresses(state, here=f"{TRACE}/{page_name('x')}"))
        for item_id in trace.items:
            name = page_name(item_id)
            write_text(folder / name, pages.page(walker.walk(item_id)), is_lasting=False)
            wanted.add(name)
    for path in folder.glob("*.html*"):  # what a killed build began among them
        if path.name not in wanted:
            path.unlink()


def _shell(state: State) -> Shell:
    config, trace = state.app.config, state.dossier.trace
    to = addresses(state, here=f"{TRACE}/{page_name('x')}")
    version = f"Version {trace.version} under review" if trace.version else "No version under review"
    return Shell(
        project=config.html_title or config.project,
        home=_UP + state.app.builder.get_target_uri(config.root_doc),
        find=to.rows(Rows(ALL_ITEMS)) or "",
        styles=tuple(f"{_UP}_static/aimd/{name}" for name in static.TRACE_STYLES),
        scripts=tuple(f"{_UP}_static/aimd/{name}" for name in static.TRACE_SCRIPTS),
        policy=csp.policy(""),
        footer=(version, f"As of {trace.as_of}", f"Gate: {trace.gate}"),
        lang=config.language or "en",
    )
