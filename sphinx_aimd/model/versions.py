"""Version texts in, their order out, by the rules of the ecosystem; unsure wherever the rules do not apply."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

#: Longest version that is compared.
MAX_LENGTH = 128
_SEMVER = re.compile(r"v?(\d{1,18}(?:\.\d{1,18}){0,2}(?:-[0-9A-Za-z.-]+)?)(?:\+[0-9A-Za-z.-]+)?")
_DOTTED = re.compile(r"v?(\d{1,18}(?:\.\d{1,18}){0,15})")
_PLAIN = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+~:_^-]*")
_OPENSSL = re.compile(r"0\.9\.\d[a-z]{0,2}|1\.[01]\.\d[a-z]{0,2}|[3-9]\d?\.\d{1,4}\.\d{1,4}")

#: How versions are ordered, by type of package URL, ecosystem of OSV or ``versionType`` of a CVE record.
SCHEMES = {
    **dict.fromkeys(("pypi", "python", "pep440"), "PypiVersion"),
    **dict.fromkeys(("semver", "npm", "cargo", "crates.io", "hex", "pub", "swift", "swifturl"), "SemverVersion"),
    **dict.fromkeys(("golang", "go"), "GolangVersion"),
    "maven": "MavenVersion",
    "nuget": "NugetVersion",
    **dict.fromkeys(("gem", "rubygems"), "RubygemsVersion"),
    **dict.fromkeys(("deb", "dpkg", "debian", "ubuntu"), "DebianVersion"),
    **dict.fromkeys(
        ("rpm", "red hat", "rocky linux", "almalinux", "suse", "opensuse", "openeuler", "mageia"), "RpmVersion"
    ),
    **dict.fromkeys(("apk", "alpine", "wolfi", "chainguard"), "AlpineLinuxVersion"),
    "alpm": "ArchLinuxVersion",
    "openssl": "OpensslVersion",
}
#: Comparators of a constraint, longest first.
_CONSTRAINT = re.compile(r"\s*(>=|<=|!=|>|<|==|=)?\s*([^\s<>=!,|]+)\s*")


def scheme_key(text: str) -> str:
    """An ecosystem without its release (``Debian:12``) as a key of :data:`SCHEMES`; nothing if it has none."""
    key = text.partition(":")[0].strip().casefold()
    return key if key in SCHEMES else ""


def compare(left: str, right: str, scheme: str) -> int | None:
    """Order of two versions: below, equal to or above zero; None where it cannot be told.

    :param scheme: key of :data:`SCHEMES`; any other text: only plain dotted numbers are compared.
    """
    if left == right:
        return 0
    first, second = _version(left, scheme), _version(right, scheme)
    if first is None or second is None:
        return None
    try:
        below, above = first < second, second < first
        return 0 if first == second else -1 if below and not above else 1 if above and not below else None
    except Exception:  # the library has a parser for each scheme, and what one of them trips over is unsure
        return None


@lru_cache(maxsize=65536)
def _version(text: str, scheme: str) -> Any:
    """A comparable value, or None."""
    if len(text) > MAX_LENGTH or not _PLAIN.fullmatch(text):
        return None
    kind = SCHEMES.get(scheme, "")
    if not kind:
        found = _DOTTED.fullmatch(text)
        return _numbers(found[1]) if found else None
    if kind in _WITH_WORDS and not _is_known_suffix(text, kind):
        return None
    if kind in _FORMS:
        found = _FORMS[kind].fullmatch(text)
        if found is None:
            return None
        text = found[found.re.groups]
    from univers import versions  # noqa: PLC0415 - only where versions are compared

    try:
        return getattr(versions, kind)(text)
    except Exception:  # as above; no version that the library refuses is ever taken for unaffected
        return None


#: Kinds that take any suffix for a version before the release, which a maker's own patch level is not.
_WITH_WORDS = frozenset(("SemverVersion", "GolangVersion", "NugetVersion", "RubygemsVersion"))
_BEFORE = frozenset(
    (
        "a",
        "alpha",
        "b",
        "beta",
        "canary",
        "dev",
        "m",
        "milestone",
        "next",
        "nightly",
        "pre",
        "preview",
        "rc",
        "snapshot",
    )
)


def _is_known_suffix(text: str, kind: str) -> bool:
    """Whether what follows the numbers says "before the release" for certain."""
    if kind == "RubygemsVersion":
        return all(word.casefold() in _BEFORE for word in re.findall("[A-Za-z]+", text.lstrip("v")))
    suffix = text.partition("+")[0].partition("-")[2]
    words = re.match(r"([A-Za-z]*)(\d*)", suffix)
    if not suffix or words is None:
        return not suffix
    is_pseudo = kind == "GolangVersion" and not words[1]  # v0.0.0-20060102150405-abcdef
    return words[1].casefold() in _BEFORE or (words[2] == "0" and not words[1]) or is_pseudo


def _numbers(text: str) -> tuple[int, ...]:
    """Numbers of a dotted version; zeros at the end say nothing."""
    numbers = [int(part) for part in text.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


#: Kinds whose parser takes more than its scheme allows and then orders it by chance: what is taken at all, and of it.
_FORMS = {
    **dict.fromkeys(("SemverVersion", "GolangVersion"), _SEMVER),
    "OpensslVersion": re.compile(f"({_OPENSSL.pattern})"),
}


@dataclass(frozen=True, slots=True)
class Interval:
    """Versions between two ends; an empty end is open.

    :param with_low: whether ``low`` belongs to it; with_high: whether ``high`` does.
    """

    low: str = ""
    with_low: bool = True
    high: str = ""
    with_high: bool = False

    def holds(self, version: str, scheme: str) -> bool | None:
        """Whether a version lies in it; None where it cannot be told."""
        above = _on_side(self.low, lambda order: order > 0 or (order == 0 and self.with_low), version, scheme)
        below = _on_side(self.high, lambda order: order < 0 or (order == 0 and self.with_high), version, scheme)
        if above is False or below is False:
            return False
        return None if above is None or below is None else True


def _on_side(end: str, is_inside: Callable[[int], bool], version: str, scheme: str) -> bool | None:
    if not end:
        return True
    order = compare(version, end, scheme)
    return None if order is None else is_inside(order)


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions that a text names: one by one and between ends.

    :param scheme: key of :data:`SCHEMES` that the text itself names, or nothing.
    """

    exact: tuple[str, ...] = ()
    intervals: tuple[Interval, ...] = ()
    scheme: str = ""


