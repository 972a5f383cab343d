"""The flow from clauses through controls and requirements to tests and results, and where it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..model.item import Item
from ..model.trace import Trace
from ..model.verdict import Verdict
from .facets import ALL_ITEMS, figure
from .matrix import target_cell
from .scope import scope_of
from .table import EMPTY, Cell, Facet, Table, columns

#: Id of the view that lists the links behind the bands.
TRACE_LINKS = "trace-links"
#: Stages in the order in which proof is walked; requirements follow controls because they derive from them.
STAGES = ("clause", "control", "requirement", "test", "result")
#: Hops that join a stage to a later one, with the stages that they lead to.
HOPS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "clause": {"satisfied_by": ("control", "requirement", "test"), "refined_by": ("requirement",)},
    "control": {"refined_by": ("requirement",), "implements": ("requirement",), "verified_by": ("test",)},
    "requirement": {"verified_by": ("test",)},
    "test": {"has_result": ("result",)},
}
#: Hops that answer an item otherwise than by a later stage.
OTHERS: Mapping[str, tuple[str, ...]] = {
    "clause": ("satisfied_by", "decided_by"),
    "control": ("implemented_by", "evidenced_by", "decided_by"),
    "requirement": ("refined_by", "implemented_by", "evidenced_by", "decided_by"),
    "test": ("evidenced_by", "decided_by"),
}
CLOSED, OPEN, BROKEN, NOT_COUNTED = "closed", "open", "failed or stale", "not counted"
GROUPS = (CLOSED, OPEN, BROKEN)
#: Where the rows of a stage lead that are not about links to a later stage.
ALL = "all items of this state"
ONWARD, OTHERWISE, NOWHERE = "to a later stage", "to other items only", "none"
ENDS = {OTHERWISE: "other items only", NOWHERE: "no link onward"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Two items of different stages that are linked, each pair once, however many links join it.

    :param words: the links in words, as read from the earlier stage.
    """

    source: Item
    target: Item
    words: tuple[str, ...]


def group_of(verdict: Verdict) -> str:
    """What a verdict comes to: nothing remains to be done, something does, or something is broken."""
    if not verdict.counts:
        return NOT_COUNTED
    if verdict.is_closed:
        return CLOSED
    return BROKEN if verdict in (Verdict.FAILED, Verdict.STALE) else OPEN


def links_of(trace: Trace, item: Item) -> Iterator[Link]:
    """Links of an item to later stages; items that take no part in a sum are passed over at both ends."""
    if not trace.verdict(item.id).counts:
        return
    found: dict[str, dict[str, None]] = {}
    for hop, stages in HOPS.get(item.type, {}).items():
        for target in trace.graph.targets(item.id, hop):
            if target.type in stages and trace.verdict(target.id).counts:
                found.setdefault(target.id, {})[trace.model.hop_title(hop)] = None
    for target_id, words in sorted(found.items()):
        yield Link(source=item, target=trace.items[target_id], words=tuple(words))


def onward(trace: Trace, item: Item) -> str:
    """Where an item of the flow leads on to; empty for an item that is not of the flow, or of its last stage."""
    if item.type not in HOPS or not trace.verdict(item.id).counts:
        return ""
    if any(True for _link in links_of(trace, item)):
        return ONWARD
    others = [target.id for hop in OTHERS[item.type] for target in trace.graph.targets(item.id, hop)]
    others += trace.graph.parts.get(item.id, ())
    return OTHERWISE if any(trace.verdict(other) is not Verdict.INACTIVE for other in others) else NOWHERE


def _all_links(trace: Trace) -> list[Link]:
    return [link for stage in STAGES for item in trace.of_types([stage]) for link in links_of(trace, item)]


