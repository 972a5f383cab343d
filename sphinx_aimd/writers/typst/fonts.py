"""The fonts that come with the package, and which characters they and a project's own fonts can show."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")


def folder() -> Path:
    """Folder of the fonts in this package."""
    return Path(str(files("sphinx_aimd.writers.typst"))) / "fonts"


def coverage(folders: Iterable[Path]) -> frozenset[int]:
    """Code points that at least one font of some folders can show.

    :raises OSError: a font cannot be read.
    """
    found: set[int] = set()
    for place in folders:
        for path in sorted(place.iterdir()):
            if path.suffix.lower() in SUFFIXES:
                try:
                    found.update(_characters(path.read_bytes()))
                except (struct.error, IndexError, ValueError) as error:
                    raise OSError(f"{path.name} is no sound font") from error
    return frozenset(found)


def _characters(data: bytes) -> Iterator[int]:
    """Code points of all faces of one font file, from its ``cmap`` tables (OpenType 1.9, formats 4 and 12)."""
    starts = [0]
    if data[:4] == b"ttcf":
        count = struct.unpack_from(">I", data, 8)[0]
        starts = list(struct.unpack_from(f">{count}I", data, 12))
    for start in starts:
        tables = struct.unpack_from(">H", data, start + 4)[0]
        for number in range(tables):
            tag, _sum, offset, _length = struct.unpack_from(">4sIII", data, start + 12 + 16 * number)
            if tag == b"cmap":
                yield from _cmap(data, offset)


def _cmap(data: bytes, base: int) -> Iterator[int]:
    for number in range(struct.unpack_from(">H", data, base + 2)[0]):
        platform, _encoding, offset = struct.unpack_from(">HHI", data, base + 4 + 8 * number)
        kind = struct.unpack_from(">H", data, base + offset)[0]
        if platform in (0, 3) and kind == 4:
            yield from _segments(data, base + offset)
        elif platform in (0, 3) and kind == 12:
            for group in range(struct.unpack_from(">I", data, base + offset + 12)[0]):
                first, last, _glyph = struct.unpack_from(">III", data, base + offset + 16 + 12 * group)
                yield from range(first, min(last, 0x10FFFF) + 1)


def _segments(data: bytes, at: int) -> Iterator[int]:
    double = struct.unpack_from(">H", data, at + 6)[0]
    half = double // 2
    ends = struct.unpack_from(f">{half}H", data, at + 14)
    begins = struct.unpack_from(f">{half}H", data, at + 16 + double)
    deltas = struct.unpack_from(f">{half}H", data, at + 16 + 2 * double)
    ranges = at + 16 + 3 * double
    offsets = struct.unpack_from(f">{half}H", data, ranges)
    for number, (begin, end, delta, offset) in enumerate(zip(begins, ends, deltas, offsets, strict=True)):
        for point in range(begin, min(end, 0xFFFE) + 1):
            glyph = point
            if offset:
                place = ranges + 2 * number + offset + 2 * (point - begin)
                glyph = struct.unpack_from(">H", data, place)[0] if place + 2 <= len(data) else 0
            if glyph and (glyph + delta) & 0xFFFF:
                yield point
