"""A view in, the width of each of its columns on paper out: words stay whole, and rows are as low as they can be."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...views.table import Cell, Table

#: Letters of the table face on a whole line, by estimate; each column loses about one to its margins.
LETTERS_PORTRAIT, LETTERS_LANDSCAPE = 118, 188
#: Letters that the place of an item takes, by estimate.
PLACE_LETTERS = 80
#: Least room of a column, and the longest word for which one is made wider.
NARROW, LONG_WORD = 5, 14
#: Part of the line that may be given away for the sake of whole words.
_WORDS = 0.8
#: Rows that the widths are chosen by, and letters that move from one column to another at a time.
_SAMPLE, _STEP = 48, 2
_RUN = re.compile(r"[^\s\-/\\_.:=,;&?#@+()\[\]|~]+.?")


def rooms_of(view: Table, *, wide: bool) -> list[int]:
    """Letters that fit on a line of each column, by estimate.

    The widths of the columns are shares of the page. What a column does not need for its longest text is given to the
    others, what one lacks for its longest word is taken from them, and room goes where it makes the rows lower.

    :param wide: whether it stands on a landscape page.
    """
    letters = (LETTERS_LANDSCAPE if wide else LETTERS_PORTRAIT) - len(view.columns)
    cells = list(zip(*view.rows, strict=True)) if view.rows else [()] * len(view.columns)
    words = [_longest_word(below) for below in cells]
    titles = [_title_word(column.title) for column in view.columns]
    texts = [max((_length(cell) + 1 for cell in below), default=0) for below in cells]
    whole = [max(pair) for pair in zip(words, titles, strict=True)]
    # where words would take most of the line, those of the titles break first, then the longest ones
    tries = (whole, words, *([min(word, most) for word in words] for most in range(LONG_WORD, NARROW, -1)))
    least = next((found for found in tries if sum(found) <= letters * _WORDS), [NARROW] * len(words))
    most = [max(entry) for entry in zip(least, whole, texts, strict=True)]
    rooms = _shared(letters, [column.width for column in view.columns], least, most)
    step = -(-len(view.rows) // _SAMPLE) or 1
    rows = [[_length(cell) for cell in row] for row in view.rows[::step]]
    return _levelled(rooms, least, rows)


def _length(cell: Cell) -> int:
    return PLACE_LETTERS if cell.is_place else len(cell.shown)


def _title_word(title: str) -> int:
    """Room for the longest word of a title, which is bold."""
    longest = max(map(len, title.split()), default=0)
    return max(NARROW, min(LONG_WORD, longest) + longest // 6 + 1)


def _longest_word(cells: Sequence[Cell]) -> int:
    """Room for the longest word of a column."""
    words = {word for cell in cells for word in (*cell.text.split(), *cell.word.split())}
    return max(NARROW, 1 + max(map(_unbroken, words), default=0))


def _unbroken(word: str) -> int:
    """Letters of a word that stay together: all of an id or date, the longest run of a path or hash, if it is short."""
    if len(word) <= LONG_WORD:
        return len(word)
    return min(LONG_WORD, max(map(len, _RUN.findall(word)), default=LONG_WORD))


def _shared(letters: int, shares: Sequence[int], least: Sequence[int], most: Sequence[int]) -> list[int]:
    """Rooms between least and most, as near to the shares as they can be; all of the line is used."""
    fixed: dict[int, int] = {}
    while len(fixed) < len(shares):
        free = [at for at in range(len(shares)) if at not in fixed]
        left = letters - sum(fixed.values())
        wanted = {at: left * shares[at] / sum(shares[at] for at in free) for at in free}
        above = sum(max(0, wanted[at] - most[at]) for at in free)
        below = sum(max(0, least[at] - wanted[at]) for at in free)
        if not above and not below:
            return [fixed.get(at) or int(wanted[at]) for at in range(len(shares))]
        if above >= below:
            fixed |= {at: most[at] for at in free if wanted[at] > most[at]}
        else:
            fixed |= {at: least[at] for at in free if wanted[at] < least[at]}
    spare = max(1.0, letters / sum(fixed.values()))
    return [int(fixed[at] * spare) for at in range(len(shares))]


def _levelled(rooms: Sequence[int], least: Sequence[int], rows: Sequence[Sequence[int]]) -> list[int]:
    """Rooms after letters have moved, a few at a time, to where they save more lines than they cost.

    :param rows: letters of the cells of some rows.
    """
    found = list(rooms)
    height = _height(found, rows)
    while True:
        lines = [[_lines(length, room) for length, room in zip(row, found, strict=True)] for row in rows]
        rest = [[_without(row, at) for at in range(len(found))] for row in lines]
        wider = [_column(rows, rest, at, found[at] + _STEP) for at in range(len(found))]
        givers = [at for at in range(len(found)) if found[at] - _STEP >= least[at]]
        narrower = {at: _column(rows, rest, at, found[at] - _STEP) for at in givers}
        pairs = ((wider[to] + narrower[off], to, off) for to in range(len(found)) for off in givers if to != off)
        best = min(pairs, default=None)
        if best is None:
            return found
        moved = list(found)
        moved[best[1]] += _STEP
        moved[best[2]] -= _STEP
        lower = _height(moved, rows)
        if lower >= height:
            return found
        found, height = moved, lower


def _without(lines: Sequence[int], at: int) -> int:
    """Height of a row if one of its cells were empty."""
    return max((*lines[:at], *lines[at + 1 :]), default=1)


def _column(rows: Sequence[Sequence[int]], rest: Sequence[Sequence[int]], at: int, room: int) -> int:
    """Lines of all rows if one column had another room."""
    return sum(max(other[at], _lines(row[at], room)) for row, other in zip(rows, rest, strict=True))


def _height(rooms: Sequence[int], rows: Sequence[Sequence[int]]) -> int:
    return sum(max(map(_lines, row, rooms), default=1) for row in rows)


def _lines(length: int, room: int) -> int:
    """Lines of a text; where it wraps, about half a word is lost at the end of each."""
    return 1 if length <= room else -(-length // max(room - 2, 3))
