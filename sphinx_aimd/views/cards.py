"""The trace in, the card of one item out."""

from __future__ import annotations

from ..model.graph import LinkState
from ..model.item import Item
from ..model.trace import Trace
from ..model.verdict import word
from .card import Card, Reference
from .checklist import applicability_of
from .words import cited, field_text

_OWN_PLACE = frozenset({"citation", "status", "text", "parent"})


def card(trace: Trace, item_id: str) -> Card:
    """What every format shows of an item.

    :raises KeyError: there is no such item.
    """
    item = trace.items[item_id]
    kind = trace.model.types[item.type]
    judgement = trace.judgements[item_id]
    body = "text" if item.type == "clause" else kind.body
    fields = []
    for field in kind.fields.values():
        text = item.text(field.name)
        if text and field.name != body and (field.name not in _OWN_PLACE or (field.name == "text" and body != "text")):
            text = field_text(trace, item, field.name)
            if item.type == "evidence" and field.name == "path" and not approved_copy(trace, item):
                number, revision = item.text("document_number") or "?", item.text("revision") or "?"
                text = f"held by the maker, document {number} rev {revision}"
            fields.append((field.title, text))
    if item.type == "clause":
        standing = applicability_of(trace, item)
        fields.insert(0, ("Applicable", f"{standing.word}: {standing.reason} ({standing.by})"))
    review = trace.graph.review_of(item_id)
    if review is not None:
        fields.append(("Reviewed", f"{review.on} by {review.role.replace('_', ' ')}"))
    status = trace.model.statuses[item.status].title if item.status in trace.model.statuses else ""
    return Card(
        id=item_id,
        type=item.type,
        label=cited(item),
        kind=kind.title,
        title=item.title,
        status=status,
        verdict=judgement.verdict,
        word=word(judgement.verdict, item.type),
        reasons=tuple(map(str, judgement.reasons)),
        fields=tuple(fields),
        body=item.text(body) if body else "",
        links=_links(trace, item),
        results=tuple(
            reference(trace, result, note=_result_note(trace.items[result]))
            for result, _state in trace.graph.linked(item_id, "has_result")
        ),
    )


def approved_copy(trace: Trace, item: Item) -> str:
    """SHA-256 (hex) of an evidence file that lies in the source folder as it was approved, or nothing."""
    fact = trace.graph.inputs.files.get(item.text("path"))
    if item.type != "evidence" or fact is None or not fact.exists or fact.sha256 != item.text("sha256"):
        return ""
    return fact.sha256.removeprefix("sha256:")


def _links(trace: Trace, item: Item) -> tuple[tuple[str, tuple[Reference, ...]], ...]:
    found: list[tuple[bool, str, tuple[Reference, ...]]] = []
    for title, clauses in (("part of", (item.text("parent"),)), ("has parts", trace.graph.parts.get(item.id, ()))):
        if any(clauses) and item.type == "clause":
            found.append((True, title, tuple(reference(trace, clause) for clause in clauses)))
    for link in trace.model.links.values():
        for hop, forwards in ((link.name, True), (link.reverse, False)):
            ends = trace.graph.linked(item.id, hop)
            if not ends or hop == "has_result":
                continue
            title = link.title if forwards else link.reverse.replace("_", " ")
            notes = {LinkState.SUSPECT: "suspect", LinkState.UNREVIEWED: "not reviewed"}
            found.append((forwards, title, tuple(reference(trace, end, notes.get(state, "")) for end, state in ends)))
    found.sort(key=lambda entry: not entry[0])
    return tuple((title, references) for _forwards, title, references in found)


def reference(trace: Trace, item_id: str, note: str = "") -> Reference:
    """The item at the other end of a link, whether it exists or not."""
    item = trace.items.get(item_id)
    if item is None:
        return Reference(id=item_id, label=item_id, title="", verdict=None, word="does not exist", note=note)
    verdict = trace.verdict(item_id)
    return Reference(
        id=item_id, label=cited(item), title=item.title, verdict=verdict, word=word(verdict, item.type), note=note
    )


def _result_note(result: Item) -> str:
    names = ("executed_on", "message", "source")
    passed = f"{result.text('cases_passed')} of {result.text('cases_total')} cases passed"
    return "; ".join([passed, *(result.text(name) for name in names if result.text(name))])
