"""The file as a whole: header and end, encryption, catalog, output intent, and metadata in both of its places."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from .opened import Opened, entry, is_array, is_dictionary, is_stream, one_or_more, text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: Part of ISO 19005 that a profile's files say they follow; all are of level U.
PARTS: Mapping[str, str] = {"submission": "2", "archive": "3"}
LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
MAX_XMP = 2_000_000

_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_PDF = "{http://ns.adobe.com/pdf/1.3/}"
_PDFA_ID = "{http://www.aiim.org/pdfa/ns/id/}"
_PDFUA_ID = "{http://www.aiim.org/pdfua/ns/id/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
#: Entry of the document information dictionary, property of the XMP packet, whether both are dates.
_TWICE = (
    ("/Title", f"{_DC}title", False),
    ("/Author", f"{_DC}creator", False),
    ("/Subject", f"{_DC}description", False),
    ("/Keywords", f"{_PDF}Keywords", False),
    ("/Creator", f"{_XMP}CreatorTool", False),
    ("/Producer", f"{_PDF}Producer", False),
    ("/CreationDate", f"{_XMP}CreateDate", True),
    ("/ModDate", f"{_XMP}ModifyDate", True),
)
_PDF_DATE = re.compile(
    r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:(Z)(?:00'?(?:00'?)?)?|([+-])(\d\d)'?(?:(\d\d)'?)?)?"
)


def check_document(file: Opened, profile: str) -> None:
    """Check header, trailer, catalog and metadata.

    :param profile: ``submission`` or ``archive``.
    """
    _ends(file)
    if file.pdf.is_encrypted:
        file.remarks.add("encrypted", "The file is encrypted, though it opens without a password.")
    _catalog(file)
    _colour(file)
    _metadata(file, profile)


def _ends(file: Opened) -> None:
    """First two lines and last line, and the file's identifier."""
    with file.path.open("rb") as stream:
        head = stream.read(64)
        stream.seek(max(0, file.path.stat().st_size - 1024))
        tail = stream.read()
    lines = re.split(rb"\r\n|\r|\n", head, maxsplit=2)
    if re.fullmatch(rb"%PDF-1\.[0-7]", lines[0]) is None:
        file.remarks.add("header", "The first line is not %PDF-1.0 to %PDF-1.7.")
    elif len(lines) < 2 or re.match(rb"%[\x80-\xff]{4}", lines[1]) is None:
        file.remarks.add("header", "The second line is no comment of four bytes above 127.")
    if re.search(rb"%%EOF(\r\n|\r|\n)?\Z", tail) is None:
        file.remarks.add("end-of-file", "The file does not end with its end mark.")
    identifier = file.pdf.trailer.get("/ID")
    if not is_array(identifier) or not all(bytes(part) for part in one_or_more(identifier)):
        file.remarks.add("trailer-id", "The file has no identifier.")


def _catalog(file: Opened) -> None:
    marks = entry(file.catalog, "/MarkInfo")
    if entry(marks, "/Marked") is not True:
        file.remarks.add("marked", "The file does not say that it is tagged.")
    if entry(marks, "/Suspects") is True:
        file.remarks.add("marked", "The file says that its tags are suspect.")
    if entry(entry(file.catalog, "/ViewerPreferences"), "/DisplayDocTitle") is not True:
        file.remarks.add("display-title", "Readers would show the file name instead of the title.")
    if LANGUAGE.fullmatch(text(entry(file.catalog, "/Lang"))) is None:
        file.remarks.add("language", "The file names no language, or one that is no language tag.")
    if entry(file.catalog, "/NeedsRendering") is True:
        file.remarks.add("form", "The file holds a form that only some readers can draw.")
    form = entry(file.catalog, "/AcroForm")
    if entry(form, "/XFA") is not None:
        file.remarks.add("form", "The file holds an XFA form.")
    if entry(form, "/NeedAppearances") is True:
        file.remarks.add("form", "The form asks readers to draw its fields.")


