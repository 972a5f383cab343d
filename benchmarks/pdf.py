"""CPU time and peak memory of PDF: this package, Sphinx's LaTeX builder, and WeasyPrint, on the same sources.

Run it with the Python of ``.venv``; ``--quick`` takes a few minutes. See README.md for the method and measured figures.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pdf_project
import pikepdf
import typst
from pdf_measure import MissingError, Step, StoppedError, measure

from sphinx_aimd.catalogue import load_catalogue

from build import machine, table  # isort: skip - where it is sorted depends on whether there is a folder of that name

ROOT = Path(__file__).parents[1]
SET = "set"  # the worked design history file, as its documents
SIZES = ("2000", "10000", SET)
MOST_MB = 1000
WEASYPRINT = "weasyprint>=70,<71"


@dataclass(frozen=True, kw_only=True)
class Build:
    """What an engine made of a project, and what it cost; ``links`` are those to a place of the file or of its set."""

    steps: Sequence[Step]
    files: int
    pages: int
    landscape: int
    size: float
    links: int
    tagged: bool
    archival: str
    stopped: bool = False

    @property
    def cpu(self) -> float:
        return sum(step.cpu for step in self.steps)

    @property
    def peak(self) -> float:
        return max(step.peak for step in self.steps)


NOTHING = Build(
    steps=(), files=0, pages=0, landscape=0, size=0, links=0, tagged=False, archival="no file", stopped=True
)


def aside(function: Callable[..., Any], *arguments: object) -> Any:
    """Call a function in a process of its own: what is measured starts with the memory of this one."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def write(folder: Path, rows: int) -> None:
    """Write the sources of a synthetic project."""
    pdf_project.write(folder, rows, load_catalogue())


def look(paths: Sequence[Path], steps: Sequence[Step]) -> Build:
    """Read the files that were made."""
    pages = landscape = links = 0
    tagged, archival = True, set()
    for path in paths:
        with pikepdf.open(path) as pdf:
            names = set(pdf.Root.get("/Dests", {}).keys())
            if "/Names" in pdf.Root and "/Dests" in pdf.Root.Names:
                names |= set(pikepdf.NameTree(pdf.Root.Names.Dests).keys())
            for page in pdf.pages:
                left, bottom, right, top = map(float, page.mediabox)
                pages += 1
                landscape += (right - left > top - bottom) != (int(page.obj.get("/Rotate", 0)) % 180 == 90)
                links += sum(_leads(note, names) for note in page.obj.get("/Annots", []))
            tagged = tagged and "/StructTreeRoot" in pdf.Root
            with pdf.open_metadata() as metadata:
                part = metadata.get("pdfaid:part", "")
                archival.add(f"{part}{metadata.get('pdfaid:conformance', '')}".lower() if part else "no")
    size = sum(path.stat().st_size for path in paths) / 1e6
    return Build(
        steps=steps,
        files=len(paths),
        pages=pages,
        landscape=landscape,
        size=size,
        links=links,
        tagged=tagged,
        archival=", ".join(sorted(archival)),
    )


def _leads(note: pikepdf.Object, names: set[str]) -> bool:
    """Whether an annotation is a link to a place in this file or another of the set; a name must exist in this file."""
    if note.get("/Subtype") != "/Link":
        return False
    action = note.get("/A", {})
    goal = note.get("/Dest", action.get("/D"))
    if goal is None or action.get("/S") == "/GoToR":
        return goal is not None
    return isinstance(goal, pikepdf.Array) or str(goal) in names


def sphinx(builder: str, sources: Path, out: Path, *more: str) -> Step:
    """Sphinx as one process, from empty folders."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        "-b",
        builder,
        "-d",
        out / "doctrees",
        "-D",
        "aimd_exports=",
        *more,
    ]
    return measure("Sphinx", [*command, sources, out / "out"], out, lambda: False)


def ours(sources: Path, out: Path) -> Build:
    """All in one command: Sphinx, Typst twice for each file, and the pass that makes links and names."""
    step = sphinx("aimd-pdf", sources, out)
    return aside(look, sorted((out / "out").glob("*.pdf")), [step])


def latex(sources: Path, out: Path) -> Build:
    """Sphinx's LaTeX builder with XeLaTeX, run as the Makefile runs it that Sphinx writes."""
    if not (shutil.which("latexmk") and shutil.which("xelatex")):
        raise MissingError("latexmk or xelatex is not installed (Debian: texlive-xetex texlive-latex-extra latexmk)")
    step = sphinx("latex", sources, out, "-D", "latex_engine=xelatex", "-D", "latex_use_xindy=0")
    folder = out / "out"
    source = next(path for path in sorted(folder.glob("*.tex")) if r"\documentclass" in path.read_text("utf-8"))
    pdf = source.with_suffix(".pdf")
    aside(without_svg, source)
    command = ["latexmk", "-pdfxe", "-dvi-", "-ps-", "-f", "-interaction=nonstopmode", source.name]
    return aside(look, [pdf], [step, measure("XeLaTeX", command, folder, pdf.exists)])


