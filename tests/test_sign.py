"""Signing and verifying by the command line, on real PDF/A files: who signed what, and every change is caught."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pkcs11
import pypdfium2
import pytest
import typst
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.timestamps import DummyTimeStamper

from sphinx_aimd import cli
from sphinx_aimd.commands import sign as command
from sphinx_aimd.pdf import keys
from sphinx_aimd.pdf.fields import SignatureField, add_signature_fields
from sphinx_aimd.writers.typst import fonts

AT = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
BEGIN, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC)
SOURCE = """
#set document(title: "Risk management plan")
#set text(font: "Source Sans 3", lang: "en")
= Approval
#table(columns: 2, table.header([Role], [Signature]), [Security engineer], [], [Quality manager], [])
#pagebreak()
= Scope
The plan.
"""
ENGINEER = SignatureField("Security engineer", 1, (70, 560, 270, 615), "Signature of the security engineer")
MANAGER = SignatureField("Quality manager", 1, (290, 560, 490, 615), "Signature of the quality manager")


class Authority:
    """A certificate authority of the test."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._issue(self.name, self.key, key_cert_sign=True)
        self.root = folder / f"{name}.pem"
        self.root.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def _issue(
        self, subject, key, begin=BEGIN, end=END, key_cert_sign=False, signs=True, extended=None
    ) -> x509.Certificate:
        usage = x509.KeyUsage(signs, signs, not signs, False, False, key_cert_sign, False, False, False)
        builder = (
            x509.CertificateBuilder(issuer_name=self.name, subject_name=subject, public_key=key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(key_cert_sign, None), True)
            .add_extension(usage, True)
        )
        if extended:
            builder = builder.add_extension(x509.ExtendedKeyUsage([extended]), True)
        return builder.sign(self.key, hashes.SHA256())

    def person(self, name: str, key=None, password: bytes = b"secret", **how) -> Path:
        """A PKCS#12 file and a PEM pair beside it."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        certificate = self._issue(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key, **how)
        closed = serialization.BestAvailableEncryption(password)
        path = self.folder / f"{name}.p12"
        path.write_bytes(pkcs12.serialize_key_and_certificates(b"", key, certificate, None, closed))
        path.with_suffix(".pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        pem = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
        path.with_suffix(".key").write_bytes(key.private_bytes(*pem, closed))
        return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sign")


@pytest.fixture(scope="module")
def authority(folder: Path) -> Authority:
    return Authority(folder, "Test authority")


@pytest.fixture(scope="module")
def printed(folder: Path) -> bytes:
    """A PDF as Typst leaves it: PDF/A-2u and PDF/UA-1."""
    source = folder / "plan.typ"
    source.write_text(SOURCE, "utf-8")
    stamp = int(AT.timestamp())
    paths = [fonts.__file__ and str(Path(fonts.__file__).with_name("fonts"))]
    return typst.compile(
        str(source), format="pdf", pdf_standards=["a-2u", "ua-1"], font_paths=paths, ignore_system_fonts=True,
        timestamp=stamp,
    )  # fmt: skip


def with_fields(pdf: bytes, *fields: SignatureField) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        add_signature_fields(opened, fields)
        out = io.BytesIO()
        opened.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue()


@pytest.fixture(scope="module")
def plan(folder: Path, printed: bytes) -> Path:
    path = folder / "plan.pdf"
    path.write_bytes(with_fields(printed, ENGINEER, MANAGER))
    return path


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIMD_SIGN_PASSWORD", "secret")


def sign(path: Path, role: str, certificate: Path, *more: str, at: datetime = AT) -> int:
    return cli.main(["sign", str(path), "--role", role, "--p12", str(certificate), "--at", at.isoformat(), *more])


def verify(path: Path, *more: str) -> int:
    return cli.main(["verify", str(path), "--at", (AT + timedelta(days=1)).isoformat(), *more])


@pytest.fixture(scope="module")
def signed(folder: Path, plan: Path, authority: Authority) -> Path:
    """Signed by two roles one after the other."""
    out = folder / "signed" / "plan.pdf"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIMD_SIGN_PASSWORD", "secret")
        first = authority.person("Ada Åström", rsa.generate_private_key(65537, 2048))
        assert sign(plan, "security engineer", first, "--reason", "Authorship 100 %", "-o", f"{out.parent}/") == 0
        second = authority.person("Ωmega Иванова")
        assert sign(out, MANAGER.name, second, "--reason", "Approval", "--in-place", at=AT + timedelta(hours=1)) == 0
    return out


def test_fields_are_the_same_each_time_and_tagged(printed: bytes) -> None:
    made = with_fields(printed, ENGINEER, MANAGER)
    assert made == with_fields(printed, ENGINEER, MANAGER)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        parents = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
        assert [str(field.T) for field in pdf.Root.AcroForm.Fields] == [ENGINEER.name, MANAGER.name]
        for widget in pdf.pages[0].obj.Annots:
            element = parents[int(widget.StructParent)]
            assert (element.S, element.K.Obj.objgen) == ("/Form", widget.objgen)
            assert element.objgen in [kid.objgen for kid in element.P.K]
            assert (widget.F, widget.P.Tabs, bool(widget.TU)) == (4, "/S", True)
            assert widget.AP.N.read_bytes() == b""
        assert int(pdf.Root.StructTreeRoot.ParentTreeNextKey) > max(parents.keys())
        with pytest.raises(ValueError, match="taken"):
            add_signature_fields(pdf, [ENGINEER])
        with pytest.raises(ValueError, match="no page 9"):
            add_signature_fields(pdf, [SignatureField("Other", 9, (0, 0, 9, 9), "x")])


def test_two_roles_sign_one_after_the_other(
    plan: Path, signed: Path, authority: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    trust = ("--trust", str(authority.root))
    assert verify(signed, *trust, "--unsigned", str(plan)) == 0
    said = capsys.readouterr().out
    for words in (
        "only signatures were added: Quality manager",
        "nothing was added",
        "Common Name: Ada Åström, serial",
        "reaches the trusted root Common Name: Test authority",
        "not checked: no network is used",
        "2026-11-02 14:00:00 UTC, as the signer says: no time stamp proves it",
        "Authorship 100 %, as the signer says",
        "what was signed first is this file",
    ):
        assert words in said
    assert "NOT PROVEN" not in said
    assert verify(signed) == 1  # nobody is trusted unless named
    assert "no trusted root was given: who signed is not proven" in capsys.readouterr().out
    assert verify(signed, *trust, "--format", "json", "--unsigned", str(signed)) == 1
    [report] = json.loads(capsys.readouterr().out)["files"]
    assert (report["proven"], report["unsigned"]) == (False, "differs")
    assert [one["later"] for one in report["signatures"]] == [["Quality manager"], []]


def test_a_stamp_is_readable_and_the_file_stays_an_archive_file(plan: Path, signed: Path) -> None:
    with pypdfium2.PdfDocument(signed) as document:
        document.init_forms()
        page = document[0]
        pypdfium2.raw.FPDFPage_Flatten(page, 0)
        text = document[0].get_textpage().get_text_range()
    for words in ("Ada Åström", "2026-11-02 14:00:00 UTC", "Meaning: Authorship 100 %", "Ωmega Иванова", "Approval"):
        assert words in text
    with pikepdf.open(plan) as before, pikepdf.open(signed) as after:
        assert before.Root.Metadata.read_bytes() == after.Root.Metadata.read_bytes()
        assert after.open_metadata()["pdfaid:part"] == "2"
        assert "/Version" not in after.Root
        assert "/Perms" not in after.Root
        for field in after.Root.AcroForm.Fields:
            stamp = field.AP.N
            assert set(stamp.Resources.keys()) <= {"/Font"}
            for font in stamp.Resources.Font.values():
                assert "/ToUnicode" in font
                assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor
    assert signed.read_bytes().startswith(plan.read_bytes())


def test_a_change_of_any_covered_byte_is_caught(
    signed: Path, tmp_path: Path, authority: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = signed.read_bytes()
    verify(signed, "--format", "json")
    _first, second = (one["ranges"] for one in json.loads(capsys.readouterr().out)["files"][0]["signatures"])
    covered = [*range(second[1]), *range(second[2], second[3])]
    places = [20, second[3] - 12, *random.Random(6).sample(covered, 12)]
    target = tmp_path / "changed.pdf"
    for place in places:
        target.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert verify(target, "--trust", str(authority.root)) == 1, place
        said = capsys.readouterr().out
        assert "their digest differs from the one that was signed" in said, place
    target.write_bytes(whole[:200] + b"!" + whole[201:])
    verify(target, "--format", "json")
    report = json.loads(capsys.readouterr().out)["files"][0]
    if report["signatures"]:  # a change inside the first signature's range breaks both
        assert [one["is_intact"] for one in report["signatures"]] == [False, False]


def appended(data: bytes, change) -> bytes:
    """An update appended to a file by another hand."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_what_was_appended_later_is_told_from_a_signature(
    signed: Path, tmp_path: Path, authority: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    def page(writer) -> None:
        sheet = writer.find_page_for_modification(1)[0].get_object()
        sheet["/Rotate"] = generic.NumberObject(180)
        writer.update_container(sheet)

    def field(writer) -> None:
        append_signature_field(writer, SigFieldSpec("Over the text", box=(0, 0, 500, 500)))

    def gone(writer) -> None:
        del writer.root["/AcroForm"]
        writer.update_root()

    target = tmp_path / "later.pdf"
    for change, words in (
        (page, "page 2 was changed"),
        (field, "'Over the text' was added"),
        (gone, "no signature is"),
    ):
        target.write_bytes(appended(signed.read_bytes(), change))
        assert verify(target, "--trust", str(authority.root)) == 1
        said = capsys.readouterr().out
        assert words in said
        assert ("2 signatures are in the file that no field" in said) == (change is gone)
        assert "CHANGED, bytes" not in said
    target.write_bytes(signed.read_bytes() + b"9 0 obj (stray) endobj\n")
    assert verify(target, "--trust", str(authority.root)) == 1
    assert "bytes follow that are no part of a PDF" in capsys.readouterr().out


