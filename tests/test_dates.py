"""What is dated after the as-of date proves nothing, and a decision covers no result that it could not know."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given

from sphinx_aimd.cli import main
from sphinx_aimd.model.review import review_now
from sphinx_aimd.model.trace import Trace, assess
from sphinx_aimd.model.verdict import Verdict
from sphinx_aimd.rules import run
from tests.sound_dhf import full, result, sound, verification
from tests.test_properties import RANDOM, SEEDS, Case, cases
from tests.trace_builder import MODEL, catalogue, record, trace_of

CLAUSES = catalogue(C_1="control")
#: The day of the release of the sound file, and the next one.
AS_OF, NEXT_DAY = "2026-11-23", "2026-11-24"
FIRST = Path(__file__).parent.parent / "docs" / "examples" / "first"


@pytest.mark.parametrize(
    ("item_id", "field", "why"),
    [
        ("RSK-1", "accepted_on", "decision: accepted on 2026-11-24, after the as-of date"),
        ("EVD-1", "dated", "record: dated 2026-11-24, after the as-of date"),
        ("DEC-1", "decided_on", "in force: decided on 2026-11-24, after the as-of date"),
        ("CMP-1", "vulnerabilities_checked_on", "scan: checked on 2026-11-24, after the as-of date"),
        ("VUL-1", "assessed_on", "assessment: assessed on 2026-11-24, after the as-of date"),
        ("PAT-1", "available_on", "available: available on 2026-11-24, after the as-of date"),
        ("RES-1", "executed_on", "outcome: dated 2026-11-24, after the as-of date"),
    ],
)
def test_what_has_not_happened_proves_nothing(item_id: str, field: str, why: str) -> None:
    """There is no day of grace, and the day itself has come."""

    def said(day: str) -> list[str]:
        items = sound()
        items[item_id][field] = day
        trace = trace_of(items, CLAUSES)
        found = next(
            one for one in trace.items if one == item_id or one.startswith(item_id.replace("RES-", "RES-TST-"))
        )
        return [str(reason) for reason in trace.judgements[found].reasons]

    assert not [reason for reason in said(AS_OF) if "as-of" in reason]
    assert why in [reason.partition(": passed")[0] for reason in said(NEXT_DAY)]


def _reviewed(on: str) -> Trace:
    records = [record(name, item, 1) for name, item in sound().items() if item["type"] != "result"]
    known = trace_of(sound(), CLAUSES)
    ids = [item.id for item in known.items.values() if item.status == "approved"]
    reviews = review_now(known.graph, ids, on="2026-10-01", role="quality")
    reviews["THR-1"] = replace(reviews["THR-1"], on=on)
    return assess(MODEL, CLAUSES, records, replace(known.graph.inputs, reviews=reviews))


def test_a_review_after_the_as_of_date_counts_as_none() -> None:
    before, after = _reviewed(AS_OF), _reviewed(NEXT_DAY)
    assert "approval" not in [reason.need for reason in before.judgements["THR-1"].reasons]
    reason = next(reason for reason in after.judgements["THR-1"].reasons if reason.need == "approval")
    assert (reason.verdict, reason.text) == (Verdict.PLANNED, "reviewed on 2026-11-24, after the as-of date")
    assert [state.value for _id, state in after.graph.linked("AST-1", "threatened_by")] == [
        "link was reviewed after the as-of date"
    ]
    said = [found.message for found in run(after) if found.rule == "item-reviewed"]
    assert said == ["THR-1 Title of THR-1 was reviewed on 2026-11-24, after the as-of date."]


def _decided(kind: str, outcome: str, version: str, executed_on: str) -> Trace:
    items = {
        "REL-1": full("release", as_of=AS_OF),
        "TST-1": verification("threat_mitigation", ["REL-1"]),
        "RES-1": result("TST-1", outcome=outcome, version_under_test=version, executed_on=executed_on),
        "DEC-1": full(
            "decision",
            {"decides": ["TST-1"]},
            kind=kind,
            from_version="2.0",
            to_version="2.1",
            decided_on="2026-10-10",
            expires_on="",
        ),
    }
    return trace_of(items, CLAUSES)


@pytest.mark.parametrize(
    ("kind", "outcome", "version", "open_as", "words"),
    [
        (
            "test_deviation",
            "passed_with_deviation",
            "2.1",
            Verdict.PLANNED,
            ("deviation justified before it was seen", "deviation of no known day"),
        ),
        (
            "regression_analysis",
            "passed",
            "2.0",
            Verdict.STALE,
            ("other version, run after its regression analysis", "other version, of no known day"),
        ),
    ],
)
def test_a_decision_covers_only_what_it_could_know(
    kind: str, outcome: str, version: str, open_as: Verdict, words: tuple[str, str]
) -> None:
    for executed_on in ("2026-10-09", "2026-10-10"):
        assert _decided(kind, outcome, version, executed_on).verdict("TST-1") is Verdict.VERIFIED
    for executed_on, why in zip(("2026-10-11", ""), words, strict=True):
        trace = _decided(kind, outcome, version, executed_on)
        assert trace.verdict("DEC-1") is Verdict.VERIFIED
        assert trace.verdict("TST-1") is open_as
        assert trace.judgements["TST-1"].reasons[0].text.startswith(why)


def _moved(case: Case, seed: int) -> Case:
    """One date of one item, of what is said to have happened, moved behind the as-of date."""
    dated = [
        (item_id, field.name)
        for item_id, item in sorted(case.items.items())
        for field in MODEL.types[item["type"]].fields.values()
        if field.dated and item.get(field.name) and item.get("kind") != "not_applicable"
    ]
    assume(dated)
    item_id, name = Random(seed).choice(dated)
    return case.with_item(item_id, **{name: "2190-01-01"})


@RANDOM
@given(case=cases, seed=SEEDS)
def test_moving_a_date_into_the_future_closes_nothing_and_hides_no_failure(case: Case, seed: int) -> None:
    before, after = case.trace(), _moved(case, seed).trace()
    for item_id in before.items.keys() & after.items.keys():
        if before.items[item_id].type != "result":
            old, new = before.verdict(item_id), after.verdict(item_id)
            assert old.is_closed or not new.is_closed, f"{item_id}: {old} became {new}"
            assert old is not Verdict.FAILED or new is Verdict.FAILED, f"{item_id}: {old} became {new}"


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first project of the guide, all its items reviewed on the day after its as-of date."""
    source = Path(shutil.copytree(FIRST, tmp_path_factory.mktemp("dates") / "first"))
    assert main(["review", str(source), "--all-approved", "--role", "quality", "--on", "2026-11-03"]) == 0
    return source


