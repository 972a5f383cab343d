"""The neutral value that every matrix, coverage, register and gap list is: computed once, rendered by each writer."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.verdict import WORDS, Verdict
from ..model.weblinks import is_followable
from .drawing import Drawing


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows behind a figure: those of a view whose facets hold one of the words given for each.

    :param view: id of the view that lists the rows, one row for each thing that was counted.
    :param where: name of a facet and the words that it may hold; all must hold.
    """

    view: str
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One text, at most one target (id of an item or clause) and one verdict, in every format.

    :param is_place: the text is the place of the target in the PDF; the PDF itself works it out as it is set.
    :param is_web: the text is an address outside, which readers may follow if it is a plain one.
    :param rows: the text is a figure, and these are the rows that it counts.
    """

    text: str = ""
    target: str = ""
    verdict: Verdict | None = None
    complete: bool = False
    is_place: bool = False
    is_web: bool = False
    rows: Rows | None = None

    @property
    def web(self) -> str:
        """Address outside that the cell leads to; empty where it leads to none."""
        return self.text if self.is_web and is_followable(self.text) else ""

    @property
    def word(self) -> str:
        """The verdict in words, in brackets where it follows a text; empty without one."""
        if self.verdict is None:
            return ""
        word = "evidence complete" if self.complete and self.verdict is Verdict.VERIFIED else WORDS[self.verdict]
        return f"[{word}]" if self.text else word

    @property
    def shown(self) -> str:
        """What a reader sees in every format: the text and the word of the verdict."""
        return f"{self.text} {self.word}" if self.text and self.verdict is not None else self.text or self.word


EMPTY = Cell()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column; ``width`` is its share of the page, relative to the others.

    :param spare: left out at first where readers choose their columns.
    """

    name: str
    title: str
    width: int = 1
    spare: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """What the rows of a view can be filtered and grouped by.

    :param values: for each row the words that it holds, in the order of the rows.
    """

    name: str
    title: str
    values: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A view: rows of cells under columns, with its scope on its face.

    :param kind: matrix, statement, gap-list, changes or register; of a dashboard with a picture, coverage or its id.
    :param scope: what was counted, by which filter, for which version and date.
    :param question: what the view answers; may be empty.
    :param row_ids: id of the item that heads each row, empty where none does.
    :param facets: what the rows can be filtered by, beside the text of their cells.
    :param drawing: a drawing that shows the same as the rows.
    """

    id: str
    kind: str
    title: str
    question: str
    scope: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    row_ids: tuple[str, ...] = ()
    facets: tuple[Facet, ...] = ()
    drawing: Drawing | None = None


def columns(*specs: tuple[str, str, int]) -> tuple[Column, ...]:
    """Columns from names, titles and widths."""
    return tuple(Column(name=name, title=title, width=width) for name, title, width in specs)
