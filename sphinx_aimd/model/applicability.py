"""Catalogue, device profile and date in; whether each clause asks anything of this file, and why, out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..catalogue import Catalogue, Clause, Instrument
from ..profile import Elsewhere, Profile


class Standing(StrEnum):
    """How a clause stands to the device on a date."""

    APPLIES = "applies"
    NOT_APPLICABLE = "not applicable"
    ELSEWHERE = "answered elsewhere"
    WHEN_CITED = "only when cited"
    PROPOSED = "proposed"
    NOT_YET = "not yet in force"
    ENDED = "no longer in force"
    SUPERSEDED = "superseded"

    @property
    def is_in_force(self) -> bool:
        return self not in (Standing.PROPOSED, Standing.NOT_YET, Standing.ENDED, Standing.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class Applicability:
    """Standing of a clause and its reason; ``by`` says who decided it."""

    standing: Standing
    reason: str
    by: str

    @property
    def word(self) -> str:
        """What the column "applicable" of a checklist reads."""
        return {Standing.APPLIES: "yes", Standing.ELSEWHERE: "yes", Standing.NOT_APPLICABLE: "no"}.get(
            self.standing, self.standing.value
        )


APPLIES = Applicability(Standing.APPLIES, "nothing sets it aside", "catalogue")
NO_PROFILE = Applicability(Standing.APPLIES, "there is no device profile, so every provision counts", "no profile")


def applicability(catalogue: Catalogue, profile: Profile | None, as_of: str) -> dict[str, Applicability]:
    """Standing of every clause.

    :param profile: without one, every provision that is in force applies.
    :param as_of: ISO date; without one everything has started and nothing has ended.
    """
    return {clause.id: _standing(catalogue, clause, profile, as_of) for clause in catalogue.clauses.values()}


def _standing(catalogue: Catalogue, clause: Clause, profile: Profile | None, as_of: str) -> Applicability:
    dated = in_time(catalogue, clause, as_of)
    if dated is not None:
        return dated
    missed = unmet(profile, clause)
    if missed:
        return Applicability(Standing.NOT_APPLICABLE, "; ".join(missed), "device profile")
    if clause.only_when_cited:
        text = "a method, a standard or a duty of others: nothing is owed until an item cites it"
        return Applicability(Standing.WHEN_CITED, text, "catalogue")
    if profile is None:
        return NO_PROFILE
    place = elsewhere(profile, clause)
    if place is not None:
        return Applicability(Standing.ELSEWHERE, f"answered in {place.document}, not in this file", "device profile")
    met = dict.fromkeys(text for condition in clause.applies_when for text in profile.met(condition))
    return Applicability(Standing.APPLIES, "; ".join(met) or "applies to every device", "device profile")


def unmet(profile: Profile | None, clause: Clause) -> tuple[str, ...]:
    """Conditions of a clause that the device does not meet, in words."""
    if profile is None:
        return ()
    return tuple(dict.fromkeys(text for condition in clause.applies_when for text in profile.unmet(condition)))


def elsewhere(profile: Profile, clause: Clause) -> Elsewhere | None:
    """Where the profile says that a clause is answered, if not in this file."""
    for row in profile.elsewhere:
        if row.instrument == clause.instrument.key and clause.cybersecurity in (row.about or (clause.cybersecurity,)):
            return row
    return None


def in_time(catalogue: Catalogue, clause: Clause, as_of: str) -> Applicability | None:
    """Why a clause is not in force on a date, or nothing when it is."""
    instrument = clause.instrument
    start, end = clause.start or instrument.start, clause.end or instrument.end
    editions = [item for item in catalogue.new_editions.get(instrument.key, ()) if _is_current(item, as_of)]
    names = ", ".join(sorted(f"{item.short_title}, {item.edition}" for item in editions))
    if instrument.status in ("draft", "proposed"):
        text = f"replaced by {names}" if names else "binds nobody yet"
        return Applicability(Standing.PROPOSED, text, "catalogue")
    if starts_after(start, as_of):
        return Applicability(Standing.NOT_YET, f"in force from {start}", "catalogue")
    new = [item for item in catalogue.successors.get(clause.id, ()) if has_started(item, as_of)]
    if new:
        text = f"by {', '.join(sorted(item.citation for item in new))}"
        return Applicability(Standing.SUPERSEDED, text, "catalogue")
    if ended_before(end, as_of):
        return Applicability(Standing.ENDED, f"in force until {end}", "catalogue")
    if editions or (instrument.status in ("superseded", "withdrawn") and not end):
        return Applicability(Standing.SUPERSEDED, f"by {names}" if names else "no successor is named", "catalogue")
    return None


def has_started(clause: Clause, as_of: str) -> bool:
    """Whether a clause has come into force by a date."""
    return _is_current(clause.instrument, as_of) and not starts_after(clause.start, as_of)


def _is_current(instrument: Instrument, as_of: str) -> bool:
    return instrument.status not in ("draft", "proposed") and not starts_after(instrument.start, as_of)


def starts_after(start: str, as_of: str) -> bool:
    """Whether a first day lies after a date; a first day without day or month is the first of the period."""
    return bool(start and as_of) and as_of < start


def ended_before(end: str, as_of: str) -> bool:
    """Whether a last day lies before a date; a last day without day or month is the last of the period.

    Without a date nothing has ended, so that no duty is dropped.
    """
    return bool(end and as_of) and as_of[: len(end)] > end
