"""A vulnerability is closed, and a release has its bill, only for the version that the evidence is about."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sphinx_aimd import rules
from sphinx_aimd.model.advisory import Advisory, AffectedRange, Epss, Kev, VulnerabilityRecord
from sphinx_aimd.model.bom import Bom, BomComponent, Source
from sphinx_aimd.model.inputs import Inputs
from sphinx_aimd.model.trace import Trace
from sphinx_aimd.readers.opened import open_file
from sphinx_aimd.readers.recognise import read_file

from .sound_dhf import Items, full, result, sound, verification
from .trace_builder import HASH, catalogue, trace_of

CLAUSES = catalogue(C_1="component")
PURL = "pkg:generic/zlib"


def source(kind: str, path: str, date: str = "2026-10-20") -> Source:
    digest = f"sha256:{path.encode().hex():0>64}"[:71]
    return Source(path=path, sha256=digest, kind=kind, format="test", date=date)


def bill(version: str = "2.1", path: str = "security/new.json", **more: Any) -> Bom:
    zlib = BomComponent(ref="z", name="zlib", version="1.2.11", purl=f"{PURL}@1.2.11")
    subject = BomComponent(ref="p", name="Pump", version=version)
    return Bom(source=source("sbom", path), subject=subject, components=(zlib,), **more)


def project(**vulnerability: str) -> Items:
    """Two releases, a component of the newer one, and a closed vulnerability in it with a verified patch."""
    closed = {"vulnerability_ids": "CVE-2024-1234", "vex_status": "fixed", "kev": "false", **vulnerability}
    affects = closed.pop("affects", "CMP-1").split(", ")
    return {
        "REL-0": full("release", version="2.0", under_review="false", as_of="2026-01-01"),
        "REL-1": full("release", version="2.1", as_of="2026-11-02"),
        "CMP-1": full(
            "component", {"part_of": ["REL-1"]}, bom_ref="z", component_name="zlib", version="1.2.11", purl=""
        )
        | {"vulnerabilities_checked_on": "2026-10-25", "end_of_support": "2040-01-01"},
        "VUL-1": full("vulnerability", {"affects": affects}, **closed),
        "PAT-1": full("patch", {"fixes": ["VUL-1"]}, version="2.1", available_on="2026-10-01"),
        "TST-1": verification("security_requirement", ["PAT-1"]),
        "RES-1": result("TST-1"),
    }


def changed(items: Items, item_id: str, **more: Any) -> Items:
    return {**copy.deepcopy(items), item_id: {**items[item_id], **more}}


def with_test(items: Items, **own: str) -> Items:
    """The same with a test of the vulnerability itself."""
    return {**items, "TST-2": verification("vulnerability", ["VUL-1"]), "RES-2": result("TST-2", **own)}


def judged(items: Items, boms: tuple[Bom, ...] = (bill(),), **read: Any) -> Trace:
    return trace_of(items, CLAUSES, read=Inputs(boms=boms, **read))


def verdict(trace: Trace, item_id: str = "VUL-1") -> str:
    return str(trace.verdict(item_id))


# --- fixed, in this version ---


@pytest.mark.parametrize(
    ("brings", "affects", "without_test", "with_own_test"),
    [
        ("2.1", "CMP-1", "verified", "verified"),
        ("v2.0.9", "CMP-1", "verified", "verified"),
        ("2.2", "CMP-1", "stale", "verified"),
        ("2.1+8", "CMP-1", "stale", "verified"),
        ("spring update", "CMP-1", "stale", "verified"),
        ("", "CMP-1", "stale", "verified"),
        ("2.1", "CMP-1, REL-1", "verified", "verified"),
        ("2.1", "REL-0, REL-1", "stale", "stale"),  # 2.0 holds no fix that 2.1 brings, nor did a test run on it
        ("2.0", "REL-0, REL-1", "verified", "verified"),
    ],
)
def test_fixed_is_what_the_release_is_known_to_hold(
    brings: str, affects: str, without_test: str, with_own_test: str
) -> None:
    items = changed(project(affects=affects), "PAT-1", version=brings)
    assert verdict(judged(items)) == without_test
    assert verdict(judged(with_test(items))) == with_own_test


def record(fixed: str, **more: Any) -> VulnerabilityRecord:
    meant = AffectedRange(name="zlib", purl=PURL, ecosystem="Generic", scheme="semver", spans=(("0", fixed, False),))
    return VulnerabilityRecord(
        source=source("osv", "security/osv.json"),
        ids=("CVE-2024-1234",),
        affected=(meant,),
        modified="2026-09-01T00:00:00Z",
        **more,
    )


@pytest.mark.parametrize("affects", ["CMP-1", "REL-1"])
def test_a_record_that_lists_the_component_asks_for_a_test_of_the_vulnerability(affects: str) -> None:
    items = project(affects=affects)
    trace = judged(items, records=(record("1.2.12"),))
    assert verdict(trace) == "stale"
    assert "a record lists zlib 1.2.11 as affected" in str(trace.judgements["VUL-1"].reasons[0])
    assert verdict(judged(with_test(items), records=(record("1.2.12"),))) == "verified"  # a fix that was ported back
    assert verdict(judged(with_test(items, outcome="skipped"), records=(record("1.2.12"),))) == "stale"
    assert verdict(judged(items, records=(record("1.2.11"),))) == "verified"
    assert verdict(judged(items, records=(record("1.2.12", withdrawn="2026-10-01"),))) == "verified"
    assert verdict(judged(items, records=(record("the next one"),))) == "verified"  # possible is not listed


def test_a_record_that_lists_the_component_of_an_older_release_says_nothing_of_the_newer() -> None:
    items = project(affects="CMP-1, CMP-0, REL-1")
    old = full("component", {"part_of": ["REL-0"]}, component_name="zlib", version="1.2.10", purl=f"{PURL}@1.2.10")
    assert verdict(judged({**items, "CMP-0": old}, records=(record("1.2.11"),))) == "verified"


@pytest.mark.parametrize(
    ("item_id", "field", "reason"),
    [
        ("VUL-1", "assessed_on", "assessed on 2026-11-03, after the as-of date"),
        ("CMP-1", "vulnerabilities_checked_on", "checked on 2026-11-03, after the as-of date"),
        ("PAT-1", "available_on", "available on 2026-11-03, after the as-of date"),
    ],
)
def test_what_lies_after_the_as_of_date_is_not_reached(item_id: str, field: str, reason: str) -> None:
    assert verdict(judged(project()), item_id) == "verified"
    trace = judged(changed(project(), item_id, **{field: "2026-11-03"}))
    assert verdict(trace, item_id) == "partial"
    assert reason in str(trace.judgements[item_id].reasons[0])


# --- one product, one status ---


def said(status: str, folder: Path, **product: Any) -> tuple[Advisory, ...]:
    return openvex(folder, [statement(status, "2026-10-01T00:00:00Z", **product)])


def statement(status: str, moment: str, **product: Any) -> dict[str, Any]:
    told = {"impact_statement": "Not built."} if status == "not_affected" else {"action_statement": "Wait."}
    products = [{"@id": f"{PURL}@1.2.11", **product}]
    vulnerability = {"name": "CVE-2024-1234"}
    return {"vulnerability": vulnerability, "products": products, "status": status, "timestamp": moment, **told}


def openvex(folder: Path, statements: list[dict[str, Any]]) -> tuple[Advisory, ...]:
    document = {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://example.org/vex",
        "author": "Example",
        "timestamp": "2026-09-01T00:00:00Z",
        "version": 1,
        "statements": statements,
    }
    (folder / "v.json").write_text(json.dumps(document), "utf-8")
    return tuple(value for value in read_file(open_file(folder, "v.json")) if isinstance(value, Advisory))


NOT_AFFECTED = {"vex_status": "not_affected", "vex_justification": "vulnerable_code_not_present"}
OTHER = {"vulnerability_ids": "CVE-2024-1234", "kev": "false"}


@pytest.mark.parametrize("status", ["affected", "not_affected"])
def test_a_release_is_not_unaffected_where_a_file_says_that_a_part_of_it_is(status: str, tmp_path: Path) -> None:
    trace = judged(project(affects="REL-1", **NOT_AFFECTED), advisories=said(status, tmp_path))
    found = [one.message for one in trace.findings if one.rule == "contradicting-statements"]
    assert verdict(trace) == ("stale" if status == "affected" else "verified")
    assert ["not_affected, but its part CMP-1 is affected in v.json" in text for text in found] == [True] * len(found)
    assert bool(found) == (status == "affected")
    # another component says nothing of this one
    elsewhere = said(status, tmp_path, **{"@id": f"{PURL}2"})
    assert verdict(judged(project(affects="REL-1", **NOT_AFFECTED), advisories=elsewhere)) == "verified"


@pytest.mark.parametrize(
    ("mine", "theirs", "status", "contradicts"),
    [
        ("REL-1", "CMP-1", "affected", True),
        ("CMP-1", "REL-1", "affected", True),
        ("CMP-1", "CMP-1", "affected", True),
        ("CMP-1", "CMP-1, REL-1", "under_investigation", True),
        ("REL-1", "REL-1", "affected", True),
        ("CMP-1", "CMP-1, REL-0", "affected", False),  # said of another release
        ("REL-1", "CMP-1", "under_investigation", False),
        ("CMP-1", "CMP-2", "affected", False),
        ("CMP-1", "CMP-1", "", False),
        ("CMP-1", "CMP-1", "not_affected", False),
    ],
)
def test_items_of_authors_agree_on_one_product(mine: str, theirs: str, status: str, contradicts: bool) -> None:
    items = project(affects=mine, **NOT_AFFECTED)
    items["CMP-2"] = full("component", {"part_of": ["REL-1"]}, component_name="core")
    items["VUL-2"] = full("vulnerability", {"affects": theirs.split(", ")}, vex_status=status, **OTHER)
    trace = judged(items)
    assert (verdict(trace) == "stale") == contradicts
    assert ("contradicting-statements" in {one.rule for one in trace.findings}) == contradicts
    other_number = changed(items, "VUL-2", vulnerability_ids="CVE-2024-9")
    assert verdict(judged(other_number)) == "verified"
    assert verdict(judged(changed(items, "VUL-2", status="rejected", status_reason="No."))) == "verified"


def test_one_component_that_is_affected_explains_the_release_that_is() -> None:
    items = project(affects="CMP-1", **NOT_AFFECTED)
    items["CMP-2"] = full("component", {"part_of": ["REL-1"]}, component_name="core")
    items["VUL-2"] = full("vulnerability", {"affects": ["REL-1"]}, vex_status="affected", **OTHER)
    items["VUL-3"] = full("vulnerability", {"affects": ["CMP-2"]}, vex_status="affected", **OTHER)
    assert verdict(judged(items)) == "verified"


@pytest.mark.parametrize("affects", ["CMP-1", "CMP-1, REL-1", "CMP-1, REL-0"])
def test_a_component_that_the_bill_lists_is_present(affects: str) -> None:
    said_absent = {"vex_status": "not_affected", "vex_justification": "component_not_present"}
    trace = judged(project(affects=affects, **said_absent))
    assert verdict(trace) == ("verified" if "REL-0" in affects else "stale")
    if "REL-0" not in affects:
        assert "the bill of REL-1 lists zlib 1.2.11" in str(trace.judgements["VUL-1"].reasons[0])


def test_a_module_that_does_without_a_library_may_stand_in_the_bill(tmp_path: Path) -> None:
    items = project(vex_status="not_affected", vex_justification="component_not_present")
    (meant,) = record("1.2.12").affected
    other = replace(record("1.2.12"), affected=(replace(meant, name="openssl", purl="pkg:generic/openssl"),))
    assert verdict(judged(items, records=(record("1.2.3"),))) == "stale"  # about zlib, whatever its version
    assert verdict(judged(items, records=(other,))) == "verified"
    same = {**statement("not_affected", "2026-10-01T00:00:00Z"), "justification": "component_not_present"}
    assert verdict(judged(items, advisories=openvex(tmp_path, [same]))) == "verified"


@pytest.mark.parametrize(
    ("affected", "not_affected", "expected"),
    [
        ("2026-10-01T23:00:00-05:00", "2026-10-02T01:00:00Z", "stale"),
        ("2026-10-02T12:00:00Z", "2026-10-02T01:00:00Z", "stale"),
        ("2026-10-02T01:00:00Z", "2026-10-02T01:00:00+00:00", "stale"),  # one instant, two statuses
        ("2026-10-02T01:00:00Z", "2026-10-02T12:00:00", "stale"),  # no offset: of one day, and no more is known
        ("2026-10-02T01:00:00Z", "2026-10-02T01:00:00.5Z", "verified"),
        ("2026-10-02T01:00:00+09:00", "2026-10-01T17:00:00Z", "verified"),
        ("2026-10-01T00:00:00Z", "2040-01-01T00:00:00Z", "stale"),  # a day that has not come
    ],
)
def test_of_one_openvex_document_the_later_instant_holds(
    affected: str, not_affected: str, expected: str, tmp_path: Path
) -> None:
    both = openvex(tmp_path, [statement("affected", affected), statement("not_affected", not_affected)])
    assert verdict(judged(project(**NOT_AFFECTED), advisories=both)) == expected
    assert {len(one.updated) for one in both[0].statements} == {10}


# --- the bill of the release ---


def complete(**evidence: str) -> Items:
    """A release with all that it needs; its bill of materials is a controlled file."""
    items = project()
    items["TST-3"] = verification("penetration", ["REL-1"])
    items["RES-3"] = result("TST-3")
    items["EVD-1"] = full("evidence", {"evidences": ["REL-1"]}, kind="sbom", path="security/new.json", **evidence)
    return items


OLD = bill("2.0", "security/old.json")


@pytest.mark.parametrize(
    ("boms", "path", "expected", "reason"),
    [
        ((), "records/bill.pdf", "verified", ""),
        ((bill(), OLD), "security/new.json", "verified", ""),
        ((bill(), OLD), "security/old.json", "stale", "of another release or version"),
        ((bill(), OLD), "records/bill.pdf", "partial", "no bill of materials that was read"),
        ((OLD,), "security/old.json", "stale", "no bill of REL-1 was read"),
        ((bill("2.0", release="REL-1"),), "security/new.json", "stale", "of another release or version"),
        ((bill("", release="REL-1"),), "security/new.json", "verified", ""),
        ((bill("9"),), "security/new.json", "stale", "of another release or version"),
    ],
)
def test_the_bill_of_another_release_proves_nothing(
    boms: tuple[Bom, ...], path: str, expected: str, reason: str
) -> None:
    items = changed(complete(), "EVD-1", path=path)
    if OLD in boms:
        items["CMP-1"]["links"]["part_of"] = ["REL-0", "REL-1"]
    trace = judged(items, boms)
    assert verdict(trace, "REL-1") == expected
    assert reason in " ".join(str(one) for one in trace.judgements["REL-1"].reasons)


def test_a_copy_of_the_bill_is_the_bill_and_a_record_that_is_not_approved_is_not() -> None:
    items = changed(complete(), "EVD-1", path="records/copy.json")
    same = bill()
    same = replace(same, source=replace(same.source, sha256=HASH))
    assert verdict(judged(items, (same,)), "REL-1") == "verified"
    items["EVD-2"] = full("evidence", {"evidences": ["REL-1"]}, kind="sbom", path="records/bill.pdf")
    assert verdict(judged(items, (same,)), "REL-1") == "verified"
    draft = changed(complete(), "EVD-1", status="draft")
    draft["EVD-2"] = full("evidence", {"evidences": ["REL-1"]}, kind="sbom", path="records/bill.pdf")
    assert verdict(judged(draft, (bill(),)), "REL-1") == "partial"


def test_a_release_without_a_bill_lists_nothing_where_others_have_one() -> None:
    items = changed(project(), "CMP-1", bom_ref="")
    assert verdict(judged(items, ()), "CMP-1") == "verified"
    assert verdict(judged(items, (OLD,)), "CMP-1") == "partial"
    shared = changed(items, "CMP-1", purl=f"{PURL}@1.2.11", links={"part_of": ["REL-0", "REL-1"]})
    assert verdict(judged(shared, (OLD,)), "CMP-1") == "stale"  # the release under review has none
    assert verdict(judged(shared, (bill(),)), "CMP-1") == "verified"  # the older one was made before there were bills


# --- data and words ---


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (("2024-01-01",), 1),
        (("2024-01-01", "2026-10-20"), 0),
        (("2026-08-04",), 0),
        (("2026-08-03",), 1),
        (("",), 1),
        ((), 0),
    ],
)
def test_old_lists_of_exploited_vulnerabilities_are_told(days: tuple[str, ...], found: int) -> None:
    kev = tuple(Kev(source=source("kev", f"security/kev-{day}.json", day)) for day in days)
    epss = Epss(source=source("epss", "security/epss.csv", "2026-10-26"))
    sources = (*(one.source for one in kev), epss.source)
    trace = judged(project(), kev=kev, epss=(epss,), sources=sources)
    told = [one for one in rules.run(trace) if one.rule == "exploited-data-recent"]
    assert len(told) == found
    assert all(one.location.file == f"security/kev-{days[-1]}.json" for one in told)


@pytest.mark.parametrize(
    ("algorithm", "state", "is_refused"),
    [
        ("MD5 with RSA-512", "acceptable", True),
        ("RSA with SHA-1", "acceptable", True),
        ("3DES", "acceptable", True),
        ("RC4", "acceptable", True),
        ("HMAC-SHA-1", "acceptable", False),
        ("SHA-256", "acceptable", False),
        ("MD5", "legacy_use", False),
    ],
)
def test_a_broken_algorithm_is_not_acceptable_by_words(algorithm: str, state: str, is_refused: bool) -> None:
    items = changed(sound(), "CRY-1", algorithm=algorithm, algorithm_state=state)
    trace = trace_of(items, CLAUSES)
    told = [one for one in rules.run(trace) if one.rule == "weak-algorithm-refused"]
    assert [one.item for one in told] == (["CRY-1"] if is_refused else [])
    assert ("acceptable is claimed for a weak algorithm" in str(trace.judgements["CRY-1"].reasons)) == is_refused
