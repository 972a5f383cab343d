"""Quantum readiness: which uses of cryptography a quantum computer would break, and what is planned."""

from __future__ import annotations

from collections.abc import Callable

from ..model.item import Item
from ..model.quantum import Standing, standing
from ..model.trace import Trace
from .facets import figure, verdict_facets, words_of
from .matrix import target_cell
from .scope import scope_of
from .table import Cell, Facet, Table, columns
from .words import field_text

READINESS, SUMMARY, FAMILIES = "quantum-readiness", "quantum-summary", "algorithm-families"
NOT_STATED = "not stated"
AGREES, CONTRADICTS, NOTHING_CLAIMED, NOT_SHOWN = "agrees", "contradicts", "nothing claimed", "not shown"
LONGER, NOT_LONGER, NO_END, NO_NEED_DATE = (
    "needed longer than allowed",
    "not needed longer",
    "no end of use",
    "end of the need not stated",
)


def uses(trace: Trace) -> list[Item]:
    """Uses of cryptography in force, those of bills of materials included, sorted by id."""
    return [item for item in trace.of_types(["crypto"]) if trace.graph.is_live(item)]


def claim(trace: Trace, item: Item) -> str:
    """Migration state that the author states."""
    return ", ".join(words_of(trace, item, "pq_state")) or NOT_STATED


def judged(item: Item, found: Standing) -> str:
    """Whether the claim fits how the algorithm stands."""
    if not found.families:
        return NOT_SHOWN
    stated = item.text("pq_state")
    return NOTHING_CLAIMED if not stated else AGREES if stated in found.state.claims else CONTRADICTS


def need_of(item: Item, found: Standing) -> str:
    """Whether it must hold beyond the day after which the cited draft no longer allows its algorithm."""
    if not found.ends_on:
        return NO_END
    until = item.text("protects_until")
    return NO_NEED_DATE if not until else LONGER if until > found.ends_on else NOT_LONGER


def quantum_readiness(trace: Trace) -> Table:
    """Every use of cryptography with what the table of families says of it, and what is planned."""
    mine = uses(trace)
    known = {item.id: standing(trace, item) for item in mine}
    titles = columns(
        ("use", "Use", 5),
        ("verdict", "Verdict", 2),
        ("purpose", "Purpose", 2),
        ("algorithm", "Algorithm", 4),
        ("bits", "Key bits", 1),
        ("strength", "Strength", 1),
        ("families", "Families", 3),
        ("quantum", "Quantum computer", 3),
        ("protects", "Protects", 3),
        ("until", "Until", 2),
        ("ends", "Draft end of use", 2),
        ("need", "Need and end", 3),
        ("state", "Migration state", 2),
        ("claim", "Claim", 2),
        ("plan", "Plan", 5),
        ("replaceable", "Replaceable", 2),
    )
    rows = []
    for item in mine:
        found = known[item.id]
        rows.append(
            (
                target_cell(trace, item, ("id", "title")),
                Cell("", "", trace.verdict(item.id)),
                Cell(field_text(trace, item, "purpose") or NOT_STATED),
                Cell(item.text("algorithm") or NOT_STATED),
                Cell(item.text("key_bits")),
                Cell(item.text("strength_bits")),
                Cell(", ".join(family.title for family in found.families) or "of no known family"),
                Cell(found.state.title),
                Cell(", ".join(target.id for target in trace.graph.targets(item.id, "protects"))),
                Cell(item.text("protects_until") or NOT_STATED),
                Cell(found.ends_on),
                Cell(need_of(item, found)),
                Cell(claim(trace, item)),
                Cell(judged(item, found)),
                Cell(item.text("pq_plan")),
                Cell(field_text(trace, item, "replaceable") or NOT_STATED),
            )
        )
    aside = len(trace.of_types(["crypto"])) - len(mine)
    broken = sum(known[item.id].state.name == "vulnerable" for item in mine)

    def facet(name: str, title: str, words: Callable[[Item], str]) -> Facet:
        return Facet(name=name, title=title, values=tuple((words(item),) for item in mine))

    return Table(
        id=READINESS,
        kind="register",
        title="Quantum readiness",
        question="Which cryptography would a quantum computer break, must it hold that long, and what is planned?",
        scope=scope_of(
            trace,
            f"{len(mine)} uses of cryptography in force ({aside} more are out of force), {broken} vulnerable, "
            f"{sum(not known[item.id].families for item in mine)} of no known family; families are read from the words "
            "of the algorithm; ends of use by the cited draft of NIST IR 8547",
            {"type": ("crypto",)},
        ),
        columns=titles,
        rows=tuple(rows),
        row_ids=tuple(item.id for item in mine),
        facets=(
            facet("quantum", "Quantum computer", lambda item: known[item.id].state.title),
            facet("state", "Migration state", lambda item: claim(trace, item)),
            facet("claim", "Claim", lambda item: judged(item, known[item.id])),
            facet("need", "Need and end", lambda item: need_of(item, known[item.id])),
            facet("purpose", "Purpose", lambda item: field_text(trace, item, "purpose") or NOT_STATED),
            facet("replaceable", "Replaceable", lambda item: field_text(trace, item, "replaceable") or NOT_STATED),
            *verdict_facets(titles, rows),
        ),
    )


