"""The trace model as data: every shipped rule speaks when it should, overlays work, faulty ones are refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sphinx_aimd import rules
from sphinx_aimd.model.inputs import Inputs
from sphinx_aimd.model.item import Finding, Location, Option, Record
from sphinx_aimd.model.trace import Trace, assess
from sphinx_aimd.model.verdict import Verdict
from sphinx_aimd.traceload import load_model
from sphinx_aimd.tracemodel import RuleSpec
from sphinx_aimd.views.dossier import Dossier
from sphinx_aimd.writers import json as json_writer
from sphinx_aimd.yamlfile import InputError
from tests.rule_breaking import BEYOND_ITEMS, broken
from tests.sound_dhf import full, sound
from tests.trace_builder import MODEL, catalogue, trace_of, with_ended

BAD = Path(__file__).parent / "bad_overlays"
CLAUSES = with_ended(catalogue(C_1="control"))


def findings(trace: Trace) -> tuple[Finding, ...]:
    return rules.run(trace)


@pytest.mark.parametrize("gate", ["report", "release"])
def test_a_sound_file_has_no_finding(gate: str) -> None:
    assert [finding.message for finding in findings(trace_of(sound(), CLAUSES, gate=gate))] == []


def test_the_sound_file_holds_every_type_that_an_author_writes() -> None:
    written = {item["type"] for item in sound().values()}
    assert written == set(MODEL.types) - {"clause"}


@pytest.mark.parametrize(
    "spec", [spec for spec in MODEL.rules if spec.kind not in BEYOND_ITEMS], ids=lambda spec: spec.id
)
def test_every_shipped_rule_speaks_in_its_case(spec: RuleSpec) -> None:
    """A new rule of a known kind is tested here as soon as it stands in rules.yaml."""
    items = broken(spec, sound())
    spoken = [found for found in findings(trace_of(items, CLAUSES, gate="release")) if found.rule == spec.id]
    assert spoken
    for found in spoken:
        assert found.severity is spec.severity["release"]
        assert found.remedy == spec.remedy
        assert not re.search(r"\(\w+\)|\{|\}", found.message), "a placeholder that the kind does not fill"
        assert found.location.file or not found.item


@pytest.mark.parametrize(
    "spec", [spec for spec in MODEL.rules if spec.kind == "required-field"], ids=lambda spec: spec.id
)
def test_an_empty_field_is_said_by_one_rule(spec: RuleSpec) -> None:
    found = findings(trace_of(broken(spec, sound()), CLAUSES, gate="release"))
    place = next(one.location for one in found if one.rule == spec.id)
    assert [one.rule for one in found if one.location == place] == [spec.id]


def test_a_wrong_value_is_not_called_empty_as_well() -> None:
    items = sound()
    items["TST-1"]["independence"] = "nobody"
    found = findings(trace_of(items, CLAUSES, gate="release"))
    assert [one.rule for one in found if one.item == "TST-1"] == ["value"]


def test_a_decision_in_force_silences_one_rule_at_one_item() -> None:
    items = sound()
    items["AST-2"] = full("asset", {"part_of": ["REL-1"]}, kind="data")
    wanted = {"asset-stride-complete", "threats-for-every-element", "element-in-view"}
    assert {one.rule for one in findings(trace_of(items, CLAUSES, gate="release")) if one.item == "AST-2"} == wanted
    for number, rule in enumerate(sorted(wanted), 2):
        items[f"DEC-{number}"] = full(
            "decision", {"decides": ["AST-2"]}, kind="not_applicable", expires_on="", need=rule
        )
    assert [one for one in findings(trace_of(items, CLAUSES, gate="release")) if one.item == "AST-2"] == []
    items["DEC-2"]["status"] = "draft"
    rules_now = {one.rule for one in findings(trace_of(items, CLAUSES, gate="release")) if one.item == "AST-2"}
    assert rules_now == {"asset-stride-complete"}


OVERLAY = {
    "item_types": """\
schema: '1'
types:
- name: drill
  title: Drill
  origin: author
  prefix: DRL
  body: notes
  help: "An exercise of the incident response."
  fields:
  - {name: notes, title: Notes, kind: text, required: draft, meaning: "true", help: "What happened."}
  - {name: held_on, title: Held on, kind: date, required: draft, meaning: "true", help: "Day of the exercise."}
""",
    "link_types": """\
schema: '1'
links:
- name: exercises
  reverse: exercised_by
  title: exercises
  from: [drill]
  to: [plan]
  watch: target
  proof: may
  acyclic: "true"
  help: "The plan that was exercised."
""",
    "rules": """\
