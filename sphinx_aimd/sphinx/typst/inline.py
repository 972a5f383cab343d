"""Text-level nodes: emphasis, references, downloads, footnote marks and what Sphinx adds to them."""

from __future__ import annotations

from docutils import nodes
from docutils.nodes import Element
from sphinx import addnodes

from ...writers.typst.source import block, string
from .base import Base, page_label

#: Addresses that become links; others are text only.
SCHEMES = ("http://", "https://", "mailto:")


class Inline(Base):
    """Nodes inside paragraphs."""

    def node_Text(self, node: nodes.Text) -> str:  # noqa: N802 - the name is the node's
        return self.words(node.astext(), source=node)

    def wrap(self, function: str, node: Element) -> str:
        """Children inside a function; nothing if there are none."""
        made = self.children(node)
        return f"{function}({{{made}}});" if made else ""

    def node_emphasis(self, node: Element) -> str:
        return self.wrap("emph", node)

    def node_strong(self, node: Element) -> str:
        return self.wrap("strong", node)

    def node_literal(self, node: Element) -> str:
        return self.wrap("code", node)

    def node_literal_emphasis(self, node: Element) -> str:
        return f"emph({block(self.wrap('code', node))});"

    def node_literal_strong(self, node: Element) -> str:
        return f"strong({block(self.wrap('code', node))});"

    def node_superscript(self, node: Element) -> str:
        return self.wrap("super", node)

    def node_subscript(self, node: Element) -> str:
        return self.wrap("sub", node)

    node_title_reference = node_emphasis
    node_manpage = node_emphasis

    def node_inline(self, node: Element) -> str:
        made = self.children(node)
        classes = node["classes"]
        if made and ("guilabel" in classes or "menuselection" in classes):
            return f"strong({{{made}}});"
        if made and ("versionmodified" in classes or "strike" in classes):
            return f"{'strike' if 'strike' in classes else 'emph'}({{{made}}});"
        return made

    def node_generated(self, node: Element) -> str:
        return self.children(node)

    def node_abbreviation(self, node: Element) -> str:
        meaning = node.get("explanation", "")
        return self.children(node) + (self.words(f" ({meaning})", source=node) if meaning else "")

    node_acronym = node_abbreviation
    node_problematic = node_literal

    def node_substitution_reference(self, node: Element) -> str:
        return self.children(node)

    def node_target(self, node: Element) -> str:
        return self.anchors(node) + self.children(node)

    # references

    def goal(self, node: Element) -> str | None:
        """Label that a reference leads to, or nothing."""
        docname, name = self.docname, node.get("refid", "")
        uri = node.get("refuri", "")
        if uri.startswith("%"):
            docname, _mark, name = uri[1:].partition("#")
        elif uri.startswith("#"):
            name = uri[1:]
        elif not name:
            return None
        if name in self.state.homes and self.state.homes[name] == docname:
            return self.place(name)
        return self.labels.get((docname, name), page_label(docname, name))

    def node_reference(self, node: Element) -> str:
        made = self.children(node)
        uri = node.get("refuri", "")
        if self.in_heading or not made:
            return made
        if uri.startswith(SCHEMES):
            return f"web({string(uri)}, {block(made)});"
        label = self.goal(node)
        if label is None:
            return made
        self.used.setdefault(label, node)
        # cells have no room for document, section and page; the index at the end of the file has
        return f"{'go' if _in_cell(node) else 'cite'}({string(label)}, {block(made)});"

    node_number_reference = node_reference

    def node_pending_xref(self, node: Element) -> str:
        return self.children(node)

    node_pending_xref_condition = node_pending_xref

    def node_download_reference(self, node: Element) -> str:
        target = node.get("reftarget", "")
        made = self.children(node)
        if target.startswith(SCHEMES):
            return f"web({string(target)}, {block(made)});"
        return made if target in node.astext() else made + self.words(f" (file {target})", source=node)

    def node_footnote_reference(self, node: Element) -> str:
        label = self.goal(node)
        mark = f"super({block(self.children(node))});"
        if label is None or self.in_heading:
            return mark
        self.used.setdefault(label, node)
        return f"go({string(label)}, {block(mark)});"

    def node_citation_reference(self, node: Element) -> str:
        label = self.goal(node)
        made = f'"[";{self.children(node)}"]";'
        if label is None or self.in_heading:
            return made
        self.used.setdefault(label, node)
        return f"go({string(label)}, {block(made)});"

    # what has no form on paper

    def nothing(self, node: nodes.Node) -> str:
        """Nodes that only steer other formats or the reading of the source."""
        del node
        return ""

    node_index = nothing
    node_comment = nothing
    node_substitution_definition = nothing
    node_pending = nothing
    node_meta = nothing
    node_highlightlang = nothing
    node_tabular_col_spec = nothing
    node_colspec = nothing
    node_toctree = nothing

    def node_raw(self, node: Element) -> str:
        formats = node.get("format", "").split()
        if "text" in formats:
            return self.words(node.astext(), source=node)
        self.warn(
            "pdf-raw",
            f"raw {' '.join(formats)} is for another format and is not in the PDF. Put what readers must see "
            f"into markup, or suppress the warning aimd.pdf-raw.",
            node,
        )
        return ""

    def node_system_message(self, node: Element) -> str:
        del node  # it was reported when the source was read
        return ""

    def node_only(self, node: addnodes.only) -> str:
        return self.children(node)

    def node_autosummary_table(self, node: Element) -> str:
        return self.children(node)


def _in_cell(node: nodes.Node) -> bool:
    while node.parent is not None:
        node = node.parent
        if isinstance(node, nodes.entry):
            return True
    return False
