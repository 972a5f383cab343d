"""Formulas: shown as mathematics with their LaTeX source as alternative text, or as that source with a warning."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from docutils import nodes
from docutils.nodes import Element

from ...writers.typst import formulas, probe
from ...writers.typst.mathml import FormulaError
from ...writers.typst.source import block, literal, string, visible
from .base import Base
from .images import fonts_of


class Math(Base):
    """Mathematics in a line, and on lines of its own."""

    #: Code of each part of a formula, or why there is none; filled when the first formula of a page is met.
    converted: Mapping[str, str | FormulaError] = MappingProxyType({})

    def node_math(self, node: Element) -> str:
        code = self._formula(node.astext(), node)
        if code is None:
            return f"code({block(self.words(node.astext(), source=node))});"
        return f"formula(false, none, {self._alternative(node.astext())}, {code});"

    def node_math_block(self, node: Element) -> str:
        number = node.get("number")
        shown = f"({number})" if number is not None else None
        source = node.astext()
        parts = _parts(node)
        codes = [self._formula(part, node) for part in parts]
        if not parts or None in codes:
            text = self.printable(visible(source), node)
            return f"listing({block(self.words(shown)) if shown else 'none'}, none, false, {string(text)});\n"
        made = ""
        for part, code in zip(parts, codes, strict=True):
            mark = literal(shown) if part is parts[-1] else "none"
            made += f"formula(true, {mark}, {self._alternative(part)}, {code});\n"
        return made

    def _alternative(self, latex: str) -> str:
        """What a screen reader says: the LaTeX source. It is never drawn, so no font needs its characters."""
        return string(" ".join(visible(latex).split()))

    def _formula(self, part: str, node: Element) -> str | None:
        """Code of one part of a formula, or nothing, with a warning."""
        if part not in self.converted:
            self.converted = {**self.converted, **self._convert_all(node)}
        code = self.converted[part]
        if isinstance(code, str):
            return code
        self.warn(
            "pdf-math", f"a formula is written as its LaTeX source in the PDF: {code}. Write it in another way.", node
        )
        return None

    def _convert_all(self, node: nodes.Node) -> dict[str, str | FormulaError]:
        """All formulas of the page, since one look by Typst at all of them costs no more than at one."""
        while node.parent is not None:
            node = node.parent
        found: dict[str, str | FormulaError] = {}
        for each in node.findall(lambda inner: isinstance(inner, nodes.math | nodes.math_block)):
            for part in _parts(each):
                if part not in found:
                    try:
                        found[part] = formulas.convert(part)
                    except FormulaError as error:
                        found[part] = error
        good = [part for part, code in found.items() if isinstance(code, str)]
        pieces = [f'math.equation(block: true, alt: "formula", {found[part]});' for part in good]
        refused = probe.refusals(pieces, fonts_of(self.builder)) if good else {}
        for number, reason in refused.items():
            found[good[number]] = FormulaError(reason)
        return found


def _parts(node: nodes.Node) -> list[str]:
    text = node.astext()
    if isinstance(node, nodes.math_block):
        return formulas.displayed(text, nowrap=bool(node.get("no-wrap", node.get("nowrap", False))))
    return [text]
