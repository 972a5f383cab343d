"""What ``find.js`` searches and shows on hover: every item and clause in one data file, their texts in another."""

from __future__ import annotations

import re
from unicodedata import normalize

from ...views.card import Card
from ...views.dossier import Dossier
from .data import load_script
from .inline import Href, verdict_class

#: Characters of an item's text that are searched as they stand; of the rest, ids and citations are.
TEXT_LENGTH = 2000

_DIGITS = re.compile(r"(\d+)")


def items_script(dossier: Dossier, href_from_root: Href, *, has_trace_pages: bool = True) -> str:
    """Data file of all items and clauses that have a place: id, label, title, kind, verdict, address, first reason.

    :param href_from_root: address of an item from the root of the output.
    :param has_trace_pages: whether each item has a page ``_aimd/trace/ID.html``.
    """
    kinds: dict[str, int] = {}
    words: dict[tuple[str, str], int] = {}
    rows = []
    for card, address in _placed(dossier, href_from_root):
        kind = kinds.setdefault(card.kind, len(kinds))
        word = words.setdefault((card.word, verdict_class(card.verdict)), len(words))
        # one form of accented letters, as find.js makes of what is typed
        label, title = normalize("NFC", card.label), normalize("NFC", card.title)
        rows.append([card.id, label, title, kind, word, address, card.reasons[0] if card.reasons else ""])
    found = {"kinds": list(kinds), "words": list(words), "items": rows, "trace": has_trace_pages}
    return load_script("items", 0, found)


def texts_script(dossier: Dossier, href_from_root: Href) -> str:
    """Data file of the texts of what :func:`items_script` lists, in the same order."""
    return load_script("texts", 0, {"texts": [_text(card) for card, _address in _placed(dossier, href_from_root)]})


def _placed(dossier: Dossier, href_from_root: Href) -> list[tuple[Card, str]]:
    """Cards with their addresses: items by type and id, as people count, then clauses in the order of their texts."""
    trace = dossier.trace
    types = {name: position for position, name in enumerate(trace.model.types)}
    own = [item for item in trace.items.values() if item.type != "clause"]
    own.sort(key=lambda item: (types[item.type], _natural(item.id)))
    ids = [*(item.id for item in own), *(item_id for item_id in trace.catalogue.clauses if item_id in trace.items)]
    return [(dossier.card(item_id), address) for item_id in ids if (address := href_from_root(item_id))]


def _natural(item_id: str) -> tuple[list[tuple[str, int]], str]:
    """Sorts THR-2 before THR-10; what differs by zeros alone keeps a fixed order too."""
    parts = _DIGITS.split(item_id)
    pairs = zip(parts[::2], [*map(int, parts[1::2]), -1], strict=True)
    return [(word.casefold(), number) for word, number in pairs], item_id


def _text(card: Card) -> str:
    """Body and fields in one line, cut between words; ids and citations behind the cut are kept."""
    whole = normalize("NFC", " ".join(" ".join((card.body, *(text for _title, text in card.fields))).split()))
    if len(whole) <= TEXT_LENGTH:
        return whole
    end = whole.rfind(" ", 0, TEXT_LENGTH + 1)
    end = end if end > 0 else TEXT_LENGTH
    return " … ".join([whole[:end], *_cited(whole[end:])])


def _cited(text: str) -> list[str]:
    """Words that hold a digit, each once, with the name before them: CVE-2026-10001, GSPR 17.4, 524B(b)(2)(A)."""
    found: dict[str, None] = {}
    before = ""
    for word in text.split():
        if _DIGITS.search(word):
            found[f"{before} {word}" if len(before) > 1 and before.isupper() else word] = None
        before = word
    return list(found)
