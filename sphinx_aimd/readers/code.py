"""The setting ``aimd_code`` in, marks of source code out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..model.bom import Source
from ..model.imported import Mark
from ..yamlfile import InputError
from . import marks

KEYS = ("root", "files", "link", "commit")


def read(base: Path, setting: Mapping[str, Any]) -> tuple[tuple[Mark, ...], tuple[Source, ...]]:
    """Read the marks that the setting asks for; nothing when it is empty.

    :param base: folder that ``root`` is relative to; ``root`` may lead out of it, since source code rarely lies in
        the documentation.
    :raises InputError: a wrong setting, or what :func:`.marks.read` refuses.
    """
    if not setting:
        return (), ()
    remedy = f"Keys: {', '.join(KEYS)}; files is a list of patterns, the others are texts."
    files = setting.get("files")
    texts = [setting[key] for key in ("root", "link", "commit") if key in setting]
    unknown = sorted(set(map(str, setting)) - set(KEYS))
    if unknown:
        raise InputError("conf.py", 0, f"aimd_code has the unknown key {unknown[0]!r}.", remedy)
    if not isinstance(files, list | tuple) or not files:
        raise InputError("conf.py", 0, "aimd_code has no list of files.", remedy)
    if not all(isinstance(text, str) for text in (*files, *texts)):
        raise InputError("conf.py", 0, "aimd_code holds a value that is no text.", remedy)
    root = base / setting.get("root", ".")
    if not root.is_dir():
        raise InputError("conf.py", 0, f"aimd_code: {setting['root']!r} is no folder.", "Correct root.")
    found, source = marks.read(
        root.resolve(), tuple(files), link=setting.get("link", ""), commit=setting.get("commit", marks.GIT)
    )
    return found, (source,)
