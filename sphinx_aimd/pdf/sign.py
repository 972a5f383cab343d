"""Signing a PDF in the field of a role: PAdES, as an incremental update, with a stamp that keeps the file PDF/A.

Nothing but the field changes: the document's metadata stay those that were built, so that each later signature can be
told from every other change (see :mod:`.revisions`).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model.values import did_you_mean
from ..yamlfile import InputError
from . import keys
from .fields import field_name

if TYPE_CHECKING:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.signers import PdfSigner, Signer
    from pyhanko.sign.timestamps import TimeStamper
    from pyhanko.stamp import TextStampStyle

#: A PDF of a dossier is far smaller; what is larger is not read.
MAX_PDF = 500_000_000
FONTS = Path(__file__).parents[1] / "writers" / "typst" / "fonts"
#: In order of preference: the typeface of the documents, and one that covers more scripts.
STAMP_FONTS = (FONTS / "SourceSans3-Regular.ttf", FONTS / "DejaVuSans.ttf")
#: Points: size of the text, and the room that is left around it.
SIZE, MARGIN = 9, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """What is stated by a signature.

    :param role: role in which the person signs; it names the field.
    :param at: moment of signing with its time zone, as the signer states it.
    :param reason: what the signature means, for example "Approval" (21 CFR 11.50(a)(3)).
    :param font: TrueType file for the stamp instead of those of the package.
    """

    role: str
    at: datetime
    reason: str = ""
    font: Path | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A signature field of a document.

    :param is_signed: whether a signature stands in it.
    :param is_visible: whether it has a place on a page.
    """

    name: str
    is_signed: bool
    is_visible: bool


def fields_of(data: bytes, name: str) -> list[Field]:
    """Signature fields of a PDF, in the order of its form.

    :raises InputError: it is broken or encrypted.
    """
    return signature_fields(open_pdf(data, name))


def sign(data: bytes, name: str, signer: Signer, signing: Signing, timestamper: TimeStamper | None = None) -> bytes:
    """Sign a PDF.

    :param data: the PDF; all of it stays as it is, the signature is appended.
    :param name: name of the file for messages.
    :param timestamper: gets a time stamp for the signature (PAdES B-T); without one it is PAdES B-B.
    :return: the signed PDF.
    :raises InputError: broken or encrypted PDF, no field of the role, a field that is signed already, a certificate
        that cannot sign, or a time-stamp server that does not answer.

    Sources: ETSI EN 319 142-1 (PAdES baseline signatures); ISO 32000-1, 12.8; ISO 19005-2 and -3, 6.1.9 (the file
    ends in a line end, which what is appended begins behind) and 6.4.3 (signatures).
    """
    import pikepdf  # noqa: PLC0415
    from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415
    from pyhanko.sign.general import SigningError  # noqa: PLC0415
    from pyhanko.sign.timestamps import TimestampRequestError  # noqa: PLC0415

    from .revisions import compare  # noqa: PLC0415

    keys.check(signer.signing_cert, signing.at)
    ended = data if data.endswith((b"\n", b"\r")) else data + b"\n"
    reader = open_pdf(ended, name)
    target = _target(signature_fields(reader), signing.role, name)
    out = io.BytesIO()
    try:
        _signer(signer, target, signing, timestamper).sign_pdf(_writer(reader), output=out)
    except TimestampRequestError as error:
        message = f"no time stamp: {keys.plain(str(error))}."
        raise InputError("--tsa", 0, message, "Check the address, or sign without a time stamp.") from error
    except (PdfError, SigningError) as error:
        raise InputError(name, 0, f"cannot be signed: {keys.plain(str(error))}.", "Build it again.") from error
    signed = out.getvalue()
    try:
        changes = compare(ended, signed)
    except pikepdf.PdfError as error:
        raise InputError(name, 0, f"cannot be signed: {keys.plain(str(error))}.", "Build it again.") from error
    if not signed.startswith(data) or changes.other or len(changes.signed) != 1 or not _holds(signed):
        detail = "; ".join(changes.other) or "the signature does not hold"
        raise InputError(name, 0, f"signing would have changed more than its field: {detail}.", "Report this fault.")
    return signed


def open_pdf(data: bytes, name: str) -> PdfFileReader:
    """Open a PDF as one from outside: what decodes to too much is refused.

    :raises InputError: it is broken or encrypted.
    """
    from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415

    if not data.startswith(b"%PDF-"):
        raise InputError(name, 0, "is no PDF.", "Give a PDF file.")
    try:
        reader = PdfFileReader(io.BytesIO(data))
        if reader.encrypted:
            raise InputError(name, 0, "is encrypted, which PDF/A forbids.", "Build it again without a password.")
        _ = reader.root["/Pages"]
    except (PdfError, KeyError, ValueError, TypeError, RecursionError) as error:
        detail = keys.plain(str(error)) or type(error).__name__
        raise InputError(name, 0, f"is a broken PDF: {detail}.", "Build it again, or fetch it again.") from error
    return reader


def signature_fields(reader: PdfFileReader) -> list[Field]:
    """Signature fields in the order of the form."""
    from pyhanko.sign.fields import enumerate_sig_fields  # noqa: PLC0415

    found = []
    for name, value, reference in enumerate_sig_fields(reader):
        left, bottom, right, top = (float(side) for side in reference.get_object().get("/Rect", (0, 0, 0, 0)))
        found.append(Field(name, value is not None, left != right and bottom != top))
    return found


