"""Annotations of a PDF: kinds, flags and appearance, their place in the structure tree, and where links lead."""

from __future__ import annotations

from typing import Any

from .opened import Opened, Page, entry, is_array, is_dictionary, one_or_more, text
from .targets import Targets
from .tree import Element, Tree

#: Kinds that PDF/A permits. Source: ISO 19005-2, 6.3.1.
_NAMES = """
    Text Link FreeText Line Square Circle Polygon PolyLine Highlight Underline Squiggly StrikeOut Stamp Caret Ink
    Popup FileAttachment Widget PrinterMark TrapNet Watermark Redact
"""
_KINDS = frozenset(_NAMES.split())
#: Element that holds an annotation; the others stand in ``Annot``. Source: ISO 14289-1, 7.18.1, 7.18.4 and 7.18.5.
_HOLDERS = {"Link": "Link", "Widget": "Form"}
_INVISIBLE, _HIDDEN, _PRINT, _NO_VIEW, _TOGGLE = 1, 2, 4, 32, 256


def check_annotations(file: Opened, tree: Tree | None, targets: Targets) -> None:
    """Check the annotations of all pages."""
    for page in file.pages:
        notes = one_or_more(page.object.get("/Annots"))
        if notes and page.object.get("/Tabs") != "/S":
            file.remarks.add(
                "tab-order", "The page does not say that its links follow the order of the tags.", page.number
            )
        for note in notes:
            if is_dictionary(note):
                _check(note, page, file, tree, targets)
            else:
                file.remarks.add("readable-part", "The page holds something that is no annotation.", page.number)


def _check(note: Any, page: Page, file: Opened, tree: Tree | None, targets: Targets) -> None:
    kind = text(note.get("/Subtype"))
    flags = note.get("/F")
    if kind not in _KINDS:  # nothing else is asked of what should not be there
        file.remarks.add(
            "annotation-kind", f"The page holds an annotation of the kind {kind or 'unknown'}.", page.number
        )
        return
    if kind != "Popup":
        hidden = _INVISIBLE | _HIDDEN | _NO_VIEW | _TOGGLE
        if not isinstance(flags, int) or not flags & _PRINT or flags & hidden:
            file.remarks.add("annotation-flags", f"A {kind} annotation is hidden, or not printed.", page.number)
    _appearance(note, kind, page, file)
    if tree is not None and kind != "Popup":
        _tagged(note, kind, page, file, tree)
    _actions(note, kind, page, targets)


def _appearance(note: Any, kind: str, page: Page, file: Opened) -> None:
    looks = note.get("/AP")
    rect = note.get("/Rect")
    is_empty = is_array(rect) and len(rect) == 4 and rect[0] == rect[2] and rect[1] == rect[3]
    if looks is None and kind not in ("Link", "Popup") and not is_empty:
        file.remarks.add("annotation-appearance", f"A {kind} annotation has no appearance.", page.number)
    elif is_dictionary(looks) and set(looks.keys()) != {"/N"}:
        file.remarks.add(
            "annotation-appearance", f"A {kind} annotation has other appearances than the normal one.", page.number
        )


def _tagged(note: Any, kind: str, page: Page, file: Opened, tree: Tree) -> None:
    """Both directions of the structure tree, and a text that says what the annotation is."""
    wanted = _HOLDERS.get(kind, "Annot")
    holder: Element | None = tree.objects.get(note.objgen)
    if holder is None or holder.kind != wanted:
        file.remarks.add("annotation-tagged", f"A {kind} annotation stands in no {wanted} element.", page.number)
    elif tree.parent(note.get("/StructParent")) != holder.key:
        message = f"The parent tree does not lead from a {kind} annotation to its element."
        file.remarks.add("annotation-tagged", message, page.number)
    described = bool(text(note.get("/Contents")).strip())
    if kind == "Widget":
        described = bool(text(_inherited(note, "/TU")).strip())
    if kind != "Link":
        described |= holder is not None and bool(holder.facts.get("Alt"))
    if not described:
        file.remarks.add("annotation-text", f"A {kind} annotation has no text that says what it is.", page.number)


def _inherited(field: Any, key: str) -> Any:
    """An entry of a form field, or of the nearest field above it."""
    for _step in range(32):
        value = entry(field, key)
        if value is not None or field is None:
            return value
        field = entry(field, "/Parent")
    return None


def _actions(note: Any, kind: str, page: Page, targets: Targets) -> None:
    remarks = targets.file.remarks
    what = (
        f"A {kind.lower()} ({text(note.get('/Contents'))[:60]!r})"
        if note.get("/Contents") is not None
        else f"A {kind.lower()}"
    )
    if kind == "Widget" and (note.get("/A") is not None or note.get("/AA") is not None):
        remarks.add("form", "A field of a form has an action.", page.number)
    elif note.get("/AA") is not None:
        remarks.add("action", f"{what} has actions for what happens to it.", page.number)
    if note.get("/Dest") is not None:
        targets.destination(note.get("/Dest"), what, page.number)
    elif note.get("/A") is not None:
        targets.action(note.get("/A"), what, page.number)
    elif kind == "Link":
        remarks.add("destination", f"{what} leads nowhere.", page.number)
