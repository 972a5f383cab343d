"""The neutral value of one item as readers see it: fields, both directions of links, verdict and reasons."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A link shown on a card: the item at its other end, empty title when it does not exist."""

    id: str
    label: str
    title: str
    verdict: Verdict | None
    word: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A finding on an item as its card shows it.

    :param grade: "model error" or the severity.
    :param place: file and line.
    :param is_urgent: whether it is more than information.
    """

    grade: str
    rule: str
    message: str
    remedy: str
    place: str
    is_urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An item or clause as every format shows it.

    :param label: citation of a clause, id of other items.
    :param kind: title of the item type ("Threat").
    :param word: display word of the verdict.
    :param reasons: why the verdict is not better, most important first.
    :param fields: title and text of each filled field, body excluded.
    :param body: text of the body field; formats that have the author's markup show that instead.
    :param links: title of the link in words and what it leads to, forward links first.
    :param results: results of a test, which live on its card: id, label, title and verdict.
    :param up: id of the first item that this one answers to, empty without one.
    :param down: id of the item with the worst verdict of those that answer to this one.
    :param evidence: id of the first record that is evidence for it.
    :param file: source file of the item, and its line.
    :param web: those lines of fields that are addresses outside, which readers may follow.
    :param findings: findings on the item, which other formats have in the list of findings alone.
    """

    id: str
    type: str
    label: str
    kind: str
    title: str
    status: str
    verdict: Verdict
    word: str
    reasons: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]
    body: str
    links: tuple[tuple[str, tuple[Reference, ...]], ...]
    results: tuple[Reference, ...] = ()
    up: str = ""
    down: str = ""
    evidence: str = ""
    file: str = ""
    line: int = 0
    web: frozenset[str] = frozenset()
    findings: tuple[Fault, ...] = ()
