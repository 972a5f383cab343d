"""The path of a reason with the links that it runs over, and links as words of a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..model.trace import Trace
from .neighbourhood import NOTES


@dataclass(frozen=True, slots=True)
class Hop:
    """An item that a path comes to, its type, and the link in words that leads there from the item before."""

    id: str
    words: str
    type: str
    note: str = ""


def hops_between(trace: Trace, start: str, path: Sequence[str], need: str) -> list[Hop]:
    """A path with its links.

    :param path: items that it passes, without the start; gaps of several links are filled where proof may run.
    :param need: the need of the start that the path belongs to; beyond, the first open need of each item.
    """
    found: list[Hop] = []
    here, rest = start, list(path)
    while rest:
        steps = (
            next(_by_need(trace, here, rest, need), None) or _by_link(trace, here, rest) or _by_reach(trace, here, rest)
        )
        found += steps
        here = steps[-1].id
        rest = rest[rest.index(here) + 1 :]
        judged = trace.judgements.get(here)
        need = judged.reasons[0].need if judged is not None and judged.reasons else ""
    return found


def _by_need(trace: Trace, here: str, rest: Sequence[str], need: str) -> Iterator[list[Hop]]:
    """The path as the ways of a need run."""
    item = trace.items.get(here)
    for wanted in trace.model.needs[item.type] if item is not None else ():
        for way in wanted.ways if wanted.name == need else ():
            hops = [hop.rstrip("?") for hop in way.hops]
            if 0 < len(hops) <= len(rest):
                steps = [
                    _step(trace, tail, hop, head) for tail, hop, head in zip((here, *rest), hops, rest, strict=False)
                ]
                known = [step for step in steps if step is not None]
                if len(known) == len(hops):
                    yield known


def _by_link(trace: Trace, here: str, rest: Sequence[str]) -> list[Hop]:
    """One link, whichever leads to the next item."""
    graph = trace.graph
    if rest[0] in graph.parts.get(here, ()):
        return [_hop(trace, rest[0], "has part")]
    steps = (_step(trace, here, hop, rest[0]) for hop in graph.neighbours.get(here, {}))
    return [step for step in steps if step is not None][:1]


def _by_reach(trace: Trace, here: str, rest: Sequence[str]) -> list[Hop]:
    """Several links, over which the proof of a clause may run."""
    graph, model = trace.graph, trace.model
    came: dict[str, Hop | None] = {here: None}
    before: dict[str, str] = {}
    near = [here]
    for distance in range(model.expects_depth + 1):
        hops = model.expects_reach if distance else ("satisfied_by",)
        following = []
        for member in near:
            for hop in hops:
                for end, _state in graph.linked(member, hop):
                    if end not in came and end in graph.items and graph.items[end].type != "clause":
                        came[end], before[end] = _step(trace, member, hop, end), member
                        following.append(end)
        near = following
    steps: list[Hop] = []
    at = rest[0]
    while (step := came.get(at)) is not None:
        steps.insert(0, step)
        at = before[at]
    return steps or [_hop(trace, rest[0], "leads to")]


def _step(trace: Trace, tail: str, hop: str, head: str) -> Hop | None:
    for end, state in trace.graph.neighbours.get(tail, {}).get(hop, ()):
        if end == head:
            link, forwards = trace.model.arrow(hop)
            return _hop(trace, head, link.title if forwards else trace.model.hop_title(hop), NOTES[state])
    return None


def _hop(trace: Trace, item_id: str, words: str, note: str = "") -> Hop:
    item = trace.items.get(item_id)
    return Hop(item_id, words, item.type if item is not None else "", note)


def as_verb(words: str) -> str:
    """A link as the verb of a sentence: "satisfies", "is mitigated by", "has result"."""
    first = words.partition(" ")[0]
    return words if first.endswith("s") else f"is {words}"
