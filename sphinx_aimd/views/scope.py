"""What every view says of itself: what was counted, by which filter, for which version and date."""

from __future__ import annotations

from collections.abc import Mapping

from ..model.trace import Trace


def scope_of(trace: Trace, counted: str, where: Mapping[str, tuple[str, ...]] | None = None) -> str:
    """The scope line of a view."""
    filters = "; ".join(f"{name} is {' or '.join(values)}" for name, values in (where or {}).items()) or "none"
    version = f"version {trace.version} under review" if trace.version else "no version under review"
    date = f"as of {trace.as_of}" if trace.as_of else "no as-of date, so every date counts as past"
    overlay = f" Changed by the project: {', '.join(trace.model.overlaid)}." if trace.model.overlaid else ""
    return f"{counted}. Filter: {filters}. {version[0].upper()}{version[1:]}, {date}.{overlay}"
