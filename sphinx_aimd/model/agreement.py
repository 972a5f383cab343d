"""What is stated of one vulnerability, by files and by authors, in; what contradicts each other, in words, out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .fixes import releases_of, spoken_of
from .item import Item
from .pairs import Pair

#: Statuses that close a vulnerability.
_CLOSING = ("not_affected", "fixed")


@dataclass(frozen=True, slots=True)
class Scope:
    """What an author's item speaks of.

    :param releases: releases that its status is said of; components: of these, none if it is said of the whole.
    """

    releases: frozenset[str]
    components: frozenset[str]

    @property
    def is_whole(self) -> bool:
        """Whether no component is named, so that the status is that of the whole release."""
        return not self.components


def scope_of(item: Item, items: Mapping[str, Item], reviewed: Iterable[str]) -> Scope:
    """Releases and components that a vulnerability item speaks of.

    :param reviewed: releases that are under review.
    """
    ends = {end for end in item.links.get("affects", ()) if end in items and items[end].type == "component"}
    return Scope(frozenset(spoken_of(item, items, reviewed)), frozenset(ends))


def contradictions(
    item: Item, own: str, pairs: Iterable[Pair], parts: Mapping[str, Iterable[Pair]], *, is_whole: bool = False
) -> list[str]:
    """Statuses that differ for one release: of files among each other, against the author's, of a part and its whole.

    What one product is said to be says nothing of another, so that statements are compared for the same release. One
    that names no release speaks of the component wherever it is.

    :param own: status that the author gives; empty for an item made from files.
    :param parts: pairs of the same vulnerability with components, by the release that these are a part of.
    :param is_whole: whether the author speaks of whole releases.
    """
    releases = {end for end in item.links.get("affects", ()) if end in parts}
    found: dict[str, None] = {}
    closed_by_files: dict[str, list[str]] = {}
    for pair in pairs:
        by_release: dict[str, dict[str, str]] = defaultdict(dict)
        for said in pair.statements:
            status, path = said.statement.status, said.statement.source.path
            if status:
                by_release[said.release][status] = min(path, by_release[said.release].get(status, path))
        for release, statuses in sorted(by_release.items()):
            where = f"{pair.target} for {release}" if release not in ("", pair.target) else pair.target
            if len(statuses) > 1:
                both = ", ".join(f"{status} in {path}" for status, path in sorted(statuses.items()))
                found[f"{where}: {both}"] = None
            elif own and own not in statuses and (not release or not releases or release in releases):
                status, path = next(iter(statuses.items()))
                found[f"{where}: {status} in {path}, {own} here"] = None
        if pair.target in parts:
            closed_by_files[pair.target] = sorted(set(by_release.get(pair.target, ())) & set(_CLOSING))
    for release in sorted(releases):
        is_said_of = own in _CLOSING and (is_whole or release in closed_by_files)
        closing = [own] if is_said_of else closed_by_files.get(release, [])
        for part, path in _affected_parts(release, parts[release]) if closing else ():
            found[f"{release}: {closing[0]}, but its part {part} is affected in {path}"] = None
    return list(found)


def _affected_parts(release: str, parts: Iterable[Pair]) -> list[tuple[str, str]]:
    """Components that are stated to be affected inside a release, or wherever they are."""
    return sorted(
        {
            (part.target, said.statement.source.path)
            for part in parts
            for said in part.statements
            if said.statement.status == "affected" and said.release in ("", release)
        }
    )


def between_items(item: Item, others: Iterable[Item], items: Mapping[str, Item], reviewed: Iterable[str]) -> list[str]:
    """What other items of authors state of the same vulnerability in the same product, against one that closes it.

    :param others: items in force of the same vulnerability.
    """
    own, reviewed = item.text("vex_status"), [*reviewed]
    if own not in _CLOSING:
        return []
    mine = scope_of(item, items, reviewed)
    scopes = {other.id: (other, scope_of(other, items, reviewed)) for other in others if other.id != item.id}
    affected = {
        end for other, scope in scopes.values() if other.text("vex_status") == "affected" for end in scope.components
    }
    found: dict[str, None] = {}
    for other_id, (other, theirs) in sorted(scopes.items()):
        status, shared = other.text("vex_status"), sorted(mine.releases & theirs.releases)
        if not shared or status in ("", own):
            continue
        here = f"{status} in {other_id}, {own} here"
        for component in sorted(mine.components & theirs.components):
            found[f"{component}: {here}"] = None
        for release in shared:
            if mine.is_whole and theirs.is_whole:
                found[f"{release}: {here}"] = None
            elif mine.is_whole and status == "affected":
                for part in sorted(_parts(theirs.components, release, items)):
                    found[f"{release}: {own}, but its part {part} is affected in {other_id}"] = None
            elif theirs.is_whole and status == "affected" and not _parts(affected, release, items) - mine.components:
                found[f"{release}: {here} of the only components that are named"] = None
    return list(found)


def _parts(components: Iterable[str], release: str, items: Mapping[str, Item]) -> set[str]:
    """Those that are a part of a release, or of none that is known."""
    return {one for one in components if release in (releases_of(items[one], items) or (release,))}
