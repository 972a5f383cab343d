"""The structural check of a PDF: one file in, everything that the checks say of it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from .annotations import check_annotations
from .content import Content
from .document import check_document
from .objects import check_objects
from .opened import Opened, opened, told
from .remarks import Remark, Remarks
from .tagrules import check_tags
from .targets import Beside, Targets, check_opening, check_outline
from .tree import read_tree

#: What a damaged object can make a check stumble over.
_TROUBLE = (pikepdf.PdfError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What was found out about a file.

    :param size: bytes.
    :param pages: 0 where the file could not be read.
    :param textless: pages that draw something and show no text.
    :param bookmarks: number of bookmarks.
    :param attachments: number of embedded files.
    :param is_locked: the file is encrypted, with or without a password to open it.
    """

    size: int
    pages: int = 0
    textless: tuple[int, ...] = ()
    bookmarks: int = 0
    attachments: int = 0
    is_locked: bool = False
    remarks: tuple[Remark, ...] = ()

    @property
    def is_read(self) -> bool:
        """Whether the file could be read at all."""
        return self.pages > 0

    @property
    def faults(self) -> int:
        """Remarks that are faults."""
        return sum(remark.is_fault for remark in self.remarks)


def check(path: Path, profile: str, beside: Beside | None = None) -> tuple[Remark, ...]:
    """Everything that the checks say of a file, sorted; see :func:`examine`."""
    return examine(path, profile, beside).remarks


def examine(path: Path, profile: str, beside: Beside | None = None) -> Examined:
    """Check a file against what PDF/A and PDF/UA-1 ask of its structure, and our own rules.

    A hostile or damaged file gives remarks, never an endless loop and no exception. No remark at all does not mean
    that the file conforms to a standard: see :data:`.checks.NOT_CHECKED`.

    :param path: a file that exists.
    :param profile: ``submission`` (PDF/A-2u, no attachments) or ``archive`` (PDF/A-3u).
    :param beside: the folder in which links to other files must find their targets.
    """
    remarks = Remarks()
    size = path.stat().st_size
    with opened(path, remarks) as file:
        if file is None:
            return Examined(size=size, is_locked=remarks.has("encrypted"), remarks=remarks.all())
        run = _Run(file, profile, beside)
        run.all()
        return Examined(
            size=size,
            pages=len(file.pages),
            textless=run.textless,
            bookmarks=run.bookmarks,
            attachments=run.attachments,
            is_locked=bool(file.pdf.is_encrypted),
            remarks=remarks.all(),
        )


class _Run:
    """The checks of one file in their order; one that stumbles over a damaged object does not hinder the others."""

    def __init__(self, file: Opened, profile: str, beside: Beside | None) -> None:
        self.file, self.profile, self.beside = file, profile, beside
        self.textless: tuple[int, ...] = ()
        self.bookmarks = self.attachments = self.actions = 0

    def all(self) -> None:
        self._try("header and metadata", lambda: check_document(self.file, self.profile))
        self._try("tags and links", self._tags)
        self._try("objects", self._objects)
        warnings = self.file.pdf.get_warnings()  # it forgets them when it has told them
        if warnings:
            self.file.remarks.add("damaged", f"Objects are damaged: {told(warnings[0], self.file.path)}.")

    def _tags(self) -> None:
        tree = read_tree(self.file)
        deepest = check_tags(tree, self.file.remarks) if tree else 0
        targets = Targets(self.file, self.beside)
        self._try("annotations", lambda: check_annotations(self.file, tree, targets))
        self._try("bookmarks", lambda: self._outline(targets, deepest))
        self._try("content", lambda: self._content(Content(self.file, tree)))

    def _outline(self, targets: Targets, deepest: int) -> None:
        targets.check_named()
        self.bookmarks = check_outline(targets, deepest)
        check_opening(targets)
        self.actions = targets.actions

    def _content(self, content: Content) -> None:
        self.textless = content.check()

    def _objects(self) -> None:
        self.attachments = check_objects(self.file, self.profile, self.actions)

    def _try(self, what: str, step: Callable[[], None]) -> None:
        try:
            step()
        except _TROUBLE as error:
            message = f"The check of {what} came to an end: {told(error, self.file.path)}."
            self.file.remarks.add("readable-part", message)
