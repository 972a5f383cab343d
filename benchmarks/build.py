"""CPU time and peak memory of full HTML builds: this extension, plain sphinx-needs and plain prose, same content.

Run it as ``make bench``; ``--quick`` measures 1,000 items only. See README.md for the method and measured figures.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

import project

from sphinx_aimd.catalogue import load_catalogue

SIZES = (1000, 2000, 5000, 10000)
NEEDS_LIMIT, PROSE_LIMIT = 0.5, 1.3
#: Highest ratio of CPU time per item between the largest and a middle size that still counts as linear growth.
GROWTH_LIMIT = 1.25
REVIEWED_ON = "2026-09-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One whole process: CPU time (user and system) in seconds, peak resident memory in MiB, wall time in seconds."""

    cpu: float
    memory: float
    wall: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A way of building the content: the folder of its sources and more arguments of sphinx-build."""

    name: str
    sources: str
    arguments: tuple[str, ...] = ()


OURS = Variant(name="aimd", sources="aimd", arguments=("-D", "aimd_exports="))
EXPORTS = Variant(name="aimd + json, xlsx", sources="aimd")
NEEDS = Variant(name="sphinx-needs", sources="needs")
PROSE = Variant(name="prose", sources="prose")
VARIANTS = (OURS, EXPORTS, NEEDS, PROSE)


def measure(command: Sequence[str | Path], cwd: Path) -> Run:
    """Run a process to its end and read what the kernel counted for it and its children.

    :raises SystemExit: the process failed.
    """
    before = os.times().elapsed
    environment = {**os.environ, "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "1790000000"}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([str(word) for word in command], cwd=cwd, env=environment, stdout=log, stderr=log)
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            log.seek(0)
            sys.exit(f"{' '.join(map(str, command))} failed:\n{log.read().decode(errors='replace')[-4000:]}")
    unit = 2**20 if sys.platform == "darwin" else 2**10  # ru_maxrss is in bytes there, in KiB elsewhere
    return Run(cpu=usage.ru_utime + usage.ru_stime, memory=usage.ru_maxrss / unit, wall=os.times().elapsed - before)


def sphinx(folder: Path, variant: Variant, *more: str, fresh: bool = True, output: str = "") -> Run:
    """Build the HTML of a variant; into empty folders unless told otherwise."""
    out = folder / "build" / (output or re.sub(r"\W+", "-", variant.name))
    if fresh:
        shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", "-d", out / "doctrees", *variant.arguments, *more]
    return measure([*command, folder / variant.sources, out / "html"], folder)


def prepare(folder: Path, count: int) -> None:
    """Write the sources of all variants, and review records for the approved items of ours."""
    clauses = [c.id for c in load_catalogue().clauses.values() if c.cybersecurity in ("primary", "related")]
    items = project.trace(count, clauses)
    project.write_ours(folder / "aimd", items)
    project.write_needs(folder / "needs", items)
    project.write_prose(folder / "prose", items)
    command = [sys.executable, "-m", "sphinx_aimd.cli", "review", folder / "aimd", "--all-approved"]
    measure([*command, "--on", REVIEWED_ON, "--role", "quality"], folder)


def full_builds(folder: Path, repeats: int) -> dict[str, list[Run]]:
    """Full builds of all variants, taking turns, so that a busy moment of the machine does not fall on one alone."""
    runs: dict[str, list[Run]] = {variant.name: [] for variant in VARIANTS}
    for _ in range(repeats):
        for variant in VARIANTS:
            runs[variant.name].append(sphinx(folder, variant))
    return runs


def rebuilds(folder: Path) -> dict[str, Run]:
    """What follows a full build with the default exports: nothing changed, one title changed, two processes."""
    found = {"full build": sphinx(folder, EXPORTS, output="again")}
    found["nothing changed"] = sphinx(folder, EXPORTS, fresh=False, output="again")
    page = folder / "aimd" / "control-001.rst"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace(".. control:: ", ".. control:: Changed ", 1), encoding="utf-8")
    found["one title changed"] = sphinx(folder, EXPORTS, fresh=False, output="again")
    page.write_text(text, encoding="utf-8")
    found["full build, -j auto"] = sphinx(folder, EXPORTS, "-j", "auto", output="parallel")
    return found


def row(name: str, count: int, runs: Sequence[Run]) -> list[str]:
    """A line of the result table: least and median of CPU time, peak memory, wall time."""
    cpu = [run.cpu for run in runs]
    memory, wall = median(run.memory for run in runs), median(run.wall for run in runs)
    figures = [f"{min(cpu):.1f}", f"{median(cpu):.1f}", f"{1000 * median(cpu) / count:.2f}"]
    return [f"{count:,}", name, str(len(runs)), *figures, f"{memory:.0f}", f"{wall:.1f}"]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of a table that reads as text and as Markdown."""
    widths = [max(len(line[column]) for line in (head, *rows)) for column in range(len(head))]
    for line in (head, ["-" * width for width in widths], *rows):
        yield "| " + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) + " |"


