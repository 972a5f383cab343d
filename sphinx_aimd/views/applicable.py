"""The device profile, what applies to the device and why, the standards applied, and what is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..model.applicability import Standing, ended_before, starts_after
from ..model.item import Item
from ..model.trace import Trace
from ..profile import Profile, questionnaire, said
from .checklist import applicability_of
from .scope import scope_of
from .table import Cell, Table, columns
from .words import cited


def file_names(profile: Profile, as_of: str) -> Iterator[tuple[str, str]]:
    """What each market of the device calls this file on a date; without one, what it is called now."""
    for row in questionnaire().file_names:
        ended = ended_before(row.end, as_of) if as_of else bool(row.end)
        if row.market in profile.answers["markets"] and not ended and not starts_after(row.start, as_of):
            yield said("markets", (row.market,)), row.name


def device_profile(trace: Trace) -> Table:
    """The answers of the profile, what the file is called, and what it leaves to others."""
    rows: list[tuple[str, str]] = []
    profile = trace.profile
    if profile is not None:
        rows += [
            (question.title, said(name, profile.answers[name]))
            for name, question in questionnaire().questions.items()
            if name in profile.answers
        ]
        rows += [
            (f"Name of this file in the market {market}", name) for market, name in file_names(profile, trace.as_of)
        ]
        for row in profile.elsewhere:
            instrument = trace.catalogue.instruments[row.instrument]
            about = f", rows about security: {', '.join(row.about)}" if row.about else ""
            rows.append((f"Answered elsewhere: {instrument.short_title}{about}", row.document))
    return Table(
        id="device-profile",
        kind="statement",
        title="Device profile",
        question="What is the device, where is it placed, and what decides which provisions apply?",
        scope=scope_of(
            trace, f"{len(rows)} rows" if profile else "there is no device profile, so every provision counts"
        ),
        columns=columns(("field", "Field", 3), ("value", "Answer", 6)),
        rows=tuple((Cell(title), Cell(text)) for title, text in rows),
        row_ids=("",) * len(rows),
    )


def profile_line(trace: Trace) -> str:
    """The device profile in one line, for covers."""
    if trace.profile is None:
        return "none, so every provision counts"
    markets = said("markets", trace.profile.answers["markets"])
    faults = [reason for _field, reason in trace.profile.faults(trace.version, trace.as_of)]
    state = f"sets no provision aside: {', '.join(faults)}" if faults else "approved"
    return f"{trace.profile.answers['name'][0]}; {markets}; {state}"


def clauses_of(trace: Trace) -> list[Item]:
    """All clauses by jurisdiction, instrument and order of the text."""
    rows = trace.catalogue.clauses
    return sorted(
        (trace.items[clause] for clause in rows),
        key=lambda item: (rows[item.id].instrument.jurisdiction, rows[item.id].instrument.key, rows[item.id].order),
    )


def statement_of_applicability(trace: Trace) -> Table:
    """Every clause: whether it applies, why, who decided it, and its state."""
    rows = []
    counts: Counter[Standing] = Counter()
    for item in clauses_of(trace):
        clause, found = trace.catalogue.clauses[item.id], applicability_of(trace, item)
        counts[found.standing] += 1
        rows.append(
            (
                Cell(cited(item), item.id),
                Cell(item.title),
                Cell(f"{clause.instrument.short_title}, {clause.instrument.edition}"),
                Cell(found.word),
                Cell(found.reason),
                Cell(found.by),
                Cell("", "", trace.verdict(item.id), complete=True),
            )
        )
    counted = ", ".join(f"{counts[standing]} {standing.value}" for standing in Standing if counts[standing])
    return Table(
        id="statement-of-applicability",
        kind="statement",
        title="Statement of applicability",
        question="Which provisions apply to the device, which do not, and who decided it for what reason?",
        scope=scope_of(trace, f"{len(rows)} clauses: {counted}"),
        columns=columns(
            ("clause", "Clause", 3),
            ("title", "Title", 5),
            ("instrument", "Instrument", 4),
            ("applicable", "Applicable", 2),
            ("reason", "Reason", 6),
            ("by", "Decided by", 3),
            ("verdict", "Verdict", 2),
        ),
        rows=tuple(rows),
        row_ids=tuple(item.id for item in clauses_of(trace)),
    )


def applied_standards(trace: Trace) -> Table:
    """Standards that the profile names: extent, the clauses they serve, and until when the edition is accepted."""
    rows, ids = [], []
    for standard in trace.profile.standards if trace.profile else ():
        row = trace.catalogue.clauses[standard.standard]
        item, state = trace.items[row.id], trace.standing[row.id]
        dates = f"until {row.end}" if row.end else ""
        for clause in standard.clauses:
            rows.append(
                (
                    Cell(cited(item), row.id),
                    Cell(row.title),
                    Cell(standard.extent),
                    Cell(dates if state.standing.is_in_force else f"{state.standing.value}: {state.reason}"),
                    Cell(cited(trace.items[clause]), clause, trace.verdict(clause), complete=True),
                )
            )
            ids.append(row.id)
    return Table(
        id="applied-standards",
        kind="statement",
        title="Standards applied",
        question="Which standards are applied in which edition, how far, and for which provisions?",
        scope=scope_of(trace, f"{len(set(ids))} standards, {len(rows)} rows, as the device profile states them"),
        columns=columns(
            ("standard", "Standard and edition", 4),
            ("title", "Title (ours)", 4),
            ("extent", "Extent", 4),
            ("dates", "Accepted", 3),
            ("clause", "For the provision", 3),
        ),
        rows=tuple(rows),
        row_ids=tuple(ids),
    )


def open_clauses(trace: Trace) -> Table:
    """What is still open, by jurisdiction."""
    rows, ids = [], []
    for item in clauses_of(trace):
        verdict = trace.verdict(item.id)
        if verdict.is_closed:
            continue
        instrument = trace.catalogue.clauses[item.id].instrument
        reasons = trace.judgements[item.id].reasons
        rows.append(
            (
                Cell(instrument.jurisdiction),
                Cell(instrument.short_title),
                Cell(cited(item), item.id, verdict, complete=True),
                Cell(item.title),
                Cell(str(reasons[0]) if reasons else ""),
            )
        )
        ids.append(item.id)
    counts = Counter(row[0].text for row in rows)
    counted = ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"
    return Table(
        id="open-clauses",
        kind="statement",
        title="Open provisions by jurisdiction",
        question="What is still open, in which market, and why?",
        scope=scope_of(trace, f"{len(rows)} open clauses: {counted}"),
        columns=columns(
            ("jurisdiction", "Jurisdiction", 2),
            ("instrument", "Instrument", 3),
            ("clause", "Clause", 4),
            ("title", "Title", 5),
            ("open", "What is open first", 7),
        ),
        rows=tuple(rows),
        row_ids=tuple(ids),
    )
