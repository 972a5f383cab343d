"""Search, cards on hover and keys, in Chromium over ``file://`` and under a strict policy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from sphinx_aimd.catalogue import Catalogue
from sphinx_aimd.views.dossier import Dossier
from sphinx_aimd.writers.html import cards
from sphinx_aimd.writers.html.index import TEXT_LENGTH, items_script, texts_script
from sphinx_aimd.writers.html.inline import Addresses
from sphinx_aimd.writers.html.static import asset
from tests.browser import axe, chromium, set_scheme, watch
from tests.sound_dhf import full, result, verification
from tests.trace_builder import INSTRUMENT, clause, trace_of

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'"
HOSTILE = """</script><img src=x onerror="document.title='run'"> "q" 'q' &amp; <b>שלום</b>"""
LONG = "W" * 10_000
ASSETS = ("aimd.css", "find.css", "core.js", "find.js", "hints.js")


def dossier() -> Dossier:
    citations = {"FDA-524B-b-2-A": "524B(b)(2)(A)", "MDR-GSPR-17-4": "GSPR 17.4", "MDR-GSPR-17-41": "GSPR 17.41"}
    clauses = {
        clause_id: replace(clause(clause_id, ("requirement",), order), citation=citation)
        for order, (clause_id, citation) in enumerate(citations.items())
    }
    body = "An old command is sent again within the window of 400 ms."
    padding = " ".join(["padding"] * 400)
    return Dossier(
        trace_of(
            {
                "AST-1": full("asset", title="Implant"),
                "THR-001": full("threat", {"threatens": ["AST-1"]}, title="Replay of a telemetry command", path=body),
                "THR-002": full("threat", {"threatens": ["AST-1"]}, title=HOSTILE),
                "THR-010": full(
                    "threat", {"threatens": ["AST-1"]}, title="Café relay", path=f"{padding} CVE-2026-10001"
                ),
                "CTL-001": full("control", {"mitigates": ["THR-001"]}, title="Counter under the session key"),
                "CTL-002": full("control", {"mitigates": ["THR-001"]}, title=LONG),
                "REQ-001": full("requirement", {"satisfies": ["MDR-GSPR-17-4"]}, title="Signed updates only"),
                "TST-001": verification("threat_mitigation", ["CTL-001"], title="Replay is refused"),
                "RES-001": result("TST-001"),
            },
            Catalogue({"TEST": INSTRUMENT}, clauses),
        )
    )


def page_of(body: str, root: str) -> str:
    """A page of the output as builders write it."""
    heads = [
        f'<link rel="stylesheet" href="{root}_static/aimd/{name}">'
        if name.endswith(".css")
        else f'<script defer src="{root}_static/aimd/{name}"></script>'
        for name in ASSETS
    ]
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
        f'content="{POLICY}"><title>Page</title>{"".join(heads)}</head><body><main><h1>Page</h1>'
        f'<p><a class="aimd-find" href="{root}all.html#view-all-items">Find an item or clause</a></p>{body}</main>'
        f"</body></html>"
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of cards, of traces and of the list, with the real scripts and data."""
    folder = tmp_path_factory.mktemp("site")
    found = dossier()

    def to(item_id: str) -> str:
        return f"{'items' if item_id in ('AST-1',) else 'cards'}.html#{item_id}"

    near = Addresses(
        item=to,
        file=lambda _text: None,
        rows=lambda _rows: None,
        trace=lambda item_id: f"_aimd/trace/{item_id}.html",
        edit=lambda _file, _line: None,
    )
    shown = ""
    for item_id in ("THR-001", "THR-002", "THR-010", "CTL-001", "TST-001", "MDR-GSPR-17-4"):
        card = found.card(item_id)
        before, after = cards.card_title(card, item_id, near)
        text = f"{escape(card.label)} {escape(card.title)}"
        shown += cards.card_head(card, item_id) + before + text + after + cards.card_tail(card, near)
    words = (
        '<p><label>Name <input id="name"></label> <a id="far" href="cards.html#CTL-001" title="Tip">a control</a></p>'
    )
    trace = (
        '<p><a data-key="n" href="THR-002.html">Next</a> <a data-key="c" href="../../cards.html#THR-001">Card</a></p>'
    )
    pages = {
        "cards.html": page_of(words + shown, ""),
        "items.html": page_of('<section class="aimd-card" id="AST-1">Implant</section>', ""),
        "all.html": page_of("<p>All items</p>", ""),
        "_aimd/trace/THR-001.html": page_of(trace, "../../"),
        "_aimd/trace/THR-002.html": page_of("<p>Trace</p>", "../../"),
        "_static/aimd/items.js": items_script(found, to),
        "_static/aimd/texts.js": texts_script(found, to),
    }
    for name in ASSETS:
        pages[f"_static/aimd/{name}"] = asset(name)
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def page(site: Path, browser: Browser) -> Iterator[Page]:
    """The page of cards; nothing may be said on its console, and nothing asked of another host."""
    context = browser.new_context(viewport={"width": 1000, "height": 700})
    opened = context.new_page()
    opened.set_default_timeout(5000)
    complaints = watch(opened, site.as_uri())
    opened.goto(f"{site.as_uri()}/cards.html")
    yield opened
    assert complaints.all() == []
    context.close()


