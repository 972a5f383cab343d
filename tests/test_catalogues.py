"""The shipped catalogues are whole, and a faulty one is refused with one message at its line."""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from sphinx_aimd.catalogue import load_catalogue
from sphinx_aimd.model.item import Location
from sphinx_aimd.model.values import ID
from sphinx_aimd.traceload import load_model
from sphinx_aimd.yamlfile import MAX_BYTES, InputError, load

BAD = Path(__file__).parent / "bad_catalogues"
SHIPPED = sorted(path for path in Path(str(files("sphinx_aimd.requirements"))).glob("*/*.yaml"))
CATALOGUE = load_catalogue()

OWN = """\
schema: '1'
instrument:
  key: {key}
  title: Own instrument
  short_title: Own
  jurisdiction: NO
  force: practice
  status: current
  edition: 1.10
  seen_in: internal procedure
  clause_count: '1'
clauses:
- id: OWN-1
  citation: Own 1
  reference: Own instrument, 1
  title: "on"
  text: Asks for something.
  force: practice
  cybersecurity: primary
  expects: [evidence]
  checked: full
"""


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_file_holds_what_it_states(path: Path) -> None:
    data = load(path).data
    key = data["instrument"]["key"]
    clauses = CATALOGUE.of(key)
    assert len(clauses) == int(data["instrument"]["clause_count"]) > 0
    assert [clause.id for clause in clauses] == [row["id"] for row in data["clauses"]]
    assert all(clause.citation.strip() and clause.reference.strip() and clause.text.strip() for clause in clauses)


#: Provisions of each shipped instrument; a change of a number is a change of what the tool claims to know.
COUNTS = {
    "21CFR806": 24,
    "AIMD-GOOD-PRACTICE": 20,
    "CFR-PART-11": 19,
    "CISA-SBOM-2025-DRAFT": 13,
    "CISA-SBOM-2026": 24,
    "FDA-POSTMARKET-2016": 73,
    "FDA-PREMARKET-2025": 35,
    "FDA-PREMARKET-2026": 356,
    "FDA-RTA-2023": 1,
    "FDA-SBOM-ADD": 5,
    "FDA-eCopy": 19,
    "FDA-eSTAR": 33,
    "FDCA-524B": 17,
    "ID-SCHEMES": 14,
    "IEC-81001-5-1-TITLES": 18,
    "IMDRF-N47": 9,
    "IMDRF-N60": 31,
    "IMDRF-N70": 12,
    "IMDRF-N73": 12,
    "IMDRF-N81": 1,
    "IMDRF-N88": 1,
    "IMDRF-N9": 3,
    "JURISDICTIONS": 30,
    "MDCG-2019-16": 29,
    "MDR-ART-ANNEX": 37,
    "MDR-GSPR": 221,
    "MDR-PROPOSALS": 1,
    "MITRE-CVSS-RUBRIC": 10,
    "MITRE-PLAYBOOK-2021": 5,
    "NTIA-2021": 14,
    "NTIA-FRAMING-2021": 8,
    "QMSR-820": 33,
    "QSR-820-LEGACY": 21,
    "SECURITY-CAPABILITIES": 19,
    "STANDARDS": 13,
    "STANDARDS-CITE-ONLY": 41,
}


def test_the_number_of_provisions_of_each_instrument_is_known() -> None:
    assert {key: len(CATALOGUE.of(key)) for key in CATALOGUE.instruments} == COUNTS


def test_every_file_below_requirements_is_loaded() -> None:
    assert len(CATALOGUE.instruments) == len(SHIPPED)
    assert {"FDCA-524B", "MDR-GSPR"} <= set(CATALOGUE.instruments)


def test_annex_i_of_the_mdr_is_complete() -> None:
    clauses = CATALOGUE.of("MDR-GSPR")
    assert len(clauses) == 221
    assert {clause.citation for clause in clauses} >= {
        f"GSPR {number}" for number in ("1", "17.2", "17.4", "18.8", "23.4(ab)")
    }


