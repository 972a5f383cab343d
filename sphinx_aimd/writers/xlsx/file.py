"""A filled workbook in, the bytes of its file out: the same ones for the same content."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.packaging.relationship import Relationship
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.constants import REL_NS
from openpyxl.xml.functions import Element, SubElement

from ... import __version__
from .links import Links

#: First moment that an archive can state; the one of files without SOURCE_DATE_EPOCH.
_FIRST_MOMENT = 315_532_800


def moment_of(epoch: int | None) -> datetime.datetime:
    """The moment that the file states for itself.

    :param epoch: SOURCE_DATE_EPOCH in seconds; 1980-01-01 without it.
    """
    seconds = _FIRST_MOMENT if epoch is None else epoch
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).replace(tzinfo=None)


def file_of(
    book: Workbook, title: str, links: Mapping[str, Links], moment: datetime.datetime, state: str = ""
) -> bytes:
    """The workbook as a file.

    :param state: digest of the sources; stands in its properties as identifier.
    """
    properties = book.properties
    properties.creator, properties.title = f"sphinx-aimd {__version__}", title
    properties.created = properties.modified = moment
    properties.identifier = state or None
    properties.lastModifiedBy = properties.lastPrinted = None
    raw = io.BytesIO()
    # not Workbook.save, which writes the time of the clock into the file's properties
    _BookWriter(book, zipfile.ZipFile(raw, "w"), links).save()
    return _repeatable(raw.getvalue(), moment)


class _SheetWriter(WorksheetWriter):
    """Writes hyperlinks with one relationship for each file, not for each cell.

    openpyxl looks for relationships one by one when it reads: with 40,000 of them a sheet takes minutes.
    """

    def __init__(self, sheet: Any, out: io.BytesIO, links: Links) -> None:
        super().__init__(sheet, out)
        self._sheet, self._links = sheet, links
        self.relations: Any = self._rels  # type: ignore[attr-defined]

    def write_hyperlinks(self) -> None:
        """Those of a template's cells, then ours."""
        files: dict[str, str] = {}
        element = Element("hyperlinks")

        def related(file: str) -> str:
            if file not in files:
                relation: Any = Relationship(  # type: ignore[call-overload]
                    type="hyperlink", TargetMode="External", Target=file
                )
                self.relations.append(relation)
                files[file] = relation.id
            return files[file]

        for link in self._sheet._hyperlinks:
            link.id = related(link.target) if link.target else None
            element.append(link.to_tree())
        for cell, file, place in self._links.all:
            attributes = {"ref": cell}
            if file:
                attributes[f"{{{REL_NS}}}id"] = related(file)
            if place:
                attributes["location"] = place
            SubElement(element, "hyperlink", attributes)
        if len(element):
            self.xf.send(element)


class _BookWriter(ExcelWriter):
    """Writes sheets without temporary files, which a killed build would leave behind."""

    def __init__(self, book: Workbook, archive: zipfile.ZipFile, links: Mapping[str, Links]) -> None:
        super().__init__(book, archive)
        self._links, self._target = links, archive

    def write_worksheet(self, ws: Any) -> None:
        """Write one sheet."""
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        out = io.BytesIO()
        writer = _SheetWriter(ws, out, self._links.get(ws.title, Links()))
        writer.write()
        ws._rels = writer.relations
        self._target.writestr(ws.path[1:], out.getvalue())
        self.manifest.append(ws)


def _repeatable(data: bytes, moment: datetime.datetime) -> bytes:
    """The same archive with one date for all members, so that equal content gives equal bytes."""
    stamp = max(moment, datetime.datetime(1980, 1, 1))
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            info = zipfile.ZipInfo(name, stamp.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            target.writestr(info, source.read(name))
    return result.getvalue()
