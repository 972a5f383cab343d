"""STRIDE per element: which classes each asset and interface owes, and by what each is answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..tracemodel import RuleSpec
from .decided import decision_on
from .item import Item
from .trace import Trace

#: Kind of the rules that ask for the classes; its module is rules/stride_per_element.py.
KIND = "stride-per-element"
#: Stands for the kind of an element that the table of kinds does not know; it owes every class.
OTHER = "element of no kind in the table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One class of threats at one element.

    :param element: kind of the element in words.
    :param is_owed: whether the kind of element owes the class.
    :param threats: threats of the class that were considered: in force, or set aside with the reason.
    :param unreasoned: threats of the class that are out of force without a reason, and so answer nothing.
    :param decision: approved decision in force that the class does not apply.
    """

    rule: str
    item: Item
    element: str
    value: str
    is_owed: bool
    threats: tuple[Item, ...]
    unreasoned: tuple[Item, ...] = ()
    decision: Item | None = None

    @property
    def is_open(self) -> bool:
        """Whether the class is owed and nothing answers it."""
        return self.is_owed and not self.threats and self.decision is None


def rules_of(trace: Trace) -> list[RuleSpec]:
    """Rules that ask for classes, in the order of the model."""
    return [rule for rule in trace.model.rules if rule.kind == KIND]


def duties(spec: RuleSpec, item: Item, trace: Trace) -> Iterator[Duty]:
    """Every class of threats at one element, in the order of the scale."""
    params = spec.params
    types = frozenset(params["types"])
    field = trace.model.types[params["types"][0]].fields[params["field"]]
    found = [trace.items[end.id] for end in trace.graph.walk(item.id, params["hops"], types) if end.id in trace.items]
    element = trace.model.methods.element(item)
    for value in field.values:
        mine = [threat for threat in found if value in threat.values(params["field"])]
        considered = tuple(t for t in mine if trace.graph.is_live(t) or t.text("status_reason"))
        yield Duty(
            rule=spec.id,
            item=item,
            element=element.title if element is not None else OTHER,
            value=value,
            is_owed=element is None or value in element.owes,
            threats=considered,
            unreasoned=tuple(threat for threat in mine if threat not in considered),
            decision=decision_on(item, (spec.id, f"{spec.id}/{value}"), trace),
        )
