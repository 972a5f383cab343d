"""``aimd profile``: ask for a device profile, check one, and say what applies to the device."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..catalogue import Catalogue, check_profile, load_catalogue
from ..model.applicability import Applicability, Standing, applicability
from ..model.values import is_date
from ..profile import Profile, Question, load_profile, parse_profile, questionnaire
from ..schema import check
from ..writers.files import write_text
from ..yamlfile import InputError, YamlFile, load, parse

LISTS = ("enum-list", "text-list")


def add_parser(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser("profile", help="write or check a device profile and say what applies")
    parser.add_argument("file", type=Path, nargs="?", default=Path("device.yaml"), metavar="DEVICE_YAML")
    parser.add_argument("--questions", action="store_true", help="list the questions and the values they take")
    parser.add_argument("--edit", action="store_true", help="ask again, with the answers of the file as defaults")
    parser.add_argument("--clauses", action="store_true", help="say of each clause whether it applies and why")
    parser.add_argument(
        "--as-of", default="", metavar="YYYY-MM-DD", help="date for what is in force (default: that of the approval)"
    )
    parser.add_argument(
        "--catalogues", type=Path, action="append", default=[], metavar="FOLDER", help="further catalogues"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command; the file is written only when every answer is sound."""
    if options.questions:
        for question in questionnaire().questions.values():
            print("\n".join(_described(question)))
        return 0
    if options.as_of and not is_date(options.as_of):
        raise InputError("--as-of", 0, f"is {options.as_of!r}, expected a date.", "Write YYYY-MM-DD.")
    if options.edit or not options.file.exists():
        _write(options.file)
        print(f"\n{options.file} is written.\n")
    catalogue = load_catalogue(options.catalogues)
    profile = load_profile(options.file, options.file.as_posix())
    check_profile(profile, catalogue)
    as_of = options.as_of or "".join(profile.answers.get("approved_on", ()))
    found = applicability(catalogue, profile, as_of)
    lines = _by_clause(catalogue, found) if options.clauses else _by_instrument(catalogue, profile, found)
    print("\n".join(lines))
    return 0


def _write(target: Path) -> None:
    """Ask, and write the file when every answer is sound."""
    if not target.parent.is_dir():
        raise InputError(target.as_posix(), 0, "cannot be written: its folder does not exist.", "Create the folder.")
    before = None
    if target.exists():
        before = load(target)
        check(before, "traceability", "traceability.schema.json", "device")
    text = ask(before, _prompt)
    parse_profile(parse(text, target.as_posix()))
    try:
        write_text(target, text)
    except OSError as error:
        raise InputError(target.as_posix(), 0, f"cannot be written: {error.strerror}.", "Check the path.") from error


def _prompt(text: str) -> str:
    try:
        return input(text).strip()
    except EOFError as error:
        message = "the answers ended before the questions."
        raise InputError("aimd profile", 0, message, "Nothing is written; answer all questions.") from error


def ask(before: YamlFile | None, prompt: Callable[[str], str]) -> str:
    """Ask every question that concerns the device, and give the YAML of the answers.

    A wrong answer is asked again; an empty one takes the default.

    :param before: a profile with defaults.
    :param prompt: shows a text and gives the answer.
    """
    old: Mapping[str, Any] = before.data if before else {}
    given: dict[str, list[str]] = {}
    for question in questionnaire().questions.values():
        if not all(set(given.get(name, ())) & set(values) for name, values in question.when.items()):
            continue
        default = old.get(question.name, "")
        given[question.name] = _answer(question, list(default) if isinstance(default, list) else [default], prompt)
    rest = {name: old[name] for name in ("elsewhere", "standards") if old.get(name)}
    return as_yaml(given, rest)


def _answer(question: Question, default: list[str], prompt: Callable[[str], str]) -> list[str]:
    default = [value for value in default if value]
    shown = f" [{', '.join(default)}]" if default else "" if question.required else " [none]"
    print("\n" + "\n".join(_described(question)), file=sys.stderr)
    while True:
        text = prompt(f"{question.name}{shown}: ")
        values = [part.strip() for part in text.split(",")] if question.kind in LISTS else [text]
        values = [value for value in values if value] or default
        wrong = [value for value in values if question.values and value not in question.values]
        if wrong:
            print(f"  {wrong[0]!r} is none of the values.", file=sys.stderr)
        elif question.required and not values:
            print("  An answer is needed.", file=sys.stderr)
        else:
            return values


def _described(question: Question) -> Iterator[str]:
    asked = "; ".join(f"{name} {' or '.join(values)}" for name, values in question.when.items())
    form = {"text": "text", "date": "YYYY-MM-DD", "text-list": "texts, by commas", "enum-list": "values, by commas"}
    notes = [form.get(question.kind, "one value"), *(() if question.required else ("optional",))]
    notes += [f"asked for {asked}"] if asked else []
    yield f"{question.name}: {question.question} ({'; '.join(notes)})"
    for value, meaning in question.values.items():
        yield f"    {value}" if value == meaning else f"    {value} = {meaning}"


def as_yaml(answers: Mapping[str, list[str]], rest: Mapping[str, Any]) -> str:
    """A profile as YAML; texts are quoted, so that they read back as they are."""
    lines = ["# Device profile: decides which provisions apply. Questions: aimd profile --questions", "schema: 1"]
    questions = questionnaire().questions
    for name, values in answers.items():
        quoted = [json.dumps(value, ensure_ascii=False) for value in values]
        if values:
            lines.append(f"{name}: [{', '.join(quoted)}]" if questions[name].kind in LISTS else f"{name}: {quoted[0]}")
    for name, rows in rest.items():
        lines.append(f"{name}:")
        lines += [f"  - {json.dumps(row, ensure_ascii=False)}" for row in rows]
    return "\n".join(lines) + "\n"


def _by_instrument(catalogue: Catalogue, profile: Profile, found: Mapping[str, Applicability]) -> Iterator[str]:
    """Clauses by standing for each instrument, and why the others do not apply."""
    name = profile.answers["name"][0]
    yield f"Statement of applicability of {name}, {'approved' if profile.is_approved else 'from a draft profile'}"
    for key, instrument in sorted(catalogue.instruments.items(), key=lambda row: (row[1].jurisdiction, row[0])):
        rows = [found[clause.id] for clause in catalogue.of(key)]
        counts = Counter(row.standing for row in rows)
        said = ", ".join(f"{counts[standing]} {standing.value}" for standing in Standing if counts[standing])
        yield f"\n{instrument.jurisdiction}: {instrument.short_title}, {instrument.edition}: {said}"
        reasons = Counter(row.reason for row in rows if row.standing is not Standing.APPLIES)
        for reason, count in sorted(reasons.items(), key=lambda row: (-row[1], row[0])):
            yield f"    {count}: {reason}"


def _by_clause(catalogue: Catalogue, found: Mapping[str, Applicability]) -> Iterator[str]:
    """One line for each clause, its parts by tabs."""
    for clause in catalogue.clauses.values():
        row = found[clause.id]
        yield "\t".join((clause.id, clause.citation, row.standing.value, row.reason, row.by))
