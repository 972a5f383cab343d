"""How to break a sound file so that one given rule speaks: a recipe for each kind, driven by the rule's own data."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from sphinx_aimd.tracemodel import RuleSpec
from tests.sound_dhf import Items, full
from tests.trace_builder import MODEL


def broken(spec: RuleSpec, items: Items) -> Items:
    """A copy of sound items with one fault that the rule is about.

    :raises LookupError: the sound file has nothing in the scope of the rule, or its kind has no recipe.
    """
    items = copy.deepcopy(items)
    if spec.kind not in _RECIPES:
        raise LookupError(f"add a recipe for the kind {spec.kind} to {__name__}")
    _RECIPES[spec.kind](spec, items)
    return items


def in_scope(spec: RuleSpec, items: Items) -> str:
    """Id of the first item that the rule looks at."""
    for item_id, item in sorted(items.items()):
        values = {name: item.get(name, "").split(", ") for name in spec.where}
        if item["type"] in spec.types and all(set(values[name]) & set(spec.where[name]) for name in spec.where):
            return item_id
    raise LookupError(f"no item of the sound file is in the scope of {spec.id}; add one to tests/sound_dhf.py")


def cut(items: Items, item_id: str, hop: str) -> None:
    """Remove all links of an item by one hop, whichever end they are written at."""
    link, forwards = MODEL.arrow(hop.rstrip("?"))
    if forwards:
        items[item_id]["links"].pop(link.name, None)
        return
    for item in items.values():
        left = [target for target in item["links"].pop(link.name, []) if target != item_id]
        if left:
            item["links"][link.name] = left


def _linked(items: Items, item_id: str, hop: str) -> Iterator[str]:
    link, forwards = MODEL.arrow(hop)
    for other, item in items.items():
        if item_id in item["links"].get(link.name, []) and not forwards:
            yield other
    if forwards:
        yield from items[item_id]["links"].get(link.name, [])


def _first_link(spec: RuleSpec, items: Items, hops: list[str]) -> tuple[str, str, str]:
    """An item in scope that has a link by one of the hops, the hop, and what it leads to."""
    for item_id in sorted(items):
        for hop in hops:
            if items[item_id]["type"] in spec.types:
                for target in sorted(_linked(items, item_id, hop)):
                    if items.get(target, {}).get("status"):
                        return item_id, hop, target
    raise LookupError(f"the sound file has none of the links of {spec.id}")


def _cut_link(spec: RuleSpec, items: Items) -> None:
    cut(items, in_scope(spec, items), spec.params["link"])


def _cut_first_hop(spec: RuleSpec, items: Items) -> None:
    cut(items, in_scope(spec, items), spec.params["hops"][0])


def _empty_field(spec: RuleSpec, items: Items) -> None:
    items[in_scope(spec, items)][spec.params["fields"][0]] = ""


def _take_value(spec: RuleSpec, items: Items) -> None:
    in_scope(spec, items)
    name = spec.params["field"]
    value = (spec.params.get("values") or MODEL.types[spec.params["types"][0]].fields[name].values)[0]
    other = next(v for v in MODEL.types[spec.params["types"][0]].fields[name].values if v != value)
    for item in items.values():
        if item["type"] in spec.params["types"]:
            item[name] = ", ".join(part for part in item[name].split(", ") if part != value) or other


def _wrong_number(spec: RuleSpec, items: Items) -> None:
    for item_id in [item_id for item_id, item in items.items() if item["type"] in spec.params["types"]]:
        for name in spec.params.get("where", {}):
            items[item_id][name] = "false"
        items[item_id]["status"] = "draft" if spec.params.get("where") else "retired"


def _set_value(spec: RuleSpec, items: Items) -> None:
    items[in_scope(spec, items)][spec.params["field"]] = spec.params["values"][0]


def _unequal(spec: RuleSpec, items: Items) -> None:
    left = spec.params["left"] if isinstance(spec.params["left"], str) else spec.params["left"][0]
    item = items[in_scope(spec, items)]
    field = MODEL.types[item["type"]].fields[left]
    low, high = ("1990-01-01", "2190-01-01") if field.kind == "date" else (field.values[0], field.values[-1])
    item[left] = {"le": high, "ge": low}[spec.params["op"]]


def _past_date(spec: RuleSpec, items: Items) -> None:
    items[in_scope(spec, items)][spec.params["field"]] = "1990-01-01"


def _date_ahead(spec: RuleSpec, items: Items) -> None:
    item = items[in_scope(spec, items)]
    fields = MODEL.types[item["type"]].fields.values()
    item[next(field.name for field in fields if field.dated == "record" and not field.by_reader)] = "2190-01-01"


def _late(spec: RuleSpec, items: Items) -> None:
    items[in_scope(spec, items)][spec.params["to"]] = "2190-01-01"


def _lower_verdict(spec: RuleSpec, items: Items) -> None:
    if "clause" in spec.types:
        for item in items.values():
            item["links"].pop("satisfies", None)
    else:
        items[in_scope(spec, items)]["approver_role"] = ""


def _change_target_status(spec: RuleSpec, items: Items) -> None:
    _item, _hop, target = _first_link(spec, items, spec.params["links"])
    wrong = next(status for status in MODEL.statuses if status not in spec.params["allowed"])
    items[target].update(status=wrong, status_reason="No longer needed.")


def _make_suspect(spec: RuleSpec, items: Items) -> None:
    item_id, _hop, target = _first_link(spec, items, spec.params["links"])
    items[item_id]["suspect"] = [target]


def _never_review(spec: RuleSpec, items: Items) -> None:
    items[in_scope(spec, items)]["unreviewed"] = "yes"


def _leave_only(spec: RuleSpec, items: Items) -> None:
    item_id, hop = in_scope(spec, items), spec.params["hops"][0]
    cut(items, item_id, hop)
    link, _forwards = MODEL.arrow(hop)
    weak = next(other for other, item in items.items() if item["type"] in spec.params["types"])
    items[weak]["links"][link.name] = [item_id]


def _stand_alone(spec: RuleSpec, items: Items) -> None:
    items["TRN-9"] = full("training")


def _circle(spec: RuleSpec, items: Items) -> None:
    items["REQ-8"] = full("requirement", {spec.params["links"][0]: ["REQ-9", "CTL-1"]}, level="user_need")
    items["REQ-9"] = full("requirement", {spec.params["links"][0]: ["REQ-8"]}, level="user_need")


def _empty_required(spec: RuleSpec, items: Items) -> None:
    items["TRN-1"]["effectiveness"] = ""


def _change_file(spec: RuleSpec, items: Items) -> None:
    items[in_scope(spec, items)][spec.params["hash"]] = "sha256:" + "1" * 64


def _fail(spec: RuleSpec, items: Items) -> None:
    items["RES-1"]["outcome"] = "failed"


def _cite_ended(spec: RuleSpec, items: Items) -> None:
    """The clause C-ENDED of the sound file's catalogue is no longer in force."""
    items["REQ-1"]["links"][spec.params["link"]] = ["C-ENDED"]


