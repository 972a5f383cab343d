"""Why an item has its verdict, in words: its judgement in, sentences, the ways to what is open and its needs out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..model.applicability import Applicability, Standing
from ..model.caps import is_bare_heading
from ..model.item import Item
from ..model.judgement import Judgement, Reason
from ..model.trace import Trace
from ..model.verdict import MEANING, Verdict, word
from .cards import reference
from .explanation import CALCULUS, Cause, Explanation, NeedState, WayStep, asked
from .hops import Hop, as_verb, hops_between
from .needs import deciding, decision_words, need_states
from .words import cited

#: Reasons that are shown at most.
MOST_REASONS = 8


def explain(trace: Trace, item_id: str) -> Explanation:
    """Explain a verdict; nothing is said that the judgement does not hold.

    :raises KeyError: there is no such item.
    """
    item, judgement = trace.items[item_id], trace.judgements[item_id]
    reasons = _in_order(judgement)
    needs = tuple(need_states(trace, item))
    return Explanation(
        sentences=tuple(_sentences(trace, item, reasons, needs)),
        meaning=MEANING[judgement.verdict],
        causes=tuple(_cause(trace, item, reason) for reason in reasons[:MOST_REASONS] if _has_way(reason)),
        more=max(len(reasons) - MOST_REASONS, 0),
        needs=needs,
    )


def _in_order(judgement: Judgement) -> tuple[Reason, ...]:
    """Reasons, most important first; what closes an item comes before what it closes."""
    if not judgement.verdict.is_closed:
        return judgement.reasons
    return tuple(sorted(judgement.reasons, key=lambda reason: reason.verdict is not judgement.verdict))


def _has_way(reason: Reason) -> bool:
    """Whether a reason is about a need; the standing of a clause or a status is said by the sentences alone."""
    return reason.need not in {standing.value for standing in Standing} and reason.verdict is not Verdict.INACTIVE


def _cause(trace: Trace, item: Item, reason: Reason) -> Cause:
    hops, text = _way(trace, item, reason)
    steps = [WayStep(hop.words, reference(trace, hop.id, hop.note)) for hop in hops]
    return Cause(
        need=asked(reason.need), verdict=reason.verdict, word=word(reason.verdict), steps=tuple(steps), text=text
    )


def _way(trace: Trace, item: Item, reason: Reason) -> tuple[list[Hop], str]:
    """The path of a reason with its links, and what is wrong at its end.

    Where a decision closes what is wrong, the path ends in that decision, on the item itself or on the way.
    """
    by_decision = reason.text == f"{word(reason.verdict)} by decision"
    of_item = by_decision and reason.need in ("waiver", "decision")
    hops = hops_between(trace, item.id, () if of_item else reason.path, reason.need)
    if by_decision or reason.verdict is Verdict.WAIVED:
        needs = () if of_item else (reason.need,)
        for position, member in enumerate((item.id, *(hop.id for hop in hops))):
            decision = deciding(trace, trace.items[member], reason.verdict, needs) if member in trace.items else None
            if decision is not None:
                return [*hops[:position], Hop(decision.id, "decided by", "decision")], decision_words(trace, decision)
            needs = ()
    return hops, reason.text


def _sentences(trace: Trace, item: Item, reasons: Sequence[Reason], needs: Sequence[NeedState]) -> Iterator[str]:
    judgement = trace.judgements[item.id]
    stands = judgement.applicability
    if stands is not None and stands.standing is not Standing.APPLIES:
        yield from _set_aside(trace, item, stands)
        return
    head = _head(item, judgement.verdict)
    if reasons:
        yield from _because(trace, item, head, reasons[0])
    else:
        yield f"{head}: {_all_met(trace, item, needs)}"
    if not judgement.verdict.is_closed:
        yield from _so_far(needs, reasons)
    if stands is not None:
        yield f"It applies: {stands.reason} ({stands.by})."


def _all_met(trace: Trace, item: Item, needs: Sequence[NeedState]) -> str:
    """Why nothing is open."""
    if is_bare_heading(trace.graph, item):
        return "it says nothing beyond its parts, and nothing in them that counts is open."
    if not needs:
        return "none of what its type needs applies to it."
    if item.type != "clause":
        return f"all that its type needs is met ({', '.join(need.name for need in needs)})."
    count = len(needs[0].ends) + needs[0].more
    text = f"each of the {count} items that answer it is closed" if count > 1 else "the item that answers it is closed"
    kinds = item.values("expects")
    if kinds:
        text += f", and no kind of proof that it expects is lacking ({', '.join(kinds)})"
    return f"{text}; its parts are closed as far as they count." if len(needs) > 1 else f"{text}."


def _so_far(needs: Sequence[NeedState], reasons: Sequence[Reason]) -> Iterator[str]:
    """What is closed already and what is not."""
    first = next((need for need in needs if reasons and need.name == asked(reasons[0].need)), None)
    if first is not None and first.closed:
        count, are = len(first.ends) + first.more, "is" if first.closed == 1 else "are"
        yield f"{first.closed} of the {count} items that \u201c{first.name}\u201d rests on {are} closed."
    closed = [need.name for need in needs if need.verdict.is_closed]
    left = [need.name for need in needs if not need.verdict.is_closed] + [asked(reason.need) for reason in reasons]
    if closed:
        yield f"Closed: {', '.join(closed)}. Open: {', '.join(dict.fromkeys(left))}."


def _head(item: Item, verdict: Verdict) -> str:
    shown = word(verdict, item.type)
    return f"Evidence for {cited(item)} is complete" if shown == "evidence complete" else f"{cited(item)} is {shown}"


def _because(trace: Trace, item: Item, head: str, reason: Reason) -> Iterator[str]:
    """The first reason: the cause, then the way to it."""
    if reason.verdict is Verdict.INACTIVE and reason.need == "status":
        yield f"{head} because it was {_full_stop(reason.text)}"
        return
    hops, text = _way(trace, item, reason)
    if not hops:
        shown = asked(reason.need) if reason.need in CALCULUS else f"its need \u201c{asked(reason.need)}\u201d"
        yield f"{head} because of {shown}: {_full_stop(text)}"
        return
    yield f"{head} because of {_named(trace, hops[-1])}: {_full_stop(text)}"
    if len(hops) == 1 and hops[0].words == "decided by":
        return
    parts = [
        f"{'which' if number else 'it'} {as_verb(hop.words)} {hop.id if hop is hops[-1] else _named(trace, hop)}"
        for number, hop in enumerate(hops)
    ]
    yield f"The way there: {', '.join(parts)}."


def _named(trace: Trace, hop: Hop) -> str:
    """An item in a sentence: kind, id and verdict, of a result what happened instead."""
    end = trace.items.get(hop.id)
    if end is None:
        return hop.id
    if end.type == "result":
        return f"{end.id} ({end.title})"
    if hop.words == "decided by":
        return (
            f"decision {end.id}" if trace.verdict(end.id) is Verdict.VERIFIED else f"decision {end.id} (not in force)"
        )
    return f"{trace.model.type_title(end.type).lower()} {cited(end)} ({word(trace.verdict(end.id), end.type)})"


def _set_aside(trace: Trace, item: Item, stands: Applicability) -> Iterator[str]:
    verdict = trace.verdict(item.id)
    if verdict.counts:
        yield f"{_head(item, verdict)} as far as its parts are answered in this file."
    elif verdict is Verdict.NOT_APPLICABLE:
        yield f"{_head(item, verdict)}: {_full_stop(stands.reason)}"
    else:
        yield f"{cited(item)} asks nothing of this file ({stands.standing.value}): {_full_stop(stands.reason)}"
    yield f"Decided by: {_decider(trace, stands.by)}."


def _decider(trace: Trace, by: str) -> str:
    """Who stands behind a standing, with role and date where they are recorded."""
    if by == "device profile" and trace.profile is not None:
        answers = trace.profile.answers
        role, day = "".join(answers.get("approver_role", ())), "".join(answers.get("approved_on", ()))
        if role and day:
            return f"the {by}, approved by {role.replace('_', ' ')} on {day}"
    decision = trace.items.get(by.removeprefix("decision "))
    if by.startswith("decision ") and decision is not None:
        return f"decision {decision.id} ({decision_words(trace, decision)})"
    return f"the {by}" if by in ("catalogue", "device profile") else by


def _full_stop(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?")) else f"{text}."
