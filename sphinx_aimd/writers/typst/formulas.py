"""LaTeX mathematics in, Typst code out.

The package latex2mathml reads LaTeX into a MathML tree. What the tree cannot hold whole is refused, never half shown.
"""

from __future__ import annotations

import re

from .mathml import FormulaError, written

MAX_LENGTH = 4_000
#: Commands that define others or load files: a few of them can blow a formula up without end.
_REFUSED = re.compile(r"\\(?:newcommand|renewcommand|providecommand|def|gdef|edef|let|input|include|require)\b")
#: These environments number their rows by themselves, which would contradict the numbers of the document.
_NUMBERED = re.compile(r"\\(begin|end)\{(align|alignat|gather|equation|multline|eqnarray)\}")
#: What the package reads as something else, and what it does not know.
_ALIASES = (
    (re.compile(r"\\tag\*?\{([^{}]*)\}"), r"\\qquad\\text{(\1)}"),
    (re.compile(r"\\(arg|sgn|erf|diag|rank|tr|Var|Cov)(?![a-zA-Z])"), r"\\operatorname{\1}"),
    (re.compile(r"\\not\s*="), r"\\neq "),
)
_ROWS = re.compile(r"\\(begin|end)\{(aligned|gathered|alignedat)\}(?:\[\w\])?")


def convert(latex: str) -> str:
    """A formula as Typst code: one content value.

    :raises FormulaError: it is too long or too deep, holds a command that is not known or not allowed, or the package
        latex2mathml is missing.
    """
    if len(latex) > MAX_LENGTH:
        raise FormulaError(f"it has more than {MAX_LENGTH} characters")
    found = _REFUSED.search(latex)
    if found:
        raise FormulaError(f"{found[0]} is not allowed in a formula")
    try:
        from latex2mathml.converter import Converter  # noqa: PLC0415 - only here
    except ImportError:
        raise FormulaError("the package latex2mathml is missing: pip install 'sphinx-aimd[pdf]'") from None
    text = _ROWS.sub(r"\\\1{split}", _NUMBERED.sub(r"\\\1{\2*}", latex.strip()))
    for pattern, instead in _ALIASES:
        text = pattern.sub(instead, text)
    try:
        tree = Converter().convert_to_element(text)
    except Exception as error:  # the package raises errors of many kinds, RecursionError and StopIteration among them
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__.removesuffix("Error")).lower()
        raise FormulaError(f"it cannot be read ({name})") from None
    return written(tree)


def displayed(latex: str, *, nowrap: bool) -> list[str]:
    """The parts of a block of mathematics, each to be converted by itself, as Sphinx divides them.

    :param nowrap: whether the author writes the environment himself.
    """
    if nowrap:
        return [latex]
    parts = [part.strip() for part in re.split(r"\n\s*\n", latex) if part.strip()]
    return [f"\\begin{{split}}{part}\\end{{split}}" if _has_rows(part) else part for part in parts]


def _has_rows(part: str) -> bool:
    """Whether rows or alignment marks stand outside every environment."""
    outside = part[:MAX_LENGTH]
    while (shorter := re.sub(r"\\begin\{([\w*]+)\}(?:(?!\\begin).)*?\\end\{\1\}", "", outside, flags=re.S)) != outside:
        outside = shorter
    return re.search(r"\\\\|(?<!\\)&", outside) is not None
