"""One piece of evidence, several jurisdictions: topics across instruments, suggestions, and what is common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import zip_longest

from ..crosswalk import Topic
from ..model.item import Item
from ..model.trace import Trace
from ..model.verdict import fold
from .scope import scope_of
from .table import EMPTY, Cell, Table, columns
from .words import cited

#: Answers named in a cell of the crosswalk; the card of the clause has them all.
SHOWN_ANSWERS = 6
#: Suggestions for one provision: the items that answer most others of the topic.
SHOWN_SUGGESTIONS = 5


def _note(trace: Trace) -> str:
    """What the topics rest on, in the first sentence of their basis."""
    return f"{trace.crosswalk.basis.partition('. ')[0].rstrip('.') or 'No topics'}; a topic proves nothing"


def asked(trace: Trace, topic: Topic) -> list[Item]:
    """Clauses of a topic that ask something of this file."""
    return [trace.items[clause] for clause in topic.clauses if trace.verdict(clause).counts]


def jurisdictions(trace: Trace) -> list[str]:
    """Jurisdictions of the clauses that topics name and that are asked."""
    found = {jurisdiction_of(trace, item) for topic in trace.crosswalk.topics for item in asked(trace, topic)}
    return sorted(found)


def jurisdiction_of(trace: Trace, item: Item) -> str:
    """Jurisdiction of the instrument of a clause."""
    return trace.catalogue.clauses[item.id].instrument.jurisdiction


def answers(trace: Trace, clause: str) -> list[Item]:
    """Live items that answer a clause."""
    return [item for item in trace.graph.targets(clause, "satisfied_by") if trace.graph.is_live(item)]


def crosswalk(trace: Trace) -> Table:
    """Topic by jurisdiction: each cell is a clause with its verdict and what answers it."""
    names = jurisdictions(trace)
    rows: list[tuple[Cell, ...]] = []
    ids = []
    for topic in trace.crosswalk.topics:
        by_name: dict[str, list[Cell]] = {name: [] for name in names}
        for item in asked(trace, topic):
            by_name[jurisdiction_of(trace, item)].append(_cell(trace, item))
        for line in zip_longest(*by_name.values(), fillvalue=EMPTY):
            rows.append((Cell(f"{topic.id} {topic.title}"), *line))
            ids.append(topic.id)
    return Table(
        id="crosswalk",
        kind="statement",
        title="Crosswalk of provisions",
        question="Which provisions of several jurisdictions ask the same, and what answers each of them?",
        scope=scope_of(trace, f"{len(trace.crosswalk.topics)} topics, {len(rows)} rows. {_note(trace)}"),
        columns=columns(("topic", "Topic", 4), *((_name(name), name, 6) for name in names)),
        rows=tuple(rows),
        row_ids=tuple(ids),
    )


def _name(jurisdiction: str) -> str:
    return "in_" + "".join(sign if sign.isalnum() else "_" for sign in jurisdiction.lower())


def _cell(trace: Trace, item: Item) -> Cell:
    found = [answer.id for answer in answers(trace, item.id)]
    more = f" and {len(found) - SHOWN_ANSWERS} more" if len(found) > SHOWN_ANSWERS else ""
    said = f"{', '.join(found[:SHOWN_ANSWERS])}{more}" if found else "nothing cited"
    return Cell(f"{cited(item)}: {said}", item.id, trace.verdict(item.id), complete=True)


def suggestions(trace: Trace) -> Table:
    """Items that answer one provision of a topic, for open provisions of the topic that cite nothing."""
    rows, ids = [], []
    for topic in trace.crosswalk.topics:
        clauses = asked(trace, topic)
        sources: dict[str, list[Item]] = {}
        for item in clauses:
            for answer in answers(trace, item.id):
                sources.setdefault(answer.id, []).append(item)
        for item in clauses:
            if answers(trace, item.id) or trace.verdict(item.id).is_closed or trace.graph.parts.get(item.id):
                continue
            wanted = trace.model.expects_types(item.values("expects"))
            fitting = [answer_id for answer_id in sorted(sources) if trace.items[answer_id].type in wanted]
            fitting.sort(key=lambda answer_id: -len(sources[answer_id]))
            for answer_id in fitting[:SHOWN_SUGGESTIONS]:
                answer, cites = trace.items[answer_id], sources[answer_id]
                what = f"satisfies {', '.join(sorted({other.citation for other in cites}))}"
                rows.append(
                    (
                        Cell(cited(item), item.id, trace.verdict(item.id), complete=True),
                        Cell(item.title),
                        Cell(f"{answer.id} {answer.title}", answer.id, trace.verdict(answer.id)),
                        Cell(what),
                        Cell(f"{topic.id} {topic.title}"),
                    )
                )
                ids.append(item.id)
    return Table(
        id="crosswalk-suggestions",
        kind="statement",
        title="Suggestions from the crosswalk",
        question="Which provisions that cite nothing could be answered by what answers a like provision elsewhere?",
        scope=scope_of(
            trace,
            f"{len(rows)} suggestions for {len(set(ids))} clauses, at most {SHOWN_SUGGESTIONS} of a topic for each. "
            "A suggestion is never coverage",
        ),
        columns=columns(
            ("clause", "Provision without an answer", 4),
            ("title", "Title", 5),
            ("item", "Item that may answer it", 5),
            ("because", "Because it", 5),
            ("topic", "Topic", 4),
        ),
        rows=tuple(rows),
        row_ids=tuple(ids),
    )


def markets(trace: Trace) -> Table:
    """What is common to several jurisdictions, and what only one asks, with the state in each."""
    names = jurisdictions(trace)
    rows = []
    in_topics: set[str] = set()
    for topic in trace.crosswalk.topics:
        items = asked(trace, topic)
        in_topics |= {item.id for item in items}
        rows.append((*_row(trace, f"{topic.id} {topic.title}", items, names), Cell(topic.evidence)))
    rest: Mapping[str, list[Item]] = {name: [] for name in names}
    for clause in trace.catalogue.clauses:
        item = trace.items[clause]
        name = jurisdiction_of(trace, item)
        if clause not in in_topics and trace.verdict(clause).counts and name in rest:
            rest[name].append(item)
    others = [item for items in rest.values() for item in items]
    rows.append((*_row(trace, "Provisions that are in no topic", others, names), EMPTY))
    return Table(
        id="markets",
        kind="statement",
        title="Summary across jurisdictions",
        question="What do all jurisdictions ask, what only one, and how far is each answered?",
        scope=scope_of(
            trace, f"{len(rows)} rows; a cell counts closed of all provisions that are asked. {_note(trace)}"
        ),
        columns=columns(
            ("topic", "Topic", 5),
            ("asked", "Asked by", 4),
            *((_name(name), name, 3) for name in names),
            ("evidence", "Evidence that serves them all", 6),
        ),
        rows=tuple(rows),
        row_ids=("",) * len(rows),
    )


def topics_by_instrument(trace: Trace) -> Table:
    """Topic by instrument: how many of the provisions that are asked are closed, and their fold."""
    keys = sorted(
        {trace.catalogue.clauses[item.id].instrument.key for t in trace.crosswalk.topics for item in asked(trace, t)},
        key=lambda key: (trace.catalogue.instruments[key].jurisdiction, key),
    )
    rows = []
    for topic in trace.crosswalk.topics:
        items = asked(trace, topic)
        cells = []
        for key in keys:
            mine = [item for item in items if trace.catalogue.clauses[item.id].instrument.key == key]
            cells.append(_state(trace, mine))
        rows.append((Cell(f"{topic.id} {topic.title}"), *cells))
    names = [(f"in_{number}", trace.catalogue.instruments[key].short_title, 2) for number, key in enumerate(keys)]
    return Table(
        id="topics-by-instrument",
        kind="statement",
        title="Topics by instrument",
        question="Which instruments ask each topic, and how far is each answered there?",
        scope=scope_of(
            trace, f"{len(rows)} topics, {len(keys)} instruments; closed of all that are asked. {_note(trace)}"
        ),
        columns=columns(("topic", "Topic", 5), *names),
        rows=tuple(rows),
        row_ids=("",) * len(rows),
    )


def _state(trace: Trace, items: list[Item]) -> Cell:
    verdicts = [trace.verdict(item.id) for item in items]
    closed = sum(verdict.is_closed for verdict in verdicts)
    return Cell(f"{closed} of {len(verdicts)}", "", fold(verdicts), complete=True) if verdicts else EMPTY


def _row(trace: Trace, title: str, items: list[Item], names: list[str]) -> tuple[Cell, ...]:
    counts = Counter(jurisdiction_of(trace, item) for item in items)
    asking = [name for name in names if counts[name]]
    word = "nobody" if not asking else f"only {asking[0]}" if len(asking) == 1 else ", ".join(asking)
    cells = [_state(trace, [item for item in items if jurisdiction_of(trace, item) == name]) for name in names]
    return (Cell(title), Cell(word), *cells)