def without_svg(source: Path) -> None:
    """Give LaTeX, which takes no SVG, the pictures as PDF."""
    for picture in sorted(source.parent.glob("*.svg")):
        page = source.parent / "picture.typ"
        page.write_text(
            f'#set page(width: auto, height: auto, margin: 0pt)\n#image("{picture.name}")', encoding="utf-8"
        )
        typst.compile(page, output=picture.with_suffix(".pdf"))
    source.write_text(source.read_text("utf-8").replace("}.svg}", "}.pdf}"), encoding="utf-8")


#: Pages, page numbers and landscape for the tables that this package prints in landscape; no navigation.
STYLE = """
@page { size: A4; margin: 20mm 18mm; @bottom-center { content: counter(page) " / " counter(pages); font-size: 8pt } }
@page wide { size: A4 landscape }
body { font: 10pt/1.35 sans-serif } pre, code { font-size: 8.5pt }
table { width: 100%; border-collapse: collapse; font-size: 8pt; table-layout: fixed }
td, th { border: 0.5pt solid #999; padding: 2pt; text-align: left; vertical-align: top; overflow-wrap: anywhere }
.aimd-view { page: wide } img { max-width: 100% }
.related, .sphinxsidebar, .headerlink, .footer, script { display: none }
"""


def weasyprint(sources: Path, out: Path, *more: str) -> Build:
    """All pages as one HTML page of Sphinx's, printed by WeasyPrint with a small style sheet."""
    tool = weasyprint_tool()
    plain = ("html_theme=basic", "html_style=basic.css", "aimd_csp=0", "html_theme_options.nosidebar=1")
    step = sphinx("singlehtml", sources, out, *(word for setting in plain for word in ("-D", setting)))
    folder = out / "out"
    (pages,) = [path for path in folder.glob("*.html") if path.name == "index.html"]
    html = pages.read_text(encoding="utf-8")
    # Sphinx writes #document-NAME#PLACE for a place on another page, which no place is called.
    html = re.sub(r'href="#document-[^"#]*#', 'href="#', html)
    # Style sheets for the screen cost WeasyPrint several times the rest; Sphinx's two are enough.
    html = re.sub(r'<link rel="stylesheet"(?![^>]*_static/(basic|pygments)\.css)[^>]*>', "", html)
    # Cards name their findings in HTML only; the two others do not print them.
    html = re.sub(r'<details class="aimd-findings".*?</details>', "", html, flags=re.DOTALL)
    pages.write_text(html, encoding="utf-8")
    (folder / "print.css").write_text(STYLE, encoding="utf-8")
    pdf = folder / "out.pdf"
    command: list[str | Path] = [tool, "--quiet", *more, "--stylesheet", "print.css", pages.name, pdf.name]
    return aside(look, [pdf], [step, measure("WeasyPrint", command, folder, lambda: False)])


def weasyprint_tagged(sources: Path, out: Path) -> Build:
    """The same with tags."""
    return weasyprint(sources, out, "--pdf-variant", "pdf/ua-1")


