"""Vulnerabilities that wait for an assessment: what newer data brought and nobody has judged yet."""

from __future__ import annotations

from ..model.item import Item
from ..model.trace import Trace
from .facets import field_facets
from .matrix import target_cell
from .scope import data_note, scope_of
from .table import Cell, Table, columns

#: Id of the view.
TO_ASSESS = "vulnerabilities-to-assess"


def why_new(item: Item) -> str:
    """Why a vulnerability has to be assessed, or again; empty if its assessment covers all that is known."""
    assessed = item.text("assessed_on")
    if not item.docname and not assessed:
        return "matched by a public record" if item.text("match") else "stated by a file"
    if item.text("contradiction"):
        return "statements contradict each other"
    if item.text("record_modified") > assessed:
        return f"the public record changed on {item.text('record_modified')}"
    return ""


def vulnerabilities_to_assess(trace: Trace) -> Table:
    """One row for each vulnerability in a component that newer data brought or changed."""
    found = [(item, why) for item in trace.of_types(["vulnerability"]) if (why := why_new(item))]
    total = len(trace.of_types(["vulnerability"]))
    rows = []
    for item, why in found:
        ends = [end for end in item.links.get("affects", ()) if end in trace.items]
        component = target_cell(trace, trace.items[ends[0]], ("id", "title")) if ends else Cell()
        rows.append(
            (
                target_cell(trace, item, ("id", "title", "verdict")),
                Cell(item.text("vulnerability_ids")),
                component,
                Cell(why),
                Cell(item.text("match")),
                Cell(item.text("assessed_on")),
                Cell(item.text("kev")),
                Cell(item.text("epss")),
                Cell(item.text("data_sources")),
            )
        )
    return Table(
        id=TO_ASSESS,
        kind="register",
        title="Vulnerabilities to assess",
        question="What did newer data bring or change since the last assessment?",
        scope=f"{scope_of(trace, f'{len(found)} of {total} vulnerabilities')} {data_note(trace)}",
        columns=columns(
            ("vulnerability", "Vulnerability", 5),
            ("ids", "Ids", 3),
            ("component", "Component", 4),
            ("why", "Why it is here", 4),
            ("match", "Matched by", 4),
            ("assessed", "Assessed on", 2),
            ("kev", "KEV", 1),
            ("epss", "EPSS", 1),
            ("data", "On data of", 4),
        ),
        rows=tuple(rows),
        row_ids=tuple(item.id for item, _why in found),
        facets=field_facets(trace, [item for item, _why in found], ("vex_status", "kev")),
    )
