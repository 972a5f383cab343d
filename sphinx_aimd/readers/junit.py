"""JUnit XML in, cases out: a hostile file until parsed, one clear error if it cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from ..model.inputs import Case, Report
from ..model.item import Finding, Location, Severity
from ..xmlfile import line, tag
from .execution import NO_DEFAULTS, PROPERTIES, Defaults, case_of, clean, day_of, with_flaky
from .junit_outcome import TROUBLE, UNRUN, outcome_of, said
from .leftovers import Leftovers
from .opened import Opened

_ROOTS = ("testsuites", "testsuite")
_COUNT = re.compile(r"(\d{1,9})(?:\.0+)?")
_UNRUN_COUNTS = ("skipped", "skips", "skip", "disabled", "ignored")
_COUNTS = ("tests", "failures", "errors", *_UNRUN_COUNTS)
#: A property in the output of a case, for runners that have no properties of cases; on a line of its own.
_PRINTED = re.compile(r"[ \t]*\[\[PROPERTY\|([^=\]|]+)=(.*)\]\][ \t]*")
_TOLD = frozenset({"properties", "system-out", "system-err", "error", "failure", *_ROOTS, "testcase"})


@dataclass(slots=True)
class _Suite:
    """A suite while it is walked: what holds for its cases, and how many of them there are, nested ones included."""

    element: Element
    facts: dict[str, str]
    name: str
    parent: _Suite | None
    cases: int = 0
    trouble: int = 0
    unrun: int = 0


@dataclass(slots=True)
class _Walk:
    name: str
    suites: list[_Suite] = field(default_factory=list)
    left: Leftovers = field(default_factory=Leftovers)
    findings: list[Finding] = field(default_factory=list)


def is_mine(opened: Opened) -> bool:
    """Whether the file is XML with the root of a JUnit report.

    :raises InputError: it is malformed XML.
    """
    return tag(opened.xml) in _ROOTS


def read(opened: Opened, defaults: Defaults = NO_DEFAULTS) -> Report:
    """Read one report.

    Nested suites, ``testsuites`` roots, CTest's ``status``, GoogleTest's ``result`` and Surefire's reruns are
    understood; a case without any sign of trouble has passed, one that passed only on a rerun is flaky. Where suites
    state more cases, failures or skipped cases than the report holds, or no number of them, no case of it counts as
    passed. What an element states twice in different words is not known.

    :raises InputError: no JUnit XML, or with a document type definition.
    """
    root = opened.xml
    if tag(root) not in _ROOTS:
        raise opened.fail(f"is no JUnit report: its root is <{tag(root)}>.", "Check aimd_results.", line(root))
    walk = _Walk(opened.name)
    cases = with_flaky(_cases(root, walk, defaults))
    faults = tuple(_faults(walk))
    if faults:
        cases = tuple(_doubted(case) for case in cases)
    return Report(
        path=opened.name,
        sha256=opened.sha256,
        format="JUnit XML",
        cases=cases,
        findings=(*walk.findings, *faults),
        left=walk.left.words(),
    )


def _properties(element: Element, walk: _Walk) -> dict[str, str]:
    """What an element says of itself, in properties and in lines of its output; empty where it contradicts itself.

    Tests of properties are added up; those of the output hold where no property names any.
    """
    if not len(element):
        return {}
    said: dict[str, list[str]] = {}
    for key, value in _pairs(element):
        if value:
            said.setdefault(key, []).append(value)
    tests = said.pop("aimd.test", [])
    for key, value in _printed(element):
        said.setdefault(key, []).append(value)
    tests = tests or said.pop("aimd.test", [])
    said.pop("aimd.test", None)
    found = {"aimd.test": ", ".join(tests)} if tests else {}
    for key, values in said.items():
        found[key] = values[0] if len(set(values)) == 1 else ""
        if not found[key]:
            walk.findings.append(_contradiction(Location(walk.name, line(element)), key, values))
    return found


def _pairs(element: Element) -> Iterator[tuple[str, str]]:
    for group in element:
        if tag(group) == "properties":
            for entry in group:
                if entry.get("name", "") in PROPERTIES:
                    yield entry.get("name", ""), (entry.get("value") or entry.text or "").strip()


def _printed(element: Element) -> Iterator[tuple[str, str]]:
    for output in element:
        text = output.text or ""
        if tag(output) in ("system-out", "system-err") and "[[PROPERTY|aimd." in text:
            for row in text.splitlines():
                found = _PRINTED.fullmatch(row)
                if found and found.group(1).strip() in PROPERTIES and found.group(2).strip():
                    yield found.group(1).strip(), found.group(2).strip()


def _cases(root: Element, walk: _Walk, defaults: Defaults) -> Iterator[Case]:
    todo: list[tuple[Element, _Suite | None]] = [(root, None)]
    while todo:
        element, parent = todo.pop()
        own = _properties(element, walk)
        facts = {**(parent.facts if parent else defaults.facts()), **own}
        for child in element:
            if tag(child) in ("system-out", "system-err") and child.text:
                walk.left.add(f"texts of <{tag(child)}>")
        if tag(element) == "testcase":
            yield _case(element, facts, parent, walk)
            continue
        day = day_of(element.get("timestamp", ""))
        if day and "aimd.date" not in own:
            facts["aimd.date"] = day
        suite = _Suite(element, facts, element.get("name", "") or (parent.name if parent else ""), parent)
        walk.suites.append(suite)
        for child in element:
            if tag(child) not in _TOLD:
                walk.left.add(f"elements <{tag(child)}> of suites")
        yield from _of_suite(suite, walk)
        todo += [(child, suite) for child in reversed(element) if tag(child) in (*_ROOTS, "testcase")]


def _case(element: Element, facts: dict[str, str], suite: _Suite | None, walk: _Walk) -> Case:
    outcome, message = outcome_of(element)
    suite_name = suite.name if suite else ""
    parts = [element.get("classname", "") or suite_name, element.get("name", "")]
    if suite:
        # Surefire counts each rerun as a test and as a failure (SUREFIRE-1627), others count failed checks
        reruns = sum(tag(child).startswith(("rerun", "flaky")) for child in element)
        faults = reruns + sum(tag(child) in ("failure", "error") for child in element)
        suite.cases += 1 + reruns
        suite.trouble += max(faults, 1) if outcome in TROUBLE else 0
        suite.unrun += outcome in UNRUN
    return case_of(
        facts,
        name=".".join(part for part in parts if part),
        suite=suite_name,
        outcome=outcome,
        message=message,
        location=Location(walk.name, line(element)),
    )


def _of_suite(suite: _Suite, walk: _Walk) -> Iterator[Case]:
    """An error of a whole suite, such as one in its set-up, as a case of the suite's own."""
    for child in suite.element:
        if tag(child) in ("error", "failure"):
            suite.trouble += 1
            yield case_of(
                suite.facts,
                name=suite.name or "(whole suite)",
                suite=suite.name,
                key=(suite.name, ""),
                outcome="error" if tag(child) == "error" else "failed",
                message=said(child) or "the suite as a whole did not pass",
                location=Location(walk.name, line(child)),
            )


