"""Drawn data flows in the PDF: a figure where its letters stay large enough, else a page that has room for it."""

from __future__ import annotations

from docutils import nodes

from ...views.drawing import Drawing
from ...writers.dataflow_svg import LANDSCAPE, LEAST, PORTRAIT, for_paper, size
from ...writers.dataflow_text import SMALL
from ...writers.typst.source import block, string, visible
from .media import Media

#: Points of the picture to one of its units: of one that has room, and at least.
WHOLE = 0.75
SMALLEST = LEAST / SMALL
#: Points around the picture on a page of its own size: margins, caption and running lines.
AROUND = (120, 190)
#: Letters on a line of a page at least as wide as A4, points of a line, and of the title above the remarks.
_LETTERS, _LINE, _TITLE = 90, 16, 40


class Drawings(Media):
    """Pictures of views that have a drawing."""

    def drawing(self, drawing: Drawing, node: nodes.Node, *, may_turn: bool) -> str:
        """The picture as a figure, and below it what does not join.

        :param may_turn: whether it may stand on a page of its own; where it may not, it is made as small as it must be.
        """
        if not drawing.boxes and not drawing.arrows:
            return ""
        text = self.printable(visible(for_paper(drawing)), node)
        name, why = self.images.drawn(text.encode("utf-8"), ".svg", self.builder)
        if why:
            self.warn("pdf-image", f"the data flow {drawing.title!r} {why}. The table below it says the same.", node)
            return ""
        width, height = size(drawing)
        lines = sum(len(remark) // _LETTERS + 1 for remark in drawing.remarks)
        below = lines * _LINE + (_TITLE if lines else 0)
        rooms = {room: (room[0], room[1] - below) for room in (PORTRAIT, LANDSCAPE)}
        room = next((room for room in rooms if _factor(width, height, rooms[room]) >= SMALLEST), None)
        factor = _factor(width, height, rooms[room or PORTRAIT]) if room or not may_turn else SMALLEST
        alternative = self.printable(visible(f"{drawing.title}. {drawing.about}"), node)
        label = f"figure:{len(self.emitted)}"
        self.emit(label)
        self.figures.append((label, self.printable(visible(drawing.title), node)))
        image = (
            f"image({string(name)}, alt: {string(alternative)}, width: {width * factor:.2f}pt, "
            f"height: {height * factor:.2f}pt);"
        )
        shown = (
            f"anchor({string(label)});figure({block(image)}, caption: {block(self.words(drawing.title))}, kind: image);"
        )
        remarks = "".join(f"{block(self.words(remark))}, " for remark in drawing.remarks)
        list_of = f"small-title({block(self.words('Open in this picture'))});list({remarks});\n" if remarks else ""
        made = f"{shown}\n{list_of}"
        if not may_turn or room == PORTRAIT:
            return made
        if room == LANDSCAPE:
            return f"landscape({block(made)});\n"
        large = (width * factor + AROUND[0], height * factor + AROUND[1] + below)
        return f"roomy({large[0]:.2f}pt, {large[1]:.2f}pt, {block(made)});\n"


def _factor(width: float, height: float, room: tuple[float, float]) -> float:
    return min(WHOLE, room[0] / width, room[1] / height)
