"""The matrix explorer in Chromium, over ``file://`` and under a strict policy, against what the rows say in Python."""

from __future__ import annotations

import csv
import io
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pypdfium2
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page

from sphinx_aimd.model.verdict import WORDS, Verdict
from sphinx_aimd.views.table import Cell, Column, Facet, Rows, Table
from sphinx_aimd.writers.html import data, tables
from sphinx_aimd.writers.html.static import asset as asset_text

from . import browser as browsers

STYLES, SCRIPTS = ("aimd.css", "explorer.css"), ("core.js", "rows.js", "controls.js", "explorer.js")
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
STRIDE = ("Spoofing", "Tampering", "Repudiation", "Information disclosure")
HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "\" onmouseover='alert(2)' x=\"&lt;b&gt;",
    "a\u202edesrever",
    "zero\u200bwidth\ufeff",
    "W" * 10_000,
    "<!--<script>alert(3)",
)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1", 'quote " and, comma')


def view(count: int, titles: tuple[str, ...] = (), ident: str = "threats") -> Table:
    """Threats with one to three rows each: control, score, verdict and facets of all kinds."""
    rows, ids, facets = [], [], []
    chance, verdicts = random.Random(1), list(Verdict)
    while len(rows) < count:
        number = len(set(ids)) + 1
        name = f"THR-{number}"
        title = chance.choice(titles or ("Replayed alarm", "Replayed télémétrie", "Replayed log"))
        verdict, classes = chance.choice(verdicts), tuple(chance.sample(STRIDE, chance.choice((1, 2))))
        for part in range(min(chance.choice((1, 2, 3)), count - len(rows))):
            control = f"CTL-{chance.randrange(40)}"
            rows.append(
                (
                    Cell(f"{name} {title}", name),
                    Cell(verdict=verdict),
                    Cell(f"{control} Control", control, verdict=chance.choice(verdicts)),
                    Cell(f"{chance.randrange(1500):,}" if number % 11 else ""),
                    Cell(title if titles else ", ".join(classes)),
                )
            )
            ids.append(name)
            facets.append((classes, (WORDS[verdict],), ("open",) if part else (), (title,)))
    specs = (("threat", 4, False), ("verdict", 2, False), ("control", 4, False), ("score", 1, False), ("note", 3, True))
    names = (("stride", "STRIDE"), ("verdict", "Verdict"), ("state", "State"), ("title", "Title"))
    return Table(
        id=ident,
        kind="matrix",
        title="Threats",
        question="Is every threat mitigated?",
        scope=f"{len(set(ids))} items (threat), {count} rows. Filter: none. Version 2.1.0, as of 2026-11-02.",
        columns=tuple(Column(name=n, title=n.title(), width=width, spare=spare) for n, width, spare in specs),
        rows=tuple(rows),
        row_ids=tuple(ids),
        facets=tuple(
            Facet(name=name, title=title, values=tuple(row[at] for row in facets))
            for at, (name, title) in enumerate(names)
        ),
    )


def href(target: str) -> str:
    return f"items.html#{target}"


def rows_href(rows: Rows) -> str:
    return f"#view-{rows.view}"


def parts_of(shown: Table, files: dict[str, str]) -> tables.Parts:
    pages = tuple(f"part-{number + 1}.html" for number in range(len(tables.split(shown))))
    return tables.Parts(files=tuple(files), pages=pages)


