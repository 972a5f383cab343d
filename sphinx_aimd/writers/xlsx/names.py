"""Views in, names of sheets out: at most 31 characters, unique without regard to case, none that Excel reserves."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...views.table import Table

MAX_NAME = 31
#: Names of sheets that do not bear the id of their view.
OWN = {"gap-list": "Findings", "changes": "Changes"}
#: Views that come first, in this order; the others follow by kind.
_FIRST = ("gap-list", "changes", "changes-summary")
_BY_KIND = {"coverage": 0, "statement": 2, "matrix": 3, "register": 4}  # the other dashboards: 1
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]")
#: Excel keeps this name for itself.
_RESERVED = frozenset({"history"})


class Names:
    """Hands out names of sheets, each once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        """Start with the names of the sheets that a template has."""
        self._taken = {name.casefold() for name in taken} | _RESERVED

    def free(self, wanted: str) -> str:
        """The name, made fit and with ``~2`` and so on at its end where it is taken."""
        base = _FORBIDDEN.sub(" ", wanted)[:MAX_NAME].strip(" '=+-@") or "Sheet"
        name, number = base, 2
        while name.casefold() in self._taken:
            name = f"{base[: MAX_NAME - 1 - len(str(number))]}~{number}"
            number += 1
        self._taken.add(name.casefold())
        return name


def ordered(views: Iterable[Table]) -> list[Table]:
    """Views in the order of their sheets: findings, changes, dashboards, statements, matrices, registers."""

    def place(view: Table) -> tuple[int, int, str]:
        first = _FIRST.index(view.id) if view.id in _FIRST else len(_FIRST)
        return first, _BY_KIND.get(view.kind, 1), view.id

    return sorted(views, key=place)
