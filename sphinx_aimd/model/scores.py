"""A CVSS vector in, its scores out: 2.0, 3.0, 3.1 and 4.0, always computed and never copied from a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .advisory import Rating

#: Longest vector that is looked at; all metrics of CVSS 4.0 together need about 250 characters.
MAX_LENGTH = 400
_FORM = re.compile(r"(?:CVSS:(?P<version>\d\.\d)/)?[A-Za-z]+:[A-Za-z]+(?:/[A-Za-z]+:[A-Za-z]+)*")
#: Metrics that every vector of CVSS 4.0 holds; alone they give CVSS-B.
_BASE_40 = frozenset(("AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"))
_ENVIRONMENT_3X = frozenset(("CR", "IR", "AR", "MAV", "MAC", "MPR", "MUI", "MS", "MC", "MI", "MA"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a vector amounts to.

    :param version: 2.0, 3.0, 3.1 or 4.0.
    :param base: score of the base metrics alone.
    :param overall: score with all metrics that the vector holds: threat or temporal, and environmental.
    :param severity: None, Low, Medium, High or Critical for ``overall``; for 2.0, which defines no words, those of NVD.
    """

    version: str
    base: float
    overall: float
    severity: str
    vector: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoScore:
    """A text that is no CVSS vector.

    :param reason: what is wrong with it.
    """

    vector: str
    reason: str


def prefix(version: str) -> str:
    """How vectors of a version begin; those of 2.0 have no prefix."""
    return "" if version == "2.0" else f"CVSS:{version}/"


@lru_cache(maxsize=4096)
def score(vector: str) -> Score | NoScore:
    """Compute the scores of a vector with the library of the CVSS reference scores."""
    form = _FORM.fullmatch(vector) if len(vector) <= MAX_LENGTH else None
    if form is None:
        return NoScore(vector=vector, reason="has not the form METRIC:VALUE/METRIC:VALUE")
    version = form["version"] or "2.0"
    if version not in ("2.0", "3.0", "3.1", "4.0") or (version == "2.0" and form["version"]):
        return NoScore(vector=vector, reason=f"begins with CVSS:{version}, which is no version with a prefix")
    from cvss.exceptions import CVSSError  # noqa: PLC0415 - only where a vector is scored

    try:
        base, overall, severity = {"2.0": _score_20, "4.0": _score_40}.get(version, _score_3x)(vector)
    except CVSSError as error:
        return NoScore(vector=vector, reason=str(error))
    return Score(version=version, base=base, overall=overall, severity=severity, vector=vector)


def metrics(vector: str) -> dict[str, str]:
    """Value of each metric of a vector, without its prefix; nothing is checked."""
    pairs = (part.partition(":") for part in vector.split("/") if not part.startswith("CVSS:"))
    return {name: value for name, colon, value in pairs if colon}


def meaning(vector: str) -> frozenset[tuple[str, str]]:
    """What tells vectors of one version apart: their metrics in any order, without those that are not defined."""
    return frozenset((name, value) for name, value in metrics(vector).items() if value not in ("X", "ND"))


def brief(vector: str) -> str:
    """Score and severity of a vector in words, with the base score where that is another; that it has none."""
    found = score(vector)
    if isinstance(found, NoScore):
        return "no score"
    base = f" (base {found.base})" if found.base != found.overall else ""
    return f"{found.overall} {found.severity.lower()}{base}"


def rating(vector: str, by: str = "") -> Rating | NoScore:
    """A vector of a file with the version that it is of, or why it is none.

    :param by: who scored, in the words of the file.
    """
    text = vector.strip()
    if text.startswith("(") and text.endswith(")"):  # as NVD once wrote those of 2.0
        text = text[1:-1]
    found = score(text)
    return found if isinstance(found, NoScore) else Rating(version=found.version, vector=text, by=by)


def _score_20(vector: str) -> tuple[float, float, str]:
    from cvss import CVSS2  # noqa: PLC0415

    found = CVSS2(vector)
    base, temporal, environmental = found.scores()
    overall = next(value for value in (environmental, temporal, base) if value is not None)
    return base, overall, "High" if overall >= 7 else "Medium" if overall >= 4 else "Low"


def _score_3x(vector: str) -> tuple[float, float, str]:
    from cvss import CVSS3  # noqa: PLC0415

    found = CVSS3(vector)
    said = {name for name, value in metrics(vector).items() if value != "X"}
    # without environmental metrics the environmental formula of 3.1 may still give another number
    which = 2 if said & _ENVIRONMENT_3X else 1
    return found.scores()[0], found.scores()[which], found.severities()[which]


def _score_40(vector: str) -> tuple[float, float, str]:
    from cvss import CVSS4  # noqa: PLC0415

    found = CVSS4(vector)
    alone = "/".join(f"{name}:{value}" for name, value in metrics(vector).items() if name in _BASE_40)
    return float(CVSS4(f"CVSS:4.0/{alone}").base_score), float(found.base_score), str(found.severity)
