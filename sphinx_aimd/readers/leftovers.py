"""What a file holds and nobody here makes use of, counted in one form for all formats; nothing is dropped silently."""

from __future__ import annotations

from collections import Counter

from ..model.nouns import counted

#: What nobody may list one by one: kinds of leftovers beyond this many are counted together.
MAX_KINDS = 40


class Leftovers:
    """Counts of what is left, each under a plural: ``12 annotations``, ``3 texts of <system-out>``."""

    def __init__(self) -> None:
        self._kinds: Counter[str] = Counter()
        self._said: list[str] = []

    def add(self, what: str, number: int = 1) -> None:
        """Count things.

        :param what: their plural, the noun that is counted first.
        """
        if number:
            self._kinds[what] += number

    def say(self, sentence: str) -> None:
        """Say what no count tells."""
        self._said.append(sentence)

    def words(self) -> tuple[str, ...]:
        """Each kind with its number, sorted by what it is; after them what no count tells."""
        kinds = sorted(self._kinds)
        shown = [counted(self._kinds[kind], kind) for kind in kinds[:MAX_KINDS]]
        if len(kinds) > MAX_KINDS:
            rest = sum(self._kinds[kind] for kind in kinds[MAX_KINDS:])
            shown.append(f"{rest} of {len(kinds) - MAX_KINDS} other kinds")
        return (*shown, *self._said)
