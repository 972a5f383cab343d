"""How the algorithm of a cryptographic use stands to a quantum computer, by the table of families."""

from __future__ import annotations

from dataclasses import dataclass

from ..methods import Family, QuantumState, ends_of_use, quantum_state
from .item import Item
from .trace import Trace

#: More digits are no strength of a key.
MAX_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the table says of one use.

    :param families: families that its words name.
    :param ends_on: earliest date after which the cited draft no longer allows one of them; empty if it names none.
    """

    families: tuple[Family, ...]
    state: QuantumState
    ends_on: str


def standing(trace: Trace, item: Item, algorithm: str = "algorithm") -> Standing:
    """Look an algorithm up; a strength that is not stated is never taken as enough or as too little.

    :param algorithm: field that names it.
    """
    methods = trace.model.methods
    families = methods.families_of(item.text(algorithm))
    bits = item.text("strength_bits")
    strength = int(bits) if bits.isdecimal() and len(bits) <= MAX_DIGITS else None
    return Standing(
        families=families,
        state=methods.states[quantum_state(families, strength)],
        ends_on=min(ends_of_use(families, strength), default=""),
    )
