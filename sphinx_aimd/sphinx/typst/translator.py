"""The translator: all parts together, and the whole document."""

from __future__ import annotations

from docutils import nodes

from ...writers.typst import cards
from .blocks import Blocks
from .inline import Inline
from .lists import Lists
from .media import Media
from .objects import Objects
from .tables import Tables
from .views import Views


class Translator(Media, Tables, Lists, Objects, Views, Blocks, Inline):
    """docutils nodes of a whole project as Typst code."""

    def translate(self, tree: nodes.document, root: str) -> str:
        """Source of all documents and of the appendix.

        :param tree: the root document with all others inside.
        :param root: its name.
        """
        self.docname = root
        self.collect(tree, root)
        made = self.anchors_of_document() + self.code(tree)
        self.docname = root
        return made + self.appendix()

    def dead_links(self) -> frozenset[str]:
        """Labels that links name but nothing carries, each with a warning at its first use."""
        dead = sorted(set(self.used) - self.emitted)
        for label in dead:
            name = label.removeprefix(cards.label(""))
            self.warn(
                "pdf-target", f"{name} has no place in the PDF, so the link to it is plain text.", self.used[label]
            )
        return frozenset(dead)
