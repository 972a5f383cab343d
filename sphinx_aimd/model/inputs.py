"""What the graph is built from besides the authors' records: results, review records, facts about files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .advisory import Advisory, Epss, Kev, VulnerabilityRecord
from .bom import Bom, Source
from .given import Given
from .imported import ImportedModel, Mark
from .item import Finding, Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of what a later report may run again: a test case, or the look at one finding of a penetration test.

    :param key: by which later runs of the same are known: suite, line break and name.
    :param words: what it came to, where that is not the outcome.
    """

    key: str
    name: str
    outcome: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test case of a report, not bound to a test yet.

    :param tests: test ids that the report itself names for it.
    :param name: class name and name, searched for ids where ``tests`` is empty.
    :param outcome: word of the scale ``outcome``.
    :param suite: name of the suite or table that it stands in.
    :param executed_by: role or organisation of the tester.
    :param key: by which the same case is known in another report; empty: suite and name.
    :param parts: what of it is repeated on its own; empty: the case as a whole.
    """

    tests: tuple[str, ...]
    name: str
    outcome: str
    message: str
    version: str
    build_hash: str
    environment: str
    executed_on: str
    location: Location
    suite: str = ""
    executed_by: str = ""
    key: str = ""
    parts: tuple[Run, ...] = ()

    @property
    def runs(self) -> tuple[Run, ...]:
        key = self.key or f"{self.suite}\n{self.name}"
        return self.parts or (Run(key=key, name=self.name, outcome=self.outcome),)


@dataclass(frozen=True, slots=True, kw_only=True)
class PentestFinding:
    """What testers found in a penetration test.

    :param id: number in their report, by which items take it up.
    :param state: open, fixed or accepted.
    :param severity: informational, low, medium, high or critical; the worse of what is stated and what the vectors
        score; empty where neither is there.
    :param vectors: CVSS vectors as they stand.
    :param subject: component or asset that it is in.
    :param tests: ids of the tests that it was found by.
    :param independence: of the testers, in the words of the field of a test.
    :param scope: what was in and out of scope, in the testers' words.
    """

    id: str
    title: str
    state: str
    severity: str = ""
    cwes: tuple[str, ...] = ()
    vectors: tuple[str, ...] = ()
    subject: str = ""
    tests: tuple[str, ...] = ()
    independence: str = ""
    scope: str = ""
    location: Location = field(default_factory=Location)


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePattern:
    """An entry of a mapping file: cases whose names fit belong to tests; ``*`` stands for any characters.

    :param suite: pattern of the name of the suite; empty: any.
    :param file: pattern of the path of the report; empty: any that the mapping file is named for.
    """

    case: str
    tests: tuple[str, ...]
    location: Location
    suite: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report file: its cases, and the hash of the bytes that were read.

    :param format: in words, such as ``SARIF 2.1.0``.
    :param findings: faults of the report itself; it was read all the same.
    :param left: what it holds and this project makes no use of, in words.
    :param pentest: findings of a penetration test.
    :param mapping: name of the mapping file that binds its cases to tests.
    """

    path: str
    sha256: str
    cases: tuple[Case, ...]
    format: str = ""
    findings: tuple[Finding, ...] = ()
    left: tuple[str, ...] = ()
    pentest: tuple[PentestFinding, ...] = ()
    mapping: str = ""

    @property
    def source(self) -> Source:
        """The file, as every input file is listed; its day is the last on which a case was executed."""
        counts = {"cases": len(self.cases), "findings": len(self.pentest)}
        return Source(
            path=self.path,
            sha256=self.sha256,
            kind="results",
            format=self.format,
            date=max((case.executed_on for case in self.cases), default=""),
            counts={what: number for what, number in counts.items() if number},
            left=self.left,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Record of a review: the fingerprints of the item and of what it links to, as they were then.

    :param line: where the file of records names the role.
    """

    fingerprint: str
    on: str
    role: str
    links: Mapping[str, str]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFact:
    """A file named by an item: whether it exists below the source folder, and its hash."""

    exists: bool
    sha256: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything read from files beside the pages; ``findings`` are what could not be read.

    :param mappings: entries of the files that bind cases to tests, by the name of the file.
    :param unread_reviews: name of the file of review records, if there is one that could not be read.
    :param kev: snapshots of the catalogue of exploited vulnerabilities; the newest counts, as of ``epss``.
    :param sources: every input file that was read, sorted by path.
    :param marked: marks in source code by the item that they name; known once the graph is built.
    :param released: ids of the releases of which a bill of materials was read; known once the graph is built.
    :param placed: release of each bill of materials by its path, empty where none is known; item_of: item id of each
        component by path of the bill and reference in it; both known once the graph is built.
    :param given: CVSS vectors that files give a vulnerability, by its item; known once the graph is built.
    :param cases: cases that each result was made of, by its id; known once the graph is built.
    :param stray: files that may be bills of materials of any release: they could not be read, or belong to none.
    """

    reports: tuple[Report, ...] = ()
    mappings: Mapping[str, tuple[CasePattern, ...]] = field(default_factory=dict)
    reviews: Mapping[str, Review] = field(default_factory=dict)
    files: Mapping[str, FileFact] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    unread_reviews: str = ""
    as_of: str = ""
    boms: tuple[Bom, ...] = ()
    advisories: tuple[Advisory, ...] = ()
    records: tuple[VulnerabilityRecord, ...] = ()
    kev: tuple[Kev, ...] = ()
    epss: tuple[Epss, ...] = ()
    models: tuple[ImportedModel, ...] = ()
    marks: tuple[Mark, ...] = ()
    sources: tuple[Source, ...] = ()
    released: frozenset[str] = frozenset()
    placed: Mapping[str, str] = field(default_factory=dict)
    item_of: Mapping[tuple[str, str], str] = field(default_factory=dict)
    given: Mapping[str, tuple[Given, ...]] = field(default_factory=dict)
    cases: Mapping[str, tuple[Case, ...]] = field(default_factory=dict)
    stray: tuple[str, ...] = ()
    marked: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)
