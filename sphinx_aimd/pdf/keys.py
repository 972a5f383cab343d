"""The key and certificate with which a person signs: from a PKCS#12 file, a PEM pair or a PKCS#11 token."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..yamlfile import InputError

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer

#: Certificates and keys are a few thousand bytes; more is something else.
MAX_BYTES = 1_000_000
#: Key usages with which a document may be signed (RFC 5280, 4.2.1.3; pyHanko's names of them).
SIGNING = {"digital_signature", "non_repudiation"}
INSTALL = "Install the signing libraries: pip install 'sphinx-aimd[sign]'."

Password = Callable[[], bytes | None]


def read(path: Path, limit: int = MAX_BYTES) -> bytes:
    """Read a small file.

    :raises InputError: it cannot be read or is larger than ``limit`` bytes.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise InputError(path.as_posix(), 0, f"cannot be read: {error.strerror}.", "Check the path.") from error
    if len(data) > limit:
        raise InputError(path.as_posix(), 0, f"is larger than {limit:,} bytes.", "Is it the right file?")
    return data


def from_pkcs12(path: Path, password: Password) -> Signer:
    """Key and certificate of a PKCS#12 file (.p12, .pfx).

    :param password: asked only for a file that has one.
    :raises InputError: no such file, wrong password, or no key with its certificate in it.
    """
    from asn1crypto.pkcs12 import Pfx  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: PLC0415

    data = read(path)
    try:
        known = Pfx.load(data, strict=True)["version"].native == "v3"
    except (ValueError, TypeError):
        known = False
    if not known:
        raise InputError(path.as_posix(), 0, "is no PKCS#12 file.", "For PEM files use --pem-cert and --pem-key.")
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(data, None)
    except ValueError:
        try:
            key, certificate, others = pkcs12.load_key_and_certificates(data, password())
        except ValueError:
            raise _wrong_password(path) from None
    if key is None or certificate is None:
        raise InputError(path.as_posix(), 0, "holds no key together with its certificate.", "Export both into it.")
    return _signer(path, key, certificate, others)


def from_pem(certificate_file: Path, key_file: Path, password: Password) -> Signer:
    """Key and certificate in two PEM files; further certificates behind the first one are its chain.

    :param password: asked only for a key that has one.
    :raises InputError: unreadable, wrong password, or a key that is not that of the certificate.
    """
    from cryptography import x509  # noqa: PLC0415
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    try:
        certificate, *others = x509.load_pem_x509_certificates(read(certificate_file))
    except ValueError:
        raise InputError(certificate_file.as_posix(), 0, "holds no PEM certificate.", "Check the file.") from None
    data = read(key_file)
    try:
        try:
            key = load_pem_private_key(data, None)
        except TypeError:  # it has a password
            try:
                key = load_pem_private_key(data, password())
            except (ValueError, TypeError):
                raise _wrong_password(key_file) from None
    except (ValueError, UnsupportedAlgorithm):
        raise InputError(key_file.as_posix(), 0, "holds no PEM private key.", "Check the file.") from None
    return _signer(key_file, key, certificate, others)


@contextmanager
def from_token(
    module: Path, password: Password, *, token: str = "", slot: int | None = None, key: str = ""
) -> Iterator[Signer]:
    """Key and certificate of a PKCS#11 token; the session is open inside the block.

    :param module: the library of the token's maker.
    :param token: label of the token; the only one by default.
    :param slot: number of the slot instead.
    :param key: label of the key and of its certificate.
    :raises InputError: the module does not load, no such token or key, or the PIN is wrong.
    """
    try:
        import pkcs11.exceptions  # noqa: PLC0415
        from pyhanko.config.pkcs11 import TokenCriteria  # noqa: PLC0415
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session  # noqa: PLC0415
    except ImportError as error:
        raise InputError("PKCS#11", 0, f"the library {error.name} is not installed.", INSTALL) from error

    name = module.as_posix()
    if not module.is_file():
        raise InputError(name, 0, "is no file.", "Give the path of the PKCS#11 library of your token (.so, .dll).")
    pin = password()
    try:
        session = open_pkcs11_session(
            name,
            slot_no=slot,
            token_criteria=TokenCriteria(label=token) if token else None,
            user_pin=pin.decode("utf-8", "replace") if pin is not None else None,
        )
    except (pkcs11.exceptions.PinIncorrect, pkcs11.exceptions.PinInvalid, pkcs11.exceptions.PinLenRange):
        remedy = "Tokens lock themselves after a few wrong PINs: check it before the next try."
        raise InputError(name, 0, "the PIN of the token is wrong.", remedy) from None
    except pkcs11.exceptions.PinLocked:
        raise InputError(name, 0, "the PIN of the token is locked.", "Unlock it with its maker's tool.") from None
    except (pkcs11.exceptions.PKCS11Error, OSError, RuntimeError) as error:
        raise _token_trouble(name, error) from error
    with session:
        try:
            signer = PKCS11Signer(session, key_label=key or None, cert_label=key or None, other_certs_to_pull=None)
            certificate = signer.signing_cert  # reads key and certificate, so that errors come before signing
        except (pkcs11.exceptions.PKCS11Error, OSError, RuntimeError, ValueError) as error:
            raise _token_trouble(name, error) from error
        _check_kind(name, certificate)
        signer.use_raw_mechanism = certificate.public_key.algorithm == "ec"  # hashed here: not every token can
        try:
            yield signer
        except pkcs11.exceptions.PKCS11Error as error:
            raise _token_trouble(name, error) from error


