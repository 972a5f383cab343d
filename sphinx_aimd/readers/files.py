"""Paths from outside in, facts about files below a root out; nothing else is read."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from ..model.inputs import FileFact

MAX_BYTES = 500_000_000


def fact(root: Path, name: str) -> FileFact:
    """Whether a regular file of that name lies below ``root``, and its hash.

    Absolute paths, ``..`` and links that lead out of the root are refused, not followed.
    """
    if name.startswith("/") or "\\" in name or "\0" in name or ".." in name.split("/"):
        return FileFact(exists=False, reason="the path leaves the source folder")
    path = Path(os.path.realpath(root / name))
    if not path.is_relative_to(os.path.realpath(root)):
        return FileFact(exists=False, reason="the path leads out of the source folder")
    try:
        with path.open("rb") as file:
            info = os.fstat(file.fileno())
            if not stat.S_ISREG(info.st_mode):
                return FileFact(exists=False, reason="the path is no regular file")
            if info.st_size > MAX_BYTES:
                return FileFact(exists=False, reason=f"the file is larger than {MAX_BYTES} bytes")
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return FileFact(exists=False, reason="the file does not exist")
    return FileFact(exists=True, sha256=f"sha256:{digest}")


def facts(root: Path, names: Iterable[str]) -> dict[str, FileFact]:
    """Facts about several files by name."""
    return {name: fact(root, name) for name in sorted(set(names))}
