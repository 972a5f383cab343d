"""The approval of a controlled document against what stands in it: what it covers, and what every format says of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sphinx_aimd.cli import FINDINGS, main
from tests.sphinx_builds import build, edit, project

#: Day on which all but the items named were reviewed, and the day after the approvals on which these were.
EARLY, LATE = "2026-10-10", "2026-10-20"
REVIEWED_LATE = ("REQ-201", "REQ-202", "REQ-203", "REQ-204", "REQ-601")
DOCUMENTS = ("covered", "younger", "open", "changed", "undated", "waiting", "closed")


def control() -> str:
    """documents.yaml with a document for each page; all are approved but the one that waits."""
    lines = ['schema: "1"', "documents:"]
    for number, name in enumerate(DOCUMENTS, 1):
        status = "in_review" if name == "waiting" else "approved"
        lines += [
            f"  - {{id: {name}, title: The {name} one, purpose: A test., number: D-{number}, revision: A,",
            f"     status: {status}, date: 2026-10-16, approvers: [Quality], pages: [{name}]}}",
        ]
    return "\n".join([*lines, ""])


def requirement(item_id: str, status: str = "approved", more: str = "") -> str:
    reason = "   :status_reason: Not needed.\n" if status == "rejected" else ""
    head = f".. requirement:: Requirement {item_id}\n   :id: {item_id}\n   :status: {status}\n   :kind: security\n"
    return f"{head}   :level: system\n{reason}{more}\n   It shall work.\n\n"


def decision(item_id: str, status: str, need: str) -> str:
    return (
        f".. decision:: Decision {item_id}\n   :id: {item_id}\n   :status: {status}\n   :kind: waiver\n"
        f"   :decides: REL-001\n   :need: {need}\n   :approver_role: quality\n   :decided_on: {EARLY}\n"
        "   :expires_on: 2027-10-10\n   :interim_measures: The page is marked.\n\n   It is said on the page.\n\n"
    )


def patch(item_id: str, available_on: str) -> str:
    return (
        f".. patch:: Update {item_id}\n   :id: {item_id}\n   :status: approved\n   :cycle: regular\n"
        f"   :available_on: {available_on}\n\n   It mends.\n\n"
    )


TEST = """.. test:: Test TST-201
   :id: TST-201
   :status: approved
   :kind: security_requirement
   :environments: bench
   :verifies: REQ-201

   It is tried.

"""
RESULTS = """<testsuite name="bench" timestamp="2026-10-19T08:00:00"><properties>
<property name="aimd.version" value="1.0"/><property name="aimd.environment" value="bench"/></properties>
<testcase classname="all" name="TST-201 first"/></testsuite>
"""
BILL = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "version": 1,
    "metadata": {
        "timestamp": "2026-10-25T08:00:00Z",
        "component": {"type": "firmware", "name": "dev", "version": "1.0"},
    },
    "components": [{"type": "library", "name": "zlib", "version": "1.3.1", "bom-ref": "zlib"}],
}
RELEASE = """.. release:: First
   :id: REL-001
   :status: approved
   :version: 1.0
   :under_review: true
   :as_of: 2026-11-02

   The one.

"""


def page(*parts: str) -> str:
    return "\n".join(["Page\n====\n", *parts])


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of seven documents, reviewed, then changed at one of them."""
    pages = {
        "release.rst": page(
            RELEASE,
            decision("DEC-001", "approved", "document-items-approved/closed"),
            decision("DEC-002", "draft", "document-items-approved/open"),
            ".. dashboard:: documents\n",
        ),
        "covered.rst": page(requirement("REQ-101"), requirement("REQ-102", "rejected"), patch("PAT-101", "2026-12-24")),
        "younger.rst": page(
            *map(requirement, ("REQ-201", "REQ-202", "REQ-203")),
            TEST,
            ".. include:: parts/included.txt\n\n.. items-from-files:: component\n",
        ),
        "parts/included.txt": requirement("REQ-204"),
        "open.rst": page(requirement("REQ-301", "draft"), requirement("REQ-302", "in_review")),
        "changed.rst": page(requirement("REQ-401"), requirement("REQ-402"), requirement("REQ-403")),
        "undated.rst": page(requirement("REQ-501"), patch("PAT-501", "2026-10-09")),
        "waiting.rst": page(requirement("REQ-601"), requirement("REQ-602", "draft")),
        "closed.rst": page(requirement("REQ-701", "draft")),
        "trace/documents.yaml": control(),
        "results/bench.xml": RESULTS,
        "security/dev.cdx.json": json.dumps(BILL),
    }
    made = project(tmp_path_factory.mktemp("approval") / "source", pages, 'aimd_traceability = ["trace"]')
    assert main(["review", str(made), "--all-approved", "--on", EARLY, "--role", "quality"]) == 0
    for item_id in REVIEWED_LATE:
        edit(made / "reviews.yaml", f'  {item_id}:\n    "on": "{EARLY}"', f'  {item_id}:\n    "on": "{LATE}"')
    reviews = (made / "reviews.yaml").read_text("utf-8")
    unreviewed = reviews[reviews.index("  REQ-501:") : reviews.index("  REQ-601:")]
    edit(made / "reviews.yaml", unreviewed, "")
    changed = (made / "changed.rst").read_text("utf-8")
    changed = changed.replace("It shall work.", "It shall work always.", 1)
    changed = changed.replace(":id: REQ-402\n", ":id: REQ-402\n   :derives_from: REQ-403\n")
    (made / "changed.rst").write_text(changed, "utf-8")
    edit(made / "waiting.rst", "It shall work.", "It shall work always.")
    return made


