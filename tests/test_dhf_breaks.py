"""Ten faults in the worked file: ten precise messages at the right line beside those of the untouched file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.dhf_project import DHF, Build, build, copy, edit, line_of

GATES = ("report", "release")
Findings = Counter[tuple[str, int, str, str, bool]]


@dataclass(frozen=True)
class Fault:
    """A fault, and what is said of it: rule, file, a text on the line, a part of the message.

    :param make: breaks a copy of the sources.
    :param model_error: whether it warns in both gates.
    """

    name: str
    make: Callable[[Path], object]
    rule: str
    file: str
    at: str
    says: str
    model_error: bool = True


def swap(name: str, old: str, new: str) -> Callable[[Path], object]:
    return lambda source: edit(source, name, old, new)


def add(name: str, text: str) -> Callable[[Path], object]:
    return lambda source: (source / name).write_text((source / name).read_text("utf-8") + text, "utf-8")


def cut_report(source: Path) -> None:
    path = source / "results/fuzz/fuzz-2026-10.xml"
    path.write_text(path.read_text("utf-8")[:900], "utf-8")


FAULTS = [
    Fault(
        "a requirement without a test",
        add(
            "requirements.rst",
            "\n.. requirement:: Wand cable is shielded\n   :id: REQ-190\n   :status: draft\n   :kind: security\n"
            "   :level: system\n   :verification_method: test\n   :derives_from: CTL-002\n\n   It is shielded.\n",
        ),
        "requirement-has-test",
        "requirements.rst",
        ".. requirement:: Wand cable is shielded",
        "REQ-190 Wand cable is shielded has no test",
        model_error=False,
    ),
    Fault(
        "a dangling link",
        swap(
            "requirements.rst", ":derives_from: CTL-003, RSK-006, RSK-007", ":derives_from: CTL-003, RSK-006, RSK-0O7"
        ),
        "link",
        "requirements.rst",
        ":derives_from: CTL-003, RSK-006, RSK-0O7",
        "REQ-003: derives_from points to RSK-0O7, which does not exist. Did you mean RSK-007?",
    ),
    Fault(
        "a failed result",
        swap(
            "results/pentest/pt-2026-041.xml",
            '<testcase name="Goal 6 false software: not reached" classname="PT-2026-041" time="49.3"/>',
            '<testcase name="Goal 6 false software" classname="PT-2026-041" time="49.3">'
            '<failure message="unsigned image ran"/></testcase>',
        ),
        "test-result-passed",
        "verification.rst",
        ".. test:: Penetration test",
        "test failed: unsigned image ran",
        model_error=False,
    ),
    Fault(
        "an unknown clause",
        swap("architecture.rst", "FDA-PM-V-B-2-7, FDA-PM-V-B-2-a-1,", "FDA-PM-V-B-2-7, FDA-PM-V-B-2-a-l,"),
        "link",
        "architecture.rst",
        "OPTION satisfies FDA-PM-V-B-2-a-l",
        "FDA-PM-V-B-2-a-l, which does not exist. Did you mean FDA-PM-V-B-2-a-1?",
    ),
    Fault(
        "a duplicate id",
        add("threats.rst", "\n.. threat:: Said twice\n   :id: THR-001\n   :stride: spoofing\n\n   Text.\n"),
        "duplicate",
        "threats.rst",
        ":id: THR-001\n   :stride: spoofing\n\n   Text.",
        "THR-001 is defined twice, first at threats.rst:",
    ),
    Fault(
        "a bad date",
        swap("decisions.rst", ":decided_on: 2026-05-08", ":decided_on: 2026-05-38"),
        "value",
        "decisions.rst",
        ":decided_on: 2026-05-38",
        "DEC-001: decided_on is '2026-05-38', expected a calendar date YYYY-MM-DD",
    ),
    Fault(
        "an unreadable results file",
        add("results/signing/signing-rehearsal.xml", "<more"),
        "input",
        "results/signing/signing-rehearsal.xml",
        "<more",
        "is not well-formed XML",
    ),
    Fault(
        "a cycle",
        swap("requirements.rst", ":derives_from: CTL-008, ", ":derives_from: REQ-101, CTL-008, "),
        "no-cycle",
        "requirements.rst",
        ":derives_from: REQ-101, CTL-008, ",
        "derives_from runs in a circle: REQ-008 > REQ-101 > REQ-008",
    ),
    Fault(
        "not applicable without a reason",
        swap(
            "decisions.rst",
            "\n   The leads elute nothing, nothing is absorbed and the system gives no substance.\n",
            "\n",
        ),
        "exception-in-force",
        "decisions.rst",
        ".. decision:: No medicinal or absorbed substance",
        "DEC-004 No medicinal or absorbed substance: exception without effect; in force: no justification",
        model_error=False,
    ),
    Fault(
        "malformed YAML",
        swap("reviews.yaml", "reviews:\n", "reviews: [\n"),
        "input",
        "reviews.yaml",
        "",
        "is not YAML",
    ),
]


def at(source: Path, fault: Fault) -> int:
    """The line that the message has to name: of the text, or of the option that continues on it."""
    if not fault.at:
        return 0
    if fault.at.startswith("OPTION "):
        _word, option, text = fault.at.split()
        before = (source / fault.file).read_text("utf-8").partition(text)[0]
        return before[: before.rindex(f":{option}:")].count("\n") + 1
    return line_of(source, fault.file, fault.at)


def findings(done: Build) -> Findings:
    trace: dict[str, Any] = done.trace()
    return Counter((f["file"], f["line"], f["rule"], f["message"], f["model_error"]) for f in trace["findings"])


def run(source: Path, work: Path, gate: str) -> Build:
    return build(source, work, "-W", "--keep-going", "-D", f"aimd_gate={gate}", builder="aimd-json")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Build]:
    """The untouched file in both gates: green in the first, red in the second."""
    found = {gate: run(DHF, tmp_path_factory.mktemp(gate), gate) for gate in GATES}
    assert [(gate, done.code) for gate, done in found.items()] == [("report", 0), ("release", 1)]
    assert found["report"].warnings == ()
    return found


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_one_fault_is_one_message(fault: Fault, sound: dict[str, Build], tmp_path: Path) -> None:
    source = copy(tmp_path / "dhf")
    fault.make(source)
    done = run(source, tmp_path, "report")
    new = findings(done) - findings(sound["report"])
    named = [found for found in new.elements() if found[2] == fault.rule and fault.says in found[3]]
    assert len(named) == 1, new
    file, line, _rule, message, is_model_error = named[0]
    assert (file, is_model_error) == (fault.file, fault.model_error)
    if fault.at:
        assert line == at(source, fault)
    assert [text for text in done.warnings if message in text] == (list(done.warnings) if fault.model_error else [])
    assert len(done.warnings) == done.code == (1 if fault.model_error else 0)
    assert all(text.startswith(f"{file}:{line}: WARNING: ") for text in done.warnings)


@pytest.mark.parametrize("gate", GATES)
def test_ten_faults_at_once_are_ten_messages(gate: str, sound: dict[str, Build], tmp_path: Path) -> None:
    source = copy(tmp_path / "dhf")
    for fault in FAULTS:
        fault.make(source)
    first = run(source, tmp_path, gate)
    new = findings(first) - findings(sound[gate])
    for fault in FAULTS:
        named = [found for found in new.elements() if found[2] == fault.rule and fault.says in found[3]]
        assert len(named) == 1, fault.name
        warned = [text for text in first.warnings if named[0][3] in text]
        assert len(warned) == (1 if fault.model_error or gate == "release" else 0), fault.name
    model_errors = [found for found in new.elements() if found[4]]
    assert len(model_errors) == sum(fault.model_error for fault in FAULTS)
    assert len(first.warnings) == len(set(first.warnings))
    if gate == "report":
        assert len(first.warnings) == len(model_errors)
    second = run(source, tmp_path, gate)
    assert (second.code, second.warnings) == (first.code, first.warnings)
    assert first.code == 1
