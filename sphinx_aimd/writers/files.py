"""Files written whole or not at all: a temporary file in the same folder, then a rename."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_bytes(path: Path, data: bytes, *, is_lasting: bool = True) -> bool:
    """Put ``data`` at ``path`` in one step; a file that holds it already is left alone.

    :param is_lasting: wait until the disk has it. Not for files of which there are thousands and which every build
        can make again.
    :return: whether anything was written.
    """
    try:
        if path.read_bytes() == data:
            return False
    except OSError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if is_lasting:
                file.flush()
                os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return True


def write_text(path: Path, text: str, *, is_lasting: bool = True) -> bool:
    """As :func:`write_bytes`, in UTF-8 with line feeds."""
    return write_bytes(path, text.encode("utf-8"), is_lasting=is_lasting)
