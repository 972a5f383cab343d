"""An SVG tree in; why it cannot be shown in the PDF, or what of it would be missing there, out.

Typst draws SVG without scripts, without HTML inside and without other files, and says nothing of what it leaves out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_DEPTH = 200
#: Elements after every ``use`` is followed; a drawing has some thousands.
MAX_ELEMENTS = 200_000
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_FILES = frozenset({"image", "use", "feImage", "linearGradient", "radialGradient", "pattern", "textPath", "mpath"})
_MISSING = {
    "foreignObject": "holds HTML (foreignObject), which is not in the PDF",
    "script": "holds a script, which is not run",
    "animate": "is animated and shows its first state",
    "animateTransform": "is animated and shows its first state",
    "set": "is animated and shows its first state",
}


def examine(root: Element) -> tuple[str, str]:
    """Why a drawing cannot be shown, and what of it the PDF will not show; both are empty for a sound one."""
    if _name(root) != "svg":
        return "is not a sound svg file", ""
    weight: Counter[str] = Counter()
    uses: dict[str, list[str]] = {}
    missing: dict[str, None] = {}
    for element, depth, owners in _walk(root):
        if depth > MAX_DEPTH:
            return f"is nested more than {MAX_DEPTH} levels deep", ""
        name = _name(element)
        goal = next((goal for href in _HREFS if (goal := element.get(href))), "")
        for owner in owners:
            weight[owner] += 1
            if name == "use" and goal.startswith("#"):
                uses.setdefault(owner, []).append(goal[1:])
        if name in _FILES and goal and not goal.startswith(("#", "data:")):
            return f"shows {goal[:80]}, which is outside the file; put it inside", ""
        if name in _MISSING:
            missing[_MISSING[name]] = None
    if _expanded(weight, uses) > MAX_ELEMENTS:
        return f"draws more than {MAX_ELEMENTS} elements", ""
    return "", "; it ".join(missing)


def _walk(root: Element) -> Iterator[tuple[Element, int, tuple[str, ...]]]:
    """Every element with its depth and the ids that it is under; the whole drawing has the id ''."""
    stack: list[tuple[Element, int, tuple[str, ...]]] = [(root, 0, ("",))]
    while stack:
        element, depth, owners = stack.pop()
        own = element.get("id")
        owners = (*owners, own) if own and own not in owners else owners
        yield element, depth, owners
        stack += [(child, depth + 1, owners) for child in element]


def _expanded(weight: Counter[str], uses: dict[str, list[str]]) -> int:
    """Elements of the whole drawing when every ``use`` is followed; as many as are too many when one uses itself."""
    done: dict[str, int] = {}

    def count(name: str, above: frozenset[str]) -> int:
        if name in above or len(above) > MAX_DEPTH:
            return MAX_ELEMENTS + 1
        if name not in done:
            inner = sum(count(goal, above | {name}) for goal in uses.get(name, ()))
            done[name] = min(weight[name] + inner, MAX_ELEMENTS + 1)
        return done[name]

    return count("", frozenset())


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
