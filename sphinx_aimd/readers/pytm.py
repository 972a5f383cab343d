"""The JSON that a pytm model writes in; its elements, data flows, boundaries, data and findings out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from ..model.imported import ImportedModel, ModelElement, ModelThreat
from .known import NOTHING, Known
from .opened import Opened
from .threat_document import Document, Node, of_json
from .threat_words import attacks, ends_in, source_of, told_apart, weaknesses

_ROLES = {
    "Actor": "actor",
    "ExternalEntity": "actor",
    "Datastore": "store",
    "Asset": "process",
    "Agent": "process",
    "Server": "process",
    "Lambda": "process",
    "LLM": "process",
    "Process": "process",
    "SetOfProcesses": "process",
}
#: Elements of one name at most that a finding may stand for.
MAX_ALIKE = 50
_NO_TLS = ("", "TLSVersion.NONE", "NONE", "0")


def is_mine(opened: Opened) -> bool:
    """Whether the file has the lists of a pytm model."""
    if not ends_in(opened, ".json"):
        return False
    data = opened.json
    return (
        isinstance(data, dict)
        and "name" in data
        and all(isinstance(data.get(name), list) for name in ("elements", "flows"))
    )


def read(opened: Opened, known: Known = NOTHING) -> tuple[ImportedModel, ...]:
    """Read a model.

    :raises InputError: it is malformed, or holds a class of elements that is not known.
    """
    document = of_json(opened)
    root = document.root()
    title = root.line_text("name")
    # what these lists hold stands in `elements`, too
    root.asked |= {"actors", "assets"}
    parts = {
        "element": [*root.objects("elements", "elements")],
        "flow": [*root.objects("flows", "flows")],
        "boundary": [*root.objects("boundaries", "boundaries")],
        "data": [*root.objects("data", "data")],
    }
    names = [(node.word("name"), _more(node, kind)) for kind, nodes in parts.items() for node in nodes]
    keys = iter(told_apart(names, document, "elements"))
    keyed = {kind: [(next(keys), node) for node in nodes] for kind, nodes in parts.items()}
    elements = tuple(_elements(keyed))
    threats = tuple(_threats(root, document, elements))
    model = ImportedModel(
        source=source_of(opened, known, document, "pytm JSON", about=title, elements=elements, threats=threats),
        title=title,
        elements=elements,
        threats=threats,
        prefix=known.prefix,
        ids=known.ids,
    )
    return (model,)


def _more(node: Node, kind: str) -> str:
    """What tells an element from one of the same name; pytm knows elements by their names alone."""
    return f"{node.word('source')} to {node.word('sink')}" if kind == "flow" else kind


def _elements(keyed: Mapping[str, list[tuple[str, Node]]]) -> Iterator[ModelElement]:
    of_name = {kind: {node.word("name"): key for key, node in reversed(pairs)} for kind, pairs in keyed.items()}
    for kind, pairs in keyed.items():
        for key, node in pairs:
            word = node.text("__class__") or ("Asset" if kind == "element" else "")
            role = _ROLES.get(word, "") if kind == "element" else kind
            if not role:
                message = f"has an element of the class {word[:40]!r}, which is not known."
                raise node.fail(message, "Write it with pytm 1.4.")
            boundary = node.text("inBoundary") if kind in ("element", "boundary") else ""
            if boundary and boundary not in of_name["boundary"]:
                raise node.fail(f"has the boundary {boundary[:60]!r}, which it does not define.", "Correct inBoundary.")
            ends: tuple[str, ...] = ()
            if kind == "flow":
                ends = tuple(of_name["element"].get(node.word(name), node.word(name)) for name in ("source", "sink"))
            encryption, authentication = _protection(node) if kind in ("flow", "element") else ("", "")
            yield ModelElement(
                key=key,
                role=role,
                name=node.line_text("name"),
                kind=word or kind,
                description=node.text("description"),
                ends=ends,
                boundary=of_name["boundary"].get(boundary, ""),
                protocol=node.line_text("protocol") if kind in ("flow", "element") else "",
                is_encrypted=encryption,
                is_authenticated=authentication,
                out_of_scope=node.flag("inScope") == "false" if kind != "data" else False,
                location=node.place,
            )


def _protection(node: Node) -> tuple[str, str]:
    """What an element or flow says of encryption and authentication, in words; a control that is off says nothing."""
    controls = node.object("controls", "controls")
    version = node.text("tlsVersion")
    encryption = (
        ("encrypted", controls.flag("isEncrypted") == "true"),
        ("encrypted at rest", controls.flag("isEncryptedAtRest") == "true"),
        (version.removeprefix("TLSVersion."), version not in _NO_TLS),
        ("by a VPN", "true" in (node.flag("usesVPN"), controls.flag("usesVPN"))),
    )
    scheme = controls.line_text("authenticationScheme")
    authentication = (
        (scheme, bool(scheme)),
        ("authenticates its source", controls.flag("authenticatesSource") == "true"),
        ("authenticates its destination", controls.flag("authenticatesDestination") == "true"),
    )
    encrypted, authenticated = (
        ", ".join(words for words, holds in means if holds) for means in (encryption, authentication)
    )
    return encrypted, authenticated


def _threats(root: Node, document: Document, elements: tuple[ModelElement, ...]) -> Iterator[ModelThreat]:
    of_name: dict[str, list[str]] = {}
    for element in elements:
        of_name.setdefault(element.name, []).append(element.key)
    found = [*_once(root.objects("findings", "findings"), "", document)]
    found += _once(root.objects("excluded_findings", "excluded findings"), "excluded", document)
    names = [(f"{node.word('threat_id')}@{node.line_text('target')}", state) for node, state in found]
    for (node, state), key in zip(found, told_apart(names, document, "findings"), strict=True):
        target = node.line_text("target")
        keys = of_name.get(target, [target] if target else [])
        if len(keys) > MAX_ALIKE:
            message = f"has a finding at {target[:60]!r}, the name of more than {MAX_ALIKE} elements."
            raise node.fail(message, "Give elements names of their own.")
        references = node.text("references")
        response = node.line_text("response")
        yield ModelThreat(
            key=key,
            title=node.line_text("description"),
            element=keys[0] if keys else "",
            also=tuple(keys[1:]),
            class_text=node.word("threat_id"),
            scheme="pytm",
            description=node.text("details"),
            mitigation=node.text("mitigations"),
            state=", ".join(filter(None, (state and _excluded(node), response))),
            severity=_severity(node),
            cwes=weaknesses(references),
            attack_ids=attacks(references),
            location=node.place,
        )


def _once(nodes: Iterable[Node], state: str, document: Document) -> Iterator[tuple[Node, str]]:
    """Findings; those of elements of one name are alike, and one of them stands for all these elements."""
    seen = set[str]()
    for node in nodes:
        node.asked.add("id")  # counts the findings of one run, and is another one in the next
        same = json.dumps({name: value for name, value in node.value.items() if name != "id"}, sort_keys=True)
        if same in seen:
            document.left.add("findings like another one at an element of the same name")
        else:
            seen.add(same)
            yield node, state


def _severity(node: Node) -> str:
    names = (("likelihood", "likelihood"), ("cvss", "CVSS"))
    more = [f"{words} {node.line_text(name)}" for name, words in names if node.text(name)]
    return ", ".join(filter(None, (node.line_text("severity"), *more)))


def _excluded(node: Node) -> str:
    """The assumption by which pytm leaves a finding out; newer versions write it as an object."""
    holder = node.object("assumption", "assumptions") if isinstance(node.value.get("assumption"), dict) else None
    name = node.line_text("assumption") if holder is None else holder.line_text("name")
    return f"excluded by the assumption {name!r}" if name else "excluded"
