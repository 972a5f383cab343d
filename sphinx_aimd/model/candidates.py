"""Components by the names that they may be called by, so that a record is compared only with those that it can mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from packageurl import PackageURL

from .advisory import AffectedRange, Product, VulnerabilityRecord
from .bom import BomComponent


class Candidates:
    """Components by id, found by any name that :func:`sphinx_aimd.model.affected.affects` compares.

    What shares no name with a component cannot match it; what shares one may, and is then compared in full.
    """

    def __init__(self, components: Iterable[tuple[str, BomComponent]]) -> None:
        """Index components by their names, package URLs and CPE names."""
        self.components = dict(components)
        self.by_word: dict[str, list[str]] = {}
        for item_id, component in self.components.items():
            for word in set(_words(component.name, component.purl, (component.cpe,))) | {
                _plain(f"{component.group}/{component.name}")
            }:
                self.by_word.setdefault(word, []).append(item_id)

    def of_record(self, record: VulnerabilityRecord) -> list[tuple[str, BomComponent]]:
        """Components that a record can be about, sorted by id."""
        return self._of(word for entry in record.affected for word in _words_of(entry))

    def of_product(self, product: Product) -> list[tuple[str, BomComponent]]:
        """Components that a product of a statement can be, sorted by id."""
        return self._of(_words(product.name, product.purl, (product.cpe,)))

    def _of(self, words: Iterable[str]) -> list[tuple[str, BomComponent]]:
        found = {item_id for word in set(words) for item_id in self.by_word.get(word, ())}
        return [(item_id, self.components[item_id]) for item_id in sorted(found)]


def _words_of(entry: AffectedRange) -> Iterator[str]:
    yield from _words(entry.name, entry.purl, entry.cpes)
    yield _plain(re.split(r"[:/]", entry.name)[-1])


def _words(name: str, purl: str, cpes: Iterable[str]) -> Iterator[str]:
    texts = [name]
    if purl.startswith("pkg:"):
        with suppress(ValueError):
            texts.append(PackageURL.from_string(purl).name)
    for cpe in cpes:
        if cpe.startswith("cpe:2.3:"):
            parts = [re.sub(r"\\(.)", r"\1", part) for part in re.split(r"(?<!\\):", cpe[8:])]
        else:
            parts = cpe.removeprefix("cpe:/").split(":")
        texts += parts[2:3]
    yield from filter(None, map(_plain, texts))


def _plain(text: str) -> str:
    return re.sub(r"[\s_.-]+", "-", text.strip().casefold())
