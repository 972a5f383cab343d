"""required-by-status: every field that item_types.yaml requires at the item's status is filled. Says ``field``.

Left to what says the same of them: fields in ``except`` (``type.field``), those that a rule of kind required-field
or view-drawn asks for, and those whose value is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.item import Finding, Item, Location, Severity
from ..model.trace import Trace
from ..tracemodel import Field, RuleSpec
from ._report import finding, in_scope

PARAMS = {"except": False}
_ORDER = ("draft", "in_review", "approved")


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each required field that is empty is a finding; items of catalogues and readers are checked by these."""
    said = frozenset(spec.params.get("except", ()))
    rules = [
        rule
        for rule in trace.model.rules
        if rule.kind in ("required-field", "view-drawn") and rule.severity[trace.gate] is not Severity.OFF
    ]
    for item, names in unfilled(spec, trace):
        asked = {
            name
            for rule in rules
            if item.type in rule.types and item.matches(rule.where)
            for name in rule.params["fields"]
        }
        for name in names:
            if name not in asked and f"{item.type}.{name}" not in said:
                yield from finding(spec, trace, item, field=name)


def unfilled(spec: RuleSpec, trace: Trace) -> Iterator[tuple[Item, list[str]]]:
    """Fields that each item in scope owes at its status and that are empty; a refused value is said already."""
    refused = {found.location for found in trace.findings if found.rule == "value"}
    for item in in_scope(spec, trace):
        if item.status in trace.model.statuses:
            yield (
                item,
                [
                    field.name
                    for field in trace.model.types[item.type].fields.values()
                    if field.name != "status"
                    and _is_required(item, field)
                    and not item.text(field.name)
                    and Location(item.location.file, item.lines.get(field.name, 0)) not in refused
                ],
            )


def _is_required(item: Item, field: Field) -> bool:
    """Whether the field must be filled at the item's status, its condition (any named value) considered."""
    if field.required == "optional":
        return False
    reached = _ORDER.index(item.status) if item.status in _ORDER else len(_ORDER)
    if reached < _ORDER.index(field.required):
        return False
    return not field.when or any(set(item.values(name)) & set(wanted) for name, wanted in field.when.items())
