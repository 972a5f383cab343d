"""Dashboards: every figure leads to the rows that it counts, and every picture says what its table says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import jsonschema_rs
import pytest

from sphinx_aimd.catalogue import load_catalogue
from sphinx_aimd.readers.trace import schema
from sphinx_aimd.sphinx.addresses import rows_fragment
from sphinx_aimd.traceload import load_model
from sphinx_aimd.views.dashboards import NAMES
from sphinx_aimd.views.dossier import Dossier
from sphinx_aimd.views.flow import TRACE_LINKS
from sphinx_aimd.views.table import Cell, Rows, Table
from sphinx_aimd.writers import json as json_writer
from sphinx_aimd.writers.html.pictures import picture
from sphinx_aimd.yamlfile import InputError
from tests.browser import axe, chromium, set_scheme, watch
from tests.sound_dhf import Items, full, result, risk, sound, verification
from tests.sphinx_builds import build, mini
from tests.trace_builder import trace_of

HOSTILE = "</script><img src=x onerror=alert(1)> \"'& \u202e\u200b" + "W" * 500


def uneven() -> Items:
    """The sound file with one of everything that figures must not lose: unrated, raised, rejected, failed, unlinked."""
    items = sound()
    items["CTL-1"]["links"]["satisfies"] = ["MDR-GSPR-17-2", "MDR-GSPR-17-1", "FDA-PM-V-A-15"]
    items["RSK-5"] = {
        "type": "risk",
        "status": "draft",
        "links": {"assesses": ["THR-1"]},
        "exploitability_before": "low",
    }
    items["RSK-6"] = risk("THR-1", exploitability_after="very_high", level_after="medium")
    items["RSK-7"] = risk("THR-1") | {"status": "rejected", "status_reason": "No path."}
    items["RSK-8"] = risk("THR-1", level_before="medium")
    items["THR-2"] = full("threat", {"threatens": ["AST-1"]}, stride="", multi_patient="false")
    items["THR-3"] = full("threat", {"threatens": ["AST-1"]}, stride="spoofing") | {"status": "retired"}
    items["CTL-2"] = full("control", {"mitigates": ["RSK-6"]}, category="integrity", owner_role="quality")
    items["REQ-2"] = full("requirement", {"derives_from": ["CTL-1", "MDR-GSPR-17-2"]}, owner_role="management")
    items["TST-6"] = verification("threat_mitigation", ["REQ-2", "CTL-1"])
    items["RES-6"] = result("TST-6", outcome="failed")
    items["RES-7"] = result("TST-6", version_under_test="1.0")
    return items


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return Dossier(trace_of(uneven(), load_catalogue()))


def counted(dossier: Dossier, rows: Rows) -> int:
    """Rows of a view whose facets hold one of the words given for each."""
    view = dossier.views[rows.view]
    facets = {facet.name: facet.values for facet in view.facets}
    assert all(len(values) == len(view.rows) for values in facets.values())
    return sum(
        all(set(facets[name][number]) & set(words) for name, words in rows.where) for number in range(len(view.rows))
    )


def number(cell: Cell) -> int:
    return int(re.match(r"\d+", cell.text)[0])


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_leads_to_exactly_the_rows_that_it_counts(name: str, dossier: Dossier) -> None:
    figures = [cell for row in dossier.views[name].rows for cell in row if re.match(r"\d+\b", cell.text)]
    # texts of other cells may begin with a digit too: names of chapters and of parts of the law
    figures = [cell for cell in figures if cell.rows is not None or cell.text == "0"]
    assert any(cell.rows for cell in figures)
    for cell in figures:
        assert number(cell) == (counted(dossier, cell.rows) if cell.rows is not None else 0), cell


def test_sums_are_those_of_the_file(dossier: Dossier) -> None:
    trace = dossier.trace
    live = [item for item in trace.of_types(["risk"]) if item.status != "rejected"]
    assert len(live) == 7
    by_when = {
        when: [row for row in dossier.views["risk-map"].rows if row[0].text.startswith(when)]
        for when in ("before", "after")
    }
    for rows in by_when.values():
        assert sum(number(row[-1]) for row in rows) == len(live)
    # half a rating is none; it stands at the edge that fits
    low = next(row for row in by_when["before"] if row[1].text == "low")
    assert low[-2].text == "1 no level stated"
    assert "1 not rated before control, 1 not rated after control" in dossier.views["risk-map"].scope
    assert "6 (5 high, 1 medium)" in " ".join(cell.text for row in by_when["before"] for cell in row)
    moves = {
        column.name: [row[at].text for row in dossier.views["risk-moves"].rows]
        for at, column in enumerate(dossier.views["risk-moves"].columns)
    }
    assert sum(map(int, moves["move_higher"])) == 1
    assert sum(map(int, moves["all"])) == len(live)
    for name, column in (("coverage", "clauses"), ("coverage-chapters", "clauses")):
        view = dossier.views[name]
        at = [column.name for column in view.columns].index(column)
        assert sum(number(row[at]) for row in view.rows) == len(trace.catalogue.clauses)
    assert dossier.views["threat-classes"].rows[-2][0].text == "No class named"
    assert sum(number(row[-1]) for row in dossier.views["findings-by-owner"].rows) == len(dossier.findings)


def test_the_flow_counts_each_pair_once_and_names_open_ends(dossier: Dossier) -> None:
    links = [(row[0].target, row[1].text, row[2].target) for row in dossier.views[TRACE_LINKS].rows]
    assert len(links) == len(set(links))
    assert ("CTL-1", "refined by", "REQ-2") in links
    assert ("MDR-GSPR-17-2", "satisfied by", "CTL-1") in links
    assert ("MDR-GSPR-17-2", "refined by", "REQ-2") in links
    assert ("REQ-2", "verified by", "TST-6") in links
    assert ("TST-6", "has result", "RES-TST-6-1") in links
    everything = dossier.views["all-items"]
    onward = next(facet for facet in everything.facets if facet.name == "onward").values
    known = dict(zip(everything.row_ids, onward, strict=True))
    assert known["CTL-2"] == ("none",)
    assert known["CTL-1"] == ("to a later stage",)
    assert known["AST-1"] == ()
    assert len(everything.row_ids) == len(set(everything.row_ids)) == len(dossier.trace.items)


def parsed(view: Table, rows_href: Callable[[Rows], str | None]) -> ElementTree.Element:
    return ElementTree.fromstring(f"<main>{picture(view, rows_href)}</main>")


def elements(root: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return root.iter(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_says_what_its_table_says(name: str, dossier: Dossier) -> None:
    view = dossier.views[name]
    root = parsed(view, rows_fragment)
    table = {rows_fragment(cell.rows): number(cell) for row in view.rows for cell in row if cell.rows is not None}
    drawn = {link.get("href"): link.get("aria-label") for link in elements(root, "a")}
    assert drawn
    for address, said in drawn.items():
        assert int(re.match(r"\d+", said)[0]) == table[address], said
        assert len(said.split()) >= 4
    # bars of which nothing is asked, the sums at the ends of rows, and moves on the map are for the table alone
    if name not in ("coverage", "coverage-chapters"):
        sums = {rows_fragment(row[-1].rows) for row in view.rows if row[-1].rows is not None}
        alone = {address for address in table if address in sums or "f.move=" in address}
        assert set(table) - set(drawn) <= (set() if name == "trace-flow" else alone)
    for svg in elements(root, "svg"):
        if svg.get("aria-hidden"):
            continue
        assert svg.get("role") == "group"
        names = {part.get("id"): part.text for part in svg if part.tag in ("title", "desc")}
        assert names[svg.get("aria-labelledby")]
        assert names[svg.get("aria-describedby")]
    ids = [part.get("id") for part in root.iter() if part.get("id")]
    assert len(ids) == len(set(ids))
    assert {attribute for part in root.iter() for attribute in part.attrib} & {"style", "onclick", "onload"} == set()


@pytest.mark.parametrize("name", NAMES)
def test_hostile_text_is_shown_as_text(name: str, dossier: Dossier) -> None:
    """Words of a view are the author's and the model's; without addresses a picture is an image."""
    view = dossier.views[name]
    old = {"trace-flow": "Requirement", "threat-classes": "Spoofing", "risk-map": "high", "risk-moves": "medium"}.get(
        name, view.rows[0][0].text
    )
    hostile = replace(
        view,
        title=HOSTILE,
        rows=tuple(tuple(replace(c, text=c.text.replace(old, HOSTILE)) for c in row) for row in view.rows),
        columns=tuple(replace(column, title=column.title.replace(old, HOSTILE)) for column in view.columns),
    )
    root = parsed(hostile, lambda _rows: None)
    assert {part.tag for part in root.iter()} & {"a", "script", "img"} == set()
    assert {svg.get("role") for svg in elements(root, "svg") if not svg.get("aria-hidden")} == {"img"}
    assert any((title.text or "").startswith(HOSTILE) for title in elements(root, "title"))
    assert any((line.text or "").startswith(HOSTILE[:9]) for line in elements(root, "text"))


def test_exports_name_the_rows_behind_a_figure(dossier: Dossier) -> None:
    data = json_writer.document(dossier, "Project")
    assert [str(fault) for fault in jsonschema_rs.validator_for(schema()).iter_errors(data)] == []
    views = {view["id"]: view for view in data["views"]}
    assert {*NAMES, "all-items", TRACE_LINKS} <= set(views)
    cell = next(cell for row in views["threat-classes"]["rows"] for cell in row if "rows" in cell)
    assert cell["rows"]["view"] == "all-items"
    assert cell["rows"]["where"]["type"] == ["Threat"]


def test_matrices_offer_the_filters_of_the_model_and_their_verdicts(dossier: Dossier) -> None:
    view = dossier.views["threat-trace"]
    facets = {facet.name: facet for facet in view.facets}
    assert list(facets)[:4] == ["stride", "life_phase", "multi_patient", "status"]
    assert facets["multi_patient"].values[view.row_ids.index("THR-2")] == ("no",)
    assert len(facets["stride"].values[view.row_ids.index("THR-1")]) == 6
    assert facets["verdict"].title == "Verdict"
    assert facets["control_verdict"].title == "Control: verdict"


def test_a_filter_that_no_row_has_is_refused_at_its_matrix(tmp_path: Path) -> None:
    text = """schema: '1'
