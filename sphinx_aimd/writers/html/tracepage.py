"""The trace page of an item or clause: a whole document of our own, since a theme is too slow for thousands."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from ...model.verdict import Verdict
from ...views.card import Reference
from ...views.explanation import Cause, NeedState
from ...views.neighbourhood import Tree
from ...views.walk import TraceWalk
from . import graph
from .branches import branches, note
from .inline import Addresses, badge


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """What stands around every trace page; addresses are seen from the folder of these pages.

    :param project: name of the project, which leads ``home``.
    :param find: address of the list of all items and clauses.
    :param styles: addresses of style sheets, and ``scripts`` of classic scripts, in the order of their loading.
    :param policy: content security policy of the page.
    :param footer: texts at the end of the page: version under review, date, gate.
    """

    project: str
    home: str
    find: str
    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    policy: str
    footer: tuple[str, ...]
    lang: str = "en"


def page_name(item_id: str) -> str:
    """File of a trace page; all lie in one folder."""
    return f"{item_id}.html"


def trace_page(walk: TraceWalk, shell: Shell, to: Addresses) -> str:
    """One trace page; :class:`TracePages` for many.

    :param to: addresses as seen from the folder of the trace pages.
    """
    return TracePages(shell, to).page(walk)


class TracePages:
    """Trace pages of one trace; what they share is rendered once."""

    def __init__(self, shell: Shell, to: Addresses) -> None:
        """Wrap what is the same on every page.

        :param to: addresses as seen from the folder of the trace pages.
        """
        self._to = to
        self._ends: dict[str, str] = {}
        self._drawings = graph.Drawings(page_name)
        styles = "".join(f'<link rel="stylesheet" href="{escape(address)}">\n' for address in shell.styles)
        scripts = "".join(f'<script defer src="{escape(address)}"></script>\n' for address in shell.scripts)
        self._before_title = (
            f'<!DOCTYPE html>\n<html lang="{escape(shell.lang)}" class="aimd-trace-page">\n<head>\n'
            '<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{escape(shell.policy)}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>'
        )
        self._before_main = (
            f" \N{EN DASH} {escape(shell.project)}</title>\n{styles}{scripts}</head>\n<body>\n"
            '<a class="aimd-skip" href="#main">Skip to the trace</a>\n'
            '<header class="aimd-trace-head">'
            f'<a class="aimd-home" href="{escape(shell.home)}">{escape(shell.project)}</a>\n'
            f'<a class="aimd-find" href="{escape(shell.find)}">Find an item or clause</a></header>\n'
            '<main id="main">\n'
        )
        footer = "".join(f"<li>{escape(text)}</li>" for text in shell.footer)
        self._after_main = f'</main>\n<footer class="aimd-trace-foot"><ul>{footer}</ul></footer>\n</body>\n</html>\n'

    def page(self, walk: TraceWalk) -> str:
        """The page of a walk, a whole document."""
        name = escape(f"{walk.item.label} {walk.item.title}")
        return "".join(
            (
                self._before_title,
                f"Trace of {name}",
                self._before_main,
                self._heading(walk),
                self._why(walk),
                self._drawing(walk),
                '<div class="aimd-ways">\n',
                self._way(walk, walk.upstream, "u", "Upstream: what it answers to", "It answers to no other item."),
                self._way(
                    walk, walk.downstream, "d", "Downstream: what proves it", "No item answers to it or proves it."
                ),
                "</div>\n",
                self._after_main,
            )
        )

    def _end(self, end: Reference) -> str:
        """An item as a link to its trace, with its verdict."""
        found = self._ends.get(end.id)
        if found is None:
            text = escape(f"{end.label} {end.title}".strip())
            shown = f'<a href="{escape(page_name(end.id))}">{text}</a>' if end.verdict is not None else text
            found = self._ends[end.id] = f"{shown} {badge(end.verdict or Verdict.MISSING, end.word)}"
        return found

    def _heading(self, walk: TraceWalk) -> str:
        item = walk.item
        status = f' <span class="aimd-status">{escape(walk.status)}</span>' if walk.status else ""
        edit = self._to.edit(walk.file, walk.line) if walk.file else None
        edit_link = f' <a class="aimd-tool" href="{escape(edit)}">Edit this item</a>' if edit else ""
        return (
            f"{self._keys(walk)}"
            f'<h1><span class="aimd-label">{escape(item.label)}</span> {escape(item.title)}</h1>\n'
            f'<p class="aimd-title"><span class="aimd-kind">{escape(walk.kind)}</span> '
            f"{badge(item.verdict or Verdict.MISSING, item.word)}{status}{edit_link}</p>\n"
        )

    def _keys(self, walk: TraceWalk) -> str:
        """The ways on from here; ``find.js`` follows the link whose key is pressed."""
        kind = walk.kind.lower()
        rows = [
            self._key("p", f"Previous {kind}", walk.previous),
            self._key("n", f"Next {kind}", walk.next),
            self._key("u", "Up", walk.up),
            self._key("d", "Down", walk.down),
        ]
        if walk.evidence is not None:
            address = self._to.file(walk.evidence.path) if walk.evidence.path else None
            text = "Open evidence" if address else "Evidence"
            rows.append(self._key("e", text, walk.evidence.item, address))
        card = self._to.item(walk.item.id)
        if card is not None:
            rows.append(f'<li><a href="{escape(card)}" data-key="c"><kbd>c</kbd> Open in the file</a></li>\n')
        return f'<nav class="aimd-keys" aria-label="From here"><ul>\n{"".join(rows)}</ul></nav>\n'

    def _key(self, key: str, text: str, end: Reference | None, address: str | None = None) -> str:
        if end is None or end.verdict is None:
            return ""
        href = escape(address or page_name(end.id))
        return f'<li><a href="{href}" data-key="{key}"><kbd>{key}</kbd> {escape(text)}: {escape(end.label)}</a></li>\n'

    def _why(self, walk: TraceWalk) -> str:
        why = walk.explanation
        lead, *rest = [f"<p>{escape(sentence)}</p>\n" for sentence in why.sentences]
        parts = [
            f'<section class="aimd-why">\n<h2>Why is this {escape(walk.item.word)}?</h2>\n',
            lead.replace("<p>", '<p class="aimd-lead">', 1),
            *rest,
        ]
        meaning = f"{walk.item.word[:1].upper()}{walk.item.word[1:]}: {why.meaning}"
        parts.append(f'<p class="aimd-note">{escape(meaning)}</p>\n')
        if why.causes:
            is_open = walk.item.verdict is not None and not walk.item.verdict.is_closed
            title = "What is open, and the way to it" if is_open else "What was decided, and what that closes"
            parts.append(f"<h3>{title}</h3>\n")
            parts.append(f'<ol class="aimd-causes">{"".join(map(self._cause, why.causes))}</ol>\n')
        if why.more:
            parts.append(f'<p class="aimd-note">Left out: {why.more} further reasons.</p>\n')
        if why.needs and walk.item.verdict is not None and walk.item.verdict.counts:
            parts.append(f'<h3>What it needs</h3>\n<ul class="aimd-needs">{"".join(map(self._need, why.needs))}</ul>\n')
        parts.append("</section>\n")
        return "".join(parts)

    def _cause(self, cause: Cause) -> str:
        steps = "".join(
            f'<li><span class="aimd-word">{escape(step.words)}</span> {self._end(step.end)}{note(step.end.note)}</li>'
            for step in cause.steps
        )
        way = f'<ol class="aimd-way">{steps}</ol>' if steps else ""
        head = f"<p><strong>{escape(cause.need)}</strong> {badge(cause.verdict, cause.word)}</p>"
        return f'<li>{head}{way}<p class="aimd-cause">{escape(cause.text)}</p></li>\n'

    def _need(self, need: NeedState) -> str:
        condition = "condition" if need.is_condition else ""
        head = f"<strong>{escape(need.name)}</strong> {badge(need.verdict, need.word)}{note(condition, need.note)}"
        rows = [f"<li>{self._end(end)}</li>" for end in need.ends]
        if need.more:
            rows.append(f"<li>and {need.more} more</li>")
        ends = f"<ul>{''.join(rows)}</ul>" if rows else ""
        return f"<li>{head}{ends}</li>\n"

    def _way(self, walk: TraceWalk, tree: Tree, side: str, title: str, nothing: str) -> str:
        content = branches(tree, walk, side, self._end) if tree.entries else f"<p>{nothing}</p>\n"
        return f'<section class="aimd-tree">\n<h2>{title}</h2>\n{content}</section>\n'

    def _drawing(self, walk: TraceWalk) -> str:
        if len(walk.around.columns) == 1:
            return ""
        return (
            '<section class="aimd-drawing">\n<h2>The trace drawn</h2>\n'
            '<p class="aimd-note">On the left what it answers to, on the right what proves it. '
            "An arrow points from an item to the one that its link names.</p>\n"
            f"{self._drawings.picture(walk)}{graph.legend(walk)}{graph.left_out(walk)}"
            f"{self._drawings.table(walk)}</section>\n"
        )
