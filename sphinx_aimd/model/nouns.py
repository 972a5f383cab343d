"""A number and a plural in, words out: ``1 annotation``, ``12 annotations``."""

from __future__ import annotations

import re

#: Where the noun that is counted ends.
_END = re.compile(r" (?:with|without|of|on|by|beside|that|which|whose|in|for|to|from|at|like)\b| (?=[<@('\"])|(?=[,:])")


def counted(number: int, what: str) -> str:
    """What is counted, after its number.

    :param what: a plural; of a phrase the first noun alone is counted (``texts of <system-out>``).
    """
    if number != 1:
        return f"{number} {what}"
    head = _END.split(what, maxsplit=1)[0]
    return f"1 {singular(head)}{what[len(head) :]}"


def singular(noun: str) -> str:
    """The singular of a regular noun; of what is none, the word itself."""
    if noun.endswith("ies"):
        return f"{noun[:-3]}y"
    if noun.endswith(("sses", "shes", "ches", "xes")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun
