"""Cases of test reports in, result items bound to their tests out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .case_names import CaseNames
from .case_patterns import CasePatterns
from .inputs import Case, CasePattern, Report
from .item import Finding, Item, Location, Severity, Value
from .pentest import dependent, untaken

#: Several cases of one test in one report make one result: the first of these that occurs.
_WORST_FIRST = (
    "failed",
    "error",
    "flaky",
    "inconclusive",
    "unknown",
    "not_run",
    "skipped",
    "passed_with_deviation",
    "passed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """Results as items, and the cases of each by its id."""

    results: tuple[Item, ...]
    cases: Mapping[str, tuple[Case, ...]]
    findings: tuple[Finding, ...]


def bind(
    reports: Iterable[Report],
    items: Mapping[str, Item],
    mappings: Mapping[str, tuple[CasePattern, ...]] = MappingProxyType({}),
    is_live: Callable[[Item], bool] = lambda _item: True,
) -> Bound:
    """Join cases to tests by the ids that a report names, else by a mapping file, else by an id in the case's name.

    Cases of one test, report, environment, version, build and day are one result whose outcome is the
    worst of theirs. A case that names an unknown test is a model error; one that names none, or one of several, is a
    gap.

    :param mappings: entries of the mapping files that reports name.
    :param is_live: whether an item is in force and can take up a finding of a penetration test.
    """
    tests = {item.id for item in items.values() if item.type == "test"}
    case_names = CaseNames(tests)
    patterns = CasePatterns(mappings)
    found: dict[tuple[str, ...], list[tuple[Case, Report]]] = {}
    findings: list[Finding] = []
    reports = sorted(reports, key=lambda report: report.path)
    for report in reports:
        findings += report.findings
        unbound = []
        unsure: dict[tuple[str, ...], list[Case]] = {}
        unknown: dict[str, list[Case]] = {}
        for case in report.cases:
            mapped = patterns.tests_of(case, report)
            names: Iterable[str] = case.tests or mapped
            if not names:
                names, groups = case_names.tests_in(case.name)
                for group in groups:
                    unsure.setdefault(group, []).append(case)
                if not names and not groups:
                    unbound.append(case)
            for name in names:
                if name in tests:
                    key = (
                        *(name, case.executed_on, case.environment, case.version, case.build_hash),
                        *(case.executed_by, report.path),
                    )
                    found.setdefault(key, []).append((case, report))
                elif case.tests:  # that of a mapping file is said at its line
                    unknown.setdefault(name, []).append(case)
        findings += [_unknown(name, cases) for name, cases in unknown.items()]
        findings += [_unsure(group, cases) for group, cases in unsure.items()]
        if unbound:
            findings.append(_unbound(report, unbound))
    findings += patterns.faults(tests)
    findings += untaken(reports, items, is_live)
    findings += dependent(reports, items)
    results = _results(found, items)
    return Bound(
        results=tuple(item for item, _cases in results),
        cases={item.id: cases for item, cases in results},
        findings=tuple(findings),
    )


def _results(
    found: Mapping[tuple[str, ...], list[tuple[Case, Report]]], items: Mapping[str, Item]
) -> list[tuple[Item, tuple[Case, ...]]]:
    numbers: dict[str, int] = {}
    results = []
    for key in sorted(found):
        test, executed_on, environment, version, build_hash, executed_by, path = key
        cases = [case for case, _report in found[key]]
        report = found[key][0][1]
        outcome = min((case.outcome for case in cases), key=_WORST_FIRST.index)
        first = min((case for case in cases if case.outcome == outcome), key=lambda case: case.location)
        numbers[test] = numbers.get(test, 0) + 1
        result_id = f"RES-{test}-{numbers[test]}"
        while result_id in items:
            numbers[test] += 1
            result_id = f"RES-{test}-{numbers[test]}"
        fields: dict[str, Value] = {
            "outcome": outcome,
            "version_under_test": version,
            "build_hash": build_hash,
            "environment": environment,
            "executed_on": executed_on,
            "executed_by": executed_by,
            "cases_total": str(len(cases)),
            "cases_passed": str(sum(case.outcome == "passed" for case in cases)),
            "message": first.message,
            "source": path,
            "source_hash": report.sha256,
        }
        title = f"{outcome.replace('_', ' ')} in {environment or 'unnamed'} on {version or 'unknown version'}"
        result = Item(
            id=result_id,
            type="result",
            title=title,
            status="",
            fields={name: value for name, value in fields.items() if value},
            links={"result_of": (test,)},
            location=first.location,
            docname=items[test].docname,
            citation=result_id,
        )
        results.append((result, tuple(cases)))
    return results


def _unknown(name: str, cases: list[Case]) -> Finding:
    who = f"Case {cases[0].name!r} names" if len(cases) == 1 else f"{len(cases)} cases, first {cases[0].name!r}, name"
    return Finding(
        rule="result",
        severity=Severity.ERROR,
        item=name,
        location=cases[0].location,
        message=f"{who} the test {name}, which does not exist.",
        remedy="Correct the id in the report's source, or write the test.",
        is_model_error=True,
    )


def _unsure(group: tuple[str, ...], cases: list[Case]) -> Finding:
    who = f"Case {cases[0].name!r}" if len(cases) == 1 else f"{len(cases)} cases, first {cases[0].name!r},"
    return Finding(
        rule="unmatched-result",
        severity=Severity.WARNING,
        item="",
        location=cases[0].location,
        message=f"{who} may be of {' or '.join(group)}, which differ by - and _ alone, and counts for none of them.",
        remedy='Name the test as it is written, in a property "aimd.test" or in the name of the case.',
    )


def _unbound(report: Report, cases: list[Case]) -> Finding:
    names = ", ".join(repr(case.name) for case in cases[:3]) + (", ..." if len(cases) > 3 else "")
    return Finding(
        rule="unmatched-result",
        severity=Severity.WARNING,
        item="",
        location=Location(report.path, cases[0].location.line),
        message=f"{len(cases)} of {len(report.cases)} cases belong to no test: {names}.",
        remedy='Name the test in a property "aimd.test", in a mapping file, or in the name of the case.',
    )
