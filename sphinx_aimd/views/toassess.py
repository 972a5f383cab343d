"""Vulnerabilities that wait for an assessment: what newer data brought and nobody has judged yet."""

from __future__ import annotations

from collections.abc import Iterable

from ..model.item import Item
from ..model.trace import Trace
from .facets import field_facets
from .matrix import target_cell
from .scope import assessed_scope
from .table import Cell, Table, columns
from .words import field_text

#: Id of the view.
TO_ASSESS = "vulnerabilities-to-assess"


def why_new(item: Item, known: Iterable[str] = ()) -> str:
    """Why a vulnerability has to be assessed, or again; empty if its assessment covers all that is known.

    :param known: ids of authors' items that are of the same vulnerability and do not name what it was found in.
    """
    assessed, changed = item.text("assessed_on"), item.text("record_modified")
    if not item.docname and not assessed:
        why = "matched by a public record" if item.text("found_by") else "stated by a file"
        status = item.text("vex_status").replace("_", " ")
        why += f": {status}" if status and not item.text("found_by") else ""
        ids = ", ".join(known)
        return f"{why}; {ids} of the same number does not name it" if ids else why
    if item.text("contradiction"):
        return "statements contradict each other"
    if changed > assessed:
        return f"the public record changed on {changed}" + ("" if assessed else ", and no day of assessment is stated")
    return ""


def vulnerabilities_to_assess(trace: Trace) -> Table:
    """One row for each vulnerability in a component that newer data brought or changed."""
    everything = trace.of_types(["vulnerability"])
    authored: dict[str, list[str]] = {}
    for item in everything:
        for number in item.values("vulnerability_ids") if item.docname else ():
            authored.setdefault(number, []).append(item.id)
    found = []
    for item in everything:
        known = sorted({one for number in item.values("vulnerability_ids") for one in authored.get(number, ())})
        why = why_new(item, known) if trace.graph.is_live(item) else ""
        if why:
            found.append((item, why))
    rows, shown = [], []
    for item, why in found:
        ends = [end for end in item.links.get("affects", ()) if end in trace.items]
        for end in ends or [""]:
            shown.append(item)
            rows.append(
                (
                    target_cell(trace, item, ("id", "title", "verdict")),
                    Cell(item.text("vulnerability_ids")),
                    target_cell(trace, trace.items[end], ("id", "title")) if end else Cell(),
                    Cell(why),
                    Cell(item.text("match")),
                    Cell(item.text("assessed_on")),
                    Cell(field_text(trace, item, "kev")),
                    Cell(item.text("epss")),
                    Cell(item.text("epss_percentile")),
                    Cell(item.text("epss_date")),
                    Cell(item.text("data_sources")),
                )
            )
    return Table(
        id=TO_ASSESS,
        kind="register",
        title="Vulnerabilities to assess",
        question="What did newer data bring or change since the last assessment?",
        scope=assessed_scope(trace, f"{len(found)} of {len(everything)} vulnerabilities"),
        columns=columns(
            ("vulnerability", "Vulnerability", 5),
            ("ids", "Ids", 3),
            ("component", "Component or release", 4),
            ("why", "Why it is here", 4),
            ("match", "Matched by", 4),
            ("assessed", "Assessed on", 2),
            ("kev", "KEV", 1),
            ("epss", "EPSS", 1),
            ("percentile", "EPSS percentile", 2),
            ("epss_date", "EPSS of", 2),
            ("data", "On data of", 4),
        ),
        rows=tuple(rows),
        row_ids=tuple(item.id for item in shown),
        facets=field_facets(trace, shown, ("vex_status", "kev")),
    )
