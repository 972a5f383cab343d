"""Two states of the file in, what differs between them out: each item and clause in exactly one class."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .. import __version__
from ..model.baseline import Baseline, Entry, clause_entry, item_entry
from ..model.item import Item, Value
from ..model.trace import Trace
from ..model.verdict import Verdict
from ..tracemodel import Field
from .checklist import applicability_of

#: Links from what proves to what it proves: results and records, with what they are called.
EVIDENCE = {"result_of": "result", "evidences": "record"}
#: Fields that say nothing of the item itself: the report of a result also holds results of other tests; what files add
#: to a vulnerability is new of its own accord, and what of it counts stands in other fields.
_ASIDE = {
    "result": frozenset({"source_hash"}),
    "vulnerability": frozenset({"given_scores", "scores_differ", "epss_percentile", "references", "references_left"}),
}


class Kind(StrEnum):
    """How an item differs; of several the first that holds."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    EVIDENCE = "evidence only"
    VERDICT = "verdict only"
    UNCHANGED = "unchanged"


class Effect(StrEnum):
    """What a change does to the verdict, in the order in which a reviewer should read."""

    LOST = "lost"
    WORSE = "worse"
    SET_ASIDE = "set aside"
    TAKEN_UP = "taken up"
    NOT_COMPARED = "not compared"
    SAME = "same"
    BETTER = "better"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One part of an item that differs.

    :param name: ``title``, ``type``, ``status``, ``standing``, ``file``, or the name of a field or link.
    :param old: value then, or ``#`` and a digest; empty where there was none.
    :param added: targets that a link has gained.
    :param removed: targets that it has lost.
    """

    name: str
    old: str = ""
    new: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A result or record of an item that was added, removed or changed.

    :param kind: result or record.
    :param parts: what differs; empty for one that was added or removed.
    """

    id: str
    kind: str
    change: Kind
    parts: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An item or clause in both states.

    :param parts: what it says that differs.
    :param proofs: what directly proves it and differs.
    """

    id: str
    then: Entry | None
    now: Entry | None
    kind: Kind
    effect: Effect
    parts: tuple[Difference, ...] = ()
    proofs: tuple[Proof, ...] = ()

    @property
    def entry(self) -> Entry:
        """The item as it is now; of one that was removed, as it was."""
        entry = self.now or self.then
        assert entry is not None  # noqa: S101 - a change is about something
        return entry


def state_of(trace: Trace, project: str = "") -> Baseline:
    """The trace in the form of a baseline."""
    entries = {item.id: _entry(trace, item) for item in trace.items.values()}
    return Baseline(
        project=project,
        tool=__version__,
        version=trace.version,
        as_of=trace.as_of,
        instruments={key: instrument.edition for key, instrument in trace.catalogue.instruments.items()},
        entries=dict(sorted(entries.items())),
    )


def _entry(trace: Trace, item: Item) -> Entry:
    kind, verdict = trace.model.types[item.type], trace.verdict(item.id)
    if item.type == "clause":
        standing = applicability_of(trace, item).standing.value
        return clause_entry(item.id, item.title, verdict, item.fields, item.citation, item.text("instrument"), standing)
    fields = {name: _typed(kind.fields.get(name), value) for name, value in item.fields.items()}
    return item_entry(item.id, item.type, item.title, item.status, verdict, fields, item.links, item.fingerprint)


def _typed(field: Field | None, value: Value) -> object:
    """A number in the form that it has in trace.json."""
    if field is not None and field.kind == "integer" and isinstance(value, str):
        return int(value)
    if field is not None and field.kind == "number" and isinstance(value, str):
        return float(value)
    return value


def compare(then: Baseline, now: Baseline, with_files: Collection[str] = ()) -> tuple[Change, ...]:
    """Every item and clause of both states, by id.

    :param with_files: item types that name files; only their fingerprints say more than their fields.
    """
    proved_then, proved_now = _proofs(then), _proofs(now)
    found = []
    for item_id in sorted(then.entries.keys() | now.entries.keys()):
        old, new = then.entries.get(item_id), now.entries.get(item_id)
        if old is None or new is None:
            kind = Kind.ADDED if old is None else Kind.REMOVED
            found.append(Change(id=item_id, then=old, now=new, kind=kind, effect=_effect(old, new)))
            continue
        parts = tuple(_parts(old, new))
        proofs = [*_file(old, new, parts, with_files)]
        proofs += _changed_proofs(proved_then.get(item_id, {}), proved_now.get(item_id, {}), then, now)
        if parts:
            kind = Kind.CHANGED
        elif proofs:
            kind = Kind.EVIDENCE
        else:
            kind = Kind.VERDICT if old.verdict is not new.verdict else Kind.UNCHANGED
        found.append(
            Change(
                id=item_id,
                then=old,
                now=new,
                kind=kind,
                effect=_effect(old, new),
                parts=parts,
                proofs=tuple(proofs),
            )
        )
    return tuple(found)


def _parts(old: Entry, new: Entry) -> Iterator[Difference]:
    """What the item says of itself that differs, in the order in which readers see it."""
    for name in ("type", "title", "status", "citation", "instrument", "standing"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after and (name, new.type) != ("title", "result"):  # a result is named by its fields
            yield Difference(name=name, old=before, new=after)
    for name in sorted((old.fields.keys() | new.fields.keys()) - _ASIDE.get(new.type, frozenset())):
        before, after = old.fields.get(name, ""), new.fields.get(name, "")
        if before != after:
            yield Difference(name=name, old=before, new=after)
    for name in sorted(old.links.keys() | new.links.keys()):
        ends_then, ends_now = set(old.links.get(name, ())), set(new.links.get(name, ()))
        if ends_then != ends_now:
            added, removed = sorted(ends_now - ends_then), sorted(ends_then - ends_now)
            yield Difference(name=name, added=tuple(added), removed=tuple(removed))


def _file(old: Entry, new: Entry, parts: tuple[Difference, ...], with_files: Collection[str]) -> Iterator[Proof]:
    """The file that an item names holds something else, while the item says what it said."""
    if new.type in with_files and old.fingerprint != new.fingerprint and not parts:
        yield Proof(id="", kind="file", change=Kind.CHANGED)


def _proofs(state: Baseline) -> dict[str, dict[str, str]]:
    """Per item the ids of its results and records, and which of the two each is."""
    found: dict[str, dict[str, str]] = {}
    for entry in state.entries.values():
        for link, kind in EVIDENCE.items():
            for target in entry.links.get(link, ()):
                found.setdefault(target, {})[entry.id] = kind
    return found


def _changed_proofs(old: Mapping[str, str], new: Mapping[str, str], then: Baseline, now: Baseline) -> Iterator[Proof]:
    for proof_id in sorted(old.keys() | new.keys()):
        if proof_id not in new:
            yield Proof(id=proof_id, kind=old[proof_id], change=Kind.REMOVED)
        elif proof_id not in old:
            yield Proof(id=proof_id, kind=new[proof_id], change=Kind.ADDED)
        else:
            parts = tuple(part for part in _parts(then.entries[proof_id], now.entries[proof_id]) if not _is_link(part))
            if parts:
                yield Proof(id=proof_id, kind=new[proof_id], change=Kind.CHANGED, parts=parts)


def _is_link(part: Difference) -> bool:
    return bool(part.added or part.removed)


def _effect(old: Entry | None, new: Entry | None) -> Effect:
    """What became of the verdict. What is gone or no longer counted is never called better."""
    before, after = old.verdict if old else None, new.verdict if new else None
    if before is Verdict.VERIFIED and after is not Verdict.VERIFIED:
        return Effect.LOST
    if before is None or after is None:
        return Effect.NOT_COMPARED
    if before.counts != after.counts:
        return Effect.SET_ASIDE if before.counts else Effect.TAKEN_UP
    if before is after or not before.counts:
        return Effect.SAME
    return Effect.WORSE if after.rank < before.rank else Effect.BETTER
