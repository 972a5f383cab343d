"""Limits of those who receive a set of PDF files, as data, and how a set measures up to them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ..model.item import Severity
from ..schema import check
from ..yamlfile import InputError, YamlFile, load
from .remarks import Remark

if TYPE_CHECKING:
    from .structure import Examined

NAME = "submission_limits.yaml"
#: What is said of where a limit comes from.
CHECKED = {
    "full": "source read in full",
    "part": "source seen in part",
    "house": "no source with a number",
}
_REMEDIES = {
    "file-size": "Split the document into parts.",
    "set-size": "Leave out what the recipient does not need, or file it in parts.",
    "path-length": "Shorten the names of folders and files.",
    "name-length": "Shorten the name.",
    "name-characters": "Use letters, digits, spaces, dashes, underscores and periods.",
    "name-prefix": "Begin the name with three digits and an underscore.",
    "name-sequence": "Number the files of each folder from 001 without gaps.",
    "name-unique": "Give each file a name of its own.",
    "folder-depth": "Put the files into the folder itself, or into volumes directly below it.",
    "folder-name": "Name the volumes VOL_001, VOL_002 and so on.",
    "searchable": "Make the page from text, or let text recognition run over it.",
    "bookmarks": "Give the document headings; they become bookmarks.",
    "attachments": "Use the submission profile, and file the attachments beside the document.",
    "password": "Save the file without password and without restrictions.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit: what is measured, what is allowed, and where it stands.

    :param most: largest number that is allowed: bytes, characters or levels, by the measure.
    :param after: pattern of what comes before the part of a name that is measured.
    :param checked: how the source was checked, a key of :data:`CHECKED`.
    """

    measure: str
    severity: Severity
    source: str
    checked: str
    most: int = 0
    pattern: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Someone who receives files, with the limits that apply there and what this tool cannot measure."""

    id: str
    title: str
    edition: str
    limits: tuple[Limit, ...]
    not_measured: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Submitted:
    """A file of a set.

    :param name: path below the folder that is checked.
    :param folder: name of that folder; empty for a file that was named itself.
    """

    name: str
    folder: str
    examined: Examined

    @property
    def stem(self) -> str:
        return PurePosixPath(self.name).stem

    @property
    def parents(self) -> tuple[str, ...]:
        return PurePosixPath(self.name).parts[:-1]


@dataclass(frozen=True, slots=True)
class Measured:
    """How a set measures up to one limit.

    :param value: what was measured, in words: the largest number, or how many files do not fit.
    :param allowed: what is allowed, in words.
    :param remarks: what goes beyond, by the file's name; empty for the set as a whole.
    """

    limit: Limit
    value: str
    allowed: str
    remarks: tuple[tuple[str, Remark], ...]


def load_recipients(own: Path | None = None) -> Mapping[str, Recipient]:
    """The shipped recipients by id, with those of a user's file.

    :raises InputError: the file cannot be used.
    """
    with as_file(files("sphinx_aimd.traceability") / NAME) as path:
        found = _recipients(load(path, f"traceability/{NAME}"))
    return {**found, **(_recipients(load(own)) if own else {})}


def _recipients(file: YamlFile) -> Mapping[str, Recipient]:
    check(file, "traceability", "traceability.schema.json", "submission_limits")
    found = {}
    for place, entry in enumerate(file.data["recipients"]):
        if entry["id"] in found:
            message = f"names the recipient {entry['id']!r} twice."
            raise InputError(file.name, file.line(("recipients", place)), message, "Keep one of them.")
        limits = tuple(_limit(one, file, ("recipients", place, "limits", at)) for at, one in enumerate(entry["limits"]))
        found[entry["id"]] = Recipient(
            entry["id"], entry["title"], entry["edition"], limits, tuple(entry["not_measured"])
        )
    return found


def _limit(entry: Mapping[str, Any], file: YamlFile, place: tuple[str | int, ...]) -> Limit:
    for key in ("pattern", "after"):
        try:
            re.compile(entry.get(key, ""))
        except re.error as error:
            message = f"{key}: {entry[key]!r} is no regular expression: {error}."
            raise InputError(file.name, file.line((*place, key)), message, "Correct the pattern.") from None
    return Limit(**{**entry, "severity": Severity(entry["severity"]), "most": int(entry.get("most", "0"))})


def measure(recipient: Recipient, files: Sequence[Submitted]) -> tuple[Measured, ...]:
    """Measure a set of files against the limits of a recipient, in the order in which they are stated."""
    return tuple(_measured(recipient, limit, files) for limit in recipient.limits)


def _measured(recipient: Recipient, limit: Limit, files: Sequence[Submitted]) -> Measured:
    if limit.measure in _NUMBERS:
        number, unit = _NUMBERS[limit.measure]
        found = [(name, value) for name, value in number(limit, files)]
        beyond: list[tuple[str, str, int | None]] = [
            (name, f"{_shown(value, unit)}; {recipient.title} takes {_shown(limit.most, unit)} at most.", None)
            for name, value in found
            if value > limit.most
        ]
        value = _shown(max((value for _name, value in found), default=0), unit)
        allowed = f"{_shown(limit.most, unit)} at most"
    else:
        test, allowed = _TESTS[limit.measure]
        beyond = list(test(limit, files))
        value = f"{len(files) - len({name for name, _message, _page in beyond})} of {len(files)} files fit"
        allowed = allowed or limit.pattern
    remarks = tuple(
        (
            name,
            Remark(
                check=f"{recipient.id}-{limit.measure}",
                page=page,
                message=message,
                remedy=_REMEDIES[limit.measure],
                severity=limit.severity,
                rule=f"{recipient.title}: {limit.source} ({CHECKED[limit.checked]})",
            ),
        )
        for name, message, page in beyond
    )
    return Measured(limit, value, allowed, remarks)


def _shown(number: int, unit: str) -> str:
    if unit == "MB":
        return f"{number / 1e6:.1f} MB"
    return f"{number} {unit if number != 1 else unit.removesuffix('s')}"


_Number = Callable[[Limit, Sequence[Submitted]], Iterable[tuple[str, int]]]
_Found = Iterator[tuple[str, str, int | None]]


def _descriptive(limit: Limit, file: Submitted) -> str:
    """Name without its ending, and without what the limit says comes before."""
    return re.sub(f"^(?:{limit.after})", "", file.stem) if limit.after else file.stem


_NUMBERS: Mapping[str, tuple[_Number, str]] = {
    "file-size": (lambda _limit, files: [(file.name, file.examined.size) for file in files], "MB"),
    "set-size": (lambda _limit, files: [("", sum(file.examined.size for file in files))], "MB"),
    "path-length": (
        lambda _limit, files: [(file.name, len(str(PurePosixPath(file.folder, file.name)))) for file in files],
        "characters",
    ),
    "name-length": (
        lambda limit, files: [(file.name, len(_descriptive(limit, file))) for file in files],
        "characters",
    ),
    "folder-depth": (lambda _limit, files: [(file.name, len(file.parents)) for file in files], "levels"),
}


def _characters(limit: Limit, files: Sequence[Submitted]) -> _Found:
    for file in files:
        if re.fullmatch(limit.pattern, file.stem) is None:
            wrong = sorted({one for one in file.stem if re.fullmatch(limit.pattern, one) is None})
            yield file.name, f"The name has characters that are not taken: {' '.join(wrong)}.", None


def _prefix(limit: Limit, files: Sequence[Submitted]) -> _Found:
    for file in files:
        if re.fullmatch(limit.pattern, file.stem) is None:
            yield file.name, f"The name does not have the form {limit.pattern}.", None


def _sequence(_limit: Limit, files: Sequence[Submitted]) -> _Found:
    folders: dict[tuple[str, ...], list[Submitted]] = {}
    for file in files:
        folders.setdefault((file.folder, *file.parents), []).append(file)
    for members in folders.values():
        due = 1
        for file in sorted(members, key=lambda one: one.name):
            number = file.stem[:3]
            if not number.isdecimal():  # said by the limit on the form of the name
                continue
            if int(number) != due:
                yield file.name, f"The name begins with {number}, where {due:03} comes next.", None
            due = int(number) + 1


def _unique(_limit: Limit, files: Sequence[Submitted]) -> _Found:
    counts = Counter(PurePosixPath(file.name).name.lower() for file in files)
    for file in files:
        if (count := counts[PurePosixPath(file.name).name.lower()]) > 1:
            yield file.name, f"{count} files of the set have this name.", None


def _folders(limit: Limit, files: Sequence[Submitted]) -> _Found:
    for file in files:
        for folder in file.parents:
            if re.fullmatch(limit.pattern, folder) is None:
                yield file.name, f"The folder {folder!r} does not have the form {limit.pattern}.", None


def _searchable(_limit: Limit, files: Sequence[Submitted]) -> _Found:
    for file in files:
        for page in file.examined.textless:
            yield file.name, "The page shows something and has no text that can be searched.", page


def _bookmarks(_limit: Limit, files: Sequence[Submitted]) -> _Found:
    for file in files:
        if file.examined.is_read and not file.examined.bookmarks:
            yield file.name, "The file has 0 bookmarks.", None


def _attachments(_limit: Limit, files: Sequence[Submitted]) -> _Found:
    for file in files:
        if file.examined.attachments:
            yield file.name, f"The file has {file.examined.attachments} attachments; none are taken.", None


def _password(_limit: Limit, files: Sequence[Submitted]) -> _Found:
    for file in files:
        if file.examined.is_locked:
            yield file.name, "The file is protected by a password or by restrictions.", None


#: How to find what does not fit, and what is allowed where that is no pattern of the limit.
_TESTS: Mapping[str, tuple[Callable[[Limit, Sequence[Submitted]], _Found], str]] = {
    "name-characters": (_characters, ""),
    "name-prefix": (_prefix, ""),
    "name-sequence": (_sequence, "001, 002 and so on in each folder"),
    "name-unique": (_unique, "each name once"),
    "folder-name": (_folders, ""),
    "searchable": (_searchable, "text on each page that shows something"),
    "bookmarks": (_bookmarks, "at least one"),
    "attachments": (_attachments, "none"),
    "password": (_password, "none"),
}
