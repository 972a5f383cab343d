"""All objects of a PDF, reachable or not: compression, data outside of the file, scripts, and embedded files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from .opened import DIRECT, Key, Opened, entry, is_array, is_dictionary, is_string, one_or_more, pairs, text

#: Filters that PDF/A permits. Source: ISO 19005-2, 6.1.7.2.
_FILTERS = frozenset(
    f"{name}Decode" for name in ("ASCIIHex", "ASCII85", "Flate", "RunLength", "CCITTFax", "JBIG2", "DCT", "JPX")
)
_ACTIONS = """
    Launch Sound Movie ResetForm ImportData SubmitForm Hide SetOCGState Rendition Trans GoTo3DView JavaScript GoToE
    Thread RichMediaExecute
"""
_FORBIDDEN = frozenset(_ACTIONS.split())
#: Whether an object is worth a look inside; names stand in it with their own letters, whatever the file wrote.
_SUSPECT = re.compile(rb"/(?:JS|EF|Filespec|" + "|".join(sorted(_FORBIDDEN)).encode() + rb")[\s/<\[(]")
_RELATIONS = frozenset(
    {"Source", "Data", "Alternative", "Supplement", "EncryptedPayload", "FormData", "Schema", "Unspecified"}
)
_MEDIA_TYPE = re.compile(r"[-\w+.]+/[-\w+.]+")


def check_objects(file: Opened, profile: str, known_actions: int) -> int:
    """Look at every object once.

    :param known_actions: forbidden actions that links and bookmarks have already been blamed for.
    :return: number of embedded files.
    """
    specifications: list[Any] = []
    scripts = links = 0
    for item in file.pdf.objects:
        if isinstance(item, pikepdf.Stream):
            _stream(item, file)
        elif (is_dictionary(item) or is_array(item)) and _SUSPECT.search(item.unparse(resolved=True)):
            for part in _direct(item):
                if entry(part, "/EF") is not None:
                    specifications.append(part)
                elif text(part.get("/Type")) == "Filespec" and text(part.get("/AFRelationship")) not in _RELATIONS:
                    links += 1
                is_action = part.get("/JS") is not None or text(part.get("/S")) in _FORBIDDEN
                scripts += is_action and part.get("/Type") != "/StructElem" and "/K" not in part
    if entry(entry(file.catalog, "/Names"), "/JavaScript") is not None:
        file.remarks.add("action", "The file holds scripts that run when it is opened.")
    elif scripts > known_actions:
        message = (
            f"The file holds {scripts - known_actions} scripts or forbidden actions that no link or bookmark shows."
        )
        file.remarks.add("action", message)
    if links and profile == "archive":
        message = f"The file names {links} other files as if they were attachments, with the type Filespec."
        file.remarks.add("remote-type", message)
    _embedded(file, profile, specifications)
    return len(specifications)


def _stream(item: Any, file: Opened) -> None:
    if item.get("/F") is not None or item.get("/FFilter") is not None:
        file.remarks.add("external-stream", "A stream has its data outside of the file.")
    for name in one_or_more(item.get("/Filter")):
        if text(name) not in _FILTERS:
            file.remarks.add("filter", f"A stream is packed with {text(name) or 'an unnamed filter'}.")


def _direct(top: Any) -> Iterator[Any]:
    """Dictionaries of an object that are no objects of their own."""
    stack = [top]
    while stack:
        item = stack.pop()
        if is_dictionary(item):
            yield item
            below = item.values()
        else:
            below = item
        stack.extend(one for one in below if (is_dictionary(one) or is_array(one)) and one.objgen == DIRECT)


def _embedded(file: Opened, profile: str, specifications: list[Any]) -> None:
    """Embedded files: none in a submission, in the archive each described and listed. Source: ISO 19005-3, 6.8."""
    tree = entry(entry(file.catalog, "/Names"), "/EmbeddedFiles")
    listed = [value for _name, value in pairs(tree, "/Names", file.remarks, "tree of attachments")]
    if profile == "submission":
        if specifications or listed:
            message = f"The file has {max(len(specifications), len(listed))} attachments; a submission has none."
            file.remarks.add("attachment", message)
        return
    if entry(file.catalog, "/Collection") is not None:
        file.remarks.add("attachment", "The file is a portfolio.")
    in_tree, in_catalog = _keys(listed), _keys(one_or_more(entry(file.catalog, "/AF")))
    for one in specifications:
        _described(one, file)
        if one.objgen == DIRECT or one.objgen not in in_tree or one.objgen not in in_catalog:
            file.remarks.add("attachment-listed", f"{_named(one)} is not listed where readers look for it.")
    if in_tree - _keys(specifications):
        file.remarks.add("attachment-listed", "The list of attachments names one that the file does not hold.")


def _described(one: Any, file: Opened) -> None:
    name = _named(one)
    if not all(is_string(one.get(key)) and text(one.get(key)) for key in ("/F", "/UF")):
        file.remarks.add("attachment-names", f"{name} is not named in both entries /F and /UF.")
    if text(one.get("/AFRelationship")) not in _RELATIONS:
        file.remarks.add("attachment-relation", f"{name} does not say how it relates to the document.")
    held = entry(entry(one, "/EF"), "/F")
    if _MEDIA_TYPE.fullmatch(text(entry(held, "/Subtype"))) is None:
        file.remarks.add("attachment-type", f"{name} has no media type.")
    if not text(entry(entry(held, "/Params"), "/ModDate")):
        file.remarks.add("attachment-date", f"{name} has no date.")


def _named(one: Any) -> str:
    name = text(one.get("/UF")) or text(one.get("/F"))
    return f"The attachment {name[:80]!r}" if name else "An attachment without a name"


def _keys(values: list[Any]) -> set[Key]:
    return {one.objgen for one in values if isinstance(one, pikepdf.Object)} - {DIRECT}
