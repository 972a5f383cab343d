"""The translator: all parts together, and the chapters that it makes."""

from __future__ import annotations

from collections.abc import Iterable

from docutils import nodes

from ...views.table import Table
from ...writers.typst import cards
from ...writers.typst.chapter import Chapter
from ...writers.typst.source import block, string
from ...writers.typst.tables import is_wide
from .base import page_label
from .blocks import Blocks
from .inline import Inline
from .lists import Lists
from .math import Math
from .needs import Needs
from .objects import Objects
from .views import Views


class Translator(Needs, Math, Lists, Objects, Views, Blocks, Inline):
    """docutils nodes of all pages of a project as Typst code, one chapter for each page."""

    def page(self, docname: str, tree: nodes.document, above: tuple[str, ...]) -> list[Chapter]:
        """A page as a chapter, followed by what of its tables goes on in chapters of their own.

        :param above: titles of the chapters that it stands under.
        """
        title = self.builder.env.titles[docname].astext() if docname in self.builder.env.titles else docname
        self._begin(docname, above)
        return self._chapter(title, above, self.anchors_of_document() + self.code(tree))

    def clauses(self, docname: str, clauses: list[str]) -> list[Chapter]:
        """Clauses of one instrument or items of one type that no page shows, as on the extra pages of the HTML."""
        self._begin(docname, ())
        self.section = self.state.extra_title(clauses[0])
        head = self._own_heading(page_label(docname))
        made = "".join(self.clause(clause, is_home=True) for clause in clauses)
        return self._chapter(self.section, (), f"pagebreak(weak: true);\n{head}{made}")

    def view_chapter(self, table: Table) -> list[Chapter]:
        """A view that no page of its document shows."""
        self._begin(f"view:{table.id}", ())
        self.section = table.title
        wide = is_wide(table)
        head = self._own_heading(page_label(f"view:{table.id}"))
        picture = self.drawing(table.drawing, nodes.Text(""), may_turn=False) if table.drawing is not None else ""
        shown = head + picture + self.view(table, wide=wide, may_go_on=True)
        code = f"landscape({block(shown)});\n" if wide else f"pagebreak(weak: true);\n{shown}"
        return self._chapter(table.title, (), code)

    def _own_heading(self, label: str) -> str:
        self.labels[self.docname, ""] = label
        self.emit(label)
        return f"section(1, {string(label)}, {block(self.words(self.section))});\n"

    def _begin(self, docname: str, above: tuple[str, ...]) -> None:
        self.docname, self.level, self.depth, self.section = docname, len(above), 0, ""
        self.figures, self.tables, self.rest = [], [], []
        self.sections, self.data, self.images.files = {}, {}, {}
        self._before, self._used, self.used = set(self.emitted), self.used, {}

    def _chapter(self, title: str, above: tuple[str, ...], code: str) -> list[Chapter]:
        labels = frozenset(self.emitted - self._before)
        chapter = Chapter(
            name=self.docname,
            title=title,
            above=above,
            code=code,
            labels=labels - {label for rest in self.rest for label in rest.labels},
            used=frozenset(self.used),
            sections=self.sections,
            titles={label: self.titles.get(label) or title for label in labels},
            figures=tuple(self.figures),
            tables=tuple(self.tables),
            data=self.data,
            pictures=self.images.files,
        )
        for rest in self.rest:
            names = (*above, *(title,) * len(rest.above))
            rest.above = names[: len(rest.above)]
        self.used = self._used | self.used
        return [chapter, *self.rest]

    def dead_links(self, more: Iterable[str] = ()) -> frozenset[str]:
        """Labels that links name but nothing carries, each with a warning at its first use.

        :param more: labels that are carried elsewhere, such as those of covers.
        """
        dead = sorted(set(self.used) - self.emitted - set(more))
        for label in dead:
            name = label.removeprefix(cards.label(""))
            self.warn(
                "pdf-target", f"{name} has no place in the PDF, so the link to it is plain text.", self.used[label]
            )
        return frozenset(dead)
