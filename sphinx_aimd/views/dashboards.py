"""Dashboards: figures about the whole file, each leading to the rows that it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from ..model.item import Finding
from ..model.trace import Trace
from ..model.verdict import WORDS, Verdict, word
from .cards import grade
from .chapters import chapters
from .everything import NO_CLASS, stride_of
from .facets import ALL_ITEMS, NO_OWNER, figure
from .flow import trace_flow
from .riskmap import risk_map, risk_moves
from .scope import scope_of
from .summary import GRADES, WHOLE_FILE, coverage, finding_owner
from .table import Cell, Table, columns
from .words import RELEVANCE, instrument_name


def coverage_by_chapter(trace: Trace) -> Table:
    """Clauses by verdict for each chapter of each instrument."""
    chapter = chapters(trace.catalogue)
    counts: dict[tuple[str, str], Counter[Verdict]] = {}
    security: Counter[tuple[str, str]] = Counter()
    for key in sorted(
        trace.catalogue.instruments, key=lambda key: (trace.catalogue.instruments[key].jurisdiction, key)
    ):
        name = instrument_name(trace.catalogue.instruments[key])
        for clause in trace.catalogue.of(key):
            spot = (name, chapter[clause.id])
            counts.setdefault(spot, Counter())[trace.verdict(clause.id)] += 1
            security[spot] += clause.cybersecurity == "primary"
    rows = []
    for (name, part), found in counts.items():
        where = {"instrument": (name,), "chapter": (part,)}
        cells = [Cell(name), Cell(part), figure(found.total(), ALL_ITEMS, where)]
        cells += [
            figure(found[verdict], ALL_ITEMS, {**where, "verdict": (word(verdict, "clause"),)}) for verdict in Verdict
        ]
        about = {**where, "about": (RELEVANCE["primary"],)}
        rows.append((*cells, figure(security[name, part], ALL_ITEMS, about)))
    words = {**WORDS, Verdict.VERIFIED: word(Verdict.VERIFIED, "clause")}
    verdicts = ((verdict.value, words[verdict].capitalize(), 2) for verdict in Verdict)
    return Table(
        id="coverage-chapters",
        kind="coverage",
        title="Coverage by instrument and chapter",
        question="Which chapter of which instrument is answered by evidence that is complete and current?",
        scope=scope_of(
            trace,
            f"{len(trace.catalogue.clauses)} clauses, {len(rows)} chapters; a chapter is the topmost clause that "
            "others are parts of, or a part of the numbering",
        ),
        columns=columns(
            ("instrument", "Instrument", 5),
            ("chapter", "Chapter", 5),
            ("clauses", "Clauses", 2),
            *verdicts,
            ("security", "About security", 2),
        ),
        rows=tuple(rows),
        row_ids=("",) * len(rows),
    )


def threat_classes(trace: Trace) -> Table:
    """Threats by STRIDE class and verdict; a threat of several classes counts in each."""
    threats = trace.of_types(["threat"])
    counts = Counter((name, trace.verdict(item.id)) for item in threats for name in stride_of(trace, item))
    field = trace.model.types["threat"].fields.get("stride") if "threat" in trace.model.types else None
    names = list(dict.fromkeys(value.replace("_", " ") for value in (field.values if field is not None else ())))
    names += sorted({name for name, _verdict in counts} - {*names, NO_CLASS})
    names += [NO_CLASS] if any(name == NO_CLASS for name, _verdict in counts) else []
    title = trace.model.type_title("threat")
    lines: list[tuple[str, Counter[Verdict], dict[str, tuple[str, ...]]]] = [
        (name, Counter({v: counts[name, v] for v in Verdict}), {"type": (title,), "stride": (name,)}) for name in names
    ]
    lines.append(("all threats", Counter(trace.verdict(item.id) for item in threats), {"type": (title,)}))
    rows = []
    for name, found, where in lines:
        cells = [figure(found[v], ALL_ITEMS, {**where, "verdict": (WORDS[v],)}) for v in Verdict]
        rows.append((Cell(name.capitalize()), *cells, figure(found.total(), ALL_ITEMS, where)))
    return Table(
        id="threat-classes",
        kind="threat-classes",
        title="Threats by STRIDE class and verdict",
        question="Which classes of threats are shown to be controlled on this version, and which are not?",
        scope=scope_of(
            trace, f"{len(threats)} threats; one of several classes counts in each of them", {"type": ("threat",)}
        ),
        columns=columns(
            ("stride", "STRIDE class", 4),
            *((verdict.value, WORDS[verdict].capitalize(), 2) for verdict in Verdict),
            ("all", "All", 1),
        ),
        rows=tuple(rows),
        row_ids=("",) * len(rows),
    )


def findings_by_owner(trace: Trace, findings: Sequence[Finding]) -> Table:
    """Findings by the role that answers for their item, and by grade."""
    counts = Counter((finding_owner(trace, finding), grade(finding)) for finding in findings)
    last = ("clause", NO_OWNER, WHOLE_FILE)
    owners = {owner for owner, _grade in counts}
    names = [*sorted(owners - {*last}), *(name for name in last if name in owners)]
    rows = []
    for name in names:
        where = {"owner": (name,)}
        cells = [figure(counts[name, g], "gap-list", {**where, "grade": (g,)}) for g in GRADES]
        total = sum(counts[name, g] for g in GRADES)
        rows.append((Cell(name), *cells, figure(total, "gap-list", where)))
    return Table(
        id="findings-by-owner",
        kind="findings-by-owner",
        title="Findings by owner",
        question="Which role has how much to do, and how grave is it?",
        scope=scope_of(
            trace,
            f"{len(findings)} findings, by the owner's role of the item; those on clauses apart, since a clause has no "
            f"owner. Graded by the gate {trace.gate!r}",
        ),
        columns=columns(
            ("owner", "Owner (role)", 4), *((g.replace(" ", "_"), g.capitalize(), 2) for g in GRADES), ("all", "All", 2)
        ),
        rows=tuple(rows),
        row_ids=("",) * len(rows),
    )


#: Dashboards that are computed from the trace alone, by id.
OF_TRACE: Mapping[str, Callable[[Trace], Table]] = {
    "coverage": coverage,
    "coverage-chapters": coverage_by_chapter,
    "risk-map": risk_map,
    "risk-moves": risk_moves,
    "threat-classes": threat_classes,
    "trace-flow": trace_flow,
}
#: Dashboards that are computed from the findings too.
OF_FINDINGS: Mapping[str, Callable[[Trace, Sequence[Finding]], Table]] = {"findings-by-owner": findings_by_owner}
#: What ``.. dashboard::`` can show.
NAMES = (*OF_TRACE, *OF_FINDINGS)
