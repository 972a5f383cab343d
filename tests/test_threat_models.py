"""Threat models of other tools become drafts that prove nothing; a hostile file becomes one clear error."""

from __future__ import annotations

import copy
import gzip
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sphinx_aimd import rules, yamlfile
from sphinx_aimd.model.imported import ImportedModel, Mapped
from sphinx_aimd.model.imports import items_of
from sphinx_aimd.model.inputs import Inputs
from sphinx_aimd.model.item import Finding, Item, Location
from sphinx_aimd.model.trace import Trace, assess
from sphinx_aimd.model.values import ID
from sphinx_aimd.model.verdict import Verdict
from sphinx_aimd.readers import otm, pytm, threagile, threat_document, threat_dragon
from sphinx_aimd.readers.known import Known
from sphinx_aimd.readers.opened import Opened, open_file
from sphinx_aimd.readers.security import read_all
from sphinx_aimd.views.matrix import matrix, specs
from sphinx_aimd.views.places import Places
from sphinx_aimd.views.table import Table
from sphinx_aimd.yamlfile import InputError
from tests.corpora import samples, sdist
from tests.trace_builder import MODEL, catalogue, record

READERS = (threat_dragon, otm, threagile, pytm)
HASH = "sha256:" + "0" * 64


def model_of(opened: Opened, known: Known) -> ImportedModel | None:
    """The model of a file, by the one reader that claims it."""
    mine = [reader for reader in READERS if reader.is_mine(opened)]
    if not mine:
        return None
    (reader,) = mine
    (model,) = reader.read(opened, known)
    return model


def read(text: str | dict[str, Any] | list[Any], name: str = "model.json", **known: Any) -> ImportedModel:
    raw = text if isinstance(text, str) else json.dumps(text, indent=1)
    found = model_of(Opened(name, raw.encode(), HASH), Known(**known))
    assert found is not None, f"no reader claims {name}"
    return found


def imported(*models: ImportedModel, items: Mapping[str, Item] | None = None) -> dict[str, Item]:
    found, findings = items_of(models, items or {})
    assert not [finding for finding in findings if finding.is_model_error]
    return {item.id: item for item in found}


def trace_of(*models: ImportedModel, authored: dict[str, dict[str, Any]] | None = None) -> Trace:
    records = [record(item_id, data, 100 * n) for n, (item_id, data) in enumerate((authored or {}).items(), 1)]
    return assess(MODEL, catalogue(), records, Inputs(models=models), as_of="2026-11-02")


def table(trace: Trace, name: str) -> Table:
    return matrix(trace, next(spec for spec in specs(trace) if spec.id == name), Places())


