"""The workbook: text stays text, sheets can be filtered, printed, reviewed and walked, and LibreOffice reads them."""

from __future__ import annotations

import csv
import datetime
import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.drawing.image import Image
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image as Picture

from sphinx_aimd.views.dossier import Dossier
from sphinx_aimd.views.places import Places
from sphinx_aimd.views.rowkeys import row_digests, row_keys
from sphinx_aimd.views.table import Cell, Column, Table
from sphinx_aimd.writers import xlsx
from sphinx_aimd.writers.xlsx import cover, links, sheets, template_check
from sphinx_aimd.yamlfile import InputError
from tests.sound_dhf import full, sound
from tests.sphinx_builds import Build, build, mini
from tests.trace_builder import catalogue, trace_of

CLAUSES = catalogue(C_1="control")
HEAD = xlsx.HEADER_ROW
OWN = ["Cover", "Index", "Items"]
REVIEW = ["Question", "Rating", "Comment", "Row key"]
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
    "\tcell",
    "2026-02-30",
    "2026-11-02 or later",
    "=cmd|'/c calc'!A1",
]


def write(path: Path, dossier: Dossier, epoch: int | None = 1793577600, **more: Any) -> Path:
    xlsx.write(path, dossier, "Project 1", href=lambda item_id: f"../index.html#{item_id}", epoch=epoch, **more)
    return path


def first_column(sheet: Worksheet) -> list[Any]:
    return [row[0].value for row in sheet.iter_rows(min_row=HEAD + 1)]


def unescaped(text: str) -> str:
    """A text as Excel reads it: ``_x005F_`` stands for the underscore of what looks like a code."""
    return text.replace("_x005F_", "_")


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
    found = [sheet.cell(row=HEAD + 1 + number, column=1) for number in range(len(HOSTILE))]
    assert [unescaped(cell.value) for cell in found] == HOSTILE
    assert {cell.data_type for cell in found} == {"s"}
    # what a program would read as a formula once somebody has edited it
    assert [cell.value for cell in found if not cell.quotePrefix] == [
        cell.value for cell in found if cell.value[0] not in "=+-@'\t"
    ]
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith(".xml")]
    assert not any("<f>" in part or "<f " in part for part in parts)


def test_dates_are_dates_and_plain_numbers_can_be_summed(tmp_path: Path) -> None:
    texts = ["0", "12", "2026-11-02", "1904-01-01", "2.1.0"]
    sheet = openpyxl.load_workbook(write(tmp_path / "a.xlsx", dossier_with(table("typed", texts))))["typed"]
    assert first_column(sheet) == [0, 12, datetime.datetime(2026, 11, 2), "1904-01-01", "2.1.0"]
    assert sheet.cell(HEAD + 3, 1).number_format == "yyyy-mm-dd"


