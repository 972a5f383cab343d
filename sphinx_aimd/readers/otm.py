"""An Open Threat Model (OTM), JSON or YAML, in; its components, data flows, zones, assets and threats out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ..model.imported import ImportedModel, ModelElement, ModelThreat
from .known import NOTHING, Known
from .opened import Opened
from .threat_document import Document, Node, of_json, of_yaml
from .threat_words import classes, ends_in, source_of, told_apart, weaknesses

_VERSION = re.compile(r"0\.[12](\.\d{1,3})?")
#: Elements by the role that they get: name of their list in the file, and what they are.
_PARTS = {
    "boundary": ("trustZones", "trust zones"),
    "process": ("components", "components"),
    "data": ("assets", "assets"),
    "flow": ("dataflows", "data flows"),
}
_KINDS = {"boundary": "trustZone", "process": "component"}
_MARK = re.compile(r"^[\"']?otmVersion[\"']?\s*:", re.MULTILINE)


def is_mine(opened: Opened) -> bool:
    """Whether the file states a version of OTM, or is named so."""
    if ends_in(opened, ".otm"):
        return True
    if ends_in(opened, ".json"):
        data = opened.json
        return isinstance(data, dict) and "otmVersion" in data
    return ends_in(opened, ".yaml", ".yml") and _MARK.search(opened.text) is not None


def read(opened: Opened, known: Known = NOTHING) -> tuple[ImportedModel, ...]:
    """Read a model.

    :raises InputError: it is malformed, of an unknown version, or refers to what it does not define.
    """
    is_json = ends_in(opened, ".json") or opened.raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    document = of_json(opened) if is_json else of_yaml(opened)
    root = document.root()
    version = root.text("otmVersion")
    if not _VERSION.fullmatch(version):
        what = f"is of the OTM version {version[:20]!r}" if version else "states no otmVersion"
        raise root.fail(f"{what}; versions 0.1 and 0.2 are known.", "Export it as OTM 0.2.")
    project = root.object("project")
    title = project.word("name")
    project.asked.add("id")
    parts = {role: [*root.objects(name, kind)] for role, (name, kind) in _PARTS.items()}
    keys = _keys(parts, document)
    elements = tuple(_elements(parts, keys))
    threats = tuple(_threats(root, document, parts, keys))
    model = ImportedModel(
        source=source_of(
            opened,
            known,
            document,
            f"OTM {version} {'JSON' if is_json else 'YAML'}",
            about=title,
            elements=elements,
            threats=threats,
        ),
        title=title,
        elements=elements,
        threats=threats,
        prefix=known.prefix,
        ids=known.ids,
    )
    return (model,)


def _by_id(nodes: Iterable[Node]) -> dict[str, Node]:
    """Objects by their id.

    :raises InputError: two have one.
    """
    found: dict[str, Node] = {}
    for node in nodes:
        own = node.word("id")
        if own in found:
            raise node.fail(f"has the id {own[:60]!r} twice among its {node.kind}.", "Give each an id of its own.")
        found[own] = node
    return found


def _keys(parts: Mapping[str, list[Node]], document: Document) -> dict[tuple[str, str], str]:
    """Key of each element by its role and id; elements of different roles may share an id."""
    names = [(own, role) for role, nodes in parts.items() for own in _by_id(nodes)]
    found = told_apart(names, document, "elements")
    return {(role, own): key for (own, role), key in zip(names, found, strict=True)}


def _elements(parts: Mapping[str, list[Node]], keys: Mapping[tuple[str, str], str]) -> Iterator[ModelElement]:
    zones = _zones(parts["process"], parts["boundary"])
    for role, nodes in parts.items():
        for node in nodes:
            own = node.word("id")
            zone = zones.get((_KINDS.get(role, ""), own), "")
            outside, reason = _scope(node)
            yield ModelElement(
                key=keys[role, own],
                role=role,
                name=node.line_text("name"),
                kind=node.line_text("type"),
                description=node.text("description"),
                ends=_ends(node, keys) if role == "flow" else (),
                boundary=keys["boundary", zone] if zone else "",
                is_bidirectional=role == "flow" and node.flag("bidirectional") == "true",
                out_of_scope=outside,
                reason_out_of_scope=reason,
                location=node.place,
            )


def _ends(node: Node, keys: Mapping[tuple[str, str], str]) -> tuple[str, str]:
    """Keys of both ends, which may be components or whole trust zones."""
    source, target = (
        next((keys[role, name] for role in ("process", "boundary") if (role, name) in keys), name)
        for name in (node.text("source"), node.text("destination"))
    )
    return source, target


def _scope(node: Node) -> tuple[bool, str]:
    """Whether the Microsoft tool, from which such files are made, holds the element to be out of scope, and why."""
    properties = node.value.get("properties")
    if not isinstance(properties, dict) or properties.get("Out Of Scope") not in ("true", "True", True):
        return False, ""
    reason = properties.get("Reason For Out Of Scope")
    return True, " ".join(reason.split()) if isinstance(reason, str) else ""


def _zones(components: list[Node], zones: list[Node]) -> dict[tuple[str, str], str]:
    """Id of the trust zone around each component and zone, through the components between them.

    :raises InputError: a parent is not defined, or something lies inside itself.
    """
    nodes = {
        (kind, node.word("id")): node
        for kind, some in (("component", components), ("trustZone", zones))
        for node in some
    }
    parents: dict[tuple[str, str], tuple[str, str]] = {}
    for own, node in nodes.items():
        parent = node.object("parent", "parents")
        above = next(((kind, parent.text(kind)) for kind in ("trustZone", "component") if parent.text(kind)), None)
        if above is None:
            continue
        if above not in nodes:
            raise node.fail(f"has the parent {above[1][:60]!r}, which it does not define.", "Correct the parent.")
        parents[own] = above
    found: dict[tuple[str, str], str] = {}
    for start in parents:
        way, zone = [start], found.get(start, "")
        while not zone and way[-1] in parents and way[-1] not in found:
            above = parents[way[-1]]
            zone = above[1] if above[0] == "trustZone" else found.get(above, "")
            if above == start or len(way) > len(parents):
                raise nodes[start].fail("has an element that lies inside itself.", "Correct the parent.")
            way.append(above)
        found.update((place, zone) for place in way if place[0] == "component" or place == start)
    return found


def _threats(
    root: Node, document: Document, parts: Mapping[str, list[Node]], keys: Mapping[tuple[str, str], str]
) -> Iterator[ModelThreat]:
    threats = _by_id(root.objects("threats", "threats"))
    measures = _by_id(root.objects("mitigations", "mitigations"))
    named: list[tuple[str, str, Node]] = []
    for role in ("process", "flow"):
        for holder in parts[role]:
            for node in holder.objects("threats", "threats at elements"):
                threat = node.word("threat")
                if threat not in threats:
                    raise node.fail(
                        f"has the threat {threat[:60]!r}, which it does not define.", "Define it under threats."
                    )
                named.append((threat, keys[role, holder.word("id")], node))
    own = told_apart([(f"{threat}@{element}", "") for threat, element, _node in named], document, "threats")
    made = {name: _threat(node) for name, node in threats.items()}
    said = {name: _measure(node) for name, node in measures.items()}
    used = set[str]()
    for (threat, element, node), key in zip(named, own, strict=True):
        words: list[str] = []
        for measure in node.objects("mitigations", "mitigations at elements"):
            name, state = measure.word("mitigation"), measure.line_text("state").lower()
            if name not in said:
                raise measure.fail(f"has the mitigation {name[:60]!r}, which it does not define.", "Define it.")
            used.add(name)
            document.spend(said[name])
            words.append(f"{said[name]} ({state})" if state else said[name])
        document.spend(made[threat].description)
        state = node.line_text("state")
        yield replace(made[threat], key=key, element=element, state=state, mitigation="\n\n".join(words))
    found = {threat for threat, _element, _node in named}
    yield from (threat for name, threat in made.items() if name not in found)
    if len(measures) > len(used):
        document.left.add("mitigations that no threat names", len(measures) - len(used))


def _measure(node: Node) -> str:
    name, more = node.line_text("name"), node.text("description")
    return more if more.startswith(name) else " ".join(filter(None, (f"{name.rstrip('.')}.", more)))


def _threat(node: Node) -> ModelThreat:
    """A threat as the file defines it, at no element yet."""
    stride, class_text, scheme = classes("", node.texts("categories"))
    risk = node.object("risk", "risks")
    rated = [f"{name} {risk.line_text(name)}" for name in ("likelihood", "impact") if risk.text(name)]
    return ModelThreat(
        key=node.word("id"),
        title=node.line_text("name"),
        stride=stride,
        class_text=class_text,
        scheme=scheme,
        description=node.text("description"),
        severity=", ".join(rated),
        cwes=weaknesses(*(f"CWE-{text}" if text.isdigit() else text for text in node.texts("cwes"))),
        location=node.place,
    )
