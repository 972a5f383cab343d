"""``aimd-pdf``: the pages of a project as one PDF for each controlled document, with pages.json beside them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Set
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.errors import ConfigError, SphinxError
from sphinx.util import logging
from sphinx.util.docutils import SphinxTranslator

from ...writers.files import write_bytes
from ...writers.typst import cards, fonts, manifest, pages
from ...writers.typst.press import SheetError, press
from ...writers.typst.process import PrintError, check_installed
from ..state import get_state
from . import needs
from .documents import Documents
from .images import TYPES, Images
from .translator import Translator

LOGGER = logging.getLogger(__name__)


class PdfError(SphinxError):
    """The PDF cannot be made; the text says what to do."""

    category = "PDF error"


class PdfBuilder(Builder):
    """One PDF for each document of documents.yaml that the project has given a number, and one of the rest."""

    name = "aimd-pdf"
    format = "typst"
    epilog = "The PDF files are in %(outdir)s."
    allow_parallel = True
    supported_image_types = list(TYPES)
    default_translator_class = SphinxTranslator  # Sphinx asks for its class; the work is done by Translator
    supported_remote_images = True  # so that nothing downloads them; the translator says that they are left out

    def init(self) -> None:
        try:
            check_installed()
        except PrintError as problem:
            raise PdfError(str(problem)) from problem
        self.font_folders = [fonts.folder(), *(Path(self.app.confdir, folder) for folder in self.config.aimd_pdf_fonts)]
        try:
            self.characters = fonts.coverage(self.font_folders)
        except OSError as error:
            raise ConfigError(f"aimd_pdf_fonts names a folder that cannot be read: {error}") from error
        # where extensions put what they draw
        self.imagedir = str(Path(self.doctreedir, "aimd-pdf"))
        self.pictures = Images(Path(self.srcdir))
        self.tags.add("pdf")

    def get_outdated_docs(self) -> str:
        return "all documents"  # pages of one file depend on those of the others

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        del typ
        return f"%{docname}"

    def get_relative_uri(self, from_: str, to: str, typ: str | None = None) -> str:
        del from_
        return self.get_target_uri(to, typ)

    def prepare_writing(self, docnames: Set[str]) -> None:
        del docnames

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        """All documents are written at once by :meth:`write_documents`."""

    def write_documents(self, docnames: Set[str]) -> None:
        del docnames
        documents = Documents(
            self, get_state(self.app), Translator(self, get_state(self.app), self.pictures, self.characters)
        )
        files = documents.files()
        sheets = documents.sheets(files)
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        labels = {cards.label(item): item for item in documents.sections}
        with tempfile.TemporaryDirectory(prefix="aimd-pdf-") as folder:
            try:
                done = press(
                    sheets,
                    labels,
                    self.font_folders,
                    int(epoch) if epoch.isdigit() else None,
                    Path(folder),
                    max(1, self.app.parallel),
                )
            except SheetError as problem:
                raise PdfError(f"{problem.sheet.name} cannot be made: {problem}") from problem
        for warning in done.warnings:
            LOGGER.warning("Typst: %s", warning, type="aimd", subtype="pdf")
        state = get_state(self.app)
        digest = state.digest()
        places = {
            item: (done.places[label][0], documents.sections[item], done.places[label][1].page)
            for label, item in labels.items()
            if label in done.places
        }
        folder_of = Path(self.outdir)
        about = {"project": documents.line, "version": state.dossier.trace.version, "as_of": state.dossier.trace.as_of}
        try:
            for name, data in done.pdfs.items():
                write_bytes(folder_of / name, data)
            manifest.remove_others(folder_of, done.pdfs)
            pages.write(folder_of / "pages.json", digest, places)
            about = {**about, "state": digest}
            sboms, approvals = documents.sboms(), documents.approvals(files)
            manifest.write(folder_of / manifest.NAME, files, done.pdfs, about, sboms, approvals)
        except OSError as error:
            raise PdfError(
                f"{error.filename or folder_of} cannot be written: {error.strerror}. "
                f"The folder may hold files of two builds: build again."
            ) from error

    def finish(self) -> None:
        """Everything is written by then."""


def add_builder(app: Sphinx) -> None:
    """Register the builder."""
    app.add_builder(PdfBuilder)
    needs.connect(app)
