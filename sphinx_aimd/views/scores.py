"""Whose score is this, and where can the advisory be read: CVSS vectors and addresses of vulnerabilities as tables."""

from __future__ import annotations

from ..model.given import FIELDS, NOT_SAID, Given, counts, differences
from ..model.item import Item
from ..model.scores import brief
from ..model.trace import Trace
from .facets import verdict_facets
from .matrix import target_cell
from .scope import assessed_scope
from .table import Cell, Facet, Table, columns
from .words import field_text

#: Ids of the views.
SCORES, REFERENCES = "vulnerability-scores", "vulnerability-references"
_SHOWN = ("id", "title", "verdict")
_LIVE = {"type": ("vulnerability",)}


def vulnerability_scores(trace: Trace) -> Table:
    """One row for each vector and who gave it: those that items state themselves, then those of files."""
    mine = [item for item in trace.of_types(["vulnerability"]) if trace.graph.is_live(item)]
    rows: list[tuple[Cell, ...]] = []
    heads, disagreeing = [], 0
    for item in mine:
        given = trace.graph.inputs.given.get(item.id, ())
        differ = differences(item, given)
        disagreeing += bool(differ)
        found = [_own_row(trace, item, version) for version, name in FIELDS.items() if _is_own(item, name)]
        found += [_row(trace, item, one, differ.get((one.key, one.version), "")) for one in given]
        rows += found
        heads += [item] * len(found)
    titles = columns(
        ("vulnerability", "Vulnerability", 5),
        ("number", "Number", 3),
        ("version", "CVSS", 1),
        ("score", "Score", 2),
        ("vector", "Vector", 5),
        ("by", "Scored by", 3),
        ("file", "In", 4),
        ("counts", "Counts", 1),
        ("differs", "Scores that differ", 5),
    )
    return Table(
        id=SCORES,
        kind="register",
        title="Scores and who gave them",
        question="Whose score is this, which others are there, and which one counts?",
        scope=assessed_scope(
            trace,
            f"{len(mine)} vulnerabilities in force, {len(rows)} vectors, {disagreeing} vulnerabilities with vectors of "
            "one version that differ; of each version one vector counts for proposals, rules and statements: that of "
            "the item itself, else that of the worst base score which files give for its component",
            _LIVE,
        ),
        columns=titles,
        rows=tuple(rows),
        row_ids=tuple(item.id for item in heads),
        facets=(
            Facet(name="version", title="CVSS", values=tuple((row[2].text,) for row in rows)),
            Facet(name="by", title="Scored by", values=tuple((row[5].text,) for row in rows)),
            Facet(name="counts", title="Counts", values=tuple((row[7].text,) for row in rows)),
            Facet(name="differ", title="Differ", values=tuple(("yes" if row[8].text else "no",) for row in rows)),
            *verdict_facets(titles, rows),
        ),
    )


def _is_own(item: Item, name: str) -> bool:
    return bool(item.text(name)) and name in item.lines


def _own_row(trace: Trace, item: Item, version: str) -> tuple[Cell, ...]:
    vector = item.text(FIELDS[version])
    return (
        target_cell(trace, item, _SHOWN),
        Cell(item.text("vulnerability_ids")),
        Cell(version),
        Cell(brief(vector)),
        Cell(vector),
        Cell(field_text(trace, item, "cvss_source") or NOT_SAID),
        Cell("the item itself"),
        Cell("yes"),
        Cell(),
    )


def _row(trace: Trace, item: Item, one: Given, differs: str) -> tuple[Cell, ...]:
    return (
        target_cell(trace, item, _SHOWN),
        Cell(one.key),
        Cell(one.version),
        Cell(brief(one.vector)),
        Cell(one.vector),
        Cell(one.by or NOT_SAID),
        Cell(f"{one.path} of {one.date or 'unknown date'}"),
        Cell("yes" if counts(item, one) else "no"),
        Cell(differs),
    )


def vulnerability_references(trace: Trace) -> Table:
    """One row for each address that files name for a vulnerability, and one for what is left out."""
    mine = [item for item in trace.of_types(["vulnerability"]) if trace.graph.is_live(item)]
    rows, heads = [], []
    for item in mine:
        shown = [Cell(address, is_web=True) for address in item.values("references")]
        left = item.text("references_left")
        shown += [Cell(f"not listed: {left}")] if left else []
        for cell in shown:
            files = Cell(item.text("data_sources"))
            rows.append((target_cell(trace, item, _SHOWN), Cell(item.text("vulnerability_ids")), cell, files))
            heads.append(item)
    titles = columns(
        ("vulnerability", "Vulnerability", 5),
        ("ids", "Ids", 3),
        ("address", "Address", 6),
        ("data", "Files that speak of it", 5),
    )
    without = len(mine) - len({item.id for item in heads})
    return Table(
        id=REFERENCES,
        kind="register",
        title="References of vulnerabilities",
        question="Where can the advisory or record of each vulnerability be read?",
        scope=assessed_scope(
            trace, f"{len(mine)} vulnerabilities in force, {without} of them without an address in the files", _LIVE
        ),
        columns=titles,
        rows=tuple(rows),
        row_ids=tuple(item.id for item in heads),
        facets=verdict_facets(titles, rows),
    )
