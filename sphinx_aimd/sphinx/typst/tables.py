"""Tables of authors: spans, header rows, header columns, nested content."""

from __future__ import annotations

from docutils import nodes
from docutils.nodes import Element

from ...writers.typst.source import block
from .base import Base
from .numbers import caption_number


class Tables(Base):
    """docutils tables as Typst tables."""

    def node_table(self, node: Element) -> str:
        caption = ""
        made = ""
        for child in node.children:
            if isinstance(child, nodes.title):
                number = caption_number(self.builder, self.docname, "table", node)
                caption = self.words(number) + self.anchors(child) + self.children(child)
            elif isinstance(child, nodes.tgroup):
                made += self._group(child, caption)
                caption = ""
            else:
                made += self.code(child)
        return made

    def _group(self, group: Element, caption: str) -> str:
        columns = [child for child in group.children if isinstance(child, nodes.colspec)]
        widths = ", ".join(f"{max(int(column.get('colwidth', 1)), 1)}fr" for column in columns)
        stubs = [bool(column.get("stub")) for column in columns]
        header: list[str] = []
        cells: list[str] = []
        for child in group.children:
            if isinstance(child, nodes.thead):
                header += self._rows(child, stubs, is_head=True)
            elif isinstance(child, nodes.tbody):
                cells += self._rows(child, stubs, is_head=False)
        head = f"({''.join(f'{cell}, ' for cell in header)})"
        shown = block(caption) if caption else "none"
        return f"grown(({widths},), {shown}, {head}, {', '.join(cells)});\n"

    def _rows(self, part: Element, stubs: list[bool], *, is_head: bool) -> list[str]:
        cells = []
        taken: dict[tuple[int, int], bool] = {}
        for y, row in enumerate(part.children):
            x = 0
            for entry in row.children:
                if not isinstance(entry, nodes.entry):
                    continue
                while taken.get((y, x)):
                    x += 1
                right, down = entry.get("morecols", 0), entry.get("morerows", 0)
                for dy in range(down + 1):
                    for dx in range(right + 1):
                        taken[y + dy, x + dx] = True
                strong = is_head or (x < len(stubs) and stubs[x])
                cells.append(self._cell(entry, right + 1, down + 1, strong=strong))
                x += right + 1
        return cells

    def _cell(self, entry: Element, columns: int, rows: int, *, strong: bool) -> str:
        body = self.flow(entry)
        if strong:
            body = f"strong({body})"
        spans = ""
        if columns > 1:
            spans += f"colspan: {columns}, "
        if rows > 1:
            spans += f"rowspan: {rows}, "
        if strong:
            return f"head-cell({spans}{body})"
        return f"table.cell({spans}{body})" if spans else body

    def node_tgroup(self, node: Element) -> str:
        return self._group(node, "")
