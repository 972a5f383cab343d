"""Documents with their chapters in, the files that they are filed as out: names, numbers, places, cross references."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ...documents import Document
from .chapter import Chapter, parts

#: Longest descriptive part of a file name; eCopy allows 125 characters, whole paths on Windows 260.
NAME_ROOM = 60


@dataclass(frozen=True, kw_only=True)
class Volume:
    """One file: a document, or a part of one.

    :param name: file name.
    :param part: which part, from 1.
    :param count: how many parts the document has.
    """

    document: Document
    name: str
    part: int
    count: int
    chapters: Sequence[Chapter]
    own: frozenset[str] = field(default_factory=frozenset)

    @property
    def cover(self) -> str:
        """Label of the cover."""
        return f"cover:{self.document.id}:{self.part}"

    @property
    def label(self) -> str:
        """How other files name it."""
        number = self.document.number or self.document.title
        return number if self.count == 1 else f"{number} part {self.part}"

    @property
    def used(self) -> frozenset[str]:
        """Labels that its chapters lead to."""
        return frozenset().union(*(chapter.used for chapter in self.chapters))


def volumes(documents: Iterable[tuple[Document, Sequence[Chapter]]], alone: str) -> list[Volume]:
    """Files of a set of documents, in order.

    :param alone: file name, without suffix, of a document that is no set.
    """
    found: list[Volume] = []
    documents = list(documents)
    is_set = len(documents) > 1 or any(document.number for document, _chapters in documents)
    for document, chapters in documents:
        files = list(parts(chapters))
        for part, held in enumerate(files, 1):
            end = f"_part-{part}" if len(files) > 1 else ""
            title = slug(document.title)[:NAME_ROOM].strip("-")
            if is_set:
                head = f"{len(found) + 1:03}_{document.number}_" if document.number else f"{len(found) + 1:03}_"
                name = f"{head}{title}{end}.pdf"
            else:
                name = f"{alone}{end}.pdf"
            own = frozenset().union(*(chapter.labels for chapter in held))
            found.append(Volume(document=document, name=name, part=part, count=len(files), chapters=held, own=own))
    return found


def homes(files: Iterable[Volume]) -> dict[str, Volume]:
    """File that carries each label."""
    found = {label: volume for volume in files for label in volume.own}
    return found | {volume.cover: volume for volume in files}


def titles(files: Iterable[Volume]) -> Mapping[str, str]:
    """Heading of the section in which each label stands."""
    return {label: title for volume in files for chapter in volume.chapters for label, title in chapter.titles.items()}


def slug(text: str) -> str:
    """Lower-case ASCII letters, digits and hyphens: what every file system and every portal takes."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "dossier"
