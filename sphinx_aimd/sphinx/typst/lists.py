"""Lists of all kinds: bullets, numbers, definitions, fields, options, glossaries."""

from __future__ import annotations

from docutils import nodes
from docutils.nodes import Element

from ...writers.typst.source import block, literal
from .base import Base

_NUMBERS = {"arabic": "1", "loweralpha": "a", "upperalpha": "A", "lowerroman": "i", "upperroman": "I"}


class Lists(Base):
    """Lists and their parts."""

    def node_bullet_list(self, node: Element) -> str:
        items = [self._item(item) for item in node.children if isinstance(item, Element)]
        return f"list(tight: {_tight(node)}, {', '.join(items)});\n" if items else ""

    def node_enumerated_list(self, node: Element) -> str:
        items = [self._item(item) for item in node.children if isinstance(item, Element)]
        form = f"{node.get('prefix', '')}{_NUMBERS.get(node.get('enumtype', ''), '1')}{node.get('suffix', '.')}"
        start = node.get("start", 1)
        return f"enum(tight: {_tight(node)}, numbering: {literal(form)}, start: {start}, {', '.join(items)});\n"

    def _item(self, item: Element) -> str:
        anchors = self.anchors(item)
        inner = self.flow(item)
        return f"{{{anchors}{inner}}}" if anchors else inner

    def node_list_item(self, node: Element) -> str:
        return self.children(node)

    # definitions

    def node_definition_list(self, node: Element) -> str:
        return self.children(node)

    node_glossary = node_definition_list

    def node_definition_list_item(self, node: Element) -> str:
        terms: list[str] = []
        made = self.anchors(node)
        for child in node.children:
            if isinstance(child, nodes.term):
                terms.append(self.anchors(child) + self.children(child))
            elif isinstance(child, nodes.classifier):
                terms[-1:] = [f'{terms[-1] if terms else ""}text(weight: 400, {{" : ";emph({self.body(child)});}});']
            elif isinstance(child, Element):
                made += f"term({block('linebreak();'.join(terms))});\nindented({self.inside(child)});\n"
                terms = []
        return made + (f"term({block('linebreak();'.join(terms))});\n" if terms else "")

    def node_definition(self, node: Element) -> str:
        return self.children(node)

    # fields and options

    def node_field_list(self, node: Element) -> str:
        cells = []
        for field in node.children:
            if isinstance(field, nodes.field) and len(field.children) > 1:
                name: Element = field.children[0]  # type: ignore[assignment]
                value: Element = field.children[1]  # type: ignore[assignment]
                cells.append(f"text(fill: muted, {block(self.anchors(field) + self.children(name))})")
                cells.append(self.flow(value))
            elif isinstance(field, Element):  # authors, dates and the like of a docinfo
                cells.append(f"text(fill: muted, {literal(field.tagname.capitalize())})")
                cells.append(self.flow(field))
        return f"pairs(38mm, {', '.join(cells)});\n" if cells else ""

    node_docinfo = node_field_list

    def node_authors(self, node: Element) -> str:
        return self.words(", ".join(child.astext() for child in node.children))

    def node_Bibliographic(self, node: Element) -> str:  # noqa: N802 - the name is the node's
        return self.children(node)

    def node_option_list(self, node: Element) -> str:
        cells = []
        for item in node.children:
            if not isinstance(item, nodes.option_list_item):
                continue
            group, description = item.children
            options = ", ".join(option.astext() for option in group.children)
            cells.append(f"code({block(self.words(options))})")
            cells.append(self.flow(description))  # type: ignore[arg-type]
        return f"pairs(45mm, {', '.join(cells)});\n" if cells else ""


def _tight(node: Element) -> str:
    """Whether the items of a list are single short paragraphs."""
    compact = all(len(item.children) <= 1 for item in node.children if isinstance(item, Element))
    return "true" if compact else "false"
