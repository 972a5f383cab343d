"""Values of fields in the words that readers see, the same in cards and cells."""

from __future__ import annotations

from ..model.item import Item
from ..model.trace import Trace

_BOOLEAN = {"true": "yes", "false": "no"}


def field_text(trace: Trace, item: Item, name: str) -> str:
    """A field as text: enumerations without underscores, booleans as yes and no."""
    text = item.text(name)
    field = trace.model.types[item.type].fields.get(name)
    if field is None:
        return text
    if field.kind == "boolean":
        return _BOOLEAN.get(text, text)
    return text.replace("_", " ") if field.kind in ("enum", "enum-list") else text


def labelled(trace: Trace, item: Item, name: str) -> str:
    """A field for a list of values: a bare yes or no says what it is about."""
    field = trace.model.types[item.type].fields.get(name)
    text = field_text(trace, item, name)
    return f"{field.title}: {text}" if field is not None and field.kind == "boolean" and text else text
