"""Bills of materials as their readers give them, whatever the format: one neutral form, nothing judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .item import Location

#: What input files are.
KINDS = ("sbom", "vex", "csaf", "osv", "cve", "kev", "epss", "threat-model", "results", "code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An input file as it was read.

    :param path: relative to the source folder.
    :param sha256: ``sha256:`` and the digest of its bytes.
    :param kind: what it is, one of :data:`KINDS`.
    :param format: format and version in words, such as ``CycloneDX 1.6 JSON``.
    :param date: day (YYYY-MM-DD) of which its data are, empty where neither the file nor the configuration says it.
    :param about: what it is about in the file's own words, such as name and version of the product.
    :param counts: what was read from it, by a plural noun: ``components``, ``statements``, ...
    :param left: what the file holds and this project makes no use of, each with its number, in words.
    """

    path: str
    sha256: str
    kind: str
    format: str
    date: str = ""
    about: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CryptoAsset:
    """What a cryptographic bill of materials (CBOM) says of an asset.

    :param asset_type: algorithm, protocol, certificate or related-crypto-material, as in CycloneDX 1.6.
    :param details: further facts by the name that the format gives them: primitive, parameterSetIdentifier, curve,
        mode, padding, size, nistQuantumSecurityLevel, classicalSecurityLevel, notValidAfter, version, oid, ...
    """

    asset_type: str
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BomComponent:
    """A component of a bill of materials.

    :param ref: key inside the file: ``bom-ref`` of CycloneDX, SPDX id; unique in its file, made up where none stands.
    :param kind: type of component in the format's words: library, firmware, operating-system, device, ...
    :param hashes: digests as ``ALGORITHM:hex``, for example ``SHA-256:ab...``.
    :param licences: SPDX expressions, or names of licences outside the SPDX list.
    :param copyright: attribution text.
    :param author: who made the data about this component, where the file says it.
    :param support_level: actively_maintained, no_longer_maintained, abandoned or unknown; empty where none is stated.
    :param support_level_text: the file's own word for it.
    :param end_of_support: date; empty where the file states none, or words.
    :param end_of_support_text: the file's own words, where they are no date.
    :param known_unknown: complete, dependencies_unknown or withheld; empty where the file does not say.
    :param depends_on: refs of direct dependencies.
    :param crypto: what a CBOM says of it.
    """

    ref: str
    kind: str = ""
    name: str = ""
    version: str = ""
    supplier: str = ""
    manufacturer: str = ""
    group: str = ""
    purl: str = ""
    cpe: str = ""
    hashes: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    copyright: str = ""
    description: str = ""
    author: str = ""
    support_level: str = ""
    support_level_text: str = ""
    end_of_support: str = ""
    end_of_support_text: str = ""
    known_unknown: str = ""
    depends_on: tuple[str, ...] = ()
    crypto: CryptoAsset | None = None
    location: Location = field(default_factory=Location)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bom:
    """A bill of materials.

    :param serial: ``urn:uuid:...`` of CycloneDX, document namespace of SPDX; VEX files refer to it.
    :param revision: version of the document itself.
    :param subject: the product that the file describes.
    :param authors: who made the document; tools: by what; timestamp: when, as the file states it.
    :param generation: phase in which it was made (design, build, analyzed, ...), where stated.
    :param release: id of the release that the configuration names for it, empty: found by the subject's version.
    """

    source: Source
    serial: str = ""
    revision: str = ""
    subject: BomComponent | None = None
    components: tuple[BomComponent, ...] = ()
    authors: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    timestamp: str = ""
    generation: tuple[str, ...] = ()
    release: str = ""
