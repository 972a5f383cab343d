"""Bills of one product in one release in, each of its components once out: formats and parts of it put together."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ...model.bom import BomComponent
from .bills import Bill, Bills, stated, without_version

#: A component and the bill that lists it.
Listed = tuple[Bill, BomComponent]
_Key = tuple[str, ...]
_ANY = "*"


@dataclass(frozen=True)
class Joined:
    """All bills of one product in one release: one in each format, or one for each part of it."""

    bills: tuple[Bill, ...]
    release: str
    product: str

    @property
    def path(self) -> str:
        return " and ".join(bill.path for bill in self.bills)

    def parts(self, bills: Bills) -> list[Listed]:
        """Each component once, as the first bill that lists it has it, with what the other bills add.

        A component of two bills is the same one if both became one item, if package URL and version are equal, or,
        where one bill has no package URL, name and version. Inside one bill nothing is put together.
        """
        found: list[list[Listed]] = []
        for bill in self.bills:
            waiting: dict[_Key, deque[int]] = defaultdict(deque)
            for at, listings in enumerate(found):
                for key in dict.fromkeys(key for one in listings for key in _keys(bills, *one)):
                    waiting[key].append(at)
            taken: set[int] = set()
            for part in bill.parts:
                if part is bill.bom.subject:
                    continue
                at = next((at for key in _wanted(bills, bill, part) for at in _free(waiting[key], taken)), len(found))
                if at == len(found):
                    found.append([])
                taken.add(at)
                found[at].append((bill, part))
        return [(listings[0][0], _merged([part for _bill, part in listings])) for listings in found]


def joined(bills: Iterable[Bill]) -> list[Joined]:
    """Bills of one product in one release together, in the order of the first of each."""
    known = [(bill, *_subject(bill)) for bill in bills]
    groups: dict[str, set[str]] = defaultdict(set)
    for _bill, group, name in known:
        groups[name].add(group)
    found: dict[tuple[str, str], list[Bill]] = defaultdict(list)
    for bill, group, name in known:
        # not every format knows groups: a name is one product unless two groups have it
        is_shared = len(groups[name] - {""}) > 1
        found[bill.release, f"{group}/{name}" if is_shared else name].append(bill)
    return [Joined(tuple(mine), release, product) for (release, product), mine in found.items()]


def have_one_name(one: BomComponent, other: BomComponent) -> bool:
    """Whether names are equal, and groups where both have one."""
    groups = {one.group.casefold(), other.group.casefold()} - {""}
    return plain_name(one) == plain_name(other) and len(groups) <= 1


def plain_name(part: BomComponent) -> str:
    """The name alone, in small letters."""
    return part.name.casefold()


def _subject(bill: Bill) -> tuple[str, str]:
    """Group and name of the product."""
    subject = bill.bom.subject
    return (subject.group.casefold(), plain_name(subject)) if subject is not None else ("", "")


def _keys(bills: Bills, bill: Bill, part: BomComponent) -> Iterator[_Key]:
    """By what a component that waits is found."""
    yield from _sure(bills, bill, part)
    if part.name:
        for group in dict.fromkeys((part.group.casefold(), _ANY)):
            yield "name", str(bool(part.purl)), group, plain_name(part), part.version


def _wanted(bills: Bills, bill: Bill, part: BomComponent) -> Iterator[_Key]:
    """By what a component looks for itself in other bills, the surest first."""
    yield from _sure(bills, bill, part)
    if part.name:
        group = part.group.casefold()
        for has_purl in (False,) if part.purl else (False, True):
            for other in (group, "") if group else ("", _ANY):
                yield "name", str(has_purl), other, plain_name(part), part.version


def _sure(bills: Bills, bill: Bill, part: BomComponent) -> Iterator[_Key]:
    item = bills.item(bill, part)
    if item is not None:
        yield "item", item.id, part.version
    if part.purl:
        yield "purl", without_version(part.purl).casefold(), part.version


def _free(waiting: deque[int], taken: set[int]) -> Iterator[int]:
    while waiting:
        at = waiting.popleft()
        if at not in taken:
            yield at


def _merged(parts: list[BomComponent]) -> BomComponent:
    """The first of several listings, with all that any of them states."""
    if len(parts) == 1:
        return parts[0]

    def texts(name: str) -> list[str]:
        return list(dict.fromkeys(text for part in parts if stated(text := getattr(part, name))))

    def lists(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for part in parts for text in getattr(part, name) if stated(text)))

    return replace(
        parts[0],
        purl=next(iter(texts("purl")), ""),
        group=next(iter(texts("group")), ""),
        supplier="; ".join(texts("supplier")),
        manufacturer="; ".join(texts("manufacturer")),
        licences=lists("licences"),
        hashes=lists("hashes"),
    )