ALL = Versions(intervals=(Interval(),))


def read_versions(text: str) -> Versions | None:
    """Versions that a text names: ``1.2``, ``<= 1.11``, ``>= 1.0, < 2.0``, ``vers:pypi/>=1.0|<2.0``, ``*``.

    :return: None where the text is none of these, such as ``all before 2.3``.
    """
    text = text.strip()
    scheme = ""
    if text.casefold().startswith("vers:"):
        scheme, slash, text = text[5:].partition("/")
        if not slash:
            return None
        scheme = scheme_key(scheme)
        text = text.replace(" ", "")
    if text == "*":
        return ALL
    parts = re.split(r"[|,]", text)
    if len(parts) > 1000:
        return None
    found = [_CONSTRAINT.fullmatch(part) for part in parts]
    pairs = [(match[1] or "=", unquote(match[2])) for match in found if match]
    if len(pairs) != len(found) or any(sign == "!=" for sign, _ in pairs):
        return None
    exact = tuple(version for sign, version in pairs if sign in ("=", "=="))
    if any(not any(letter.isdigit() for letter in version) for _, version in pairs):
        return None
    return Versions(exact, _intervals(pairs), scheme)


def _intervals(pairs: list[tuple[str, str]]) -> tuple[Interval, ...]:
    """Pairs of a lower and an upper end, in the order of the text, as ``vers`` has them sorted."""
    done: list[Interval] = []
    low: tuple[str, bool] | None = None
    for sign, version in pairs:
        if sign.startswith(">"):
            if low is not None:
                done.append(Interval(low[0], low[1]))
            low = version, sign == ">="
        elif sign.startswith("<"):
            start = low or ("", True)
            done.append(Interval(start[0], start[1], version, sign == "<="))
            low = None
    if low is not None:
        done.append(Interval(low[0], low[1]))
    return tuple(done)
