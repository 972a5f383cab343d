"""A card of an item or clause in, its Typst source out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from ...model.verdict import Verdict
from ...views.card import Card, Reference
from .source import block, literal, words

#: Label of an item's place in the PDF, or nothing when it has none.
Place = Callable[[str], str | None]
#: Fields that are longer take a whole row of a card.
SHORT_FIELD = 34
_CELL = 24
#: Lines that a card may have, by estimate, to be kept on one page.
SHORT_CARD = 15
_GROWING = ("picture", "grown", "listing", "view", "figure", "card")


def label(item_id: str) -> str:
    """Label of an item's home."""
    return f"item:{item_id}"


def card(card: Card, body: str, place: Place, *, is_home: bool) -> str:
    """A whole card.

    :param body: source of what stands between the title and the fields.
    :param is_home: whether links to the item lead to this card; elsewhere its label leads home.
    """
    home = None if is_home else place(card.id)
    name = block(words(card.label))
    shown = f"brief({literal(home)}, {name})" if home else name
    parts = {
        "name": literal(label(card.id) if is_home else None),
        "kind": literal(card.kind),
        "title": block(f'{shown};" ";{words(card.title)}'),
        "status": literal(card.status),
        "tone": literal(card.verdict.value),
        "word": literal(card.word),
        "label": literal(card.label),
        "long": literal(_is_long(card, body)),
        "reasons": _array(block(words(reason)) for reason in card.reasons),
        "fields": _fields(card.fields, card.web),
        "links": _array(
            f"({block(words(title))}, {_array(_reference(end, place) for end in ends)})" for title, ends in card.links
        ),
        "results": _array(_reference(end, lambda _id: None, named=is_home) for end in card.results),
    }
    return f"card(({', '.join(f'{key}: {code}' for key, code in parts.items())}), {block(body)});\n"


def texts(card: Card) -> Iterator[str]:
    """What a card shows of its own item."""
    yield from (card.label, card.title, *card.reasons)
    yield from (text for _title, text in card.fields)
    yield from (text for result in card.results for text in (result.title, result.note))


def _is_long(card: Card, body: str) -> bool:
    """Whether a card may break over pages; a short one without pictures, tables or listings moves as a whole."""
    if any(f"{name}(" in body for name in _GROWING):
        return True
    texts = [text for _title, text in card.fields]
    lines = sum(len(text) // 75 + 1 for text in texts) // 2 + len(card.reasons) + len(body) // 80
    lines += sum(len(ends) for _title, ends in card.links) + 2 * len(card.results)
    return lines > SHORT_CARD


def _array(codes: Iterable[str]) -> str:
    return f"({''.join(f'{code}, ' for code in codes)})"


def _reference(end: Reference, place: Place, *, named: bool = False) -> str:
    """A link's end as a dictionary: where it leads, its text, verdict and note."""
    parts = {
        "to": literal(place(end.id)),
        "name": literal(label(end.id) if named else None),
        "text": block(words(f"{end.label} {end.title}".strip())),
        "tone": literal((end.verdict or Verdict.MISSING).value),
        "word": literal(end.word),
        "note": block(words(end.note)) if end.note else '""',
    }
    return f"({', '.join(f'{key}: {code}' for key, code in parts.items())})"


def _fields(fields: Sequence[tuple[str, str]], web: Collection[str]) -> str:
    """Title, text and whether it takes a whole row; two short fields that follow each other share one."""
    rows = []
    at = 0
    while at < len(fields):
        pair = fields[at : at + 2]
        if len(pair) == 2 and all(len(text) <= SHORT_FIELD and "\n" not in text for _title, text in pair):
            rows += [_field(title, text, web, whole=False) for title, text in pair]
            at += 2
        else:
            rows.append(_field(*fields[at], web, whole=True))
            at += 1
    return _array(rows)


def _field(title: str, text: str, web: Collection[str], *, whole: bool) -> str:
    def shown(line: str) -> str:
        made = words(line, 2 * _CELL if whole else _CELL)
        return f"web({literal(line)}, {block(made)});" if line in web else made

    lines = "linebreak();".join(map(shown, text.splitlines()))
    return f"({block(words(title, _CELL))}, {block(lines)}, {literal(whole)})"