schema: '1'
rules:
- id: plan-is-exercised
  kind: required-link
  scope: {types: [plan], where: {kind: [incident_response]}}
  with: {link: exercised_by, types: [drill], min: "1"}
  severity: {report: warning, release: error}
  message: "{id} {title} was never exercised"
  remedy: "Hold a drill."
  clauses: []
""",
    "matrices": """\
schema: '1'
matrices:
- id: plan-drills
  title: Plans and drills
  question: "Which plan was exercised when?"
  clauses: []
  rows: {types: [plan]}
  columns:
  - {name: plan, title: Plan, field: title}
  - {name: drill, title: Drill, hops: [exercised_by], types: [drill], show: [id, held_on]}
  gap: [drill]
  sort: []
""",
}
PLAN = full("plan", kind="incident_response")


def overlaid(folder: Path, **files: str) -> Dossier:
    """The dossier of one plan and one drill under a project's own overlay."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    model = load_model((folder,))
    rules.check_specs(model)
    options = [("id", "PLN-1"), ("kind", "incident_response")]
    records = [
        Record(
            type="plan",
            title="Response",
            options=_options(options),
            body="What is done.",
            location=Location("a.rst", 1),
        )
    ]
    if "drill" in model.types:
        drill = _options([("id", "DRL-1"), ("held_on", "2026-05-04"), ("exercises", "PLN-1")])
        records.append(
            Record(type="drill", title="Drill of May", options=drill, body="Phones.", location=Location("a.rst", 9))
        )
    return Dossier(assess(model, CLAUSES, records, Inputs()))


def _options(pairs: list[tuple[str, str]]) -> tuple[Option, ...]:
    return tuple(Option(name=name, value=value, line=2) for name, value in pairs)


def test_an_overlay_adds_a_type_a_link_a_rule_and_a_matrix(tmp_path: Path) -> None:
    dossier = overlaid(tmp_path, **OVERLAY)
    assert dossier.trace.items["DRL-1"].text("notes") == "Phones."
    assert dossier.trace.verdict("DRL-1") is Verdict.PLANNED
    assert "plan-is-exercised" not in {found.rule for found in dossier.findings}
    assert [[cell.text for cell in row] for row in dossier.views["plan-drills"].rows] == [
        ["PLN-1 Response", "DRL-1 2026-05-04"]
    ]


def test_a_rule_of_an_overlay_finds_what_it_is_about(tmp_path: Path) -> None:
    files = {**OVERLAY, "link_types": OVERLAY["link_types"].replace("[drill]", "[drill, test]")}
    dossier = overlaid(tmp_path, **{**files, "rules": files["rules"].replace('min: "1"', 'min: "2"')})
    spoken = [found.message for found in dossier.findings if found.rule == "plan-is-exercised"]
    assert spoken == ["PLN-1 Response was never exercised."]


def test_a_loosened_rule_is_printed_in_every_view_and_in_the_trace(tmp_path: Path) -> None:
    shipped = next(spec for spec in MODEL.rules if spec.id == "no-orphan")
    loose = f"""\
schema: '1'
rules:
- id: no-orphan
  kind: orphan
  scope: {{types: [any]}}
  with: {{}}
  severity: {{report: "off", release: "off"}}
  message: "{shipped.message}"
  remedy: "{shipped.remedy}"
  clauses: []
"""
    strict, dossier = Dossier(assess(MODEL, CLAUSES, [], Inputs())), overlaid(tmp_path, rules=loose)
    assert all("Changed by the project: rules: no-orphan." in view.scope for view in dossier.views.values())
    assert json_writer.document(dossier, "")["overlaid"] == ["rules: no-orphan"]
    assert "no-orphan" not in {found.rule for found in dossier.findings}
    assert not any("Changed by the project" in view.scope for view in strict.views.values())


@pytest.mark.parametrize("name", sorted(path.name for path in BAD.glob("*.yaml")))
def test_faulty_overlay_is_refused_at_its_line_with_a_remedy(name: str, tmp_path: Path) -> None:
    """The first line of the file states line, fault and remedy; its name begins with the part that it overlays."""
    text = (BAD / name).read_text("utf-8")
    stated = re.match(r"# expected: (\d+): (.*) \| (.*)\n", text)
    assert stated, f"{name} does not state what is expected of it"
    part = tmp_path / f"{name.partition('.')[0]}.yaml"
    part.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        rules.check_specs(load_model((tmp_path,)))
    error = caught.value
    assert Location(Path(error.file).name, error.line) == Location(part.name, int(stated[1])), error
    assert stated[2] in error.message
    assert stated[3] in error.remedy


def test_the_shipped_rules_name_only_what_exists() -> None:
    rules.check_specs(MODEL)
