"""The matrix explorer in Chromium, from ``file://``, against the tables of sphinx-needs in the same run.

Run it as ``python benchmarks/explorer.py``; ``--rows 1000 10000`` leaves out the size at which sphinx-needs takes a
minute. See README.md for the method and measured figures.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from statistics import median

import pypdfium2
from playwright.sync_api import Browser, sync_playwright

from build import machine  # isort: skip
from build import table as lines  # isort: skip
from sphinx_aimd.model.verdict import WORDS, Verdict
from sphinx_aimd.views.table import Cell, Column, Facet, Rows, Table
from sphinx_aimd.writers.html import data, tables

ROWS = (1000, 10_000, 100_000)
#: Most milliseconds until a table of so many rows is interactive, and most for a filter, at the 95th percentile.
READY_LIMITS, FILTER_LIMIT = {10_000: 1000, 100_000: 2000}, 200
#: Most MB of the heap of scripts, and most kB of scripts after gzip.
HEAP_LIMIT, SCRIPT_LIMIT = 40, 15
#: Each finds other rows than the one before, in every table.
QUERIES = ("alarm", "telemetry", "thr-7", "zzz", "alarm replayed", "ctl-1", "failed", "spoofing", "res-9", "update", "")
STRIDE = (
    "Spoofing",
    "Tampering",
    "Repudiation",
    "Information disclosure",
    "Denial of service",
    "Elevation of privilege",
)
SOURCES = {
    "conf.py": 'project = "Scripts"\nextensions = ["sphinx_aimd"]\nhtml_theme = "alabaster"\n',
    "index.rst": (
        "Scripts\n=======\n\n.. requirement:: One\n   :id: REQ-1\n   :status: draft\n\n.. needtable::\n"
        "   :columns: id;title;type_name as Type;status;tags;links\n   :style: datatables\n"
    ),
}
#: Notes in the page when it shows its count and has drawn two frames since.
READY = """
  const look = () => {
    const found = document.querySelector("COUNT");
    if (!found || !/ of [1-9]/.test(found.textContent)) return requestAnimationFrame(look);
    requestAnimationFrame(() => requestAnimationFrame(() => { window.readyAfter = performance.now(); }));
  };
  requestAnimationFrame(look);
"""
#: Types into the search field; milliseconds until another count is shown and two frames are drawn.
SEARCH = """
  ([query, count]) => new Promise((resolve) => {
    const input = document.querySelector("input[type=search]");
    const before = document.querySelector(count).textContent;
    const start = performance.now();
    input.value = query;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    const look = () => {
      if (document.querySelector(count).textContent === before) return requestAnimationFrame(look);
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
    };
    look();
  })
"""
PAPER = "() => { dispatchEvent(new Event('beforeprint')); return document.querySelectorAll('main tbody tr').length; }"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A way of showing a table: its name and the selector of the element that holds its count."""

    name: str
    count: str


