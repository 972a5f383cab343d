"""From the bill of materials to the verdict: components and vulnerabilities of files joined to what authors write."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

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
from sphinx_aimd.model.bom import Bom, BomComponent, CryptoAsset, Source
from sphinx_aimd.model.inputs import Inputs
from sphinx_aimd.model.item import Location
from sphinx_aimd.model.trace import Trace

from .trace_builder import catalogue, trace_of

CLAUSES = catalogue(C_1="component")
SERIAL = "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"


def source(kind: str, path: str, date: str = "2026-10-20") -> Source:
    return Source(path=path, sha256="sha256:" + "1" * 64, kind=kind, format="test", date=date)


BILL = Bom(
    source=source("sbom", "security/sc2.cdx.json"),
    serial=SERIAL,
    subject=BomComponent(ref="sc2", name="SC-2", version="2.1"),
    components=(
        BomComponent(
            ref="tls",
            name="Mbed TLS",
            version="3.6.2",
            supplier="TrustedFirmware",
            purl="pkg:github/mbed-tls/mbedtls@v3.6.2",
            depends_on=("rtos",),
            location=Location("security/sc2.cdx.json", 7),
        ),
        BomComponent(ref="rtos", name="Zephyr", version="3.7.1", kind="operating-system", known_unknown="complete"),
        BomComponent(ref="key", name="ECDSA", crypto=CryptoAsset(asset_type="algorithm", details={"size": "256"})),
    ),
)

RELEASE: dict[str, Any] = {
    "type": "release",
    "status": "approved",
    "version": "2.1",
    "under_review": "true",
    "as_of": "2026-11-01",
}
TLS: dict[str, Any] = {
    "type": "component",
    "status": "approved",
    "bom_ref": "tls",
    "supplier": "TrustedFirmware",
    "support_level": "actively_maintained",
    "end_of_support": "2027-03-31",
    "known_unknown": "complete",
    "vulnerabilities_checked_on": "2026-10-25",
    "links": {"part_of": ["REL-1"]},
}
FIXED: dict[str, Any] = {
    "type": "vulnerability",
    "status": "approved",
    "vulnerability_ids": "CVE-2025-1",
    "vex_status": "not_affected",
    "vex_justification": "vulnerable_code_not_present",
    "impact_statement": "Not built.",
    "safety_assessment": "None",
    "security_assessment": "None",
    "assessed_on": "2026-10-01",
    "kev": "false",
    "kev_date": "2026-10-01",
    "links": {"affects": ["CMP-TLS"]},
}
ITEMS = {"REL-1": RELEASE, "CMP-TLS": TLS, "VUL-1": {**FIXED, "vulnerability_ids": "CVE-2025-1001"}}


def statement(status: str, *products: Product, ids: tuple[str, ...] = ("CVE-2025-1001",), path: str = "security/v.json") -> Advisory:
    vex = source("vex", path)
    said = Statement(source=vex, ids=ids, products=products, status=status, location=Location(path, 9))
    return Advisory(source=vex, statements=(said,))


def judged(items: dict[str, dict[str, Any]] | None = None, **read: Any) -> Trace:
    return trace_of(items or ITEMS, CLAUSES, read=Inputs(**{"boms": (BILL,), **read}))


def rules(trace: Trace) -> set[str]:
    return {finding.rule for finding in trace.findings}


def test_components_become_items_and_complete_those_of_authors() -> None:
    trace = judged()
    tls, zephyr, key = (trace.items[name] for name in ("CMP-TLS", "CMP-Zephyr-3-7-1", "CRY-ECDSA"))
    assert (tls.text("component_name"), tls.text("version"), tls.text("bill")) == ("Mbed TLS", "3.6.2", "security/sc2.cdx.json")
    assert tls.links["depends_on"] == (zephyr.id,)
    assert zephyr.links["part_of"] == ("REL-1",)
    assert zephyr.text("is_os") == "true"
    assert (key.type, key.text("key_bits"), key.text("asset_type")) == ("crypto", "256", "algorithm")
    assert str(trace.verdict("CMP-TLS")) == "verified"
    assert str(trace.verdict(zephyr.id)) == "missing"  # nobody states its support
    assert trace.findings == ()


@pytest.mark.parametrize(
    ("change", "verdict", "rule"),
    [
        ({"version": "3.6.1"}, "stale", "differs-from-bill"),
        ({"bom_ref": "", "purl": "pkg:github/mbed-tls/mbedtls@v3.6.2"}, "verified", ""),
        ({"bom_ref": "gone"}, "partial", "differs-from-bill"),
    ],
)
def test_what_an_author_writes_is_held_against_the_bill(change: dict[str, str], verdict: str, rule: str) -> None:
    trace = judged({**ITEMS, "CMP-TLS": {name: value for name, value in {**TLS, **change}.items() if value}})
    assert str(trace.verdict("CMP-TLS")) == verdict
    assert rules(trace) == ({rule} if rule else set())


def test_an_author_cannot_write_what_comes_from_files() -> None:
    trace = judged({**ITEMS, "CMP-TLS": {**TLS, "bill": "security/other.json"}})
    assert [finding.message for finding in trace.findings] == ["CMP-TLS: bill comes from files and cannot be written."]


def test_a_bill_of_no_release_is_said() -> None:
    other = replace(BILL, subject=BomComponent(ref="x", name="Other", version="9"))
    trace = judged(boms=(other,))
    assert "bill-release" in rules(trace)
    assert "part_of" not in trace.items["CMP-Zephyr-3-7-1"].links


@pytest.mark.parametrize(
    ("product", "target"),
    [
        (Product(ref="tls", serial=SERIAL), "CMP-TLS"),
        (Product(purl="pkg:github/mbed-tls/mbedtls@v3.6.2"), "CMP-TLS"),
        (Product(purl="pkg:github/mbed-tls/mbedtls", versions=("3.6.2",)), "CMP-TLS"),
        (Product(name="zephyr"), "CMP-Zephyr-3-7-1"),
        (Product(name="SC-2", versions=("2.1",)), "REL-1"),
        (Product(purl="pkg:github/mbed-tls/mbedtls@v3.5.0"), ""),
        (Product(ref="tls", serial="urn:uuid:other"), ""),
    ],
)
def test_a_statement_is_joined_on_its_product_never_on_the_number_alone(product: Product, target: str) -> None:
    trace = judged(advisories=(statement("affected", product, ids=("CVE-2025-2002",)),))
    made = [item for item in trace.items.values() if item.type == "vulnerability" and item.id != "VUL-1"]
    assert [item.links["affects"] for item in made] == ([(target,)] if target else [])
    assert rules(trace) == (set() if target else {"unknown-product"})
    if target:
        assert made[0].id == f"VUL-CVE-2025-2002-{target}"
        assert str(trace.verdict(made[0].id)) == "missing"


def test_a_statement_without_products_is_a_finding() -> None:
    assert rules(judged(advisories=(statement("affected"),))) == {"statement-without-product"}


def test_contradicting_statements_prove_nothing() -> None:
    product = Product(ref="tls", serial=SERIAL)
    assert str(judged(advisories=(statement("not_affected", product),)).verdict("VUL-1")) == "verified"
    trace = judged(advisories=(statement("affected", product),))
    assert str(trace.verdict("VUL-1")) == "stale"
    assert str(trace.verdict("CMP-TLS")) == "stale"
    assert rules(trace) == {"contradicting-statements"}
    two = (statement("affected", Product(ref="rtos", serial=SERIAL), ids=("CVE-2025-3",), path="security/a.json"),)
    two += (statement("fixed", Product(ref="rtos", serial=SERIAL), ids=("CVE-2025-3",), path="security/b.json"),)
    trace = judged(advisories=two)
    made = trace.items["VUL-CVE-2025-3-CMP-Zephyr-3-7-1"]
    assert made.text("vex_status") == "affected"  # the gravest
    assert "affected in security/a.json, fixed in security/b.json" in made.text("contradiction")


def record(modified: str = "2026-09-01", **more: Any) -> VulnerabilityRecord:
    spans = (("", "3.6.3", False),)
    affected = AffectedRange(purl="pkg:github/mbed-tls/mbedtls", ecosystem="GIT", spans=spans, scheme="semver", name="mbedtls")
    return VulnerabilityRecord(
        source=source("osv", "security/osv.json"),
        ids=("CVE-2025-1001", "GHSA-aaaa-bbbb-cccc"),
        affected=(affected,),
        modified=f"{modified}T00:00:00Z",
        **more,
    )


def test_a_record_that_changed_after_the_assessment_makes_it_stale() -> None:
    assert str(judged(records=(record(),)).verdict("VUL-1")) == "verified"
    trace = judged(records=(record("2026-10-15"),))
    assert str(trace.verdict("VUL-1")) == "stale"
    assert "2026-10-15" in str(trace.judgements["VUL-1"].reasons[0])


def test_a_match_that_nobody_assessed_is_open() -> None:
    trace = judged({"REL-1": RELEASE, "CMP-TLS": TLS}, records=(record(),))
    made = trace.items["VUL-CVE-2025-1001-CMP-TLS"]
    assert made.text("vex_status") == "under_investigation"
    assert made.text("match")
    assert str(trace.verdict(made.id)) == "planned"
    assert str(trace.verdict("CMP-TLS")) == "partial"


def test_exploited_ones_are_those_of_the_newest_catalogue() -> None:
    entry = KevEntry(id="CVE-2025-1001", added="2026-10-19")
    old = Kev(source=source("kev", "security/kev-old.json", "2026-09-01"))
    new = Kev(source=source("kev", "security/kev.json"), entries={entry.id: entry})
    epss = Epss(source=source("epss", "security/epss.csv"), scores={"CVE-2025-1001": ("0.91", "0.99")})
    trace = judged(kev=(new, old), epss=(epss,))
    found = trace.items["VUL-1"]
    assert (found.text("kev"), found.text("kev_date"), found.text("epss")) == ("true", "2026-10-20", "0.91")
    assert "differs-from-kev" in rules(trace)


def test_aged_assessments_and_data_are_stale() -> None:
    later = {**ITEMS, "REL-1": {**RELEASE, "as_of": "2027-06-01"}}
    trace = judged(later)
    assert str(trace.verdict("VUL-1")) == "stale"
    assert str(trace.verdict("CMP-TLS")) == "stale"
