"""device.yaml in, the device profile out: what the device is, and where its file answers what this one does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, NoReturn

from .model.values import did_you_mean, is_date
from .schema import check
from .yamlfile import InputError, YamlFile, load

#: Fields of a profile and the values of which each must hold at least one.
Condition = Mapping[str, tuple[str, ...]]

_LISTS = frozenset({"enum-list", "text-list"})
_BESIDE = ("schema", "elsewhere", "standards")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of the profile; ``when`` says for which devices it is asked."""

    name: str
    title: str
    question: str
    kind: str
    required: bool
    when: Condition
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Answers that cannot hold together, with the source of that."""

    when: Condition
    message: str
    remedy: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileName:
    """What a market calls the file, from one day to another (ISO dates, empty: without bound)."""

    market: str
    name: str
    start: str
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """The questionnaire, as ``traceability/device_profile.yaml`` holds it."""

    questions: Mapping[str, Question]
    file_names: tuple[FileName, ...]
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Clauses of an instrument that another document answers.

    :param about: how far about security they are (primary, related, none); all when empty.
    """

    instrument: str
    about: tuple[str, ...]
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedStandard:
    """A standard that the manufacturer applies, to what extent, and for which clauses."""

    standard: str
    extent: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the device is; conditions of the catalogues are tested against it."""

    answers: Mapping[str, tuple[str, ...]]
    elsewhere: tuple[Elsewhere, ...] = ()
    standards: tuple[AppliedStandard, ...] = ()
    file: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_approved(self) -> bool:
        return self.answers.get("status") == ("approved",)

    def faults(self, version: str, as_of: str) -> Iterator[tuple[str, str]]:
        """Why the profile may set no provision aside: the field at fault, and what is wrong; nothing when it holds.

        :param version: version under review, if there is one.
        :param as_of: date of the file, if it is known.
        """
        approved_on = "".join(self.answers.get("approved_on", ()))
        versions = self.answers["versions"]
        if not self.is_approved:
            yield "status", "it is a draft"
        if as_of and approved_on > as_of:
            yield "approved_on", f"it was approved on {approved_on}, after the date of this file, {as_of}"
        if version and version not in versions:
            yield "versions", f"it covers {', '.join(versions)}, and {version} is under review"

    def unmet(self, condition: Condition) -> Iterator[str]:
        """In words, each field of a condition that the device does not meet."""
        for name, wanted in condition.items():
            have = self.answers.get(name, ())
            if not set(have) & set(wanted):
                title = questionnaire().questions[name].title
                yield f"{title} needed: {said(name, wanted, ' or ')} (stated: {said(name, have) or 'none'})"

    def met(self, condition: Condition) -> Iterator[str]:
        """In words, what each field of a condition has in common with the device."""
        for name, wanted in condition.items():
            common = tuple(value for value in self.answers.get(name, ()) if value in wanted)
            yield f"{questionnaire().questions[name].title}: {said(name, common)}"


def said(name: str, values: tuple[str, ...], between: str = ", ") -> str:
    """Values of a field in the words that readers see."""
    words = questionnaire().questions[name].values
    return between.join(words.get(value, value) for value in values)


@cache
def questionnaire() -> Questions:
    """The shipped questions and conflicts."""
    with as_file(files("sphinx_aimd.traceability")) as folder:
        file = load(folder / "device_profile.yaml", "traceability/device_profile.yaml")
    check(file, "traceability", "traceability.schema.json", "device_profile")
    questions = {
        row["name"]: Question(
            name=row["name"],
            title=row["title"],
            question=row["question"],
            kind=row["kind"],
            required=row["required"] == "true",
            when=condition(row.get("when", {})),
            values=row.get("values", {}),
        )
        for row in file.data["questions"]
    }
    conflicts = tuple(
        Conflict(when=condition(row["when"]), message=row["message"], remedy=row["remedy"], source=row["source"])
        for row in file.data["conflicts"]
    )
    names = tuple(
        FileName(market=row["market"], name=row["name"], start=row.get("from", ""), end=row.get("until", ""))
        for row in file.data["file_names"]
    )
    return Questions(questions=questions, file_names=names, conflicts=conflicts)


def condition(data: Mapping[str, list[str]]) -> Condition:
    """A condition as read from YAML."""
    return {name: tuple(values) for name, values in data.items()}


def condition_fault(data: Condition) -> str:
    """What is wrong with a condition: a field or value that the profile does not know, or nothing."""
    known = questionnaire().questions
    for name, values in data.items():
        if name not in known or not known[name].values:
            fields = [other.name for other in known.values() if other.values]
            return f"{name!r} is no field that a condition may name.{did_you_mean(name, fields)}"
        for value in values:
            if value not in known[name].values:
                return f"{name} has no value {value!r}. Known: {', '.join(known[name].values)}."
    return ""


def load_profile(path: Path, name: str) -> Profile:
    """Read and check a device profile.

    :param name: name of the file for messages.
    :raises InputError: at the line of the first fault: unreadable, unknown, missing, wrong or contradictory answers.
    """
    return parse_profile(load(path, name))


def parse_profile(file: YamlFile) -> Profile:
    """The profile of a YAML file; see :func:`load_profile`."""
    check(file, "traceability", "traceability.schema.json", "device")
    reader = _Reader(file)
    answers = reader.answers()
    reader.conflicts(answers)
    rows = file.data.get("elsewhere", ())
    standards = file.data.get("standards", ())
    return Profile(
        answers=answers,
        elsewhere=tuple(
            Elsewhere(instrument=row["instrument"], about=tuple(row.get("about", ())), document=row["document"])
            for row in rows
        ),
        standards=tuple(
            AppliedStandard(standard=row["standard"], extent=row["extent"], clauses=tuple(row["for"]))
            for row in standards
        ),
        file=file.name,
        lines={".".join(map(str, path)): line for path, line in file.lines.items()},
    )


class _Reader:
    def __init__(self, file: YamlFile) -> None:
        self.file, self.questions = file, questionnaire().questions

    def fail(self, name: str, message: str, remedy: str) -> NoReturn:
        raise InputError(self.file.name, self.file.line((name,)), message, remedy)

    def answers(self) -> dict[str, tuple[str, ...]]:
        data: dict[str, Any] = {name: value for name, value in self.file.data.items() if name not in _BESIDE}
        for name in data:
            if name not in self.questions:
                hint = did_you_mean(name, [*self.questions, *_BESIDE])
                self.fail(name, f"the profile has no field {name!r}.{hint}", "aimd profile --questions lists them.")
        found: dict[str, tuple[str, ...]] = {}
        for question in self.questions.values():
            asked = all(set(found.get(other, ())) & set(wanted) for other, wanted in question.when.items())
            if question.name not in data or data[question.name] in ("", []):
                if asked and question.required:
                    self.fail(question.name, f"{question.name} is missing: {question.question}", self.remedy(question))
                continue
            if not asked:
                because = "; ".join(f"{other} is {said(other, found.get(other, ()))}" for other in question.when)
                wanted = "; ".join(f"{other}: {' or '.join(w)}" for other, w in question.when.items())
                message = f"{question.name} is only asked for {wanted}, and {because}."
                self.fail(question.name, message, "Remove it, or correct the other answer.")
            found[question.name] = self.answer(question, data[question.name])
        return found

    def remedy(self, question: Question) -> str:
        return f"Write {question.name}: {' | '.join(question.values) or '...'}"

    def answer(self, question: Question, value: Any) -> tuple[str, ...]:
        """The values of one answer."""
        is_list = question.kind in _LISTS
        if isinstance(value, list) is not is_list:
            shape = "a list: [..., ...]" if is_list else "one value"
            self.fail(question.name, f"{question.name} is not of the form asked for.", f"Write {shape}.")
        values = tuple(value) if is_list else (value,)
        for one in values:
            if question.values and one not in question.values:
                hint = did_you_mean(one, question.values)
                self.fail(question.name, f"{question.name} is {one!r}.{hint}", self.remedy(question))
            if values.count(one) > 1:
                self.fail(question.name, f"{question.name} holds {one!r} twice.", "Keep one.")
        if "none" in values and len(values) > 1:
            self.fail(question.name, f"{question.name} holds 'none' beside others.", "Keep none, or the others.")
        if question.kind == "date" and not is_date(values[0]):
            self.fail(question.name, f"{question.name} is {values[0]!r}, expected a date.", "Write YYYY-MM-DD.")
        return values

    def conflicts(self, answers: Mapping[str, tuple[str, ...]]) -> None:
        for conflict in questionnaire().conflicts:
            if all(set(answers.get(name, ())) & set(values) for name, values in conflict.when.items()):
                said_so = ", ".join(f"{name}: {', '.join(answers[name])}" for name in conflict.when)
                message = f"{said_so}: {conflict.message} ({conflict.source})."
                self.fail(list(conflict.when)[-1], message, conflict.remedy)