OURS = Kind(name="aimd", count="aimd-matrix output")
NEEDS = Kind(name="sphinx-needs", count=".needstable-info")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Figures of one kind at one size: milliseconds, MB of the heap of scripts, rows that are printed.

    :param ready: on the clock; ``ready_work`` is what the page computed meanwhile, as in the other pairs.
    """

    rows: int
    kind: str
    ready: float
    ready_work: float
    filter_median: float
    filter_p95: float
    filter_work_p95: float
    heap: float
    printed: int
    on_static_pages: int


def view(count: int) -> Table:
    """Threats with their paths to a result: six columns, five of them links; half of the threats have two rows."""
    chance, verdicts = random.Random(1), list(Verdict)
    words = ("telemetry", "alarm", "firmware update", "session key", "stimulation", "programmer")
    rows: list[tuple[Cell, ...]] = []
    ids: list[str] = []
    facets: list[tuple[str, str]] = []
    while len(rows) < count:
        number = len(rows) + 1
        verdict, stride = chance.choice(verdicts), chance.choice(STRIDE)
        threat = Cell(f"THR-{number} {chance.choice(words)} replayed", f"THR-{number}", verdict=verdict)
        for _ in range(min(chance.choice((1, 2)), count - len(rows))):
            control, requirement, test = (chance.randrange(1, count // 4) for _ in range(3))
            ends = (
                (f"CTL-{control}", f"Control of the {words[control % 6]}", verdicts[control % 9]),
                (f"REQ-{requirement}", f"{words[requirement % 6]} kept", Verdict.VERIFIED),
                (f"TST-{test}", f"{words[test % 6]} tried", verdicts[test % 9]),
                (f"RES-{len(rows) + 1}", "passed; 2.1.0; 2026-10-13", Verdict.VERIFIED),
            )
            links = (Cell(f"{name} {title}", name, verdict=of) for name, title, of in ends)
            rows.append((threat, Cell(stride), *links))
            ids.append(f"THR-{number}")
            facets.append((stride, WORDS[verdict]))
    names = ("threat", "stride", "control", "requirement", "test", "result")
    return Table(
        id="bench",
        kind="matrix",
        title="Threat to test result",
        question="Is every threat mitigated?",
        scope=f"{len(set(ids))} items (threat), {count} rows. Filter: none.",
        columns=tuple(Column(name=name, title=name.title(), width=3) for name in names),
        rows=tuple(rows),
        row_ids=tuple(ids),
        facets=tuple(
            Facet(name=name, title=title, values=tuple((row[at],) for row in facets))
            for at, (name, title) in enumerate((("stride", "STRIDE"), ("verdict", "Verdict")))
        ),
    )


def build_scripts(folder: Path) -> tuple[Path, str]:
    """Build a project of one item, for the scripts and style sheets as a build writes them and a table of sphinx-needs.

    :return: the output folder, and its page.
    """
    source, out = folder / "source", folder / "html"
    source.mkdir()
    for name, text in SOURCES.items():
        (source / name).write_text(text, "utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", "-d", folder / "doctrees", source, out]
    subprocess.run([str(word) for word in command], check=True, capture_output=True)
    return out, (out / "index.html").read_text("utf-8")


def head(page: str, wanted: str) -> str:
    """Scripts and style sheets of a page whose address holds a text, as the page names them."""
    found = re.findall(r"<link [^>]*stylesheet[^>]*>|<script [^>]*src=[^>]*></script>", page)
    return "".join(tag for tag in found if wanted in tag)


def script_bytes(page: str, wanted: str, out: Path) -> int:
    """Bytes of the scripts that a page loads, each after gzip."""
    names = re.findall(r'<script [^>]*src="([^"?]+)', head(page, wanted))
    return sum(len(gzip.compress((out / name).read_bytes(), 9)) for name in names)


def write(path: Path, heads: str, body: str) -> None:
    """A page with nothing else on it."""
    path.write_text(
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Bench</title>{heads}</head>'
        f"<body><main>{body}</main></body></html>",
        "utf-8",
    )


def write_ours(out: Path, page: str, shown: Table) -> int:
    """Our page, through the writer, with its data files.

    :return: rows that the static pages hold together.
    """

    def href(target: str) -> str:
        return f"items.html#{target}"

    def rows_href(rows: Rows) -> str:
        return f"#view-{rows.view}"

    folder = out / "_static" / "aimd"
    for old in folder.glob("m-bench-*.js"):
        old.unlink()
    parts = None
    held = len(shown.rows)
    if held > tables.WHOLE_ROWS:
        files = data.data_files(shown, href, rows_href)
        for name, content in files.items():
            (folder / name).write_text(content, "ascii")
        pages = tuple(f"part-{number + 1}.html" for number in range(len(tables.split(shown))))
        parts = tables.Parts(files=tuple(files), pages=pages)
    first = tables.table(shown, href, rows_href, parts)
    if parts is not None:
        others = (tables.part(shown, number, href, rows_href, parts) for number in range(1, len(parts.pages)))
        held = sum(text.count("</tr>") - 1 for text in (first, *others))
    write(out / "ours.html", head(page, "_static/aimd/"), first)
    return held


def write_needs(out: Path, page: str, shown: Table) -> None:
    """The page of sphinx-needs: the table that it wrote itself, with our rows in its markup."""
    found = re.search(r'<table class="NEEDS_DATATABLES.*?<tbody>\s*(.*?)</tbody>\s*</table>', page, re.DOTALL)
    if found is None:
        sys.exit("sphinx-needs wrote no table")
    opening, row = found[0].partition("<tbody>")[0], found[1]
    classes = re.findall(r'<td class="([^"]+)"', row)

    def cell(css: str, value: Cell) -> str:
        text = escape(value.text)
        if value.target:
            text = f'<a class="reference internal" href="items.html#{value.target}">{text}</a>'
        return f'<td class="{css}"><p>{text} {escape(value.word)}</p></td>'

    rows = "".join(
        f'<tr class="need" data-need-id="{name}">{"".join(map(cell, classes, cells))}</tr>\n'
        for name, cells in zip(shown.row_ids, shown.rows, strict=True)
    )
    write(out / "needs.html", head(page, "sphinx-needs"), f"{opening}<tbody>{rows}</tbody></table>")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium without a window."""
    program = shutil.which("chromium") or sys.exit("chromium is not installed")
    with sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
        started = playwright.chromium.launch(executable_path=program, args=quiet)
        yield started
        started.close()


