"""What reports of all formats say of an execution (version, environment, day, build, tests), in one form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from ..model.inputs import Case, Run
from ..model.item import Location
from ..model.values import BIDI, CONTROL, is_date
from .opened import Opened

#: Levels of static analysis and severities of findings, the least one first.
LEVELS = ("note", "warning", "error")
SEVERITIES = ("informational", "low", "medium", "high", "critical")

#: What a report itself may say, at any level; the nearest one holds.
PROPERTIES = ("aimd.test", "aimd.version", "aimd.environment", "aimd.date", "aimd.build", "aimd.role")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_IDS = re.compile(r"[,;\s]+")
#: Characters of a text from a report that outputs show.
LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What the configuration says of a report.

    :param version: and ``environment``, ``date``: hold where the report itself says nothing.
    :param level: results of static analysis from this level on count as open.
    :param severity: open findings of a penetration test from this severity on make it fail.
    """

    version: str = ""
    environment: str = ""
    date: str = ""
    level: str = "warning"
    severity: str = "low"

    def facts(self) -> dict[str, str]:
        """The same by the names of the properties of a report."""
        return {"aimd.version": self.version, "aimd.environment": self.environment, "aimd.date": self.date}


NO_DEFAULTS = Defaults()


@lru_cache(maxsize=1024)
def clean(text: str) -> str:
    """A text from a report on one line, what cannot be shown made visible, cut at :data:`LONGEST`."""
    return " ".join(CONTROL.sub("\ufffd", BIDI.sub("\ufffd", text)).split())[:LONGEST]


@lru_cache(maxsize=1024)
def day_of(text: str) -> str:
    """The day at the beginning of a timestamp; empty if there is none."""
    found = _DAY.match(text)
    return found.group() if found and is_date(found.group()) else ""


@lru_cache(maxsize=1024)
def ids_of(text: str) -> tuple[str, ...]:
    """Ids in a text, by commas, semicolons or blanks."""
    return tuple(dict.fromkeys(part for part in _IDS.split(text.strip()) if part))


def case_of(
    facts: Mapping[str, str],
    *,
    name: str,
    outcome: str,
    message: str,
    location: Location,
    suite: str = "",
    key: tuple[str, str] | None = None,
    parts: tuple[Run, ...] = (),
) -> Case:
    """A case from the properties that hold for it.

    :param facts: values by the names of :data:`PROPERTIES`.
    :param key: suite and name by which it is known in other reports, where these are others.
    """
    date = facts.get("aimd.date", "")
    return Case(
        tests=ids_of(facts.get("aimd.test", "")),
        name=clean(name) or "(unnamed case)",
        suite=clean(suite),
        outcome=outcome,
        message=_unended(clean(message)),
        version=clean(facts.get("aimd.version", "")),
        build_hash=clean(facts.get("aimd.build", "")),
        environment=clean(facts.get("aimd.environment", "")),
        executed_on=date if date == day_of(date) else "",
        executed_by=clean(facts.get("aimd.role", "")),
        location=location,
        key="\n".join(map(clean, key)) if key else "",
        parts=parts,
    )


def _unended(text: str) -> str:
    """A message without the full stop at its end: findings set their own."""
    return text if text.endswith("..") else text.removesuffix(".")


def with_flaky(cases: Iterable[Case], *, by_day: bool = False) -> tuple[Case, ...]:
    """The cases; of those with one name that both passed and failed, all are flaky.

    :param by_day: whether runs on different days are different runs.
    """
    cases = tuple(cases)
    runs: dict[tuple[object, ...], list[Case]] = {}
    for case in cases:
        runs.setdefault(_run(case, by_day), []).append(case)
    outcomes = {key: {case.outcome for case in found} for key, found in runs.items() if len(found) > 1}
    flaky = {key for key, found in outcomes.items() if "passed" in found and found & {"failed", "error", "flaky"}}
    if not flaky:
        return cases
    said = {
        key: next((case.message for case in runs[key] if case.outcome != "passed" and case.message), "")
        for key in flaky
    }
    return tuple(
        replace(case, outcome="flaky", message=clean(f"passed and failed in one report: {said[key]}".rstrip(": ")))
        if (key := _run(case, by_day)) in flaky and case.outcome in ("passed", "failed", "error")
        else case
        for case in cases
    )


def _run(case: Case, by_day: bool) -> tuple[object, ...]:
    day = case.executed_on if by_day else ""
    return (case.suite, case.name, case.tests, case.version, case.environment, case.build_hash, day)


class Places:
    """Lines of JSON texts that occur in the order in which they are asked for, so that the file is scanned once.

    A text that stands there in another spelling is placed where the one before it was.
    """

    #: Searches without success after which no further one is made.
    patience = 20

    def __init__(self, opened: Opened) -> None:
        self.name, self.raw = opened.name, opened.raw
        self.position, self.line = 0, 1

    def next(self, text: str) -> Location:
        """Place of the next occurrence of a text."""
        found = self.raw.find(f'"{text}"'.encode("utf-8", "replace"), self.position) if self.patience else -1
        if found < 0:
            self.patience = max(self.patience - 1, 0)
        else:
            self.line += self.raw.count(b"\n", self.position, found)
            self.position = found + 1
        return Location(self.name, self.line)
