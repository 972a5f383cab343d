"""SPDX 2.2 and 2.3 in (JSON, YAML, XML, tag-value), a bill of materials out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..model.bom import Bom, BomComponent, Source
from ..model.item import Location
from . import support
from .known import Known
from .leftovers import Leftovers
from .opened import Opened
from .spdx_files import document_of, form_of, xml_lines
from .spdx_parts import Relations, digest, lines_of, paragraphs, said, twice
from .support import words

if TYPE_CHECKING:
    from spdx_tools.spdx.model import CreationInfo, Document, Package

#: Relations that say "A needs B", and those that say "A is needed by B". Those of development and test alone are none:
#: they are counted in ``Source.left``.
FORWARD = frozenset({"DEPENDS_ON", "CONTAINS", "DYNAMIC_LINK", "STATIC_LINK", "HAS_PREREQUISITE"})
BACKWARD = words(
    "DEPENDENCY_OF CONTAINED_BY RUNTIME_DEPENDENCY_OF OPTIONAL_DEPENDENCY_OF PROVIDED_DEPENDENCY_OF "
    "BUILD_DEPENDENCY_OF PREREQUISITE_FOR OPTIONAL_COMPONENT_OF PACKAGE_OF"
)
DEVELOPMENT = frozenset({"DEV_DEPENDENCY_OF", "TEST_DEPENDENCY_OF", "BUILD_TOOL_OF", "DEV_TOOL_OF", "TEST_TOOL_OF"})
_ID = re.compile(rb"""(?:"SPDXID"\s{0,9}:\s{0,9}"|^[ \t]*(?:- )?SPDXID:[ \t]*["']?)([^"'\s]{1,500})""", re.MULTILINE)
#: What packages and the document say beyond that, by the field of the library, in the plural.
UNUSED_OF_PACKAGES: Mapping[str, str] = {
    "download_location": "download locations",
    "file_name": "names of package files",
    "verification_code": "verification codes",
    "homepage": "home pages",
    "source_info": "notes on the source",
    "license_info_from_files": "lists of licences of files",
    "license_comment": "comments on licences",
    "comment": "comments on packages",
    "release_date": "release dates",
    "built_date": "build dates",
}
UNUSED_OF_DOCUMENT = {"creator_comment": "comments of the creator", "document_comment": "comments on the document"}
_REMEDY = "Write the file again with the tool that made it, or correct it there."


def is_mine(opened: Opened) -> bool:
    """Whether a file is SPDX 2 in a form that is read, or in RDF, which is refused.

    :raises InputError: malformed JSON.
    """
    return bool(form_of(opened))


def read(opened: Opened, known: Known) -> tuple[Bom]:
    """Read a document.

    Packages become components; files and snippets are counted. The one package that the document describes is the
    subject.

    :raises InputError: not SPDX 2.2 or 2.3, ids that are not unique, or RDF.
    """
    form = form_of(opened)
    document, data = document_of(opened, form)
    return (_Reader(opened, known, form, document, data).bom(),)


class _Reader:
    def __init__(self, opened: Opened, known: Known, form: str, document: Document, data: Mapping[str, Any]) -> None:
        self.opened, self.known, self.form, self.document, self.data = opened, known, form, document, data
        self.left = Leftovers()
        self.lines = xml_lines(opened) if form == "XML" else lines_of(opened, _ID)
        self.packages: dict[str, Package] = {package.spdx_id: package for package in document.packages}
        self.contents = {element.spdx_id for element in (*document.files, *document.snippets)}

    def bom(self) -> Bom:
        info = self.document.creation_info
        self.check_ids(info.spdx_id)
        relations, described = self.relations(info.spdx_id)
        notes = self.notes()
        needs = relations.dependencies(self.packages, self.contents, self.left)
        found = [
            self.component(package, notes.get(ref, ()), needs.get(ref, ()), relations.known_unknown(ref))
            for ref, package in self.packages.items()
        ]
        product = self.subject(described)
        subject = next((component for component in found if component.ref == product), None)
        self.count_rest()
        return Bom(
            source=self.source(info, subject, found),
            serial=said(info.document_namespace),
            subject=subject,
            components=tuple(component for component in found if component is not subject),
            authors=tuple(said(actor.name) for actor in info.creators if actor.actor_type.name != "TOOL"),
            tools=tuple(said(actor.name) for actor in info.creators if actor.actor_type.name == "TOOL"),
            timestamp=f"{info.created.isoformat()}Z",
            release=self.known.release,
        )

    def check_ids(self, document_id: str) -> None:
        elements = (*self.document.packages, *self.document.files, *self.document.snippets)
        double = twice([document_id, *(element.spdx_id for element in elements)])
        if double:
            message = f"has the SPDX id {double[:80]!r} twice."
            raise self.opened.fail(message, _REMEDY, self.lines.get(double, Location()).line)

    def source(self, info: CreationInfo, subject: BomComponent | None, found: list[BomComponent]) -> Source:
        version = info.spdx_version.removeprefix("SPDX-")
        return Source(
            path=self.opened.name,
            sha256=self.opened.sha256,
            kind="sbom",
            format=f"SPDX {version} {self.form}",
            date=info.created.date().isoformat(),
            about=f"{subject.name} {subject.version}".strip() if subject else said(info.name),
            counts={
                "components": len(found) - (subject is not None),
                "dependencies": sum(len(component.depends_on) for component in found),
            },
            left=self.left.words(),
        )

    def relations(self, document_id: str) -> tuple[Relations, list[str]]:
        """What needs what, and the packages that the document describes."""
        found, described = Relations(), _texts(self.data.get("documentDescribes"))
        for relation in self.document.relationships:
            kind, start, end = (
                relation.relationship_type.name,
                relation.spdx_element_id,
                relation.related_spdx_element_id,
            )
            if kind in ("DESCRIBES", "DESCRIBED_BY"):
                ends = (start, end) if kind == "DESCRIBES" else (end, start)
                if ends[0] == document_id and isinstance(ends[1], str):
                    described.append(ends[1])
                continue
            if kind in BACKWARD and isinstance(end, str):
                start, end = end, start
            elif kind in DEVELOPMENT:
                self.left.add("relations of development or test")
                continue
            elif kind not in FORWARD:
                self.left.add(f"relations of the kind {kind}")
                continue
            if isinstance(end, str):
                found.edges.append((start, end))
            elif type(end).__name__ == "SpdxNone":
                found.complete.add(start)
            else:
                found.unknown.add(start)
        for package in _entries(self.data.get("packages")):
            found.edges.extend((str(package.get("SPDXID")), file) for file in _texts(package.get("hasFiles")))
        return found, list(dict.fromkeys(described))

    def subject(self, described: list[str]) -> str:
        """The one package that is described, or the only one of the file."""
        packages = [ref for ref in described if ref in self.packages]
        if len(packages) == 1:
            return packages[0]
        if packages:
            text = "packages that the document describes: no one of them is taken as the product"
            self.left.add(text, len(packages))
        elif not described and len(self.packages) == 1 and not self.contents:
            return next(iter(self.packages))
        return ""

    def notes(self) -> dict[str, list[tuple[str, str]]]:
        """What annotations say of support, by the id of what they are about; the others are counted."""
        found: dict[str, list[tuple[str, str]]] = {}
        for note in self.document.annotations:
            facts = [*support.facts_in(note.annotation_comment)] if note.spdx_id in self.packages else []
            found.setdefault(note.spdx_id, []).extend(facts)
            if not facts:
                self.left.add("annotations")
        return found

    def component(
        self, package: Package, notes: Iterable[tuple[str, str]], needs: tuple[str, ...], known_unknown: str
    ) -> BomComponent:
        purls, cpes = self.references(package)
        stated = dict(reversed([*notes]))
        end, end_text = support.until(stated.get(support.UNTIL, ""))
        if package.valid_until_date is not None:
            end, end_text = package.valid_until_date.date().isoformat(), ""
        level, level_text = support.level_of(stated.get(support.LEVEL, ""))
        purpose = package.primary_package_purpose
        attribution = [paragraphs(package.copyright_text), *map(paragraphs, package.attribution_texts)]
        return BomComponent(
            ref=package.spdx_id,
            kind=purpose.name.lower().replace("_", "-") if purpose else "",
            name=said(package.name),
            version=said(package.version),
            supplier=_actor(package.supplier),
            manufacturer=_actor(package.originator),
            purl=purls,
            cpe=cpes,
            hashes=tuple(digest(checksum.algorithm.name, said(checksum.value)) for checksum in package.checksums),
            licences=_licences(package),
            copyright="\n".join(part for part in attribution if part),
            description=paragraphs(package.description) or paragraphs(package.summary),
            support_level=level,
            support_level_text=level_text,
            end_of_support=end,
            end_of_support_text=end_text,
            known_unknown=known_unknown,
            depends_on=needs,
            location=self.lines.get(package.spdx_id, Location(self.opened.name)),
        )

    def references(self, package: Package) -> tuple[str, str]:
        """Package URL and CPE of a package, CPE 2.3 before 2.2; further references are counted."""
        purls = [ref.locator for ref in package.external_references if ref.reference_type.rpartition("/")[2] == "purl"]
        cpes: list[str] = []
        for wanted in ("cpe23Type", "cpe22Type"):
            kinds = ((ref.reference_type.rpartition("/")[2], ref.locator) for ref in package.external_references)
            cpes += [locator for kind, locator in kinds if kind == wanted]
        number = len(package.external_references) - bool(purls) - bool(cpes)
        self.left.add("further external references of packages", number)
        return said(next(iter(purls), "")), said(next(iter(cpes), ""))

    def count_rest(self) -> None:
        info = self.document.creation_info
        for package in self.packages.values():
            for name, what in UNUSED_OF_PACKAGES.items():
                self.left.add(what, bool(_stated(getattr(package, name))))
            declared, concluded = _stated(package.license_declared), _stated(package.license_concluded)
            if declared and concluded and declared != concluded:
                self.left.add("declared licences beside other ones")
        for name, what in UNUSED_OF_DOCUMENT.items():
            self.left.add(what, bool(_stated(getattr(info, name))))
        self.left.add("files", len(self.document.files))
        self.left.add("snippets", len(self.document.snippets))
        self.left.add("licence texts", len(self.document.extracted_licensing_info))
        self.left.add("references to other documents", len(info.external_document_refs))


def _stated(value: Any) -> str:
    """A value of the library as text; ``NOASSERTION`` and ``NONE``, alone or in a list, state nothing."""
    if isinstance(value, list):
        return "; ".join(filter(None, map(_stated, value)))
    return "" if value is None else said(str(value))  # expressions of licences have no truth value


def _actor(actor: Any) -> str:
    return said(getattr(actor, "name", ""))


def _licences(package: Package) -> tuple[str, ...]:
    """The licence that was concluded, else the one that was declared; ``NOASSERTION`` and ``NONE`` are no licence."""
    for licence in (package.license_concluded, package.license_declared):
        text = said(str(licence)) if licence is not None else ""
        if text:
            return (text,)
    return ()


def _texts(value: Any) -> list[str]:
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def _entries(value: Any) -> Iterator[Mapping[str, Any]]:
    return (entry for entry in (value if isinstance(value, list) else ()) if isinstance(entry, dict))
