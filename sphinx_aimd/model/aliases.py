"""Numbers that files and authors give to vulnerabilities in, the names under which they are joined out."""

from __future__ import annotations

from collections.abc import Iterable


def plain_id(text: str) -> str:
    """A number as it is compared: letter case and blanks around it do not matter."""
    return text.strip().upper()


def is_cve(name: str) -> bool:
    """Whether a number is one of the CVE list."""
    return name.startswith("CVE-")


class Aliases:
    """Numbers that stand for one vulnerability.

    A CVE number is a vulnerability of its own and is never joined to another one, whoever lists the two together: one
    advisory may cover several. Other numbers (GHSA, PYSEC, a supplier's own) stand for the CVE numbers that some file
    names beside them; those that no file gives a CVE number are joined among themselves.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self._parent: dict[str, str] = {}
        self._cves: dict[str, set[str]] = {}

    def add(self, ids: Iterable[str]) -> None:
        """Learn from a file that it names these numbers together."""
        names = {plain_id(name) for name in ids} - {""}
        cves = {name for name in names if is_cve(name)}
        others = sorted(names - cves)
        for name in others:
            first, second = sorted((self._root(others[0]), self._root(name)))
            if first != second:
                self._parent[second] = first
                self._cves.setdefault(first, set()).update(self._cves.pop(second, ()))
        if others and cves:
            self._cves.setdefault(self._root(others[0]), set()).update(cves)

    def keys(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Names of the vulnerabilities that a file means by these numbers, sorted."""
        names = {plain_id(name) for name in ids} - {""}
        cves = {name for name in names if is_cve(name)}
        if cves:
            return tuple(sorted(cves))
        return tuple(sorted({key for name in names for key in self._known(name)}))

    def keys_of_author(self, ids: Iterable[str]) -> frozenset[str]:
        """Names of the vulnerabilities that an author's item covers: it may list several in one.

        A number that stands for several CVE numbers covers those that the item names itself, all if it names none.
        """
        names = {plain_id(name) for name in ids} - {""}
        found = {name for name in names if is_cve(name)}
        for name in names - found:
            known = set(self._known(name))
            found |= (known & names) or known
        return frozenset(found)

    def _known(self, name: str) -> tuple[str, ...]:
        root = self._root(name)
        return tuple(sorted(self._cves.get(root, ()))) or (root,)

    def _root(self, name: str) -> str:
        path = []
        while self._parent.get(name, name) != name:
            path.append(name)
            name = self._parent[name]
        for passed in path:
            self._parent[passed] = name
        return name
