"""The PDF documents of the worked file: cells, reasons, links and pages as the trace has them, sound in structure."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from sphinx_aimd.cli import main
from tests.dhf_project import Dossier
from tests.dhf_project import dossier as shared_dossier
from tests.pdf_set import PdfSet
from tests.pdf_tables import ReadTable, TaggedPdf, squeeze
from tests.trace_cells import Rows, cells_of


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Dossier:
    return shared_dossier(tmp_path_factory)


@pytest.fixture(scope="module")
def expected(dossier: Dossier) -> dict[str, Rows]:
    return cells_of(dossier.data.trace())


#: A matrix of all clauses stands in the PDF as its parts, one for each instrument.
IN_PARTS = "clause-evidence"


@pytest.fixture(scope="module")
def printed(dossier: Dossier) -> list[tuple[list[ReadTable], str]]:
    """Tables and text of each PDF, each page read once."""
    found = []
    for path in dossier.pdf_files:
        with TaggedPdf(path) as tagged:
            found.append((tagged.tables(), squeeze("".join(tagged.texts()))))
    return found


def test_pdf_shows_the_cells_of_the_trace(
    dossier: Dossier, printed: list[tuple[list[ReadTable], str]], expected: dict[str, Rows]
) -> None:
    """Every exported view; one that goes on in another file has its rows in the order of the files."""
    scopes = {squeeze(view["title"]): squeeze(view["scope"]) for view in dossier.data.trace()["views"]}
    by_title = {squeeze(title): title for title in expected}
    seen: dict[str, Rows] = {}
    for tables, _text in printed:
        for table in tables:
            before = [squeeze(text) for text in table.before]
            part = before.pop() if before and before[-1].startswith("Here:rows") else ""
            title = next((text for text in reversed(before) if text in scopes and scopes[text] == before[-1]), None)
            if title is not None and (title not in seen or (part and not part.startswith("Here:rows1to"))):
                rows = [[squeeze(text) for text in row] for row in table.texts()]
                seen.setdefault(title, []).extend(rows)
    seen = {by_title[title]: rows for title, rows in seen.items()}
    views = {view["title"]: view["id"] for view in dossier.data.trace()["views"]}
    assert {title for title in views if title not in seen} == {
        title for title, name in views.items() if name == IN_PARTS
    }
    for title, rows in seen.items():
        assert rows == ([[squeeze(text) for text in row] for row in expected[title]] or [["Norows."]]), title


def test_every_pdf_passes_the_structural_check_and_the_limits_of_portals(
    dossier: Dossier, capsys: pytest.CaptureFixture[str]
) -> None:
    limits = ["--limits", "ecopy", "estar", "notified-body"]
    assert main(["verify-pdf", str(dossier.pdf.out), *limits]) == 0, capsys.readouterr().out
    table = capsys.readouterr().out
    assert all(re.search(rf"{path.name} .* 0 +0\n", table) for path in dossier.pdf_files)


def test_pdf_links_and_pages_lead_to_the_items(dossier: Dossier) -> None:
    """Every link inside the set is followed, across files too; every item is at its page and has a named place."""
    trace = dossier.data.trace()
    pages = json.loads((dossier.pdf.out / "pages.json").read_text("utf-8"))["items"]
    known = {entry["id"]: entry for entry in trace["items"] + trace["clauses"]}
    assert set(pages) == set(known)
    found = PdfSet(dossier.pdf.out)
    count = Counter(link.goal.file == link.file for link in found.links())
    assert count[True] > 5000
    assert count[False] > 5000
    for item, place in pages.items():
        label = known[item].get("citation", item)
        assert squeeze(label) in squeeze(found.text(place["document"], place["page"] - 1)), item
        assert item in found.places[place["document"]]
    for link in found.links():
        if link.goal.file != link.file:
            assert link.says == f"{link.goal.file}, page {link.goal.page + 1}"


def test_every_reason_stands_in_the_documents(dossier: Dossier, printed: list[tuple[list[ReadTable], str]]) -> None:
    everything = "".join(text for _tables, text in printed)
    trace = dossier.data.trace()
    entries = [entry for entry in trace["items"] + trace["clauses"] if entry.get("type") != "result"]
    assert sum(len(entry["reasons"]) for entry in entries) > 200
    for entry in entries:
        for reason in entry["reasons"]:
            assert squeeze(reason) in everything, (entry["id"], reason)
