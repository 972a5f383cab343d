"""What a later revision of a PDF changed: nothing, one more signature, or something else.

A PDF grows by appending: a signature covers the file as it was, and the next signer adds to it. Whether what was added
is only a signature is found by comparing every object of both revisions, so that no kind of change can be forgotten.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from .opened import bounded

if TYPE_CHECKING:
    import pikepdf

#: Entries that a signature gives to its own empty field.
FILLED = {"/V", "/AP"}
#: Entries of the catalog that a signature may add: the note that PAdES is used, data for long-term validation
#: (ISO 32000-2, 12.8.4.3). Neither is shown.
UNSEEN = {"/Extensions", "/DSS"}


@dataclass(frozen=True, slots=True)
class Changes:
    """What one revision added to the one before.

    :param signed: names of the fields that were signed.
    :param other: everything else, in words.
    """

    signed: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


def compare(before: bytes, after: bytes) -> Changes:
    """Compare two revisions of one file.

    :param before: the file as it was signed.
    :param after: the file with what was appended later; it begins with ``before``.
    :raises pikepdf.PdfError: a revision cannot be read.
    """
    if not after[len(before) :].strip():
        return Changes()
    with bounded(), _open(before) as old, _open(after) as new:
        return _Comparison(old, new).changes()


class _Comparison:
    def __init__(self, old: pikepdf.Pdf, new: pikepdf.Pdf) -> None:
        self.old, self.new = old, new
        self.signed: list[str] = []
        self.other: list[str] = []
        self.forms: set[tuple[int, int]] = set()
        self.pages = {page.obj.objgen: number for number, page in enumerate(new.pages, 1)}

    def changes(self) -> Changes:
        before, after = _digests(self.old), _digests(self.new)
        if before == after:
            self.other.append("bytes follow that are no part of a PDF")
        self._trailer()
        if lost := len(before.keys() - after.keys()):
            self.other.append(f"{lost} objects were removed")
        changed = sorted(place for place in before.keys() & after.keys() if before[place] != after[place])
        fresh = self._form()
        for place in changed:
            self._object(place, fresh)
        if any(one is None for one in self.old.objects):
            added = {place[0] for place in after.keys() - before.keys()}
            if added & _mentioned(self.old):
                self.other.append("objects that were missing before were filled in")
        return Changes(tuple(self.signed), tuple(dict.fromkeys(self.other)))

    def _trailer(self) -> None:
        """What the trailer names; what is in it is compared with all other objects."""
        for key in ("/Root", "/Info", "/Encrypt"):
            if _refers(self.old.trailer, key) != _refers(self.new.trailer, key):
                self.other.append(f"the trailer has another {key[1:]}")

    def _form(self) -> set[tuple[int, int]]:
        """Compare the forms.

        :return: new fields that are signatures: those without area, which show nothing.
        """
        import pikepdf  # noqa: PLC0415

        old, new = (pdf.Root.get("/AcroForm", pikepdf.Dictionary()) for pdf in (self.old, self.new))
        self.forms = _places(old) & _places(new)
        known = [field.objgen for field in old.get("/Fields", [])]
        fresh = set()
        for field in list(new.get("/Fields", [])):
            if field.objgen in known:
                known.remove(field.objgen)
            elif _is_signature(field) and not _area(field) and not {"/Kids", "/A", "/AA"} & set(field.keys()):
                self.signed.append(str(field.get("/T", "")))
                fresh.add(field.objgen)
            else:
                name = str(field.get("/T", ""))
                self.other.append(f"a form field {name!r} was added that shows on a page or is no signature")
        if known:
            self.other.append(f"{len(known)} form fields were taken out of the form")
        self._keys("the form", old, new, {"/SigFlags", "/Fields"})
        return fresh

    def _object(self, place: tuple[int, int], fresh: set[tuple[int, int]]) -> None:
        old, new = self.old.get_object(place), self.new.get_object(place)
        if place == self.new.Root.objgen:
            self._keys("the catalog", old, new, UNSEEN | {"/AcroForm"})
        elif place in self.forms:
            return  # compared above
        elif _is_empty_signature(old) and _is_signature(new):
            self._keys(f"the signature field {new.get('/T', '')!s}", old, new, FILLED)
            self.signed.append(str(new.get("/T", "")))
        elif not (
            (place in self.pages and _only_notes_added(old, new, fresh))
            or self._is_list_of_notes(place, old, new, fresh)
        ):
            self.other.append(self._name(place, old, new))

    def _keys(self, what: str, old: Any, new: Any, allowed: set[str]) -> None:
        for key in sorted(set(old.keys()) | set(new.keys())):
            if key not in allowed and _text(old.get(key)) != _text(new.get(key)):
                self.other.append(f"{what} has another {key[1:]}")

    def _is_list_of_notes(self, place: tuple[int, int], old: Any, new: Any, fresh: set[tuple[int, int]]) -> bool:
        """Whether an object of its own is the list of annotations of a page, with new signatures alone added."""
        import pikepdf  # noqa: PLC0415

        if not isinstance(old, pikepdf.Array) or not isinstance(new, pikepdf.Array):
            return False
        lists = {page.obj.Annots.objgen for page in self.new.pages if "/Annots" in page.obj}
        return place in lists and _only_added(old, new, fresh)

    def _name(self, place: tuple[int, int], old: Any, new: Any) -> str:
        import pikepdf  # noqa: PLC0415

        kind = next((str(one.get("/Type", ""))[1:] for one in (new, old) if isinstance(one, pikepdf.Dictionary)), "")
        if isinstance(new, pikepdf.Stream):
            kind = str(new.stream_dict.get("/Type", ""))[1:] or "stream"
        if place in self.pages:
            return f"page {self.pages[place]} was changed"
        if "/Info" in self.new.trailer and place == self.new.trailer.Info.objgen:
            return "the document's information (title, author, dates) was changed"
        if isinstance(old, pikepdf.Dictionary) and "/V" in old and old.get("/FT") == "/Sig":
            return f"the signed field {old.get('/T', '')!s} was changed"
        return f"object {place[0]} ({kind or 'of no stated type'}) was changed"


def _places(form: Any) -> set[tuple[int, int]]:
    """Objects that are the form or the list of its fields."""
    return {form.objgen, form.get("/Fields", form).objgen} - {(0, 0)}


def _open(data: bytes) -> pikepdf.Pdf:
    """Open a revision as it stands: one that has to be repaired is none that was signed.

    :raises pikepdf.PdfError: it is broken.
    """
    import pikepdf  # noqa: PLC0415

    return pikepdf.open(io.BytesIO(data), attempt_recovery=False, inherit_page_attributes=False)


def _digests(pdf: pikepdf.Pdf) -> Mapping[tuple[int, int], bytes]:
    """A short digest of each object, streams as they are stored."""
    import pikepdf  # noqa: PLC0415

    found = {}
    for one in pdf.objects:
        if one is None:
            continue
        if isinstance(one, pikepdf.Stream):
            text = one.stream_dict.unparse(resolved=True) + b"\0" + one.read_raw_bytes()
        else:
            text = one.unparse(resolved=True)
        found[one.objgen] = blake2b(text, digest_size=16).digest()
    return found


def _mentioned(pdf: pikepdf.Pdf) -> set[int]:
    return {number for one in pdf.objects if one is not None for number in _references(one)}


def _references(one: Any) -> Iterator[int]:
    import pikepdf  # noqa: PLC0415

    text = one.stream_dict.unparse(resolved=True) if isinstance(one, pikepdf.Stream) else one.unparse(resolved=True)
    yield from (int(number) for number in re.findall(rb"(\d+) \d+ R", text))


def _text(value: Any) -> bytes:
    """A value as it stands in its object: what it refers to is compared on its own."""
    import pikepdf  # noqa: PLC0415

    return value.unparse() if isinstance(value, pikepdf.Object) else repr(value).encode()


def _refers(trailer: Any, key: str) -> Any:
    return trailer[key].objgen if key in trailer else None


def _area(field: Any) -> float:
    left, bottom, right, top = (float(value) for value in field.get("/Rect", [0, 0, 0, 0]))
    return abs(right - left) * abs(top - bottom)


def _is_signature(one: Any) -> bool:
    import pikepdf  # noqa: PLC0415

    return isinstance(one, pikepdf.Dictionary) and one.get("/FT") == "/Sig" and "/V" in one


def _is_empty_signature(one: Any) -> bool:
    import pikepdf  # noqa: PLC0415

    return isinstance(one, pikepdf.Dictionary) and one.get("/FT") == "/Sig" and "/V" not in one


def _only_notes_added(old: Any, new: Any, fresh: set[tuple[int, int]]) -> bool:
    """Whether a page differs only by annotations of new signature fields without area."""
    differing = {key for key in set(old.keys()) | set(new.keys()) if _text(old.get(key)) != _text(new.get(key))}
    return differing <= {"/Annots"} and _only_added(old.get("/Annots", []), new.get("/Annots", []), fresh)


def _only_added(old: Any, new: Any, fresh: set[tuple[int, int]]) -> bool:
    before, after = [_text(one) for one in old], [_text(one) for one in new]
    return after[: len(before)] == before and all(one.objgen in fresh for one in list(new)[len(before) :])
