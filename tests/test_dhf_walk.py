"""A reviewer's walk: one clause followed to its tests, one CVE to its patch, in Chromium, in the PDF and in Excel."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pypdfium2
import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import Page

from sphinx_aimd.writers.xlsx import HEADER_ROW
from tests.browser import chromium
from tests.dhf_project import Build, dossier
from tests.pdf_set import PdfSet

WALKS = [
    ("MDR-GSPR-17-2", "GSPR 17.2", "mdr-annex-i", "MDR Annex I"),
    ("FDA-524B-b-2-A", "524B(b)(2)(A)", "fdca-524b", "524B"),
]
TEST, RESULT = re.compile(r"TST-\d+"), re.compile(r"RES-TST-\d+-\d+")
CVE = "CVE-2025-62235"
#: From the fielded component over the statement on the CVE to the patch, and back: item, link, item that it leads to.
CVE_WALK = [
    ("CMP-021", "affected by", "VUL-011"),
    ("VUL-011", "fixed by", "PAT-001"),
    ("PAT-001", "fixes", "VUL-011"),
    ("VUL-011", "affects", "CMP-021"),
]


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return dossier(tmp_path_factory).html


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> PdfSet:
    return PdfSet(dossier(tmp_path_factory).pdf.out)


@pytest.fixture
def browser() -> Iterator[Page]:
    with chromium() as started:
        yield started.new_page()


def results_of_card(page: Page, test: str) -> set[str]:
    return set(RESULT.findall(page.locator(f"section#{test} .aimd-results").inner_text()))


def by_clicking(page: Page, html: Build, clause: str, file: str) -> dict[str, set[str]]:
    """Tests and their results, reached only by links that stand on the cards."""
    page.goto((html.out / "index.html").as_uri())
    page.locator(f'a[href="clauses/{file}.html"]').first.click()
    page.wait_for_url(f"**/clauses/{file}.html")
    card = page.locator(f"section#{clause}")
    answers = card.locator('dt:has-text("satisfied by") + dd a')
    found: dict[str, set[str]] = {}
    home = page.url
    for number in range(answers.count()):
        label = answers.nth(number).inner_text().split()[0]
        answers.nth(number).click()
        page.wait_for_url(f"**#{label}")
        if TEST.fullmatch(label):
            found[label] = results_of_card(page, label)
        tests = page.locator(f'section#{label} dt:has-text("verified by") + dd a')
        names = [tests.nth(i).inner_text().split()[0] for i in range(tests.count())]
        place = page.url
        for i, name in enumerate(names):
            tests.nth(i).click()
            page.wait_for_url(f"**#{name}")
            found[name] = results_of_card(page, name)
            page.goto(place)
        page.goto(home)
    return found


@cache
def sheets(workbook: Path) -> list[Worksheet]:
    return list(load_workbook(workbook).worksheets)


def by_filtering(workbook: Path, citation: str, instrument: str) -> dict[str, set[str]]:
    """Rows of the clause in the sheet of its instrument: what Excel shows after filtering the first column."""
    title = f"Clauses and their evidence: {instrument}"
    sheet = next(sheet for sheet in sheets(workbook) if sheet["A1"].value == title)
    titles = {cell.value: number for number, cell in enumerate(sheet[HEADER_ROW])}
    found: dict[str, set[str]] = {}
    for row in sheet.iter_rows(min_row=HEADER_ROW + 1, values_only=True):
        if row[titles["Clause"]] == citation:
            for name in TEST.findall(str(row[titles["Test"]] or ""))[:1]:
                found.setdefault(name, set()).update(RESULT.findall(str(row[titles["Result"]] or "")))
    return found


def links_near(pdf: PdfSet, item: str, more: int) -> dict[str, tuple[str, int]]:
    """File and page that links lead to, by the first word of their text, from the page of an item on."""
    file, first = place_of(pdf, item)
    return {
        text.split()[0]: (link.goal.file, link.goal.page + 1)
        for number in range(first - 1, min(first + more, pdf.pages(file)))
        for link in pdf.links_of(file, number)
        if (text := pdf.text_in(file, number, link.rect))
    }


def place_of(pdf: PdfSet, item: str) -> tuple[str, int]:
    """Document and page of an item, as the PDF builder states them."""
    found = json.loads((pdf.folder / "pages.json").read_text("utf-8"))["items"][item]
    return found["document"], found["page"]


def test_clicks_and_filter_lead_to_the_same_tests_and_results(html: Build, browser: Page) -> None:
    outside: list[str] = []
    errors: list[str] = []
    browser.on("request", lambda request: outside.append(request.url) if not request.url.startswith("file:") else None)
    browser.on("pageerror", lambda error: errors.append(str(error)))
    for clause, citation, file, instrument in WALKS:
        clicked = by_clicking(browser, html, clause, file)
        assert clicked
        assert any(clicked.values())
        assert clicked == by_filtering(html.out / "_aimd/dossier.xlsx", citation, instrument)
    assert (outside, errors) == ([], [])


def test_links_of_the_pdf_lead_from_the_clause_to_the_same_tests(html: Build, pdf: PdfSet) -> None:
    items = {item["id"]: item for item in html.trace()["items"]}
    crossed = 0
    for clause, citation, _file, instrument in WALKS:
        expected = by_filtering(html.out / "_aimd/dossier.xlsx", citation, instrument)
        answers = sorted(item["id"] for item in items.values() if clause in item["links"].get("satisfies", []))
        led = links_near(pdf, clause, 1)
        for answer in answers:
            assert led[answer] == place_of(pdf, answer), (clause, answer)
            crossed += place_of(pdf, answer)[0] != place_of(pdf, clause)[0]
        for test in expected:
            carriers = {answer for answer in answers if answer == test or answer in items[test]["links"]["verifies"]}
            near = links_near(pdf, min(carriers), 2)
            place = place_of(pdf, test)
            assert test in carriers or near[test] == place, (clause, test)
            shown = "".join(pdf.text(place[0], place[1] - 1 + step) for step in (0, 1))
            assert expected[test] <= set(RESULT.findall(shown)), test
    assert crossed


def cve_on_cards(page: Page, html: Build) -> dict[str, str]:
    """Verdicts on the cards, each reached by a click on the card before."""
    found: dict[str, str] = {}
    page.goto((html.out / "sbom.html").as_uri() + f"#{CVE_WALK[0][0]}")
    for start, link, end in CVE_WALK:
        card = page.locator(f"section#{start}")
        found[start] = card.locator("> .aimd-title .aimd-verdict").inner_text()
        card.locator(f'.aimd-links dt:text-is("{link}") + dd a', has_text=re.compile(rf"^{end}\b")).click()
        page.wait_for_url(f"**#{end}")
        if end == "VUL-011":
            assert CVE in page.locator(f"section#{end} > .aimd-fields").inner_text()
    return found


def cve_on_trace_pages(page: Page, html: Build) -> dict[str, str]:
    """Verdicts on the trace pages: from the card to the first, then from each to the next."""
    found: dict[str, str] = {}
    first = CVE_WALK[0][0]
    page.goto((html.out / "sbom.html").as_uri())
    page.locator(f'section#{first} > .aimd-title a[href="_aimd/trace/{first}.html"]').click()
    for start, _link, end in CVE_WALK:
        page.wait_for_url(f"**/_aimd/trace/{start}.html")
        found[start] = page.locator("h1 + .aimd-title .aimd-verdict").inner_text()
        page.locator(f'main a[href="{end}.html"]:visible').first.click()
    page.wait_for_url(f"**/_aimd/trace/{first}.html")
    return found


def cve_in_pdf(pdf: PdfSet, html: Build) -> dict[str, str]:
    """Verdicts beside the titles, each on the page that a link near the item before leads to."""
    titles = {item["id"]: item["title"] for item in html.trace()["items"]}
    found: dict[str, str] = {}
    for start, _link, end in CVE_WALK:
        assert links_near(pdf, start, 1)[end] == place_of(pdf, end), (start, end)
        file, number = place_of(pdf, start)
        shown = " ".join(pdf.text(file, number - 1).split())
        said = re.search(rf"\w {start} {re.escape(titles[start])} (\w+) Approved", shown)
        assert said, (start, file, number)
        found[start] = said.group(1)
    return found


def cve_in_workbook(workbook: Path, pdf: PdfSet) -> dict[str, str]:
    """Verdicts in the row of the component and in the sheet of all items; their cells lead to card and PDF page."""
    sheet = next(sheet for sheet in sheets(workbook) if sheet["A1"].value == "Component to vulnerability to patch")
    named = {cell.value: number for number, cell in enumerate(sheet[HEADER_ROW])}
    rows = sheet.iter_rows(min_row=HEADER_ROW + 1)
    row = next(
        row
        for row in rows
        if str(row[0].value).startswith("CMP-021 ") and CVE in str(row[named["Vulnerability"]].value)
    )
    found = {"CMP-021": str(row[named["Verdict"]].value)}
    for item, column in (("CMP-021", "Component"), ("VUL-011", "Vulnerability"), ("PAT-001", "Patch")):
        cell = row[named[column]]
        assert str(cell.value).startswith(f"{item} ")
        assert (workbook.parent / cell.hyperlink.target).read_text("utf-8").count(f' id="{item}"') == 1
        assert cell.hyperlink.location == item
        found.setdefault(item, str(cell.value).rpartition("[")[2].removesuffix("]"))
    listed = next(sheet for sheet in sheets(workbook) if sheet.title == "Items")
    named = {cell.value: number for number, cell in enumerate(listed[HEADER_ROW])}
    for cells in listed.iter_rows(min_row=HEADER_ROW + 1):
        item = str(cells[0].value)
        if item in found:
            assert cells[named["Verdict"]].value == found[item]
            link = cells[named["PDF document"]].hyperlink
            assert (workbook.parent / link.target).resolve() == (pdf.folder / place_of(pdf, item)[0]).resolve()
            assert link.location == f"nameddest={item}"
            assert item in pdf.places[place_of(pdf, item)[0]]
            assert cells[named["PDF page"]].value == place_of(pdf, item)[1]
    return found


def test_one_cve_leads_to_its_patch_and_back_and_reads_the_same_everywhere(
    html: Build, pdf: PdfSet, browser: Page
) -> None:
    walked = {start for start, _link, _end in CVE_WALK}
    stated = {item["id"]: item["verdict"] for item in html.trace()["items"] if item["id"] in walked}
    assert set(stated.values()) == {"verified", "partial"}  # the assessment is whole, the patch is in no device yet
    assert cve_on_cards(browser, html) == stated
    assert cve_on_trace_pages(browser, html) == stated
    assert cve_in_pdf(pdf, html) == stated
    assert cve_in_workbook(html.out / "_aimd/dossier.xlsx", pdf) == stated


def test_pages_read_without_script_and_are_not_cut_in_print(html: Build, browser: Page, tmp_path: Path) -> None:
    """Script off: every row of a matrix is there; printed, the header stands on each page."""
    context = browser.context.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((html.out / "matrices/threat-trace.html").as_uri())
    view = next(view for view in html.trace()["views"] if view["id"] == "threat-trace")
    assert page.locator(".aimd-view tbody tr").count() == len(view["rows"])
    page.pdf(path=tmp_path / "print.pdf", format="A3", landscape=True)
    printed = pypdfium2.PdfDocument(tmp_path / "print.pdf")
    texts = [printed[number].get_textpage().get_text_range() for number in range(len(printed))]
    rows = [text for text in texts if "THR-0" in text]
    assert len(rows) > 1
    assert all("Asset or interface" in text for text in rows)
    context.close()
