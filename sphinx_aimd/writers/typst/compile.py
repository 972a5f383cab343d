"""Typst source in, the bytes of a PDF and the places of its labels out; Typst runs in a process of its own.

The process bounds Typst's memory, which grows with the document, and turns a crash of the engine into a message.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from .process import PrintError, run

MAIN = "main.typ"
PDF = "main.pdf"
#: Page of each label for the source itself, which is compiled a second time when it shows pages.
PLACES = "places.json"
#: PDF/A-2u and PDF/UA-1 in one file; Typst refuses what they do not allow.
STANDARDS: tuple[Literal["a-2u", "ua-1"], ...] = ("a-2u", "ua-1")
#: Date of a file without SOURCE_DATE_EPOCH: 1980-01-01, as in the workbook.
NO_DATE = 315_532_800
MAX_MESSAGE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a label stands: the page, counted from 1, and points from the left and the top of the page."""

    page: int
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A compiled document.

    :param places: place of each label that was asked for and exists.
    :param warnings: what Typst remarked, in its words.
    """

    pdf: Path
    places: Mapping[str, Place]
    warnings: tuple[str, ...]


def lay_out(root: Path, labels: Iterable[str], fonts: Sequence[Path], epoch: int | None) -> Mapping[str, Place]:
    """Places of labels in ``main.typ`` of a folder, without writing a PDF.

    :param root: folder with the source and everything that it reads; nothing outside is read.
    :param labels: labels whose place is wanted.
    :param fonts: folders with fonts; those of the machine are never used.
    :param epoch: SOURCE_DATE_EPOCH for the dates in the file.
    :raises PrintError: Typst refuses the source or crashes.
    """
    return _printed(_answer(root, labels, fonts, epoch, layout=True), root).places


def compile_folder(root: Path, labels: Iterable[str], fonts: Sequence[Path], epoch: int | None) -> Printed:
    """Compile ``main.typ`` of a folder into ``main.pdf``; the parameters are those of :func:`lay_out`.

    :raises PrintError: Typst refuses the source or crashes.
    """
    return _printed(_answer(root, labels, fonts, epoch, layout=False), root)


def _answer(
    root: Path, labels: Iterable[str], fonts: Sequence[Path], epoch: int | None, *, layout: bool
) -> dict[str, Any]:
    job = {
        "root": str(root),
        "labels": sorted(labels),
        "fonts": [str(path) for path in fonts],
        "timestamp": NO_DATE if epoch is None else epoch,
        "layout": layout,
    }
    answer: dict[str, Any] = run(__name__, job, root)
    if "error" in answer:
        raise PrintError(f"Typst says: {answer['error']}")
    return answer


def _printed(answer: Mapping[str, Any], root: Path) -> Printed:
    places = {name: Place(page=page, x=x, y=y) for name, page, x, y in answer["places"]}
    return Printed(pdf=root / PDF, places=places, warnings=tuple(answer["warnings"]))


def _places_expression(labels: Sequence[str]) -> str:
    names = "".join(f"{json.dumps(label, ensure_ascii=False)}," for label in labels)
    return (
        f"({names}).map(n => {{ let f = query(label(n)); if f.len() > 0 {{ "
        f"let p = f.first().location().position(); (n, p.page, p.x.pt(), p.y.pt()) }} }}).filter(p => p != none)"
    )


def _work(job: Mapping[str, Any]) -> dict[str, Any]:
    """What the process does: compile, then ask the same document for its places."""
    import typst  # noqa: PLC0415 - only this process needs it

    root = Path(job["root"])
    fonts = typst.Fonts(include_system_fonts=False, font_paths=job["fonts"])
    compiler = typst.Compiler(str(root / MAIN), root=str(root), font_paths=fonts)
    try:
        if job["layout"]:
            return {"places": json.loads(compiler.eval(_places_expression(job["labels"]))), "warnings": []}
        pdf, warnings = compiler.compile_with_warnings(
            format="pdf", pdf_standards=list(STANDARDS), timestamp=job["timestamp"]
        )
        places = json.loads(compiler.eval(_places_expression(job["labels"]))) if job["labels"] else []
    except (typst.TypstError, RuntimeError) as error:  # a layout alone fails as RuntimeError
        hints = "".join(f" Hint: {hint}." for hint in getattr(error, "hints", ()))
        return {"error": f"{error}{hints}"[:MAX_MESSAGE]}
    if not isinstance(pdf, bytes):
        return {"error": "Typst made no single file."}
    (root / PDF).write_bytes(pdf)
    return {"places": places, "warnings": [str(warning) for warning in warnings]}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_work(json.loads(sys.stdin.read()))))
