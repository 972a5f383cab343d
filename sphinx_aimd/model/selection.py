"""Results of a test in, what they contribute to its verdict out: which of them count, environment by environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .item import Item
from .judgement import Judgement
from .leaves import Context
from .repeats import FAILED, OPEN, Repeats, is_older, is_same_version
from .verdict import Verdict, fold, word


@dataclass(frozen=True, slots=True)
class Part:
    """What one target or leaf contributes to a need."""

    verdict: Verdict
    path: tuple[str, ...] = ()
    text: str = ""

    @property
    def cost(self) -> tuple[int, int, tuple[str, ...], str]:
        return (self.verdict.rank, len(self.path), self.path, self.text)


def selected(test: Item, done: Mapping[str, Judgement], context: Context) -> tuple[Verdict, list[Part]]:
    """The results that count, one fold for each required environment (see the user guide, Results)."""
    results = [result for result in context.graph.targets(test.id, "has_result") if context.graph.is_live(result)]
    by_environment: dict[str, list[Item]] = {name: [] for name in test.values("environments")}
    for result in results:
        by_environment.setdefault(result.text("environment"), []).append(result)
    parts: list[Part] = []
    for environment, mine in by_environment.items():
        if not mine:
            parts.append(Part(Verdict.MISSING, (), f"no result in the environment {environment!r}"))
            continue
        counted = current(test, mine, done, context)
        if environment not in test.values("environments") and test.values("environments"):
            # an environment that nobody asked for proves nothing, but a failure in it is a failure
            counted = [part for part in counted if part.verdict is Verdict.FAILED]
        parts += counted
    return fold(part.verdict for part in parts), parts


def current(test: Item, results: list[Item], done: Mapping[str, Judgement], context: Context) -> list[Part]:
    """Of one environment: the latest day of the version under review, else of the one run last; the worst of it.

    What did not pass on an earlier day stays open until the same case has passed on a later one.
    """
    reached = [r for r in results if not context.is_future(r.text("executed_on")) or r.text("outcome") in FAILED]
    results = reached or results
    newest = max(results, key=lambda result: (result.text("executed_on"), result.text("version_under_test")))
    kept = [result for result in results if context.version == result.text("version_under_test") != ""]
    kept = kept or [r for r in results if r.text("version_under_test") == newest.text("version_under_test")]
    day = max(result.text("executed_on") for result in kept)
    # a result without a date may be the latest one, so it always counts
    now = [result for result in kept if result.text("executed_on") in ("", day)]
    parts = [_said(result, done) for result in now]
    deviations = context.in_force(test.id, "test_deviation")
    repeats = Repeats(kept, context, explained=max((one.text("decided_on") for one in deviations), default=""))
    left = [one for old in kept if old.text("executed_on") not in ("", day) for one in repeats.left(old, OPEN)]
    ids = {result.id for result in kept}
    for other in results:
        if other.id not in ids and (clearing := _clearing(other, kept[0], repeats, context)):
            left += clearing.left(other, FAILED)
    parts += [Part(Verdict(one.verdict), (one.result.id,), one.text) for one in left]
    return [part for part in parts if not part.verdict.is_closed] or parts


def _clearing(other: Item, counted: Item, repeats: Repeats, context: Context) -> Repeats | None:
    """What clears failures of another version than the one that counts; None where they do not matter.

    One of an unknown version, or of the same in another spelling, may be of the version that counts. Where that is an
    older one than the one under review, a failure of any version between them says more than its passing.
    """
    version, own = other.text("version_under_test"), counted.text("version_under_test")
    if not version or not own or is_same_version(version, own):
        return repeats
    if own == context.version or is_older(version, own):
        return None
    return Repeats((), context)


def _said(result: Item, done: Mapping[str, Judgement]) -> Part:
    found = done[result.id]
    return Part(found.verdict, (result.id,), found.reasons[0].text if found.reasons else word(found.verdict))
