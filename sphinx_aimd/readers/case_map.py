"""A mapping file in, patterns of case names and the tests they belong to out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..model.inputs import CasePattern
from ..model.item import Location
from ..yamlfile import InputError, YamlFile, parse
from .execution import ids_of
from .opened import open_file

_KEYS = frozenset({"case", "suite", "file", "tests"})
_REMEDY = 'Write schema: "1" and cases: a list of entries with case, tests and, where wanted, suite and file.'


def read(root: Path, name: str) -> tuple[CasePattern, ...]:
    """Read a mapping file.

    :param root: source folder; nothing outside it is read.
    :raises InputError: unreadable, no YAML of the accepted subset, or of another form.
    """
    file = parse(open_file(root, name).text, name)
    if not isinstance(file.data, dict) or set(file.data) != {"schema", "cases"} or file.data["schema"] != "1":
        raise InputError(name, 1, "is no mapping of cases.", _REMEDY)
    if not isinstance(file.data["cases"], list):
        raise InputError(name, file.line(("cases",)), "has no list of cases.", _REMEDY)
    return tuple(_pattern(file, number, entry) for number, entry in enumerate(file.data["cases"]))


def _pattern(file: YamlFile, number: int, entry: Any) -> CasePattern:
    line = file.line(("cases", number))
    if not isinstance(entry, dict) or not {"case", "tests"} <= set(entry) <= _KEYS:
        raise InputError(file.name, line, "has an entry without case or tests, or with an unknown key.", _REMEDY)
    tests = entry["tests"]
    texts = [*(tests if isinstance(tests, list) else [tests]), *(entry[key] for key in sorted(set(entry) - {"tests"}))]
    if not all(isinstance(text, str) for text in texts):
        raise InputError(file.name, line, "has an entry with something else than texts.", _REMEDY)
    ids = ids_of(",".join(tests) if isinstance(tests, list) else tests)
    if not entry["case"] or not ids:
        raise InputError(file.name, line, "has an entry with an empty case or without tests.", _REMEDY)
    return CasePattern(
        case=entry["case"],
        tests=ids,
        suite=entry.get("suite", ""),
        file=entry.get("file", ""),
        location=Location(file.name, file.line(("cases", number, "tests"))),
    )
