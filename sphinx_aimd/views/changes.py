"""What changed since an earlier state, such as the last submission: row by row, and in figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from ..model.baseline import Entry
from ..model.trace import Trace
from .comparison import Comparison, what
from .differences import Change, Effect, Kind
from .facets import figure
from .scope import scope_of
from .table import Cell, Facet, Table, columns
from .words import cited

CHANGES, SUMMARY = "changes", "changes-summary"
#: Said where no earlier state was given.
NOTHING_TO_COMPARE = "No earlier state was given to compare with"
_KINDS = tuple(kind for kind in Kind if kind is not Kind.UNCHANGED)
_EFFECTS = (Effect.LOST, Effect.WORSE, Effect.SET_ASIDE, Effect.TAKEN_UP, Effect.BETTER)
_ORDER = {effect: place for place, effect in enumerate(Effect)}
_CHANGES = columns(
    ("item", "Item", 5),
    ("type", "Type", 2),
    ("change", "Change", 2),
    ("what", "What", 7),
    ("then", "Verdict then", 2),
    ("now", "Verdict now", 2),
    ("effect", "Effect", 2),
    ("decided", "Decided by", 2),
)
_SUMMARY = columns(
    ("group", "Items and clauses", 5),
    *((kind.replace(" ", "_"), kind.capitalize(), 2) for kind in Kind),
    ("all", "All", 2),
    *((effect.replace(" ", "_"), effect.capitalize(), 2) for effect in _EFFECTS),
)


def changes(comparison: Comparison) -> Table:
    """One row for each item and clause that differs, the worst effect first."""
    trace = comparison.trace
    types = {name: place for place, name in enumerate(_types(trace, comparison.every))}
    differing = sorted(
        (change for change in comparison.every if change.kind is not Kind.UNCHANGED),
        key=lambda change: (
            _ORDER[change.effect],
            types[change.entry.type],
            _place(trace, change),
        ),
    )
    rows = tuple(_row(comparison, change) for change in differing)
    total, same = len(comparison.every), len(comparison.every) - len(rows)
    return _table(
        CHANGES,
        comparison.scope(f"{len(rows)} of {total} items and clauses differ; {same} are unchanged and not listed"),
        rows,
        tuple(change.id if change.now else "" for change in differing),
        (
            _facet("type", "Type", (_type(trace, change.entry) for change in differing)),
            _facet("change", "Change", (change.kind.value for change in differing)),
            _facet("effect", "Effect", (change.effect.value for change in differing)),
            _facet("instrument", "Instrument", (_group(comparison, change) for change in differing)),
        ),
    )


def _table(
    view_id: str,
    scope: str,
    rows: Sequence[tuple[Cell, ...]] = (),
    row_ids: Sequence[str] = (),
    facets: tuple[Facet, ...] = (),
) -> Table:
    is_list = view_id == CHANGES
    title = "Changes since the earlier state" if is_list else "Changes since the earlier state, in figures"
    question = (
        "What was added, removed or changed since the state that was last submitted, what did it do to the verdict, "
        "and who decided it?"
        if is_list
        else "How much changed since the state that was last submitted, and where did evidence get better or worse?"
    )
    return Table(
        id=view_id,
        kind="changes",
        title=title,
        question=question,
        scope=scope,
        columns=_CHANGES if is_list else _SUMMARY,
        rows=tuple(rows),
        row_ids=tuple(row_ids),
        facets=facets,
    )


def _types(trace: Trace, every: Iterable[Change]) -> list[str]:
    """Item types in the order of the model, those that it no longer knows after them, clauses last."""
    gone = sorted({change.entry.type for change in every} - trace.model.types.keys())
    return [*(name for name in trace.model.types if name != "clause"), *gone, "clause"]


def _place(trace: Trace, change: Change) -> tuple[str, int, str]:
    """Order within a type: clauses by their text, removed ones after it; items by id."""
    clause = trace.catalogue.clauses.get(change.id)
    if clause is not None:
        return clause.instrument.key, clause.order, change.id
    return (change.entry.instrument, 1 << 30, change.id) if change.entry.type == "clause" else ("", 0, change.id)


def _facet(name: str, title: str, values: Iterable[str]) -> Facet:
    return Facet(name=name, title=title, values=tuple((value,) if value else () for value in values))


def _type(trace: Trace, entry: Entry) -> str:
    known = entry.type in trace.model.types
    return trace.model.type_title(entry.type) if known else entry.type.replace("_", " ").capitalize()


def _group(comparison: Comparison, change: Change) -> str:
    return comparison.name_of(change.entry) if change.entry.type == "clause" else ""


def _row(comparison: Comparison, change: Change) -> tuple[Cell, ...]:
    trace, entry = comparison.trace, change.entry
    if change.now is not None:
        item = trace.items[change.id]
        head = Cell(f"{cited(item)} {item.title}", change.id)
    else:
        head = Cell(f"{entry.citation or entry.id} {entry.title}")
    return (
        head,
        Cell(_type(trace, entry)),
        Cell(change.kind.value),
        Cell(what(comparison, change)),
        _verdict(change.then),
        _verdict(change.now),
        Cell(change.effect.value),
        _decided(comparison, change),
    )


def _verdict(entry: Entry | None) -> Cell:
    return Cell("none") if entry is None else Cell("", "", entry.verdict, complete=entry.type == "clause")


def _decided(comparison: Comparison, change: Change) -> Cell:
    """Decisions and patches on the item that came or changed since the earlier state; older ones did not decide it."""
    trace = comparison.trace
    if change.now is None:
        return Cell()
    found = [item for hop in ("decided_by", "fixed_by") for item in trace.graph.targets(change.id, hop)]
    fresh = [
        item
        for item in found
        if trace.graph.is_live(item) and comparison.by_id[item.id].kind in (Kind.ADDED, Kind.CHANGED)
    ]
    if len(fresh) == 1:
        return Cell(fresh[0].id, fresh[0].id, trace.verdict(fresh[0].id))
    return Cell(", ".join(item.id for item in fresh))


def summary(comparison: Comparison) -> Table:
    """Per type, and per instrument of the clauses that differ, how many changed in which way."""
    trace = comparison.trace
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in comparison.every:
        groups.setdefault((change.entry.type, _group(comparison, change)), []).append(change)
    rows, quiet = [], []
    for kind in _types(trace, comparison.every):
        for _kind, name in sorted(group for group in groups if group[0] == kind):
            found = groups[kind, name]
            title = _type(trace, found[0].entry)
            if name and all(change.kind is Kind.UNCHANGED for change in found):
                quiet.append(found)
                continue
            where = {"type": (title,), **({"instrument": (name,)} if name else {})}
            rows.append(_figures(f"{title}: {name}" if name else title, found, where))
    if quiet:
        rows.append(
            _figures(
                f"Clauses of {len(quiet)} instruments without a change",
                [change for found in quiet for change in found],
                {},
            )
        )
    rows.append(_figures("All", comparison.every, {}))
    counted = f"{len(comparison.every)} items and clauses of both states, each in one class of change"
    return _table(SUMMARY, comparison.scope(counted), rows, ("",) * len(rows))


def _figures(title: str, found: Sequence[Change], where: Mapping[str, tuple[str, ...]]) -> tuple[Cell, ...]:
    """Counts by class and by effect, each leading to its rows; what is unchanged is listed nowhere."""
    kinds, effects = (Counter(getattr(change, name) for change in found) for name in ("kind", "effect"))
    cells = [Cell(title)]
    cells += [figure(kinds[kind], CHANGES, {**where, "change": (kind.value,)}) for kind in _KINDS]
    cells += [Cell(str(kinds[Kind.UNCHANGED])), Cell(str(len(found)))]
    cells += [figure(effects[effect], CHANGES, {**where, "effect": (effect.value,)}) for effect in _EFFECTS]
    return tuple(cells)


#: Views of a comparison, by id.
OF_COMPARISON: Mapping[str, Callable[[Comparison], Table]] = {CHANGES: changes, SUMMARY: summary}


def nothing_to_compare(trace: Trace, view_id: str) -> Table:
    """The view where no earlier state was given: it says so."""
    return _table(view_id, scope_of(trace, NOTHING_TO_COMPARE))
