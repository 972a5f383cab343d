"""profile: the device profile is approved and covers the version under review. Says ``reason``."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.item import Finding, Location
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding

PARAMS: dict[str, bool] = {}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Without a profile every provision counts, so nothing is found."""
    profile = trace.profile
    if profile is None:
        return
    for field, reason in profile.faults(trace.version, trace.as_of):
        place = Location(profile.file, profile.lines.get(field, 1))
        yield from finding(spec, trace, None, place=place, reason=f"{reason}, so it sets no provision aside")
