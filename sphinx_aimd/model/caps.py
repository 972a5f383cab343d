"""What a clause may not be closed by: promises alone, or answers that lack a kind of proof that it expects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .graph import Graph
from .item import Item
from .judgement import Judgement, Reason
from .verdict import Verdict, fold, word


def capped(graph: Graph, done: Mapping[str, Judgement], clause: Item, verdict: Verdict) -> tuple[Verdict, list[Reason]]:
    """The verdict of a clause whose answers are closed, and why it is lower than theirs."""
    model = graph.model
    wanted = clause.values("expects")
    answers = sorted(answer.id for answer in graph.targets(clause.id, "satisfied_by"))
    near = {answer for answer in answers if _is_closed(done, answer)}
    types = {graph.items[answer].type for answer in near}
    if not set(wanted) <= model.promise_enough and types <= model.promising:
        text = f"answered by {', '.join(sorted(types))} alone, which promise and do not show"
        return _partial((), text)
    seen = [answer for answer in answers if answer not in near]
    reached = set(near)
    for _step in range(model.expects_depth):
        near = {
            target
            for member in near
            for hop in model.expects_reach
            for target, _state in graph.linked(member, hop)
            if target in graph.items and graph.items[target].type != "clause" and target not in reached
        }
        reached |= near
        seen += sorted(near)
        types |= {graph.items[target].type for target in near if _is_closed(done, target)}
    meant = {kind: model.expects_types((kind,)) for kind in wanted}
    lacking = [kind for kind in wanted if not types & meant[kind]]
    if not lacking:
        return verdict, []
    for kind in lacking:
        open_item = _first_open(graph, done, seen, meant[kind])
        if open_item is not None:
            found = done[open_item]
            way, why = (found.reasons[0].path, f": {found.reasons[0].text}") if found.reasons else ((), "")
            return _partial((open_item, *way), f"no closed {kind}; the nearest is {word(found.verdict)}{why}")
    return _partial((), f"no {', '.join(lacking)} within {model.expects_depth} links")


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


def _first_open(graph: Graph, done: Mapping[str, Judgement], ids: Iterable[str], types: frozenset[str]) -> str | None:
    """The nearest live item of some types that is not closed."""
    return next((i for i in ids if graph.items[i].type in types and i in done and not done[i].verdict.is_closed), None)


def _is_closed(done: Mapping[str, Judgement], item_id: str) -> bool:
    found = done.get(item_id)
    return found is not None and found.verdict in (Verdict.VERIFIED, Verdict.WAIVED)
