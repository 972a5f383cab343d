"""What the signatures of a PDF prove and what they do not: bytes, what came later, certificate, chain, time.

No network is used and no certificate of the machine is trusted: a chain is proven only up to a root that was given.
Nothing is called "valid": each fact that was checked is stated for itself, and what is not proven is listed.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ..yamlfile import InputError
from . import keys, ranges
from .proof import Holder, Report, Signature
from .revisions import Changes, compare
from .sign import moment, open_pdf, signature_fields

if TYPE_CHECKING:
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
    from pyhanko.sign.validation.status import PdfSignatureStatus
    from pyhanko_certvalidator import ValidationContext

#: Clocks differ by this much without anybody being suspected.
TOLERANCE = timedelta(minutes=5)


def verify(data: bytes, name: str, roots: Sequence[Any], at: datetime, unsigned: bytes | None = None) -> Report:
    """Check all signatures of a PDF.

    :param roots: certificates that the user trusts (asn1crypto).
    :param at: moment at which certificates have to hold, unless a trusted time stamp gives an earlier one.
    :param unsigned: the file before the first signature, to be compared with what was signed.
    :raises InputError: the file is no PDF, is encrypted, or is broken and holds no signature.
    """
    for library in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(library).setLevel(logging.CRITICAL)  # what it finds is reported here, in words
    stamp = hashlib.sha256(data).hexdigest()
    try:
        reader = open_pdf(data, name)
        found = list(reader.embedded_signatures)
        waiting = tuple(one.name for one in signature_fields(reader) if not one.is_signed)
    except Exception as error:  # a changed file may raise anything
        broken = ranges.state_of(data)
        if not broken:
            if isinstance(error, InputError):
                raise
            raise InputError(name, 0, f"is a broken PDF: {keys.plain(str(error))}.", "Fetch it again.") from error
        return Report(file=name, sha256=stamp, problems=("the structure of the PDF is broken", *broken))
    steps = _steps(data, found)
    signatures = []
    for index, one in enumerate(found):
        try:
            signatures.append(_signature(one, steps[index:], roots, at))
        except Exception as error:  # a changed file may raise anything
            trouble = f"the signature itself was changed and cannot be checked: {keys.plain(str(error))}"
            role, digest = keys.plain(one.field_name), one.external_md_algorithm
            signatures.append(
                Signature(role=role, kind="signature", ranges=_ranges(one), digest=digest, problems=(trouble,))
            )
    problems = [] if found else ["no signature is in the file"]
    if (inside := ranges.count(data)) > len(found):
        problems.append(f"{inside - len(found)} signatures are in the file that no field of its form names any more")
    said = ""
    if unsigned is not None:
        said, different = _same_as(unsigned, data, found)
        problems += different
    return Report(
        file=name, sha256=stamp, signatures=tuple(signatures), waiting=waiting, unsigned=said, problems=tuple(problems)
    )


def _steps(data: bytes, found: Sequence[EmbeddedPdfSignature]) -> list[Changes]:
    """For each signature, what was appended up to the next one, or to the end of the file."""
    ends = [_ranges(one)[3] for one in found] + [len(data)]
    return [_compare(data[:begin], data[:end]) for begin, end in pairwise(ends)]


def _compare(before: bytes, after: bytes) -> Changes:
    import pikepdf  # noqa: PLC0415

    try:
        return compare(before, after)
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, AttributeError) as error:
        return Changes(other=(f"something that cannot be read ({keys.plain(str(error))})",))


def _signature(one: EmbeddedPdfSignature, steps: Sequence[Changes], roots: Sequence[Any], at: datetime) -> Signature:
    from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp  # noqa: PLC0415
    from pyhanko.sign.validation.errors import SignatureValidationError  # noqa: PLC0415
    from pyhanko.sign.validation.settings import KeyUsageConstraints  # noqa: PLC0415

    usage = KeyUsageConstraints(key_usage=keys.SIGNING)
    is_stamp = one.sig_object_type == "/DocTimeStamp"
    certificate, others = one.signer_cert, one.other_embedded_certs
    stamped = stamper = ""
    problems: list[str] = []
    status: Any = None
    now = at
    try:
        if is_stamp:
            status = asyncio.run(async_validate_pdf_timestamp(one, _context(roots, at), skip_diff=True))
            stamped, stamper = (moment(status.timestamp) if status.trusted else ""), keys.common_name(certificate)
        else:
            check = async_validate_pdf_signature
            status = asyncio.run(check(one, _context(roots, at), key_usage_settings=usage, skip_diff=True))
            if status.timestamp_validity is not None:
                stamped, stamper, now, told = _time_stamp(status, at)
                problems += told
                if now != at:
                    then, stamp_now = _context(roots, now), _context(roots, at)
                    status = asyncio.run(check(one, then, stamp_now, key_usage_settings=usage, skip_diff=True))
    except (SignatureValidationError, ValueError, TypeError, KeyError) as error:
        problems.append(f"it cannot be checked: {keys.plain(str(error))}")
    is_intact, is_by_key = bool(status and status.intact), bool(status and status.valid)
    broken = _broken(one, is_intact, is_by_key)
    later = tuple(name for step in steps for name in step.signed)
    changes = tuple(dict.fromkeys(text for step in steps for text in step.other))
    if changes:
        broken.append(f"after it the file was changed by more than signatures: {'; '.join(changes)}")
    root, doubt = _chain(certificate, others, roots, now)
    if not doubt and not (is_intact and is_by_key):
        doubt, root = "the chain was not judged, since the signature does not hold", ""
    elif not doubt and not (status and status.trusted):
        doubt = "the chain was not accepted: the certificate, its key usage or an algorithm is not fit for signing"
        root = ""
    claimed = one.self_reported_timestamp if not is_stamp else None
    return Signature(
        role=keys.plain(one.field_name),
        kind="time stamp" if is_stamp else "signature",
        ranges=_ranges(one),
        digest=one.external_md_algorithm,
        is_intact=is_intact,
        is_by_key=is_by_key,
        later=tuple(map(keys.plain, later)),
        changes=tuple(map(keys.plain, changes)),
        holder=_holder(certificate),
        root=root,
        claimed=moment(claimed) if claimed else "",
        stamped=stamped,
        stamper=stamper,
        reason=keys.plain(str(one.sig_object.get("/Reason", ""))),
        problems=(*broken, *([doubt] if doubt else []), *problems, *_times(certificate, claimed, now)),
    )


def _broken(one: EmbeddedPdfSignature, is_intact: bool, is_by_key: bool) -> list[str]:
    from asn1crypto.parser import peek  # noqa: PLC0415
    from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: PLC0415

    found = []
    if not is_intact:
        found.append("the bytes that it covers were changed: their digest differs from the one that was signed")
    if not is_by_key:
        found.append("it was not made by the key of its certificate, or was changed since")
    if (one.coverage or SignatureCoverageLevel.UNCLEAR) < SignatureCoverageLevel.ENTIRE_REVISION:
        found.append("it does not cover the whole file as it was when it was signed")
    if any(one.pkcs7_content[peek(one.pkcs7_content) :]):
        found.append("other bytes stand in the room that is left behind the signature")
    return found


def _time_stamp(status: PdfSignatureStatus, at: datetime) -> tuple[str, str, datetime, list[str]]:
    """Time stamp of a signature: its time when trusted, who issued it, the moment to check at, problems."""
    token = status.timestamp_validity
    assert token is not None  # noqa: S101 - the caller asks only then
    who = keys.common_name(token.signing_cert)
    if not (token.intact and token.valid):
        return "", who, at, ["its time stamp is broken"]
    if not token.trusted:
        return "", who, at, [f"its time stamp by {who} reaches no trusted root: the time is not proven"]
    return moment(token.timestamp), who, min(at, token.timestamp), []


def _times(certificate: Any, claimed: datetime | None, at: datetime) -> list[str]:
    if claimed is None:
        return []
    if not certificate.not_valid_before <= claimed <= certificate.not_valid_after:
        return [f"the time that the signer states, {moment(claimed)}, is outside the time of the certificate"]
    if claimed > at + TOLERANCE:
        return [f"the time that the signer states, {moment(claimed)}, is later than {moment(at)}"]
    return []


def _context(roots: Iterable[Any], at: datetime) -> ValidationContext:
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    return ValidationContext(trust_roots=list(roots), moment=at, allow_fetching=False, revocation_mode="soft-fail")


def _chain(certificate: Any, others: Iterable[Any], roots: Sequence[Any], at: datetime) -> tuple[str, str]:
    """The trusted root that a certificate reaches, or why it reaches none."""
    from pyhanko_certvalidator import CertificateValidator  # noqa: PLC0415
    from pyhanko_certvalidator.errors import PathError, ValidationError  # noqa: PLC0415

    begin, end = certificate.not_valid_before, certificate.not_valid_after
    if at > end:
        return "", f"the certificate expired on {end:%Y-%m-%d}, and no time stamp proves that it was signed before"
    if at < begin:
        return "", f"the certificate holds only from {begin:%Y-%m-%d}"
    own = certificate.self_signed in ("yes", "maybe")
    if not roots:
        return "", f"{'self-signed, and ' if own else ''}no trusted root was given: who signed is not proven"
    try:
        path = asyncio.run(CertificateValidator(certificate, others, _context(roots, at)).async_validate_path())
    except (PathError, ValidationError) as error:
        if own:
            return "", "the certificate is self-signed and none of those that are trusted: who signed is not proven"
        return "", f"the chain reaches no trusted root: {keys.plain(str(error))}"
    return keys.plain(path.first.subject.human_friendly), ""


def _holder(certificate: Any) -> Holder:
    return Holder(
        name=keys.common_name(certificate),
        subject=keys.plain(certificate.subject.human_friendly),
        issuer=keys.plain(certificate.issuer.human_friendly),
        serial=f"{certificate.serial_number:x}",
        begin=f"{certificate.not_valid_before:%Y-%m-%d}",
        end=f"{certificate.not_valid_after:%Y-%m-%d}",
        is_self_signed=certificate.self_signed in ("yes", "maybe"),
    )


def _ranges(one: EmbeddedPdfSignature) -> tuple[int, int, int, int]:
    first, length, second, rest = (int(value) for value in one.byte_range)
    return first, first + length, second, second + rest


def _same_as(unsigned: bytes, data: bytes, found: Sequence[EmbeddedPdfSignature]) -> tuple[str, list[str]]:
    """Whether what was signed first is the unsigned file and nothing else."""
    if not data.startswith(unsigned):
        place = next((at for at, pair in enumerate(zip(data, unsigned, strict=False)) if pair[0] != pair[1]), len(data))
        return "differs", [f"what was signed is not the unsigned file: they differ from byte {place:,} on"]
    _first, gap, _rest, end = _ranges(found[0]) if found else (0, len(data), 0, len(data))
    if len(unsigned) > gap:
        return "differs", ["the file that was given as the unsigned one is signed itself"]
    changes = _compare(unsigned, data[:end])
    if changes.other:
        return "differs", [f"before the first signature the file was changed: {'; '.join(changes.other)}"]
    return f"what was signed first is this file (SHA-256 {hashlib.sha256(unsigned).hexdigest()})", []
