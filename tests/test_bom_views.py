"""Views over bills of materials: minimum elements, comparison of releases, licences, dependencies, input files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sphinx_aimd.catalogue import load_catalogue
from sphinx_aimd.model.bom import Bom, BomComponent, CryptoAsset, Source
from sphinx_aimd.model.inputs import Inputs
from sphinx_aimd.model.trace import Trace, assess
from sphinx_aimd.readers.leftovers import Leftovers
from sphinx_aimd.views.bom import OF_BOMS
from sphinx_aimd.views.bom.elements import elements
from sphinx_aimd.views.table import Table
from tests.trace_builder import HASH, MODEL, catalogue, record

CLAUSES = catalogue(NTIA_DF_1="component", NTIA_FR_6="component")
SHA = "SHA-256:" + "a" * 64
FULL = {
    "supplier": "Mira Open Source",
    "hashes": (SHA,),
    "licences": ("MIT",),
    "copyright": "2020 Mira",
    "support_level": "actively_maintained",
    "support_level_text": "active",
    "end_of_support": "2031-01-31",
    "known_unknown": "complete",
}
PRODUCT = BomComponent(ref="app", kind="firmware", name="controller", version="2.1", depends_on=("tls", "ring"), **FULL)
TLS = BomComponent(
    ref="tls", name="tinytls", version="1.4.2", purl="pkg:generic/tinytls@1.4.2", depends_on=("crc",), **FULL
)
CRC = BomComponent(ref="crc", name="crc", version="3", cpe="cpe:2.3:a:x:crc:3:*:*:*:*:*:*:*", depends_on=("tls",))
RING = BomComponent(
    ref="ring", name="ringbuffer", end_of_support_text="open source, none stated", known_unknown="withheld"
)
LONE = BomComponent(ref="lone", name="lone", version="unknown")
AES = BomComponent(ref="aes", kind="cryptographic-asset", name="AES", crypto=CryptoAsset(asset_type="algorithm"))


def source(path: str, **more: object) -> Source:
    return Source(path=path, sha256=HASH, kind="sbom", format="CycloneDX 1.6 JSON", **more)  # type: ignore[arg-type]


NOW = Bom(
    source=source("sbom/2.1.json", date="2026-10-01", counts={"components": 5}, left=("2 annotations", "1 service")),
    serial="urn:uuid:1",
    subject=PRODUCT,
    components=(TLS, CRC, RING, LONE, AES),
    tools=("bomgen 3.1",),
    timestamp="2026-10-01T08:00:00Z",
)
BEFORE = Bom(
    source=source("sbom/2.0.json"),
    subject=replace(PRODUCT, version="2.0"),
    components=(
        replace(TLS, version="1.4.0", purl="pkg:generic/tinytls@1.4.0", licences=("Apache-2.0",)),
        replace(CRC, hashes=("SHA-256:" + "b" * 64, "MD5:00")),
        RING,
        BomComponent(ref="zip", name="zip", version="1.0"),
    ),
)
OTHER = Bom(source=source("sbom/programmer.json"), subject=BomComponent(ref="p", name="programmer", version="2.0"))


def trace(*boms: Bom, extra: dict[str, dict[str, str]] | None = None) -> Trace:
    items = {
        "REL-21": {"type": "release", "version": "2.1", "as_of": "2026-11-23", "under_review": "true"},
        "REL-20": {"type": "release", "version": "2.0"},
        **(extra or {}),
    }
    records = [record(item_id, data, 100 * n + 1) for n, (item_id, data) in enumerate(sorted(items.items()))]
    inputs = Inputs(boms=boms, sources=tuple(bom.source for bom in boms))
    return assess(MODEL, CLAUSES, records, inputs)


def shown(table: Table, *names: str, **where: str) -> list[tuple[str, ...]]:
    """Texts of some columns of the rows whose other columns hold some texts."""
    place = {column.name: at for at, column in enumerate(table.columns)}
    rows = [row for row in table.rows if all(row[place[name]].text == text for name, text in where.items())]
    return [tuple(row[place[name]].shown for name in names) for row in rows]


def minimum(element: str, *boms: Bom) -> list[tuple[str, ...]]:
    return shown(OF_BOMS["sbom-minimum"](trace(*boms)), "stated", "lacking", "state", "without", element=element)


@pytest.mark.parametrize("name", OF_BOMS)
def test_each_view_is_whole_with_and_without_bills(name: str) -> None:
    for boms in ((), (OTHER,), (NOW, BEFORE, OTHER), (Bom(source=source("empty.json")),)):
        table = OF_BOMS[name](trace(*boms))
        assert table.id == name
        assert all(len(row) == len(table.columns) for row in table.rows)
        assert len(table.row_ids) == len(table.rows)
        assert all(len(facet.values) == len(table.rows) for facet in table.facets)
        assert table.scope
        targets = {cell.target for row in table.rows for cell in row} - {""}
        assert targets <= trace(*boms).items.keys()


def test_every_provision_on_bills_is_answered_by_one_element() -> None:
    asked = {
        clause
        for clause in load_catalogue().clauses
        if clause.startswith(("NTIA-", "CISA25-", "CISA26-", "FDA-SBOM-")) and clause != "CISA26-0"
    }
    answered = [clause for element in elements() for clause in element.clauses]
    assert sorted(answered) == sorted(asked)


def test_components_that_lack_an_element_are_counted_and_named() -> None:
    rows = minimum("Supplier or producer", NOW)
    assert rows[0][:3] == ("2 of 5 components", "3", "stated in part [partial]")
    assert [row[3] for row in rows][:3] == ["crc 3", "lone unknown", "ringbuffer"]


def test_words_and_markers_do_not_count_as_stated() -> None:
    assert [row[3] for row in minimum("Component version", NOW)][:2] == ["lone unknown (says: unknown)", "ringbuffer"]
    ends = [row[3] for row in minimum("End of support", NOW)]
    assert "ringbuffer (says: open source, none stated)" in ends
    weak = replace(NOW, components=(replace(TLS, hashes=("MD5:" + "0" * 32,)),))
    assert minimum("Algorithm of the hash", weak)[0][3] == "tinytls 1.4.2 (says: MD5)"


def test_elements_of_the_bill_itself_and_those_that_no_file_shows() -> None:
    assert minimum("Author of the data", NOW)[0][:4] == ("0 of 1", "1", "not stated [missing]", "the bill itself")
    assert minimum("Version of the tool", NOW)[0][:3] == ("1 of 1", "0", "stated")
    assert minimum("Signature of the author", NOW)[0][:3] == ("not shown by a file", "", "")


def test_a_part_that_nothing_connects_with_the_product_is_not_reached() -> None:
    assert minimum("Depth or coverage", NOW)[0][3] == "lone unknown"
    no_product = replace(NOW, subject=None)
    assert minimum("Depth or coverage", no_product)[0][:3] == ("0 of 4 components", "4", "not stated [missing]")


def test_an_author_may_add_support_to_the_item_of_a_component() -> None:
    extra = {
        "CMP-R": {"type": "component", "bom_ref": "ring", "support_level": "abandoned", "end_of_support": "2027-01-01"}
    }
    table = OF_BOMS["sbom-minimum"](trace(NOW, extra=extra))
    for element in ("Level of support", "End of support"):
        assert not any("ringbuffer" in text for (text,) in shown(table, "without", element=element))


def test_provisions_are_walked_from_the_element_that_answers_them() -> None:
    found = trace(NOW)
    row = next(row for row in OF_BOMS["sbom-minimum"](found).rows if row[5].target == "NTIA-FR-6")
    assert (row[1].text, row[5].verdict) == ("Component hash", found.verdict("NTIA-FR-6"))


def test_bills_of_releases_are_compared_field_by_field() -> None:
    table = OF_BOMS["sbom-diff"](trace(NOW, BEFORE, OTHER))
    assert shown(table, "component", "change", "field", "before", "after") == [
        ("crc 3", "changed", "hash", "SHA-256:" + "b" * 64 + ", MD5:00", "not stated"),
        ("lone unknown", "added", "", "", "unknown"),
        ("tinytls 1.4.2", "changed", "version", "1.4.0", "1.4.2"),
        ("tinytls 1.4.2", "changed", "licence", "Apache-2.0", "MIT"),
        ("zip 1.0", "removed", "", "1.0", ""),
    ]
    assert "1 added, 1 removed, 2 changed, 1 unchanged and not listed" in table.scope


def test_a_bill_of_cryptographic_assets_removes_no_component() -> None:
    crypto = replace(NOW, source=source("sbom/2.1.cbom.json"), components=(AES,))
    table = OF_BOMS["sbom-diff"](trace(NOW, BEFORE, crypto))
    assert table.rows == OF_BOMS["sbom-diff"](trace(NOW, BEFORE)).rows
    assert "sbom/2.1.cbom.json lists cryptographic assets alone and is not compared" in table.scope
    none = replace(NOW, components=())
    assert ("removed",) in shown(OF_BOMS["sbom-diff"](trace(none, BEFORE)), "change")


SPDX = replace(
    NOW,
    source=source("sbom/2.1.spdx.json"),
    serial="https://example.org/spdx/1",
    subject=replace(PRODUCT, ref="SPDXRef-app"),
    components=(
        replace(TLS, ref="SPDXRef-1", purl="", licences=("NOASSERTION",), supplier=""),
        replace(CRC, ref="SPDXRef-2"),
        replace(RING, ref="SPDXRef-3"),
        replace(LONE, ref="SPDXRef-4"),
    ),
)


def test_two_formats_of_one_product_are_one_bill_of_its_release() -> None:
    alone = OF_BOMS["sbom-diff"](trace(NOW, BEFORE))
    for now in ((NOW, SPDX), (SPDX, NOW), (replace(SPDX, subject=replace(PRODUCT, group="org.mira")), NOW)):
        table = OF_BOMS["sbom-diff"](trace(*now, BEFORE))
        assert [[cell.text for cell in row] for row in table.rows] == [
            [cell.text for cell in row] for row in alone.rows
        ]
        assert "sbom/2.0.json against sbom/2.1.json and sbom/2.1.spdx.json: 1 added, 1 removed" in table.scope
        assert {row[1].target for row in table.rows} <= trace(*now, BEFORE).items.keys()


def test_parts_of_one_product_remove_nothing_from_each_other() -> None:
    parts = (
        replace(NOW, components=(TLS, CRC)),
        replace(NOW, source=source("sbom/2.1-radio.json"), components=(RING, LONE)),
    )
    alone = OF_BOMS["sbom-diff"](trace(NOW, BEFORE))
    assert OF_BOMS["sbom-diff"](trace(*parts, BEFORE)).rows == alone.rows
    before = OF_BOMS["sbom-diff"](trace(parts[0], replace(BEFORE, source=source("sbom/2.0-radio.json"))))
    assert ("ringbuffer",) in shown(before, "component", change="removed")


def test_what_bills_of_one_product_say_otherwise_is_shown() -> None:
    other = replace(SPDX, components=(replace(TLS, ref="s", hashes=("SHA-256:" + "c" * 64,), supplier="Somebody"),))
    rows = shown(
        OF_BOMS["sbom-diff"](trace(NOW, other, replace(NOW, source=source("o.json"), subject=BEFORE.subject))),
        "field",
        "after",
    )
    assert ("supplier", "Mira Open Source; Somebody") in rows
    assert ("hash, at the same version", f"{SHA}, SHA-256:" + "c" * 64) in rows
    wrong = replace(SPDX, components=(replace(TLS, ref="s", version="1.4.1", purl=""),))
    rows = shown(
        OF_BOMS["sbom-diff"](trace(NOW, wrong, replace(BEFORE, components=(TLS,)))),
        "change",
        "after",
        component="tinytls 1.4.1",
    )
    assert rows == [("added", "1.4.1")]


def test_a_component_whose_package_url_comes_or_goes_is_no_other_one() -> None:
    bare = tuple(replace(part, purl="") for part in BEFORE.components)
    expected = OF_BOMS["sbom-diff"](trace(NOW, BEFORE))
    found = OF_BOMS["sbom-diff"](trace(NOW, replace(BEFORE, components=bare)))
    assert [row[1].text for row in found.rows] == [row[1].text for row in expected.rows]
    two = (*bare, replace(TLS, ref="t2", group="other", version="1.4.0", purl=""))
    found = OF_BOMS["sbom-diff"](trace(NOW, replace(BEFORE, components=two)))
    assert len(shown(found, "component", change="removed")) == 3  # which of the two it was is not guessed


def test_products_of_one_name_in_two_groups_stay_apart() -> None:
    theirs = replace(OTHER, subject=replace(PRODUCT, group="their", version="2.1"), components=(LONE,))
    ours = replace(NOW, subject=replace(PRODUCT, group="our"))
    old = replace(BEFORE, subject=replace(PRODUCT, group="our", version="2.0"))
    assert OF_BOMS["sbom-diff"](trace(ours, old, theirs)).rows == OF_BOMS["sbom-diff"](trace(NOW, BEFORE)).rows


def test_another_hash_at_the_same_version_is_told_apart() -> None:
    same = replace(BEFORE, components=(replace(TLS, hashes=("SHA-256:" + "c" * 64,)),))
    assert ("hash, at the same version",) in shown(OF_BOMS["sbom-diff"](trace(NOW, same)), "field")


@pytest.mark.parametrize(
    ("boms", "why"),
    [
        ((BEFORE,), "no bill of materials is of REL-21"),
        ((NOW, OTHER), "no bill of another release is of the same product"),
        ((), "no bill of materials is of REL-21"),
    ],
)
def test_a_comparison_of_nothing_says_why(boms: tuple[Bom, ...], why: str) -> None:
    table = OF_BOMS["sbom-diff"](trace(*boms))
    assert not table.rows
    assert why in table.scope


def test_two_versions_of_one_component_are_paired_by_version() -> None:
    old = replace(BEFORE, components=(TLS, replace(TLS, ref="t2", version="1.3", purl="pkg:generic/tinytls@1.3")))
    new = replace(NOW, components=(replace(TLS, ref="t9", version="1.5", purl="pkg:generic/tinytls@1.5"), TLS))
    assert shown(OF_BOMS["sbom-diff"](trace(new, old)), "component", "before", "after") == [
        ("tinytls 1.5", "1.3", "1.5")
    ]


def test_licences_name_whom_to_credit_and_who_states_none() -> None:
    table = OF_BOMS["sbom-licences"](trace(NOW))
    rows = shown(table, "component", "licence", "copyright", "supplier")
    assert rows[0] == ("controller 2.1", "MIT", "2020 Mira", "Mira Open Source")
    assert ("crc 3", "not stated", "not stated", "not stated") in rows
    assert "3 without a licence" in table.scope
    assert "1 cryptographic asset left to their own view" in table.scope


def test_dependencies_show_steps_circles_and_what_is_unknown() -> None:
    rows = shown(OF_BOMS["sbom-dependencies"](trace(NOW)), "component", "depth", "needs", "known")
    assert rows == [
        ("controller 2.1", "0", "ringbuffer", "complete"),
        ("controller 2.1", "0", "tinytls 1.4.2", "complete"),
        ("crc 3", "2", "tinytls 1.4.2", "not stated"),
        ("lone unknown", "not connected", "none stated", "not stated"),
        ("ringbuffer", "1", "none stated", "withheld"),
        ("tinytls 1.4.2", "1", "crc 3", "complete"),
    ]


def test_components_lead_to_their_items() -> None:
    found = trace(NOW)
    rows = OF_BOMS["sbom-licences"](found).rows
    target = next(row[1].target for row in rows if row[1].text == "tinytls 1.4.2")
    assert found.items[target].type == "component"
    assert found.items[target].text("bom_ref") == "tls"


def test_input_files_show_date_and_what_was_left() -> None:
    rows = shown(OF_BOMS["input-files"](trace(NOW, BEFORE)), "file", "date", "read", "left", "hash")
    assert rows == [
        ("sbom/2.0.json", "no date known", "nothing", "", HASH),
        ("sbom/2.1.json", "2026-10-01", "5 components", "2 annotations; 1 service", HASH),
    ]


def test_leftovers_have_one_form_sorted_by_what_they_are() -> None:
    left = Leftovers()
    for what, number in {
        "texts of <system-out>": 3,
        "properties of components": 1,
        "mitigations that no threat names": 1,
        "addresses": 1,
        "values of 'notes'": 1,
        "licence texts": 0,
    }.items():
        left.add(what, number)
    left.say("the document calls itself a draft")
    assert left.words() == (
        "1 address",
        "1 mitigation that no threat names",
        "1 property of components",
        "3 texts of <system-out>",
        "1 value of 'notes'",
        "the document calls itself a draft",
    )


def test_a_bill_of_many_components_is_named_in_full() -> None:
    many = tuple(BomComponent(ref=str(n), name=f"part{n:04}", depends_on=(str(n + 1),)) for n in range(1_000))
    product = BomComponent(ref="app", name="controller", version="2.1", depends_on=("0",))
    rows = minimum("Component hash", replace(NOW, subject=product, components=many))
    assert len(rows) == 1_001
    assert rows[0][1] == "1001"
    assert rows[0][2] == "not stated [missing]"
