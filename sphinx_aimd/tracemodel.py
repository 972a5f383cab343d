"""The typed trace model: item types, links, verdict needs, rules and matrices, as :mod:`.traceload` reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .documents import Document
from .methods import NO_METHODS, Methods
from .model.item import Location, Severity

Where = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of an item type; ``required`` is the status from which it must be filled, or ``optional``.

    :param by_reader: filled by the readers of files alone; an author cannot write it.
    :param dated: what its day says of the content of the item: ``record``, ``event`` (a plan until then), or nothing.
    """

    name: str
    title: str
    kind: str
    help: str
    required: str
    when: Where
    meaning: bool
    values: tuple[str, ...]
    ordered: bool
    pattern: str
    keys: tuple[str, ...]
    by_reader: bool = False
    dated: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemType:
    """A type of item; ``body`` names the field that the directive's content fills."""

    name: str
    title: str
    help: str
    origin: str
    prefix: str
    body: str
    fields: Mapping[str, Field]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkType:
    """An arrow of the trace; ``watch`` says whose later change makes a reviewed link suspect.

    :param points_upstream: the target is what a walk from clauses to evidence meets first, as it is of most links.
    """

    name: str
    reverse: str
    title: str
    help: str
    sources: frozenset[str]
    targets: frozenset[str]
    points_upstream: bool
    watch: str
    carries_proof: bool
    minimum: int
    maximum: int | None
    acyclic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A life-cycle status: whether the item counts at all, and whether it may prove."""

    name: str
    title: str
    live: bool
    may_prove: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of meeting a need: a leaf check on the item, or targets reached by hops.

    :param proof: what a target contributes: its verdict (``verified``), the same where it is failed and nothing
        otherwise (``failures``), or that it is there (``exists``); empty for a leaf.
    """

    leaf: str
    hops: tuple[str, ...]
    to: frozenset[str]
    where: Where
    count: str
    minimum: int
    proof: str

    @property
    def takes_verdict(self) -> bool:
        return self.proof in ("verified", "failures")


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What an item type requires in order to be proven."""

    name: str
    credit: bool
    present: bool
    when: Where
    unless: Way | None
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafRow:
    """One line of a leaf's decision table; the first whose condition holds gives the verdict."""

    condition: Mapping[str, Any]
    then: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSpec:
    """A completeness rule: a documented kind with parameters."""

    id: str
    kind: str
    types: frozenset[str]
    where: Where
    include_inactive: bool
    params: Mapping[str, Any]
    severity: Mapping[str, Severity]
    message: str
    remedy: str
    clauses: tuple[str, ...]
    location: Location = Location()  # noqa: RUF009 - a frozen value


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: a field of the row, its verdict, its reasons, targets reached by hops, or a place in the PDF.

    :param field: name of a field, or in parentheses what is computed: verdict, reasons, name, applicable, ...
    :param once: shown on the first line of a row only.
    :param place_of: column whose items it gives the places of.
    """

    name: str
    title: str
    field: str
    hops: tuple[str, ...]
    types: frozenset[str]
    where: Where
    show: tuple[str, ...]
    count: bool
    once: bool
    place_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixSpec:
    """A matrix that a reviewer walks.

    :param per: field for each of whose values there is one table more.
    :param asked: leave out clauses that ask nothing of this file; the statement of applicability holds them.
    :param filters: fields of the rows that readers may filter and group by.
    """

    id: str
    title: str
    question: str
    clauses: tuple[str, ...]
    types: frozenset[str]
    where: Where
    per: str
    columns: tuple[Column, ...]
    gap: tuple[str, ...]
    sort: tuple[str, ...]
    asked: bool = False
    filters: tuple[str, ...] = ()


@dataclass(frozen=True)
class TraceModel:
    """Everything that traceability/ says, overlays of the project included."""

    types: Mapping[str, ItemType]
    links: Mapping[str, LinkType]
    statuses: Mapping[str, Status]
    needs: Mapping[str, tuple[Need, ...]]
    leaves: Mapping[str, tuple[LeafRow, ...]]
    max_age_days: Mapping[str, int | None]
    expects: Mapping[str, frozenset[str]]
    expects_reach: tuple[str, ...]
    expects_depth: int
    promising: frozenset[str]
    promise_enough: frozenset[str]
    rules: tuple[RuleSpec, ...]
    matrices: Mapping[str, MatrixSpec]
    overlaid: tuple[str, ...]
    default_status: str
    documents: tuple[Document, ...] = ()
    methods: Methods = NO_METHODS

    @cached_property
    def reverse(self) -> dict[str, LinkType]:
        """Link types by the name of their reverse."""
        return {link.reverse: link for link in self.links.values()}

    def arrow(self, hop: str) -> tuple[LinkType, bool]:
        """The link type of a hop and whether it is followed forwards."""
        if hop in self.links:
            return self.links[hop], True
        return self.reverse[hop], False

    def hop_title(self, hop: str) -> str:
        """A hop in words."""
        return hop.replace("_", " ")

    def expects_types(self, kinds: Iterable[str]) -> frozenset[str]:
        """Item types that the kinds of proof of a clause stand for."""
        return frozenset(name for kind in kinds for name in self.expects.get(kind, frozenset({kind})))

    def type_title(self, name: str) -> str:
        return self.types[name].title if name in self.types else name
