"""The bills of materials of a trace with what views ask of them: releases, items of components, what is reached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ...model.bom import Bom, BomComponent
from ...model.item import Item
from ...model.trace import Trace, release_under_review
from ..table import Cell

#: Texts that fill a field and say nothing.
_EMPTY = frozenset({"", "unknown", "noassertion", "none", "n/a", "na", "tbd", "not stated", "unspecified"})
NO_NAME = "unnamed component"


def stated(text: str) -> bool:
    """Whether a text says something: not empty, and no word that stands for nothing."""
    return text.strip().casefold() not in _EMPTY


def label(component: BomComponent) -> str:
    """Name and version in one text, with the reference where there is no name."""
    name = "/".join(part for part in (component.group, component.name) if part) or component.ref or NO_NAME
    return f"{name} {component.version}".strip()


@dataclass(frozen=True)
class Bill:
    """One bill and what the trace knows of it.

    :param release: id of the release that it is of; empty where none is known.
    """

    bom: Bom
    release: str

    @property
    def path(self) -> str:
        return self.bom.source.path

    @cached_property
    def parts(self) -> tuple[BomComponent, ...]:
        """The product and its components by name; cryptographic assets have a view of their own."""
        subject = (self.bom.subject,) if self.bom.subject is not None else ()
        found = (*subject, *(part for part in self.bom.components if part.crypto is None))
        return tuple(sorted(found, key=lambda part: (part is not self.bom.subject, label(part).casefold(), part.ref)))

    @cached_property
    def depths(self) -> dict[str, int]:
        """Steps from the product to each part that dependencies reach; circles end where they began."""
        if self.bom.subject is None:
            return {}
        needs = {part.ref: part.depends_on for part in (self.bom.subject, *self.bom.components)}
        found = {self.bom.subject.ref: 0}
        todo = [self.bom.subject.ref]
        for ref in todo:
            for end in needs.get(ref, ()):
                if end in needs and end not in found:
                    found[end] = found[ref] + 1
                    todo.append(end)
        return found

    @cached_property
    def needed(self) -> frozenset[str]:
        """Parts that another one needs."""
        every = (part for part in (self.bom.subject, *self.bom.components) if part is not None)
        return frozenset(end for part in every for end in part.depends_on)

    @cached_property
    def by_ref(self) -> dict[str, BomComponent]:
        return {part.ref: part for part in reversed(self.parts)}


class Bills:
    """All bills of a trace, by path; built for one view, thrown away after it."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.review = release_under_review(trace.graph)
        self.all = tuple(
            Bill(bom, self._release(bom)) for bom in sorted(trace.graph.inputs.boms, key=lambda bom: bom.source.path)
        )

    def __iter__(self) -> Iterator[Bill]:
        return iter(self.all)

    def _release(self, bom: Bom) -> str:
        """The release that the bill was taken for."""
        return self.trace.graph.inputs.placed.get(bom.source.path, "")

    def item(self, bill: Bill, part: BomComponent) -> Item | None:
        """The item that stands for a part."""
        return self.trace.items.get(self.trace.graph.inputs.item_of.get((bill.path, part.ref), ""))

    def cell(self, bill: Bill, part: BomComponent) -> Cell:
        """Name and version of a part, leading to its item."""
        item = self.item(bill, part)
        return Cell(label(part), item.id if item is not None else "")

    def release_cell(self, bill: Bill) -> Cell:
        item = self.trace.items.get(bill.release)
        if item is None:
            return Cell("no release known")
        return Cell(f"{item.title} {item.text('version')}".strip(), item.id)

    @property
    def counted(self) -> str:
        """What the views cover, for their scope."""
        assets = sum(part.crypto is not None for bill in self for part in bill.bom.components)
        parts = sum(len(bill.parts) for bill in self)
        text = (
            f"{_number(len(self.all), 'bill')} of materials with {_number(parts, 'component')}, the products included"
        )
        return f"{text}; {_number(assets, 'cryptographic asset')} left to their own view" if assets else text


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def without_version(purl: str) -> str:
    """A package URL without version, qualifiers and subpath: what stays the same from release to release."""
    return re.split(r"[?#]", purl, maxsplit=1)[0].rpartition("@")[0] or re.split(r"[?#]", purl, maxsplit=1)[0]
