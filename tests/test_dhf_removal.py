"""One control taken out of the worked file: what rested on it changes, in every view, and nothing else does."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.dhf_project import DHF, Build, build, copy

CONTROL = "CTL-020"
Row = tuple[tuple[str, str, str | None], ...]


def without(source: Path, item: str) -> None:
    """Take the directive of an item out of its page, with its options and body."""
    path = source / "controls.rst"
    text = path.read_text("utf-8")
    pattern = rf"\.\. control::[^\n]*\n   :id: {item}\n(?:(?:   [^\n]*)?\n)*"
    assert len(re.findall(pattern, text)) == 1
    path.write_text(re.sub(pattern, "\n", text), "utf-8")


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Build, Build]:
    work = tmp_path_factory.mktemp("removal")
    before = build(DHF, work / "before", builder="aimd-json")
    source = copy(work / "dhf")
    without(source, CONTROL)
    return before, build(source, work / "after", builder="aimd-json")


def members(trace: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["id"]: item for item in trace["items"] + trace["clauses"]}


def rows(trace: dict[str, Any]) -> dict[str, Counter[Row]]:
    """Rows of each view; lists of findings and views that count are what they are about, not rows that rest."""
    return {
        view["id"]: Counter(tuple((c["text"], c["target"], c["verdict"]) for c in row) for row in view["rows"])
        for view in trace["views"]
        if view["kind"] != "gap-list"
        and view["id"] not in ("markets", "topics-by-instrument")
        and not any("rows" in cell for row in view["rows"] for cell in row)
    }


def changed(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> set[str]:
    """Items whose verdict or reasons differ, the control included."""
    same = {i for i in after if i in before and all(before[i][k] == after[i][k] for k in ("verdict", "reasons"))}
    return set(before) - same


def linked(trace: dict[str, dict[str, Any]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {item: set() for item in trace}
    for item in trace.values():
        for targets in item["links"].values():
            for target in targets:
                found[item["id"]].add(target)
                found.setdefault(target, set()).add(item["id"])
    return found


def test_exactly_what_rested_on_the_control_changes(builds: tuple[Build, Build]) -> None:
    before, after = (members(done.trace()) for done in builds)
    touched = changed(before, after)
    near = linked(before)
    parts = {item: {item.rpartition("-")[0]} for item in before}
    seen, work = {CONTROL}, [CONTROL]
    while work:  # every change hangs together with the control by links or by being the part of a clause
        step = work.pop()
        for other in near[step] | parts.get(step, set()):
            if other in touched and other not in seen:
                seen.add(other)
                work.append(other)
    # a reason may lead over several links to what changed
    told = {item for item in touched - seen if any(step in str(after[item]["reasons"]) for step in seen)}
    assert touched - seen == told
    proving = ("verifies", "derives_from", "implements")
    lost = {item["id"] for item in before.values() if any(CONTROL in item["links"].get(name, ()) for name in proving)}
    assert lost
    assert {item for item in lost if after[item]["verdict"] == "verified"} == set()
    assert len(touched) < len(before) / 4


def test_rows_change_only_where_they_show_what_changed(builds: tuple[Build, Build]) -> None:
    first, second = (done.trace() for done in builds)
    before, after = members(first), members(second)
    touched = changed(before, after) | set(before[CONTROL]["links"].get("satisfies", ()))
    old, new = rows(first), rows(second)
    assert set(old) == set(new)
    views_with_change = set()
    for view, was in old.items():
        for row in (was - new[view]) + (new[view] - was):
            views_with_change.add(view)
            shown = {target for _text, target, _verdict in row if target}
            texts = " ".join(text for text, _target, _verdict in row)
            assert shown & touched or CONTROL in texts or any(item in texts for item in touched), (view, row)
        for row in was:
            if any(target == CONTROL for _text, target, _verdict in row):
                assert row not in new[view], (view, row)
    assert {"threat-trace", "control-verification", "risk-summary", "clause-evidence"} <= views_with_change


def test_the_check_names_each_item_that_lost_it(builds: tuple[Build, Build]) -> None:
    first, second = (done.trace() for done in builds)
    pointing = {item["id"] for item in first["items"] if any(CONTROL in targets for targets in item["links"].values())}
    assert pointing
    said = {f["item"]: f for f in second["findings"] if f["model_error"] and f"points to {CONTROL}," in f["message"]}
    assert set(said) == pointing
    assert all(found["file"] and found["line"] for found in said.values())
    assert builds[1].warnings
