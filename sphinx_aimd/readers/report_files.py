"""The files of ``aimd_results``: test reports, each read by what it holds, and the files that map cases to tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..model.inputs import CasePattern, Report
from ..model.values import is_date
from ..yamlfile import InputError
from . import case_map, results
from .execution import LEVELS, SEVERITIES, Defaults
from .opened import open_file
from .patterns import names_of

KEYS = ("path", "version", "environment", "date", "level", "severity", "map")
_WORDS = {"level": LEVELS, "severity": SEVERITIES}


@dataclass
class ReportFiles:
    """What was read, in the order of the configuration, and what could not be."""

    reports: dict[str, Report] = field(default_factory=dict)
    mappings: dict[str, tuple[CasePattern, ...]] = field(default_factory=dict)
    errors: list[InputError] = field(default_factory=list)


def read_all(root: Path, entries: Sequence[str | Mapping[str, str]], *, every_pattern: bool) -> ReportFiles:
    """Read all reports that ``aimd_results`` names; one that cannot be used is an error of its own.

    :param root: source folder; nothing outside it is read.
    :param entries: glob patterns, or mappings with ``path`` and what the reports do not say themselves; the first
        that names a report holds for it.
    :param every_pattern: whether a pattern that matches nothing is an error; a plain path always is one.
    """
    found = ReportFiles()
    seen: set[str] = set()
    for entry in entries:
        try:
            said = _checked(entry)
            names = names_of(root, said["path"], "aimd_results", must_match=every_pattern)
        except InputError as error:
            found.errors.append(error)
            continue
        _read_map(root, said.get("map", ""), found)
        known = Defaults(**{key: text for key, text in said.items() if key not in ("path", "map") and text})
        for name in names:
            if name not in seen:
                seen.add(name)
                try:
                    report = results.read(open_file(root, name), known)
                    found.reports[name] = replace(report, mapping=said.get("map", ""))
                except InputError as error:
                    found.errors.append(error)
    return found


def _checked(entry: object) -> dict[str, str]:
    said = {"path": entry} if isinstance(entry, str) else dict(entry) if isinstance(entry, Mapping) else {}
    unknown = sorted(set(map(str, said)) - set(KEYS))
    if unknown:
        raise _refusal(f"has the unknown key {unknown[0]!r}.")
    if not said.get("path"):
        raise _refusal("has no path.")
    for key, text in said.items():
        if not isinstance(text, str):
            raise _refusal(f"has something else than a text as {key}.")
        if key in _WORDS and text not in _WORDS[key]:
            raise _refusal(f"has the {key} {text!r}, expected one of {', '.join(_WORDS[key])}.")
    if said.get("date") and not is_date(str(said["date"])):
        raise _refusal(f"has the date {said['date']!r}, expected YYYY-MM-DD.")
    return {key: str(text) for key, text in said.items()}


def _refusal(what: str) -> InputError:
    return InputError("conf.py", 0, f"aimd_results {what}", f"Keys: {', '.join(KEYS)}.")


def _read_map(root: Path, name: str, found: ReportFiles) -> None:
    if name and name not in found.mappings:
        found.mappings[name] = ()
        try:
            found.mappings[name] = case_map.read(root, name)
        except InputError as error:
            found.errors.append(error)
