"""Trace pages: which way is up, why a verdict is what it is, bounded trees, drawings, and the pages in Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from sphinx_aimd.model.trace import Trace
from sphinx_aimd.model.verdict import Verdict
from sphinx_aimd.views.neighbourhood import DEEPEST, MOST_DRAWN, MOST_ENTRIES, Step, Surroundings, neighbourhood, tree
from sphinx_aimd.views.walk import TraceWalk, Walker, walk
from sphinx_aimd.writers.html.inline import Addresses
from sphinx_aimd.writers.html.layout import GAP, HEIGHT, WIDTH, layout
from sphinx_aimd.writers.html.static import asset
from sphinx_aimd.writers.html.tracepage import Shell, TracePages, page_name, trace_page
from tests.browser import NARROW, WIDE, axe, chromium, set_scheme, watch
from tests.sound_dhf import full, sound
from tests.trace_builder import MODEL, catalogue, trace_of, with_ended

CLAUSES = with_ended(catalogue(C_1="control", C_2="evidence"))
HOSTILE = '</script><script>alert(1)</script>" onload=x \u202egnp.\u200b' + "W" * 300
TO = Addresses(
    item=lambda item_id: f"../../index.html#{item_id}",
    file=lambda text: f"../evidence/{text}",
    rows=lambda rows: None,
    trace=page_name,
    edit=lambda file, line: f"https://git.example.org/{file}#L{line}",
)
STYLES = ("aimd.css", "find.css", "graph.css", "trace.css")
SCRIPTS = ("core.js", "find.js", "hints.js")
SHELL = Shell(
    project="A & B",
    home="../../index.html",
    find="../view-all-items.html",
    styles=tuple(f"../../_static/aimd/{name}" for name in STYLES),
    scripts=tuple(f"../../_static/aimd/{name}" for name in SCRIPTS),
    policy="default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'",
    footer=("Version 2.1 under review", "as of 2026-11-23", "gate: report"),
)


def broken() -> Trace:
    """The sound file with one failure, one waiver, one retired item, one suspect link and one that leads nowhere."""
    items: dict[str, dict[str, Any]] = sound()
    items["RES-1"]["outcome"] = "failed"
    items["TST-4"]["links"]["verifies"] = ["REQ-1", "REQ-404"]
    items["RES-5"]["outcome"] = "not_run"
    items["DEC-2"] = full("decision", {"decides": ["TST-5"]}, kind="waiver", need="", expires_on="2027-01-01")
    items["THR-2"] = {**full("threat", {"threatens": ["AST-1"]}), "status": "rejected", "status_reason": "no way in"}
    items["DSN-1"]["suspect"] = ["CTL-1"]
    items["CTL-1"]["title"] = HOSTILE
    items["EVD-3"] = full("evidence", {"satisfies": ["C-2"], "evidences": ["DSN-1"]}, kind="other")
    return trace_of(items, CLAUSES)


@pytest.fixture(scope="module")
def trace() -> Trace:
    return broken()


def test_proof_comes_from_downstream() -> None:
    """A link that a verdict travels along is read towards evidence; a new link type that is not says so in its data."""
    backwards = [
        (kind, need.name, hop)
        for kind, needs in MODEL.needs.items()
        for need in needs
        for way in need.ways
        if way.takes_verdict
        for hop in way.hops
        if (arrow := MODEL.arrow(hop.rstrip("?")))[1] == arrow[0].points_upstream
    ]
    assert backwards == []
    assert {link.name for link in MODEL.links.values() if not link.points_upstream} == {
        "introduces",  # the risk comes after the measure that brings it
        "reveals",  # what a test or signal found is to be dealt with
        "uses",  # means, premises and dependencies are what the item rests on
        "assumes",
        "depends_on",
    }


def test_both_directions_of_an_item(trace: Trace) -> None:
    found = walk(trace, "CTL-1")
    up = {entry.step.id: entry.depth for entry in found.upstream.entries if not entry.again}
    down = {entry.step.id: entry.depth for entry in found.downstream.entries if not entry.again}
    assert up["C-1"] == up["THR-1"] == 1
    assert up["AST-1"] == 2
    assert down["TST-1"] == down["REQ-1"] == 1
    assert down["RES-TST-1-1"] == 2
    assert "REQ-404" not in down
    lost = next(entry for entry in walk(trace, "TST-4").upstream.entries if entry.step.id == "REQ-404")
    assert walk(trace, "TST-4").ends[lost.step.id].word == "does not exist"


def test_why_in_words(trace: Trace) -> None:
    failed = walk(trace, "THR-1").explanation
    assert failed.sentences[0].startswith(
        "THR-1 is failed because of RES-TST-1-1 (failed in bench on 2.1): test failed"
    )
    first = failed.causes[0]
    assert [(step.words, step.end.id) for step in first.steps][-1] == ("has result", "RES-TST-1-1")
    assert any(need.verdict is Verdict.FAILED and need.ends[0].id == "TST-1" for need in failed.needs)

    waived = walk(trace, "LAB-1").explanation
    assert "is waived because of decision DEC-2: waiver, approved by" in waived.sentences[0]
    assert [step.end.id for step in waived.causes[0].steps] == ["TST-5", "DEC-2"]

    assert walk(trace, "THR-2").explanation.sentences == ("THR-2 is inactive because it was rejected: no way in.",)
    assert walk(trace, "C-ENDED").explanation.sentences == (
        "Test C-ENDED asks nothing of this file (no longer in force): in force until 2020.",
        "Decided by: the catalogue.",
    )
    notes = {need.name: need.note for need in walk(trace, "CTL-1").explanation.needs}
    assert "a link is enough" in notes["purpose"]
    assert notes["required"] == notes["effective"] == ""
    sound_one = walk(trace, "PLN-1").explanation
    assert sound_one.causes == ()
    assert sound_one.sentences[0].startswith("PLN-1 is verified: all that its type needs is met (")
    assert (
        "Evidence for Test C-2 is complete: the item that answers it is closed"
        in walk(trace, "C-2").explanation.sentences[0]
    )


def test_every_way_to_a_cause_runs_over_links(trace: Trace) -> None:
    """No step of an explanation is guessed: each is a link of the trace, by the words of that link."""
    walker, around = Walker(trace), Surroundings(trace)
    seen = 0
    for item_id in trace.items:
        for cause in walker.walk(item_id).explanation.causes:
            here = item_id
            for step in cause.steps:
                links = {found.id: found.words for found in (*around.up(here), *around.down(here))}
                assert step.words in links[step.end.id].split(", "), (item_id, here, step)
                here, seen = step.end.id, seen + 1
    assert seen > 20


def star(ends: int) -> dict[str, list[Step]]:
    return {"A": [Step(f"B{number:03}", "verified by") for number in range(ends)]}


def test_a_tree_is_bounded_and_says_what_it_leaves_out() -> None:
    links = star(500)
    found = tree("A", lambda item: links.get(item, ()))
    assert (len(found.entries), found.more) == (MOST_ENTRIES, 500 - MOST_ENTRIES)
    chain = tree("0", lambda item: [Step(str(int(item) + 1), "derives from")])
    assert [entry.depth for entry in chain.entries] == list(range(1, DEEPEST + 1))
    assert (chain.more, chain.entries[-1].more) == (1, 1)


def test_an_item_is_shown_in_full_once_where_it_is_nearest() -> None:
    links = {"A": ["B", "C"], "B": ["D"], "C": ["B", "A"], "D": ["C"]}
    found = tree("A", lambda item: [Step(end, "shows") for end in links[item]])
    assert [(entry.depth, entry.step.id, entry.again) for entry in found.entries] == [
        (1, "B", ""),
        (2, "D", ""),
        (3, "C", "below"),
        (1, "C", ""),
        (2, "B", "above"),
        (2, "A", "above"),
    ]
    assert found.more == 0


@st.composite
def pictures(draw: st.DrawFn) -> tuple[list[tuple[int, list[str]]], list[tuple[str, str]]]:
    sizes = draw(st.lists(st.integers(1, 9), min_size=1, max_size=6))
    first = -draw(st.integers(0, len(sizes) - 1))
    columns = [(first + n, [f"N{n}-{row}" for row in range(size)]) for n, size in enumerate(sizes)]
    place = {node: distance for distance, nodes in columns for node in nodes}
    pairs = sorted((a, b) for a in place for b in place if a != b and abs(place[a] - place[b]) <= 1)
    edges = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=40)) if pairs else []
    return columns, edges


@given(pictures())
@settings(max_examples=60, deadline=None)
def test_no_two_nodes_overlap_and_every_edge_is_drawn(
    picture: tuple[list[tuple[int, list[str]]], list[tuple[str, str]]],
) -> None:
    columns, edges = picture
    found = layout(columns, edges)
    assert found == layout(columns, edges)
    boxes = sorted(found.places.items(), key=lambda entry: entry[1])
    assert len(boxes) == sum(len(nodes) for _place, nodes in columns)
    for (_one, (x1, y1)), (_two, (x2, y2)) in pairwise(boxes):
        assert x2 >= x1 + WIDTH or (x1 == x2 and y2 >= y1 + HEIGHT)
    for x, y in found.places.values():
        assert GAP <= x <= found.width - GAP - WIDTH
        assert GAP <= y <= found.height - GAP - HEIGHT
    assert len(found.curves) == len(edges)
    for (tail, head), (start, *_turns, end) in zip(edges, found.curves, strict=True):
        for node, (x, y) in ((tail, start), (head, end)):
            left, top = found.places[node]
            assert x in (left, left + WIDTH)
            assert y == top + HEIGHT // 2


def test_a_drawing_holds_the_nearest_and_each_link_once(trace: Trace) -> None:
    items = sound()
    for number in range(200):
        items[f"EVD-{100 + number}"] = full("evidence", {"evidences": ["CTL-1"]}, kind="other")
    crowded = trace_of(items, CLAUSES)
    around = neighbourhood(Surroundings(crowded), "CTL-1")
    drawn = [item for _place, column in around.columns for item in column]
    assert len(drawn) == len(set(drawn)) <= MOST_DRAWN
    assert around.more > 150
    assert {"TST-1", "DSN-1", "REQ-1"} <= set(drawn)
    assert any(item.startswith("RES-") for item in drawn), "a crowd of neighbours leaves no room for what follows"
    for item_id in trace.items:
        found = neighbourhood(Surroundings(trace), item_id)
        pairs = [(edge.tail, edge.head) for edge in found.edges]
        assert len(pairs) == len(set(pairs))
        place = {item: distance for distance, column in found.columns for item in column}
        assert place[item_id] == 0
        assert all(abs(place[tail] - place[head]) <= 1 for tail, head in pairs)


def written(trace: Trace, item_id: str) -> tuple[TraceWalk, BeautifulSoup]:
    found = walk(trace, item_id)
    html = trace_page(found, SHELL, TO)
    assert html == trace_page(walk(trace, item_id), SHELL, TO)
    assert not re.search(r'<[^>]* (?:style|on[a-z]+)="', html)
    return found, BeautifulSoup(html, "html.parser")


@pytest.mark.parametrize("item_id", ["THR-1", "CTL-1", "C-1", "DSN-1", "TST-4", "C-ENDED"])
def test_the_drawing_and_its_table_say_the_same(trace: Trace, item_id: str) -> None:
    found, page = written(trace, item_id)
    arrows = [str(title.string) for title in page.select(".aimd-edges[aria-hidden] > path > title")]
    rows = []
    for row in page.select(".aimd-same tbody tr"):
        tail, words, head, state = (cell.get_text() for cell in row.find_all("td"))
        note = f" ({state})" if state != "not suspect" else ""
        rows.append(f"{tail.rpartition(', ')[0]} {words} {head.rpartition(', ')[0]}{note}")
    assert arrows == rows
    assert len(arrows) == len(found.around.edges)
    nodes = {str(node["href"]) for node in page.select("a.aimd-node")}
    drawn = {item for _place, column in found.around.columns for item in column}
    assert nodes == ({page_name(item) for item in drawn if item in trace.items} if len(drawn) > 1 else set())
    for link in page.select('.aimd-tree a[href^="#"]'):
        assert page.find(id=str(link["href"])[1:]) is not None


def test_ways_on_from_a_page(trace: Trace) -> None:
    _found, page = written(trace, "TST-1")
    keys = {str(link["data-key"]): str(link["href"]) for link in page.select("a[data-key]")}
    assert keys["n"] == "TST-2.html"
    assert "p" not in keys
    assert keys["u"] == "CTL-1.html"
    assert keys["d"] == "RES-TST-1-1.html"
    assert keys["c"] == "../../index.html#TST-1"
    _found, page = written(trace, "C-2")
    assert str(page.select_one('[data-key="e"]')["href"]) == "../evidence/records/report.txt"  # type: ignore[index]
    _found, page = written(trace, "CTL-1")
    assert HOSTILE.partition("W")[0].strip() in page.select_one("h1").get_text()  # type: ignore[union-attr]
    assert not page.select("script:not([src])")


@pytest.fixture(scope="module")
def site(trace: Trace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("pages")
    assets, pages = root / "_static" / "aimd", root / "_aimd" / "trace"
    assets.mkdir(parents=True)
    pages.mkdir(parents=True)
    for name in (*STYLES, *SCRIPTS):
        (assets / name).write_text(asset(name), "utf-8")
    walker, writer = Walker(trace), TracePages(SHELL, TO)
    for item_id in trace.items:
        (pages / page_name(item_id)).write_text(writer.page(walker.walk(item_id)), "utf-8")
    return pages


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def test_pages_in_the_browser(site: Path, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": WIDE[0], "height": WIDE[1]})
    said = watch(page, "file://")
    for item_id in ("CTL-1", "C-ENDED"):
        page.goto((site / page_name(item_id)).as_uri())
        for scheme in ("light", "dark"):
            for width, height in (WIDE, NARROW):
                page.set_viewport_size({"width": width, "height": height})
                set_scheme(page, scheme)
                assert axe(page) == []
                assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto((site / "TST-1.html").as_uri())
    for key, name in (("n", "TST-2"), ("p", "TST-1"), ("u", "CTL-1")):
        page.keyboard.press(key)
        page.wait_for_url(f"**/{name}.html")
    assert said.all() == []
    page.close()


def test_pages_read_and_print_without_javascript(site: Path, browser: Browser) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto((site / "CTL-1.html").as_uri())
    closed = page.locator(".aimd-tree details:not([open]) > ul > li").first
    assert not closed.is_visible()
    page.locator(".aimd-tree details:not([open]) > summary").first.click()
    assert page.locator('[id="d-RES-TST-1-1"]').is_visible()
    page.reload()
    page.emulate_media(media="print")
    assert closed.is_visible()
    page.close()
