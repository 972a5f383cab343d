"""CVE records (CVE JSON 5.0 to 5.2) in, vulnerability records out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..model.advisory import Rating, VulnerabilityRecord
from ..model.item import Location
from ..model.schemes import cwe_of, form_of, is_of
from .cve_versions import AFFECTED, APPLICABILITY, of_cpes, of_products
from .known import NOTHING, Known
from .opened import Opened
from .shapes import (
    NUMBER,
    REMEDY,
    TEXT,
    VECTOR,
    Left,
    check,
    checker,
    clean,
    day,
    is_json,
    lines_of,
    many,
    obj,
    prose,
    source,
    unique,
)

_VERSION = re.compile(r"5(?:\.[0-2](?:\.\d{1,3})?)?")
_VECTORS = ("cvssV4_0", "cvssV3_1", "cvssV3_0", "cvssV2_0")
_TOLD = many(obj("lang", "value", lang=TEXT, value=TEXT))
_CONTAINER = obj(
    providerMetadata=obj(shortName=TEXT, orgId=TEXT, dateUpdated=TEXT),
    title=TEXT,
    descriptions=_TOLD,
    affected=AFFECTED,
    cpeApplicability=APPLICABILITY,
    problemTypes=many(obj("descriptions", descriptions=many(obj(cweId=TEXT, description=TEXT, lang=TEXT, type=TEXT)))),
    references=many(obj("url", url=TEXT)),
    metrics=many(obj(format=TEXT, **dict.fromkeys(_VECTORS, VECTOR))),
    rejectedReasons=_TOLD,
)
_RECORD = obj(
    "dataType",
    "dataVersion",
    "cveMetadata",
    "containers",
    dataType=TEXT,
    dataVersion=NUMBER,
    cveMetadata=obj(
        "cveId",
        "state",
        cveId=TEXT,
        state={"enum": ["PUBLISHED", "REJECTED"]},
        datePublished=TEXT,
        dateUpdated=TEXT,
        dateRejected=TEXT,
    ),
    containers=obj("cna", cna=_CONTAINER, adp=many(_CONTAINER)),
)
_VALIDATOR = checker(_RECORD)


def is_mine(opened: Opened) -> bool:
    """Whether the file holds a CVE record, or a list of them."""
    if not is_json(opened) or b"CVE_RECORD" not in opened.raw:
        return False
    data = opened.json
    first = data[0] if isinstance(data, list) and data else data
    return isinstance(first, dict) and first.get("dataType") == "CVE_RECORD"


def read(opened: Opened, known: Known = NOTHING) -> tuple[VulnerabilityRecord, ...]:
    """Read all records of a file; what the CNA and what others (ADP) add count alike.

    As with OSV, the day of which the data are is what the configuration says, else that of the newest change.

    :raises InputError: an unknown version, or not the shape of a CVE record.
    """
    records = opened.json if isinstance(opened.json, list) else [opened.json]
    left = Left()
    for record in records:
        version = str(record.get("dataVersion", ""))[:80] if isinstance(record, dict) else ""
        if isinstance(record, dict) and "dataVersion" in record and not _VERSION.fullmatch(version):
            raise opened.fail(f"is a CVE record of the version {version!r}.", "Versions that are read: 5.0 to 5.2.")
        check(opened, record, _VALIDATOR, "sound CVE record")
        left.unread(record, _RECORD)
    lines = lines_of(opened, "cveId")
    found = [_record(record, left, lines, opened) for record in records]
    origin = source(
        opened,
        known,
        kind="cve",
        form=f"CVE JSON {max(str(record['dataVersion']) for record in records)}",
        date=known.date or max(str(fields["modified"]) for fields in found),
        about=found[0]["ids"][0] if len(found) == 1 else "",
        counts={"records": len(records)},
        left=left,
    )
    return tuple(VulnerabilityRecord(source=origin, **fields) for fields in found)


def _record(record: Mapping[str, Any], left: Left, lines: Mapping[str, int], opened: Opened) -> dict[str, Any]:
    about = record["cveMetadata"]
    name, line = clean(about["cveId"]), lines.get(about["cveId"], 0)
    if not is_of("CVE", name):
        raise opened.fail(f"is a record of {name[:80]!r}, which has not the form {form_of('CVE')}.", REMEDY, line)
    containers = [record["containers"]["cna"], *record["containers"].get("adp", [])]
    affected = [part for container in containers for part in of_products(container.get("affected", []), left)]
    affected += [part for container in containers for part in of_cpes(container.get("cpeApplicability", []))]
    is_rejected = about["state"] == "REJECTED"
    if not affected and not is_rejected:
        left.add("records without an affected product")
    return {
        "ids": (name,),
        "description": _english(containers, "rejectedReasons" if is_rejected else "descriptions"),
        "affected": tuple(affected),
        "cwes": unique(cwe for container in containers for cwe in _cwes(container)),
        "ratings": tuple(
            dict.fromkeys(
                one
                for number, container in enumerate(containers)
                for one in _ratings(container, "ADP" if number else "CNA", left)
            )
        ),
        "published": day(about.get("datePublished", "")),
        "modified": day(about.get("dateUpdated", "")) or day(about.get("dateRejected", "")) or _updated(containers),
        "withdrawn": (day(about.get("dateRejected", "")) or "yes") if is_rejected else "",
        "references": unique(clean(one["url"]) for container in containers for one in container.get("references", [])),
        "location": Location(opened.name, line),
    }


def _updated(containers: list[Mapping[str, Any]]) -> str:
    return max(day(one.get("providerMetadata", {}).get("dateUpdated", "")) for one in containers)


def _english(containers: list[Mapping[str, Any]], key: str) -> str:
    """The first English description, with the title before it; else the first of any language."""
    told = [one for container in containers for one in container.get(key, [])]
    english = [one for one in told if one["lang"].casefold().startswith("en")]
    text = prose((english or told)[0]["value"]) if told else ""
    title = clean(containers[0].get("title", ""))
    return "\n\n".join(part for part in (title, text) if part)


def _cwes(container: Mapping[str, Any]) -> Iterator[str]:
    for kind in container.get("problemTypes", []):
        for one in kind["descriptions"]:
            yield cwe_of(one.get("cweId", "")) or cwe_of(one.get("description", ""))


def _ratings(container: Mapping[str, Any], role: str, left: Left) -> Iterator[Rating]:
    by = container.get("providerMetadata", {}).get("shortName", "") or f"unnamed {role}"
    for metric in container.get("metrics", []):
        for kind in _VECTORS:
            if kind in metric:
                yield from left.rate(metric[kind]["vectorString"], by)
