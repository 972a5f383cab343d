"""A test case of JUnit XML in, its outcome and what is said of it out: the words of many dialects in two tables."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ..xmlfile import tag

#: Outcome by the element inside a case, the worst first. Surefire: a rerun that failed too, and one that passed.
_ELEMENTS = {
    "error": "error",
    "failure": "failed",
    "rerunError": "failed",
    "rerunFailure": "failed",
    "crash": "error",
    "timeout": "error",
    "aborted": "error",
    "flakyError": "flaky",
    "flakyFailure": "flaky",
    "warning": "inconclusive",
    "risky": "inconclusive",
    "incomplete": "inconclusive",
    "inconclusive": "inconclusive",
    "blocked": "not_run",
    "disabled": "not_run",
    "ignored": "not_run",
    "pending": "not_run",
    "skipped": "skipped",
    "skip": "skipped",
}
#: Elements that say nothing of the outcome.
_QUIET = frozenset({"properties", "property", "system-out", "system-err", "attachments", "attachment", "output"})

#: Outcome by the word of the attributes status (CTest, GoogleTest, Jest) and result (GoogleTest, NUnit).
_STATUSES = {
    **dict.fromkeys(("run", "completed", "passed", "pass", "success", "successful", "ok"), "passed"),
    **dict.fromkeys(("fail", "failed", "failure", "nok", "broken"), "failed"),
    **dict.fromkeys(("error", "errored", "crashed", "timeout", "timedout", "aborted", "interrupted"), "error"),
    **dict.fromkeys(("notrun", "disabled", "suppressed", "ignored", "pending", "blocked", "filtered"), "not_run"),
    **dict.fromkeys(("skipped", "skip", "todo"), "skipped"),
    **dict.fromkeys(("inconclusive", "warning", "risky", "incomplete"), "inconclusive"),
    "flaky": "flaky",
}
TROUBLE = frozenset({"error", "failed", "flaky", "inconclusive", "unknown"})
UNRUN = frozenset({"skipped", "not_run"})


def outcome_of(case: Element) -> tuple[str, str]:
    """Outcome of a case, and the message of the element that says so.

    A case without any sign of trouble has passed. What an element or a word of a status means has to be known: one
    that is not makes the outcome unknown, since it might be trouble.
    """
    if not len(case):
        return _by_status(case)
    children = {tag(child): child for child in reversed(case)}
    for name, outcome in _ELEMENTS.items():
        if name in children:
            if outcome in UNRUN and _by_status(case)[0] in ("failed", "error"):
                break
            return outcome, said(children[name])
    strange = [tag(child) for child in case if tag(child) not in _QUIET and tag(child) not in _ELEMENTS]
    if strange:
        return "unknown", f"holds <{strange[0]}>, whose meaning is not known"
    return _by_status(case)


def said(element: Element) -> str:
    """Message of an element: its attribute, else the first line of its text, else its type."""
    return element.get("message") or (element.text or "").strip().partition("\n")[0] or element.get("type") or ""


def _by_status(case: Element) -> tuple[str, str]:
    if case.get("executed", "").casefold() == "false":
        return "not_run", ""
    if case.get("success", "").casefold() == "false":
        return "failed", ""
    worst = "passed", ""
    for name in ("status", "result"):
        word = case.get(name, "")
        if not word:
            continue
        outcome = _STATUSES.get("".join(word.casefold().split()).replace("_", "").replace("-", ""), "unknown")
        if outcome != "passed" and worst[0] not in ("failed", "error"):
            worst = outcome, f"{name} is {word!r}, whose meaning is not known" if outcome == "unknown" else ""
    return worst
