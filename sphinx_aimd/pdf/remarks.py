"""What a check of a PDF says: remarks that name their check, and the rule that each check comes from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ..model.item import Severity
from .checks import CHECKS

#: So many remarks of one check are listed for one file; the rest is counted.
LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something in a file that should not be so.

    :param check: id of the check, a key of :data:`.checks.CHECKS` ``verapdf``, or recipient and measure, as in
        ``ecopy-file-size``.
    :param page: page from 1; ``None`` for the file as a whole.
    :param rule: where the rule comes from: standard and clause, or "house rule".
    """

    check: str
    page: int | None
    message: str
    remedy: str
    severity: Severity
    rule: str

    @property
    def order(self) -> tuple[int, str, str]:
        """By page, then by check; what concerns the whole file comes first."""
        return self.page or 0, self.check, self.message

    @property
    def is_fault(self) -> bool:
        """Whether the file should not go out like this; the others are advice."""
        return self.severity is Severity.ERROR


class Remarks:
    """Collects the remarks of one file: each once, and of each check no more than a reader can use."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int | None, str], Remark] = {}
        self._counts: Counter[str] = Counter()

    def add(self, check: str, message: str, page: int | None = None) -> None:
        """Say something.

        :param check: a key of :data:`.checks.CHECKS`.
        :param message: one sentence: what is wrong and where.
        """
        kind = CHECKS[check]
        message = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in message)
        key = (check, page, message)
        if key in self._found:
            return
        self._counts[check] += 1
        if self._counts[check] <= LISTED:
            self._found[key] = Remark(
                check=check, page=page, message=message, remedy=kind.remedy, severity=kind.severity, rule=kind.rule
            )

    def has(self, check: str) -> bool:
        """Whether the check has said anything."""
        return self._counts[check] > 0

    def all(self) -> tuple[Remark, ...]:
        """Everything that was said, sorted; what was not listed is counted by a remark of its own."""
        more = [
            Remark(
                check=check,
                page=None,
                message=f"{count - LISTED} more remarks of this check are not listed.",
                remedy=CHECKS[check].remedy,
                severity=CHECKS[check].severity,
                rule=CHECKS[check].rule,
            )
            for check, count in self._counts.items()
            if count > LISTED
        ]
        return tuple(sorted((*self._found.values(), *more), key=lambda remark: remark.order))