def test_long_texts_are_cut_with_a_mark_and_go_on_elsewhere(tmp_path: Path) -> None:
    long, whole = "x_" * 30_000 + "end", "x" * xlsx.MAX_TEXT
    emoji = "\U0001f600" * 20_000
    path = write(tmp_path / "a.xlsx", dossier_with(table("t", [long, "bell\x07 \ufffd", whole, "a\r\nb", emoji])))
    book = openpyxl.load_workbook(path)
    cut, bell, kept, broken, _half = first_column(book["t"])
    assert (bell, kept, broken) == ("bell\ufffd \ufffd", whole, "a\nb")
    assert len(cut) <= xlsx.MAX_TEXT
    assert cut.endswith(f"[cut; {len(long)} characters, the whole text is on the sheet 'Long texts', row 5]")
    assert book["t"].cell(HEAD + 1, 1).hyperlink.location == "'Long texts'!A5"
    rows = list(book["Long texts"].iter_rows(min_row=HEAD + 1))
    assert {str(row[0].hyperlink.location) for row in rows} == {f"'t'!A{HEAD + 1}", f"'t'!A{HEAD + 5}"}
    for text, number in ((long, 1), (emoji, 5)):
        parts = [row[2].value for row in rows if row[0].hyperlink.location == f"'t'!A{HEAD + number}"]
        assert "".join(parts) == text
        assert all(len(part.encode("utf-16-le")) // 2 <= xlsx.MAX_TEXT for part in parts)
    said = {row[0].value: row[1].value for row in book["Cover"].iter_rows() if row[0].value}
    assert said["Characters shown as \ufffd"] == 1
    assert said["Texts longer than a cell"] == "2, on the sheet 'Long texts'"


def test_names_of_sheets_fit_and_differ(tmp_path: Path) -> None:
    names = [
        "clause-evidence-a-very-long-instrument-1",
        "clause-evidence-a-very-long-instrument-2",
        "items",
        "Cover",
        "History",
        "=1+1",
        "a/b:c?",
    ]
    book = openpyxl.load_workbook(write(tmp_path / "a.xlsx", dossier_with(*(table(name, ["x"]) for name in names))))
    assert len(book.sheetnames) == len(names) + len(OWN)
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\']|^[=+@-]", name) for name in book.sheetnames)
    assert len({name.casefold() for name in book.sheetnames} | {"history"}) == len(book.sheetnames) + 1
    shown = [cell.hyperlink.location for row in book["Index"].iter_rows() for cell in row if cell.hyperlink]
    assert sorted(shown) == sorted(f"'{name}'!A1" for name in book.sheetnames if name not in ("Cover", "Index"))


def test_rows_and_links_beyond_the_limits_are_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", HEAD + 3)
    monkeypatch.setattr(links, "MAX_LINKS", 4)
    rows = tuple((Cell(f"THR-1 {number}", "THR-1"), Cell("")) for number in range(7))
    view = replace(table("long", []), rows=rows, row_ids=("THR-1",) * 7)
    book = openpyxl.load_workbook(write(tmp_path / "a.xlsx", dossier_with(view)))
    parts = [book[name] for name in ("long", "long~2", "long~3")]
    assert [text for sheet in parts for text in first_column(sheet)] == [cells[0].text for cells in rows]
    keys = [sheet.cell(row, 6).value for sheet in parts for row in range(HEAD + 1, sheet.max_row + 1)]
    assert keys == [" ".join(pair) for pair in zip(row_keys(view), row_digests(view), strict=True)]
    assert parts[1]["A3"].value.startswith("Part 2 of 3 of the rows. Scope.")
    items = book["Items"]
    assert sum(cell.hyperlink is not None for row in items.iter_rows() for cell in row) == 4
    note = next(row for row in book["Index"].iter_rows(values_only=True) if row[0] == "Items")[5]
    assert re.fullmatch(r"\d+ cells lead nowhere, because a sheet holds 4 links of 2079 characters.", note)


def test_addresses_are_relative_and_encoded() -> None:
    found = links.Links()
    assert found.add(1, 1, '../a b/"x".html#T-1')
    assert not found.add(2, 1, "javascript:alert(1)")
    assert not found.add(3, 1, "../" + "x" * links.MAX_ADDRESS)
    assert found.all == [("A1", "../a%20b/%22x%22.html", "T-1")]
    assert found.left_out == 2


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


def test_sheets_are_printed_on_the_paper_of_the_project(tmp_path: Path) -> None:
    narrow = table("narrow", ["x"])
    many = tuple(Column(name=f"c{number}", title=f"Column {number}", width=9) for number in range(20))
    wide = replace(narrow, id="wide", columns=many, rows=((Cell("x"),) * 20,))
    for paper, numbers in (("a4", {"narrow": "9", "wide": "8"}), ("us-letter", {"narrow": "1", "wide": "3"})):
        book = openpyxl.load_workbook(write(tmp_path / f"{paper}.xlsx", dossier_with(narrow, wide), paper=paper))
        assert {name: str(book[name].page_setup.paperSize) for name in numbers} == numbers


def test_dates_inside_the_file_come_from_the_epoch_alone(tmp_path: Path) -> None:
    for epoch, year in ((None, 1980), (1793577600, 2026)):
        path = write(tmp_path / f"{year}.xlsx", dossier_with(table("t", ["x"])), epoch)
        with zipfile.ZipFile(path) as archive:
            assert {info.date_time[0] for info in archive.infolist()} == {year}
            assert set(re.findall(r">(\d{4})-", archive.read("docProps/core.xml").decode())) == {str(year)}


def test_every_sheet_can_be_filtered_scrolled_and_printed(built: tuple[Build, openpyxl.Workbook]) -> None:
    for sheet in built[1].worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
            "landscape",
            1,
            0,
        )
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "&P of &N" in sheet.oddFooter.right.text
        if sheet.title != "Cover":
            assert sheet.freeze_panes == f"B{HEAD + 1}"
            assert sheet.auto_filter.ref.startswith(f"A{HEAD}:")
            assert sheet.print_title_rows == f"${HEAD}:${HEAD}"


