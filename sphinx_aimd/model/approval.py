"""Controlled documents with what stands in them in; whether the approval of each covers its content out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..documents import Document
from .graph import Graph
from .item import Item
from .values import is_date

#: What an approval does not cover: content of a later day, items that nobody approved, items that are no longer what
#: was reviewed, and content of which nothing says when it was made.
YOUNGER, OPEN, CHANGED, UNDATED = "younger", "open", "changed", "undated"
FAULTS = (YOUNGER, OPEN, CHANGED, UNDATED)
#: Fields of this kind of date may hold a plan until that day has come.
EVENT = "event"
#: Items that a list names before it counts the rest.
NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What a document holds, against its own status and date.

    :param holds: how many items stand in it.
    :param newest: latest day of its content and the item that states it; empty where no item states a day.
    :param unknown: how many items were written or changed on a day that nothing tells.
    :param is_claimed: whether its status says that it is in force.
    :param faults: what a claimed approval does not cover, by :data:`FAULTS`; each item with the reason in words.
    """

    document: Document
    holds: int = 0
    newest: tuple[str, str] = ("", "")
    unknown: int = 0
    is_claimed: bool = False
    faults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def named(self, fault: str) -> str:
        """The items of a fault: the first few, and how many more."""
        found = self.faults.get(fault, ())
        more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
        return f"{', '.join(found[:NAMED])}{more}"


def approvals(
    graph: Graph, documents: Sequence[Document], held: Mapping[str, Sequence[str]], as_of: str
) -> dict[str, Approval]:
    """The approval of each document that the project files, by its id.

    :param held: ids of the items of each document.
    :param as_of: date after which a date of an event is a plan; without one every date counts as past.
    """
    days = {source.path: source.date for source in graph.inputs.sources}
    found = {}
    for document in documents:
        if document.number:
            items = [graph.items[item_id] for item_id in held.get(document.id, ()) if item_id in graph.items]
            found[document.id] = _approval(document, items, graph, days, as_of)
    return found


def _approval(document: Document, items: Sequence[Item], graph: Graph, days: Mapping[str, str], as_of: str) -> Approval:
    latest = {item.id: max(_days(item, graph, days, as_of), default="") for item in items}
    # the youngest first, then by id
    dated = sorted(sorted(item_id for item_id in latest if latest[item_id]), key=lambda one: latest[one], reverse=True)
    found = {
        YOUNGER: {one: f"of {latest[one]}" for one in dated if latest[one] > document.date},
        OPEN: {item.id: _status(item, graph) for item in items if _is_open(item, graph)},
        CHANGED: {item.id: "" for item in items if _has_changed(item, graph)},
        UNDATED: {item.id: reason for item in items if (reason := _undated(item, graph, latest[item.id]))},
    }
    status = graph.model.statuses.get(document.status)
    is_claimed = status is not None and status.may_prove
    return Approval(
        document=document,
        holds=len(items),
        newest=(latest[dated[0]], dated[0]) if dated else ("", ""),
        unknown=len({*found[OPEN], *found[CHANGED], *found[UNDATED]}),
        is_claimed=is_claimed,
        faults={
            fault: tuple(f"{item} {said}".strip() for item, said in ids.items())
            for fault, ids in found.items()
            if ids and is_claimed
        },
    )


def _days(item: Item, graph: Graph, days: Mapping[str, str], as_of: str) -> Iterator[str]:
    """Days that are part of what an item says: of its review, of its own dates, of the file that it is made from."""
    review = graph.review_of(item.id)
    if review is not None:
        yield review.on
    for spec in graph.model.types[item.type].fields.values():
        day = item.text(spec.name) if spec.dated else ""
        if is_date(day) and not (spec.dated == EVENT and as_of and day > as_of):
            yield day
    if not item.docname and days.get(item.location.file):
        yield days[item.location.file]


def _status(item: Item, graph: Graph) -> str:
    return f"({graph.model.statuses[item.status].title.lower()})"


def _is_open(item: Item, graph: Graph) -> bool:
    """Whether an item counts and nobody has approved it; what files list without a judgement has no status."""
    status = graph.model.statuses.get(item.status)
    return status is not None and status.live and not status.may_prove


def _has_changed(item: Item, graph: Graph) -> bool:
    """Whether an item in force, or the set of its links, is another than the one that was reviewed."""
    review = graph.review_of(item.id)
    if review is None or not graph.needs_review(item):
        return False
    now = {target for targets in item.links.values() for target in targets if target in graph.items}
    return graph.changed_since_review(item) or not now <= set(review.links)


def _undated(item: Item, graph: Graph, day: str) -> str:
    """Why nothing says when the content of an item was made; empty where something does."""
    if graph.needs_review(item):
        if graph.review_of(item.id) is not None:
            return ""
        return "(reviewed after the as-of date)" if item.id in graph.inputs.reviews else "(never reviewed)"
    if day or not graph.is_live(item) or _is_open(item, graph):
        return ""
    return "(its file states no date)" if item.type != "result" else "(no date of execution)"
