"""The neutral value that every matrix, coverage, register and gap list is: computed once, rendered by each writer."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.verdict import WORDS, Verdict


@dataclass(frozen=True, slots=True)
class Cell:
    """One text, at most one target (id of an item or clause) and one verdict, in every format.

    :param is_place: the text is the place of the target in the PDF; the PDF itself works it out as it is set.
    """

    text: str = ""
    target: str = ""
    verdict: Verdict | None = None
    complete: bool = False
    is_place: bool = False

    @property
    def shown(self) -> str:
        """What a reader sees in every format: the text and the word of the verdict."""
        if self.verdict is None:
            return self.text
        word = "evidence complete" if self.complete and self.verdict is Verdict.VERIFIED else WORDS[self.verdict]
        return f"{self.text} [{word}]" if self.text else word


EMPTY = Cell()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column; ``width`` is its share of the page, relative to the others."""

    name: str
    title: str
    width: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A view: rows of cells under columns, with its scope on its face.

    :param kind: matrix, statement, coverage, gap-list or register.
    :param scope: what was counted, by which filter, for which version and date.
    :param question: what the view answers; may be empty.
    :param row_ids: id of the item that heads each row, empty where none does.
    """

    id: str
    kind: str
    title: str
    question: str
    scope: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    row_ids: tuple[str, ...] = ()


def columns(*specs: tuple[str, str, int]) -> tuple[Column, ...]:
    """Columns from names, titles and widths."""
    return tuple(Column(name=name, title=title, width=width) for name, title, width in specs)
