"""What the translator makes of one page, or of a view that stands by itself, and how chapters share files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

#: Size of the source of one file, in characters of tables; 0.9 GB of memory at the peak (benchmarks/README.md).
ROOM = 1_050_000
#: What begins a link in the source of a chapter.
LINK = '(to: "'
#: Size of a chapter at which a table goes on in a chapter of its own.
TABLE_ROOM = 550_000


@dataclass(kw_only=True)
class Chapter:
    """Source of one chapter and what it defines and asks for.

    :param above: titles of the chapters that it stands under.
    :param labels: labels that it carries.
    :param used: labels that it leads to.
    :param sections: heading under which each item stands, by id of the item.
    :param figures: label and caption of each figure, in order.
    :param tables: label and caption of each table and view, in order.
    :param data: text files that it reads, by name.
    :param pictures: image files that it shows, by the name that the source uses.
    :param titles: heading of the section that carries each label.
    """

    name: str
    title: str
    above: tuple[str, ...] = ()
    code: str = ""
    labels: frozenset[str] = frozenset()
    used: frozenset[str] = frozenset()
    sections: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    figures: tuple[tuple[str, str], ...] = ()
    tables: tuple[tuple[str, str], ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, Path] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        """What Typst needs memory for: for tables about twice as much as for prose, and for each link."""
        return len(self.code) * 45 // 100 + self.code.count(LINK) * 35 + sum(map(len, self.data.values()))


def parts(chapters: Iterable[Chapter], room: int = ROOM) -> Iterator[list[Chapter]]:
    """Chapters of one document by file, in order; one file as long as there is room.

    A chapter that is larger than the room has a file of its own.
    """
    found: list[Chapter] = []
    total = 0
    for chapter in chapters:
        if found and total + chapter.weight > room:
            yield found
            found, total = [], 0
        found.append(chapter)
        total += chapter.weight
    if found:
        yield found