def check(certificate: Any, at: datetime) -> None:
    """Whether a document may be signed with a certificate at a moment.

    :raises InputError: it has expired, is not yet valid, or is not for signing documents.
    """
    name = common_name(certificate)
    begin, end = certificate.not_valid_before, certificate.not_valid_after
    if not begin <= at <= end:
        what = "has expired" if at > end else "is not yet valid"
        message = (
            f"the certificate {what}: it holds from {begin:%Y-%m-%d} to {end:%Y-%m-%d}, signing is at {at:%Y-%m-%d}."
        )
        raise InputError(name, 0, message, "Sign with a certificate that holds.")
    usage = certificate.key_usage_value
    if usage is None or not SIGNING & set(usage.native):
        message = "the certificate is not for signing: its key usage names neither digitalSignature nor nonRepudiation."
        raise InputError(name, 0, message, "Sign with a certificate issued for signing documents.")


def common_name(certificate: Any) -> str:
    """Name of the person or body in a certificate, on one line."""
    names = certificate.subject.native
    for key in ("common_name", "organization_name", "email_address"):
        if value := names.get(key):
            return plain(value if isinstance(value, str) else value[0])
    return plain(certificate.subject.human_friendly) or "(no name)"


def plain(text: str) -> str:
    """Text from outside on one line, without characters that steer a terminal or the direction of writing."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:200]


def _signer(path: Path, key: Any, certificate: Any, others: Any) -> Signer:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
    from pyhanko.keys.internal import (  # noqa: PLC0415
        translate_pyca_cryptography_cert_to_asn1,
        translate_pyca_cryptography_key_to_asn1,
    )
    from pyhanko.sign.signers import SimpleSigner  # noqa: PLC0415
    from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415

    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*form) != certificate.public_key().public_bytes(*form):
        raise InputError(
            path.as_posix(), 0, "the key is not that of the certificate.", "Give the two that belong together."
        )
    own = translate_pyca_cryptography_cert_to_asn1(certificate)
    _check_kind(path.as_posix(), own)
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple([translate_pyca_cryptography_cert_to_asn1(other) for other in others])
    return SimpleSigner(own, translate_pyca_cryptography_key_to_asn1(key), store)


def _check_kind(name: str, certificate: Any) -> None:
    """RSA and ECDSA: others would need PDF 2.0, which PDF/A-2 and -3 do not rest on."""
    kind = certificate.public_key.algorithm
    if kind not in ("rsa", "ec") or (kind == "rsa" and certificate.public_key.bit_size < 2048):
        message = f"the key is {kind} with {certificate.public_key.bit_size} bits."
        raise InputError(name, 0, message, "Use RSA with 2048 bits or more, or ECDSA.")


def _wrong_password(path: Path) -> InputError:
    remedy = "Give it by --password-file, by the variable AIMD_SIGN_PASSWORD, or when asked."
    return InputError(path.as_posix(), 0, "the password is wrong or missing.", remedy)


def _token_trouble(name: str, error: Exception) -> InputError:
    detail = plain(str(error)) or type(error).__name__
    return InputError(
        name, 0, f"the token cannot be used: {detail}.", "Check --pkcs11-module, --token or --slot, and --key."
    )
