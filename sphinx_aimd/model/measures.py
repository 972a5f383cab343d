"""Measures of vulnerabilities and updates: what is counted, what is not and why, and the days between two dates."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from .fixes import holds, leads_away, spoken_of, under_review
from .graph import LinkState
from .item import Item
from .trace import Trace
from .values import is_date
from .verdict import WORDS, Verdict

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
    :param is_fix: whether only a verified patch ends it, that brings the fix to the release.
    """

    name: str
    title: str
    definition: str
    clause: str
    start: str = ""
    end: str = "available_on"
    is_fix: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One vulnerability, or one update for the time to the field, under one measure.

    A vulnerability that stands otherwise in another release has an entry for each way in which it stands.

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
        "Vulnerabilities that a verified update or patch with a day of availability removes, of all identified ones "
        "that are not shown to leave the device unaffected. One that is called fixed without such an update is not "
        "counted, nor one in a release that holds another version than the update brings."
    ),
    clause="FDA-PM-V-A-6-M1",
)
MEASURES = (
    SHARE,
    Measure(
        name="to-patch",
        title="Days from identification to update or patch",
        definition=(
            "From the day on which the maker learned of a vulnerability to that of the first verified update or patch."
        ),
        clause="FDA-PM-V-A-6-M2",
        start="identified_on",
    ),
    Measure(
        name="to-field",
        title="Days from update or patch to complete installation",
        definition=(
            "From the day on which a verified update or patch was available to that of its complete installation."
        ),
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
        is_fix=False,
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
                yield _to_field(trace, measure, patch, _groups(trace, fixed)[0])
        else:
            for item in found:
                yield from _of_vulnerability(trace, measure, item)


def order(groups: Iterable[str]) -> list[str]:
    """Groups as a reader looks for them: all, those in the field, releases, no release, years, no date."""
    first = {EVERYTHING: -1, FIELDED: 0, NO_RELEASE: 2, NO_DATE: 4}
    return sorted(
        set(groups), key=lambda group: (first.get(group, 3 if group.startswith("identified in") else 1), group)
    )


def _of_vulnerability(trace: Trace, measure: Measure, item: Item) -> Iterator[Entry]:
    """How a vulnerability stands in each group: in all as in the releases that it is said of, in one as there."""
    groups, releases, fielded = _groups(trace, [item])
    said_of = spoken_of(item, trace.items, under_review(trace.items))
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for group in groups:
        among = [releases[group]] if group in releases else fielded if group == FIELDED else said_of
        alike[tuple(among) or said_of].append(group)
    entries: dict[tuple[object, ...], tuple[Entry, list[str]]] = {}
    for among, mine in alike.items():
        found = _in_releases(trace, measure, item, among)
        key = (found.patch.id if found.patch else "", found.state, found.start, found.end, found.days, found.reason)
        entries.setdefault(key, (found, []))[1].extend(mine)
    for entry, mine in entries.values():
        yield replace(entry, groups=tuple(group for group in groups if group in mine))


def _in_releases(trace: Trace, measure: Measure, item: Item, releases: Iterable[str]) -> Entry:
    """How a vulnerability stands in all of some releases."""
    live = [p for p in trace.graph.targets(item.id, "fixed_by") if trace.graph.is_live(p)]
    refused = {p.id: _why_no_fix(trace, p, item, releases) for p in live} if measure.is_fix else {}
    known = [p for p in live if not refused.get(p.id)]
    dated = sorted((p.text(measure.end), p.id, p) for p in known if _is_past(trace, p.text(measure.end)))
    patch = dated[0][2] if dated else (live[0] if live else None)

    def entry(state: str, reason: str = "", days: int | None = None) -> Entry:
        return Entry(
            measure=measure,
            vulnerability=item,
            patch=patch,
            groups=(),
            state=state,
            start=item.text(measure.start) if measure.start else "",
            end=dated[0][0] if dated else "",
            days=days,
            reason=reason,
        )

    # only a claim that is proven takes a vulnerability out of the sum
    if item.text("vex_status") == "not_affected" and trace.verdict(item.id) is Verdict.VERIFIED:
        return entry(NOT_AFFECTED, "shown not to affect the device")
    if not dated:
        return entry(NOT_COUNTED, _why_open(trace, measure, item, live, refused))
    if not measure.start:
        return entry(COUNTED)
    return _timed(trace, entry, item.text(measure.start), dated[0][0], "day of identification")


def _why_no_fix(trace: Trace, patch: Item, item: Item, releases: Iterable[str]) -> str:
    """Why a patch does not end a vulnerability in some releases; empty if it does.

    A release in which it is said to be closed holds the fix; from one in which it is not, the update leads away.
    """
    if trace.verdict(patch.id) is not Verdict.VERIFIED:
        return f"{patch.id} is {WORDS[trace.verdict(patch.id)]}"
    states = [state for target, state in trace.graph.linked(item.id, "fixed_by") if target == patch.id]
    if any(state is not LinkState.SOUND for state in states):
        return f"{patch.id}: {states[0]}"
    does_fix = holds if item.text("vex_status") in ("fixed", "not_affected") else leads_away
    brings = patch.text("version")
    for release in releases:
        version = trace.items[release].text("version")
        if not does_fix(brings, version):
            return f"{patch.id} brings {brings or 'no stated version'}, which is no fix for {version or release}"
    return ""


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
    verdict = trace.verdict(patch.id)
    if verdict is not Verdict.VERIFIED:
        return entry(NOT_COUNTED, f"{patch.id} is {WORDS[verdict]}")
    if not _is_all(patch.text("installed_percent")):
        return entry(NOT_COUNTED, f"completed on {end}, yet {patch.text('installed_percent')} % installed")
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


def _why_open(trace: Trace, measure: Measure, item: Item, patches: list[Item], refused: Mapping[str, str]) -> str:
    dates = sorted(patch.text(measure.end) for patch in patches if is_date(patch.text(measure.end)))
    later = [date for date in dates if not _is_past(trace, date)]
    if later and later == dates:
        return f"not before {later[0]}, after the as-of date"
    if not patches and item.text("vex_status") == "fixed":
        return "called fixed, no update or patch is linked"
    if not patches and item.text("vex_status") == "not_affected":
        return f"called not affected, which is {trace.verdict(item.id).value}"
    if not patches:
        return "no update or patch"
    if dates:
        return "; ".join(dict.fromkeys(refused[patch.id] for patch in patches if refused.get(patch.id)))
    field = trace.model.types["patch"].fields.get(measure.end)
    return f"{', '.join(patch.id for patch in patches)}: no date under {field.title if field else measure.end!r}"


def _is_all(percent: str) -> bool:
    """Whether a share of installed devices is all of them, or not stated."""
    try:
        return not percent or float(percent) >= 100
    except ValueError:
        return False


def _is_past(trace: Trace, date: str) -> bool:
    """Whether a day is known and not after the as-of date; without an as-of date every day counts as past."""
    return is_date(date) and (not trace.as_of or date <= trace.as_of)


def _groups(trace: Trace, vulnerabilities: Iterable[Item]) -> tuple[tuple[str, ...], dict[str, str], tuple[str, ...]]:
    """All, the releases that are affected, whether one is in the field, and the years of identification.

    :return: the groups, the release that each of them is of if it is of one, and the releases in the field.
    """
    releases: dict[str, str] = {}
    years: dict[str, None] = {}
    in_field: dict[str, None] = {}
    is_fielded = has_none = False
    for item in vulnerabilities:
        ends = trace.graph.walk(item.id, ("affects", "part_of?", "part_of?"), frozenset({"release"}))
        named = [trace.items[end.id] for end in ends if end.id in trace.items]
        for release in named:
            releases[f"{release.text('version') or 'version not stated'} ({release.id})"] = release.id
            # one whose life stage is not stated may be in the field, as may one that names no release
            if release.text("field_state") != "in_development":
                in_field[release.id] = None
        is_fielded = is_fielded or not named
        has_none = has_none or not named
        date = item.text("identified_on")
        years[f"identified in {date[:4]}" if is_date(date) else NO_DATE] = None
    is_fielded = is_fielded or bool(in_field) or not releases
    groups = (*releases, *((NO_RELEASE,) if has_none or not releases else ()))
    return (EVERYTHING, *((FIELDED,) if is_fielded else ()), *groups, *years), releases, tuple(in_field)
