"""Figures, images and code."""

from __future__ import annotations

import re

from docutils import nodes
from docutils.nodes import Element

from ...writers.typst.source import block, literal, string, visible
from .base import Base
from .numbers import caption_number

_SIZE = re.compile(r"\s*([\d.]+)\s*([a-z%]*)\s*")
_UNITS = {"": ("pt", 0.75), "px": ("pt", 0.75), "pt": ("pt", 1), "em": ("em", 1), "ex": ("em", 0.5), "%": ("%", 1)}
_UNITS |= {"cm": ("cm", 1), "mm": ("mm", 1), "in": ("in", 1), "pc": ("pt", 12), "rem": ("em", 1), "ch": ("em", 0.5)}
_SIDES = ("left", "center", "right")
#: Points that a picture in a line may be wide.
_ROOM = 450
#: Longest line of a listing that fits on a page at its size.
_LINE = 92


def length(size: str) -> str:
    """A docutils length as a Typst length; ``auto`` for what is none."""
    match = _SIZE.fullmatch(size or "")
    if match is None or match[2] not in _UNITS:
        return "auto"
    unit, factor = _UNITS[match[2]]
    return f"{float(match[1]) * factor:g}{unit}"


def aligned(node: Element, code: str) -> str:
    """A figure or image where its author wants it on the line."""
    align = node.get("align", "")
    return f"align({align}, {block(code)});\n" if align in _SIDES else f"{code}\n"


def _in_line(node: nodes.Node) -> bool:
    """Whether an image stands in a line of text; one that is a link may be a block all the same."""
    parent = node.parent
    if isinstance(parent, nodes.reference):
        parent = parent.parent
    return isinstance(parent, nodes.TextElement)


class Media(Base):
    """Everything that is not prose."""

    #: Pictures shown so far.
    pictured = 0

    def node_figure(self, node: Element) -> str:
        number = caption_number(self.builder, self.docname, "figure", node)
        caption, content, legend = "none", "", ""
        before = self.pictured
        for child in node.children:
            if isinstance(child, nodes.caption):
                caption = block(self.words(number) + self.anchors(child) + self.children(child))
            elif isinstance(child, nodes.legend):
                legend += self.children(child)
            else:
                content += self.code(child)
        made = self.anchors(node)
        if self.pictured > before:
            figure = f"figure({block(content)}, caption: {caption}, kind: image);"
            side = node.get("align", "")
            side = f"show figure: set align({side});" if side in _SIDES else ""
            made += f"{{{side}{figure}}}\n" if side else f"{figure}\n"
        else:  # Typst asks a figure for an alternative text; what is no picture here speaks for itself
            made += content + (f"captioned({caption});\n" if caption != "none" else "")
        return made + legend

    def node_legend(self, node: Element) -> str:
        return self.children(node)

    def node_caption(self, node: Element) -> str:
        return f"small-title({self.body(node)});\n"

    def node_image(self, node: Element) -> str:
        name = self.images.name(node, self)
        alternative = self.printable(visible(" ".join(str(node.get("alt") or "").split())), node)
        if name is None:
            uri = node.get("uri", "")
            shown = self.words(f"[image: {alternative or uri}]")
            return shown if _in_line(node) else f"par({block(shown)});\n"
        if not alternative:
            self.warn(
                "pdf-image",
                f"image {node['uri']} has no alternative text; the PDF says only that it is an image. Add :alt:.",
                node,
            )
            alternative = f"Image without alternative text: {node['uri']}"
        return self.picture(node, name, alternative)

    def picture(self, node: Element, name: str, alternative: str) -> str:
        """A picture in the size that its author asks for, never larger than its page."""
        self.pictured += 1
        width, height = length(node.get("width", "")), length(node.get("height", ""))
        if _in_line(node):
            height = height if height != "auto" or width != "auto" else "1em"
            if width.endswith("pt") and float(width[:-2]) > _ROOM:
                width, height = "100%", "auto"
            return f"box(image({string(name)}, alt: {string(alternative)}, width: {width}, height: {height}));"
        factor = float(node.get("scale", 100)) / 100
        made = f"picture({string(name)}, {string(alternative)}, {width}, {height}, {factor:g});"
        return aligned(node, made)

    # code

    def node_literal_block(self, node: Element, caption: str = "") -> str:
        text = self.printable(visible(node.astext().expandtabs(8)), node)
        options: dict[str, int] = node.get("highlight_args", {})
        start = options.get("linenostart", 1)
        numbers = literal(start) if node.get("linenos") else "none"
        long = "true" if max(map(len, text.splitlines()), default=0) > _LINE else "false"
        shown = block(caption) if caption else "none"
        return f"listing({shown}, {numbers}, {long}, {string(text)});\n"

    node_doctest_block = node_literal_block

    def node_container(self, node: Element) -> str:
        """A listing with a caption, or any group of blocks."""
        if not node.get("literal_block"):
            return self.children(node)
        caption, made = self.anchors(node), ""
        for child in node.children:
            if isinstance(child, nodes.caption):
                number = caption_number(self.builder, self.docname, "code-block", node)
                caption += self.words(number) + self.children(child)
            elif isinstance(child, nodes.literal_block):
                made += self.anchors(child) + self.node_literal_block(child, caption)
            else:
                made += self.code(child)
        return made
