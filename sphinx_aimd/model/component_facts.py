"""What bills of materials state of one component in; fields of its item, and what is stated otherwise, out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence

from .bom import Bom, BomComponent
from .identity import plain, purl_of
from .item import Item, Value, text_of

#: A component and the bill that lists it.
Listing = tuple[Bom, BomComponent]
#: Fields that identify a component: the bill is made by the build, so what an author wrote otherwise is wrong.
IDENTITY = ("component_name", "version", "purl", "cpe", "key_bits", "algorithm")
#: Primitives of which the parameter set is the key length, in the words of CycloneDX.
_CIPHERS = frozenset(("ae", "block-cipher", "stream-cipher"))
_FILLERS = frozenset(("and", "for", "of", "on", "with"))
#: Hashes that are shown before others; bills list MD5 and SHA-1 first.
_HASHES = ("SHA-256", "SHA-384", "SHA-512", "SHA3-256", "SHA3-384", "SHA3-512")
#: Levels of support and of completeness, worst first: where bills disagree, the worst counts.
WORST_FIRST: Mapping[str, tuple[str, ...]] = {
    "support_level": ("abandoned", "no_longer_maintained", "unknown", "actively_maintained"),
    "known_unknown": ("withheld", "dependencies_unknown", "complete"),
}


def slug(text: str, room: int = 40) -> str:
    """Letters and digits of a text in parts joined by hyphens, as ids are."""
    return "-".join(re.findall(r"[A-Za-z0-9]+", text))[:room].strip("-")


def digest(identity: object, digits: int = 8) -> str:
    """Digits that tell two things apart whose ids would be alike."""
    return hashlib.sha256(repr(identity).encode("utf-8", "backslashreplace")).hexdigest()[:digits]


def kind_of(component: BomComponent) -> str:
    """Type of the item that a component becomes."""
    return "crypto" if component.crypto else "component"


def wanted_id(component: BomComponent) -> str:
    """Id of the item of a component, if no other wants the same."""
    name = component.name or component.ref
    parts = ["CRY" if component.crypto else "CMP", slug(name) or digest(name), slug(component.version, 20)]
    return "-".join(part for part in parts if part)


def version_of(component: BomComponent) -> str:
    """Version that a bill states, itself or in the package URL."""
    purl = purl_of(component.purl)
    return component.version or (purl.version if purl and purl.version else "")


def canonical(purl_text: str) -> str:
    """A package URL in one spelling; another text as it stands."""
    purl = purl_of(purl_text)
    if purl is None:
        return purl_text.strip()
    if purl.type == "maven" and purl.qualifiers == {"type": "jar"}:  # what a package of Maven is if nothing is said
        purl = purl._replace(qualifiers={})
    return str(purl.to_string())


def bare(purl_text: str) -> str:
    """A package URL without qualifiers and subpath."""
    return canonical(purl_text).partition("?")[0].partition("#")[0]


def identity(bom: Bom, component: BomComponent) -> tuple[str, ...]:
    """What two entries of bills have in common that are one component.

    Without a version nothing tells whether two entries are the same, so that they are one in their own bill alone.
    """
    version = version_of(component)
    if component.crypto is not None:
        details = [f"{name}={value}" for name, value in sorted(component.crypto.details.items())]
        return "crypto", component.name, version, component.crypto.asset_type, *details
    if component.purl and version:
        return "purl", canonical(component.purl), version
    stated = component.name, component.group, version, component.supplier, component.cpe.casefold(), component.purl
    if version:
        return "name", *stated
    subject = bom.subject
    of = (subject.name, subject.version) if subject else (bom.serial, bom.source.sha256)
    return "entry", *stated, *of, component.ref


def merged(listings: Sequence[Listing], ref: str = "") -> dict[str, Value]:
    """Fields of an item from all bills that list it.

    What is chosen depends on what is stated, never on how files are named: the worst level, the earliest end, else the
    first in the order of the alphabet. Only the bill that stands for all of them is the first by its path.

    :param ref: reference that the author gives; the bill is one that holds it.
    """
    found: dict[str, Value] = {}
    stated = [fields_of(component) for _bom, component in listings]
    for name in dict.fromkeys(name for fields in stated for name in fields):
        texts = sorted({text for fields in stated if (text := text_of(fields.get(name, "")))})
        order = WORST_FIRST.get(name)
        if texts:
            found[name] = min(texts, key=lambda text: order.index(text) if text in order else -1) if order else texts[0]
    bom, component = min(listings, key=lambda one: (one[1].ref != ref, one[0].source.path, one[1].ref))
    found |= {"bom_ref": component.ref, "bill": bom.source.path, "bill_hash": bom.source.sha256}
    if component.crypto is None:
        found |= {name: text for name, text in (("bill_serial", bom.serial), ("bill_revision", bom.revision)) if text}
    return found


def differences(item: Item, listings: Sequence[Listing]) -> list[str]:
    """What bills state otherwise than an author, of what is theirs to state, or worse of support."""
    found = []
    for bom, component in listings:
        for name, value in fields_of(component).items():
            said, read = item.text(name), text_of(value)
            if said and read and _differs(name, said, read):
                found.append(f"{name} is {read} in {bom.source.path}")
    first = min((component for _bom, component in listings), key=_order, default=None)
    found += [
        f"{component.name} {component.version}".strip()
        + f" in {bom.source.path} is another component than {first.name}"
        for bom, component in listings
        if first is not None and not _is_same(first, component)
    ]
    refs = {component.ref for _bom, component in listings}
    if item.text("bom_ref") and listings and item.text("bom_ref") not in refs:
        found.append(f"bom_ref is {' or '.join(sorted(refs)[:3])} in the bills")
    return found


def _order(component: BomComponent) -> tuple[str, ...]:
    return component.name, component.version, component.purl, component.ref


def _is_same(first: BomComponent, second: BomComponent) -> bool:
    """Whether two entries that an item stands for are one component: bills spell names and versions differently."""
    if _plain_version(version_of(first)) != _plain_version(version_of(second)):
        return False
    is_one = bool(first.purl) and bare(first.purl) == bare(second.purl)
    return is_one or plain(first.name) == plain(second.name)


def _plain_version(text: str) -> str:
    return re.sub(r"^v(?=\d)", "", text)


def _differs(name: str, said: str, read: str) -> bool:
    if said == read:
        return False
    if name in WORST_FIRST:
        order = WORST_FIRST[name]
        return name == "support_level" and said in order and read in order and order.index(read) < order.index(said)
    if name == "end_of_support":
        return read < said
    if name not in IDENTITY:
        return False
    if name == "version":
        return _plain_version(said) != _plain_version(read)
    if name == "purl":
        return canonical(said) != canonical(read) and said != bare(read)
    if name == "algorithm":  # an author says more of it than a bill does, in other words between
        left, right = ({*re.findall(r"[a-z]+|\d+", text.casefold())} - _FILLERS for text in (said, read))
        return not (left <= right or right <= left)
    return said.casefold() != read.casefold() if name == "cpe" else True


def fields_of(component: BomComponent) -> dict[str, Value]:
    """Fields of an item from a component; for cryptography only what the file tells."""
    if component.crypto is not None:
        return _crypto_fields(component)
    return {
        "supplier": component.supplier or component.manufacturer,
        "component_name": component.name,
        "version": component.version,
        "bom_ref": component.ref,
        "purl": component.purl,
        "cpe": component.cpe,
        "component_hash": min(component.hashes, key=_hash_rank, default=""),
        "licence": _joined(component.licences),
        "copyright": component.copyright,
        "is_os": "true" if component.kind == "operating-system" else "",
        "support_level": component.support_level,
        "end_of_support": component.end_of_support,
        "end_of_support_text": component.end_of_support_text,
        "known_unknown": component.known_unknown,
    }


def _hash_rank(text: str) -> int:
    """Which of several hashes of a component its item shows: one that is approved today, SHA-256 first."""
    name = text.partition(":")[0].upper()
    return _HASHES.index(name) if name in _HASHES else len(_HASHES)


def _joined(licences: Iterable[str]) -> str:
    """All of the licences as one expression."""
    texts = [*licences]
    return texts[0] if len(texts) == 1 else " AND ".join(f"({text})" if " OR " in text else text for text in texts)


def _crypto_fields(component: BomComponent) -> dict[str, Value]:
    assert component.crypto is not None  # noqa: S101 - the caller asked
    details = component.crypto.details
    is_cipher = details.get("primitive", "") in _CIPHERS  # of others the parameter set is no key length
    bits = (details.get("parameterSetIdentifier", "") if is_cipher else "") or details.get("size", "")
    return {
        "algorithm": " ".join(part for part in (component.name, component.version) if part),
        "asset_type": component.crypto.asset_type,
        "key_bits": bits if bits.isascii() and bits.isdigit() else "",
        "strength_bits": details.get("classicalSecurityLevel", ""),
        "bom_ref": component.ref,
    }