def test_every_view_has_a_sheet_with_its_cells_and_the_reviewers_columns(
    built: tuple[Build, openpyxl.Workbook],
) -> None:
    done, book = built
    assert book.sheetnames[:3] == ["Cover", "Index", "Findings"]
    for view in done.trace()["views"]:
        sheet = next(sheet for sheet in book.worksheets if sheet.cell(row=1, column=1).value == view["title"])
        width = len(view["columns"])
        assert sheet.cell(row=3, column=1).value == view["scope"]
        titles = [cell.value for cell in sheet[HEAD]]
        assert titles == [column["title"] for column in view["columns"]] + REVIEW
        heads = {cell.fill.fgColor.rgb for cell in sheet[HEAD]}
        assert len(heads) == 2
        for number, row in enumerate(view["rows"], HEAD + 1):
            for column, cell in enumerate(row, 1):
                shown = text_of(sheet.cell(row=number, column=column).value)
                assert shown.startswith(cell["text"])
                assert bool(shown) == bool(cell["text"] or cell["verdict"])
            assert [sheet.cell(number, width + place).value for place in (1, 2, 3)] == [None] * 3
            assert re.fullmatch(r"[0-9a-f-]{16,} [0-9a-f]{12}", sheet.cell(number, width + 4).value)
        rule = sheet.data_validations.dataValidation[0]
        assert rule.formula1 == '"accept,minor,major,critical,not reviewed"'
        assert str(rule.sqref).startswith(f"{openpyxl.utils.get_column_letter(width + 2)}{HEAD + 1}")
        for place in (1, 2, 3):
            assert not sheet.column_dimensions[openpyxl.utils.get_column_letter(width + place)].protection.locked


def text_of(value: Any) -> str:
    """A cell as the text that it was written from."""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)


def test_the_cover_says_what_the_file_is_about_and_asks_who_reviews_it(
    built: tuple[Build, openpyxl.Workbook],
) -> None:
    done, book = built
    front = book["Cover"]
    said = {row[0].value: row[1].value for row in front.iter_rows() if row[0].value}
    assert said["Compared with"] == "No earlier state was given to compare with"
    assert said["Findings"] == len(done.trace()["findings"])
    assert {"Device", "Manufacturer", "Intended purpose", "UDI-DI", "Version under review", "Scope", "Made by"} <= set(
        said
    )
    legend = {str(row[0].value).partition(" / ")[0]: row[0].fill.fgColor.rgb for row in front.iter_rows()}
    assert len({legend[word] for word in ("verified", "partial", "missing", "stale", "failed")}) == 5
    cells = {
        name: next(iter(book.defined_names[name].destinations))
        for name in (cover.STATE, cover.REVIEWER_ROLE, cover.REVIEWER_DATE)
    }
    values = {name: book[sheet][place] for name, (sheet, place) in cells.items()}
    assert values["dossier_state"].value.startswith("as of 2026-")
    assert (values["reviewer_role"].value, values["reviewer_date"].value) == (None, None)
    assert not values["reviewer_role"].protection.locked


