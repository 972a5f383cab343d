"""Our own nodes: cards of items and clauses, views, and the appendix of clauses that no page shows."""

from __future__ import annotations

from docutils import nodes
from docutils.nodes import Element

from ...writers.typst import cards
from ...writers.typst.source import block, string, visible
from ...writers.typst.tables import coverage_bars, is_wide, view_data, view_label
from ..nodes import aimd_title, aimd_view
from ..render import clauses_of, shown_card
from ..state import State
from .base import Base


def is_wide_view(state: State, node: nodes.Node) -> bool:
    """Whether a node is a view that needs a landscape page."""
    return isinstance(node, aimd_view) and is_wide(state.dossier.views[node["view"]])


class Views(Base):
    """Cards and tables of the dossier."""

    def home(self, item_id: str) -> None:
        """Note that the card of an item or clause stands here."""
        self.emitted.add(cards.label(item_id))
        self.sections[item_id] = self.section

    def node_aimd_item(self, node: Element) -> str:
        rest = [child for child in node.children if not isinstance(child, aimd_title)]
        card = shown_card(self.state, node)
        if card is None:
            title = block(self.words(node.children[0].astext(), source=node))
            return f"problem({title}, {self.inside(rest)});\n"
        for text in cards.texts(card):
            self.printable(visible(text), node)
        self.home(card.id)
        for result in card.results:
            self.home(result.id)
        self.depth += 1
        body = self.anchors(node) + self.children(rest)
        self.depth -= 1
        return cards.card(card, body, self.place, is_home=True)

    def node_aimd_clauses(self, node: Element) -> str:
        made = ""
        for clause in clauses_of(self.state, node):
            made += self.clause(clause, is_home=self.state.homes.get(clause) == self.docname)
        return made

    def clause(self, clause: str, *, is_home: bool) -> str:
        """The card of a clause; only its home carries the label."""
        card = self.state.dossier.card(clause)
        is_home = is_home and cards.label(clause) not in self.emitted
        if is_home:
            self.home(clause)
        body = f"par({block(self.words(card.body))});" if card.body else ""
        return cards.card(card, body, self.place, is_home=is_home)

    def node_aimd_view(self, node: Element) -> str:
        table = self.state.dossier.views[node["view"]]
        number = self.shown_views.get(table.id, 0)
        self.shown_views[table.id] = number + 1
        label = view_label(table.id, number)
        self.emitted.add(label)
        name = f"view-{len(self.data)}.json"
        self.shows_places = self.shows_places or any(cell.is_place for row in table.rows for cell in row)
        wide = is_wide(table) and self.depth == 0 and isinstance(node.parent, nodes.section)
        self.data[name] = view_data(table, self.place, label, wide=wide)
        bars = coverage_bars(table) if table.kind == "coverage" else ""
        return f"{bars}view({string(name)});\n"

    def appendix(self) -> str:
        """Clauses that no page shows, one section for each instrument, as on the extra pages of the HTML."""
        made = ""
        for docname, clauses in sorted(self.state.homeless().items()):
            instrument = self.state.catalogue.clauses[clauses[0]].instrument
            self.docname = docname
            self.section = f"{instrument.short_title}: clauses that no page shows"
            label = self.labels[docname, ""] = f"doc:{docname}"
            self.emitted.add(label)
            made += f"pagebreak(weak: true);\nsection(1, {string(label)}, {block(self.words(self.section))});\n"
            made += "".join(self.clause(clause, is_home=True) for clause in clauses)
        return made
