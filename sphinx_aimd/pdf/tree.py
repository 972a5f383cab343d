"""The structure tree of a PDF as plain values: elements in document order, and which of them owns which content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from .document import LANGUAGE
from .opened import DIRECT, MAX_DEPTH, Key, Opened, entry, is_array, is_dictionary, one_or_more, pairs, text

#: Standard structure types. Source: ISO 32000-1, 14.8.4.
_NAMES = """
    Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl
    LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu
    WT WP Figure Formula Form
"""
STANDARD = frozenset(_NAMES.split())
_WITH_TEXT = frozenset({"Figure", "Formula", "Form", "Annot", "Link"})
_WITH_ID = frozenset({"TH", "TD", "Note"})


NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(eq=False, slots=True)
class Element:
    """An element of the structure tree.

    :param kind: standard type that its own type stands for; its own type where it stands for none.
    :param page: page of its first content, or of its parent's; ``None`` where nothing says it.
    :param has_content: whether marked content or objects hang directly below it.
    :param facts: attributes that checks ask for: ``Alt``, ``ID``, ``Scope``, ``Headers``, ``RowSpan``, ``ColSpan``.
    """

    kind: str
    page: int | None
    key: Key
    depth: int
    kids: Sequence[Element] = ()
    has_content: bool = False
    facts: Mapping[str, Any] = field(default_factory=lambda: NOTHING)

    def add(self, kid: Element) -> None:
        """Put an element below this one; most have none, and a list for each would cost much of the memory."""
        if isinstance(self.kids, list):
            self.kids.append(kid)
        else:
            self.kids = [kid]

    def walk(self) -> Iterator[Element]:
        """This element and all below it, in document order."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            stack.extend(reversed(element.kids))


@dataclass
class Tree:
    """What the structure tree says.

    :param contents: elements that own marked content, by key of the page or stream, then by the content's number.
    :param objects: elements that own an object (an annotation, a form XObject), by its key.
    :param parents: entries of the parent tree by number: lists of keys for pages, one key for annotations.
    """

    root: Element
    contents: dict[Key, dict[int, Element]] = field(default_factory=dict)
    objects: dict[Key, Element] = field(default_factory=dict)
    parents: dict[int, Key | list[Key]] = field(default_factory=dict)

    def parent(self, number: Any, content: int | None = None) -> Key | None:
        """Key of the element that the parent tree names for an object, or for marked content of a page."""
        found = self.parents.get(number) if isinstance(number, int) else None
        if content is None:
            return found if isinstance(found, tuple) else None
        return found[content] if isinstance(found, list) and 0 <= content < len(found) else None


def read_tree(file: Opened) -> Tree | None:
    """Read the structure tree; faults of the tree itself are remarks."""
    top = entry(file.catalog, "/StructTreeRoot")
    if not is_dictionary(top):
        file.remarks.add("tree", "The file has no structure tree.")
        return None
    if top.get("/Type") != "/StructTreeRoot":
        file.remarks.add("tree", "The root of the structure tree does not say that it is one.")
    return _Reader(file, top).read()


