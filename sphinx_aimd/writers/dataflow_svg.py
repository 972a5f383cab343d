"""A drawn data flow as SVG: for pages with classes and links, for paper with colours of its own; the same in both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from ..model.dataflow import ENTITY, PROCESS, STORE
from ..model.verdict import Verdict
from ..views.drawing import ABSENT, OUTSIDE, Arrow, Box, Drawing
from .dataflow_layout import Placed, Rect, place
from .dataflow_text import BOLD_SIZE, INSET, LINE, SMALL, Block, block, wide, wrap
from .html.graph import MARKS

#: Address of an item, or nothing when it has no place.
Href = Callable[[str], str | None]
#: Widths of the text of a box, of a part inside one, of a label and of the name of a zone.
BOX, PART, LABEL, ZONE = 164, 148, 196, 104
#: Room on paper in points, portrait and landscape, and how small letters of this size may be on it.
PORTRAIT, LANDSCAPE, LEAST = (480, 690), (762, 420), 7.0
#: Units of the picture to a point on paper where its letters have the least size.
SCALE = LEAST / SMALL

_INK, _MUTED, _PAGE, _ZONE, _LINE = "#1b2430", "#4d5663", "#ffffff", "#8a5a00", "#1f4e79"
_TONES: Mapping[Verdict, tuple[str, str]] = {
    Verdict.VERIFIED: ("#d9f2e0", "#0b4a22"),
    Verdict.WAIVED: ("#e2e6fb", "#2a2f7d"),
    Verdict.PARTIAL: ("#fff0c2", "#5a3f00"),
    Verdict.PLANNED: ("#e3eef9", "#173f66"),
    Verdict.MISSING: ("#f3e1ea", "#6b1440"),
    Verdict.STALE: ("#ffe0c7", "#6b2c00"),
    Verdict.FAILED: ("#fbd5d5", "#7a0d0d"),
    Verdict.NOT_APPLICABLE: ("#e8eaed", "#3c4450"),
    Verdict.INACTIVE: ("#e8eaed", "#3c4450"),
}
#: What a class of the style sheet looks like on paper.
_PAPER: Mapping[str, str] = {
    "zone": f'fill="none" stroke="{_ZONE}" stroke-width="1.5" stroke-dasharray="7 5"',
    "zone-name": f'fill="{_ZONE}" font-weight="600"',
    "own": f'fill="none" stroke="{_ZONE}" stroke-width="1.5" stroke-dasharray="7 5"',
    "shape": f'fill="#f6f8fb" stroke="{_INK}" stroke-width="1.2"',
    "around": f'fill="{_PAGE}" stroke="{_INK}" stroke-width="1.2"',
    "store": 'fill="#f6f8fb" stroke="none"',
    "edge": f'fill="none" stroke="{_INK}" stroke-width="1.8"',
    "outside": f'fill="{_PAGE}" stroke="{_INK}" stroke-width="2.2"',
    "absent": f'fill="{_PAGE}" stroke="{_MUTED}" stroke-width="1.2" stroke-dasharray="2 3"',
    "label": f'fill="{_PAGE}" stroke="{_LINE}" stroke-width="1"',
    "wire": f'fill="none" stroke="{_LINE}" stroke-width="1.5"',
    "closed": f'fill="none" stroke="{_MUTED}" stroke-width="1.5" stroke-dasharray="2 3"',
    "head": f'fill="{_LINE}"',
    "id": f'fill="{_INK}" font-weight="600"',
    "text": f'fill="{_INK}"',
    "note": f'fill="{_MUTED}"',
    "legend": f'fill="{_MUTED}"',
}
_SHAPES = {ENTITY: "outside", OUTSIDE: "outside", ABSENT: "absent"}


def for_page(drawing: Drawing, href: Href) -> str:
    """The picture for an HTML page: colours by class, each element and interface a link to its card."""
    return _Picture(drawing, href).svg()


def for_paper(drawing: Drawing) -> str:
    """The picture as a file of its own, with its colours in it."""
    return _Picture(drawing, None).svg()


def placed(drawing: Drawing, *, upright: bool) -> Placed:
    """Where everything stands, lying or upright."""
    zones = dict.fromkeys(box.zone for box in drawing.boxes if box.has_zone)
    blocks = _blocks(drawing)
    titles = {}
    for zone in zones:
        lines = _zone_lines(zone, upright=upright)
        titles[zone] = (max(wide(line, BOLD_SIZE, bold=True) for line in lines) + 8, len(lines) * LINE + 6.0)
    return place(drawing, {key: (b.width, b.height) for key, b in blocks.items()}, titles, upright=upright)


def size(drawing: Drawing) -> tuple[float, float]:
    """Width and height of the picture in its units."""
    made = _Picture(drawing, None)
    return made.width, made.height


class _Picture:
    """The work on one picture; without ``href`` it is for paper."""

    def __init__(self, drawing: Drawing, href: Href | None) -> None:
        self.drawing, self.href = drawing, href
        self.blocks = _blocks(drawing)
        self.placed = _better(drawing)
        self.outer = {box.inside for box in drawing.boxes}
        self.legend = _legend(drawing, self.placed.width)
        self.width = self.placed.width
        self.height = self.placed.height + (self.legend[-1][1] + LINE if self.legend else 0)

    def ink(self, name: str, verdict: Verdict | None = None) -> str:
        """Attributes of a part: its class on a page, its colours on paper."""
        if self.href is not None:
            tone = f" aimd-tone-{verdict.value.replace('_', '-')}" if verdict is not None else ""
            return f'class="aimd-flow-{name}{tone}"'
        if name == "mark" and verdict is not None:
            return f'fill="none" stroke="{_TONES[verdict][1]}" stroke-width="1.8"'
        if name == "tone" and verdict is not None:
            return f'fill="{_TONES[verdict][0]}"'
        if name == "word" and verdict is not None:
            return f'fill="{_TONES[verdict][1]}" font-weight="600"'
        return _PAPER[name]

    def svg(self) -> str:
        """The whole picture."""
        drawing, name = self.drawing, escape(self.drawing.id)
        parts = [*self._zones()]
        parts += [self._box(box) for box in drawing.boxes]
        parts += [self._wires(arrow) for arrow in drawing.arrows]
        parts += [self._label(arrow) for arrow in drawing.arrows]
        parts += [*self._legend()]
        if self.href is not None:
            head = f'class="aimd-flow" role="{"group" if drawing.boxes or drawing.arrows else "img"}"'
        else:
            head = 'xmlns="http://www.w3.org/2000/svg" role="img" font-family="Source Sans 3, DejaVu Sans, sans-serif"'
        return (
            f'<svg {head} aria-labelledby="{name}-title" aria-describedby="{name}-desc" width="{self.width:.0f}" '
            f'height="{self.height:.0f}" viewBox="0 0 {self.width:.0f} {self.height:.0f}" font-size="{SMALL}">'
            f'<title id="{name}-title">{escape(drawing.title)}</title>'
            f'<desc id="{name}-desc">{escape(drawing.about)}</desc>\n{"".join(parts)}</svg>'
        )

    def _zones(self) -> list[str]:
        made = []
        for zone, frame, title in self.placed.zones:
            made.append(f'<rect {self.ink("zone")} {_rect(frame)} rx="8"/>')
            for number, line in enumerate(_zone_lines(zone, upright=self.placed.upright)):
                made.append(self._text(title.x, title.y + (number + 0.8) * LINE, line, "zone-name", BOLD_SIZE))
        for box in self.drawing.boxes:
            if box.is_framed:
                rect = self.placed.boxes[box.id]
                around = Rect(rect.x - 7, rect.y - 7, rect.w + 14, rect.h + 14)
                made.append(f'<rect {self.ink("own")} {_rect(around)} rx="6"/>')
        return [line + "\n" for line in made]

    def _box(self, box: Box) -> str:
        rect, text = self.placed.boxes[box.id], self.placed.texts[box.id]
        if box.shape == STORE:
            edges = f"M{rect.x:.1f} {rect.y:.1f}h{rect.w:.1f}M{rect.x:.1f} {rect.y + rect.h:.1f}h{rect.w:.1f}"
            shape = f'<rect {self.ink("store")} {_rect(rect)}/><path {self.ink("edge")} d="{edges}"/>'
        else:
            corner = ' rx="12"' if box.shape == PROCESS else ""
            plain = "around" if box.id in self.outer else "shape"
            shape = f"<rect {self.ink(_SHAPES.get(box.shape, plain))} {_rect(rect)}{corner}/>"
        return self._linked(box.target, box.said, shape + self._words(self.blocks[box.id], text, box))

    def _label(self, arrow: Arrow) -> str:
        rect = self.placed.labels[arrow.id]
        shape = f'<rect {self.ink("label")} {_rect(rect)} rx="3"/>'
        return self._linked(arrow.id, arrow.said, shape + self._words(self.blocks[arrow.id], rect, arrow))

    def _linked(self, target: str, said: str, body: str) -> str:
        address = self.href(target) if self.href is not None and target else None
        if self.href is None:
            return f"<g>{body}</g>\n"
        if address is None:
            return f'<g class="aimd-flow-part"><title>{escape(said)}</title>{body}</g>\n'
        return (
            f'<a class="aimd-flow-part" href="{escape(address)}" aria-label="{escape(said)}">'
            f"<title>{escape(said)}</title>{body}</a>\n"
        )

    def _words(self, words: Block, rect: Rect, of: Box | Arrow) -> str:
        """Text of a box or label; its verdict as a shape and a word, beside the id of a label, below in a box."""
        is_label = isinstance(of, Arrow)
        x, y = rect.x + INSET, rect.y + INSET + 7
        made = []
        if words.head:
            made.append(self._text(x, y, words.head, "id", BOLD_SIZE))
            if is_label and of.verdict is not None:
                made.append(self._verdict(rect.x + rect.w - INSET - _word_room(of), y, of.verdict, of.word))
            y += LINE
        titles = len(words.lines) - len(of.notes)
        for number, line in enumerate(words.lines):
            made.append(self._text(x, y, line, "text" if number < titles else "note", SMALL))
            y += LINE
        if not is_label and of.verdict is not None:
            made.append(self._verdict(x, y, of.verdict, of.word))
        return "".join(made)

    def _verdict(self, x: float, y: float, verdict: Verdict, word: str) -> str:
        back = f'<rect {self.ink("tone", verdict)} x="{x - 4:.1f}" y="{y - 11:.1f}" '
        back += f'width="{wide(word, SMALL, bold=True) + 24:.1f}" height="14" rx="2"/>'
        mark = f'<path {self.ink("mark", verdict)} transform="translate({x:.1f} {y - 10:.1f})" d="{MARKS[verdict]}"/>'
        return back + mark + self._text(x + 16, y, word, "word", SMALL, verdict)

    def _text(self, x: float, y: float, words: str, name: str, letters: int, verdict: Verdict | None = None) -> str:
        more = f' font-size="{letters}"' if letters != SMALL else ""
        return f'<text {self.ink(name, verdict)} x="{x:.1f}" y="{y:.1f}"{more}>{escape(words)}</text>'

    def _wires(self, arrow: Arrow) -> str:
        made = []
        for wire in self.placed.wires:
            if wire.arrow == arrow.id:
                name = "closed" if arrow.is_closed else "wire"
                made.append(f'<path {self.ink(name)} d="{_path(wire.points, 9 if wire.head else 0)}"/>')
                if wire.head:
                    made.append(f'<path {self.ink("head")} d="{_head(wire.points)}"/>')
        return "".join(made) + ("\n" if made else "")

    def _legend(self) -> list[str]:
        made = []
        for x, y, kind, words in self.legend:
            top = self.placed.height + y
            made.append(self._sample(kind, x, top - 10) + self._text(x + 34, top, words, "legend", SMALL) + "\n")
        return made

    def _sample(self, kind: str, x: float, y: float) -> str:
        box = f'x="{x + 1:.1f}" y="{y:.1f}" width="26" height="12"'
        if kind == STORE:
            return f'<path {self.ink("edge")} d="M{x + 1:.1f} {y:.1f}h26M{x + 1:.1f} {y + 12:.1f}h26"/>'
        if kind in ("wire", "closed"):
            head = f'<path {self.ink("head")} d="M{x + 28:.1f} {y + 6:.1f}l-9 -4v8z"/>' if kind == "wire" else ""
            return f'<path {self.ink(kind)} d="M{x:.1f} {y + 6:.1f}h{20 if head else 28}"/>{head}'
        corner = ' rx="6"' if kind == PROCESS else ""
        return f"<rect {self.ink('zone' if kind == 'zone' else _SHAPES.get(kind, 'shape'))} {box}{corner}/>"


def _blocks(drawing: Drawing) -> dict[str, Block]:
    """Text of every box and label."""
    boxes = {box.id: _box_text(box) for box in drawing.boxes}
    return boxes | {arrow.id: _label_text(arrow) for arrow in drawing.arrows}


def _box_text(box: Box) -> Block:
    width = PART if box.inside else BOX
    most = 4 if box.shape == OUTSIDE else 3
    return block(box.label, box.title, box.notes, width=width, most=most, below=1 if box.verdict is not None else 0)


def _label_text(arrow: Arrow) -> Block:
    return block(arrow.label, arrow.title, arrow.notes, width=LABEL, beside=_word_room(arrow) + 6, most=2)


def _word_room(of: Box | Arrow) -> float:
    return wide(of.word, SMALL, bold=True) + 18 if of.verdict is not None else 0


def _zone_lines(zone: str, *, upright: bool) -> list[str]:
    room = ZONE if upright else BOX
    return (
        ["Trust zone:", *wrap(zone, room, BOLD_SIZE * 1.1, 4)]
        if upright
        else wrap(f"Zone: {zone}", room, BOLD_SIZE * 1.1, 2)
    )


def _better(drawing: Drawing) -> Placed:
    """The drawing lying or standing, whichever needs the smaller page; lying if they need the same."""
    found = [placed(drawing, upright=upright) for upright in (False, True)]
    return min(found, key=lambda made: (round(shrink(made.width, made.height), 2), made.upright))


def shrink(width: float, height: float) -> float:
    """How much larger than a page of paper a picture is at the least size of its letters; 1 and less fits."""
    return min(max(width * SCALE / w, height * SCALE / h) for w, h in (PORTRAIT, LANDSCAPE))


def _legend(drawing: Drawing, width: float) -> list[tuple[float, float, str, str]]:
    """Marks that the picture uses: place, kind and words."""
    used = {box.shape for box in drawing.boxes}
    rows = [(kind, kind.replace("_", " ")) for kind in (PROCESS, STORE) if kind in used]
    rows += [(ENTITY, "external entity")] if used & {ENTITY, OUTSIDE} else []
    rows += [(ABSENT, ABSENT)] if ABSENT in used else []
    rows += [("zone", "trust boundary")] if any(box.has_zone for box in drawing.boxes) else []
    rows += [("wire", "interface, in the direction of its content")] if drawing.arrows else []
    rows += [("closed", "closed interface")] if any(arrow.is_closed for arrow in drawing.arrows) else []
    found, x, y = [], 14.0, 8.0
    for kind, words in rows:
        room = 34 + wide(words, SMALL) + 18
        if x > 14 and x + room > width:
            x, y = 14.0, y + 18
        found.append((x, y, kind, words))
        x += room
    return found


def _rect(rect: Rect) -> str:
    return f'x="{rect.x:.1f}" y="{rect.y:.1f}" width="{rect.w:.1f}" height="{rect.h:.1f}"'


def _path(points: tuple[tuple[float, float], ...], short: float) -> str:
    """A wire with round corners; ``short`` leaves room for the head at its beginning."""
    (x0, y0), (x1, y1) = points[0], points[1]
    length = max(abs(x1 - x0) + abs(y1 - y0), 0.1)
    begin = (x0 + (x1 - x0) / length * short, y0 + (y1 - y0) / length * short)
    made = f"M{begin[0]:.1f} {begin[1]:.1f}"
    for before, here, after in zip((begin, *points[1:-1]), points[1:-1], points[2:], strict=False):
        turn = min(6, _far(before, here) / 2, _far(here, after) / 2)
        into, out = _towards(here, before, turn), _towards(here, after, turn)
        made += f"L{into[0]:.1f} {into[1]:.1f}Q{here[0]:.1f} {here[1]:.1f} {out[0]:.1f} {out[1]:.1f}"
    return f"{made}L{points[-1][0]:.1f} {points[-1][1]:.1f}"


def _far(one: tuple[float, float], two: tuple[float, float]) -> float:
    return abs(one[0] - two[0]) + abs(one[1] - two[1])


def _towards(here: tuple[float, float], there: tuple[float, float], step: float) -> tuple[float, float]:
    length = max(_far(here, there), 0.1)
    return here[0] + (there[0] - here[0]) / length * step, here[1] + (there[1] - here[1]) / length * step


def _head(points: tuple[tuple[float, float], ...]) -> str:
    """An arrow head that points at the beginning of a wire."""
    (x, y), (to_x, to_y) = points[0], points[1]
    if abs(to_x - x) >= abs(to_y - y):
        way = 10 if to_x > x else -10
        return f"M{x:.1f} {y:.1f}l{way} -4.5v9z"
    way = 10 if to_y > y else -10
    return f"M{x:.1f} {y:.1f}l-4.5 {way}h9z"
