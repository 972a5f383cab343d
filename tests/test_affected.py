"""Whether a component is meant by a record or a statement: never silently not, never surely without reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinx_aimd.model.advisory import AffectedRange, Product, VulnerabilityRecord
from sphinx_aimd.model.affected import LISTED, POSSIBLE, SPAN, affects, meant
from sphinx_aimd.model.bom import BomComponent, Source
from sphinx_aimd.model.identity import component_names, product_names, range_names
from sphinx_aimd.model.versions import SCHEMES, compare, read_versions

SOURCE = Source(path="r.json", sha256="sha256:0", kind="osv", format="OSV")


def record(*affected: AffectedRange, withdrawn: str = "") -> VulnerabilityRecord:
    return VulnerabilityRecord(source=SOURCE, ids=("CVE-2026-0001",), affected=affected, withdrawn=withdrawn)


def component(version: str = "", name: str = "openssl", purl: str = "", cpe: str = "") -> BomComponent:
    return BomComponent(ref="c", name=name, version=version, purl=purl, cpe=cpe)


PYPI = AffectedRange(
    name="Flask-Thing", ecosystem="PyPI", versions=("0.9",), spans=(("1.0", "1.5", False), ("2.0", "2.3", True))
)


@pytest.mark.parametrize(
    ("version", "certainty"),
    [
        ("0.9", LISTED),
        ("1.0", SPAN),
        ("1.0.0", SPAN),
        ("1.5rc1", SPAN),
        ("1.5", ""),
        ("1.10", ""),
        ("2.3", SPAN),
        ("2.3.1", ""),
    ],
)
def test_ends_of_spans(version: str, certainty: str) -> None:
    found = affects(record(PYPI), component(version, "flask_thing", f"pkg:pypi/flask-thing@{version}"))
    assert (found.certainty if found else "") == certainty
    assert found is None or found.by == "purl"


@pytest.mark.parametrize("version", ["", "1.4-our-patch", "deadbeef", "1.x"])
def test_what_cannot_be_compared_is_possible(version: str) -> None:
    found = affects(record(PYPI), component(version, "flask-thing", "pkg:pypi/flask-thing"))
    assert found is not None
    assert found.certainty == POSSIBLE
    assert found.reason


def test_withdrawn_records_match_nothing() -> None:
    assert affects(record(PYPI, withdrawn="2026-01-01"), component("1.1", "flask-thing")) is None


def test_unaffected_versions_bound_what_is_affected_by_default() -> None:
    entry = AffectedRange(
        name="Linux",
        versions=("5.10",),
        spans=(("", "", False),),
        safe_spans=(("", "5.10", False), ("5.10.226", "5.11", False), ("6.11", "", False)),
        scheme="semver",
    )
    found = [
        affects(record(entry), component(version, "linux"))
        for version in ("5.9", "5.10", "5.10.225", "5.10.226", "6.1", "6.11")
    ]
    assert [match.certainty if match else "" for match in found] == ["", LISTED, SPAN, "", SPAN, ""]
    for version in ("5.9-rt4", "5.9.0-patched", "custom build"):
        assert affects(record(entry), component(version, "linux")).certainty == POSSIBLE  # type: ignore[union-attr]


def test_commits_make_a_match_possible_only_where_nothing_else_is_said() -> None:
    git = AffectedRange(name="Linux", scheme="git", unclear=("ranges of commits",))
    by_version = AffectedRange(name="Linux", scheme="semver", spans=(("5.0", "5.4", False),))
    assert affects(record(git), component("5.9", "linux")).certainty == POSSIBLE  # type: ignore[union-attr]
    assert affects(record(git, by_version), component("5.9", "linux")) is None


@pytest.mark.parametrize(
    ("entry", "purl", "cpe", "by"),
    [
        (AffectedRange(name="openssl", ecosystem="PyPI", versions=("1.0",)), "pkg:npm/openssl@1.0", "", ""),
        (AffectedRange(name="openssl", ecosystem="PyPI", versions=("1.0",)), "pkg:generic/openssl@1.0", "", "name"),
        (
            AffectedRange(name="org.x:openssl", ecosystem="Maven", versions=("1.0",)),
            "pkg:maven/org.x/openssl@1.0",
            "",
            "purl",
        ),
        (
            AffectedRange(name="org.y:openssl", ecosystem="Maven", versions=("1.0",)),
            "pkg:maven/org.x/openssl@1.0",
            "",
            "",
        ),
        (
            AffectedRange(name="openssl", ecosystem="Debian:12", versions=("1.0",)),
            "pkg:deb/debian/openssl@1.0?distro=debian-12.5",
            "",
            "purl",
        ),
        (
            AffectedRange(name="openssl", ecosystem="Debian:12", versions=("1.0",)),
            "pkg:deb/debian/openssl@1.0?distro=debian-11",
            "",
            "",
        ),
        (
            AffectedRange(name="openssl", ecosystem="Debian:12", versions=("1.0",)),
            "pkg:deb/debian/libssl3@1.0?upstream=openssl",
            "",
            "purl",
        ),
        (AffectedRange(name="openssl", ecosystem="Debian:12", versions=("1.0",)), "pkg:rpm/redhat/openssl@1.0", "", ""),
        (
            AffectedRange(name="x", cpes=("cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*",), versions=("1.0",)),
            "",
            "cpe:2.3:a:openssl:openssl:1.0:*:*:*:*:*:*:*",
            "cpe",
        ),
        (
            AffectedRange(name="x", cpes=("cpe:/a:openssl:openssl",), versions=("1.0",)),
            "",
            "cpe:2.3:a:openssl:openssl:1.0:*:*:*:*:*:*:*",
            "cpe",
        ),
        (AffectedRange(name="OpenSSL", vendor="OpenSSL", versions=("1.0",)), "", "", "name"),
        (AffectedRange(name="LibreSSL", versions=("1.0",)), "", "", ""),
    ],
)
def test_identity(entry: AffectedRange, purl: str, cpe: str, by: str) -> None:
    name = "libssl3" if "libssl3" in purl else "openssl"
    found = affects(record(entry), component("1.0", name, purl, cpe))
    assert (found.by if found else "") == by


@pytest.mark.parametrize(
    ("left", "right", "scheme"),
    [
        ("1.2.3.9", "1.2.3.10", ""),
        ("1.0-rc1", "1.0", "npm"),
        ("1.0.0-beta.2", "1.0.0-beta.11", "npm"),
        ("1.0~rc1-1", "1.0-1", "deb"),
        ("2.1-1", "1:2.0-1", "deb"),
        ("1.0-1.el8", "1.0-2.el8", "rpm"),
        ("2.39.0-r1", "2.39.0-r2", "apk"),
        ("1.0.2k", "1.0.2zg", "openssl"),
        ("1.1.1w", "3.0.1", "openssl"),
        ("2.9.10.8", "2.9.10.10", "maven"),
        ("1.0a1", "1.0", "pypi"),
    ],
)
def test_order(left: str, right: str, scheme: str) -> None:
    assert compare(left, right, scheme) == -1
    assert compare(right, left, scheme) == 1


@pytest.mark.parametrize(
    ("left", "scheme"), [("1.2.3.4", "npm"), ("1.0-x", ""), ("1.0.2zg", "pypi"), ("x" * 200, "deb"), ("1 or 2", "")]
)
def test_no_order(left: str, scheme: str) -> None:
    assert compare(left, "1.0.0", scheme) is None


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("<= 1.11", "1.11", "1.12"),
        (">= 1.0, < 2.0", "1.9", "2.0"),
        ("> 1.0", "1.1", "1.0"),
        ("vers:pypi/>=1.0|<2.0|>=3.0|<=3.1", "3.1", "2.5"),
        ("vers:generic/1.0|2.0", "2.0", "1.5"),
        ("1.2", "1.2.0", "1.2.1"),
    ],
)
def test_versions_of_a_statement(text: str, inside: str, outside: str) -> None:
    product = Product(name="Paceart Optima", versions=(text,))
    assert meant(product, component(inside, "paceart-optima")) is not None
    assert meant(product, component(outside, "Paceart Optima")) is None


@pytest.mark.parametrize("text", ["all before 2.3", "n/a", "!=1.0", "vers:", "1.0 and 2.0"])
def test_words_are_no_versions(text: str) -> None:
    assert read_versions(text) is None
    assert meant(Product(name="openssl", versions=(text,)), component("1.0")).certainty == POSSIBLE  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("wanted", "own", "certainty"),
    [
        ("pkg:apk/wolfi/git@2.39.0-r1?arch=armv7", "pkg:apk/wolfi/git@2.39.0-r1?arch=armv7", LISTED),
        ("pkg:apk/wolfi/git@2.39.0-r1?arch=armv7", "pkg:apk/wolfi/git@2.39.0-r1?arch=x86_64", ""),
        ("pkg:apk/wolfi/git@2.39.0-r1?arch=armv7", "pkg:apk/wolfi/git@2.39.0-r1", POSSIBLE),
        ("pkg:apk/wolfi/git", "pkg:apk/wolfi/git@2.39.0-r1", SPAN),
        ("pkg:apk/wolfi/git@2.39.0-r1", "pkg:apk/wolfi/git@2.39.0-r2", ""),
        ("pkg:npm/git@1", "pkg:apk/alpine/git@1", ""),
    ],
)
def test_package_urls_of_a_statement(wanted: str, own: str, certainty: str) -> None:
    version = own.partition("@")[2].partition("?")[0]
    found = meant(Product(ref=wanted, purl=wanted), component(version, "other-name", own))
    assert (found.certainty if found else "") == certainty


_NUMBERS = st.lists(st.integers(0, 30), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))
_SCHEMES = st.sampled_from(sorted({*SCHEMES, "", "custom"} - {"openssl", "git"}))


@given(_NUMBERS, _NUMBERS, _SCHEMES)
def test_order_is_one(left: str, right: str, scheme: str) -> None:
    there, back = compare(left, right, scheme), compare(right, left, scheme)
    assert (there is None and back is None) or there == -(back or 0)
    assert compare(left, left, scheme) == 0


@given(st.text(max_size=20), st.sampled_from(["", "PyPI", "npm", "Debian:12", "Go", "Nowhere"]))
def test_a_listed_version_always_matches(version: str, ecosystem: str) -> None:
    entry = AffectedRange(name="thing", ecosystem=ecosystem, versions=(version,), safe_spans=(("", "1", False),))
    found = affects(record(entry), component(version, "thing"))
    assert found is not None
    assert found.certainty == (LISTED if version else POSSIBLE)


@given(
    st.text(max_size=15), st.text(max_size=15), st.text(max_size=15), st.sampled_from(["", "semver", "git", "custom"])
)
def test_ends_and_identity_hold_for_any_text(version: str, low: str, high: str, scheme: str) -> None:
    entry = AffectedRange(name="thing", spans=((low, high, True),), scheme=scheme)
    ends = [affects(record(entry), component(end, "thing")) for end in (low, high)]
    assert all(ends) or compare(low, high, scheme) == 1
    affects(record(entry), component(version, "thing"))


@given(
    st.sampled_from(["pkg:pypi/a-b@1", "pkg:deb/debian/b@1?upstream=a", "pkg:", "pkg:a/%zz", "pkg:npm/%40x/a@1", ""])
    | st.text(max_size=20),
    st.sampled_from(["cpe:2.3:a:x:a:1", "cpe:/a:x:a", "cpe:2.3:", ""]) | st.text(max_size=20),
    st.sampled_from(["a", "a_b", "@x/a", "x:a", ""]) | st.text(max_size=10),
    st.sampled_from(["", "PyPI", "npm", "Maven", "Debian:12"]),
)
def test_what_matches_shares_a_name(purl: str, cpe: str, name: str, ecosystem: str) -> None:
    entry = AffectedRange(name=name, ecosystem=ecosystem, purl=purl, cpes=(cpe,), versions=("1",))
    product = Product(name=name, purl=purl, cpe=cpe)
    for own in ("pkg:pypi/a-b@1", "pkg:deb/debian/b@1?upstream=a", "pkg:npm/%40x/a@1", purl, ""):
        for one in (component("1", "a", own), component("1", name, own, cpe), component("1", "", own, cpe)):
            if affects(record(entry), one):
                assert component_names(one) & range_names(entry)
            if meant(product, one):
                assert component_names(one) & product_names(product)
