"""Diagrams that a program draws from a text: a picture where the program is installed, else the text with a warning."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from docutils import nodes
from docutils.nodes import Element

from ...writers.typst.source import string, visible
from .media import Media, aligned

#: Seconds that a program may take for one diagram.
PATIENCE = 120
#: Letters of a diagram's text that become its alternative text, where the author gives none.
ALTERNATIVE = 600


class Diagrams(Media):
    """Diagrams of Graphviz, PlantUML and Mermaid."""

    #: What a program made of a text, or why it made nothing.
    drawings: Mapping[tuple[str, ...], bytes | str] = MappingProxyType({})

    def node_graphviz(self, node: Element) -> str:
        options: dict[str, str] = node.get("options", {})
        return self._diagram(node, self._dot(options.get("graphviz_dot")), node["code"])

    def node_inheritance_diagram(self, node: Element) -> str:
        return self._diagram(node, self._dot(), node["graph"].generate_dot("classes", {}, self.builder.env))

    def node_plantuml(self, node: Element) -> str:
        stated = getattr(self.builder.config, "plantuml", "plantuml")
        command = shlex.split(stated) if isinstance(stated, str) else list(stated)
        return self._diagram(node, [*command, "-pipe", "-charset", "utf-8", "-tsvg"], node["uml"])

    def node_mermaid(self, node: Element) -> str:
        return self._diagram(node, [], node.get("code") or node.astext())

    def _dot(self, program: str | None = None) -> list[str]:
        config = self.builder.config
        return [program or config.graphviz_dot, *config.graphviz_dot_args, "-Tsvg"]

    def _diagram(self, node: Element, command: Sequence[str], text: str) -> str:
        alternative = " ".join(str(node.get("alt") or text).split())[:ALTERNATIVE]
        made = self.drawn(node, command, text, alternative)
        if isinstance(made, str):
            return aligned(node, made) if not _in_figure(node) else made
        self.warn(
            "pdf-diagram",
            f"the diagram is written as its source in the PDF: {made[0]}. Install the program, or add a picture.",
            _placed(node),
        )
        return f"listing(none, none, true, {string(self.printable(visible(text.expandtabs(8)), node))});\n"

    def drawn(self, node: Element, command: Sequence[str], text: str, alternative: str) -> str | tuple[str]:
        """Code of a picture, or why there is none."""
        key = (*command, text)
        if key not in self.drawings:
            self.drawings = {**self.drawings, key: _run(command, text)}
        data = self.drawings[key]
        if isinstance(data, str):
            return (data,)
        name, why = self.images.drawn(data, ".svg", self.builder)
        if why:
            return (f"what {command[0]} made {why}",)
        return self.picture(nodes.image(), name, self.printable(visible(alternative), node)) + "\n"


def _placed(node: Element) -> nodes.Node:
    """A node that knows its line: Sphinx tells that of a diagram with a caption only to the caption."""
    beside = node.parent.children if _in_figure(node) else []
    return next((each for each in (node, *beside) if each.line), node)


def _in_figure(node: nodes.Node) -> bool:
    return isinstance(node.parent, nodes.figure)


def _run(command: Sequence[str], text: str) -> bytes | str:
    """What a program makes of a text, or why it makes nothing."""
    if not command:
        return "it is drawn in HTML pages only"
    try:
        done = subprocess.run(  # noqa: S603 - the command is that of the project's conf.py
            list(command), input=text.encode(), capture_output=True, timeout=PATIENCE, check=False
        )
    except OSError:
        return f"the program {command[0]} is not installed"
    except subprocess.TimeoutExpired:
        return f"{command[0]} took more than {PATIENCE} seconds"
    if done.returncode or not done.stdout:
        said = done.stderr.decode("utf-8", errors="replace").strip().splitlines()[:1] or ["it says nothing"]
        return f"{command[0]} failed with code {done.returncode}: {said[0][:200]}"
    return done.stdout
