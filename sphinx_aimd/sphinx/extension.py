"""Registration with Sphinx, and what happens at each of its events."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from .. import __version__
from ..views.table import Rows
from ..writers.files import write_bytes, write_text
from ..writers.html import static
from . import adapter, exports, pages, policy, render, tracepages, viewpages
from .addresses import EVIDENCE, addresses
from .config import add_values, location, on_config_inited
from .dataflow import DataFlowDirective
from .directives import VIEWS, ItemDirective
from .domain import AimdDomain
from .state import ALL_ITEMS, get_state

FIND = "Find an item or clause"
#: Seen only where the style sheets are out of reach, as inside the viewer of an archive.
UNPACK = (
    "If this page looks bare, its folder was not unpacked: extract the whole archive, then open index.html from there."
)

LOGGER = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything; the order of events is explained where each is connected."""
    app.setup_extension("sphinx_needs")
    add_values(app)
    app.add_domain(AimdDomain)
    render.add_nodes(app)
    exports.add_builders(app)
    # after sphinx-needs has read its TOML (10), before it resolves its types (12)
    app.connect("config-inited", on_config_inited, priority=11)
    # after sphinx-needs has registered directives for its types (500)
    app.connect("config-inited", register_directives, priority=700)
    app.connect("builder-inited", add_assets)
    # the graph is complete; pages whose computed parts changed can still be asked for
    app.connect("env-updated", on_env_updated, priority=700)
    # fires in builds without changes too, so that a second build says what the first said
    app.connect("write-started", report)
    app.connect("doctree-resolved", render.on_doctree_resolved)
    app.connect("html-collect-pages", clause_pages)
    app.connect("html-collect-pages", lambda app: viewpages.pages(get_state(app)))
    app.connect("html-page-context", add_find_link)
    app.connect("build-finished", on_build_finished)
    policy.connect(app)
    return {"version": __version__, "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}


def register_directives(app: Sphinx, _config: Config) -> None:
    """Every directive under its short name, unless the project has taken that, and with ``aimd-`` before it."""
    state = get_state(app)
    names: dict[str, Any] = {
        kind.name: ItemDirective for kind in state.model.types.values() if kind.origin in ("author", "reader")
    }
    names.pop("result", None)
    for name, directive in {**names, **VIEWS, "data-flow": DataFlowDirective}.items():
        app.add_directive(f"aimd-{name}", directive, override=True)
        if name not in state.taken:
            app.add_directive(name, directive, override=True)


def add_assets(app: Sphinx) -> None:
    """Our style sheets and scripts for HTML builders.

    They are written before any page, since a page names the hash of a file that exists: a second build
    would else write other pages than the first.
    """
    if app.builder.format != "html":
        return
    for name in static.ALL:
        write_text(Path(app.outdir, viewpages.DATA, name), static.asset(name))
    for name in static.STYLES:
        app.add_css_file(f"aimd/{name}")
    if get_state(app).has_extra_pages:
        for name in static.SCRIPTS:
            app.add_js_file(f"aimd/{name}", loading_method="defer")


def add_find_link(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """The way to every item and clause, at the head of each page; ``find.js`` makes a search of it."""
    del templatename, doctree
    state = get_state(app)
    if state.has_extra_pages and isinstance(context.get("body"), str):
        address = addresses(state, pagename).rows(Rows(ALL_ITEMS))
        unpack = f'<p class="aimd-unpack">{UNPACK}</p>\n' if pagename == app.config.root_doc else ""
        find = f'<p class="aimd-bar"><a class="aimd-find" href="{address}">{FIND}</a></p>\n'
        context["body"] = f"{unpack}{find}{context['body']}"


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """No garbage collection while the trace is computed: what that makes lives on, so each pass would be in vain."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def on_env_updated(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Compute everything once, give sphinx-needs its copy, and name the pages that must be written again."""
    del env
    state = get_state(app)
    with _collector_at_rest():
        state.compute()
        adapter.store(state)
        state.foreign = adapter.foreign_findings(state)
        return pages.changed_pages(state)


def report(app: Sphinx, _builder: Any) -> None:
    """Model errors always warn; gaps warn in the release gate."""
    state = get_state(app)
    gate = state.dossier.trace.gate
    for finding in state.findings:
        if finding.is_model_error or (gate == "release" and finding.severity.rank >= 2):
            place, file = location(finding, str(app.srcdir))
            LOGGER.warning(
                "%s%s %s", file, finding.message, finding.remedy, type="aimd", subtype=finding.rule, location=place
            )


def clause_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """A home for clauses and items from files that no page shows: a page for each instrument and type."""
    state = get_state(app)
    for docname, clauses in sorted(state.homeless.items()):
        body = "".join(render.clause_html(state, clause, docname, is_home=True) for clause in clauses)
        title = state.extra_title(clauses[0])
        yield docname, {"title": title, "body": f"<h1>{escape(title)}</h1>\n{body}"}, "page.html"


def on_build_finished(app: Sphinx, exception: Exception | None) -> None:
    """Exports beside the pages, each whole or not at all; nothing after a build that failed."""
    state = get_state(app)
    adapter.drop_assets(state)
    if exception is not None:
        return
    out = Path(app.outdir)
    if app.builder.format == "html":
        for text, place in state.evidence.items():
            write_bytes(out / EVIDENCE / place, Path(app.srcdir, text).read_bytes())
        if state.has_extra_pages:
            viewpages.write_data(state)
            tracepages.write(state)
        exports.write_beside_pages(state)
    pages.remember(state)
