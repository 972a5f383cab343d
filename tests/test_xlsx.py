"""The workbook: text stays text, sheets can be filtered, printed and walked, and LibreOffice reads what we wrote."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from sphinx_aimd.views.dossier import Dossier
from sphinx_aimd.views.places import Places
from sphinx_aimd.views.table import Cell, Column, Table
from sphinx_aimd.writers import xlsx
from tests.sound_dhf import full, sound
from tests.sphinx_builds import Build, build, mini
from tests.trace_builder import catalogue, trace_of

CLAUSES = catalogue(C_1="control")
HOSTILE = [
    '=HYPERLINK("https://example.org","x")',
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1:A9)",
    "'=1",
    "_x003D_1+1",
    "_x0041_",
    "1E5",
    "007",
    "#REF!",
    "TRUE",
    "a\nb",
    " two  spaces ",
    "{=1}",
    "\u202egpj.exe",
    "emoji \U0001f600",
]


def write(path: Path, dossier: Dossier, epoch: int | None = 1793577600) -> Path:
    xlsx.write(path, dossier, "Project 1", href=lambda item_id: f"../index.html#{item_id}", epoch=epoch)
    return path


def dossier_with(*tables: Table) -> Dossier:
    """The sound file's dossier with other views; the writer renders any table."""
    dossier = Dossier(trace_of(sound(), CLAUSES))
    dossier.__dict__["views"] = {table.id: table for table in tables}
    return dossier


def table(name: str, texts: list[str], kind: str = "matrix") -> Table:
    rows = tuple((Cell(text), Cell(f"after {number}")) for number, text in enumerate(texts))
    columns = (Column(name="a", title="Head A", width=6), Column(name="b", title="Head B"))
    return Table(
        id=name,
        kind=kind,
        title="Title",
        question="What?",
        scope="Scope.",
        columns=columns,
        rows=rows,
        row_ids=("",) * len(rows),
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Build, openpyxl.Workbook]:
    root = tmp_path_factory.mktemp("workbook")
    done = build(mini(root / "source"), root)
    return done, openpyxl.load_workbook(done.out / "_aimd/dossier.xlsx")


def test_hostile_text_is_never_a_formula_or_a_number(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", dossier_with(table("hostile", HOSTILE)))
    sheet = openpyxl.load_workbook(path)["hostile"]
    cells = [sheet.cell(row=xlsx.HEADER_ROW + 1 + number, column=1) for number in range(len(HOSTILE))]
    assert {cell.data_type for cell in cells} == {"s"}
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith(".xml")]
    assert not any("<f>" in part or "<f " in part for part in parts)


def test_plain_numbers_can_be_summed(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(write(tmp_path / "a.xlsx", dossier_with(table("numbers", ["0", "12"]))))["numbers"]
    assert [sheet.cell(row=xlsx.HEADER_ROW + 1 + n, column=1).value for n in (0, 1)] == [0, 12]


def test_what_excel_cannot_hold_is_marked_not_dropped(tmp_path: Path) -> None:
    long = "x" * (xlsx.MAX_TEXT + 10)
    sheet = openpyxl.load_workbook(
        write(tmp_path / "a.xlsx", dossier_with(table("t", [long, "bell\x07", "x" * xlsx.MAX_TEXT])))
    )["t"]
    cut, bell, whole = (sheet.cell(row=xlsx.HEADER_ROW + 1 + n, column=1).value for n in (0, 1, 2))
    assert len(cut) == xlsx.MAX_TEXT
    assert cut.endswith(f"[cut; {len(long)} characters, the whole text is in trace.json]")
    assert (bell, whole) == ("bell\ufffd", "x" * xlsx.MAX_TEXT)


def test_names_of_sheets_fit_and_differ(tmp_path: Path) -> None:
    names = [
        "clause-evidence-a-very-long-instrument-1",
        "clause-evidence-a-very-long-instrument-2",
        "items",
        "Cover",
        "a/b:c?",
    ]
    book = openpyxl.load_workbook(write(tmp_path / "a.xlsx", dossier_with(*(table(name, ["x"]) for name in names))))
    assert len(book.sheetnames) == len(names) + 2
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\']", name) for name in book.sheetnames)
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames)
    shown = [cell.hyperlink.target for row in book["Cover"].iter_rows() for cell in row if cell.hyperlink]
    assert sorted(shown) == sorted(f"#'{name}'!A1" for name in book.sheetnames if name != "Cover")


def test_equal_content_gives_equal_bytes_and_is_not_written_again(tmp_path: Path) -> None:
    one, two = (
        write(tmp_path / "a.xlsx", Dossier(trace_of(sound(), CLAUSES))),
        write(tmp_path / "b.xlsx", Dossier(trace_of(sound(), CLAUSES))),
    )
    assert one.read_bytes() == two.read_bytes()
    before = one.stat().st_mtime_ns
    write(one, Dossier(trace_of(sound(), CLAUSES)))
    assert one.stat().st_mtime_ns == before
    changed = Dossier(trace_of({**sound(), "TRN-9": full("training")}, CLAUSES))
    assert write(two, changed).read_bytes() != one.read_bytes()


def test_dates_inside_the_file_come_from_the_epoch_alone(tmp_path: Path) -> None:
    for epoch, year in ((None, 1980), (1793577600, 2026)):
        path = write(tmp_path / f"{year}.xlsx", dossier_with(table("t", ["x"])), epoch)
        with zipfile.ZipFile(path) as archive:
            assert {info.date_time[0] for info in archive.infolist()} == {year}
            assert set(re.findall(r">(\d{4})-", archive.read("docProps/core.xml").decode())) == {str(year)}


