"""A file from outside as bytes with its hash: found below declared roots only, bounded in size, unpacked with care."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import stat
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from .. import jsonfile, xmlfile
from ..model.item import Location
from ..yamlfile import InputError

MAX_BYTES = 50_000_000
#: A packed file may grow by this factor at most.
MAX_RATIO = 100

#: Direction-changing and control characters as they stand in a file: in UTF-8, escaped in JSON, as references of XML;
#: and half characters, which only JSON can write.
_TURNS = re.compile(
    rb"\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\\u20(?:2[a-eA-E]|6[6-9])"
    rb"|&#(?:x0*20(?:2[a-eA-E]|6[6-9])|0*(?:823[4-8]|829[4-7])|x0*7[fF]|0*127);"
    rb"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\\u00(?:0[0-8bcefBCEF]|1[0-9a-fA-F]|7[fF])|\\[bf]"
    rb"|\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F]"
)


@dataclass(frozen=True)
class Opened:
    """A file that was read once.

    :param name: path for messages and provenance, relative to the source folder.
    :param raw: its bytes, unpacked where the name ends in ``.gz``.
    :param sha256: ``sha256:`` and the digest of the bytes on disk.
    """

    name: str
    raw: bytes = field(repr=False)
    sha256: str

    @cached_property
    def json(self) -> Any:
        """The file as JSON.

        :raises InputError: see :func:`sphinx_aimd.jsonfile.parse` and ``check_texts``.
        """
        remedy = "Write the file again with the tool that made it."
        data = jsonfile.parse(self.raw, self.name, remedy)
        self._check(data, remedy)
        return data

    @cached_property
    def xml(self) -> Element:
        """The file as XML.

        :raises InputError: see :func:`sphinx_aimd.xmlfile.parse`; or a direction-changing character.
        """
        root = xmlfile.parse(self.raw, self.name, "Write the file again with the tool that made it.")
        texts = [
            text for element in root.iter() for text in (element.text, element.tail, *element.attrib.values()) if text
        ]
        self._check(texts, "Write the file again.")
        return root

    @cached_property
    def text(self) -> str:
        """The file as text.

        :raises InputError: not UTF-8, or a direction-changing character.
        """
        try:
            text = self.raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = self.raw[: error.start].count(b"\n") + 1
            raise InputError(self.name, line, "is not UTF-8.", "Save it as UTF-8.") from error
        self._check(text, "Write the file again.")
        return text

    def _check(self, texts: Any, remedy: str) -> None:
        """Refuse texts that no output can hold or that read differently, at their line where it can be told."""
        try:
            jsonfile.check_texts(texts, self.name, remedy)
        except InputError as error:
            found = _TURNS.search(self.raw)
            line = self.raw.count(b"\n", 0, found.start()) + 1 if found else error.line
            raise InputError(self.name, line, error.message, error.remedy) from error

    def place_of(self, *texts: str) -> Location:
        """Line of the first of the texts that occurs in the file, as a quoted JSON text if there is one."""
        for text in texts:
            for wanted in (_json_text(text), text.encode("utf-8", "replace")):
                found = self.raw.find(wanted) if text else -1
                if found >= 0:
                    return Location(self.name, self.raw.count(b"\n", 0, found) + 1)
        return Location(self.name, 0)

    def fail(self, message: str, remedy: str, line: int = 0) -> InputError:
        """The error that says why this file cannot be used."""
        return InputError(self.name, line, message, remedy)


def _json_text(text: str) -> bytes:
    return f'"{text}"'.encode("utf-8", "replace")


def open_file(root: Path, name: str) -> Opened:
    """Read a file below ``root``.

    :param name: path relative to ``root`` with forward slashes.
    :raises InputError: the path leaves ``root`` or leads out of it by a link, is no regular file, is larger than
        :data:`MAX_BYTES`, or grows by more than :data:`MAX_RATIO` when it is unpacked.
    """
    if name.startswith("/") or "\\" in name or "\0" in name or ":" in name or ".." in name.split("/"):
        raise InputError(name, 0, "leaves the source folder.", "Name a file below the source folder.")
    path = Path(os.path.realpath(root / name))
    if not path.is_relative_to(os.path.realpath(root)):
        raise InputError(name, 0, "leads out of the source folder by a link.", "Copy the file into the source folder.")
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise InputError(name, 0, "is no regular file.", "Name a file.")
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(name, 0, f"cannot be read: {error.strerror}.", "Check the path.") from error
    if len(raw) > MAX_BYTES:
        raise InputError(name, 0, f"is larger than {MAX_BYTES} bytes.", "Split the file.")
    digest = "sha256:" + hashlib.sha256(raw).hexdigest()
    return Opened(name, _unpacked(raw, name) if name.endswith(".gz") else raw, digest)


def _without_waiting(path: str, flags: int) -> int:
    """Open without blocking, so that a named pipe is refused and not waited for."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _unpacked(raw: bytes, name: str) -> bytes:
    limit = min(MAX_BYTES, max(len(raw) * MAX_RATIO, 100_000))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as file:
            unpacked = file.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(name, 0, f"cannot be unpacked: {error}.", "Pack it again with gzip.") from error
    if len(unpacked) > limit:
        raise InputError(name, 0, f"is larger than {limit} bytes when it is unpacked.", "Unpack and split it.")
    return unpacked
