"""Trust boundaries: what crosses each, what answers the crossing, and zones that nothing crosses into."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sphinx_aimd import rules
from sphinx_aimd.model.item import Finding, Severity
from sphinx_aimd.model.trace import Trace
from sphinx_aimd.model.verdict import Verdict
from sphinx_aimd.views.methods import OF_METHODS
from sphinx_aimd.views.table import Cell
from tests.sound_dhf import Items, full, sound
from tests.trace_builder import MODEL, catalogue, trace_of

CLAUSES = catalogue(C_1="control")
CLASSES = MODEL.types["threat"].fields["stride"].values


def system() -> Items:
    """A body and a clinic that one interface joins, with threats of all classes; a magnet from outside."""
    items = sound()
    items["AST-1"]["zone"] = "body"
    items["AST-2"] = full("asset", {"part_of": ["REL-1"]}, kind="programmer", zone="clinic")
    items["AST-3"] = full("asset", {"part_of": ["AST-2"]}, kind="data", zone="")
    items["IFC-1"]["endpoints"] = "Hand magnet"
    items["IFC-2"] = full("interface", {"connects": ["AST-3", "AST-1"]}, trust_boundary="true")
    items["THR-2"] = full("threat", {"threatens": ["IFC-2"]}, stride=", ".join(CLASSES[:5]))
    items["THR-3"] = full("threat", {"threatens": ["IFC-2"]}, stride=CLASSES[5])
    items["VIW-1"]["links"]["shows"] += ["AST-2", "IFC-2"]
    return items


def alone(**decision: str) -> Items:
    """The same with an archive that a view shows and no interface reaches."""
    items = system()
    items["AST-0"] = full("asset", {"part_of": ["AST-4"]}, kind="data", controlled_by="third_party")
    items["AST-4"] = full("asset", kind="cloud_service", controlled_by="third_party")
    items["AST-5"] = full("asset", kind="cloud_service", controlled_by="third_party")
    items["VIW-1"]["links"]["shows"] += ["AST-5"]
    if decision:
        own = {"kind": "not_applicable", "expires_on": "", "need": "zone-is-crossed", "justification": "Paper only."}
        items["DEC-2"] = full("decision", {"decides": ["AST-4"]}, **own) | decision
    return items


def assessed(items: Items, gate: str = "release") -> Trace:
    return trace_of(items, CLAUSES, gate=gate)


def found(trace: Trace, rule: str = "zone-is-crossed") -> list[Finding]:
    return [finding for finding in rules.run(trace) if finding.rule == rule]


def rows(trace: Trace, boundary: str) -> list[dict[str, Cell]]:
    view = OF_METHODS["trust-boundaries"](trace)
    names = [column.name for column in view.columns]
    return [dict(zip(names, row, strict=True)) for row in view.rows if row[0].text == boundary]


def states(trace: Trace) -> dict[str, str]:
    return {row[0].text: row[1].text for row in OF_METHODS["trust-boundaries"](trace).rows}


def test_a_boundary_with_full_answers_shows_crossing_views_and_threats_with_their_verdicts() -> None:
    trace = assessed(system())
    assert states(trace) == {"body - clinic": "threats", "body - outside of the assets": "threats"}
    first, second = rows(trace, "body - clinic")
    assert first["interface"].text == "IFC-2 Title of IFC-2"
    assert first["interface"].verdict is trace.verdict("IFC-2")
    assert (first["says"].text, first["view"].target, second["view"].text) == ("crossed", "VIW-1", "")
    assert [(row["threat"].target, row["threat"].verdict) for row in (first, second)] == [
        (name, trace.verdict(name)) for name in ("THR-2", "THR-3")
    ]
    assert not first["classes"].text
    assert found(trace) == []
    view = OF_METHODS["trust-boundaries"](trace)
    facets = {facet.name: facet.values for facet in view.facets}
    assert facets["zone"][-1] == ("body", "clinic")
    assert "2 trust boundaries, crossed by 2 interfaces in force: 2 with threats, 0 decided, 0 with gaps" in view.scope
    (grid,) = [row for row in OF_METHODS["stride-elements"](trace).rows if row[0].target == "IFC-2"]
    assert grid[-1].text == "0"


def test_a_rejected_threat_answers_with_its_reason_alone_and_a_decision_answers_its_class() -> None:
    items = system()
    items["THR-3"]["status"] = "rejected"
    trace = assessed(items)
    assert states(trace)["body - clinic"] == "gap"
    first, second = rows(trace, "body - clinic")
    assert first["classes"].text == "gap: elevation of privilege"
    assert second["threat"].text == "THR-3 Title of THR-3; rejected without a reason, so it answers nothing"
    assert second["threat"].verdict is Verdict.INACTIVE

    items["THR-3"]["status_reason"] = "No path."
    trace = assessed(items)
    assert states(trace)["body - clinic"] == "threats"
    assert rows(trace, "body - clinic")[1]["threat"].text.endswith("set aside: No path.")

    del items["THR-3"]
    need = "interface-stride-complete/elevation_of_privilege"
    items["DEC-2"] = full("decision", {"decides": ["IFC-2"]}, kind="not_applicable", expires_on="", need=need)
    trace = assessed(items)
    assert states(trace)["body - clinic"] == "threats"
    assert rows(trace, "body - clinic")[0]["classes"].target == "DEC-2"
    items["DEC-2"]["status"] = "draft"
    assert states(assessed(items))["body - clinic"] == "gap"


def test_decisions_alone_are_no_threats_and_an_interface_out_of_force_crosses_nothing() -> None:
    items = system()
    items["THR-2"]["links"] = items["THR-3"]["links"] = {"threatens": ["AST-2"]}
    items["DEC-2"] = full(
        "decision", {"decides": ["IFC-2"]}, kind="not_applicable", expires_on="", need="interface-stride-complete"
    )
    assert states(assessed(items))["body - clinic"] == "decided"
    items["IFC-2"] |= {"status": "retired", "status_reason": "Removed."}
    trace = assessed(items)
    assert states(trace) == {"body - outside of the assets": "threats", "clinic": "gap"}
    assert [finding.item for finding in found(trace)] == ["AST-2"]


def test_what_no_rule_asks_about_is_no_answer() -> None:
    trace = assessed(system())
    unasked = replace(trace, graph=replace(trace.graph, model=replace(MODEL, rules=())))
    assert set(states(unasked).values()) == {"no rule asks"}
    assert "2 that no rule asks about" in OF_METHODS["trust-boundaries"](unasked).scope


def test_a_zone_that_nothing_crosses_into_is_one_finding_at_its_first_own_asset() -> None:
    items = alone()
    trace = assessed(items)
    (finding,) = found(trace)
    # AST-0 is first by id and only a part; the zone is that of the assets that state it
    assert finding.item == "AST-4"
    assert finding.message == "AST-4: no interface of the file crosses into its zone of trust, third party."
    assert finding.location.line == trace.items["AST-4"].lines["controlled_by"]
    assert (finding.severity, found(assessed(items, "report"))[0].severity) == (Severity.WARNING, Severity.INFO)
    (row,) = rows(trace, "third party")
    assert (row["state"].text, row["boundary"].target, row["view"].target) == ("gap", "AST-4", "VIW-1")
    assert "1 of 3 zones that no interface crosses into" in OF_METHODS["trust-boundaries"](trace).scope
    # what no view shows is asked for its view first, and stays a gap in the table
    items["VIW-1"]["links"]["shows"].remove("AST-5")
    trace = assessed(items)
    assert found(trace) == []
    assert rows(trace, "third party")[0]["view"].text == "in no view"


@pytest.mark.parametrize(
    ("own", "state"),
    [
        ({"status": "approved"}, "decided"),
        ({"status": "draft"}, "gap"),
        ({"need": "threats-for-every-element"}, "gap"),
        ({"expires_on": "2020-01-01", "kind": "waiver"}, "gap"),
    ],
)
def test_only_a_decision_in_force_explains_a_zone(own: dict[str, str], state: str) -> None:
    trace = assessed(alone(**own))
    (row,) = rows(trace, "third party")
    assert row["state"].text == state
    assert bool(found(trace)) == (state == "gap")
    assert (row["classes"].text == "DEC-2 Paper only.") == (state == "decided")


@pytest.mark.parametrize(
    ("own", "state"),
    [
        # an open end: it says that it crosses, does not say, says that it does not
        ({"links": {"connects": ["AST-5"]}, "trust_boundary": "true"}, {"third party - outside of the assets": "gap"}),
        ({"links": {"connects": ["AST-5"]}, "trust_boundary": ""}, {"third party - not known": "gap"}),
        ({"links": {"connects": ["AST-5"]}, "trust_boundary": "false"}, {}),
        # joins zones and does not say so
        ({"links": {"connects": ["AST-5", "AST-2"]}, "trust_boundary": ""}, {"clinic - third party": "gap"}),
        ({"links": {"connects": ["AST-5", "AST-2"]}, "trust_boundary": "false"}, {"clinic - third party": "gap"}),
        # inside the zone
        ({"links": {"connects": ["AST-5", "AST-4"]}, "trust_boundary": "true"}, {"third party (inside a zone)": "gap"}),
        ({"links": {"connects": ["AST-5", "AST-0"]}, "trust_boundary": "false"}, {}),
        # an end that is out of force or does not exist, and no end at all
        ({"links": {"connects": ["AST-5", "AST-6"]}, "trust_boundary": "true"}, {"third party - not known": "gap"}),
        ({"links": {"connects": ["AST-9", "AST-5"]}, "trust_boundary": "true"}, {"third party - not known": "gap"}),
        ({"links": {}, "trust_boundary": "true"}, {"not known": "gap"}),
    ],
)
def test_what_an_interface_says_and_joins_decides_where_its_boundary_lies(
    own: dict[str, Any], state: dict[str, str]
) -> None:
    items = alone()
    items["AST-6"] = full("asset", kind="cloud_service", zone="elsewhere", status_reason="Gone.") | {
        "status": "retired"
    }
    items["IFC-3"] = full("interface") | own
    trace = assessed(items)
    known = {"body - clinic": "threats", "body - outside of the assets": "threats"}
    is_crossed = bool(state.keys() & {"third party - outside of the assets", "clinic - third party"})
    assert states(trace) == {**known, **state, **({} if is_crossed else {"third party": "gap"})}
    # a link to nothing is the error; that the zone stands alone follows from it
    is_dangling = "AST-9" in own["links"].get("connects", ())
    assert len(found(trace)) == (0 if is_crossed or is_dangling else 1)
    said = {row[2].target: row[3].text for row in OF_METHODS["trust-boundaries"](trace).rows}.get("IFC-3", "")
    if own["links"].get("connects") == ["AST-5", "AST-2"]:
        assert said == {"": "not stated", "false": "not crossed; its ends lie in two zones"}[own["trust_boundary"]]
    if "AST-6" in own["links"].get("connects", ()):
        assert said == "crossed; AST-6 is retired"


def test_where_all_lies_in_one_zone_a_boundary_inside_it_or_to_the_outside_is_asked_for() -> None:
    items = system()
    for name in ("AST-1", "AST-2"):
        items[name]["zone"] = "clinic"
    items["IFC-1"]["trust_boundary"] = items["IFC-2"]["trust_boundary"] = "false"
    trace = assessed(items)
    assert states(trace) == {"clinic": "gap"}
    assert [finding.item for finding in found(trace)] == ["AST-1"]
    assert "2 interfaces that cross none" in OF_METHODS["trust-boundaries"](trace).scope
    items["IFC-2"]["trust_boundary"] = "true"
    trace = assessed(items)
    assert states(trace) == {"clinic (inside a zone)": "threats"}
    assert found(trace) == []


def test_an_asset_that_states_no_zone_is_a_gap_and_its_crossing_proves_none() -> None:
    items = system()
    items["AST-2"] |= {"zone": "", "controlled_by": ""}
    trace = assessed(items)
    assert states(trace) == {
        "body - outside of the assets": "threats",
        "zone not stated - body": "gap",
        "zone not stated": "gap",
    }
    assert rows(trace, "zone not stated")[0]["classes"].text == "gap: AST-2, AST-3 state no zone"
    assert found(trace) == []


def test_an_interface_with_ends_in_three_zones_crosses_each_boundary() -> None:
    items = alone()
    items["IFC-2"]["links"]["connects"].append("AST-5")
    assert states(assessed(items)) == {
        "body - clinic": "threats",
        "body - outside of the assets": "threats",
        "body - third party": "threats",
        "clinic - third party": "threats",
    }
