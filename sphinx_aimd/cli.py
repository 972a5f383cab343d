"""The command line ``aimd``: check a trace, record reviews, profile a device, compare catalogues, sum up a build."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from . import __version__
from .commands import (
    archive,
    baseline,
    catalogue,
    findings_text,
    import_review,
    match,
    profile,
    sign,
    verify,
    verify_pdf,
    vex,
)
from .model import values
from .model.review import review_now
from .model.values import did_you_mean
from .model.verdict import WORDS, Verdict
from .readers import reviews
from .readers.trace import load_trace
from .writers import json as json_writer
from .yamlfile import InputError

if TYPE_CHECKING:
    from .sphinx.state import State

CLEAN, FINDINGS, UNUSABLE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    :return: 0 clean, 1 findings at or above the gate, 2 unusable input.
    """
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except InputError as error:
        print(f"aimd: {error}", file=sys.stderr)
        return UNUSABLE
    except BrokenPipeError:
        return UNUSABLE
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="aimd", description=__doc__)
    parser.add_argument("--version", action="version", version=f"sphinx-aimd {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    check = commands.add_parser("check", help="report findings of a trace.json or of a source folder")
    check.add_argument("target", type=Path, metavar="TRACE_JSON|SOURCE_DIR")
    check.add_argument("--format", choices=("text", "json", "sarif"), default="text")
    check.add_argument("--gate", choices=("report", "release"), help="gate for a source folder (default: its conf.py)")
    check.add_argument("--all", action="store_true", help="list each finding that the text sums up")
    check.set_defaults(run=_check)
    review = commands.add_parser("review", help="record that items were reviewed as they stand")
    review.add_argument("source", type=Path, metavar="SOURCE_DIR")
    review.add_argument("ids", nargs="*", metavar="ID", help="items that were reviewed")
    review.add_argument("--all-approved", action="store_true", help="every approved item")
    review.add_argument("--on", required=True, metavar="YYYY-MM-DD", help="date of the review")
    review.add_argument("--role", required=True, help="role of the reviewer")
    review.set_defaults(run=_review)
    profile.add_parser(commands)
    catalogue.add_parser(commands)
    archive.add_parser(commands)
    sign.add_parser(commands)
    verify.add_parser(commands)
    baseline.add_parser(commands)
    verify_pdf.add_parser(commands)
    import_review.add_parser(commands, _read_state)
    vex.add_parser(commands, _read_document)
    match.add_parser(commands)
    summary = commands.add_parser("summary", help="sum up the formats in a build folder")
    summary.add_argument("build", type=Path, metavar="BUILD_DIR")
    summary.set_defaults(run=_summary)
    return parser


def _read_state(source: Path) -> State:
    from .sphinx.run import read_project  # noqa: PLC0415 - only commands on a source folder need Sphinx

    return read_project(source)[0]


def _read_document(source: Path) -> dict[str, Any]:
    """What trace.json of a source folder would hold."""
    from .sphinx.run import read_project  # noqa: PLC0415 - only commands on a source folder need Sphinx

    state, project = read_project(source)
    return json_writer.document(state.dossier, project)


def _check(options: argparse.Namespace) -> int:
    if options.target.is_dir():
        from .sphinx.run import read_project  # noqa: PLC0415 - a trace.json is checked without Sphinx

        state, _project = read_project(options.target, {"aimd_gate": options.gate} if options.gate else None)
        document: dict[str, Any] = {"gate": state.dossier.trace.gate, "tool": {"version": __version__}}
        document["findings"] = [json_writer.finding_data(finding) for finding in state.findings]
        trace = state.dossier.trace
        document["overlaid"] = trace.model.overlaid
        document["clauses"] = [
            {
                "id": clause.id,
                "instrument": clause.instrument.key,
                "verdict": trace.judgements[clause.id].verdict.value,
                "location": {"file": clause.location.file},
            }
            for clause in state.catalogue.clauses.values()
        ]
    else:
        document = load_trace(options.target)
        if options.gate and options.gate != document["gate"]:
            message = f"was graded by the gate {document['gate']!r}."
            raise InputError(options.target.as_posix(), 0, message, "Check the source folder with --gate.")
    findings = document["findings"]
    if options.format == "text":
        sys.stdout.writelines(f"{line}\n" for line in findings_text.lines(document, is_whole=options.all))
    else:
        _FORMATS[options.format](findings, document, sys.stdout)
    return FINDINGS if any(findings_text.stops(finding, document["gate"]) for finding in findings) else CLEAN


def _as_json(findings: Sequence[Mapping[str, Any]], document: Mapping[str, Any], out: TextIO) -> None:
    json.dump({"gate": document["gate"], "findings": list(findings)}, out, indent=1, ensure_ascii=False)
    print(file=out)


def _as_sarif(findings: Sequence[Mapping[str, Any]], document: Mapping[str, Any], out: TextIO) -> None:
    levels = {"info": "note", "warning": "warning", "error": "error"}
    results = []
    for finding in findings:
        result: dict[str, Any] = {
            "ruleId": finding["rule"],
            "level": levels[finding["severity"]],
            "message": {"text": f"{finding['message']} {finding['remedy']}"},
        }
        if finding["file"]:
            place: dict[str, Any] = {"artifactLocation": {"uri": finding["file"]}}
            if finding["line"]:
                place["region"] = {"startLine": finding["line"]}
            result["locations"] = [{"physicalLocation": place}]
        results.append(result)
    rules = [{"id": rule} for rule in sorted({finding["rule"] for finding in findings})]
    driver = {"name": "sphinx-aimd", "version": document["tool"]["version"], "rules": rules}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    json.dump(
        {"$schema": schema, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]},
        out,
        indent=1,
    )
    print(file=out)


