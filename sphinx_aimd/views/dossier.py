"""All views of a trace and its findings, each computed once, on demand."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from .. import rules
from ..model.item import Finding
from ..model.trace import Trace
from .card import Card
from .cards import card
from .matrix import matrices
from .summary import coverage, gap_list, register
from .table import Table


class Dossier:
    """The assessed trace with its findings, views and cards; what every writer renders."""

    def __init__(
        self, trace: Trace, registers: Iterable[tuple[str, ...]] = (), more_findings: Iterable[Finding] = ()
    ) -> None:
        """Wrap a trace.

        :param registers: groups of item types for which a page shows a register.
        :param more_findings: model errors that the shell found in the pages.
        """
        self.trace = trace
        self._more = tuple(more_findings)
        self._registers = sorted(set(registers))
        self._cards: dict[str, Card] = {}

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Model errors and gaps, sorted, each once."""
        return tuple(sorted({*rules.run(self.trace), *self._more}, key=lambda finding: finding.sort_key))

    @cached_property
    def views(self) -> dict[str, Table]:
        """Every view by id: coverage, findings, matrices, registers."""
        tables = [coverage(self.trace), gap_list(self.trace, self.findings), *matrices(self.trace)]
        tables += [register(self.trace, types) for types in self._registers]
        return {table.id: table for table in tables}

    def card(self, item_id: str) -> Card:
        """The card of an item."""
        found = self._cards.get(item_id)
        if found is None:
            found = self._cards[item_id] = card(self.trace, item_id)
        return found
