"""A reviewer's walk: the same clause followed to its tests by clicks in Chromium, in the PDF and in Excel."""

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
    pages = json.loads((pdf.folder / "pages.json").read_text("utf-8"))["items"]
    trace = html.trace()
    items = {item["id"]: item for item in trace["items"]}

    def links_near(item: str, more: int) -> dict[str, tuple[str, int]]:
        """File and page that links lead to, by the first word of their text, from the page of an item on."""
        file, page = pages[item]["document"], pages[item]["page"] - 1
        return {
            text.split()[0]: (link.goal.file, link.goal.page + 1)
            for number in range(page, min(page + more + 1, pdf.pages(file)))
            for link in pdf.links_of(file, number)
            if (text := pdf.text_in(file, number, link.rect))
        }

    crossed = 0
    for clause, citation, _file, instrument in WALKS:
        expected = by_filtering(html.out / "_aimd/dossier.xlsx", citation, instrument)
        answers = sorted(item["id"] for item in items.values() if clause in item["links"].get("satisfies", []))
        led = links_near(clause, 1)
        for answer in answers:
            assert led[answer] == (pages[answer]["document"], pages[answer]["page"]), (clause, answer)
            crossed += pages[answer]["document"] != pages[clause]["document"]
        for test in expected:
            carriers = {answer for answer in answers if answer == test or answer in items[test]["links"]["verifies"]}
            near = links_near(min(carriers), 2)
            place = (pages[test]["document"], pages[test]["page"])
            assert test in carriers or near[test] == place, (clause, test)
            shown = "".join(pdf.text(place[0], place[1] - 1 + step) for step in (0, 1))
            assert expected[test] <= set(RESULT.findall(shown)), test
    assert crossed


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
