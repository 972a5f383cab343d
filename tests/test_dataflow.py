"""Data-flow diagrams: what the model says is drawn, the table says the same, nothing overlaps, nothing is left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from sphinx_aimd import rules
from sphinx_aimd.catalogue import load_catalogue
from sphinx_aimd.model.dataflow import data_flow
from sphinx_aimd.views.dataflow import data_flow_view
from sphinx_aimd.views.drawing import Arrow, Box, Drawing
from sphinx_aimd.views.table import Table
from sphinx_aimd.writers import dataflow_svg
from sphinx_aimd.writers.dataflow_layout import Placed, Rect
from tests.browser import axe, chromium, set_scheme, watch
from tests.sphinx_builds import Build, build, edit, project
from tests.trace_builder import trace_of

SYSTEM = """
System
======

.. asset:: Implant
   :id: AST-1
   :kind: implant
   :zone: patient's body

.. asset:: Log
   :id: AST-2
   :kind: data
   :part_of: AST-1

.. asset:: Programmer
   :id: AST-3
   :kind: programmer
   :controlled_by: healthcare_facility

.. asset:: Hospital network
   :id: AST-4
   :kind: healthcare_network
   :controlled_by: healthcare_facility

.. asset:: Update service
   :id: AST-5
   :kind: update_server
   :controlled_by: manufacturer

.. asset:: Spare part
   :id: AST-6
   :kind: external_device

.. interface:: Near-field link
   :id: IFC-1
   :direction: both
   :content: commands, data
   :protocol: Own protocol 2, challenge and response
   :encryption: AES-CCM
   :trust_boundary: true
   :connects: AST-1, AST-3

.. interface:: Reading of the log
   :id: IFC-2
   :direction: out
   :content: data
   :trust_boundary: true
   :connects: AST-2, AST-3

.. interface:: Wired network
   :id: IFC-3
   :direction: both
   :trust_boundary: true
   :connects: AST-3, AST-4

.. interface:: Download
   :id: IFC-4
   :direction: in
   :content: code
   :trust_boundary: false
   :connects: AST-3, AST-5

.. interface:: Magnet
   :id: IFC-5
   :direction: in
   :endpoints: Hand magnet of the patient
   :connects: AST-1

.. interface:: Debug port
   :id: IFC-6
   :direction: none
   :connects: AST-1, AST-7

.. interface:: Nowhere
   :id: IFC-7
   :direction: both

.. asset:: Bench
   :id: AST-7
   :kind: service_tool

.. threat:: Replay
   :id: THR-1
   :stride: tampering
   :threatens: IFC-1, AST-2

.. threat:: Flooding
   :id: THR-2
   :stride: denial_of_service
   :threatens: IFC-1

.. control:: Freshness
   :id: CTL-1
   :mitigates: THR-1

.. control:: Something else
   :id: CTL-2
"""
VIEW = """
Views
=====

.. view:: Whole system
   :id: VIW-1
   :kind: global_system
   :shows: AST-1, AST-2, AST-3, AST-4, AST-5, AST-6, IFC-1, IFC-2, IFC-3, IFC-4, IFC-5, IFC-6, IFC-7, CTL-1, CTL-2

