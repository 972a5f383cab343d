"""The XML form of CycloneDX in, the shape of its JSON form out, so that one schema and one reader serve both."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from xml.etree.ElementTree import Element

from ...xmlfile import line, tag
from ..opened import Opened
from .schemas import NAMESPACE

MAX_DEPTH = 64
_REMEDY = "Write the file again with the tool that made it."
#: Elements that only hold others of one kind; in JSON they are arrays.
_WRAPPERS = {
    **{f"{name}s": (name,) for name in ("component", "service", "author", "lifecycle")},
    **dict.fromkeys(("ancestors", "descendants", "variants"), ("component",)),
    **{f"{name}s": (name,) for name in ("commit", "rating", "cwe", "response", "composition", "endpoint", "version")},
    **{f"{name}s": (name,) for name in ("cryptoFunction", "cipherSuite", "algorithm", "identifier", "tag")},
    **{f"{name}s": (name,) for name in ("certificateExtension", "relatedCryptographicAsset")},
    "hashes": ("hash",),
    "licenses": ("license", "expression", "expression-detailed"),
    "externalReferences": ("reference",),
    "references": ("reference", "url"),
    "properties": ("property",),
    "patches": ("patch",),
    "resolves": ("issue",),
    "vulnerabilities": ("vulnerability",),
    "advisories": ("advisory",),
    "affects": ("target",),
    "assemblies": ("assembly",),
    "dependencies": ("dependency",),
    **{f"{name}s": (name,) for name in ("citation", "pointer", "expression")},
    "tlsGroups": ("group",),
    "tlsSignatureSchemes": ("signatureScheme",),
}
_WRAPPERS_HERE = {("service", "data"): ("classification",), ("evidence", "copyright"): ("text",)}
#: Elements that may stand several times without a wrapper; arrays in JSON, by the element that holds them.
_REPEATED = {
    **{
        (owner, name): name
        for owner in ("supplier", "manufacturer", "manufacture", "provider")
        for name in ("url", "contact")
    },
    ("component", "omniborId"): "omniborId",
    ("component", "swhid"): "swhid",
    ("algorithmProperties", "certificationLevel"): "certificationLevel",
    ("certificateProperties", "certificateState"): "certificateState",
    ("protocolProperties", "cryptoRef"): "cryptoRefArray",
    **{("ikev2TransformTypes", name): name for name in ("encr", "prf", "integ", "ke", "auth")},
}
_RENAMED = {
    "responses": "response",
    "content-type": "contentType",
    "license-identifier": "licenseIdentifier",
}
#: Key of the text of an element that JSON writes as an object; ``text`` is an attachment save in ``copyright``.
_TEXT_KEY = {
    "property": "value",
    "classification": "classification",
    "hash": "content",
    "fingerprint": "content",
    "text": "content",
}
#: Elements that are objects even where they are empty.
_OBJECTS = {
    "supplier",
    "manufacturer",
    "manufacture",
    "provider",
    "contact",
    "metadata",
    "pedigree",
    "evidence",
    "swid",
} | {
    *("component", "service", "license", "source", "analysis", "tool", "lifecycle", "commit", "patch", "issue"),
    *("diff", "composition", "vulnerability", "rating", "target", "cryptoProperties", "distributionConstraints"),
}
_NUMBERS = {"cwe", "score", "classicalSecurityLevel", "nistQuantumSecurityLevel", "size", "keyLength", "tagVersion"}
_TRUTHS = {"modified", "authenticated", "x-trust-boundary", "isExternal", "esn"}
_TIMES = {
    "timestamp",
    "created",
    "published",
    "updated",
    "rejected",
    "firstIssued",
    "lastUpdated",
    "notValidBefore",
} | {
    *("notValidAfter", "creationDate", "activationDate", "deactivationDate", "revocationDate", "destructionDate"),
    *("updateDate", "expirationDate"),
}
#: Not taken over: nobody here uses it; counted.
_LEFT = {"annotations", "formulation", "declarations", "definitions", "modelCard", "releaseNotes"} | {
    *("licensing", "details", "identity", "occurrences", "callstack", "proofOfConcept", "credits", "patentAssertions"),
    *("dataflow", "external-references"),
}
#: What such a thing is counted for, where it is not the element that holds it.
_OWNERS = {"expression-detailed": "license", "data": "service"}
#: Attributes of CycloneDX; extensions may add others, with or without a namespace.
_ATTRIBUTES = {
    "bom-ref",
    "type",
    "mime-type",
    "alg",
    "name",
    "ref",
    "serialNumber",
    "version",
    "content-type",
    "encoding",
} | {
    *("tagId", "tagVersion", "patch", "flow", "acknowledgement", "expression", "isExternal", "license-identifier"),
}
_WITHOUT_ZONE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?")
_WHOLE = re.compile(r"[+-]?\d{1,18}")
_DECIMAL = re.compile(r"[+-]?\d{1,18}(\.\d{1,18})?")


class Converter:
    """Turns one document over; ``lines`` and ``left`` say what its JSON form does not.

    :param opened: the file.
    """

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.root = opened.xml
        self.lines: dict[int, int] = {}
        self.left: Counter[tuple[str, str]] = Counter()
        self.timestamp = ""
        namespace, _, name = str(self.root.tag)[1:].rpartition("}")
        self.version = namespace.removeprefix(NAMESPACE) if namespace.startswith(NAMESPACE) else None
        if self.version is None or name != "bom":
            raise opened.fail("is no CycloneDX document: its root is no <bom>.", _REMEDY, line(self.root))
        self.home = f"{{{namespace}}}"

    def document(self) -> dict[str, Any]:
        """The document in the shape of the JSON form, not yet checked by its schema.

        :raises InputError: an element stands twice or in a list of others, or the nesting is too deep.
        """
        data = self._object(self.root, 1)
        data = {"bomFormat": "CycloneDX", "specVersion": self.version, **data}
        if "version" in data:
            data["version"] = _number(data["version"])
        self.lines[id(data)] = line(self.root)
        return data

    def _value(self, element: Element, owner: str, depth: int) -> Any:
        name = tag(element)
        if depth > MAX_DEPTH:
            raise self.opened.fail(f"is nested deeper than {MAX_DEPTH} levels.", _REMEDY, line(element))
        if name == "tools" and any(tag(child) != "tool" for child in element):
            return self._object(element, depth)
        if name == "tools" or name in _WRAPPERS or (owner, name) in _WRAPPERS_HERE:
            return self._list(element, owner, depth)
        if len(element) or name in _OBJECTS or owner == "authors" or name in _TEXT_KEY or self._attributes(element):
            return self._object(element, depth)
        return _text(element, owner)

    def _list(self, element: Element, owner: str, depth: int) -> list[Any]:
        name = tag(element)
        allowed = _WRAPPERS.get(name) or _WRAPPERS_HERE.get((owner, name), ("tool",))
        found: list[Any] = []
        self.lines[id(found)] = line(element)
        for child in self._children(element):
            kind = tag(child)
            if kind not in allowed:
                raise self.opened.fail(f"has <{kind}> in <{name}>.", _REMEDY, line(child))
            if name in ("dependencies", "assemblies", "vulnerabilities") and owner == "composition":
                found.append(child.get("ref", ""))
            elif name == "dependencies":
                found += self._dependencies(child, depth + 1)
            elif kind == "license":
                found.append({"license": self._object(child, depth + 1)})
            elif kind == "expression" and name == "licenses":
                found.append({"expression": (child.text or "").strip(), **self._attributes(child)})
            elif name == "copyright":
                found.append({"text": (child.text or "").strip()})
            else:
                found.append(self._value(child, name, depth + 1))
        if (
            name == "licenses"
            and self.version != "1.7"
            and len(found) > 1
            and any("expression" in one for one in found)
        ):
            raise self.opened.fail("has an expression beside other licences.", _REMEDY, line(element))
        return found

    def _object(self, element: Element, depth: int) -> dict[str, Any]:
        name = tag(element)
        found = self._attributes(element)
        others = sum(key not in _ATTRIBUTES and key[0] not in "\0{" for key in element.attrib)
        if others:
            self.left["", "attributes of no meaning in CycloneDX"] += others
        self.lines[id(found)] = line(element)
        for child in self._children(element):
            key = tag(child)
            if (name, key) in _REPEATED:
                found.setdefault(_REPEATED[name, key], []).append(self._value(child, name, depth + 1))
                continue
            value = self._value(child, name, depth + 1)
            key = _RENAMED.get(key, key)
            if key in found:
                raise self.opened.fail(f"has <{tag(child)}> twice in one <{name}>.", _REMEDY, line(child))
            found[key] = value
        text = (element.text or "").strip()
        if name == "metadata":
            self.timestamp = next((child.text or "" for child in element if tag(child) == "timestamp"), "").strip()
        if name in _TEXT_KEY:
            found[_TEXT_KEY[name]] = text
        elif text:
            raise self.opened.fail(f"has text in <{name}>, which holds elements only.", _REMEDY, line(element))
        return found

    def _dependencies(self, element: Element, depth: int) -> list[dict[str, Any]]:
        """An entry of the dependency graph, and those that stand inside it."""
        found: list[dict[str, Any]] = [{**self._attributes(element)}]
        self.lines[id(found[0])] = line(element)
        if depth > MAX_DEPTH:
            raise self.opened.fail(f"is nested deeper than {MAX_DEPTH} levels.", _REMEDY, line(element))
        for child in self._children(element):
            key = {"dependency": "dependsOn", "provides": "provides"}.get(tag(child))
            if key is None:
                raise self.opened.fail(f"has <{tag(child)}> in <dependency>.", _REMEDY, line(child))
            found[0].setdefault(key, []).append(child.get("ref", ""))
            if len(child):
                found += self._dependencies(child, depth + 1)
        return found

    def _children(self, element: Element) -> list[Element]:
        """Elements of CycloneDX that are taken over; others are counted."""
        name = tag(element)
        found = []
        for child in element:
            key = tag(child)
            if not str(child.tag).startswith(self.home):
                self.left["", "elements of other namespaces"] += 1
            elif key in _LEFT or (name, key) == ("component", "data"):
                several = name == "bom" and key != "definitions" and len(child)
                at, what = ("component", f"evidence {key}") if name == "evidence" else (_OWNERS.get(name, name), key)
                self.left[at, what] += several or 1
            else:
                found.append(child)
        return found

    def _attributes(self, element: Element) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in element.attrib.items():
            if key not in _ATTRIBUTES:
                continue
            text: Any = value.strip()
            if key in ("isExternal", "patch"):
                text = _truth(text)
            found[_RENAMED.get(key, key)] = _number(text) if key in _NUMBERS else text
        return found


def _text(element: Element, owner: str) -> Any:
    name, text = tag(element), (element.text or "").strip()
    if name in _NUMBERS or (owner, name) == ("ke", "group"):
        return _number(text)
    if name in _TRUTHS:
        return _truth(text)
    if name in _TIMES and _WITHOUT_ZONE.fullmatch(text):
        return f"{text}Z"  # XML allows a time without its zone, JSON does not
    return text


def _truth(text: str) -> Any:
    return {"true": True, "1": True, "false": False, "0": False}.get(text, text)


def _number(text: Any) -> Any:
    """A number where there is one; otherwise the text, which the schema then refuses."""
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
