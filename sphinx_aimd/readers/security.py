"""The files of ``aimd_inputs``: bills of materials, vulnerability data, threat models, each read by what it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..model.advisory import Advisory, Epss, Kev, VulnerabilityRecord
from ..model.bom import Bom, Source
from ..model.imported import ImportedModel, Mapped
from ..model.item import Location
from ..model.values import is_date
from ..yamlfile import InputError, load
from .known import NOTHING, Known
from .opened import open_file
from .patterns import names_of
from .recognise import read_file

KEYS = ("path", "release", "date", "prefix", "ids")
#: What only some files can use.
_USED_BY: Mapping[str, tuple[type, str]] = {
    "release": (Bom, "bill of materials"),
    "prefix": (ImportedModel, "threat model"),
    "ids": (ImportedModel, "threat model"),
}


@dataclass
class SecurityFiles:
    """What was read, in the order of the paths, and what could not be."""

    boms: list[Bom] = field(default_factory=list)
    advisories: list[Advisory] = field(default_factory=list)
    records: list[VulnerabilityRecord] = field(default_factory=list)
    kev: list[Kev] = field(default_factory=list)
    epss: list[Epss] = field(default_factory=list)
    models: list[ImportedModel] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    errors: list[InputError] = field(default_factory=list)

    def add(self, values: Iterable[Any]) -> None:
        """Sort the values of one file to those of their kind."""
        for value in values:
            self._list_of(value).append(value)
            source: Source = value.source
            self.sources.setdefault(source.path, source)

    def _list_of(self, value: Any) -> list[Any]:
        lists: dict[type, list[Any]] = {
            Bom: self.boms,
            Advisory: self.advisories,
            VulnerabilityRecord: self.records,
            Kev: self.kev,
            Epss: self.epss,
            ImportedModel: self.models,
        }
        return lists[type(value)]


def read_all(root: Path, entries: Sequence[str | Mapping[str, str]], *, every_pattern: bool) -> SecurityFiles:
    """Read all files that ``aimd_inputs`` names; one that cannot be used is an error of its own.

    :param root: source folder; nothing outside it is read.
    :param entries: glob patterns, or mappings with ``path`` and what the files do not say themselves.
    :param every_pattern: whether a pattern that matches nothing is an error; a plain path always is one.
    """
    found = SecurityFiles()
    todo: dict[str, Known] = {}
    maps = {entry["ids"] for entry in entries if isinstance(entry, Mapping) and isinstance(entry.get("ids"), str)}
    names: list[list[str]] = []
    for entry in entries:
        names.append([])
        try:
            for name, known in _files(root, entry, every_pattern):
                if name not in maps:
                    todo[name] = _both(name, todo.get(name, NOTHING), known)
                    names[-1].append(name)
        except InputError as error:
            found.errors.append(error)
    kinds: dict[str, set[type]] = {}
    for name, known in sorted(todo.items()):
        try:
            values = read_file(open_file(root, name), known)
            kinds[name] = {type(value) for value in values}
            found.add(values)
        except InputError as error:
            found.errors.append(error)
    for entry, matched in zip(entries, names, strict=True):
        if isinstance(entry, Mapping) and matched and kinds.keys() >= set(matched):
            found.errors += _idle(entry, {kind for name in matched for kind in kinds[name]})
    return found


def _idle(entry: Mapping[str, str], kinds: set[type]) -> Iterator[InputError]:
    """What an entry says that none of its files can use."""
    for key, (kind, what) in _USED_BY.items():
        if entry.get(key) and kind not in kinds:
            message = f"aimd_inputs says {key} of {entry['path']}, which is no {what}."
            yield InputError("conf.py", 0, message, "Correct the path, or leave the key out.")


def _both(name: str, first: Known, second: Known) -> Known:
    """What two entries say of one file: patterns overlap, so that one may say what the other leaves open.

    :raises InputError: they say different things.
    """
    said = {}
    for key in ("release", "date", "prefix", "ids"):
        before, after = getattr(first, key), getattr(second, key)
        if before and after and before != after:
            remedy = "Say it once, or narrow the patterns."
            raise InputError(name, 0, f"has two values for {key} in aimd_inputs.", remedy)
        said[key] = before or after
    return Known(**said)


def _files(root: Path, entry: str | Mapping[str, str], every_pattern: bool) -> Iterator[tuple[str, Known]]:
    said = {"path": entry} if isinstance(entry, str) else dict(entry) if isinstance(entry, Mapping) else {}
    unknown = sorted(set(map(str, said)) - set(KEYS))
    if unknown or not said.get("path") or not all(isinstance(text, str) for text in said.values()):
        what = "an entry without a path, or one that is no text"
        message = f"aimd_inputs has {f'the unknown key {unknown[0]!r}' if unknown else what}."
        raise InputError("conf.py", 0, message, f"Keys: {', '.join(KEYS)}.")
    pattern = said.pop("path")
    if said.get("date") and not is_date(said["date"]):
        raise InputError("conf.py", 0, f"aimd_inputs has the date {said['date']!r}.", "Write it as YYYY-MM-DD.")
    known = Known(
        release=said.get("release", ""),
        date=said.get("date", ""),
        prefix=said.get("prefix", ""),
        ids=_ids(root, said["ids"]) if said.get("ids") else {},
    )
    for name in names_of(root, pattern, "aimd_inputs", must_match=every_pattern):
        if not any(part.startswith(".") for part in name.split("/")):
            yield name, known


def _ids(root: Path, name: str) -> dict[str, Mapped]:
    """A mapping file: keys of a threat model and the items that they stand for."""
    open_file(root, name)  # the checks of its path
    file = load(root / name, name)
    if not isinstance(file.data, dict):
        raise InputError(name, 1, "is no mapping of keys to ids.", "Write one `key: ID` on each line.")
    for key, value in file.data.items():
        if not isinstance(value, str):
            raise InputError(name, file.line((key,)), f"has a list or mapping for {key!r}.", "Write one id.")
    return {key: Mapped(value, Location(name, file.line((key,)))) for key, value in file.data.items()}
