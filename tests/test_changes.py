"""What changed since an earlier state: each item in one class, the worst first, shown alike, and never stale."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sphinx_aimd import jsonfile
from sphinx_aimd.catalogue import Catalogue
from sphinx_aimd.cli import main
from sphinx_aimd.model.baseline import Baseline, Entry
from sphinx_aimd.model.trace import Trace
from sphinx_aimd.model.verdict import Verdict
from sphinx_aimd.readers import baseline as baselines
from sphinx_aimd.readers.trace import load_trace
from sphinx_aimd.views.changes import CHANGES, NOTHING_TO_COMPARE, SUMMARY
from sphinx_aimd.views.differences import Change, Effect, Kind, compare, state_of
from sphinx_aimd.views.dossier import Dossier
from sphinx_aimd.writers import json as json_writer
from sphinx_aimd.yamlfile import InputError
from tests.sound_dhf import Items, full, result, sound
from tests.sphinx_builds import Build, build, edit, mini, text_of
from tests.trace_builder import INSTRUMENT, catalogue, clause, trace_of

#: The workbook takes half of a build's time.
JSON_ALONE = ("-D", "aimd_exports=json")
CLAUSES = catalogue(C_1="control", C_2="evidence")
_IDS = [f"REQ-{number}" for number in range(4)] + [f"RES-{number}" for number in range(3)]

_TEXT = st.sampled_from(["", "one", "two", "#AbCdEf"])


@st.composite
def _entries(draw: st.DrawFn) -> Baseline:
    found = {}
    for item_id in draw(st.lists(st.sampled_from(_IDS), unique=True)):
        links = {"result_of": tuple(sorted(draw(st.sets(st.sampled_from(_IDS), max_size=2))))}
        found[item_id] = Entry(
            id=item_id,
            type="result" if item_id.startswith("RES") else "requirement",
            title=draw(_TEXT),
            verdict=draw(st.sampled_from(list(Verdict))),
            fields={"content": text} if (text := draw(_TEXT)) else {},
            links=links if item_id.startswith("RES") and links["result_of"] else {},
            fingerprint=draw(_TEXT),
        )
    return Baseline(project="P", tool="1", version="1", as_of="", instruments={}, entries=found)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(_entries(), _entries())
def test_each_item_is_in_one_class_and_swapping_the_states_swaps_the_classes(one: Baseline, two: Baseline) -> None:
    assert {change.kind for change in compare(one, one, {"requirement"})} <= {Kind.UNCHANGED}
    there, back = compare(one, two, {"requirement"}), compare(two, one, {"requirement"})
    assert [change.id for change in there] == sorted(one.entries.keys() | two.entries.keys())
    swapped = {Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED}
    assert [swapped.get(change.kind, change.kind) for change in there] == [change.kind for change in back]
    for forth, reverse in zip(there, back, strict=True):
        _check_effect(forth)
        if forth.effect is Effect.BETTER:
            assert reverse.effect in (Effect.WORSE, Effect.LOST)


def _check_effect(change: Change) -> None:
    """Nothing is called better that is gone, no longer counted, or was complete."""
    then, now = change.then, change.now
    if change.effect is Effect.BETTER:
        assert then is not None
        assert now is not None
        assert then.verdict.counts == now.verdict.counts
        assert now.verdict.rank > then.verdict.rank
    was_complete = then is not None and then.verdict is Verdict.VERIFIED
    is_complete = now is not None and now.verdict is Verdict.VERIFIED
    assert (change.effect is Effect.LOST) == (was_complete and not is_complete)


def rows(table: Any) -> dict[str, dict[str, Any]]:
    """Rows of a table by the first word of their head, cells by the name of the column."""
    names = [column.name for column in table.columns]
    return {row[0].text.split()[0]: dict(zip(names, row, strict=True)) for row in table.rows}


def before() -> Items:
    """The sound file with a requirement and a result that are gone today."""
    items = sound()
    items["REQ-OLD"] = {**items["REQ-1"], "title": "Given up"}
    return items


def after() -> Items:
    items = sound()
    items["CTL-1"]["title"] = "Control, worded anew"
    items["VUL-1"]["vex_status"] = "under_investigation"
    items["RES-4"] = result("TST-4", outcome="failed")
    items["DEC-2"] = full("decision", {"decides": ["VUL-1"]}, kind="alternative_approach", expires_on="")
    items["TRN-1"]["status"] = "retired"
    return items


def compared(then: Trace, now: Trace) -> Dossier:
    return Dossier(now, baseline=replace(state_of(then, "Project"), name="First package", on="2026-11-24"))


def test_without_an_earlier_state_no_view_is_exported_and_a_page_says_so() -> None:
    dossier = Dossier(trace_of(sound(), CLAUSES))
    assert {CHANGES, SUMMARY} & set(dossier.views) == set()
    assert CHANGES not in dossier.views
    for view in (dossier.views[CHANGES], dossier.views[SUMMARY]):
        assert (view.rows, view.scope.partition(".")[0]) == ((), NOTHING_TO_COMPARE)


def test_rows_say_what_changed_and_what_it_did_with_the_worst_first() -> None:
    dossier = compared(trace_of(before(), CLAUSES), trace_of(after(), CLAUSES))
    table, found = dossier.views[CHANGES], rows(dossier.views[CHANGES])
    assert found["CTL-1"]["what"].text.startswith("Title: Title of CTL-1 → Control, worded anew")
    gone = found["REQ-OLD"]
    assert [gone[name].shown for name in ("item", "change", "now")] == ["REQ-OLD Given up", "removed", "none"]
    assert not gone["item"].target
    test = found["TST-4"]
    assert (test["change"].text, test["effect"].text) == ("evidence only", "lost")
    assert "Result RES-TST-4-1 changed (Cases passed: 1 → 0, Outcome: passed → failed)" in test["what"].text
    assert "open first: results: RES-TST-4-1: test failed" in test["what"].text
    assert (found["TRN-1"]["then"].shown, found["TRN-1"]["now"].shown) == ("verified", "inactive")
    assert found["TRN-1"]["effect"].text == "lost"
    vulnerability = found["VUL-1"]
    assert "VEX status: affected → under investigation" in vulnerability["what"].text
    assert vulnerability["decided"].target == "DEC-2"
    assert found["DEC-2"]["change"].text == "added"
    effects = [
        row[table.columns.index(next(c for c in table.columns if c.name == "effect"))].text for row in table.rows
    ]
    assert effects == sorted(effects, key=[effect.value for effect in Effect].index)
    assert "Then: First package, the state of 2026-11-24 for version 2.1, as of 2026-11-23" in table.scope
    total = len(trace_of(before(), CLAUSES).items) + 1
    assert table.scope.startswith(f"{len(table.rows)} of {total} items and clauses differ")


def test_figures_add_up_and_lead_to_their_rows() -> None:
    dossier = compared(trace_of(before(), CLAUSES), trace_of(after(), CLAUSES))
    table, listed = dossier.views[SUMMARY], dossier.views[CHANGES]
    facets = {facet.name: facet.values for facet in listed.facets}
    kinds = [kind.replace(" ", "_") for kind in Kind]
    for row in table.rows:
        cells = dict(zip([column.name for column in table.columns], row, strict=True))
        assert sum(int(cells[name].text) for name in kinds) == int(cells["all"].text)
        for cell in row:
            if cell.rows is not None:
                held = [
                    number
                    for number in range(len(listed.rows))
                    if all(set(facets[name][number]) & set(words) for name, words in cell.rows.where)
                ]
                assert (cell.rows.view, len(held)) == (CHANGES, int(cell.text))
    assert table.rows[-1][0].text == "All"
    for column in range(1, len(table.columns)):
        assert sum(int(row[column].text) for row in table.rows[:-1]) == int(table.rows[-1][column].text)


def test_a_new_edition_is_named_with_its_clauses() -> None:
    edition = replace(INSTRUMENT, edition="2")
    new = {
        "C-1": replace(clause("C-1", ("control",)), instrument=edition, text="Asks for more."),
        "C-3": replace(clause("C-3", ("evidence",), 1), instrument=edition, supersedes=("C-2",)),
    }
    dossier = compared(trace_of(sound(), CLAUSES), trace_of(sound(), Catalogue({"TEST": edition}, new)))
    said = [(row[0].text, row[2].text, row[3].text) for row in dossier.views[CHANGES].rows if row[1].text == "Clause"]
    assert ("Test C-2 Clause C-2", "removed", "Edition of TEST from 1 to 2; replaced by Test C-3") in said
    assert ("Test C-3 Clause C-3", "added", "Edition of TEST from 1 to 2") in said
    assert ("Test C-1 Clause C-1", "changed", "Text in the catalogue") in [
        (head, kind, what.partition(":")[0]) for head, kind, what in said
    ]
    assert "Editions changed: TEST from 1 to 2." in dossier.views[CHANGES].scope


def test_files_hold_the_state_whether_short_or_whole(tmp_path: Path) -> None:
    trace = trace_of(after(), CLAUSES)
    whole, kept = tmp_path / "trace.json", tmp_path / "kept.json"
    json_writer.write(whole, Dossier(trace), "Project 2.1")
    command = ["baseline", str(whole), "-o", str(kept), "--name", "First package", "--on", "2026-11-24"]
    assert main(command) == 0
    known = baselines.read(kept, "kept.json")
    assert known.entries == baselines.read(whole, "trace.json").entries == state_of(trace).entries
    assert (known.project, known.name, known.on) == ("Project 2.1", "First package", "2026-11-24")
    assert not Dossier(trace, baseline=known).views[CHANGES].rows
    again = tmp_path / "again.json"
    assert main(["baseline", str(kept), "-o", str(again)]) == 0
    assert again.read_bytes() == kept.read_bytes()
    assert kept.stat().st_size < whole.stat().st_size / 4
    json_writer.write(whole, Dossier(trace, baseline=known), "Project 2.1")
    assert {CHANGES, SUMMARY} <= {view["id"] for view in load_trace(whole)["views"]}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text[:-40], "is not JSON"),
        (lambda text: "[" * 200_000, "is nested deeper than 64 levels"),
        (lambda text: text.replace('"tool":', '"project":"Twice",\n"tool":'), "'project' occurs twice in one object"),
        (lambda text: text.replace("baseline:1", "baseline:9"), "is neither a baseline nor a trace.json"),
        (lambda text: text.replace('"verified"', '"proven"'), "is no sound baseline"),
        (lambda text: text.replace("Title of REQ-1", "Title\\u0000"), "is no sound baseline"),
        (lambda text: text.replace("Title of REQ-1", "Title \\ud800"), "holds half a character"),
        (lambda text: text.replace('"CTL-1":', '"REQ-1":'), "holds 'REQ-1' twice"),
        (lambda text: text.replace('"CTL-1":', '"../CTL-1":'), "which is no id"),
        (lambda text: text.replace('{"failed":', '{"failed":1'), "its counts are not those of its rows"),
        (lambda text: text.replace('"control":{', '"clause":{'), "is no sound baseline"),
    ],
)
def test_a_faulty_file_gets_one_message(change: Any, said: str, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "kept.json"
    text = "".join(baselines.lines(state_of(trace_of(after(), CLAUSES), "Project")))
    path.write_text(changed := change(text), "utf-8")
    assert changed != text
    assert main(["baseline", str(path), "-o", str(tmp_path / "out.json")]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert (told.count("\n"), len(told) < 700) == (1, True)
    assert not (tmp_path / "out.json").exists()


def test_size_is_bounded_and_other_things_are_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept.json"
    path.write_text("{}" + " " * 200, "utf-8")
    monkeypatch.setattr(jsonfile, "MAX_BYTES", 100)
    for file, said in ((path, "is larger than 100 bytes"), (tmp_path, "is no regular file"), (tmp_path / "no", "read")):
        with pytest.raises(InputError, match=said):
            baselines.read(file, file.name)
        with pytest.raises(InputError, match=said):
            load_trace(file)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("changes")
    found = mini(root / "source")
    shown = f".. dashboard:: {SUMMARY}\n\n.. dashboard:: {CHANGES}\n"
    (found / "changes.rst").write_text(f":orphan:\n\nSince then\n==========\n\n{shown}", "utf-8")
    return found


def test_a_page_of_changes_is_never_stale(source: Path, tmp_path: Path) -> None:
    trace = build(source, tmp_path, builder="aimd-json").out / "trace.json"
    assert {CHANGES, SUMMARY} & {view["id"] for view in load_trace(trace)["views"]} == set()
    assert main(["baseline", str(trace), "-o", str(source / "kept.json")]) == 0
    options = ("-D", "aimd_baseline=kept.json", *JSON_ALONE)
    same = build(source, tmp_path, *options)
    assert "0 of" in text_of(same.page("changes.html"))
    old, new = "Replay of a recorded command", "Replay of an older command"
    edit(source / "kept.json", old, new)
    changed = build(source, tmp_path, *options)
    assert f"Title: {new} → {old}" in text_of(changed.page("changes.html"))
    listed = next(view for view in changed.trace()["views"] if view["id"] == CHANGES)
    assert Counter(row[2]["text"] for row in listed["rows"]) == {"changed": 1}
    assert listed["rows"][0][0]["target"] == "THR-001"
    assert changed.files() == build(source, tmp_path / "clean", *options).files()


@pytest.mark.parametrize(
    ("named", "said"),
    [("absent.json", "absent.json: cannot be read"), ("other.json", "is a state of the project 'Other 1'")],
)
def test_a_state_that_cannot_be_compared_stops_the_build(source: Path, tmp_path: Path, named: str, said: str) -> None:
    other = Baseline(project="Other 1", tool="1", version="", as_of="", instruments={}, entries={})
    (source / "other.json").write_text("".join(baselines.lines(other)), "utf-8")
    done: Build = build(source, tmp_path, "-D", f"aimd_baseline={named}", builder="aimd-json")
    assert done.code != 0
    assert said in done.stopped
