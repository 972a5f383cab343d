"""A synthetic project for the PDF benchmark: chapters of prose and items, and a matrix with a given number of rows."""

from __future__ import annotations

import json
import random
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import quoteattr

import project

from sphinx_aimd.catalogue import Catalogue

CHAPTERS, PER_CHAPTER = 30, 20
MATRIX = "bench-paths"
_COLUMNS = (
    {"name": "threat", "title": "Threat", "field": "title"},
    {"name": "verdict", "title": "Verdict", "verdict": True},
    {"name": "stride", "title": "STRIDE", "field": "stride"},
    {"name": "control", "title": "Control", "hops": ["mitigated_by"], "types": ["control"]},
    {"name": "requirement", "title": "Requirement", "hops": ["mitigated_by", "implements"], "types": ["requirement"]},
    {"name": "test", "title": "Test", "hops": ["mitigated_by", "verified_by"], "types": ["test"]},
    {
        "name": "result",
        "title": "Result",
        "hops": ["mitigated_by", "verified_by", "has_result"],
        "types": ["result"],
        "show": ["id", "outcome", "version_under_test", "executed_on", "verdict"],
    },
)
_CONF = """\
project = "Benchmark"
release = "1"
extensions = ["sphinx_aimd"]
aimd_traceability = ["traceability"]
exclude_patterns = ["results"]
"""


def items(rows: int, clauses: Sequence[str]) -> list[project.Item]:
    """600 items with as many paths from a threat over a control and a test to a result as the matrix has rows.

    :param clauses: ids of catalogue clauses that requirements satisfy.
    """
    found = project.trace(CHAPTERS * PER_CHAPTER, clauses)
    of = {kind.name: [item.id for item in found if item.kind is kind] for kind in project.KINDS}
    controls = of["control"]
    mitigates: dict[str, list[str]] = {}
    verifies: dict[str, list[str]] = {}
    threat = test = 0
    for number, control in enumerate(controls):
        paths = rows * (number + 1) // len(controls) - rows * number // len(controls)
        threats = max((n for n in range(1, int(paths**0.5) + 1) if paths % n == 0), default=0)
        for _ in range(threats):
            mitigates.setdefault(control, []).append(of["threat"][threat % len(of["threat"])])
            threat += 1
        for _ in range(paths // threats if threats else 0):
            verifies.setdefault(of["test"][test % len(of["test"])], []).append(control)
            test += 1

    def links(item: project.Item) -> dict[str, Sequence[str]]:
        if item.kind.name == "control":
            return {**item.links, "mitigates": mitigates.get(item.id, ())}
        return {"verifies": verifies.get(item.id, ())} if item.kind.name == "test" else {}

    shown = [replace(item, outcome=item.outcome or "passed") if item.kind.name == "test" else item for item in found]
    return [replace(item, links={name: to for name, to in links(item).items() if to}) for item in shown]


def write(folder: Path, rows: int, catalogue: Catalogue) -> None:
    """Write the sources.

    :param catalogue: all its clauses are shown: our PDF would add those that no page shows, the others would not.
    """
    found = items(rows, [c.id for c in catalogue.clauses.values() if c.cybersecurity in ("primary", "related")])
    source = random.Random(project.SEED)
    names = [f"chapter-{number + 1:02}" for number in range(CHAPTERS)]
    texts = {f"{name}.rst": "".join(_chapter(n, found[n::CHAPTERS], source)) for n, name in enumerate(names)}
    tree = "".join(f"   {name}\n" for name in [*names, "clauses", "matrix"])
    release = (
        f".. release:: Release under review\n   :id: REL-1\n   :status: in_review\n   :version: {project.VERSION}\n"
        "   :under_review: true\n   :as_of: 2026-11-01\n   :field_state: in_development\n   :markets: EU; US\n"
    )
    title = "Design history file"
    texts["index.rst"] = f"{title}\n{'=' * len(title)}\n\n.. toctree::\n   :maxdepth: 2\n\n{tree}\n{release}"
    texts["clauses.rst"] = "Clauses\n=======\n\n" + "".join(
        f".. clauses:: {name}\n\n" for name in catalogue.instruments
    )
    texts["matrix.rst"] = f"Paths\n=====\n\n.. trace-matrix:: {MATRIX}\n"
    texts["conf.py"] = _CONF
    matrix = {"id": MATRIX, "title": "Threat to result", "question": "Is every threat shown to be mitigated?"}
    matrix |= {
        "clauses": [],
        "filters": [],
        "rows": {"types": ["threat"]},
        "columns": _COLUMNS,
        "gap": ["control", "test", "result"],
        "sort": ["threat"],
    }
    # JSON is YAML.
    texts["traceability/matrices.yaml"] = json.dumps({"schema": 1, "matrices": [matrix]}, indent=1)
    texts["results/bench.xml"] = _report(found)
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "figure.png").write_bytes(_picture())


def _chapter(number: int, found: Sequence[project.Item], source: random.Random) -> Iterator[str]:
    """Prose, a note, code, a figure and references, then the items, each with a note and code of its own."""
    words_of = " ".join(item.title for item in found).lower().split()

    def words(count: int) -> str:
        return " ".join(source.choice(words_of) for _ in range(count))

    title = f"Chapter {number + 1}: {words(3)}"
    yield f".. _chapter-{number + 1}:\n\n{title}\n{'=' * len(title)}\n\n"
    yield f"The device {words(60)}; see :ref:`chapter-{source.randrange(CHAPTERS) + 1}`.\n\n"
    yield f".. figure:: figure.png\n   :alt: {words(6)}\n   :width: 60%\n\n   {words(8).capitalize()}\n\n"
    for item in found:
        section = f"{item.id} {words(2)}"
        other = source.randrange(CHAPTERS) + 1
        yield f"{section}\n{'-' * len(section)}\n\nBefore it, {words(40)}; see :ref:`chapter-{other}`.\n\n"
        options = {"id": item.id, "status": item.status, **item.fields}
        options |= {name: ", ".join(targets) for name, targets in item.links.items()}
        options |= {"satisfies": item.clause} if item.clause else {}
        yield f".. {item.kind.name}:: {item.title}\n" + "".join(
            f"   :{name}: {text}\n" for name, text in options.items()
        )
        yield f"\n   {item.paragraphs[0]}\n\n   {item.paragraphs[1]}\n\n   - {words(8)}\n   - {words(9)}\n\n"
        yield f".. note::\n\n   {words(20)}.\n\n.. code-block:: c\n\n"
        yield "".join(
            f"   if ({word} > {n}) {{ {word} = 0; }} /* {words(3)} */\n" for n, word in enumerate(words(4).split())
        )
        yield "\n"


def _report(found: Sequence[project.Item]) -> str:
    """A JUnit report with the result of each test."""
    failure = {"failed": "<failure message='limit exceeded'/>"}
    cases = "".join(
        f"<testcase classname={quoteattr(item.id)} name='case'>{failure.get(item.outcome, '')}</testcase>\n"
        for item in found
        if item.outcome
    )
    properties = {"aimd.version": project.VERSION, "aimd.environment": project.ENVIRONMENT, "aimd.date": "2026-10-01"}
    said = "".join(f"<property name={quoteattr(k)} value={quoteattr(v)}/>" for k, v in properties.items())
    return f"<testsuite name='bench'>\n<properties>{said}</properties>\n{cases}</testsuite>\n"


def _picture(side: int = 400) -> bytes:
    """A picture with a gradient as PNG, which all engines take as it is."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\0" + bytes((x + y) * 255 // (2 * side) for x in range(side)) for y in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
