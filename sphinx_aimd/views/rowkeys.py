"""A view in, a key for each of its rows out: what a reviewer wrote beside a row finds that row again in a later build.

A key is made of what a row is about, never of what it says at the time: the view, the item that heads the row and
the ids that its cells lead to, by column. It is a digest, 16 hexadecimal digits, since a path of ids can be longer
than a cell should be and may hold any letter; rows stay countable: two of a million rows collide with a chance of
one in forty million.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import takewhile

from .table import Cell, Table

KEY_LENGTH, DIGEST_LENGTH = 16, 12
#: Digits by which rows are told apart that are about the same.
_APART = 8
#: Columns whose text names a row, by kind of view: an item has many findings, and each is another matter.
_NAMED_BY = {"gap-list": ("rule", "message")}
#: A reviewer's comment among the findings is named by its id alone, since its answer is part of the message.
_COMMENT = re.compile(r"COM-[0-9]+(?= )")


def row_keys(table: Table) -> tuple[str, ...]:
    """A key for each row, each once in the table.

    Rows that are about the same are told apart by what they say (``KEY-8DIGITS``), and equal ones by their number
    among equals (``KEY-8DIGITS-2``). So a key outlives changed words, verdicts and pages, and rows that are added,
    removed or sorted; only a row that a second one about the same joins gets the longer form, and
    :meth:`RowIndex.find` still finds it by the shorter.
    """
    bases = [_digest(table.id, *about)[:KEY_LENGTH] for about in _about(table)]
    often = Counter(bases)
    taken: Counter[str] = Counter()
    keys = []
    for base, digest in zip(bases, row_digests(table), strict=True):
        key = base if often[base] == 1 else f"{base}-{digest[:_APART]}"
        taken[key] += 1
        keys.append(key if taken[key] == 1 else f"{key}-{taken[key]}")
    return tuple(keys)


def row_digests(table: Table) -> tuple[str, ...]:
    """12 hexadecimal digits for each row of its texts and verdicts: another digest, another content.

    Pages of the PDF are left out: they move without a change of the row.
    """
    names = [column.name for column in table.columns]
    found = []
    for row in table.rows:
        said = [
            part
            for name, cell in zip(names, row, strict=True)
            if cell.shown and not cell.is_place
            for part in (name, cell.text, cell.word)
        ]
        found.append(_digest(*said)[:DIGEST_LENGTH])
    return tuple(found)


class RowIndex:
    """The rows of views by their keys."""

    def __init__(self) -> None:
        """Start without views; :meth:`add` one after the other."""
        self._rows: dict[str, tuple[Table, int, str]] = {}
        self._about: dict[str, list[str]] = {}

    def add(self, table: Table) -> None:
        """Take in the rows of a view."""
        for number, (key, digest) in enumerate(zip(row_keys(table), row_digests(table), strict=True)):
            self._rows[key] = (table, number, digest)
            self._about.setdefault(key[:KEY_LENGTH], []).append(key)

    def view_of(self, key: str) -> str:
        """Id of the view that has a row about what the key is made of, whatever it says; empty if none has."""
        near = self._about.get(key[:KEY_LENGTH])
        return self._rows[near[0]][0].id if near else ""

    def find(self, key: str, digest: str) -> tuple[str, bool] | None:
        """The row that is meant, also if rows about the same came or went since.

        :param digest: what the row said when the key was noted.
        :return: its key today and whether it says something else now; nothing if the row is gone, or if several rows
            are about the same and none says what it said.
        """
        if key in self._rows:
            return key, self._rows[key][2] != digest
        near = self._about.get(key[:KEY_LENGTH], [])
        same = [other for other in near if self._rows[other][2] == digest]
        if same:
            return same[0], False
        return (near[0], True) if len(near) == 1 else None

    def row(self, key: str) -> tuple[Table, int]:
        """The view and the number of a row (from 0) of a key that :meth:`find` gave."""
        return self._rows[key][:2]


def _about(table: Table) -> Iterator[list[str]]:
    """What each row is about: its heading, the ids that cells lead to, and a name where that alone says too little."""
    names = [column.name for column in table.columns]
    named_by = _NAMED_BY.get(table.kind, ())
    heads = table.row_ids or ("",) * len(table.rows)
    for head, row in zip(heads, table.rows, strict=True):
        cells = list(zip(names, row, strict=True))
        parts = ["head", head]
        leads = [(name, cell.target) for name, cell in cells if cell.target and not cell.is_place]
        for name, target in sorted(leads):
            parts += [name, target]
        for name, cell in cells:
            if name in named_by:
                comment = _COMMENT.match(cell.text)
                parts += [name, comment.group() if comment else cell.text]
        if not head and not leads:
            parts += ["label", *_label(row)]
        yield parts


def _label(row: Sequence[Cell]) -> list[str]:
    """The texts before the first figure of a row that is about no item, as in a dashboard."""
    return [cell.text for cell in takewhile(lambda cell: cell.verdict is None and not _is_figure(cell), row)]


def _is_figure(cell: Cell) -> bool:
    return cell.rows is not None or cell.text.isdigit()


def _digest(*parts: str) -> str:
    """SHA-256 of texts, each with its length, so that no two lists of texts are written alike."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "backslashreplace")
        total.update(b"%d:" % len(data) + data)
    return total.hexdigest()
