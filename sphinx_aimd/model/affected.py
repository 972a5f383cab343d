"""A component and what a record or a statement is about in, whether it is meant, by what and how surely, out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from packageurl import PackageURL

from .advisory import AffectedRange, Product, VulnerabilityRecord
from .bom import BomComponent
from .identity import cpe_of, plain, purl_of, same_package
from .versions import Interval, compare, read_versions, scheme_key

LISTED, SPAN, POSSIBLE = "listed", "span", "possible"
#: Surest first.
CERTAINTIES = (LISTED, SPAN, POSSIBLE)
WAYS = ("purl", "cpe", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """That a component is meant.

    :param by: purl, cpe or name, the last being the weakest: names are shared.
    :param certainty: ``listed``: its version is named; ``span``: its version lies between two that are named;
        ``possible``: a version is missing or cannot be compared. What is only possible must never close anything.
    :param reason: why it is only possible, in a few words.
    :param fixed: versions that hold the fix, as the record says of this package.
    """

    by: str
    certainty: str
    reason: str = ""
    fixed: tuple[str, ...] = field(default=(), compare=False)

    @property
    def rank(self) -> tuple[int, int]:
        """Smaller is surer."""
        return CERTAINTIES.index(self.certainty), WAYS.index(self.by)


def affects(record: VulnerabilityRecord, component: BomComponent) -> Match | None:
    """Whether a record calls a component affected; the surest match of all that it says.

    None only where the record is about something else, is withdrawn, or excludes the version for certain.
    """
    if record.withdrawn:
        return None
    # commits say nothing where the same package is described by versions as well
    by_version = {(plain(entry.name), entry.purl) for entry in record.affected if entry.scheme != "git"}
    return _surest(
        _by_range(entry, component)
        for entry in record.affected
        if entry.scheme != "git" or (plain(entry.name), entry.purl) not in by_version
    )


def meant(product: Product, component: BomComponent) -> Match | None:
    """Whether a statement about a product is about a component, by package URL, CPE or name and version.

    References inside a file are not looked at: who joins them knows to which file they belong.
    """
    by = same_package(product.purl, (product.cpe,) if product.cpe else (), product.name, "", component)
    if by is None:
        return None
    purl = purl_of(product.purl)
    if purl is not None and by != "purl" and purl_of(component.purl) is not None:
        return None  # a statement closes something, so that another package of the same name is not enough
    stated = tuple(dict.fromkeys([*((purl.version,) if purl and purl.version else ()), *product.versions]))
    version = _version_of(component)
    if purl is not None and by == "purl":
        own = purl_of(component.purl)
        differs = _qualifiers(purl, own) if own else ""
        if differs == "other":
            return None
        if differs:
            return Match(by=by, certainty=POSSIBLE, reason=differs)
    if not stated:
        cpe_version = cpe_of(product.cpe)[3] if product.cpe else ""
        if cpe_version in ("", "*", "-"):
            return Match(by=by, certainty=SPAN)
        stated = (cpe_version,)
    if not version:
        return Match(by=by, certainty=POSSIBLE, reason="the component states no version")
    return _surest(_by_text(text, version, _scheme(component, purl.type if purl else ""), by) for text in stated)


def _by_text(text: str, version: str, scheme: str, by: str) -> Match | None:
    if text == version:
        return Match(by=by, certainty=LISTED)
    found = read_versions(text)
    if found is None:
        return Match(by=by, certainty=POSSIBLE, reason=f"the version {text[:80]!r} cannot be compared")
    return _decide(found.exact, found.intervals, version, found.scheme or scheme, by)


def _by_range(entry: AffectedRange, component: BomComponent) -> Match | None:
    by = same_package(entry.purl, entry.cpes, entry.name, entry.ecosystem, component)
    found = _by_versions(entry, component, by) if by is not None else None
    return replace(found, fixed=entry.fixed) if found is not None else None


def _by_versions(entry: AffectedRange, component: BomComponent, by: str) -> Match | None:
    version = _version_of(component)
    if not version:
        return Match(by=by, certainty=POSSIBLE, reason="the component states no version")
    purl = purl_of(entry.purl)
    scheme = scheme_key(entry.scheme) or scheme_key(entry.ecosystem) or _scheme(component, purl.type if purl else "")
    spans = [Interval(low, True, high, with_high) for low, high, with_high in entry.spans]
    narrow = [span for span in spans if span.low or span.high]
    found = _decide(entry.versions, narrow, version, scheme, by)
    if found is not None and found.certainty != POSSIBLE:
        return found
    safe = [Interval(low, True, high, with_high) for low, high, with_high in entry.safe_spans]
    excluded = _decide(entry.safe_versions, safe, version, scheme, by)
    if excluded is not None and excluded.certainty != POSSIBLE:
        return None
    if len(narrow) < len(spans):  # every version that is not called unaffected
        return Match(by=by, certainty=POSSIBLE, reason=excluded.reason) if excluded else Match(by=by, certainty=SPAN)
    if found is None and (entry.unclear or not (entry.versions or spans)):
        reason = f"the record says {entry.unclear[0][:80]!r}" if entry.unclear else "the record names no version"
        return Match(by=by, certainty=POSSIBLE, reason=reason)
    return found


def _decide(exact: Iterable[str], intervals: Iterable[Interval], version: str, scheme: str, by: str) -> Match | None:
    """Listed, in a span, possible because something cannot be compared, or None: outside for certain."""
    unsure = ""
    for text in exact:
        order = compare(version, text, scheme)
        if order == 0:
            return Match(by=by, certainty=LISTED)
        if order is None:
            unsure = unsure or text
    for interval in intervals:
        inside = interval.holds(version, scheme)
        if inside:
            return Match(by=by, certainty=SPAN)
        if inside is None:
            unsure = unsure or interval.high or interval.low
    if not unsure:
        return None
    return Match(by=by, certainty=POSSIBLE, reason=f"{version[:80]!r} and {unsure[:80]!r} cannot be compared")


def _surest(matches: Iterable[Match | None]) -> Match | None:
    return min((match for match in matches if match), key=lambda match: match.rank, default=None)


def _scheme(component: BomComponent, wanted_type: str) -> str:
    own = purl_of(component.purl)
    kind = own.type if own else wanted_type
    if plain(component.name) == "openssl" and kind in ("", "generic", "github"):
        return "openssl"
    return scheme_key(kind)


def _version_of(component: BomComponent) -> str:
    own = purl_of(component.purl)
    cpe_version = cpe_of(component.cpe)[3]
    return component.version or (own.version if own and own.version else "") or cpe_version.strip("*-")


def _qualifiers(wanted: PackageURL, own: PackageURL) -> str:
    """``other`` where the two exclude each other, else why the match is only possible, or nothing."""
    have = dict(own.qualifiers or {})
    for key, value in sorted(dict(wanted.qualifiers or {}).items()):
        if key in ("arch", "distro", "os", "classifier", "type") and key in have and have[key] != value:
            return "other"
        if key not in have:
            return f"the component states no {key}"
    return ""