def cell(key: str, kind: str = "Process", threats: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    data = {"type": f"tm.{kind}", "name": f"The {key}", "threats": threats or [], **more.pop("data", {})}
    return {"id": key, "shape": kind.lower(), "data": data, **more}


def box(x: int, y: int, size: int = 10) -> dict[str, Any]:
    return {"position": {"x": x, "y": y}, "size": {"width": size, "height": size}}


def dragon(*cells: dict[str, Any], scheme: str = "STRIDE", version: str = "2.4.1") -> dict[str, Any]:
    diagram = {"diagramType": scheme, "title": "Main", "cells": list(cells)}
    return {"version": version, "summary": {"title": "Pump"}, "detail": {"diagrams": [diagram]}}


def flow(key: str, source: str | None, target: str | None, **data: Any) -> dict[str, Any]:
    ends = {name: {"cell": end} if end else {"x": 1, "y": 2} for name, end in (("source", source), ("target", target))}
    return cell(key, "Flow", data=data, **ends)


WIRE = {
    "id": "t1",
    "title": "Replay",
    "type": "Tampering",
    "status": "Mitigated",
    "severity": "High",
    "mitigation": "MAC",
}
DRAGON = dragon(
    cell("box", "BoundaryBox", **box(0, 0, 100)),
    cell("app", data={"outOfScope": True, "reasonOutOfScope": "Made by others"}, **box(200, 0)),
    cell("pump", threats=[{"id": "t2", "title": "Flood", "type": "Denial of service"}], **box(10, 10)),
    cell("log", "Store", **box(30, 30), data={"outOfScope": True}),
    flow("link", "app", "pump", isEncrypted=True, protocol="BLE", isBidirectional=True, threats=[WIRE]),
    flow("write", "pump", "log", isEncrypted=False),
    flow("loose", "app", None),
)
OTM: dict[str, Any] = {
    "otmVersion": "0.2.0",
    "project": {"name": "Pump", "id": "pump"},
    "trustZones": [{"id": "home", "name": "Home"}, {"id": "core", "name": "Core", "parent": {"trustZone": "home"}}],
    "components": [
        {"id": "app", "name": "App", "type": "mobile", "parent": {"trustZone": "home"}},
        {
            "id": "pump",
            "name": "Pump",
            "type": "device",
            "parent": {"trustZone": "core"},
            "threats": [
                {"threat": "1", "state": "exposed", "mitigations": [{"mitigation": "m", "state": "implemented"}]}
            ],
        },
        {"id": "radio", "name": "Radio", "type": "chip", "parent": {"component": "pump"}},
    ],
    "assets": [{"id": "dose", "name": "Dose"}],
    "dataflows": [
        {"id": "f", "name": "Set dose", "source": "app", "destination": "radio", "bidirectional": True},
        {"id": "g", "name": "Inner", "source": "pump", "destination": "radio"},
    ],
    "threats": [
        {"id": "1", "name": "Tap", "categories": ["Information Disclosure", "Privacy"], "cwes": ["CWE-319", "311"]},
        {"id": "2", "name": "Unused", "categories": ["Spoofing"]},
    ],
    "mitigations": [{"id": "m", "name": "Encrypt", "description": "AES-CCM."}, {"id": "n", "name": "Other"}],
}
THREAGILE = """\
threagile_version: 1.0.0
title: Pump
date: 2026-02-01
data_assets:
  Dose: &base
    id: dose
    description: What is given
  Log:
    <<: *base
    id: log
technical_assets:
  App:
    id: app
    type: external-entity
    out_of_scope: true
    justification_out_of_scope: Owned by the user
    communication_links:
      Set Dose!:
        target: pump
        protocol: https
        authentication: none
        vpn: false
  Pump: {id: pump, type: process, technologies: [radio, firmware]}
trust_boundaries:
  Home: {id: home, technical_assets_inside: [pump]}
individual_risk_categories:
  Odd: {id: odd, description: An odd one, mitigation: Watch it, stride: repudiation, cwe: 778, risks_identified: {
    <b>Odd</b> at <b>Pump</b>: {severity: high, exploitation_likelihood: likely, most_relevant_technical_asset: pump}}}
risk_tracking:
  odd@*: {status: mitigated, justification: Done, ticket: X-1, date: 2026-01-04}
  unencrypted@pump: {status: accepted}
"""
RISKS = [
    {"category": "odd", "synthetic_id": "odd@pump", "title": "<b>Odd</b> at <b>Pump</b>", "severity": "high"},
    {
        "category": "unencrypted-communication",
        "synthetic_id": "unencrypted-communication@app>set-dose@pump",
        "title": "Clear text",
        "most_relevant_communication_link": "app>set-dose",
        "most_relevant_technical_asset": "pump",
        "risk_status": "accepted",
    },
]
PYTM: dict[str, Any] = {
    "name": "Pump",
    "boundaries": [{"name": "Home"}],
    "data": [{"name": "Dose"}],
    "elements": [
        {"__class__": "Actor", "name": "User"},
        {"__class__": "Server", "name": "Pump", "inBoundary": "Home", "controls": {"isEncrypted": True}},
        {"__class__": "Datastore", "name": "Log", "inBoundary": "Home", "inScope": False},
    ],
    "flows": [
        {"name": "Query", "source": "User", "sink": "Pump", "protocol": "BLE", "tlsVersion": "TLSVersion.TLSv12"},
        {"name": "Query", "source": "Pump", "sink": "Log"},
    ],
    "findings": [
        {
            "id": str(number),
            "threat_id": "DE01",
            "target": "Query",
            "description": "Interception",
            "severity": "Medium",
            "references": "https://capec.mitre.org/data/definitions/117.html, http://cwe.mitre.org/data/definitions/319.html",
        }
        for number in (1, 2)
    ],
    "excluded_findings": [
        {"id": "3", "threat_id": "AA01", "target": "Pump", "description": "Abuse", "assumption": {"name": "locked"}}
    ],
}
SOUND = {
    "dragon.json": json.dumps(DRAGON),
    "model.otm": json.dumps(OTM),
    "model.yaml": THREAGILE,
    "risks.json": json.dumps(RISKS),
    "pytm.json": json.dumps(PYTM),
}


# --- files that nobody here wrote ---


@pytest.mark.parametrize(
    ("name", "version", "counts"),
    [
        ("iot-device.json", "Threat Dragon 2.3.0 JSON", {"processes": 9, "flows": 14, "threats": 4}),
        ("v2-threat-model.json", "Threat Dragon 2.3.0 JSON", {"data stores": 4, "flows": 10, "threats": 14}),
        ("mobile-cloud.otm.json", "OTM 0.1.0 JSON", {"processes": 4, "flows": 6, "threats": 43}),
        ("demo-example-threagile.yaml", "Threagile 1.0.0 YAML", {"data assets": 12, "flows": 20, "threats": 2}),
        ("demo-stub-threagile.yaml", "Threagile 1.0.0 YAML", {"processes": 2, "flows": 1, "threats": 1}),
        ("tests-output.json", "pytm JSON", {"processes": 3, "trust boundaries": 2, "flows": 6, "threats": 0}),
    ],
)
def test_public_samples_are_read(name: str, version: str, counts: dict[str, int]) -> None:
    found = model_of(open_file(samples("threat-models"), name), Known())
    assert found is not None
    assert found.source.format == version
    assert {kind: found.source.counts.get(kind, 0) for kind in counts} == counts
    items = imported(found)
    threats = [item for item in items.values() if item.type == "threat"]
    assert len(threats) == counts["threats"]
    assert all(item.links.get("threatens") for item in threats)
    assert all(item.location.line for item in items.values())


def test_the_malformed_public_sample_is_refused() -> None:
    with pytest.raises(InputError, match="is no model of Threat Dragon: it has no title in its summary"):
        model_of(open_file(samples("threat-models"), "malformed-new-model.json"), Known())


@pytest.mark.parametrize(
    ("name", "version", "models", "elements", "threats"),
    [("threatsketch", "0.6.0", 9, 116, 36), ("archithreat", "3.2.0", 6, 56, 0)],
)
def test_models_from_the_package_registry_are_read(
    name: str, version: str, models: int, elements: int, threats: int
) -> None:
    root = sdist(name, version)
    names = [path.relative_to(root).as_posix() for path in sorted(root.rglob("*.json"))]
    found = [model for model in (model_of(open_file(root, name), Known()) for name in names) if model]
    assert len(found) == models
    assert sum(len(model.elements) for model in found) == elements
    assert sum(len(model.threats) for model in found) == threats
    for model in found:
        assert not [finding for finding in items_of([model], {})[1] if finding.is_model_error]


# --- what each format says ---


def test_a_threat_dragon_model_becomes_drafts_with_provenance() -> None:
    items = imported(read(DRAGON, prefix="TD"))
    assert {(item.id, item.type, item.status) for item in items.values()} == {
        ("TD-AST-app", "asset", "rejected"),
        ("TD-AST-pump", "asset", "draft"),
        ("TD-AST-log", "asset", "draft"),
        ("TD-IFC-link", "interface", "draft"),
        ("TD-IFC-write", "interface", "draft"),
        ("TD-IFC-loose", "interface", "draft"),
        ("TD-THR-t1", "threat", "draft"),
        ("TD-THR-t2", "threat", "draft"),
    }
    link, write, threat = items["TD-IFC-link"], items["TD-IFC-write"], items["TD-THR-t1"]
    assert items["TD-AST-app"].text("status_reason") == "Out of scope in the threat model: Made by others"
    assert link.links == {"connects": ("TD-AST-app", "TD-AST-pump")}
    assert [link.text(name) for name in ("protocol", "encryption", "direction", "trust_boundary")] == [
        *("BLE", "encrypted", "both", "true")
    ]
    assert (write.text("trust_boundary"), write.text("encryption")) == ("false", "")
    assert items["TD-AST-pump"].text("zone") == "The box"
    assert threat.links == {"threatens": ("TD-IFC-link",)}
    assert threat.fields["stride"] == ("tampering",)
    assert [threat.text(f"source_{name}") for name in ("state", "severity", "mitigation", "key")] == [
        *("Mitigated", "High", "MAC", "t1")
    ]
    assert (threat.text("source"), threat.text("method")) == ("model.json", "import")
    lines = json.dumps(DRAGON, indent=1).splitlines()
    assert lines[threat.location.line - 1].strip() == "{"
    assert '"id": "t1"' in lines[threat.location.line]


def test_what_a_file_leaves_open_is_found() -> None:
    _items, findings = items_of([read(DRAGON, prefix="TD")], {})
    assert {(finding.rule, finding.item, finding.is_model_error) for finding in findings} == {
        ("import-scope", "TD-AST-log", False),  # out of scope without a reason
        ("import-end", "TD-IFC-loose", False),
    }


def test_boundaries_that_are_only_drawn_never_clear_a_flow() -> None:
    curve = cell("curve", "Boundary", source={"x": 0, "y": 0}, target={"x": 9, "y": 9})
    model = read(dragon(*DRAGON["detail"]["diagrams"][0]["cells"], curve), prefix="TD")
    items = imported(model)
    assert [items[f"TD-IFC-{name}"].text("trust_boundary") for name in ("link", "write")] == ["true", ""]
    assert "1 trust boundary in the form of curves, which do not say what they hold" in model.source.left


@pytest.mark.parametrize(
    ("scheme", "word", "stride", "class_text"),
    [
        ("STRIDE", "Information disclosure", ("information_disclosure",), ""),
        ("Generic", "Spoofing", ("spoofing",), ""),
        ("LINDDUN", "Linkability", (), "Linkability"),
        ("LINDDUN", "Disclosure of information", (), "Disclosure of information"),
        ("CIA", "Integrity", (), "Integrity"),
        ("CIADIE", "Ephemeral", (), "Ephemeral"),
        ("PLOT4ai", "Safety", (), "Safety"),
        ("EOP", "Tampering", (), "Tampering"),
        ("STRIDE", "Manipulation", (), "Manipulation"),
    ],
)
def test_classes_of_other_schemes_are_kept_as_they_are(
    scheme: str, word: str, stride: tuple[str, ...], class_text: str
) -> None:
    model = read(dragon(cell("a", threats=[{"title": "x", "type": word, "modelType": scheme}])), prefix="TD")
    items, findings = items_of([model], {})
    threat = next(item for item in items if item.type == "threat")
    assert threat.fields.get("stride", ()) == stride
    assert (threat.text("class_text"), threat.text("class_scheme")) == (class_text, scheme if class_text else "")
    assert [finding.rule for finding in findings] == (["import-class"] if word == "Manipulation" else [])


def test_version_1_of_threat_dragon_keeps_names_in_its_drawing() -> None:
    old = {"summary": {"title": "Pump"}, "detail": {"diagrams": [{"diagramType": "STRIDE", "diagramJson": {"cells": [
        {"type": "tm.Actor", "id": "a", "attrs": {"text": {"text": "The\nuser"}}},
        {"type": "tm.Process", "id": "p", "attrs": {"text": {"text": "Pump"}}},
        {"type": "tm.Flow", "id": "f", "source": {"id": "a"}, "target": {"id": "p"},
         "labels": [{"attrs": {"text": {"text": "Dose"}}}],
         "threats": [{"ruleId": "r", "title": "Tap", "type": "Information disclosure", "status": "Open"}]},
    ]}}]}}  # fmt: skip
    items = imported(read(old, prefix="TD"))
    assert {item.id: item.title for item in items.values()} == {
        "TD-AST-a": "The user",
        "TD-AST-p": "Pump",
        "TD-IFC-f": "Dose",
        "TD-THR-f-Tap": "Tap",
    }


def test_otm_reads_alike_as_json_and_yaml() -> None:
    as_yaml = "\n".join(f"{name}: {json.dumps(value)}" for name, value in OTM.items())
    models = [read(OTM, "m.json", prefix="O"), read(as_yaml, "m.yaml", prefix="O"), read(OTM, "m.otm", prefix="O")]
    found = [imported(model) for model in models]
    bare = [
        {item.id: (item.title, item.links, {**item.fields, "source": ()}) for item in items.values()} for items in found
    ]
    assert bare[0] == bare[1] == bare[2]
    items = found[0]
    assert items["O-IFC-f"].links == {"connects": ("O-AST-app", "O-AST-radio")}
    assert [items[f"O-IFC-{name}"].text("trust_boundary") for name in "fg"] == ["true", "false"]
    assert items["O-AST-dose"].text("kind") == "data"
    tap, unused = items["O-THR-1-pump"], items["O-THR-2"]
    assert tap.fields["stride"] == ("information_disclosure",)
    assert (tap.text("class_text"), tap.fields["cwe"]) == ("Privacy", ("CWE-319", "CWE-311"))
    assert tap.text("source_mitigation") == "Encrypt. AES-CCM. (implemented)"
    assert (unused.links, unused.text("source_state")) == ({}, "")
    assert "1 mitigation that no threat names" in models[0].source.left


def test_threagile_repeats_values_by_aliases_and_tracks_risks() -> None:
    model = read(THREAGILE, "pump.yaml", prefix="TG")
    items = imported(model)
    assert items["TG-AST-log"].text("description") == "What is given"
    link, odd = items["TG-IFC-app-set-dose"], items["TG-THR-odd-pump"]
    assert (link.text("encryption"), link.text("trust_boundary")) == ("by the protocol https", "true")
    assert link.text("authentication") == "none (the threat model gives no reason)"
    assert (odd.title, odd.fields["stride"], odd.fields["cwe"]) == ("Odd at Pump", ("repudiation",), ("CWE-778",))
    assert odd.text("source_state") == "mitigated: Done (X-1, 2026-01-04)"
    assert model.source.date == "2026-02-01"
    assert "1 entry of risk tracking for risks that are not in this file" in model.source.left


def test_files_of_one_prefix_are_parts_of_one_model() -> None:
    items = imported(read(THREAGILE, "pump.yaml", prefix="TG"), read(RISKS, "risks.json", prefix="TG"))
    made = items["TG-THR-unencrypted-communication-app-set-dose-pump"]
    assert made.links == {"threatens": ("TG-AST-pump", "TG-IFC-app-set-dose")}
    assert (made.text("class_text"), made.text("class_scheme")) == ("unencrypted-communication", "Threagile")
    both = items["TG-THR-odd-pump"]
    assert both.fields["source"] == ("pump.yaml", "risks.json")
    alone, findings = items_of([read(RISKS, "risks.json")], {})
    assert {finding.rule for finding in findings} == {"import-end"}
    assert all(item.id.startswith("TM-risks-THR-") for item in alone)


def test_pytm_knows_elements_by_name() -> None:
    model = read(PYTM, prefix="P")
    items = imported(model)
    first, second = "P-IFC-Query-User-to-Pump", "P-IFC-Query-Pump-to-Log"
    assert items[first].links == {"connects": ("P-AST-User", "P-AST-Pump")}
    assert (items[first].text("encryption"), items[first].text("trust_boundary")) == ("TLSv12", "true")
    assert items[second].text("trust_boundary") == "false"
    tap, abuse = items["P-THR-DE01-Query"], items["P-THR-AA01-Pump"]
    assert tap.links == {"threatens": (first, second)}  # the finding names both flows alike
    assert (tap.fields["cwe"], tap.fields["attack_ids"]) == (("CWE-319",), ("CAPEC-117",))
    assert (tap.text("class_text"), tap.text("class_scheme")) == ("DE01", "pytm")
    assert abuse.text("source_state") == "excluded by the assumption 'locked'"


def first_number(words: str) -> int:
    return int(words.split(" ", 1)[0])


@pytest.mark.parametrize("name", SOUND)
def test_what_is_not_used_is_counted(name: str) -> None:
    data = json.loads(SOUND[name]) if name != "model.yaml" else None
    if data is None:
        text = SOUND[name].replace("title: Pump\n", "title: Pump\nsurprise: [1, 2]\n")
    elif isinstance(data, list):
        text = json.dumps([{**risk, "surprise": 1} for risk in data])
    else:
        text = json.dumps({**data, "surprise": [1, 2]})
    before, after = (sum(map(first_number, read(one, name).source.left)) for one in (SOUND[name], text))
    assert after == before + 2
    assert any("surprise" in words for words in read(text, name).source.left)


# --- ids and mappings ---


@given(
    st.lists(
        st.one_of(
            st.text(max_size=70), st.uuids().map(str), st.sampled_from(["Web Server", "web-server", "web server"])
        ),
        min_size=1,
        max_size=12,
        unique=True,
    ),
    st.randoms(use_true_random=False),
)
@settings(max_examples=80, deadline=None)
def test_ids_are_sound_distinct_and_do_not_depend_on_order(keys: list[str], random: Any) -> None:
    keys = [key for key in keys if key.strip() and threat_document.CONTROL.search(key) is None]
    cells = [cell(" ".join(key.split()), threats=[{"title": "x", "type": "Spoofing"}]) for key in keys]
    cells = list({data["id"]: data for data in cells}.values())
    try:
        first = imported(read(dragon(*cells), prefix="TM"))
    except InputError:
        return  # a key holds a character that no text of this project may hold
    random.shuffle(cells)
    again = imported(read(dragon(*cells), prefix="TM"))
    assert {item.id: item.fields for item in first.values()} == {item.id: item.fields for item in again.values()}
    assert len(first) == 2 * len(cells) == len({item_id.casefold() for item_id in first})
    assert all(ID.fullmatch(item_id) for item_id in first)


def test_files_without_a_prefix_take_their_own_name_and_never_share_ids() -> None:
    one, two = read(DRAGON, "a/pump.json"), read(DRAGON, "b/pump.json")
    items, findings = items_of([two, one], {})
    assert {item.location.file for item in items} == {"a/pump.json"}
    assert [(finding.rule, finding.is_model_error) for finding in findings if finding.is_model_error] == [
        ("import-id", True)
    ]
    assert all(item.id.startswith("TM-pump-") for item in items)


AUTHORED: dict[str, dict[str, Any]] = {
    "IFC-001": {"type": "interface", "status": "draft", "kind": "radio", "protocol": "BLE 5.4"},
    "THR-001": {"type": "threat", "status": "draft", "stride": "tampering", "path": "Mine.", "method": "stride"},
    "TD-AST-pump": {"type": "asset", "status": "draft", "kind": "implant"},
}


def errors(findings: tuple[Finding, ...] | list[Finding]) -> Counter[str]:
    return Counter(finding.rule for finding in findings if finding.is_model_error)


def test_a_mapping_joins_what_a_file_adds_to_the_items_of_authors() -> None:
    ids = {"link": Mapped("IFC-001"), "write": Mapped("IFC-001"), "t1": Mapped("THR-001")}
    trace = trace_of(read(DRAGON, prefix="TD", ids=ids), authored=AUTHORED)
    link, threat, pump = (trace.items[name] for name in AUTHORED)
    assert not errors(trace.findings)
    assert link.links["connects"] == ("TD-AST-app", "TD-AST-pump", "TD-AST-log")
    assert (link.text("protocol"), link.text("encryption"), link.text("kind")) == ("BLE 5.4", "encrypted", "radio")
    assert (threat.text("path"), threat.text("method"), threat.links["threatens"]) == ("Mine.", "stride", ("IFC-001",))
    assert (pump.text("kind"), pump.text("zone"), pump.title) == ("implant", "The box", "Title of TD-AST-pump")
    assert "TD-IFC-link" not in trace.items
    differs = [finding for finding in trace.findings if finding.rule == "differs-from-file"]
    assert [finding.item for finding in differs] == ["IFC-001"]  # BLE here, BLE 5.4 there


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("link: IFC-999", "mapped to IFC-999, which does not exist"),
        ("link: THR-001", "mapped to THR-001, which is a threat"),
        ("lnik: IFC-001", "names the key 'lnik', which model.json does not hold"),
    ],
)
def test_a_line_of_a_mapping_that_leads_nowhere_is_an_error_there(line: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(json.dumps(DRAGON), "utf-8")
    (tmp_path / "ids.yaml").write_text(f"# Threat Dragon to us\nt1: THR-001\n{line}\n", "utf-8")
    entry = {"path": "model.json", "prefix": "TD", "ids": "ids.yaml"}
    trace = trace_of(*read_all(tmp_path, [entry], every_pattern=True).models, authored=AUTHORED)
    (finding,) = (finding for finding in trace.findings if finding.is_model_error)
    assert (finding.rule, str(finding.location)) == ("import-mapping", "ids.yaml:3")
    assert message in finding.message
    assert "TD-IFC-link" in trace.items  # nothing is dropped


# --- proof ---


def test_imported_threats_stand_in_the_trace_and_prove_nothing() -> None:
    trace = trace_of(read(DRAGON, prefix="TD"))
    verdicts = {item.id: trace.verdict(item.id) for item in trace.items.values() if item.type != "clause"}
    assert verdicts.pop("TD-AST-app") is Verdict.INACTIVE
    assert set(verdicts.values()) == {Verdict.MISSING}
    cells = {
        name: [cell for row in table(trace, name).rows for cell in row]
        for name in ("threat-trace", "interface-threats")
    }
    assert {"TD-THR-t1", "TD-IFC-link"} <= {cell.target for cell in cells["threat-trace"]}
    shown = [cell for cell in cells["interface-threats"] if cell.target in ("TD-THR-t1", "TD-THR-t2")]
    assert {cell.verdict for cell in shown} == {Verdict.MISSING}
    assert {cell.target for cell in shown} == {"TD-THR-t1", "TD-THR-t2"}
    # a state of the file is no assessment
    assert trace.items["TD-THR-t1"].text("source_state") == "Mitigated"
    said = {(finding.rule, finding.item) for finding in rules.run(trace)}
    assert ("threat-is-assessed", "TD-THR-t1") in said
    assert ("item-approved", "TD-THR-t1") in said


def test_an_imported_threat_is_never_verified_before_an_author_approves_it() -> None:
    risk = {
        "type": "risk", "status": "approved", "treatment": "accept", "acceptance": "acceptable",
        "acceptance_rationale": "Small.", "accepted_by_role": "management", "accepted_on": "2026-01-01",
        "exploitability_after": "low", "severity_after": "minor", "control_state": "controlled",
        "links": {"assesses": ["TD-THR-t1", "TD-THR-t2"]},
    }  # fmt: skip
    trace = trace_of(read(DRAGON, prefix="TD"), authored={"RSK-001": risk})
    assert trace.verdict("TD-THR-t1") in (Verdict.PLANNED, Verdict.PARTIAL)
    assert "TD-THR-t1" in trace.items["RSK-001"].links["assesses"]


# --- hostile files ---

SUMMARY = '"summary": {"title": "x"}'
REFUSED = {
    "not-json": ("model.json", '{"summary": ', "is not JSON"),
    "double-key": ("model.json", '{"summary": {"title": "x", "title": "y"}, "detail": {}}', "occurs twice"),
    "deep": ("model.json", '{"summary": ' + "[" * 5000 + "]" * 5000 + "}", "nested deeper"),
    "number": ("model.json", '{"summary": {"title": 1e999}}', "not a finite number"),
    "surrogate": ("model.json", '{"summary": {"title": "\\ud800"}}', "half a character"),
    "bidi": ("model.json", '{"summary": {"title": "a\\u202eb"}}', "direction-changing"),
    "bidi-in-yaml": ("m.yaml", 'otmVersion: 0.2.0\nproject: {name: "a\\u202Eb", id: x}', "direction-changing"),
    "control": ("model.json", json.dumps(dragon(cell("a", data={"description": "\x07"}))), "control character"),
    "no-diagrams": ("model.json", f'{{{SUMMARY}, "detail": {{}}}}', "it has no list of diagrams"),
    "version-3": ("model.json", json.dumps(dragon(version="3.0")), "version '3.0'; versions 1 and 2 are known"),
    "no-version": ("model.json", json.dumps(dragon(version="")), "states no version"),
    "unknown-cell": ("model.json", json.dumps(dragon(cell("a", "Cloud"))), "'tm.Cloud', which is not known"),
    "list-as-name": ("model.json", json.dumps(dragon(cell("a", data={"name": [1]}))), "instead of a text for name"),
    "text-as-flag": ("model.json", json.dumps(dragon(cell("a", data={"outOfScope": "perhaps"}))), "true or false"),
    "huge-place": ("model.json", json.dumps(dragon(cell("a", **box(10**299, 0)))), None),
    "otm-version": ("m.otm", '{"otmVersion": "9.0"}', "OTM version '9.0'; versions 0.1 and 0.2 are known"),
    "otm-none": ("m.otm", "{}", "states no otmVersion"),
    "otm-double-id": ("m.otm", json.dumps({**OTM, "assets": [{"id": "a"}, {"id": "a"}]}), "'a' twice among its assets"),
    "otm-circle": (
        "m.otm",
        json.dumps({**OTM, "components": [{"id": "a", "parent": {"component": "a"}}], "dataflows": []}),
        "lies inside itself",
    ),
    "otm-parent": ("m.otm", json.dumps({**OTM, "trustZones": []}), "parent 'home', which it does not define"),
    "otm-threat": ("m.otm", json.dumps({**OTM, "threats": []}), "threat '1', which it does not define"),
    "otm-mitigation": ("m.otm", json.dumps({**OTM, "mitigations": []}), "mitigation 'm', which it does not define"),
    "threagile-version": ("m.yaml", "threagile_version: 2.0.0\n", "Threagile version '2.0.0'"),
    "threagile-parts": ("m.yaml", "threagile_version: 1.0.0\nincludes: [a.yaml]\n", "includes other files"),
    "threagile-empty": ("m.yaml", "threagile_version: 1.0.0\ntitle: x\n", "holds no technical assets"),
    "threagile-type": ("m.yaml", THREAGILE.replace("type: process", "type: cloud"), "of the type 'cloud'"),
    "threagile-twice": ("m.yaml", THREAGILE.replace("id: log", "id: dose"), "has the id 'dose' twice"),
    "threagile-tag": ("m.yaml", THREAGILE + "x: !!python/object:os.system {}\n", "uses the tag"),
    "risks-text": ("r.json", json.dumps([*RISKS, "x"]), "has a risk that is no object"),
    "pytm-class": ("p.json", json.dumps({**PYTM, "elements": [{"__class__": "X", "name": "a"}]}), "class 'X'"),
    "pytm-boundary": ("p.json", json.dumps({**PYTM, "boundaries": []}), "boundary 'Home', which it does not define"),
    "pytm-alike": (
        "p.json",
        json.dumps({**PYTM, "flows": [{"name": "Query", "source": str(n), "sink": "Pump"} for n in range(60)]}),
        "the name of more than 50 elements",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_hostile_file_is_refused_by_one_clear_message(case: str) -> None:
    name, text, message = REFUSED[case]
    if message is None:
        read(text, name)  # odd, and harmless
        return
    with pytest.raises(InputError) as caught:
        read(text, name)
    assert message in caught.value.message
    assert caught.value.message.endswith(".")
    assert caught.value.remedy


def test_texts_that_many_entries_share_are_bounded() -> None:
    at = [{"threat": "1", "state": "x"}] * 400
    parts = [{**OTM["components"][0], "threats": at}]
    big = {
        **OTM,
        "components": parts,
        "dataflows": [],
        "threats": [{"id": "1", "name": "t", "description": "y" * 200_000}],
    }
    with pytest.raises(InputError, match="repeats its texts"):
        read(big, "m.otm")


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, part in inner for place in places(part, (*path, key)))]


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_value_of_any_kind_in_any_place_is_read_or_refused(data: Any) -> None:
    name = data.draw(st.sampled_from(sorted(SOUND)))
    sound = yamlfile.parse(SOUND[name], name, aliases=True).data if name == "model.yaml" else json.loads(SOUND[name])
    broken = copy.deepcopy(sound)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(places(broken)[1:]))
        holder = broken
        for key in place[:-1]:
            holder = holder[key]
        holder[place[-1]] = data.draw(JUNK)
    # JSON is YAML, too, and each name stands on a line of its own
    opened = Opened(name, json.dumps(broken, indent=0).encode(), HASH)
    try:
        model = model_of(opened, Known(prefix="X"))
    except InputError:
        return
    if model is not None:
        trace = trace_of(model)
        assert len([item for item in trace.items.values() if item.type == "threat"]) >= min(1, len(model.threats))


