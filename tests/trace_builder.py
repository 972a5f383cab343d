"""Small traces for tests: items as dictionaries, reviewed as they stand, assessed through the public entry."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sphinx_aimd.catalogue import Catalogue, Clause, Instrument
from sphinx_aimd.crosswalk import NO_CROSSWALK, Crosswalk
from sphinx_aimd.model.inputs import Case, FileFact, Inputs, Report
from sphinx_aimd.model.item import Location, Option, Record
from sphinx_aimd.model.review import review_now
from sphinx_aimd.model.trace import Trace, assess
from sphinx_aimd.profile import Profile
from sphinx_aimd.traceload import load_model

MODEL = load_model()
HASH = "sha256:" + "0" * 64

INSTRUMENT = Instrument(
    key="TEST",
    title="Test instrument",
    short_title="Test",
    publisher="",
    jurisdiction="US",
    force="guidance",
    status="current",
    edition="1",
    dates="",
    supersedes=(),
    seen_in="nowhere",
    file="requirements/test.yaml",
)


def clause(clause_id: str, expects: tuple[str, ...], order: int = 0) -> Clause:
    return Clause(
        id=clause_id,
        instrument=INSTRUMENT,
        citation=f"Test {clause_id}",
        reference=clause_id,
        title=f"Clause {clause_id}",
        text="Asks for something.",
        elements=(),
        force="guidance-should",
        applies_to=(),
        cybersecurity="primary",
        expects=expects,
        checked="full",
        seen_in="nowhere",
        note="",
        location=Location("requirements/test.yaml", order + 1),
        order=order,
    )


def catalogue(**expects: str) -> Catalogue:
    """Clauses by id (``C_1`` reads C-1) with the kinds of proof that they expect."""
    found = {}
    for order, (name, kinds) in enumerate(sorted(expects.items())):
        clause_id = name.replace("_", "-")
        found[clause_id] = clause(clause_id, tuple(kinds.split(", ")), order)
    return Catalogue({"TEST": INSTRUMENT}, found)


def with_ended(clauses: Catalogue) -> Catalogue:
    """The same with a clause C-ENDED that has not been in force since 2021."""
    ended = replace(clause("C-ENDED", ("evidence",), len(clauses.clauses)), end="2020")
    return Catalogue(clauses.instruments, {**clauses.clauses, ended.id: ended})


def record(item_id: str, data: dict[str, Any], line: int) -> Record:
    kind = MODEL.types[data["type"]]
    title = data.get("title", f"Title of {item_id}")
    options = [Option(name="id", value=item_id, line=line + 1)]
    for position, (name, value) in enumerate(data.items()):
        if name not in ("type", "title", "links", "suspect", "unreviewed") and name != kind.body:
            options.append(Option(name=name, value=value, line=line + 2 + position))
    for name, targets in data.get("links", {}).items():
        options.append(Option(name=name, value=", ".join(targets), line=line + 40))
    return Record(
        type=data["type"],
        title=title,
        options=tuple(options),
        body=data.get(kind.body, "") if kind.body else "",
        location=Location("dhf.rst", line),
        docname="dhf",
    )


def reports(items: dict[str, dict[str, Any]]) -> tuple[Report, ...]:
    found = []
    for item_id, data in sorted(items.items()):
        if data["type"] != "result":
            continue
        case = Case(
            tests=tuple(data["links"]["result_of"]),
            name=data.get("case", item_id),
            outcome=data["outcome"],
            message="",
            version=data["version_under_test"],
            build_hash=data.get("build_hash", ""),
            environment=data["environment"],
            executed_on=data["executed_on"],
            location=Location(f"results/{item_id}.xml", 1),
        )
        found.append(Report(path=f"results/{item_id}.xml", sha256=HASH, cases=(case,)))
    return tuple(found)


def trace_of(
    items: dict[str, dict[str, Any]],
    clauses: Catalogue,
    *,
    gate: str = "report",
    reviewed: bool = True,
    profile: Profile | None = None,
    as_of: str = "",
    crosswalk: Crosswalk = NO_CROSSWALK,
    read: Inputs | None = None,
) -> Trace:
    """Assess items.

    :param read: what readers found in files beside the pages.
    ``suspect: [ids]`` on an item makes its reviewed links to these ids suspect; ``unreviewed`` leaves it no record.
    """
    records = [
        record(item_id, data, 100 * n + 1)
        for n, (item_id, data) in enumerate(sorted(items.items()))
        if data["type"] != "result"
    ]
    files = {data["path"]: FileFact(exists=True, sha256=HASH) for data in items.values() if "path" in data}
    inputs = replace(read or Inputs(), reports=reports(items), files=files)
    first = assess(MODEL, clauses, records, inputs, gate=gate, profile=profile, as_of=as_of, crosswalk=crosswalk)
    if not reviewed:
        return first
    ids = [
        item.id
        for item in first.items.values()
        if item.status == "approved" and not items.get(item.id, {}).get("unreviewed")
    ]
    reviews = review_now(first.graph, ids, on="2026-10-01", role="quality")
    for item_id, data in items.items():
        for target in data.get("suspect", ()):
            reviews[item_id].links[target] = "sha256:older"  # type: ignore[index]
    known = replace(inputs, reviews=reviews)
    return assess(MODEL, clauses, records, known, gate=gate, profile=profile, as_of=as_of, crosswalk=crosswalk)
