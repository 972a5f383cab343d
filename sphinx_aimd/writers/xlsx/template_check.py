"""The bytes of a user's template in, a loaded workbook out, refused where it would lose something on the way."""

from __future__ import annotations

import importlib.util
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.constants import REL_NS
from openpyxl.xml.functions import fromstring

from ...yamlfile import InputError

#: Bounds of a template: bytes of the file, of one part and of all parts unpacked, and number of parts.
MAX_FILE, MAX_PART, MAX_ALL, MAX_PARTS = 20_000_000, 20_000_000, 60_000_000, 1_000
#: Parts that openpyxl reads and writes again.
_KEPT = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|docprops/(app|core|custom)\.xml|xl/(workbook|styles|sharedstrings)\.xml"
    r"|xl/theme/[^/]+\.xml|xl/_rels/workbook\.xml\.rels|xl/worksheets/[^/]+\.xml|xl/worksheets/_rels/[^/]+\.rels"
    r"|xl/drawings/drawing\d*\.xml|xl/drawings/_rels/[^/]+\.rels|xl/drawings/[^/]*vmldrawing[^/]*\.vml"
    r"|xl/media/[^/]+\.(png|jpe?g|gif)|xl/tables/[^/]+\.xml|xl/comments[^/]*\.xml|xl/comments/[^/]+\.xml"
)
#: Parts that say nothing to a reader, or that a program makes anew.
_IDLE = re.compile(
    r"xl/calcchain\.xml|docprops/thumbnail\.\w+|xl/printersettings/[^/]+|xl/persons/[^/]+|xl/worksheets/_rels/|.*/"
)
#: Parts beside the sheets that are left out with a warning.
_LABELS = re.compile(r"customxml/.*|docmetadata/.*")
#: Elements of a sheet or a drawing that openpyxl drops without a word.
_LOST_IN_SHEET = {
    b"legacyDrawingHF": "a picture in the page header or footer",
    b"picture": "a background picture",
    b"controls": "form controls",
    b"oleObjects": "embedded objects",
    b"customSheetViews": "custom views",
    b"protectedRanges": "protected ranges",
}
_LOST_IN_DRAWING = {
    b"sp": "a shape or a text box",
    b"grpSp": "a group of shapes",
    b"cxnSp": "a connector",
    b"graphicFrame": "a chart or a diagram",
    b"AlternateContent": "a drawing of a newer kind",
    b"srcRect [^>]*=": "a cropped picture",
}
_HEADERS = re.compile(rb"<(?:\w+:)?((?:odd|even|first)(?:Header|Footer))\b[^>]*>(.*?)</(?:\w+:)?\1>", re.DOTALL)
_ENCODING = re.compile(rb"^<\?xml[^>]*encoding=[\"'](?!utf-8|us-ascii)", re.IGNORECASE)
#: What openpyxl warns of without a loss: it has a default style, and page headers are taken over by ourselves.
_KNOWN = re.compile("no default style|Cannot parse header or footer")
_PAGE_PARTS = {"L": "left", "C": "center", "R": "right"}


def load(path: Path, name: str) -> tuple[Workbook, list[str]]:
    """Read a template.

    :param name: name of the file for messages.
    :return: the workbook, and what is left out of it in words.
    :raises InputError: unreadable, too large, with macros, or with something that could not be kept.
    """
    if path.suffix.lower() != ".xlsx":
        raise InputError(name, 0, "is not an .xlsx workbook.", "Save the template as .xlsx, without macros.")
    try:
        if path.stat().st_size > MAX_FILE:
            raise InputError(name, 0, f"is larger than {MAX_FILE} bytes.", "Use smaller pictures.")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            name, 0, f"cannot be read: {error.strerror}.", "Check the path in aimd_xlsx_template."
        ) from error
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            left_out = _left_out(archive, name)
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always")
                book = load_workbook(io.BytesIO(data), rich_text=True)
            _headers(archive, book)
    except InputError:
        raise
    except Exception as error:  # whatever a broken package makes the reader raise
        reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
        what = f"is not a workbook that can be read: {reason}."
        raise InputError(name, 0, what, "Open it and save it again as .xlsx.") from error
    losses = [text for warning in said if not _KNOWN.search(text := str(warning.message))]
    if losses:
        raise InputError(name, 0, f"would not be kept whole: {losses[0]}", "Take that out of the template.")
    if not book.worksheets:
        raise InputError(name, 0, "holds no sheet.", "Add one.")
    return book, left_out


