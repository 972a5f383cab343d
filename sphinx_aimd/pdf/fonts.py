"""Fonts of a PDF: each one that pages, forms, patterns or appearances can reach is embedded and maps to Unicode."""

from __future__ import annotations

from typing import Any

import pikepdf

from .opened import DIRECT, Key, Opened, entry, is_array, is_dictionary, one_or_more, text

_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")
#: Encodings that themselves say which character each code is. Source: ISO 19005-2, 6.2.11.7.2.
_KNOWN = frozenset({"WinAnsiEncoding", "MacRomanEncoding", "MacExpertEncoding"})
MAX_RESOURCES = 100_000


class Fonts:
    """Checks the fonts that resources lead to, each once."""

    def __init__(self, file: Opened) -> None:
        self.file = file
        self.seen: set[Key] = set()

    def check(self, resources: Any, page: int) -> None:
        """Check the fonts of resources and of all that they hold.

        :param page: page that uses them, for the remark.
        """
        stack = [resources]
        for _step in range(MAX_RESOURCES):
            if not stack:
                return
            found = stack.pop()
            if not is_dictionary(found) or not self._is_new(found):
                continue
            states = _values(found.get("/ExtGState"))
            fonts = [*_values(found.get("/Font")), *(font for one in states for font in _state_font(one))]
            stack.extend(self._font(font, page) for font in fonts if self._is_new(font))
            for kind in ("/XObject", "/Pattern"):
                stack.extend(entry(one, "/Resources") for one in _values(found.get(kind)) if self._is_new(one))
            stack.extend(entry(entry(entry(one, "/SMask"), "/G"), "/Resources") for one in states)
        self.file.remarks.add("too-large", f"The resources hold more than {MAX_RESOURCES} groups.", page)

    def _is_new(self, value: Any) -> bool:
        key = value.objgen
        if key == DIRECT:
            return True
        if key in self.seen:
            return False
        self.seen.add(key)
        return True

    def _font(self, font: Any, page: int) -> Any:
        """Check one font.

        :return: resources that its characters use.
        """
        name = text(entry(font, "/BaseFont")) or text(entry(font, "/Name")) or "without a name"
        kind = text(entry(font, "/Subtype"))
        program = font
        if kind == "Type0":
            below = entry(font, "/DescendantFonts")
            program = below[0] if is_array(below) and len(below) else None
        descriptor = entry(program, "/FontDescriptor")
        if kind != "Type3" and not any(isinstance(entry(descriptor, one), pikepdf.Stream) for one in _PROGRAMS):
            self.file.remarks.add("font-embedded", f"The font {name} is not embedded.", page)
        encoding = entry(font, "/Encoding")
        is_known = kind != "Type0" and text(encoding) in _KNOWN
        if not isinstance(entry(font, "/ToUnicode"), pikepdf.Stream) and not is_known:
            self.file.remarks.add("font-unicode", f"The font {name} does not map its characters to Unicode.", page)
        return entry(font, "/Resources")


def _values(group: Any) -> list[Any]:
    """Members of a group of resources."""
    return [one for one in group.values() if isinstance(one, pikepdf.Object)] if is_dictionary(group) else []


def _state_font(state: Any) -> list[Any]:
    """The font that a graphics state sets, if any."""
    return [font for font in one_or_more(entry(state, "/Font"))[:1] if is_dictionary(font)]
