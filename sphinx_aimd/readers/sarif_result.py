"""A result of a SARIF run in, what matters of it out: kind, level, rule, place, weakness class and suppression."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .execution import LEVELS

_KINDS = ("fail", "pass", "open", "review", "informational", "notApplicable")
_LEVELS = ("none", *LEVELS)
_STATES = ("", "new", "unchanged", "updated", "absent")
_STATUSES = ("accepted", "underReview", "rejected")
#: Parts of a hierarchical rule id that are looked for as the id of a rule.
_LEVELS_OF_ID = 8
_CWE = re.compile(r"(?:^|[^a-z])cwe[-_/: ]?0*(\d{1,5})(?!\d)", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,3})?")


class Refused(Exception):  # noqa: N818 - reads as what it is
    """What SARIF does not allow and would change an outcome; ``str()`` says where and what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A result.

    :param rank: orders results by how bad they are: level, then the tool's own score of the rule.
    :param is_there: False for one that an earlier run had and this one does not.
    :param suppressed: why it is suppressed; empty for one that is not, or not with an accepted reason.
    """

    kind: str
    level: str
    rank: tuple[int, float]
    rule: str
    message: str
    place: str
    cwes: tuple[str, ...]
    is_there: bool
    suppressed: str
    flows: int
    fixes: int

    def __str__(self) -> str:
        about = " ".join(part for part in (self.rule or "(no rule)", *self.cwes) if part)
        return f"{about}{' in ' if self.place else ''}{self.place}: {self.message or '(no message)'}"


class Rules:
    """The rules of a run's tool and of its extensions, and what its invocations changed of their levels."""

    def __init__(self, run: Mapping[str, Any], place: str) -> None:
        tool = _object(run, "tool")
        parts = [_object(tool, "driver"), *entries(tool, "extensions", lenient=True)]
        self.rules = [entries(part, "rules", lenient=True) for part in parts]
        self.by_id: dict[str, Mapping[str, Any]] = {}
        for rules in self.rules:
            for rule in rules:
                self.by_id.setdefault(text_of(rule, "id"), rule)
        self.levels: dict[str, str] = {}
        for invocation in entries(run, "invocations", place):
            for change in entries(invocation, "ruleConfigurationOverrides", lenient=True):
                meant = self.of(_object(change, "descriptor"), {})
                level = text_of(_object(change, "configuration"), "level")
                if meant and level in _LEVELS:
                    self.levels[text_of(meant, "id")] = level

    def of(self, reference: Mapping[str, Any], result: Mapping[str, Any]) -> Mapping[str, Any]:
        """The rule that a reference or a result names: by its place in the list, else by its id or the start of it."""
        component = _object(reference, "toolComponent").get("index")
        part = component + 1 if isinstance(component, int) and not isinstance(component, bool) else 0
        index = reference.get("index", result.get("ruleIndex"))
        if isinstance(index, int) and 0 <= part < len(self.rules) and 0 <= index < len(self.rules[part]):
            return self.rules[part][index]
        rule_id = text_of(reference, "id") or text_of(result, "ruleId")
        for _ in range(_LEVELS_OF_ID):
            if rule_id in self.by_id:
                return self.by_id[rule_id]
            rule_id = rule_id.rpartition("/")[0]
        return {}

    def level_of(self, rule: Mapping[str, Any]) -> str:
        """Level of the rule's results that state none themselves."""
        changed = self.levels.get(text_of(rule, "id"))
        return changed or text_of(_object(rule, "defaultConfiguration"), "level") or "warning"


def entries(holder: Mapping[str, Any], name: str, place: str = "", *, lenient: bool = False) -> list[dict[str, Any]]:
    """A list of objects; none where it is absent or null.

    :param lenient: leave out what is of another form instead of refusing it.
    :raises Refused: no list, or an entry is no object.
    """
    found = holder.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        if lenient:
            return []
        raise Refused(f"{place}{'/' if place else ''}{name} is no list")
    for number, entry in enumerate(found):
        if not isinstance(entry, dict) and not lenient:
            raise Refused(f"{place}{'/' if place else ''}{name}/{number} is no object")
    return [entry for entry in found if isinstance(entry, dict)]


def text_of(holder: Mapping[str, Any], name: str) -> str:
    """A text, empty where there is none."""
    found = holder.get(name)
    return found if isinstance(found, str) else ""


