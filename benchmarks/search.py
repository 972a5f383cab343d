"""Time of the search in Chromium over ``file://``: from a key to results on the screen, and until it is ready.

Run it as ``python benchmarks/search.py``; ``--items 2000`` measures a smaller file. See README.md for measured figures.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

import project
from playwright.sync_api import CDPSession, Page, sync_playwright

from sphinx_aimd.catalogue import Catalogue, load_catalogue
from sphinx_aimd.model.inputs import Inputs
from sphinx_aimd.model.item import Location, Option, Record
from sphinx_aimd.model.trace import assess
from sphinx_aimd.traceload import load_model
from sphinx_aimd.views.dossier import Dossier
from sphinx_aimd.writers.html.index import items_script, texts_script
from sphinx_aimd.writers.html.static import asset

ITEMS = 20_000
KEY_LIMIT = (
    50.0  # milliseconds of processor time, at the 95th percentile: time on the clock tells of other programs too
)
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")
SCRIPTS = ("core.js", "find.js", "hints.js")
STYLES = ("aimd.css", "find.css")
QUERIES = ("thr-00042", "tst512", "524b b 2 a", "gspr 17.4", "battery alarm", "watchdog encryption key", "failed boot")
#: From the time stamp of a key to the frame after the one that shows what it found.
PROBE = """() => {
  window.times = [];
  let start = 0;
  document.addEventListener("keydown", (event) => { start = event.timeStamp; }, true);
  document.addEventListener("input", () => {
    requestAnimationFrame(() => setTimeout(() => window.times.push(performance.now() - start)));
  });
}"""
READY = "AIMD.find.known().then((items) => items.length > 0 && items.at(-1).low !== undefined)"


def dossier(count: int, catalogue: Catalogue) -> Dossier:
    """A synthetic trace, assessed without a build."""
    clauses = [c.id for c in catalogue.clauses.values() if c.cybersecurity in ("primary", "related")]
    model = load_model()
    records = []
    for line, item in enumerate(project.trace(count, clauses), 1):
        body = model.types[item.kind.name].body
        options = {"id": item.id, "status": item.status, **item.fields}
        options |= {name: ", ".join(targets) for name, targets in item.links.items()}
        options |= {"satisfies": item.clause} if item.clause else {}
        records.append(
            Record(
                type=item.kind.name,
                title=item.title,
                options=tuple(Option(name, value, line) for name, value in options.items()),
                body="\n\n".join(item.paragraphs) if body else "",
                location=Location("dhf.rst", line),
                docname="dhf",
            )
        )
    return Dossier(assess(model, catalogue, records, Inputs(as_of="2026-11-01")))


def write_site(folder: Path, found: Dossier) -> tuple[int, float]:
    """A page with the search and its data; how many items there are, and the seconds that the data took."""

    def href(item_id: str) -> str:
        return f"page-{item_id[:3].lower()}.html#{item_id}"

    assets = folder / "_static" / "aimd"
    assets.mkdir(parents=True)
    for name in (*SCRIPTS, *STYLES):
        (assets / name).write_text(asset(name), encoding="utf-8")
    for item_id in found.trace.items:
        found.card(item_id)  # a build has made all cards by then
    start = time.process_time()
    for name, content in (("items.js", items_script(found, href)), ("texts.js", texts_script(found, href))):
        (assets / name).write_text(content, encoding="utf-8")
    took = time.process_time() - start
    heads = "".join(f'<link rel="stylesheet" href="_static/aimd/{name}">' for name in STYLES)
    heads += "".join(f'<script defer src="_static/aimd/{name}"></script>' for name in SCRIPTS)
    page = f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Search</title>{heads}'
    page += '<p><a class="aimd-find" href="#view-all-items">Find</a></p></html>'
    (folder / "index.html").write_text(page, encoding="utf-8")
    return len(found.trace.items), took


def measure(page: Page, address: str) -> dict[str, Any]:
    """Times in milliseconds; heap in MB after a collection."""
    page.goto(address)
    start = time.perf_counter()
    page.keyboard.press("/")
    page.wait_for_function("document.querySelector('.aimd-search [role=status]').textContent.includes(' items ')")
    titles = time.perf_counter() - start
    page.wait_for_function(READY)
    texts = time.perf_counter() - start
    page.evaluate(PROBE)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    work = []
    for query in QUERIES:
        page.locator("#aimd-query").fill("")
        page.wait_for_timeout(50)
        for key in query:
            seen = page.evaluate("window.times.length")
            before = _busy(session)
            page.keyboard.press("Space" if key == " " else key)
            page.wait_for_function("(seen) => window.times.length > seen", arg=seen)
            work.append(_busy(session) - before)
    session.send("HeapProfiler.collectGarbage")
    heap = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
    return {
        "titles": titles * 1000,
        "texts": texts * 1000,
        "work": work,
        "times": page.evaluate("window.times"),
        "heap": heap,
    }


def _busy(session: CDPSession) -> float:
    """Milliseconds of processor time that the page has taken so far, layout and painting included."""
    metrics = {entry["name"]: entry["value"] for entry in session.send("Performance.getMetrics")["metrics"]}
    return 1000 * float(metrics["TaskDuration"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if a key takes longer than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=ITEMS)
    count = parser.parse_args(arguments).items
    program = shutil.which("chromium")
    if program is None:
        print("chromium is not installed", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        total, took = write_site(folder, dossier(count, load_catalogue()))
        sizes = [(folder / "_static/aimd" / file).stat().st_size / 1e6 for file in ("items.js", "texts.js")]
        print(f"{total} items and clauses: data files of {sizes[0]:.1f} and {sizes[1]:.1f} MB, written in {took:.1f} s")
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS, "--enable-precise-memory-info"])
        found = measure(browser.new_page(), (folder / "index.html").as_uri())
        browser.close()
    print(f"ready for ids and titles after {found['titles']:.0f} ms, for texts after {found['texts']:.0f} ms")
    work, times = quantiles(found["work"], n=20), quantiles(found["times"], n=20)
    print(f"a key takes {work[9]:.0f} ms of processor time at the median, {work[18]:.0f} ms at the 95th percentile")
    print(f"from a key until it shows: {times[9]:.0f} ms at the median, {times[18]:.0f} ms at the 95th percentile")
    print(f"heap {found['heap']:.0f} MB")
    return 1 if work[18] > KEY_LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
