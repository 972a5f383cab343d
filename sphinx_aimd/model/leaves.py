"""Leaf checks: the decision tables of verdicts.yaml, read from the top on one item."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .graph import Graph
from .item import Item
from .rating import departures


@dataclass(frozen=True)
class Context:
    """What every leaf may look at: the graph, the version under review, the as-of date and decisions in force."""

    graph: Graph
    version: str
    as_of: str
    in_force: Callable[[str, str], list[Item]]

    def days_since(self, date: str) -> int | None:
        """Days from ``date`` to the as-of date; None when the as-of date is not known."""
        if not self.as_of:
            return None
        return (datetime.date.fromisoformat(self.as_of) - datetime.date.fromisoformat(date)).days

    def is_past(self, date: str) -> bool:
        """Whether the date lies before the as-of date; without one every date counts as past."""
        days = self.days_since(date)
        return days is None or days > 0


#: A field in braces, which a reason may quote.
_FIELD = re.compile(r"\{([a-z_0-9]+)\}")


def first_match(leaf: str, item: Item, context: Context) -> tuple[str, str]:
    """Verdict (or ``absent``, ``selected``) and reason of the first line that holds."""
    for row in context.graph.model.leaves[leaf]:
        if all(_TESTS[name](expected, item, context, row.condition) for name, expected in row.condition.items()):
            return row.then, _FIELD.sub(lambda found: item.text(found[1]), row.reason)
    return "planned", "no line of the decision table holds"


_Condition = Mapping[str, Any]


def _status(expected: list[str], item: Item, _context: Context, _condition: _Condition) -> bool:
    return item.status in expected


def _review_record(_expected: str, item: Item, context: Context, _condition: _Condition) -> bool:
    return context.graph.needs_review(item) and context.graph.review_of(item.id) is None


def _fingerprint(_expected: str, item: Item, context: Context, _condition: _Condition) -> bool:
    return context.graph.changed_since_review(item)


def _missing_file(expected: str, item: Item, context: Context, _condition: _Condition) -> bool:
    fact = context.graph.inputs.files.get(item.text(expected))
    return fact is None or not fact.exists


def _file(_expected: str, item: Item, context: Context, condition: _Condition) -> bool:
    return _missing_file("path", item, context, condition)


def _hash(expected: str, item: Item, context: Context, _condition: _Condition) -> bool:
    approved = item.text("sha256")
    if expected == "absent":
        return not approved
    fact = context.graph.inputs.files.get(item.text("path"))
    return bool(approved) and fact is not None and approved != fact.sha256


def _past(field: str) -> Callable[[str, Item, Context, _Condition], bool]:
    def test(_expected: str, item: Item, context: Context, _condition: _Condition) -> bool:
        date = item.text(field)
        return bool(date) and context.is_past(date)

    return test


def _for_version(_expected: str, item: Item, context: Context, _condition: _Condition) -> bool:
    version = item.text("for_version")
    return bool(version) and version != context.version


def _version(_expected: str, item: Item, context: Context, _condition: _Condition) -> bool:
    return not context.version or item.text("version_under_test") != context.version


def _decision(_expected: str, item: Item, context: Context, condition: _Condition) -> bool:
    """No decision accepts the outcome, or carries exactly this version over to the one under review."""
    subjects = [item.id, *item.links.get("result_of", ())]
    if "version" in condition:
        carried = item.text("version_under_test"), context.version
        return not any(
            (decision.text("from_version"), decision.text("to_version")) == carried
            for subject in subjects
            for decision in context.in_force(subject, "regression_analysis")
        )
    return not any(context.in_force(subject, "test_deviation") for subject in subjects)


def _age(_expected: str, item: Item, context: Context, _condition: _Condition) -> bool:
    for test in context.graph.targets(item.id, "result_of"):
        limit = context.graph.model.max_age_days.get(test.text("kind"))
        if limit is not None:
            date = item.text("executed_on")
            days = context.days_since(date) if date else None
            return days is None or days > limit
    return False


def _outcome(expected: list[str], item: Item, _context: Context, _condition: _Condition) -> bool:
    return (item.text("outcome") or "unknown") in expected


def _results(_expected: str, item: Item, context: Context, _condition: _Condition) -> bool:
    return not context.graph.linked(item.id, "has_result")


def _field(expected: str, item: Item, _context: Context, condition: _Condition) -> bool:
    return "in" not in condition or item.text(expected) in condition["in"]


def _always(_expected: Any, _item: Item, _context: Context, _condition: _Condition) -> bool:
    return True


def _fields_absent(expected: list[str], item: Item, _context: Context, _condition: _Condition) -> bool:
    return any(not item.text(name) for name in expected)


def _all_absent(expected: list[str], item: Item, _context: Context, _condition: _Condition) -> bool:
    return all(not item.text(name) for name in expected)


def _older(expected: Mapping[str, str], item: Item, context: Context, _condition: _Condition) -> bool:
    for name, limit in expected.items():
        date = item.text(name)
        days = context.days_since(date) if date else None
        if date and (days is None or days > int(limit)):
            return True
    return False


def _bills(_expected: str, item: Item, context: Context, _condition: _Condition) -> bool:
    """No bill of materials was given for any release that the component is part of; of none: no bill was given at all.

    A file that could not be read, or a bill of an unknown release, may be one: then none is not what is known.
    """
    inputs, items = context.graph.inputs, context.graph.items
    parts = [part for part in item.links.get("part_of", ()) if part in items and items[part].type == "release"]
    is_released = any(part in inputs.released for part in parts) if parts else bool(inputs.released)
    return not is_released and not inputs.stray and not item.text("bill")


def _fields_present(expected: list[str], item: Item, _context: Context, _condition: _Condition) -> bool:
    return all(item.text(name) for name in expected)


def _later(expected: Mapping[str, str], item: Item, _context: Context, _condition: _Condition) -> bool:
    return any(item.text(name) > item.text(other) for name, other in expected.items() if item.text(other))


def _link_absent(expected: str, item: Item, context: Context, _condition: _Condition) -> bool:
    return not context.graph.linked(item.id, expected)


def _by_method(*, forbidden: bool) -> Callable[[list[str], Item, Context, _Condition], bool]:
    def test(expected: list[str], item: Item, context: Context, _condition: _Condition) -> bool:
        methods = context.graph.model.methods.ratings
        return any(found.is_forbidden is forbidden for name in expected for found in departures(methods[name], item))

    return test


_TESTS: Mapping[str, Callable[[Any, Item, Context, _Condition], bool]] = {
    "status": _status,
    "review_record": _review_record,
    "fingerprint": _fingerprint,
    "file": _file,
    "missing_file": _missing_file,
    "hash": _hash,
    "valid_until": _past("valid_until"),
    "expires_on": _past("expires_on"),
    "end_of_support": _past("end_of_support"),
    "for_version": _for_version,
    "version": _version,
    "decision": _decision,
    "age": _age,
    "outcome": _outcome,
    "results": _results,
    "field": _field,
    "in": _always,
    "fields_absent": _fields_absent,
    "all_absent": _all_absent,
    "older_than_days": _older,
    "bills": _bills,
    "fields_present": _fields_present,
    "later": _later,
    "link_absent": _link_absent,
    "method_forbids": _by_method(forbidden=True),
    "method_differs": _by_method(forbidden=False),
}
