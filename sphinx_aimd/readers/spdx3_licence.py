"""A licence of SPDX 3 in, whatever class it has, its expression out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .spdx3_load import Elements, ident, kind_of
from .spdx_parts import said

#: Parts of one expression at most: sets may hold sets, and a hostile file may let a few of them multiply.
MAX_PARTS, MAX_DEPTH = 500, 8
_NOTHING = frozenset({"NoAssertionLicense", "NoneLicense", "NoAssertionElement", "NoneElement"})
_PREFIX = "expandedlicensing_"


class TooMany(Exception):  # noqa: N818 - reads as what it is
    """An expression of more than :data:`MAX_PARTS` parts, or nested deeper than :data:`MAX_DEPTH`."""


def expression(elements: Elements, ref: str) -> str:
    """The expression of a licence; a set inside another stands in brackets; empty where nothing is asserted.

    :param ref: id of the licence.
    :raises TooMany: too long to be an expression that a person reads.
    """
    return _text(elements, elements.get(ref, ref), iter(range(MAX_PARTS)), 0)


def _text(elements: Elements, one: Any, budget: Iterator[int], depth: int) -> str:
    if depth > MAX_DEPTH or next(budget, None) is None:
        raise TooMany

    def part(inner: Any) -> str:
        return _text(elements, elements.get(ident(inner), inner), budget, depth + 1)

    kind = kind_of(one).removeprefix(_PREFIX)
    if kind == "simplelicensing_LicenseExpression":
        return said(one.simplelicensing_licenseExpression)
    if kind in ("ConjunctiveLicenseSet", "DisjunctiveLicenseSet"):
        operator = " AND " if kind == "ConjunctiveLicenseSet" else " OR "
        texts = [text for text in map(part, one.expandedlicensing_member) if text]
        return operator.join(f"({text})" if " " in text else text for text in texts)
    if kind == "OrLaterOperator":
        return part(one.expandedlicensing_subjectLicense) + "+"
    if kind == "WithAdditionOperator":
        licence, addition = one.expandedlicensing_subjectExtendableLicense, one.expandedlicensing_subjectAddition
        return f"{part(licence)} WITH {part(addition)}"
    name = said(ident(one).rpartition("/")[2].removeprefix(_PREFIX))
    if name in _NOTHING:
        return ""
    return name if kind in ("", "ListedLicense", "ListedLicenseException") else said(getattr(one, "name", "")) or name
