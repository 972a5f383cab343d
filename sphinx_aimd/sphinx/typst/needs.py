"""What sphinx-needs leaves on a page: its need cards, parts of needs, and flows of needs."""

from __future__ import annotations

from collections.abc import Mapping

from docutils import nodes
from docutils.nodes import Element
from sphinx.application import Sphinx

from ...writers.typst.source import block, visible
from .. import adapter
from .diagrams import Diagrams
from .tables import Tables, places

#: Nodes of a flow, by the name of their class, since only the adapter knows sphinx-needs.
_FLOWS = frozenset({"NeedflowPlantuml", "NeedflowGraphiz"})
_ALTERNATIVE = 1_500


class aimd_flow(nodes.General, nodes.Element):  # noqa: N801 - docutils names nodes in lower case
    """A flow of needs. Attributes: ``flow`` (an adapter's Flow), ``caption``, ``alt``."""


def keep_flows(app: Sphinx, tree: nodes.document, docname: str) -> None:
    """Put our node in the place of every ``needflow`` before sphinx-needs takes it out for want of HTML.

    Runs at ``doctree-resolved`` before the handlers of sphinx-needs (500).
    """
    del docname
    if app.builder.name != "aimd-pdf" or not app.config.needs_include_needs:
        return
    for node in [found for found in tree.findall(nodes.Element) if type(found).__name__ in _FLOWS]:
        kept = aimd_flow("", flow=adapter.flow(app, node), caption=node.get("caption") or "", alt=node.get("alt") or "")
        kept["ids"], kept.source, kept.line = node["ids"], node.source, node.line or node.get("lineno")
        node.replace_self(kept)


def connect(app: Sphinx) -> None:
    """Have flows kept for the PDF."""
    app.connect("doctree-resolved", keep_flows, priority=90)  # needextract, the first of theirs, runs at 100


class Needs(Diagrams, Tables):
    """Nodes of sphinx-needs."""

    def node_table(self, node: Element) -> str:
        """A need's card is a table to docutils, but not to a reader: its rows are of many kinds, without a header."""
        return self._card(node) if "need" in node["classes"] else super().node_table(node)

    def node_line(self, node: Element) -> str:
        """A line; sphinx-needs also puts lines inside lines."""
        is_inner = not isinstance(node.parent, nodes.line_block) and node.parent.index(node) > 0
        return ("linebreak();" if is_inner and node.children else "") + self.children(node)

    def node_NeedPart(self, node: Element) -> str:  # noqa: N802 - the name is the node's
        return self.children(node)

    def _card(self, table: Element) -> str:
        groups = [child for child in table.children if isinstance(child, nodes.tgroup)]
        made = ""
        for group in groups:
            width = max(sum(isinstance(child, nodes.colspec) for child in group.children), 1)
            cells = []
            for part in group.children:
                if not isinstance(part, nodes.colspec) and isinstance(part, Element):
                    for _y, _x, entry in places(part, width):
                        body = self.inside(entry)
                        spans = f"colspan: {entry['morecols'] + 1}, " if entry.get("morecols") else ""
                        spans += f"rowspan: {entry['morerows'] + 1}, " if entry.get("morerows") else ""
                        is_head = "head" in entry["classes"] or "head_center" in entry["classes"]
                        cells.append(f"grid.cell({spans}{'fill: surface, ' if is_head else ''}{body})")
            made += f"need-card({width}, {', '.join(cells)});\n"
        return made

    def node_aimd_flow(self, node: Element) -> str:
        flow: adapter.Flow = node["flow"]
        caption = "" if isinstance(node.parent, nodes.figure) else self.words(node["caption"], source=node)
        after = f"captioned({block(caption)});\n" if caption else ""
        if flow.left_out:
            after += f"par({block(self.words(f'{flow.left_out} more needs are left out by the limit max_items.'))});\n"
        if not flow.needs:
            return f"par({block(self.words('No needs passed the filters.'))});\n{after}"
        alternative = node["alt"] or _in_words(flow)
        made = self.drawn(node, self._dot(), _dot_source(flow), alternative)
        if isinstance(made, str):
            return f"align(center, {block(made)});\n{after}"
        self.warn(
            "pdf-diagram",
            f"the flow of needs is written as a table in the PDF: {made[0]}. Install Graphviz to have it drawn.",
            node,
        )
        return f"{self._flow_table(flow)}{after}"

    def _flow_table(self, flow: adapter.Flow) -> str:
        head = ", ".join(f"head-cell({block(self.words(title))})" for title in ("Id", "Title", "Type", "Leads to"))
        homes = {name: docname for name, _title, _kind, docname in flow.needs}
        cells = ""
        for name, title, kind, _docname in flow.needs:
            ends = [
                f"{self.words(link + ': ')}{self._link(end, homes)}" for start, link, end in flow.links if start == name
            ]
            row = (self._link(name, homes), self.words(title), self.words(kind), "linebreak();".join(ends))
            cells += "".join(f"{block(code)}, " for code in row)
        return f"grown(table, 9, (2fr, 4fr, 2fr, 4fr), none, ({head},), ({cells}));\n"

    def _link(self, name: str, homes: Mapping[str, str]) -> str:
        if not homes.get(name):
            return self.words(name)
        uri = f"{self.builder.get_target_uri(homes[name])}#{name}"
        return self.code(nodes.reference("", name, internal=True, refuri=uri))


def _in_words(flow: adapter.Flow) -> str:
    """The flow as its alternative text."""
    links = "; ".join(f"{start} {link} {end}" for start, link, end in flow.links)
    text = (
        f"Flow of the needs {', '.join(name for name, _title, _kind, _docname in flow.needs)}. {links or 'No links'}."
    )
    return text if len(text) <= _ALTERNATIVE else f"{text[:_ALTERNATIVE]} and more."


def _dot_source(flow: adapter.Flow) -> str:
    """The flow in the language of Graphviz."""
    lines = [
        f"{_quoted(name)} [label={_quoted(f'{kind}: {name}', title)}];" for name, title, kind, _docname in flow.needs
    ]
    lines += [f"{_quoted(start)} -> {_quoted(end)} [label={_quoted(link)}];" for start, link, end in flow.links]
    face = 'fontname="Source Sans 3", fontsize=10'
    return f"digraph needs {{\nnode [shape=box, {face}];\nedge [{face}];\n{chr(10).join(lines)}\n}}\n"


def _quoted(*lines: str) -> str:
    escaped = (visible(line).replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "\\n".join(escaped) + '"'
