"""Patterns of case names and cases in, the tests that each case belongs to out, and patterns that fit nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .inputs import Case, CasePattern, Report
from .item import Finding, Severity


def fits(pattern: str, text: str) -> bool:
    """Whether a text fits a pattern, in which ``*`` stands for any characters; in time linear in both."""
    first, *others = pattern.split("*")
    if not text.startswith(first):
        return False
    if not others:
        return pattern == text
    last = others.pop()
    if not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    position, end = len(first), len(text) - len(last)
    for part in others:
        found = text.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True


class CasePatterns:
    """The patterns of all mapping files; remembers which of them fitted."""

    def __init__(self, mappings: Mapping[str, tuple[CasePattern, ...]]) -> None:
        self.used: set[CasePattern] = set()
        self.mappings = mappings
        self.exact: dict[str, dict[str, list[CasePattern]]] = {}
        self.globs: dict[str, list[CasePattern]] = {}
        for name, patterns in mappings.items():
            exact = self.exact.setdefault(name, {})
            self.globs[name] = [pattern for pattern in patterns if "*" in pattern.case]
            for pattern in patterns:
                exact.setdefault(pattern.case, []).append(pattern)

    def tests_of(self, case: Case, report: Report) -> tuple[str, ...]:
        """Ids of the tests that the report's mapping file gives the case, in the order of the file."""
        if report.mapping not in self.mappings:
            return ()
        near = [*self.exact[report.mapping].get(case.name, ()), *self.globs[report.mapping]]
        found = [
            pattern
            for pattern in near
            if fits(pattern.case, case.name)
            and (not pattern.suite or fits(pattern.suite, case.suite))
            and (not pattern.file or fits(pattern.file, report.path))
        ]
        self.used.update(found)
        return tuple(dict.fromkeys(test for pattern in found for test in pattern.tests))

    def faults(self, tests: set[str]) -> Iterator[Finding]:
        """Ids that do not exist, as model errors, and patterns that fitted no case."""
        for patterns in self.mappings.values():
            for pattern in patterns:
                for test in pattern.tests:
                    if test not in tests:
                        yield Finding(
                            rule="result",
                            severity=Severity.ERROR,
                            item=test,
                            location=pattern.location,
                            message=f"The pattern {pattern.case!r} names the test {test}, which does not exist.",
                            remedy="Correct the id, or write the test.",
                            is_model_error=True,
                        )
                if pattern not in self.used:
                    yield Finding(
                        rule="unmatched-pattern",
                        severity=Severity.WARNING,
                        item="",
                        location=pattern.location,
                        message=f"The pattern {pattern.case!r} fits no case of the reports that it is for.",
                        remedy="Correct the pattern; names of cases are class name, dot and name, as in findings.",
                    )
