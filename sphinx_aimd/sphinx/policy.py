"""A content security policy on every page that an HTML builder writes, where the project asks for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder

from ..writers.files import write_bytes
from ..writers.html.csp import with_policy

#: Builders whose pages a browser opens; an e-book is packed before its build ends, and help viewers know no policy.
_BUILDERS = ("html", "dirhtml", "singlehtml")
_WITHOUT_SOURCE: WeakKeyDictionary[Sphinx, set[str]] = WeakKeyDictionary()


def connect(app: Sphinx) -> None:
    """Have the policy written where ``aimd_csp`` is set; the project's extensions must declare that value."""
    app.connect("html-page-context", note_page)
    # after everything else that may write to a page
    app.connect("build-finished", on_build_finished, priority=900)


def note_page(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Remember a page that no source stands behind, such as the index, the search or one of ours.

    Pages of sources may be written by other processes, but the environment knows them.
    """
    del templatename, context
    if doctree is None:
        _WITHOUT_SOURCE.setdefault(app, set()).add(pagename)


def on_build_finished(app: Sphinx, exception: Exception | None) -> None:
    """State the policy on each page of this project that states none.

    ``aimd_csp`` is off unless a project sets it: a theme may load fonts or scripts from
    elsewhere, or add styles by script, and a policy keeps it from that. Files that the project only copies, such as
    evidence, are left as they are. Each page is written whole or not at all.
    """
    builder = app.builder
    if exception is not None or not app.config.aimd_csp or builder.name not in _BUILDERS:
        return
    assert isinstance(builder, StandaloneHTMLBuilder)  # noqa: S101 - these three are
    encoding: str = app.config.html_output_encoding
    for pagename in sorted(app.env.all_docs.keys() | _WITHOUT_SOURCE.get(app, set())):
        path = Path(builder.get_output_path(pagename))
        if path.is_file():
            page = with_policy(path.read_bytes().decode(encoding))
            write_bytes(path, page.encode(encoding, "xmlcharrefreplace"))