def test_no_two_clauses_have_one_id_or_read_the_same() -> None:
    ids = list(CATALOGUE.clauses)
    assert all(ID.fullmatch(clause) for clause in ids)
    assert [c for c, n in Counter(map(str.casefold, ids)).items() if n > 1] == []
    shown = Counter((clause.citation, clause.title) for clause in CATALOGUE.clauses.values())
    assert [label for label, n in shown.items() if n > 1] == []


def test_clauses_that_rules_and_matrices_name_exist() -> None:
    """An instrument that is not shipped yet may be cited; a clause of a shipped one must exist."""
    model = load_model()
    prefixes = {re.split(r"[-_]", clause)[0] for clause in CATALOGUE.clauses}
    named = {c for spec in (*model.rules, *model.matrices.values()) for c in spec.clauses}
    assert {c for c in named if re.split(r"[-_]", c)[0] in prefixes} - set(CATALOGUE.clauses) == set()


def test_a_clause_knows_the_line_of_its_row() -> None:
    clause = CATALOGUE.clauses["FDA-524B-b-2-A"]
    lines = SHIPPED[[path.name for path in SHIPPED].index("fdca-524b.yaml")].read_text("utf-8").splitlines()
    assert clause.location.file == "requirements/us/fdca-524b.yaml"
    assert lines[clause.location.line - 1] == "- id: FDA-524B-b-2-A"


def test_words_that_yaml_reads_as_booleans_or_numbers_stay_words(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN.format(key="OWN"), "utf-8")
    found = load_catalogue([tmp_path])
    assert (found.instruments["OWN"].jurisdiction, found.instruments["OWN"].edition) == ("NO", "1.10")
    assert found.clauses["OWN-1"].title == "on"
    assert len(found.clauses) == len(CATALOGUE.clauses) + 1


def test_a_file_of_the_project_replaces_the_shipped_one_of_its_key(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN.format(key="MDR-GSPR"), "utf-8")
    found = load_catalogue([tmp_path])
    assert [clause.id for clause in found.of("MDR-GSPR")] == ["OWN-1"]


@pytest.mark.parametrize("name", sorted(path.name for path in BAD.glob("*.yaml")))
def test_faulty_file_is_refused_at_its_line_with_a_remedy(name: str, tmp_path: Path) -> None:
    """The first line of the file states the line, the fault and the remedy that are expected."""
    text = (BAD / name).read_text("utf-8")
    stated = re.match(r"# expected: (\d+): (.*) \| (.*)\n", text)
    assert stated, f"{name} does not state what is expected of it"
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        load_catalogue([tmp_path])
    error = caught.value
    assert Location(Path(error.file).name, error.line) == Location(name, int(stated[1])), error
    assert stated[2] in error.message
    assert stated[3] in error.remedy


@pytest.mark.parametrize(
    ("raw", "line", "message"),
    [
        (b"schema: '1'\n# " + b"x" * MAX_BYTES, 0, "is larger than"),
        (b"schema: '1'\ntitle: \xff\n", 2, "is not UTF-8"),
        (b"schema: \x00\n", 0, "is not YAML"),
    ],
    ids=["too big", "not UTF-8", "control character"],
)
def test_file_that_is_no_text_is_refused(raw: bytes, line: int, message: str, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_bytes(raw)
    with pytest.raises(InputError, match=message) as caught:
        load_catalogue([tmp_path])
    assert caught.value.line == line


def test_nesting_of_any_depth_is_refused_without_exhausting_the_stack(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("schema: " + "[" * 200_000, "utf-8")
    with pytest.raises(InputError, match=r"nested deeper|nesting depth"):
        load_catalogue([tmp_path])


def test_one_instrument_in_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(OWN.format(key="OWN"), "utf-8")
    with pytest.raises(InputError, match=r"instrument OWN is also in .*a\.yaml"):
        load_catalogue([tmp_path])


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a folder") as caught:
        load_catalogue([tmp_path / "absent"])
    assert caught.value.file.endswith("absent")