def _faults(walk: _Walk) -> Iterator[Finding]:
    """A suite that states more than the report holds, which may be cut off, or no numbers; a report of nothing."""
    for suite in reversed(walk.suites):
        if suite.parent:
            suite.parent.cases += suite.cases
            suite.parent.trouble += suite.trouble
            suite.parent.unrun += suite.unrun
    for suite in walk.suites:
        failures = _stated(suite, "failures") + _stated(suite, "errors")
        unrun = max(_stated(suite, name) for name in _UNRUN_COUNTS)
        said_and_held = (
            ("cases", _stated(suite, "tests"), suite.cases),
            ("failures and errors", failures, suite.trouble),
            ("skipped cases", unrun, suite.unrun),
        )
        wrong = [f"{what}: {said}, not {held}" for what, said, held in said_and_held if said > held]
        name = f"suite {suite.name!r}" if suite.name else f"<{tag(suite.element)}>"
        strange = [key for key in _COUNTS if not _COUNT.fullmatch(suite.element.get(key, "").strip() or "0")]
        if strange:
            text = suite.element.get(strange[0], "")
            message = f"The {name} states as {strange[0]} {text[:40]!r}, which is no number."
            yield _fault(Location(walk.name, line(suite.element)), message)
            return
        if wrong:
            message = f"The {name} states more than it holds ({'; '.join(wrong)})."
            yield _fault(Location(walk.name, line(suite.element)), message)
            return  # suites inside say the same again
    if not walk.suites[0].cases:
        yield _fault(Location(walk.name, line(walk.suites[0].element)), "The report holds no test case.")


def _stated(suite: _Suite, name: str) -> int:
    text = suite.element.get(name, "").strip()
    found = _COUNT.fullmatch(text)
    return int(found[1]) if found else 0


def _contradiction(place: Location, key: str, values: list[str]) -> Finding:
    said = " and ".join(repr(clean(value)) for value in dict.fromkeys(values))
    return Finding(
        rule="report-contradiction",
        severity=Severity.ERROR,
        item="",
        location=place,
        message=f"An element of the report states as {key} {said}, so it is not known for what is in it.",
        remedy="Let each element state it once; a nearer one may state another.",
    )


def _fault(place: Location, message: str) -> Finding:
    return Finding(
        rule="report-counts",
        severity=Severity.ERROR,
        item="",
        location=place,
        message=f"{message} No case of this report counts as passed.",
        remedy="Write the whole report again; it may be cut off.",
    )


def _doubted(case: Case) -> Case:
    if case.outcome != "passed":
        return case
    return replace(case, outcome="unknown", message="passed, in a report whose counts are not those of its cases")
