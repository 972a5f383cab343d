"""A bill or one of its parts in; whether it states what an element asks for, and the words that stand instead, out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ...model.bom import BomComponent
from .bills import Bill, Bills, stated

#: Families of hashes that are approved today, in the spelling of CycloneDX, SPDX or IANA.
_APPROVED = re.compile(r"(SHA-?(224|256|384|512)(/\d+)?|SHA-?3-?_?(224|256|384|512))", re.IGNORECASE)

#: Facts of a bill by the name that ``traceability/sbom_elements.yaml`` gives them.
OF_BILL: Mapping[str, Callable[[Bill], bool]] = {
    "authors": lambda bill: any(map(stated, bill.bom.authors)),
    "timestamp": lambda bill: stated(bill.bom.timestamp),
    "tools": lambda bill: any(map(stated, bill.bom.tools)),
    "tool_versions": lambda bill: bool(bill.bom.tools) and all(re.search(r"\d", tool) for tool in bill.bom.tools),
    "generation": lambda bill: any(map(stated, bill.bom.generation)),
    "revision": lambda bill: stated(bill.bom.revision) or stated(bill.bom.serial),
    "format": lambda bill: stated(bill.bom.source.format),
}


def _from_item(bills: Bills, bill: Bill, part: BomComponent, name: str) -> str:
    item = bills.item(bill, part)
    return item.text(name) if item is not None else ""


def _hash_algorithm(_bills: Bills, _bill: Bill, part: BomComponent) -> bool:
    return any(_APPROVED.fullmatch(text.partition(":")[0]) for text in part.hashes)


def _relationship(_bills: Bills, bill: Bill, part: BomComponent) -> bool:
    return part is bill.bom.subject or part.ref in bill.needed or bool(part.depends_on)


def _known_unknown(bills: Bills, bill: Bill, part: BomComponent) -> bool:
    return bool(part.known_unknown or _from_item(bills, bill, part, "known_unknown"))


def _support_level(bills: Bills, bill: Bill, part: BomComponent) -> bool:
    return stated(part.support_level) or stated(_from_item(bills, bill, part, "support_level"))


def _end_of_support(bills: Bills, bill: Bill, part: BomComponent) -> bool:
    return bool(part.end_of_support or _from_item(bills, bill, part, "end_of_support"))


#: Facts of a part, likewise.
OF_PART: Mapping[str, Callable[[Bills, Bill, BomComponent], bool]] = {
    "supplier": lambda _bills, _bill, part: stated(part.supplier) or stated(part.manufacturer),
    "name": lambda _bills, _bill, part: stated(part.name),
    "version": lambda _bills, _bill, part: stated(part.version),
    "identifier": lambda _bills, _bill, part: stated(part.purl) or stated(part.cpe),
    "hash": lambda _bills, _bill, part: any(stated(text.partition(":")[2]) for text in part.hashes),
    "hash_algorithm": _hash_algorithm,
    "licence": lambda _bills, _bill, part: any(map(stated, part.licences)),
    "relationship": _relationship,
    "reached": lambda _bills, bill, part: part.ref in bill.depths,
    "known_unknown": _known_unknown,
    "support_level": _support_level,
    "end_of_support": _end_of_support,
}
#: Words of a part that stand where a fact should be.
WORDS: Mapping[str, Callable[[BomComponent], str]] = {
    "support_level": lambda part: part.support_level_text,
    "end_of_support": lambda part: part.end_of_support_text,
    "hash_algorithm": lambda part: ", ".join(text.partition(":")[0] for text in part.hashes),
    "version": lambda part: part.version,
    "supplier": lambda part: part.supplier,
}
