"""Components by the names that they may be called by, so that a record is compared only with those that it can mean."""

from __future__ import annotations

from collections.abc import Iterable

from .advisory import Product, VulnerabilityRecord
from .bom import BomComponent
from .identity import component_names, product_names, range_names


class Candidates:
    """Components by id, found by any name that :func:`sphinx_aimd.model.affected.affects` compares.

    What shares no name with a component cannot match it; what shares one may, and is then compared in full. One id may
    stand for several components: the same item in several bills of materials.
    """

    def __init__(self, components: Iterable[tuple[str, BomComponent]]) -> None:
        """Index components by their names, package URLs and CPE names."""
        self.components = list(components)
        self.by_name: dict[str, list[int]] = {}
        for number, (_item_id, component) in enumerate(self.components):
            for name in component_names(component):
                self.by_name.setdefault(name, []).append(number)

    def of_record(self, record: VulnerabilityRecord) -> list[tuple[str, BomComponent]]:
        """Components that a record can be about, sorted by id."""
        return self._of(name for entry in record.affected for name in range_names(entry))

    def of_product(self, product: Product) -> list[tuple[str, BomComponent]]:
        """Components that a product of a statement can be, sorted by id."""
        return self._of(product_names(product))

    def _of(self, names: Iterable[str]) -> list[tuple[str, BomComponent]]:
        found = {number for name in set(names) for number in self.by_name.get(name, ())}
        return [self.components[number] for number in sorted(found, key=lambda one: (self.components[one][0], one))]
