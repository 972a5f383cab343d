"""Text of a drawing: how wide it is at most, where its lines break, and how much room a box or label takes.

Nobody knows the font of a reader. Widths are those of DejaVu Sans, the widest of the faces that browsers fall back to;
in all others the same text leaves room.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

#: Sizes of letters and the distance of lines, in units of the picture.
SMALL, BOLD_SIZE, LINE = 11, 12, 14
#: Room between the edge of a box and its text.
INSET = 9
#: Letters that a first clause must have to stand for the whole text.
_CLAUSE = 12
_NARROW = {**dict.fromkeys("ijl'|", 0.29), **dict.fromkeys(" .,:;I()[]ftr-/!", 0.38), "f": 0.36}
_WIDE = {**dict.fromkeys("mM%", 0.98), **dict.fromkeys("W@w", 0.99), "w": 0.82}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Lines of text and the room that they take.

    :param head: first line, in bold.
    :param lines: the others.
    """

    head: str
    lines: tuple[str, ...]
    width: float
    height: float


def wide(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a text at most."""
    return sum(map(_letter, text)) * size * (1.1 if bold else 1)


def _letter(sign: str) -> float:
    if sign in _NARROW:
        return _NARROW[sign]
    if sign in _WIDE:
        return _WIDE[sign]
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(sign) in "WF":
        return 1
    return 0.76 if sign.isupper() else 0.64


def fit(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """A text cut to its room, with a sign where it is cut."""
    text = " ".join(text.split())
    if wide(text, size, bold=bold) <= room:
        return text
    used = wide("…", size, bold=bold)
    for number, sign in enumerate(text):
        used += wide(sign, size, bold=bold)
        if used > room:
            return text[:number].rstrip() + "…"
    return text


def note(text: str, room: float) -> str:
    """A text on one line: whole, or its first clause, or cut."""
    text = " ".join(text.split())
    clause = min((text[:place] for mark in (",", ";") if (place := text.find(mark)) >= _CLAUSE), key=len, default="")
    if wide(text, SMALL) > room and clause and wide(f"{clause}…", SMALL) <= room:
        return f"{clause}…"
    return fit(text, room, SMALL)


def wrap(text: str, room: float, size: float, most: int) -> list[str]:
    """A text on at most so many lines; a word that is too long for a line is cut, as is what is left over."""
    lines: list[str] = []
    words = text.split()
    while words:
        if len(lines) == most - 1:
            return [*lines, fit(" ".join(words), room, size)]
        line = words.pop(0)
        while words and wide(f"{line} {words[0]}", size) <= room:
            line += f" {words.pop(0)}"
        lines.append(fit(line, room, size))
    return lines


def block(
    head: str, title: str, notes: Sequence[str], *, width: float, beside: float = 0, most: int = 2, below: int = 0
) -> Block:
    """A block of a width: a head, a title on several lines, and notes of one line each.

    :param beside: room that something else takes beside the head.
    :param most: lines of the title.
    :param below: empty lines under the text.
    """
    room = width - 2 * INSET
    lines = wrap(title, room, SMALL, most) + [note(each, room) for each in notes if each]
    shown = fit(head, room - beside, BOLD_SIZE, bold=True) if head else ""
    count = len(lines) + bool(shown) + below
    return Block(head=shown, lines=tuple(lines), width=width, height=count * LINE + 2 * INSET - 4)
