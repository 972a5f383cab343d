"""Everything that stands in files beside the pages: reports, review records, evidence files."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ..model import values
from ..model.inputs import Inputs, Report, Review
from ..model.item import Finding, Location, Record, Severity
from ..tracemodel import TraceModel
from ..yamlfile import InputError
from . import junit, reviews
from .files import facts

RESULT_KEYS = ("path", "version", "environment", "date")


def gather(
    root: Path,
    model: TraceModel,
    records: Iterable[Record],
    *,
    results: Sequence[str | Mapping[str, str]],
    review_file: str,
    epoch: int | None,
    every_pattern: bool = False,
) -> Inputs:
    """Read all inputs; a file that cannot be read is a finding, not an exception.

    :param root: source folder; nothing outside it is read unless configured by a path that leads there.
    :param results: glob patterns, or mappings with ``path`` and the ``version``, ``environment`` and ``date``
        of reports that do not say them.
    :param every_pattern: whether a pattern that matches no report is an error; a plain path always is one.
    :param epoch: SOURCE_DATE_EPOCH, the last resort for the as-of date.
    """
    found = _Found(root, every_pattern=every_pattern)
    for entry in results:
        found.reports_of(entry)
    found.reviews_of(review_file)
    as_of = datetime.datetime.fromtimestamp(epoch, datetime.UTC).date().isoformat() if epoch is not None else ""
    return Inputs(
        reports=tuple(found.reports.values()),
        reviews=found.reviews,
        files=facts(root, _paths(model, records)),
        findings=tuple(found.findings),
        unread_reviews=found.unread_reviews,
        as_of=as_of,
    )


def _paths(model: TraceModel, records: Iterable[Record]) -> set[str]:
    """Values of all path fields that have the form of a path."""
    found = set()
    for record in records:
        spec = model.types[record.type].fields
        for option in record.options:
            field = spec.get(option.name)
            if field is not None and field.kind == "path":
                try:
                    found.add(str(values.parse(field, option.value)))
                except values.BadValue:
                    continue  # the graph builder reports it at its line
    return found - {""}


class _Found:
    def __init__(self, root: Path, *, every_pattern: bool) -> None:
        self.root, self.every_pattern = root, every_pattern
        self.reports: dict[str, Report] = {}
        self.reviews: dict[str, Review] = {}
        self.findings: list[Finding] = []
        self.unread_reviews = ""

    def fail(self, error: InputError) -> None:
        self.findings.append(
            Finding(
                rule="input",
                severity=Severity.ERROR,
                item="",
                location=Location(error.file, error.line),
                message=error.message,
                remedy=error.remedy,
                is_model_error=True,
            )
        )

    def reports_of(self, entry: str | Mapping[str, str]) -> None:
        known = {"path": entry} if isinstance(entry, str) else dict(entry)
        unknown = set(known) - set(RESULT_KEYS)
        if unknown or not known.get("path"):
            what = f"has the unknown key {min(unknown)!r}" if unknown else "has no path"
            self.fail(InputError("conf.py", 0, f"aimd_results {what}.", f"Keys: {', '.join(RESULT_KEYS)}."))
            return
        pattern = known.pop("path")
        paths = sorted(path for path in self.root.glob(pattern) if path.is_file())
        is_pattern = any(sign in pattern for sign in "*?[")
        if not paths and (self.every_pattern or not is_pattern):
            what = "matches no test report." if is_pattern else "does not exist."
            self.fail(InputError(pattern, 0, what, "Correct aimd_results, or write the report."))
        for path in paths:
            name = path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.name
            if name in self.reports:
                continue
            try:
                self.reports[name] = junit.read(path, name, junit.Defaults(**known))
            except InputError as error:
                self.fail(error)

    def reviews_of(self, name: str) -> None:
        path = self.root / name
        if not name or not path.exists():
            return
        try:
            self.reviews = reviews.read(path, name)
        except InputError as error:
            self.unread_reviews = name
            self.fail(error)
