"""``aimd-pdf``: the documents of a project, one after the other, as one PDF with pages.json beside it."""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from collections.abc import Set
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.errors import ConfigError, SphinxError
from sphinx.util import logging
from sphinx.util.docutils import SphinxTranslator
from sphinx.util.nodes import inline_all_toctrees

from ...writers.files import write_bytes
from ...writers.typst import cards, cover, fonts, pages
from ...writers.typst.book import Book
from ...writers.typst.compile import compile_folder
from ...writers.typst.links import resolve
from ...writers.typst.process import PrintError, check_installed
from ..state import get_state
from .images import TYPES, Images
from .translator import Translator

LOGGER = logging.getLogger(__name__)
PAPERS = ("a4", "us-letter")


class PdfError(SphinxError):
    """The PDF cannot be made; the text says what to do."""

    category = "PDF error"


def slug(project: str) -> str:
    """File name of a project: lower-case ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", project).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "dossier"


def language(name: str) -> str:
    """Language of the text as Typst wants it: the two or three letters that Sphinx's name begins with."""
    match = re.match(r"[a-z]{2,3}(?![a-z])", name or "")
    return match[0] if match else "en"


class PdfBuilder(Builder):
    """One PDF of all documents."""

    name = "aimd-pdf"
    format = "typst"
    epilog = "The PDF is in %(outdir)s."
    allow_parallel = True
    supported_image_types = list(TYPES)
    default_translator_class = SphinxTranslator  # Sphinx asks for its class; the work is done by Translator
    supported_remote_images = True  # so that nothing downloads them; the translator says that they are left out

    def init(self) -> None:
        try:
            check_installed()
        except PrintError as problem:
            raise PdfError(str(problem)) from problem
        if self.config.aimd_pdf_paper not in PAPERS:
            raise ConfigError(f"aimd_pdf_paper is {self.config.aimd_pdf_paper!r}, expected one of {', '.join(PAPERS)}.")
        self.font_folders = [fonts.folder(), *(Path(self.app.confdir, folder) for folder in self.config.aimd_pdf_fonts)]
        try:
            self.characters = fonts.coverage(self.font_folders)
        except OSError as error:
            raise ConfigError(f"aimd_pdf_fonts names a folder that cannot be read: {error}") from error
        self.tags.add("pdf")

    def get_outdated_docs(self) -> str:
        return "all documents"  # one file holds them all

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
        state = get_state(self.app)
        tree = self._assemble()
        images = Images(Path(self.srcdir))
        translator = Translator(self, state, images, self.characters)
        body = translator.translate(tree, self.config.root_doc)
        line = " ".join(part for part in (self.config.project, self.config.release) if part)
        about = [f"Version {state.dossier.trace.version} under review"] if state.dossier.trace.version else []
        about += [f"as of {state.dossier.trace.as_of}"] if state.dossier.trace.as_of else []
        book = Book(
            title=line or "Dossier",
            project=line,
            foot=f"{', '.join(about)}. {cover.FOOT}" if about else cover.FOOT,
            language=language(self.config.language),
            paper=self.config.aimd_pdf_paper,
            cover=cover.cover(state.dossier, project=self.config.project, release=self.config.release),
            body=body,
            document=self._file_name(),
            sections={cards.label(item): section for item, section in translator.sections.items()},
            dead=translator.dead_links(),
            data=translator.data,
            characters=self.characters,
            pictures=images.files,
        )
        self._print(book, translator)

    def _assemble(self) -> nodes.document:
        """The root document with every other in its place; those that no toctree names come last."""
        root = self.config.root_doc
        tree = self.env.get_doctree(root)
        seen = [root]
        large = inline_all_toctrees(self, {root}, root, tree, str, seen)
        for docname in sorted(set(self.env.found_docs) - set(seen)):
            if docname in seen:
                continue
            seen.append(docname)
            inner = inline_all_toctrees(self, set(), docname, self.env.get_doctree(docname), str, seen)
            file = addnodes.start_of_file(docname=docname)
            file.extend(inner.children)
            large.append(file)
        large["docname"] = root
        self.env.resolve_references(large, root, self)
        return large

    def _print(self, book: Book, translator: Translator) -> None:
        """Compile and write; the files appear whole or not at all."""
        name = self._file_name()
        items = {book.showable(cards.label(item)): item for item in translator.sections}
        labels = (set(translator.used) - book.dead) | set(items)
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        with tempfile.TemporaryDirectory(prefix="aimd-pdf-") as folder:
            book.write(Path(folder))
            try:
                done = compile_folder(
                    Path(folder),
                    map(book.showable, labels),
                    self.font_folders,
                    int(epoch) if epoch.isdigit() else None,
                    shows_places=translator.shows_places,
                )
                pdf = resolve(done.pdf, done.places)
            except PrintError as problem:
                raise PdfError(self._explain(name, problem, book)) from problem
        for warning in done.warnings:
            LOGGER.warning("Typst: %s", warning, type="aimd", subtype="pdf")
        found = {items[label]: place.page for label, place in done.places.items() if label in items}
        write_bytes(Path(self.outdir, name), pdf)
        pages.write(Path(self.outdir, "pages.json"), name, get_state(self.app).digest(), translator.sections, found)

    def _file_name(self) -> str:
        return f"{slug(self.config.project)}.pdf"

    def _explain(self, name: str, problem: PrintError, book: Book) -> str:
        """What went wrong, and what the author can do about it."""
        bad = [os.path.relpath(book.pictures[picture], self.srcdir) for picture in problem.pictures]
        if bad:
            shown = ", ".join(bad)
            return f"{name} cannot be made: the PDF cannot show {shown} ({problem}). Replace or remove the image."
        return f"{name} cannot be made. Typst says: {problem}"

    def finish(self) -> None:
        """Everything is written by then."""


def add_builder(app: Sphinx) -> None:
    """Register the builder."""
    app.add_builder(PdfBuilder)