class Opened:
    """A page that is ready, with the milliseconds that this took on the clock, from the start of its navigation."""

    def __init__(self, browser: Browser, address: str, kind: Kind) -> None:
        self.page = browser.new_page(viewport={"width": 1280, "height": 900})
        self.page.set_default_timeout(600_000)
        self.page.add_init_script(READY.replace("COUNT", kind.count))
        self.session = self.page.context.new_cdp_session(self.page)
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})
        before = self.work()
        self.page.goto(address, wait_until="commit")
        self.page.wait_for_function("window.readyAfter")
        self.ready: float = self.page.evaluate("window.readyAfter")
        after = self.work()
        self.ready_work = after - before if after > before else after  # the count may begin anew with the page

    def metric(self, name: str) -> float:
        """A figure that Chromium keeps of the page."""
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        return next(one["value"] for one in metrics if one["name"] == name)

    def work(self) -> float:
        """Milliseconds that the main thread has computed so far, waiting for other programs left out."""
        return 1000 * self.metric("TaskDuration")


def measure(browser: Browser, address: str, kind: Kind, rows: int, held: int, repeats: int) -> Measured:
    """Open a page several times; then search, weigh and print the last one."""
    loads = []
    for number in range(repeats):
        opened = Opened(browser, address, kind)
        loads.append(opened)
        if number < repeats - 1:
            opened.page.close()
    opened.session.send("HeapProfiler.collectGarbage")
    heap = opened.metric("JSHeapUsedSize")
    times, work = [], []
    for query in QUERIES * 2:
        before = opened.work()
        times.append(opened.page.evaluate(SEARCH, [query, kind.count]))
        work.append(opened.work() - before)
    printed = opened.page.evaluate(PAPER)
    opened.page.close()
    return Measured(
        rows=rows,
        kind=kind.name,
        ready=median(load.ready for load in loads),
        ready_work=median(load.ready_work for load in loads),
        filter_median=median(times),
        filter_p95=sorted(times)[int(len(times) * 0.95)],
        filter_work_p95=sorted(work)[int(len(work) * 0.95)],
        heap=heap / 1e6,
        printed=printed,
        on_static_pages=held,
    )


def on_paper(browser: Browser, address: str, kind: Kind) -> int:
    """Rows in the PDF that Chromium prints of a page, told by the ids of their results."""
    page = Opened(browser, address, kind).page
    document = pypdfium2.PdfDocument(page.pdf(format="A4", landscape=True))
    page.close()
    text = "".join(re.sub(r"\s", "", sheet.get_textpage().get_text_range()) for sheet in document)
    return len(re.findall(r"RES-\d+passed", text))


