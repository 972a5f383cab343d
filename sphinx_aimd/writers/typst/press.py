"""Books in, finished PDF files out: all are laid out once for their pages, then set with them, several at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from .book import Book
from .compile import PLACES, Place, compile_folder, lay_out
from .links import finish
from .process import PrintError


@dataclass(kw_only=True)
class Sheet:
    """One file on its way.

    :param name: file name.
    :param labels: labels that it carries.
    :param goals: labels that it leads to.
    :param fields: role of each signature field, by the label of its box.
    """

    name: str
    book: Book
    labels: frozenset[str]
    goals: frozenset[str]
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Print:
    """The files of a set.

    :param pdfs: bytes of each, by name.
    :param places: file and place of each label that something leads to.
    :param warnings: what Typst remarked.
    """

    pdfs: Mapping[str, bytes]
    places: Mapping[str, tuple[str, Place]]
    warnings: tuple[str, ...]


class SheetError(PrintError):
    """One file cannot be made.

    :param sheet: which.
    """

    def __init__(self, sheet: Sheet, problem: PrintError) -> None:
        super().__init__(str(problem))
        self.sheet = sheet


def press(
    sheets: Sequence[Sheet],
    wanted: Iterable[str],
    fonts: Sequence[Path],
    epoch: int | None,
    root: Path,
    workers: int,
) -> Print:
    """Make the files of a set.

    :param wanted: labels whose place is wanted, whether or not a link leads there.
    :param root: empty folder for the sources.
    :param workers: how many files are made at a time; each takes a process of its own.
    :raises SheetError: Typst refuses a source or crashes.
    """
    asked = frozenset(wanted).union(*(sheet.goals | sheet.fields.keys() for sheet in sheets))
    folders = [root / f"file-{number}" for number in range(len(sheets))]
    for folder, sheet in zip(folders, sheets, strict=True):
        folder.mkdir()
        sheet.book.write(folder)

    def first(folder: Path, sheet: Sheet) -> Mapping[str, Place]:
        try:
            return lay_out(folder, sheet.labels & asked, fonts, epoch)
        except PrintError as problem:
            raise SheetError(sheet, problem) from problem

    def second(folder: Path, sheet: Sheet, before: Mapping[str, Place]) -> tuple[bytes, tuple[str, ...]]:
        (folder / PLACES).write_text(pages, encoding="utf-8")
        try:
            done = compile_folder(folder, sheet.labels & asked, fonts, epoch)
            if done.places != before:
                raise PrintError("the pages moved while their numbers were set.")
            far = {label: places[label] for label in sheet.goals - sheet.labels if label in places}
            goals = {label: (file, place.page) for label, (file, place) in far.items()}
            named = sheet.labels & asked - sheet.fields.keys()
            return finish(done.pdf, done.places, sorted(named), goals, sheet.fields), done.warnings
        except PrintError as problem:
            raise SheetError(sheet, problem) from problem

    with ThreadPoolExecutor(workers) as pool:
        laid = list(pool.map(first, folders, sheets))
        places = {
            label: (sheet.name, place)
            for sheet, found in zip(sheets, laid, strict=True)
            for label, place in found.items()
        }
        pages = json.dumps({label: place.page for label, (_file, place) in sorted(places.items())})
        done = list(pool.map(second, folders, sheets, laid))
    return Print(
        pdfs={sheet.name: pdf for sheet, (pdf, _warnings) in zip(sheets, done, strict=True)},
        places=places,
        warnings=tuple(warning for _pdf, warnings in done for warning in warnings),
    )
