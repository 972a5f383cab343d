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
    if not profile.is_approved:
        place = Location(profile.file, profile.lines.get("status", 1))
        yield from finding(spec, trace, None, place=place, reason="it is a draft, so it sets no provision aside")
    approved_on = profile.answers.get("approved_on", ("",))[0]
    if trace.as_of and approved_on > trace.as_of:
        place = Location(profile.file, profile.lines.get("approved_on", 1))
        reason = f"it was approved on {approved_on}, after the date of this file, {trace.as_of}"
        yield from finding(spec, trace, None, place=place, reason=reason)
    versions = profile.answers["versions"]
    if trace.version and trace.version not in versions:
        place = Location(profile.file, profile.lines.get("versions", 1))
        reason = f"it covers {', '.join(versions)}, and {trace.version} is under review"
        yield from finding(spec, trace, None, place=place, reason=reason)