def sheets(book: openpyxl.Workbook) -> list[Worksheet]:
    return [sheet for sheet in book.worksheets if sheet.title != "Cover"]


def test_every_sheet_can_be_filtered_scrolled_and_printed(built: tuple[Build, openpyxl.Workbook]) -> None:
    for sheet in sheets(built[1]):
        assert sheet.freeze_panes == f"A{xlsx.HEADER_ROW + 1}"
        assert sheet.auto_filter.ref.startswith(f"A{xlsx.HEADER_ROW}:")
        assert sheet.print_title_rows == f"${xlsx.HEADER_ROW}:${xlsx.HEADER_ROW}"
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
            "landscape",
            1,
            0,
        )
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "&P" in sheet.oddFooter.center.text


def test_every_view_has_a_sheet_with_its_scope_and_its_cells(built: tuple[Build, openpyxl.Workbook]) -> None:
    done, book = built
    for view in done.trace()["views"]:
        sheet = next(sheet for sheet in sheets(book) if sheet.cell(row=1, column=1).value == view["title"])
        assert sheet.cell(row=3, column=1).value == view["scope"]
        assert [cell.value for cell in sheet[xlsx.HEADER_ROW]][: len(view["columns"])] == [
            c["title"] for c in view["columns"]
        ]
        for number, row in enumerate(view["rows"], xlsx.HEADER_ROW + 1):
            for column, cell in enumerate(row, 1):
                value = sheet.cell(row=number, column=column).value
                shown = "" if value is None else str(value)
                assert shown.startswith(cell["text"])
                assert bool(shown) == bool(cell["text"] or cell["verdict"])


def test_every_hyperlink_leads_somewhere(built: tuple[Build, openpyxl.Workbook]) -> None:
    done, book = built
    folder, pages = done.out / "_aimd", dict[str, str]()
    found = 0
    for sheet in book.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.hyperlink):
            page, _hash, place = cell.hyperlink.target.partition("#")
            if page:
                pages.setdefault(page, (folder / page).resolve().read_text("utf-8"))
                assert f'id="{place}"' in pages[page], cell.hyperlink.target
                found += 1
            else:
                name = re.fullmatch(r"'(.+)'![A-Z]+\d+", place)[1]
                assert name in book.sheetnames
    assert found > 1000


def test_the_items_sheet_lists_every_item_with_its_place(built: tuple[Build, openpyxl.Workbook]) -> None:
    done, book = built
    rows = {row[0].value: row for row in book["Items"].iter_rows(min_row=xlsx.HEADER_ROW + 1)}
    assert set(rows) == set(done.items())
    threat = [cell.value for cell in rows["THR-001"]]
    assert threat[:9] == [
        "THR-001",
        "Threat",
        "THR-001",
        "Replay of a recorded command",
        "partial",
        "threats.rst",
        4,
        "open",
        "PDF not built",
    ]
    assert rows["THR-001"][7].hyperlink.target == "../threats.html#THR-001"


def test_pages_of_the_pdf_are_named_where_it_was_built(tmp_path: Path) -> None:
    pages = {"THR-1": {"document": "dhf.pdf", "section": "3 Threats", "page": 12}}
    path = tmp_path / "a.xlsx"
    dossier = Dossier(trace_of(sound(), CLAUSES), places=Places(lambda: pages))
    xlsx.write(path, dossier, "", href=lambda _id: None, epoch=None)
    rows = {
        row[0].value: [cell.value for cell in row] for row in openpyxl.load_workbook(path)["Items"].iter_rows(min_row=5)
    }
    assert rows["THR-1"][8:] == ["dhf.pdf", "3 Threats", 12]
    assert rows["RSK-1"][8] == "not in the PDF"


def libreoffice(path: Path, to: str, work: Path) -> Path:
    """Convert with a profile of our own, so that a running office is left alone."""
    program = shutil.which("libreoffice") or shutil.which("soffice")
    assert program, "libreoffice is not installed: run python -m tests.system_tools"
    command = [
        program,
        f"-env:UserInstallation=file://{work}/profile",
        "--headless",
        "--convert-to",
        to,
        "--outdir",
        str(work / "out"),
    ]
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    return work / "out"


def test_libreoffice_shows_the_same_text(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", dossier_with(table("hostile", HOSTILE)))
    out = libreoffice(path, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", tmp_path)
    with (out / "a-hostile.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[0] for row in rows[xlsx.HEADER_ROW :]] == HOSTILE
    assert (out / "a-Items.csv").exists()


def test_libreoffice_prints_the_header_on_every_page(tmp_path: Path) -> None:
    rows = [f"Finding {number} in words that fill a part of the line" for number in range(200)]
    path = write(tmp_path / "a.xlsx", dossier_with(table("long", rows)))
    out = libreoffice(path, "pdf", tmp_path)
    command = ["pdftotext", "-layout", str(out / "a.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    pages = [page for page in text.split("\f") if re.search(r"Finding \d+ in", page)]
    assert len(pages) > 2
    for page in pages:
        assert re.search(r"^\s*Head A\s+Head B\s*$", page, re.MULTILINE)
    assert re.search(r"long, page \d+ of \d+", pages[-1])
