"""A model of OWASP Threat Dragon 1 or 2 in; its elements and threats out, classes in the words of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..model.imported import ImportedModel, ModelElement, ModelThreat
from .known import NOTHING, Known
from .opened import Opened
from .threat_document import Document, Node, of_json
from .threat_words import classes, ends_in, source_of, told_apart

_ROLES = {
    "tm.Process": "process",
    "tm.Store": "store",
    "tm.Actor": "actor",
    "tm.Flow": "flow",
    "tm.Boundary": "boundary",
    "tm.BoundaryBox": "boundary",
}
_TEXT_BLOCK = "tm.Text"
#: Boxes of one diagram at most; each element is looked for in all of them.
MAX_BOXES = 200


@dataclass(slots=True, kw_only=True)
class _Cell:
    """A cell of a diagram.

    :param data: what it is, beside how it is drawn; the cell itself in version 1.
    :param diagram: position of its diagram in the file; ``scheme``: method that the diagram names.
    """

    node: Node
    data: Node
    role: str
    id: str
    diagram: int
    scheme: str
    is_box: bool
    key: str = ""
    boundary: str = ""


def is_mine(opened: Opened) -> bool:
    """Whether the file has the outer form of a Threat Dragon model."""
    if not ends_in(opened, ".json"):
        return False
    data = opened.json
    return isinstance(data, dict) and any(isinstance(data.get(name), dict) for name in ("summary", "detail"))


def read(opened: Opened, known: Known = NOTHING) -> tuple[ImportedModel, ...]:
    """Read a model.

    :raises InputError: it is malformed, or of an unknown version.
    """
    document = of_json(opened)
    root = document.root()
    summary, detail = root.object("summary"), root.object("detail")
    if "title" not in summary.value or "diagrams" not in detail.value:
        missing = "title in its summary" if "title" not in summary.value else "list of diagrams in its detail"
        raise root.fail(f"is no model of Threat Dragon: it has no {missing}.")
    title = summary.line_text("title")
    version = root.text("version")
    cells = [
        cell for place, diagram in enumerate(detail.objects("diagrams", "diagrams")) for cell in _cells(diagram, place)
    ]
    major = _major(root, version, detail)
    names = [(cell.id, _diagram_name(detail, cell.diagram)) for cell in cells]
    for cell, key in zip(cells, told_apart(names, document, "cells"), strict=True):
        cell.key = key
    _enclose(cells)
    keys = {(cell.diagram, cell.id): cell.key for cell in cells}
    elements = tuple(_element(cell, keys) for cell in cells)
    threats = tuple(_threats(cells, document))
    drawn = sum(cell.role == "boundary" and not cell.is_box for cell in cells)
    if drawn:
        document.left.add("trust boundaries in the form of curves, which do not say what they hold", drawn)
    model = ImportedModel(
        source=source_of(
            opened,
            known,
            document,
            f"Threat Dragon {version or major} JSON",
            about=title,
            elements=elements,
            threats=threats,
        ),
        title=title,
        knows_boundaries=not drawn,
        elements=elements,
        threats=threats,
        prefix=known.prefix,
        ids=known.ids,
    )
    return (model,)


def _major(root: Node, version: str, detail: Node) -> str:
    """Main version; models of version 1 often state none, and are known by their diagrams."""
    found = re.match(r"v?([12])(?:\.|$)", version)
    if found:
        return found.group(1)
    diagrams = detail.value["diagrams"] if isinstance(detail.value["diagrams"], list) else []
    has_cells = any(isinstance(diagram, dict) and "cells" in diagram for diagram in diagrams)
    if version or has_cells:
        what = f"is of the Threat Dragon version {version[:20]!r}" if version else "states no version of Threat Dragon"
        raise root.fail(f"{what}; versions 1 and 2 are known.", "Save it with Threat Dragon 2.")
    return "1"


def _diagram_name(detail: Node, place: int) -> str:
    title = detail.value["diagrams"][place].get("title")
    return f"{title} {place}" if isinstance(title, str) and title else f"diagram {place}"


def _cells(diagram: Node, place: int) -> Iterator[_Cell]:
    scheme = diagram.line_text("diagramType")
    diagram.asked |= {"title"}
    holder = diagram if "cells" in diagram.value else diagram.object("diagramJson", "diagrams")
    for node in holder.objects("cells", "cells"):
        data = node.object("data", "cells") if "data" in node.value else node
        word = data.text("type")
        if word == _TEXT_BLOCK:
            node.document.left.add("blocks of text in diagrams")
            data.asked |= {"name"}
            continue
        role = _ROLES.get(word)
        if role is None:
            message = f"has a cell of the type {word[:40]!r}, which is not known."
            raise node.fail(message, "Save it with Threat Dragon 2.")
        yield _Cell(
            node=node,
            data=data,
            role=role,
            id=node.word("id"),
            diagram=place,
            scheme=scheme,
            is_box=word == "tm.BoundaryBox",
        )


def _enclose(cells: list[_Cell]) -> None:
    """Find for each element the smallest box around its middle: the file knows boundaries by their drawing alone."""
    boxes: dict[int, list[tuple[float, float, float, float, _Cell]]] = {}
    solid = [cell for cell in cells if cell.is_box or cell.role not in ("flow", "boundary")]
    places = [(cell, _rectangle(cell.node)) for cell in solid]
    for cell, place in places:
        if cell.is_box and place:
            boxes.setdefault(cell.diagram, []).append((*place, cell))
    for mine in boxes.values():
        if len(mine) > MAX_BOXES:
            message = f"has more than {MAX_BOXES} trust boundary boxes in one diagram."
            raise mine[0][4].node.fail(message, "Split the diagram.")
        mine.sort(key=lambda box: (box[2] * box[3], box[4].key))
    for cell, place in places:
        if not place:
            continue
        x, y, width, height = place
        for left, top, across, down, box in boxes.get(cell.diagram, ()):
            inside = left <= x + width / 2 <= left + across and top <= y + height / 2 <= top + down
            if inside and box is not cell and (not cell.is_box or across * down > width * height):
                cell.boundary = box.key
                break


def _rectangle(node: Node) -> tuple[float, float, float, float] | None:
    position, size = node.object("position"), node.object("size")
    x, y, width, height = (*map(position.number, "xy"), size.number("width"), size.number("height"))
    return None if x is None or y is None or width is None or height is None else (x, y, width, height)


def _name(cell: _Cell) -> str:
    """Name of an element; version 1 keeps it in what is drawn."""
    if cell.data is not cell.node:
        return cell.data.line_text("name")
    text = cell.node.object("attrs").object("text").line_text("text")
    if text or cell.role not in ("flow", "boundary"):
        return text
    labels = [label.object("attrs").object("text").line_text("text") for label in cell.node.objects("labels", "labels")]
    return " ".join(label for label in labels if label)


def _element(cell: _Cell, keys: dict[tuple[int, str], str]) -> ModelElement:
    data = cell.data
    ends: tuple[str, ...] = ()
    if cell.role == "flow":
        found = []
        for name in ("source", "target"):
            end = cell.node.object(name, "ends of flows")
            other = end.text("cell") or end.text("id")
            found.append(keys.get((cell.diagram, other), other))
        ends = tuple(found)
    flow = cell.role == "flow"
    return ModelElement(
        key=cell.key,
        role=cell.role,
        name=_name(cell),
        kind=data.text("type").removeprefix("tm."),
        description=data.text("description"),
        ends=ends,
        boundary=cell.boundary,
        protocol=data.line_text("protocol") if flow else "",
        is_encrypted="encrypted" if data.flag("isEncrypted") == "true" else "",
        is_authenticated="provides authentication" if data.flag("providesAuthentication") == "true" else "",
        is_bidirectional=flow and data.flag("isBidirectional") == "true",
        out_of_scope=data.flag("outOfScope") == "true",
        reason_out_of_scope=data.text("reasonOutOfScope"),
        location=cell.node.place,
    )


def _threats(cells: list[_Cell], document: Document) -> Iterator[ModelThreat]:
    found = []
    for cell in cells:
        holders = [cell.data] if cell.data is cell.node else [cell.data, cell.node]
        found += [(cell, node) for holder in holders for node in holder.objects("threats", "threats")]
    names = []
    for cell, node in found:
        # version 1 gives no ids: there a threat is known by the element and its title
        own = node.text("id") or f"{cell.key}/{node.line_text('title') or node.text('type')}"
        names.append((own, f"{cell.key} {node.text('type')}".strip()))
    for (cell, node), key in zip(found, told_apart(names, document, "threats"), strict=True):
        kind = node.line_text("type")
        stride, class_text, scheme = classes(node.line_text("modelType") or cell.scheme, [kind] if kind else [])
        score, severity = node.line_text("score"), node.line_text("severity")
        yield ModelThreat(
            key=key,
            title=node.line_text("title"),
            element=cell.key,
            stride=stride,
            class_text=class_text,
            scheme=scheme,
            description=node.text("description"),
            mitigation=node.text("mitigation"),
            state=node.line_text("status"),
            severity=f"{severity} (score {score})".strip() if score else severity,
            location=node.place,
        )
