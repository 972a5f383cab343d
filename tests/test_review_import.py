"""The reviewer's round: what is written in the workbook comes back as findings, each at the row that was meant."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from sphinx_aimd import cli, rules
from sphinx_aimd.commands.import_review import Report, compare
from sphinx_aimd.model.comments import RATINGS, Comment, RowNow, faults
from sphinx_aimd.readers import comments as comment_file
from sphinx_aimd.readers import review_workbook
from sphinx_aimd.views.commented import with_rows
from sphinx_aimd.views.dossier import Dossier
from sphinx_aimd.views.rowkeys import RowIndex, row_digests, row_keys
from sphinx_aimd.views.table import Cell, Table, columns
from sphinx_aimd.writers import xlsx
from sphinx_aimd.yamlfile import InputError
from tests.sound_dhf import full, sound
from tests.sphinx_builds import Build, build, edit, mini
from tests.test_xlsx import libreoffice
from tests.trace_builder import catalogue, trace_of

CLAUSES = catalogue(C_1="control")
HEAD = xlsx.HEADER_ROW
TITLES = ("Question", "Rating", "Comment", "Row key")


def column(sheet: Worksheet, title: str) -> int:
    return max(cell.column for cell in sheet[HEAD] if cell.value == title)


def row_of(sheet: Worksheet, start: str) -> int:
    numbers = range(HEAD + 1, sheet.max_row + 1)
    return next(number for number in numbers if str(sheet.cell(number, 1).value).startswith(start))


def write_in(sheet: Worksheet, start: str, **texts: str) -> None:
    """Fill the reviewer's columns of the first row that begins with a text."""
    for title, text in texts.items():
        sheet.cell(row_of(sheet, start), column(sheet, title.capitalize())).value = text


def rearrange(
    sheet: Worksheet, rows: Callable[[list[Any]], list[Any]], order: Callable[[list[int]], list[int]]
) -> None:
    """Whole rows below the header in another order, and the columns too, as a reviewer moves them."""
    places = order(list(range(sheet.max_column)))
    head, *body = ([cell.value for cell in row] for row in sheet.iter_rows(min_row=HEAD))
    sheet.delete_rows(HEAD, sheet.max_row)
    for number, row in enumerate([head, *rows(body)], HEAD):
        for place, old in enumerate(places, 1):
            sheet.cell(number, place).value = row[old]


def comments_in(done: Build) -> dict[str, dict[str, Any]]:
    found = json.loads(done.page("trace.json"))["findings"]
    return {f["message"][:7]: f for f in found if f["rule"].startswith("reviewer-comment")}


KEPT = ("Cover", "coverage", "register-control", "threat-trace")


def review(path: Path, target: Path) -> None:
    """Fill in a workbook, sort rows, move and hide columns, delete sheets and a row."""
    book = openpyxl.load_workbook(path)
    sheet = book["threat-trace"]
    write_in(sheet, "THR-001", question="Which key seals it?", rating="Major ", comment="Say\nwhich: \u202ekey.")
    rearrange(sheet, lambda rows: [rows[-1], rows[0]], lambda places: [places[-2], *places[:-2], places[-1]])
    sheet.column_dimensions["D"].hidden = True
    write_in(book["register-control"], "CTL-001", rating="accept")
    write_in(book["coverage"], str(book["coverage"].cell(HEAD + 2, 1).value), comment="=1+1")
    for name, text in (("reviewer_role", "notified body"), ("reviewer_date", "2026-10-28")):
        home, place = next(iter(book.defined_names[name].destinations))
        book[home][place.replace("$", "")] = text
    for other in [sheet for sheet in book.worksheets if sheet.title not in KEPT]:
        book.remove(other)
    book.save(target)


