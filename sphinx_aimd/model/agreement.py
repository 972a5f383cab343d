"""What is stated of one vulnerability, by files and by an author, in; what contradicts each other, in words, out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from .item import Item
from .pairs import Pair

#: Statuses that close a vulnerability.
_CLOSING = ("not_affected", "fixed")


def contradictions(item: Item, own: str, pairs: Iterable[Pair], parts: Mapping[str, Iterable[Pair]]) -> list[str]:
    """Statuses that differ for one release: of files among each other, against the author's, of a part and its whole.

    What one product is said to be says nothing of another, so that statements are compared for the same release. One
    that names no release speaks of the component wherever it is.

    :param own: status that the author gives; empty for an item made from files.
    :param parts: pairs of the same vulnerabilities with components, by the release that these are a part of.
    """
    releases = {end for end in item.links.get("affects", ()) if end in parts}
    found: dict[str, None] = {}
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
            closing = [own] if own in _CLOSING else sorted(set(by_release.get(pair.target, ())) & set(_CLOSING))
            for part, path in _affected_parts(pair, parts[pair.target]) if closing else ():
                found[f"{pair.target}: {closing[0]}, but its part {part} is affected in {path}"] = None
    return list(found)


def _affected_parts(whole: Pair, parts: Iterable[Pair]) -> list[tuple[str, str]]:
    """Components that are stated to be affected inside the very release."""
    return sorted(
        {
            (part.target, said.statement.source.path)
            for part in parts
            if part.key == whole.key
            for said in part.statements
            if said.statement.status == "affected" and said.release == whole.target
        }
    )