def check_names(holder: Mapping[str, Any], place: str) -> None:
    """Refuse names in snake case, as some tools write them: what they say would not be seen.

    :raises Refused: with the first such name.
    """
    for name in holder:
        if "_" in name:
            raise Refused(f"{place} has the property {name[:40]!r}, and SARIF's names hold no underscore")


def has_error(notification: Mapping[str, Any]) -> bool:
    """Whether a notification of the tool says that its run failed."""
    return notification.get("level") == "error"


def result_of(entry: Mapping[str, Any], place: str, rules: Rules) -> Result:
    """Read a result.

    :raises Refused: a kind, level, baseline state or suppression of no known form.
    """
    check_names(entry, place)
    rule = rules.of(_object(entry, "rule"), entry)
    kind = _word(entry, "kind", _KINDS, "fail", place)
    level = _word(entry, "level", _LEVELS, "", place) or ("none" if kind != "fail" else rules.level_of(rule))
    if level not in _LEVELS:
        raise Refused(f"{place}: level of its rule is {level[:40]!r}")
    score = _NUMBER.fullmatch(str(_object(rule, "properties").get("security-severity", "")))
    return Result(
        kind="fail" if level != "none" else kind,
        level=level,
        rank=(_LEVELS.index(level), float(score.group()) if score else -1.0),
        rule=text_of(entry, "ruleId") or text_of(_object(entry, "rule"), "id") or text_of(rule, "id"),
        message=_message(_object(entry, "message"), rule),
        place=_place(entry),
        cwes=_cwes(entry, rule),
        is_there=_word(entry, "baselineState", _STATES, "", place) != "absent",
        suppressed=_suppressed(entry, place),
        flows=len(entries(entry, "codeFlows", lenient=True)),
        fixes=len(entries(entry, "fixes", lenient=True)),
    )


def _suppressed(entry: Mapping[str, Any], place: str) -> str:
    """Reason of an accepted suppression: none may be rejected or under review, and one has to say why."""
    found = entries(entry, "suppressions", place)
    for number, suppression in enumerate(found):
        if _word(suppression, "status", _STATUSES, "accepted", f"{place}/suppressions/{number}") != "accepted":
            return ""
    return next((text for text in (text_of(one, "justification").strip() for one in found) if text), "")


def _word(holder: Mapping[str, Any], name: str, known: tuple[str, ...], default: str, place: str) -> str:
    found = holder.get(name)
    if found is None:
        return default
    if not isinstance(found, str) or found not in known:
        raise Refused(f"{place}/{name} is {str(found)[:40]!r}, expected one of {', '.join(filter(None, known))}")
    return found


def _object(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = holder.get(name)
    return found if isinstance(found, dict) else {}


def _message(message: Mapping[str, Any], rule: Mapping[str, Any]) -> str:
    text = text_of(message, "text") or text_of(message, "markdown")
    if not text and text_of(message, "id"):
        text = text_of(_object(_object(rule, "messageStrings"), text_of(message, "id")), "text")
    arguments = message.get("arguments")
    if isinstance(arguments, list):
        for number, argument in enumerate(arguments[:20]):
            text = text.replace(f"{{{number}}}", str(argument)[:200])[:2000]
    return text[:2000]


def _place(entry: Mapping[str, Any]) -> str:
    for location in entries(entry, "locations", lenient=True):
        physical = _object(location, "physicalLocation")
        uri = text_of(_object(physical, "artifactLocation"), "uri")
        line = _object(physical, "region").get("startLine")
        if uri:
            return f"{uri[-200:]}:{line}" if isinstance(line, int) and line > 0 else uri[-200:]
    return ""


def _cwes(entry: Mapping[str, Any], rule: Mapping[str, Any]) -> tuple[str, ...]:
    """Weakness classes: taxa of the result, relations of the rule to taxa, tags and properties of the rule."""
    texts = []
    references = [
        *entries(entry, "taxa", lenient=True),
        *(_object(relation, "target") for relation in entries(rule, "relationships", lenient=True)),
    ]
    for reference in references:
        scheme = text_of(_object(reference, "toolComponent"), "name")
        texts.append(f"{scheme}-{text_of(reference, 'id')}" if scheme.upper() == "CWE" else text_of(reference, "id"))
    for bag in (_object(entry, "properties"), _object(rule, "properties")):
        for name in ("tags", "cwe"):
            value = bag.get(name)
            texts += [part for part in (value if isinstance(value, list) else [value]) if isinstance(part, str)]
    numbers = {int(found) for text in texts for found in _CWE.findall(text[:200])}
    return tuple(f"CWE-{number}" for number in sorted(numbers))
