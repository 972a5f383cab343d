"""What a clause may not be closed by: promises alone, or answers that lack a kind of proof that it expects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .graph import Graph, LinkState
from .item import Item
from .judgement import Judgement, Reason
from .verdict import Verdict, fold, word


@dataclass(frozen=True, slots=True)
class _Around:
    """What lies within the given hops of the closed answers to a clause, the nearest first.

    :param reached: ids over sound links and approved items.
    :param open: ids that are not closed or not soundly linked, with what is wrong with the link.
    """

    reached: tuple[str, ...]
    open: tuple[tuple[str, str], ...]


def capped(graph: Graph, done: Mapping[str, Judgement], clause: Item, verdict: Verdict) -> tuple[Verdict, list[Reason]]:
    """The verdict of a clause whose answers are closed, and why it is lower than theirs."""
    model = graph.model
    wanted = clause.values("expects")
    answers = sorted(answer.id for answer in graph.targets(clause.id, "satisfied_by") if graph.is_live(answer))
    types = {graph.items[answer].type for answer in answers if _is_closed(done, answer)}
    if not set(wanted) <= model.promise_enough and types <= model.promising:
        text = f"answered by {', '.join(sorted(types))} alone, which promise and do not show"
        return _partial((), text)
    around = _around(graph, done, answers)
    closed = [member for member in around.reached if _is_closed(done, member)]
    by_kind = {
        kind: [member for member in closed if graph.items[member].type in model.expects_types((kind,))]
        for kind in wanted
    }
    lacking = [kind for kind, members in by_kind.items() if not members]
    if lacking:
        return _lacking(graph, done, around, lacking)
    for kind, members in by_kind.items():
        if verdict is Verdict.VERIFIED and all(done[member].verdict is Verdict.WAIVED for member in members):
            reason = Reason(need="expects", verdict=Verdict.WAIVED, path=(members[0],), text=f"{kind} closed by waiver")
            return Verdict.WAIVED, [reason]
    return verdict, []


def _around(graph: Graph, done: Mapping[str, Judgement], answers: Iterable[str]) -> _Around:
    near = [answer for answer in answers if _is_closed(done, answer)]
    reached = dict.fromkeys(near)
    open_ = {answer: "" for answer in answers if answer not in reached}
    for _step in range(graph.model.expects_depth):
        ends = sorted(
            end
            for member in near
            if _is_ground(graph, member)
            for hop in graph.model.expects_reach
            for end in graph.linked(member, hop)
            if end[0] not in reached and _can_count(graph, done, end[0])
        )
        sound = dict.fromkeys(target for target, state in ends if state is LinkState.SOUND)
        reached |= sound
        open_ |= {target: "" for target in sound if not _is_closed(done, target)}
        open_ |= {target: str(state) for target, state in ends if target not in reached and target not in open_}
        near = list(sound)
    return _Around(tuple(reached), tuple(open_.items()))


def _is_ground(graph: Graph, item_id: str) -> bool:
    """Whether links of the item may be followed: a draft is nobody's word yet."""
    status = graph.model.statuses.get(graph.items[item_id].status)
    return status is None or status.may_prove


def _can_count(graph: Graph, done: Mapping[str, Judgement], item_id: str) -> bool:
    """Whether it is in the file, in force and applies; clauses prove nothing to one another."""
    item = graph.items.get(item_id)
    return item is not None and item.type != "clause" and item_id in done and done[item_id].verdict.counts


def _lacking(
    graph: Graph, done: Mapping[str, Judgement], around: _Around, lacking: list[str]
) -> tuple[Verdict, list[Reason]]:
    for kind in lacking:
        types = graph.model.expects_types((kind,))
        for item_id, fault in around.open:
            if graph.items[item_id].type not in types:
                continue
            if fault:
                return _partial((item_id,), f"no closed {kind}; to the nearest: {fault}")
            found = done[item_id]
            way, why = (found.reasons[0].path, f": {found.reasons[0].text}") if found.reasons else ((), "")
            return _partial((item_id, *way), f"no closed {kind}; the nearest is {word(found.verdict)}{why}")
    return _partial((), f"no {', '.join(lacking)} within {graph.model.expects_depth} links")


def with_parts(graph: Graph, done: Mapping[str, Judgement], clause: Item, own: Verdict) -> tuple[Verdict, list[Reason]]:
    """A clause with parts is answered only as far as they are; a heading without answers, exactly so far."""
    parts = graph.parts[clause.id]
    folded = fold(done[part].verdict for part in parts)
    if folded is Verdict.NOT_APPLICABLE and any(done[part].verdict is Verdict.INACTIVE for part in parts):
        folded = Verdict.INACTIVE  # nothing of it is asked here, which is less than not applicable
    verdict = folded if is_bare_heading(graph, clause) else fold((own, folded))
    if not folded.counts and is_bare_heading(graph, clause):
        text = f"every part is {word(folded)}" if folded is Verdict.NOT_APPLICABLE else "no part is asked of this file"
        return verdict, [Reason(need="parts", verdict=folded, path=(), text=text)]
    if folded.is_closed and folded is not Verdict.WAIVED:
        return verdict, []
    worst = min(
        parts,
        key=lambda part: (done[part].verdict.rank, len(done[part].reasons[0].path) if done[part].reasons else 0, part),
    )
    found = done[worst]
    way, why = (found.reasons[0].path, found.reasons[0].text) if found.reasons else ((), word(found.verdict))
    return verdict, [Reason(need="parts", verdict=folded, path=(worst, *way), text=why)]


def is_bare_heading(graph: Graph, clause: Item) -> bool:
    """Whether a clause says nothing beyond its parts and nothing was offered as an answer to it."""
    return clause.text("heading") == "true" and not graph.linked(clause.id, "satisfied_by")


def _partial(path: tuple[str, ...], text: str) -> tuple[Verdict, list[Reason]]:
    return Verdict.PARTIAL, [Reason(need="expects", verdict=Verdict.PARTIAL, path=path, text=text)]


def _is_closed(done: Mapping[str, Judgement], item_id: str) -> bool:
    found = done.get(item_id)
    return found is not None and found.verdict in (Verdict.VERIFIED, Verdict.WAIVED)
