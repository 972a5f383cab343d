"""CVSS vectors in, the scores that VEX formats state and their severities out, in the words of these formats."""

from __future__ import annotations

from typing import Any

from ...model.scores import NoScore, score

#: Lowest base score of each severity (CVSS 3.1, section 5; 4.0, section 6). For 2.0, which has none, those of the NVD.
_WORDS = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.1, "low"), (0.0, "none"))
_WORDS_20 = ((7.0, "high"), (4.0, "medium"), (0.0, "low"))


def base_of(version: str, vector: str) -> tuple[float, str] | None:
    """Base score and severity in lower case; None where the vector is none of that version.

    CVSS 4.0 has one score for all metrics of a vector, and its JSON schema calls that ``baseScore``.
    """
    found = score(vector)
    if isinstance(found, NoScore) or found.version != version:
        return None
    words = _WORDS_20 if version == "2.0" else _WORDS
    number = found.overall if version == "4.0" else found.base
    return number, next(word for lowest, word in words if number >= lowest)


def as_csaf(version: str, vector: str) -> dict[str, Any]:
    """The members that the JSON schemas of CVSS demand; nothing where the vector is none."""
    base = base_of(version, vector)
    if base is None:
        return {}
    found: dict[str, Any] = {"version": version, "vectorString": vector, "baseScore": base[0]}
    return found if version == "2.0" else {**found, "baseSeverity": base[1].upper()}
