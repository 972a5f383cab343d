"""What files say of vulnerabilities, as their readers give it: statements, records, and lists of exploited ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .bom import Source
from .item import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A CVSS vector as some file gives it; the score is computed from the vector, never copied.

    :param version: 2.0, 3.0, 3.1 or 4.0.
    :param vector: with its prefix, save for 2.0, which has none.
    :param by: who scored, in the file's words.
    """

    version: str
    vector: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What a statement is about, in the words of its file; joined to components by whichever of them is there.

    :param ref: ``bom-ref``, SPDX id or product id inside the file that the statement stands in or refers to.
    :param serial: serial number or document namespace of the bill of materials that ``ref`` belongs to, if it is
        another file.
    :param revision: version of that bill of materials, where the reference names one.
    :param versions: versions that are meant, or ranges as the file writes them; empty: any.
    :param supplier: who makes it, where the file says so.
    :param within: the product that it is meant as a part of (subcomponents of OpenVEX, relationships of CSAF): the
        statement holds there and says nothing of the same component elsewhere.
    """

    ref: str = ""
    serial: str = ""
    revision: str = ""
    name: str = ""
    versions: tuple[str, ...] = ()
    purl: str = ""
    cpe: str = ""
    supplier: str = ""
    within: Product | None = None

    @property
    def label(self) -> str:
        """The product in a few words, for messages."""
        return self.purl or self.ref or " ".join(part for part in (self.name, *self.versions) if part) or self.cpe


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a VEX document or an advisory says of one vulnerability in some products (CycloneDX, OpenVEX, CSAF).

    :param ids: CVE or other number first, aliases after it.
    :param products: what it is about; empty is a finding.
    :param status: not_affected, affected, fixed or under_investigation.
    :param status_text: the file's own word.
    :param justification: one of the five labels that formats share; empty where the file gives none.
    :param justification_text: the file's own word, which may say more.
    :param detail: facts behind the status (impact statement); action: what is done or asked of users.
    :param fixed_versions: versions that hold the fix.
    :param references: addresses where more can be read, as the file writes them.
    :param published, updated: days as the file writes them; moment: of the latter in UTC, empty where no time is known.
    """

    source: Source
    ids: tuple[str, ...]
    products: tuple[Product, ...] = ()
    status: str = ""
    status_text: str = ""
    justification: str = ""
    justification_text: str = ""
    detail: str = ""
    action: str = ""
    description: str = ""
    cwes: tuple[str, ...] = ()
    ratings: tuple[Rating, ...] = ()
    fixed_versions: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    published: str = ""
    updated: str = ""
    moment: str = ""
    location: Location = field(default_factory=Location)


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedRange:
    """Versions of a package that a record calls affected.

    :param ecosystem: of OSV (PyPI, Maven, ...), empty for CVE records.
    :param purl: package URL without a version, where the record has one.
    :param versions: affected versions, listed one by one.
    :param spans: affected from (inclusive, empty: from the first) and to, with whether ``to`` is itself affected;
        empty ``to``: no end.
    :param scheme: how versions are ordered: semver, ecosystem, git, custom, ...
    :param fixed: versions that hold the fix.
    :param safe_versions: versions called unaffected one by one; safe_spans: from and to, as in ``spans``. They bound
        a span without ends, which stands for "every version that is not called unaffected".
    :param unclear: what is said of versions in words, or with the status unknown; makes a match possible.
    """

    name: str = ""
    vendor: str = ""
    ecosystem: str = ""
    purl: str = ""
    cpes: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    spans: tuple[tuple[str, str, bool], ...] = ()
    scheme: str = ""
    fixed: tuple[str, ...] = ()
    safe_versions: tuple[str, ...] = ()
    safe_spans: tuple[tuple[str, str, bool], ...] = ()
    unclear: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VulnerabilityRecord:
    """A public record of a vulnerability (OSV, CVE JSON 5): what is affected, and how severe it is in general.

    :param withdrawn: date on which it was withdrawn or rejected, or ``yes``; it then matches nothing.
    :param references: addresses where more can be read, as the file writes them.
    """

    source: Source
    ids: tuple[str, ...]
    description: str = ""
    affected: tuple[AffectedRange, ...] = ()
    cwes: tuple[str, ...] = ()
    ratings: tuple[Rating, ...] = ()
    published: str = ""
    modified: str = ""
    withdrawn: str = ""
    references: tuple[str, ...] = ()
    location: Location = field(default_factory=Location)


@dataclass(frozen=True, slots=True, kw_only=True)
class KevEntry:
    """An entry of the catalogue of known exploited vulnerabilities."""

    id: str
    added: str = ""
    due: str = ""
    name: str = ""
    action: str = ""
    ransomware: str = ""
    location: Location = field(default_factory=Location)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kev:
    """A snapshot of CISA's catalogue; its date is that of ``source``."""

    source: Source
    entries: Mapping[str, KevEntry] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Epss:
    """A snapshot of EPSS scores: probability and percentile (0 to 1) by CVE; its date is that of ``source``."""

    source: Source
    scores: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisory:
    """A file of statements.

    :param title: of the document; author, number: of the advisory.
    """

    source: Source
    statements: tuple[Statement, ...] = ()
    title: str = ""
    author: str = ""
    number: str = ""
