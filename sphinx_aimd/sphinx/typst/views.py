"""Our own nodes: cards of items and clauses, and views."""

from __future__ import annotations

from collections.abc import Sequence

from docutils import nodes
from docutils.nodes import Element

from ...views.table import Table
from ...writers.typst import cards
from ...writers.typst.chapter import TABLE_ROOM, Chapter
from ...writers.typst.columns import rooms_of
from ...writers.typst.source import block, string, visible
from ...writers.typst.tables import coverage_bars, cuts, is_wide, rows_of, view_data, view_label
from ..nodes import aimd_title, aimd_view
from ..render import clauses_of, shown_card
from ..state import State
from .drawings import Drawings


def is_wide_view(state: State, node: nodes.Node) -> bool:
    """Whether a node is a view that needs a landscape page."""
    if not isinstance(node, aimd_view):
        return False
    view = state.dossier.views[node["view"]]
    return is_wide(view) and view.drawing is None  # a drawing chooses its page, and its table turns by itself


class Views(Drawings):
    """Cards and tables of the dossier."""

    def home(self, item_id: str) -> None:
        """Note that the card of an item or clause stands here."""
        self.emit(cards.label(item_id))
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
            home = self.state.homes.get(clause)
            made += self.clause(clause, is_home=home == self.docname or home not in self.carriers.get(clause, ()))
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
        wide = is_wide(table) and self.depth == 0 and isinstance(node.parent, nodes.section)
        if table.drawing is not None:
            may_turn = wide and not self.is_turned
            picture = self.drawing(table.drawing, node, may_turn=may_turn)
            made = self.view(table, wide=wide, may_go_on=self.depth == 0)
            return picture + (f"landscape({block(made)});\n" if may_turn else made)
        return self.view(table, wide=wide, may_go_on=self.depth == 0)

    def view(self, table: Table, *, wide: bool, may_go_on: bool) -> str:
        """A view; what is too much for one file goes on in chapters of its own.

        :param wide: whether it stands on a landscape page.
        """
        number = self.shown_views.get(table.id, 0)
        self.shown_views[table.id] = number + 1
        rooms = rooms_of(table, wide=wide)
        rows = rows_of(table, self.place, rooms)
        slices = cuts(table, rows, TABLE_ROOM) if may_go_on else [slice(0, len(rows))]
        parts = [_part(found, len(rows)) if len(slices) > 1 else "" for found in slices]
        for position, found in list(enumerate(slices))[1:]:
            title = f"{self.section}, {parts[position]}" if self.section else f"{table.title}, {parts[position]}"
            before, self.data, outer = self.data, {}, self.tables
            self.tables = []
            label = f"{view_label(table.id, number)}:part-{position + 1}"
            shown = self._view_part(table, rows[found], label, rooms, part=parts[position])
            level = max(self.level, 1)
            heading = f"section({level}, {string(f'{label}:title')}, {block(self.words(title))});\n"
            code = f"landscape({block(heading + shown)});\n" if wide else f"pagebreak(weak: true);\n{heading}{shown}"
            self.emit(f"{label}:title")
            labels = frozenset({label, f"{label}:title"})
            self.rest.append(
                Chapter(
                    name=f"{self.docname}:{label}",
                    title=title,
                    above=("",) * (level - 1),
                    code=code,
                    labels=labels,
                    used=self._leads(table, found),
                    data=self.data,
                    tables=tuple(self.tables),
                    titles=dict.fromkeys(labels, title),
                )
            )
            self.data, self.tables = before, outer
        bars = coverage_bars(table) if table.kind == "coverage" else ""
        name = view_label(table.id, number)
        return bars + self._view_part(table, rows[slices[0]], name, rooms, part=parts[0])

    def _leads(self, table: Table, part: slice) -> frozenset[str]:
        """Labels that the rows of a part lead to."""
        ends = {cell.target for row in table.rows[part] for cell in row if cell.target}
        return frozenset(label for end in ends if (label := self.place(end)) is not None)

    def _view_part(self, table: Table, rows: list[str], label: str, rooms: Sequence[int], *, part: str) -> str:
        self.emit(label)
        self.tables.append((label, f"{table.title}, {part}" if part else table.title))
        self.views += 1
        name = f"view-{self.views}.json"
        self.data[name] = view_data(table, rows, label, rooms, part=part)
        return f"view({string(name)});\n"


def _part(rows: slice, total: int) -> str:
    return f"rows {rows.start + 1:,} to {rows.stop:,} of {total:,}"