def _target(fields: Sequence[Field], role: str, name: str) -> Field:
    """Field of a role; a document without visible fields gets an invisible one."""
    wanted = field_name(role)
    if not wanted or wanted != keys.plain(wanted) or len(wanted) > 100:
        raise InputError("--role", 0, f"is {role!r}, which is no role.", "Give up to 100 printable characters.")
    by_name = {field.name.casefold(): field for field in fields}
    field = by_name.get(wanted.casefold())
    if field is None and not any(one.is_visible for one in fields):
        return Field(wanted, is_signed=False, is_visible=False)
    waiting = [one.name for one in fields if not one.is_signed]
    remedy = f"Waiting for a signature: {', '.join(waiting) or 'none'}."
    if field is None:
        hint = did_you_mean(wanted, [one.name for one in fields])
        raise InputError(name, 0, f"has no signature field for the role {role!r}.{hint}", remedy)
    if field.is_signed:
        raise InputError(name, 0, f"is signed already by the role {field.name!r}.", remedy)
    return field


def _writer(reader: PdfFileReader) -> IncrementalPdfFileWriter:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415

    class Writer(IncrementalPdfFileWriter):
        """Leaves the document's metadata alone, which say that the file is PDF/A and are signed by those before."""

        def _update_meta(self) -> None:
            return

    return Writer.from_reader(reader)


def _signer(signer: Signer, target: Field, signing: Signing, timestamper: TimeStamper | None) -> PdfSigner:
    from pyhanko.sign import fields  # noqa: PLC0415
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner  # noqa: PLC0415
    from pyhanko.sign.signers.constants import ESIC_EXTENSION_1  # noqa: PLC0415

    class Pades(PdfSigner):
        """States the moment that it is given, and keeps the file PDF 1.7, on which PDF/A-2 and -3 rest."""

        def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:
            session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
            session.system_time = signing.at
            return session

        def register_extensions(self, pdf_out: Any, *, md_algorithm: str) -> None:  # noqa: ARG002
            pdf_out.register_extension(ESIC_EXTENSION_1)

    about = PdfSignatureMetadata(
        field_name=target.name,
        reason=keys.plain(signing.reason) or None,
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    new = None
    if not target.is_visible:
        out_of_sight = fields.InvisSigSettings(set_print_flag=True, box_out_of_bounds=True)
        new = fields.SigFieldSpec(
            target.name, invis_sig_settings=out_of_sight, readable_field_name=f"Signature: {target.name}"
        )
    style = _stamp(_lines(signer.signing_cert, target.name, signing), signing.font) if target.is_visible else None
    return Pades(about, signer, timestamper=timestamper, stamp_style=style, new_field_spec=new)


def _lines(certificate: Any, role: str, signing: Signing) -> list[str]:
    """What a signed record shows: name, date and time, meaning (21 CFR 11.50(a)), and the role."""
    reason = keys.plain(signing.reason)
    return [role, keys.common_name(certificate), moment(signing.at), *([f"Meaning: {reason}"] if reason else [])]


def moment(at: datetime) -> str:
    """A moment as it is written in stamps and reports."""
    return f"{at:%Y-%m-%d %H:%M:%S %Z}"


def _stamp(lines: Sequence[str], font: Path | None) -> TextStampStyle:
    from pyhanko.pdf_utils.font.opentype import GlyphAccumulatorFactory  # noqa: PLC0415
    from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule  # noqa: PLC0415
    from pyhanko.pdf_utils.text import TextBoxStyle  # noqa: PLC0415
    from pyhanko.stamp import TextStampStyle  # noqa: PLC0415

    typeface = GlyphAccumulatorFactory(str(_font("".join(lines), font)), font_size=SIZE)
    left, middle = AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MID
    room = Margins(MARGIN, MARGIN, MARGIN, MARGIN)
    return TextStampStyle(
        border_width=0,
        background=None,
        text_box_style=TextBoxStyle(
            font=typeface, font_size=SIZE, leading=SIZE + 2, box_layout_rule=SimpleBoxLayoutRule(left, middle)
        ),
        inner_content_layout=SimpleBoxLayoutRule(left, middle, room),
        stamp_text="\n".join(lines).replace("%", "%%"),
    )


def _font(text: str, font: Path | None) -> Path:
    """First font that has every character: one without would be shown as an empty box, which PDF/A forbids."""
    from fontTools.ttLib import TTFont, TTLibError  # noqa: PLC0415

    lacking: Iterable[str] = ()
    for path in (font,) if font else STAMP_FONTS:
        try:
            with TTFont(path) as face:
                known = face.getBestCmap() or {}
        except (OSError, TTLibError) as error:
            raise InputError(str(path), 0, f"is no TrueType font: {error}.", "Give a .ttf file.") from error
        lacking = sorted({sign for sign in text if ord(sign) not in known})
        if not lacking:
            return path
    remedy = "Give a TrueType font that has them by --font."
    raise InputError("stamp", 0, f"no font for the characters {' '.join(lacking)}.", remedy)


def _holds(signed: bytes) -> bool:
    """Whether the last signature is one over the file just written, made by the key of its certificate."""
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity  # noqa: PLC0415

    last = PdfFileReader(io.BytesIO(signed)).embedded_signatures[-1]
    intact, valid = validate_sig_integrity(last.signer_info, last.signer_cert, "data", last.compute_digest())
    return bool(intact and valid)
