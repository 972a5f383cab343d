"""Views that are computed rather than walked: one function each, by id."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..model.trace import Trace
from .applicable import applied_standards, device_profile, open_clauses, statement_of_applicability
from .crosswalk import crosswalk, markets, suggestions, topics_by_instrument
from .editions import changes_ahead, citations_not_in_force
from .table import Table

STATEMENTS: Mapping[str, Callable[[Trace], Table]] = {
    "device-profile": device_profile,
    "statement-of-applicability": statement_of_applicability,
    "applied-standards": applied_standards,
    "open-clauses": open_clauses,
    "crosswalk": crosswalk,
    "crosswalk-suggestions": suggestions,
    "topics-by-instrument": topics_by_instrument,
    "markets": markets,
    "citations-not-in-force": citations_not_in_force,
    "changes-ahead": changes_ahead,
}
