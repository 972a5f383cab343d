"""Bills of one product in two releases in, what was added, removed and changed out."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from ...model.bom import BomComponent
from ...model.trace import Trace
from ..scope import scope_of
from ..table import Cell, Facet, Table, columns
from .bills import Bill, Bills, label, without_version
from .joined import Joined, Listed, have_one_name, joined, plain_name

ADDED, REMOVED, CHANGED, UNCHANGED = "added", "removed", "changed", "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """One difference between the bills of an earlier release and those of the one under review.

    :param bill: that lists the part.
    """

    earlier: Joined
    bill: Bill
    kind: str
    part: BomComponent
    field: str = ""
    before: str = ""
    after: str = ""


def sbom_diff(trace: Trace) -> Table:
    """One row for each difference to an earlier release's bill of the same product."""
    bills = Bills(trace)
    pairs = [*_pairs(bills)]
    changes: list[_Change] = []
    lines = []
    for earlier, now in pairs:
        found, same = _compare(bills, earlier, now)
        changes += found
        kinds = Counter(kind for kind, _part in {(change.kind, id(change.part)) for change in found})
        figures = ", ".join(f"{kinds[kind]} {kind}" for kind in (ADDED, REMOVED, CHANGED))
        lines.append(f"{earlier.path} against {now.path}: {figures}, {same} {UNCHANGED} and not listed")
    if pairs:
        lines += [
            f"{bill.path} lists cryptographic assets alone and is not compared" for bill in bills if _is_crypto(bill)
        ]
    rows = tuple(_row(bills, change) for change in changes)
    return Table(
        id="sbom-diff",
        kind="register",
        title="Bills of materials compared with earlier releases",
        question="Which components came, went or changed since each earlier release?",
        scope=scope_of(trace, "; ".join(lines) or _why_none(bills)),
        columns=columns(
            ("earlier", "Earlier release", 4),
            ("component", "Component", 5),
            ("change", "Change", 2),
            ("field", "What", 2),
            ("before", "Before", 4),
            ("after", "Now", 4),
        ),
        rows=rows,
        row_ids=tuple(row[1].target for row in rows),
        facets=(
            Facet(name="earlier", title="Earlier bill", values=tuple(_paths(change) for change in changes)),
            Facet(name="change", title="Change", values=tuple((change.kind,) for change in changes)),
            Facet(name="field", title="What", values=tuple(((change.field or change.kind),) for change in changes)),
        ),
    )


def _paths(change: _Change) -> tuple[str, ...]:
    return tuple(bill.path for bill in change.earlier.bills)


def _pairs(bills: Bills) -> Iterator[tuple[Joined, Joined]]:
    """Each product of the release under review with the same one in each other release."""
    if bills.review is None:
        return
    every = joined(bill for bill in bills if bill.release and not _is_crypto(bill))
    for now in every:
        if now.release == bills.review.id:
            for earlier in every:
                if earlier.release != now.release and earlier.product == now.product:
                    yield earlier, now


def _is_crypto(bill: Bill) -> bool:
    """Whether a bill lists cryptographic assets and nothing else: of software it says nothing, so none went from it."""
    return bool(bill.bom.components) and all(part.crypto is not None for part in bill.bom.components)


def _why_none(bills: Bills) -> str:
    if bills.review is None:
        return "Nothing is compared: no one release is under review"
    if not any(bill.release == bills.review.id for bill in bills):
        return f"Nothing is compared: no bill of materials is of {bills.review.id}, the release under review"
    return "Nothing is compared: no bill of another release is of the same product"


def _key(part: BomComponent) -> str:
    return without_version(part.purl).casefold() or f"{part.group}/{part.name}".casefold()


def _compare(bills: Bills, earlier: Joined, now: Joined) -> tuple[list[_Change], int]:
    """All changes by name of the component, and how many components are unchanged; the product itself is left out."""
    sides: list[dict[str, list[Listed]]] = []
    for state in (earlier, now):
        found: dict[str, list[Listed]] = {}
        for bill, part in state.parts(bills):
            found.setdefault(_key(part), []).append((bill, part))
        sides.append(found)
    _without_purl(*sides)
    changes: list[_Change] = []
    same = 0
    names = {key: (label(parts[0][1]).casefold(), key) for side in sides for key, parts in side.items()}
    for key in sorted(names, key=lambda key: names[key]):
        for before, after in _matched(sides[0].get(key, []), sides[1].get(key, [])):
            found_here = [*_changes(earlier, before, after)]
            same += not found_here
            changes += found_here
    return changes, same


