"""CVSS scores, the answers of the MITRE rubric beside them, and the forms of public ids."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinx_aimd.model.rubric import answers_of, rubric_conflicts
from sphinx_aimd.model.schemes import cwe_of, is_of, ordered, scheme_of
from sphinx_aimd.model.scores import NoScore, Score, rating, score
from sphinx_aimd.model.values import BadValue, parse
from sphinx_aimd.traceload import load_model
from sphinx_aimd.tracemodel import Field

BASE_31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
BASE_40 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H"


@pytest.mark.parametrize(
    ("vector", "version", "base", "overall", "severity"),
    [
        ("AV:N/AC:L/Au:N/C:C/I:C/A:C", "2.0", 10.0, 10.0, "High"),
        ("AV:N/AC:L/Au:N/C:C/I:C/A:C/E:U", "2.0", 10.0, 8.5, "High"),
        (BASE_31, "3.1", 9.8, 9.8, "Critical"),
        (f"{BASE_31}/E:U/RL:O", "3.1", 9.8, 8.5, "High"),
        (f"{BASE_31}/MAV:P", "3.1", 9.8, 6.8, "Medium"),
        (f"{BASE_31}/E:X/MAV:X", "3.1", 9.8, 9.8, "Critical"),
        ("CVSS:3.0/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", "3.0", 4.6, 4.6, "Medium"),
        (BASE_40, "4.0", 10.0, 10.0, "Critical"),
        (f"{BASE_40}/E:U/MAV:P", "4.0", 10.0, 5.6, "Medium"),
    ],
)
def test_scores(vector: str, version: str, base: float, overall: float, severity: str) -> None:
    found = score(vector)
    assert found == Score(version=version, base=base, overall=overall, severity=severity, vector=vector)


@pytest.mark.parametrize(
    "vector",
    [
        "",
        "9.8",
        "CVSS:3.1/AV:N",
        "CVSS:2.0/AV:N/AC:L/Au:N/C:C/I:C/A:C",
        "CVSS:9.9/AV:N",
        BASE_31 + "/",
        BASE_31 + "/E:Q",
    ],
)
def test_no_score(vector: str) -> None:
    assert isinstance(score(vector), NoScore)


@given(st.text(alphabet="CVSS:3140/AVNLHPRUIX.-é\n ", max_size=60) | st.text(max_size=30))
def test_any_text_is_a_score_or_none(text: str) -> None:
    assert isinstance(score(text), Score | NoScore)


@given(
    st.lists(st.sampled_from([*BASE_31.split("/")[1:], "E:U", "MS:C", "CR:H", "C:", "Z:Z"]), max_size=20), st.booleans()
)
def test_any_mix_of_metrics_is_a_score_or_none(parts: list[str], is_31: bool) -> None:
    assert isinstance(score("/".join([("CVSS:3.1" if is_31 else "CVSS:4.0"), *parts])), Score | NoScore)


def test_parentheses_of_old_advisories() -> None:
    found = rating("(AV:N/AC:L/Au:N/C:C/I:C/A:C)", "NVD")
    assert not isinstance(found, NoScore)
    assert (found.version, found.vector, found.by) == ("2.0", "AV:N/AC:L/Au:N/C:C/I:C/A:C", "NVD")


@pytest.mark.parametrize(
    ("name", "vector"), [("cvss_v20", BASE_31), ("cvss_v30", BASE_31), ("cvss_v40", "CVSS:4.0/AV:N")]
)
def test_fields_take_only_their_version(name: str, vector: str) -> None:
    with pytest.raises(BadValue, match="CVSS vector"):
        parse(_field(name), vector)


def test_fields_take_their_version() -> None:
    assert parse(_field("cvss_v31"), BASE_31) == BASE_31


def _field(name: str) -> Field:
    return load_model().types["vulnerability"].fields[name]


@pytest.mark.parametrize(
    ("answers", "vector", "metric"),
    [
        ("XAVN=no, XAVP=yes", "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "AV:P"),
        ("XAVN=yes, XAVT=yes", "CVSS:3.0/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "AV:N"),
        ("XAVN=yes, XAVT=no, XAVW=yes, XAVR=yes", "CVSS:3.0/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "AV:L"),
        ("XACL=no", "CVSS:3.0/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "AC:H"),
        ("XPRL=yes, XPRZ=yes, XPRS=yes", "CVSS:3.0/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "PR:H"),
        ("XUI=yes", "CVSS:3.0/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "UI:R"),
        ("XS=yes", "CVSS:3.0/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "S:C"),
        ("XCT=yes", "CVSS:3.0/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "C:L or C:H"),
        (
            "XAP=no, XAD=no, XAT=no, XAW=no, XAS=no, XAO=no",
            "CVSS:3.0/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
            "A:N",
        ),
    ],
)
def test_rubric_answers_that_contradict_the_vector(answers: str, vector: str, metric: str) -> None:
    (problem,) = rubric_conflicts(answers_of(answers.split(", ")), vector)
    assert f"leads to {metric} (RUB-" in problem
    assert "v0.12.04" in problem


@pytest.mark.parametrize(
    "answers",
    [
        "",
        "XAVN=yes, XAVT=no, XAVW=no",
        "XAVN=yes, XAVT=no, XAVW=yes, XAVR=no",
        "XACL=yes, XUI=no, XS=no",
        "XIT=unknown",
    ],
)
def test_rubric_answers_that_agree_or_say_too_little(answers: str) -> None:
    assert rubric_conflicts(answers_of(answers.split(", ")), "CVSS:3.0/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H") == []


def test_rubric_is_of_version_3() -> None:
    (problem,) = rubric_conflicts({"XAVN": "yes"}, BASE_40)
    assert "no vector of version 3" in problem


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("CVE-2021-44228", "CVE"),
        ("CVE-2021-123", ""),
        ("cve-2021-44228", ""),
        ("GHSA-jfh8-c2jp-5v3q", "GHSA"),
        ("GHSA-jfh8-c2jp-5v3", ""),
        ("CWE-79", "CWE"),
        ("CWE-079", ""),
        ("CAPEC-66", "CAPEC"),
        ("T0800", "ATT&CK ICS"),
        ("TA0104", "ATT&CK ICS"),
        ("T1059", ""),
        ("CAPEC-0", ""),
    ],
)
def test_forms_of_ids(text: str, scheme: str) -> None:
    assert scheme_of(text) == scheme
    assert not scheme or is_of(scheme, text)


def test_order_and_cwe_numbers() -> None:
    assert ordered(["OSV-1", "GHSA-jfh8-c2jp-5v3q", "CVE-2021-44228", "OSV-1", ""]) == (
        "CVE-2021-44228",
        "GHSA-jfh8-c2jp-5v3q",
        "OSV-1",
    )
    assert [cwe_of(text) for text in ("CWE-79 Cross-site", "cwe 079", "CWE-79x", "no CWE")] == [
        "CWE-79",
        "CWE-79",
        "CWE-79",
        "",
    ]
