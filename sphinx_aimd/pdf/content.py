"""What the pages of a PDF draw: that all of it is tagged or an artifact, with which tags, colours and fonts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from .document import output_space
from .fonts import Fonts
from .opened import (
    DIRECT,
    MAX_CONTENT,
    MAX_DEPTH,
    MAX_STREAM,
    Key,
    Opened,
    Page,
    entry,
    is_dictionary,
    one_or_more,
    text,
    told,
)
from .tree import Tree

_SHOW = frozenset({"Tj", "TJ", "'", '"'})
_PAINT = frozenset({"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "INLINE IMAGE", *_SHOW})
_DEVICE = {"g": "Gray", "G": "Gray", "rg": "RGB", "RG": "RGB", "k": "CMYK", "K": "CMYK"}
_OPERATORS = " ".join(
    sorted({"BMC", "BDC", "EMC", "Do", "cs", "CS", "BI", "ID", "EI", *_PAINT, *_DEVICE} - {"INLINE IMAGE"})
)
_ARTIFACT, _TAGGED, _NEITHER = "artifact", "tagged", ""


@dataclass
class Drawn:
    """What one page or form draws.

    :param loose: drawing operators that are neither tagged nor artifact.
    :param numbers: numbers of the marked content in it.
    """

    numbers: set[int] = field(default_factory=set)
    loose: int = 0
    has_text: bool = False
    paints: bool = False


class Content:
    """Reads the content of all pages, each form once for each way it is used."""

    def __init__(self, file: Opened, tree: Tree | None) -> None:
        self.file, self.tree = file, tree
        self.fonts = Fonts(file)
        self.left = MAX_CONTENT
        self.space = output_space(file)
        self.forms: dict[tuple[Key, bool], Drawn] = {}
        self.found: dict[Key, set[int]] = {}
        self.open: list[Key] = []

    def check(self) -> tuple[int, ...]:
        """Check all pages.

        :return: pages that draw something and show no text.
        """
        textless = []
        for page in self.file.pages:
            drawn = Drawn()
            self.look_up(page.resources, page.number)
            if self.read(page.object, page.resources, page, drawn, is_inside=False):
                self.owners(page.object.objgen, page.object.get("/StructParents"), drawn.numbers, page)
            if drawn.loose:
                message = f"{drawn.loose} drawing operators are neither tagged nor marked as artifact."
                self.file.remarks.add("content-tagged", message, page.number)
            if drawn.paints and not drawn.has_text:
                textless.append(page.number)
            for note in one_or_more(page.object.get("/Annots")):
                self.appearances(note, page)
        self.unused()
        return tuple(textless)

    def appearances(self, note: Any, page: Page) -> None:
        """Read how an annotation looks: fonts and colours; its text is tagged as the annotation is."""
        looks = entry(note, "/AP")
        for state in looks.values() if is_dictionary(looks) else ():
            for form in state.values() if is_dictionary(state) else (state,):
                if isinstance(form, pikepdf.Stream):
                    self.form(form, page, is_inside=True)

    def read(self, holder: Any, resources: Any, page: Page, drawn: Drawn, *, is_inside: bool) -> bool:
        """Read the content of a page or form.

        :param is_inside: it is used inside of tagged content or an artifact.
        :return: whether all of it was read.
        """
        try:
            parts = one_or_more(entry(holder, "/Contents")) if is_dictionary(holder) else [holder]
            sizes = [len(part.read_bytes()) for part in parts if isinstance(part, pikepdf.Stream)]
            self.left -= sum(sizes)
            if self.left < 0 or sum(sizes) > MAX_STREAM:
                self.file.remarks.add("too-large", f"The content goes beyond {MAX_CONTENT} bytes.", page.number)
                return False
            instructions = pikepdf.parse_content_stream(holder, _OPERATORS) if sizes else []
        except (pikepdf.PdfError, TypeError, ValueError) as error:
            self.file.remarks.add(
                "readable-part", f"The content cannot be read: {told(error, self.file.path)}.", page.number
            )
            return False
        marks: list[str] = []
        states = _Marks(self, page, resources, drawn)
        for instruction in instructions:
            name = str(instruction.operator)
            if name in ("BDC", "BMC"):
                marks.append(states.begin(name, instruction.operands, marks))
            elif name == "EMC":
                if not marks:
                    self.file.remarks.add("content-nesting", "Marked content ends that has not begun.", page.number)
                else:
                    marks.pop()
            elif name in _DEVICE:
                self.colour(_DEVICE[name], resources, page)
            elif name in ("cs", "CS"):
                self.colour(text(instruction.operands[0]).removeprefix("Device"), resources, page)
            else:
                inside = is_inside or any(marks)
                drawn.paints = True
                if name == "Do":
                    self.object(instruction.operands, resources, page, drawn, is_inside=inside)
                else:
                    drawn.has_text |= name in _SHOW
                    drawn.loose += not inside
        if marks:
            self.file.remarks.add("content-nesting", "Marked content begins that does not end.", page.number)
        return True

    def object(self, operands: Any, resources: Any, page: Page, drawn: Drawn, *, is_inside: bool) -> None:
        """Draw an image or a form."""
        used = entry(entry(resources, "/XObject"), str(operands[0]))
        if not isinstance(used, pikepdf.Stream):
            message = f"The page draws the object {operands[0]}, which its resources do not hold."
            self.file.remarks.add("content-resource", message, page.number)
        elif used.get("/Subtype") == "/Form":
            inner = self.form(used, page, is_inside=is_inside)
            drawn.loose += inner.loose
            drawn.has_text |= inner.has_text
        else:
            drawn.loose += not is_inside
            self.colour(text(used.get("/ColorSpace")).removeprefix("Device"), resources, page)

    def form(self, form: Any, page: Page, *, is_inside: bool) -> Drawn:
        """Read a form once for each way it is used."""
        key = (form.objgen, is_inside)
        if key in self.forms:
            return self.forms[key]
        if form.objgen in self.open or len(self.open) > MAX_DEPTH // 4:
            self.file.remarks.add("loop", "A form draws itself.", page.number)
            return Drawn()
        drawn = Drawn()
        self.open.append(form.objgen)
        resources = form.get("/Resources", page.resources)
        self.look_up(resources, page.number)
        if self.read(form, resources, page, drawn, is_inside=is_inside):
            self.owners(form.objgen, form.get("/StructParents"), drawn.numbers, page)
        self.open.pop()
        self.forms[key] = drawn
        return drawn

    def look_up(self, resources: Any, page: int) -> None:
        """Fonts of resources, and of the patterns that they hold."""
        self.fonts.check(resources, page)

    def colour(self, space: str, resources: Any, page: Page) -> None:
        """Check a colour that depends on the device. Source: ISO 19005-2, 6.2.4.3."""
        if space not in ("Gray", "RGB", "CMYK") or space == self.space or (space == "Gray" and self.space):
            return
        if entry(entry(resources, "/ColorSpace"), f"/Default{space}") is None:
            intent = f"which is {self.space}" if self.space else "and there is none"
            message = f"The page uses Device{space}, which needs an output intent of that kind, {intent}."
            self.file.remarks.add("device-colour", message, page.number)

    def owners(self, holder: Key, parents: Any, numbers: set[int], page: Page) -> None:
        """Check that each marked content belongs to an element, and that both directions of the tree say the same."""
        self.found.setdefault(holder, set()).update(numbers)
        if self.tree is None:
            return
        contents = self.tree.contents.get(holder, {})
        for number in sorted(numbers):
            owner = contents.get(number)
            named = self.tree.parent(parents, number)
            if owner is None:
                self.file.remarks.add("content-owner", f"Marked content {number} belongs to no element.", page.number)
            elif named in (None, DIRECT) or named != owner.key:
                message = f"The parent tree does not lead from marked content {number} to its element."
                self.file.remarks.add("content-owner", message, page.number)

    def unused(self) -> None:
        """Elements that own content which no page draws."""
        for holder, owners in self.tree.contents.items() if self.tree else ():
            for number in sorted(owners.keys() - self.found.get(holder, set())):
                element = owners[number]
                message = f"A {element.kind} element owns marked content {number}, which nothing draws."
                self.file.remarks.add("content-missing", message, element.page)


class _Marks:
    """Says what kind of marked content begins."""

    def __init__(self, content: Content, page: Page, resources: Any, drawn: Drawn) -> None:
        self.remarks, self.page, self.drawn = content.file.remarks, page, drawn
        self.properties = entry(resources, "/Properties")

    def begin(self, operator: str, operands: Any, around: Iterable[str]) -> str:
        tag = str(operands[0])
        number = None
        if operator == "BDC":
            given = operands[1]
            number = entry(given if is_dictionary(given) else entry(self.properties, str(given)), "/MCID")
        if tag == "/Artifact":
            if _TAGGED in around:
                self.remarks.add("content-nesting", "An artifact stands inside of tagged content.", self.page.number)
            return _ARTIFACT
        if not isinstance(number, int):
            return _NEITHER
        if _ARTIFACT in around:
            self.remarks.add("content-nesting", "Tagged content stands inside of an artifact.", self.page.number)
        if number in self.drawn.numbers:
            self.remarks.add("content-owner", f"Marked content {number} is drawn twice.", self.page.number)
        self.drawn.numbers.add(number)
        return _TAGGED
