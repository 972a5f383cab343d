"""Measures of vulnerabilities and updates: what is counted, what is not and why, and the days between two dates."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .item import Item
from .trace import Trace
from .values import is_date

COUNTED, NOT_COUNTED, NOT_AFFECTED = "counted", "not counted", "not affected"
EVERYTHING = "all"
FIELDED = "versions in the field"
NO_RELEASE = "no release named"
NO_DATE = "identified on no date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure with its definition.

    :param start: ``identified`` or a date of the patch; empty for a share.
    :param end: date of the patch that ends it.
    """

    name: str
    title: str
    definition: str
    clause: str
    start: str = ""
    end: str = "available_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One vulnerability, or one update for the time to the field, under one measure.

    :param groups: all, whether in the field, the releases it is about, and the year in which it was identified.
    :param days: of a time that is counted; None otherwise.
    :param reason: why it is not counted.
    """

    measure: Measure
    vulnerability: Item | None
    patch: Item | None
    groups: tuple[str, ...]
    state: str
    start: str = ""
    end: str = ""
    days: int | None = None
    reason: str = ""

    @property
    def subject(self) -> Item:
        """What the entry is about."""
        found = self.vulnerability or self.patch
        assert found is not None  # noqa: S101 - one of the two is always there
        return found


SHARE = Measure(
    name="share",
    title="Share of vulnerabilities updated or patched",
    definition=(
        "Vulnerabilities that an update or patch with a day of availability removes, of all identified ones that are "
        "not shown to leave the device unaffected. One that is called fixed without such an update is not counted."
    ),
    clause="FDA-PM-V-A-6-M1",
)
MEASURES = (
    SHARE,
    Measure(
        name="to-patch",
        title="Days from identification to update or patch",
        definition="From the day on which the maker learned of a vulnerability to that of the first update or patch.",
        clause="FDA-PM-V-A-6-M2",
        start="identified_on",
    ),
    Measure(
        name="to-field",
        title="Days from update or patch to complete installation",
        definition="From the day on which an update or patch was available to that of its complete installation.",
        clause="FDA-PM-V-A-6-M3",
        start="available_on",
        end="completed_on",
    ),
    Measure(
        name="to-users",
        title="Days from identification to telling users",
        definition="From the day on which the maker learned of a vulnerability to the day on which users were told.",
        clause="FDA-PMC-VII-B-3-2",
        start="identified_on",
        end="users_told_on",
    ),
    Measure(
        name="to-distribution",
        title="Days from identification to the validated fix",
        definition="From the day on which the maker learned of a vulnerability to that of the validated fix.",
        clause="FDA-PMC-VII-B-3-3",
        start="identified_on",
        end="distributed_on",
    ),
)


def entries(trace: Trace) -> Iterator[Entry]:
    """Every entry of every measure: live vulnerabilities by id, and live updates for the time to the field."""
    found = [item for item in trace.of_types(["vulnerability"]) if trace.graph.is_live(item)]
    patches = [item for item in trace.of_types(["patch"]) if trace.graph.is_live(item)]
    for measure in MEASURES:
        if measure.start == "available_on":
            for patch in patches:
                fixed = [item for item in trace.graph.targets(patch.id, "fixes") if item.type == "vulnerability"]
                yield _to_field(trace, measure, patch, _groups(trace, fixed))
        else:
            for item in found:
                yield _of_vulnerability(trace, measure, item)


def order(groups: Iterable[str]) -> list[str]:
    """Groups as a reader looks for them: all, those in the field, releases, no release, years, no date."""
    first = {EVERYTHING: -1, FIELDED: 0, NO_RELEASE: 2, NO_DATE: 4}
    return sorted(
        set(groups), key=lambda group: (first.get(group, 3 if group.startswith("identified in") else 1), group)
    )


def _of_vulnerability(trace: Trace, measure: Measure, item: Item) -> Entry:
    groups = _groups(trace, [item])
    known = [p for p in trace.graph.targets(item.id, "fixed_by") if trace.graph.is_live(p)]
    dated = sorted((p.text(measure.end), p.id, p) for p in known if _is_past(trace, p.text(measure.end)))
    patch = dated[0][2] if dated else (known[0] if known else None)

    def entry(state: str, reason: str = "", days: int | None = None) -> Entry:
        return Entry(
            measure=measure,
            vulnerability=item,
            patch=patch,
            groups=groups,
            state=state,
            start=item.text(measure.start) if measure.start else "",
            end=dated[0][0] if dated else "",
            days=days,
            reason=reason,
        )

    # only a claim that is proven takes a vulnerability out of the sum
    if item.text("vex_status") == "not_affected" and trace.verdict(item.id).is_closed:
        return entry(NOT_AFFECTED, "shown not to affect the device")
    if not dated:
        return entry(NOT_COUNTED, _why_open(trace, measure, item, known))
    if not measure.start:
        return entry(COUNTED)
    return _timed(trace, entry, item.text(measure.start), dated[0][0], "day of identification")


def _to_field(trace: Trace, measure: Measure, patch: Item, groups: tuple[str, ...]) -> Entry:
    start, end = patch.text(measure.start), patch.text(measure.end)

    def entry(state: str, reason: str = "", days: int | None = None) -> Entry:
        return Entry(
            measure=measure,
            vulnerability=None,
            patch=patch,
            groups=groups,
            state=state,
            start=start,
            end=end,
            days=days,
            reason=reason,
        )

    if not _is_past(trace, end):
        share = patch.text("installed_percent")
        known = f", {share} % known" if share else ""
        return entry(NOT_COUNTED, f"complete installation is dated {end}" if end else f"not complete{known}")
    return _timed(trace, entry, start, end, "day of availability")


def _timed(trace: Trace, entry: Callable[..., Entry], start: str, end: str, name: str) -> Entry:
    """A time between two days, or why there is none; a missing or impossible one is never taken as zero."""
    if not is_date(start):
        return entry(NOT_COUNTED, f"no {name}")
    if not _is_past(trace, start):
        return entry(NOT_COUNTED, f"the {name} lies after the as-of date")
    days = (datetime.date.fromisoformat(end) - datetime.date.fromisoformat(start)).days
    if days < 0:
        return entry(NOT_COUNTED, f"{end} lies before the {name}")
    return entry(COUNTED, days=days)


def _why_open(trace: Trace, measure: Measure, item: Item, patches: list[Item]) -> str:
    later = sorted(patch.text(measure.end) for patch in patches if is_date(patch.text(measure.end)))
    if later:
        return f"not before {later[0]}, after the as-of date"
    if not patches and item.text("vex_status") == "fixed":
        return "called fixed, no update or patch is linked"
    if not patches and item.text("vex_status") == "not_affected":
        return f"called not affected, which is {trace.verdict(item.id).value}"
    if not patches:
        return "no update or patch"
    field = trace.model.types["patch"].fields.get(measure.end)
    return f"{', '.join(patch.id for patch in patches)}: no date under {field.title if field else measure.end!r}"


def _is_past(trace: Trace, date: str) -> bool:
    """Whether a day is known and not after the as-of date; without an as-of date every day counts as past."""
    return is_date(date) and (not trace.as_of or date <= trace.as_of)


def _groups(trace: Trace, vulnerabilities: Iterable[Item]) -> tuple[str, ...]:
    """All, the releases that are affected, whether one is in the field, and the years of identification."""
    releases: dict[str, None] = {}
    years: dict[str, None] = {}
    fielded = False
    for item in vulnerabilities:
        ends = trace.graph.walk(item.id, ("affects", "part_of?", "part_of?"), frozenset({"release"}))
        named = [trace.items[end.id] for end in ends if end.id in trace.items]
        for release in named:
            releases[f"{release.text('version') or 'version not stated'} ({release.id})"] = None
        # one that names no release, or whose release states no life stage, may be in the field
        fielded = fielded or not named or any(release.text("field_state") != "in_development" for release in named)
        if not named:
            releases[NO_RELEASE] = None
        date = item.text("identified_on")
        years[f"identified in {date[:4]}" if is_date(date) else NO_DATE] = None
    groups = releases or {NO_RELEASE: None}
    return (EVERYTHING, *((FIELDED,) if fielded or not releases else ()), *groups, *years)
