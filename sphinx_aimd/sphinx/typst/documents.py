"""The controlled documents of a project: their pages as chapters, their files, and what stands around the chapters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util import logging

from ...documents import EVERY_OTHER, REST, Document
from ...filing import file_pages
from ...model.values import did_you_mean
from ...views.cards import approved_copy
from ...views.documents import approval_of, content_of, short_status
from ...views.security import OF_FILES
from ...writers.typst import cards, front
from ...writers.typst.book import Book
from ...writers.typst.chapter import Chapter
from ...writers.typst.press import Sheet
from ...writers.typst.volume import NAME_ROOM, Volume, homes, slug, titles, volumes
from .plan import nested, views_of

if TYPE_CHECKING:
    from sphinx.builders import Builder

    from ..state import State
    from .translator import Translator

LOGGER = logging.getLogger(__name__)


def language(name: str) -> str:
    """Language of the text as Typst wants it: the two or three letters that Sphinx's name begins with."""
    match = re.match(r"[a-z]{2,3}(?![a-z])", name or "")
    return match[0] if match else "en"


def _warn(message: str, document: Document | None = None) -> None:
    """Say what is wrong with the set, or with one document at its entry."""
    place = f"{document.location.file}:{document.location.line}" if document else None
    text = f"document {document.id}: {message}" if document else message
    LOGGER.warning("%s", text, type="aimd", subtype="pdf-document", location=place)


def _shows(chapter: Chapter) -> bool:
    """Whether a chapter holds more than labels."""
    return bool(chapter.data or chapter.pictures or re.sub(r"anchor\([^;]*\);\s*", "", chapter.code))


def _has_heading(tree: nodes.document) -> bool:
    return any(isinstance(node, nodes.section) for node in tree.children)


