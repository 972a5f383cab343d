"""The neutral value of a drawn data flow: what stands in it and what each part says; no place, no colour."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.verdict import Verdict

#: Shapes besides those of elements: an end that the view does not show, and one that is outside of the assets.
ABSENT, OUTSIDE = "not shown by the view", "outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """An element of the drawing.

    :param id: its key in the drawing.
    :param target: id of the item that it stands for; empty for what is no item.
    :param label: its id as readers see it; may be empty.
    :param notes: further lines, each cut where the room ends.
    :param shape: how it is drawn.
    :param zone: zone of trust; empty where it has none.
    :param has_zone: whether it stands in a frame of a zone.
    :param inside: key of the box around it; may be empty.
    :param is_framed: whether a frame of its own stands around it, since a boundary runs inside its zone.
    :param said: everything that it says, in one sentence.
    """

    id: str
    label: str
    title: str
    shape: str
    said: str
    target: str = ""
    notes: tuple[str, ...] = ()
    zone: str = ""
    has_zone: bool = False
    inside: str = ""
    is_framed: bool = False
    verdict: Verdict | None = None
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """An interface of the drawing: a label between the boxes that it joins.

    :param ends: keys of the boxes, and whether an arrow head points at each.
    :param is_closed: nothing flows: a disabled path.
    :param crosses: whether it crosses a trust boundary.
    """

    id: str
    label: str
    title: str
    said: str
    notes: tuple[str, ...] = ()
    ends: tuple[tuple[str, bool], ...] = ()
    is_closed: bool = False
    crosses: bool = False
    verdict: Verdict | None = None
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A whole drawing.

    :param id: name for addresses inside the picture.
    :param about: what it shows, in a sentence.
    :param boxes: those around others come before them.
    :param remarks: what does not join or has no place in the picture, one sentence each.
    """

    id: str
    title: str
    about: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    remarks: tuple[str, ...] = ()