def test_what_was_signed_first_is_the_unsigned_file_and_nothing_else(
    plan: Path, tmp_path: Path, authority: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    def page(writer) -> None:
        writer.root["/Lang"] = generic.TextStringObject("tlh")
        writer.update_root()

    other = tmp_path / "other.pdf"
    other.write_bytes(appended(plan.read_bytes(), page))
    assert sign(other, MANAGER.name, authority.person("Eve")) == 0
    capsys.readouterr()
    assert verify(tmp_path / "other-signed.pdf", "--trust", str(authority.root), "--unsigned", str(plan)) == 1
    assert "before the first signature the file was changed: " in capsys.readouterr().out


def test_a_time_stamp_proves_the_time_after_the_certificate_has_ended(
    plan: Path,
    tmp_path: Path,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tsa = Authority(tmp_path, "Time authority")
    own = keys.from_pkcs12(
        tsa.person("Time stamper", rsa.generate_private_key(65537, 2048), extended=ExtendedKeyUsageOID.TIME_STAMPING),
        lambda: b"secret",
    )
    stamper = DummyTimeStamper(own.signing_cert, own.signing_key, fixed_dt=AT + timedelta(seconds=2))
    monkeypatch.setattr(command, "timestamper", lambda _url: stamper)
    short = authority.person("Brief", end=AT + timedelta(hours=2))
    out = tmp_path / "stamped.pdf"
    assert sign(plan, ENGINEER.name, short, "--tsa", "https://tsa.example", "-o", str(out)) == 0
    capsys.readouterr()
    trust = ("--trust", str(authority.root))
    assert verify(out, *trust, "--trust", str(tsa.root)) == 0
    assert "2026-11-02 14:00:02 UTC, by the time stamp of Time stamper" in capsys.readouterr().out
    assert verify(out, *trust) == 1
    said = capsys.readouterr().out
    assert "its time stamp by Time stamper reaches no trusted root: the time is not proven" in said
    assert "the certificate expired on 2026-11-02, and no time stamp proves that it was signed before" in said


def test_a_document_without_fields_is_signed_out_of_sight_by_several_roles(
    printed: bytes, tmp_path: Path, authority: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bare.pdf"
    path.write_bytes(printed)  # as Typst ends it: without a line end behind %%EOF
    person = authority.person("Kim")
    for role in ("Author", "Approver"):
        assert sign(path, role, person, "--in-place") == 0
        assert "this one is not seen on a page" in capsys.readouterr().out
    assert verify(path, "--trust", str(authority.root)) == 0
    with pikepdf.open(path) as pdf:
        assert [int(field.F) & 4 for field in pdf.Root.AcroForm.Fields] == [4, 4]


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("password", "the password is wrong or missing"),
        ("expired", "the certificate has expired: it holds from 2025-01-01 to 2025-01-10"),
        ("early", "the certificate is not yet valid"),
        ("usage", "the certificate is not for signing"),
        ("mismatch", "the key is not that of the certificate"),
        ("role", "has no signature field for the role 'Qualty manager'. Did you mean"),
        ("signed", "is signed already by the role 'Security engineer'"),
        ("encrypted", "is encrypted"),
        ("broken", "is a broken PDF"),
        ("module", "the token cannot be used"),
        ("pdf", "is no PDF"),
        ("p12", "is no PKCS#12 file"),
        ("moment", "expected a moment"),
        ("exists", "exists."),
        ("glyphs", "no font for the characters 王"),
    ],
)
def test_what_cannot_be_signed_is_said_and_nothing_is_written(
    case: str, words: str, plan: Path, signed: Path, tmp_path: Path, authority: Authority,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    path, out, role = tmp_path / "in.pdf", tmp_path / "out.pdf", ENGINEER.name
    path.write_bytes(plan.read_bytes())
    person = authority.person("王" if case == "glyphs" else "Kim", signs=case != "usage", **{
        "expired": {"end": BEGIN + timedelta(days=9)}, "early": {"begin": END - timedelta(days=9)}
    }.get(case, {}))  # fmt: skip
    how, more = ["--p12", str(person)], ["--at", AT.isoformat(), "-o", str(out)]
    if case == "password":
        monkeypatch.setenv("AIMD_SIGN_PASSWORD", "wrong")
    elif case == "mismatch":
        other = authority.person("Sam")
        how = ["--pem-cert", str(person.with_suffix(".pem")), "--pem-key", str(other.with_suffix(".key"))]
    elif case == "role":
        role = "Qualty manager"
    elif case == "signed":
        path = signed
    elif case == "encrypted":
        with pikepdf.open(plan) as pdf:
            pdf.save(path, encryption=pikepdf.Encryption(owner="o", user="", R=6))
    elif case == "broken":
        path.write_bytes(plan.read_bytes()[:2000])
    elif case == "module":
        path.with_suffix(".so").write_bytes(b"no library")
        how = ["--pkcs11-module", str(path.with_suffix(".so")), "--key", "mine"]
    elif case == "pdf":
        path.write_bytes(b"text")
    elif case == "p12":
        how = ["--p12", str(person.with_suffix(".pem"))]
    elif case == "moment":
        more[1] = "2026-11-02"
    elif case == "exists":
        more[3] = str(path)
    before = sorted(tmp_path.rglob("*")), path.read_bytes()
    assert cli.main(["sign", str(path), "--role", role, *how, *more]) == 2
    assert words in capsys.readouterr().err
    assert (sorted(tmp_path.rglob("*")), path.read_bytes()) == before


def test_a_pem_pair_signs(plan: Path, tmp_path: Path, authority: Authority) -> None:
    person, out = authority.person("Pat"), tmp_path / "out.pdf"
    secret = tmp_path / "secret"
    secret.write_text("secret\n")
    pair = ["--pem-cert", str(person.with_suffix(".pem")), "--pem-key", str(person.with_suffix(".key"))]
    where = ["--password-file", str(secret), "--at", AT.isoformat(), "-o", str(out)]
    assert cli.main(["sign", str(plan), "--role", ENGINEER.name, *pair, *where]) == 0
    assert verify(out, "--trust", str(authority.root)) == 0


MODULES = [os.environ.get("SOFTHSM2_MODULE", ""), *map(str, Path("/usr/lib").glob("**/libsofthsm2.so"))]
MODULE = next((path for path in MODULES if path and Path(path).is_file()), "")


@pytest.mark.skipif(not MODULE or not shutil.which("softhsm2-util"), reason="PKCS#11 NOT TESTED: no softhsm2 here")
def test_a_token_signs(
    plan: Path,
    tmp_path: Path,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    monkeypatch.setenv("AIMD_SIGN_PASSWORD", "1234")
    tool = ["softhsm2-util", "--module", MODULE]
    subprocess.run([*tool, "--init-token", "--free", "--label", "t", "--pin", "1234", "--so-pin", "1234"], check=True)
    key = ec.generate_private_key(ec.SECP256R1())
    person = authority.person("Token holder", key)
    pem = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "key").write_bytes(key.private_bytes(*pem))
    keep = ["--token", "t", "--label", "mine", "--id", "01", "--pin", "1234"]
    subprocess.run([*tool, "--import", str(tmp_path / "key"), *keep], check=True)
    with pkcs11.lib(MODULE).get_token(token_label="t").open(user_pin="1234", rw=True) as session:
        certificate = x509.load_pem_x509_certificate(person.with_suffix(".pem").read_bytes())
        kinds = pkcs11.Attribute
        session.create_object({
            kinds.CLASS: pkcs11.ObjectClass.CERTIFICATE,
            kinds.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
            kinds.TOKEN: True, kinds.LABEL: "mine", kinds.ID: b"\x01",
            kinds.SUBJECT: certificate.subject.public_bytes(),
            kinds.VALUE: certificate.public_bytes(serialization.Encoding.DER),
        })  # fmt: skip
    out = tmp_path / "out.pdf"
    at = ["--role", ENGINEER.name, "--at", AT.isoformat(), "-o", str(out), "--pkcs11-module", MODULE, "--token", "t"]
    assert cli.main(["sign", str(plan), *at, "--key", "other"]) == 2
    monkeypatch.setenv("AIMD_SIGN_PASSWORD", "9999")
    assert cli.main(["sign", str(plan), *at, "--key", "mine"]) == 2
    assert "the PIN of the token is wrong" in capsys.readouterr().err
    monkeypatch.setenv("AIMD_SIGN_PASSWORD", "1234")
    assert cli.main(["sign", str(plan), *at, "--key", "mine"]) == 0
    assert verify(out, "--trust", str(authority.root)) == 0
