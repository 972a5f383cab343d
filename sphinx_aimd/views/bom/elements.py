"""Minimum elements of bills of materials: which are stated, by how many components, and which components lack them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from itertools import zip_longest

from ...model.trace import Trace
from ...model.verdict import Verdict
from ...schema import check
from ...yamlfile import load
from ..scope import scope_of
from ..table import Cell, Facet, Table, columns
from ..words import instrument_name
from .bills import Bill, Bills
from .facts import OF_BILL, OF_PART, WORDS

NAME = "sbom_elements.yaml"
ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One entry of ``traceability/sbom_elements.yaml``.

    :param of: bill, component or elsewhere.
    :param stated_by: name of the fact that answers it.
    :param clauses: provisions that ask for it.
    """

    id: str
    title: str
    of: str
    clauses: tuple[str, ...]
    stated_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """How far a bill states an element.

    :param lacking: a cell for each part, or for the bill itself, that does not state it.
    """

    bill: Bill
    element: Element
    asked: int
    lacking: tuple[Cell, ...]

    @property
    def verdict(self) -> Verdict | None:
        """None where nothing was measured."""
        if not self.asked:
            return None
        if not self.lacking:
            return Verdict.VERIFIED
        return Verdict.MISSING if len(self.lacking) == self.asked else Verdict.PARTIAL


@cache
def elements() -> tuple[Element, ...]:
    """The elements, in the order of their file."""
    with as_file(files("sphinx_aimd.traceability") / NAME) as path:
        file = load(path, f"traceability/{NAME}")
    check(file, "traceability", "traceability.schema.json", "sbom_elements")
    return tuple(Element(**{**entry, "clauses": tuple(entry["clauses"])}) for entry in file.data["elements"])


def sbom_minimum(trace: Trace) -> Table:
    """Each element of each bill; further rows name the provisions that ask for it and the components that lack it."""
    bills = Bills(trace)
    measured = [_measure(bills, bill, element) for bill in bills for element in elements()]
    rows: list[tuple[Cell, ...]] = []
    about: list[tuple[_Measured, str]] = []
    for one in measured:
        for row in _rows(trace, one):
            rows.append(row)
            about.append((one, _state(one)))
    short = sum(bool(one.lacking) for one in measured)
    instruments = {element.id: _instruments(trace, element) for element in elements()}
    return Table(
        id="sbom-minimum",
        kind="register",
        title="Minimum elements of the bills of materials",
        question="Which elements that laws and guidance ask for does each bill state, and which components lack them?",
        scope=scope_of(
            trace,
            f"{bills.counted}; {len(elements())} elements, {short} of {len(measured)} with something missing. An "
            "element is stated where the file says something; whether that is right, the file cannot show",
        ),
        columns=columns(
            ("bill", "Bill", 4),
            ("element", "Element", 3),
            ("stated", "Stated by", 2),
            ("lacking", "Not stated by", 2),
            ("state", "State", 2),
            ("asked_by", "Asked by", 5),
            ("without", "Without it", 5),
            ("note", "What counts", 5),
        ),
        rows=tuple(rows),
        row_ids=("",) * len(rows),
        facets=(
            Facet(name="bill", title="Bill", values=tuple((one.bill.path,) for one, _state in about)),
            Facet(name="element", title="Element", values=tuple((one.element.title,) for one, _state in about)),
            Facet(name="state", title="State", values=tuple((state,) for _one, state in about)),
            Facet(name="instrument", title="Instrument", values=tuple(instruments[one.element.id] for one, _ in about)),
        ),
    )


def _measure(bills: Bills, bill: Bill, element: Element) -> _Measured:
    fact = element.stated_by
    if element.of == ELSEWHERE:
        return _Measured(bill=bill, element=element, asked=0, lacking=())
    if element.of == "bill":
        lacking = () if OF_BILL[fact](bill) else (Cell("the bill itself"),)
        return _Measured(bill=bill, element=element, asked=1, lacking=lacking)
    found = []
    for part in bill.parts:
        if not OF_PART[fact](bills, bill, part):
            words = WORDS[fact](part) if fact in WORDS else ""
            cell = bills.cell(bill, part)
            found.append(Cell(f"{cell.text} (says: {words})", cell.target) if words else cell)
    return _Measured(bill=bill, element=element, asked=len(bill.parts), lacking=tuple(found))


def _state(one: _Measured) -> str:
    if one.element.of == ELSEWHERE:
        return "not shown by a file"
    return {Verdict.VERIFIED: "stated", Verdict.PARTIAL: "stated in part", None: "nothing to ask"}.get(
        one.verdict, "not stated"
    )


def _rows(trace: Trace, one: _Measured) -> Iterator[tuple[Cell, ...]]:
    head = (Cell(one.bill.path), Cell(one.element.title))
    if one.element.of == ELSEWHERE:
        counts = (Cell(_state(one)), Cell(), Cell())
    else:
        noun = "bill" if one.element.of == "bill" else "component"
        counts = (
            Cell(
                f"{one.asked - len(one.lacking)} of {one.asked} {noun}s"
                if one.asked != 1
                else f"{1 - len(one.lacking)} of 1"
            ),
            Cell(str(len(one.lacking))),
            Cell(_state(one), "", one.verdict if one.lacking else None),  # what a file states is not shown to be right
        )
    asked = [_clause(trace, clause) for clause in one.element.clauses]
    first = True
    for clause, lack in zip_longest(asked, one.lacking, fillvalue=Cell()):
        yield (*head, *(counts if first else (Cell(),) * 3), clause, lack, Cell(one.element.note if first else ""))
        first = False


def _clause(trace: Trace, clause: str) -> Cell:
    item = trace.items.get(clause)
    if item is None:
        return Cell(clause)
    return Cell(f"{item.citation} {item.title}", clause, trace.verdict(clause), complete=True)


def _instruments(trace: Trace, element: Element) -> tuple[str, ...]:
    known = trace.catalogue.clauses
    found = (instrument_name(known[clause].instrument) for clause in element.clauses if clause in known)
    return tuple(dict.fromkeys(found))
