"""Device profile and dates: what applies, what is set aside and why, and what a draft or a wrong profile may not do."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sphinx_aimd import rules
from sphinx_aimd.catalogue import Catalogue, Clause, check_profile, load_catalogue
from sphinx_aimd.cli import main
from sphinx_aimd.crosswalk import Crosswalk, Topic
from sphinx_aimd.model.applicability import Standing, applicability
from sphinx_aimd.model.trace import Trace
from sphinx_aimd.model.verdict import Verdict
from sphinx_aimd.profile import AppliedStandard, Elsewhere, Profile, load_profile, questionnaire
from sphinx_aimd.views.dossier import Dossier
from sphinx_aimd.yamlfile import InputError
from tests.sound_dhf import Items, sound
from tests.trace_builder import INSTRUMENT, clause, trace_of

BAD = sorted((Path(__file__).parent / "bad_profiles").glob("*.yaml"))
PROFILES = Path(__file__).parent / "profiles"
SHIPPED = load_catalogue()
US = {"markets": ("us",)}


def profile(status: str = "approved", **answers: str) -> Profile:
    """A profile of a device on the European market."""
    given = {"markets": "eu", "versions": "2.1", "implantable": "no", "status": status, **answers}
    return Profile(answers={name: tuple(value.split(", ")) for name, value in given.items()}, file="device.yaml")


def clauses(**changed: dict[str, object]) -> Catalogue:
    """Clauses that differ from C-1 in some fields."""
    rows: dict[str, Clause] = {"C-1": clause("C-1", ("control",))}
    for order, (name, fields) in enumerate(changed.items(), 1):
        row = clause(name.replace("_", "-"), ("control",), order)
        rows[row.id] = replace(row, **fields)
    return Catalogue({"TEST": INSTRUMENT}, rows)


def traced(catalogue: Catalogue, profile: Profile | None, items: Items | None = None, as_of: str = "") -> Trace:
    return trace_of(items or sound(), catalogue, profile=profile, as_of=as_of)


def state(trace: Trace, clause: str) -> tuple[Verdict, str]:
    judgement = trace.judgements[clause]
    return judgement.verdict, str(judgement.reasons[0]) if judgement.reasons else ""


def row(trace: Trace, view: str, clause: str) -> list[str]:
    table = Dossier(trace).views[view]
    return [cell.shown for cell in table.rows[table.row_ids.index(clause)]]


US_ONLY = clauses(C_US={"applies_when": (US,)})


def test_an_approved_profile_sets_a_provision_aside_with_its_reason() -> None:
    trace = traced(US_ONLY, profile())
    reason = "Markets needed: United States (stated: European Union)"
    assert state(trace, "C-US") == (Verdict.NOT_APPLICABLE, f"not applicable: {reason}")
    assert row(trace, "statement-of-applicability", "C-US")[3:] == ["no", reason, "device profile", "not applicable"]
    assert row(trace, "statement-of-applicability", "C-1")[3] == "yes"


def test_a_draft_profile_excludes_nothing() -> None:
    for unfit in (profile("draft"), profile(versions="3.0"), profile(approved_on="2030-01-01")):
        trace = traced(US_ONLY, unfit)
        assert state(trace, "C-US")[0] is Verdict.MISSING
        shown = row(trace, "statement-of-applicability", "C-US")
        assert shown[3] == "yes"
        assert shown[4].startswith("a profile that does not hold excludes nothing; it says not applicable: Markets")
    items = sound()
    items["CTL-1"]["links"]["satisfies"] = ["C-US"]
    assert state(traced(US_ONLY, profile("draft"), items), "C-US")[0] is Verdict.VERIFIED


def test_without_a_profile_every_provision_counts() -> None:
    assert state(traced(US_ONLY, None), "C-US")[0] is Verdict.MISSING


def test_an_author_overrules_the_profile_with_a_justification() -> None:
    items = sound()
    items["DEC-9"] = {**items["DEC-1"], "kind": "applicable", "justification": "Sold there next year.", "need": ""}
    items["DEC-9"]["links"] = {"decides": ["C-US"]}
    trace = traced(US_ONLY, profile(), items)
    assert trace.verdict("DEC-9") is Verdict.VERIFIED
    assert state(trace, "C-US")[0] is Verdict.MISSING
    shown = row(trace, "statement-of-applicability", "C-US")
    assert shown[3:6] == ["yes", "Sold there next year.", "decision DEC-9"]
    items["DEC-9"]["status"] = "draft"
    assert state(traced(US_ONLY, profile(), items), "C-US")[0] is Verdict.NOT_APPLICABLE


def test_what_another_document_answers_is_neither_owed_nor_closed() -> None:
    place = (Elsewhere(instrument="TEST", about=("none",), document="TD-1 part B"),)
    found = clauses(C_ELSE={"cybersecurity": "none"})
    trace = traced(found, replace(profile(), elsewhere=place))
    assert state(trace, "C-ELSE") == (
        Verdict.INACTIVE,
        "answered elsewhere: answered in TD-1 part B, not in this file",
    )
    items = sound()
    items["CTL-1"]["links"]["satisfies"] = ["C-ELSE"]
    assert state(traced(found, replace(profile(), elsewhere=place), items), "C-ELSE")[0] is Verdict.VERIFIED
    assert state(traced(found, replace(profile("draft"), elsewhere=place)), "C-ELSE")[0] is Verdict.MISSING


def test_a_closed_part_does_not_close_what_others_answer_and_an_open_one_opens_it() -> None:
    """The text of the whole was not answered here, so one part that is proves nothing for it."""
    aside: dict[str, object] = {"cybersecurity": "none"}
    found = clauses(W={**aside}, W_a={"parent": "W", "cybersecurity": "primary"}, W_b={"parent": "W", **aside})
    place = (Elsewhere(instrument="TEST", about=("none",), document="TD-1"),)
    answered = sound()
    answered["CTL-1"]["links"]["satisfies"] = ["W-a"]
    trace = traced(found, replace(profile(), elsewhere=place), answered)
    assert (trace.verdict("W-a"), trace.verdict("W")) == (Verdict.VERIFIED, Verdict.INACTIVE)
    trace = traced(found, replace(profile(), elsewhere=place))
    assert (trace.verdict("W-a"), trace.verdict("W")) == (Verdict.MISSING, Verdict.MISSING)
    assert row(trace, "statement-of-applicability", "W")[3:5] == [
        "yes",
        "as far as its parts are answered in this file",
    ]


def test_a_superseded_provision_stays_so_whatever_the_profile_or_a_decision_says() -> None:
    found = clauses(C_OLD={"applies_when": (US,)}, C_NEW={"supersedes": ("C-OLD",)})
    items = sound()
    items["CTL-1"]["links"]["satisfies"] = ["C-OLD"]
    items["DEC-9"] = {**items["DEC-1"], "kind": "applicable", "justification": "It does.", "need": ""}
    items["DEC-9"]["links"] = {"decides": ["C-OLD"]}
    for given in (None, profile("draft"), profile()):
        trace = traced(found, given, items)
        assert trace.verdict("C-OLD") is Verdict.INACTIVE
        assert [one.item for one in rules.run(trace) if one.rule == "cites-current-edition"] == ["CTL-1"]


def test_answers_to_a_provision_that_does_not_apply_are_not_hidden() -> None:
    items = sound()
    items["CTL-1"]["links"]["satisfies"] = ["C-US"]
    said = [one for one in rules.run(traced(US_ONLY, profile(), items)) if one.rule == "cites-what-applies"]
    assert [one.item for one in said] == ["CTL-1"]
    assert "(stated: European Union)" in said[0].message


def test_a_decision_that_is_suspect_overrules_nothing_in_any_view() -> None:
    items = sound()
    items["DEC-9"] = {**items["DEC-1"], "kind": "applicable", "justification": "Sold there next year.", "need": ""}
    items["DEC-9"] |= {"links": {"decides": ["C-US"]}, "suspect": ["C-US"]}
    trace = traced(US_ONLY, profile(), items)
    assert trace.verdict("C-US") is Verdict.NOT_APPLICABLE
    assert row(trace, "statement-of-applicability", "C-US")[3:6:2] == ["no", "device profile"]


def test_a_method_is_owed_only_when_it_is_cited() -> None:
    found = clauses(C_METHOD={"only_when_cited": True})
    assert state(traced(found, None), "C-METHOD")[0] is Verdict.INACTIVE
    items = sound()
    items["CTL-1"]["links"]["satisfies"] = ["C-METHOD"]
    assert state(traced(found, None, items), "C-METHOD")[0] is Verdict.VERIFIED
    items["TST-1"]["status"] = "draft"
    assert state(traced(found, None, items), "C-METHOD")[0] is not Verdict.VERIFIED


@pytest.mark.parametrize(
    ("start", "end", "as_of", "standing"),
    [
        ("2026-02-02", "", "2026-02-01", Standing.NOT_YET),
        ("2026-02-02", "", "2026-02-02", Standing.APPLIES),
        ("", "2026-02-01", "2026-02-01", Standing.APPLIES),
        ("", "2026-02-01", "2026-02-02", Standing.ENDED),
        ("", "2026", "2026-12-31", Standing.APPLIES),
        ("", "2026", "2027-01-01", Standing.ENDED),
        ("2027", "", "2026-12-31", Standing.NOT_YET),
        ("2027", "", "2027-01-01", Standing.APPLIES),
        ("2027", "", "", Standing.APPLIES),
        ("", "2020", "", Standing.APPLIES),
    ],
)
def test_dates_decide_to_the_day(start: str, end: str, as_of: str, standing: Standing) -> None:
    found = applicability(clauses(C_LAW={"start": start, "end": end}), None, as_of)
    assert found["C-LAW"].standing is standing


def test_a_citation_of_a_superseded_provision_proves_nothing_and_names_the_successor() -> None:
    found = clauses(C_OLD={}, C_NEW={"supersedes": ("C-OLD",), "start": "2026-11-20"})
    items = sound()
    items["CTL-1"]["links"]["satisfies"] = ["C-OLD"]
    before = traced(found, None, items, "2026-11-19")
    assert (before.verdict("C-OLD"), before.verdict("C-NEW")) == (Verdict.VERIFIED, Verdict.INACTIVE)
    after = traced(found, None, items, "2026-11-20")
    assert (after.verdict("C-OLD"), after.verdict("C-NEW")) == (Verdict.INACTIVE, Verdict.MISSING)
    said = [one for one in rules.run(after) if one.rule == "cites-current-edition"]
    assert [one.item for one in said] == ["CTL-1"]
    assert "superseded: by Test C-NEW" in said[0].message
    table = Dossier(after).views["citations-not-in-force"]
    assert [cell.target for cell in table.rows[0]] == ["CTL-1", "C-OLD", "", "C-NEW"]
    ahead = Dossier(before).views["changes-ahead"]
    assert [(line[0].text, line[1].text, line[2].target) for line in ahead.rows] == [
        ("2026-11-20", "comes into force", "C-NEW")
    ]


def test_a_proposal_stays_dormant_and_is_marked() -> None:
    draft = replace(INSTRUMENT, key="BILL", status="proposed")
    found = clauses(C_BILL={"instrument": draft})
    found = Catalogue({**found.instruments, "BILL": draft}, found.clauses)
    assert state(traced(found, None), "C-BILL") == (Verdict.INACTIVE, "proposed: binds nobody yet")
    assert [line[1].text for line in Dossier(traced(found, None)).views["changes-ahead"].rows] == ["proposed; no date"]


def test_a_suggestion_is_never_coverage() -> None:
    topic = Topic(id="CW-1", title="Access", clauses=("C-1", "C-2"), evidence="Access design")
    items = sound()
    items["CTL-1"]["links"]["satisfies"] = ["C-1"]
    walk = Crosswalk(basis="ours", topics=(topic,))
    trace = trace_of(items, clauses(C_2={}), crosswalk=walk)
    table = Dossier(trace).views["crosswalk-suggestions"]
    assert [(line[0].target, line[2].target) for line in table.rows] == [("C-2", "CTL-1")]
    assert trace.judgements == trace_of(items, clauses(C_2={})).judgements
    assert trace.verdict("C-2") is Verdict.MISSING
    assert [cell.shown for cell in Dossier(trace).views["markets"].rows[0]][-2:] == [
        "1 of 2 [partial]",
        "Access design",
    ]
    cells = [cell.shown for cell in Dossier(trace).views["crosswalk"].rows[0]]
    assert cells == ["CW-1 Access", "Test C-1: CTL-1 [evidence complete]"]


@pytest.mark.parametrize(("as_of", "name"), [("2026-02-01", "design history file"), ("2026-02-02", "design and dev")])
def test_each_market_has_a_name_for_the_file(as_of: str, name: str) -> None:
    given = profile(markets="us, eu", name="D", approved_on="2026-01-01")
    table = Dossier(traced(US_ONLY, given, as_of=as_of)).views["device-profile"]
    names = [cells[1].text for cells in table.rows if cells[0].text.startswith("Name of this file")]
    assert len(names) == 2
    assert names[0].startswith(name)
    assert names[1].startswith("technical documentation")


def test_the_profile_must_be_approved_and_of_the_version_under_review() -> None:
    def said(profile: Profile) -> list[str]:
        found = rules.run(traced(US_ONLY, profile))
        return [one.message for one in found if one.rule == "profile-covers-release"]

    assert said(profile()) == []
    assert "it is a draft" in said(profile("draft"))[0]
    assert "it covers 3.0, and 2.1 is under review" in said(profile(versions="3.0"))[0]
    assert "after the date of this file" in said(profile(approved_on="2030-01-01"))[0]


def test_a_standard_is_shown_with_edition_and_extent_at_its_provisions() -> None:
    standard = AppliedStandard(standard="C-STD", extent="clauses 4 to 10 in full", clauses=("C-1",))
    found = clauses(C_STD={"only_when_cited": True, "end": "2028-05-01"})
    trace = traced(found, replace(profile(), standards=(standard,)), as_of="2026-11-01")
    table = Dossier(trace).views["applied-standards"]
    assert [cell.text for cell in table.rows[0]][2:4] == ["clauses 4 to 10 in full", "until 2028-05-01"]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_faulty_profile_is_one_clear_error(path: Path) -> None:
    expected = re.match(r"# expected at line (\d+): (.*)", path.read_text("utf-8"))
    assert expected
    with pytest.raises(InputError) as caught:
        check_profile(load_profile(path, "device.yaml"), SHIPPED)
    error = caught.value
    assert error.line == int(expected[1])
    assert expected[2] in str(error)
    assert error.remedy


def test_a_faulty_profile_stops_the_command_line_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    path = BAD[[path.stem for path in BAD].index("implant_not_class_iii")]
    assert main(["profile", str(path)]) == 2
    assert f"{path.as_posix()}:11: active: yes, implantable: yes, eu_class: iib" in capsys.readouterr().err


def statement(name: str) -> dict[str, tuple[Standing, str]]:
    found = applicability(SHIPPED, load_profile(PROFILES / f"{name}.yaml", name), "2026-11-02")
    return {clause: (state.standing, state.reason) for clause, state in found.items()}


def test_three_devices_have_different_explained_statements() -> None:
    implant = statement("implantable-neurostimulator")
    pump = statement("external-insulin-pump")
    legacy = statement("legacy-pacemaker-programmer")
    # an active implantable device alone: MDR Annex I, section 19
    assert implant["MDR-GSPR-19-1"][0] is Standing.APPLIES
    assert pump["MDR-GSPR-19-1"][0] is Standing.NOT_APPLICABLE
    assert "Implantable" in pump["MDR-GSPR-19-1"][1]
    # no market, no duty
    assert implant["FDA-524B-b-2-A"][0] is Standing.APPLIES
    assert pump["FDA-524B-b-2-A"][0] is Standing.NOT_APPLICABLE
    assert pump["FDA-524B-b-2-A"][1].startswith("Markets needed: United States (stated: European Union)")
    # a fielded legacy device without a submission owes no 524B plan, but what its stage asks
    assert legacy["FDA-524B-b-2-A"][0] is Standing.NOT_APPLICABLE
    assert "US submission" in legacy["FDA-524B-b-2-A"][1]
    # external power and its failure concern the programmer, not the implant with its own battery
    assert legacy["MDR-GSPR-18-3"][0] is Standing.APPLIES
    assert implant["MDR-GSPR-18-3"][0] is Standing.NOT_APPLICABLE
    # every provision that is set aside says why
    for found in (implant, pump, legacy):
        assert all(reason for _standing, reason in found.values())
        assert len({standing for standing, _reason in found.values()}) > 3


def test_the_guided_profile_writes_what_was_answered(tmp_path: Path) -> None:
    wanted = load_profile(PROFILES / "implantable-neurostimulator.yaml", "wanted")
    answers = []
    for name in questionnaire().questions:
        if name in wanted.answers:
            answers.append(", ".join(wanted.answers[name]))
        elif name in ("udi_di", "document_number"):
            answers.append("")
    answers.insert(answers.index("us, eu"), "mars")  # a wrong answer is asked again
    target = tmp_path / "device.yaml"
    command = [sys.executable, "-m", "sphinx_aimd.cli", "profile", str(target)]
    done = subprocess.run(command, input="\n".join(answers) + "\n", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "'mars' is none of the values" in done.stderr
    assert load_profile(target, "device.yaml").answers == wanted.answers
    assert "Statement of applicability of Neurostimulator N, approved" in done.stdout
    half = subprocess.run(
        [*command[:-1], str(tmp_path / "half.yaml")], input="Name\n", capture_output=True, text=True, check=False
    )
    assert half.returncode == 2
    assert not (tmp_path / "half.yaml").exists()


def test_a_faulty_profile_stops_a_build_and_a_sound_one_shows_on_each_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "conf.py").write_text('project = "P"\nextensions = ["sphinx_aimd"]\n', encoding="utf-8")
    (tmp_path / "index.rst").write_text("P\n=\n\n.. trace-matrix:: device-profile\n", encoding="utf-8")
    bad = next(path for path in BAD if path.stem == "missing_market_answer").read_text("utf-8")
    (tmp_path / "device.yaml").write_text(bad, encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 2
    assert "device.yaml:2: eu_class is missing: Which class does the MDR give it?" in capsys.readouterr().err
    sound_one = (PROFILES / "external-insulin-pump.yaml").read_text("utf-8")
    (tmp_path / "device.yaml").write_text(sound_one, encoding="utf-8")
    main(["check", str(tmp_path), "--format", "json"])
    said = capsys.readouterr().out
    assert "524B" not in said  # nothing of a market where the device is not placed is a gap
    assert "GSPR 17.2" in said
