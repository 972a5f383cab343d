"""Pieces of Typst code in, what Typst refuses of them out, before the document is made; so that it can be said where.

Typst stops at the first fault and does not say whose it is: an image that it cannot read, a formula for which no font
has a glyph. All pieces are compiled at once, and one by one only if that fails.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .compile import NO_DATE, STANDARDS
from .process import PrintError, run

MAIN = "probe.typ"


def refusals(
    pieces: Sequence[str], fonts: Sequence[Path], pictures: Mapping[str, Path] | None = None
) -> dict[int, str]:
    """What Typst says of those pieces that it cannot show, by their number.

    :param pieces: statements of Typst code.
    :param fonts: folders with fonts, as the document has them.
    :param pictures: image files that the pieces show, by name.
    """
    with tempfile.TemporaryDirectory(prefix="aimd-probe-") as name:
        folder = Path(name)
        for picture, path in (pictures or {}).items():
            (folder / picture).write_bytes(path.read_bytes())
        return _ask(folder, dict(enumerate(pieces)), fonts)


def _ask(folder: Path, pieces: Mapping[int, str], fonts: Sequence[Path]) -> dict[int, str]:
    """Ask in one process; if that crashes, ask for each piece in one of its own."""
    job = {"root": str(folder), "pieces": list(pieces.values()), "fonts": [str(path) for path in fonts]}
    try:
        answer = run(__name__, job, folder)
    except PrintError as error:
        if len(pieces) == 1:
            return dict.fromkeys(pieces, f"it stops Typst: {error}")
        return {key: text for each in pieces.items() for key, text in _ask(folder, dict([each]), fonts).items()}
    keys = list(pieces)
    return {keys[number]: text for number, text in answer["refused"]}


def _work(job: Mapping[str, Any]) -> dict[str, Any]:
    """What the process does."""
    import typst  # noqa: PLC0415 - only this process needs it

    root = Path(job["root"])
    fonts = typst.Fonts(include_system_fonts=False, font_paths=job["fonts"])
    head = '#set document(title: "probe")\n#let aim = $&$.body\n'
    head += '#show math.equation: set text(font: ("New Computer Modern Math", "Source Sans 3", "DejaVu Sans"))\n'

    def problem(pieces: Sequence[str]) -> str:
        (root / MAIN).write_text(head + "".join(f"#{{{piece}}}\n" for piece in pieces), encoding="utf-8")
        compiler = typst.Compiler(str(root / MAIN), root=str(root), font_paths=fonts)
        try:
            compiler.compile(format="pdf", pdf_standards=list(STANDARDS), timestamp=NO_DATE)
        except typst.TypstError as error:
            return str(error).splitlines()[0][:300] or "no reason given"
        return ""

    if not problem(job["pieces"]):
        return {"refused": []}
    found = [(number, problem([piece])) for number, piece in enumerate(job["pieces"])]
    return {"refused": [(number, text) for number, text in found if text]}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_work(json.loads(sys.stdin.read()))))