def trace_links(trace: Trace) -> Table:
    """One row for each pair of linked items that the flow counts."""
    links = _all_links(trace)
    cells = tuple(
        (
            target_cell(trace, link.source, ("id", "title", "verdict")),
            Cell(", ".join(link.words)),
            target_cell(trace, link.target, ("id", "title", "verdict")),
        )
        for link in links
    )

    def facet(name: str, title: str, values: Iterator[tuple[str, ...]]) -> Facet:
        return Facet(name=name, title=title, values=tuple(values))

    def kind(item: Item) -> tuple[str, ...]:
        return (trace.model.type_title(item.type),)

    def group(item: Item) -> tuple[str, ...]:
        return (group_of(trace.verdict(item.id)),)

    return Table(
        id=TRACE_LINKS,
        kind="register",
        title="Links of the flow from clause to result",
        question="Which links does the picture of the flow count?",
        scope=scope_of(trace, f"{len(links)} pairs of linked items, {_counted()}"),
        columns=columns(("from", "From", 6), ("link", "Link", 2), ("to", "To", 6)),
        rows=cells,
        row_ids=tuple(link.source.id for link in links),
        facets=(
            facet("from_type", "From: type", (kind(link.source) for link in links)),
            facet("from_state", "From: state", (group(link.source) for link in links)),
            facet("to_type", "To: type", (kind(link.target) for link in links)),
            facet("to_state", "To: state", (group(link.target) for link in links)),
            facet("link", "Link", (link.words for link in links)),
        ),
    )


def _counted() -> str:
    return (
        "each pair once: clauses with controls, requirements and tests that satisfy them; controls with requirements "
        "that derive from them; controls and requirements with tests that verify them; tests with their results. "
        "Items that are not applicable or not in force are left out at both ends"
    )


def trace_flow(trace: Trace) -> Table:
    """Items of each stage by state, their links to items of later stages, and those without a link onward."""
    bands = Counter(
        (
            link.source.type,
            group_of(trace.verdict(link.source.id)),
            link.target.type,
            group_of(trace.verdict(link.target.id)),
        )
        for link in _all_links(trace)
    )
    nodes: Counter[tuple[str, str]] = Counter()
    ends: Counter[tuple[str, str, str]] = Counter()
    left_out = 0
    for item in trace.of_types(STAGES):
        group = group_of(trace.verdict(item.id))
        nodes[item.type, group] += 1
        ends[item.type, group, onward(trace, item)] += 1
        left_out += group == NOT_COUNTED
    rows: list[tuple[Cell, ...]] = []
    for number, stage in enumerate(STAGES):
        title = trace.model.type_title(stage)
        for group in GROUPS:
            head = (Cell(title), Cell(group))
            where = {"type": (title,), "state": (group,)}
            rows.append((*head, Cell(ALL), EMPTY, Cell("items"), figure(nodes[stage, group], ALL_ITEMS, where)))
            for other, other_group in ((other, to) for other in STAGES[number + 1 :] for to in GROUPS):
                name, count = trace.model.type_title(other), bands[stage, group, other, other_group]
                ends_of = {"to_type": (name,), "to_state": (other_group,)}
                band = figure(count, TRACE_LINKS, {"from_type": (title,), "from_state": (group,), **ends_of})
                rows += [(*head, Cell(name), Cell(other_group), Cell("links"), band)] if count else []
            for word in (OTHERWISE, NOWHERE) if stage in HOPS else ():
                end = figure(ends[stage, group, word], ALL_ITEMS, {**where, "onward": (word,)})
                rows.append((*head, Cell(ENDS[word]), EMPTY, Cell("items"), end))
    total = sum(bands.values())
    out = sum(count for (_stage, _group, word), count in ends.items() if word == NOWHERE)
    return Table(
        id="trace-flow",
        kind="trace-flow",
        title="Flow from clause to test result",
        question="Do the links run through from each clause over controls and requirements to tests and results?",
        scope=scope_of(
            trace,
            f"{total} pairs of linked items, {_counted()} ({left_out} items). {out} items have no link onward; a "
            "clause that is answered by plans, records or labeling, or by its parts, has links to other items only",
        ),
        columns=columns(
            ("stage", "Stage", 4),
            ("state", "State", 3),
            ("to", "Leads to", 4),
            ("to_state", "State there", 3),
            ("unit", "Counted", 2),
            ("number", "Number", 2),
        ),
        rows=tuple(rows),
        row_ids=("",) * len(rows),
    )
