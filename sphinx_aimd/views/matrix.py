"""Matrices: one row is one path; columns that extend another follow it, independent ones stand side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from ..model.item import Item
from ..model.trace import Trace
from ..model.verdict import Verdict
from ..tracemodel import Column, MatrixSpec
from .checklist import COMPUTED
from .facets import field_facets, verdict_facets
from .places import Places
from .scope import data_note, scope_of
from .table import EMPTY, Cell, Table
from .table import Column as TableColumn
from .words import cited, field_text, labelled

#: Reasons shown in a cell; the card of the item has them all.
SHOWN_REASONS = 3
_WIDE = frozenset({"text", "title", "justification", "reasons", "(reasons)", "(name)", "(applicability)"})
_NARROW = frozenset({"verdict", "(verdict)", "(applicable)", "status"})

Line = dict[str, Cell]


def specs(trace: Trace) -> Iterator[MatrixSpec]:
    """Every matrix of the model, and one more for each value of its ``per`` field that has rows."""
    for spec in trace.model.matrices.values():
        yield spec
        if spec.per:
            yield from parts(trace, spec, _row_items(trace, spec))


def all_parts(trace: Trace) -> Iterator[MatrixSpec]:
    """Parts of matrices, those without rows included: a page may show one all the same."""
    for spec in trace.model.matrices.values():
        if spec.per:
            yield from parts(trace, spec, _row_items(trace, replace(spec, asked=False)))


def parts(trace: Trace, spec: MatrixSpec, rows: Iterable[Item]) -> Iterator[MatrixSpec]:
    """One matrix for each value of the ``per`` field."""
    for value in dict.fromkeys(value for item in rows for value in item.values(spec.per)):
        yield part(trace, spec, value)


def part(trace: Trace, spec: MatrixSpec, value: str) -> MatrixSpec:
    """The matrix of one value of its ``per`` field, with an id and a title of its own."""
    title = value
    if spec.per == "instrument" and value in trace.catalogue.instruments:
        title = trace.catalogue.instruments[value].short_title
    return replace(
        spec,
        id=f"{spec.id}-{value.lower()}",
        title=f"{spec.title}: {title}",
        where={**spec.where, spec.per: (value,)},
        per="",
    )


def matrix(trace: Trace, spec: MatrixSpec, places: Places) -> Table:
    """Compute one matrix.

    :param places: where each item stands in the PDF.
    """
    children = _children(spec.columns)
    items = _row_items(trace, spec)
    rows: list[tuple[Cell, ...]] = []
    row_ids: list[str] = []
    gaps = 0
    # the other columns of the row repeat on each of its lines, so that a filter keeps them together
    said_once = [column.name for column in spec.columns if column.once]
    for item in items:
        fixed = {column.name: _fixed(trace, column, item) for column in spec.columns if _is_fixed(column)}
        lines = _lines(trace, children, "", item) or [{}]
        gaps += any(all(name not in line for line in lines) and fixed.get(name, EMPTY) == EMPTY for name in spec.gap)
        for line in lines:
            cells = {**fixed, **line}
            for column in spec.columns:
                if column.place_of:
                    cells[column.name] = places.cell(cells.get(column.place_of, EMPTY).target)
            rows.append(tuple(cells.get(column.name, EMPTY) for column in spec.columns))
            row_ids.append(item.id)
            for name in said_once:
                fixed[name] = EMPTY
    is_open = sum(not trace.verdict(item.id).is_closed for item in items)
    words = _words(trace, spec) + (", those that ask nothing of this file left out" if spec.asked else "")
    counted = f"{len(items)} items ({words}), {len(rows)} rows, {is_open} open, {gaps} without a required link"
    columns = tuple(TableColumn(name=c.name, title=c.title, width=_width(c)) for c in spec.columns)
    heads = [trace.items[row_id] for row_id in row_ids]
    return Table(
        id=spec.id,
        kind="matrix",
        title=spec.title,
        question=spec.question,
        scope=_scope(trace, counted, spec),
        columns=columns,
        rows=tuple(rows),
        row_ids=tuple(row_ids),
        facets=(*field_facets(trace, heads, spec.filters), *verdict_facets(columns, rows)),
    )


def _scope(trace: Trace, counted: str, spec: MatrixSpec) -> str:
    """Scope line; where vulnerabilities are shown, with the day of the data that they were assessed on."""
    scope = scope_of(trace, counted, spec.where)
    every = trace.model.types.keys()
    told = (c.types for c in spec.columns if c.hops and c.types != every and (c.count or {*c.show} - {"id", "title"}))
    assessed = "component" in spec.types or "vulnerability" in spec.types.union(*told)
    return f"{scope} {data_note(trace)}" if assessed else scope


def _is_fixed(column: Column) -> bool:
    return not column.place_of and (not column.hops or column.count)


def _words(trace: Trace, spec: MatrixSpec) -> str:
    titles = sorted(trace.model.type_title(name).lower() for name in spec.types)
    return ", ".join(titles)


def _width(column: Column) -> int:
    if column.field == "(standards)":
        return 3
    if column.once or column.place_of:
        return 5 if column.place_of else 6
    if column.field in _NARROW or column.count:
        return 2
    if column.field in _WIDE or (column.hops and "title" in column.show):
        return 4
    return 3


def _row_items(trace: Trace, spec: MatrixSpec) -> list[Item]:
    items = [item for item in trace.of_types(spec.types) if item.matches(spec.where)]
    if spec.asked:
        items = [item for item in items if item.type != "clause" or trace.verdict(item.id).counts]
    columns = {column.name: column for column in spec.columns}
    for name in reversed(spec.sort):
        column = columns[name]
        if column.field and not column.field.startswith("("):
            items.sort(key=lambda item, column=column: _sort_key(trace, column, item))  # type: ignore[misc]
    return items


def _sort_key(trace: Trace, column: Column, item: Item) -> tuple[int, str, str]:
    text = "" if column.field == "title" else item.text(column.field)
    field = trace.model.types[item.type].fields.get(column.field)
    if field is not None and field.ordered and text in field.values:
        return (-field.values.index(text), "", item.id)
    return (0, text, item.id)


def _children(columns: Sequence[Column]) -> dict[str, list[tuple[Column, tuple[str, ...]]]]:
    """Per column (empty name: the row) the columns that follow its path, with the hops that remain."""
    found: dict[str, list[tuple[Column, tuple[str, ...]]]] = {}
    for position, column in enumerate(columns):
        if not column.hops or column.count:
            continue
        before = [
            other
            for other in columns[:position]
            if other.hops and not other.count and other.hops == column.hops[: len(other.hops)] != column.hops
        ]
        parent = max(before, key=lambda other: len(other.hops), default=None)
        taken = len(parent.hops) if parent else 0
        found.setdefault(parent.name if parent else "", []).append((column, column.hops[taken:]))
    return found


def _lines(
    trace: Trace, children: dict[str, list[tuple[Column, tuple[str, ...]]]], parent: str, start: Item
) -> list[Line]:
    """Lines of all columns below ``parent``, as seen from ``start``."""
    blocks: list[list[Line]] = []
    for column, hops in children.get(parent, ()):
        block: list[Line] = []
        for end in trace.graph.walk(start.id, hops, column.types):
            item = trace.items.get(end.id)
            if item is None:
                block.append({column.name: Cell(f"{end.id} does not exist", "", Verdict.MISSING)})
            elif item.matches(column.where):
                cell = target_cell(trace, item, column.show)
                block += [{column.name: cell, **line} for line in _lines(trace, children, column.name, item) or [{}]]
        blocks.append(block)
    return [{name: cell for line in side for name, cell in line.items()} for side in zip_longest(*blocks, fillvalue={})]


def target_cell(trace: Trace, item: Item, show: Sequence[str]) -> Cell:
    """A linked item: its label and title, then the fields asked for, and its verdict if asked for."""
    label = cited(item)
    parts = [item.title] if "title" in show else []
    parts += [
        labelled(trace, item, name) for name in show if name not in ("id", "citation", "title", "verdict", "status")
    ]
    parts += [item.status.replace("_", " ")] if "status" in show else []
    rest = "; ".join(part for part in parts if part)
    verdict = trace.verdict(item.id) if "verdict" in show else None
    text = f"{label} {rest}" if rest else label
    return Cell(text, item.id, verdict, complete=item.type == "clause")


def _fixed(trace: Trace, column: Column, item: Item) -> Cell:
    """A column that does not follow links: a field, the verdict, the reasons or a number."""
    if column.count:
        ends = trace.graph.walk(item.id, column.hops, column.types)
        return Cell(str(sum(1 for end in ends if end.id in trace.items and trace.items[end.id].matches(column.where))))
    if column.field == "(verdict)":
        return Cell("", "", trace.verdict(item.id), complete=item.type == "clause")
    if column.field == "(reasons)":
        reasons = trace.judgements[item.id].reasons
        more = f"; and {len(reasons) - SHOWN_REASONS} more" if len(reasons) > SHOWN_REASONS else ""
        return Cell("; ".join(map(str, reasons[:SHOWN_REASONS])) + more)
    if column.field in COMPUTED:
        return COMPUTED[column.field](trace, item)
    if column.field == "citation":
        return Cell(cited(item), item.id)
    if column.field == "title" and item.type != "clause":
        return Cell(f"{item.id} {item.title}", item.id)
    if column.field == "title":
        return Cell(item.title)
    return Cell(field_text(trace, item, column.field))
