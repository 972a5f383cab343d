"""An address of a file or an author in, whether readers may be led there out."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Longest address that becomes a link; more than workbooks (2,079 characters) and some readers follow.
MAX_LENGTH = 2_000
#: Addresses of a vulnerability that are listed; a record may name hundreds.
MAX_LISTED = 20
# ASCII alone, so that no character hides, reorders or looks like another; a host with a dot, no password before it
_ADDRESS = re.compile(
    r"https?://(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?::[0-9]{1,5})?(?:[/?#][A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?",
    re.ASCII | re.IGNORECASE,
)


def is_followable(text: str) -> bool:
    """Whether a text is a plain http or https address that may become a link.

    Other schemes, names and passwords, blanks, control characters and all beyond ASCII are refused: what a reader sees
    is where the link leads.
    """
    return len(text) <= MAX_LENGTH and _ADDRESS.fullmatch(text) is not None


def listed(addresses: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """The first addresses that may be followed, once each, and in words how many are left out; empty if none is."""
    every = tuple(dict.fromkeys(filter(None, addresses)))
    plain = [address for address in every if is_followable(address)]
    left = [f"{len(plain) - MAX_LISTED} more"] if len(plain) > MAX_LISTED else []
    if other := len(every) - len(plain):
        left.append(f"{other} that {'is' if other == 1 else 'are'} no plain http or https address")
    return tuple(plain[:MAX_LISTED]), "; ".join(left)
