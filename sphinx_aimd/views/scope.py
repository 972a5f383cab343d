"""What every view says of itself: what was counted, by which filter, for which version and date."""

from __future__ import annotations

from collections.abc import Mapping

from ..model.trace import Trace

#: How the note on data begins, and what it says where there are none; VEX documents find it by these words.
ASSESSED_ON, NO_DATA = "Assessed on data of: ", "No file of vulnerability data was read."
#: Kinds of input files whose data age, with their names.
_DATA = {"osv": "OSV", "cve": "CVE records", "kev": "KEV", "epss": "EPSS", "vex": "VEX", "csaf": "CSAF"}


def data_note(trace: Trace) -> str:
    """Of which days the vulnerability data are that this file was assessed on, oldest and newest of each kind."""
    dates: dict[str, list[str]] = {}
    for source in trace.graph.inputs.sources:
        kind = "vex" if source.kind == "sbom" and source.counts.get("statements") else source.kind
        if kind in _DATA:
            dates.setdefault(kind, []).append(source.date)
    if not dates:
        return NO_DATA
    said = [f"{name} of {_span(dates[kind])}" for kind, name in _DATA.items() if kind in dates]
    return f"{ASSESSED_ON}{', '.join(said)}."


def _span(dates: list[str]) -> str:
    known = sorted(filter(None, dates))
    if not known:
        return "no known date"
    span = known[0] if known[0] == known[-1] else f"{known[0]} to {known[-1]}"
    return span if len(known) == len(dates) else f"{span} and of no known date"


def scope_of(trace: Trace, counted: str, where: Mapping[str, tuple[str, ...]] | None = None) -> str:
    """The scope line of a view."""
    filters = "; ".join(f"{name} is {' or '.join(values)}" for name, values in (where or {}).items()) or "none"
    version = f"version {trace.version} under review" if trace.version else "no version under review"
    date = f"as of {trace.as_of}" if trace.as_of else "no as-of date, so every date counts as past"
    overlay = f" Changed by the project: {', '.join(trace.model.overlaid)}." if trace.model.overlaid else ""
    return f"{counted}. Filter: {filters}. {version[0].upper()}{version[1:]}, {date}.{overlay}"


def assessed_scope(trace: Trace, counted: str, where: Mapping[str, tuple[str, ...]] | None = None) -> str:
    """The scope line of a view of vulnerabilities, with the days of the data that they were assessed on."""
    return f"{scope_of(trace, counted, where)} {data_note(trace)}"
