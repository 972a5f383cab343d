"""All views of a trace and its findings, each computed once, on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial

from .. import rules
from ..model.baseline import Baseline
from ..model.item import Finding
from ..model.trace import Trace
from .card import Card
from .cards import card
from .changes import OF_COMPARISON, nothing_to_compare
from .comparison import Comparison
from .dashboards import OF_FINDINGS, OF_TRACE
from .dataflow import data_flow_view
from .dataflow_drawing import view_id
from .documents import DOCUMENTS, document_register
from .everything import all_items
from .facets import ALL_ITEMS, verdict_facets
from .flow import TRACE_LINKS, trace_links
from .matrix import all_parts, matrix, specs
from .places import Places
from .security import OF_CHAIN, OF_FILES
from .statements import STATEMENTS
from .summary import gap_list, register, register_id
from .table import Table


class _Views(Mapping[str, Table]):
    """Tables by id, each computed when it is first asked for: pages without exports show a few of many."""

    def __init__(self, makers: Mapping[str, Callable[[], Table]], hidden: Mapping[str, Callable[[], Table]]) -> None:
        """Wrap functions that compute tables.

        :param hidden: tables that only a page may ask for; exports do not list them.
        """
        self._makers, self._hidden = makers, hidden
        self._tables: dict[str, Table] = {}

    def __getitem__(self, view_id: str) -> Table:
        if view_id not in self._tables:
            self._tables[view_id] = (self._makers.get(view_id) or self._hidden[view_id])()
        return self._tables[view_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def __contains__(self, view_id: object) -> bool:
        return view_id in self._makers


class Dossier:
    """The assessed trace with its findings, views and cards; what every writer renders."""

    def __init__(
        self,
        trace: Trace,
        registers: Iterable[tuple[str, ...]] = (),
        more_findings: Iterable[Finding] = (),
        places: Places | None = None,
        baseline: Baseline | None = None,
    ) -> None:
        """Wrap a trace.

        :param registers: groups of item types for which a page shows a register.
        :param more_findings: model errors that the shell found in the pages.
        :param places: where items stand in the PDF.
        :param baseline: the earlier state to compare with; without one no view of changes is exported.
        """
        self.trace = trace
        self._more = tuple(more_findings)
        self._registers = sorted(set(registers))
        self._cards: dict[str, Card] = {}
        self.places = places or Places()
        self.baseline = baseline

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Model errors and gaps, sorted, each once."""
        return tuple(sorted({*rules.run(self.trace), *self._more}, key=lambda finding: finding.sort_key))

    @cached_property
    def _findings_of(self) -> dict[str, list[Finding]]:
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(finding.item, []).append(finding)
        return found

    @cached_property
    def views(self) -> Mapping[str, Table]:
        """Every view by id: dashboards and what they count, findings, statements, matrices, registers."""
        makers: dict[str, Callable[[], Table]] = {
            ALL_ITEMS: partial(all_items, self.trace),
            TRACE_LINKS: partial(trace_links, self.trace),
            "gap-list": lambda: gap_list(self.trace, self.findings),
        }
        makers |= {view_id: partial(make, self.trace) for view_id, make in OF_TRACE.items()}
        makers |= {view_id: partial(self._of_findings, make) for view_id, make in OF_FINDINGS.items()}
        makers |= {view_id: partial(self._statement, make) for view_id, make in STATEMENTS.items()}
        makers |= {spec.id: partial(matrix, self.trace, spec, self.places) for spec in specs(self.trace)}
        makers |= {view_id(name): partial(data_flow_view, self.trace, name) for name in sorted(self.trace.drawn)}
        makers |= {register_id(types): partial(register, self.trace, types) for types in self._registers}
        hidden = {spec.id: partial(matrix, self.trace, spec, self.places) for spec in all_parts(self.trace)}
        makers |= {name: partial(make, self.trace) for name, make in OF_CHAIN.items()}
        of_files = makers if self.trace.graph.inputs.sources else hidden
        of_files |= {name: partial(make, self.trace) for name, make in OF_FILES.items()}
        if any(document.number for document in self.trace.model.documents):
            makers[DOCUMENTS] = partial(document_register, self.trace)
        else:
            hidden[DOCUMENTS] = partial(document_register, self.trace)
        if self.baseline is not None:
            makers |= {view_id: partial(self._of_comparison, make) for view_id, make in OF_COMPARISON.items()}
        else:
            hidden |= {view_id: partial(nothing_to_compare, self.trace, view_id) for view_id in OF_COMPARISON}
        return _Views(makers, hidden)

    def _of_findings(self, make: Callable[[Trace, Sequence[Finding]], Table]) -> Table:
        return make(self.trace, self.findings)

    @cached_property
    def _comparison(self) -> Comparison:
        assert self.baseline is not None  # noqa: S101 - only then is there a view that asks for it
        return Comparison(self.trace, self.baseline)

    def _of_comparison(self, make: Callable[[Comparison], Table]) -> Table:
        return make(self._comparison)

    def _statement(self, make: Callable[[Trace], Table]) -> Table:
        table = make(self.trace)
        return replace(table, facets=verdict_facets(table.columns, table.rows))

    def card(self, item_id: str) -> Card:
        """The card of an item."""
        found = self._cards.get(item_id)
        if found is None:
            found = self._cards[item_id] = card(self.trace, item_id, self._findings_of.get(item_id, ()))
        return found
