"""What all kinds share: the items in scope, silence by decision, and the finding itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.decided import decision_on
from ..model.item import Finding, Item, Location
from ..model.trace import Trace, release_under_review
from ..tracemodel import RuleSpec

#: Kinds of which a decision may close single values by ``RULE/VALUE``.
_BY_VALUE = ("covers-values", "document-approval", "stride-per-element")

#: A value of an enumeration as authors type it; readers see it without underscores, as in cards and cells.
_TYPED = re.compile(r"[a-z]+(_[a-z]+)+")


def in_scope(spec: RuleSpec, trace: Trace) -> Iterator[Item]:
    """Live items of the rule's types that match its condition, sorted by id."""
    for item in trace.items.values():
        if (
            item.type in spec.types
            and item.matches(spec.where)
            and (spec.include_inactive or trace.graph.is_live(item))
        ):
            yield item


def broken(trace: Trace) -> set[str]:
    """Items with a model error, which is said already and has to be mended before anything else is worth saying."""
    return {found.item for found in trace.findings if found.is_model_error}


def decided(item: Item | None, need: str, trace: Trace) -> bool:
    """Whether an approved decision in force on the item names this rule as its need."""
    return decision_on(item, (need,), trace) is not None


def finding(
    spec: RuleSpec,
    trace: Trace,
    item: Item | None,
    *,
    is_model_error: bool = False,
    option: str = "",
    place: Location | None = None,
    cause: str = "",
    covers: tuple[str, ...] = (),
    **words: str,
) -> Iterator[Finding]:
    """One finding unless a decision silences it; without an item it stands at the release under review.

    :param option: option of the item whose line is meant.
    :param place: where it stands, if not at the item.
    :param cause: where the problem starts, if not at the item: id of another item, or name of an input file.
    :param covers: further items that the finding is about.
    """
    subject = item or release_under_review(trace.graph)
    need = f"{spec.id}/{words['value']}" if spec.kind in _BY_VALUE else spec.id
    if not is_model_error and (decided(subject, spec.id, trace) or decided(subject, need, trace)):
        return
    names = {"id": item.id if item else "", "title": "", "type": "", **words}
    if "value" in names and _TYPED.fullmatch(names["value"]):
        names["value"] = names["value"].replace("_", " ")
    if item is not None:
        names["title"] = f"{item.citation} {item.title}" if item.type == "clause" else item.title
        names["type"] = item.type
    if place is None and subject is not None:
        place = Location(subject.location.file, subject.lines.get(option, subject.location.line))
    yield Finding(
        rule=spec.id,
        severity=spec.severity[trace.gate],
        item=item.id if item else "",
        location=place or Location(),
        message=" ".join(spec.message.format_map(_Words(names)).split()) + ".",
        remedy=spec.remedy,
        is_model_error=is_model_error,
        cause=cause,
        covers=covers,
    )


class _Words(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"({key})"
