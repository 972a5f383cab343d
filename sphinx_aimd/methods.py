"""Methods of the maker as typed values, as :mod:`.methodload` reads them from methods.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .model.item import Item, Location

#: How an algorithm stands to a quantum computer, in data of families.
VULNERABLE, RESISTANT, SYMMETRIC, WEAK = "vulnerable", "resistant", "symmetric", "weak"
#: Longest text that is read as the name of an algorithm; files from outside may hold any.
MAX_ALGORITHM = 1000
#: What follows from several families, from none, and from too few bits.
MIXED, REDUCED, UNKNOWN = "mixed", "reduced", "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """Which fields of a risk hold the two ratings, and which the level that follows from them.

    :param when: before control, after control or residual, in words.
    :param state: field of the decision whether the risk is controlled; empty if the rating decides none.
    """

    when: str
    likelihood: str
    severity: str
    level: str
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """What a level needs before it is accepted.

    :param accept: values of the decision that the level allows; none: it is not acceptable.
    :param roles: who may decide it, roles of higher levels included.
    :param states: states of the binary decision that fit the level; none: it says nothing about that.
    :param filled: fields that the decision needs.
    """

    level: str
    accept: tuple[str, ...]
    roles: tuple[str, ...]
    states: tuple[str, ...]
    filled: tuple[str, ...]
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingMethod:
    """A way of rating risks: matrix and acceptance criteria.

    :param matrix: level by likelihood and severity.
    :param accepts_nothing: values of the decision that accept nothing, so that no criterion applies.
    :param criteria: by level, lowest first.
    """

    id: str
    title: str
    ratings: tuple[Rating, ...]
    matrix: Mapping[tuple[str, str], str]
    decision: str
    role: str
    accepts_nothing: tuple[str, ...]
    criteria: Mapping[str, Criterion]
    source: tuple[str, ...]
    help: str
    location: Location = Location()  # noqa: RUF009 - a frozen value

    def level(self, risk: Item, rating: Rating) -> str:
        """Level that follows from the two ratings; empty where one of them is not given."""
        return self.matrix.get((risk.text(rating.likelihood), risk.text(rating.severity)), "")

    @property
    def final(self) -> Rating:
        """The rating that the decision is about."""
        return self.ratings[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """How a CVSS vector maps to a class of exploitability, as a proposal beside the author's rating.

    :param by: ``subscore`` of CVSS 3 or ``macrovector`` of CVSS 4.
    :param from_score: classes with the least sub-score of each, highest first.
    :param from_sets: class by the first two digits of the MacroVector.
    :param raises: the proposal is one class higher if a field holds one of the values.
    """

    id: str
    title: str
    by: str
    fields: tuple[str, ...]
    from_score: tuple[tuple[str, Decimal], ...]
    from_sets: Mapping[str, str]
    raises: Mapping[str, tuple[str, ...]]
    source: tuple[str, ...]
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StrideElement:
    """A kind of element of a data-flow diagram and the STRIDE classes that it owes."""

    name: str
    title: str
    type: str
    where: Mapping[str, tuple[str, ...]]
    owes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A family of algorithms.

    :param quantum: vulnerable, resistant, symmetric or weak.
    :param least_bits: strength below which a symmetric algorithm is no longer enough.
    :param deprecated_after: end of use below 128 bits of strength by the cited draft.
    :param disallowed_after: end of any use by it.
    """

    name: str
    title: str
    quantum: str
    words: tuple[re.Pattern[str], ...]
    why: str
    least_bits: int = 0
    deprecated_after: str = ""
    disallowed_after: str = ""
    source: tuple[str, ...] = ()

    def names(self, algorithm: str) -> bool:
        """Whether the words of an algorithm name a member of the family."""
        return any(word.search(algorithm) for word in self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantumState:
    """How an algorithm stands to a quantum computer, and which states an author may claim for it."""

    name: str
    title: str
    claims: tuple[str, ...]
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Methods:
    """Everything that methods.yaml says, overlays of the project included."""

    ratings: Mapping[str, RatingMethod] = field(default_factory=dict)
    proposals: tuple[Proposal, ...] = ()
    elements: tuple[StrideElement, ...] = ()
    families: tuple[Family, ...] = ()
    states: Mapping[str, QuantumState] = field(default_factory=dict)

    def element(self, item: Item) -> StrideElement | None:
        """The kind of element that an item is, None if the table does not know it."""
        return next((found for found in self.elements if found.type == item.type and item.matches(found.where)), None)

    def families_of(self, algorithm: str) -> tuple[Family, ...]:
        """Families that the words of an algorithm name; a text too long to be a name names none."""
        if len(algorithm) > MAX_ALGORITHM:
            return ()
        return tuple(family for family in self.families if family.names(algorithm))


NO_METHODS = Methods()


def quantum_state(families: tuple[Family, ...], bits: int | None) -> str:
    """How an algorithm of these families stands: the worst that its words name.

    :param bits: its strength, as far as it is stated; without a statement the name of the family decides.
    """
    kinds = {family.quantum for family in families}
    if VULNERABLE in kinds:
        return MIXED if RESISTANT in kinds else VULNERABLE
    if WEAK in kinds:
        return WEAK
    if RESISTANT in kinds:
        return RESISTANT
    if SYMMETRIC not in kinds:
        return UNKNOWN
    least = max(family.least_bits for family in families)
    return REDUCED if bits is not None and bits < least else SYMMETRIC


def ends_of_use(families: tuple[Family, ...], bits: int | None) -> Iterator[str]:
    """Dates after which the cited draft no longer allows families of an algorithm, by its strength."""
    for family in families:
        short = bits is None or bits < 128
        date = family.deprecated_after if short and family.deprecated_after else family.disallowed_after
        if date:
            yield date
