"""algorithm-family: the words of ``algorithm`` name a family of methods.yaml, and ``state`` does not contradict it.

With ``state`` the claim is compared with how the family stands to a quantum computer; without it an algorithm of no
family is a finding. An empty field says nothing. Says ``value``, ``claim`` and ``families``.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..methods import UNKNOWN, WEAK
from ..model.item import Finding
from ..model.quantum import standing
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS = {"algorithm": True, "state": False, "weak": False}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each contradiction, or each algorithm that the table does not know, is a finding."""
    name, state = spec.params["algorithm"], spec.params.get("state", "")
    for item in in_scope(spec, trace):
        if not item.text(name):
            continue
        found = standing(trace, item, name)
        claim = item.text(state) if state else ""
        if "weak" in spec.params:
            wrong = claim in spec.params["weak"] and any(family.quantum == WEAK for family in found.families)
        else:
            wrong = bool(claim) and found.state.name != UNKNOWN and claim not in found.state.claims
        if wrong if state else found.state.name == UNKNOWN:
            yield from finding(
                spec,
                trace,
                item,
                option=state or name,
                value=item.text(name),
                claim=claim.replace("_", " "),
                families=f"{', '.join(family.title for family in found.families)}: {found.state.title}",
            )
