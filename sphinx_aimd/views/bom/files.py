"""The register of input files: what was read from each, and what it holds that nobody uses."""

from __future__ import annotations

from ...model.nouns import counted
from ...model.trace import Trace
from ..scope import scope_of
from ..table import Cell, Facet, Table, columns

NO_DATE = "no date known"
#: Kinds of files in words.
KINDS = {
    "sbom": "bill of materials",
    "vex": "statements on vulnerabilities",
    "csaf": "security advisory",
    "osv": "vulnerability record",
    "cve": "vulnerability record",
    "kev": "known exploited vulnerabilities",
    "epss": "probability of exploitation",
    "threat-model": "threat model",
    "results": "test results",
    "code": "source code",
}


def input_files(trace: Trace) -> Table:
    """One row for each file that was read beside the pages."""
    sources = sorted(trace.graph.inputs.sources, key=lambda source: (source.kind, source.path))
    undated = sum(not source.date for source in sources)
    rows = tuple(
        (
            Cell(KINDS.get(source.kind, source.kind)),
            Cell(source.path),
            Cell(source.format),
            Cell(source.date or NO_DATE),
            Cell(source.about),
            Cell(", ".join(counted(number, noun) for noun, number in source.counts.items()) or "nothing"),
            Cell("; ".join(source.left)),
            Cell(source.sha256),
        )
        for source in sources
    )
    return Table(
        id="input-files",
        kind="register",
        title="Input files",
        question="On which files does this rest, of which day are their data, and what in them was not used?",
        scope=scope_of(trace, f"{len(sources)} files, {undated} without a date of their data"),
        columns=columns(
            ("kind", "Kind", 3),
            ("file", "File", 5),
            ("format", "Format", 3),
            ("date", "Data of", 2),
            ("about", "About", 4),
            ("read", "Read", 4),
            ("left", "Not used", 5),
            ("hash", "Hash", 5),
        ),
        rows=rows,
        row_ids=("",) * len(rows),
        facets=(
            Facet(name="kind", title="Kind", values=tuple((row[0].text,) for row in rows)),
            Facet(name="date", title="Data of", values=tuple((row[3].text,) for row in rows)),
        ),
    )