# --- YAML with aliases ---


def test_aliases_are_copies_and_merge_keys_give_way_to_own_keys() -> None:
    text = "a: &a {x: 1, y: [2, 3]}\nb: {<<: *a, x: 9}\nc: {<<: [{z: 0}, *a]}\nd: [*a, *a]\ne: {'<<': plain}\n"
    data = yamlfile.parse(text, "f", aliases=True).data
    assert data["b"] == {"x": "9", "y": ["2", "3"]}
    assert data["c"] == {"z": "0", "x": "1", "y": ["2", "3"]}
    assert data["d"] == [data["a"], data["a"]]
    assert data["d"][0] is not data["d"][1]
    assert data["e"] == {"<<": "plain"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &a [*a]\n", "before its value is complete"),
        ("a: *b\n", "before its value is complete"),
        ("a: &a x\n? *a\n: 1\n", "as a key"),
        ("a: &a {<<: text}\n", "merges something that is no mapping"),
        ("a: &a 1\nb: [" + ", ".join(["*a"] * 101) + "]\n", "more than 100 aliases"),
        ("a: &a " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 40 + "*a" + "]" * 40 + "\n", "nested deeper"),
        ("a: &a {x: 1, x: 2}\n", "twice in one mapping"),
        (
            "a0: &a0 ["
            + "x, " * 20
            + "]\n"
            + "".join(f"a{n}: &a{n} [" + f"*a{n - 1}, " * 8 + "]\n" for n in range(1, 9)),
            "repeats more than",
        ),
        (f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 50)}]\n", "repeats more than"),
    ],
)
def test_alias_bombs_are_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        yamlfile.parse(text, "f", aliases=True)


def test_our_own_files_still_take_no_alias() -> None:
    with pytest.raises(InputError, match=r"uses the alias \*a"):
        yamlfile.parse("a: &a 1\nb: *a\n", "f")


def test_lines_of_json_are_those_of_its_objects() -> None:
    raw = b'{\n "a": [\n  {"x": "{\\"["},\n  {"x": {}}\n ],\n "\\u0062": {\n }}'
    assert threat_document.lines_of(raw) == {(): 1, ("a", 0): 3, ("a", 1): 4, ("a", 1, "x"): 4, ("b",): 6}
    assert Location("model.json", 0) < Location("model.json", 1)


def test_a_packed_model_is_read(tmp_path: Path) -> None:
    (tmp_path / "model.json.gz").write_bytes(gzip.compress(json.dumps(DRAGON).encode()))
    found = model_of(open_file(tmp_path, "model.json.gz"), Known())
    assert found is not None
    assert found.source.counts["threats"] == 2
