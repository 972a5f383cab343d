"""What holds of the join of files and items whatever the files say: nothing turns green, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sphinx_aimd.model.advisory import (
    Advisory,
    AffectedRange,
    Epss,
    Kev,
    KevEntry,
    Product,
    Statement,
    VulnerabilityRecord,
)
from sphinx_aimd.model.affected import affects
from sphinx_aimd.model.bom import Bom, BomComponent, Source
from sphinx_aimd.model.inputs import Inputs
from sphinx_aimd.model.item import Location
from sphinx_aimd.model.review import review_now
from sphinx_aimd.model.trace import Trace, assess

from .trace_builder import MODEL, catalogue, record

CLAUSES = catalogue(C_1="component, vulnerability")
NUMBERS = [("CVE-2025-1001",), ("CVE-2025-1001", "GHSA-aaaa-bbbb-cccc"), ("cve-2025-1002",), ("OWN-7",)]
STATUSES = ["not_affected", "affected", "fixed", "under_investigation", ""]
SERIALS = ["urn:uuid:1", "urn:uuid:2"]
NAMES = ["tls", "core"]
VERSIONS = ["", "1.0", "v1.0", "1.1"]


def source(kind: str, path: str, day: str = "2026-10-20") -> Source:
    return Source(path=path, sha256=f"sha256:{path.encode().hex():0>64}"[:71], kind=kind, format="test", date=day)


purls = st.builds(
    lambda name, version: f"pkg:npm/{name}" + (f"@{version}" if version else ""),
    st.sampled_from(NAMES),
    st.sampled_from(VERSIONS),
)


@st.composite
def bills(draw: st.DrawFn, path: str, subject: str, version: str) -> Bom:
    """A bill of materials with two names, few versions and few references, so that much is alike."""
    refs = draw(st.lists(st.sampled_from(["a", "b", "c"]), max_size=3, unique=True))
    components = []
    for ref in refs:
        name, text = draw(st.sampled_from(NAMES)), draw(st.sampled_from(VERSIONS))
        purl = draw(st.sampled_from(["", f"pkg:npm/{name}" + (f"@{text}" if text else "")]))
        others = tuple(draw(st.lists(st.sampled_from(["a", "b", "c", "gone"]), max_size=2)))
        components.append(
            BomComponent(ref=ref, name=name, version=text, purl=purl, depends_on=others, location=Location(path, 5))
        )
    return Bom(
        source=source("sbom", path),
        serial=draw(st.sampled_from(["", *SERIALS])),
        revision=draw(st.sampled_from(["", "1", "2"])),
        subject=BomComponent(ref="product", name=subject, version=version),
        components=tuple(components),
    )


wholes = st.none() | st.builds(
    Product, name=st.sampled_from(["Pump", "Other"]), versions=st.sampled_from([(), ("2.1",)])
)
products = st.one_of(
    st.builds(
        Product,
        ref=st.sampled_from(["a", "b", "product", "gone"]),
        serial=st.sampled_from(["", *SERIALS]),
        revision=st.sampled_from(["", "1", "3"]),
        versions=st.sampled_from([(), ("1.0",), ("vers:npm/>=1.0|<2.0",), ("all old ones",)]),
    ),
    st.builds(Product, purl=purls, within=wholes),
    st.builds(Product, name=st.sampled_from([*NAMES, "Pump"]), versions=st.sampled_from([(), ("1.0",), ("2.1",)])),
)


@st.composite
def advisories(draw: st.DrawFn, path: str) -> Advisory:
    vex = replace(source("vex", path), about=draw(st.sampled_from(["", "Pump 2.1", "Pump 2.0"])))
    found = draw(
        st.lists(
            st.tuples(st.sampled_from(NUMBERS), st.lists(products, max_size=2), st.sampled_from(STATUSES)), max_size=3
        )
    )
    statements = tuple(
        Statement(source=vex, ids=ids, products=tuple(meant), status=status, location=Location(path, line))
        for line, (ids, meant, status) in enumerate(found, start=1)
    )
    return Advisory(source=vex, statements=statements)


@st.composite
def records(draw: st.DrawFn, path: str) -> VulnerabilityRecord:
    name = draw(st.sampled_from(NAMES))
    entry = AffectedRange(
        name=name,
        ecosystem=draw(st.sampled_from(["npm", "", "PyPI"])),
        versions=draw(st.sampled_from([(), ("1.0",)])),
        spans=draw(st.sampled_from([(), (("", "1.1", False),)])),
        scheme="semver",
    )
    return VulnerabilityRecord(
        source=source("osv", path),
        ids=draw(st.sampled_from(NUMBERS)),
        affected=(entry,),
        modified=draw(st.sampled_from(["", "2026-09-01T00:00:00Z", "2026-10-15T00:00:00Z", "soon"])),
        withdrawn=draw(st.sampled_from(["", "", "2026-10-12"])),
        location=Location(path, 1),
    )


@st.composite
def lists(draw: st.DrawFn, path: str) -> Kev:
    day = draw(st.sampled_from(["", "2026-09-01", "2026-10-20"]))
    entries = {} if draw(st.booleans()) else {"CVE-2025-1001": KevEntry(id="CVE-2025-1001")}
    return Kev(source=source("kev", path, day), entries=entries)


@st.composite
def inputs(draw: st.DrawFn) -> Inputs:
    return Inputs(
        boms=(
            draw(bills("in/new.json", "Pump", "2.1")),
            *draw(st.sampled_from([(), (draw(bills("in/old.json", "Pump", "2.0")),)])),
        ),
        advisories=tuple(draw(st.lists(advisories("in/v1.json"), max_size=1))),
        records=tuple(draw(st.lists(records("in/r1.json"), max_size=1))),
        kev=tuple(draw(st.lists(lists("in/k1.json"), max_size=1))),
    )


def release(version: str, **more: str) -> dict[str, Any]:
    return {"type": "release", "status": "approved", "version": version, **more}


ASSESSED = {
    "type": "vulnerability",
    "status": "approved",
    "vulnerability_ids": "CVE-2025-1001",
    "vex_status": "not_affected",
    "vex_justification": "vulnerable_code_not_present",
    "impact_statement": "Not built.",
    "safety_assessment": "None",
    "security_assessment": "None",
    "assessed_on": "2026-10-01",
}


@st.composite
def authored(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """A project of two releases, a component that its author has finished, and assessments of it."""
    named = draw(st.sampled_from([{"bom_ref": "a"}, {"purl": "pkg:npm/tls@1.0"}, {"component_name": "tls"}]))
    part_of = draw(st.sampled_from([["REL-1"], ["REL-1", "REL-0"], []]))
    component = {
        "type": "component",
        "status": draw(st.sampled_from(["approved", "approved", "retired"])),
        **named,
        "support_level": "actively_maintained",
        "end_of_support": "2030-01-01",
        "known_unknown": "complete",
        "vulnerabilities_checked_on": "2026-10-25",
        "links": {"part_of": part_of} if part_of else {},
    }
    ends = draw(st.sampled_from([["CMP-1"], ["REL-1"], ["CMP-1", "REL-1"], ["CMP-1", "REL-0"]]))
    status = draw(st.sampled_from(["approved", "approved", "rejected"]))
    return {
        "REL-0": release("2.0"),
        "REL-1": release("2.1", under_review="true", as_of="2026-11-01"),
        "CMP-1": component,
        "VUL-1": {**ASSESSED, "status": status, "links": {"affects": ends}},
        "VUL-2": {**ASSESSED, "vulnerability_ids": "OWN-7", "links": {"affects": ["CMP-1"]}},
    }


def judged(items: dict[str, dict[str, Any]], read: Inputs, reviewed: Trace | None = None) -> Trace:
    """Assess items with the reviews of another assessment of them, or without any."""
    told = [record(item_id, data, 100 * n + 1) for n, (item_id, data) in enumerate(sorted(items.items()))]
    if reviewed is not None:
        ids = [item.id for item in reviewed.items.values() if item.status == "approved"]
        read = replace(read, reviews=review_now(reviewed.graph, ids, on="2026-10-01", role="quality"))
    return assess(MODEL, CLAUSES, told, read)


def paths(read: Inputs, new: Any) -> Inputs:
    """The same files under other names."""

    def moved(value: Any) -> Any:
        return replace(value, source=replace(value.source, path=new(value.source.path)))

    def said(advisory: Advisory) -> Advisory:
        found = moved(advisory)
        statements = tuple(
            replace(one, source=found.source, location=Location(found.source.path, one.location.line))
            for one in advisory.statements
        )
        return replace(found, statements=statements)

    return replace(
        read,
        boms=tuple(moved(bom) for bom in reversed(read.boms)),
        advisories=tuple(said(one) for one in reversed(read.advisories)),
        records=tuple(moved(one) for one in reversed(read.records)),
        kev=tuple(moved(one) for one in reversed(read.kev)),
    )


def verdicts(trace: Trace, ids: Iterable[str]) -> dict[str, str]:
    return {item_id: str(trace.verdict(item_id)) for item_id in ids}


QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
MORE = st.one_of(
    advisories("in/x.json").map(lambda one: {"advisories": (one,)}),
    records("in/x.json").map(lambda one: {"records": (one,)}),
    lists("in/x.json").map(lambda one: {"kev": (one,)}),
    bills("in/x.json", "Other", "9").map(lambda one: {"boms": (one,)}),
    st.just({"epss": (Epss(source=source("epss", "in/x.csv"), scores={"CVE-2025-1001": ("0.9", "0.9")}),)}),
)


@QUICK
@given(authored(), inputs(), MORE)
def test_one_more_file_turns_nothing_green(
    items: dict[str, dict[str, Any]], read: Inputs, more: dict[str, tuple[Any, ...]]
) -> None:
    before = judged(items, read, judged(items, read))
    longer = replace(read, **{name: (*getattr(read, name), *values) for name, values in more.items()})
    after = judged(items, longer, before)
    for item_id in items:
        if str(after.verdict(item_id)) == "verified" != str(before.verdict(item_id)):
            # that a component stands in a bill is what a bill may prove
            assert str(before.judgements[item_id].needs.get("listed", "verified")) != "verified"
            assert "boms" in more


@QUICK
@given(authored(), inputs(), st.sampled_from([lambda path: f"z{path[::-1]}", lambda path: path.replace("in/", "IN-")]))
def test_names_and_order_of_files_change_no_verdict(items: dict[str, dict[str, Any]], read: Inputs, new: Any) -> None:
    before = judged(items, read, judged(items, read))
    after = judged(items, paths(read, new), before)
    assert set(before.items) == set(after.items)
    assert verdicts(before, before.items) == verdicts(after, before.items)
    assert sorted(finding.rule for finding in before.findings) == sorted(finding.rule for finding in after.findings)


@QUICK
@given(authored(), inputs())
def test_whatever_files_say_ends_in_an_item_or_a_finding(items: dict[str, dict[str, Any]], read: Inputs) -> None:
    trace = judged(items, read, judged(items, read))
    found = [item for item in trace.items.values() if item.type == "vulnerability"]
    places = {finding.location for finding in trace.findings}
    for advisory in read.advisories:
        for statement in advisory.statements:
            names = {name.upper() for name in statement.ids}
            taken = [
                item
                for item in found
                if names & {name.upper() for name in item.values("vulnerability_ids")}
                and any(text.startswith("in/v1.json ") for text in item.values("data_sources"))
            ]
            assert statement.location in places or taken
    for one in read.records:
        names = {name.upper() for name in one.ids}
        for bom in read.boms:
            for component in bom.components:
                if affects(one, component) is None:
                    continue
                ends = {
                    end
                    for item in found
                    if trace.graph.is_live(item) and names & {name.upper() for name in item.values("vulnerability_ids")}
                    for end in item.links["affects"]
                }
                assert any(trace.items[end].text("component_name") == component.name for end in ends)
    for bom in read.boms:
        of = {"2.1": "REL-1", "2.0": "REL-0"}[bom.subject.version if bom.subject else ""]
        for component in bom.components:
            assert [
                item
                for item in trace.items.values()
                if item.type == "component"
                and (item.text("component_name") == component.name or component.name in item.text("bill_differs"))
                and of in item.links.get("part_of", ())
                and (trace.graph.is_live(item))
            ]


@QUICK
@given(authored(), inputs())
def test_ids_that_files_make_differ_by_more_than_case(items: dict[str, dict[str, Any]], read: Inputs) -> None:
    trace = judged(items, read)
    assert len({item_id.casefold() for item_id in trace.items}) == len(trace.items)
    assert not [finding for finding in trace.findings if finding.is_model_error]
