"""Source code in, the marks of its comments out: ``@implements CTL-012``, ``@verifies REQ-003``.

A mark is a pointer for people; no verdict rests on it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from string import Formatter
from urllib.parse import quote, urlsplit

from ..model.bom import Source
from ..model.imported import Mark
from ..model.item import Location
from ..model.values import BIDI, ID
from ..yamlfile import InputError
from .commits import commits_of
from .leftovers import Leftovers
from .opened import Opened, open_file
from .source_languages import Comment, TooHard, comments, is_installed, language_of

#: Commits are asked of the repository.
GIT = "git"
#: Larger files are named and not parsed.
MAX_PARSED = 500_000
MAX_FILES = 50_000
_HOLDS = re.compile(rb"@(?:implements|verifies)\b")
_MARK = re.compile(r"(?<![\w@])@(implements|verifies)\b[ \t]*:?[ \t]*([^\n@]*)")
#: What looks like an id of a trace, in the text behind a mark.
_LOOKS_LIKE_ID = re.compile(r"\b[A-Z]{2,}[-_][A-Za-z0-9_-]*\d\b")
_FIELDS = {"file", "line", "commit"}


def read(root: Path, patterns: Sequence[str], *, link: str = "", commit: str = GIT) -> tuple[tuple[Mark, ...], Source]:
    """Read the marks of all files that match.

    :param root: folder of the source code; nothing outside it is read, and no link is followed.
    :param patterns: glob patterns relative to ``root``, such as ``src/**/*.c``.
    :param link: address of a line with ``{file}``, ``{line}`` and ``{commit}``; a mark of a file that has no commit,
        or that differs from it, gets no address where the pattern asks for one.
    :param commit: ``git`` asks the repository; any other text is the commit of all files, none if it is empty.
    :return: marks in the order of files and lines, and what was read and left.
    :raises InputError: a pattern that matches nothing or leaves ``root``, a wrong link, or grammars that are missing.
    """
    check_link(link)
    names = _names(root, patterns)
    if not is_installed():
        remedy = "Install it with: python -m pip install 'sphinx-aimd[source]'."
        raise InputError("conf.py", 0, "aimd_code needs sphinx-aimd[source].", remedy)
    found = _Reader(root)
    for name in names:
        found.file(name)
    commits = commits_of(root, found.contents) if commit == GIT else dict.fromkeys(found.contents, commit)
    marks = [_linked(mark, commits.get(mark.location.file, ""), link) for mark in found.marks]
    source = Source(
        path=", ".join(patterns),
        sha256="sha256:" + found.digest.hexdigest(),
        kind="code",
        format=f"Source code: {', '.join(sorted(found.languages)) or 'no known language'}",
        counts={"files": found.read, "marks": len(marks)},
        left=found.left.words(),
    )
    return tuple(marks), source


def check_link(link: str) -> None:
    """Refuse a pattern for addresses that is none.

    :raises InputError: no https address, or a field that is not known.
    """
    remedy = "Write an https address with {file}, {line} and {commit}."
    if not link:
        return
    try:
        fields = {
            (name, spec, conversion) for _text, name, spec, conversion in Formatter().parse(link) if name is not None
        }
        parts = urlsplit(link)
    except ValueError as error:
        raise InputError(link[:200], 0, "is no pattern for an address.", remedy) from error
    if any(spec or conversion or name not in _FIELDS for name, spec, conversion in fields):
        raise InputError(link[:200], 0, "has a field that is not known.", remedy)
    if parts.scheme != "https" or not re.fullmatch(r"[A-Za-z0-9.-]+(:\d+)?", parts.netloc) or not link.isprintable():
        raise InputError(link[:200], 0, "is no https address.", remedy)


def _names(root: Path, patterns: Sequence[str]) -> list[str]:
    found: set[str] = set()
    for pattern in patterns:
        if not pattern or pattern.startswith("/") or "\\" in pattern or ".." in pattern.split("/") or "\0" in pattern:
            raise InputError(pattern, 0, "leaves the folder of the source code.", "Write a pattern relative to it.")
        try:
            names = {path.relative_to(root).as_posix() for path in root.glob(pattern) if _is_inside(root, path)}
        except (ValueError, NotImplementedError, IndexError, OSError, RecursionError) as error:
            raise InputError(pattern, 0, "is no pattern for files.", "Write one such as src/**/*.c.") from error
        if not names:
            raise InputError(pattern, 0, "matches no file.", "Correct the pattern, or add the files.")
        found |= names
    if len(found) > MAX_FILES:
        raise InputError(patterns[0], 0, f"matches more than {MAX_FILES} files.", "Write narrower patterns.")
    return sorted(found)


def _is_inside(root: Path, path: Path) -> bool:
    """Whether it is a file, or a link, that lies in no hidden folder and below no link."""
    parts = path.relative_to(root).parts
    if any(part.startswith(".") for part in parts):
        return False
    steps = [root.joinpath(*parts[:end]) for end in range(1, len(parts))]
    return not any(step.is_symlink() for step in steps) and (path.is_symlink() or path.is_file())


class _Reader:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.digest = hashlib.sha256()
        self.read = 0
        self.marks: list[Mark] = []
        self.contents: dict[str, bytes] = {}
        self.languages: set[str] = set()
        self.left = Leftovers()

    def file(self, name: str) -> None:
        language = language_of(name)
        if (self.root / name).is_symlink():
            self.left.add("links to files, not followed")
        elif not language:
            self.left.add("files of no known language")
        else:
            try:
                opened = open_file(self.root, name)
            except InputError as error:
                self.left.add(f"files that cannot be used: {name} {error.message}")
                return
            self.content(opened, language)

    def content(self, opened: Opened, language: str) -> None:
        raw = opened.raw
        self.read += 1
        self.digest.update(f"{opened.name}\0{opened.sha256}\n".encode("utf-8", "surrogateescape"))
        if b"\0" in raw:
            self.left.add("binary files")
        elif _HOLDS.search(raw) is None:
            self.languages.add(language)
        elif len(raw) > MAX_PARSED:
            self.left.add(f"files with marks larger than {MAX_PARSED} bytes: {opened.name}")
        else:
            self.languages.add(language)
            self.parsed(opened, language)

    def parsed(self, opened: Opened, language: str) -> None:
        try:
            found, is_whole = comments(opened.raw, language, _HOLDS)
        except TooHard:
            self.left.add(f"files that no parser gets through: {opened.name}")
            return
        if not is_whole:
            self.left.add("files with places that the grammar does not know")
        before = len(self.marks)
        for comment in found:
            self.marks += self.of_comment(opened, comment)
        if len(self.marks) > before:
            self.contents[opened.name] = opened.raw
        if BIDI.search(opened.raw.decode("utf-8", "replace")):
            self.left.add(f"files with marks and direction-changing characters: {opened.name}")

    def of_comment(self, opened: Opened, comment: Comment) -> Iterator[Mark]:
        for mark in _MARK.finditer(comment.text):
            targets = _targets(mark[2])
            if not targets:
                self.left.add(f"marks @{mark[1]} without an id")
                continue
            missed = sorted({word for word in _LOOKS_LIKE_ID.findall(mark[2]) if word not in targets})
            if missed or mark[2].rstrip().endswith(","):
                what = f"not taken: {', '.join(missed)}" if missed else "the list goes on in the next line"
                self.left.add(f"marks whose ids are not all separated by commas in one line: {opened.name}, {what}")
            line = comment.line + comment.text.count("\n", 0, mark.start())
            yield Mark(
                relation=mark[1],
                targets=targets,
                location=Location(opened.name, line),
                function=comment.function,
                sha256=opened.sha256,
            )


def _targets(text: str) -> tuple[str, ...]:
    """Ids at the start of a text, separated by commas; a word without digit or hyphen is prose, as in JSDoc."""
    found: list[str] = []
    for part in text.split(","):
        word = ID.match(part.strip())
        if word is None or not re.search(r"[-\d]", word[0]):
            break
        found.append(word[0])
        if part.strip() != word[0]:
            break
    return tuple(dict.fromkeys(found))


def _linked(mark: Mark, commit: str, link: str) -> Mark:
    fields: Mapping[str, str] = {"file": quote(mark.location.file), "line": str(mark.location.line), "commit": commit}
    has_all = bool(link) and (bool(commit) or "{commit}" not in link)
    return Mark(
        relation=mark.relation,
        targets=mark.targets,
        location=mark.location,
        function=mark.function,
        sha256=mark.sha256,
        commit=commit,
        url=link.format(**fields) if has_all else "",
    )
