"""Style sheets and scripts of our pages: sources in ``assets``, scripts without their comments in the output."""

from __future__ import annotations

from importlib.resources import files

import rjsmin

#: Style sheets and scripts of every page, in the order in which they are read.
STYLES = ("aimd.css", "explorer.css", "pictures.css", "dataflow.css", "find.css")
SCRIPTS = ("core.js", "rows.js", "controls.js", "explorer.js", "find.js", "hints.js")
#: Those of trace pages, which have a shell of their own.
TRACE_STYLES = ("aimd.css", "find.css", "graph.css", "trace.css")
TRACE_SCRIPTS = ("trace.js", "core.js", "find.js", "hints.js")
ALL = tuple(dict.fromkeys((*STYLES, *SCRIPTS, *TRACE_STYLES, *TRACE_SCRIPTS)))


def asset(name: str) -> str:
    """A style sheet or script as the output holds it.

    :raises FileNotFoundError: there is none of this name.
    """
    text = files("sphinx_aimd.writers.html").joinpath("assets", name).read_text(encoding="utf-8")
    return str(rjsmin.jsmin(text)) + "\n" if name.endswith(".js") else text
