"""What the tags of a PDF must be like among themselves: headings, tables, lists, contents, figures and notes."""

from __future__ import annotations

from collections.abc import Mapping

from .grid import check_table
from .remarks import Remarks
from .tree import Element, Tree

_ROWS = frozenset({"TR"})
#: Tags that may stand directly below a tag. Source: ISO 14289-1, 7.2, with ISO 32000-1, 14.8.4.3.
MAY_HOLD: Mapping[str, tuple[str, frozenset[str]]] = {
    "Table": ("table-nesting", frozenset({"TR", "THead", "TBody", "TFoot", "Caption"})),
    "THead": ("table-nesting", _ROWS),
    "TBody": ("table-nesting", _ROWS),
    "TFoot": ("table-nesting", _ROWS),
    "TR": ("table-nesting", frozenset({"TH", "TD"})),
    "L": ("list-nesting", frozenset({"L", "LI", "Caption"})),
    "LI": ("list-nesting", frozenset({"Lbl", "LBody"})),
    "TOC": ("contents-nesting", frozenset({"TOC", "TOCI", "Caption"})),
}
#: Tags that must stand directly below one of these.
BELONGS_TO: Mapping[str, tuple[str, frozenset[str]]] = {
    "TR": ("table-nesting", frozenset({"Table", "THead", "TBody", "TFoot"})),
    "THead": ("table-nesting", frozenset({"Table"})),
    "TBody": ("table-nesting", frozenset({"Table"})),
    "TFoot": ("table-nesting", frozenset({"Table"})),
    "TH": ("table-nesting", _ROWS),
    "TD": ("table-nesting", _ROWS),
    "LI": ("list-nesting", frozenset({"L"})),
    "LBody": ("list-nesting", frozenset({"LI"})),
    "TOCI": ("contents-nesting", frozenset({"TOC"})),
}
_ALTERNATIVES = {"Figure": "figure-alt", "Formula": "formula-alt"}


def check_tags(tree: Tree, remarks: Remarks) -> int:
    """Check the elements of a structure tree.

    :return: the deepest heading level, 0 without headings.
    """
    deepest, level = 0, 0
    notes: set[bytes] = set()
    for element in tree.root.walk():
        kind = element.kind
        _nesting(element, remarks)
        if kind in _ALTERNATIVES and not element.facts["Alt"]:
            remarks.add(_ALTERNATIVES[kind], f"A {kind.lower()} has no alternative text.", element.page)
        elif kind == "H":
            remarks.add("heading-kind", "A heading has no level.", element.page)
        elif len(kind) == 2 and kind[0] == "H" and kind[1].isdigit():
            step = int(kind[1])
            if step > level + 1:
                after = f"follows one of level {level}" if level else "is the first"
                remarks.add("heading-order", f"A heading of level {step} {after}.", element.page)
            deepest, level = max(deepest, step), step
        elif kind == "Table":
            check_table(element, remarks)
        elif kind == "Note":
            identity = element.facts["ID"]
            if not identity or identity in notes:
                remarks.add("note-id", "A note has no id of its own.", element.page)
            notes.add(identity)
    return deepest


def _nesting(element: Element, remarks: Remarks) -> None:
    check, allowed = MAY_HOLD.get(element.kind, ("", frozenset[str]()))
    for kid in element.kids:
        if check and kid.kind not in allowed:
            remarks.add(check, f"A {kid.kind} stands directly below a {element.kind}.", kid.page)
        elif not check and kid.kind in BELONGS_TO and element.kind not in BELONGS_TO[kid.kind][1]:
            remarks.add(BELONGS_TO[kid.kind][0], f"A {kid.kind} stands outside of its place.", kid.page)
    if check and element.has_content:
        remarks.add(check, f"Content stands directly below a {element.kind}, in none of its parts.", element.page)
