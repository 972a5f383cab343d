"""Widths of the columns of a view on paper: short words stay whole, and room goes where it saves lines."""

from __future__ import annotations

from sphinx_aimd.views.table import Cell, Table, columns
from sphinx_aimd.writers.typst.columns import LETTERS_LANDSCAPE, NARROW, rooms_of


def view(titles: str, *rows: tuple[str, ...], widths: tuple[int, ...] = ()) -> Table:
    names = titles.split()
    shares = widths or (1,) * len(names)
    made = columns(*((name.lower(), name, share) for name, share in zip(names, shares, strict=True)))
    cells = tuple(tuple(map(Cell, row)) for row in rows)
    return Table(id="v", kind="matrix", title="", question="", scope="", columns=made, rows=cells)


LONG = "words of a long finding " * 12


def test_no_short_word_id_or_date_is_broken() -> None:
    table = view("Independence Severity Finding", ("third party", "informational", LONG), widths=(1, 1, 40))
    independence, severity, _finding = rooms_of(table, wide=True)
    assert independence > len("Independence")
    assert severity >= len("informational")
    table = view("Result Day Finding", ("RES-TST-001-1", "2026-10-13", LONG), widths=(1, 1, 40))
    result, day, _finding = rooms_of(table, wide=True)
    assert result > len("RES-TST-001-1")
    assert day > len("2026-10-13")


def test_an_empty_column_is_as_wide_as_its_title_and_the_others_have_the_rest() -> None:
    table = view("Exception Finding Remedy", ("", LONG, LONG), widths=(10, 1, 2))
    exception, finding, remedy = rooms_of(table, wide=True)
    assert len("Exception") < exception <= len("Exception") + 3
    assert remedy > finding > 40
    assert exception + finding + remedy >= LETTERS_LANDSCAPE - 6


def test_a_long_word_may_break_and_many_columns_share_the_line() -> None:
    (path, _text) = rooms_of(view("Path Text", ("a" * 200, LONG)), wide=False)
    assert path < 100
    names = " ".join(f"Exploitability{number}" for number in range(30))
    rooms = rooms_of(view(names, ("authentication",) * 30), wide=True)
    assert min(rooms) >= NARROW
    assert max(rooms) - min(rooms) <= 1
    assert rooms_of(view("One Two"), wide=False) == rooms_of(view("One Two"), wide=False)


def test_room_goes_where_it_makes_the_rows_lower() -> None:
    table = view("Kind Threats Remark", ("asset", "THR-001, " * 12, "short remark of five words"), widths=(4, 1, 4))
    kind, threats, remark = rooms_of(table, wide=False)
    assert threats > remark
    assert kind <= len("asset") + 2
