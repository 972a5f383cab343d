"""Take the pictures of the user guide from the pages of the worked design history file: ``make screenshots``.

Each picture names the page, what a reader does there, and the part that is shown; the guide shows them all.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent / "_static/screens"
CHROMIUM = "/usr/bin/chromium"
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]


@dataclass(frozen=True)
class Picture:
    """A picture of the guide.

    :param page: page below the folder of the HTML, perhaps with a fragment.
    :param act: what a reader does there.
    :param part: CSS selector of what is brought to the top of the picture.
    """

    name: str
    page: str
    part: str
    act: Callable[[Page], object] = lambda page: page
    height: int = 760


def search(page: Page) -> None:
    """Type a loose citation into the search."""
    page.keyboard.press("/")
    page.get_by_role("combobox").fill("gspr 17.4")
    page.get_by_role("option").first.wait_for()


PICTURES = (
    Picture(
        "matrix", "matrices/threat-trace.html#view-threat-trace?f.stride=spoofing&q=programming", "#view-threat-trace"
    ),
    Picture("trace", "_aimd/trace/THR-006.html", "main", height=1000),
    Picture("dashboard", "dashboard.html", "#risks", height=900),
    Picture("search", "index.html", "body", search, height=620),
)


def take(html: Path, folder: Path) -> None:
    """Write every picture.

    :param html: folder of the built pages.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        for picture in PICTURES:
            page = browser.new_page(viewport={"width": 1280, "height": picture.height}, reduced_motion="reduce")
            page.goto(f"{html.resolve().as_uri()}/{picture.page}")
            page.wait_for_load_state("load")
            picture.act(page)
            page.locator(picture.part).first.evaluate("part => part.scrollIntoView({block: 'start'})")
            page.wait_for_timeout(300)
            page.screenshot(path=folder / f"{picture.name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("html", type=Path, help="folder of the built pages of the worked design history file")
    take(parser.parse_args().html, FOLDER)
