"""crosswalk.yaml in, topics with the clauses of several instruments that ask the same out; it proves nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from .schema import check
from .yamlfile import InputError, YamlFile, load

NAME = "crosswalk.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What several instruments ask alike.

    :param clauses: ids of the clauses that ask it.
    :param evidence: what can be reused, in words.
    """

    id: str
    title: str
    clauses: tuple[str, ...]
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Crosswalk:
    """All topics, and what the table rests on."""

    basis: str
    topics: tuple[Topic, ...]


NO_CROSSWALK = Crosswalk(basis="", topics=())


def load_crosswalk(clauses: Mapping[str, object], path: Path | None = None, name: str = "") -> Crosswalk:
    """Read the shipped crosswalk, or one of the project.

    A topic of the shipped one is kept as far as its clauses are loaded.

    :param clauses: ids of the clauses that exist.
    :raises InputError: malformed, an id twice, or a project's file names a clause that does not exist.
    """
    if path is not None:
        return _parse(load(path, name), clauses, is_own=True)
    with as_file(files("sphinx_aimd.requirements")) as folder:
        return _parse(load(folder / NAME, f"requirements/{NAME}"), clauses, is_own=False)


def _parse(file: YamlFile, clauses: Mapping[str, object], *, is_own: bool) -> Crosswalk:
    check(file, "requirements", "crosswalk.schema.json")
    topics: dict[str, Topic] = {}
    for number, row in enumerate(file.data["topics"]):
        place = ("topics", number)
        if row["id"] in topics:
            raise InputError(file.name, file.line((*place, "id")), f"topic {row['id']} is there twice.", "Keep one.")
        for position, clause in enumerate(row["clauses"]):
            line = file.line((*place, "clauses", position))
            if clause not in clauses and is_own:
                raise InputError(file.name, line, f"there is no clause {clause}.", "Correct the id.")
        topics[row["id"]] = Topic(
            id=row["id"],
            title=row["title"],
            clauses=tuple(dict.fromkeys(clause for clause in row["clauses"] if clause in clauses)),
            evidence=row.get("reusable_evidence", ""),
        )
    return Crosswalk(basis=file.data["basis"], topics=tuple(topics.values()))
