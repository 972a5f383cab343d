"""How each need of an item stands and what it rests on, as it was judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypedDict

from ..model.caps import is_bare_heading
from ..model.graph import LinkState
from ..model.item import Item
from ..model.trace import Trace
from ..model.verdict import Verdict, fold, word
from ..tracemodel import Need, Way
from .card import Reference
from .cards import reference
from .explanation import NeedState, asked
from .words import field_text

#: Items that a need is met by, that are shown at most.
MOST_ENDS = 8

_DECIDING = {
    Verdict.WAIVED: "waiver",
    Verdict.NOT_APPLICABLE: "not_applicable",
    Verdict.VERIFIED: "alternative_approach",
}


def need_states(trace: Trace, item: Item) -> Iterator[NeedState]:
    """The needs that were judged, with what each rests on."""
    judgement = trace.judgements[item.id]
    if not is_bare_heading(trace.graph, item):
        for need in trace.model.needs[item.type]:
            if need.name in judgement.needs:
                yield _need(trace, item, need, judgement.needs[need.name])
    parts = trace.graph.parts.get(item.id, ())
    if parts and item.type == "clause" and judgement.verdict is not Verdict.INACTIVE:
        folded = fold(trace.verdict(part) for part in parts)
        yield NeedState(
            name=asked("parts"), is_condition=False, verdict=folded, word=word(folded), **_ends(trace, parts)
        )


def _need(trace: Trace, item: Item, need: Need, verdict: Verdict) -> NeedState:
    found: dict[str, None] = {}
    notes = []
    proven: set[bool] = set()
    for way in need.ways:
        if way.leaf == "results":
            found |= dict.fromkeys(end for end, _state in trace.graph.linked(item.id, "has_result"))
        elif way.leaf:
            notes.append(_leaf_note(trace, item, way))
        else:
            for end in trace.graph.walk(item.id, way.hops, way.to):
                target = trace.items.get(end.id)
                if target is None or (trace.graph.is_live(target) and target.matches(way.where)):
                    found[end.id] = None
                    proven.add(way.takes_verdict)
    if proven == {False}:
        notes.append("a link is enough, whatever the verdict at its end")
    decision = deciding(trace, item, verdict, (need.name,)) if verdict is not Verdict.VERIFIED or not found else None
    if decision is not None and decision.text("need") == need.name:
        notes.append(f"decided by {decision.id}: {decision_words(trace, decision)}")
    return NeedState(
        name=need.name.replace("_", " "),
        is_condition=not need.credit,
        verdict=verdict,
        word=word(verdict),
        **_ends(trace, found),
        note="; ".join(dict.fromkeys(note for note in notes if note)),
    )


def _leaf_note(trace: Trace, item: Item, way: Way) -> str:
    """What the item itself brings to a need."""
    if way.leaf == "approval":
        review = trace.graph.review_of(item.id)
        if review is None:
            return ""
        return f"reviewed on {review.on} by {review.role.replace('_', ' ')}"
    return f"the item's own record: {way.leaf.replace('_', ' ')}"


class _Ends(TypedDict):
    ends: tuple[Reference, ...]
    more: int
    closed: int


def _ends(trace: Trace, ids: Iterable[str]) -> _Ends:
    ordered = sorted(ids, key=lambda end: (trace.verdict(end).rank if end in trace.items else -1, end))
    closed = sum(end in trace.items and trace.verdict(end).is_closed for end in ordered)
    shown = tuple(reference(trace, end) for end in ordered[:MOST_ENDS])
    return {"ends": shown, "more": max(len(ordered) - MOST_ENDS, 0), "closed": closed}


def deciding(trace: Trace, item: Item, verdict: Verdict, needs: Sequence[str] = ()) -> Item | None:
    """The decision in force that gives an item its verdict, as a whole or in one of some needs."""
    own = trace.judgements[item.id].reasons
    wanted = {"", *needs, *(reason.need for reason in own)}
    for end, state in trace.graph.linked(item.id, "decided_by"):
        decision = trace.items[end]
        if (
            state is LinkState.SOUND
            and decision.text("kind") == _DECIDING.get(verdict)
            and decision.text("need") in wanted
            and trace.verdict(end) is Verdict.VERIFIED
        ):
            return decision
    return None


def decision_words(trace: Trace, decision: Item) -> str:
    """A decision in short: what it decides, who answers for it, and until when."""
    parts = [field_text(trace, decision, "kind")]
    role, day = field_text(trace, decision, "approver_role"), decision.text("decided_on")
    if role:
        parts.append(f"approved by {role}" + (f" on {day}" if day else ""))
    if decision.text("expires_on"):
        parts.append(f"until {decision.text('expires_on')}")
    return ", ".join(parts)
