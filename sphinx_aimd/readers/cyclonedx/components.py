"""Components of a CycloneDX document in, neutral ones out, nested ones too, with dependencies and completeness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...model.bom import BomComponent
from .crypto import crypto_asset
from .document import Document
from .left import Left, used
from .properties import Supported, supported

#: Aggregates of compositions that claim completeness; all others say that something may be missing.
_COMPLETE = "complete"
_DEPENDENCIES_UNKNOWN = "dependencies_unknown"
_USED = used(
    *("type", "bom-ref", "name", "version", "group", "purl", "cpe", "hashes", "copyright", "description", "components"),
    *("properties", "cryptoProperties"),
    author={},
    authors=used("name"),
    publisher={},
    supplier=used("name"),
    manufacturer=used("name"),
    licenses=used("expression", "acknowledgement", license=used("id", "name", "acknowledgement")),
    evidence=used(copyright=used("text")),
)


class Components:
    """Components of one document.

    :param document: a valid document.
    :param left: takes what is not used.
    """

    def __init__(self, document: Document, left: Left) -> None:
        self.document, self.left = document, left
        self.by_ref: dict[str, BomComponent] = {}
        self.parts: dict[str, list[str]] = {}
        self.support: dict[str, Supported] = {}
        self._stated = set(self._refs())
        self._numbers: Counter[str] = Counter()
        self._subject_ref = ""
        self._subject_ref = self._add_subject(document.data.get("metadata", {}))
        self._add_all(document.data.get("components", ()), "")
        self._connect()
        self.subject = self.by_ref.get(self._subject_ref)
        self.components = [found for ref, found in self.by_ref.items() if ref != self._subject_ref]

    def _add_subject(self, metadata: dict[str, Any]) -> str:
        """The product that the document describes; its makers may stand beside it."""
        subject = metadata.get("component")
        makers = {"supplier": _name(metadata.get("supplier")), "manufacturer": _name(metadata.get("manufacture"))}
        if not subject:
            for key, name in makers.items():
                self.left.add(f"{key} of a product that is not named", bool(name))
            return ""
        ref = self._add(subject)
        found = self.by_ref[ref]
        self.by_ref[ref] = replace(
            found,
            supplier=found.supplier or makers["supplier"],
            manufacturer=found.manufacturer or makers["manufacturer"],
        )
        self._add_all(subject.get("components", ()), ref)
        return ref

    def _refs(self) -> Iterator[str]:
        """All ``bom-ref`` that the document states for components, so that none made up is one of them."""
        todo = [
            self.document.data.get("metadata", {}).get("component") or {},
            *self.document.data.get("components", ()),
        ]
        while todo:
            entry = todo.pop()
            if "bom-ref" in entry:
                yield entry["bom-ref"]
            todo += entry.get("components", ())

    def _add_all(self, entries: Any, parent: str) -> None:
        todo = [(entry, parent) for entry in reversed(entries)]
        while todo:
            entry, parent = todo.pop()
            if self._is_subject(entry):
                self.left.add("repetitions of the subject")
                ref = self._subject_ref
            else:
                ref = self._add(entry)
                if parent:
                    self.parts.setdefault(parent, []).append(ref)
            todo += [(part, ref) for part in reversed(entry.get("components", ()))]

    def _is_subject(self, entry: dict[str, Any]) -> bool:
        """Whether a component repeats the subject, as some tools write it: same ``bom-ref``, name and version."""
        subject = self.by_ref.get(self._subject_ref)
        if subject is None or entry.get("bom-ref") != subject.ref or self.document.form != "JSON":
            return False
        return (entry["name"], entry.get("version", "")) == (subject.name, subject.version)

    def _add(self, entry: dict[str, Any]) -> str:
        ref = entry["bom-ref"] if "bom-ref" in entry else self._made_up(entry)
        facts = supported(entry)
        self.left.add("properties of components", len(entry.get("properties", ())) - facts.number)
        self.left.unused("components", entry, _USED)
        crypto, secrets = crypto_asset(entry.get("cryptoProperties"))
        self.left.add("values of cryptographic material, which are not copied", secrets)
        component = BomComponent(
            ref=ref,
            kind=entry["type"],
            name=entry["name"],
            version=entry.get("version", ""),
            supplier=self._maker(entry, "supplier", "publisher"),
            manufacturer=self._maker(entry, "manufacturer", "authors", "author"),
            group=entry.get("group", ""),
            purl=entry.get("purl", ""),
            cpe=entry.get("cpe", ""),
            hashes=tuple(f"{digest['alg']}:{digest['content']}" for digest in entry.get("hashes", ())),
            licences=tuple(_licences(entry)),
            copyright=entry.get("copyright") or _found_copyright(entry),
            description=entry.get("description", ""),
            support_level=facts.level,
            support_level_text=facts.level_text,
            end_of_support=facts.until,
            end_of_support_text=facts.until_text,
            crypto=crypto,
            location=self.document.location(entry),
        )
        self._check_ref(component)
        self.support[ref] = facts
        self.by_ref.setdefault(ref, component)
        return ref

    def _check_ref(self, component: BomComponent) -> None:
        """Refuse an empty ref, and one of two components; the JSON schema, not that of XML, lets one stand twice."""
        first = self.by_ref.get(component.ref)
        if component.ref and first is None:
            return
        if first and self.document.form == "JSON" and replace(component, location=first.location) == first:
            self.left.add("repeated components")
            return
        what = "has an empty bom-ref."
        if first:
            what = f"has the bom-ref {component.ref[:80]!r} twice, first on line {first.location.line}."
        remedy = "Give each component a bom-ref of its own."
        raise self.document.opened.fail(what, remedy, component.location.line)

    def _made_up(self, entry: dict[str, Any]) -> str:
        """A ref for a component that states none: its purl, or its name and version, with a number where needed."""
        base = entry.get("purl") or "@".join(text for text in (entry["name"], entry.get("version", "")) if text)
        base = ref = base or entry["type"]
        while ref in self._stated:
            self._numbers[base] += 1
            ref = f"{base}#{self._numbers[base] + 1}"
        self._stated.add(ref)
        return ref

    def _maker(self, entry: dict[str, Any], *keys: str) -> str:
        """The first of these that is stated.

        A publisher stands for a missing supplier (NTIA, Survey of Existing SBOM Formats and Standards, 2021), authors
        for a missing manufacturer (CycloneDX 1.6: who created a component by hand).
        """
        found = [(key, name) for key in keys if (name := _name(entry.get(key)))]
        for key, _ in found[1:]:
            self.left.add(f"components with {key} beside the {found[0][0]}")
        return found[0][1] if found else ""

    def _connect(self) -> None:
        """Add dependencies and what the document says of their completeness."""
        data = self.document.data
        others = _other_refs(data)
        depends: dict[str, dict[str, None]] = {ref: dict.fromkeys(parts) for ref, parts in self.parts.items()}
        dangling = set()
        for entry in data.get("dependencies", ()):
            ref = entry["ref"]
            self.left.add("provisions of the dependency graph", len(entry.get("provides", ())))
            targets = entry.get("dependsOn", ())
            if ref not in self.by_ref:
                what = (
                    "dependencies of services" if ref in others else "dependencies of a ref that the file does not hold"
                )
                self.left.add(what, len(targets) or (ref not in others))
                continue
            for target in targets:
                if target == ref:
                    self.left.add("dependencies of a component on itself")
                elif target in self.by_ref:
                    depends.setdefault(ref, {})[target] = None
                elif target in others:
                    self.left.add("dependencies on services")
                else:
                    dangling.add(ref)
                    self.left.add("dependencies on a ref that the file does not hold")
        completeness = self._completeness()
        for ref, component in self.by_ref.items():
            known = self.support[ref].known_unknown or completeness.get(ref, "")
            if ref in dangling and known in ("", _COMPLETE):
                known = _DEPENDENCIES_UNKNOWN  # what is not in the file is not known from it
            self.by_ref[ref] = replace(component, known_unknown=known, depends_on=tuple(depends.get(ref, ())))

    def _completeness(self) -> dict[str, str]:
        """Known unknowns by ref. The worst of several statements holds.

        Only a statement on dependencies makes them complete: one on assemblies is about the parts inside a component.
        """
        found: dict[str, str] = {}
        for composition in self.document.data.get("compositions", ()):
            complete = composition["aggregate"] == _COMPLETE
            said = [ref for ref in composition.get("dependencies", ()) if ref in self.by_ref]
            parts = [ref for ref in composition.get("assemblies", ()) if ref in self.by_ref]
            if not composition.get("dependencies") and not composition.get("assemblies"):
                what = "compositions without a component"
                self.left.add(what)
                said = (
                    [self._subject_ref]
                    if self._subject_ref and not complete and "vulnerabilities" not in composition
                    else []
                )
            elif complete and parts and not said:
                self.left.add("compositions in which only assemblies are complete")
            if complete:
                for ref in said:
                    found.setdefault(ref, _COMPLETE)
            else:
                found.update(dict.fromkeys((*said, *parts), _DEPENDENCIES_UNKNOWN))
        return found


def _name(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(name for name in map(_name, value) if name)
    text = value.get("name", "") if isinstance(value, dict) else value or ""
    return str(text)


def _licences(entry: dict[str, Any]) -> Iterator[str]:
    """Licences, only the concluded ones where some are called so."""
    entries = entry.get("licenses", ())
    concluded = [
        one for one in entries if "concluded" in (one.get("acknowledgement"), _inner(one).get("acknowledgement"))
    ]
    for one in concluded or entries:
        text = one.get("expression") or _inner(one).get("id") or _inner(one).get("name")
        if text:
            yield text


def _inner(entry: dict[str, Any]) -> dict[str, Any]:
    inner: dict[str, Any] = entry.get("license", {})
    return inner


def _found_copyright(entry: dict[str, Any]) -> str:
    return "; ".join(found["text"] for found in entry.get("evidence", {}).get("copyright", ()) if found.get("text"))


def _other_refs(data: dict[str, Any]) -> set[str]:
    """Refs of what is no component and may stand in the dependency graph: services, and parts of other documents."""
    found: set[str] = set()
    todo = list(data.get("services", ()))
    while todo:
        service = todo.pop()
        found.add(service.get("bom-ref", ""))
        todo += service.get("services", ())
    return found
