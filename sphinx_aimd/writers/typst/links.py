"""The PDF as Typst leaves it in; the same with links inside and between files, named destinations and fields out.

Typst writes links between items as addresses ``aimd:LABEL``; here they become destinations, or GoToR actions where
another file carries the label (ISO 32000-1, 12.6.4.3). Saving with object streams takes most of the space of tags.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from .compile import Place
from .process import PrintError, run

SCHEME = "aimd:"
#: Size of the box in which a role signs, in points; that of ``sign-box`` in the template.
FIELD_WIDTH, FIELD_HEIGHT = 238.1, 53.9


def destination(label: str) -> str:
    """Name of a label's destination: the id of an item, else the label itself."""
    return label.removeprefix("item:")


def finish(
    pdf: Path,
    places: Mapping[str, Place],
    named: Sequence[str],
    far: Mapping[str, tuple[str, int]],
    fields: Mapping[str, str],
) -> bytes:
    """Turn addresses into destinations and actions.

    :param places: place of each label in this file.
    :param named: labels that other files and readers may lead to by name.
    :param far: file and page of each label that another file carries.
    :param fields: role of each signature field, by the label of its box.
    :raises PrintError: an address leads to a label without a place.
    """
    job = {
        "pdf": str(pdf),
        "places": {name: astuple(place) for name, place in places.items()},
        "named": sorted(named),
        "far": dict(far),
        "fields": dict(fields),
    }
    answer = run(__name__, job, pdf.parent)
    if answer["lost"]:
        raise PrintError(f"links lead to labels that are not in the PDF: {', '.join(answer['lost'])}")
    return pdf.read_bytes()


def _work(job: Mapping[str, Any]) -> dict[str, Any]:
    import pikepdf  # noqa: PLC0415 - only this process needs it

    from ...pdf.fields import SignatureField, add_signature_fields  # noqa: PLC0415

    path, places, far = Path(job["pdf"]), job["places"], job["far"]
    lost = set()
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        sheets = [page.obj for page in pdf.pages]
        heights = [float(page.mediabox[3]) for page in pdf.pages]

        def goal(label: str) -> pikepdf.Array:
            number, left, top = places[label]
            at = [sheets[number - 1], pikepdf.Name.XYZ, round(left, 2), round(heights[number - 1] - top, 2), 0]
            return pikepdf.Array(at)

        for sheet in sheets:
            for note in sheet.get("/Annots", []):
                address = str(note.A.URI) if "/A" in note and "/URI" in note.A else ""
                if not address.startswith(SCHEME):
                    continue
                label = address.removeprefix(SCHEME)
                if label in places:
                    del note.A
                    note.Dest = goal(label)
                    item = f"{destination(label)}, " if label.startswith("item:") else ""
                    note.Contents = pikepdf.String(f"{item}page {places[label][0]}")
                elif label in far:
                    file, page = far[label]
                    name = pikepdf.String(file)
                    # without /Type, which is optional here: with it, PDF/A-3 counts as an attachment what is a link
                    spec = pikepdf.Dictionary(F=name, UF=name)
                    note.A = pikepdf.Dictionary(
                        Type=pikepdf.Name.Action, S=pikepdf.Name.GoToR, F=spec, D=pikepdf.String(destination(label))
                    )
                    note.Contents = pikepdf.String(f"{file}, page {page}")
                else:
                    lost.add(address)
        tree = _names(pdf)
        for label in job["named"]:
            if label in places:
                tree[destination(label)] = goal(label)
        fields = []
        for label, role in job["fields"].items():  # as they stand on the page: readers follow this order
            number, left, top = places[label]
            bottom = heights[number - 1] - top - FIELD_HEIGHT
            rect = (left, bottom, left + FIELD_WIDTH, bottom + FIELD_HEIGHT)
            box = tuple(round(value, 2) for value in rect)
            fields.append(SignatureField(role, number, box, f"Signature: {role}"))
        add_signature_fields(pdf, fields)
        if "/Suspects" in pdf.Root.MarkInfo:
            del pdf.Root.MarkInfo.Suspects  # false is what its absence means; some readers complain of it
        pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return {"lost": sorted(lost)}


def _names(pdf: Any) -> Any:
    """The tree of named destinations, made if there is none."""
    import pikepdf  # noqa: PLC0415

    if "/Names" not in pdf.Root:
        pdf.Root.Names = pikepdf.Dictionary()
    if "/Dests" not in pdf.Root.Names:
        pdf.Root.Names.Dests = pikepdf.NameTree.new(pdf).obj
    return pikepdf.NameTree(pdf.Root.Names.Dests)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_work(json.loads(sys.stdin.read()))))