def weasyprint_tool() -> Path:
    """The program, in an environment of its own, made when it is missing: it is no dependency of this package."""
    folder = ROOT / "build" / "bench-weasyprint"
    program = folder / "bin" / "weasyprint"
    if not program.exists():
        for command in (
            [sys.executable, "-m", "venv", folder],
            [folder / "bin" / "python", "-m", "pip", "install", "-q", WEASYPRINT],
        ):
            done = subprocess.run([*command], capture_output=True, text=True, check=False)
            if done.returncode:
                raise MissingError(f"{WEASYPRINT} cannot be installed: {done.stderr.strip()[-300:]}")
    done = subprocess.run([program, "--info"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise MissingError(f"WeasyPrint does not run, perhaps without Pango: {done.stderr.strip()[-300:]}")
    return program


OURS = "aimd-pdf"
ENGINES: Mapping[str, Callable[[Path, Path], Build]] = {
    OURS: ours,
    "latex": latex,
    "weasyprint": weasyprint,
    "weasyprint, tagged": weasyprint_tagged,
}
COST = ("Project", "Engine", "CPU s", "after Sphinx", "Wall s", "Peak MB")
HEAD = (*COST, "Files", "Pages", "Landscape", "MB", "Links", "Tagged", "PDF/A")


def row(name: str, engine: str, build: Build) -> list[str]:
    """A line of the result table."""
    steps = build.steps
    last = f"{steps[-1].cpu:.1f}" if len(steps) > 1 else ""
    wall = sum(step.wall for step in steps)
    figures = [
        f"{'more than ' if build.stopped else ''}{build.cpu:.1f}",
        last,
        f"{wall:.0f}",
        f"{build.peak:.0f}",
        str(build.files),
    ]
    figures += [f"{build.pages:,}", f"{build.landscape:,}", f"{build.size:.1f}", f"{build.links:,}"]
    return [name, engine, *figures, "yes" if build.tagged else "no", build.archival]


def words(step: Step) -> str:
    """What a command cost."""
    peaks = [f"{key} {max(each):.0f} ({len(each)})" for key, each in step.modules.items()]
    said = f"{step.name}: {step.cpu:.1f} s, {step.peak:.0f} MB"
    said += f"; largest Python process by module, and how many: {', '.join(peaks)}" if len(peaks) > 1 else ""
    return said + (f"; it ended with code {step.code}" if step.code else "")


def verdicts(found: Mapping[str, Mapping[str, Build | str]]) -> list[tuple[str, bool]]:
    """Each goal in words, and whether it is met; what was not measured meets none."""
    said = []
    for name, builds in found.items():
        mine = builds.get(OURS, "left out")
        if isinstance(mine, str) or mine.stopped:
            said.append((f"{name}: {OURS} was not measured", False))
            continue
        goal = f"{name}: {mine.peak:.0f} MB at the peak of one process (at most {MOST_MB})"
        said.append((goal, mine.peak <= MOST_MB))
        for engine, other in builds.items():
            if isinstance(other, str):
                said.append((f"{name}: not compared with {engine}", False))
            elif engine != OURS:
                ratio = mine.cpu / other.cpu
                least = ", which was stopped" if other.stopped else ""
                said.append((f"{name}: {ratio:.2f} x the CPU time of {engine}{least} (less than 1)", ratio < 1))
    return said


def main() -> int:
    """Measure, print the tables, write the figures as JSON.

    :return: exit code: 1 when a goal is missed or could not be checked.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", default=SIZES, help=f"rows of the matrix, or {SET!r} for docs/dhf")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES), help="what to compare")
    parser.add_argument("--quick", action="store_true", help="a matrix of 300 rows only")
    parser.add_argument("--json", type=Path, default=Path("build/pdf-bench.json"), help="file for the figures")
    parser.add_argument("--keep", type=Path, help="folder for sources and builds; a temporary one by default")
    options = parser.parse_args()
    found: dict[str, dict[str, Build | str]] = {}
    tools = ", ".join(f"{name} {version(name)}" for name in ("typst", "pikepdf"))
    print(f"{machine()}, {tools}, {WEASYPRINT}", flush=True)
    with tempfile.TemporaryDirectory(prefix="aimd-bench-") as temporary:
        for size in ("300",) if options.quick else options.sizes:
            name = "docs/dhf" if size == SET else f"{int(size):,} rows"
            folder = (options.keep or Path(temporary)).resolve() / size
            shutil.rmtree(folder, ignore_errors=True)
            sources = ROOT / "docs" / "dhf" if size == SET else folder / "sources"
            if size != SET:
                aside(write, sources, int(size))
            found[name] = {}
            for engine in options.engines:
                try:
                    build = ENGINES[engine](sources, folder / re.sub(r"\W+", "-", engine))
                except (MissingError, pikepdf.PdfError) as problem:
                    found[name][engine] = str(problem)
                    print(f"{name}: {engine} was not measured: {problem}", flush=True)
                    continue
                except StoppedError as problem:
                    build = replace(NOTHING, steps=[problem.step])
                found[name][engine] = build
                print(*(f"{name}: {engine}, {words(step)}" for step in build.steps), sep="\n", flush=True)
            built = {engine: build for engine, build in found[name].items() if isinstance(build, Build)}
            print("", *table(HEAD, [row(name, engine, build) for engine, build in built.items()]), sep="\n")
            print(flush=True)
            if not options.keep:
                shutil.rmtree(folder)
    said = verdicts(found)
    print(*(f"{'met   ' if met else 'MISSED'} {goal}" for goal, met in said), sep="\n")
    builds = {
        name: {engine: asdict(build) if isinstance(build, Build) else build for engine, build in engines.items()}
        for name, engines in found.items()
    }
    data = {"machine": machine(), "builds": builds, "goals": [{"goal": goal, "met": met} for goal, met in said]}
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return 0 if all(met for _goal, met in said) else 1


if __name__ == "__main__":
    sys.exit(main())
