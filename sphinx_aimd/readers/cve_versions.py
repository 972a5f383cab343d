"""What a CVE record says of products and their versions in, affected ranges out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..model.advisory import AffectedRange
from ..model.versions import ALL, SCHEMES, Interval, read_versions, scheme_key
from .shapes import TEXT, Left, clean, many, obj, unique

_STATUS = {"enum": ["affected", "unaffected", "unknown"]}
AFFECTED = many(
    obj(
        vendor=TEXT,
        product=TEXT,
        collectionURL=TEXT,
        packageName=TEXT,
        packageURL=TEXT,
        cpes=many(TEXT),
        repo=TEXT,
        defaultStatus=_STATUS,
        versions=many(
            obj(
                "status",
                version=TEXT,
                status=_STATUS,
                versionType=TEXT,
                lessThan=TEXT,
                lessThanOrEqual=TEXT,
                changes=many(obj("at", "status", at=TEXT, status=_STATUS)),
            )
        ),
    )
)
_BOUNDS = ("versionStartIncluding", "versionStartExcluding", "versionEndIncluding", "versionEndExcluding")
APPLICABILITY = many(
    obj(
        "nodes",
        nodes=many(
            obj(
                "cpeMatch",
                cpeMatch=many(
                    obj(
                        "criteria",
                        "vulnerable",
                        criteria=TEXT,
                        vulnerable={"type": "boolean"},
                        **dict.fromkeys(_BOUNDS, TEXT),
                    )
                ),
            )
        ),
    )
)
#: Ecosystem of OSV for the collections that CVE records name.
COLLECTIONS = {
    "pypi.org": "PyPI",
    "pypi.python.org": "PyPI",
    "npmjs.com": "npm",
    "npmjs.org": "npm",
    "registry.npmjs.org": "npm",
    "repo.maven.apache.org": "Maven",
    "repo1.maven.org": "Maven",
    "crates.io": "crates.io",
    "rubygems.org": "RubyGems",
    "nuget.org": "NuGet",
    "packagist.org": "Packagist",
    "pkg.go.dev": "Go",
    "golang.org": "Go",
    "hex.pm": "Hex",
    "pub.dev": "Pub",
}
#: Words that stand for "from the first version" or "any version".
_ANY = frozenset(("*", "all", "all versions", "any"))
_FIRST = frozenset(("0", "*", "", "unspecified", "n/a", "-", "0.0", "0.0.0"))
#: ``2.1.*``: above every 2.1.
_WILD = re.compile(r"((?:\d{1,9}\.)*)(\d{1,9})\.\*")


def of_products(entries: list[Mapping[str, Any]], left: Left) -> Iterator[AffectedRange]:
    """Affected ranges of the ``affected`` lists of a record."""
    for entry in entries:
        found = _Entry(entry)
        if not (found.versions or found.spans or found.unclear):
            left.add("products with the status unaffected")
            continue
        host = re.sub(r"^https?://(?:www\.)?", "", entry.get("collectionURL", "")).partition("/")[0].casefold()
        name = clean(entry.get("packageName", "")) or clean(entry.get("product", ""))
        yield AffectedRange(
            name=name,
            vendor=clean(entry.get("vendor", "")),
            ecosystem=COLLECTIONS.get(host, ""),
            purl=clean(entry.get("packageURL", "")),
            cpes=unique(map(clean, entry.get("cpes", []))),
            versions=unique(found.versions),
            spans=tuple(dict.fromkeys(found.spans)),
            scheme=found.scheme,
            fixed=unique(found.fixed),
            safe_versions=unique(found.safe_versions),
            safe_spans=tuple(dict.fromkeys(found.safe_spans)),
            unclear=unique(found.unclear),
        )


class _Entry:
    """Versions of one product, sorted by what is said of them."""

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self.versions: list[str] = []
        self.spans: list[tuple[str, str, bool]] = []
        self.safe_versions: list[str] = []
        self.safe_spans: list[tuple[str, str, bool]] = []
        self.unclear: list[str] = []
        self.fixed: list[str] = []
        told = entry.get("versions", [])
        kinds = {one.get("versionType", "").casefold() for one in told}
        known = sorted(kind for kind in kinds if kind in SCHEMES)
        # of Linux: the commit is that of the fix, the version a release of the kernel
        self.scheme = "git" if kinds == {"git"} else known[0] if len(known) == 1 else ""
        for one in told:
            self.add(one)
        default = entry.get("defaultStatus", "")
        if default == "affected":
            self.spans.append(("", "", False))
        elif default == "unknown":
            self.unclear.append("status unknown by default")
        elif not told and not default:
            self.unclear.append("no version")

    def add(self, one: Mapping[str, Any]) -> None:
        version, status = clean(one.get("version", "")), one["status"]
        end = one.get("lessThan", one.get("lessThanOrEqual"))
        changes = [(clean(change["at"]), change["status"]) for change in one.get("changes", [])]
        if end is None and not changes:
            self.single(version, status)
            return
        high, with_high = _end(clean(end or "*"), "lessThan" not in one)
        low = "" if version.casefold() in _FIRST else version
        if high is None or not _is_version(low) or not all(_is_version(at) for at, _status in changes):
            if status != "unaffected" or any(after != "unaffected" for _at, after in changes):
                self.unclear.append(f"{version} to {clean(end or '')}")
            return
        for at, after in changes:
            self.span(low, at, False, status)
            if status == "affected" and after == "unaffected":
                self.fixed.append(at)
            low, status = at, after
        self.span(low, high, with_high, status)
        if status == "affected" and high and not with_high:
            self.fixed.append(high)

    def span(self, low: str, high: str, with_high: bool, status: str) -> None:
        if status == "unknown":
            self.unclear.append(f"status unknown from {low or 'the first'} to {high or 'the last'}")
        elif low != high or with_high:
            (self.spans if status == "affected" else self.safe_spans).append((low, high, with_high))

    def single(self, version: str, status: str) -> None:
        found = ALL if version.casefold() in _ANY else read_versions(version)
        if status == "unknown" or (found is None and status == "affected"):
            self.unclear.append(version or "no version")
        elif found is not None and status == "affected":
            self.versions += found.exact
            self.spans += [(span.low, span.high, span.with_high) for span in found.intervals]
        elif found is not None:
            self.safe_versions += found.exact
            self.safe_spans += [(span.low, span.high, span.with_high) for span in found.intervals if _is_whole(span)]


def _is_whole(span: Interval) -> bool:
    """Whether a span can be kept: one without its lower end would call that end unaffected, too."""
    return span.with_low


def _is_version(text: str) -> bool:
    """Whether an end of a span may be a version: no comparator, no words."""
    return not re.search(r"[\s<>=!,|]", text)


def _end(text: str, with_end: bool) -> tuple[str | None, bool]:
    """Upper end of a span; an empty one is open, None cannot be understood."""
    if text in ("*", ""):
        return "", False
    wild = _WILD.fullmatch(text)
    if wild:
        return f"{wild[1]}{int(wild[2]) + 1}", False
    return (text if _is_version(text) and "*" not in text else None), with_end


def of_cpes(elements: list[Mapping[str, Any]]) -> Iterator[AffectedRange]:
    """Affected ranges of the ``cpeApplicability`` lists of a record; conditions such as "runs on" are not looked at."""
    for element in elements:
        for node in element["nodes"]:
            for match in node["cpeMatch"]:
                if match["vulnerable"]:
                    yield _of_cpe(match)


def _of_cpe(match: Mapping[str, Any]) -> AffectedRange:
    criteria = clean(match["criteria"])
    parts = [re.sub(r"\\(.)", r"\1", part) for part in re.split(r"(?<!\\):", criteria)]
    version = parts[5] if len(parts) > 5 else ""
    bounds = {key: clean(match[key]) for key in _BOUNDS if match.get(key)}
    low = bounds.get("versionStartIncluding") or bounds.get(
        "versionStartExcluding", ""
    )  # wider than said, never narrower
    high = bounds.get("versionEndIncluding") or bounds.get("versionEndExcluding", "")
    is_listed = version not in ("*", "-", "") and not bounds
    return AffectedRange(
        name=parts[4].replace("_", " ") if len(parts) > 4 and parts[4] not in ("*", "-") else "",
        vendor=parts[3] if len(parts) > 3 and parts[3] not in ("*", "-") else "",
        cpes=(criteria,),
        versions=(version,) if is_listed else (),
        spans=() if is_listed or version == "-" else ((low, high, "versionEndIncluding" in bounds),),
        scheme=scheme_key(parts[4]) if len(parts) > 4 else "",
        fixed=(high,) if "versionEndExcluding" in bounds else (),
        unclear=("no version",) if version == "-" and not bounds else (),
    )
