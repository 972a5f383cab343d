"""comments.yaml in, comments of reviewers out, and back: their record is text in version control."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ..model.comments import Comment
from ..model.item import Finding, Location, Severity
from ..model.values import BIDI, CONTROL, is_date
from ..schema import check
from ..yamlfile import MAX_BYTES, InputError, YamlFile, load, parse

_HEAD = (
    "# Comments of reviewers, added by `aimd import review`. To answer one: set its state to answered (the reviewer\n"
    "# agrees: closed), and write answer, answered_by (a role) and answered_on (YYYY-MM-DD).\n"
)
#: Fields in the order of the file; those that are empty are left out, except a few.
FIELDS = ("view", "item", "key", "seen", "on", "role", "row", "rating", "question", "comment", "differs_from", "state")
ANSWER = ("answer", "answered_by", "answered_on")
_ALWAYS = frozenset({"view", "item", "key", "seen", "on", "role", "state"})
#: Characters that YAML holds only as an escape, or reads as the end of a line.
_ESCAPED = re.compile("[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def read(path: Path, name: str) -> tuple[Comment, ...]:
    """Read the comments, sorted by id.

    :param name: name of the file for messages and locations.
    :raises InputError: malformed file, or a date that is none.
    """
    return _comments(load(path, name))


def gather(root: Path, name: str) -> tuple[tuple[Comment, ...], tuple[Finding, ...]]:
    """The comments of a project; a file that cannot be read is a model error, no file is no comments.

    :param name: path relative to ``root``; empty: none is read.
    """
    path = root / name
    if not name or not path.exists():
        return (), ()
    try:
        return read(path, name), ()
    except InputError as error:
        fault = Finding(
            rule="input",
            severity=Severity.ERROR,
            item="",
            location=Location(error.file, error.line),
            message=error.message,
            remedy=error.remedy,
            is_model_error=True,
        )
        return (), (fault,)


def add(text: str, comments: Sequence[Comment], name: str) -> str:
    """The text of the file with further comments at its end; what an author wrote in it stays as it is.

    :param text: the file as it stands, empty if there is none.
    :raises InputError: the file would be larger than it may be.
    """
    before = _comments(parse(text, name)) if text else ()
    start = text if before else f'{_HEAD}schema: "1"\ncomments:\n'
    longer = start + ("" if start.endswith("\n") else "\n") + "".join(map(_entry, comments))
    wanted = {comment.id: _plain(comment) for comment in (*before, *comments)}
    if not _says(longer, name, wanted):
        # its entries are indented by other steps, or something follows them
        longer = f'{_HEAD}schema: "1"\ncomments:\n' + "".join(map(_entry, (*before, *comments)))
    if len(longer.encode("utf-8")) > MAX_BYTES:
        message = f"would be larger than {MAX_BYTES} bytes."
        raise InputError(name, 0, message, "Remove comments that are closed; version control keeps them.")
    return longer


def next_number(comments: Iterable[Comment]) -> int:
    """The first number that is free after all that are taken."""
    return 1 + max((int(comment.id.removeprefix("COM-")) for comment in comments), default=0)


def _says(text: str, name: str, wanted: Mapping[str, Mapping[str, str]]) -> bool:
    try:
        return {comment.id: _plain(comment) for comment in _comments(parse(text, name))} == wanted
    except InputError:
        return False


def _comments(file: YamlFile) -> tuple[Comment, ...]:
    check(file, "traceability", "traceability.schema.json", "comments")
    found = []
    for comment_id, entry in file.data["comments"].items():
        for field, value in entry.items():
            line = file.line(("comments", comment_id, field))
            if BIDI.search(value) or CONTROL.search(value):
                message = f"{comment_id}: {field} holds control or direction-changing characters."
                raise InputError(file.name, line, message, "Remove them.")
            if field in ("on", "answered_on") and not is_date(value):
                message = f"{comment_id}: {field} is {value!r}, expected a date."
                raise InputError(file.name, line, message, "Write YYYY-MM-DD.")
        place = Location(file.name, file.line(("comments", comment_id)))
        found.append(Comment(id=comment_id, location=place, **entry))
    return tuple(sorted(found, key=lambda comment: (len(comment.id), comment.id)))


def _plain(comment: Comment) -> dict[str, str]:
    return {name: getattr(comment, name) for name in (*FIELDS, *ANSWER)}


def _entry(comment: Comment) -> str:
    lines = [f"  {comment.id}:"]
    for name, value in _plain(comment).items():
        if not value and name not in _ALWAYS:
            continue
        key = f'"{name}"' if name == "on" else name
        if "\n" in value and not _ESCAPED.search(value):
            lines += [f"    {key}: |-", *(f"      {line}".rstrip() for line in value.split("\n"))]
        else:
            lines.append(f"    {key}: {value if name == 'state' else _quoted(value)}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A text in double quotes, as both JSON and YAML read it."""
    return _ESCAPED.sub(lambda found: f"\\u{ord(found.group()):04x}", json.dumps(text, ensure_ascii=False))
