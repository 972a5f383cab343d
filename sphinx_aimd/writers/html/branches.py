"""One direction of a trace as nested lists that fold, readable and foldable without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from ...views.card import Reference
from ...views.neighbourhood import DEEPEST, MOST_ENTRIES, Tree
from ...views.walk import TraceWalk

#: Levels that are open at first.
OPEN_LEVELS = 2


def branches(tree: Tree, walk: TraceWalk, side: str, shown: Callable[[Reference], str]) -> str:
    """The entries of a tree, those of one link word folded together, and what is left out.

    :param side: begins the ids of this tree's entries on the page.
    :param shown: an item as a link with its verdict.
    """
    parts: list[str] = []
    depth = 0
    for entry in tree.entries:
        step = entry.step
        # a new group closes those at its depth and below, a further member the item before it
        open_groups = entry.depth - 1 if entry.group else entry.depth
        parts.append("</li></ul></details>\n" * (depth - open_groups))
        if entry.group:
            is_open = " open" if entry.depth <= OPEN_LEVELS else ""
            parts.append(f"<details{is_open}><summary>{escape(step.words)} ({entry.group})</summary><ul>\n")
        else:
            parts.append("</li>\n")
        depth = entry.depth
        if entry.again:
            end = walk.ends[step.id]
            where = f"{side}-{step.id}" if step.id != walk.item.id else "main"
            link = f'<a href="#{escape(where)}">{escape(end.label)}</a>'
            parts.append(f"<li>{link}{note(step.note, f'shown {entry.again}')}")
        else:
            more = f"{entry.more} further link{'s' * (entry.more > 1)}" if entry.more else ""
            ident = f"{side}-{escape(step.id)}"
            parts.append(f'<li id="{ident}">{shown(walk.ends[step.id])}{note(step.note, more)}')
    parts.append("</li></ul></details>\n" * depth)
    if tree.more:
        parts.append(
            f'<p class="aimd-note">Left out: {tree.more} further link{"s" * (tree.more > 1)}. '
            f"At most {DEEPEST} steps and {MOST_ENTRIES} entries are shown; "
            "the trace of an item goes on from there.</p>\n"
        )
    return "".join(parts)


def note(*texts: str) -> str:
    """Remarks behind an item, or nothing."""
    said = "; ".join(text for text in texts if text)
    return f" <small>{escape(said)}</small>" if said else ""
