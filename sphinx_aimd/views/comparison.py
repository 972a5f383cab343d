"""Two states compared, and what differs between them in words."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.baseline import ASKS, TEXT, Baseline, Entry, is_digest
from ..model.trace import Trace
from .differences import Change, Difference, Effect, Kind, Proof, compare, state_of
from .scope import scope_of
from .words import instrument_name

#: Ids and proofs that a cell names of each kind; the rest is counted.
SHOWN = 6


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


def what(comparison: Comparison, change: Change) -> str:
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
