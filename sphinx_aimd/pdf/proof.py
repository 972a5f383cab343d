"""What was found of the signatures of a file, as plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whose certificate it is, in the words of the certificate."""

    name: str = ""
    subject: str = ""
    issuer: str = ""
    serial: str = ""
    begin: str = ""
    end: str = ""
    is_self_signed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature and what was checked of it.

    :param role: name of the field it stands in.
    :param kind: "signature" or "time stamp" (of the whole document).
    :param ranges: the two ranges of bytes that it covers, as first byte and the byte behind the last.
    :param digest: name of the digest that was signed.
    :param is_intact: whether the digest of these bytes is the one that was signed.
    :param is_by_key: whether the signature was made by the key of ``holder``.
    :param later: roles that signed after it.
    :param changes: everything else that was appended after it.
    :param root: the trusted root that its chain reaches; empty where it reaches none.
    :param claimed: time that the signer states.
    :param stamped: time by a time stamp whose chain reaches a trusted root; empty without one.
    :param stamper: who issued the time stamp, trusted or not.
    :param reason: what the signer states the signature to mean.
    :param problems: what is broken or not proven.
    """

    role: str
    kind: str
    ranges: tuple[int, int, int, int]
    digest: str
    is_intact: bool = False
    is_by_key: bool = False
    later: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    holder: Holder = Holder()
    root: str = ""
    claimed: str = ""
    stamped: str = ""
    stamper: str = ""
    reason: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is known of one file.

    :param waiting: roles whose field is still empty.
    :param unsigned: what the comparison with the unsigned file showed; empty where none was given.
    :param problems: what is broken or not proven of the file as a whole.
    """

    file: str
    sha256: str
    signatures: tuple[Signature, ...] = ()
    waiting: tuple[str, ...] = ()
    unsigned: str = ""
    problems: tuple[str, ...] = ()

    @property
    def is_proven(self) -> bool:
        """Whether there are signatures and nothing is open about any of them."""
        return bool(self.signatures) and not self.problems and not any(one.problems for one in self.signatures)
