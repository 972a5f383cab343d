"""Names of cases in, the tests whose ids stand in them out; what may mean several tests means none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_WORD = re.compile(r"[\w-]+")
_SEPARATOR = re.compile(r"([-_]+)")


@dataclass(frozen=True, slots=True)
class _Hit:
    """Ids of tests that some pieces of a word may mean."""

    tests: tuple[str, ...]
    first: int
    end: int

    def gives_way_to(self, other: _Hit) -> bool:
        """Whether another one shares a piece and is as long or longer."""
        shares = self.first < other.end and other.first < self.end
        return other is not self and shares and other.end - other.first >= self.end - self.first


class CaseNames:
    """Finds ids of tests in names of cases.

    An id stands there as a whole word (``TST-001: replay``), or with ``_`` for ``-`` inside a longer one
    (``test_TST_001_replay``). What may be a piece of another id (``TST-001-B``, ``TST_001_2``) is none.
    """

    def __init__(self, tests: Iterable[str]) -> None:
        self.spelled: dict[str, list[str]] = {}
        for test in sorted(tests):
            self.spelled.setdefault(_key(test), []).append(test)
        self.longest = max((key.count("_") + 1 for key in self.spelled), default=0)

    def tests_in(self, name: str) -> tuple[list[str], list[tuple[str, ...]]]:
        """Ids of the tests that a name holds, and ids of which it may mean any; both sorted."""
        found: set[str] = set()
        unsure: set[tuple[str, ...]] = set()
        for word in _WORD.findall(name):
            for hit in self._whole(word.strip("-_")):
                if len(hit.tests) == 1:
                    found.update(hit.tests)
                else:
                    unsure.add(hit.tests)
        return sorted(found), sorted(unsure)

    def _whole(self, word: str) -> list[_Hit]:
        """The longest ids in a word that are no pieces of what may be other ids."""
        split = _SEPARATOR.split(word)
        pieces, between = split[::2], split[1::2]
        if not between:
            return []
        hits = [
            _Hit(tests, first, end)
            for first in range(len(pieces))
            for end in range(first + 1, min(first + self.longest, len(pieces)) + 1)
            if (tests := self._meant("".join(split[2 * first : 2 * end - 1])))
        ]
        return [
            hit
            for hit in hits
            if not any(hit.gives_way_to(other) for other in hits)
            and "-" not in "".join((*between[: hit.first][-1:], *between[hit.end - 1 :][:1]))
            and not "".join(pieces[hit.end : hit.end + 1]).isdigit()
        ]

    def _meant(self, text: str) -> tuple[str, ...]:
        tests = self.spelled.get(_key(text), ())
        return (text,) if text in tests else tuple(tests)


def _key(text: str) -> str:
    return text.replace("-", "_").casefold()
