"""acyclic: none of ``links`` alone runs in a circle. Says ``link`` and ``path``. A model error."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.graph import components
from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding

PARAMS = {"links": True}
IS_MODEL_ERROR = True


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each circle is one finding at its first item, with the items on the way."""
    for link in spec.params["links"]:
        edges = {item.id: item.links[link] for item in trace.items.values() if link in item.links}
        for group in components(edges):
            if len(group) > 1:
                path = _path(group[0], edges, set(group))
                item = trace.items[group[0]]
                yield from finding(
                    spec,
                    trace,
                    item,
                    is_model_error=True,
                    option=link,
                    covers=tuple(group),
                    link=link,
                    path=" > ".join(path),
                )


def _path(start: str, edges: dict[str, tuple[str, ...]], group: set[str]) -> list[str]:
    """A shortest way from ``start`` back to itself inside the group."""
    before: dict[str, str] = {}
    todo = [start]
    while todo:
        node = todo.pop(0)
        for target in sorted(set(edges[node]) & group):
            if target == start:
                way = [node]
                while way[-1] != start:
                    way.append(before[way[-1]])
                return [*reversed(way), start]
            if target not in before:
                before[target] = node
                todo.append(target)
    return [start]
