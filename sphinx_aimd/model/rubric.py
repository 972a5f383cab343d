"""Answers of the MITRE rubric for CVSS and a vector in, where the two certainly disagree out.

Only steps of the flow that the public calculators show alike are compared (provisions RUB-AV to RUB-A; Rubric for
Applying CVSS to Medical Devices v0.12.04). Silence proves nothing: this is no use of the qualified tool (MDDT).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .scores import NoScore, metrics, score

SOURCE = "Rubric for Applying CVSS to Medical Devices v0.12.04"
#: Questions of each impact metric: personal data, diagnosis, therapy, workflow, secrets, other.
IMPACTS = {metric: tuple(f"X{metric}{of}" for of in ("P", "D", "T", "W", "S", "O")) for metric in ("C", "I", "A")}
_METRICS = {"AV": "NALP", "AC": "LH", "PR": "NLH", "UI": "NR", "S": "UC", "C": "NLH", "I": "NLH", "A": "NLH"}


def answers_of(values: Iterable[str]) -> dict[str, str]:
    """Answers from the form ``KEY=answer`` of an item's field."""
    return {key: answer for key, equals, answer in (value.partition("=") for value in values) if equals}


def rubric_conflicts(answers: Mapping[str, str], vector: str) -> list[str]:
    """Say where answers and vector contradict each other, one sentence for each metric.

    :param answers: yes, no or unknown by question key, such as ``XAVN``; questions may be missing.
    :param vector: of CVSS 3.0, on which the rubric is built, or 3.1.
    """
    found = score(vector)
    if isinstance(found, NoScore) or not found.version.startswith("3."):
        return [f"The rubric gives metrics of CVSS 3.0, and {vector[:80]!r} is no vector of version 3."]
    said = metrics(vector)
    problems = []
    for metric, values in _METRICS.items():
        allowed, keys = _allowed(metric, answers)
        if allowed and said[metric] not in allowed and set(values) - set(allowed):
            given = ", ".join(f"{key}={answers[key]}" for key in keys if key in answers)
            wanted = " or ".join(f"{metric}:{value}" for value in values if value in allowed)
            article = f"RUB-{metric}"
            problems.append(
                f"{given} leads to {wanted} ({article}, {SOURCE}), and the vector says {metric}:{said[metric]}."
            )
    return problems


def _allowed(metric: str, answers: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Values of a metric that the answers allow, and the questions that decide; empty: nothing is certain."""
    if metric in IMPACTS:
        return _impact(metric, answers)
    return {"AV": _vector, "AC": _complexity, "PR": _privileges, "UI": _interaction, "S": _scope}[metric](answers)


def _vector(answers: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    network = answers.get("XAVN")
    if network == "no":
        touch = {"yes": "P", "no": "L"}.get(answers.get("XAVP", ""), "LP")
        return touch, ("XAVN", "XAVP")
    if network == "unknown":
        return "N", ("XAVN",)
    if network == "yes" and answers.get("XAVT") in ("yes", "unknown"):
        return "N", ("XAVN", "XAVT")
    if network == "yes" and answers.get("XAVT") == "no":
        if answers.get("XAVW") == "yes" and answers.get("XAVR"):
            return ("L" if answers["XAVR"] == "yes" else "A"), ("XAVN", "XAVT", "XAVW", "XAVR")
        return "AL", ("XAVN", "XAVT")  # what follows for links that are not wireless is read in two ways
    return "", ()


def _complexity(answers: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    return {"yes": "L", "no": "H"}.get(answers.get("XACL", ""), ""), ("XACL",)


def _privileges(answers: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    if answers.get("XPRL") == "no":
        return "N", ("XPRL",)
    if answers.get("XPRL") == "yes" and answers.get("XPRZ") == "no":
        return "N", ("XPRL", "XPRZ")
    if answers.get("XPRL") == "yes" and answers.get("XPRZ") == "yes":
        return {"yes": "H", "no": "L"}.get(answers.get("XPRS", ""), "LH"), ("XPRL", "XPRZ", "XPRS")
    return "", ()


def _interaction(answers: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    return {"yes": "R", "no": "N"}.get(answers.get("XUI", ""), ""), ("XUI",)


def _scope(answers: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    return {"yes": "C", "no": "U"}.get(answers.get("XS", ""), ""), ("XS",)


def _impact(metric: str, answers: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Any impact forbids None, none at all asks for it; how High and Low part is only partly published."""
    questions = IMPACTS[metric]
    given = [answers.get(question) for question in questions]
    if any(answer in ("yes", "unknown") for answer in given):
        return "LH", tuple(key for key in questions if answers.get(key) in ("yes", "unknown"))
    return ("N", questions) if all(answer == "no" for answer in given) else ("", ())
