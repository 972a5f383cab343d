"""Rule kinds, one module each: the trace in, findings out.

A new kind is a new module here with ``PARAMS`` and ``check``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from ..model.approval import FAULTS
from ..model.bom import KINDS
from ..model.comments import RATINGS
from ..model.dataflow import PROBLEMS
from ..model.item import Finding, Severity
from ..model.rating import ACCEPTANCE, LEVEL, STATE
from ..model.trace import Trace
from ..model.verdict import Verdict
from ..tracemodel import RuleSpec, TraceModel
from ..yamlfile import InputError


@dataclass(frozen=True, slots=True)
class Kind:
    """A rule kind: its parameters (False: optional) and its check.

    :param explains: whether a finding of this kind can be the cause of another, which is then left out.
    """

    params: Mapping[str, bool]
    check: Callable[[RuleSpec, Trace], Iterator[Finding]]
    is_model_error: bool
    explains: bool


@cache
def kinds() -> dict[str, Kind]:
    """All kinds by the name that rules.yaml uses: the module's name with hyphens."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name.startswith("_"):
            continue
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        name = module.name.replace("_", "-")
        found[name] = Kind(
            loaded.PARAMS,
            loaded.check,
            getattr(loaded, "IS_MODEL_ERROR", False),
            getattr(loaded, "EXPLAINS", True),
        )
    return found


def check_specs(model: TraceModel) -> None:
    """Refuse rules of an unknown kind, with wrong parameters, or that name what the model does not have.

    :raises InputError: at the rule's place, naming it and what its kind takes.
    """
    for spec in model.rules:
        kind = kinds().get(spec.kind)
        if kind is None:
            raise _refusal(spec, f"there is no kind {spec.kind!r}", kinds())
        needed = {name for name, required in kind.params.items() if required}
        if not needed <= set(spec.params) <= set(kind.params):
            takes = ", ".join(name if required else f"{name} (optional)" for name, required in kind.params.items())
            raise _refusal(spec, "wrong parameters", (), f"{spec.kind} takes: {takes or 'none'}.")
        for name, value in spec.params.items():
            known = _known(model, name)
            for word in _words(value) if known else ():
                if word.rstrip("?") not in known:
                    raise _refusal(spec, f"{name} names {word!r}, which does not exist", known)
            if name in _NUMBERS and not str(value).isdigit():
                raise _refusal(spec, f"{name} is {value!r}", (), "Write a whole number.")


DEPARTURES = (LEVEL, STATE, ACCEPTANCE)
_NUMBERS = ("min", "max", "days", "margin_days")


def _known(model: TraceModel, param: str) -> frozenset[str]:
    """The names that a parameter may hold; empty for those that hold no names."""
    if param in ("link", "links", "hops"):
        return frozenset({*model.links, *model.reverse})
    if param == "types":
        return frozenset(model.types)
    if param == "except":
        return frozenset(f"{kind.name}.{field}" for kind in model.types.values() for field in kind.fields)
    if param in (
        "answers",
        "field",
        "fields",
        "left",
        "right",
        "from",
        "to",
        "path",
        "hash",
        "where",
        "algorithm",
        "state",
    ):
        return frozenset({"status", *(field for kind in model.types.values() for field in kind.fields)})
    words = {"allowed": model.statuses, "verdict": map(str, Verdict), "ratings": RATINGS}
    words |= {"kinds": KINDS}
    words |= {"methods": model.methods.ratings, "about": DEPARTURES, "problem": PROBLEMS, "fault": FAULTS}
    return frozenset(words.get(param, ()))


def _words(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]


def _refusal(spec: RuleSpec, what: str, known: Iterable[str], remedy: str = "") -> InputError:
    remedy = remedy or f"Known: {', '.join(sorted(known))}."
    return InputError(spec.location.file, spec.location.line, f"rule {spec.id}: {what}.", remedy)


def run(trace: Trace) -> tuple[Finding, ...]:
    """Model errors of the trace and what every rule finds, sorted, each problem once: where it starts."""
    found = dict.fromkeys(trace.findings)
    apart: dict[Finding, None] = {}
    for spec in trace.model.rules:
        if spec.severity[trace.gate] is not Severity.OFF:
            kind = kinds()[spec.kind]
            (found if kind.explains else apart).update(dict.fromkeys(kind.check(spec, trace)))
    return tuple(sorted({*_causes(found), *apart}, key=lambda finding: finding.sort_key))


def _causes(found: Iterable[Finding]) -> Iterator[Finding]:
    """Findings without those that only repeat what a finding of equal or higher grade says of their cause.

    A cause may have a cause of its own; the finding at the end of such a chain stays.
    """
    found = tuple(found)
    grades: dict[str, int] = {}
    for finding in found:
        for subject in (finding.item or finding.location.file, *finding.covers):
            grades[subject] = max(grades.get(subject, 0), finding.severity.rank)
    for finding in found:
        if not finding.cause or grades.get(finding.cause, 0) < finding.severity.rank:
            yield finding
