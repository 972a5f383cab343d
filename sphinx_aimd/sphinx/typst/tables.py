"""Tables of authors: spans, header rows, header columns, nested content, rows longer than a page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from docutils import nodes
from docutils.nodes import Element

from ...writers.typst.source import block
from .base import Base
from .numbers import caption_number

#: Letters of the largest face of a table on a whole line, upright and on a landscape page.
LETTERS, LETTERS_LANDSCAPE = 104, 158
#: A word counts with so many letters at most for the width of its column; longer ones are broken.
WORD = 18
#: Lines, by estimate, from which a cell may be cut by the end of a page; a shorter row moves to the next page whole.
TALL = 20
#: What grows in a cell in a way that no count of letters tells.
_GROWING = (nodes.image, nodes.table, nodes.literal_block, nodes.math_block, nodes.figure)
_BREAK = re.compile(r"\s+")


@dataclass
class _Column:
    """What stands in a column, for its width."""

    share: float
    is_stub: bool
    word: int = 3
    line: int = 3
    room: int = WORD


@dataclass
class _Plan:
    """How a table is set: its columns, the size of its face, and whether its cells are those of a table at all."""

    columns: list[_Column]
    size: float = 9
    has_header: bool = False


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

    def node_tgroup(self, node: Element) -> str:
        return self._group(node, "")

    def _group(self, group: Element, caption: str) -> str:
        plan = _plan(group, is_nested=self.depth > 0)
        header: list[str] = []
        cells: list[str] = []
        for child in group.children:
            if isinstance(child, nodes.thead):
                header += self._rows(child, plan, is_head=True)
            elif isinstance(child, nodes.tbody):
                cells += self._rows(child, plan, is_head=False)
        widths = ", ".join(f"{column.share:g}fr" for column in plan.columns)
        shown = block(caption) if caption else "none"
        kind = "table" if plan.has_header else "grid"
        head, body = (f"({''.join(f'{cell}, ' for cell in part)})" for part in (header, cells))
        return f"grown({kind}, {plan.size:g}, ({widths},), {shown}, {head}, {body});\n"

    def _rows(self, part: Element, plan: _Plan, *, is_head: bool) -> list[str]:
        """Cells of all rows. Typst cuts a row only if all its cells may be cut, so those of a tall row all may."""
        found = places(part, len(plan.columns))
        rooms = [
            sum(column.room for column in plan.columns[x : x + entry.get("morecols", 0) + 1]) or WORD
            for _y, x, entry in found
        ]
        tall: set[int] = set()
        for (y, _x, entry), room in zip(found, rooms, strict=True):
            if _lines(entry, room) > TALL:
                tall |= set(range(y, y + entry.get("morerows", 0) + 1))
        ends = {} if is_head else _ends(found)
        cells = []
        for (y, x, entry), room in zip(found, rooms, strict=True):
            down = entry.get("morerows", 0)
            body = self.flow(entry)
            if _longest(entry.astext()) > room:
                body = f"narrow({max(room, 4)}, {body})"
            is_open = not is_head and (y + down in ends if down else y in tall)
            if is_open:
                body = f"{{cut-from;{body};{'' if down else 'cut-to;'}}}"
            if down == 0 and y in ends:  # cells that span rows end in this one
                body = f"{{{body};{'cut-to;' * ends.pop(y)}}}"
            options = f"colspan: {entry['morecols'] + 1}, " if entry.get("morecols") else ""
            options += f"rowspan: {down + 1}, " if down else ""
            options += "breakable: true, " if not is_head and (down or y in tall) else ""
            if is_head or (x < len(plan.columns) and plan.columns[x].is_stub):
                cells.append(f"head-cell({options}{body})")
            elif options:
                cells.append(f"{'table' if plan.has_header else 'grid'}.cell({options}{body})")
            else:
                cells.append(body)
        return cells


def is_wide_table(node: nodes.Node) -> bool:
    """Whether a node is a table whose words need more room than an upright page has."""
    groups = [child for child in node.children if isinstance(child, nodes.tgroup)] if type(node) is nodes.table else []
    return any(_needed(_columns(group)) > LETTERS * 1.15 for group in groups)


def _plan(group: Element, *, is_nested: bool) -> _Plan:
    columns = _columns(group)
    needed = _needed(columns)
    line = LETTERS_LANDSCAPE if needed > LETTERS * 1.15 and not is_nested else LETTERS
    size = 9 if needed <= line or is_nested else max(7, round(9 * line / needed, 1))
    letters = line * 9 / size / (2 if is_nested else 1)
    shares = sum(column.share for column in columns)
    for column in columns:
        column.room = int(letters * column.share / shares) - 1
    is_head = any(isinstance(child, nodes.thead) for child in group.children)
    return _Plan(columns, size, has_header=is_head or any(column.is_stub for column in columns))


def _columns(group: Element) -> list[_Column]:
    """The columns of a table, with widths from what stands in them where the author gave none."""
    specs = [child for child in group.children if isinstance(child, nodes.colspec)]
    columns = [_Column(max(int(spec.get("colwidth", 1)), 1), bool(spec.get("stub"))) for spec in specs]
    for part in group.children:
        if not isinstance(part, nodes.thead | nodes.tbody):
            continue
        for _y, x, entry in places(part, len(columns)):
            if entry.get("morecols") or x >= len(columns):
                continue
            text = entry.astext()
            columns[x].word = max(columns[x].word, min(_longest(text), WORD))
            columns[x].line = max(columns[x].line, min(max(map(len, text.splitlines()), default=0), 60))
    classes = group.parent["classes"] if isinstance(group.parent, Element) else ()
    is_equal = len({column.share for column in columns}) == 1
    if (is_equal and "colwidths-given" not in classes) or "colwidths-auto" in classes:
        for column in columns:
            column.share = max(column.word + 2, column.line / 2)
    return columns


def _needed(columns: list[_Column]) -> float:
    """Letters that a line must have room for, so that no word is broken."""
    shares = sum(column.share for column in columns) or 1
    return max(((column.word + 1.5) * shares / column.share for column in columns), default=0)


def places(part: Element, width: int) -> list[tuple[int, int, Element]]:
    """Row, column and cell of each cell of a part; spans push later cells aside."""
    found: list[tuple[int, int, Element]] = []
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(part.children):
        x = 0
        for entry in row.children:
            if not isinstance(entry, nodes.entry):
                continue
            while (y, x) in taken and x < width:
                x += 1
            found.append((y, x, entry))
            taken |= {
                (y + down, x + right)
                for down in range(entry.get("morerows", 0) + 1)
                for right in range(entry.get("morecols", 0) + 1)
            }
            x += entry.get("morecols", 0) + 1
    return found


def _ends(found: list[tuple[int, int, Element]]) -> dict[int, int]:
    """How many cells that span rows end in a row, for rows with a cell of their own, which carries the marks."""
    plain = {y for y, _x, entry in found if not entry.get("morerows")}
    lasts = [y + entry["morerows"] for y, _x, entry in found if entry.get("morerows")]
    return {last: lasts.count(last) for last in lasts if last in plain}


def _longest(text: str) -> int:
    return max(map(len, _BREAK.split(text)), default=0)


def _lines(entry: Element, room: int) -> float:
    """Lines of a cell, by estimate; a picture, a listing or a table inside counts as many."""
    if next(iter(entry.findall(lambda node: isinstance(node, _GROWING))), None) is not None:
        return TALL + 1
    texts = [node for node in entry.findall(nodes.TextElement) if not isinstance(node, nodes.Inline)]
    return sum(len(text.astext()) / max(room, 1) * 1.2 + 1.5 for text in texts)
