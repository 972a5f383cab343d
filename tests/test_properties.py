"""Laws of the calculus and of the formats, on random traces over the shipped model."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import openpyxl
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sphinx_aimd.model.inputs import FileFact, Inputs, Report, Review
from sphinx_aimd.model.item import Record
from sphinx_aimd.model.review import review_now
from sphinx_aimd.model.trace import Trace, assess
from sphinx_aimd.model.values import BIDI, CONTROL
from sphinx_aimd.model.verdict import Verdict, fold
from sphinx_aimd.readers import reviews as review_file
from sphinx_aimd.readers.trace import load_trace
from sphinx_aimd.views.dossier import Dossier
from sphinx_aimd.writers import json as json_writer
from sphinx_aimd.writers import xlsx
from tests.sound_dhf import Items, full, result, risk, verification
from tests.trace_builder import HASH, MODEL, catalogue, record, reports

CLAUSES = catalogue(C_1="control, requirement, test", C_2="plan, evidence", C_3="evidence")
RANDOM = settings(max_examples=60, deadline=None, derandomize=True)

#: Items of a random trace, approved and complete until a draw says otherwise; ids tell the type.
_KINDS = {
    "AST-1": full("asset"),
    "IFC-1": full("interface"),
    "THR-1": full("threat"),
    "THR-2": full("threat"),
    "RSK-1": risk(""),
    "RSK-2": risk(""),
    "CTL-1": full("control"),
    "CTL-2": full("control"),
    "REQ-1": full("requirement", level="system"),
    "REQ-2": full("requirement", level="software"),
    "REQ-3": full("requirement", level="user_need"),
    "DSN-1": full("design"),
    "TST-1": verification("threat_mitigation", []),
    "TST-2": verification("vulnerability", [], environments=""),
    "EVD-1": full("evidence"),
    "PLN-1": full("plan"),
    "LAB-1": full("labeling"),
    "VUL-1": full("vulnerability"),
    "CMP-1": full("component"),
    "DEC-1": full("decision"),
    "DEC-2": full("decision"),
    "DEC-3": full("decision"),
}
_OPEN = {
    "risk": {
        "treatment": ["mitigate", "accept", "transfer"],
        "acceptance": ["acceptable", "open", "not_acceptable"],
        "control_state": ["controlled", "uncontrolled"],
    },
    "vulnerability": {"vex_status": ["not_affected", "affected", "fixed", "under_investigation"]},
    "decision": {
        "kind": ["not_applicable", "waiver", "test_deviation", "regression_analysis", "alternative_approach"],
        "expires_on": ["2027-01-01", "2026-01-01"],
        "from_version": ["2.0"],
        "need": ["", "", "", "approval", "effective", "shown", "results", "answer", "mitigation"],
    },
    "evidence": {"path": ["records/report.txt", "records/absent.txt"], "valid_until": ["", "2026-01-01"]},
    "component": {"vulnerabilities_checked_on": ["2026-11-20", "2026-01-01"]},
}
_RELEASE = full("release", as_of="2026-11-23")
_STATUSES = ["approved"] * 6 + ["draft", "in_review", "retired", "rejected"]


@dataclass(frozen=True)
class Case:
    """A random trace before it is judged: items, and what was reviewed."""

    items: Items
    unreviewed: frozenset[str]
    doubles: tuple[Record, ...] = ()

    def trace(self, *, shuffle: int = 0) -> Trace:
        records, found = [*_records(self.items), *self.doubles], reports(self.items)
        if shuffle:
            records, found = _turned(records, shuffle), tuple(_turned(list(found), shuffle))
        inputs = Inputs(reports=found, files=_FILES)
        first = assess(MODEL, CLAUSES, records, inputs)
        ids = [item.id for item in first.items.values() if item.status == "approved" and item.id not in self.unreviewed]
        reviews = review_now(first.graph, ids, on="2026-10-01", role="quality")
        return assess(MODEL, CLAUSES, records, replace(inputs, reviews=reviews))

    def with_item(self, item_id: str, **changes: object) -> Case:
        return replace(self, items={**self.items, item_id: {**self.items.get(item_id, {}), **changes}})


_FILES = {"records/report.txt": FileFact(exists=True, sha256=HASH), "records/absent.txt": FileFact(exists=False)}


def _records(items: Items) -> list[Record]:
    return [
        record(item_id, item, 100 * n + 1)
        for n, (item_id, item) in enumerate(sorted(items.items()))
        if item["type"] != "result"
    ]


def _turned(values: list[Record] | list[Report], shuffle: int) -> list[Record] | list[Report]:
    """The values in another order, the same for the same number."""
    return [value for _key, value in sorted(enumerate(values), key=lambda entry: (entry[0] * shuffle) % 101)]


def _targets(name: str, item_id: str) -> list[str]:
    allowed = MODEL.links[name].targets
    found = [other for other, item in _KINDS.items() if item["type"] in allowed and other != item_id]
    return found + (list(CLAUSES.clauses) if "clause" in allowed else []) + (["REL-1"] if "release" in allowed else [])


def random_case(seed: int, *, proof: bool = True) -> Case:
    """Random links, statuses, fields and results; ``proof=False`` leaves out all results and evidence.

    One seed rather than a hundred draws: generation is quick, and the seed alone repeats a failure.
    """
    draw = Random(seed)
    items: Items = {"REL-1": _RELEASE}
    density = draw.choice([0.3, 0.6, 0.9])
    for item_id, template in _KINDS.items():
        kind = template["type"]
        if kind == "evidence" and not proof:
            continue
        item = {**template, "status": draw.choice(_STATUSES), "links": {}}
        if item["status"] in ("retired", "rejected"):
            item["status_reason"] = "Replaced."
        for name, values in _OPEN.get(kind, {}).items():
            item[name] = draw.choice(values)
        for name, link in MODEL.links.items():
            targets = _targets(name, item_id) if kind in link.sources and name != "supersedes" else []
            chosen = draw.sample(targets, min(len(targets), draw.randint(1, 2))) if draw.random() < density else []
            if chosen and (proof or "EVD-1" not in chosen):
                item["links"][name] = chosen
        items[item_id] = item
    for number in range(1, draw.randint(0, 4) + 1 if proof else 0):
        items[f"RES-{number}"] = random_result(draw)
    return Case(items, frozenset(draw.sample(sorted(_KINDS), draw.choice([0, 0, 3]))))


def random_result(draw: Random, *outcomes: str) -> dict[str, object]:
    return result(
        draw.choice(["TST-1", "TST-2"]),
        outcome=draw.choice(
            outcomes or ("passed", "passed", "passed", "failed", "skipped", "flaky", "passed_with_deviation")
        ),
        version_under_test=draw.choice(["2.1", "2.1", "2.1", "2.0", "v2.1", ""]),
        environment=draw.choice(["bench", "bench", "in vitro"]),
        executed_on=draw.choice(["2026-11-01", "2026-11-02", "2026-01-01", "2026-11-24"]),
        case=draw.choice(["one", "two"]),
        build_hash=draw.choice(["", HASH, "sha256:" + "2" * 64]),
    )


SEEDS = st.integers(0, 2**32 - 1)
cases = SEEDS.map(random_case)


def improved(before: Trace, after: Trace) -> list[str]:
    """Items with a better verdict than before; results have no lasting id and are judged one by one."""
    return [
        f"{item_id}: {before.verdict(item_id)} became {after.verdict(item_id)}"
        for item_id in before.items
        if before.items[item_id].type != "result" and after.verdict(item_id).rank > before.verdict(item_id).rank
    ]


def test_fold_is_commutative_associative_and_idempotent() -> None:
    for a, b, c in itertools.product(Verdict, repeat=3):
        assert fold((a, b)) is fold((b, a))
        assert fold((fold((a, b)), c)) is fold((a, fold((b, c)))) is fold((a, b, c))
        assert fold((a, a)) is fold((a,))


@RANDOM
@given(case=cases, seed=SEEDS)
def test_a_failing_result_never_improves_a_verdict(case: Case, seed: int) -> None:
    failing = random_result(Random(seed), "failed", "error")
    assert improved(case.trace(), case.with_item("RES-9", **failing).trace()) == []


@RANDOM
@given(case=cases, seed=SEEDS)
def test_a_failed_test_of_anything_never_improves_a_verdict(case: Case, seed: int) -> None:
    targets = Random(seed).sample(_targets("verifies", "TST-9"), 2)
    more = case.with_item("TST-9", **verification("penetration", targets)).with_item(
        "RES-9", **result("TST-9", outcome="failed")
    )
    after = more.trace()
    assert improved(case.trace(), after) == []
    assert {after.verdict(target) for target in targets} <= {Verdict.FAILED, Verdict.INACTIVE}


@RANDOM
@given(case=cases)
def test_only_a_decision_makes_an_item_not_applicable(case: Case) -> None:
    trace = case.trace()
    for item_id in _KINDS:
        if trace.verdict(item_id) is Verdict.NOT_APPLICABLE:
            decisions = trace.graph.targets(item_id, "decided_by")
            assert "not_applicable" in [decision.text("kind") for decision in decisions], item_id


@RANDOM
@given(case=cases, item_id=st.sampled_from(sorted(_KINDS)))
def test_nothing_is_closed_by_a_status_that_gives_no_reason(case: Case, item_id: str) -> None:
    assume(_KINDS[item_id]["type"] != "decision")
    before = case.trace()
    after = case.with_item(item_id, status="retired", status_reason="").trace()
    for other in before.items:
        if other != item_id and before.items[other].type != "result" and after.verdict(other).is_closed:
            assert before.verdict(other).is_closed, other


@RANDOM
@given(case=cases)
def test_taking_a_proof_out_of_force_never_improves_what_rests_on_it(case: Case) -> None:
    """A retired failure no longer counts, and that is right; a retired proof must always be missed."""
    before = case.trace()
    for item_id, item in _KINDS.items():
        if before.verdict(item_id) is Verdict.VERIFIED and item.get("kind") != "not_applicable":
            after = case.with_item(item_id, status="retired", status_reason="Replaced.").trace()
            assert [f"{item_id}: verified became inactive"] == improved(before, after)


@RANDOM
@given(case=cases, item_id=st.sampled_from(["DEC-1", "DEC-2", "DEC-3", "EVD-1"]))
def test_an_expiry_never_improves_a_verdict(case: Case, item_id: str) -> None:
    assume(case.items[item_id].get("kind") != "not_applicable")
    field = "valid_until" if item_id == "EVD-1" else "expires_on"
    still, past = case.with_item(item_id, **{field: "2027-01-01"}), case.with_item(item_id, **{field: "2026-11-22"})
    assert improved(still.trace(), past.trace()) == []


@RANDOM
@given(case=cases, shuffle=st.integers(2, 100))
def test_the_order_of_files_and_records_never_matters(case: Case, shuffle: int) -> None:
    """Not even for two items of one id: the one in the earlier place counts."""
    doubles = [record("CTL-1", {**_KINDS["CTL-1"], "title": f"Double {line}"}, line) for line in (999, 1, 500)]
    case = replace(case, doubles=tuple(doubles))
    one, two = case.trace(), case.trace(shuffle=shuffle)
    assert json_writer.document(Dossier(one), "") == json_writer.document(Dossier(two), "")


@RANDOM
@given(case=SEEDS.map(lambda seed: random_case(seed, proof=False)))
def test_links_without_results_or_records_prove_nothing_however_they_run(case: Case) -> None:
    """Circles included: what must be shown is never verified by items that only refer to one another."""
    trace = case.trace()
    for item_id in ("CTL-1", "CTL-2", "REQ-1", "REQ-2", "REQ-3", "TST-1", "TST-2", "LAB-1"):
        assert trace.verdict(item_id) is not Verdict.VERIFIED, item_id


@RANDOM
@given(case=cases)
def test_every_verdict_that_is_open_says_why(case: Case) -> None:
    for item_id, judgement in case.trace().judgements.items():
        if not judgement.verdict.is_closed:
            assert judgement.reasons, item_id
            assert judgement.reasons[0].text


@RANDOM
@given(case=cases)
def test_trace_json_is_valid_and_reads_back_as_written(case: Case) -> None:
    dossier = Dossier(case.trace())
    with TemporaryDirectory() as folder:
        path = Path(folder, "trace.json")
        json_writer.write(path, dossier, "Project 1")
        assert load_trace(path) == json_writer.document(dossier, "Project 1")


_DIGEST = st.integers(0, 16**32 - 1).map(lambda number: f"sha256:{number:032x}")
_ID = st.one_of(
    st.sampled_from(["on", "no", "null", "true", "Y"]), st.from_regex(r"[A-Z]{1,4}-[0-9]{1,3}", fullmatch=True)
)
_REVIEW = st.builds(
    Review,
    fingerprint=_DIGEST,
    on=st.dates().map(lambda day: day.isoformat()),
    role=st.sampled_from(MODEL.types["asset"].fields["owner_role"].values),
    links=st.dictionaries(_ID, _DIGEST, max_size=3),
)


@RANDOM
@given(st.dictionaries(_ID, _REVIEW, max_size=4))
def test_review_records_read_back_as_written(reviews: dict[str, Review]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "reviews.yaml")
        review_file.write(path, reviews)
        assert review_file.read(path, "reviews.yaml") == reviews


_HOSTILE = st.one_of(
    st.sampled_from(
        [
            '=HYPERLINK("http://x.invalid")',
            "+1+1",
            "-2",
            "@SUM(A1)",
            "\t=1",
            "<script>alert(1)</script>",
            "]]>",
            "{{ 7*7 }}",
        ]
    ),
    st.sampled_from(
        [
            "_x003D_1",
            "1e400",
            "007",
            "12345678901234567890",
            "TRUE",
            "#REF!",
            "'",
            '"',
            "a,b;c",
            "${x}",
            "%s",
            "\\",
            "NaN",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60),
)
_TEXTS = {
    type_.name: [
        field.name
        for field in type_.fields.values()
        if field.kind == "text" and not field.pattern and not field.by_reader
    ]
    for type_ in MODEL.types.values()
    if type_.origin != "catalogue" and type_.name != "result"
}


def _is_kept(text: str) -> bool:
    """Texts that an author can mean: no control or direction-changing characters, blanks as one space."""
    return bool(text) and not BIDI.search(text) and not CONTROL.search(text) and " ".join(text.split()) == text


@settings(max_examples=25, deadline=None, derandomize=True)
@given(kind=st.sampled_from(sorted(_TEXTS)), texts=st.lists(_HOSTILE.filter(_is_kept), min_size=20, max_size=20))
def test_hostile_text_in_any_field_comes_out_as_the_same_text(kind: str, texts: list[str]) -> None:
    wanted = dict(zip(_TEXTS[kind], texts, strict=False))
    title = texts[-1]
    inputs = Inputs(files=_FILES)
    records = _records({"X-1": full(kind, **wanted, title=title)})
    dossier = Dossier(assess(MODEL, CLAUSES, records, inputs), [(kind,)])
    found = next(entry for entry in json_writer.document(dossier, "")["items"] if entry["id"] == "X-1")
    assert (found["title"], {name: found["fields"].get(name) for name in wanted}) == (title, wanted)
    with TemporaryDirectory() as folder:
        path = Path(folder, "dossier.xlsx")
        xlsx.write(path, dossier, title, href=lambda _id: None, epoch=None)
        book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    shown = {str(cell.value) for cell in cells}
    assert {title, f"X-1 {title}"} <= shown
