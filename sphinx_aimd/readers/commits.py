"""Files of a git repository in, the commit that each is unchanged since out; git reads only, and asks no network."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

#: Seconds after which git is given up; the files then carry no commit.
TIMEOUT = 60
#: Nothing that a repository's own configuration names is run, and nothing is fetched.
_SAFE = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-optional-locks", "--literal-pathspecs")
_ENVIRONMENT = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "LC_ALL": "C",
}


def commits_of(root: Path, contents: Mapping[str, bytes]) -> dict[str, str]:
    """The last commit of each file whose content is that of the repository's HEAD; of others none is given.

    :param contents: bytes by path relative to ``root``.
    :return: full commit ids by path; empty without git, or where the folder is no repository.
    """
    git = shutil.which("git")
    if git is None or not contents:
        return {}
    listed = _run(git, root, ["ls-tree", "-r", "-z", "HEAD", "--", *sorted(contents)])
    clean: set[str] = set()
    for entry in listed.split(b"\0"):
        facts, tab, name = entry.partition(b"\t")
        path, parts = os.fsdecode(name), facts.split()
        if tab and path in contents and len(parts) == 3 and parts[2].decode() in _blobs(contents[path], len(parts[2])):
            clean.add(path)
    return _last_commits(git, root, clean)


def _blobs(raw: bytes, length: int) -> set[str]:
    """Ids that git may give a content: as it stands, and with line feeds where the checkout has Windows line ends."""
    kind = "sha256" if length == 64 else "sha1"
    return {
        hashlib.new(kind, b"blob %d\0" % len(text) + text, usedforsecurity=False).hexdigest()
        for text in (raw, raw.replace(b"\r\n", b"\n"))
    }


def _last_commits(git: str, root: Path, names: Iterable[str]) -> dict[str, str]:
    """Newest commit that changed each file, by one walk through the history of all of them."""
    wanted = sorted(names)
    if not wanted:
        return {}
    log = [
        "log",
        "--format=%x01%H",
        "--name-only",
        "-z",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        "--relative",
    ]
    found: dict[str, str] = {}
    commit = ""
    for entry in _run(git, root, [*log, "HEAD", "--", *wanted]).split(b"\0"):
        for part in entry.split(b"\n"):
            text = os.fsdecode(part)
            if text.startswith("\x01"):
                commit = text[1:]
            elif text in wanted:
                found.setdefault(text, commit)
    return found


def _run(git: str, root: Path, arguments: list[str]) -> bytes:
    """Output of git; nothing where it fails."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 - fixed commands, paths behind "--"
            [git, *_SAFE, *arguments],
            cwd=root,
            env={**inherited, **_ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return b""
    return done.stdout if done.returncode == 0 else b""