def test_every_hyperlink_leads_somewhere(built: tuple[Build, openpyxl.Workbook]) -> None:
    done, book = built
    folder, pages = done.out / "_aimd", dict[str, str]()
    found = 0
    for sheet in book.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.hyperlink):
            page, place = cell.hyperlink.target, cell.hyperlink.location
            if page:
                path = folder / unquote(page)
                if path.suffix == ".html":
                    pages.setdefault(page, path.resolve().read_text("utf-8"))
                    assert f'id="{place}"' in pages[page], (page, place)
                assert path.is_file()
                found += 1
            else:
                name = re.fullmatch(r"'(.+)'![A-Z]+\d+", place)[1]
                assert name in book.sheetnames
    assert found > 1000


def test_the_items_sheet_lists_every_item_with_its_places(built: tuple[Build, openpyxl.Workbook]) -> None:
    done, book = built
    rows = {row[0].value: row for row in book["Items"].iter_rows(min_row=HEAD + 1)}
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
    page = rows["THR-001"][7].hyperlink
    assert (page.target, page.location) == ("../threats.html", "THR-001")
    sheet, place = re.fullmatch(r"'(.+)'!(A\d+)", rows["THR-001"][11].hyperlink.location).groups()
    assert threat[11] == sheet
    assert str(book[sheet][place].value).startswith("THR-001")


def test_places_in_the_pdf_and_evidence_are_named_and_linked(tmp_path: Path) -> None:
    pages = {"THR-1": {"document": "dhf.pdf", "section": "3 Threats", "page": 12}}
    path = tmp_path / "a.xlsx"
    dossier = Dossier(trace_of(sound(), CLAUSES), places=Places(lambda: pages))
    xlsx.write(path, dossier, "", pdf=lambda name: f"../pdf/{name}", evidence=lambda _p: "../e/r.txt", epoch=None)
    book = openpyxl.load_workbook(path)
    rows = {row[0].value: row for row in book["Items"].iter_rows(min_row=HEAD + 1)}
    assert [cell.value for cell in rows["THR-1"][8:11]] == ["dhf.pdf", "3 Threats", 12]
    link = rows["THR-1"][8].hyperlink
    assert (link.target, link.location) == ("../pdf/dhf.pdf", "nameddest=THR-1")
    assert rows["RSK-1"][8].value == "not in the PDF"
    record = rows["EVD-1"][12]
    assert (record.value, record.hyperlink.target) == ("records/report.txt", "../e/r.txt")
    # without pages, a cell that names an item leads to its row on the sheet of all items
    register = book["all-items"]
    assert re.fullmatch(r"'Items'!A\d+", register.cell(HEAD + 1, 1).hyperlink.location)


def template(path: Path) -> Path:
    """A maker's template: a front with logo, header and placeholders, and a sheet for one view."""
    book = openpyxl.Workbook()
    front = book.active
    front.title = "Cover"
    front["A1"], front["A1"].font = "{{project}}, version {{version}}", Font(name="Courier New", sz=20, b=True)
    front["A2"] = "{{as_of}}"
    front["A3"] = CellRichText("Gate ", TextBlock(InlineFont(b=True), "{{gate}}"))
    front["B1"] = "{{nothing-of-ours}}"
    front.oddHeader.center.text, front.oddHeader.center.size = "ACME {{project}}", 14
    front.oddFooter.left.text = '&"Arial,Bold"&14Form 7 &"Arial,Regular"&8of {{project}}&RPage &P'
    picture = io.BytesIO()
    Picture.new("RGB", (40, 20), "red").save(picture, "PNG")
    front.add_image(Image(picture), "D8")
    front.column_dimensions["A"].width = 50
    filled = book.create_sheet("Rows")
    filled["B2"] = "{{title}}"
    filled["B6"], filled["B6"].fill = "{{hostile}}", PatternFill("solid", fgColor="112233")
    filled["B7"], filled["B7"].font = "sample", Font(name="Georgia", sz=9)
    filled.column_dimensions.group("B", "D", outline_level=0)
    filled.column_dimensions["B"].width = 21
    book.create_sheet("Notes")["A1"] = "Kept as it is"
    book.save(path)
    return path


