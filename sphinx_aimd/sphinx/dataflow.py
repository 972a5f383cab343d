"""``.. data-flow:: ID``: an architecture view drawn from the items and links that it shows, as picture and table."""

from __future__ import annotations

from docutils import nodes

from ..views.dataflow_drawing import view_id
from .directives import ViewDirective
from .domain import Named


class DataFlowDirective(ViewDirective):
    """``.. data-flow:: VIW-001``: the picture and the table of an item of the type ``view``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0].strip()
        place = self.place()
        # a reference like that of a role: whether the item exists is known when all pages are read
        self.domain.note("references", self.env.current_document.docname, Named(name, place.file, place.line))
        return self.show(view_id(name), place=place)
