"""A test case of JUnit XML in, its outcome and what is said of it out: the words of many dialects in two tables."""

from __future__ import annotations

from collections.abc import Iterator
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

#: Attributes that hold a word for the outcome (CTest, GoogleTest, Jest, NUnit), and what each word stands for.
_WORDED = ("status", "result", "outcome")
_STATUSES = {
    **dict.fromkeys(("run", "completed", "passed", "pass", "success", "successful", "ok"), "passed"),
    **dict.fromkeys(("fail", "failed", "failure", "nok", "broken"), "failed"),
    **dict.fromkeys(("error", "errored", "crashed", "timeout", "timedout", "aborted", "interrupted"), "error"),
    **dict.fromkeys(("notrun", "disabled", "suppressed", "ignored", "pending", "blocked", "filtered"), "not_run"),
    **dict.fromkeys(("skipped", "skip", "todo"), "skipped"),
    **dict.fromkeys(("inconclusive", "warning", "risky", "incomplete"), "inconclusive"),
    "flaky": "flaky",
}
#: Attributes that say yes or no, or count or give the reason; a yes to the first ones and a no to the others.
_YES = {
    **dict.fromkeys(("failed", "failure", "failures"), "failed"),
    **dict.fromkeys(("error", "errors"), "error"),
    "flaky": "flaky",
    **dict.fromkeys(("disabled", "ignored", "blocked", "notrun"), "not_run"),
    **dict.fromkeys(("skipped", "skip"), "skipped"),
}
_NO = {**dict.fromkeys(("success", "passed"), "failed"), "executed": "not_run"}
_IS_NO = frozenset(("false", "no", "n", "0", "none", "null"))
#: What weighs more of two outcomes.
_WEIGHTS = {"failed": 5, "error": 5, "flaky": 4, "inconclusive": 3, "unknown": 2, "not_run": 1, "skipped": 1}
TROUBLE = frozenset({"error", "failed", "flaky", "inconclusive", "unknown"})
UNRUN = frozenset({"skipped", "not_run"})


def outcome_of(case: Element) -> tuple[str, str]:
    """Outcome of a case, and the message of the element that says so.

    A case without any sign of trouble has passed; the worst sign counts. What an element or a word of a status means
    has to be known: one that is not makes the outcome unknown, since it might be trouble.
    """
    signs = [*_by_elements(case), *_by_attributes(case)] if len(case) else [*_by_attributes(case)]
    return max(signs, key=lambda sign: _WEIGHTS.get(sign[0], 0), default=("passed", ""))


def _by_elements(case: Element) -> Iterator[tuple[str, str]]:
    children = {tag(child): child for child in reversed(case)}
    for name, outcome in _ELEMENTS.items():
        if name in children:
            yield outcome, said(children[name])
            return
    for name in children:
        if name not in _QUIET:
            yield "unknown", f"holds <{name}>, whose meaning is not known"


def said(element: Element) -> str:
    """Message of an element: its attribute, else the first line of its text, else its type."""
    return element.get("message") or (element.text or "").strip().partition("\n")[0] or element.get("type") or ""


def _by_attributes(case: Element) -> Iterator[tuple[str, str]]:
    for name, outcome in _NO.items():
        if case.get(name, "").strip().casefold() in _IS_NO:
            yield outcome, ""
    for name, outcome in _YES.items():
        said_so = case.get(name, "").strip().casefold()
        if said_so and said_so not in _IS_NO:
            yield outcome, ""
    for name in _WORDED:
        word = case.get(name, "")
        if word:
            outcome = _STATUSES.get("".join(word.casefold().split()).replace("_", "").replace("-", ""), "unknown")
            yield outcome, f"{name} is {word!r}, whose meaning is not known" if outcome == "unknown" else ""
