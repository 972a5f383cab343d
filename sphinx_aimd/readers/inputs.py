"""Everything that stands in files beside the pages: reports, review records, evidence files."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..model import values
from ..model.bom import Source
from ..model.imported import Mark
from ..model.inputs import Inputs, Review
from ..model.item import Finding, Location, Record, Severity
from ..tracemodel import TraceModel
from ..yamlfile import InputError
from . import report_files, reviews
from .code import read as read_code
from .files import facts
from .security import SecurityFiles, read_all


def gather(
    root: Path,
    model: TraceModel,
    records: Iterable[Record],
    *,
    results: Sequence[str | Mapping[str, str]],
    review_file: str,
    epoch: int | None,
    every_pattern: bool = False,
    inputs: Sequence[str | Mapping[str, str]] = (),
    every_input: bool = False,
    code: Mapping[str, Any] | None = None,
) -> Inputs:
    """Read all inputs; a file that cannot be read is a finding, not an exception.

    :param root: source folder; nothing outside it is read.
    :param results: test reports as ``aimd_results`` names them: glob patterns, or mappings with ``path`` and what the
        reports do not say themselves.
    :param every_pattern: whether a pattern that matches no report is an error; a plain path always is one.
    :param inputs: bills of materials, vulnerability data and threat models, as ``aimd_inputs`` names them.
    :param every_input: as ``every_pattern``, for ``inputs``.
    :param code: where marks in source code stand, as ``aimd_code`` says.
    :param epoch: SOURCE_DATE_EPOCH, the last resort for the as-of date.
    """
    found = _Found(root)
    tested = report_files.read_all(root, results, every_pattern=every_pattern)
    for error in tested.errors:
        found.fail(error)
    found.reviews_of(review_file, model.types["asset"].fields["owner_role"].values)
    security = read_all(root, inputs, every_pattern=every_input)
    for error in security.errors:
        found.fail(error)
    marks, sources = found.marks_of(code or {})
    as_of = datetime.datetime.fromtimestamp(epoch, datetime.UTC).date().isoformat() if epoch is not None else ""
    return Inputs(
        reports=tuple(tested.reports.values()),
        mappings=tested.mappings,
        reviews=found.reviews,
        files=facts(root, _paths(model, records)),
        findings=tuple(found.findings),
        unread_reviews=found.unread_reviews,
        as_of=as_of,
        marks=marks,
        **_security(security, (*sources, *(report.source for report in tested.reports.values()))),
    )


def _security(read: SecurityFiles, more: Iterable[Source]) -> dict[str, Any]:
    """What was read of ``aimd_inputs``, by the names that :class:`Inputs` has for it, and all input files."""
    names = ("boms", "advisories", "records", "kev", "epss", "models")
    sources = sorted((*read.sources.values(), *more), key=lambda source: (source.path, source.kind))
    return {name: tuple(getattr(read, name)) for name in names} | {
        "sources": tuple(sources),
        "stray": tuple(error.file for error in read.errors),
    }


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
    def __init__(self, root: Path) -> None:
        self.root = root
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

    def marks_of(self, code: Mapping[str, Any]) -> tuple[tuple[Mark, ...], tuple[Source, ...]]:
        try:
            return read_code(self.root, code)
        except InputError as error:
            self.fail(error)
            return (), ()

    def reviews_of(self, name: str, roles: Sequence[str]) -> None:
        path = self.root / name
        if not name or not path.exists():
            return
        try:
            self.reviews = reviews.read(path, name)
            self.findings += reviews.unknown_roles(self.reviews, name, roles)
        except InputError as error:
            self.unread_reviews = name
            self.fail(error)