def test_a_template_keeps_its_formatting_and_is_filled(tmp_path: Path) -> None:
    name = template(tmp_path / "template.xlsx")
    paths = []
    for number in (1, 2):
        source = xlsx.Template(name, "template.xlsx")
        paths.append(write(tmp_path / f"{number}.xlsx", dossier_with(table("hostile", HOSTILE)), template=source))
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert [loss for loss in source.losses if "nothing-of-ours" in loss]
    book = openpyxl.load_workbook(paths[0], rich_text=True)
    assert book.sheetnames == ["Cover", "Rows", "Notes", "Index", "Items"]
    front = book["Cover"]
    assert (front["A1"].value, front["A1"].font.name, front["A1"].font.sz) == (
        "Project 1, version 2.1",
        "Courier New",
        20,
    )
    assert front["A2"].value == datetime.datetime(2026, 11, 23)
    assert str(front["A3"].value) == "Gate report"
    assert front["B1"].value == "{{nothing-of-ours}}"
    assert len(front._images) == 1
    assert front.column_dimensions["A"].width == 50
    assert (front.oddHeader.center.text, front.oddHeader.center.size) == ("ACME Project 1", 14)
    with zipfile.ZipFile(paths[0]) as archive:
        page = archive.read("xl/worksheets/sheet1.xml").decode()
    assert '&amp;L&amp;"Arial,Bold"&amp;14Form 7 &amp;"Arial,Regular"&amp;8of Project 1&amp;RPage &amp;P<' in page
    role = next(iter(book.defined_names["reviewer_role"].destinations))[1]
    assert front[role.replace("$", "").replace("B", "A")].value == "Role of the reviewer"
    rows = book["Rows"]
    assert rows["B2"].value == "Title"
    assert [cell.value for cell in rows[6][1:]] == ["Head A", "Head B", *REVIEW]
    assert rows["B6"].fill.fgColor.rgb == "00112233"
    found = [rows.cell(7 + number, 2) for number in range(len(HOSTILE))]
    assert [unescaped(cell.value) for cell in found] == HOSTILE
    assert {cell.font.name for cell in found} == {"Georgia"}
    assert {cell.data_type for cell in found} == {"s"}
    assert rows.column_dimensions["C"].width == 21
    assert book["Notes"]["A1"].value == "Kept as it is"


