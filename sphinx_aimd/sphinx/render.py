"""Nodes in, HTML out for HTML builders; plain docutils nodes for every other builder but the PDF's."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from ..views.card import Card
from ..views.table import Table
from ..writers.html import cards
from ..writers.html.inline import link
from .addresses import addresses
from .nodes import aimd_clauses, aimd_item, aimd_title, aimd_view
from .state import State, get_state
from .viewpages import view_html


def shown_card(state: State, node: nodes.Element) -> Card | None:
    """Card of an item node, or nothing if its record did not become an item (no id, duplicate)."""
    item = state.dossier.trace.items.get(node["item"])
    if item is None or (item.location.file, item.location.line) != (node["file"], node["line"]):
        return None
    return state.dossier.card(item.id)


def clauses_of(state: State, node: nodes.Element) -> list[str]:
    """Ids of the clauses that a node shows in the order of the text, or of its items from files."""
    if node.get("types"):
        return state.dossier.trace.from_files(node["types"])
    wanted = set(node["clauses"])
    ids = [clause.id for clause in state.catalogue.of(node["instrument"])]
    return [clause for clause in ids if not wanted or clause in wanted]


def clause_html(state: State, clause: str, docname: str, *, is_home: bool) -> str:
    """A whole clause card; only its home carries the anchor."""
    card = state.dossier.card(clause)
    to = addresses(state, docname)
    anchor = clause if is_home else ""
    before, after = cards.card_title(card, anchor, to)
    title = link(clause, card.label, to.item) if not is_home else escape(card.label)
    body = f'<p class="aimd-body">{escape(card.body)}</p>\n' if card.body else ""
    head = cards.card_head(card, anchor)
    tail = cards.card_reasons(card) + cards.card_findings(card) + cards.card_tail(card, to)
    return f"{head}{before}{title} {escape(card.title)}{after}{body}{tail}"


def visit_item(self: Any, node: nodes.Element) -> None:
    """Open a card."""
    state = get_state(self.builder.app)
    card = shown_card(state, node)
    if card is None:
        self.body.append('<section class="aimd-card aimd-problem">\n')
        return
    self.body.append(cards.card_head(card, card.id))


def depart_item(self: Any, node: nodes.Element) -> None:
    """Close a card with its reasons, fields, links and results."""
    state = get_state(self.builder.app)
    card = shown_card(state, node)
    if card is None:
        self.body.append("</section>\n")
        return
    self.body.append(cards.card_reasons(card) + cards.card_findings(card))
    self.body.append(cards.card_tail(card, addresses(state, self.builder.current_docname)))


def _title(self: Any, node: nodes.Element) -> tuple[str, str]:
    state = get_state(self.builder.app)
    card = shown_card(state, node.parent)
    if card is None:
        return '<p class="aimd-title"><strong>', "</strong></p>\n"
    return cards.card_title(card, card.id, addresses(state, self.builder.current_docname))


def visit_title(self: Any, node: nodes.Element) -> None:
    """Open the title of a card."""
    self.body.append(_title(self, node)[0])


def depart_title(self: Any, node: nodes.Element) -> None:
    """Close the title of a card with its verdict."""
    self.body.append(_title(self, node)[1])


def visit_clauses(self: Any, node: nodes.Element) -> None:
    """Write the cards of clauses."""
    state = get_state(self.builder.app)
    docname = self.builder.current_docname
    for clause in clauses_of(state, node):
        self.body.append(clause_html(state, clause, docname, is_home=state.homes.get(clause) == docname))
    raise nodes.SkipNode


def visit_view(self: Any, node: nodes.Element) -> None:
    """Write a view."""
    self.body.append(view_html(get_state(self.builder.app), node["view"], self.builder.current_docname))
    raise nodes.SkipNode


def add_nodes(app: Sphinx) -> None:
    """Register our nodes with the HTML translators.

    For epub by name too: an extension that sphinx-needs brings does so, and Sphinx then no longer asks for ``html``.
    """
    visitors: dict[type[nodes.Element], Any] = {
        aimd_item: (visit_item, depart_item),
        aimd_title: (visit_title, depart_title),
        aimd_clauses: (visit_clauses, None),
        aimd_view: (visit_view, None),
    }
    for node, functions in visitors.items():
        app.add_node(node, html=functions, epub=functions)


#: Builders whose pages nobody reads.
UNSEEN = frozenset({"dummy", "linkcheck"})


def on_doctree_resolved(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """For builders without visitors of ours (text, latex, man, texinfo, xml): say the same in plain nodes."""
    del docname
    if app.builder.format in ("html", "typst") or app.builder.name in UNSEEN:
        return
    state = get_state(app)
    for item in list(doctree.findall(aimd_item)):
        _plain_item(state, item)
    for clauses in list(doctree.findall(aimd_clauses)):
        shown = [state.dossier.card(clause) for clause in clauses_of(state, clauses)]
        clauses.replace_self([node for card in shown for node in _plain_card(card, [nodes.paragraph("", card.body)])])
    for view in list(doctree.findall(aimd_view)):
        view.replace_self(_plain_table(state.dossier.views[view["view"]]))


def _plain_item(state: State, node: aimd_item) -> None:
    card = shown_card(state, node)
    body = [child for child in node.children if not isinstance(child, aimd_title)]
    if card is None:
        node.replace_self([nodes.rubric("", node.children[0].astext()), *body])
        return
    node.replace_self(_plain_card(card, body))


def _plain_card(card: Card, body: Sequence[nodes.Node]) -> list[nodes.Node]:
    fields = [("Type", card.kind), ("Status", card.status), ("Verdict", card.word), *card.fields]
    fields += [("What is open", "; ".join(card.reasons))]
    fields += [
        (title, "; ".join(f"{end.label} {end.title} [{end.word}]" for end in ends)) for title, ends in card.links
    ]
    fields += [("Result", f"{end.label} {end.title} [{end.word}] {end.note}") for end in card.results]
    field_list = nodes.field_list()
    for title, text in fields:
        if text:
            name, value = nodes.field_name("", title), nodes.field_body("", nodes.paragraph("", text))
            field_list += nodes.field("", name, value)
    return [nodes.rubric("", f"{card.label} {card.title}"), *body, field_list]


def _plain_table(view: Table) -> list[nodes.Node]:
    group = nodes.tgroup(cols=len(view.columns))
    group += [nodes.colspec(colwidth=column.width * 10) for column in view.columns]

    def row(texts: Sequence[str]) -> nodes.row:
        return nodes.row("", *(nodes.entry("", nodes.paragraph("", text)) for text in texts))

    group += nodes.thead("", row([column.title for column in view.columns]))
    rows = [row([cell.shown for cell in cells]) for cells in view.rows]
    group += nodes.tbody("", *(rows or [row(["No rows.", *[""] * (len(view.columns) - 1)])]))
    return [nodes.paragraph("", view.scope), nodes.table("", nodes.title("", view.title), group)]
