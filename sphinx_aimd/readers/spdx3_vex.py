"""The security profile of SPDX 3 in, statements about vulnerabilities out."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from ..model.advisory import Product, Rating, Statement
from ..model.bom import Source
from ..model.item import Location
from .leftovers import Leftovers
from .opened import Opened
from .spdx3_load import Elements, ident, kind_of, word
from .spdx_parts import paragraphs, said

#: Classes of assessments, and the status that each says.
STATUS = {
    "security_VexAffectedVulnAssessmentRelationship": "affected",
    "security_VexFixedVulnAssessmentRelationship": "fixed",
    "security_VexNotAffectedVulnAssessmentRelationship": "not_affected",
    "security_VexUnderInvestigationVulnAssessmentRelationship": "under_investigation",
}
CVSS = re.compile(r"security_CvssV([234])VulnAssessmentRelationship")
#: Known of a package, but not assessed: a statement without a status, so that it is not lost.
KNOWN = "hasAssociatedVulnerability"
_NUMBERS = ("cve", "securityOther")


def statements_of(
    opened: Opened,
    elements: Elements,
    packages: Mapping[str, Any],
    serial: str,
    lines: Mapping[str, Location],
    left: Leftovers,
) -> list[Callable[[Source], Statement]]:
    """Statements that wait for their source, which counts them.

    :param packages: components by id; what is about another element keeps its id as the product's.
    :param serial: of this document, to which the ids of products belong.
    :param lines: where each element stands.
    :param left: counts what is not used, such as EPSS and SSVC.
    """
    ratings = _ratings(elements)
    found: list[Callable[[Source], Statement]] = []
    for ref, one in elements.items():
        kind = kind_of(one)
        known = kind == "Relationship" and word(one.relationshipType) == KNOWN
        if kind in STATUS or known:
            place = lines.get(ref, Location(opened.name))
            for vulnerability, ends in _ends(one, known=known):
                bug = elements.get(vulnerability, vulnerability)
                products = tuple(_product(end, packages, serial) for end in ends)
                scores = tuple(ratings.get(vulnerability, ()))
                facts = {} if known else _facts(one)
                found.append(
                    partial(
                        _statement,
                        bug=bug,
                        products=products,
                        ratings=scores,
                        location=place,
                        status=STATUS.get(kind, ""),
                        status_text=KNOWN if known else kind.removeprefix("security_"),
                        facts=facts,
                    )
                )
        elif kind.startswith("security_") and kind != "security_Vulnerability" and not CVSS.fullmatch(kind):
            left.add(f"elements of the class {kind}")
    used = {ident(one.from_) for one in elements.values() if kind_of(one) in STATUS}
    used |= {ident(end) for one in elements.values() if _is_known(one) for end in one.to}
    alone = sum(kind_of(one) == "security_Vulnerability" and ref not in used for ref, one in elements.items())
    left.add("vulnerabilities that nothing refers to", alone)
    return found


def _is_known(one: Any) -> bool:
    return kind_of(one) == "Relationship" and word(one.relationshipType) == KNOWN


def _ends(one: Any, *, known: bool) -> Iterator[tuple[str, list[str]]]:
    """Each vulnerability with what it is about; the element inside a product where the assessment names it."""
    if known:
        yield from ((ident(end), [ident(one.from_)]) for end in one.to)
    else:
        inside = ident(one.security_assessedElement)
        yield ident(one.from_), [inside] if inside else [ident(end) for end in one.to]


def _product(ref: str, packages: Mapping[str, Any], serial: str) -> Product:
    one = packages.get(ref)
    if one is None:
        return Product(ref=ref)
    version = said(one.software_packageVersion)
    versions = (version,) if version else ()
    return Product(ref=ref, serial=serial, name=said(one.name), versions=versions, purl=said(one.software_packageUrl))


def _statement(
    source: Source,
    *,
    bug: Any,
    products: tuple[Product, ...],
    ratings: tuple[Rating, ...],
    location: Location,
    status: str,
    status_text: str,
    facts: Mapping[str, str],
) -> Statement:
    return Statement(
        source=source,
        ids=_ids(bug),
        products=products,
        status=status,
        status_text=status_text,
        description=paragraphs(getattr(bug, "description", "")) or paragraphs(getattr(bug, "summary", "")),
        ratings=ratings,
        published=_day(getattr(bug, "security_publishedTime", None)),
        updated=facts.get("updated", "") or _day(getattr(bug, "security_modifiedTime", None)),
        justification=facts.get("justification", ""),
        justification_text=facts.get("justification_text", ""),
        detail=facts.get("detail", ""),
        action=facts.get("action", ""),
        location=location,
    )


def _ids(bug: Any) -> tuple[str, ...]:
    """Numbers of a vulnerability: CVE first, then others, its name, or at last its id in the file."""
    entries = [*getattr(bug, "externalIdentifier", ())]
    numbers = [
        said(entry.identifier).rpartition("/")[2]
        for kind in _NUMBERS
        for entry in entries
        if word(entry.externalIdentifierType) == kind
    ]
    numbers.append(said(getattr(bug, "name", "")))
    numbers = [number for number in dict.fromkeys(numbers) if number]
    return tuple(numbers) or (said(ident(bug)).rpartition("/")[2],)


def _facts(one: Any) -> dict[str, str]:
    """What an assessment says beside its status."""
    said_word = word(getattr(one, "security_justificationType", ""))
    label = re.sub(r"([A-Z])", r"_\1", said_word).lower()
    found = {
        "justification": label,
        "justification_text": said_word,
        "detail": "\n".join(
            text
            for text in map(paragraphs, (getattr(one, "security_impactStatement", ""), one.security_statusNotes))
            if text
        ),
        "action": paragraphs(getattr(one, "security_actionStatement", "")),
        "updated": _day(one.security_modifiedTime) or _day(one.security_publishedTime),
    }
    return {name: text for name, text in found.items() if text}


def _ratings(elements: Elements) -> dict[str, list[Rating]]:
    found: dict[str, list[Rating]] = {}
    for one in elements.values():
        match = CVSS.fullmatch(kind_of(one))
        if match:
            vector = said(one.security_vectorString)
            stated = re.match(r"CVSS:(\d\.\d)/", vector)
            version = stated.group(1) if stated else {"2": "2.0", "3": "3.1", "4": "4.0"}[match.group(1)]
            agent = elements.get(ident(one.suppliedBy), one.suppliedBy)
            by = said(getattr(agent, "name", None)) or said(ident(agent))
            found.setdefault(ident(one.from_), []).append(Rating(version=version, vector=vector, by=by))
    return found


def _day(moment: Any) -> str:
    if not isinstance(moment, datetime.datetime):
        return ""
    return moment.astimezone(datetime.UTC).date().isoformat()