def test_a_review_comes_back_as_findings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = mini(tmp_path / "source", reviewed=False)
    done = build(source, tmp_path, builder="aimd-xlsx", out="xlsx")
    review(done.out / "dossier.xlsx", tmp_path / "reviewed.xlsx")
    back = libreoffice(tmp_path / "reviewed.xlsx", "xlsx", tmp_path) / "reviewed.xlsx"
    command = ["import", "review", str(back), str(source)]
    monkeypatch.setattr(cli, "_read_state", cache(cli._read_state))  # its pages stay the same

    assert cli.main([*command, "--dry-run"]) == 0
    assert not (source / "comments.yaml").exists()
    assert cli.main(command) == 0
    text = (source / "comments.yaml").read_text("utf-8")
    capsys.readouterr()
    assert cli.main(command) == 0
    assert "3 rows with a question, rating or comment: 0 new, 3 known" in capsys.readouterr().out
    assert (source / "comments.yaml").read_text("utf-8") == text

    other = openpyxl.load_workbook(back)
    other.properties.title = "Pump 1.0"
    other.save(tmp_path / "other.xlsx")
    assert cli.main(["import", "review", str(tmp_path / "other.xlsx"), str(source)]) == 2
    assert "is of 'Pump 1.0', not of the project 'Mini implant'." in capsys.readouterr().err

    edit(source / "threats.rst", "Replay of a recorded command", "Replay of a recorded frame")
    answered = text.replace("    state: open\n", "    state: answered\n", 1)
    (source / "comments.yaml").write_text(answered, "utf-8")
    found = build(source, tmp_path, builder="aimd-json", out="json")
    (warning,) = found.warnings
    line = answered.splitlines().index("  COM-001:") + 1
    assert warning.startswith(f"comments.yaml:{line}: WARNING: COM-001 is answered without answer, answered_by, ")
    said = comments_in(found)
    assert [(f["rule"], f["severity"], f["item"], f["file"]) for _id, f in sorted(said.items())] == [
        ("reviewer-comment-note", "info", "", "comments.yaml"),
        ("reviewer-comment", "error", "THR-001", "comments.yaml"),
    ]
    assert said["COM-001"]["message"].startswith("COM-001 (not rated), notified body, 2026-10-28: =1+1; the row ")
    asked = said["COM-003"]
    assert answered.splitlines()[asked["line"] - 1] == "  COM-003:"
    assert asked["message"] == (
        "COM-003 (major), notified body, 2026-10-28: Which key seals it? / Say which: \ufffdkey; "
        "the row has changed since."
    )


# --- from here on a dossier in memory, its workbook, and what a reviewer can do to it


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    items = {**sound(), "TRN-9": full("training")}
    return Dossier(trace_of(items, CLAUSES))


