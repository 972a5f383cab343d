"""Parts of pictures as SVG strings: the frame with its names, marks that are links, text that fits, and patterns.

Colours come from style sheets by class. Patterns are named in the markup, since an address inside a style sheet would
be one of the style sheet; so nothing here needs a ``style`` attribute.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from ...model.verdict import Verdict
from ...views.table import Cell, Table
from .inline import RowsHref, verdict_class

#: Width of a letter as part of the size of its text, on average and a little more.
LETTER = 0.56

#: Drawings of the patterns, on a tile of eight by eight; what has none is plain.
_PATTERNS = {
    Verdict.FAILED.value: '<path d="M0 0l8 8M8 0l-8 8"/>',
    Verdict.STALE.value: '<path d="M-2 2l4 -4M0 8l8 -8M6 10l4 -4"/>',
    Verdict.MISSING.value: '<path d="M-2 6l4 4M0 0l8 8M6 -2l4 4"/>',
    Verdict.PLANNED.value: '<path d="M0 4h8"/>',
    Verdict.PARTIAL.value: '<path d="M4 0v8"/>',
    Verdict.WAIVED.value: '<path d="M4 0v8M0 4h8"/>',
    Verdict.NOT_APPLICABLE.value: '<path d="M2 2h2M6 6h2"/>',
}


@dataclass(frozen=True, slots=True)
class Draw:
    """What one picture draws with.

    :param view: the table that it shows; names of its parts begin with the id of the view.
    :param href: address of the rows behind a figure.
    """

    view: Table
    href: RowsHref

    @property
    def name(self) -> str:
        """Beginning of the names of all parts."""
        return f"aimd-picture-{escape(self.view.id)}"

    def address(self, cell: Cell) -> str | None:
        """Where a figure leads, if anywhere."""
        return self.href(cell.rows) if cell.rows is not None else None

    def mark(self, shape: str, said: str, cell: Cell, css: str = "aimd-figure") -> str:
        """A shape that says what it stands for, and leads to the rows that it counts."""
        address = self.address(cell)
        title = f"<title>{escape(said)}</title>"
        if address is None:
            return f'<g class="{css}">{title}{shape}</g>'
        return f'<a class="{css}" href="{escape(address)}" aria-label="{escape(said)}">{title}{shape}</a>'

    def hatch(self, verdict: str) -> str:
        """Value of ``fill`` for the pattern of a verdict."""
        return f"url(#{self.name}-{verdict.replace('_', '-')})"

    def patterns(self, verdicts: Iterable[str]) -> str:
        """Definitions of the patterns of some verdicts."""
        drawn = "".join(
            f'<pattern id="{self.name}-{verdict.replace("_", "-")}" class="aimd-hatch" width="8" height="8" '
            f'patternUnits="userSpaceOnUse">{_PATTERNS[verdict]}</pattern>'
            for verdict in verdicts
            if verdict in _PATTERNS
        )
        return f"<defs>{drawn}</defs>" if drawn else ""

    def block(self, verdict: str, x: float, y: float, width: float, height: float) -> str:
        """A rectangle in the colour and with the pattern of a verdict."""
        box = f'x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}"'
        plain = f'<rect class="{fill(verdict)} aimd-edge" {box}/>'
        return plain + (f'<rect class="aimd-over" fill="{self.hatch(verdict)}" {box}/>' if verdict in _PATTERNS else "")

    def frame(self, body: str, size: tuple[float, float], about: str, part: str = "") -> str:
        """The picture with its name and what it is about; a group of links, or an image where none leads anywhere.

        :param part: what tells it from the other pictures of the same view, in words.
        """
        name = f"{self.name}-{part.replace(' ', '-')}" if part else self.name
        title = f"{self.view.title}, {part}" if part else self.view.title
        role = "group" if "<a " in body else "img"
        return (
            f'<svg class="aimd-picture aimd-{escape(self.view.kind)}" role="{role}" aria-labelledby="{name}-title" '
            f'aria-describedby="{name}-desc" viewBox="0 0 {size[0]:g} {size[1]:g}">'
            f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(about)}</desc>'
            f"{body}</svg>"
        )

    def figure(self, pictures: str, below: str = "", above: str = "") -> str:
        """Pictures in a frame that scrolls where the page is narrow."""
        label = escape(f"Picture: {self.view.title}")
        return (
            f'<div class="aimd-pictures">{above}<div class="aimd-picture-row" tabindex="0" role="region" '
            f'aria-label="{label}">{pictures}</div>{below}</div>\n'
        )


def fill(verdict: str) -> str:
    """Class of the colour of a verdict in pictures."""
    return verdict_class(Verdict(verdict)).replace("aimd-", "aimd-fill-", 1)


def text(x: float, y: float, words: str, *, css: str = "", anchor: str = "", hidden: bool = False) -> str:
    """A line of text.

    :param hidden: from assistive technology, because a mark says the same in full.
    """
    more = f' class="{css}"' if css else ""
    more += f' text-anchor="{anchor}"' if anchor else ""
    more += ' aria-hidden="true"' if hidden else ""
    return f'<text x="{x:.2f}" y="{y:.2f}"{more}>{escape(words)}</text>'


def fit(words: str, room: float, size: float) -> str:
    """Text cut to a width, with a sign where it is cut.

    :param room: width; a wide letter of East Asian scripts counts as two.
    :param size: of the letters.
    """
    letters = int(room / (size * LETTER))
    kept: list[str] = []
    used = 0
    for sign in words:
        used += 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if used > letters:
            return "".join(kept[: max(letters - 1, 1)]).rstrip() + "…"
        kept.append(sign)
    return words
