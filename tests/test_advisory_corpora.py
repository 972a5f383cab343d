"""Advisories and vulnerability records that nobody here wrote: counts, and what is refused and why."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pytest

from sphinx_aimd.model.advisory import VulnerabilityRecord
from sphinx_aimd.model.affected import LISTED, affects
from sphinx_aimd.model.bom import BomComponent
from sphinx_aimd.model.versions import SCHEMES, compare, scheme_key
from sphinx_aimd.readers.opened import open_file
from sphinx_aimd.yamlfile import InputError

from .advisory_files import read
from .corpora import samples, sdist


@cache
def corpus(name: str, version: str, pattern: str) -> tuple[Counter[str], list[Any], dict[str, str]]:
    """Counts by reader, all values, and the message for each refused file, of the files of a source distribution."""
    counts: Counter[str] = Counter()
    values: list[Any] = []
    refused: dict[str, str] = {}
    root = sdist(name, version)
    for path in sorted(root.glob(pattern)):
        opened = open_file(root, path.relative_to(root).as_posix())
        try:
            found = read(opened)
        except InputError as error:
            refused[path.name] = error.message
            continue
        counts[found[0].source.kind if found else "another format"] += 1
        values += found
    return counts, values, refused


@pytest.mark.parametrize(
    ("version", "read_files", "statements"),
    [("v20", 226, 162), ("v21", 985, 740)],
)
def test_csaf_files_of_the_technical_committee(version: str, read_files: int, statements: int) -> None:
    counts, values, refused = corpus("csaf", "2026.10.25", f"csaf/csaf/{version}/data/*/*.json")
    assert counts["csaf"] == read_files
    assert sum(len(value.statements) for value in values) == statements
    words = ("does not define", "twice", "of itself", "says of itself", "nested deeper", "control character")
    assert not {name: message for name, message in refused.items() if not any(word in message for word in words)}
    for group in ("6-1-01-01", "6-1-02-01", "6-1-03-01", "6-1-04-02", "6-1-05-01"):
        assert any(group in name for name in refused), f"{group} breaks a rule of CSAF that joins rest on"


def test_files_of_vulnerablecode() -> None:
    counts, values, refused = corpus("vulnerablecode", "40.2.0", "vulnerabilities/tests/test_data/**/*.[jc]s*")
    assert refused == {}
    assert {kind: counts[kind] for kind in ("osv", "cve", "csaf", "kev", "epss")} == {
        "osv": 25,
        "cve": 10,
        "csaf": 6,
        "kev": 1,
        "epss": 1,
    }
    records = [value for value in values if isinstance(value, VulnerabilityRecord)]
    assert all(record.affected or record.source.left for record in records)
    known = [(record, entry) for record in records for entry in record.affected if entry.name]
    listed = [(record, entry, version) for record, entry in known for version in entry.versions if not record.withdrawn]
    assert len(listed) > 200
    for record, entry, version in listed:
        match = affects(record, BomComponent(ref="c", name=entry.name, version=version))
        assert match is not None
        assert match.certainty == LISTED


def test_order_agrees_with_versions_that_databases_list() -> None:
    """Every listed version of an OSV record lies inside a span of it: the order here is that of the database."""
    _counts, values, _refused = corpus("vulnerablecode", "40.2.0", "vulnerabilities/tests/test_data/**/*.[jc]s*")
    compared = 0
    for entry in (part for value in values if isinstance(value, VulnerabilityRecord) for part in value.affected):
        scheme = scheme_key(entry.ecosystem)
        if value_of(entry.ecosystem) not in SCHEMES or not entry.spans:
            continue
        for version in entry.versions:
            sides = [_inside(version, span, scheme) for span in entry.spans]
            assert any(side is not False for side in sides), (entry.name, version, entry.spans)
            compared += any(side is True for side in sides)
    assert compared > 150


def value_of(ecosystem: str) -> str:
    return ecosystem.partition(":")[0].casefold()


def _inside(version: str, span: tuple[str, str, bool], scheme: str) -> bool | None:
    low, high, with_high = span
    first = compare(version, low, scheme) if low else 1
    last = compare(version, high, scheme) if high else -1
    if first is None or last is None:
        return None
    return first >= 0 and (last < 0 or (last == 0 and with_high))


def test_files_of_cvelib_and_vexcalibur() -> None:
    counts, _values, refused = corpus("cvelib", "1.8.0", "tests/data/CVEv5*.json")
    assert (counts["cve"], refused) == (2, {})
    counts, values, refused = corpus("vexcalibur", "1.1.0", "tests/golden/*.json")
    assert (counts["vex"], counts["csaf"], refused) == (1, 1, {})
    states = [sorted(statement.status for statement in value.statements) for value in values]
    assert states[0] == states[1]


def test_samples() -> None:
    found: dict[str, list[Any]] = {}
    for folder in ("csaf", "vex", "kev"):
        for path in sorted(samples(folder).glob("*.json")):
            found.setdefault(folder, []).extend(read(open_file(path.parent, path.name)))
    assert [len(found[folder]) for folder in ("csaf", "vex", "kev")] == [4, 2, 1]
    assert sum(len(advisory.statements) for advisory in found["csaf"]) == 10
    assert all(statement.ratings for advisory in found["csaf"] for statement in advisory.statements)
    assert {statement.products[0].supplier for one in found["csaf"] for statement in one.statements} == {
        "Medtronic",
        "Boston Scientific",
    }
    assert len(found["kev"][0].entries) == 1403