def search(page: Page, text: str, count: int) -> list[str]:
    """Labels of what is found, best first.

    :param count: how many there must be; waited for, since texts are read while the reader types.
    """
    if not page.locator("dialog[open]").count():
        page.keyboard.press("/")
    page.locator("#aimd-query").fill(text)
    expect(page.locator("[role=option] strong")).to_have_count(count)
    return page.locator("[role=option] strong").all_text_contents()


def test_search_finds_ids_citations_titles_and_texts(page: Page) -> None:
    queries = {
        "thr1": ["THR-001", "THR-010"],  # the second begins with it
        "THR_10": ["THR-010"],
        "524b b 2 a": ["524B(b)(2)(A)"],
        "gspr17.4": ["GSPR 17.4", "GSPR 17.41"],
        "mdr 17.41": ["GSPR 17.41"],
        "command telemetry": ["THR-001"],
        "replay": ["THR-001", "TST-001"],
        "replay test": ["TST-001"],  # a title and a kind
        "CAFE": ["THR-010"],
        "again 400": ["THR-001"],  # a text
        "cve-2026-10001": ["THR-010"],  # behind the cut of its text
        "zzz": [],
    }
    assert {typed: search(page, typed, len(found)) for typed, found in queries.items()} == queries


def test_what_is_found_says_what_and_where_it_is(page: Page) -> None:
    search(page, "again window", 1)
    option = page.locator("[role=option]")
    assert option.locator(".aimd-kind").text_content() == "Threat"
    assert option.locator(".aimd-verdict").text_content()
    assert option.locator(".aimd-snippet mark").all_text_contents() == ["again", "window"]
    assert page.locator(".aimd-search [role=status]").text_content() == "1 found. "
    all_of_them = page.get_by_role("link", name="All in the list")
    assert (all_of_them.get_attribute("href") or "").endswith("all.html#view-all-items?q=again%20window")
    search(page, "thr-", 3)
    for scheme in ("light", "dark"):
        set_scheme(page, scheme)
        assert axe(page, within=[".aimd-search"]) == []


def test_hostile_titles_are_text(page: Page) -> None:
    search(page, "onerror", 1)
    assert page.locator("[role=option] .aimd-name").text_content() == HOSTILE
    assert search(page, LONG[:20], 1) == ["CTL-002"]
    assert page.evaluate("document.querySelector('dialog').scrollWidth <= innerWidth")
    page.keyboard.press("Escape")
    page.locator('#CTL-001 a[href="cards.html#THR-001"]').first.hover()
    expect(page.locator("#aimd-hover")).to_contain_text("Replay of a telemetry command")
    page.locator('#THR-002 a[href$="THR-002.html"]').hover()
    expect(page.locator("#aimd-hover")).to_contain_text(HOSTILE)
    assert page.locator("img").count() == 0
    assert page.title() == "Page"


def test_search_is_walked_by_keyboard(page: Page) -> None:
    page.locator("a.aimd-find").press("Enter")
    assert search(page, "thr-", 3) == ["THR-001", "THR-002", "THR-010"]
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#aimd-query").get_attribute("aria-activedescendant")
    assert page.locator("[role=option][aria-selected=true]").get_attribute("id") == chosen
    page.keyboard.press("Escape")
    expect(page.locator("a.aimd-find")).to_be_focused()
    search(page, "thr-", 3)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.url.endswith("cards.html#THR-002")
    expect(page.locator("#THR-002")).to_be_focused()
    search(page, "thr1", 2)
    page.keyboard.press("Shift+Enter")
    page.wait_for_url("**/_aimd/trace/THR-001.html")
    page.keyboard.press("c")
    page.wait_for_url("**/cards.html#THR-001")


