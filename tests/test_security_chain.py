"""From the bill of materials to the verdict: components and vulnerabilities of files joined to what authors write."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sphinx_aimd.model.advisory import (
    Advisory,
    AffectedRange,
    Epss,
    Kev,
    KevEntry,
    Product,
    Rating,
    Statement,
    VulnerabilityRecord,
)
from sphinx_aimd.model.bom import Bom, BomComponent, CryptoAsset, Source
from sphinx_aimd.model.inputs import Inputs
from sphinx_aimd.model.item import Location
from sphinx_aimd.model.trace import Trace
from sphinx_aimd.readers.security import read_all
from sphinx_aimd.views.dossier import Dossier
from sphinx_aimd.views.summary import register_id
from sphinx_aimd.views.toassess import vulnerabilities_to_assess

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


def statement(
    status: str, *products: Product, ids: tuple[str, ...] = ("CVE-2025-1001",), path: str = "security/v.json"
) -> Advisory:
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
    assert (tls.text("component_name"), tls.text("version"), tls.text("bill")) == (
        "Mbed TLS",
        "3.6.2",
        "security/sc2.cdx.json",
    )
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


def test_a_component_of_no_release_that_no_bill_lists_is_not_proven() -> None:
    alone = {name: value for name, value in TLS.items() if name not in ("bom_ref", "links")}
    trace = judged({**ITEMS, "CMP-ALONE": alone})
    assert str(trace.verdict("CMP-ALONE")) == "partial"
    assert "in no bill of materials" in str(trace.judgements["CMP-ALONE"].reasons[0])
    assert str(trace_of({**ITEMS, "CMP-ALONE": alone}, CLAUSES).verdict("CMP-ALONE")) == "verified"


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
    affected = AffectedRange(
        purl="pkg:github/mbed-tls/mbedtls", ecosystem="GIT", spans=spans, scheme="semver", name="mbedtls"
    )
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
    entry = KevEntry(id="CVE-2025-1001", added="2026-10-19", due="2026-11-09", ransomware="Known")
    old = Kev(source=source("kev", "security/kev-old.json", "2026-09-01"))
    new = Kev(source=source("kev", "security/kev.json"), entries={entry.id: entry})
    epss = Epss(source=source("epss", "security/epss.csv"), scores={"CVE-2025-1001": ("0.91", "0.99")})
    trace = judged(kev=(new, old), epss=(epss,))
    found = trace.items["VUL-1"]
    assert (found.text("kev"), found.text("kev_date"), found.text("epss")) == ("true", "2026-10-20", "0.91")
    assert (found.text("kev_due"), found.text("kev_ransomware")) == ("2026-11-09", "Known")
    assert "differs-from-kev" in rules(trace)


@pytest.mark.parametrize(
    ("changed", "days", "message"),
    [
        ({}, ("2026-09-01", "2026-09-30"), "1 vulnerability states a look-up of the catalogue on a later day than"),
        ({}, ("2026-10-01", "2026-09-01"), ""),
        ({}, ("",), ""),
        ({}, (), ""),
        ({"kev_date": ""}, ("2026-09-01",), ""),
        ({"vulnerability_ids": "OWN-1"}, ("2026-09-01",), ""),
        ({"status": "retired"}, ("2026-09-01",), ""),
    ],
)
def test_a_look_up_that_no_catalogue_backs_is_told_once(
    changed: dict[str, str], days: tuple[str, ...], message: str
) -> None:
    items = {**ITEMS, "VUL-1": {**ITEMS["VUL-1"], **changed}}
    kev = tuple(Kev(source=source("kev", f"security/kev-{day}.json", day)) for day in days)
    found = [one for one in judged(items, kev=kev).findings if one.rule == "kev-older-than-look-up"]
    assert [one.message for one in found] == (
        [f"security/kev-{days[-1]}.json: {message} this newest file, {days[-1]}."] if message else []
    )
    items["VUL-2"] = items["VUL-1"]
    both = [one for one in judged(items, kev=kev).findings if one.rule == "kev-older-than-look-up"]
    assert ["2 vulnerabilities state" in one.message for one in both] == [True] * len(found)


def test_versions_that_hold_the_fix_are_shown_and_prove_nothing() -> None:
    other = AffectedRange(name="wolfssl", purl="pkg:github/wolfssl/wolfssl", fixed=("5.7.0",))
    (mbed,) = record().affected
    told = replace(record(), affected=(replace(mbed, fixed=("3.6.3",)), other))
    trace = judged({"REL-1": RELEASE, "CMP-TLS": TLS}, records=(told,))
    made = trace.items["VUL-CVE-2025-1001-CMP-TLS"]
    assert made.values("fixed_in") == ("3.6.3",)
    assert str(trace.verdict(made.id)) == "planned"


def test_aged_assessments_and_data_are_stale() -> None:
    later = {**ITEMS, "REL-1": {**RELEASE, "as_of": "2027-06-01"}}
    trace = judged(later)
    assert str(trace.verdict("VUL-1")) == "stale"
    assert str(trace.verdict("CMP-TLS")) == "stale"


# --- what a hostile reader of these joins would try


def part(ref: str, name: str, version: str = "1.0", **more: Any) -> BomComponent:
    return BomComponent(ref=ref, name=name, version=version, **more)


def bill(*components: BomComponent, path: str = "security/other.json", **more: Any) -> Bom:
    subject = more.pop("subject", BomComponent(ref="sc2", name="SC-2", version="2.1"))
    file = replace(source("sbom", path), sha256=f"sha256:{path.encode().hex():0>64}")
    return Bom(source=file, subject=subject, components=components, **more)


OLD: dict[str, Any] = {"type": "release", "status": "approved", "version": "2.0"}
OLD_SUBJECT = BomComponent(ref="sc2", name="SC-2", version="2.0")


def names(trace: Trace, kind: str) -> set[str]:
    return {item.id for item in trace.items.values() if item.type == kind}


@pytest.mark.parametrize(
    ("form", "days", "verdict"),
    [
        ("OpenVEX 0.2.0", ("2026-09-01", "2026-10-01"), "verified"),  # the later one holds
        ("OpenVEX 0.2.0", ("2026-10-01", "2026-10-01"), "stale"),
        ("CSAF 2.0 JSON", ("2026-09-01", "2026-10-01"), "stale"),
    ],
)
def test_only_the_last_statement_of_an_openvex_document_holds(form: str, days: tuple[str, str], verdict: str) -> None:
    advisory = statement("affected", Product(ref="tls", serial=SERIAL))
    origin = replace(advisory.source, format=form)
    first = replace(advisory.statements[0], source=origin, updated=days[0])
    last = replace(first, status="not_affected", updated=days[1])
    trace = judged(advisories=(Advisory(source=origin, statements=(first, last)),))
    assert str(trace.verdict("VUL-1")) == verdict


def said(trace: Trace) -> list[str]:
    return [finding.message for finding in trace.findings]


def test_a_component_that_its_author_retired_is_judged_as_long_as_a_bill_lists_it() -> None:
    trace = judged({**ITEMS, "CMP-TLS": {**TLS, "status": "retired", "status_reason": "replaced"}})
    assert rules(trace) >= {"bill-lists-inactive"}
    made = trace.items["CMP-Mbed-TLS-3-6-2"]
    assert made.links["part_of"] == ("REL-1",)
    assert str(trace.verdict(made.id)) == "missing"


@pytest.mark.parametrize("status", ["rejected", "retired"])
def test_an_assessment_out_of_force_hides_no_match(status: str) -> None:
    items = {**ITEMS, "VUL-1": {**FIXED, "vulnerability_ids": "CVE-2025-1001", "status": status}}
    trace = judged(items, records=(record(),))
    assert str(trace.verdict("VUL-CVE-2025-1001-CMP-TLS")) == "planned"
    assert str(trace.verdict("CMP-TLS")) == "partial"


def test_a_component_of_no_release_becomes_part_of_those_whose_bills_list_it() -> None:
    trace = judged({**ITEMS, "CMP-TLS": {**TLS, "links": {}, "support_level": "unknown"}})
    assert trace.items["CMP-TLS"].links["part_of"] == ("REL-1",)
    assert "CMP-TLS" in {end for end, _state in trace.graph.linked("REL-1", "has_part")}


def test_the_same_component_in_two_formats_is_one_item() -> None:
    spdx = bill(part("SPDXRef-9", "mbedtls", "3.6.2", purl="pkg:github/mbed-tls/mbedtls@v3.6.2"), path="a.spdx.json")
    trace = judged(boms=(BILL, spdx))
    assert names(trace, "component") == {"CMP-TLS", "CMP-Zephyr-3-7-1"}
    assert str(trace.verdict("CMP-TLS")) == "verified"


def test_a_reference_that_is_another_component_elsewhere_makes_no_one_component() -> None:
    old = bill(part("tls", "Old TLS"), subject=OLD_SUBJECT)
    trace = judged({**ITEMS, "REL-0": OLD, "CMP-TLS": {**TLS, "links": {}}}, boms=(BILL, old))
    assert "is another component" in trace.items["CMP-TLS"].text("bill_differs")
    assert str(trace.verdict("CMP-TLS")) == "stale"


def test_what_is_alike_by_name_alone_stays_apart() -> None:
    apart = (
        part("1", "core", group="org.a"),
        part("2", "core", group="org.b"),
        part("3", "lib", "1.0", purl="pkg:npm/lib"),
        part("4", "lib", "2.0", purl="pkg:npm/lib"),
        part("5", "CORE", group="org.c"),
        part("6", "blob", ""),
        part("7", "日本", ""),
        part("8", "中国", ""),
    )
    other = bill(part("6", "blob", ""), path="b.json", subject=OLD_SUBJECT)
    items = {"REL-1": RELEASE, "REL-0": OLD, "CMP-core-1-0": {**TLS, "bom_ref": "", "links": {"part_of": ["REL-1"]}}}
    items["CMP-core-1-0"].pop("bom_ref")
    trace = judged(items, boms=(bill(*apart), other))
    assert len(names(trace, "component")) == 10
    assert len({name.casefold() for name in names(trace, "component")}) == 10
    assert str(trace.verdict("CMP-core-1-0")) == "partial"  # three want the id, so that it stands for none of them
    assert "bill" not in trace.items["CMP-core-1-0"].fields


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_bills_the_worse_statement_of_support_counts(turn: int) -> None:
    lib = part("1", "lib", support_level="actively_maintained", end_of_support="2030-01-01")
    worse = replace(lib, support_level="abandoned", end_of_support="2025-01-01")
    found = judged(boms=(bill(lib, path="a.json"), bill(worse, path="b.json"))[::turn]).items["CMP-lib-1-0"]
    assert (found.text("support_level"), found.text("end_of_support")) == ("abandoned", "2025-01-01")


def test_a_bill_that_knows_worse_of_support_than_the_author_is_not_passed_over() -> None:
    worse = replace(BILL.components[0], support_level="abandoned", end_of_support="2026-01-31")
    trace = judged(boms=(replace(BILL, components=(worse, *BILL.components[1:])),))
    assert str(trace.verdict("CMP-TLS")) == "stale"
    assert "support_level is abandoned" in trace.items["CMP-TLS"].text("bill_differs")


def test_of_several_hashes_an_approved_one_is_shown() -> None:
    hashes = ("MD5:" + "0" * 32, "SHA-1:" + "1" * 40, "SHA-512:" + "2" * 128, "SHA-256:" + "3" * 64)
    rtos = replace(BILL.components[1], hashes=hashes)
    trace = judged({"REL-1": RELEASE}, boms=(replace(BILL, components=(rtos,)),))
    assert trace.items["CMP-Zephyr-3-7-1"].text("component_hash") == hashes[3]


def test_words_of_a_bill_are_no_end_of_support() -> None:
    vague = replace(BILL.components[0], end_of_support_text="to be determined")
    items = {**ITEMS, "CMP-TLS": {name: value for name, value in TLS.items() if name != "end_of_support"}}
    trace = judged(items, boms=(replace(BILL, components=(vague, *BILL.components[1:])),))
    assert trace.items["CMP-TLS"].text("end_of_support_bill") == "to be determined"
    assert trace.judgements["CMP-TLS"].needs["support"] == "missing"


def test_without_any_bill_nothing_is_asked_and_with_one_that_cannot_be_placed_it_is() -> None:
    items = {**ITEMS, "CMP-TLS": {**TLS, "bom_ref": "elsewhere"}}
    assert str(judged(items, boms=()).verdict("CMP-TLS")) == "verified"
    stray = bill(part("x", "x"), subject=BomComponent(ref="y", name="y", version="7"))
    assert str(judged(items, boms=(stray,)).verdict("CMP-TLS")) == "partial"
    assert str(judged(items, boms=(), stray=("security/broken.json",)).verdict("CMP-TLS")) == "partial"


def test_bills_that_may_be_of_something_else_are_said() -> None:
    third = bill(part("x", "x"), subject=BomComponent(ref="y", name="Third", version="2.1"))
    assert "REL-1: bills of 2 products are taken for it by their version alone" in " ".join(
        said(judged(boms=(BILL, third)))
    )
    named = replace(BILL, release="REL-1", subject=BomComponent(ref="sc2", name="SC-2", version="2.0"))
    assert "is said to be of REL-1, version 2.1, and describes SC-2 2.0" in " ".join(said(judged(boms=(named,))))
    again = replace(bill(part("z", "z"), path="again.json"), serial=SERIAL)
    assert "bill-serial" in rules(judged(boms=(BILL, again)))


@pytest.mark.parametrize(
    ("product", "expected"),
    [
        (Product(ref="tls", serial=SERIAL, revision="4"), {"unclear-product", "contradicting-statements"}),
        (Product(ref="tls", serial=SERIAL, versions=("1.0", "vers:generic/>=2.0|<3.0")), {"unknown-product"}),
        (Product(ref="tls", serial=SERIAL, versions=("vers:generic/>=3.0|<4.0",)), {"contradicting-statements"}),
        (Product(ref="sc2", serial=SERIAL, versions=("2.0",)), {"unknown-product"}),
        (Product(ref="pkg:github/mbed-tls/mbedtls@v3.6.2", serial="urn:uuid:other"), {"unknown-product"}),
        (Product(purl="pkg:github/mbed-tls/mbedtls@v3.6.2", within=Product(name="Their pump")), {"unknown-product"}),
        (Product(purl="pkg:github/mbed-tls/mbedtls@v3.6.2", within=Product(name="SC-2")), {"contradicting-statements"}),
        (Product(name="mbed tls", versions=("every version before the fix",)), {"contradicting-statements"}),
        (Product(ref="key", serial=SERIAL), {"unknown-product"}),
    ],
)
def test_a_statement_is_about_what_it_names_and_nothing_else(product: Product, expected: set[str]) -> None:
    bom = replace(BILL, revision="3")
    trace = judged(boms=(bom,), advisories=(statement("affected", product),))
    assert rules(trace) == expected
    assert str(trace.verdict("VUL-1")) == ("stale" if "contradicting-statements" in expected else "verified")


def test_a_reference_that_may_mean_two_components_means_both() -> None:
    old = bill(part("tls", "Old TLS"), subject=OLD_SUBJECT)
    read = {"boms": (BILL, old), "advisories": (statement("affected", Product(ref="tls")),)}
    trace = judged({**ITEMS, "REL-0": OLD}, **read)
    assert str(trace.verdict("VUL-1")) == "stale"
    assert rules(trace) == {"unclear-product", "contradicting-statements"}
    assert "VUL-CVE-2025-1001-CMP-Old-TLS-1-0" in trace.items


def test_what_is_said_of_another_release_contradicts_nothing() -> None:
    both = {**TLS, "links": {"part_of": ["REL-0", "REL-1"]}}
    items = {
        **ITEMS,
        "REL-0": OLD,
        "CMP-TLS": both,
        "VUL-1": {**ITEMS["VUL-1"], "links": {"affects": ["CMP-TLS", "REL-1"]}},
    }
    old = replace(BILL, source=source("sbom", "old.json"), serial="urn:uuid:old", subject=OLD_SUBJECT)
    of_old = statement("affected", Product(ref="tls", serial="urn:uuid:old"))
    trace = judged(items, boms=(BILL, old), advisories=(of_old,))
    assert str(trace.verdict("VUL-1")) == "verified"
    of_both = statement("affected", Product(ref="tls", serial=SERIAL), path="both.json")
    assert str(judged(items, boms=(BILL, old), advisories=(of_old, of_both)).verdict("VUL-1")) == "stale"


def test_a_document_about_one_release_says_nothing_of_the_components_of_another() -> None:
    old = bill(part("x", "lib", purl="pkg:npm/lib@1.0"), subject=OLD_SUBJECT)
    advisory = statement("affected", Product(purl="pkg:npm/lib@1.0"), ids=("CVE-2025-7777",))
    about = replace(advisory, source=replace(advisory.source, about="SC-2 2.1"))
    items = {**ITEMS, "REL-0": OLD}
    assert "VUL-CVE-2025-7777-CMP-lib-1-0" in judged(items, boms=(BILL, old), advisories=(advisory,)).items
    trace = judged(items, boms=(BILL, old), advisories=(about,))
    assert names(trace, "vulnerability") == {"VUL-1"}
    assert rules(trace) == {"unknown-product"}


def test_a_product_is_not_unaffected_while_its_part_is_affected_in_it() -> None:
    items = {**ITEMS, "VUL-1": {**ITEMS["VUL-1"], "links": {"affects": ["REL-1"]}}}
    whole = statement("not_affected", Product(name="SC-2", versions=("2.1",)), path="whole.json")
    parts = statement("affected", Product(ref="rtos", serial=SERIAL), path="part.json")
    assert str(judged(items, advisories=(whole,)).verdict("VUL-1")) == "verified"
    trace = judged(items, advisories=(whole, parts))
    assert str(trace.verdict("VUL-1")) == "stale"
    assert "its part CMP-Zephyr-3-7-1 is affected in part.json" in trace.items["VUL-1"].text("contradiction")


def test_one_advisory_for_two_numbers_makes_them_no_one_vulnerability() -> None:
    two = replace(record(), ids=("CVE-2025-1001", "CVE-2025-2002", "GHSA-aaaa-bbbb-cccc"))
    trace = judged(records=(two,))
    assert trace.items["VUL-CVE-2025-2002-CMP-TLS"].text("vulnerability_ids") == "CVE-2025-2002, GHSA-aaaa-bbbb-cccc"
    assert str(trace.verdict("CMP-TLS")) == "partial"


def test_a_statement_under_another_number_reaches_the_same_assessment() -> None:
    product = Product(ref="tls", serial=SERIAL)
    advisory = statement("affected", product, ids=("ghsa-aaaa-bbbb-CCCC",))
    assert str(judged(advisories=(advisory,), records=(record(),)).verdict("VUL-1")) == "stale"
    assert names(judged(advisories=(advisory,)), "vulnerability") == {"VUL-1", "VUL-ghsa-aaaa-bbbb-CCCC-CMP-TLS"}


def test_an_item_that_has_the_id_of_a_new_one_is_completed_or_left_alone() -> None:
    wanted = "VUL-CVE-2025-1001-CMP-TLS"
    bare = {name: value for name, value in FIXED.items() if name not in ("vulnerability_ids", "links")}
    trace = judged({"REL-1": RELEASE, "CMP-TLS": TLS, wanted: bare}, records=(record(),))
    assert names(trace, "vulnerability") == {wanted}
    assert trace.items[wanted].links["affects"] == ("CMP-TLS",)
    assert "CVE-2025-1001" in trace.items[wanted].values("vulnerability_ids")
    other = {**FIXED, "vulnerability_ids": "CVE-2020-1111"}
    trace = judged({"REL-1": RELEASE, "CMP-TLS": TLS, wanted: other}, records=(record(),))
    assert trace.items[wanted].text("vulnerability_ids") == "CVE-2020-1111"
    assert len(names(trace, "vulnerability")) == 2
    assert str(trace.verdict("CMP-TLS")) == "partial"


def test_a_record_counts_for_its_number_even_where_it_matches_no_component() -> None:
    away = replace(record("2026-10-15"), affected=())
    trace = judged(records=(away,))
    assert str(trace.verdict("VUL-1")) == "stale"
    undated = replace(record(), modified="", affected=())
    assert rules(judged(records=(undated,))) == {"record-without-date"}
    gone = replace(record("2026-09-02"), withdrawn="2026-09-02")
    trace = judged(records=(gone,))
    assert rules(trace) == {"withdrawn-record"}
    assert str(trace.verdict("VUL-1")) == "verified"


def kev(day: str, *ids: str) -> Kev:
    return Kev(source=source("kev", f"kev-{day}.json", day), entries={name: KevEntry(id=name) for name in ids})


@pytest.mark.parametrize(
    ("said", "snapshots", "listed", "finding"),
    [
        ({"kev": "true", "kev_date": "2026-10-01"}, (kev("2026-09-01"),), "true", False),
        ({"kev": "true", "kev_date": "2026-10-01"}, (kev("2026-10-20"),), "true", True),
        ({"kev": "false", "kev_date": "2026-10-25"}, (kev("2026-10-20", "CVE-2025-1001"),), "true", True),
        ({"kev": "false"}, (kev("2026-09-01", "CVE-2025-1001"), kev("2026-10-20")), "true", True),
        ({"kev": "false"}, (kev("2026-10-20", "CVE-2025-9999"),), "false", False),
        ({"vulnerability_ids": "OWN-17"}, (kev("2026-10-20", "CVE-2025-1001"),), "", False),
    ],
)
def test_what_was_exploited_once_stays_so(
    said: dict[str, str], snapshots: tuple[Kev, ...], listed: str, finding: bool
) -> None:
    plain = {name: value for name, value in ITEMS["VUL-1"].items() if not name.startswith("kev")}
    trace = judged({**ITEMS, "VUL-1": {**plain, **said}}, kev=snapshots)
    assert trace.items["VUL-1"].text("kev") == listed
    assert ("differs-from-kev" in rules(trace)) is finding


def test_the_worst_vector_of_a_version_counts() -> None:
    mild, bad = "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
    rated = [replace(record(), ratings=(Rating(version="3.1", vector=vector),)) for vector in (mild, bad)]
    odd = replace(record(), ratings=(Rating(version="9", vector="x"),))
    trace = judged({"REL-1": RELEASE, "CMP-TLS": TLS}, records=(*rated, odd))
    assert trace.items["VUL-CVE-2025-1001-CMP-TLS"].text("cvss_v31") == bad
    (row,) = Dossier(trace).views["vulnerability-severity"].rows
    assert f"9.8 critical, {bad}" in [cell.text for cell in row]


def test_every_view_of_vulnerabilities_says_of_which_day_its_data_are() -> None:
    types = ("release", "vulnerability")
    with_data = judged(kev=(kev("2026-10-20"),), sources=(kev("2026-10-20").source,))
    views = Dossier(with_data, registers=[types]).views
    shown = {name for name, view in views.items() if view.scope.endswith("Assessed on data of: KEV of 2026-10-20.")}
    assert shown == {
        *("sbom-support", "component-patch", "vulnerability-assessment", "vulnerability-severity", "test-report"),
        "fleet-exposure",
        *("vulnerabilities-to-assess", "exploitability-proposals", "security-metrics", "security-metric-rows"),
        *("vulnerability-scores", "vulnerability-references"),
        *("test-summary-findings", register_id(types)),
    }
    assert "No file of vulnerability data was read." in Dossier(judged()).views["fleet-exposure"].scope


def test_what_waits_for_an_assessment_says_who_knows_the_number() -> None:
    items = {**ITEMS, "VUL-1": {**ITEMS["VUL-1"], "links": {"affects": ["REL-1"]}}}
    table = vulnerabilities_to_assess(judged(items, records=(record(),)))
    assert [[cell.text for cell in row[:4]] for row in table.rows] == [
        [
            "VUL-CVE-2025-1001-CMP-TLS CVE-2025-1001 in Title of CMP-TLS",
            "CVE-2025-1001, GHSA-aaaa-bbbb-cccc",
            "CMP-TLS Title of CMP-TLS",
            "matched by a public record; VUL-1 of the same number does not name it",
        ]
    ]
    assert "OSV" not in table.scope  # what was read is told by the files, none of which was a file here


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([{"path": ""}], "has an entry without a path"),
        (["a/**b"], ""),
        ([["x.json"]], "has an entry without a path"),
        (["gone.json"], "does not exist"),
        (
            ["*.json", {"path": "a.json", "date": "2026-10-01"}, {"path": "*.json", "date": "2026-10-02"}],
            "two values for date",
        ),
        (["dang*.json"], "cannot be read"),
    ],
)
def test_entries_of_the_configuration(tmp_path: Path, entries: Any, message: str) -> None:
    (tmp_path / "a.json").write_text('{"title": "KEV", "catalogVersion": "1", "vulnerabilities": []}', "utf-8")
    (tmp_path / "dangling.json").symlink_to(tmp_path / "nowhere")
    errors = [str(error) for error in read_all(tmp_path, entries, every_pattern=False).errors]
    assert any(message in error for error in errors) if message else True


def test_a_later_entry_says_what_a_pattern_leaves_open(tmp_path: Path) -> None:
    (tmp_path / "epss.csv").write_text("cve,epss,percentile\nCVE-2025-1001,0.5,0.9\n", "utf-8")
    read = read_all(tmp_path, ["*.csv", {"path": "epss.csv", "date": "2026-10-20"}], every_pattern=True)
    assert [one.source.date for one in read.epss] == ["2026-10-20"]


def test_a_release_that_does_not_exist_is_an_error_of_the_configuration() -> None:
    trace = judged(boms=(replace(BILL, release="REL-9"),))
    (finding,) = [finding for finding in trace.findings if finding.rule == "bill-release"]
    assert (finding.is_model_error, finding.location.file) == (True, BILL.source.path)