@pytest.fixture(scope="module")
def sent(dossier: Dossier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sent") / "dossier.xlsx"
    xlsx.write(path, dossier, "Project 1", epoch=None)
    leave(path, "Cover", "threat-trace", "risk-summary", "exceptions", "gspr-checklist")
    return path


def leave(path: Path, *names: str) -> None:
    """Delete all sheets but some: what every test would otherwise read and write again."""
    book = openpyxl.load_workbook(path)
    for sheet in [sheet for sheet in book.worksheets if sheet.title not in names]:
        book.remove(sheet)
    book.save(path)


def reviewed(sent: Path, change: Callable[[openpyxl.Workbook], None]) -> Path:
    book = openpyxl.load_workbook(sent)
    change(book)
    path = sent.with_name("reviewed.xlsx")
    book.save(path)
    return path


def imported(
    path: Path, dossier: Dossier, before: Sequence[Comment] = (), *, role: str = "quality", on: str = "2026-10-28"
) -> Report:
    workbook = review_workbook.read(path, "reviewed.xlsx")
    return compare(workbook, dossier, before, role=role, on=on, name="reviewed.xlsx")


def asks(start: str, **texts: str) -> Callable[[openpyxl.Workbook], None]:
    return lambda book: write_in(book["threat-trace"], start, **texts)


def test_reader_and_writer_name_the_columns_alike() -> None:
    assert TITLES == (xlsx.QUESTION, xlsx.RATING, xlsx.COMMENT, xlsx.KEY)
    assert tuple(getattr(review_workbook, name) for name in ("QUESTION", "RATING", "COMMENT", "ROW_KEY")) == TITLES
    assert xlsx.RATINGS == RATINGS


def test_another_text_of_the_same_role_is_a_conflict_and_both_stay(sent: Path, dossier: Dossier) -> None:
    first = imported(reviewed(sent, asks("THR-1", comment="One.")), dossier)
    assert [(c.id, c.view, c.item, c.differs_from) for c in first.new] == [("COM-001", "threat-trace", "THR-1", "")]
    second = reviewed(sent, asks("THR-1", comment="Two."))
    found = imported(second, dossier, first.new)
    assert [(c.id, c.comment, c.differs_from) for c in found.new] == [("COM-002", "Two.", "COM-001")]
    assert "COM-002 says something else than COM-001 of the same role" in found.problems[0]
    assert imported(second, dossier, first.new, role="clinical").problems == []
    closed = [replace(first.new[0], state="closed", answer="Done.", answered_by="quality", answered_on="2026-11-01")]
    assert [c.differs_from for c in imported(second, dossier, closed).new] == [""]


def test_rows_that_changed_or_went_are_kept_and_said(sent: Path, dossier: Dossier) -> None:
    path = reviewed(sent, asks("THR-1", comment="Why?"))
    later = sound()
    later["THR-1"]["title"] = "Another title"
    assert "the row has changed since" in imported(path, Dossier(trace_of(later, CLAUSES))).problems[0]
    later["THR-1"]["links"].pop("threatens")
    found = imported(path, Dossier(trace_of(later, CLAUSES)))
    assert "the row is no longer in the view" in found.problems[0]
    gone = found.new[0]
    assert (gone.view, gone.item) == ("threat-trace", "THR-1")
    assert gone.row.startswith("THR-1 Title of THR-1 | ")
    assert with_rows(dossier, found.new)[0].row_now is RowNow.SAME


def test_what_cannot_be_taken_is_said_and_the_rest_is_taken(sent: Path, dossier: Dossier) -> None:
    def change(book: openpyxl.Workbook) -> None:
        write_in(book["threat-trace"], "THR-1", rating="blocker", comment="No.")
        write_in(book["risk-summary"], "RSK-1", rating="minor")
        write_in(book["risk-summary"], "RSK-2", rating="not reviewed")
        sheet = book["exceptions"]
        sheet.cell(HEAD + 1, column(sheet, "Row key")).value = "edited"
        sheet.cell(HEAD + 1, column(sheet, "Comment")).value = "Lost?"
        book["gspr-checklist"].delete_cols(column(book["gspr-checklist"], "Row key"))

    found = imported(reviewed(sent, change), dossier)
    assert [(c.view, c.item, c.rating) for c in found.new] == [("risk-summary", "RSK-1", "minor")]
    said = "\n".join(found.problems)
    assert "the rating is 'blocker'" in said
    assert "exceptions: nothing is taken from this sheet: row key" in said
    assert "gspr-checklist: nothing is taken from this sheet: the column Row key is missing" in said
    assert (found.read, found.left_out) == (2, 1)


def test_keys_that_left_their_rows_are_noticed(sent: Path, dossier: Dossier) -> None:
    def sorted_apart(book: openpyxl.Workbook) -> None:
        sheet, place = book["risk-summary"], column(book["risk-summary"], "Row key")
        one, two = row_of(sheet, "RSK-1"), row_of(sheet, "RSK-2")
        write_in(sheet, "RSK-1", comment="Which?")
        first, second = sheet.cell(one, place), sheet.cell(two, place)
        first.value, second.value = second.value, first.value

    found = imported(reviewed(sent, sorted_apart), dossier)
    assert found.new == []
    assert "as if the sheet had been sorted without its column of row keys" in found.problems[0]

    def written_over(book: openpyxl.Workbook) -> None:
        write_in(book["risk-summary"], "RSK-1", comment="See there.")
        book["risk-summary"].cell(row_of(book["risk-summary"], "RSK-1"), 3).value = "other"

    found = imported(reviewed(sent, written_over), dossier)
    assert len(found.new) == 1
    assert "instead of" in found.problems[0]


def test_another_project_and_a_workbook_of_others_are_refused(sent: Path, dossier: Dossier, tmp_path: Path) -> None:
    path = reviewed(sent, asks("THR-1", comment="Why?"))
    leave(path, "threat-trace")
    assert imported(path, dossier).problems == []
    with pytest.raises(InputError, match="another project"):
        imported(path, Dossier(trace_of({"TRN-9": full("training")}, CLAUSES)))
    plain = openpyxl.Workbook()
    plain.save(tmp_path / "plain.xlsx")
    with pytest.raises(InputError, match="has no sheet with the columns"):
        review_workbook.read(tmp_path / "plain.xlsx", "plain.xlsx")


def with_member(sent: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """A copy with one member changed."""
    raw = io.BytesIO()
    with zipfile.ZipFile(sent) as old, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            data = old.read(member)
            new.writestr(member, change(data) if member == name else data)
    path = sent.with_name("hostile.xlsx")
    path.write_bytes(raw.getvalue())
    return path


HOSTILE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "bomb": (lambda data: data + b" " * 40_000_000, "unpacks to more"),
    "entity": (
        lambda data: data.replace(b"<workbook", b'<!DOCTYPE x [<!ENTITY a "b">]><workbook', 1),
        "document type definition",
    ),
    "torn": (lambda data: data[:-40], "is no workbook"),
    "empty": (lambda _data: b"", "is no workbook"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_workbooks_are_refused(sent: Path, name: str) -> None:
    change, message = HOSTILE[name]
    with pytest.raises(InputError, match=message):
        review_workbook.read(with_member(sent, "xl/workbook.xml", change), "hostile.xlsx")


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"", "no .xlsx"), (b"\xd0\xcf\x11\xe0" + b"x" * 99, "password"), (b"PK\x03\x04" + b"x" * 99, "is no workbook")],
)
def test_files_that_are_no_workbook_are_refused(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    with pytest.raises(InputError, match=message):
        review_workbook.read(path, "a.xlsx")
    assert cli.main(["import", "review", str(path), str(tmp_path)]) == 2


def test_a_text_longer_than_a_cell_is_left_out_and_said(sent: Path, dossier: Dossier) -> None:
    path = reviewed(sent, asks("THR-1", comment="LONG"))
    with zipfile.ZipFile(path) as archive:
        part = next(name for name in archive.namelist() if b"LONG" in archive.read(name))
    found = imported(with_member(path, part, lambda data: data.replace(b"LONG", b"y" * 40_000)), dossier)
    assert found.new == []
    assert "a text of 40000 characters; a cell holds 32767" in found.problems[0]


def test_the_role_and_the_date_must_be_known(sent: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for options, message in (
        ((), "role of the reviewer"),
        (("--role", "quality"), "date of the review"),
        (("--role", "quality", "--on", "28.10.2026"), "'28.10.2026' where a date is expected"),
        (("--role", "q" * 99, "--on", "2026-10-28"), "no plain short text"),
    ):
        assert cli.main(["import", "review", str(sent), str(tmp_path), *options]) == 2
        assert message in capsys.readouterr().err


COMMENT = Comment(
    id="COM-001",
    view="threat-trace",
    item="THR-1",
    key="0" * 16,
    seen="0" * 12,
    on="2026-10-28",
    role="quality",
)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=60).map(review_workbook.clean)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(TEXTS, TEXTS, st.sampled_from(["", *RATINGS]), st.booleans())
def test_comments_are_read_as_they_were_written(question: str, comment: str, rating: str, is_indented: bool) -> None:
    one = replace(COMMENT, question=question, comment=comment, rating=rating, row=question.replace("\n", " "))
    two = replace(one, id="COM-002", state="answered", answer=comment, answered_by="quality", answered_on="2026-11-01")
    text = comment_file.add("", [one], "c.yaml")
    if is_indented:
        text = text.replace("\n    ", "\n     ")
    both = comment_file.add(text, [two], "c.yaml")
    assert both.startswith(text)
    read = comment_file._comments(comment_file.parse(both, "c.yaml"))
    assert [replace(c, location=COMMENT.location) for c in read] == [one, two]


def test_what_an_author_wrote_stays_when_comments_are_added(tmp_path: Path) -> None:
    own = comment_file.add("", [COMMENT], "c.yaml") + "    # asked the supplier\n"
    assert comment_file.add(own, [replace(COMMENT, id="COM-002")], "c.yaml").startswith(own)
    moved = "comments:\n" + own.partition("comments:\n")[2] + 'schema: "1"\n'
    path = tmp_path / "c.yaml"
    path.write_text(comment_file.add(moved, [replace(COMMENT, id="COM-002")], "c.yaml"), "utf-8")
    assert [comment.id for comment in comment_file.read(path, "c.yaml")] == ["COM-001", "COM-002"]


@pytest.mark.parametrize(
    ("old", "new"),
    [('"2026-10-28"', '"2026-13-28"'), (": open", ": done"), ('"THR-1"', '"THR.1"'), ('"quality"', '""')],
)
def test_a_malformed_file_is_one_model_error_at_its_line(tmp_path: Path, old: str, new: str) -> None:
    text = comment_file.add("", [COMMENT], "comments.yaml").replace(old, new, 1)
    (tmp_path / "comments.yaml").write_text(text, "utf-8")
    found, (fault,) = comment_file.gather(tmp_path, "comments.yaml")
    assert found == ()
    assert (fault.rule, fault.is_model_error, fault.location.file) == ("input", True, "comments.yaml")
    assert new in text.splitlines()[fault.location.line - 1]


def test_severity_follows_the_rating_and_closing_ends_it() -> None:
    def grades(comment: Comment) -> list[tuple[str, str]]:
        trace = replace(trace_of(sound(), CLAUSES, gate="release"), comments=(comment,))
        return [(found.rule, str(found.severity)) for found in rules.run(trace)]

    assert grades(replace(COMMENT, rating="accept")) == grades(replace(COMMENT, rating="not reviewed")) == []
    assert grades(replace(COMMENT, rating="accept", comment="But.")) == [("reviewer-comment-note", "info")]
    assert grades(replace(COMMENT, question="Why?")) == [("reviewer-comment-note", "info")]
    assert grades(replace(COMMENT, rating="minor")) == [("reviewer-comment-minor", "warning")]
    for rating in ("major", "critical"):
        assert grades(replace(COMMENT, rating=rating)) == [("reviewer-comment", "error")]
    assert grades(replace(COMMENT, rating="major", state="closed")) == []


def test_a_comment_hides_no_finding_that_is_caused_at_its_item() -> None:
    items = sound()
    items["TST-1"]["independence"] = ""
    plain = trace_of(items, CLAUSES, gate="release")
    for item_id in items:
        about = replace(COMMENT, item=item_id, rating="critical")
        assert set(rules.run(plain)) < set(rules.run(replace(plain, comments=(about,))))


def test_comments_on_nothing_and_answers_of_nobody_are_model_errors() -> None:
    gone = replace(COMMENT, item="THR-9", rating="minor")
    half = replace(COMMENT, state="closed", answer="Done.", answered_by="quality")
    found = [fault.message for fault in faults([COMMENT, gone, half], {"THR-1"})]
    assert found == ["COM-001 is about THR-9, which does not exist.", "COM-001 is closed without answered_on."]
    whole = replace(gone, state="closed", answer="Removed.", answered_by="quality", answered_on="2026-11-01")
    assert list(faults([whole], {"THR-1"})) == []


# --- keys of rows

IDS = st.sampled_from(["", "A", "B", "C", "D"])
ROW = st.tuples(IDS, st.sampled_from(["x", "y", "12"]), IDS)


def table(rows: Sequence[tuple[str, str, str]]) -> Table:
    cells = tuple((Cell(head, head), Cell(text), Cell(f"to {to}", to)) for head, text, to in rows)
    return Table(
        id="v",
        kind="matrix",
        title="",
        question="",
        scope="",
        columns=columns(("a", "A", 1), ("b", "B", 1), ("c", "C", 1)),
        rows=cells,
        row_ids=tuple(head for head, _text, _to in rows),
    )


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(ROW, max_size=8), st.lists(ROW, max_size=4), st.randoms(use_true_random=False))
def test_keys_are_unique_and_outlive_new_rows_and_another_order(old: Any, more: Any, random: Any) -> None:
    before = table(old)
    keys, digests = row_keys(before), row_digests(before)
    assert len(set(keys)) == len(keys)
    later = [*old, *more]
    random.shuffle(later)
    after = table(later)
    index = RowIndex()
    index.add(after)
    new = set(row_keys(after))
    for row, key, digest in zip(old, keys, digests, strict=True):
        found = index.find(key, digest)
        assert found is not None
        assert not found[1]
        assert later[index.row(found[0])[1]] == row
        if not any(row[0] == other[0] and row[2] == other[2] for other in more):
            assert key in new


def test_a_key_outlives_changed_words_and_verdicts() -> None:
    one, two = table([("A", "x", "B"), ("A", "x", "C")]), table([("A", "other", "B"), ("A", "x", "C")])
    assert row_keys(one) == row_keys(two)
    assert [left == right for left, right in zip(row_digests(one), row_digests(two), strict=True)] == [False, True]