@pytest.fixture
def first(reviewed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(reviewed, tmp_path / "first"))


def _check(source: Path, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    main(["check", str(source)])
    return capsys.readouterr().out


def test_a_review_of_a_later_day_is_taken_for_none_when_items_are_reviewed_again(
    first: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    review = ["review", str(first), "--all-approved", "--role", "quality", "--on"]
    for day, hint in (
        ("2026-11-04", "They count as none on 2026-11-02, the as-of date; move it to 2026-11-04 or later.\n"),
        ("2026-11-02", ""),
        ("2026-11-01", ""),
    ):
        capsys.readouterr()
        assert main([*review, day]) == 0
        stand = 3 if day == "2026-11-01" else 0
        assert capsys.readouterr().out == f"{3 - stand} review records written, {stand} stand as they were.\n{hint}"


def test_a_review_file_says_which_reviews_cannot_be_so(first: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A role that nobody knows is said once; a day that does not exist spoils the file."""
    records = first / "reviews.yaml"
    text = records.read_text("utf-8").replace("role: quality", "role: qualty")
    role = text.splitlines().index("    role: qualty") + 1
    day = text.splitlines().index('    "on": "2026-11-03"') + 1
    records.write_text(text, "utf-8")
    found = _check(first, capsys)
    assert "was reviewed on 2026-11-03, after the as-of date" in found
    said = [line for line in found.splitlines() if "[review-role]" in line]
    assert len(said) == 1
    assert said[0].startswith(
        f"reviews.yaml:{role}: warning: 3 reviews, first that of REL-001, name the role 'qualty', "
    )
    assert "Did you mean quality? Name one of " in said[0]
    records.write_text(text.replace('"2026-11-03"', '"2026-02-30"', 1), "utf-8")
    assert f"reviews.yaml:{day}: model error: REL-001: '2026-02-30' is no date." in _check(first, capsys)
