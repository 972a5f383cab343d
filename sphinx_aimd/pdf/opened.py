"""A PDF opened for checks: bounded, its pages found by a walk of ours, and readers that no cycle holds up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import settings

from .remarks import Remarks

MAX_BYTES = 500_000_000
#: Objects of a file; each takes about 2.5 kB of memory when it is read.
MAX_OBJECTS = 350_000
MAX_PAGES = 20_000
#: Bytes of one stream, and of the content of all pages together, after decompression.
MAX_STREAM = 64_000_000
MAX_CONTENT = 300_000_000
MAX_DEPTH = 200

#: Number and generation of an indirect object.
Key = tuple[int, int]
DIRECT: Key = (0, 0)


@dataclass(frozen=True, slots=True)
class Page:
    """A page and the resources that it has or inherits."""

    number: int
    object: Any
    resources: Any


@dataclass
class Opened:
    """A file under check.

    :param numbers: page number by the key of the page object.
    """

    path: Path
    pdf: pikepdf.Pdf
    remarks: Remarks
    pages: list[Page] = field(default_factory=list)
    numbers: dict[Key, int] = field(default_factory=dict)

    @property
    def catalog(self) -> Any:
        return self.pdf.Root


@contextmanager
def bounded() -> Iterator[None]:
    """Bound what qpdf decompresses and how deep it reads; its limits hold for the process, so they are put back."""
    before: Any = settings.set_qpdf_limits(
        flate_max_memory=MAX_STREAM,
        run_length_max_memory=MAX_STREAM,
        png_max_memory=MAX_STREAM,
        tiff_max_memory=MAX_STREAM,
        dct_max_memory=MAX_STREAM,
        parser_max_nesting=MAX_DEPTH,
        max_stream_filters=4,
    )
    try:
        yield
    finally:
        settings.set_qpdf_limits(**before)


@contextmanager
def opened(path: Path, remarks: Remarks) -> Iterator[Opened | None]:
    """Open a file without repairing it, and find its pages.

    What hinders is said in ``remarks``; then there is nothing to check.
    """
    with bounded():
        pdf = _open(path, remarks)
        if pdf is None:
            yield None
            return
        with pdf:
            file = Opened(path, pdf, remarks)
            _find_pages(file)
            yield file


def _open(path: Path, remarks: Remarks) -> pikepdf.Pdf | None:
    if path.stat().st_size > MAX_BYTES:
        remarks.add("too-large", f"The file has {path.stat().st_size} bytes; this check reads {MAX_BYTES} at most.")
        return None
    try:
        pdf = pikepdf.open(path, attempt_recovery=False, inherit_page_attributes=False, suppress_warnings=True)
        objects = int(pdf.trailer.get("/Size", 0))
        if not is_dictionary(pdf.Root):
            raise pikepdf.PdfError("no catalog")
    except pikepdf.PasswordError:
        remarks.add("encrypted", "The file needs a password to open.")
        return None
    except (pikepdf.PdfError, AttributeError, KeyError, TypeError, ValueError) as error:
        remarks.add("readable", f"The file is no PDF, or was cut off or damaged: {told(error, path)}.")
        return None
    if objects > MAX_OBJECTS:
        remarks.add("too-large", f"The file holds {objects} objects; this check reads {MAX_OBJECTS} at most.")
        pdf.close()
        return None
    return pdf


def _find_pages(file: Opened) -> None:
    """Walk the page tree; a loop in it is a remark, and what was found before it is checked."""
    seen: set[Key] = set()
    stack: list[tuple[Any, Any, int]] = [(entry(file.catalog, "/Pages"), None, 0)]
    while stack:
        node, inherited, depth = stack.pop()
        if not is_dictionary(node):
            file.remarks.add("readable-part", "The page tree holds something that is no page.")
            continue
        if node.objgen in seen or depth > MAX_DEPTH:
            file.remarks.add("loop", "The page tree leads back to a page or group of pages that it has already led to.")
            continue
        if node.objgen != DIRECT:
            seen.add(node.objgen)
        resources = node.get("/Resources", inherited)
        kids = node.get("/Kids")
        if is_array(kids):
            stack.extend((kid, resources, depth + 1) for kid in reversed(list(kids)))
        elif len(file.pages) >= MAX_PAGES:
            file.remarks.add("too-large", f"The file has more than {MAX_PAGES} pages.")
            return
        else:
            number = len(file.pages) + 1
            file.pages.append(Page(number, node, resources))
            file.numbers[node.objgen] = number
    if not file.pages:
        file.remarks.add("readable", "The file has no page.")


def told(error: object, path: Path) -> str:
    """What a library says of a file, in one line and without its path."""
    said = " ".join(str(error).replace(str(path), "").split()).strip(" :.")[:150]
    return said or type(error).__name__


def is_dictionary(value: Any) -> bool:
    """Whether it is a PDF dictionary that is no stream."""
    return isinstance(value, pikepdf.Dictionary)


def is_stream(value: Any) -> bool:
    """Whether it is a PDF stream."""
    return isinstance(value, pikepdf.Stream)


def is_array(value: Any) -> bool:
    """Whether it is a PDF array."""
    return isinstance(value, pikepdf.Array)


def is_name(value: Any) -> bool:
    """Whether it is a PDF name."""
    return isinstance(value, pikepdf.Name)


def is_string(value: Any) -> bool:
    """Whether it is a PDF string."""
    return isinstance(value, pikepdf.String)


def entry(value: Any, key: str) -> Any:
    """An entry of a dictionary or of a stream's dictionary; ``None`` where there is none."""
    return value.get(key) if is_dictionary(value) or is_stream(value) else None


def text(value: Any) -> str:
    """Text of a string or name without its slash; empty for anything else."""
    if is_name(value):
        return str(value)[1:]
    return str(value) if is_string(value) else ""


def one_or_more(value: Any) -> list[Any]:
    """Members of an array; the value itself where it is none, nothing for ``None``."""
    if value is None:
        return []
    return list(value) if is_array(value) else [value]


def pairs(tree: Any, leaves: str, remarks: Remarks, what: str) -> Iterator[tuple[Any, Any]]:
    """Keys and values of a name tree or number tree.

    :param leaves: ``/Names`` or ``/Nums``.
    :param what: what to call the tree in a remark.

    Source: ISO 32000-1, 7.9.6 and 7.9.7.
    """
    seen: set[Key] = set()
    stack = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        if not is_dictionary(node):
            continue
        if node.objgen in seen or depth > MAX_DEPTH:
            remarks.add("loop", f"The {what} leads back into itself.")
            continue
        if node.objgen != DIRECT:
            seen.add(node.objgen)
        row = list(node.get(leaves) or [])
        yield from zip(row[::2], row[1::2], strict=False)
        stack.extend((kid, depth + 1) for kid in reversed(one_or_more(node.get("/Kids"))))