def _without_purl(earlier: dict[str, list[Listed]], now: dict[str, list[Listed]]) -> None:
    """Where only one side states a package URL, find the component by its name, if no other one on a side has it."""
    for side, other in ((earlier, now), (now, earlier)):
        lone = [key for key, listed in side.items() if key not in other and not listed[0][1].purl]
        by_name: dict[str, list[str]] = {}
        for key in (key for key, listed in other.items() if key not in side and listed[0][1].purl):
            by_name.setdefault(plain_name(other[key][0][1]), []).append(key)
        uses = Counter(plain_name(side[key][0][1]) for key in lone)
        for key in lone:
            part = side[key][0][1]
            keys = by_name.get(plain_name(part), [])
            if part.name and len(keys) == uses[plain_name(part)] == 1 and have_one_name(part, other[keys[0]][0][1]):
                side[keys[0]] = side.pop(key)


def _changes(earlier: Joined, before: Listed | None, after: Listed | None) -> Iterator[_Change]:
    """How one component differs."""
    if before is not None and after is not None:
        bill, part = after
        for field, old, new in _differences(before[1], part):
            yield _Change(earlier=earlier, bill=bill, kind=CHANGED, part=part, field=field, before=old, after=new)
    elif after is not None:
        yield _Change(earlier=earlier, bill=after[0], kind=ADDED, part=after[1], after=after[1].version)
    elif before is not None:
        yield _Change(earlier=earlier, bill=before[0], kind=REMOVED, part=before[1], before=before[1].version)


def _matched(before: list[Listed], after: list[Listed]) -> Iterator[tuple[Listed | None, Listed | None]]:
    """Pairs of one component: equal versions first, then in order; what has no partner stands alone."""
    waiting: dict[str, deque[Listed]] = {}
    for new in after:
        waiting.setdefault(new[1].version, deque()).append(new)
    alone = []
    for old in before:
        same = waiting.get(old[1].version)
        if same:
            yield old, same.popleft()
        else:
            alone.append(old)
    yield from zip_longest(alone, (new for rest in waiting.values() for new in rest))


def _differences(before: BomComponent, after: BomComponent) -> Iterator[tuple[str, str, str]]:
    """Fields that differ; hashes of one algorithm only, since another algorithm is another text of the same file."""
    is_same_version = before.version == after.version
    for field, old, new in (
        ("version", before.version, after.version),
        ("supplier", before.supplier or before.manufacturer, after.supplier or after.manufacturer),
        ("licence", " AND ".join(before.licences), " AND ".join(after.licences)),
    ):
        if old != new:
            yield field, old, new
    hashes = [_hashes(part) for part in (before, after)]
    for algorithm in sorted(hashes[0].keys() & hashes[1].keys()):
        if hashes[0][algorithm] != hashes[1][algorithm]:
            field = "hash, at the same version" if is_same_version else "hash"
            old, new = (", ".join(f"{algorithm}:{text}" for text in side[algorithm]) for side in hashes)
            yield field, old, new
    if bool(hashes[0]) != bool(hashes[1]):
        yield "hash", ", ".join(before.hashes), ", ".join(after.hashes)


def _hashes(part: BomComponent) -> dict[str, list[str]]:
    """Digests by algorithm; bills of one product may state several."""
    found: dict[str, set[str]] = {}
    for text in part.hashes:
        algorithm, _colon, digest = text.partition(":")
        found.setdefault(algorithm, set()).add(digest.casefold())
    return {algorithm: sorted(digests) for algorithm, digests in found.items()}


def _row(bills: Bills, change: _Change) -> tuple[Cell, ...]:
    item = bills.item(change.bill, change.part)
    release = bills.release_cell(change.earlier.bills[0])
    none = "not stated"
    before, after = change.before, change.after
    if change.kind == CHANGED:
        before, after = before or none, after or none
    return (
        release,
        Cell(label(change.part), item.id if item is not None else ""),
        Cell(change.kind),
        Cell(change.field),
        Cell(before),
        Cell(after),
    )
