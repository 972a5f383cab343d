"""A small file without any gap, as data: the ground on which tests break one thing at a time."""

from __future__ import annotations

from typing import Any

from sphinx_aimd.tracemodel import Field
from tests.trace_builder import HASH, MODEL

Items = dict[str, dict[str, Any]]

_IDS = {
    "safety_risk_ids": "SAF-1",
    "cwe": "CWE-306",
    "vulnerability_ids": "CVE-2026-10001",
    "attack_ids": "CAPEC-94",
    "public_cases": "CVE-2019-6538",
}
_BY_KIND = {
    "text": "Stated.",
    "text-list": "one; two",
    "boolean": "true",
    "date": "2026-10-01",
    "number": "1.5",
    "integer": "30",
    "path": "records/report.txt",
    "hash": HASH,
    "url": "https://example.org/record",
    "version": "2.1",
}


def sample(field: Field) -> str:
    """A sound value of a field."""
    if field.kind.startswith("enum"):
        return field.values[0]
    if field.kind == "cvss":
        return "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" if field.name == "cvss_v31" else ""
    if field.kind == "answers":
        return f"{field.keys[0]}={field.values[0] if field.values else 'yes'}"
    return _IDS[field.name] if field.kind == "id-list" else _BY_KIND[field.kind]


def full(type_: str, links: dict[str, list[str]] | None = None, **own: str) -> dict[str, Any]:
    """An approved item with every field filled that its type can require."""
    spec = MODEL.types[type_].fields.values()
    filled = {field.name: sample(field) for field in spec if field.required != "optional" and field.name != "status"}
    fields = {name: value for name, value in filled.items() if value and name != "status_reason"}
    return {"type": type_, "status": "approved", **fields, **own, "links": links or {}}


def _all(kind: str, field: str) -> str:
    return ", ".join(MODEL.types[kind].fields[field].values)


def sound() -> Items:
    """Every item type, every rule in scope, nothing to find in the release gate."""
    items: Items = {
        "REL-1": full("release", as_of="2026-11-23", end_of_support="2040-01-01"),
        "AST-1": full("asset", kind="implant"),
        "IFC-1": full("interface", {"connects": ["AST-1"]}, exposure="active", authenticated_ends="mutual"),
        "ASM-1": full("assumption", about="use_environment"),
        "CRY-1": full(
            "crypto",
            {"protects": ["AST-1"]},
            algorithm="AES-128-CCM",
            strength_bits="128",
            replaceable="surgical",
            protects_until="2050-01-01",
        ),
        "THR-1": full(
            "threat",
            {"threatens": ["AST-1", "IFC-1"]},
            stride=_all("threat", "stride"),
            life_phase=_all("threat", "life_phase"),
        ),
        "CMP-1": full("component", {"part_of": ["AST-1", "REL-1"]}, is_os="true", end_of_support="2045-01-01"),
        "VUL-1": full("vulnerability", {"affects": ["CMP-1"]}, vex_status="affected", kev="false"),
        "VUL-2": full(
            "vulnerability",
            {"affects": ["CMP-1"]},
            vulnerability_ids="CVE-2026-10002",
            vex_status="fixed",
            kev="true",
            identified_on="2026-09-01",
        ),
        "ANM-1": full("anomaly", {"part_of": ["REL-1"]}),
        "RSK-1": risk("THR-1"),
        "RSK-2": risk("VUL-1"),
        "RSK-3": risk("ASM-1", treatment="transfer"),
        "RSK-4": risk(
            "VUL-2",
            exploitability_after="high",
            severity_after="serious",
            level_after="high",
            control_state="uncontrolled",
            acceptance="not_acceptable",
        ),
        "CTL-1": full(
            "control",
            {"mitigates": ["RSK-1", "RSK-2", "THR-1"], "introduces": ["RSK-1"], "satisfies": ["C-1"]},
            category=_all("control", "category"),
            emergency_access="limited",
        ),
        "REQ-1": full("requirement", {"derives_from": ["CTL-1"]}, level="system", verification_method="test"),
        "DSN-1": full("design", {"implements": ["CTL-1"], "supersedes": ["DSN-0"]}),
        "DSN-0": full("design", status="superseded", status_reason="Redrawn."),
        "TST-1": verification("threat_mitigation", ["CTL-1", "REQ-1"]),
        "TST-2": verification("penetration", ["IFC-1"], independence="third_party"),
        "TST-3": verification("vulnerability", ["IFC-1"], method=_all("test", "method")),
        "TST-4": verification("security_requirement", ["REQ-1"]),
        "TST-5": verification("usability_validation", ["LAB-1"]),
        "EVD-1": full("evidence", {"evidences": ["LAB-1", "TRN-1", "REL-1"]}, kind="sbom"),
        "EVD-2": full("evidence", {"evidences": ["TST-2"]}, kind="original_third_party_report"),
        "LAB-1": full(
            "labeling",
            {"informs": ["ASM-1", "RSK-3"]},
            topic=_all("labeling", "topic"),
            audience=_all("labeling", "audience"),
        ),
        "TRN-1": full("training", {"informs": ["ASM-1"]}),
        "PAT-1": full(
            "patch", {"fixes": ["VUL-2"]}, cycle="out_of_cycle", users_told_on="2026-09-20", distributed_on="2026-10-10"
        ),
        "SIG-1": full("signal", {"affects": ["CMP-1"]}),
        "DEC-1": full("decision", {"decides": ["PAT-1"]}, kind="not_applicable", expires_on=""),
    }
    for number, kind in enumerate(MODEL.types["view"].fields["kind"].values, 1):
        items[f"VIW-{number}"] = full("view", {"shows": ["AST-1", "IFC-1"]}, kind=kind)
    for number, kind in enumerate(MODEL.types["plan"].fields["kind"].values, 1):
        items[f"PLN-{number}"] = full("plan", {"part_of": ["REL-1"]}, kind=kind)
    for number in range(1, 6):
        items[f"RES-{number}"] = result(f"TST-{number}")
    return items


def risk(subject: str, **own: str) -> dict[str, Any]:
    after = {"exploitability_after": "low", "severity_after": "negligible", "level_after": "low"}
    before = {"exploitability_before": "high", "severity_before": "serious", "level_before": "high"}
    decided = {"treatment": "mitigate", "acceptance": "acceptable", "control_state": "controlled"}
    decided |= {"accepted_by_role": "risk_management"}
    return full("risk", {"assesses": [subject]}, **{**after, **before, **decided, **own})


def verification(kind: str, verifies: list[str], **own: str) -> dict[str, Any]:
    return full(
        "test", {"verifies": verifies}, **{"kind": kind, "environments": "bench", "independence": "other_team", **own}
    )


def result(test_id: str, **own: str) -> dict[str, Any]:
    known = {"outcome": "passed", "version_under_test": "2.1", "environment": "bench", "executed_on": "2026-11-01"}
    return {"type": "result", **known, **own, "links": {"result_of": [test_id]}}
