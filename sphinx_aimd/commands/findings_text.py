"""Findings in, the lines that ``aimd check`` prints of them out; what shipped catalogues ask is summed up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..catalogue import shipped_names
from ..model.item import Severity
from ..model.verdict import WORDS, Verdict

_Finding = Mapping[str, Any]


def stops(finding: _Finding, gate: str) -> bool:
    """Whether a finding counts for the exit code: model errors always, warnings and errors before a release."""
    return bool(finding["model_error"]) or (
        gate == "release" and Severity(finding["severity"]).rank >= Severity.WARNING.rank
    )


def lines(document: Mapping[str, Any], *, is_whole: bool = False) -> Iterator[str]:
    """A line for each finding, and a last one that counts them; model errors come after the others.

    In a new project some 700 clauses have no answer yet, which hides what is wrong on the author's own pages. So
    findings of severity info on clauses of a shipped catalogue are counted in one line for each catalogue and rule.

    :param document: gate, overlaid, clauses and findings as in trace.json.
    :param is_whole: whether every finding has a line of its own.
    """
    findings: Sequence[_Finding] = document["findings"]
    verdicts = {} if is_whole else _shipped_clauses(document)
    groups: dict[tuple[object, ...], list[_Finding]] = {}
    for number, finding in enumerate(findings):
        is_info = finding["severity"] == Severity.INFO and not finding["model_error"]
        is_summed = is_info and (finding["file"], finding["item"]) in verdicts
        groups.setdefault((finding["file"], finding["rule"]) if is_summed else (number,), []).append(finding)
    for group in sorted(groups.values(), key=lambda group: bool(group[0]["model_error"])):
        yield _whole(group[0]) if len(group) == 1 else _summed(group, verdicts)
    stopping = sum(stops(finding, document["gate"]) for finding in findings)
    total = f"{len(findings)} findings, {stopping} of them stop the gate {document['gate']!r}."
    sums = [len(group) for group in groups.values() if len(group) > 1]
    where = "1 line" if len(sums) == 1 else f"{len(sums)} lines"
    yield f"{total} {sum(sums)} on shipped clauses are summed up in {where}; --all lists each." if sums else total


def _shipped_clauses(document: Mapping[str, Any]) -> dict[tuple[str, str], Verdict]:
    """Verdicts by file and id of the clauses that come from a shipped file which the project does not replace."""
    names, changed = shipped_names(), set(document["overlaid"])
    return {
        (clause["location"]["file"], clause["id"]): Verdict(clause["verdict"])
        for clause in document["clauses"]
        if clause["location"]["file"] in names and f"catalogue {clause['instrument']}" not in changed
    }


def _whole(finding: _Finding) -> str:
    place = ":".join(str(part) for part in (finding["file"], finding["line"]) if part)
    grade = "model error" if finding["model_error"] else finding["severity"]
    return f"{place or 'project'}: {grade}: {finding['message']} {finding['remedy']} [{finding['rule']}]"


def _summed(group: Sequence[_Finding], verdicts: Mapping[tuple[str, str], Verdict]) -> str:
    file, rule, severity = (group[0][key] for key in ("file", "rule", "severity"))
    counts = Counter(verdicts[file, finding["item"]] for finding in group)
    if len(counts) == 1:
        words = f"{len(group)} clauses {WORDS[verdicts[file, group[0]['item']]]}"
    else:
        listed = ", ".join(f"{counts[verdict]} {WORDS[verdict]}" for verdict in Verdict if counts[verdict])
        words = f"{len(group)} clauses: {listed}"
    return f"{file}: {severity}: {words}. List them with --all. [{rule}]"
