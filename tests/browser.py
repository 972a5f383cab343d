"""Chromium for tests: pages over ``file://`` and over a local server, what they complain of, and axe-core."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from sphinx_aimd.writers.html.csp import policy

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: WCAG 2.2 AA, and what axe-core calls best practice.
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
WIDE, NARROW = (1280, 900), (320, 800)  # 320 is 1280 at a zoom of 400 %


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium; make it a fixture of a module, since a start takes a second."""
    program = shutil.which("chromium")
    assert program, "chromium is not installed: run python -m tests.system_tools"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield started
        for context in started.contexts:  # a test that fails leaves its page open
            context.close()
        started.close()


class _Handler(SimpleHTTPRequestHandler):
    """Files of a folder; pages go with their policy as a header, which also holds where the page states none."""

    def do_GET(self) -> None:
        if self.path == "/favicon.ico":  # browsers ask every server for it, whatever the page says
            self.send_response(204)
            self.end_headers()
            return
        super().do_GET()

    def end_headers(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.suffix == ".html" and path.is_file():
            self.send_header("Content-Security-Policy", _policy(path))
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        pass


@cache
def _policy(path: Path) -> str:
    return policy(path.read_text("utf-8"))


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """A server of a folder on this machine.

    :return: address of its root, with a slash at its end.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Complaints:
    """What a page said on the console, violations of its policy included, and what it asked of other hosts."""

    console: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def all(self) -> list[str]:
        return [*self.console, *self.elsewhere]


def watch(page: Page, root: str) -> Complaints:
    """Listen to a page from now on.

    :param root: what the address of every request must begin with.
    """
    found = Complaints()

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            found.console.append(f"{page.url}: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((root, "data:", "blob:", "about:")):
            found.elsewhere.append(f"{page.url}: asks {request.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: found.console.append(f"{page.url}: {error}"))
    page.on("request", on_request)
    return found


@cache
def _axe() -> str:
    return AXE_FILE_PATH.read_text("utf-8")


def axe(page: Page, within: Sequence[str] = (), rules: Sequence[str] = ()) -> list[str]:
    """Violations that axe-core finds on a page as it stands, one line for each element.

    :param within: selectors of the parts that are looked at; nothing stands for the whole page.
    :param rules: names of rules that are run instead of those of :data:`TAGS`.
    """
    page.evaluate(f"() => {{ if (!window.axe) {{ {_axe()} }} }}")
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": list(TAGS)}
    # without preload it reads no style sheet a second time, which fails from file://
    options = {"runOnly": only, "resultTypes": ["violations"], "preload": False}
    where = {"include": [[part] for part in within or ["html"]]}
    script = "async ([where, options]) => (await axe.run(where, options)).violations"
    found = page.evaluate(script, [where, options])
    return [
        f"{page.url}: {rule['id']} ({rule['impact']}): {node['target'][0]}: {node['html'][:120]}"
        for rule in found
        for node in rule["nodes"]
    ]


def set_scheme(page: Page, scheme: str) -> None:
    """Light or dark, as a reader's system says and as themes mark it that have a switch of their own."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.evaluate(
        """scheme => {
          const root = document.documentElement, body = document.body;
          if (root.dataset.theme !== undefined) root.dataset.theme = scheme;
          if (body.dataset.theme !== undefined) body.dataset.theme = scheme;
          if (body.dataset.mdColorScheme) body.dataset.mdColorScheme = scheme === "dark" ? "slate" : "default";
        }""",
        scheme,
    )
