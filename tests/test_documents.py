"""Controlled documents: one file each, with document control; links, pages and words that lead from file to file."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinx_aimd.cli import main
from sphinx_aimd.views.table import Cell, Column, Table
from sphinx_aimd.writers.typst.chapter import Chapter, parts
from sphinx_aimd.writers.typst.tables import cuts
from tests.pdf_set import PdfSet
from tests.pdf_tables import squeeze
from tests.sphinx_builds import PROJECTS, Build, build

DOCUMENTS = """schema: "1"
documents:
  - id: threat-model
    number: SEC-01
    revision: B
    status: approved
    date: 2026-10-01
    approvers: [Product security, Quality]
    distribution: [notified body]
    pages: [index, "*eats"]
    history:
      - {revision: A, date: 2026-05-01, change: First issue, role: Product security}
      - {revision: B, date: 2026-10-01, change: Replay added}
  - id: security-requirements-and-controls
    number: SEC-02
    status: draft
    pages: [controls, requirements, design]
    views: [requirement-verification]
  - id: traceability
    number: SEC-03
    pages: [matrices, "nowhere/*"]
    views: []
  - id: provisions
    number: SEC-04
"""
REVIEWED = "2026-10-20"
THREATS = "001_SEC-01_threat-model.pdf"
CONTROLS = "002_SEC-02_security-requirements-and-controls.pdf"
MATRICES = "003_SEC-03_traceability-matrices.pdf"
PROVISIONS = "004_SEC-04_provisions-of-law-and-guidance-with-their-evidence.pdf"
REST = "005_other-parts-of-the-file.pdf"


def project(folder: Path, documents: str = DOCUMENTS) -> Path:
    source = Path(shutil.copytree(PROJECTS / "mini", folder / "project"))
    # after the approval of the document that holds it, and of no other item: the rest was never reviewed
    review = [f'  THR-001:\n    "on": "{REVIEWED}"', f"    role: quality\n    fingerprint: sha256:{'0' * 32}"]
    (source / "reviews.yaml").write_text("\n".join(['schema: "1"\nreviews:', *review, "    links: {}\n"]), "utf-8")
    (source / "trace/documents.yaml").write_text(documents, "utf-8")
    with (source / "controls.rst").open("a", encoding="utf-8") as page:
        page.write("\nThe counter stops :aimd:item:`THR-001`, as :doc:`threats` says.\n")
        page.write("\n.. list-table:: Counters\n\n   * - :aimd:item:`THR-001`\n")
    return source


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder = tmp_path_factory.mktemp("documents")
    done = build(project(folder), folder, "-j", "2", builder="aimd-pdf", out="pdf")
    assert done.code == 0
    return done


@pytest.fixture(scope="module")
def files(made: Build) -> PdfSet:
    return PdfSet(made.out)


def test_each_document_is_a_file_and_the_rest_is_another(made: Build, files: PdfSet) -> None:
    assert files.names == [THREATS, CONTROLS, MATRICES, PROVISIONS, REST]
    rows = json.loads((made.out / "documents.json").read_text("utf-8"))["documents"]
    assert [row["file"] for row in rows] == files.names
    assert [row["number"] for row in rows] == ["SEC-01", "SEC-02", "SEC-03", "SEC-04", ""]
    (warning,) = [line for line in made.warnings if "no document" in line]
    assert "system, risks, verification, records" in warning
    assert warning.endswith("[aimd.pdf-document]")
    (idle,) = [line for line in made.warnings if "nowhere" in line]
    assert idle.startswith("trace/documents.yaml:")
    assert "document traceability: no page is called 'nowhere/*'" in idle
    assert set(json.loads((made.out / "pages.json").read_text("utf-8"))["items"]) >= {"THR-001", "CTL-001", "OWN-1"}


def test_document_control_stands_in_the_file_and_on_every_page(made: Build, files: PdfSet) -> None:
    front = squeeze("".join(files.text(THREATS, page) for page in range(3)))
    for text in (
        "Document SEC-01 Revision B Status Approved, as the maker declares Date 2026-10-01",
        "SEC-01 Threat model (this file) B Approved (not of this content)",
        "Product security", "Quality", "notified body",
        "A 2026-05-01 First issue Product security",
        "B 2026-10-01 Replay added not stated",
        "SEC-02 Security requirements and controls", CONTROLS, "Draft",
    ):  # fmt: skip
        assert squeeze(text) in front, text
    total = files.pages(THREATS)
    for page in range(1, total):
        assert squeeze("SEC-01 Threat model, rev. B, Approved (not of this content)") in squeeze(
            files.text(THREATS, page)
        )
        assert squeeze(f"Page {page + 1} of {total}") in squeeze(files.text(THREATS, page))
    with pikepdf.open(made.out / THREATS) as pdf:
        assert [str(field.T) for field in pdf.Root.AcroForm.Fields] == ["Product security", "Quality"]
        assert str(pdf.docinfo["/Title"]) == "SEC-01 Threat model"
    with pikepdf.open(made.out / CONTROLS) as pdf:
        assert "/AcroForm" not in pdf.Root
    front = "".join(files.text(CONTROLS, page) for page in range(3))
    assert "Tables" in [line.strip() for line in front.splitlines()]
    assert re.search(r"Counters ?\.+", front)


def test_the_cover_says_of_the_approval_what_the_register_says(made: Build, files: PdfSet) -> None:
    done = build(made.out.parent / "project", made.out.parent, builder="aimd-json", out="json")
    views = json.loads((done.out / "trace.json").read_text("utf-8"))["views"]
    (register,) = [view for view in views if view["id"] == "documents"]
    names = [column["name"] for column in register["columns"]]
    rows = {row[0]["text"]: row for row in register["rows"]}
    listed = json.loads((made.out / "documents.json").read_text("utf-8"))["documents"]
    for name, number in ((THREATS, "SEC-01"), (CONTROLS, "SEC-02"), (MATRICES, "SEC-03")):
        content, approval = (rows[number][names.index(column)]["text"] for column in ("content", "approval"))
        assert squeeze(f"Content as of {content} Approval {approval}") in squeeze(files.text(name, 0))
        (row,) = [row for row in listed if row["number"] == number]
        assert (row["content_as_of"], row["approval"]) == (content, approval)
    assert squeeze(
        "Approval approved; does not cover the content: holds content younger than its approval: "
        f"THR-001 of {REVIEWED}; holds items that changed since their review: THR-001"
    ) in squeeze(files.text(THREATS, 0))
    assert squeeze("Approval not approved") in squeeze(files.text(CONTROLS, 0))


def test_what_another_file_holds_is_named_in_words_and_led_to(made: Build, files: PdfSet) -> None:
    items = json.loads((made.out / "pages.json").read_text("utf-8"))["items"]
    place = items["THR-001"]
    assert place["document"] == THREATS
    whole = squeeze("".join(files.text(CONTROLS, page) for page in range(files.pages(CONTROLS))))
    assert (
        squeeze(f"The counter stops THR-001 Replay (SEC-01, {place['section']}, page {place['page']})")
        in whole.replace(squeeze("of a programming command"), "")
        or squeeze(f"(SEC-01, {place['section']}, page {place['page']})") in whole
    )
    last = squeeze(files.text(CONTROLS, files.pages(CONTROLS) - 1))
    assert squeeze("In other documents") in whole
    assert re.search(squeeze(f"THR-001.*SEC-01{place['section']}{place['page']}"), last)
    crossing = [link for link in files.links() if link.file != link.goal.file]
    assert {(link.file, link.goal.file) for link in crossing} >= {
        (CONTROLS, THREATS),
        (MATRICES, THREATS),
        (THREATS, PROVISIONS),
    }
    assert all(link.says == f"{link.goal.file}, page {link.goal.page + 1}" for link in crossing)
    assert place["page"] - 1 in {link.goal.page for link in crossing if link.goal.file == THREATS}


def test_serial_and_parallel_builds_give_the_same_bytes(made: Build, tmp_path: Path) -> None:
    rows = json.loads((made.out / "documents.json").read_text("utf-8"))
    rows["documents"].append({**rows["documents"][0], "file": "005_SEC-05_gone.pdf"})
    (tmp_path / "pdf").mkdir()
    (tmp_path / "pdf/documents.json").write_text(json.dumps(rows), "utf-8")
    (tmp_path / "pdf/005_SEC-05_gone.pdf").write_bytes(b"of an earlier build")
    again = build(project(tmp_path), tmp_path, builder="aimd-pdf", out="pdf")
    assert {name: digest for name, digest in again.files().items() if name.endswith((".pdf", ".json"))} == {
        name: digest for name, digest in made.files().items() if name.endswith((".pdf", ".json"))
    }
    assert not (again.out / "005_SEC-05_gone.pdf").exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("SEC-02", "sec-01", r"documents\.yaml:14: document security-requirements.*: its number is also that of"),
        ("status: draft", "status: drafty", r"there is no status 'drafty'"),
        ("    date: 2026-10-01\n", "", "it is approved without revision, date or approvers"),
        ("    revision: B", "    revision: C", "its history ends with revision 'B', but it is of revision 'C'"),
        ("revision: A, date: 2026-05-01", "revision: A, date: 2026-11-01", r"'B' of 2026-10-01 stands after 'A'"),
        ("{revision: A,", "{revision: b,", r"documents\.yaml:3: document threat-model: its history names .* 'B' twice"),
        ("date: 2026-10-01\n", "date: 2026-13-01\n", "'2026-13-01' is no date"),
        ("views: []", "clauses: [MDR-GSPR-17-22]", r"there is no clause 'MDR-GSPR-17-22'"),
        ("id: traceability", "id: own-list", "it has no title or no purpose"),
        ("pages: [matrices", "page: [matrices", "page"),
    ],
)  # fmt: skip
def test_control_data_that_contradict_each_other_stop_the_build(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert DOCUMENTS.count(old) >= 1
    done = build(project(tmp_path, DOCUMENTS.replace(old, new, 1)), tmp_path, builder="dummy")
    assert done.code == 2
    assert re.search(message, done.stopped), done.stopped


def test_the_archive_carries_what_the_documents_were_made_from(
    made: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, work = made.out.parent / "project", made.out.parent
    assert build(source, work, builder="aimd-json", out="json").code == 0
    assert build(source, work, builder="aimd-xlsx", out="xlsx").code == 0
    archive = ["archive", str(made.out), "--source", str(source), "-o"]
    assert main([*archive, str(tmp_path / "one")]) == 0
    assert main([*archive, str(tmp_path / "two")]) == 0
    some = [str(tmp_path / "one" / name) for name in (THREATS, REST)]
    assert main(["verify-pdf", *some, "--profile", "archive"]) == 0, capsys.readouterr().out
    names = [path.name for path in sorted((tmp_path / "one").iterdir())]
    assert names == sorted([*PdfSet(made.out).names, "documents.json"])
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    with pikepdf.open(tmp_path / "one" / REST) as pdf:
        assert sorted(pdf.attachments) == ["dossier.xlsx", "trace.json"]
        assert pdf.attachments["trace.json"].get_file().read_bytes() == (work / "json/trace.json").read_bytes()
        with pdf.open_metadata() as meta:
            assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("3", "U", "1")
    other = tmp_path / "other.json"
    trace = json.loads((work / "json/trace.json").read_text("utf-8"))
    other.write_text(json.dumps({**trace, "state": "0" * 64}), "utf-8")
    assert main([*archive, str(tmp_path / "three"), "--trace", str(other)]) == 2
    assert "Build all formats from the same sources" in capsys.readouterr().err
    assert not (tmp_path / "three").exists()
    copy = Path(shutil.copytree(made.out, tmp_path / "pdf"))
    (copy / THREATS).write_bytes((copy / CONTROLS).read_bytes())
    assert main(["archive", str(copy), "-o", str(tmp_path / "four")]) == 2
    assert f"{THREATS}: is not the file that documents.json names" in capsys.readouterr().err


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 40)), max_size=60), st.integers(1, 120))
def test_cuts_of_a_table_lose_no_row_and_part_no_item_without_need(rows: list[tuple[int, int]], room: int) -> None:
    ids = tuple(f"A-{number}" for number, _size in rows)
    cells = tuple((Cell("x"),) for _row in rows)
    about = {"id": "t", "kind": "matrix", "title": "", "question": "", "scope": ""}
    table = Table(**about, columns=(Column(name="a", title="A"),), rows=cells, row_ids=ids)
    found = cuts(table, ["x" * size for _number, size in rows], room)
    assert [number for part in found for number in range(part.start, part.stop)] == list(range(len(rows)))
    for part in found[1:]:
        before = next((number for number in range(part.start, 0, -1) if ids[number - 1] != ids[part.start]), 0)
        if ids[part.start] == ids[part.start - 1]:  # cut inside an item: only one that has no room by itself
            assert sum(size for _id, size in rows[before : part.stop]) + 40 > room


@given(st.lists(st.integers(1, 50), max_size=30), st.integers(1, 100))
def test_chapters_fill_files_in_order(sizes: list[int], room: int) -> None:
    chapters = [Chapter(name=str(number), title="", data={"x": "x" * size}) for number, size in enumerate(sizes)]
    files = list(parts(chapters, room))
    assert [chapter for file in files for chapter in file] == chapters
    assert all(len(file) == 1 or sum(chapter.weight for chapter in file) <= room for file in files)
