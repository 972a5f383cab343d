"""Fixes and the releases that a vulnerability is said of in; whether the fix is in each of these releases out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from .graph import Graph
from .item import Item
from .versions import compare


def under_review(items: Mapping[str, Item]) -> tuple[str, ...]:
    """Releases that are marked as under review; more than one is a fault that is told elsewhere."""
    return tuple(one.id for one in items.values() if one.type == "release" and one.text("under_review") == "true")


def spoken_of(vulnerability: Item, items: Mapping[str, Item], reviewed: Iterable[str]) -> tuple[str, ...]:
    """Releases that the status of a vulnerability is said of.

    Those that it names, else the one under review, else those of the components that it is in.

    :param reviewed: releases that are under review.
    """
    ends = [items[end] for end in vulnerability.links.get("affects", ()) if end in items]
    named = tuple(end.id for end in ends if end.type == "release")
    if named:
        return named
    parts = {release for end in ends for release in releases_of(end, items)}
    return tuple(release for release in reviewed if release in parts or not parts) or tuple(sorted(parts))


def releases_of(component: Item, items: Mapping[str, Item]) -> tuple[str, ...]:
    """Releases that an item is a part of."""
    ends = component.links.get("part_of", ())
    return tuple(end for end in ends if end in items and items[end].type == "release")


def _order(patch: str, release: str) -> int | None:
    """Order of two versions of a product; builds of one version cannot be told."""
    order = compare(patch, release, "")
    if order is None:
        order = compare(patch, release, "semver")
        if order == 0 and patch.partition("+")[2] != release.partition("+")[2]:
            return None
    return order


def holds(patch: str, release: str) -> bool:
    """Whether a release is known to hold what a patch of a version brings: it is that version, or a later one."""
    order = _order(patch, release) if patch and release else None
    return order is not None and order <= 0


def leads_away(patch: str, release: str) -> bool:
    """Whether a patch is known to bring a later version than that of a release."""
    order = _order(patch, release) if patch and release else None
    return order is not None and order > 0


def ran_on(test: Item, version: str, graph: Graph) -> bool:
    """Whether all executions of a test on a version passed, and there is one."""
    results = [one for one in graph.targets(test.id, "has_result") if graph.is_live(one)]
    outcomes = {one.text("outcome") for one in results if one.text("version_under_test") == version != ""}
    return outcomes == {"passed"}


def is_elsewhere(vulnerability: Item, graph: Graph, version: str, is_verified: Callable[[str], bool]) -> bool:
    """Whether what is proven of a fix is proven for another version than one that the vulnerability is said of.

    Without any proof nothing is said here: other needs ask for it.

    :param version: version under review, which verified tests are about.
    """
    patches, tests = _proofs(vulnerability, graph, is_verified)
    return bool(patches or tests) and not _is_in_all(vulnerability, graph, version, patches, tests)


def is_tested(vulnerability: Item, graph: Graph, version: str, is_verified: Callable[[str], bool]) -> bool:
    """Whether a test of the vulnerability itself shows the fix, whatever version of a component a bill lists."""
    _patches, tests = _proofs(vulnerability, graph, is_verified)
    return _is_in_all(vulnerability, graph, version, [], tests)


def _proofs(vulnerability: Item, graph: Graph, is_verified: Callable[[str], bool]) -> tuple[list[Item], list[Item]]:
    """Verified patches and tests."""
    found = {
        kind: [
            end
            for end in graph.targets(vulnerability.id, hop)
            if end.type == kind and graph.is_live(end) and is_verified(end.id)
        ]
        for hop, kind in (("fixed_by", "patch"), ("verified_by", "test"))
    }
    return found["patch"], found["test"]


def _is_in_all(vulnerability: Item, graph: Graph, version: str, patches: Iterable[Item], tests: Iterable[Item]) -> bool:
    """Whether a patch brings the fix into each release, or a test shows it there."""
    patches, tests = [*patches], [*tests]
    said_of = spoken_of(vulnerability, graph.items, under_review(graph.items))
    releases = [graph.items[release].text("version") for release in said_of]
    return bool(releases) and all(
        any(holds(patch.text("version"), release) for patch in patches)
        or any(release == version or ran_on(test, release, graph) for test in tests)
        for release in releases
    )
