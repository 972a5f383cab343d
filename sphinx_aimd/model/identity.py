"""A component and the package that somebody speaks of in, by what the two are the same, versions apart, out."""

from __future__ import annotations

import re
from functools import lru_cache

from packageurl import PackageURL

from .advisory import AffectedRange, Product
from .bom import BomComponent

#: Type of package URL for an ecosystem of OSV, with the namespace that it stands for.
PURL_TYPES = {
    "pypi": ("pypi", ""),
    "npm": ("npm", ""),
    "maven": ("maven", ""),
    "go": ("golang", ""),
    "crates.io": ("cargo", ""),
    "nuget": ("nuget", ""),
    "rubygems": ("gem", ""),
    "packagist": ("composer", ""),
    "hex": ("hex", ""),
    "pub": ("pub", ""),
    "hackage": ("hackage", ""),
    "cran": ("cran", ""),
    "conancenter": ("conan", ""),
    "swifturl": ("swift", ""),
    "github actions": ("github", ""),
    "bitnami": ("bitnami", ""),
    "debian": ("deb", "debian"),
    "ubuntu": ("deb", "ubuntu"),
    "alpine": ("apk", "alpine"),
    "wolfi": ("apk", "wolfi"),
    "chainguard": ("apk", "chainguard"),
    "red hat": ("rpm", "redhat"),
    "rocky linux": ("rpm", "rocky-linux"),
    "almalinux": ("rpm", "almalinux"),
    "suse": ("rpm", "suse"),
    "opensuse": ("rpm", "opensuse"),
    "mageia": ("rpm", "mageia"),
    "openeuler": ("rpm", "openeuler"),
}
REGISTRIES = frozenset(
    ("cargo", "composer", "cran", "gem", "golang", "hackage", "hex", "maven", "npm", "nuget", "pub", "pypi")
)
DISTRIBUTIONS = frozenset(("alpm", "apk", "deb", "rpm"))


def same_package(
    purl_text: str, cpes: tuple[str, ...], name: str, ecosystem: str, component: BomComponent
) -> str | None:
    """By what a package or product is the component, versions apart: purl, cpe or name; None: it is another one.

    :param ecosystem: of OSV; gives a package URL where none is stated.
    """
    if component_names(component).isdisjoint(_names(purl_text, cpes, name, ecosystem)):
        return None
    own = purl_of(component.purl)
    purl = purl_of(purl_text) or _of_ecosystem(ecosystem, name)
    if purl and own:
        is_same = _key(purl) == _key(own) or _key(purl) == _source_key(own)
        if is_same or _are_apart(purl, own):
            return "purl" if is_same and _is_release(ecosystem, own) else None
    own_cpe = cpe_of(component.cpe)
    if own_cpe[2] and any(own_cpe[1:3] == cpe_of(cpe)[1:3] for cpe in cpes):
        return "cpe"
    return "name"


def component_names(component: BomComponent) -> frozenset[str]:
    """Names that a component may be called by; whatever means it shares one of them."""
    return _component_names(component.name, component.group, component.purl, component.cpe)


def range_names(entry: AffectedRange) -> frozenset[str]:
    """Names that an entry of a record calls its package by."""
    return _names(entry.purl, entry.cpes, entry.name, entry.ecosystem)


def product_names(product: Product) -> frozenset[str]:
    """Names that a statement calls its product by."""
    return _names(product.purl, (product.cpe,), product.name, "")


@lru_cache(maxsize=65536)
def _component_names(name: str, group: str, purl: str, cpe: str) -> frozenset[str]:
    own = purl_of(purl)
    texts = [name, f"{group}/{name}" if group else "", cpe_of(cpe)[2]]
    if own:
        texts += [own.name, _upstream(own)]
    return frozenset(filter(None, map(plain, texts)))


@lru_cache(maxsize=65536)
def _names(purl_text: str, cpes: tuple[str, ...], name: str, ecosystem: str) -> frozenset[str]:
    purl = purl_of(purl_text) or _of_ecosystem(ecosystem, name)
    texts = [name, purl.name if purl else "", *(cpe_of(cpe)[2] for cpe in cpes)]
    return frozenset(filter(None, map(plain, texts)))


def _are_apart(left: PackageURL, right: PackageURL) -> bool:
    """Whether two package URLs that differ name different packages for certain.

    A registry names a package once, and so does a distribution; the same software may well be in one of each, and be
    called ``pkg:generic`` or ``pkg:github`` elsewhere.
    """
    return any(left.type in family and right.type in family for family in (REGISTRIES, DISTRIBUTIONS))


def _is_release(ecosystem: str, own: PackageURL) -> bool:
    """Whether a component may be of the release that an ecosystem such as ``Debian:12`` names."""
    wanted = re.search(r"\d+(?:\.\d+)*", ecosystem.partition(":")[2])
    have = re.search(r"\d+(?:\.\d+)*", dict(own.qualifiers or {}).get("distro", ""))
    if not wanted or not have:
        return True
    pairs = zip(wanted[0].split("."), have[0].split("."), strict=False)
    return all(left == right for left, right in pairs)


def _of_ecosystem(ecosystem: str, name: str) -> PackageURL | None:
    kind, namespace = PURL_TYPES.get(_ecosystem(ecosystem), ("", ""))
    if not kind or not name:
        return None
    before, slash, last = name.rpartition(":" if kind == "maven" else "/")
    try:
        found = PackageURL(type=kind, namespace=namespace or (before if slash else None), name=last or name)
    except ValueError:
        return None
    return found if found.name else None  # it makes nothing of a name of spaces


def _ecosystem(text: str) -> str:
    return text.partition(":")[0].strip().casefold()


@lru_cache(maxsize=65536)
def purl_of(text: str) -> PackageURL | None:
    """A package URL, or None of a text that is none."""
    if not text.startswith("pkg:") or len(text) > 2000:
        return None
    try:
        found = PackageURL.from_string(text)
    except ValueError:
        return None
    return found if found.name else None


def _key(purl: PackageURL) -> tuple[str, str, str]:
    """What two package URLs of one package have in common."""
    name = re.sub(r"[-_.]+", "-", purl.name) if purl.type == "pypi" else purl.name
    return purl.type, (purl.namespace or "").casefold(), name.casefold()


def _source_key(own: PackageURL) -> tuple[str, str, str] | None:
    """The source package of a binary one; distributions describe the former, bills hold the latter."""
    upstream = _upstream(own)
    return (own.type, (own.namespace or "").casefold(), upstream.casefold()) if upstream else None


def _upstream(own: PackageURL) -> str:
    return str(dict(own.qualifiers or {}).get("upstream", "")).partition("@")[0]


@lru_cache(maxsize=65536)
def cpe_of(text: str) -> tuple[str, str, str, str]:
    """Part, vendor, product and version of a CPE name (2.3 or 2.2 form), in lower case; empty where it is none."""
    if text.startswith("cpe:2.3:"):
        parts = [re.sub(r"\\(.)", r"\1", part) for part in re.split(r"(?<!\\):", text[8:])]
    elif text.startswith("cpe:/"):
        parts = text[5:].split(":")
    else:
        return "", "", "", ""
    parts = [part.casefold() for part in parts[:4]] + [""] * 4
    return parts[0], parts[1], parts[2].strip("*-"), parts[3]


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """A name as it is compared."""
    return re.sub(r"[\s_.-]+", "-", text.strip().casefold())
