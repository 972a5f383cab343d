"""Signatures of a PDF as they stand in its bytes, for a file whose structure cannot be read any more."""

from __future__ import annotations

import hashlib
import re

#: What /ByteRange says of a signature: it stands in the open, never in a compressed object (ISO 32000-1, 12.8.1).
RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")


def count(data: bytes) -> int:
    """How many signatures stand in a file, whether its form names them or not."""
    return len(RANGE.findall(data))


def state_of(data: bytes) -> list[str]:
    """Digests of the signatures of a file whose structure is broken, found by their byte ranges."""
    from asn1crypto import cms  # noqa: PLC0415

    found = []
    for number, hit in enumerate(RANGE.finditer(data), 1):
        first, length, second, rest = (int(value) for value in hit.groups())
        what = f"signature {number} (bytes {first:,} to {second + rest:,})"
        try:
            content = bytes.fromhex(data[first + length : second].strip(b"<> \r\n").decode("ascii"))
            signer = cms.ContentInfo.load(content)["content"]["signer_infos"][0]
            [signed] = [
                one["values"][0].native for one in signer["signed_attrs"] if one["type"].native == "message_digest"
            ]
            covered = data[first : first + length] + data[second : second + rest]
            same = hashlib.new(signer["digest_algorithm"]["algorithm"].native, covered).digest() == signed
        except (ValueError, TypeError, KeyError, IndexError):
            found.append(f"{what}: it cannot be read")
            continue
        differs = "the bytes that it covers were changed: their digest differs from the one that was signed"
        found.append(f"{what}: {'its digest agrees, but what follows it is broken' if same else differs}")
    return found
