"""Results of a test in, those of their cases that did not pass and that no later result clears out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from .inputs import Run
from .item import Item
from .leaves import Context, first_match
from .versions import compare

FAILED = frozenset({"failed", "error"})
_PASSED = frozenset({"passed", "passed_with_deviation"})
#: Outcomes that do not count as passed without more, in words.
OPEN = {
    "failed": "failed",
    "error": "ended in an error",
    "flaky": "was flaky",
    "inconclusive": "was inconclusive",
    "unknown": "had no known outcome",
    "not_run": "was not run",
    "skipped": "was skipped",
    "passed_with_deviation": "passed with a deviation",
}
#: Characters of the name of a case in a reason.
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class _Later:
    """A run among the results that count."""

    day: str
    outcome: str
    build: str


@dataclass(frozen=True, slots=True)
class Left:
    """Runs of one result that ended alike and that nothing clears.

    :param verdict: what the leaf of results says of them.
    """

    result: Item
    verdict: str
    text: str


class Repeats:
    """The runs of all cases among the results of one environment that count.

    A later run clears an earlier one if it is of the same case, by suite and name, and has passed; on the same build
    it shows that the case is flaky.

    :param explained: day up to which a decision explains what was flaky.
    """

    def __init__(self, counting: Iterable[Item], context: Context, *, explained: str = "") -> None:
        self.counting, self.context, self.explained = tuple(counting), context, explained

    @cached_property
    def runs(self) -> dict[str, list[_Later]]:
        found: dict[str, list[_Later]] = defaultdict(list)
        for result in self.counting:
            for run in self.runs_of(result):
                found[run.key].append(_Later(result.text("executed_on"), run.outcome, _build(result)))
        return found

    @cached_property
    def inside(self) -> dict[str, list[_Later]]:
        """Runs of the cases in each suite and class, which show that it could be set up."""
        found: dict[str, list[_Later]] = defaultdict(list)
        for key, runs in self.runs.items():
            suite, _, name = key.partition("\n")
            parts = name.split(".")
            for end in range(len(parts)):
                found[f"{suite}\n{'.'.join(parts[:end])}"] += runs
        return found

    def runs_of(self, result: Item) -> Iterator[Run]:
        for case in self.context.graph.inputs.cases.get(result.id, ()):
            yield from case.runs

    def left(self, result: Item, outcomes: Iterable[str]) -> Iterator[Left]:
        """What of a result nothing clears.

        :param outcomes: those that are looked for.
        """
        groups: dict[tuple[str, str, str], list[Run]] = {}
        for run in self.runs_of(result):
            if run.outcome in outcomes:
                state = self.state(run, result.text("executed_on"), _build(result))
                if state in ("open", "flaky"):
                    groups.setdefault((state, run.outcome, run.words), []).append(run)
        for (state, outcome, words), runs in groups.items():
            outcome_now = outcome if state == "open" else state
            judged = replace(result, fields={**result.fields, "outcome": outcome_now})
            said = f"{_names(runs)} {words or OPEN[outcome]}{self.where(result)}"
            text = f"flaky: {said} and passed later on the same build"
            if state == "open":
                text = f"{said}, and no later result clears {'it' if len(runs) == 1 else 'them'}"
            yield Left(result, first_match("result", judged, self.context)[0], text)

    def where(self, result: Item) -> str:
        """When a result was made, and of which version if not the one under review."""
        day, version = result.text("executed_on"), result.text("version_under_test") or "an unknown version"
        return (f" on {day}" if day else "") + ("" if version == self.context.version else f" on {version}")

    def state(self, run: Run, day: str, build: str) -> str:
        """``open``, ``cleared``, ``flaky`` (passed later on the same build), or ``said`` by a later one as bad."""
        is_whole = run.outcome == "error" or run.key.endswith("\n")
        later = [*self.runs.get(run.key, ()), *(self.inside.get(run.key, ()) if is_whole else ())]
        later = [one for one in later if day and one.day > day]
        passed = [one for one in later if one.outcome in _PASSED]
        if passed:
            newest = max(one.day for one in passed)
            is_same = build and any(one.day == newest and one.build == build for one in passed)
            is_flaky = is_same and run.outcome in (*FAILED, "flaky") and newest > self.explained
            return "flaky" if is_flaky else "cleared"
        return "said" if any(_badness(one.outcome) >= _badness(run.outcome) for one in later) else "open"


def is_same_version(left: str, right: str) -> bool:
    """Whether two versions are one but for a leading ``v``, letter case or what is said of the build after ``+``."""
    return _plain(left) == _plain(right) != ""


def is_older(version: str, other: str) -> bool:
    """Whether a version is known to come before another one."""
    return any(compare(version, other, scheme) == -1 for scheme in ("", "semver"))


def _plain(version: str) -> str:
    return version.casefold().removeprefix("v").partition("+")[0]


def _build(result: Item) -> str:
    return result.text("build_hash").casefold()


def _badness(outcome: str) -> int:
    return 0 if outcome in _PASSED else 2 if outcome in FAILED else 1


def _names(runs: list[Run]) -> str:
    name = runs[0].name if len(runs[0].name) <= _LONGEST else f"{runs[0].name[: _LONGEST - 3]}..."
    return name if len(runs) == 1 else f"{name} and {len(runs) - 1} more"
