"""Python values as Typst code: author text is always a string literal, so that it can never be markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

#: Tokens longer than this may wrap, at punctuation first.
LONG_TOKEN = 30
_TOKEN = re.compile(r"\S+")
_AFTER = re.compile(r"(?<=[-/\\_.:=,;&?#@+()\[\]|~])(?=.)")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_SPECIAL = re.compile(r'[\\"\n\t]')
#: Invisible characters by general category: controls, format characters, surrogates, private use, unassigned.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_ASCII = re.compile(r"[\n\t\x20-\x7e]*")
#: Marks that nobody sees although their category does not say so.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")


def visible(text: str) -> str:
    """Text with every invisible character written as its code point, for example ``[U+202E]``.

    Controls, direction marks and zero-width characters would hide or reorder what a reviewer reads, and some PDF
    readers spread them over other words. Variation selectors choose only a presentation and are left out.
    """
    if _ASCII.fullmatch(text):
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in "\n\t":
        return character
    if "\ufe00" <= character <= "\ufe0f":
        return ""
    if unicodedata.category(character) in _UNSEEN or character in _BLANK:
        return code_point(character)
    return character


def code_point(character: str) -> str:
    """How a character that cannot be seen or printed is written."""
    return f"[U+{ord(character):04X}]"


def string(text: str) -> str:
    """A Typst string literal."""
    return '"' + _SPECIAL.sub(lambda match: _ESCAPES[match[0]], text) + '"'


def literal(value: object) -> str:
    """A Python value as a Typst literal.

    :raises TypeError: the value is of a kind that Typst literals do not have.
    """
    match value:
        case None:
            return "none"
        case bool():
            return "true" if value else "false"
        case str():
            return string(value)
        case int() | float():
            return repr(value)
        case Mapping():
            inner = ", ".join(f"{string(str(key))}: {literal(entry)}" for key, entry in value.items())
            return f"({inner})" if inner else "(:)"
        case Sequence():
            inner = "".join(f"{literal(entry)}, " for entry in value)
            return f"({inner})"
    raise TypeError(type(value).__name__)


def block(code: str) -> str:
    """Statements as one content value."""
    return f"{{{code}}}" if code else "[]"


def call(function: str, *arguments: str, **options: object) -> str:
    """A statement that calls a function.

    :param arguments: code of positional arguments.
    :param options: named arguments as Python values, written with hyphens for underscores.
    """
    named = [f"{name.replace('_', '-')}: {literal(value)}" for name, value in options.items()]
    return f"{function}({', '.join([*named, *arguments])});\n"


def wrappable(text: str, limit: int = LONG_TOKEN) -> list[str]:
    """Pieces of a text between which a line may break although there is no space.

    Long tokens break after punctuation, and runs that are longer still, such as hashes, after every few characters.
    """
    pieces = [""]
    end = 0
    for match in _TOKEN.finditer(text):
        token = match[0]
        if len(token) <= limit:
            continue
        pieces[-1] += text[end : match.start()]
        end = match.end()
        first, *rest = [part for run in _AFTER.split(token) for part in _cut(run, limit)]
        pieces[-1] += first
        pieces += rest
    pieces[-1] += text[end:]
    return pieces


def _cut(run: str, limit: int) -> list[str]:
    if len(run) <= limit:
        return [run]
    return [run[at : at + 4] for at in range(0, len(run), 4)]


def words(text: str, limit: int = LONG_TOKEN) -> str:
    """Statements that put a text, with places where long tokens may wrap."""
    return "wrap;".join(f"{string(piece)};" for piece in wrappable(visible(text), limit)) if text else ""