def verdicts(found: dict[int, dict[str, list[Run]]]) -> list[tuple[str, bool]]:
    """Each goal in words, and whether the medians meet it."""

    def cpu(count: int, variant: Variant) -> float:
        return median(run.cpu for run in found[count][variant.name])

    said = []
    for count in found:
        for other, limit in ((NEEDS, NEEDS_LIMIT), (PROSE, PROSE_LIMIT)):
            ratio = cpu(count, OURS) / cpu(count, other)
            said.append((f"{count:,} items: {ratio:.2f} x {other.name} (at most {limit})", ratio <= limit))
    if len(found) > 1:
        small, large = sorted(found)[-2:]
        growth = cpu(large, OURS) / large / (cpu(small, OURS) / small)
        words = f"time per item at {large:,} is {growth:.2f} x that at {small:,} (at most {GROWTH_LIMIT})"
        said.append((words, growth <= GROWTH_LIMIT))
    return said


def machine() -> str:
    """The machine in general words."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("sphinx", "docutils", "sphinx-needs", "sphinx-aimd"))
    cores = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return f"{cores}, Python {platform.python_version()}, {packages}"


def main() -> int:
    """Measure, print the tables, write the figures as JSON.

    :return: exit code: 1 when a goal is missed.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of items")
    parser.add_argument("--repeats", type=int, default=0, help="builds of each kind; 3 up to 1,000 items, else 1")
    parser.add_argument("--quick", action="store_true", help="1,000 items only, one build of each kind")
    parser.add_argument("--json", type=Path, default=Path("build/bench.json"), help="file for the figures")
    parser.add_argument("--keep", type=Path, help="folder for sources and builds; a temporary one by default")
    options = parser.parse_args()
    sizes = sorted({1000} if options.quick else set(options.sizes))
    found: dict[int, dict[str, list[Run]]] = {}
    again: dict[str, Run] = {}
    head = ("Items", "Build", "Runs", "CPU s, least", "CPU s, median", "ms per item", "Peak MiB", "Wall s")
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory(prefix="aimd-bench-") as temporary:
        for count in sizes:
            folder = (options.keep or Path(temporary)).resolve() / str(count)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            prepare(folder, count)
            repeats = options.repeats or (1 if options.quick or count > 1000 else 3)
            found[count] = full_builds(folder, repeats)
            rows = [row(name, count, runs) for name, runs in found[count].items()]
            print(*table(head, rows), "", sep="\n", flush=True)  # at once: a later size may take many minutes
            if count == min(sizes, key=lambda size: abs(size - 2000)):
                again = {f"{name} ({count:,} items)": run for name, run in rebuilds(folder).items()}
            if not options.keep:
                shutil.rmtree(folder)
    lines = [[name, f"{run.cpu:.1f}", f"{run.memory:.0f}", f"{run.wall:.1f}"] for name, run in again.items()]
    print(*table(("With json and xlsx", "CPU s", "Peak MiB", "Wall s"), lines), "", sep="\n")
    said = verdicts(found)
    print(*(f"{'met   ' if met else 'MISSED'} {words}" for words, met in said), sep="\n")
    builds = {
        count: {name: [asdict(run) for run in runs] for name, runs in variants.items()}
        for count, variants in found.items()
    }
    data = {
        "machine": machine(),
        "builds": builds,
        "rebuilds": {name: asdict(run) for name, run in again.items()},
        "goals": [{"goal": words, "met": met} for words, met in said],
    }
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return 0 if all(met for _words, met in said) else 1


if __name__ == "__main__":
    sys.exit(main())
