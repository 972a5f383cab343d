"""Block-level nodes: sections, paragraphs, quotes, admonitions, footnotes and Sphinx's own blocks."""

from __future__ import annotations

from collections.abc import Sequence

from docutils import nodes
from docutils.nodes import Element
from sphinx import addnodes
from sphinx.locale import admonitionlabels

from ...writers.typst.source import block, literal, string
from .base import Base, page_label
from .tables import is_wide_table
from .views import is_wide_view

_TONES = {
    "attention": "warning",
    "caution": "warning",
    "warning": "warning",
    "danger": "danger",
    "error": "danger",
    "hint": "tip",
    "tip": "tip",
    "important": "note",
    "note": "note",
    "seealso": "plain",
}
_QUOTES = frozenset({"epigraph", "pull-quote"})
#: Letters of a text that goes on the landscape page of the first section inside rather than on a page of its own.
LONGEST_LEAD = 1200


class Blocks(Base):
    """Nodes between paragraphs."""

    # documents and sections

    def node_document(self, node: Element) -> str:
        return self.children(node)

    def anchors_of_document(self) -> str:
        """A label for a document that has no section to carry it."""
        if (self.docname, "") in self.labels:
            return ""
        label = self.labels[self.docname, ""] = page_label(self.docname)
        self.emit(label)
        return f"anchor({string(label)});"

    def node_section(self, node: Element) -> str:
        if self.depth:  # a section in a container, as some extensions make; its title cannot be a heading
            return self.children(node)
        before, outer = self.level, self.section
        title = node.children[0] if node.children and isinstance(node.children[0], nodes.title) else None
        rest = node.children[1:] if title is not None else node.children
        made = ""
        if title is not None and not self._is_cover_title(node):
            self.level += 1
            made = self._heading(node, title)
        lead, self.lead = self.lead, ""
        own, inner = _own_and_inner(rest)
        if self._is_turning(own):
            self.is_turned = True
            made = f"landscape({block(lead + made + self.children(own))});\n"
            self.is_turned = False
        elif inner and self._is_lead(own) and self._opens_turning(inner[0]):
            self.lead, made = lead + made + self.children(own), ""  # it would stand alone on an upright page
        elif self.level == 1 and made:
            made = f"pagebreak(weak: true);\n{made}{self.children(own)}"
        else:
            made += self.children(own)
        made += self.children(inner)
        self.level, self.section = before, outer
        return made

    def _is_turning(self, own: Sequence[nodes.Node]) -> bool:
        return any(is_wide_view(self.state, child) or is_wide_table(child) for child in own)

    def _is_lead(self, own: Sequence[nodes.Node]) -> bool:
        """Whether the text before the first section inside is so short that a page of its own would be nearly empty."""
        plain = (nodes.paragraph, nodes.bullet_list, nodes.enumerated_list, nodes.Admonition, nodes.Invisible)
        is_plain = all(isinstance(child, plain) or _only_toctrees(child) for child in own)
        return is_plain and sum(len(child.astext()) for child in own) <= LONGEST_LEAD

    def _opens_turning(self, node: nodes.Node) -> bool:
        """Whether a section begins on a landscape page, itself or with its first section inside."""
        if not isinstance(node, nodes.section):
            return False
        own, inner = _own_and_inner(node.children[1:])
        return self._is_turning(own) or bool(inner and self._is_lead(own) and self._opens_turning(inner[0]))

    def _is_cover_title(self, node: Element) -> bool:
        """Whether a section is the root document's, with nothing of its own to stand under its title."""
        is_root = isinstance(node.parent, nodes.document) and self.docname == self.builder.config.root_doc
        own = (nodes.comment, addnodes.index, nodes.target, nodes.title)
        return is_root and all(isinstance(child, own) or _only_toctrees(child) for child in node.children)

    def _heading(self, node: Element, title: nodes.title) -> str:
        self.in_heading = True
        number = self._number(node)
        made = self.words(number) + self.children(title)
        self.in_heading = False
        self.section = " ".join(f"{number}{title.astext()}".split())
        label = self.labels.get((self.docname, node["ids"][0])) if node["ids"] else None
        if label is None or label in self.emitted:
            label = f"section:{len(self.emitted)}"
        self.emit(label)
        return f"section({self.level}, {string(label)}, {block(made)});\n"

    def _number(self, node: Element) -> str:
        """Number of a section where the toctree asks for numbers, as in the other formats."""
        numbers = self.builder.env.toc_secnumbers.get(self.docname, {})
        parent = node.parent
        is_first = isinstance(parent, nodes.document)
        anchors = [*([""] if is_first else []), *(f"#{name}" for name in node["ids"])]
        for anchor in anchors:
            if numbers.get(anchor):
                return f"{'.'.join(map(str, numbers[anchor]))}{self.builder.config.html_secnumber_suffix}"
        return ""

    def node_title(self, node: Element) -> str:
        return f"small-title({self.body(node)});\n"

    node_subtitle = node_title
    node_rubric = node_title

    def node_compound(self, node: Element) -> str:
        return self.children(node)

    node_compact_paragraph = node_compound
    node_acks = node_compound
    node_decoration = node_compound

    # paragraphs and quotes

    def node_paragraph(self, node: Element) -> str:
        made = self.anchors(node) + self.children(node)
        return f"par({block(made)});\n" if made else ""

    def node_centered(self, node: Element) -> str:
        return f"align(center, strong({self.body(node)}));\n"

    def node_transition(self, node: Element) -> str:
        del node
        return "separator;\n"

    def node_block_quote(self, node: Element) -> str:
        inner = self.inside(node)
        return f"epigraph({inner});\n" if _QUOTES & set(node["classes"]) else f"quoted({inner});\n"

    def node_attribution(self, node: Element) -> str:
        return f"attribution({self.body(node)});\n"

    def node_line_block(self, node: Element) -> str:
        return f"par({block(self.anchors(node) + self._lines(node, 0))});\n"

    def _lines(self, node: Element, indent: int) -> str:
        made = []
        for child in node.children:
            if isinstance(child, nodes.line_block):
                made.append(self._lines(child, indent + 1))
            else:
                made.append(f"h({indent * 6}mm);{self.code(child)}")
        return "linebreak();".join(made)

    def node_line(self, node: Element) -> str:
        return self.children(node)

    # boxes

    def box(self, tone: str, title: str, body: str) -> str:
        """A coloured box; ``title`` is code or empty."""
        return f"aside({literal(tone)}, {block(title) if title else 'none'}, {body});\n"

    def node_Admonition(self, node: Element) -> str:  # noqa: N802 - the name is the node's
        name = node.tagname
        title, rest = "", node.children
        if rest and isinstance(rest[0], nodes.title):
            title, rest = self.children(rest[0]), rest[1:]
        elif name in admonitionlabels:
            title = self.words(str(admonitionlabels[name]))
        return self.box(_TONES.get(name, "plain"), self.anchors(node) + title, self.inside(rest))

    def node_topic(self, node: Element) -> str:
        if "contents" in node["classes"]:
            return ""  # the PDF has its own table of contents
        return self.node_Admonition(node)

    node_sidebar = node_topic

    def node_versionmodified(self, node: Element) -> str:
        tone = "warning" if node.get("type") in ("deprecated", "versionremoved") else "plain"
        return self.box(tone, "", self.inside(node))

    def node_footnote(self, node: Element) -> str:
        label, rest = "", node.children
        if rest and isinstance(rest[0], nodes.label):
            label, rest = self.words(f"[{rest[0].astext()}]"), rest[1:]
        return f"pairs(auto, {block(self.anchors(node) + label)}, {self.flow(rest)});\n"

    node_citation = node_footnote

    def node_hlist(self, node: Element) -> str:
        columns = ", ".join(self.inside(column) for column in node.children if isinstance(column, Element))
        return f"grid(columns: (1fr,) * {len(node.children)}, column-gutter: 5mm, {columns});\n"

    def node_hlistcol(self, node: Element) -> str:
        return self.children(node)

    def node_productionlist(self, node: Element) -> str:
        rows = []
        for production in node.children:
            if isinstance(production, Element):
                made = self.anchors(production) + self.children(production)
                rows.append(f"code({block(made)});")
        return f"quoted({block('linebreak();'.join(rows))});\n"

    def node_production(self, node: Element) -> str:
        return self.children(node)


def _own_and_inner(children: Sequence[nodes.Node]) -> tuple[Sequence[nodes.Node], Sequence[nodes.Node]]:
    """What a section holds itself, and from the first section inside on."""
    cut = next((at for at, child in enumerate(children) if _holds_section(child)), len(children))
    return children[:cut], children[cut:]


def _holds_section(node: nodes.Node) -> bool:
    return isinstance(node, nodes.section) or next(iter(node.findall(nodes.section)), None) is not None


def _only_toctrees(node: nodes.Node) -> bool:
    """Whether a node is a section, or the wrapper of a toctree, whose pages follow as chapters of their own."""
    if isinstance(node, nodes.section | addnodes.toctree):
        return True
    wrapped = isinstance(node, nodes.compound) and "toctree-wrapper" in node["classes"]
    return wrapped and all(isinstance(child, nodes.caption | addnodes.toctree) for child in node.children)
