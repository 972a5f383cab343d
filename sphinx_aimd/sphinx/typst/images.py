"""Image nodes in, files beside the Typst source out; what Typst could not show is found before it runs."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import imagesize  # type: ignore[import-untyped]
from defusedxml import ElementTree
from docutils.nodes import Element

if TYPE_CHECKING:
    from .base import Base

#: Formats that Typst reads, by their ending.
TYPES = {
    "image/svg+xml": ".svg",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
}
_SUFFIXES = {**{suffix: suffix for suffix in TYPES.values()}, ".jpeg": ".jpg"}


class Images:
    """The images of one PDF."""

    def __init__(self, srcdir: Path) -> None:
        self.srcdir = srcdir
        self.files: dict[str, Path] = {}

    def name(self, node: Element, translator: Base) -> str | None:
        """Name under which Typst finds an image, or nothing, with a warning, when it cannot be shown."""
        found, why = self._find(node)
        if why:
            message = f"image {found} {why}. The PDF shows its alternative text in its place."
            translator.warn("pdf-image", message, node)
            return None
        path = Path(self.srcdir, found)
        data = path.read_bytes()
        name = f"image-{hashlib.sha256(data).hexdigest()[:16]}{_SUFFIXES[path.suffix.lower()]}"
        self.files[name] = path
        return name

    def _find(self, node: Element) -> tuple[str, str]:
        """Path of an image, and why it cannot be shown, if so."""
        uri = str(node.get("uri", ""))
        candidates: dict[str, str] = node.get("candidates", {})
        if "://" in uri:
            return uri, "is on another machine, and nothing is fetched; keep a copy"
        if "?" in candidates:
            return uri, "cannot be read"
        uri = next((candidates[kind] for kind in TYPES if kind in candidates), uri)
        path = Path(self.srcdir, uri)
        suffix = _SUFFIXES.get(path.suffix.lower())
        if suffix is None:
            known = ", ".join(sorted(set(_SUFFIXES)))
            return uri, f"has a format that the PDF cannot show; use one of {known}"
        try:
            is_sound = _is_sound(path, suffix, path.read_bytes())
        except OSError:
            return uri, "cannot be read"
        return uri, "" if is_sound else f"is not a sound {suffix[1:]} file"


def _is_sound(path: Path, suffix: str, data: bytes) -> bool:
    """Whether the beginning of a file is what its ending says; a deeper fault is Typst's to find."""
    if suffix == ".svg":
        try:
            root = ElementTree.fromstring(data)
        except Exception:  # any fault of the file, also one that defusedxml refuses
            return False
        return str(root.tag).endswith("svg")
    marks = {".png": b"\x89PNG", ".jpg": b"\xff\xd8\xff", ".gif": b"GIF8", ".webp": b"RIFF"}
    width, height = imagesize.get(str(path))
    return data.startswith(marks[suffix]) and width > 0 and height > 0
