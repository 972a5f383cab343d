"""CycloneDX 1.2 to 1.7 in (SBOM, CBOM, VEX; JSON or XML), bill of materials and statements on vulnerabilities out."""

from __future__ import annotations

from dataclasses import replace

from ...model.advisory import Advisory
from ...model.bom import Bom, BomComponent, Source
from ..known import Known
from ..opened import Opened
from ..shapes import day
from .components import Components
from .document import Document, open_document
from .left import Left
from .schemas import NAMESPACE
from .vulnerabilities import Vulnerabilities


def is_mine(opened: Opened) -> bool:
    """Whether a file is CycloneDX, by its marks.

    :raises InputError: it names CycloneDX and is malformed JSON or XML.
    """
    start = opened.raw[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"{" and b"cyclonedx" in opened.raw.lower():
        data = opened.json
        return data.get("bomFormat") == "CycloneDX" or "cyclonedx.org/" in str(data.get("$schema"))
    if start == b"<" and NAMESPACE.encode() in opened.raw:
        return str(opened.xml.tag).startswith(f"{{{NAMESPACE}")
    return False


def read(opened: Opened, known: Known) -> tuple[Bom | Advisory, ...]:
    """Read a CycloneDX file.

    :return: the bill of materials, save where the file holds vulnerabilities and no components; after it the advisory,
        where the file holds vulnerabilities.
    :raises InputError: another version, not valid by the schema of its version, or two components with one ``bom-ref``.
    """
    document = open_document(opened)
    left = Left(document.left)
    found = Components(document, left)
    stated = Vulnerabilities(document, found, left)
    about = " ".join(text for text in (found.subject.name, found.subject.version) if text) if found.subject else ""
    metadata = document.data.get("metadata", {})
    timestamp = document.timestamp
    source = Source(
        path=opened.name,
        sha256=opened.sha256,
        kind="sbom" if found.components or not document.data.get("vulnerabilities") else "vex",
        format=f"CycloneDX {document.version} {document.form}",
        date=day(timestamp) or known.date,
        about=about,
        counts=_counts(found, stated),
    )
    authors = tuple(_names(metadata, "authors")) + tuple(_names(metadata, "manufacturer"))
    left.of_document(document)
    source = replace(source, left=left.words())
    bom = Bom(
        source=source,
        serial=document.data.get("serialNumber", "").casefold(),
        revision=str(int(document.data["version"])) if "version" in document.data else "",
        subject=found.subject,
        components=tuple(found.components),
        authors=authors,
        tools=tuple(_tools(document)),
        timestamp=timestamp,
        generation=tuple(cycle.get("phase") or cycle.get("name", "") for cycle in metadata.get("lifecycles", ())),
        release=known.release,
    )
    advisory = Advisory(
        source=source,
        statements=tuple(replace(statement, source=source) for statement in stated.statements),
        title=about,
        author=", ".join(authors) or metadata.get("supplier", {}).get("name", ""),
        number=bom.serial,
    )
    if source.kind == "vex":
        return (advisory,)
    return (bom, advisory) if stated.statements else (bom,)


def _counts(found: Components, stated: Vulnerabilities) -> dict[str, int]:
    everything: list[BomComponent] = [*found.components, *([found.subject] if found.subject else [])]
    counts = {
        "components": len(found.components),
        "dependencies": sum(len(component.depends_on) for component in everything),
        "cryptographic assets": sum(component.crypto is not None for component in found.components),
        "statements": len(stated.statements),
    }
    return {noun: number for noun, number in counts.items() if number}


def _names(data: dict[str, object], key: str) -> list[str]:
    value = data.get(key, [])
    entries = value if isinstance(value, list) else [value]
    return [entry["name"] for entry in entries if isinstance(entry, dict) and entry.get("name")]


def _tools(document: Document) -> list[str]:
    """Tools in words, from the old list or from the components and services of 1.5 and later."""
    tools = document.data.get("metadata", {}).get("tools", [])
    entries = tools if isinstance(tools, list) else [*tools.get("components", ()), *tools.get("services", ())]
    words = []
    for entry in entries:
        maker = entry.get("vendor") or entry.get("group") or ""
        words.append(" ".join(part for part in (maker, entry.get("name", ""), entry.get("version", "")) if part))
    return [word for word in words if word]
