"""Every item and clause of the file with all that it can be filtered by: the rows to which figures lead."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..model.item import Item
from ..model.trace import Trace
from .chapters import chapters
from .facets import ALL_ITEMS, owner_of, words_of
from .flow import group_of, onward
from .matrix import target_cell
from .riskmap import RATINGS, WHEN, move, rating
from .scope import scope_of
from .table import Cell, Column, Facet, Table

#: Stands for the class of a threat that names none.
NO_CLASS = "no class named"
_RATED = {f"{name}_{when}": f"{name.capitalize()} {when}" for when in WHEN for name in RATINGS}
#: Columns in their order: name, title, width, and whether few readers need it.
_COLUMNS = (
    ("item", "Item", 6, False),
    ("type", "Type", 2, False),
    ("verdict", "Verdict", 2, False),
    ("status", "Status", 2, False),
    ("instrument", "Instrument", 3, False),
    ("chapter", "Chapter", 3, True),
    ("about", "About", 2, True),
    ("stride", "STRIDE", 3, True),
    *((name, title, 2, not name.startswith("level_after")) for name, title in _RATED.items()),
    ("owner", "Owner (role)", 2, False),
    ("open", "What is open first", 6, False),
)

Words = Callable[[Item], tuple[str, ...]]


def stride_of(trace: Trace, item: Item) -> tuple[str, ...]:
    """STRIDE classes of a threat; one word for a threat without any, nothing for other items."""
    return words_of(trace, item, "stride") or ((NO_CLASS,) if item.type == "threat" else ())


def all_items(trace: Trace) -> Table:
    """Every item, result and clause, one row each, the clauses last and in the order of their text."""
    names = [name for name in trace.model.types if name != "clause"]
    items = [*trace.of_types(names), *trace.of_types(["clause"])]
    titles = {name: title for name, title, _width, _spare in _COLUMNS}
    words = _words(trace)
    facets = tuple(
        Facet(name=name, title=title, values=tuple(map(words[name], items)))
        for name, title in {
            "type": "Type",
            "verdict": "Verdict",
            "state": "State",
            "status": "Status",
            "instrument": "Instrument",
            "chapter": "Chapter",
            "about": "About",
            "checked": "Text of the clause",
            "stride": "STRIDE",
            "life_phase": "Life-cycle phase",
            "category": "Category of control",
            **_RATED,
            "move": "Risk after control",
            "multi_patient": "Multi-patient",
            "owner": "Owner (role)",
            "onward": "Link onward",
        }.items()
    )
    shown = [facet for facet in facets if facet.name in titles]
    texts = {facet.name: [", ".join(values) for values in facet.values] for facet in shown}
    rows = []
    for number, item in enumerate(items):
        reasons = trace.judgements[item.id].reasons
        known = {
            "item": target_cell(trace, item, ("id", "title")),
            "verdict": Cell("", "", trace.verdict(item.id), complete=item.type == "clause"),
            "open": Cell(str(reasons[0]) if reasons else ""),
        }
        rows.append(tuple(known.get(name) or Cell(texts[name][number]) for name in titles))
    clauses = sum(item.type == "clause" for item in items)
    return Table(
        id=ALL_ITEMS,
        kind="register",
        title="All items and clauses",
        question="Which items and clauses does the file hold, and in what state is each?",
        scope=scope_of(trace, f"{len(items)} rows: {len(items) - clauses} items, {clauses} clauses"),
        columns=tuple(
            Column(name=name, title=title, width=width, spare=spare) for name, title, width, spare in _COLUMNS
        ),
        rows=tuple(rows),
        row_ids=tuple(item.id for item in items),
        facets=facets,
    )


def _words(trace: Trace) -> dict[str, Words]:
    """How each facet gets its words from an item."""
    chapter = chapters(trace.catalogue)

    def of(name: str, types: Sequence[str] = ()) -> Words:
        return lambda item: words_of(trace, item, name) if not types or item.type in types else ()

    def rated(name: str) -> Words:
        return lambda item: (rating(trace, item, name),) if item.type == "risk" else ()

    return {
        "type": of("type"),
        "verdict": of("verdict"),
        "state": lambda item: (group_of(trace.verdict(item.id)),),
        "status": of("status"),
        "instrument": of("instrument", ("clause",)),
        "chapter": lambda item: (chapter[item.id],) if item.type == "clause" else (),
        "about": of("cybersecurity", ("clause",)),
        "checked": of("checked", ("clause",)),
        "stride": lambda item: stride_of(trace, item),
        "life_phase": of("life_phase"),
        "category": of("category", ("control",)),
        **{name: rated(name) for name in _RATED},
        "move": lambda item: (move(trace, item),) if item.type == "risk" else (),
        "multi_patient": of("multi_patient"),
        "owner": lambda item: (owner_of(trace, item),),
        "onward": lambda item: tuple(filter(None, (onward(trace, item),))),
    }