_FORMATS = {"json": _as_json, "sarif": _as_sarif}


def _review(options: argparse.Namespace) -> int:
    from .sphinx.run import read_project  # noqa: PLC0415 - only reviewing needs Sphinx

    state, _project = read_project(options.source)
    fields = state.model.types["asset"].fields
    try:
        values.parse(state.model.types["decision"].fields["decided_on"], options.on)
        values.parse(fields["owner_role"], options.role)
    except values.BadValue as error:
        raise InputError("--on, --role", 0, f"expected {error}", "Correct the option.") from None
    graph = state.dossier.trace.graph
    approved = {item.id for item in graph.items.values() if graph.needs_review(item)}
    for item_id in options.ids:
        if item_id not in approved:
            hint = did_you_mean(item_id, approved)
            raise InputError(item_id, 0, f"is no approved item.{hint}", "Only approved items carry a review record.")
    wanted = approved if options.all_approved else set(options.ids)
    if not wanted:
        raise InputError("review", 0, "names no item.", "Give ids, or --all-approved.")
    kept = {item_id: review for item_id, review in graph.inputs.reviews.items() if item_id in graph.items}
    done = review_now(graph, sorted(wanted), on=options.on, role=options.role)
    fresh = {
        item_id: review
        for item_id, review in done.items()
        if (old := graph.review_of(item_id)) is None
        or (old.fingerprint, old.links) != (review.fingerprint, review.links)
    }
    target = options.source / state.app.config.aimd_reviews
    reviews.write(target, {**kept, **fresh})
    print(f"{len(fresh)} review records written, {len(wanted) - len(fresh)} stand as they were.")
    if any(map(graph.is_ahead, fresh.values())):
        print(f"They count as none on {graph.as_of}, the as-of date; move it to {options.on} or later.")
    return CLEAN


def _summary(options: argparse.Namespace) -> int:
    document = load_trace(options.build / "json" / "trace.json")
    rows = []
    for name, pattern in (("html", "**/*.html"), ("pdf", "*.pdf"), ("xlsx", "*.xlsx"), ("json", "trace.json")):
        found = sorted((options.build / name).glob(pattern))
        size = sum(path.stat().st_size for path in found)
        rows.append(
            (
                name,
                f"{len(found)} files" if len(found) != 1 else "1 file",
                f"{size / 1e6:.1f} MB",
                f"{options.build / name}",
            )
        )
    _table(("Format", "Files", "Size", "Folder"), rows)
    verdicts = Counter(clause["verdict"] for clause in document["clauses"])
    words = {**WORDS, Verdict.VERIFIED: "evidence complete"}
    clause_rows = [(words[verdict], str(verdicts[verdict.value])) for verdict in reversed(Verdict)]
    _table(("Clauses", str(len(document["clauses"]))), clause_rows)
    grades = Counter("model error" if f["model_error"] else f["severity"] for f in document["findings"])
    grade_rows = [(grade, str(grades[grade])) for grade in ("model error", "error", "warning", "info")]
    _table(("Findings", str(len(document["findings"]))), grade_rows)
    version = document["version_under_review"] or "none"
    print(f"{len(document['items'])} items. Version under review {version}, as of {document['as_of'] or 'no date'}.")
    return CLEAN


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    for row in (head, ["-" * width for width in widths], *rows):
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
    print()


if __name__ == "__main__":
    sys.exit(main())