def quantum_summary(trace: Trace) -> Table:
    """Uses by how they stand to a quantum computer (rows) and migration state (columns)."""
    mine = [(item, standing(trace, item)) for item in uses(trace)]
    field = trace.model.types["crypto"].fields.get("pq_state") if "crypto" in trace.model.types else None
    stated = [value.replace("_", " ") for value in (field.values if field is not None else ())]
    stated += sorted({claim(trace, item) for item, _found in mine} - {*stated, NOT_STATED})
    stated.append(NOT_STATED)
    rows = []
    for state in trace.model.methods.states.values():
        here = [(item, found) for item, found in mine if found.state.name == state.name]
        where = {"quantum": (state.title,)}
        cells = [Cell(state.title.capitalize())]
        for word in stated:
            count = sum(claim(trace, item) == word for item, _found in here)
            cells.append(figure(count, READINESS, {**where, "state": (word,)}))
        for word in (CONTRADICTS,):
            count = sum(judged(item, found) == word for item, found in here)
            cells.append(figure(count, READINESS, {**where, "claim": (word,)}))
        count = sum(need_of(item, found) == LONGER for item, found in here)
        cells.append(figure(count, READINESS, {**where, "need": (LONGER,)}))
        rows.append((*cells, figure(len(here), READINESS, where), Cell(state.help)))
    return Table(
        id=SUMMARY,
        kind="register",
        title="Quantum readiness by migration state",
        question="How much cryptography is vulnerable, how much of it is planned, and how much is needed too long?",
        scope=scope_of(trace, f"{len(mine)} uses of cryptography in force", {"type": ("crypto",)}),
        columns=columns(
            ("quantum", "Quantum computer", 4),
            *((word.replace(" ", "_"), word.capitalize(), 2) for word in stated),
            ("contradicts", "Claim contradicts", 2),
            ("longer", "Needed longer than allowed", 2),
            ("all", "All", 1),
            ("help", "Meaning", 5),
        ),
        rows=tuple(rows),
        row_ids=("",) * len(rows),
    )


def algorithm_families(trace: Trace) -> Table:
    """The table that the readiness is read from, with its sources."""
    families = trace.model.methods.families
    rows = tuple(
        (
            Cell(family.title),
            Cell(trace.model.methods.states[family.quantum].title),
            Cell(family.why),
            Cell(str(family.least_bits) if family.least_bits else ""),
            Cell(family.deprecated_after),
            Cell(family.disallowed_after),
            Cell("; ".join(family.source)),
        )
        for family in families
    )
    return Table(
        id=FAMILIES,
        kind="register",
        title="Families of algorithms",
        question="What does the table of algorithms say, and where is it from?",
        scope=scope_of(
            trace, f"{len(rows)} families; an algorithm is read by its words, the first column is not exhaustive"
        ),
        columns=columns(
            ("family", "Family", 4),
            ("quantum", "Quantum computer", 3),
            ("why", "Rests on", 4),
            ("bits", "Least strength (bits)", 2),
            ("deprecated", "Below 128 bits until", 2),
            ("disallowed", "Any use until", 2),
            ("source", "Source", 5),
        ),
        rows=rows,
        row_ids=("",) * len(rows),
    )