def _against_method(spec: RuleSpec, items: Items) -> None:
    """A level that does not follow, or an acceptance that the level does not allow."""
    item = items[in_scope(spec, items)]
    if "level" in spec.params["about"]:
        item["level_before"] = "low"
    else:
        item.update(exploitability_after="high", severity_after="serious", level_after="high")


def _drop_class(spec: RuleSpec, items: Items) -> None:
    name = spec.params["field"]
    for item in items.values():
        if item["type"] in spec.params["types"]:
            item[name] = item[name].rpartition(", ")[0]


def _other_family(spec: RuleSpec, items: Items) -> None:
    name = "MD5" if "weak" in spec.params else "RSA-2048" if "state" in spec.params else "Own cipher"
    items[in_scope(spec, items)][spec.params["algorithm"]] = name


#: Kinds about something that items cannot break; test_applicability.py, test_review_import.py,
#: test_document_approval.py and test_security_chain.py break them.
BEYOND_ITEMS = frozenset({"data-recent", "profile", "applicable", "document-approval", "reviewer-comment"})


def _part_flow(spec: RuleSpec, items: Items) -> None:
    """An asset of another zone: left out of the view, joined to nothing, or joined as if there were no boundary."""
    view, flow, problem = in_scope(spec, items), "IFC-1", spec.params["problem"]
    items["AST-OTHER"] = full("asset", kind="programmer", zone="elsewhere")
    if problem != "end-not-shown":
        items[view]["links"]["shows"].append("AST-OTHER")
    if problem != "unconnected":
        items[flow]["links"]["connects"].append("AST-OTHER")
        items[flow]["trust_boundary"] = "false"


def _isolate(spec: RuleSpec, items: Items) -> None:
    """An asset in a zone of its own that a view shows and no interface reaches."""
    items["AST-ALONE"] = full("asset", kind="programmer", zone="elsewhere")
    items["VIW-1"]["links"]["shows"].append("AST-ALONE")


def _against_rubric(spec: RuleSpec, items: Items) -> None:
    """The rubric says that no network reaches it and nobody has to touch it, the vector that somebody has to."""
    item = items[in_scope(spec, items)]
    item[spec.params["answers"]] = "XAVN=no, XAVP=no"
    item["cvss_v31"] = "CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
    item.pop("cvss_v30", None)


_RECIPES: dict[str, Callable[[RuleSpec, Items], Any]] = {
    "acyclic": _circle,
    "algorithm-family": _other_family,
    "compare": _unequal,
    "count": _wrong_number,
    "covers-values": _take_value,
    "data-flow": _part_flow,
    "date-not-past": _past_date,
    "date-reached": _date_ahead,
    "file-hash": _change_file,
    "in-force": _cite_ended,
    "not-only": _leave_only,
    "not-suspect": _make_suspect,
    "orphan": _stand_alone,
    "rating-follows-method": _against_method,
    "reachable": _cut_first_hop,
    "required-by-status": _empty_required,
    "required-field": _empty_field,
    "required-link": _cut_link,
    "result-passed": _fail,
    "reviewed": _never_review,
    "rubric-agrees": _against_rubric,
    "stride-per-element": _drop_class,
    "target-status": _change_target_status,
    "value-not": _set_value,
    "verdict-at-least": _lower_verdict,
    "view-drawn": _empty_field,
    "within-days": _late,
    "zone-crossed": _isolate,
}
