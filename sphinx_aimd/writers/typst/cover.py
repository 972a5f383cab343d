"""The dossier in, the cover of its PDF out: what it is, of what, when, by which rules and how far."""

from __future__ import annotations

from collections import Counter

from ... import __version__
from ...model.verdict import MEANING, WORDS, Verdict
from ...views.applicable import profile_line
from ...views.dossier import Dossier
from .source import block, literal, words

STATEMENT = "Verdicts say how far evidence is complete. Conformity is the manufacturer's statement."
FOOT = "Verdicts say how far evidence is complete."
KIND = "Design history file: cybersecurity evidence"


def cover(dossier: Dossier, *, project: str, release: str) -> str:
    """Source of the cover.

    :param project: name of the project.
    :param release: its release, as the project states it; may be empty.
    """
    trace = dossier.trace
    rows = [
        ("Release", release or "not stated"),
        ("Version under review", trace.version or "none"),
        ("As of", trace.as_of or "not known; every date counts as past"),
        ("Device profile", profile_line(trace)),
        ("Gate", trace.gate),
        ("Items", str(sum(item.type != "clause" for item in trace.items.values()))),
        ("Clauses", f"{len(trace.catalogue.clauses)} of {len(trace.catalogue.instruments)} instruments"),
        ("Findings", str(len(dossier.findings))),
        ("Changed by the project", ", ".join(trace.model.overlaid) or "nothing in the shipped trace model"),
        ("Made by", f"sphinx-aimd {__version__}"),
    ]
    items: Counter[Verdict] = Counter()
    clauses: Counter[Verdict] = Counter()
    for item in trace.items.values():
        (clauses if item.type == "clause" else items)[trace.verdict(item.id)] += 1
    counts = [
        [verdict.value, WORDS[verdict], str(items[verdict]), str(clauses[verdict]), MEANING[verdict]]
        for verdict in reversed(Verdict)
    ]
    facts = "".join(f"({literal(title)}, {block(words(text))}), " for title, text in rows)
    meta = {"kind": KIND, "project": project}
    return f"cover({literal(meta)}, ({facts}), {literal(STATEMENT)}, {literal(counts)});\n"
