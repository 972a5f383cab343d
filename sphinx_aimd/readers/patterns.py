"""A path or glob pattern of the configuration in, the files below a folder that it names out."""

from __future__ import annotations

from pathlib import Path

from ..yamlfile import InputError


def names_of(root: Path, pattern: str, setting: str, *, must_match: bool = True) -> list[str]:
    """Files that a path or pattern names, sorted, relative to ``root`` with forward slashes.

    A link that leads nowhere is one of them, so that it is not passed over.

    :param root: source folder; nothing outside it is looked at.
    :param setting: name of the setting that holds the pattern, for messages.
    :param must_match: whether a pattern that matches no file is an error; a plain path always is one.
    :raises InputError: the pattern leaves ``root``, is none, or matches no file.
    """
    if pattern.startswith("/") or ".." in pattern.split("/"):
        remedy = f"Name files below the source folder in {setting}."
        raise InputError(pattern, 0, "leaves the source folder.", remedy)
    if "\\" in pattern:
        raise InputError(pattern, 0, "holds a backslash.", f"Write forward slashes in {setting}.")
    try:
        paths = sorted(path for path in root.glob(pattern) if path.is_file() or _leads_nowhere(path))
    except (ValueError, NotImplementedError, IndexError, OSError, RecursionError) as error:
        raise InputError(pattern[:200], 0, "is no pattern for files.", f"Correct {setting}.") from error
    is_pattern = any(sign in pattern for sign in "*?[")
    if not paths and not is_pattern and (root / pattern).is_dir():
        folder = pattern.rstrip("/")
        raise InputError(pattern, 0, "is a folder.", f"Write a pattern in {setting}, such as {folder}/**/*.")
    if not paths and (must_match or not is_pattern):
        what = "matches no file." if is_pattern else "does not exist."
        raise InputError(pattern, 0, what, f"Correct {setting}, or add the file.")
    return [path.relative_to(root).as_posix() for path in paths]


def _leads_nowhere(path: Path) -> bool:
    return path.is_symlink() and not path.exists()