class _Reader:
    def __init__(self, file: Opened, top: Any) -> None:
        self.file, self.top = file, top
        self.roles = _roles(file, entry(top, "/RoleMap"))
        self.classes = entry(top, "/ClassMap")
        self.tree = Tree(Element("", None, top.objgen, 0))
        self.seen: set[Key] = set()

    def read(self) -> Tree:
        stack: list[tuple[Any, Element, Key]] = [(self.top.get("/K"), self.tree.root, DIRECT)]
        while stack:
            item, parent, page = stack.pop()
            if isinstance(item, int):
                self.own(page, item, parent)
            elif is_dictionary(item):
                kind = item.get("/Type")
                if kind == "/MCR":
                    own = item.get("/Stm") or item.get("/Pg")
                    self.own(own.objgen if own is not None else page, item.get("/MCID"), parent)
                elif kind == "/OBJR":
                    self.own_object(item, parent, page)
                elif self.is_new(item, parent):
                    own = item.get("/Pg")
                    here = own.objgen if own is not None else page
                    stack.append((item.get("/K"), self.element(item, parent, here), here))
            elif is_array(item):
                stack.extend((kid, parent, page) for kid in reversed(list(item)))
            elif item is not None:
                self.file.remarks.add("tree", "The structure tree holds something that is no element.", parent.page)
        self.read_parents()
        _inherit_pages(self.tree.root)
        return self.tree

    def own(self, holder: Key, number: Any, element: Element) -> None:
        page = self.file.numbers.get(holder)
        if not isinstance(number, int) or holder == DIRECT:
            self.file.remarks.add(
                "content-owner", f"A {element.kind} element does not say on which page its content is."
            )
        elif number in (owners := self.tree.contents.setdefault(holder, {})):
            self.file.remarks.add("content-owner", f"Marked content {number} belongs to two elements.", page)
        else:
            owners[number] = element
        element.has_content = True
        if element.page is None:
            element.page = page

    def own_object(self, item: Any, element: Element, page: Key) -> None:
        held = item.get("/Obj")
        element.has_content = True
        own = item.get("/Pg")
        if element.page is None:
            element.page = self.file.numbers.get(own.objgen if own is not None else page)
        if held is None or getattr(held, "objgen", DIRECT) == DIRECT:
            self.file.remarks.add("content-missing", f"A {element.kind} element leads to no object.", element.page)
        else:
            self.tree.objects[held.objgen] = element

    def is_new(self, item: Any, parent: Element) -> bool:
        if item.objgen in self.seen or parent.depth >= MAX_DEPTH:
            what = "leads back to an element that it has already led to" if item.objgen in self.seen else "is too deep"
            self.file.remarks.add("loop", f"The structure tree {what}.", parent.page)
            return False
        if item.objgen != DIRECT:
            self.seen.add(item.objgen)
        return True

    def element(self, item: Any, parent: Element, holder: Key) -> Element:
        own = text(item.get("/S"))
        element = Element(self.roles.get(own, own), self.file.numbers.get(holder), item.objgen, parent.depth + 1)
        if item.get("/Type") not in (None, "/StructElem"):
            self.file.remarks.add("tree", f"A {own} element says that it is something else.", element.page)
        above = item.get("/P")
        if above is None or getattr(above, "objgen", DIRECT) != parent.key:
            self.file.remarks.add("tree-parent", f"A {own} element does not name the element above it.", element.page)
        if element.kind not in STANDARD:
            self.file.remarks.add("role-map", f"The tag {own!r} stands for no standard tag.", element.page)
        language = item.get("/Lang")
        if language is not None and LANGUAGE.fullmatch(text(language)) is None:
            self.file.remarks.add("tag-language", f"A {own} element names no language tag: {text(language)[:40]!r}.")
        if element.kind in _WITH_TEXT:
            described = bool(text(item.get("/Alt")).strip()) or item.get("/ActualText") is not None
            element.facts = {"Alt": described}
        elif element.kind in _WITH_ID:
            identity = item.get("/ID")
            name = {"ID": bytes(identity) if identity is not None else b""}
            element.facts = name | (self.table_attributes(item) if element.kind != "Note" else {})
        parent.add(element)
        return element

    def table_attributes(self, item: Any) -> dict[str, Any]:
        """Attributes of a table cell, those of its classes first. Source: ISO 32000-1, 14.7.5 and 14.8.5.7."""
        parts = one_or_more(item.get("/A"))
        classes = item.get("/C")
        if classes is not None:
            named = [entry(self.classes, f"/{text(one)}") for one in one_or_more(classes) if text(one)]
            parts = [*(kid for one in named for kid in one_or_more(one)), *parts]
        found: dict[str, Any] = {}
        for part in parts:
            if not is_dictionary(part) or part.get("/O") != "/Table":
                continue
            if scope := text(part.get("/Scope")):
                found["Scope"] = scope
            if (headers := part.get("/Headers")) is not None:
                found["Headers"] = tuple(bytes(one) for one in one_or_more(headers))
            for span in ("RowSpan", "ColSpan"):
                if isinstance(number := part.get(f"/{span}"), int):
                    found[span] = number
        return found

    def read_parents(self) -> None:
        for number, value in pairs(self.top.get("/ParentTree"), "/Nums", self.file.remarks, "parent tree"):
            if is_array(value):
                self.tree.parents[number] = [getattr(one, "objgen", DIRECT) for one in value]
            elif isinstance(number, int) and value is not None:
                self.tree.parents[number] = value.objgen


def _roles(file: Opened, given: Any) -> Mapping[str, str]:
    """Standard types of a file's own types, through however many steps; loops and remapped standards are remarks."""
    steps = {key[1:]: text(value) for key, value in given.items()} if is_dictionary(given) else {}
    found: dict[str, str] = {}
    for own, next_one in steps.items():
        if own in STANDARD:
            file.remarks.add("role-map", f"The standard tag {own} is mapped to {next_one}.")
            continue
        name, passed = own, {own}
        while name not in STANDARD and name in steps:
            name = steps[name]
            if name in passed:
                file.remarks.add("role-map", f"The mapping of the tag {own!r} leads back to {name!r}.")
                break
            passed.add(name)
        found[own] = name
    return found


def _inherit_pages(root: Element) -> None:
    """Give each element without a page that of its first child that has one, else its parent's."""
    order = list(root.walk())
    for element in reversed(order):
        if element.page is None:
            element.page = next((kid.page for kid in element.kids if kid.page is not None), None)
    for element in order:
        for kid in element.kids:
            if kid.page is None:
                kid.page = element.page
