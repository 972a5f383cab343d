"""Whose score is this, and where can the advisory be read: vectors, EPSS and addresses from files to outputs."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sphinx_aimd.model.advisory import Advisory, AffectedRange, Epss, Product, Rating, Statement, VulnerabilityRecord
from sphinx_aimd.model.bom import Source
from sphinx_aimd.model.inputs import Inputs
from sphinx_aimd.model.trace import Trace
from sphinx_aimd.model.values import BadValue, parse
from sphinx_aimd.model.vex import Publication
from sphinx_aimd.model.weblinks import MAX_LISTED, is_followable
from sphinx_aimd.readers import cyclonedx
from sphinx_aimd.readers.known import NOTHING
from sphinx_aimd.readers.opened import Opened
from sphinx_aimd.views.cards import card
from sphinx_aimd.views.differences import compare, state_of
from sphinx_aimd.views.dossier import Dossier
from sphinx_aimd.views.scores import vulnerability_references, vulnerability_scores
from sphinx_aimd.views.table import Cell
from sphinx_aimd.views.toassess import vulnerabilities_to_assess
from sphinx_aimd.views.vex import collect
from sphinx_aimd.writers import xlsx
from sphinx_aimd.writers.html.cards import card_tail
from sphinx_aimd.writers.html.inline import Addresses
from sphinx_aimd.writers.html.tables import plain_table
from sphinx_aimd.writers.typst.cards import card as typst_card

from .advisory_files import CSAF, CVE, OPENVEX, OSV, of
from .plain_traces import document, item
from .trace_builder import MODEL, catalogue, trace_of

CLAUSES = catalogue(C_1="component")
BAD, MILD = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"
ADVISORY = "https://example.org/advisory?id=1&v=2"
NOWHERE = Addresses(
    item=lambda _id: None,
    file=lambda _text: None,
    rows=lambda _rows: None,
    trace=lambda _id: None,
    edit=lambda _file, _line: None,
)
TLS: dict[str, Any] = {"type": "component", "status": "approved", "component_name": "tls", "version": "1.0"}
TLS |= {"purl": "pkg:generic/tls@1.0"}
OWN: dict[str, Any] = {"type": "vulnerability", "status": "draft", "vulnerability_ids": "CVE-2025-1001"}
OWN |= {"links": {"affects": ["CMP-1"]}}


def source(path: str, kind: str = "cve", day: str = "2026-10-20") -> Source:
    return Source(path=path, sha256="sha256:" + "1" * 64, kind=kind, format="test", date=day)


def record(path: str, *given: tuple[str, str], name: str = "tls", **more: Any) -> VulnerabilityRecord:
    """A record of CVE-2025-1001 with vectors and who gave them."""
    return VulnerabilityRecord(
        **{
            "source": source(path),
            "ids": ("CVE-2025-1001",),
            "affected": (AffectedRange(name=name, purl=f"pkg:generic/{name}", versions=("1.0",)),),
            "ratings": tuple(Rating(version="3.1", vector=vector, by=by) for vector, by in given),
            "modified": "2026-09-01",
            **more,
        }
    )


def judged(own: dict[str, str] | None, *records: VulnerabilityRecord, **read: Any) -> Trace:
    items = {"CMP-1": TLS} if own is None else {"CMP-1": TLS, "VUL-1": {**OWN, **own}}
    return trace_of(items, CLAUSES, read=Inputs(records=records, **read), as_of="2026-11-01")


def rows(trace: Trace) -> list[tuple[str, ...]]:
    """Version, score, who scored, file and whether it counts."""
    return [tuple(row[n].text for n in (2, 3, 5, 6, 7)) for row in vulnerability_scores(trace).rows]


def test_all_vectors_stay_with_who_gave_them_and_the_worst_counts() -> None:
    trace = judged(None, record("nvd.json", (MILD, "NVD"), (MILD, "CISA-ADP")), record("cna.json", (BAD, "cna")))
    made = next(one for one in trace.items.values() if one.type == "vulnerability")
    assert made.text("cvss_v31") == BAD
    assert made.values("given_scores") == (
        f"CVSS 3.1: 9.8 critical, {BAD} (cna in cna.json of 2026-10-20)",
        f"CVSS 3.1: 6.5 medium, {MILD} (CISA-ADP in nvd.json of 2026-10-20 and NVD in nvd.json of 2026-10-20)",
    )
    words = "CVSS 3.1: files give 9.8 critical (cna), 6.5 medium (CISA-ADP, NVD); the worst, 9.8 critical, counts"
    assert made.text("scores_differ") == words
    assert rows(trace) == [
        ("3.1", "9.8 critical", "cna", "cna.json of 2026-10-20", "yes"),
        ("3.1", "6.5 medium", "CISA-ADP", "nvd.json of 2026-10-20", "no"),
        ("3.1", "6.5 medium", "NVD", "nvd.json of 2026-10-20", "no"),
    ]
    assert {row[8].text for row in vulnerability_scores(trace).rows} == {words}
    assert "1 vulnerabilities with vectors of one version that differ" in vulnerability_scores(trace).scope


def test_the_vector_of_an_author_counts_and_files_that_differ_are_told() -> None:
    trace = judged({"cvss_v31": MILD, "cvss_source": "own"}, record("cna.json", (BAD, "")))
    assert trace.items["VUL-1"].text("cvss_v31") == MILD
    assert trace.items["VUL-1"].text("scores_differ") == (
        "CVSS 3.1: files give 9.8 critical (scorer not stated); "
        "6.5 medium, the vector that this item states itself, counts"
    )
    assert rows(trace) == [
        ("3.1", "6.5 medium", "own", "the item itself", "yes"),
        ("3.1", "9.8 critical", "scorer not stated", "cna.json of 2026-10-20", "no"),
    ]
    assert rows(judged({"cvss_v31": MILD})) == [("3.1", "6.5 medium", "scorer not stated", "the item itself", "yes")]


@pytest.mark.parametrize(
    ("records", "differ"),
    [
        # the same metrics in another order, and one that is not defined
        ([record("a.json", (MILD, "NVD")), record("b.json", (f"{MILD}/E:X", "cna"))], ""),
        ([record("a.json", (MILD, "NVD")), record("b.json", (BAD, "x"), withdrawn="2026-09-01")], ""),
        # a record that does not match the component scores the number, and does not count for the item
        (
            [record("a.json", (MILD, "NVD")), record("b.json", (BAD, "cna"), name="other")],
            "6.5 medium counts, the worst of what is said of its component",
        ),
        ([record("b.json", (BAD, "cna"), (MILD, "NVD"), name="other")], "none of them counts for this item"),
        (
            [record("b.json", (BAD, "a"), (f"{BAD}/E:U", "b"))],
            "9.8 critical (a), 9.0 critical (base 9.8) (b); the worst",
        ),
    ],
)
def test_what_counts_as_a_difference(records: list[VulnerabilityRecord], differ: str) -> None:
    found = judged({}, *records).items["VUL-1"].text("scores_differ")
    assert differ in found if differ else not found


def test_scores_of_two_numbers_do_not_disagree() -> None:
    two = record("b.json", (MILD, "NVD"), ids=("CVE-2025-1002",))
    trace = judged({"vulnerability_ids": "CVE-2025-1001, CVE-2025-1002"}, record("a.json", (BAD, "NVD")), two)
    assert trace.items["VUL-1"].text("scores_differ") == ""
    assert [text.partition(",")[0] for text in trace.items["VUL-1"].values("given_scores")] == [
        "CVE-2025-1001",
        "CVE-2025-1002",
    ]


def test_vectors_without_bound_are_counted_in_the_field() -> None:
    many = tuple((f"{BAD}/MAV:{a}/MAC:{b}/MPR:{c}", "x") for a in "NALP" for b in "LH" for c in "NLH")
    (*told, more) = judged({}, record("a.json", *many)).items["VUL-1"].values("given_scores")
    assert (len(told), more) == (20, "CVSS 3.1: 4 more vectors, none worse than these")


def test_what_files_add_changes_no_review_and_no_comparison() -> None:
    own = {"cvss_v31": MILD, "description": "A fault."}
    plain = judged(own)
    found = record("a.json", (BAD, "NVD"), references=(ADVISORY,), name="other")
    full = judged(own, found)
    assert full.items["VUL-1"].values("references") == (ADVISORY,)
    assert plain.items["VUL-1"].fingerprint == full.items["VUL-1"].fingerprint
    (change,) = (one for one in compare(state_of(plain), state_of(full)) if one.id == "VUL-1")
    assert {part.name for part in change.parts} <= {"data_sources", "record_modified"}


def test_the_percentile_stands_beside_the_score_of_its_day() -> None:
    def of_day(day: str, *score: str) -> Epss:
        return Epss(source=source(f"{day}.csv", "epss", day), scores={"CVE-2025-1001": (score[0], score[1])})

    snapshots = (of_day("2026-10-01", "0.9", "0.99"), of_day("2026-10-02", "0.2", "0.7"))
    trace = judged(None, record("a.json"), epss=snapshots)
    made = next(one for one in trace.items.values() if one.type == "vulnerability")
    assert [made.text(name) for name in ("epss", "epss_percentile", "epss_date")] == ["0.2", "0.7", "2026-10-02"]
    table = vulnerabilities_to_assess(trace)
    shown = {column.name: cell.text for column, cell in zip(table.columns, table.rows[0], strict=True)}
    assert (shown["epss"], shown["percentile"], shown["epss_date"]) == ("0.2", "0.7", "2026-10-02")
    later = judged({"epss": "0.5", "epss_date": "2026-10-03"}, epss=snapshots).items["VUL-1"]
    assert (later.text("epss"), later.text("epss_percentile")) == ("0.5", "")  # of another day than the score


@pytest.mark.parametrize(
    "text", [ADVISORY, "http://a.example:8080", "HTTPS://A.example/x#y", "https://1.2.3.4/%20~(a)"]
)
def test_plain_addresses_are_followed(text: str) -> None:
    assert is_followable(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "javascript:alert(1)",
            "JavaScript://a.example/%0aalert(1)",
            "data:text/html,x",
            "ftp://a.example/x",
            "",
            "x",
        ),
        *("//a.example", "https://a", "https:/a.example", "https://a.example/a b", "https://a.example\\@b.example"),
        *(
            "https://good.example@evil.example/",
            "https://u:p@a.example",
            "https://a.example/\u202egpj",
            "https://ä.example",
        ),
        *("https://a.example/\x00", "https://a.example/\n", 'https://a.example/"onclick=x', "https://a.example/<b>"),
        "https://a.example/" + "x" * 2_000,
    ],
)
def test_hostile_addresses_never_become_links(text: str) -> None:
    assert not is_followable(text)
    assert Cell(text, is_web=True).web == ""
    trace = judged({}, record("a.json", references=(text, ADVISORY)))
    assert trace.items["VUL-1"].values("references") == (ADVISORY,)
    left = "1 that is no plain http or https address" if text else ""
    assert trace.items["VUL-1"].text("references_left") == left
    kind = MODEL.types["vulnerability"].fields["references"]
    if text and not is_followable(text.strip()):
        with pytest.raises(BadValue):
            parse(kind, text)
    assert parse(kind, f"{ADVISORY}\n  https://a.example") == (ADVISORY, "https://a.example")


def test_addresses_are_links_in_every_format_and_bounded(tmp_path: Path) -> None:
    addresses = [f"https://example.org/{number}" for number in range(MAX_LISTED + 2)]
    trace = judged(
        {}, record("a.json", references=(ADVISORY, *addresses, "gopher://x.example")), sources=(source("a.json"),)
    )
    assert len(trace.items["VUL-1"].values("references")) == MAX_LISTED
    left = "3 more; 1 that is no plain http or https address"
    assert trace.items["VUL-1"].text("references_left") == left
    table = vulnerability_references(trace)
    assert [row[2].text for row in table.rows[:: len(table.rows) - 1]] == [ADVISORY, f"not listed: {left}"]
    shown = card(trace, "VUL-1")
    link = '<a class="reference external" href="https://example.org/advisory?id=1&amp;v=2" rel="noreferrer">'
    assert link in card_tail(shown, NOWHERE)
    assert link in plain_table(table, lambda _id: None, lambda _rows: None)
    assert f'web("{ADVISORY}", ' in typst_card(shown, "", lambda _id: None, is_home=True)
    path = tmp_path / "a.xlsx"
    xlsx.write(path, Dossier(trace), "P", href=lambda _id: None, epoch=1793577600)
    cells = [cell for row in openpyxl.load_workbook(path)["vulnerability-references"].iter_rows() for cell in row]
    assert [cell.hyperlink.target for cell in cells if cell.value == ADVISORY and cell.hyperlink] == [ADVISORY]


def test_readers_say_who_scored_and_where_to_read_on() -> None:
    told = copy.deepcopy(CSAF)
    told["document"]["references"] = [{"category": "self", "summary": "This", "url": "https://m.example/M-1"}]
    told["vulnerabilities"][0]["references"] = [{"summary": "Record", "url": ADVISORY}]
    (csaf,) = of(told)
    assert {rating.by for one in csaf.statements for rating in one.ratings} == {"publisher Maker"}
    assert csaf.statements[0].references == ("https://m.example/M-1", ADVISORY)
    assert not any("references" in words for words in csaf.source.left)

    vex = copy.deepcopy(OPENVEX)
    vex["statements"][0]["vulnerability"]["@id"] = ADVISORY
    assert of(vex)[0].statements[0].references == (ADVISORY,)

    cve = copy.deepcopy(CVE)
    for container in (cve["containers"]["cna"], *cve["containers"]["adp"]):
        container.pop("providerMetadata", None)
    assert {rating.by for rating in of(cve)[0].ratings} <= {"unnamed CNA", "unnamed ADP"}

    osv = {**OSV, "severity": [{"type": "CVSS_V3", "score": BAD}], "affected": []}
    assert [rating.by for rating in of(osv)[0].ratings] == [f"record {OSV['id']}"]

    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "components": [{"type": "library", "name": "tls", "version": "1.0", "bom-ref": "tls"}],
        "vulnerabilities": [
            {
                "id": "CVE-2025-1001",
                "source": {"name": "NVD", "url": "https://nvd.nist.gov/vuln/detail/CVE-2025-1001"},
                "advisories": [{"title": "Note", "url": ADVISORY}],
                "ratings": [{"method": "CVSSv31", "vector": BAD, "source": {"name": "NVD"}}],
                "affects": [{"ref": "tls"}],
            }
        ],
    }
    (_bom, found) = cyclonedx.read(Opened("b.json", json.dumps(bill).encode(), "sha256:0"), NOTHING)
    assert isinstance(found, Advisory)
    assert found.statements[0].references == (ADVISORY, "https://nvd.nist.gov/vuln/detail/CVE-2025-1001")
    assert [rating.by for rating in found.statements[0].ratings] == ["NVD"]


def test_statements_tell_their_vectors_and_addresses_too() -> None:
    said = Statement(
        source=source("v.json", "vex"),
        ids=("CVE-2025-1001",),
        products=(Product(purl="pkg:generic/tls@1.0"),),
        status="affected",
        ratings=(Rating(version="3.1", vector=BAD, by="Supplier"),),
        references=(ADVISORY,),
    )
    trace = judged({}, advisories=(Advisory(source=said.source, statements=(said, replace(said)), author="S"),))
    assert rows(trace) == [("3.1", "9.8 critical", "Supplier", "v.json of 2026-10-20", "yes")]
    assert trace.items["VUL-1"].values("references") == (ADVISORY,)


def test_references_go_out_where_nothing_mixes_them_up() -> None:
    def statements(*ids: str) -> list[tuple[str, ...]]:
        items = [
            item("REL-1", "release", version="1", under_review=True),
            item("CMP-1", "component", {"part_of": ["REL-1"]}, component_name="tls", version="1"),
            item(
                "VUL-1",
                "vulnerability",
                {"affects": ["CMP-1"]},
                vulnerability_ids=list(ids),
                vex_status="affected",
                references=[ADVISORY, "javascript:alert(1)"],
            ),
        ]
        said = Publication(publisher="Maker", namespace="https://example.org", number="N-1")
        return [one.references for one in collect(document(items), said, "trace.json").statements]

    assert statements("CVE-2025-1001") == [(ADVISORY,)]
    assert statements("CVE-2025-1001", "CVE-2025-1002") == [(), ()]
