"""The neutral value that answers "why has it this verdict?"."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.verdict import Verdict
from .card import Reference

#: What the calculus itself asks, beside the needs of verdicts.yaml, in words.
CALCULUS = {
    "expects": "the kinds of proof that it expects",
    "parts": "its parts",
    "status": "its status",
    "exception": "an exception without effect",
    "waiver": "a waiver",
}


@dataclass(frozen=True, slots=True)
class WayStep:
    """An item on the way to a cause, and the link in words that leads to it from the one before."""

    words: str
    end: Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a verdict is not better: the need that is open, the way to what is wrong, and what that is."""

    need: str
    verdict: Verdict
    word: str
    steps: tuple[WayStep, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedState:
    """How one need of an item stands.

    :param is_condition: it gives no credit by itself: it counts only while it is open.
    :param ends: what it rests on, the worst verdict first.
    :param more: ends that are left out.
    :param closed: how many of all ends are closed.
    :param note: what the item itself contributes.
    """

    name: str
    is_condition: bool
    verdict: Verdict
    word: str
    ends: tuple[Reference, ...]
    more: int = 0
    closed: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The answer to "why has it this verdict?".

    :param sentences: the answer in short.
    :param meaning: what the verdict means of any item.
    :param more: causes that are left out.
    """

    sentences: tuple[str, ...]
    meaning: str
    causes: tuple[Cause, ...]
    more: int
    needs: tuple[NeedState, ...]


def asked(need: str) -> str:
    """The name of a need, or what the calculus asks, as readers see it."""
    return CALCULUS.get(need, need.replace("_", " "))
