"""Where links and bookmarks of a PDF lead: destinations inside the file and beside it, addresses, other actions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf

from .opened import (
    DIRECT,
    MAX_DEPTH,
    Key,
    Opened,
    entry,
    is_array,
    is_dictionary,
    is_name,
    is_string,
    one_or_more,
    opened,
    pairs,
    text,
)
from .remarks import Remarks

_VIEWS = frozenset({"XYZ", "Fit", "FitH", "FitV", "FitR", "FitB", "FitBH", "FitBV"})
_SCHEMES = frozenset({"http", "https", "mailto"})
_STEPS = frozenset({"NextPage", "PrevPage", "FirstPage", "LastPage"})
MAX_OUTLINE = 200_000


@dataclass(frozen=True, slots=True)
class Ends:
    """What other files can link to in a file: its number of pages and its named destinations."""

    pages: int
    names: frozenset[bytes]


@dataclass
class Beside:
    """The files in a folder, read for their destinations when a link leads to them, each once."""

    folder: Path
    _known: dict[str, Ends | None] = field(default_factory=dict)

    def ends(self, name: str) -> Ends | None:
        """Pages and destinations of a file.

        :param name: path below the folder.
        :return: ``None`` where there is no such file, or no PDF that can be read.
        """
        if name not in self._known:
            path = self.folder / name
            found = None
            if path.is_file() and path.resolve().is_relative_to(self.folder.resolve()):
                with opened(path, Remarks()) as file:
                    if file is not None:
                        found = Ends(len(file.pages), frozenset(Targets(file).named))
            self._known[name] = found
        return self._known[name]


class Targets:
    """Resolves destinations and judges actions of one file.

    :param beside: the folder whose files links may lead to; without it only the form of such links is checked.
    """

    def __init__(self, file: Opened, beside: Beside | None = None) -> None:
        self.file, self.beside = file, beside
        self.named: dict[bytes, Any] = {}
        self.actions = 0
        tree = entry(entry(file.catalog, "/Names"), "/Dests")
        for name, value in pairs(tree, "/Names", file.remarks, "tree of named destinations"):
            self.named[bytes(name) if is_string(name) else b""] = value
        old = entry(file.catalog, "/Dests")
        for name, value in old.items() if is_dictionary(old) else ():
            self.named.setdefault(name[1:].encode(), value)

    def check_named(self) -> None:
        """Check that each named destination is a page of the file."""
        for name, value in sorted(self.named.items()):
            self._array(value, f"the destination {name.decode(errors='replace')!r}", None)

    def destination(self, value: Any, what: str, page: int | None) -> None:
        """Check a destination.

        :param what: what leads there, for the remark.
        :param page: page of what leads there.
        """
        if is_string(value) or is_name(value):
            name = bytes(value) if is_string(value) else text(value).encode()
            if name not in self.named:
                shown = name.decode(errors="replace")[:80]
                self._add("destination", f"{what} leads to the destination {shown!r}, which is not there.", page)
        else:
            self._array(value, what, page)

    def _array(self, value: Any, what: str, page: int | None) -> None:
        target = entry(value, "/D") if is_dictionary(value) else value
        if not is_array(target) or len(target) < 2 or text(target[1]) not in _VIEWS:
            self._add("destination", f"{what} has no form of a destination.", page)
        elif not isinstance(target[0], pikepdf.Object) or target[0].objgen not in self.file.numbers:
            self._add("destination", f"{what} leads to no page of the file.", page)

    def action(self, action: Any, what: str, page: int | None) -> None:
        """Judge an action and those that follow it."""
        seen: set[Key] = set()
        stack = [(action, 0)]
        while stack:
            one, depth = stack.pop()
            if not is_dictionary(one):
                self._add("action", f"{what} has an action that is none.", page)
                continue
            if one.objgen in seen or depth > MAX_DEPTH:
                self._add("loop", f"The actions of {what} lead back to one another.", page)
                continue
            if one.objgen != DIRECT:
                seen.add(one.objgen)
            self._one(one, what, page)
            stack.extend((following, depth + 1) for following in one_or_more(one.get("/Next")))

    def _one(self, action: Any, what: str, page: int | None) -> None:
        kind = text(action.get("/S"))
        if kind == "GoTo":
            self.destination(action.get("/D"), what, page)
        elif kind == "GoToR":
            self._remote(action, what, page)
        elif kind == "URI":
            address = text(action.get("/URI")).strip()
            scheme, colon, _rest = address.partition(":")
            if not colon or scheme.lower() not in _SCHEMES:
                self._add("uri", f"{what} leads to the address {address[:80]!r}.", page)
        elif kind != "Named" or text(action.get("/N")) not in _STEPS:
            self.actions += 1
            self._add("action", f"{what} has an action of the kind {kind or 'unknown'}.", page)

    def _remote(self, action: Any, what: str, page: int | None) -> None:
        """A link to a file beside this one."""
        given = action.get("/F")
        names = {text(entry(given, key)) for key in ("/F", "/UF") if entry(given, key) is not None}
        names = names if is_dictionary(given) else {text(given)}
        for name in sorted(names):
            if not is_plain_path(name):
                self._add("remote-path", f"{what} leads to the file {name[:120]!r}.", page)
                return
        if self.beside is None:
            return
        target = action.get("/D")
        for name in sorted(names):
            ends = self.beside.ends(name)
            if ends is None:
                self._add("remote-target", f"{what} leads to {name}, which is not there or cannot be read.", page)
            elif is_string(target) or is_name(target):
                wanted = bytes(target) if is_string(target) else text(target).encode()
                if wanted not in ends.names:
                    shown = wanted.decode(errors="replace")[:80]
                    self._add(
                        "remote-target", f"{what} leads to {shown!r} in {name}, which has no such destination.", page
                    )
            elif not (is_array(target) and len(target) and isinstance(target[0], int) and 0 <= target[0] < ends.pages):
                self._add("remote-target", f"{what} leads to a page that {name} does not have.", page)

    def outline(self) -> Iterator[tuple[int, str]]:
        """Bookmarks with their level, from 1; where each leads is checked on the way."""
        seen: set[Key] = set()
        stack = [(entry(entry(self.file.catalog, "/Outlines"), "/First"), 1)]
        while stack:
            item, level = stack.pop()
            if not is_dictionary(item):
                continue
            if item.objgen in seen or level > MAX_DEPTH or len(seen) > MAX_OUTLINE:
                self._add("loop", "The bookmarks lead back to one that they have already led to.", None)
                continue
            seen.add(item.objgen)
            title = text(item.get("/Title"))
            what = f"The bookmark {title[:80]!r}"
            if not title.strip():
                self._add("outline", "A bookmark has no title.", None)
            if item.get("/Dest") is not None:
                self.destination(item.get("/Dest"), what, None)
            elif item.get("/A") is not None:
                self.action(item.get("/A"), what, None)
            else:
                self._add("destination", f"{what} leads nowhere.", None)
            yield level, title
            stack.append((item.get("/Next"), level))
            stack.append((item.get("/First"), level + 1))

    def _add(self, check: str, message: str, page: int | None) -> None:
        self.file.remarks.add(check, message[:1].upper() + message[1:], page)


def is_plain_path(name: str) -> bool:
    """Whether a file specification leads to a file in the same folder or below it, on any system.

    Source of the form: ISO 32000-1, 7.11.2.
    """
    parts = name.split("/")
    return bool(name) and not re.search(r"[\\:\x00-\x1f]", name) and not {"", ".", ".."} & set(parts)


def check_outline(targets: Targets, deepest: int) -> int:
    """Check the bookmarks against the headings.

    :param deepest: the deepest heading level.
    :return: number of bookmarks.
    """
    levels = [level for level, _title in targets.outline()]
    remarks = targets.file.remarks
    if not levels:
        remarks.add("outline", "The file has no bookmarks.")
    elif max(levels) < min(deepest, 3):
        remarks.add("outline-depth", f"The bookmarks have {max(levels)} levels, the headings {deepest}.")
    elif max(levels) > deepest:
        remarks.add("outline-depth", f"The bookmarks have {max(levels)} levels, more than the headings with {deepest}.")
    return len(levels)


def check_opening(targets: Targets) -> None:
    """What happens when the file is opened, closed or printed."""
    catalog, what = targets.file.catalog, "The opening of the file"
    opening = entry(catalog, "/OpenAction")
    if is_array(opening):
        targets.destination(opening, what, None)
    elif opening is not None and text(entry(opening, "/S")) != "GoTo":
        targets.actions += 1
        targets.file.remarks.add(
            "open-action", f"{what} has an action of the kind {text(entry(opening, '/S')) or 'unknown'}."
        )
    elif opening is not None:
        targets.action(opening, what, None)
    for holder, page in ((catalog, None), *((page.object, page.number) for page in targets.file.pages)):
        if entry(holder, "/AA") is not None:
            targets.file.remarks.add("action", "Actions are set for what happens to the file or page.", page)
