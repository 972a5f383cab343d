"""Descriptions of objects of Sphinx's domains: ``py:function``, ``option``, ``c:struct`` and the others."""

from __future__ import annotations

from docutils import nodes
from docutils.nodes import Element
from sphinx import addnodes

from ...writers.typst.source import block
from .base import Base


class Objects(Base):
    """Signatures and what stands under them."""

    def node_desc(self, node: Element) -> str:
        return self.children(node)

    def node_desc_signature(self, node: Element) -> str:
        if node.get("is_multiline"):
            lines = [self.anchors(line) + self.children(line) for line in node.children if isinstance(line, Element)]
            made = "linebreak();".join(lines)
        else:
            made = self.children(node)
        return f"signature({block(self.anchors(node) + made)});\n"

    def node_desc_content(self, node: Element) -> str:
        return f"indented({self.inside(node)});\n" if node.children else ""

    def node_desc_signature_line(self, node: Element) -> str:
        return self.children(node)

    node_desc_inline = node_desc_signature_line
    node_desc_addname = node_desc_signature_line
    node_desc_type = node_desc_signature_line
    node_desc_parameter = node_desc_signature_line
    node_desc_type_parameter = node_desc_signature_line

    def node_desc_name(self, node: Element) -> str:
        return f"strong({self.body(node)});" if node.children else ""

    def node_desc_annotation(self, node: Element) -> str:
        return f"emph({self.body(node)});" if node.children else ""

    def node_desc_returns(self, node: Element) -> str:
        return f'" → ";{self.children(node)}'

    def node_desc_parameterlist(self, node: Element) -> str:
        return f'"(";{self._parameters(node)}")";'

    def node_desc_type_parameter_list(self, node: Element) -> str:
        return f'"[";{self._parameters(node)}"]";'

    def node_desc_optional(self, node: Element) -> str:
        return f'"[";{self._parameters(node)}"]";'

    def _parameters(self, node: Element) -> str:
        made = ""
        for number, child in enumerate(node.children):
            comma = '", ";' if number or isinstance(node, addnodes.desc_optional) else ""
            made += comma + self.code(child)
        return made

    def node_desc_sig_space(self, node: Element) -> str:
        del node
        return '" ";'

    def node_todo_node(self, node: nodes.Element) -> str:
        return self.node_Admonition(node)  # type: ignore[attr-defined, no-any-return]
