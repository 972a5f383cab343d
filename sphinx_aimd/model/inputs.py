"""What the graph is built from besides the authors' records: results, review records, facts about files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .item import Finding, Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test case of a report, not bound to a test yet.

    :param tests: test ids that the report itself names for it.
    :param name: class name and name, searched for ids where ``tests`` is empty.
    :param outcome: word of the scale ``outcome``.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report file: its cases, and the hash of the bytes that were read."""

    path: str
    sha256: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Record of a review: the fingerprints of the item and of what it links to, as they were then."""

    fingerprint: str
    on: str
    role: str
    links: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFact:
    """A file named by an item: whether it exists below the source folder, and its hash."""

    exists: bool
    sha256: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything read from files beside the pages; ``findings`` are what could not be read.

    :param unread_reviews: name of the file of review records, if there is one that could not be read.
    """

    reports: tuple[Report, ...] = ()
    reviews: Mapping[str, Review] = field(default_factory=dict)
    files: Mapping[str, FileFact] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    unread_reviews: str = ""
    as_of: str = ""
