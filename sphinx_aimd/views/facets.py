"""What rows can be filtered by: fields of the item that heads a row, and the verdicts that its cells show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..model.item import Item
from ..model.trace import Trace
from ..model.verdict import word
from .table import Cell, Column, Facet, Rows
from .words import clause_word

#: Id of the view of every item and clause, to which most figures lead.
ALL_ITEMS = "all-items"
#: Stands for the role of an item that names none.
NO_OWNER = "no owner named"
_TITLES = {"type": "Type", "status": "Status", "title": "Title", "citation": "Citation", "verdict": "Verdict"}


def words_of(trace: Trace, item: Item, name: str) -> tuple[str, ...]:
    """The values of a field in the words that readers see; several of a list, none of a field that is not filled.

    :param name: a field of the item, or ``id``, ``type``, ``title``, ``status``, ``citation`` or ``verdict``.
    """
    if name == "type":
        return (trace.model.type_title(item.type),)
    if name == "verdict":
        return (word(trace.verdict(item.id), item.type),)
    if name == "citation":
        return (item.citation or item.id,)
    values = tuple(value for value in item.values(name) if value)
    if item.type == "clause":
        values = tuple(clause_word(trace, item, name, value) for value in values)
    field = trace.model.types[item.type].fields.get(name)
    if field is not None and field.kind == "boolean":
        return tuple({"true": "yes", "false": "no"}.get(value, value) for value in values)
    if name == "status" or (field is not None and field.kind in ("enum", "enum-list")):
        return tuple(dict.fromkeys(value.replace("_", " ") for value in values))
    return tuple(dict.fromkeys(values))


def owner_of(trace: Trace, item: Item) -> str:
    """The role that answers for an item; a clause has none, since it is a law's and not the maker's."""
    if item.type == "clause":
        return "clause"
    return ", ".join(words_of(trace, item, "owner_role")) or NO_OWNER


def field_facets(trace: Trace, items: Sequence[Item], names: Iterable[str]) -> tuple[Facet, ...]:
    """One facet for each field, of rows that are headed by items, one item for each row."""
    facets = []
    for name in names:
        known = {item.id: words_of(trace, item, name) for item in items}
        fields = (trace.model.types[item.type].fields.get(name) for item in items)
        title = next((field.title for field in fields if field is not None), name.replace("_", " ").capitalize())
        facets.append(Facet(name=name, title=_TITLES.get(name, title), values=tuple(known[item.id] for item in items)))
    return tuple(facets)


def verdict_facets(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> tuple[Facet, ...]:
    """One facet for each column that shows verdicts: ``Verdict`` where they are those of the row, else by column."""
    facets = []
    for position, column in enumerate(columns):
        cells = [row[position] for row in rows]
        shown = [cell for cell in cells if cell.verdict is not None]
        if not shown:
            continue
        is_own = not any(cell.text for cell in shown)
        facets.append(
            Facet(
                name="verdict" if is_own else f"{column.name}_verdict",
                title="Verdict" if is_own else f"{column.title}: verdict",
                values=tuple((cell.word.strip("[]"),) if cell.verdict is not None else () for cell in cells),
            )
        )
    return tuple({facet.name: facet for facet in reversed(facets)}.values())[::-1]


def figure(count: int, view: str, where: Mapping[str, Sequence[str]], note: str = "") -> Cell:
    """A number that leads to the rows that it counts; nothing leads nowhere.

    :param view: id of the view that lists the rows.
    :param where: words by facet, see :class:`.table.Rows`.
    :param note: what follows the number in its cell.
    """
    text = f"{count} {note}".strip()
    if not count:
        return Cell(text)
    return Cell(text, rows=Rows(view, tuple((name, tuple(words)) for name, words in where.items())))
