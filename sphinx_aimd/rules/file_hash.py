"""file-hash: the file in field ``path`` exists and has the hash in field ``hash``. Says ``path`` and ``reason``."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.item import Finding
from ..model.trace import Trace
from ..tracemodel import RuleSpec
from ._report import finding, in_scope

PARAMS = {"path": True, "hash": True}


def check(spec: RuleSpec, trace: Trace) -> Iterator[Finding]:
    """An absent, refused or changed file is a finding at the line of its path."""
    for item in in_scope(spec, trace):
        path = item.text(spec.params["path"])
        if not path:
            continue
        fact = trace.graph.inputs.files.get(path)
        approved = item.text(spec.params["hash"])
        if fact is None or not fact.exists:
            reason = (fact.reason if fact else "") or "the file does not exist"
        elif approved and approved != fact.sha256:
            reason = f"the file has the hash {fact.sha256}"
        else:
            continue
        yield from finding(spec, trace, item, option=spec.params["path"], path=path, reason=reason)