@pytest.fixture(scope="module")
def trace(source: Path) -> dict[str, Any]:
    done = build(source, source.parent, builder="aimd-json")
    assert done.code == 0, done.stopped
    found: dict[str, Any] = json.loads((done.out / "trace.json").read_text("utf-8"))
    assert not [finding for finding in found["findings"] if finding["model_error"]]
    return found


@pytest.fixture(scope="module")
def register(trace: dict[str, Any]) -> Callable[[str], list[str]]:
    """What the register says of a document: its content and its approval."""
    (view,) = [view for view in trace["views"] if view["id"] == "documents"]
    names = [column["name"] for column in view["columns"]]

    def of(title: str) -> list[str]:
        (row,) = [row for row in view["rows"] if row[names.index("title")]["text"] == f"The {title} one"]
        return [row[names.index(name)]["text"] for name in ("content", "approval")]

    return of


def said(trace: dict[str, Any], name: str) -> list[tuple[str, str]]:
    """Rule and message of the findings at the entry of a document."""
    line = 3 + 2 * DOCUMENTS.index(name)
    return [
        (finding["rule"], finding["message"])
        for finding in trace["findings"]
        if (finding["file"], finding["line"]) == ("trace/documents.yaml", line)
    ]


LATER = "; verdicts and tables as of 2026-11-02, which may be younger than this revision"


def test_an_approval_after_its_content_is_said_to_cover_it(
    trace: dict[str, Any], register: Callable[[str], list[str]]
) -> None:
    """What is rejected counts for nothing, and a day after the as-of date is a plan."""
    assert said(trace, "covered") == []
    assert register("covered") == [f"{EARLY} (PAT-101){LATER}", "approved; covers 3 items"]


def test_younger_content_is_one_finding_that_names_the_youngest(
    trace: dict[str, Any], register: Callable[[str], list[str]]
) -> None:
    """Reviews, results, what is included and what stands in files count; so six items are younger."""
    (component,) = [item["id"] for item in trace["items"] if item["type"] == "component"]
    named = f"{component} of 2026-10-25, REQ-201 of 2026-10-20, REQ-202 of 2026-10-20 and 3 more"
    message = f"D-2 The younger one is approved with the date 2026-10-16 and holds younger content: {named}."
    assert said(trace, "younger") == [("document-covers-content", message)]
    assert register("younger") == [
        f"2026-10-25 ({component}){LATER}",
        f"approved; does not cover the content: holds content younger than its approval: {named}",
    ]


@pytest.mark.parametrize(
    ("name", "rule", "named", "content"),
    [
        (
            "open",
            "document-items-approved",
            "holds items that are not: REQ-301 (draft), REQ-302 (in review)",
            "no item in it states a day",
        ),
        (
            "changed",
            "document-items-as-reviewed",
            "holds items that changed since their review: REQ-401, REQ-402",
            f"{EARLY} (REQ-401); 2 items of no known day",
        ),
        (
            "undated",
            "document-content-dated",
            "holds content of no known day: REQ-501 (never reviewed)",
            f"{EARLY} (PAT-501); 1 item of no known day",
        ),
    ],
)
def test_what_nobody_approved_or_reviewed_as_it_stands_is_not_covered(
    trace: dict[str, Any], register: Callable[[str], list[str]], name: str, rule: str, named: str, content: str
) -> None:
    ((found, message),) = said(trace, name)
    assert found == rule
    assert message.endswith(f"The {name} one is approved and {named}.")
    assert register(name)[0] == f"{content}{LATER}"
    assert register(name)[1].startswith("approved; does not cover the content: ")
    assert named.rpartition(": ")[2] in register(name)[1]


def test_a_document_that_is_not_approved_asks_nothing(
    trace: dict[str, Any], register: Callable[[str], list[str]]
) -> None:
    assert said(trace, "waiting") == []
    assert register("waiting") == [f"{LATE} (REQ-601); 2 items of no known day{LATER}", "not approved"]


def test_a_decision_closes_the_finding_and_changes_no_statement(
    trace: dict[str, Any], register: Callable[[str], list[str]]
) -> None:
    assert said(trace, "closed") == []
    assert register("closed")[1] == (
        "approved; does not cover the content: holds items that are not approved: REQ-701 (draft)"
    )


def test_an_approval_that_does_not_cover_its_content_stops_a_release(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(source), "--gate", "release", "--format", "json"]) == FINDINGS
    found = json.loads(capsys.readouterr().out)["findings"]
    assert {f["rule"]: f["severity"] for f in found if f["rule"].startswith("document-")} == {
        "document-covers-content": "error",
        "document-items-approved": "error",
        "document-items-as-reviewed": "error",
        "document-content-dated": "error",
    }
