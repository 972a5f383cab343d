"""Empty signature fields, one for each role that signs a document, in a PDF that stays PDF/A and PDF/UA."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pikepdf

#: /F of an annotation: it is printed (ISO 19005-2 and -3, 6.3.2, which also forbid it to be hidden).
PRINT = 4
#: /SigFlags: the document has signature fields (ISO 32000-1, 12.7.2); signing adds that it may only be appended to.
SIGNATURES_EXIST = 1


@dataclass(frozen=True, slots=True)
class SignatureField:
    """A place in which one role signs.

    :param name: the role as people write it; two fields of a document have different ones.
    :param page: page, from 1.
    :param rect: left, bottom, right and top in points from the lower left corner of the page.
    :param tooltip: what a reader of the form is told, for example "Signature of the quality manager".
    """

    name: str
    page: int
    rect: tuple[float, float, float, float]
    tooltip: str


def field_name(role: str) -> str:
    """Name of the field in which a role signs: a full stop separates parents from children in names of fields.

    Source: ISO 32000-1, 12.7.3.2.
    """
    return " ".join(role.replace(".", " ").split())


def add_signature_fields(pdf: pikepdf.Pdf, fields: Sequence[SignatureField]) -> None:
    """Put empty signature fields into a PDF that is about to be saved.

    Each is a form field merged with its widget: printed, with a tooltip and an (empty) appearance, tagged as ``Form``
    in the structure tree behind what its page shows. The same fields give the same objects.

    :raises ValueError: two fields of one name, an empty one, a page that does not exist, or a rectangle without area.

    Sources: ISO 32000-1, 12.7 (forms) and 14.7.4.4 (structure parents); ISO 19005-2 and -3, 6.3 (annotations);
    ISO 14289-1, 7.18.1 and 7.18.4 (form fields have a tooltip and are tagged).
    """
    import pikepdf  # noqa: PLC0415

    if not fields:
        return
    _check(pdf, fields)
    if "/AcroForm" not in pdf.Root:
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array())
    form = pdf.Root.AcroForm
    form.SigFlags = int(form.get("/SigFlags", 0)) | SIGNATURES_EXIST
    tree = _Tree(pdf) if "/StructTreeRoot" in pdf.Root else None
    for field in fields:
        widget = pdf.make_indirect(_widget(pdf, field))
        page = pdf.pages[field.page - 1].obj
        if "/Annots" not in page:
            page.Annots = pikepdf.Array()
        page.Annots.append(widget)
        page.Tabs = pikepdf.Name.S
        form.Fields.append(widget)
        if tree is not None:
            tree.add(widget, field.page)


def _check(pdf: pikepdf.Pdf, fields: Sequence[SignatureField]) -> None:
    taken = {str(field.get("/T", "")) for field in pdf.Root.AcroForm.Fields} if "/AcroForm" in pdf.Root else set()
    for field in fields:
        name = field_name(field.name)
        left, bottom, right, top = field.rect
        if not name or name in taken:
            raise ValueError(f"signature field {field.name!r}: the name is empty or taken")
        if not 1 <= field.page <= len(pdf.pages):
            raise ValueError(f"signature field {field.name!r}: there is no page {field.page}")
        if not (left < right and bottom < top):
            raise ValueError(f"signature field {field.name!r}: the rectangle {field.rect} has no area")
        taken.add(name)


def _widget(pdf: pikepdf.Pdf, field: SignatureField) -> pikepdf.Dictionary:
    import pikepdf  # noqa: PLC0415

    left, bottom, right, top = (round(value, 2) for value in field.rect)
    blank = pikepdf.Stream(pdf, b"")
    blank.Type, blank.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    blank.BBox = pikepdf.Array([0, 0, round(right - left, 2), round(top - bottom, 2)])
    blank.Resources = pikepdf.Dictionary()
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Widget,
        FT=pikepdf.Name.Sig,
        T=pikepdf.String(field_name(field.name)),
        TU=pikepdf.String(field.tooltip),
        F=PRINT,
        P=pdf.pages[field.page - 1].obj,
        Rect=pikepdf.Array([left, bottom, right, top]),
        AP=pikepdf.Dictionary(N=pdf.make_indirect(blank)),
    )


class _Tree:
    """The structure tree of a PDF, as far as widgets are added to it."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        import pikepdf  # noqa: PLC0415

        self.pdf = pdf
        self.root = pdf.Root.StructTreeRoot
        self.numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
        top = [kid for kid in _kids(self.root) if _is_element(kid)]
        documents = [kid for kid in top if kid.get("/S") == pikepdf.Name.Document]
        self.parent = documents[0] if documents else self.root
        if not isinstance(self.parent.get("/K"), pikepdf.Array):
            self.parent.K = pikepdf.Array([self.parent.K] if "/K" in self.parent else [])
        self.parents = pikepdf.NumberTree(self.root.ParentTree)
        self.next = int(self.root.get("/ParentTreeNextKey", 0)) or max(self.parents.keys(), default=-1) + 1

    def add(self, widget: Any, page: int) -> None:
        """Tag a widget behind what the page shows, which is where a reader of the page comes upon it."""
        import pikepdf  # noqa: PLC0415

        sheet = self.pdf.pages[page - 1].obj
        place = pikepdf.Dictionary(Type=pikepdf.Name.OBJR, Obj=widget, Pg=sheet)
        element = pikepdf.Dictionary(
            Type=pikepdf.Name.StructElem, S=pikepdf.Name.Form, P=self.parent, Pg=sheet, K=place
        )
        element = self.pdf.make_indirect(element)
        before = 0
        for index, kid in enumerate(_kids(self.parent), 1):
            if _is_element(kid) and 0 < self.page_of(kid) <= page:
                before = index
        self.parent.K.insert(before, element)
        widget.StructParent = self.next
        self.parents[self.next] = element
        self.next += 1
        self.root.ParentTreeNextKey = self.next

    def page_of(self, element: Any) -> int:
        """Page on which an element begins, 0 for one that shows nothing."""
        waiting = [element]
        while waiting:
            now = waiting.pop()
            if "/Pg" in now:
                return self.numbers.get(now.Pg.objgen, 0)
            waiting += [kid for kid in reversed(list(_kids(now))) if _is_element(kid)]
        return 0


def _kids(element: Any) -> Iterator[Any]:
    import pikepdf  # noqa: PLC0415

    kids = element.get("/K", [])
    yield from kids if isinstance(kids, pikepdf.Array) else [kids]


def _is_element(kid: Any) -> bool:
    import pikepdf  # noqa: PLC0415

    return isinstance(kid, pikepdf.Dictionary) and "/S" in kid
