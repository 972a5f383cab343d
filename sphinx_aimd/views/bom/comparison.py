"""Bills of two releases in, what was added, removed and changed out."""

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

ADDED, REMOVED, CHANGED, UNCHANGED = "added", "removed", "changed", "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """One difference between an earlier bill and the one under review."""

    earlier: Bill
    now: Bill
    kind: str
    part: BomComponent
    is_of_now: bool
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
        found, same = _compare(earlier, now)
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
            Facet(name="earlier", title="Earlier bill", values=tuple((change.earlier.path,) for change in changes)),
            Facet(name="change", title="Change", values=tuple((change.kind,) for change in changes)),
            Facet(name="field", title="What", values=tuple(((change.field or change.kind),) for change in changes)),
        ),
    )


def _pairs(bills: Bills) -> Iterator[tuple[Bill, Bill]]:
    """Each bill of the release under review with each bill of another release that is of the same product."""
    if bills.review is None:
        return
    for now in bills:
        if now.release == bills.review.id and not _is_crypto(now):
            for earlier in bills:
                is_other = earlier.release not in ("", bills.review.id) and not _is_crypto(earlier)
                if is_other and _product(earlier) == _product(now):
                    yield earlier, now


def _is_crypto(bill: Bill) -> bool:
    """Whether a bill lists cryptographic assets and nothing else: of software it says nothing, so none went from it."""
    return bool(bill.bom.components) and all(part.crypto is not None for part in bill.bom.components)


def _product(bill: Bill) -> str:
    subject = bill.bom.subject
    if subject is None:
        return ""
    return f"{subject.group}/{subject.name}".casefold()


def _why_none(bills: Bills) -> str:
    if bills.review is None:
        return "Nothing is compared: no one release is under review"
    if not any(bill.release == bills.review.id for bill in bills):
        return f"Nothing is compared: no bill of materials is of {bills.review.id}, the release under review"
    return "Nothing is compared: no bill of another release is of the same product"


def _key(part: BomComponent) -> str:
    return without_version(part.purl).casefold() or f"{part.group}/{part.name}".casefold()


def _compare(earlier: Bill, now: Bill) -> tuple[list[_Change], int]:
    """All changes by name of the component, and how many components are unchanged; the product itself is left out."""
    sides: list[dict[str, list[BomComponent]]] = []
    for bill in (earlier, now):
        found: dict[str, list[BomComponent]] = {}
        for part in bill.parts:
            if part is not bill.bom.subject:
                found.setdefault(_key(part), []).append(part)
        sides.append(found)
    changes: list[_Change] = []
    same = 0
    names = {key: (label(parts[0]).casefold(), key) for side in sides for key, parts in side.items()}
    for key in sorted(names, key=lambda key: names[key]):
        for before, after in _matched(sides[0].get(key, []), sides[1].get(key, [])):
            one = after or before
            assert one is not None  # noqa: S101 - a pair has at least one side
            if before is None or after is None:
                kind, texts = (ADDED, ("", one.version)) if before is None else (REMOVED, (one.version, ""))
                changes.append(
                    _Change(
                        earlier=earlier,
                        now=now,
                        kind=kind,
                        part=one,
                        is_of_now=before is None,
                        before=texts[0],
                        after=texts[1],
                    )
                )
                continue
            differences = [*_differences(before, after)]
            same += not differences
            changes += [
                _Change(
                    earlier=earlier,
                    now=now,
                    kind=CHANGED,
                    part=after,
                    is_of_now=True,
                    field=field,
                    before=old,
                    after=new,
                )
                for field, old, new in differences
            ]
    return changes, same


def _matched(
    before: list[BomComponent], after: list[BomComponent]
) -> Iterator[tuple[BomComponent | None, BomComponent | None]]:
    """Pairs of one component: equal versions first, then in order; what has no partner stands alone."""
    waiting: dict[str, deque[BomComponent]] = {}
    for new in after:
        waiting.setdefault(new.version, deque()).append(new)
    alone = []
    for old in before:
        same = waiting.get(old.version)
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
    hashes = [dict(text.partition(":")[::2] for text in part.hashes) for part in (before, after)]
    for algorithm in sorted(hashes[0].keys() & hashes[1].keys()):
        if hashes[0][algorithm].casefold() != hashes[1][algorithm].casefold():
            field = "hash, at the same version" if is_same_version else "hash"
            yield field, f"{algorithm}:{hashes[0][algorithm]}", f"{algorithm}:{hashes[1][algorithm]}"
    if bool(hashes[0]) != bool(hashes[1]):
        yield "hash", ", ".join(before.hashes), ", ".join(after.hashes)


def _row(bills: Bills, change: _Change) -> tuple[Cell, ...]:
    bill = change.now if change.is_of_now else change.earlier
    item = bills.item(bill, change.part)
    release = bills.release_cell(change.earlier)
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
