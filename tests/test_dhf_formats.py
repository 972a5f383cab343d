"""The worked file says the same in HTML, PDF, Excel and JSON: cell for cell, link for link, each read back."""

from __future__ import annotations

import datetime
import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sphinx_aimd.writers.xlsx import HEADER_ROW
from tests.dhf_project import Dossier, build, copy, edit
from tests.dhf_project import dossier as shared_dossier
from tests.pdf_set import PdfSet
from tests.pdf_tables import squeeze
from tests.trace_cells import Rows, cells_of, words_of


@cache
def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Dossier:
    return shared_dossier(tmp_path_factory)


@pytest.fixture(scope="module")
def expected(dossier: Dossier) -> dict[str, Rows]:
    return cells_of(dossier.data.trace())


def html_views(dossier: Dossier) -> dict[str, tuple[Rows, Rows, bool]]:
    """Texts and link targets of the rows of every view, by its title, and whether a page of the project shows it.

    Long views go on over static pages, whose anchors end with the number of the part.
    """
    parts: dict[str, dict[int, tuple[Rows, Rows, bool]]] = {}
    for path in sorted(dossier.html.out.rglob("*.html")):
        if b'class="aimd-view"' not in path.read_bytes():
            continue
        for view in soup(path).select(".aimd-view"):
            number = re.fullmatch(r"view-.+-(\d+)", view["id"]) if view.name == "div" else None
            rows = view.select("tbody tr")
            texts = [[same(cell.get_text()) for cell in row.select("td")] for row in rows]
            links = [[goal(a["href"]) for a in row.select("td a") if not a.get("rel")] for row in rows]
            outside = [anchor for row in rows for anchor in row.select("td a[rel]")]
            assert all(anchor["href"] == anchor.get_text() for anchor in outside)
            found = parts.setdefault(view.select_one("caption").get_text(), {})
            if view.name != "div" or number:
                found[int(number[1]) if number else 1] = (texts, links, "_aimd" not in path.parts)
    views = {}
    for title, numbered in parts.items():
        ordered = [numbered[number] for number in sorted(numbered)]
        assert sorted(numbered) == list(range(1, len(ordered) + 1)), title
        texts = [row for part in ordered for row in part[0]]
        views[title] = (texts, [row for part in ordered for row in part[1]], ordered[0][2])
    return views


def goal(address: str) -> str:
    """The anchor that a link leads to, without the filter that the view there is opened with."""
    return unquote(address.partition("#")[2].partition("?")[0])


def same(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def views(dossier: Dossier) -> dict[str, tuple[Rows, Rows, bool]]:
    return html_views(dossier)


def test_html_shows_the_cells_of_the_trace(
    views: dict[str, tuple[Rows, Rows, bool]], expected: dict[str, Rows]
) -> None:
    assert len(views) >= 20
    for title, (rows, _links, _is_shown) in views.items():
        assert rows == [[same(text) for text in row] for row in expected[title]], title


def test_html_links_lead_to_the_targets_of_the_trace(
    dossier: Dossier, views: dict[str, tuple[Rows, Rows, bool]]
) -> None:
    trace = dossier.data.trace()
    known = {entry["id"] for entry in trace["items"] + trace["clauses"]}
    targets = {
        view["title"]: [
            [
                f"view-{cell['rows']['view']}" if "rows" in cell else cell["target"]
                for cell in row
                if "rows" in cell or cell["target"] in known
            ]
            for row in view["rows"]
        ]
        for view in trace["views"]
    }
    for title, (_rows, links, _is_shown) in views.items():
        assert links == targets[title], title
    texts = {path: path.read_text("utf-8") for path in dossier.html.out.rglob("*.html")}
    ids = {path: set(re.findall(r'\sid="([^"]+)"', text)) for path, text in texts.items()}
    dead = []
    for path, text in texts.items():
        for link in set(re.findall(r'href="([^":]*#[^"]+)"', text)):
            file = link.partition("#")[0]
            target = (path.parent / unquote(file)).resolve() if file else path
            if goal(link) not in ids[target]:
                dead.append(f"{path.name}: {link}")
    assert dead == []


@cache
def sheets(dossier: Dossier) -> dict[str, Worksheet]:
    book = load_workbook(dossier.xlsx.out / "dossier.xlsx")
    return {str(sheet["A1"].value): sheet for sheet in book.worksheets}


def text_of(value: Any) -> str:
    """A cell as the text that it was written from: a date is the same day in ISO form."""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)


def test_excel_shows_the_cells_of_the_trace(dossier: Dossier, expected: dict[str, Rows]) -> None:
    found = sheets(dossier)
    trace = dossier.data.trace()
    known = {entry["id"] for entry in trace["items"] + trace["clauses"]}
    for view in trace["views"]:
        sheet, title = found[view["title"]], view["title"]
        width = len(view["columns"])
        assert [str(cell.value) for cell in sheet[HEADER_ROW][:width]] == [
            column["title"] for column in view["columns"]
        ]
        texts = []
        read = sheet.iter_rows(HEADER_ROW + 1, HEADER_ROW + len(view["rows"]), max_col=width)
        for number, (row, cells) in enumerate(zip(view["rows"], read, strict=True), HEADER_ROW + 1):
            texts.append([text_of(cell.value) for cell in cells])
            for cell, said in zip(cells, row, strict=True):
                if said["target"] in known:
                    assert cell.hyperlink is not None, (title, number)
                    # the place of an item in the HTML, or in the PDF where the cell says that
                    assert cell.hyperlink.location.removeprefix("nameddest=") == said["target"]
                assert cell.data_type in ("s", "n", "d")
        assert texts == expected[title], title
        assert sheet.auto_filter.ref
        assert sheet.freeze_panes == f"B{HEADER_ROW + 1}"
        assert sheet.print_title_rows


