"""OSV records in (one, a list, or the answer of its interface), vulnerability records out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..model.advisory import AffectedRange, VulnerabilityRecord
from ..model.bom import Source
from ..model.item import Location
from ..model.schemes import cwe_of, ordered
from .known import NOTHING, Known
from .opened import Opened
from .shapes import TEXT, WORD, Left, check, checker, clean, day, is_json, lines_of, many, obj, prose, source, unique

_VERSION = re.compile(r"1\.\d{1,3}\.\d{1,3}(?:[-+].{0,40})?")


def _some(items: Mapping[str, Any]) -> dict[str, Any]:
    """Shape of a list that some databases write as null."""
    return {**many(items), "type": ["array", "null"]}


_SEVERITY = _some(obj("type", "score", type=TEXT, score=TEXT))
_RECORD = obj(
    "id",
    "modified",
    schema_version=TEXT,
    id=WORD,
    modified=TEXT,
    published=TEXT,
    withdrawn=TEXT,
    aliases=_some(TEXT),
    upstream=_some(TEXT),
    summary=TEXT,
    details=TEXT,
    severity=_SEVERITY,
    affected=_some(
        obj(
            package={**obj(ecosystem=TEXT, name=TEXT, purl=TEXT), "type": ["object", "null"]},
            severity=_SEVERITY,
            ranges=_some(
                obj(
                    "type",
                    "events",
                    type=TEXT,
                    repo=TEXT,
                    events=many(obj(introduced=TEXT, fixed=TEXT, last_affected=TEXT, limit=TEXT)),
                )
            ),
            versions=_some(TEXT),
        )
    ),
    references=_some(obj("url", url=TEXT, type=TEXT)),
    database_specific={"type": ["object", "null"]},  # of any form; used where it has the usual one
)
_VALIDATOR = checker(_RECORD)


def is_mine(opened: Opened) -> bool:
    """Whether the file holds records of OSV, or what its interface answers."""
    if not is_json(opened) or not (b'"modified"' in opened.raw or b'"vulns"' in opened.raw):
        return False
    return _records(opened.json) is not None


def _records(data: Any) -> list[Any] | None:
    """The records of a file; None where it holds something else."""
    if isinstance(data, dict) and isinstance(data.get("vulns"), list):
        return list(data["vulns"])
    found = data if isinstance(data, list) else [data]
    first = found[0] if found else None
    if not isinstance(first, dict) or not {"id", "modified"} <= first.keys():
        return None
    return found if {"affected", "schema_version", "withdrawn"} & first.keys() else None


def read(opened: Opened, known: Known = NOTHING) -> tuple[VulnerabilityRecord, ...]:
    """Read all records of a file.

    The file says of each record when it changed, but not of which day the whole is: that is what the configuration
    says, else the newest change.

    :raises InputError: no record, an unknown version, or not the shape of OSV.
    """
    records = _records(opened.json) or []
    if not records:
        raise opened.fail("holds no record.", "Take it out, or write the records of the packages into it.")
    left = Left()
    if isinstance(opened.json, dict) and "vulns" in opened.json:
        left.unread({key: value for key, value in opened.json.items() if key != "vulns"}, obj())
    for record in records:
        check(opened, record, _VALIDATOR, "sound OSV record")
        version = record.get("schema_version", "1.0.0")
        if not _VERSION.fullmatch(version):
            raise opened.fail(f"is OSV of the version {version[:80]!r}.", "Versions that are read: 1.x.")
        left.unread(record, _RECORD)
    lines = lines_of(opened, "id")
    found = [_record(record, left, lines, opened.name) for record in records]
    origin = source(
        opened,
        known,
        kind="osv",
        form=f"OSV {max(str(record.get('schema_version', '1.0.0')) for record in records)}",
        date=known.date or max(day(record["modified"]) for record in records),
        about=found[0]["ids"][0] if len(found) == 1 else "",
        counts={"records": len(records)},
        left=left,
    )
    return tuple(_made(fields, origin) for fields in found)


def _made(fields: Mapping[str, Any], origin: Source) -> VulnerabilityRecord:
    return VulnerabilityRecord(source=origin, **fields)


def _record(record: dict[str, Any], left: Left, lines: dict[str, int], name: str) -> dict[str, Any]:
    own = clean(record["id"])
    upstream = [clean(text) for text in record.get("upstream") or ()]
    # a distribution's record of one vulnerability is named after it (DEBIAN-CVE-...); others gather several
    same = [text for text in upstream if own.endswith(f"-{text}")]
    left.add("upstream ids", len(upstream) - len(same))
    specific = record.get("database_specific") or {}
    affected = [part for entry in record.get("affected") or () for part in _affected(entry, specific, left)]
    if not affected:
        left.add("records without an affected package")
    severities = [
        *(record.get("severity") or ()),
        *(one for entry in record.get("affected") or () for one in entry.get("severity") or ()),
    ]
    vectors = unique(one["score"] for one in severities if one["type"].startswith("CVSS_"))
    left.add("severities of another kind than CVSS", sum(not one["type"].startswith("CVSS_") for one in severities))
    text = [prose(record.get(key, "")) for key in ("summary", "details")]
    return {
        "ids": ordered((own, *same, *map(clean, record.get("aliases") or ()))),
        "description": "\n\n".join(part for part in text if part),
        "affected": tuple(affected),
        "cwes": unique(_cwes(specific)),
        "ratings": tuple(rating for vector in vectors for rating in left.rate(vector, f"record {own}")),
        "published": day(record.get("published", "")),
        "modified": day(record["modified"]),
        "withdrawn": (day(record["withdrawn"]) or "yes") if record.get("withdrawn") else "",
        "references": unique(clean(one["url"]) for one in record.get("references") or ()),
        "location": Location(name, lines.get(record["id"], 0)),
    }


def _cwes(specific: Mapping[str, Any]) -> Iterator[str]:
    for key in ("cwe_ids", "cwes", "CWE"):
        value = specific.get(key)
        for one in value if isinstance(value, list) else [value]:
            text = one.get("cweId") or one.get("id") if isinstance(one, dict) else one
            if isinstance(text, str):
                yield cwe_of(text)


def _affected(entry: dict[str, Any], specific: Mapping[str, Any], left: Left) -> Iterator[AffectedRange]:
    package = entry.get("package") or {}
    ranges = entry.get("ranges") or []
    by_commit = [one for one in ranges if one["type"] == "GIT"]
    by_version = [one for one in ranges if one["type"] in ("SEMVER", "ECOSYSTEM")]
    others = [one["type"] for one in ranges if one["type"] not in ("GIT", "SEMVER", "ECOSYSTEM")]
    name = clean(package.get("name", ""))
    if not name and isinstance(specific.get("package"), str):
        name = clean(specific["package"])  # as the records of curl have it
    if not name:
        name = next((repo for repo in map(_repository, by_commit) if repo), "")
    if not name and not package.get("purl"):
        left.add("affected entries without a package")
        return
    versions = unique(map(clean, entry.get("versions") or ()))
    spans, fixed = _spans(by_version)
    is_by_commit = bool(by_commit) and not versions and not spans
    if by_commit and not is_by_commit:
        left.add("ranges of commits beside versions", len(by_commit))
    yield AffectedRange(
        name=name,
        ecosystem=clean(package.get("ecosystem", "")),
        purl=clean(package.get("purl", "")),
        versions=versions,
        spans=tuple(spans),
        scheme="git"
        if is_by_commit
        else "semver"
        if {one["type"] for one in by_version} == {"SEMVER"}
        else "ecosystem",
        fixed=unique(fixed),
        unclear=unique(
            (*(["ranges of commits"] if is_by_commit else []), *(f"a range of type {clean(one)}" for one in others))
        ),
    )


def _repository(one: Mapping[str, Any]) -> str:
    """Name of the repository that a range of commits is about."""
    return clean(one.get("repo", "")).rstrip("/").removesuffix(".git").rpartition("/")[2]


def _spans(ranges: Iterable[dict[str, Any]]) -> tuple[list[tuple[str, str, bool]], list[str]]:
    """Spans and fixed versions from events, which come in their order; what is not closed stays open."""
    spans: list[tuple[str, str, bool]] = []
    fixed: list[str] = []
    for one in ranges:
        low: str | None = None
        for event in one["events"]:
            if "introduced" in event:
                if low is not None:
                    spans.append((low, "", False))
                low = "" if event["introduced"] == "0" else clean(event["introduced"])
            for key, with_high in (("fixed", False), ("limit", False), ("last_affected", True)):
                if key not in event:
                    continue
                end = clean(event[key])
                if key == "fixed":
                    fixed.append(end)
                if low is not None and end != "*":
                    spans.append((low, end, with_high))
                    low = None
        if low is not None:
            spans.append((low, "", False))
    return list(dict.fromkeys(spans)), fixed
