"""A Threagile model (YAML) or the list of risks that Threagile makes of it (JSON) in; elements and threats out."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..model.imported import ImportedModel, ModelElement, ModelThreat
from ..model.values import is_date
from .known import NOTHING, Known
from .opened import Opened
from .threat_document import Document, Node, of_json, of_yaml
from .threat_words import classes, ends_in, source_of, told_apart, weaknesses

_MARK = re.compile(r"^[\"']?threagile_version[\"']?\s*:", re.MULTILINE)
_ROLES = {"external-entity": "actor", "process": "process", "datastore": "store"}
#: Protocols that Threagile itself holds to be encrypted, beside those whose name ends in -encrypted.
_ENCRYPTED = frozenset(("https", "wss", "ssh", "ssh-tunnel", "ftps", "sftp", "scp", "ldaps"))
#: Elements that a risk may name, in the order of Threagile's own ids.
_AT = ("technical_asset", "communication_link", "trust_boundary", "shared_runtime", "data_asset")
_MARKUP = re.compile(r"</?(?:b|i|u|em|strong|br|p)\s*/?>", re.IGNORECASE)
#: Entries of risk tracking with wildcards, times risks, at most: each is compared with each.
MAX_COMPARED = 500_000


def is_mine(opened: Opened) -> bool:
    """Whether the file is a model of Threagile, or a list of risks as it writes them."""
    if ends_in(opened, ".json"):
        data = opened.json
        first = data[0] if isinstance(data, list) and data else None
        return isinstance(first, dict) and {"synthetic_id", "category"} <= set(first)
    return ends_in(opened, ".yaml", ".yml") and _MARK.search(opened.text) is not None


def read(opened: Opened, known: Known = NOTHING) -> tuple[ImportedModel, ...]:
    """Read a model or a list of risks.

    :raises InputError: it is malformed, of an unknown version, or spread over several files.
    """
    if ends_in(opened, ".json"):
        return (_risks(opened, known),)
    document = of_yaml(opened)
    root = document.root()
    version = root.text("threagile_version")
    if not re.fullmatch(r"1(\.\d{1,3}){0,2}", version):
        raise root.fail(
            f"is of the Threagile version {version[:20]!r}; version 1 is known.", "Save it for Threagile 1."
        )
    if root.texts("includes"):
        raise root.fail("includes other files, which are not read.", "Write the whole model into one file.")
    if not root.value.get("technical_assets"):
        raise root.fail("holds no technical assets.", "Name the file that holds the whole model.")
    title = root.line_text("title")
    date = root.text("date")
    elements = tuple(_elements(root))
    _check_keys(root, elements)
    threats = tuple(_with_keys([*_tracked(root, document, [*_threats(root)])], document))
    source = source_of(
        opened,
        known,
        document,
        f"Threagile {version} YAML",
        about=title,
        elements=elements,
        threats=threats,
        date=date if is_date(date) else "",
    )
    model = ImportedModel(
        source=source, title=title, elements=elements, threats=threats, prefix=known.prefix, ids=known.ids
    )
    return (model,)


def _plain(text: str) -> str:
    """Text without the simple marks that Threagile puts into titles."""
    return " ".join(_MARKUP.sub("", text).split())


def _elements(root: Node) -> Iterator[ModelElement]:
    holders: dict[str, str] = {}
    boundaries = []
    for title, node in root.entries("trust_boundaries", "trust boundaries"):
        key = node.text("id") or title
        boundaries.append((title, key, node))
        for name in (*node.texts("technical_assets_inside"), *node.texts("trust_boundaries_nested")):
            if holders.setdefault(name, key) != key:
                raise node.fail(f"holds {name[:60]!r}, which another trust boundary holds.", "Keep it in one of them.")
    for title, key, node in boundaries:
        yield ModelElement(
            key=key,
            role="boundary",
            name=title,
            kind=node.line_text("type"),
            description=node.text("description"),
            boundary=holders.get(key, ""),
            location=node.place,
        )
    for title, node in root.entries("data_assets", "data assets"):
        yield ModelElement(
            key=node.text("id") or title,
            role="data",
            name=title,
            description=node.text("description"),
            location=node.place,
        )
    for title, node in root.entries("technical_assets", "technical assets"):
        yield from _asset(title, node, holders)


def _asset(title: str, node: Node, holders: Mapping[str, str]) -> Iterator[ModelElement]:
    key = node.text("id") or title
    word = node.text("type")
    if word not in _ROLES:
        known = ", ".join(_ROLES)
        message = f"has a technical asset of the type {word[:40]!r}, expected one of {known}."
        raise node.fail(message, "Correct the type.")
    encryption = node.line_text("encryption")
    yield ModelElement(
        key=key,
        role=_ROLES[word],
        name=title,
        kind=", ".join(filter(None, (word, node.line_text("technology"), *node.texts("technologies")))),
        description=node.text("description"),
        boundary=holders.get(key, ""),
        is_encrypted="" if encryption == "none" else encryption,
        out_of_scope=node.flag("out_of_scope") == "true",
        reason_out_of_scope=node.text("justification_out_of_scope"),
        location=node.place,
    )
    for name, link in node.entries("communication_links", "communication links"):
        protocol, vpn = link.line_text("protocol"), link.flag("vpn") == "true"
        by_protocol = protocol in _ENCRYPTED or protocol.endswith("-encrypted")
        means = ((by_protocol, f"by the protocol {protocol}"), (vpn, "by a VPN"))
        yield ModelElement(
            key=f"{key}>{re.sub('[^a-z0-9]+', '-', name.lower()).strip('-')}",  # as Threagile itself does
            role="flow",
            name=name,
            kind="communication link",
            description=link.text("description"),
            ends=(key, link.word("target")),
            protocol=protocol,
            is_encrypted=" and ".join(words for holds, words in means if holds),
            is_authenticated=link.line_text("authentication"),
            location=link.place,
        )


def _check_keys(root: Node, elements: tuple[ModelElement, ...]) -> None:
    seen = set[str]()
    for element in elements:
        if element.key in seen:
            message = f"has the id {element.key[:60]!r} twice."
            raise root.document.opened.fail(message, "Give each element an id of its own.", element.location.line)
        seen.add(element.key)


def _categories(root: Node) -> Iterator[tuple[str, Node]]:
    """Risk categories of the model; newer files list them with a title, older ones name them by it."""
    for name in ("individual_risk_categories", "custom_risk_categories"):
        if isinstance(root.value.get(name), list):
            yield from ((node.line_text("title"), node) for node in root.objects(name, "risk categories"))
        else:
            yield from root.entries(name, "risk categories")


def _threats(root: Node) -> Iterator[ModelThreat]:
    for title, category in _categories(root):
        own = category.text("id") or title
        word = category.line_text("stride")
        stride, class_text, scheme = classes("", [word] if word else [])
        text = "\n\n".join(filter(None, (category.text("description"), category.text("impact"))))
        measures = "\n\n".join(filter(None, (category.text("action"), category.text("mitigation"))))
        cwe = category.text("cwe")
        for name, risk in category.entries("risks_identified", "risks"):
            at = [found for found in (risk.text(f"most_relevant_{kind}") for kind in _AT) if found]
            root.document.spend(text, measures)
            yield ModelThreat(
                key="@".join((own, *at)),
                title=_plain(name),
                element=at[0] if at else "",
                also=tuple(at[1:]),
                stride=stride,
                class_text=class_text or ("" if stride else own),
                scheme=scheme or ("" if stride else "Threagile"),
                description=text,
                mitigation=measures,
                severity=_severity(risk),
                cwes=weaknesses(f"CWE-{cwe}") if cwe.isdigit() else (),
                location=risk.place,
            )


def _with_keys(threats: list[ModelThreat], document: Document) -> Iterator[ModelThreat]:
    """Threats with keys of their own; the ids of Threagile are those of the places, so two risks may share one."""
    keys = told_apart([(threat.key, threat.title) for threat in threats], document, "threats")
    yield from (replace(threat, key=key) for threat, key in zip(threats, keys, strict=True))


def _severity(risk: Node) -> str:
    names = ("exploitation_likelihood", "exploitation_impact", "data_breach_probability")
    rated = [f"{name.replace('_', ' ')} {risk.line_text(name)}" for name in names if risk.text(name)]
    severity = risk.line_text("severity")
    return f"{severity} ({', '.join(rated)})".strip() if rated else severity


def _tracked(root: Node, document: Document, threats: list[ModelThreat]) -> Iterator[ModelThreat]:
    exact: dict[str, str] = {}
    patterns: list[tuple[str, str]] = []
    for key, node in root.entries("risk_tracking", "entries of risk tracking"):
        more = ", ".join(filter(None, (node.text("ticket"), node.text("date"))))
        state = ": ".join(filter(None, (node.line_text("status"), node.line_text("justification"))))
        state = f"{state} ({more})" if more else state
        if "*" in key:
            patterns.append((key, state))
        else:
            exact[key] = state
    if len(patterns) * len(threats) > MAX_COMPARED:
        raise root.fail("has too many entries of risk tracking with wildcards.", "Write the ids of the risks out.")
    used = set[str]()
    for threat in threats:
        own = threat.key
        hits = [(key, state) for key, state in patterns if _matches(key, own)]
        if own in exact:
            hits.insert(0, (own, exact[own]))
        used.update(key for key, _state in hits)
        yield replace(threat, state=hits[0][1] if hits else "")
    orphans = len(exact) + len(patterns) - len(used)
    if orphans:
        document.left.add("entries of risk tracking for risks that are not in this file", orphans)


def _matches(pattern: str, key: str) -> bool:
    """Whether a risk's id fits a pattern, in which ``*`` stands for text between two ``@``."""
    wanted, parts = pattern.split("@"), key.split("@")
    return len(wanted) == len(parts) and all(
        part == want or bool(part and fnmatch.fnmatchcase(part, re.sub(r"([?\[])", r"[\1]", want)))
        for want, part in zip(wanted, parts, strict=True)
    )


def _risks(opened: Opened, known: Known) -> ImportedModel:
    document = of_json(opened)
    if not isinstance(document.data, list):
        raise opened.fail("is no list of risks.", "Name the file risks.json that Threagile writes.")
    made = []
    for place, value in enumerate(document.data):
        if not isinstance(value, dict):
            raise document.fail((place,), "has a risk that is no object.")
        risk = document.node(value, (place,), "risks")
        at = [found for found in (risk.text(f"most_relevant_{kind}") for kind in _AT) if found]
        threat = ModelThreat(
            key=risk.word("synthetic_id"),
            title=_plain(risk.line_text("title")),
            element=at[0] if at else "",
            also=tuple(at[1:]),
            class_text=risk.word("category"),
            scheme="Threagile",
            description="\n\n".join(_plain(text) for text in risk.texts("risk_explanation")),
            state=risk.line_text("risk_status"),
            severity=_severity(risk),
            location=risk.place,
        )
        made.append(threat)
    threats = tuple(_with_keys(made, document))
    source = source_of(
        opened, known, document, "Threagile 1 risks JSON", about=known.prefix, elements=(), threats=threats
    )
    return ImportedModel(source=source, title="", threats=threats, prefix=known.prefix, ids=known.ids)
