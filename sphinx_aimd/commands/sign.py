"""``aimd sign``: sign a PDF of the dossier in the field of a role."""

from __future__ import annotations

import argparse
import getpass
import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..pdf import keys
from ..pdf.keys import INSTALL, Password
from ..writers.files import write_bytes
from ..yamlfile import InputError

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer
    from pyhanko.sign.timestamps import TimeStamper

PASSWORD = "AIMD_SIGN_PASSWORD"  # noqa: S105 - the name of the variable
#: Seconds that a time-stamp server is given to answer.
PATIENCE = 30


def add_parser(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser("sign", help="sign a PDF in the field of a role (PAdES)")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--role", required=True, help="role in which you sign; it names the field")
    parser.add_argument("--p12", type=Path, metavar="FILE", help="PKCS#12 file with key and certificate (.p12, .pfx)")
    parser.add_argument("--pem-cert", type=Path, metavar="FILE", help="certificate, and its chain behind it")
    parser.add_argument("--pem-key", type=Path, metavar="FILE", help="private key of --pem-cert")
    parser.add_argument("--pkcs11-module", type=Path, metavar="FILE", help="library of a token or smart card")
    parser.add_argument("--token", default="", metavar="LABEL", help="token of the library (default: the only one)")
    parser.add_argument("--slot", type=int, metavar="N", help="slot of the library, instead of --token")
    parser.add_argument("--key", default="", metavar="LABEL", help="key and certificate on the token")
    parser.add_argument(
        "--password-file",
        type=Path,
        metavar="FILE",
        help=f"password or PIN (default: the variable {PASSWORD}, or it is asked)",
    )
    parser.add_argument("--reason", default="", metavar="TEXT", help="meaning of the signature, such as Approval")
    parser.add_argument("--tsa", default="", metavar="URL", help="time-stamp server (RFC 3161), asked over the network")
    parser.add_argument(
        "--at", default="", metavar="MOMENT", help="moment of signing, ISO 8601 with zone (default: now)"
    )
    parser.add_argument("--font", type=Path, metavar="FILE", help="TrueType font for the stamp")
    parser.add_argument("-o", "--output", default="", metavar="OUT", help="signed file or its folder")
    parser.add_argument("--in-place", action="store_true", help="replace FILE by the signed one")
    parser.set_defaults(run=_sign)


def _sign(options: argparse.Namespace) -> int:
    need_libraries()
    from ..pdf import sign  # noqa: PLC0415 - only signing needs the libraries

    signing = sign.Signing(role=options.role, at=moment(options.at), reason=options.reason, font=options.font)
    data = keys.read(options.file, sign.MAX_PDF)
    out = _output(options)
    stamper = timestamper(options.tsa) if options.tsa else None
    with _signer(options) as signer:
        signed = sign.sign(data, options.file.as_posix(), signer, signing, stamper)
        name = keys.common_name(signer.signing_cert)
    try:
        write_bytes(out, signed)
    except OSError as error:
        raise InputError(out.as_posix(), 0, f"cannot be written: {error.strerror}.", "Check the folder.") from error
    print(f"{out}: signed by {name} as {options.role} at {sign.moment(signing.at)}.")
    print(f"SHA-256 before: {hashlib.sha256(data).hexdigest()}")
    print(f"SHA-256 signed: {hashlib.sha256(signed).hexdigest()}")
    fields = sign.fields_of(signed, out.as_posix())
    if not any(field.is_visible for field in fields):
        print("The document has no field for signatures: this one is not seen on a page.")
    if waiting := [field.name for field in fields if not field.is_signed]:
        print(f"Waiting for a signature: {', '.join(waiting)}.")
    if not options.reason:
        print("No meaning is stated: 21 CFR 11.50(a)(3) asks for it (--reason).", file=sys.stderr)
    return 0


def need_libraries() -> None:
    """Say how to install what signing and verifying need.

    :raises InputError: a library is missing.
    """
    try:
        import fontTools  # noqa: F401, PLC0415
        import pikepdf  # noqa: F401, PLC0415
        import pyhanko.sign  # noqa: F401, PLC0415
        import uharfbuzz  # noqa: F401, PLC0415
    except ImportError as error:
        raise InputError("aimd", 0, f"the library {error.name} is not installed.", INSTALL) from error


def moment(text: str) -> datetime:
    """Moment of an option, to the second; now where it is empty.

    :raises InputError: not ISO 8601, or without a time zone.
    """
    if not text:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = datetime.min
    if found.tzinfo is None:
        remedy = "Write it with its time zone, such as 2026-11-02T14:00:00+01:00."
        raise InputError("--at", 0, f"is {text!r}, expected a moment.", remedy)
    return found.replace(microsecond=0)


def timestamper(url: str) -> TimeStamper:
    """Client of a time-stamp server.

    :raises InputError: the address is none of the web.
    """
    from pyhanko.sign.timestamps import HTTPTimeStamper  # noqa: PLC0415

    if not url.startswith(("https://", "http://")):
        raise InputError("--tsa", 0, f"is {url!r}, expected an address.", "Write https://...")
    return HTTPTimeStamper(url, timeout=PATIENCE)


def _output(options: argparse.Namespace) -> Path:
    source: Path = options.file
    if options.in_place:
        if options.output:
            raise InputError("--in-place", 0, "goes without -o.", "Give one of them.")
        return source
    out = Path(options.output) if options.output else source.with_name(f"{source.stem}-signed{source.suffix}")
    if options.output and (out.is_dir() or options.output.endswith(("/", os.sep))):
        out = out / source.name
    if out.exists():
        raise InputError(out.as_posix(), 0, "exists.", "Choose another with -o, or sign that file with --in-place.")
    return out


@contextmanager
def _signer(options: argparse.Namespace) -> Iterator[Signer]:
    pem = options.pem_cert or options.pem_key
    if sum(map(bool, (options.p12, pem, options.pkcs11_module))) != 1 or bool(options.pem_cert) != bool(
        options.pem_key
    ):
        remedy = "Give --p12, or --pem-cert with --pem-key, or --pkcs11-module."
        raise InputError("aimd sign", 0, "needs one certificate with its key.", remedy)
    password = _password(options.password_file)
    if options.p12:
        yield keys.from_pkcs12(options.p12, password)
    elif pem:
        yield keys.from_pem(options.pem_cert, options.pem_key, password)
    else:
        place: dict[str, Any] = {"token": options.token, "slot": options.slot, "key": options.key}
        with keys.from_token(options.pkcs11_module, password, **place) as signer:
            yield signer


def _password(file: Path | None) -> Password:
    """How a password is had when one is needed: from a file, a variable, or the person at the keyboard."""

    def ask() -> bytes | None:
        if file:
            return keys.read(file, 4096).rstrip(b"\r\n")
        if PASSWORD in os.environ:
            return os.environ[PASSWORD].encode()
        return _asked() if sys.stdin.isatty() else None

    return ask


def _asked(prompt: Callable[[str], str] = getpass.getpass) -> bytes:
    return prompt("Password or PIN: ").encode()
