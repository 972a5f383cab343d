"""Builders of one format each, and the exports that HTML builds write beside their pages."""

from __future__ import annotations

import os
from collections.abc import Iterator, Set
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder

from ..writers import json as json_writer
from .state import FOLDER, State, get_state
from .typst.builder import add_builder as add_pdf_builder


def project_line(app: Sphinx) -> str:
    """Project and release as covers show them."""
    return " ".join(part for part in (app.config.project, app.config.release) if part)


def write_beside_pages(state: State) -> None:
    """What ``aimd_exports`` asks for, into ``_aimd/`` of the HTML output."""
    folder = Path(state.app.outdir, FOLDER)
    wanted = state.app.config.aimd_exports
    if "json" in wanted:
        json_writer.write(folder / "trace.json", state.dossier, project_line(state.app))
    if "xlsx" in wanted:
        write_workbook(state, folder / "dossier.xlsx", Path(state.app.outdir))


def write_workbook(state: State, path: Path, html: Path | None) -> None:
    """Write the workbook.

    :param html: folder of the HTML pages that cells lead to, or nothing.
    """
    from ..writers import xlsx  # noqa: PLC0415 - openpyxl is loaded only where a workbook is written

    base = "" if html is None else os.path.relpath(html, path.parent).replace(os.sep, "/") + "/"
    uri = state.app.builder.get_target_uri if html is not None and state.app.builder.format == "html" else _page_uri

    def href(item_id: str) -> str | None:
        home = state.homes.get(item_id)
        return f"{base}{uri(home)}#{item_id}" if html is not None and home is not None else None

    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    xlsx.write(
        path,
        state.dossier,
        project_line(state.app),
        href=href,
        epoch=int(epoch) if epoch.isdigit() else None,
    )


def _page_uri(docname: str) -> str:
    return f"{docname}.html"


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
        json_writer.write(Path(self.outdir, "trace.json"), get_state(self.app).dossier, project_line(self.app))


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