def output_space(file: Opened) -> str:
    """Colour space of the output intent for PDF/A: ``RGB``, ``CMYK`` or ``Gray``; empty where there is none."""
    for intent in one_or_more(entry(file.catalog, "/OutputIntents")):
        profile = entry(intent, "/DestOutputProfile")
        if text(entry(intent, "/S")) == "GTS_PDFA1" and is_stream(profile):
            return {1: "Gray", 3: "RGB", 4: "CMYK"}.get(profile.get("/N"), "")
    return ""


def _colour(file: Opened) -> None:
    intents = [one for one in one_or_more(entry(file.catalog, "/OutputIntents")) if is_dictionary(one)]
    if intents and not output_space(file):
        file.remarks.add("output-intent", "The output intent names no usable colour profile.")
    if len({profile.objgen for one in intents if (profile := one.get("/DestOutputProfile")) is not None}) > 1:
        file.remarks.add("output-intent", "The output intents name different colour profiles.")


def _metadata(file: Opened, profile: str) -> None:
    packet = entry(file.catalog, "/Metadata")
    if not is_stream(packet):
        file.remarks.add("xmp", "The file has no XMP metadata.")
        return
    if packet.get("/Type") != "/Metadata" or packet.get("/Subtype") != "/XML":
        file.remarks.add("xmp", "The stream of the XMP metadata does not say that it is one.")
    data = packet.read_bytes()
    try:
        if len(data) > MAX_XMP:
            raise ValueError(f"it is larger than {MAX_XMP} bytes")
        root = ElementTree.fromstring(data.decode("utf-8"), forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        file.remarks.add("xmp", f"The XMP metadata cannot be read: {str(error)[:100]}.")
        return
    found = _properties(root)
    part, level = found.get(f"{_PDFA_ID}part", ""), found.get(f"{_PDFA_ID}conformance", "")
    if (part, level) != (PARTS[profile], "U"):
        named = f"PDF/A-{part}{level.lower()}" if part else "no PDF/A"
        file.remarks.add(
            "pdfa-id", f"The file says that it is {named}; the profile {profile} is PDF/A-{PARTS[profile]}u."
        )
    if found.get(f"{_PDFUA_ID}part") != "1":
        file.remarks.add("pdfua-id", "The file does not say that it is PDF/UA-1.")
    if not found.get(f"{_DC}title", "").strip():
        file.remarks.add("title", "The file has no title in its metadata.")
    language = text(entry(file.catalog, "/Lang"))
    if found.get(f"{_DC}language", language).lower() != language.lower():
        file.remarks.add(
            "info-agrees", f"The metadata name the language {found[f'{_DC}language']}, the file {language}."
        )
    _agreement(file, found)


def _properties(root: Element) -> Mapping[str, str]:
    """Simple properties, and those of lists by their first member (for a title: the default one)."""
    found: dict[str, str] = {}
    for description in root.iter(f"{_RDF}Description"):
        for name, value in description.attrib.items():
            found.setdefault(name, value)
        for element in description:
            members = list(element.iter(f"{_RDF}li"))
            found.setdefault(element.tag, (members[0].text if members else element.text) or "")
    return found


def _agreement(file: Opened, found: Mapping[str, str]) -> None:
    """What stands in the document information dictionary must stand in XMP too, the same."""
    info = file.pdf.trailer.get("/Info")
    for name, other, is_date in _TWICE:
        value = text(entry(info, name))
        if not value:
            continue
        same = found.get(other, "")
        agrees = _instant(value) == _xmp_instant(same) is not None if is_date else value == same
        if not agrees:
            said = f"{same[:60]!r}" if same else "nothing"
            file.remarks.add("info-agrees", f"{name[1:]} is {value[:60]!r}, and the XMP metadata say {said}.")


def _instant(value: str) -> datetime | None:
    found = _PDF_DATE.fullmatch(value)
    if found is None:
        return None
    year, month, day, hour, minute, second, _zulu, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
    try:
        numbers = (int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0))
        return datetime(*numbers, tzinfo=timezone(offset))
    except ValueError:
        return None


def _xmp_instant(value: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def dictionary_text(value: Any, key: str) -> str:
    """Text of an entry, stripped."""
    return text(entry(value, key)).strip()