def verdicts(found: list[Measured], paper: dict[str, int], scripts: int) -> list[tuple[str, bool]]:
    """Each goal in words, and whether it is met."""
    said = []
    for one in found:
        if one.kind != OURS.name:
            continue
        at = f"{one.rows:,} rows"
        limit = READY_LIMITS.get(one.rows, max(READY_LIMITS.values()))
        said.append((f"{at}: interactive after {one.ready:,.0f} ms (at most {limit:,})", one.ready <= limit))
        words = f"{at}: filter {one.filter_p95:.0f} ms at the 95th percentile (at most {FILTER_LIMIT})"
        said.append((words, one.filter_p95 <= FILTER_LIMIT))
        said.append((f"{at}: heap {one.heap:.1f} MB (at most {HEAP_LIMIT})", one.heap <= HEAP_LIMIT))
        wanted = min(one.rows, 5000)
        words = f"{at}: {one.printed:,} printed from the view, {one.on_static_pages:,} on static pages"
        said.append((words, one.printed >= wanted and one.on_static_pages == one.rows))
    if paper:
        said.append((f"1,000 rows: {paper[OURS.name]:,} in the PDF", paper[OURS.name] == 1000))
    said.append(
        (f"scripts: {scripts / 1000:.1f} kB after gzip (at most {SCRIPT_LIMIT})", scripts <= 1000 * SCRIPT_LIMIT)
    )
    return said


def main() -> int:
    """Measure, print the tables, write the figures as JSON.

    :return: exit code: 1 when a goal is missed.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS, help="numbers of rows")
    parser.add_argument(
        "--repeats", type=int, default=3, help="times that a page is opened; sphinx-needs above 10,000: 1"
    )
    parser.add_argument("--ours", action="store_true", help="leave out sphinx-needs")
    parser.add_argument("--json", type=Path, default=Path("build/explorer.json"), help="file for the figures")
    options = parser.parse_args()
    found: list[Measured] = []
    paper: dict[str, int] = {}
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory(prefix="aimd-bench-") as temporary, chromium() as browser:
        out, page = build_scripts(Path(temporary))
        kinds: list[tuple[Kind, str, Callable[[Table], int]]] = [
            (OURS, "ours", lambda shown: write_ours(out, page, shown))
        ]
        if not options.ours:
            kinds.append((NEEDS, "needs", lambda shown: write_needs(out, page, shown) or len(shown.rows)))
        for count in sorted(set(options.rows)):
            shown = view(count)
            for kind, name, make in kinds:
                held = make(shown)
                address = (out / f"{name}.html").as_uri()
                repeats = 1 if kind is NEEDS and count > 10_000 else options.repeats
                found.append(measure(browser, address, kind, count, held, repeats))
                if count == 1000:
                    paper[kind.name] = on_paper(browser, address, kind)
                print(found[-1], flush=True)
        scripts = script_bytes(page, "_static/aimd/", out)
        needs_scripts = script_bytes(page, "needstable.js", out)
    rows = [
        [
            f"{one.rows:,}",
            one.kind,
            f"{one.ready:,.0f}",
            f"{one.ready_work:,.0f}",
            f"{one.filter_median:,.0f}",
            f"{one.filter_p95:,.0f}",
            f"{one.filter_work_p95:,.0f}",
            f"{one.heap:.1f}",
            f"{one.printed:,}",
        ]
        for one in found
    ]
    times = ("Ready ms", "of work", "Filter ms, median", "p95", "p95 of work")
    titles = ("Rows", "Table", *times, "Heap MB", "Rows printed")
    print(*lines(titles, rows), "", sep="\n")
    print(f"Scripts after gzip: {scripts / 1000:.1f} kB; needstable.js {needs_scripts / 1000:.1f} kB\n")
    said = verdicts(found, paper, scripts)
    print(*(f"{'met   ' if met else 'MISSED'} {words}" for words, met in said), sep="\n")
    figures = {
        "machine": machine(),
        "measured": [asdict(one) for one in found],
        "rows_in_the_pdf_of_1000": paper,
        "script_bytes": {OURS.name: scripts, NEEDS.name: needs_scripts},
        "goals": [{"goal": words, "met": met} for words, met in said],
    }
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0 if all(met for _words, met in said) else 1


if __name__ == "__main__":
    sys.exit(main())
