"""The assessed trace: graph, verdicts and what they were judged against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..catalogue import Catalogue
from ..crosswalk import NO_CROSSWALK, Crosswalk
from ..filing import NO_FILING, Filing
from ..profile import Profile
from ..tracemodel import TraceModel
from .applicability import Applicability, applicability
from .approval import Approval, approvals
from .build import build_graph
from .comments import Comment
from .graph import Graph
from .inputs import Inputs
from .item import Finding, Item, Record
from .judge import judge
from .judgement import Judgement
from .verdict import Verdict

REPORT, RELEASE = "report", "release"


@dataclass(frozen=True)
class Trace:
    """Everything that views and rules are computed from.

    :param gate: ``report`` while writing, ``release`` before submission.
    :param standing: whether each clause asks anything of this file, and why.
    :param profile: the device profile, if there is one.
    :param findings: model errors; the rules add the gaps.
    :param comments: what reviewers wrote beside the rows of views; no verdict rests on it.
    :param filing: what stands in which controlled document; known once pages are.
    :param drawn: ids of the architecture views that pages draw as data flows; known once pages are.
    """

    graph: Graph
    catalogue: Catalogue
    judgements: Mapping[str, Judgement]
    version: str
    as_of: str
    gate: str
    standing: Mapping[str, Applicability]
    profile: Profile | None = None
    crosswalk: Crosswalk = NO_CROSSWALK
    findings: tuple[Finding, ...] = field(default=())
    comments: tuple[Comment, ...] = ()
    filing: Filing = NO_FILING
    drawn: frozenset[str] = frozenset()

    @property
    def model(self) -> TraceModel:
        return self.graph.model

    @property
    def items(self) -> Mapping[str, Item]:
        return self.graph.items

    @cached_property
    def approvals(self) -> Mapping[str, Approval]:
        """Whether the approval of each document that the project files covers what stands in it, by its id."""
        return approvals(self.graph, self.model.documents, self.filing.items, self.as_of)

    def verdict(self, item_id: str) -> Verdict:
        return self.judgements[item_id].verdict

    def cited_out_of_force(self, item: Item, link: str) -> Iterator[tuple[str, Applicability]]:
        """Clauses that an item cites by a link and that are not in force on the as-of date, with their standing."""
        for target in item.links.get(link, ()):
            found = self.standing.get(target)
            if found is not None and not found.standing.is_in_force:
                yield target, found

    def from_files(self, types: Iterable[str]) -> list[str]:
        """Ids of items of some types that readers made and no author completed, in the order of the types."""
        return [
            item.id
            for name in types
            for item in self.items.values()
            if item.type == name and not item.docname and name not in ("clause", "result")
        ]

    def of_types(self, types: Iterable[str]) -> list[Item]:
        """Items of some types, sorted by id; clauses in the order of their text."""
        wanted = set(types)
        found = [item for item in self.items.values() if item.type in wanted]
        clauses = self.catalogue.clauses
        return sorted(
            found,
            key=lambda item: (
                (item.type, clauses[item.id].instrument.key, clauses[item.id].order, item.id)
                if item.id in clauses
                else ("", "", 0, item.id)
            ),
        )


def release_under_review(graph: Graph) -> Item | None:
    """The one release that the file is about, None when there is none or more than one."""
    found = [
        item
        for item in graph.items.values()
        if item.type == "release" and item.text("under_review") == "true" and graph.is_live(item)
    ]
    return found[0] if len(found) == 1 else None


def assess(
    model: TraceModel,
    catalogue: Catalogue,
    records: Iterable[Record],
    inputs: Inputs,
    *,
    gate: str = REPORT,
    as_of: str = "",
    profile: Profile | None = None,
    crosswalk: Crosswalk = NO_CROSSWALK,
) -> Trace:
    """Build the graph and judge it.

    :param as_of: date that overrides the one of the release under review; ``inputs.as_of`` is the fallback.
    """
    graph, errors = build_graph(model, catalogue, records, inputs, as_of)
    release = release_under_review(graph)
    version = release.text("version") if release else ""
    date = as_of or (release.text("as_of") if release else "") or inputs.as_of
    graph = replace(graph, as_of=date)
    standing = applicability(catalogue, profile, date)
    return Trace(
        graph=graph,
        catalogue=catalogue,
        judgements=judge(
            graph, version, date, standing, profile_holds=profile is not None and not [*profile.faults(version, date)]
        ),
        version=version,
        as_of=date,
        gate=gate,
        standing=standing,
        profile=profile,
        crosswalk=crosswalk,
        findings=tuple(sorted(errors, key=lambda finding: finding.sort_key)),
    )
