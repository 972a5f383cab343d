"""Pages of the worked file as a browser shows them: from a folder and from a server, with and without script."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser

from . import browser as browsers
from .dhf_project import dossier
from .sphinx_builds import mini

#: One page of each type.
PAGES = (
    "index.html",
    "decisions.html",
    "architecture.html",  # with pictures drawn from the model
    "sbom.html",  # with contents beside wide tables
    "clauses/fdca-524b.html",
    "dashboard.html",
    "matrices/crypto-inventory.html",
    "checklists/fda-ide.html",
    "findings.html",
    "_aimd/view-all-items.html",
    "_aimd/view-all-items-2.html",
    "_aimd/trace/THR-001.html",
    "_aimd/trace/MDR-GSPR-17-2.html",
    "search.html",
    "genindex.html",
)
OURS = (".aimd-bar", ".aimd-view", ".aimd-card")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dossier(tmp_path_factory).html.out


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browsers.chromium() as started:
        yield started


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_self_contained_and_accessible(name: str, site: Path, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    root = site.as_uri() + "/"
    said = browsers.watch(page, root)
    page.goto(root + name)
    assert "Content-Security-Policy" in page.content()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert browsers.axe(page) == []
    browsers.set_scheme(page, "dark")
    assert browsers.axe(page, rules=["color-contrast"]) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert browsers.axe(page, rules=["target-size", "scrollable-region-focusable"]) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert said.all() == []
    page.close()


def test_a_server_that_sends_the_policy_hears_nothing_else(site: Path, chromium: Browser) -> None:
    with browsers.serve(site) as root:
        page = chromium.new_page()
        said = browsers.watch(page, root)
        for name in ("index.html", "dashboard.html", "_aimd/view-all-items.html#view-all-items?f.type=Threat"):
            page.goto(root + name)
        page.get_by_text("Rows 1 to").first.wait_for()
        # Sphinx's own search reads the pages that it has found
        page.goto(root + "search.html?q=telemetry")
        page.locator("#search-results li").first.wait_for()
        page.locator("#search-results li").first.wait_for()
        assert said.all() == []
        page.close()


@pytest.mark.parametrize("name", ["matrices/threat-trace.html", "_aimd/view-all-items-2.html", "dashboard.html"])
def test_without_script_a_page_shows_and_prints_every_row(name: str, site: Path, chromium: Browser) -> None:
    rows = len(BeautifulSoup((site / name).read_text("utf-8"), "html.parser").select("table.aimd-table tbody tr"))
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.as_uri()}/{name}")
    assert page.locator("table.aimd-table tbody tr:visible").count() == rows
    context.close()


def test_a_matrix_prints_every_row(site: Path, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto(f"{site.as_uri()}/matrices/threat-trace.html")
    page.get_by_text("Rows 1 to 100 of").wait_for()
    pdf = pypdfium2.PdfDocument(page.pdf(landscape=True))
    text = "".join(sheet.get_textpage().get_text_range() for sheet in pdf)
    written = BeautifulSoup((site / "matrices/threat-trace.html").read_text("utf-8"), "html.parser")
    wanted = {str(row["data-row"]) for row in written.select("tbody tr[data-row]")}
    assert len(wanted) > 40
    printed = re.sub(r"[\s\ufffe-]", "", text)  # long ids go over several lines, where a hyphen is read as a mark
    assert [name for name in sorted(wanted) if name.replace("-", "") not in printed] == []
    page.close()


@pytest.mark.parametrize("theme", ["alabaster", "furo", "pydata_sphinx_theme", "sphinx_immaterial"])
def test_our_parts_are_accessible_in_a_theme(theme: str, tmp_path: Path, chromium: Browser) -> None:
    source = mini(tmp_path / "source")
    conf = source / "conf.py"
    more = "extensions.append('sphinx_immaterial')\nhtml_theme_options = {'font': False}\n"
    text = conf.read_text("utf-8") + f"\nhtml_theme = {theme!r}\n" + (more if theme == "sphinx_immaterial" else "")
    conf.write_text(text, encoding="utf-8")
    out = tmp_path / "html"
    # a process of its own: sphinx_immaterial forks one that would keep the pipe to the browser open for ever
    options = ("-q", "-b", "html", "-D", "aimd_trace_pages=0", "-D", "aimd_exports=", "-D", "aimd_csp=1")
    subprocess.run([sys.executable, "-m", "sphinx", *options, str(source), str(out)], check=True)
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    root = out.as_uri() + "/"
    said = browsers.watch(page, root)
    for name in ("controls.html", "matrices.html"):
        page.goto(root + name)
        for scheme in ("light", "dark"):
            browsers.set_scheme(page, scheme)
            assert browsers.axe(page, [part for part in OURS if page.locator(part).count()]) == []
    assert said.elsewhere == []
    assert [line for line in said.console if "aimd" in line.partition(": ")[2]] == []
    page.close()
