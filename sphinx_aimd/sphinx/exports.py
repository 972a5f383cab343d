"""Builders of one format each, and the exports that HTML builds write beside their pages."""

from __future__ import annotations

import os
from collections.abc import Iterator, Set
from pathlib import Path
from urllib.parse import quote, unquote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.errors import ConfigError
from sphinx.util import logging

from ..writers import json as json_writer
from ..yamlfile import InputError
from .addresses import EVIDENCE
from .state import FOLDER, State, get_state
from .typst.builder import add_builder as add_pdf_builder

LOGGER = logging.getLogger(__name__)


def project_line(app: Sphinx) -> str:
    """Project and release as covers show them."""
    return " ".join(part for part in (app.config.project, app.config.release) if part)


def write_beside_pages(state: State) -> None:
    """What ``aimd_exports`` asks for, into ``_aimd/`` of the HTML output."""
    folder = Path(state.app.outdir, FOLDER)
    wanted = state.app.config.aimd_exports
    if "json" in wanted:
        json_writer.write(folder / "trace.json", state.dossier, project_line(state.app), state.digest())
    if "xlsx" in wanted:
        write_workbook(state, folder / "dossier.xlsx", Path(state.app.outdir))


def write_workbook(state: State, path: Path, html: Path | None) -> None:
    """Write the workbook.

    :param html: folder of the HTML pages that cells lead to, or nothing.
    :raises ConfigError: the template of the project cannot be used.
    """
    from ..writers import xlsx  # noqa: PLC0415 - openpyxl is loaded only where a workbook is written

    beside = _Beside(state, path.parent, html)
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    name = state.app.config.aimd_xlsx_template
    try:
        template = xlsx.Template(Path(state.app.confdir, name), name) if name else None
        xlsx.write(
            path,
            state.dossier,
            project_line(state.app),
            state=state.digest(),
            href=beside.item,
            evidence=beside.evidence,
            pdf=beside.pdf,
            epoch=int(epoch) if epoch.isdigit() else None,
            template=template,
            paper=state.app.config.aimd_pdf_paper,
        )
    except InputError as error:
        raise ConfigError(str(error)) from error
    for lost in template.losses if template is not None else ():
        LOGGER.warning("%s", lost, type="aimd", subtype="xlsx-template")


class _Beside:
    """Addresses of delivered files as seen from the workbook; only of files that are there."""

    def __init__(self, state: State, folder: Path, html: Path | None) -> None:
        self._state, self._folder, self._html = state, folder, html
        builder = state.app.builder
        # the pages of this very build, or those that another build left
        self._is_own = html is not None and builder.format == "html"
        self._uri = builder.get_target_uri if self._is_own else _page_uri
        self._known: dict[str, str | None] = {}

    def _relative(self, path: Path) -> str:
        return quote(os.path.relpath(path, self._folder).replace(os.sep, "/"))

    def _page(self, docname: str) -> str | None:
        """Address of a page."""
        if self._html is None:
            return None
        if docname not in self._known:
            uri = self._uri(docname).partition("#")[0]  # all pages in one have a place there already
            is_there = self._is_own or Path(self._html, unquote(uri)).is_file()
            self._known[docname] = f"{self._relative(self._html)}/{uri}" if is_there else None
        return self._known[docname]

    def item(self, item_id: str) -> str | None:
        """Place of an item in the HTML pages."""
        home = self._state.homes.get(item_id)
        page = None if home is None else self._page(home)
        return None if page is None else f"{page}#{quote(item_id)}"

    def evidence(self, path: str) -> str | None:
        """The copy of an evidence file beside the HTML pages."""
        place = self._state.evidence.get(path)
        if place is None or self._html is None:
            return None
        copy = self._html / EVIDENCE / place
        return self._relative(copy) if self._is_own or copy.is_file() else None

    def pdf(self, name: str) -> str | None:
        """A PDF beside ``pages.json``, where that folder is delivered with the one of the workbook."""
        app = self._state.app
        if not app.config.aimd_pages_json:
            return None
        folder = Path(app.confdir, app.config.aimd_pages_json).resolve().parent
        delivered = Path(app.outdir).resolve().parent
        file = folder / name
        is_there = folder.is_relative_to(delivered) and file.parent == folder and file.is_file()
        return self._relative(file) if is_there else None


def _page_uri(docname: str) -> str:
    return f"{quote(docname)}.html"


class ExportBuilder(Builder):
    """A builder that writes one export and no pages."""

    format = "aimd"
    allow_parallel = True

    def get_outdated_docs(self) -> Iterator[str]:
        return iter(())

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        del typ
        return f"{docname}.html"

    def prepare_writing(self, docnames: Set[str]) -> None:
        del docnames

    def write_documents(self, docnames: Set[str]) -> None:
        """No pages are written, so none is resolved."""

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        del docname, doctree


class JsonBuilder(ExportBuilder):
    """``aimd-json``: trace.json alone."""

    name = "aimd-json"
    epilog = "The trace is in %(outdir)s/trace.json."

    def finish(self) -> None:
        state = get_state(self.app)
        json_writer.write(Path(self.outdir, "trace.json"), state.dossier, project_line(self.app), state.digest())


class XlsxBuilder(ExportBuilder):
    """``aimd-xlsx``: dossier.xlsx alone, with links to HTML pages in ``../html`` where they exist."""

    name = "aimd-xlsx"
    epilog = "The workbook is %(outdir)s/dossier.xlsx."

    def finish(self) -> None:
        html = Path(self.outdir).parent / "html"
        target = Path(self.outdir, "dossier.xlsx")
        write_workbook(get_state(self.app), target, html if html.is_dir() else None)


def add_builders(app: Sphinx) -> None:
    """Register our builders."""
    app.add_builder(JsonBuilder)
    app.add_builder(XlsxBuilder)
    add_pdf_builder(app)