class Documents:
    """The documents of one build."""

    def __init__(self, builder: Builder, state: State, translator: Translator) -> None:
        self.builder, self.state, self.translator = builder, state, translator
        self.config = builder.config
        self.line = " ".join(part for part in (builder.config.project, builder.config.release) if part)
        self.homeless = state.homeless
        self.sections: dict[str, str] = {}

    def files(self) -> list[Volume]:
        """All pages and views as chapters, packed into files."""
        env = self.builder.env
        children = {name: list(found) for name, found in env.toctree_includes.items()}
        pages, model = self.state.page_order, self.state.model
        filing = file_pages((), pages) if self.config.aimd_pdf_whole else self.state.dossier.trace.filing
        found = {name: list(own) for name, own in filing.pages.items()}
        for document, pattern in filing.idle:
            if pattern != "_aimd/**":
                found_not = f"no page is called {pattern!r}, or another document has it."
                _warn(f"{found_not} Correct it, or take it out of its pages.", document)
        trees = {name: env.get_doctree(name) for name in pages if name in env.found_docs}
        # a page without a heading is no chapter that others could stand under
        names = {name: env.titles[name].astext() if _has_heading(tree) else "" for name, tree in trees.items()}
        for name, tree in trees.items():
            env.resolve_references(tree, name, self.builder)
            self.translator.collect(tree, name)
        stated = sorted((entry for entry in model.documents if entry.id in found), key=lambda entry: entry.id == REST)
        if self.config.aimd_pdf_whole:  # the number and the approval of the rest are not those of the whole
            stated = [replace(entry, number="") for entry in stated]
        shown = self._shown(env.found_docs) | self._sums()
        for entry in stated:
            shown |= set(entry.views)
        made: list[tuple[Document, Sequence[Chapter]]] = []
        for entry in stated:
            chapters: list[Chapter] = []
            for page in nested(found[entry.id], children, self.config.root_doc, names):
                if page.docname in trees:
                    chapters += self.translator.page(page.docname, trees.pop(page.docname), page.above)
                else:
                    chapters += self.translator.clauses(page.docname, self.homeless[page.docname])
            if entry.number:
                every = list(self.state.dossier.views)
                # views of input files are shipped with the documents and exist once such files are read
                for view in sorted({*entry.views} - {EVERY_OTHER, *every, *OF_FILES}):
                    hint = did_you_mean(view, every).strip() or "Correct it, or take it out of its views."
                    _warn(f"there is no view {view!r}. {hint}", entry)
                for view in views_of(entry, self._shown(found[entry.id]), shown, every):
                    if view in self.state.dossier.views:
                        chapters += self.translator.view_chapter(self.state.dossier.views[view])
            if chapters:
                made.append((entry, chapters))
            elif entry.number:
                empty = f"no page and no view stands in it, so that there is no file of its number {entry.number}."
                _warn(f"{empty} Name its pages or views, or take out its number.", entry)
        if len(made) > 1 and found[REST] == [self.config.root_doc] and not any(map(_shows, made[-1][1])):
            made[0] = (made[0][0], [*made.pop()[1], *made[0][1]])  # the root's toctrees alone are no document
            found[REST] = []
        if len(made) > 1 and found[REST]:
            named = [name for name in found[REST] if name not in self.homeless]
            extra = len(found[REST]) - len(named)
            names_of = ", ".join([*named, *([f"_aimd/** ({extra} pages of provisions)"] if extra else [])])
            _warn(f"no document of documents.yaml names these pages, filed as 'Other parts of the file': {names_of}.")
        for _entry, held in made:
            for chapter in held:
                self.sections.update(chapter.sections)
        return volumes(made, slug(self.config.project)[:NAME_ROOM])

    def _shown(self, pages: Iterable[str]) -> set[str]:
        views = self.state.domain.data["views"]
        return {shown.view for page in pages for shown in views.get(page, ())}

    def _sums(self) -> set[str]:
        """Matrices of which there is one for each part as well: the parts hold all their rows."""
        matrices = self.state.model.matrices.values()
        every = set(self.state.dossier.views)
        return {spec.id for spec in matrices if spec.per and any(view.startswith(f"{spec.id}-") for view in every)}

    def sheets(self, files: Sequence[Volume]) -> list[Sheet]:
        """The files with everything around their chapters, as the press takes them."""
        owner = homes(files)
        dead = self.translator.dead_links(owner)
        headings = titles(files)
        places = {
            cards.label(item): (owner[cards.label(item)].name, self.sections[item]) for item in sorted(self.sections)
        }
        clause_homes = {
            clause: label for clause in self.state.catalogue.clauses if (label := cards.label(clause)) in owner
        }
        return [self._sheet(volume, files, owner, dead, headings, places, clause_homes) for volume in files]

    def _sheet(
        self,
        volume: Volume,
        files: Sequence[Volume],
        owner: Mapping[str, Volume],
        dead: frozenset[str],
        headings: Mapping[str, str],
        places: Mapping[str, tuple[str, str]],
        clause_homes: Mapping[str, str],
    ) -> Sheet:
        document, dossier = volume.document, self.state.dossier
        control = front.control(volume, files, dossier, clause_homes)
        answered = {clause_homes[clause] for clause in document.clauses if control and clause in clause_homes}
        covers = {other.cover for other in files} if control else set()
        outside = {
            label: (owner[label].label, headings.get(label, "cover"))
            for label in sorted(volume.used | answered | covers)
            if label in owner and owner[label] is not volume
        }
        boxes = {front.field_label(document, role): role for role in document.approvers} if control else {}
        index = [self._named(label, title) for label, (_file, title) in outside.items() if label not in covers]
        line = self.line
        about = [f"Version {dossier.trace.version} under review"] if dossier.trace.version else []
        about += [f"as of {dossier.trace.as_of}"] if dossier.trace.as_of else []
        about = [", ".join(about)] if about else []
        part = f"Part {volume.part} of {volume.count}," if volume.count > 1 else ""
        book = Book(
            title=f"{document.label}{f' ({part[:-1]})' if part else ''}" if document.number else line or "Dossier",
            head=self._head(document) if document.number else line,
            foot=". ".join([line, *about] if document.number else [*about, front.FOOT]),
            part=part,
            language=language(self.config.language),
            paper=self.config.aimd_pdf_paper,
            front=front.cover(volume, dossier, project=self.config.project, release=self.config.release) + control,
            lists=front.lists(volume),
            body=front.continued(volume)
            + "".join(chapter.code for chapter in volume.chapters)
            + front.elsewhere(sorted(index, key=lambda row: (row[1].casefold(), row[0]))),
            sections=places,
            far=outside,
            dead=dead,
            data={name: text for chapter in volume.chapters for name, text in chapter.data.items()},
            characters=self.translator.characters,
            pictures={name: path for chapter in volume.chapters for name, path in chapter.pictures.items()},
        )
        own = volume.own | {volume.cover} | boxes.keys()
        listed = {label for chapter in volume.chapters for label, _text in (*chapter.figures, *chapter.tables)}
        goals = (volume.used | answered | covers | listed) - dead
        return Sheet(name=volume.name, book=book, labels=frozenset(own), goals=frozenset(goals), fields=boxes)

    def _head(self, document: Document) -> str:
        said = [
            document.label,
            f"rev. {document.revision}" if document.revision else "",
            short_status(self.state.dossier.trace, document),
        ]
        return ", ".join(text for text in said if text)

    def _named(self, label: str, heading: str) -> tuple[str, str, str]:
        """Label, name and title of a place in another file, for the index."""
        item = self.state.dossier.trace.items.get(label.removeprefix(cards.label("")))
        if item is None:
            return label, heading, ""
        return label, item.citation or item.id, item.title

    def approvals(self, files: Sequence[Volume]) -> dict[str, dict[str, str]]:
        """What the cover of each numbered document says of its content and its approval, by its id."""
        trace = self.state.dossier.trace
        return {
            volume.document.id: {
                "content_as_of": content_of(trace, volume.document),
                "approval": approval_of(trace, volume.document),
            }
            for volume in files
            if volume.document.number
        }

    def sboms(self) -> list[dict[str, str]]:
        """Bills of materials whose approved file is there, for the archive."""
        trace = self.state.dossier.trace
        found = []
        for item in trace.items.values():
            digest = approved_copy(trace, item) if item.text("kind") == "sbom" else None
            if digest:
                found.append({"id": item.id, "path": Path(item.text("path")).as_posix(), "sha256": digest})
        return sorted(found, key=lambda row: row["id"])
