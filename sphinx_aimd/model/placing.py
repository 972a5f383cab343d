"""Bills of materials in, the release that each is of out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .bom import Bom
from .item import Finding, Item, Location, Severity
from .versions import compare

RULE = "bill-release"


@dataclass
class Placed:
    """To which releases bills belong.

    :param releases: release id for each bill, by path; empty where none was found.
    :param listed: releases of which a bill lists software components, or lists nothing at all.
    :param stray: paths of bills with components that belong to no known release.
    """

    releases: dict[str, str] = field(default_factory=dict)
    listed: frozenset[str] = frozenset()
    stray: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)


def place(boms: Sequence[Bom], items: Mapping[str, Item]) -> Placed:
    """Find the release of each bill: as configured, else the only one that has the version of its subject."""
    done = Placed()
    versions: dict[str, list[str]] = defaultdict(list)
    for item_id, item in sorted(items.items()):
        if item.type == "release" and item.text("version"):
            versions[item.text("version")].append(item_id)
    guessed: dict[str, list[Bom]] = defaultdict(list)
    for bom in boms:
        release = _named(bom, items, done) if bom.release else _by_version(bom, versions, done)
        done.releases[bom.source.path] = release
        if release and not bom.release:
            guessed[release].append(bom)
    for release, bills in sorted(guessed.items()):
        _told_by_version_alone(release, bills, done)
    _same_serial(boms, done)
    listing = [bom for bom in boms if lists_components(bom)]
    done.listed = frozenset(done.releases[bom.source.path] for bom in listing) - {""}
    done.stray = tuple(bom.source.path for bom in boms if lists_software(bom) and not done.releases[bom.source.path])
    return done


def lists_software(bom: Bom) -> bool:
    """Whether a bill lists components beside cryptographic assets."""
    return any(component.crypto is None for component in bom.components)


def lists_components(bom: Bom) -> bool:
    """Whether a bill is one of components: it lists some, or nothing at all, and not cryptographic assets alone."""
    return not bom.components or lists_software(bom)


def is_bill_of(bom: Bom, release: Item, placed: Mapping[str, str]) -> bool:
    """Whether a bill belongs to a release and does not describe another version.

    :param placed: release id for each bill, by path.
    """
    version = bom.subject.version if bom.subject else ""
    return placed.get(bom.source.path) == release.id and (
        not version or compare(version, release.text("version"), "") == 0
    )


def _named(bom: Bom, items: Mapping[str, Item], done: Placed) -> str:
    release = items.get(bom.release)
    if release is None or release.type != "release":
        message = f"{bom.source.path}: is said to be of {bom.release}, which is no release."
        _find(done, bom.source.path, message, "Correct the release in aimd_inputs.", is_model_error=True)
        return ""
    version = bom.subject.version if bom.subject else ""
    if version and version != release.text("version"):
        message = f"{bom.source.path}: is said to be of {release.id}, version {release.text('version') or 'unknown'}, "
        message += f"and describes {bom.subject.name if bom.subject else ''} {version}."
        _find(done, bom.source.path, message, "Check that it is the bill of this release.")
    return release.id


def _by_version(bom: Bom, versions: Mapping[str, list[str]], done: Placed) -> str:
    version = bom.subject.version if bom.subject else ""
    found = versions.get(version, []) if version else []
    if len(found) == 1:
        return found[0]
    if lists_software(bom):
        many = f"{len(found)} releases have" if found else "no release has"
        what = f"{many} the version {version!r}" if version else "its subject states no version"
        message = f"{bom.source.path}: belongs to no known release: {what}."
        _find(done, bom.source.path, message, "Name the release in aimd_inputs, or write the version into the bill.")
    return ""


def _told_by_version_alone(release: str, bills: Iterable[Bom], done: Placed) -> None:
    """Several products with one version may be one system, or a bill of something else may be among them."""
    products: dict[str, str] = {}
    for bom in bills:
        if bom.subject is not None and lists_software(bom):
            products.setdefault(bom.subject.name, bom.source.path)
    if len(products) > 1:
        names = ", ".join(f"{name!r}" for name in sorted(products)[:5])
        message = f"{release}: bills of {len(products)} products are taken for it by their version alone: {names}."
        path = products[min(products)]
        _find(done, path, message, "Name the release of each bill in aimd_inputs.", Severity.INFO, release)


def _same_serial(boms: Iterable[Bom], done: Placed) -> None:
    """Two bills with one serial number and revision: what refers to it may mean either."""
    first: dict[tuple[str, str], Bom] = {}
    for bom in boms:
        other = first.setdefault((bom.serial, bom.revision), bom) if bom.serial else bom
        if other.source.sha256 != bom.source.sha256:
            message = f"{bom.source.path}: has serial number and revision of {other.source.path}: {bom.serial}."
            remedy = "Give each bill of materials a serial number of its own."
            _find(done, bom.source.path, message, remedy, rule="bill-serial")


def _find(
    done: Placed,
    path: str,
    message: str,
    remedy: str,
    severity: Severity = Severity.WARNING,
    item: str = "",
    rule: str = RULE,
    *,
    is_model_error: bool = False,
) -> None:
    place = Location(path, 0)
    severity = Severity.ERROR if is_model_error else severity
    done.findings.append(
        Finding(
            rule=rule,
            severity=severity,
            item=item,
            location=place,
            message=message,
            remedy=remedy,
            is_model_error=is_model_error,
        )
    )
