"""The PDF as Typst leaves it in, the same with links inside the file and a quarter of the size out.

Typst writes links between items as addresses ``aimd:LABEL``; here they become destinations. Saving with object
streams takes most of the space of the tags away.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

from .compile import Place
from .process import PrintError, run

SCHEME = "aimd:"


def resolve(pdf: Path, places: Mapping[str, Place]) -> bytes:
    """Turn addresses into destinations.

    :raises PrintError: an address leads to a label without a place.
    """
    job = {"pdf": str(pdf), "places": {name: astuple(place) for name, place in places.items()}}
    answer = run(__name__, job, pdf.parent)
    if answer["lost"]:
        raise PrintError(f"links lead to labels that are not in the PDF: {', '.join(answer['lost'])}")
    return pdf.read_bytes()


def _work(job: Mapping[str, Any]) -> dict[str, Any]:
    import pikepdf  # noqa: PLC0415 - only this process needs it

    path, places = Path(job["pdf"]), job["places"]
    lost = set()
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        sheets = [page.obj for page in pdf.pages]
        heights = [float(page.mediabox[3]) for page in pdf.pages]
        for sheet in sheets:
            for note in sheet.get("/Annots", []):
                address = str(note.A.URI) if "/A" in note and "/URI" in note.A else ""
                if not address.startswith(SCHEME):
                    continue
                place = places.get(address.removeprefix(SCHEME))
                if place is None:
                    lost.add(address)
                    continue
                number, left, top = place
                del note.A
                at = [sheets[number - 1], pikepdf.Name.XYZ, round(left, 2), round(heights[number - 1] - top, 2), 0]
                note.Dest = pikepdf.Array(at)
                note.Contents = pikepdf.String(f"page {number}")
        pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return {"lost": sorted(lost)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_work(json.loads(sys.stdin.read()))))