def _left_out(archive: zipfile.ZipFile, name: str) -> list[str]:
    """Check every part before anything is parsed.

    :return: parts that are left out.
    """
    infos = archive.infolist()
    if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_ALL:
        what = f"holds more than {MAX_PARTS} parts or {MAX_ALL} bytes."
        raise InputError(name, 0, what, "Use a smaller template.")
    if len({info.filename.casefold() for info in infos}) < len(infos):
        raise InputError(name, 0, "holds a part twice.", "Open it and save it again as .xlsx.")
    left_out = []
    for info in infos:
        part, said = info.filename.casefold(), f"{info.filename}:"
        if info.flag_bits & 1 or info.file_size > MAX_PART:
            what = f"{said} is encrypted, or larger than {MAX_PART} bytes."
            raise InputError(name, 0, what, "Save it without a password.")
        if "vba" in part or (part.endswith(".bin") and not _IDLE.fullmatch(part)):
            what = f"{said} macros and embedded objects are not taken over."
            raise InputError(name, 0, what, "Save it as .xlsx without them.")
        if _LABELS.fullmatch(part):
            left_out.append(info.filename)
        elif _KEPT.fullmatch(part):
            for what in _faults(part, archive.read(info)):
                raise InputError(name, 0, f"{said} {what} would be lost.", "Take it out of the template.")
        elif not _IDLE.fullmatch(part):
            remedy = "Take charts, links to workbooks and the like out of the template."
            raise InputError(name, 0, f"{said} this part would be lost.", remedy)
    return left_out


def _faults(part: str, data: bytes) -> Iterator[str]:
    if "/media/" in part:
        if importlib.util.find_spec("PIL") is None:
            yield "pictures are kept only where Pillow is installed (pip install pillow); without it, a picture"
        return
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\0" in data[:200] or _ENCODING.match(data):
        yield "a document type or an encoding other than UTF-8"
    lost = {}
    if part.startswith("xl/worksheets/") and part.endswith(".xml"):
        lost = _LOST_IN_SHEET
    elif part.startswith("xl/drawings/drawing"):
        lost = _LOST_IN_DRAWING
    for element, words in lost.items():
        if re.search(rb"<(?:\w+:)?" + element + rb"(?=[\s/>\"'])", data):
            yield words


def _headers(archive: zipfile.ZipFile, book: Workbook) -> None:
    """Page headers and footers as the template has them; openpyxl keeps one font and size of each third."""
    workbook = fromstring(archive.read("xl/workbook.xml"))
    relations = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target") for relation in relations}
    for entry in workbook.iter("{*}sheet"):
        target = str(targets.get(entry.get(f"{{{REL_NS}}}id"), ""))
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        name = str(entry.get("name"))
        sheet = book[name] if name in book.sheetnames else None
        if isinstance(sheet, Worksheet) and path in archive.namelist():
            for kind, raw in _HEADERS.findall(archive.read(path)):
                if raw:
                    set_header(sheet, kind.decode(), unescape(raw.decode("utf-8")))


def set_header(sheet: Worksheet, kind: str, text: str) -> None:
    """Set a page header or footer to a text with all its codes, whatever they are.

    :param kind: ``oddHeader``, ``evenFooter`` and so on.
    """
    item = getattr(sheet.HeaderFooter, kind)
    named = _PAGE_PARTS.get(text[1:2].upper(), "") if text.startswith("&") else ""
    for part in _PAGE_PARTS.values():
        getattr(item, part).text = None
        getattr(item, part).font = getattr(item, part).size = getattr(item, part).color = None
    # the first part holds the others with their codes: they are written one after the other
    getattr(item, named or "center").text = text[2:] if named else text


def header_texts(sheet: Worksheet) -> Iterator[tuple[str, str]]:
    """Page headers and footers of a sheet that say something, with their kinds."""
    for kind in ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"):
        item = getattr(sheet.HeaderFooter, kind)
        text = "".join(
            f"&{code}{getattr(item, part).text}" for code, part in _PAGE_PARTS.items() if getattr(item, part).text
        )
        if text:
            yield kind, text
