"""Values of fields in the words that readers see, the same in cards and cells."""

from __future__ import annotations

from ..catalogue import Instrument
from ..model.item import Item, text_of
from ..model.scores import NoScore, score
from ..model.trace import Trace

#: How an item shows conformity, by its type; the others say their own title.
METHODS = {
    "requirement": "design input",
    "control": "security risk control",
    "design": "design output",
    "risk": "risk assessment",
    "threat": "threat model",
    "test": "verification or validation",
    "evidence": "controlled record",
    "plan": "process and plan",
    "labeling": "information supplied",
    "component": "bill of materials",
    "vulnerability": "vulnerability assessment",
}

#: How far the row of a clause was confirmed, in words.
CHECKED = {
    "full": "confirmed against a text",
    "part": "confirmed in part",
    "memory": "unconfirmed: written from memory, no text was seen",
}

#: How far a clause is about security.
RELEVANCE = {"primary": "security", "related": "related to security", "none": "not about security"}

_BOOLEAN = {"true": "yes", "false": "no"}


def instrument_name(instrument: Instrument) -> str:
    """An instrument in the words that views name it by."""
    return f"{instrument.short_title}, {instrument.edition}"


def clause_word(trace: Trace, clause: Item, name: str, value: str) -> str:
    """A value of a clause's field in words; the catalogue writes keys with hyphens."""
    match name:
        case "instrument":
            return instrument_name(trace.catalogue.clauses[clause.id].instrument)
        case "cybersecurity":
            return RELEVANCE.get(value, value)
        case "checked":
            return CHECKED.get(value, value)
        case "force":
            kind, _hyphen, weight = value.rpartition("-")
            return f"{kind}: {weight}" if weight in ("must", "should") else value.replace("-", " ")
        case "applies_to":
            return value.replace("-", " ")
    return value


def field_text(trace: Trace, item: Item, name: str) -> str:
    """A field as text: enumerations without underscores, booleans as yes and no, vectors with their score."""
    text = item.text(name)
    field = trace.model.types[item.type].fields.get(name)
    if field is None:
        return text
    if item.type == "clause" and text:
        text = text_of(tuple(clause_word(trace, item, name, value) for value in item.values(name)))
    if field.kind == "cvss" and text:
        return scored(text)
    if field.kind == "boolean":
        return _BOOLEAN.get(text, text)
    return text.replace("_", " ") if field.kind in ("enum", "enum-list") else text


def scored(vector: str) -> str:
    """A CVSS vector after the score that its metrics give; a text that is no vector stands alone."""
    found = score(vector)
    return vector if isinstance(found, NoScore) else f"{found.overall} {found.severity.lower()}, {vector}"


def labelled(trace: Trace, item: Item, name: str) -> str:
    """A field for a list of values: a bare yes or no says what it is about."""
    if name == "type":
        return METHODS.get(item.type, trace.model.type_title(item.type).lower())
    field = trace.model.types[item.type].fields.get(name)
    text = field_text(trace, item, name)
    return f"{field.title}: {text}" if field is not None and field.kind == "boolean" and text else text


def cited(item: Item) -> str:
    """What readers see of an item: its id; of a clause the citation, marked when its text was never confirmed."""
    if item.type != "clause":
        return item.id
    return f"{item.citation} (unconfirmed)" if item.text("checked") == "memory" else item.citation
