"""Components of the bills of materials: licences with their attribution, and dependencies."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.bom import BomComponent
from ...model.trace import Trace
from ..scope import scope_of
from ..table import Cell, Facet, Table, columns
from .bills import Bill, Bills, label

NOT_STATED = "not stated"
_COMPLETENESS = {
    "complete": "complete",
    "dependencies_unknown": "dependencies unknown",
    "withheld": "withheld",
}


def sbom_licences(trace: Trace) -> Table:
    """One row for each component of each bill: licence, copyright and supplier, as the file states them."""
    bills = Bills(trace)
    parts = [(bill, part) for bill in bills for part in bill.parts]
    rows = tuple(
        (
            Cell(bill.path),
            bills.cell(bill, part),
            Cell("; ".join(part.licences) or NOT_STATED),
            Cell(part.copyright or NOT_STATED),
            Cell(part.supplier or part.manufacturer or NOT_STATED),
        )
        for bill, part in parts
    )
    without = sum(not part.licences for _bill, part in parts)
    return Table(
        id="sbom-licences",
        kind="register",
        title="Licences and attribution",
        question="Under which licence is each component used, and whose copyright is to be named?",
        scope=scope_of(trace, f"{bills.counted}, {without} without a licence"),
        columns=columns(
            ("bill", "Bill", 4),
            ("component", "Component", 5),
            ("licence", "Licence", 4),
            ("copyright", "Copyright", 6),
            ("supplier", "Supplier", 4),
        ),
        rows=rows,
        row_ids=tuple(row[1].target for row in rows),
        facets=(
            Facet(name="bill", title="Bill", values=tuple((bill.path,) for bill, _part in parts)),
            Facet(
                name="licence",
                title="Licence",
                values=tuple(part.licences or (NOT_STATED,) for _bill, part in parts),
            ),
            Facet(
                name="supplier",
                title="Supplier",
                values=tuple((part.supplier or part.manufacturer or NOT_STATED,) for _bill, part in parts),
            ),
        ),
    )


def sbom_dependencies(trace: Trace) -> Table:
    """One row for each direct dependency; a component without one has one row."""
    bills = Bills(trace)
    lines = [(bill, part, need) for bill in bills for part in bill.parts for need in _needs(bill, part)]
    parts = [(bill, part) for bill in bills for part in bill.parts]
    unknown = sum(_completeness(bills, bill, part) != "complete" for bill, part in parts)
    apart = sum(part.ref not in bill.depths for bill, part in parts)
    rows = tuple(
        (
            Cell(bill.path),
            bills.cell(bill, part),
            Cell(_depth(bill, part)),
            bills.cell(bill, need) if need is not None else Cell(_no_need(part)),
            Cell(_completeness(bills, bill, part)),
        )
        for bill, part, need in lines
    )
    return Table(
        id="sbom-dependencies",
        kind="register",
        title="Dependencies of the components",
        question="What does each component need, how far is that known, and how far is it from the product?",
        scope=scope_of(
            trace,
            f"{bills.counted}; {unknown} of which the file does not say that their dependencies are complete, "
            f"{apart} that no dependency connects with the product",
        ),
        columns=columns(
            ("bill", "Bill", 4),
            ("component", "Component", 5),
            ("depth", "Steps from the product", 2),
            ("needs", "Needs", 5),
            ("known", "Dependencies known", 3),
        ),
        rows=rows,
        row_ids=tuple(row[1].target for row in rows),
        facets=(
            Facet(name="bill", title="Bill", values=tuple((bill.path,) for bill, _part, _need in lines)),
            Facet(name="depth", title="Steps", values=tuple((_depth(bill, part),) for bill, part, _need in lines)),
            Facet(
                name="known",
                title="Dependencies known",
                values=tuple((_completeness(bills, bill, part),) for bill, part, _need in lines),
            ),
        ),
    )


def _needs(bill: Bill, part: BomComponent) -> Iterator[BomComponent | None]:
    found = [bill.by_ref[ref] for ref in part.depends_on if ref in bill.by_ref]
    if not found:
        yield None
    yield from sorted(found, key=lambda need: (label(need).casefold(), need.ref))


def _no_need(part: BomComponent) -> str:
    return "nothing" if part.known_unknown == "complete" else "none stated"


def _depth(bill: Bill, part: BomComponent) -> str:
    if bill.bom.subject is None:
        return "no product stated"
    return str(bill.depths[part.ref]) if part.ref in bill.depths else "not connected"


def _completeness(bills: Bills, bill: Bill, part: BomComponent) -> str:
    """What the file says, or what an author adds in the item of the component."""
    known = part.known_unknown
    if not known:
        item = bills.item(bill, part)
        known = item.text("known_unknown") if item is not None else ""
    return _COMPLETENESS.get(known, NOT_STATED)
