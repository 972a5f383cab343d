"""Editions: what one added, changed and removed; what starts or ends; which files are sound."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinx_aimd.catalogue import Catalogue, Clause, load_catalogue
from sphinx_aimd.cli import main
from sphinx_aimd.commands.catalogue import differences
from sphinx_aimd.crosswalk import load_crosswalk
from sphinx_aimd.yamlfile import InputError
from tests.trace_builder import INSTRUMENT, clause

SHIPPED = load_catalogue()
NUMBERS = st.frozensets(st.integers(0, 9))
BAD = sorted((Path(__file__).parent / "bad_catalogues").glob("*.yaml"))


def edition(*rows: Clause) -> Catalogue:
    return Catalogue({"TEST": INSTRUMENT}, {row.id: row for row in rows})


@given(
    old=st.frozensets(st.integers(0, 9)), new=st.frozensets(st.integers(0, 9)), changed=st.frozensets(st.integers(0, 9))
)
def test_a_difference_is_what_was_added_changed_and_removed(
    old: frozenset[int], new: frozenset[int], changed: frozenset[int]
) -> None:
    rows = {number: clause(f"C-{number}", ("evidence",), number) for number in range(10)}
    before = edition(*(rows[number] for number in sorted(old)))
    after = edition(*(replace(rows[n], text="Other.") if n in changed else rows[n] for n in sorted(new)))
    found = {
        kind: {c.id for c in differences(before, after) if c.kind == kind} for kind in ("added", "changed", "removed")
    }
    assert found == {
        "added": {f"C-{n}" for n in new - old},
        "changed": {f"C-{n}" for n in new & old & changed},
        "removed": {f"C-{n}" for n in old - new},
    }


def test_clauses_with_new_ids_are_followed_by_what_they_supersede() -> None:
    old, new = clause("OLD-1", ("evidence",)), replace(clause("NEW-1", ("evidence",)), supersedes=("OLD-1",))
    (change,) = differences(edition(old), edition(new))
    assert (change.kind, change.id, change.old_id) == ("changed", "NEW-1", "OLD-1")
    assert [name for name, _old, _new in change.fields] == ["citation", "title"]


def test_the_quality_system_regulation_gave_way_to_its_successor(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "diff", "QSR-820-LEGACY", "QMSR-820", "--format", "json"]) == 1
    rows = {row["id"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["ISO13485-7-3-10"]["old_id"] == "QSR-820-30-j"
    assert not [row for row in rows.values() if row["change"] == "removed"]
    assert main(["catalogue", "diff", "QMSR-820", "QMSR-820"]) == 0


def test_what_ends_by_a_date_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "changes", "--after", "2026-11-02", "--by", "2027-12-31"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:19].split() for line in lines] == [["2026-12-20", "ends"], ["2027-07-04", "ends"]]
    assert "CVSS v3.0" in lines[0]
    assert "CVSS v3.1" in lines[1]
    assert main(["catalogue", "changes", "--after", "2026-11-02"]) == 0
    everything = capsys.readouterr().out
    assert "proposed" in everything
    assert "87a" in everything


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_faulty_catalogue_is_said_by_the_command(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["catalogue", "check", str(path)])
    said = capsys.readouterr()
    assert code == 2
    assert said.err.startswith("aimd: ")
    assert f"{path.name}:" in said.err


def test_a_sound_folder_is_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = Path(__file__).parents[1] / "requirements" / "us" / "fdca-524b.yaml"
    (tmp_path / "own.yaml").write_text(source.read_text("utf-8"), encoding="utf-8")
    assert main(["catalogue", "check", str(tmp_path), str(source)]) == 0
    assert "sound" in capsys.readouterr().out


def test_every_clause_of_the_crosswalk_exists_and_topics_join_jurisdictions() -> None:
    path = Path(__file__).parents[1] / "requirements" / "crosswalk.yaml"
    crosswalk = load_crosswalk(SHIPPED.clauses, path, "crosswalk.yaml")
    assert len(crosswalk.topics) >= 34
    for topic in crosswalk.topics:
        assert len({SHIPPED.clauses[name].instrument.jurisdiction for name in topic.clauses}) > 1, topic.id


def test_a_crosswalk_of_a_project_must_name_what_exists(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("schema: 1\ntitle: t\nbasis: b\ntopics:\n- {id: CW-1, title: t, clauses: [NO-1]}\n", "utf-8")
    with pytest.raises(InputError, match=r"own.yaml:5: there is no clause NO-1"):
        load_crosswalk(SHIPPED.clauses, path, "own.yaml")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("supersedes: [FDCA-524B]", "FDCA-524B supersedes itself"),
        ("supersedes: [NO-SUCH-KEY]", "supersedes NO-SUCH-KEY, which does not exist"),
    ],
)
def test_a_circle_or_an_unknown_name_drops_no_duty_in_silence(line: str, message: str, tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "requirements" / "us" / "fdca-524b.yaml").read_text("utf-8")
    (tmp_path / "own.yaml").write_text(text.replace("\nclauses:\n", f"\n  {line}\nclauses:\n", 1), encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        load_catalogue([tmp_path])
    assert caught.value.line > 1


def test_what_a_project_changes_in_shipped_law_is_known(tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "requirements" / "us" / "fdca-524b.yaml").read_text("utf-8")
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    assert load_catalogue([tmp_path]).changed == ("catalogue FDCA-524B",)
    (tmp_path / "own.yml").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="would not be read"):
        load_catalogue([tmp_path])


@pytest.mark.parametrize("option", ["--after", "--by"])
def test_a_date_that_is_none_is_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "changes", option, "2026-13-99"]) == 2
    assert "expected a date" in capsys.readouterr().err


def test_superseding_names_what_exists() -> None:
    for row in SHIPPED.clauses.values():
        assert set(row.supersedes) <= set(SHIPPED.clauses)
    for instrument in SHIPPED.instruments.values():
        assert set(instrument.supersedes) <= set(SHIPPED.instruments)


#: Old instruments of which some duty went to rows that are owed only when cited, and why that drops nothing.
DROPPED = {
    "NTIA-2021": "FDA names the framing document of October 2021, which stays owed",
    "FDA-PREMARKET-2025": "rows that inform and ask for nothing",
}


def test_a_duty_is_not_retired_by_what_asks_nothing() -> None:
    for old, new in SHIPPED.successors.items():
        row = SHIPPED.clauses[old]
        if not row.only_when_cited and all(clause.only_when_cited for clause in new):
            assert row.instrument.key in DROPPED, old