matrices:
- id: own
  title: Own
  question: "What?"
  clauses: []
  rows: {types: [threat]}
  columns:
  - {name: threat, title: Threat, field: title}
  gap: []
  filters: [strode]
  sort: []
"""
    (tmp_path / "matrices.yaml").write_text(text, "utf-8")
    with pytest.raises(InputError, match="there is no field 'strode'") as refused:
        load_model((tmp_path,))
    assert "stride" in str(refused.value)
    (tmp_path / "matrices.yaml").write_text(text.replace("strode", "stride"), "utf-8")
    assert load_model((tmp_path,)).matrices["own"].filters == ("stride",)


def test_a_reader_clicks_from_a_picture_to_the_rows(tmp_path: Path) -> None:
    source = mini(tmp_path / "mini")
    shown = "\n".join(f".. dashboard:: {name}\n" for name in NAMES)
    (source / "dash.rst").write_text(f":orphan:\n\nFigures\n=======\n\n{shown}\n.. dashboard:: risk-mapp\n", "utf-8")
    done = build(source, tmp_path / "work", "-D", "aimd_exports=", "-D", "aimd_trace_pages=0")
    said = [line for line in done.warnings if "dashboard" in line]
    assert len(said) == 1
    assert "there is no dashboard 'risk-mapp'. Did you mean risk-map?" in said[0]
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        complaints = watch(page, "file://")
        page.goto((done.out / "dash.html").as_uri())
        for scheme in ("light", "dark"):
            set_scheme(page, scheme)
            assert axe(page, [".aimd-pictures"]) == []
        mark = page.locator("svg.aimd-threat-classes a").first
        wanted = int(re.match(r"\d+", mark.get_attribute("aria-label"))[0])
        mark.click()
        page.wait_for_url("**view-all-items.html#*")
        page.locator(".aimd-shown output").filter(has_text=re.compile(rf"of {wanted} that match")).wait_for()
        assert complaints.all() == []
