"""What a reader sees of each cell, by trace.json alone: what every format is compared with."""

from __future__ import annotations

from typing import Any

Rows = list[list[str]]


def words_of(trace: dict[str, Any]) -> dict[str, str]:
    words = {
        verdict: verdict.replace("_", " ")
        for verdict in {item["verdict"] for item in trace["items"] + trace["clauses"]}
    }
    return {**words, "": ""}


def shown(cell: dict[str, Any], words: dict[str, str], *, is_clause: bool) -> str:
    """What a reader sees of a cell of trace.json, by the rule that the guide states."""
    if cell["verdict"] is None:
        return str(cell["text"])
    word = "evidence complete" if is_clause and cell["verdict"] == "verified" else words[cell["verdict"]]
    return f"{cell['text']} [{word}]" if cell["text"] else word


def cells_of(trace: dict[str, Any]) -> dict[str, Rows]:
    """Cells of every view as trace.json has them, by the title of the view."""
    words = words_of(trace)
    clauses = {clause["id"] for clause in trace["clauses"]}
    titles = {clause["title"] for clause in trace["clauses"]}
    found: dict[str, Rows] = {}
    for view in trace["views"]:
        rows = []
        folds_clauses = view["id"] in ("markets", "topics-by-instrument")
        for row in view["rows"]:
            heads_clause = row[0]["target"] in clauses or row[0]["text"] in titles
            rows.append(
                [
                    shown(
                        cell,
                        words,
                        is_clause=folds_clauses or cell["target"] in clauses or (not cell["text"] and heads_clause),
                    )
                    for cell in row
                ]
            )
        found[view["title"]] = rows
    assert len(found) == len(trace["views"])
    return found
