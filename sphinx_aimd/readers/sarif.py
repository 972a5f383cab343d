"""SARIF 2.1.0 in, one case for each run of a tool out: passed where nothing is open that a person has to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ..model.inputs import Case, Report
from .execution import LEVELS, NO_DEFAULTS, PROPERTIES, Defaults, Places, case_of, day_of
from .leftovers import Leftovers
from .opened import Opened
from .sarif_result import Refused, Result, Rules, check_names, entries, has_error, result_of, text_of

_VERSION = "2.1.0"
_REMEDY = "Write the file again as SARIF 2.1.0 with the tool that made it."
#: Parts of a run that are counted, not used.
_UNUSED = {
    **{part: part for part in ("artifacts", "graphs", "translations", "policies", "addresses")},
    "webRequests": "web requests",
    "webResponses": "web responses",
}


def is_mine(opened: Opened) -> bool:
    """Whether the file is a SARIF log of any version.

    :raises InputError: it is malformed JSON.
    """
    data = opened.json
    return isinstance(data, dict) and "runs" in data and "version" in data


def read(opened: Opened, defaults: Defaults = NO_DEFAULTS) -> Report:
    """Read one log.

    A run has passed if the tool finished and no result is open at or above the level of ``defaults``; results that
    need a person's look (``open``, ``review``) make it inconclusive. A run without results analysed nothing.

    :raises InputError: another version, or what SARIF does not allow where it matters.
    """
    data = opened.json
    if not isinstance(data, dict) or data.get("version") != _VERSION:
        version = data.get("version") if isinstance(data, dict) else None
        raise opened.fail(f"is no SARIF {_VERSION}: its version is {str(version)[:40]!r}.", _REMEDY)
    left = Leftovers()
    places = Places(opened)
    try:
        if not isinstance(data.get("runs"), list):
            raise Refused("runs is no list")
        cases = [_case(run, number, places, defaults, left) for number, run in enumerate(entries(data, "runs"))]
    except Refused as error:
        raise opened.fail(f"is no sound SARIF: {error}.", _REMEDY) from error
    left.add("inline external properties", len(entries(data, "inlineExternalProperties", lenient=True)))
    return Report(
        path=opened.name,
        sha256=opened.sha256,
        format=f"SARIF {_VERSION}",
        cases=tuple(cases),
        left=left.words(),
    )


def _case(run: Mapping[str, Any], number: int, places: Places, defaults: Defaults, left: Leftovers) -> Case:
    place = f"runs/{number}"
    check_names(run, place)
    tool = run.get("tool")
    driver = tool.get("driver") if isinstance(tool, dict) else None
    if not isinstance(driver, dict) or not text_of(driver, "name"):
        raise Refused(f"{place} names no tool")
    version = text_of(driver, "semanticVersion") or text_of(driver, "version")
    details = run.get("automationDetails")
    automation = text_of(details, "id") if isinstance(details, dict) else ""
    for part, what in _UNUSED.items():
        left.add(what, len(entries(run, part, lenient=True)))
    facts = defaults.facts()
    facts.update(_stated(run, place))
    outcome, message = _outcome(run, place, defaults.level, left)
    return case_of(
        facts,
        name=" ".join(part for part in (text_of(driver, "name"), version, automation) if part),
        suite=automation,
        key=(automation.rpartition("/")[0] or automation, text_of(driver, "name")),
        outcome=outcome,
        message=message,
        location=places.next(automation or text_of(driver, "name")),
    )


def _stated(run: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    """What the run says of its execution: properties of ours, else the day on which the tool ended."""
    ends = [
        day_of(text_of(invocation, "endTimeUtc") or text_of(invocation, "startTimeUtc"))
        for invocation in entries(run, "invocations", place)
    ]
    if any(ends):
        yield "aimd.date", max(ends)
    stated = run.get("properties")
    bag: Mapping[str, Any] = stated if isinstance(stated, dict) else {}
    for name in PROPERTIES:
        value = bag.get(name)
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            value = ", ".join(value)
        if value is not None and not isinstance(value, str):
            raise Refused(f"{place}/properties/{name} is no text")
        if value:
            yield name, value


def _outcome(run: Mapping[str, Any], place: str, level: str, left: Leftovers) -> tuple[str, str]:
    """Outcome of a run and why; see the annex of the standard on incomplete results."""
    rules = Rules(run, place)
    results = [
        result_of(entry, f"{place}/results/{number}", rules)
        for number, entry in enumerate(entries(run, "results", place))
    ]
    left.add("code flows", sum(result.flows for result in results))
    left.add("proposed fixes", sum(result.fixes for result in results))
    wanted = LEVELS[LEVELS.index(level) :]
    still = [result for result in results if result.is_there and not result.suppressed]
    bad = sorted((r for r in still if r.kind == "fail" and r.level in wanted), key=lambda r: r.rank, reverse=True)
    unclear = [result for result in still if result.kind in ("open", "review")]
    aside = _aside(results, sum(result.kind == "fail" for result in still) - len(bad))
    stopped = _stopped(run, place)
    if bad:
        counts = ", ".join(f"{number} {name}" for name, number in sorted(Counter(r.level for r in bad).items()))
        return "failed", f"open results: {counts}; the worst: {bad[0]}{aside}"
    if stopped:
        return "error", stopped
    if run.get("results") is None:
        return "error", "the run holds no list of results: the tool did not begin its analysis"
    if _is_elsewhere(run):
        return "inconclusive", "results stand in another file, which is not read"
    if unclear:
        return "inconclusive", f"results that need a person's look: {len(unclear)}; the first: {unclear[0]}"
    return "passed", f"no open result at level {level} or above{aside}"


def _aside(results: list[Result], below: int) -> str:
    """What a run holds that does not count, each with its number; reasons of what is suppressed.

    :param below: number of open results below the level.
    """
    suppressed = [result for result in results if result.is_there and result.suppressed]
    gone = sum(not result.is_there for result in results)
    said = []
    if below:
        said.append(f"below it {below}")
    if gone:
        said.append(f"gone since an earlier run {gone}")
    if suppressed:
        shown = "; ".join(f"{result.rule}: {result.suppressed}" for result in suppressed[:3])
        said.append(f"suppressed with a reason {len(suppressed)}: {shown}")
    return "".join(f", {part}" for part in said)


def _stopped(run: Mapping[str, Any], place: str) -> str:
    """Why the results cannot be complete; empty if nothing says so."""
    for number, invocation in enumerate(entries(run, "invocations", place)):
        check_names(invocation, f"{place}/invocations/{number}")
        finished = invocation.get("executionSuccessful")
        if not isinstance(finished, bool):
            raise Refused(f"{place}/invocations/{number}/executionSuccessful is neither true nor false")
        if not finished:
            why = text_of(invocation, "exitCodeDescription") or text_of(invocation, "processStartFailureMessage")
            return f"the tool did not finish{': ' if why else ''}{why}"
        for part in ("toolExecutionNotifications", "toolConfigurationNotifications"):
            for notification in entries(invocation, part, f"{place}/invocations/{number}"):
                if has_error(notification):
                    message = notification.get("message")
                    why = text_of(message, "text") if isinstance(message, dict) else ""
                    return f"the tool reports an error of its own{': ' if why else ''}{why}"
    return ""


def _is_elsewhere(run: Mapping[str, Any]) -> bool:
    references = run.get("externalPropertyFileReferences")
    return isinstance(references, dict) and bool(references.get("results"))
