"""A text that should be an identifier of a public scheme in, whether it has that scheme's form out.

The form only: no number is looked up, since what exists changes daily (CVE) or with each edition (CWE, CAPEC, ATT&CK).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

FORMS = {
    "CVE": re.compile(r"CVE-\d{4}-\d{4,19}"),
    "GHSA": re.compile(r"GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}"),
    "CWE": re.compile(r"CWE-[1-9]\d{0,5}"),
    "CAPEC": re.compile(r"CAPEC-[1-9]\d{0,4}"),
    # techniques of ATT&CK for ICS are T0800 and following, their tactics TA0100 and following
    "ATT&CK ICS": re.compile(r"T0[89]\d{2}(?:\.\d{3})?|TA01\d{2}"),
}
_WORDS = {
    "CVE": "CVE-YEAR-NUMBER with four or more digits",
    "GHSA": "GHSA-xxxx-xxxx-xxxx in lower case",
    "CWE": "CWE-NUMBER",
    "CAPEC": "CAPEC-NUMBER",
    "ATT&CK ICS": "T0800 and following for techniques, TA0100 and following for tactics",
}


def is_of(scheme: str, text: str) -> bool:
    """Whether a text has the form of a scheme of :data:`FORMS`."""
    return FORMS[scheme].fullmatch(text) is not None


def scheme_of(text: str) -> str:
    """The scheme whose form a text has, or nothing."""
    return next((scheme for scheme, form in FORMS.items() if form.fullmatch(text)), "")


def form_of(scheme: str) -> str:
    """The form of a scheme in words, for messages."""
    return _WORDS[scheme]


def ordered(ids: Iterable[str]) -> tuple[str, ...]:
    """Numbers of one vulnerability, each once: CVE first, then GHSA, then others, else as they came."""
    kept = tuple(dict.fromkeys(text for text in ids if text))
    rank = {"CVE": 0, "GHSA": 1}
    return tuple(sorted(kept, key=lambda text: rank.get(scheme_of(text), 2)))


def cwe_of(text: str) -> str:
    """The CWE number that a text begins with, in the form ``CWE-n``; nothing if it begins with none."""
    found = re.match(r"\s*CWE[- ]?0*([1-9]\d{0,5})(?!\d)", text, re.IGNORECASE)
    return f"CWE-{found[1]}" if found else ""
