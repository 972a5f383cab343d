"""A risk and a rating method in, where its level, state or acceptance departs from the method out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .item import Item

if TYPE_CHECKING:
    from ..methods import Criterion, Rating, RatingMethod

LEVEL, STATE, ACCEPTANCE = "level", "state", "acceptance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """One way in which a risk does not follow its method.

    :param about: level, state or acceptance.
    :param field: field of the risk that is at fault.
    :param value: what it says; empty if it is not filled.
    :param expected: what follows from the method, in words.
    :param is_forbidden: the level may not be accepted as it was, by whomever.
    """

    about: str
    field: str
    value: str
    expected: str
    level: str
    is_forbidden: bool = False


def departures(method: RatingMethod, risk: Item) -> Iterator[Departure]:
    """Every departure of a risk from a method; a rating that is not given says nothing."""
    for rating in method.ratings:
        level = method.level(risk, rating)
        yield from _level(rating, risk, level)
        yield from _state(method, rating, risk, level)
    yield from _acceptance(method, risk)


def _level(rating: Rating, risk: Item, level: str) -> Iterator[Departure]:
    stated = risk.text(rating.level)
    if level and stated and stated != level:
        said = " and ".join(risk.text(name).replace("_", " ") for name in (rating.likelihood, rating.severity))
        yield Departure(
            about=LEVEL, field=rating.level, value=stated, expected=f"{level} from {said} {rating.when}", level=level
        )


def _state(method: RatingMethod, rating: Rating, risk: Item, level: str) -> Iterator[Departure]:
    criterion = method.criteria.get(level)
    stated = risk.text(rating.state) if rating.state else ""
    if criterion is not None and criterion.states and stated and stated not in criterion.states:
        yield Departure(
            about=STATE,
            field=rating.state,
            value=stated,
            expected=f"{' or '.join(criterion.states)} at the level {level}",
            level=level,
        )


def _acceptance(method: RatingMethod, risk: Item) -> Iterator[Departure]:
    decision = risk.text(method.decision)
    # where one of the two ratings is missing, the level that the author states is the only one there is
    level = method.level(risk, method.final) or risk.text(method.final.level)
    criterion = method.criteria.get(level)
    if criterion is None or not decision or decision in method.accepts_nothing:
        return
    if decision not in criterion.accept:
        expected = " or ".join(criterion.accept).replace("_", " ") or "no acceptance"
        yield Departure(
            about=ACCEPTANCE,
            field=method.decision,
            value=decision,
            expected=f"{expected} at the level {level}",
            level=level,
            is_forbidden=True,
        )
        return
    yield from _authority(method, criterion, risk)


def _authority(method: RatingMethod, criterion: Criterion, risk: Item) -> Iterator[Departure]:
    role = risk.text(method.role)
    if criterion.roles and role and role not in criterion.roles:
        roles = " or ".join(criterion.roles).replace("_", " ")
        yield Departure(
            about=ACCEPTANCE,
            field=method.role,
            value=role,
            expected=f"{roles} at the level {criterion.level}",
            level=criterion.level,
        )
    for name in criterion.filled:
        if not risk.text(name):
            yield Departure(
                about=ACCEPTANCE,
                field=name,
                value="",
                expected=f"a text at the level {criterion.level}",
                level=criterion.level,
            )
