"""rubric-agrees: answers of the MITRE rubric in ``answers`` and the vectors in ``fields`` do not contradict each other.

Only steps that are certain are compared; silence is no statement that the qualified tool was followed. Says ``said``.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.item import Finding
from ..model.rubric import answers_of, rubric_conflicts
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS = {"answers": True, "fields": True}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """Each metric on which they disagree is a finding at the line of the vector."""
    for item in in_scope(spec, trace):
        answers = answers_of(item.values(spec.params["answers"]))
        vectors = [(name, item.text(name)) for name in spec.params["fields"] if item.text(name)]
        for name, vector in vectors[:1] if answers else ():
            for said in rubric_conflicts(answers, vector):
                yield from finding(spec, trace, item, option=name, said=said)
