"""Tables as data for ``explorer.js``: classic scripts that hold JSON, since fetch fails from ``file://``."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ...views.table import Rows, Table
from .inline import Href, RowsHref, verdict_class

#: Rows of one data file.
FILE_ROWS = 50_000


def script_json(value: object) -> str:
    """JSON that may stand inside a script element: ASCII, and nothing in it can end the element."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def load_script(name: str, number: int, value: object) -> str:
    """A data file: one call that hands over JSON as a string, which browsers parse faster than a literal."""
    return f"AIMD.load({script_json(name)},{number},{script_json(json.dumps(value, separators=(',', ':')))});\n"


def facets_json(view: Table) -> str:
    """The facets of a view that stands whole on its page, or nothing if it has none."""
    return script_json({"facets": _facets(view)}) if view.facets else ""


def data_files(view: Table, href: Href, rows_href: RowsHref) -> dict[str, str]:
    """Data files of a long view by name; names carry a digest, so that no browser shows an older one.

    :param href: address of an item from the root of the output.
    :param rows_href: address of the rows behind a figure, likewise.
    """
    words: dict[tuple[str, str], int] = {}
    for row in view.rows:
        for cell in row:
            if cell.verdict is not None:
                words.setdefault((cell.word, verdict_class(cell.verdict)), len(words))
    ids = view.row_ids or ("",) * len(view.rows)
    contents: list[str] = []
    for start in range(0, len(view.rows), FILE_ROWS):
        cells: dict[tuple[str, str, Rows | None, int, str], int] = {}
        rows = []
        for row in view.rows[start : start + FILE_ROWS]:
            line = []
            for cell in row:
                word = words[cell.word, verdict_class(cell.verdict)] if cell.verdict is not None else -1
                line.append(cells.setdefault((cell.text, cell.target, cell.rows, word, cell.web), len(cells)))
            rows.append(line)
        shown = []
        for text, target, counted, word, web in cells:
            address = (rows_href(counted) if counted is not None else href(target) if target else None) or ""
            address = address or web.rstrip("#")  # one that ends in # would go on with the first word of the text
            shown.append([text, address, word])
        part: dict[str, Any] = {"cells": shown, "rows": rows, "heads": list(ids[start : start + FILE_ROWS])}
        if not start:
            part["columns"] = [
                {"name": column.name, "title": column.title, "width": column.width, "spare": column.spare}
                for column in view.columns
            ]
            part["words"] = list(words)
            part["facets"] = _facets(view)
        contents.append(load_script(f"m-{view.id}", len(contents), part))
    digest = hashlib.sha256("".join(contents).encode("ascii")).hexdigest()[:8]
    return {f"m-{view.id}-{digest}-{number}.js": content for number, content in enumerate(contents)}


def _facets(view: Table) -> list[dict[str, Any]]:
    found = []
    for facet in view.facets:
        words: dict[str, int] = {}
        rows = [[words.setdefault(word, len(words)) for word in row] for row in facet.values]
        found.append({"name": facet.name, "title": facet.title, "words": list(words), "rows": rows})
    return found
