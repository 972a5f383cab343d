"""The trace in, the card of one item out."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.item import Finding, Item, Severity
from ..model.trace import Trace
from ..model.verdict import word
from ..model.weblinks import is_followable
from .card import Card, Fault, Reference
from .checklist import applicability_of
from .neighbourhood import NOTES
from .words import cited, field_text

_OWN_PLACE = frozenset({"citation", "status", "text", "parent"})


def card(trace: Trace, item_id: str, findings: Sequence[Finding] = ()) -> Card:
    """What every format shows of an item.

    :param findings: those on the item.
    :raises KeyError: there is no such item.
    """
    item = trace.items[item_id]
    kind = trace.model.types[item.type]
    judgement = trace.judgements[item_id]
    body = "text" if item.type == "clause" else kind.body
    fields, web = [], set()
    for field in kind.fields.values():
        text = item.text(field.name)
        if text and field.name != body and (field.name not in _OWN_PLACE or (field.name == "text" and body != "text")):
            text = field_text(trace, item, field.name)
            if field.kind in ("url", "url-list"):
                text = "\n".join(item.values(field.name))
                web |= {*filter(is_followable, item.values(field.name))}
            if item.type == "evidence" and field.name == "path" and not approved_copy(trace, item):
                number, revision = item.text("document_number") or "?", item.text("revision") or "?"
                text = f"held by the maker, document {number} rev {revision}"
            fields.append((field.title, text))
    if item.type == "clause":
        standing = applicability_of(trace, item)
        fields.insert(0, ("Applicable", f"{standing.word}: {standing.reason} ({standing.by})"))
    review = trace.graph.inputs.reviews.get(item_id)
    if review is not None:
        ahead = ", after the as-of date" if trace.graph.is_ahead(review) else ""
        fields.append(("Reviewed", f"{review.on} by {review.role.replace('_', ' ')}{ahead}"))
    places = [str(mark) for mark in trace.graph.inputs.marked.get(item_id, ())]
    if places:
        fields.append(("Marked in source code", "\n".join(places)))
    status = trace.model.statuses[item.status].title if item.status in trace.model.statuses else ""
    up, down, evidence = _ways(trace, item)
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
        up=up,
        down=down,
        evidence=evidence,
        file=item.location.file if item.type != "clause" else "",
        line=item.location.line,
        web=frozenset(web),
        findings=tuple(map(_fault, findings)),
    )


def _fault(finding: Finding) -> Fault:
    return Fault(
        grade=grade(finding),
        rule=finding.rule,
        message=finding.message,
        remedy=finding.remedy,
        place=str(finding.location),
        is_urgent=finding.is_model_error or finding.severity.rank > Severity.INFO.rank,
    )


def grade(finding: Finding) -> str:
    """How grave a finding is, in words."""
    return "model error" if finding.is_model_error else finding.severity.value


def _ways(trace: Trace, item: Item) -> tuple[str, str, str]:
    """Ids of the first item above, of the worst one below and of the first record, empty without one."""
    up = item.text("parent") if item.type == "clause" else ""
    below: list[str] = list(trace.graph.parts.get(item.id, ()))
    for link in trace.model.links.values():
        up = up or next((end.id for end in trace.graph.targets(item.id, link.name)), "")
        below += [end.id for end in trace.graph.targets(item.id, link.reverse) if link.reverse != "has_result"]
    down = min(below, key=lambda end: (trace.verdict(end).rank, end), default="")
    evidence = next((end.id for end in trace.graph.targets(item.id, "evidenced_by")), "")
    return up, down, evidence


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
            found.append((forwards, title, tuple(reference(trace, end, NOTES[state]) for end, state in ends)))
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
