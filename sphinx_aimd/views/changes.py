"""What changed since an earlier state, such as the last submission: row by row, and in figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from ..model.baseline import ASKS, TEXT, Baseline, Entry, is_digest
from ..model.trace import Trace
from .differences import Change, Difference, Effect, Kind, Proof, compare, state_of
from .facets import figure, instrument_name
from .scope import scope_of
from .table import Cell, Facet, Table, columns
from .words import cited

CHANGES, SUMMARY = "changes", "changes-summary"
#: Said where no earlier state was given.
NOTHING_TO_COMPARE = "No earlier state was given to compare with"
#: Ids and proofs that a cell names of each kind; the rest is counted.
SHOWN = 6
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


class Comparison:
    """This state and an earlier one, compared once for both views."""

    def __init__(self, trace: Trace, then: Baseline) -> None:
        """Compare a trace with an earlier state of it."""
        self.trace, self.then = trace, then
        types = trace.model.types.values()
        files = {kind.name for kind in types if any(f.kind == "path" and f.meaning for f in kind.fields.values())}
        self.now = state_of(trace)
        self.every = compare(then, self.now, files)
        self.by_id = {change.id: change for change in self.every}

    def name_of(self, entry: Entry) -> str:
        """The instrument of a clause in the words of the other views; empty for items."""
        known = self.trace.catalogue.instruments.get(entry.instrument)
        if known is not None:
            return instrument_name(known)
        edition = self.then.instruments.get(entry.instrument, "")
        return ", ".join(part for part in (entry.instrument, edition) if part)

    def scope(self, counted: str) -> str:
        """Which two states are compared, when each was, by which version of the tool, and which editions changed."""
        then, now = self.then, self.now
        head = f"{then.name}, " if then.name else ""
        on = f" of {then.on}" if then.on else ""
        counted += (
            f". Then: {head}the state{on} for version {then.version or 'not stated'}, as of "
            f"{then.as_of or 'no date'}, by sphinx-aimd {then.tool}. Now: this state, by sphinx-aimd {now.tool}"
        )
        editions = [
            f"{key} from {then.instruments[key]} to {now.instruments[key]}"
            for key in sorted(then.instruments.keys() & now.instruments.keys())
            if then.instruments[key] != now.instruments[key]
        ]
        if editions:
            counted += f". Editions changed: {'; '.join(editions)}"
        return scope_of(self.trace, counted)


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
        Cell(_what(comparison, change)),
        _verdict(change.then),
        _verdict(change.now),
        Cell(change.effect.value),
        _decided(comparison, change),
    )


def _verdict(entry: Entry | None) -> Cell:
    return Cell("none") if entry is None else Cell("", "", entry.verdict, complete=entry.type == "clause")


def _what(comparison: Comparison, change: Change) -> str:
    """What differs, in words; where a verdict got worse, what is open first now."""
    trace = comparison.trace
    said = [_part(trace, change.entry, part) for part in change.parts]
    shown = [_proof(comparison, proof) for proof in change.proofs[:SHOWN]]
    said += shown + ([f"{len(change.proofs) - SHOWN} more results and records"] if change.proofs[SHOWN:] else [])
    if change.then is None or change.now is None:
        said += _coming_or_going(comparison, change)
    if change.now is not None and change.effect in (Effect.LOST, Effect.WORSE):
        said += [f"open first: {reason}" for reason in trace.judgements[change.id].reasons[:1]]
    text = "; ".join(said)
    return text[:1].upper() + text[1:]


def _coming_or_going(comparison: Comparison, change: Change) -> list[str]:
    """What is to be said of an item or clause that only one of the states holds."""
    trace, entry = comparison.trace, change.entry
    if entry.type != "clause":
        status = entry.status.replace("_", " ")
        verb = "is" if change.now else "was"
        return [f"status {verb} {status}"] if status else []
    key, then, now = entry.instrument, comparison.then.instruments, comparison.now.instruments
    if key not in then or key not in now:
        return [f"instrument {key} is {'new in' if key in now else 'no longer in'} the catalogues"]
    said = [f"edition of {key} from {then[key]} to {now[key]}"] if then[key] != now[key] else []
    new = [clause.citation for clause in trace.catalogue.successors.get(change.id, ())] if change.now is None else []
    return said + ([f"replaced by {', '.join(new)}"] if new else [])


def _part(trace: Trace, entry: Entry, part: Difference) -> str:
    """A difference in words: old and new of a short value, ids of a link, else that the text changed."""
    link = trace.model.links.get(part.name)
    if part.added or part.removed:
        name = link.title if link is not None else part.name.replace("_", " ")
        said = [f"{word} {_ids(ids)}" for word, ids in (("added", part.added), ("removed", part.removed)) if ids]
        return f"{name}: {', '.join(said)}"
    name = _field_title(trace, entry, part.name)
    if is_digest(part.old) and is_digest(part.new):
        return f"{name}: text changed"
    if not part.old or not part.new:
        shown = part.old or part.new
        verb = "added" if part.new else "removed"
        return f"{name}: {verb}" if is_digest(shown) else f"{name}: {verb} {_value(trace, entry, part.name, shown)}"
    old, new = (
        "another text" if is_digest(value) else _value(trace, entry, part.name, value) for value in (part.old, part.new)
    )
    return f"{name}: {old} → {new}"


def _field_title(trace: Trace, entry: Entry, name: str) -> str:
    if entry.type == "clause" and name in (TEXT, ASKS):
        return "text in the catalogue" if name == TEXT else "force, subject or expected proof in the catalogue"
    if name in ("title", "type", "status", "citation", "instrument"):
        return name
    if name == "standing":
        return "applicability"
    kind = trace.model.types.get(entry.type)
    field = kind.fields.get(name) if kind is not None else None
    return field.title if field is not None else name.replace("_", " ")


def _value(trace: Trace, entry: Entry, name: str, value: str) -> str:
    """A short value as readers see it."""
    if name == "type":
        return trace.model.type_title(value) if value in trace.model.types else value
    kind = trace.model.types.get(entry.type)
    field = kind.fields.get(name) if kind is not None else None
    if field is not None and field.kind == "boolean":
        return {"true": "yes", "false": "no"}.get(value, value)
    if name == "status" or (field is not None and field.kind in ("enum", "enum-list")):
        return value.replace("_", " ")
    return value


def _ids(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
    return ", ".join(ids[:SHOWN]) + more


def _proof(comparison: Comparison, proof: Proof) -> str:
    if proof.kind == "file":
        return "the file that it names holds something else"
    head = f"{proof.kind} {proof.id}"
    if proof.change is not Kind.CHANGED:
        state = comparison.now if proof.change is Kind.ADDED else comparison.then
        outcome = state.entries[proof.id].fields.get("outcome", "").replace("_", " ")
        return f"{head} {proof.change.value}" + (f" ({outcome})" if outcome else "")
    entry = comparison.now.entries[proof.id]
    return f"{head} changed ({', '.join(_part(comparison.trace, entry, part) for part in proof.parts)})"


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
