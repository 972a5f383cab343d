"""A MathML tree in, Typst code out; every text of the formula is a string literal, so that it can never be code."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .source import literal, string, visible

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_DEPTH = 40
_OPEN, _CLOSE = "([{|‖⟨⌊⌈∣∥", ")]}|‖⟩⌋⌉∣∥"
_BRACES = {"⏟": "underbrace", "⏞": "overbrace", "⎵": "underbracket", "⎴": "overbracket"}
_OVER_LINES, _UNDER_LINES = "¯‾―_", "―_"
_SIGNS = {"~": "∼", "-": "−"}
_ACCENTS = frozenset("^~˙¨→←↔˚ˇ˘´`⃛⃜ˆ˜⏜")
_STYLES = {
    "bold": "math.bold(math.upright({}))",
    "italic": "math.italic({})",
    "bold-italic": "math.bold(math.italic({}))",
    "sans-serif": "math.sans({})",
    "monospace": "math.mono({})",
    "double-struck": "math.bb({})",
    "script": "math.cal({})",
    "fraktur": "math.frak({})",
    "normal": "math.upright({})",
}
_LIMITS = frozenset({"lim", "max", "min", "sup", "inf", "Pr", "det", "gcd", "lim sup", "lim inf", "arg max", "arg min"})
_EM = re.compile(r"\+?(-?[\d.]+)(em|ex|pt)?")


class FormulaError(Exception):
    """A formula that cannot be shown as one; the text says why."""


def written(tree: Element) -> str:
    """A formula as one content value.

    :raises FormulaError: it is too deep, misses a part, or has one that Typst has no form for.
    """
    return _row(tree, 0)


def _row(node: Element, depth: int) -> str:
    """All children of a node, or the node itself if it is no row, as one content value."""
    return _content(_parts(list(_kids(node)), depth + 1))


def _content(parts: Sequence[str]) -> str:
    """Statements as content; without the empty content before them Typst would join symbols to one string."""
    return f"{{[];{';'.join(parts)}}}" if parts else "[]"


def _kids(node: Element) -> list[Element]:
    return [node[at] for at in range(len(node))]


def _parts(nodes: list[Element], depth: int) -> list[str]:
    if depth > MAX_DEPTH:
        raise FormulaError("it is nested too deeply")
    made: list[str] = []
    at = 0
    while at < len(nodes):
        node = nodes[at]
        after = nodes[at + 1] if at + 1 < len(nodes) else None
        last = nodes[at + 2] if at + 2 < len(nodes) else None
        if _fences(node, after, last) and after is not None:
            inner = _one(after, depth)
            is_binom = after.tag == "mfrac"
            made.append(inner if is_binom else f"math.lr({_content([_one(node, depth), inner, _one(last, depth)])})")
            at += 3
            continue
        run = _word(nodes[at:])
        if len(run) > 1:
            form = _STYLES[node.get("mathvariant", "")]
            made.append(form.format(string(visible("".join(_text(letter) for letter in run)))))
            at += len(run)
            continue
        made.append(_one(node, depth))
        at += 1
    return made


def _fences(first: Element, middle: Element | None, last: Element | None) -> bool:
    """Whether three nodes are a matrix or a binomial between its delimiters."""
    if middle is None or last is None or first.tag != "mo" or last.tag != "mo":
        return False
    grows = middle.tag == "mtable" or (middle.tag == "mfrac" and middle.get("linethickness") == "0")
    return grows and _text(first) in _OPEN and _text(last) in _CLOSE


def _word(nodes: list[Element]) -> list[Element]:
    """The letters and digits of one style that stand next to each other, which are one word."""
    variant = nodes[0].get("mathvariant")
    run: list[Element] = []
    if variant not in _STYLES or variant == "italic":
        return run
    for node in nodes:
        if node.tag not in ("mi", "mn") or node.get("mathvariant") != variant or not _text(node).isalnum():
            break
        run.append(node)
    return run


def _text(node: Element) -> str:
    """Text of a leaf; the package writes characters as references."""
    text = re.sub(r"&#x([0-9A-Fa-f]+);", lambda match: chr(int(match[1], 16)), node.text or "")
    if re.match(r"\\[a-zA-Z]", text):
        raise FormulaError(f"{text} is not known")
    return text.removeprefix("\\") if len(text) == 2 else text


def _one(node: Element | None, depth: int) -> str:
    if node is None:
        raise FormulaError("a part of it is missing")
    write = _WRITERS.get(node.tag)
    if write is None:
        raise FormulaError(f"it has a part that the PDF cannot show ({node.tag})")
    return write(node, depth)


def _all(node: Element, count: int, depth: int) -> list[str]:
    """Code of exactly so many children."""
    if len(node) != count:
        raise FormulaError("a part of it is missing")
    return [_content(_parts([kid], depth + 1)) for kid in _kids(node)]


def _group(node: Element, depth: int) -> str:
    kids = _kids(node)
    inner = _content(_parts(kids, depth + 1))
    is_fenced = any(kid.get("fence") == "true" for kid in (kids[:1] + kids[-1:]))
    return f"math.lr({inner})" if is_fenced else inner


def _leaf(node: Element, depth: int) -> str:
    del depth
    text = _text(node)
    if not text:
        return "[]"
    if text == "&":
        raise FormulaError("an & stands outside an environment")
    if len(text) > 1:
        shown = text.replace("\u2009", " ").replace("\u2006", " ")
        code = f"math.op({string(visible(shown))}, limits: {literal(shown in _LIMITS)})"
    else:
        code = f"symbol({string(visible(_SIGNS.get(text, text)))})"
        if text.isascii() and text.isalpha() and (node.text or "").startswith("&"):  # how the package says upright
            return f"math.upright({code})"
    return _STYLES.get(node.get("mathvariant", ""), "{}").format(code)


def _operator(node: Element, depth: int) -> str:
    code = _leaf(node, depth)
    size = _EM.fullmatch(node.get("minsize", "") or "")
    return f"math.lr(size: {size[1]}em, {code})" if size and size[2] == "em" else code


def _number(node: Element, depth: int) -> str:
    del depth
    code = string(visible(_text(node)))
    return _STYLES.get(node.get("mathvariant", ""), "{}").format(code)


def _words(node: Element, depth: int) -> str:
    del depth
    text = (node.text or "").replace("&#x000A0;", " ").replace("\u00a0", " ")
    code = string(visible(text))
    variant = node.get("mathvariant")
    return _STYLES[variant].format(code) if variant in _STYLES else code


def _space(node: Element, depth: int) -> str:
    del depth
    if node.get("linebreak") == "newline":
        return "linebreak()"
    size = _EM.fullmatch(node.get("width", "0em"))
    return f"h({size[1]}{'em' if size[2] != 'pt' else 'pt'})" if size else "[]"


def _fraction(node: Element, depth: int) -> str:
    above, below = _all(node, 2, depth)
    return f"math.binom({above}, {below})" if node.get("linethickness") == "0" else f"math.frac({above}, {below})"


def _attach(*places: str) -> Callable[[Element, int], str]:
    def write(node: Element, depth: int) -> str:
        base, *ends = _all(node, len(places) + 1, depth)
        base = base if len(node[0]) or node[0].text else '""'
        return f"math.attach({base}, {', '.join(f'{place}: {end}' for place, end in zip(places, ends, strict=True))})"

    return write


def _over(node: Element, depth: int) -> str:
    mark = _text(node[1]) if len(node) == 2 and node[1].tag == "mo" else ""
    body, above = _all(node, 2, depth)
    if mark in _BRACES:
        return f"math.{_BRACES[mark]}({body})"
    if mark and mark in _OVER_LINES:
        return f"math.overline({body})"
    if mark in _ACCENTS:
        return f"math.accent({body}, {string(mark)})"
    return f"math.attach({_base(node[0], body)}, t: {above})"


def _under(node: Element, depth: int) -> str:
    mark = _text(node[1]) if len(node) == 2 and node[1].tag == "mo" else ""
    body, below = _all(node, 2, depth)
    if mark in _BRACES:
        return f"math.{_BRACES[mark]}({body})"
    if mark and mark in _UNDER_LINES:
        return f"math.underline({body})"
    return f"math.attach({_base(node[0], body)}, b: {below})"


def _under_over(node: Element, depth: int) -> str:
    body, below, above = _all(node, 3, depth)
    return f"math.attach({_base(node[0], body)}, b: {below}, t: {above})"


def _base(node: Element, code: str) -> str:
    """A base whose ends stand over and under it; an arrow grows with what stands over it."""
    leaf = node[0] if len(node) == 1 else node
    if leaf.tag == "mo" and _text(leaf) in "→←↔⇒⇐⇔":
        return f'math.class("relation", math.limits(math.stretch({code}, size: 100% + 1em)))'
    kind = '"relation"' if leaf.tag == "mo" and _text(leaf) in "=≡≈∼≤≥<>" else ""
    return f"math.class({kind}, math.limits({code}))" if kind else f"math.limits({code})"


def _table(node: Element, depth: int) -> str:
    rows = [[_row(cell, depth + 1) for cell in _kids(line)] for line in _kids(node)]
    if not rows:
        return "[]"
    if node.get("displaystyle") == "true":  # aligned rows: right, left, right, left
        return _content([";linebreak();".join(map(_aligned, rows))])
    width = max(len(row) for row in rows)
    cells = ", ".join(f"({', '.join(row + ['[]'] * (width - len(row)))},)" for row in rows)
    first = _kids(node)[0]
    sides = {cell.get("columnalign") for cell in _kids(first)} - {None}
    side = next(iter(sides), "center") if len(sides) == 1 else "center"
    lines = _lines(node, len(rows), width)
    return f"math.mat(delim: none, align: {side}{lines}, {cells})"


def _aligned(cells: Sequence[str]) -> str:
    """A row of an alignment; pairs of columns stand apart."""
    made = ""
    for number, cell in enumerate(cells):
        gap = "h(2em);" if number and number % 2 == 0 else ""
        made += f"{gap}aim;{cell};" if number else f"{cell};"
    return made.removesuffix(";")


def _lines(node: Element, rows: int, columns: int) -> str:
    """Rules between rows and columns, where an array asks for them."""
    found = []
    for name, attribute, count in (("hline", "rowlines", rows), ("vline", "columnlines", columns)):
        kinds = (node.get(attribute, "") or "").split()
        places = [at + 1 for at, kind in enumerate(kinds) if kind != "none" and at + 1 < count]
        if places:
            found.append(f"{name}: ({', '.join(map(str, places))},)")
    return f", augment: ({', '.join(found)})" if found else ""


def _style(node: Element, depth: int) -> str:
    inner = _row(node, depth)
    if node.get("scriptlevel") == "1":
        return f"math.script({inner})"
    display = {"true": "math.display({})", "false": "math.inline({})"}.get(node.get("displaystyle", ""), "{}")
    return display.format(inner)


def _padded(node: Element, depth: int) -> str:
    if node.get("width") == "0":
        raise FormulaError("a sign that is laid over another is not supported; use the sign of its own, such as \\neq")
    return _row(node, depth)


def _enclosed(node: Element, depth: int) -> str:
    inner = _row(node, depth)
    kinds = node.get("notation", "").split()
    if kinds and all(kind.endswith("diagonalstrike") for kind in kinds):
        return f"math.cancel({inner}, cross: {literal(len(kinds) > 1)}, inverted: {literal('down' in kinds[0])})"
    raise FormulaError(f"it has a part that the PDF cannot show ({' '.join(kinds)})")


_WRITERS: dict[str, Callable[[Element, int], str]] = {
    "math": _group,
    "mrow": _group,
    "mi": _leaf,
    "mo": _operator,
    "mn": _number,
    "mtext": _words,
    "mspace": _space,
    "mfrac": _fraction,
    "msqrt": lambda node, depth: f"math.sqrt({_row(node, depth)})",
    "mroot": lambda node, depth: "math.root({1}, {0})".format(*_all(node, 2, depth)),
    "msub": _attach("b"),
    "msup": _attach("t"),
    "msubsup": _attach("b", "t"),
    "mover": _over,
    "munder": _under,
    "munderover": _under_over,
    "mtable": _table,
    "mstyle": _style,
    "mpadded": _padded,
    "mphantom": lambda node, depth: f"hide({_row(node, depth)})",
    "menclose": _enclosed,
}
