"""SPDX 3 in (JSON-LD), a bill of materials and what its security profile says of vulnerabilities out."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..model.advisory import Advisory
from ..model.bom import Bom, BomComponent, Source
from ..model.item import Location
from . import support
from .known import Known
from .leftovers import Leftovers
from .opened import Opened
from .spdx3_licence import MAX_PARTS, TooMany, expression
from .spdx3_load import Elements, elements_of, ident, is_spdx3, kind_of, word
from .spdx3_vex import statements_of
from .spdx_parts import Relations, digest, lines_of, paragraphs, said
from .support import words

#: Relations that say "``from`` needs ``to``".
NEEDS = words(
    "dependsOn contains hasDynamicLink hasStaticLink hasOptionalDependency hasProvidedDependency hasPrerequisite "
    "hasOptionalComponent"
)
PACKAGES = {"software_Package": "", "ai_AIPackage": "ai", "dataset_DatasetPackage": "data"}
CONTENTS = {"software_File": "files", "software_Snippet": "snippets"}
#: What packages say beyond that, by the name of the property, in the plural.
UNUSED: Mapping[str, str] = {
    "software_downloadLocation": "download locations",
    "software_homePage": "home pages",
    "software_sourceInfo": "notes on the source",
    "comment": "comments on packages",
    "releaseTime": "release dates",
    "builtTime": "build dates",
    "externalRef": "lists of external references",
    "software_contentIdentifier": "lists of content identifiers",
}
#: Elements that are read where something refers to them.
_READ = words(
    "SpdxDocument software_Sbom Bom CreationInfo Person Organization SoftwareAgent Agent Tool Relationship "
    "LifecycleScopedRelationship Annotation security_Vulnerability simplelicensing_LicenseExpression "
    "expandedlicensing_ListedLicense expandedlicensing_CustomLicense expandedlicensing_IndividualLicensingInfo "
    "expandedlicensing_OrLaterOperator expandedlicensing_WithAdditionOperator expandedlicensing_ConjunctiveLicenseSet "
    "expandedlicensing_DisjunctiveLicenseSet expandedlicensing_ListedLicenseException "
    "expandedlicensing_CustomLicenseAddition simplelicensing_SimpleLicensingText"
)
_NONE, _NO_ASSERTION = "NoneElement", "NoAssertionElement"
_ID = re.compile(rb'"spdxId"\s{0,9}:\s{0,9}"([^"\\]{1,2000})"')


def is_mine(opened: Opened) -> bool:
    """Whether a file is JSON with the context of SPDX 3.

    :raises InputError: malformed JSON.
    """
    return opened.name.removesuffix(".gz").endswith((".json", ".jsonld")) and is_spdx3(opened.json)


def read(opened: Opened, known: Known) -> tuple[Bom | Advisory, ...]:
    """Read a document: packages become components, assessments of vulnerabilities statements.

    :raises InputError: a version or an element that the model of SPDX 3.0 does not know, a property that is missing
        or of another type, or ids that are not unique.
    """
    return _Reader(opened, known, elements_of(opened)).all()


class _Reader:
    def __init__(self, opened: Opened, known: Known, elements: Elements) -> None:
        self.opened, self.known, self.elements = opened, known, elements
        self.left = Leftovers()
        self.lines = lines_of(opened, _ID)
        self.packages = {ref: one for ref, one in elements.items() if kind_of(one) in PACKAGES}
        self.contents = {ref for ref, one in elements.items() if kind_of(one) in CONTENTS}
        documents = [one for one in elements.values() if kind_of(one) == "SpdxDocument"]
        self.document = documents[0] if documents else None
        self.sboms = [one for one in elements.values() if kind_of(one) in ("software_Sbom", "Bom")]
        self.described: list[str] = []
        self.licences: dict[str, dict[str, list[str]]] = {"hasConcludedLicense": {}, "hasDeclaredLicense": {}}

    def all(self) -> tuple[Bom | Advisory, ...]:
        relations = self.relations()
        needs = relations.dependencies(self.packages, self.contents, self.left)
        notes = self.notes()
        found = [
            self.component(one, notes.get(ref, ()), needs.get(ref, ()), relations.known_unknown(ref))
            for ref, one in self.packages.items()
        ]
        product = self.subject()
        subject = next((component for component in found if component.ref == product), None)
        self.count_rest()
        statements = statements_of(self.opened, self.elements, self.packages, self.serial, self.lines, self.left)
        source = self.source(subject, found, len(statements))
        read: list[Bom | Advisory] = []
        if found or not statements:
            read.append(self.bom(source, subject, found))
        if statements:
            read.append(Advisory(source=source, statements=tuple(make(source) for make in statements)))
        return tuple(read)

    def bom(self, source: Source, subject: BomComponent | None, found: Iterable[BomComponent]) -> Bom:
        info = self.info
        makers = [self.elements.get(ident(one), one) for one in getattr(info, "createdBy", ())]
        people = [one for one in makers if kind_of(one) != "SoftwareAgent"]
        tools = [one for one in makers if kind_of(one) == "SoftwareAgent"]
        tools += [self.elements.get(ident(one), one) for one in getattr(info, "createdUsing", ())]
        types = [word(kind) for sbom in self.sboms for kind in getattr(sbom, "software_sbomType", ())]
        return Bom(
            source=source,
            serial=self.serial,
            subject=subject,
            components=tuple(component for component in found if component is not subject),
            authors=_names(people),
            tools=_names(tools),
            timestamp=_time(getattr(info, "created", None)),
            generation=tuple(dict.fromkeys(types)),
            release=self.known.release,
        )

    def source(self, subject: BomComponent | None, found: list[BomComponent], statements: int) -> Source:
        counts = {
            "components": len(found) - (subject is not None),
            "dependencies": sum(len(component.depends_on) for component in found),
        }
        if statements:
            counts["statements"] = statements
        version = said(getattr(self.info, "specVersion", "")) or "3.0"
        name = said(getattr(self.document, "name", ""))
        return Source(
            path=self.opened.name,
            sha256=self.opened.sha256,
            kind="sbom" if found or not statements else "vex",
            format=f"SPDX {version} JSON-LD",
            date=_time(getattr(self.info, "created", None))[:10] or self.known.date,
            about=f"{subject.name} {subject.version}".strip() if subject else name,
            counts=counts,
            left=self.left.words(),
        )

    @property
    def serial(self) -> str:
        return ident(self.document) if self.document is not None else ""

    @property
    def info(self) -> Any:
        """Who made the document, when and with what; of the first element where the file names no document."""
        first = self.document or next(iter(self.sboms), None) or next(iter(self.packages.values()), None)
        info = getattr(first, "creationInfo", None)
        return self.elements.get(info, info) if isinstance(info, str) else info

    def relations(self) -> Relations:
        found = Relations()
        for relation in self.elements.values():
            if kind_of(relation) not in ("Relationship", "LifecycleScopedRelationship"):
                continue
            kind, start = word(relation.relationshipType), ident(relation.from_)
            ends = [ident(end) for end in relation.to]
            if kind in self.licences:
                self.licences[kind].setdefault(start, []).extend(ends)
            elif kind == "describes":
                self.described += ends
            elif kind not in NEEDS:
                if kind != "hasAssociatedVulnerability":
                    self.left.add(f"relations of the kind {kind}")
            elif word(getattr(relation, "scope", "")) in ("development", "test"):
                self.left.add("relations of development or test")
            else:
                self.needs(found, start, ends, word(relation.completeness))
        return found

    @staticmethod
    def needs(found: Relations, start: str, ends: Iterable[str], completeness: str) -> None:
        """Note what an element needs; ``noAssertion`` of completeness alone says nothing, as a missing one does."""
        for end in ends:
            special = end.rpartition("/")[2]
            if special == _NONE:
                found.complete.add(start)
            elif special == _NO_ASSERTION:
                found.unknown.add(start)
            else:
                found.edges.append((start, end))
        if completeness == "complete":
            found.complete.add(start)
        elif completeness == "incomplete":
            found.unknown.add(start)

    def subject(self) -> str:
        """The one package that the document or its bill is about."""
        roots = [*self.described]
        for holder in (self.document, *self.sboms):
            roots += [ident(root) for root in getattr(holder, "rootElement", ())]
        found = [ref for ref in dict.fromkeys(roots) if ref in self.packages]
        if len(found) > 1:
            text = "packages that the document describes: no one of them is taken as the product"
            self.left.add(text, len(found))
        return found[0] if len(found) == 1 else ""

    def notes(self) -> Mapping[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for note in self.elements.values():
            if kind_of(note) != "Annotation":
                continue
            about = ident(note.subject)
            facts = [*support.facts_in(note.statement or "")] if about in self.packages else []
            found.setdefault(about, []).extend(facts)
            if not facts:
                self.left.add("annotations")
        return found

    def component(
        self, one: Any, notes: Iterable[tuple[str, str]], needs: tuple[str, ...], known_unknown: str
    ) -> BomComponent:
        ref, stated = ident(one), dict(reversed([*notes]))
        end, end_text = support.until(stated.get(support.UNTIL, ""))
        if one.validUntilTime is not None:
            end, end_text = _time(one.validUntilTime)[:10], ""
        level, level_text = support.worst(word(level) for level in one.supportLevel)
        if not level:
            level, level_text = support.level_of(stated.get(support.LEVEL, ""))
        suppliers = [one.suppliedBy] if one.suppliedBy is not None else []
        attribution = [paragraphs(one.software_copyrightText), *map(paragraphs, one.software_attributionText)]
        hashes = [proof for proof in one.verifiedUsing if kind_of(proof) == "Hash"]
        self.left.add("verification codes", len(one.verifiedUsing) - len(hashes))
        for name, what in UNUSED.items():
            value = getattr(one, name, None)
            is_said = bool(said(value)) if isinstance(value, str) else bool(value)
            self.left.add(what, is_said)
        purpose = re.sub(r"([A-Z])", r"-\1", word(one.software_primaryPurpose)).lower()
        return BomComponent(
            ref=ref,
            kind=purpose or PACKAGES[kind_of(one)],
            name=said(one.name),
            version=said(one.software_packageVersion),
            supplier=", ".join(_names(self.elements.get(ident(agent), agent) for agent in suppliers)),
            manufacturer=", ".join(_names(self.elements.get(ident(agent), agent) for agent in one.originatedBy)),
            purl=said(one.software_packageUrl) or next(self.identifiers(one, "packageUrl"), ""),
            cpe=next(self.identifiers(one, "cpe23"), "") or next(self.identifiers(one, "cpe22"), ""),
            hashes=tuple(digest(word(proof.algorithm), said(proof.hashValue)) for proof in hashes),
            licences=self.licence(ref),
            copyright="\n".join(part for part in attribution if part),
            description=paragraphs(one.description) or paragraphs(one.summary),
            support_level=level,
            support_level_text=level_text,
            end_of_support=end,
            end_of_support_text=end_text,
            known_unknown=known_unknown,
            depends_on=needs,
            location=self.lines.get(ref, Location(self.opened.name)),
        )

    @staticmethod
    def identifiers(one: Any, kind: str) -> Iterator[str]:
        return (
            said(entry.identifier)
            for entry in one.externalIdentifier
            if word(entry.externalIdentifierType) == kind and said(entry.identifier)
        )

    def licence(self, ref: str) -> tuple[str, ...]:
        """The licence that was concluded, else the one that was declared."""
        for found in self.licences.values():
            try:
                texts = [expression(self.elements, end) for end in found.get(ref, ())[:MAX_PARTS]]
            except TooMany:
                self.left.add("licences of too many parts")
                continue
            if any(texts):
                return tuple(text for text in texts if text)
        return ()

    def count_rest(self) -> None:
        for one in self.elements.values():
            kind = kind_of(one)
            if kind in CONTENTS:
                self.left.add(CONTENTS[kind])
            elif (
                kind not in _READ
                and kind not in PACKAGES
                and not kind.startswith("security_")
                and hasattr(one, "spdxId")
            ):
                self.left.add(f"elements of the class {kind}")
        outside = len(getattr(self.document, "import_", ()))
        self.left.add("references to other documents", outside)
        documents = sum(kind_of(one) == "SpdxDocument" for one in self.elements.values())
        self.left.add("further documents", max(documents - 1, 0))


def _names(agents: Iterable[Any]) -> tuple[str, ...]:
    """Names, or the id of one that the file does not describe."""
    names = (said(getattr(agent, "name", None)) or said(ident(agent)) for agent in agents)
    return tuple(name for name in names if name)


def _time(moment: Any) -> str:
    if not isinstance(moment, datetime.datetime):
        return ""
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
