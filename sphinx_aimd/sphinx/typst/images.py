"""Image nodes in, files beside the Typst source out; what Typst could not show whole is found before it runs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import imagesize  # type: ignore[import-untyped]
from defusedxml import ElementTree
from docutils.nodes import Element
from sphinx.builders import Builder

from ...writers.files import write_bytes
from ...writers.typst import probe, svg
from ...writers.typst.source import string

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
_MARKS = {".png": b"\x89PNG", ".jpg": b"\xff\xd8\xff", ".gif": b"GIF8", ".webp": b"RIFF"}
#: A picture of an A4 page at 1,200 dpi has 140 million pixels, which is 560 MB in memory.
MAX_PIXELS = 140_000_000
MAX_BYTES = 50_000_000


def fonts_of(builder: Builder) -> Sequence[Path]:
    """Folders with fonts of the builder of the PDF."""
    folders: Sequence[Path] = getattr(builder, "font_folders", ())
    return folders


class Images:
    """The images of one PDF."""

    def __init__(self, srcdir: Path) -> None:
        self.srcdir = srcdir
        self.files: dict[str, Path] = {}
        self._known: dict[Path, tuple[str, str, str]] = {}
        self._refused: dict[str, str] = {}
        self._probed: set[str] = set()

    def name(self, node: Element, translator: Base) -> str | None:
        """Name under which Typst finds an image, or nothing, with a warning, when it cannot be shown."""
        uri, why = _file(node)
        name, remark = "", ""
        if not why:
            path = Path(self.srcdir, uri)
            name, why, remark = self._look(path)
            if not why and name not in self._probed:
                self._probe(translator.builder, path)
            why = why or self._refused.get(name, "")
        if why:
            message = f"image {uri} {why}. The PDF shows its alternative text in its place."
            translator.warn("pdf-image", message, node)
            return None
        if remark:
            translator.warn("pdf-image", f"image {uri} {remark}. Draw it without, or export it in another way.", node)
        self.files[name] = path
        return name

    def drawn(self, data: bytes, suffix: str, builder: Builder) -> tuple[str, str]:
        """A picture that a program made for this document: its name, and why it cannot be shown, if so."""
        path = Path(builder.doctreedir, "aimd-pdf", f"{hashlib.sha256(data).hexdigest()[:16]}{suffix}")
        write_bytes(path, data)
        name, why, _remark = self._look(path)
        if not why:
            refused = probe.refusals([_piece(name)], fonts_of(builder), {name: path})
            why = f"cannot be shown ({refused[0]})" if refused else ""
        if not why:
            self.files[name] = path
        return name, why

    def _look(self, path: Path) -> tuple[str, str, str]:
        """Name of a file, why it cannot be shown, and what it does not show, if so."""
        if path not in self._known:
            self._known[path] = _examined(path)
        return self._known[path]

    def _probe(self, builder: Builder, path: Path) -> None:
        """Ask Typst of one image, and of all others that the pages name: that costs little more."""
        found = {}
        for each in (path, *(Path(self.srcdir, uri) for uri in sorted(builder.env.images))):
            name, why, _remark = self._look(each)
            if name and not why and name not in self._probed:
                found[name] = each
        names = sorted(found)
        self._probed.update(names)
        refused = probe.refusals([_piece(name) for name in names], fonts_of(builder), found)
        for number, reason in refused.items():
            self._refused[names[number]] = f"cannot be shown ({reason})"


def _piece(name: str) -> str:
    return f'image({string(name)}, alt: "image", width: 50pt);'


def _file(node: Element) -> tuple[str, str]:
    """Path of an image as its node names it, and why there is none, if so."""
    uri = str(node.get("uri", ""))
    candidates: dict[str, str] = node.get("candidates", {})
    if "://" in uri:
        return uri, "is on another machine, and nothing is fetched; keep a copy"
    if uri.startswith("data:"):
        return f"{uri[:30]}…", "is part of the source; keep it in a file of its own"
    if "?" in candidates:
        return uri, "cannot be read"
    return next((candidates[kind] for kind in TYPES if kind in candidates), uri), ""


def _examined(path: Path) -> tuple[str, str, str]:
    suffix = _SUFFIXES.get(path.suffix.lower())
    if suffix is None:
        known = ", ".join(sorted(set(_SUFFIXES)))
        return "", f"has a format that the PDF cannot show; use one of {known}", ""
    try:
        if path.stat().st_size > MAX_BYTES:
            return "", f"has more than {MAX_BYTES // 1_000_000} MB", ""
        data = path.read_bytes()
    except OSError:
        return "", "cannot be read", ""
    name = f"image-{hashlib.sha256(data).hexdigest()[:16]}{suffix}"
    if suffix == ".svg":
        try:
            root = ElementTree.fromstring(data)
        except Exception:  # any fault of the file, also entities, which the parser refuses
            return name, "is not a sound svg file", ""
        return name, *svg.examine(root)
    size: tuple[Any, Any] = imagesize.get(str(path))
    if not data.startswith(_MARKS[suffix]) or min(size) <= 0:
        return name, f"is not a sound {suffix[1:]} file", ""
    if size[0] * size[1] > MAX_PIXELS:
        return name, f"has {size[0]} by {size[1]} pixels, more than a page can show", ""
    return name, "", ""