def test_card_shows_on_hover_and_focus_and_can_be_dismissed(page: Page) -> None:
    link, card = page.locator("#far"), page.locator("#aimd-hover")
    assert page.evaluate("document.querySelectorAll('script').length") == 3  # no data before it is needed
    link.hover()
    expect(card).to_be_visible()
    expect(card).to_contain_text("Counter under the session key")
    expect(card).to_contain_text("Open:")
    assert (link.get_attribute("title"), link.get_attribute("aria-describedby")) == (None, "aimd-hover")
    at, box = link.bounding_box(), card.bounding_box()
    assert at is not None
    assert box is not None
    assert box["y"] >= at["y"] + at["height"]
    card.hover()
    page.wait_for_timeout(400)
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    assert (link.get_attribute("title"), link.get_attribute("aria-describedby")) == ("Tip", None)
    page.mouse.move(500, 690)
    page.locator("#name").focus()
    page.keyboard.press("Tab")
    expect(link).to_be_focused()
    expect(card).to_be_visible()
    assert axe(page, within=["#aimd-hover", "#far"]) == []
    page.keyboard.press("Tab")
    expect(card).to_be_hidden()


def test_keys_walk_cards_and_can_be_turned_off(page: Page) -> None:
    for key, card in (("n", "THR-001"), ("n", "THR-002"), ("n", "THR-010"), ("p", "THR-002")):
        page.keyboard.press(key)
        expect(page.locator(f"#{card}")).to_be_focused()
    page.keyboard.press("u")
    page.wait_for_url("**/items.html#AST-1")
    page.go_back()
    page.locator("#name").press_sequentially("n/?d")
    assert page.locator("#name").input_value() == "n/?d"
    page.locator("#name").blur()
    page.keyboard.press("Control+n")
    page.keyboard.press("?")
    box = page.get_by_role("checkbox", name="Single keys work in this browser")
    assert axe(page, within=[".aimd-help"]) == []
    box.uncheck()
    page.reload()
    page.keyboard.press("n")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement === document.body")
    page.locator("a.aimd-find").click()  # the way back, without keys
    page.get_by_role("button", name="Keys").click()
    box.check()
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    page.wait_for_url("**/_aimd/trace/THR-001.html")
    page.keyboard.press("n")
    page.wait_for_url("**/_aimd/trace/THR-002.html")


def test_without_data_the_list_is_named(site: Path, browser: Browser, tmp_path: Path) -> None:
    for path in site.rglob("*"):
        target = tmp_path / path.relative_to(site)
        if path.is_dir() or path.name == "items.js":
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    page = browser.new_page()
    page.goto(f"{tmp_path.as_uri()}/cards.html")
    page.locator("a.aimd-find").click()
    expect(page.locator(".aimd-search [role=status]")).to_have_text("The index could not be read: use the list.")
    page.get_by_role("link", name="All in the list").click()
    page.wait_for_url("**/all.html#view-all-items?q=")
    page.close()


def test_data_is_stable_and_in_the_order_in_which_people_count() -> None:
    def data(script: str) -> dict[str, list[list[object]]]:
        found = re.fullmatch(r'AIMD\.load\("\w+",0,(".*")\);\n', script)
        assert found
        return json.loads(json.loads(found[1]))  # type: ignore[no-any-return]

    scripts = [
        make(dossier(), lambda item_id: f"p.html#{item_id}" if item_id != "AST-1" else None)
        for make in (items_script, texts_script, items_script, texts_script)
    ]
    assert scripts[:2] == scripts[2:]
    assert not re.search(r"[<>&]|[^\x00-\x7f]", "".join(scripts))
    items, texts = data(scripts[0])["items"], data(scripts[1])["texts"]
    ids = [item[0] for item in items]
    assert "AST-1" not in ids  # it has no place
    assert ids[:3] == ["THR-001", "THR-002", "THR-010"]
    assert ids[-3:] == ["FDA-524B-b-2-A", "MDR-GSPR-17-4", "MDR-GSPR-17-41"]
    assert len(items) == len(texts)
    text = str(texts[2])
    assert text.count("padding") < 400
    assert len(text) < TEXT_LENGTH + 200
    assert "CVE-2026-10001" in text