def test_excel_names_the_page_of_each_item_in_the_pdf(dossier: Dossier) -> None:
    pages = json.loads((dossier.pdf.out / "pages.json").read_text("utf-8"))["items"]
    sheet = sheets(dossier)["Items"]
    rows = {str(row[0].value): row for row in sheet.iter_rows(min_row=HEADER_ROW + 1) if row[0].value}
    assert set(rows) == set(pages)
    for item_id, place in pages.items():
        assert [rows[item_id][column].value for column in (8, 9, 10)] == [
            place["document"],
            place["section"],
            place["page"],
        ]


def test_cards_say_in_html_what_the_trace_says(dossier: Dossier) -> None:
    """Of each item: its verdict and what is open, as trace.json has them."""
    trace = dossier.data.trace()
    words = words_of(trace)
    cards = {}
    for path in dossier.html.out.rglob("*.html"):
        if b"aimd-card" not in path.read_bytes():
            continue
        for card in soup(path).select("section.aimd-card[id]"):
            badge = card.select_one(".aimd-title .aimd-verdict").get_text()
            cards[card["id"]] = (badge, [same(reason.get_text()) for reason in card.select(".aimd-reasons li")])
    results = {item["id"] for item in trace["items"] if item["type"] == "result"}
    entries = {entry["id"]: entry for entry in trace["items"] + trace["clauses"] if entry["id"] not in results}
    assert set(cards) == set(entries)
    for item_id, entry in entries.items():
        word = (
            "evidence complete" if "citation" in entry and entry["verdict"] == "verified" else words[entry["verdict"]]
        )
        assert cards[item_id] == (word, [same(reason) for reason in entry["reasons"]]), item_id


#: The exercise of a reviewer at a notified body: security rows of MDR Annex I, and the tests behind them.
ROWS = ("GSPR 17.2", "GSPR 17.4", "GSPR 18.8", "GSPR 14.2(d)", "GSPR 23.4(ab)")


def test_a_reviewer_goes_from_the_checklist_to_a_test_result(dossier: Dossier) -> None:
    trace = dossier.data.trace()
    view = next(view for view in trace["views"] if view["id"] == "gspr-checklist")
    columns = [column["name"] for column in view["columns"]]
    assert len(columns) == 8
    evidence, place, status = (columns.index(name) for name in ("evidence", "place", "status"))
    page_of_list = soup(dossier.html.out / "checklists/gspr.html")
    sheet = sheets(dossier)[view["title"]]
    open_rows = []
    found = PdfSet(dossier.pdf.out)
    for citation in ROWS:
        numbers = [n for n, row in enumerate(view["rows"]) if row[0]["text"].startswith(f"{citation} ")]
        number = next(n for n in numbers if view["rows"][n][evidence]["target"].startswith("RES-"))
        row = view["rows"][number]
        result = row[evidence]["target"]
        said = re.fullmatch(r"(\S+\.pdf), (.+), page (\d+)", row[place]["text"])
        assert said
        assert squeeze(result) in squeeze(found.text(said[1], int(said[3]) - 1))
        shown = page_of_list.select("tbody tr")[number].select("td")
        assert same(shown[place].get_text()) == same(row[place]["text"])
        link = shown[evidence].select_one("a")["href"]
        file, _hash, anchor = link.partition("#")
        target = (dossier.html.out / "checklists" / file).resolve()
        assert soup(target).select_one(f"[id='{anchor}']") is not None
        assert str(sheet.cell(HEADER_ROW + 1 + number, place + 1).value) == row[place]["text"]
        if row[status]["verdict"] != "verified":
            open_rows.append(row[0]["target"])
    assert open_rows
    for clause in open_rows:
        reasons = next(entry["reasons"] for entry in trace["clauses"] if entry["id"] == clause)
        assert reasons
        card = next(
            c for path in dossier.html.out.glob("clauses/mdr-annex-i.html") for c in soup(path).select(f"#{clause}")
        )
        assert same(reasons[0]) in same(card.get_text())


def test_excel_does_not_quote_pages_of_an_older_pdf(dossier: Dossier, tmp_path: Path) -> None:
    source = copy(tmp_path / "dhf")
    edit(source, "system.rst", "System description\n", "System description, second edition\n")
    pages = f"aimd_pages_json={dossier.pdf.out / 'pages.json'}"
    done = build(source, tmp_path, "-D", pages, builder="aimd-xlsx", out="xlsx")
    sheet = load_workbook(done.out / "dossier.xlsx")["Items"]
    assert {row[8].value for row in sheet.iter_rows(min_row=HEADER_ROW + 1)} == {"PDF is of another state of the file"}
