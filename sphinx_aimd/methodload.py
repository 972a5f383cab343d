"""Entries of methods.yaml in, typed methods out; what they name must exist, and a matrix must be whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise, product
from typing import Any

from .methods import Criterion, Family, Methods, Proposal, QuantumState, Rating, RatingMethod, StrideElement
from .model.item import Location
from .model.values import did_you_mean, is_date
from .tracemodel import Field, ItemType
from .yamlfile import InputError

#: Part of the trace model that this module reads.
STEM = "methods"


def methods(
    data: Mapping[str, Any], types: Mapping[str, ItemType], places: Mapping[tuple[str, str], Location]
) -> Methods:
    """Read the methods.

    :param types: item types, whose fields and scales the methods name.
    :param places: where each entry stands.
    :raises InputError: at the entry that names what does not exist, or whose matrix has a hole or falls.
    """
    reader = _Reader(types, places)
    return Methods(
        ratings={entry["id"]: reader.rating_method(entry) for entry in reader.each(data["rating_methods"])},
        proposals=tuple(map(reader.proposal, reader.each(data["exploitability_proposals"]))),
        elements=tuple(map(reader.element, reader.each(data["stride_elements"]))),
        families=tuple(map(reader.family, reader.each(data["algorithm_families"]))),
        states={entry["name"]: reader.state(entry) for entry in reader.each(data["quantum_states"])},
    )


class _Reader:
    def __init__(self, types: Mapping[str, ItemType], places: Mapping[tuple[str, str], Location]) -> None:
        self.types, self.places = types, places
        self.name, self.at = "", Location()

    def each(self, entries: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for entry in entries:
            self.name = entry.get("id") or entry["name"]
            self.at = self.places.get((STEM, self.name), Location())
            yield entry

    def refusal(self, text: str, remedy: str) -> InputError:
        return InputError(self.at.file, self.at.line, f"method {self.name}: {text}", remedy)

    def known(self, words: Iterable[str], known: Iterable[str], what: str) -> tuple[str, ...]:
        """The words, if all of them exist."""
        words, known = tuple(words), tuple(known)
        for word in words:
            if word not in known:
                remedy = did_you_mean(word, known).strip() or f"Known: {', '.join(known)}."
                raise self.refusal(f"there is no {what} {word!r}.", remedy)
        return words

    def field(self, type_name: str, name: str) -> Field:
        self.known([type_name], self.types, "item type")
        fields = self.types[type_name].fields
        self.known([name], fields, f"field of {type_name}")
        return fields[name]

    def scale(self, name: str) -> tuple[str, ...]:
        """Values of a rated field of a risk, lowest first."""
        field = self.field("risk", name)
        if not field.ordered:
            raise self.refusal(f"the field {name!r} has no ordered scale.", "Name a field with one.")
        return field.values

    def rating_method(self, entry: dict[str, Any]) -> RatingMethod:
        ratings = tuple(Rating(**row) for row in entry["ratings"])
        scales = {(self.scale(row.likelihood), self.scale(row.severity), self.scale(row.level)) for row in ratings}
        if len(scales) > 1:
            raise self.refusal("its ratings are of different scales.", "Write one method for each.")
        likelihoods, severities, levels = scales.pop()
        acceptance = entry["acceptance"]
        decision, role = self.field("risk", acceptance["field"]), self.field("risk", acceptance["role"])
        states = {value for row in ratings if row.state for value in self.field("risk", row.state).values}
        return RatingMethod(
            id=entry["id"],
            title=entry["title"],
            ratings=ratings,
            matrix=self.matrix(entry["matrix"], likelihoods, severities, levels),
            decision=decision.name,
            role=role.name,
            accepts_nothing=self.known(acceptance["accepts_nothing"], decision.values, f"value of {decision.name}"),
            criteria=self.criteria(entry["criteria"], levels, decision, role, states),
            source=tuple(entry["source"]),
            help=entry["help"],
            location=self.at,
        )

    def matrix(
        self, rows: Mapping[str, Mapping[str, str]], likelihoods: tuple[str, ...], *columns: tuple[str, ...]
    ) -> dict[tuple[str, str], str]:
        severities, levels = columns
        self.known(rows, likelihoods, "likelihood")
        found = {}
        for likelihood in likelihoods:
            row = rows.get(likelihood, {})
            self.known(row, severities, "severity")
            self.known(row.values(), levels, "level")
            for severity in severities:
                if severity not in row:
                    raise self.refusal(
                        f"its matrix has no level for {likelihood} and {severity}.", "Fill every cell of both scales."
                    )
                found[likelihood, severity] = row[severity]
        for lower, higher in _steps(likelihoods, severities):
            if levels.index(found[higher]) < levels.index(found[lower]):
                raise self.refusal(
                    f"its level falls from {found[lower]} at {' and '.join(lower)} to {found[higher]} at "
                    f"{' and '.join(higher)}.",
                    "A higher rating cannot give a lower level.",
                )
        return found

    def criteria(
        self, rows: list[dict[str, Any]], levels: tuple[str, ...], decision: Field, role: Field, states: Iterable[str]
    ) -> dict[str, Criterion]:
        given = [row["level"] for row in rows]
        if given != list(levels):
            raise self.refusal(
                f"its criteria are for {', '.join(given) or 'no level'}.", f"Give one for each of {', '.join(levels)}."
            )
        found: dict[str, Criterion] = {}
        above: tuple[str, ...] = ()
        for row in reversed(rows):
            above = tuple(dict.fromkeys((*self.known(row["roles"], role.values, "role"), *above)))
            found[row["level"]] = Criterion(
                level=row["level"],
                accept=self.known(row["accept"], decision.values, f"value of {decision.name}"),
                roles=above,
                states=self.known(row["states"], sorted(states), "state"),
                filled=self.known(row["filled"], self.types["risk"].fields, "field of risk"),
                help=row["help"],
            )
        return {level: found[level] for level in levels}

    def proposal(self, entry: dict[str, Any]) -> Proposal:
        classes = self.field("vulnerability", "exploitability").values
        for name in entry["fields"]:
            self.field("vulnerability", name)
        scores = entry.get("from_score", {})
        sets = entry.get("from_sets", {})
        if not (scores if entry["by"] == "subscore" else sets):
            raise self.refusal(f"it has no classes for {entry['by']}.", "Give from_score or from_sets.")
        self.known([*scores, *sets.values()], classes, "class of exploitability")
        return Proposal(
            id=entry["id"],
            title=entry["title"],
            by=entry["by"],
            fields=tuple(entry["fields"]),
            from_score=tuple(
                sorted(((name, Decimal(least)) for name, least in scores.items()), key=lambda pair: -pair[1])
            ),
            from_sets=dict(sets),
            raises={
                name: self.known(values, self.field("vulnerability", name).values, f"value of {name}")
                for name, values in entry.get("raise", {}).items()
            },
            source=tuple(entry["source"]),
            help=entry["help"],
        )

    def element(self, entry: dict[str, Any]) -> StrideElement:
        where = {}
        for name, values in entry["where"].items():
            field = self.field(entry["type"], name)
            where[name] = self.known(values, field.values, f"value of {name}") if field.values else tuple(values)
        self.known([entry["type"]], self.types, "item type")
        return StrideElement(
            name=entry["name"],
            title=entry["title"],
            type=entry["type"],
            where=where,
            owes=self.known(entry["owes"], self.field("threat", "stride").values, "class of threats"),
        )

    def family(self, entry: dict[str, Any]) -> Family:
        dates = {name: entry.get(name, "") for name in ("deprecated_after", "disallowed_after")}
        for name, date in dates.items():
            if date and not is_date(date):
                raise self.refusal(f"{name} is {date!r}, which is no date.", "Write YYYY-MM-DD.")
        return Family(
            name=entry["name"],
            title=entry["title"],
            quantum=entry["quantum"],
            words=tuple(map(self.pattern, entry["words"])),
            why=entry["why"],
            least_bits=int(entry.get("least_bits", "0")),
            source=tuple(entry["source"]),
            **dates,
        )

    def pattern(self, text: str) -> re.Pattern[str]:
        try:
            return re.compile(text, re.IGNORECASE)
        except re.error as error:
            raise self.refusal(f"{text!r} is no regular expression: {error}.", "Correct it.") from error

    def state(self, entry: dict[str, Any]) -> QuantumState:
        claims = self.known(entry["claims"], self.field("crypto", "pq_state").values, "post-quantum state")
        return QuantumState(name=entry["name"], title=entry["title"], claims=claims, help=entry["help"])


def _steps(likelihoods: Sequence[str], severities: Sequence[str]) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Pairs of neighbouring cells of a matrix, the lower rating first."""
    for (low, high), severity in product(pairwise(likelihoods), severities):
        yield (low, severity), (high, severity)
    for (low, high), likelihood in product(pairwise(severities), likelihoods):
        yield (likelihood, low), (likelihood, high)