.. data-flow:: VIW-1
"""
ELEMENTS = {"AST-1", "AST-2", "AST-3", "AST-4", "AST-5", "AST-6", "AST-7"}
INTERFACES = {f"IFC-{number}" for number in range(1, 8)}
REMARKS = (
    "AST-6 is joined to nothing by an interface of the view.",
    "IFC-4 says that it crosses no trust boundary, and joins healthcare facility and manufacturer.",
    "IFC-6 leads to AST-7, which the view does not show.",
    "IFC-7 names no asset that it connects.",
    "AST-6 states no zone and nobody who controls it.",
    "Shown by the view and linked to no element or interface of the picture: CTL-2.",
)


def source(folder: Path, conf: str = "") -> Path:
    return project(folder, {"system.rst": SYSTEM, "views.rst": VIEW}, conf)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Build:
    root = tmp_path_factory.mktemp("dataflow")
    conf = 'html_theme = "pydata_sphinx_theme"\nhtml_context = {"default_mode": "light"}\naimd_csp = True'
    done = build(source(root / "source", conf), root / "work")
    assert (done.code, done.warnings) == (0, ())
    return done


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def picture(html: str) -> ElementTree.Element:
    found = re.search(r'<svg class="aimd-flow".*?</svg>', html, re.DOTALL)
    assert found is not None
    return ElementTree.fromstring(found.group())


def differing(one: Build, two: Build) -> list[str]:
    a, b = one.files(), two.files()
    return sorted(name for name in a.keys() | b.keys() if a.get(name) != b.get(name))


def links(svg: ElementTree.Element) -> set[str]:
    return {str(link.get("href")).rpartition("#")[2] for link in svg.iter("a")}


def view_of(done: Build) -> dict[str, object]:
    return next(view for view in done.trace()["views"] if view["id"] == "data-flow-VIW-1")


def test_picture_and_table_hold_the_same_elements_and_interfaces(made: Build) -> None:
    page = made.page("views.html")
    svg = picture(page)
    assert links(svg) == ELEMENTS | INTERFACES
    rows = view_of(made)["rows"]
    assert {cell["target"] for row in rows for cell in row if cell["target"]} == ELEMENTS | INTERFACES
    by_interface = {row[1]["target"]: [cell["text"] for cell in row] for row in rows if row[1]["target"]}
    assert by_interface["IFC-1"][:5] == [
        "AST-1 Implant",
        "IFC-1 Near-field link",
        "AST-3 Programmer",
        "both ways",
        "patient's body to healthcare facility",
    ]
    assert by_interface["IFC-1"][8:11] == ["crossed", "2: THR-1, THR-2", "CTL-1"]
    # what flows in comes from the other end
    assert by_interface["IFC-4"][0] == "AST-5 Update service"
    assert by_interface["IFC-5"][0] == "outside: Hand magnet of the patient"
    assert by_interface["IFC-6"][2:4] == ["AST-7 Bench (not shown by the view)", "closed"]
    assert by_interface["IFC-7"][0] == "no asset named"
    parts = {row[0]["target"]: (row[1]["text"], row[2]["target"]) for row in rows if not row[1]["target"]}
    assert parts == {"AST-2": ("part of", "AST-1"), "AST-6": ("no interface in this view", "")}
    sheet = openpyxl.load_workbook(made.out / "_aimd/dossier.xlsx")["data-flow-VIW-1"]
    texts = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert {"IFC-4 Download", "AST-7 Bench (not shown by the view)"} <= texts


def test_picture_is_named_and_needs_no_style_and_no_colour(made: Build) -> None:
    svg = picture(made.page("views.html"))
    ids = {element.get("id"): element for element in svg.iter() if element.get("id")}
    assert ids[svg.get("aria-labelledby")].text == "Data flow: Whole system"
    assert "7 interfaces" in str(ids[svg.get("aria-describedby")].text)
    assert not any(set(element.keys()) & {"style", "fill", "stroke", "onclick"} for element in svg.iter())
    for link in svg.iter("a"):
        # the verdict stands there as a word and as a shape
        words = [text.text for text in link.iter("text")]
        is_shown = "not shown by the view" in words
        assert is_shown or (
            "missing" in words and any("aimd-flow-mark" in str(p.get("class")) for p in link.iter("path"))
        )
        assert link.get("aria-label") == next(link.iter("title")).text


def test_what_does_not_join_is_said_below_the_picture_and_as_findings(made: Build) -> None:
    page = made.page("views.html")
    said = re.search(r'<ul class="aimd-flow-remarks">(.*?)</ul>', page, re.DOTALL)
    assert said is not None
    assert tuple(re.findall(r"<li>(.*?)</li>", said.group(1))) == REMARKS
    found = {(f["rule"], f["item"], f["message"]) for f in made.trace()["findings"]}
    assert ("view-joins-assets", "VIW-1", f"VIW-1: {REMARKS[0]}") in found
    assert ("view-shows-both-ends", "VIW-1", f"VIW-1: {REMARKS[2]}") in found
    assert ("trust-boundary-agrees", "VIW-1", f"VIW-1: {REMARKS[1]}") in found
    assert ("interface-joins-assets", "IFC-7", "IFC-7 Nowhere names no asset that it connects.") in found


def test_an_edited_link_changes_the_picture_and_an_incremental_build_is_a_clean_one(tmp_path: Path) -> None:
    root = source(tmp_path / "source")
    before = picture(build(root, tmp_path / "work", "-D", "aimd_exports=json").page("views.html"))
    # only the page of the interface is edited; the page with the picture follows
    edit(root / "system.rst", ":connects: AST-3, AST-4", ":connects: AST-6, AST-4")
    edit(root / "system.rst", "Flooding", "Floods")
    again = build(root, tmp_path / "work", "-D", "aimd_exports=json")
    clean = build(root, tmp_path / "clean", "-D", "aimd_exports=json")
    assert differing(again, clean) == []
    assert differing(clean, build(root, tmp_path / "parallel", "-D", "aimd_exports=json", "-j", "2")) == []
    after = picture(again.page("views.html"))
    assert ElementTree.tostring(before) != ElementTree.tostring(after)
    assert REMARKS[0] not in again.page("views.html")
    ends = {link.get("aria-label") for link in after.iter("a")}
    assert any("IFC-3 Wired network: between AST-6 and AST-4" in str(label) for label in ends)


def test_a_view_owes_no_diagram_as_long_as_a_page_draws_it(tmp_path: Path) -> None:
    view = VIEW.replace(":kind:", ":status: in_review\n   :kind:").replace(".. data-flow:: VIW-1\n", "")
    pages = {"system.rst": SYSTEM, "views.rst": view, "drawn.rst": "Drawn\n=====\n\n.. data-flow:: VIW-1\n"}
    root = project(tmp_path / "source", pages)

    def said() -> list[str]:
        done = build(root, tmp_path / "work", builder="aimd-json")
        found = json.loads((done.out / "trace.json").read_text("utf-8"))["findings"]
        return [f["message"] for f in found if f["item"] == "VIW-1" and "diagram" in f["message"]]

    assert said() == []
    edit(root / "drawn.rst", ".. data-flow:: VIW-1", "No picture.")
    assert said() == ["VIW-1 Whole system: diagram is empty and no page draws the view."]


@pytest.mark.parametrize(
    ("connects", "status", "said"),
    [
        (["AST-1", "AST-2"], "in_review", []),
        (["AST-1"], "in_review", []),  # the other end is outside of the assets
        (["AST-1", "AST-3"], "in_review", ["VIW-1 Title of VIW-1: diagram is empty and its data flow joins nothing"]),
        ([], "draft", []),
    ],
    ids=["joined", "open end", "end not shown", "draft"],
)
def test_a_drawing_counts_only_if_its_interfaces_join(connects: list[str], status: str, said: list[str]) -> None:
    items: dict[str, dict[str, object]] = {
        **{f"AST-{number}": {"type": "asset", "status": "draft"} for number in (1, 2, 3)},
        "IFC-1": {"type": "interface", "status": "draft", "links": {"connects": connects}},
        "VIW-1": {"type": "view", "status": status, "links": {"shows": ["AST-1", "AST-2", "IFC-1"]}},
    }
    trace = replace(trace_of(items, load_catalogue()), drawn=frozenset({"VIW-1"}))
    found = [finding for finding in rules.run(trace) if finding.item == "VIW-1" and "diagram" in finding.message]
    assert [finding.message.rstrip(".") for finding in found] == said


def test_names_that_are_no_view_are_findings_at_their_line(tmp_path: Path) -> None:
    pages = {"index.rst": "P\n=\n\n.. data-flow:: VIW-9\n\n.. data-flow:: AST-1\n\n.. asset:: A\n   :id: AST-1\n"}
    done = build(project(tmp_path / "p", pages), tmp_path / "w", "-D", "aimd_exports=json")
    assert [line for line in done.warnings if "index.rst:4" in line and "there is no item or clause 'VIW-9'" in line]
    assert [line for line in done.warnings if "index.rst:6" in line and "AST-1 is no architecture view" in line]


def test_pdf_holds_the_picture_with_searchable_words_and_an_alternative_text(tmp_path: Path) -> None:
    done = build(source(tmp_path / "source"), tmp_path / "work", builder="aimd-pdf")
    assert (done.code, [line for line in done.warnings if "pdf" in line]) == (0, [])
    drawn = []
    for file in sorted(done.out.glob("*.pdf")):
        with pypdfium2.PdfDocument(file) as document:
            for page in document:
                text = page.get_textpage()
                if "Trust zone:" in (whole := text.get_text_range()) or "Zone:" in whole:
                    drawn.append((whole, page.get_size()))
                    at = whole.index("IFC-1")
                    left, bottom, right, top = text.get_charbox(at)
                    assert top - bottom > 0.62 * 7  # a capital letter of a text of 7 points or more
                    assert right > left
        with pikepdf.open(file) as pdf:
            alternatives = [
                str(each["/Alt"]) for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/Alt" in each
            ]
    assert len(drawn) == 1
    assert all(name in drawn[0][0] for name in (*ELEMENTS, *INTERFACES))
    assert any(alt.startswith("Data flow: Whole system. 6 elements") for alt in alternatives)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_is_accessible_and_keeps_its_policy(scheme: str, made: Build, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 900, "height": 900})
    complaints = watch(page, "file://")
    page.goto((made.out / "views.html").as_uri())
    set_scheme(page, scheme)
    assert axe(page, within=[".aimd-flow-scroll"]) == []
    # every element can be reached by the keyboard and leads to its card
    count = page.locator("svg.aimd-flow a").count()
    assert count == len(ELEMENTS | INTERFACES)
    page.locator("svg.aimd-flow a").first.focus()
    assert page.evaluate("document.activeElement.getAttribute('href')").endswith("system.html#AST-1")
    assert complaints.all() == []
    # words stay inside their boxes in the fonts of this browser
    wide = page.evaluate(
        """() => [...document.querySelectorAll('svg.aimd-flow .aimd-flow-part')].flatMap(part => {
          const box = part.querySelector('rect').getBBox();
          return [...part.querySelectorAll('text')].filter(text => {
            const own = text.getBBox();
            return own.x < box.x || own.x + own.width > box.x + box.width || own.y + own.height > box.y + box.height;
          }).map(text => text.textContent);
        })"""
    )
    assert wide == []
    page.close()


# the layout


def overlap(one: Rect, two: Rect) -> bool:
    return (
        one.x < two.x + two.w - 0.01
        and two.x < one.x + one.w - 0.01
        and one.y < two.y + two.h - 0.01
        and two.y < one.y + one.h - 0.01
    )


def holds(outer: Rect, inner: Rect) -> bool:
    return (
        outer.x <= inner.x + 0.01
        and outer.y <= inner.y + 0.01
        and inner.x + inner.w <= outer.x + outer.w + 0.01
        and inner.y + inner.h <= outer.y + outer.h + 0.01
    )


def check(drawing: Drawing, placed: Placed) -> None:
    """No two texts overlap, parts lie inside, frames hold their own and nothing else, wires touch only their ends."""
    boxes = {box.id: box for box in drawing.boxes}
    assert placed.boxes.keys() == boxes.keys()
    assert placed.labels.keys() == {arrow.id for arrow in drawing.arrows}
    texts = [*placed.texts.items(), *placed.labels.items(), *((f"zone {n}", t) for n, _f, t in placed.zones)]
    for (one, first), (two, second) in combinations(texts, 2):
        assert not overlap(first, second), (one, two)
    for box in drawing.boxes:
        if box.inside:
            assert holds(placed.boxes[box.inside], placed.boxes[box.id]), box.id
    for zone, frame, title in placed.zones:
        assert holds(frame, title)
        for key, rect in placed.boxes.items():
            is_own = boxes[key].has_zone and boxes[key].zone == zone
            assert holds(frame, rect) if is_own else not overlap(frame, rect), (zone, key)
    ends = {(wire.arrow, wire.end) for wire in placed.wires}
    assert ends == {(arrow.id, end) for arrow in drawing.arrows for end, _head in arrow.ends}
    assert len(placed.wires) == len(ends)
    around = {key: set(_around(boxes, key)) for key in boxes}
    for wire in placed.wires:
        for start, end in zip(wire.points, wire.points[1:], strict=False):
            x, y = min(start[0], end[0]), min(start[1], end[1])
            line = Rect(x + 0.1, y + 0.1, abs(start[0] - end[0]) - 0.2, abs(start[1] - end[1]) - 0.2)
            line = Rect(line.x, line.y, max(line.w, 0.05), max(line.h, 0.05))
            for key, rect in texts:
                if key not in (wire.end, wire.arrow):
                    assert not overlap(line, rect), (wire, key)
            for key, rect in placed.boxes.items():
                if key not in around[wire.end] | {wire.end}:
                    assert not overlap(line, rect), (wire, key)
    width, height = placed.width, placed.height
    assert all(holds(Rect(0, 0, width, height), rect) for _key, rect in texts)
    assert all(0 <= x <= width and 0 <= y <= height for wire in placed.wires for x, y in wire.points)


def _around(boxes: dict[str, Box], key: str) -> Iterator[str]:
    while boxes[key].inside:
        key = boxes[key].inside
        yield key


@st.composite
def drawings(draw: st.DrawFn) -> Drawing:
    """Up to 25 elements, some inside others, in up to five zones, and up to 30 interfaces of up to four ends."""
    count = draw(st.integers(1, 25))
    zones = draw(st.integers(1, 5))
    boxes: list[Box] = []
    for number in range(count):
        inside = draw(st.sampled_from(["", "", "", *(box.id for box in boxes)]))
        outer = next((box for box in boxes if box.id == inside), None)
        zone = outer.zone if outer else f"zone {draw(st.integers(1, zones))} of the system"
        has_zone = outer.has_zone if outer else draw(st.integers(0, 5)) > 0
        title = draw(
            st.sampled_from(["Log", "Clinician programmer", "A long name that takes more than one line of text"])
        )
        boxes.append(
            Box(
                id=f"AST-{number}",
                label=f"AST-{number}",
                title=title,
                shape=draw(st.sampled_from(["process", "data_store", "external_entity", "outside"])),
                said=title,
                zone=zone if has_zone else "",
                has_zone=has_zone,
                inside=inside,
                is_framed=not inside and has_zone and draw(st.booleans()),
            )
        )
    arrows = []
    for number in range(draw(st.integers(0, 30))):
        names = draw(st.lists(st.sampled_from([box.id for box in boxes]), min_size=0, max_size=4, unique=True))
        heads = tuple((name, draw(st.booleans())) for name in names[: draw(st.sampled_from([2, 2, 2, 3, 4]))])
        arrows.append(
            Arrow(id=f"IFC-{number}", label=f"IFC-{number}", title="Link", said="", notes=("Protocol",), ends=heads)
        )
    return Drawing(id="d", title="Drawing", about="", boxes=tuple(boxes), arrows=tuple(arrows))


@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(drawings())
def test_nothing_overlaps_whatever_is_drawn(drawing: Drawing) -> None:
    for upright in (False, True):
        placed = dataflow_svg.placed(drawing, upright=upright)
        check(drawing, placed)
        assert placed == dataflow_svg.placed(drawing, upright=upright)


def test_parts_in_a_circle_and_ends_that_do_not_exist_are_drawn_all_the_same() -> None:
    items = {
        "AST-1": {"type": "asset", "status": "draft", "links": {"part_of": ["AST-2"]}},
        "AST-2": {"type": "asset", "status": "draft", "links": {"part_of": ["AST-1"]}},
        "IFC-1": {
            "type": "interface",
            "status": "draft",
            "direction": "out",
            "links": {"connects": ["AST-1", "AST-9"]},
        },
        "VIW-1": {"type": "view", "status": "draft", "links": {"shows": ["AST-1", "AST-2", "IFC-1", "IFC-8"]}},
    }
    trace = trace_of(items, load_catalogue())
    view = data_flow_view(trace, "VIW-1")
    assert view.drawing is not None
    assert [box.id for box in view.drawing.boxes] == ["AST-1", "AST-2", "AST-9"]
    assert "IFC-1 leads to AST-9, which the view cannot show, since it does not exist." in view.drawing.remarks
    assert [loose.subject for loose in data_flow(trace.graph, trace.items["VIW-1"]).loose] == ["AST-2", "IFC-1"]
    found = {finding.rule for finding in rules.run(trace) if finding.item == "VIW-1"}
    assert {"view-joins-assets", "view-shows-both-ends"} <= found


HOSTILE = "</text><script>alert(1)</script> & \"'" + "W" * 300


def test_text_of_authors_is_never_markup_and_never_wider_than_its_box() -> None:
    items = {
        "AST-1": {"type": "asset", "title": HOSTILE, "status": "draft", "zone": HOSTILE},
        "IFC-1": {"type": "interface", "title": HOSTILE, "status": "draft", "protocol": HOSTILE, "endpoints": HOSTILE}
        | {"links": {"connects": ["AST-1"]}},
        "VIW-1": {"type": "view", "title": HOSTILE, "status": "draft", "links": {"shows": ["AST-1", "IFC-1"]}},
    }
    view: Table = data_flow_view(trace_of(items, load_catalogue()), "VIW-1")
    assert view.drawing is not None
    for svg in (
        dataflow_svg.for_page(view.drawing, lambda name: f"x.html#{name}"),
        dataflow_svg.for_paper(view.drawing),
    ):
        tree = ElementTree.fromstring(svg)
        assert not [element for element in tree.iter() if element.tag.endswith("script")]
        assert all(len(text.text or "") < 60 for text in tree.iter() if text.tag.endswith("text"))
    check(view.drawing, dataflow_svg.placed(view.drawing, upright=True))
