"""What all parts of the translator share: dispatch by node class, labels, warnings that name file and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging

from ...writers.typst.cards import label as item_label
from ...writers.typst.chapter import Chapter
from ...writers.typst.source import block, code_point, string, visible, wrappable
from ..nodes import aimd_clauses
from ..render import clauses_of
from .numbers import caption_number

if TYPE_CHECKING:
    from sphinx.builders import Builder

    from ..state import State
    from .images import Images

LOGGER = logging.getLogger(__name__)
_SPACE = re.compile(r"[ \t\r\n\f\v]+")


def page_label(docname: str, name: str = "") -> str:
    """Label of a page or of an id on it; of ASCII characters, since labels become names of destinations."""
    page = quote(docname, safe="/ ")
    return f"{page}#{name}" if name else f"doc:{page}"


class Base:
    """Turns nodes into statements of Typst code.

    A method ``node_NAME`` takes a node and returns its code; ``NAME`` is the node's class or one of the classes
    that it comes from. What has none is a warning, and its text is written without markup.
    """

    def __init__(self, builder: Builder, state: State, images: Images, characters: frozenset[int]) -> None:
        """Prepare a translation.

        :param characters: code points that the fonts can show.
        """
        self.builder = builder
        self.state = state
        self.images = images
        self.characters = characters
        self.docname = ""
        self.level = 0
        self.depth = 0
        self.section = ""
        self.in_heading = False
        #: Whether what is written stands on a landscape page already.
        self.is_turned = False
        #: Short text of a section that goes on the landscape page of the first section inside.
        self.lead = ""
        self.labels: dict[tuple[str, str], str] = {}
        self.emitted: set[str] = set()
        self.titles: dict[str, str] = {}
        self.used: dict[str, nodes.Node] = {}
        self.sections: dict[str, str] = {}
        self.data: dict[str, str] = {}
        self.figures: list[tuple[str, str]] = []
        self.tables: list[tuple[str, str]] = []
        self.rest: list[Chapter] = []
        self.views = 0
        #: Pages that show each clause here; another format may show it on more.
        self.carriers: dict[str, set[str]] = {}
        self.shown_views: dict[str, int] = {}
        self.told: set[tuple[str, str]] = set()

    # nodes

    def code(self, node: nodes.Node) -> str:
        """Code of a node, with the labels of its ids before it unless its method has placed them."""
        method = self._method(node)
        if method is None:
            return self.unknown(node)
        made = method(node)
        if isinstance(node, nodes.Element) and node["ids"]:
            made = self.anchors(node) + made
        return self._listed(node) + made

    def _listed(self, node: nodes.Node) -> str:
        """A label for a figure or table with a caption, which the lists behind the contents name."""
        kinds = (
            (nodes.figure, "figure", nodes.caption, self.figures),
            (nodes.table, "table", nodes.title, self.tables),
        )
        for cls, kind, caption, listed in kinds:
            found = next((child for child in node.children if isinstance(child, caption)), None)
            if isinstance(node, cls) and found is not None:
                number = caption_number(self.builder, self.docname, kind, node)
                label = f"{kind}:{len(self.emitted)}"
                self.emit(label)
                listed.append((label, self.printable(visible(f"{number}{' '.join(found.astext().split())}"), node)))
                return f"anchor({string(label)});"
        return ""

    def emit(self, label: str) -> None:
        """Note that a label stands here."""
        self.emitted.add(label)
        self.titles[label] = self.section

    def _method(self, node: nodes.Node) -> Callable[[nodes.Node], str] | None:
        for cls in type(node).__mro__:
            method: Callable[[nodes.Node], str] | None = getattr(self, f"node_{cls.__name__}", None)
            if method is not None:
                return method
        return None

    def children(self, node: nodes.Element | Iterable[nodes.Node]) -> str:
        """Code of all children."""
        found = node.children if isinstance(node, nodes.Element) else node
        return "".join(map(self.code, found))

    def body(self, node: nodes.Element | Iterable[nodes.Node]) -> str:
        """Children as one content value."""
        return block(self.children(node))

    def inside(self, node: nodes.Element | Iterable[nodes.Node]) -> str:
        """Children as one content value inside a container, where no page can be turned."""
        self.depth += 1
        try:
            return self.body(node)
        finally:
            self.depth -= 1

    def flow(self, node: nodes.Element | Iterable[nodes.Node]) -> str:
        """As :meth:`inside`; a paragraph that stands alone becomes plain text, as in a compact list or a cell."""
        found = list(node.children if isinstance(node, nodes.Element) else node)
        seen = [child for child in found if not isinstance(child, nodes.comment | addnodes.index)]
        if len(seen) == 1 and type(seen[0]) in (nodes.paragraph, addnodes.compact_paragraph):
            paragraph: nodes.Element = seen[0]  # type: ignore[assignment]
            self.depth += 1
            try:
                return block(self.anchors(paragraph) + self.children(paragraph))
            finally:
                self.depth -= 1
        return self.inside(found)

    def unknown(self, node: nodes.Node) -> str:
        """Say at file and line that a node is not known, and write its text."""
        name = type(node).__name__
        shown = self.words(node.astext())
        self.warn(
            "pdf-node",
            f"the PDF has no form for the node {name}, so "
            f"{'its text is written without markup' if shown else 'it is not in the PDF'}. "
            f"Write it in another way, or keep it out of the PDF with '.. only:: not pdf'.",
            node,
        )
        if isinstance(node, nodes.Inline) or isinstance(node.parent, nodes.TextElement):
            return shown
        return f"par({block(shown)});\n" if shown else ""

    # text

    def words(self, text: str, *, spaces: bool = False, source: nodes.Node | None = None) -> str:
        """A text as statements; what the fonts cannot show is written as its code point, with a warning.

        :param spaces: keep spaces and line ends as they are.
        """
        if not spaces:
            text = _SPACE.sub(" ", text)
        shown = self.printable(visible(text), source)
        return "wrap;".join(f"{string(piece)};" for piece in wrappable(shown)) if shown else ""

    def printable(self, text: str, source: nodes.Node | None) -> str:
        """A text whose characters the fonts can all show."""
        if text.isascii():
            return text
        missing = {point for point in map(ord, text) if point > 127 and point not in self.characters}
        if not missing:
            return text
        names = ", ".join(f"U+{point:04X}" for point in sorted(missing))
        self.warn(
            "pdf-glyph",
            f"the fonts of the PDF have no glyph for {names}; the code point is written in its place. "
            f"Name a folder with a font that has it in aimd_pdf_fonts.",
            source,
        )
        return "".join(code_point(character) if ord(character) in missing else character for character in text)

    # labels

    def anchors(self, node: nodes.Element) -> str:
        """Labels of a node's ids that are not placed yet."""
        made = []
        for name in node["ids"]:
            label = self.labels.get((self.docname, name))
            if label is not None and label not in self.emitted:
                self.emit(label)
                made.append(f"anchor({string(label)});")
        return "".join(made)

    def collect(self, node: nodes.Element, docname: str, heading: str = "") -> None:
        """Give every id of a page its label: one for each node, however many ids it has.

        :param heading: label of the section whose title ``node`` is in; a title appears twice, so it carries none.
        """
        if isinstance(node, aimd_clauses):
            for clause in clauses_of(self.state, node):
                self.carriers.setdefault(clause, set()).add(docname)
        label = heading or (page_label(docname, node["ids"][0]) if node["ids"] else "")
        for name in node["ids"]:
            self.labels.setdefault((docname, name), label)
        if isinstance(node, nodes.section) and node["ids"]:
            self.labels.setdefault((docname, ""), label)
        for child in node.children:
            if isinstance(child, nodes.Element):
                is_title = isinstance(child, nodes.title) and isinstance(node, nodes.section)
                self.collect(child, docname, label if is_title else heading)

    def place(self, item_id: str) -> str | None:
        """Label of the home of an item or clause, or nothing when it has none in the PDF."""
        if item_id not in self.state.homes:
            return None
        label = item_label(item_id)
        self.used.setdefault(label, self._here())
        return label

    def _here(self) -> nodes.Node:
        """A node that stands for the present page in messages."""
        node = nodes.inline()
        if self.docname in self.builder.env.found_docs:
            node.source, node.line = str(self.builder.env.doc2path(self.docname)), 1
        return node

    # messages

    def warn(self, subtype: str, message: str, node: nodes.Node | None) -> None:
        """One warning for each message and place."""
        location = self.location(node)
        if (message, location) not in self.told:
            self.told.add((message, location))
            LOGGER.warning("%s", message, type="aimd", subtype=subtype, location=location or None)

    def location(self, node: nodes.Node | None) -> str:
        """File and line of a node, or of the nearest node around it that has them; else the document's file."""
        while node is not None:
            source, line = getattr(node, "source", None), getattr(node, "line", None)
            if source and line:
                return f"{str(source).partition(':<')[0]}:{line}"
            node = node.parent
        return self.docname if self.docname in self.builder.env.found_docs else ""  # Sphinx makes a path of it
