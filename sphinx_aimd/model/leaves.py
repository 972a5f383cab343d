"""Leaf checks: the decision tables of verdicts.yaml, read from the top on one item."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..methods import WEAK
from .fixes import is_elsewhere, is_tested
from .graph import Graph
from .item import Item
from .placing import is_bill_of, lists_components
from .rating import departures


@dataclass(frozen=True)
class Context:
    """What every leaf may look at: the graph, the version under review, the as-of date, decisions, what is verified."""

    graph: Graph
    version: str
    as_of: str
    in_force: Callable[[str, str], list[Item]]
    is_verified: Callable[[str], bool] = lambda _item: False

    def days_since(self, date: str) -> int | None:
        """Days from ``date`` to the as-of date; None when the as-of date is not known."""
        if not self.as_of:
            return None
        return (datetime.date.fromisoformat(self.as_of) - datetime.date.fromisoformat(date)).days

    def is_past(self, date: str) -> bool:
        """Whether the date lies before the as-of date; without one every date counts as past."""
        days = self.days_since(date)
        return days is None or days > 0

    def is_future(self, date: str) -> bool:
        """Whether the date lies after the as-of date; without one no date does."""
        days = self.days_since(date) if date else None
        return days is not None and days < 0


#: Hash of a file without a byte.
EMPTY = f"sha256:{hashlib.sha256().hexdigest()}"
#: A field, or the items at the end of a link, in braces, which a reason may quote.
_FIELD = re.compile(r"\{([a-z_0-9]+)\}")


def first_match(leaf: str, item: Item, context: Context) -> tuple[str, str]:
    """Verdict (or ``absent``, ``selected``) and reason of the first line that holds."""
    for row in context.graph.model.leaves[leaf]:
        if all(_TESTS[name](expected, item, context, row.condition) for name, expected in row.condition.items()):
            return row.then, _FIELD.sub(lambda found: _quoted(found[1], item, context), row.reason)
    return "planned", "no line of the decision table holds"


def _quoted(name: str, item: Item, context: Context) -> str:
    if name == "reviewed_on":
        review = context.graph.inputs.reviews.get(item.id)
        return review.on if review else ""
    return item.text(name) or ", ".join(end for end, _state in context.graph.linked(item.id, name))


_Condition = Mapping[str, Any]


def _status(expected: list[str], item: Item, _context: Context, _condition: _Condition) -> bool:
    return item.status in expected


def _review_record(expected: str, item: Item, context: Context, _condition: _Condition) -> bool:
    found = context.graph.needs_review(item) and context.graph.review_of(item.id) is None
    return found and (expected == "absent" or item.id in context.graph.inputs.reviews)


def _fingerprint(_expected: str, item: Item, context: Context, _condition: _Condition) -> bool:
    return context.graph.changed_since_review(item)


def _missing_file(expected: str, item: Item, context: Context, _condition: _Condition) -> bool:
    fact = context.graph.inputs.files.get(item.text(expected))
    return fact is None or not fact.exists


def _file(expected: str, item: Item, context: Context, condition: _Condition) -> bool:
    if expected == "empty":
        fact = context.graph.inputs.files.get(item.text("path"))
        return fact is not None and fact.sha256 == EMPTY
    return _missing_file("path", item, context, condition)


def _superseded_by(_expected: str, item: Item, context: Context, _condition: _Condition) -> bool:
    """Whether an approved item in force takes its place, whatever its own status still says."""
    statuses = context.graph.model.statuses
    return any(
        other.status in statuses and statuses[other.status].may_prove
        for other in context.graph.targets(item.id, "superseded_by")
    )


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


def _future(expected: str, item: Item, context: Context, _condition: _Condition) -> bool:
    return context.is_future(item.text(expected))


def _for_version(_expected: str, item: Item, context: Context, _condition: _Condition) -> bool:
    version = item.text("for_version")
    return bool(version) and version != context.version


def _version(_expected: str, item: Item, context: Context, _condition: _Condition) -> bool:
    return not context.version or item.text("version_under_test") != context.version


def _decision(expected: str, item: Item, context: Context, condition: _Condition) -> bool:
    """No decision accepts the outcome, or carries exactly this version over to the one under review.

    One that was made before the execution could not know of it; the line for ``earlier`` tells that there is one.
    """
    kind = "regression_analysis" if "version" in condition else "test_deviation"
    carried = (item.text("version_under_test"), context.version)
    found = [
        decision
        for subject in (item.id, *item.links.get("result_of", ()))
        for decision in context.in_force(subject, kind)
        if kind == "test_deviation" or (decision.text("from_version"), decision.text("to_version")) == carried
    ]
    covers = any(could_know(decision, item) for decision in found)
    return not covers and (expected == "absent" or bool(found))


def could_know(decision: Item, result: Item) -> bool:
    """Whether a decision was made on the day of an execution or later; of an unknown day nothing was known."""
    return "" != result.text("executed_on") <= decision.text("decided_on")


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
    """No bill of materials of any release was read, so that none can list the component.

    A file that could not be read, or a bill of an unknown release, may be one: then none is not what is known.
    """
    inputs = context.graph.inputs
    return not inputs.released and not inputs.stray and not item.text("bill")


def _sbom(expected: str, item: Item, context: Context, _condition: _Condition) -> bool:
    """State of the evidence of the kind sbom of a release where bills of materials were read."""
    return _sbom_state(item, context) == expected


def _sbom_state(release: Item, context: Context) -> str:
    graph = context.graph
    ends = [end for end in graph.targets(release.id, "evidenced_by") if graph.is_live(end)]
    records = [end for end in ends if end.type == "evidence" and end.text("kind") == "sbom"]
    if not records or not any(map(lists_components, graph.inputs.boms)):
        return "unread"
    states = [_bill_state(record, release, context) for record in records]
    return next(state for state in ("here", "open", "other", "none") if state in states)


def _bill_state(record: Item, release: Item, context: Context) -> str:
    """Whether a record is a bill that was read, known by its path or its bytes, and that of a release."""
    inputs = context.graph.inputs
    path, fact = record.text("path"), inputs.files.get(record.text("path"))
    same = [
        bom
        for bom in inputs.boms
        if lists_components(bom)
        and (bom.source.path == path or (fact is not None and fact.sha256 == bom.source.sha256))
    ]
    if not any(is_bill_of(bom, release, inputs.placed) for bom in same):
        return "other" if same else "none"
    return "here" if context.is_verified(record.id) else "open"


def _fix(expected: str, item: Item, context: Context, _condition: _Condition) -> bool:
    if expected == "elsewhere":
        return is_elsewhere(item, context.graph, context.version, context.is_verified)
    return not is_tested(item, context.graph, context.version, context.is_verified)


def _fields_present(expected: list[str], item: Item, _context: Context, _condition: _Condition) -> bool:
    return all(item.text(name) for name in expected)


def _later(expected: Mapping[str, str], item: Item, _context: Context, _condition: _Condition) -> bool:
    return any(item.text(name) > item.text(other) for name, other in expected.items() if item.text(other))


def _weak(expected: str, item: Item, context: Context, _condition: _Condition) -> bool:
    """Whether the words of a field name an algorithm that is weak without a quantum computer."""
    families = context.graph.model.methods.families_of(item.text(expected))
    return any(family.quantum == WEAK for family in families)


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
    "future": _future,
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
    "sbom": _sbom,
    "fix": _fix,
    "fields_present": _fields_present,
    "later": _later,
    "superseded_by": _superseded_by,
    "weak": _weak,
    "method_forbids": _by_method(forbidden=True),
    "method_differs": _by_method(forbidden=False),
}