def write(folder: Path, *views: Table, name: str = "page.html", more: str = "") -> str:
    """A page with views; its data files and scripts lie where the explorer expects them.

    :return: address of the page.
    """
    static = folder / "_static" / "aimd"
    static.mkdir(parents=True, exist_ok=True)
    for asset in (*STYLES, *SCRIPTS):
        (static / asset).write_text(asset_text(asset), "utf-8")
    body = more
    for shown in views:
        files = data.data_files(shown, href, rows_href) if len(shown.rows) > tables.WHOLE_ROWS else {}
        for file, content in files.items():
            (static / file).write_text(content, "ascii")
        body += tables.table(shown, href, rows_href, parts_of(shown, files) if files else None)
    head = "".join(f'<link rel="stylesheet" href="_static/aimd/{name}">' for name in STYLES)
    head += "".join(f'<script defer src="_static/aimd/{name}"></script>' for name in SCRIPTS)
    path = folder / name
    path.write_text(
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Threats</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">{head}</head>'
        f"<body><main><h1>Threats</h1>{body}</main></body></html>",
        "utf-8",
    )
    return path.as_uri()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browsers.chromium() as started:
        yield started


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of its own; a console message, a request to elsewhere or a dialog fails the test."""
    opened = chromium.new_page()
    said = browsers.watch(opened, "file://")
    dialogs: list[str] = []
    opened.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    yield opened
    opened.close()
    assert said.all() == []
    assert dialogs == []


def count_is(page: Page, text: str) -> None:
    page.wait_for_function("text => document.querySelector('output')?.textContent === text", arg=text)


def cells(page: Page) -> list[list[str]]:
    """What a reader sees of the rows on show."""
    found: list[list[str]] = page.evaluate(
        """() => [...document.querySelectorAll("tbody tr")].filter((tr) => tr.querySelector("td"))
          .map((tr) => [...tr.cells].filter((td) => !td.hidden).map((td) => td.textContent))"""
    )
    return found


def expected(shown: Table, rows: list[int], columns: range = range(4)) -> list[list[str]]:
    return [[shown.rows[row][column].shown for column in columns] for row in rows]


def pick(page: Page, facet: str, word: str) -> None:
    view = page.locator("#view-threats")
    view.locator("summary", has_text=facet).click()
    view.get_by_role("checkbox", name=re.compile(f"^{word} ")).check()
    page.keyboard.press("Escape")


def test_filters_combine_and_count(page: Page, tmp_path: Path) -> None:
    shown = view(240)
    facets = {facet.name: facet.values for facet in shown.facets}
    page.goto(write(tmp_path, shown))
    count_is(page, "Rows 1 to 100 of 240")
    pick(page, "STRIDE", "Tampering")
    pick(page, "STRIDE", "Repudiation")
    pick(page, "Verdict", "failed")
    pick(page, "Verdict", "planned")
    page.get_by_label("Search").fill("ctl TELEMETRIE")
    page.get_by_role("button", name="Filter by column").click()
    page.get_by_role("searchbox", name="Control holds").fill("ctl-3")

    def wanted(row: int, but: str = "") -> bool:
        text = [cell.shown.lower() for cell in shown.rows[row]]
        return (
            (but == "stride" or bool({"Tampering", "Repudiation"} & set(facets["stride"][row])))
            and (but == "verdict" or bool({"failed", "planned"} & set(facets["verdict"][row])))
            and any("télémétrie" in one for one in text)
            and "ctl-3" in text[2]
        )

    rows = [row for row in range(240) if wanted(row)]
    assert rows
    count_is(page, f"Rows 1 to {len(rows)} of {len(rows)} that match, of 240 in all")
    assert cells(page) == expected(shown, rows)
    said = page.locator(".aimd-chosen").text_content() or ""
    for words in ("STRIDE is Tampering or Repudiation", "Verdict is failed or planned", "Control holds “ctl-3”"):
        assert words in said
    for name, title in (("stride", "STRIDE"), ("verdict", "Verdict"), ("state", "State")):
        counts = Counter(word for row in range(240) if wanted(row, name) for word in facets[name][row] or ("none",))
        labels = (
            page.locator("details", has=page.locator("summary", has_text=title)).locator("label").all_text_contents()
        )
        known = {word or "none" for values in facets[name] for word in values or ("",)}
        shown_counts = dict(re.fullmatch(r"\s*(.+) \((\d+)\)", label).groups() for label in labels)  # type: ignore[union-attr]
        assert {word: int(shown_counts[word]) for word in known} == {word: counts[word] for word in known}
    page.get_by_role("button", name="Reset").click()
    count_is(page, "Rows 1 to 100 of 240")


def test_sorts_ids_figures_and_verdicts(page: Page, tmp_path: Path) -> None:
    shown = view(90)
    page.goto(write(tmp_path, shown))
    source = cells(page)

    def press(name: str) -> list[list[str]]:
        page.get_by_role("columnheader", name=name).get_by_role("button").click()
        return cells(page)

    def number(text: str) -> int:
        return int(re.search(r"\d+", text.replace(",", ""))[0])  # type: ignore[index]

    def score(row: list[str]) -> int:
        return number(row[3]) if row[3] else 10**6

    words = list(WORDS.values())
    assert press("Verdict") == sorted(source, key=lambda row: words.index(row[1]))
    assert press("Control") == sorted(source, key=lambda row: (number(row[2]), row[2]))
    assert press("Score") == sorted(source, key=score)
    assert press("Score") == sorted(source, key=lambda row: (not row[3], -score(row)))  # what is empty stays last
    assert page.locator("th[aria-sort]").evaluate_all("all => all.map((th) => [th.dataset.name, th.ariaSort])") == [
        ["score", "descending"]
    ]
    assert press("Score") == source
    assert page.locator("th[aria-sort]").count() == 0


def test_a_link_restores_the_view_and_history_works(page: Page, chromium: Browser, tmp_path: Path) -> None:
    shown, other = view(700), view(40, ident="others")
    more = '<p><a id="figure" href="#view-threats?f.verdict=failed|stale&amp;unknown=1">12</a></p>'
    address = write(tmp_path, shown, other, more=more)
    page.goto(address)
    pick(page, "Verdict", "failed")
    pick(page, "More filters", "Replayed alarm")
    main = page.locator("#view-threats")
    main.get_by_label("Search").fill("50% & more?")
    count_is(page, "No row matches, of 700 in all")
    main.get_by_label("Search").fill("replayed")
    main.get_by_label("Group by").select_option("stride")
    main.get_by_label("Rows on a page").select_option("50")
    main.locator("summary", has_text="Columns").click()
    main.get_by_role("checkbox", name="Note").check()
    main.get_by_role("checkbox", name="Score").uncheck()
    main.get_by_role("columnheader", name="Control").get_by_role("button").click()
    link = main.get_by_role("link", name="Link to this view").evaluate("a => a.href")
    assert page.url == link
    assert "f.title=Replayed%20alarm" in link
    seen = main.inner_text()
    again = chromium.new_page()
    again.goto(link)
    assert again.locator("#view-threats").inner_text().replace("\n", "") == seen.replace("\n", "")
    assert again.evaluate("document.activeElement.tagName") == "OUTPUT"
    assert again.evaluate("document.activeElement.closest('aimd-matrix').id") == "view-threats"
    again.close()

    page.locator("#figure").click()
    rows = [row for row in range(700) if {"failed", "stale"} & set(shown.facets[1].values[row])]
    count_is(page, f"Rows 1 to 100 of {len(rows)} that match, of 700 in all")
    page.go_back()
    assert page.locator("#view-threats output").inner_text() in seen
    page.goto(address + "#view-others?sort=verdict&dir=desc&page=9&cols=verdict,threat")  # the same document
    page.wait_for_function("document.activeElement.closest('aimd-matrix')?.id === 'view-others'")
    assert page.locator("#view-others th:visible").all_inner_texts() == ["Threat", "Verdict"]
    assert page.locator("#view-threats output").inner_text() in seen, "the other view keeps its state"


def test_a_browser_that_keeps_a_file_from_its_history_leaves_the_reader_where_they_type(
    page: Page, tmp_path: Path
) -> None:
    page.add_init_script("history.replaceState = () => { throw new DOMException('not here', 'SecurityError'); }")
    address = write(tmp_path, view(60))
    page.goto(address)
    page.get_by_label("Search").fill("thr-1")
    page.wait_for_url(f"{address}#view-threats?q=thr-1")
    page.keyboard.type("0")
    page.wait_for_url(f"{address}#view-threats?q=thr-10")
    assert page.evaluate("document.activeElement.type") == "search"


def test_an_anchor_of_a_row_on_another_page_is_found(page: Page, tmp_path: Path) -> None:
    page.goto(write(tmp_path, view(300)) + "#THR-140")
    row = page.locator('tr[data-row="THR-140"]').first
    row.wait_for()
    box = row.bounding_box()
    assert box
    assert 0 <= box["y"] < 720
    page.evaluate("location.hash = 'THR-2'")
    page.locator('tr[data-row="THR-2"]').first.wait_for()


def test_csv_is_the_filtered_view_and_runs_nowhere(page: Page, tmp_path: Path) -> None:
    shown = view(240, FORMULAS)
    query = "sort=verdict&f.verdict=failed|waived&cols=note,verdict,threat&size=1000"
    page.goto(f"{write(tmp_path, shown)}#view-threats?{query}")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as CSV").click()
    assert saved.value.suggested_filename == "threats.csv"
    content = Path(saved.value.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert lines[0] == ["Threat", "Verdict", "Note"]
    safe = {text: "'" + text for text in FORMULAS[:5]}
    assert lines[1:-2] == [[*row[:2], safe.get(row[2], row[2])] for row in cells(page)]
    assert {line[2] for line in lines[1:-2]} == {*safe.values(), FORMULAS[5]}
    assert lines[-2] == [f"Scope: {shown.scope}", "", ""]
    assert lines[-1] == ["Reader’s filter: Verdict is failed or waived. Sorted by Verdict. ", "", ""]


def test_groups_add_up_and_fold(page: Page, tmp_path: Path) -> None:
    shown = view(90)
    page.goto(write(tmp_path, shown) + "#view-threats?group=verdict")
    heads = page.locator("tbody th[scope=rowgroup]")
    sizes = Counter(word for words in shown.facets[1].values for word in words)
    assert heads.all_text_contents() == [f"{word} ({sizes[word]} rows)" for word in WORDS.values()]
    heads.first.get_by_role("button").press("Enter")
    count_is(page, f"Rows 1 to {90 - sizes['failed']} of 90, in 9 groups")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "false"
    page.keyboard.press("Enter")
    assert len(cells(page)) == 90


def test_keyboard_alone(page: Page, tmp_path: Path) -> None:
    shown = view(240)
    page.goto(write(tmp_path, shown))
    page.wait_for_selector(".aimd-live")

    def tab_to(selector: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                return
        pytest.fail(f"{selector} is out of reach")

    tab_to("input[type=search]")
    page.keyboard.type("alarm")
    tab_to("summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Verdict (1)"
    assert page.locator("details[open]").count() == 0
    tab_to("th button")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    rows = [
        row for row in range(240) if "alarm" in shown.rows[row][0].text and shown.facets[1].values[row] == ("failed",)
    ]
    count_is(page, f"Rows 1 to {len(rows)} of {len(rows)} that match, of 240 in all")
    order = [f"THR-{number}" for number in sorted({int(shown.row_ids[row][4:]) for row in rows}, reverse=True)]
    assert list(dict.fromkeys(row[0].split()[0] for row in cells(page))) == order


def test_what_is_being_typed_survives_another_choice(page: Page, tmp_path: Path) -> None:
    """The search waits for a pause; a box that is ticked before that shows the rows again."""
    page.goto(write(tmp_path, view(240)))
    page.wait_for_selector(".aimd-live")
    page.evaluate(
        """() => {
          const search = document.querySelector("input[type=search]");
          search.value = "alarm";
          search.dispatchEvent(new Event("input"));
          document.querySelector(".aimd-pick input[type=checkbox]").click();
        }"""
    )
    page.wait_for_function("() => location.hash.includes('q=alarm')", timeout=5000)
    assert page.input_value("input[type=search]") == "alarm"


def test_print_has_every_row_and_a_head_on_each_page(page: Page, tmp_path: Path) -> None:
    shown = view(330)
    page.goto(write(tmp_path, shown))
    pick(page, "Verdict", "failed")
    page.get_by_label("Group by").select_option("stride")
    page.get_by_role("button", name="Reset").click()
    whole = printed(page)
    found = re.findall(r"THR-\d+", "".join(whole))
    assert Counter(found) == Counter(shown.row_ids)
    assert len(whole) > 3
    assert all("Score" in text for text in whole)
    assert "Rows1to330of330" in whole[0]
    assert shown.scope.replace(" ", "") in whole[0]
    assert "SaveasCSV" not in whole[0]
    count_is(page, "Rows 1 to 100 of 330")
    assert len(cells(page)) == 100


def printed(page: Page) -> list[str]:
    """Texts of the pages that are printed, without blanks: where they stand in a PDF is a guess."""
    document = pypdfium2.PdfDocument(page.pdf(format="A4", landscape=True))
    return [re.sub(r"\s", "", sheet.get_textpage().get_text_range()) for sheet in document]


def test_without_scripts_every_row_is_there(chromium: Browser, tmp_path: Path) -> None:
    shown = view(330)
    opened = chromium.new_page(java_script_enabled=False)
    opened.goto(write(tmp_path, shown))
    assert opened.locator("tbody tr").count() == 330
    assert opened.locator("button, input, select, details").count() == 0
    opened.close()


def test_a_long_view_shows_what_its_static_pages_hold(page: Page, tmp_path: Path) -> None:
    shown = view(1400)
    address = write(tmp_path, shown)
    parts = parts_of(shown, {})
    pages = [tables.table(shown, href, rows_href, parts)]
    pages += [tables.part(shown, number, href, rows_href, parts) for number in range(1, len(parts.pages))]
    static = [
        [tr.get("data-row"), *map(cell_of, tr.find_all("td"))]
        for text in pages
        for tr in BeautifulSoup(text, "html.parser").select("tbody tr")
    ]
    page.goto(address + "#view-threats?cols=threat,verdict,control,score,note")
    count_is(page, "Rows 1 to 100 of 1,400")
    root = tmp_path.as_uri() + "/"
    seen: list[Any] = []
    for number in range(14):
        count_is(page, f"Rows {number * 100 + 1:,} to {number * 100 + 100:,} of 1,400")
        seen += page.evaluate(
            """root => [...document.querySelectorAll("tbody tr")].map((tr) => [tr.dataset.row, ...[...tr.cells].map(
              (td) => [td.textContent, td.querySelector("a")?.href.replace(root, "") ?? "",
                td.querySelector("span")?.className ?? ""])])""",
            root,
        )
        page.evaluate("[...document.querySelectorAll('.aimd-pager button')].at(-1).click()")
    assert [row[0] for row in seen] == list(shown.row_ids)
    assert seen == static


def test_an_address_outside_is_a_link_in_a_long_view(page: Page, tmp_path: Path) -> None:
    shown = view(1400)
    rows = tuple((*row[:4], Cell("https://example.org/a?b=1#", is_web=True)) for row in shown.rows)
    page.goto(write(tmp_path, replace(shown, rows=rows)) + "#view-threats?cols=threat,verdict,control,score,note")
    count_is(page, "Rows 1 to 100 of 1,400")
    links = page.locator("tbody td:last-child a")
    found = links.evaluate_all("links => links.map((link) => [link.href, link.textContent])")
    assert found == [["https://example.org/a?b=1", "https://example.org/a?b=1#"]] * 100


def test_a_very_long_view_prints_5000_rows_and_says_where_the_others_are(page: Page, tmp_path: Path) -> None:
    page.goto(write(tmp_path, view(5100)))
    count_is(page, "Rows 1 to 100 of 5,100")
    state = "() => [document.querySelectorAll('tbody tr').length, document.querySelector('.aimd-left').textContent]"
    rows, words = page.evaluate(f"() => {{ dispatchEvent(new Event('beforeprint')); return ({state})(); }}")
    assert rows == 5000
    assert words.startswith("100 more rows match and are not printed here. Static pages hold all 5,100 rows, from 1–")
    rows, _ = page.evaluate(f"() => {{ dispatchEvent(new Event('afterprint')); return ({state})(); }}")
    assert rows == 100


def cell_of(td: Any) -> list[str]:
    link, badge = td.find("a"), td.find("span")
    return [td.get_text(), link["href"] if link else "", " ".join(badge["class"]) if badge else ""]


def test_missing_data_is_said_and_leaves_the_static_part(chromium: Browser, tmp_path: Path) -> None:
    address = write(tmp_path, view(1100))
    for file in (tmp_path / "_static" / "aimd").glob("m-*.js"):
        file.unlink()
    opened = chromium.new_page()
    opened.goto(address)
    opened.wait_for_function("document.querySelector('output').textContent.includes('could not be read')")
    assert opened.locator("tbody tr").count() > 400
    assert opened.locator(".aimd-parts a").count() > 1
    assert opened.locator("button, input, select, details").count() == 0
    opened.close()


@pytest.mark.parametrize("count", [60, 1100])
def test_hostile_titles_are_text(page: Page, tmp_path: Path, count: int) -> None:
    shown = view(count, HOSTILE)
    page.goto(write(tmp_path, shown))
    page.wait_for_selector(".aimd-live")
    page.locator("summary", has_text="Columns").click()
    page.get_by_role("checkbox", name="Note").check()
    columns = range(5)
    assert cells(page) == expected(shown, list(range(min(100, count))), columns)
    assert page.locator("img, aimd-matrix script:not([type])").count() == 0
    assert page.locator("[onmouseover], [onerror]").count() == 0
    for row in page.locator("tbody tr").element_handles()[:12]:
        box = row.bounding_box()
        assert box
        assert box["width"] < 4000, "a long word breaks"
    page.get_by_label("Group by").select_option("title")
    assert set(page.locator("tbody th bdi").all_text_contents()) <= set(HOSTILE)
    word = HOSTILE[0]
    page.locator("summary", has_text="More filters").click()
    page.locator("fieldset label", has_text=word).locator("input").check()
    rows = [row for row in range(count) if shown.facets[3].values[row] == (word,)]
    page.get_by_label("Group by").select_option("")
    assert cells(page) == expected(shown, rows[:100], columns)
    assert word in unquote(page.url)
    page.goto(page.url)
    page.reload()
    page.wait_for_selector(".aimd-live")
    assert cells(page) == expected(shown, rows[:100], columns)