def test_a_template_that_would_lose_something_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = template(tmp_path / "good.xlsx")

    def changed(name: str, part: str, data: bytes, old: str = "") -> Path:
        """The template with a part more, or with one in another form."""
        path = tmp_path / name
        with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as target:
            for info in source.infolist():
                if info.filename != part:
                    target.writestr(info, source.read(info))
            target.writestr(part, source.read(part).replace(old.encode(), data) if old else data)
        return path

    cases = {
        changed("macro.xlsx", "xl/vbaProject.bin", b"x"): "macros",
        changed("chart.xlsx", "xl/charts/chart1.xml", b"<x/>"): "would be lost",
        changed("link.xlsx", "xl/externalLinks/externalLink1.xml", b"<x/>"): "would be lost",
        changed("shape.xlsx", "xl/drawings/drawing1.xml", b"<xdr:sp><a/></xdr:sp></", "</"): "shape",
        changed(
            "head.xlsx", "xl/worksheets/sheet1.xml", b"<legacyDrawingHF r:id='x'/></worksheet>", "</worksheet>"
        ): "header",
        changed("dtd.xlsx", "xl/styles.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"): "document type",
        changed("big.xlsx", "xl/worksheets/sheet9.xml", b" " * (template_check.MAX_PART + 1)): "larger than",
        changed("broken.xlsx", "xl/workbook.xml", b"<workbook"): "cannot be read|not a workbook",
        tmp_path / "none.xlsx": "cannot be read",
        tmp_path / "good.xlsm": "not an .xlsx",
    }
    for path, words in cases.items():
        with pytest.raises(InputError, match=words):
            xlsx.Template(path, path.name)
    label = xlsx.Template(changed("label.xlsx", "customXml/item1.xml", b"<x/>"), "label.xlsx")
    assert label.losses == ["label.xlsx: the part customXml/item1.xml is left out of the workbook."]
    book = openpyxl.load_workbook(good)
    book["Rows"]["B9"] = "Signed:"
    book.save(tmp_path / "below.xlsx")
    with pytest.raises(InputError, match="sheet 'Rows', cell B9 stands below"):
        write(
            tmp_path / "x.xlsx",
            dossier_with(table("hostile", ["a"])),
            template=xlsx.Template(tmp_path / "below.xlsx", "t"),
        )
    assert not (tmp_path / "x.xlsx").exists()


def test_a_project_names_its_template(tmp_path: Path) -> None:
    source = mini(tmp_path / "source")
    template(source / "front.xlsx")
    done = build(source, tmp_path, "-D", "aimd_xlsx_template=front.xlsx", builder="aimd-xlsx", out="xlsx")
    assert done.code == 0
    assert [warning for warning in done.warnings if "nothing stands for {{hostile}}" in warning]
    assert "Notes" in openpyxl.load_workbook(done.out / "dossier.xlsx").sheetnames
    source.joinpath("front.xlsx").unlink()
    refused = build(source, tmp_path, "-D", "aimd_xlsx_template=front.xlsx", builder="aimd-xlsx", out="none")
    assert (refused.code, (refused.out / "dossier.xlsx").exists()) == (2, False)
    assert "front.xlsx: cannot be read: No such file or directory. Check the path" in refused.stopped


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


def test_libreoffice_shows_and_saves_the_same_text(tmp_path: Path) -> None:
    texts = [*HOSTILE, "2026-11-02"]
    path = write(tmp_path / "a.xlsx", dossier_with(table("hostile", texts)))
    out = libreoffice(path, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", tmp_path)
    with (out / "a-hostile.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[0] for row in rows[HEAD:]] == texts
    assert (out / "a-Items.csv").exists()
    again = openpyxl.load_workbook(libreoffice(path, "xlsx", tmp_path) / "a.xlsx")
    saved = [again["hostile"].cell(HEAD + 1 + number, 1) for number in range(len(texts))]
    assert [unescaped(text_of(cell.value)) for cell in saved] == texts
    assert {cell.data_type for cell in saved} == {"s", "d"}
    assert again.defined_names["dossier_state"].attr_text == openpyxl.load_workbook(path).defined_names[
        "dossier_state"
    ].attr_text.replace("'", "")


def test_libreoffice_prints_the_header_on_every_page(tmp_path: Path) -> None:
    rows = [f"Finding {number} in words that fill a part of the line" for number in range(200)]
    path = write(tmp_path / "a.xlsx", dossier_with(table("long", rows)))
    out = libreoffice(path, "pdf", tmp_path)
    command = ["pdftotext", "-layout", str(out / "a.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    pages = [page for page in text.split("\f") if re.search(r"Finding \d+ in", page)]
    assert len(pages) > 2
    for page in pages:
        assert re.search(r"^\s*Head A\s+Head B\s+Question\s+Rating\s+Comment\s*$", page, re.MULTILINE)
    assert re.search(r"Project 1\s+long, page \d+ of \d+", pages[-1])
