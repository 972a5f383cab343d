"""A draft of what customers and users are told, in reStructuredText: nothing is made up, what is missing is named.

The order is that of the notice of FDA's postmarket guidance of 2016, section VII.B: vulnerability and impact, work
under way, compensating controls, fix and later news.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from ...model.vex import AFFECTED, FIXED, NOT_AFFECTED, UNDER_INVESTIGATION, VexFile, VexStatement
from .scores import base_of

MISSING = "[MISSING: {}]"
_ANSWERS = {
    AFFECTED: "is affected",
    FIXED: "is fixed",
    NOT_AFFECTED: "is not affected",
    UNDER_INVESTIGATION: "is being examined; it is not known yet whether it is affected",
}
_ORDER = (AFFECTED, UNDER_INVESTIGATION, FIXED, NOT_AFFECTED)


def render(vex: VexFile) -> str:
    """The draft as text."""
    return "\n".join(_lines(vex)) + "\n"


def missing(vex: VexFile) -> list[str]:
    """What the draft lacks, in the order of its pages."""
    return [f"{one.item}: {what}" for one in _sorted(vex) for what in _gaps(one)] + (
        [] if vex.publication.contact else ["publisher: contact"]
    )


def _sorted(vex: VexFile) -> list[VexStatement]:
    return sorted(vex.statements, key=lambda one: (_ORDER.index(one.status), one.name, one.item))


def _lines(vex: VexFile) -> Iterator[str]:
    said = vex.publication
    yield from _heading(f"DRAFT: {_plain(vex.title)}", "=")
    yield "**DRAFT. Not approved, not sent. Made from the design history file; check every line before it goes out.**"
    yield ""
    for name, text in (
        ("Published by", said.publisher),
        ("Number", f"{said.number}, version {max(len(said.revisions), 1)}, {said.status}, TLP:{said.tlp}"),
        ("Product", vex.product.label),
        ("Release", f"{vex.release}, version {vex.product.version or MISSING.format('version')}"),
        ("State of knowledge", vex.as_of),
        ("Assessed on data of", vex.assessed_on),
    ):
        yield f":{name}: {_plain(text)}"
    yield ""
    gaps = missing(vex)
    if gaps:
        yield from _heading("Missing in this draft", "-")
        yield from (f"- {_plain(gap)}" for gap in gaps)
        yield ""
    for one in _sorted(vex):
        yield from _statement(vex, one)
    yield from _heading("Contact", "-")
    yield _plain(said.contact) if said.contact else MISSING.format("contact of the publisher")
    yield ""
    for number, revision in enumerate(said.revisions, 1):
        yield f"- Version {number}, {revision.date}: {_plain(revision.summary)}"


def _heading(text: str, mark: str) -> Iterator[str]:
    yield text
    yield mark * sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
    yield ""


def _statement(vex: VexFile, one: VexStatement) -> Iterator[str]:
    version = vex.product.version or MISSING.format("version")
    yield from _heading(_plain(f"{one.name}: {one.title}"), "-")
    yield from _section("What it is", [one.description or MISSING.format("description")])
    if one.aliases:
        yield _plain(f"Also known as {', '.join(one.aliases)}.")
        yield ""
    yield from _section("Which versions", _versions(vex, one, version))
    yield from _section("Risk", _risk(one))
    yield from _section("What is done", _efforts(one))
    if one.status == AFFECTED:
        yield from _section("What users do now", _advice(one))
    yield from _section("Fix", _fix(one))


def _section(title: str, texts: Iterable[str]) -> Iterator[str]:
    yield f"**{title}**"
    yield ""
    for text in texts:
        yield _plain(text)
        yield ""


def _versions(vex: VexFile, one: VexStatement, version: str) -> Iterator[str]:
    parts = ", ".join(part.label for part in one.components if part.id)
    yield f"Version {version} {_ANSWERS[one.status]}" + (f", by the component {parts}." if parts else ".")
    if one.reason:
        yield one.reason
    for other in vex.others:
        if other.name == one.name:
            yield f"Version {other.version or other.release} {_ANSWERS[other.status]}." + (
                f" {other.action}" if other.action else ""
            )


def _risk(one: VexStatement) -> Iterator[str]:
    if one.status == NOT_AFFECTED:
        yield one.impact or MISSING.format("why the product is not affected")
        return
    yield f"For patients: {one.safety}" if one.safety else MISSING.format("effect on patients")
    yield f"For security: {one.security}" if one.security else MISSING.format("effect on security")
    for number, vector in one.vectors:
        base = base_of(number, vector)
        if base is not None:
            yield f"CVSS {number} score {base[0]} ({base[1]}): {vector}"
    if not one.vectors:
        yield MISSING.format("CVSS vector")


def _efforts(one: VexStatement) -> Iterator[str]:
    if one.status == UNDER_INVESTIGATION:
        yield "The work is under way; the outcome will be told."
    known = one.identified_on or MISSING.format("day on which it became known")
    assessed = one.assessed_on or MISSING.format("day of the assessment")
    yield f"Known to us since {known}, assessed on {assessed}."


def _advice(one: VexStatement) -> Iterator[str]:
    yield one.action or MISSING.format("what users do now")
    if one.workaround:
        yield f"Compensating controls: {one.workaround}"


def _fix(one: VexStatement) -> Iterator[str]:
    if one.status == NOT_AFFECTED:
        yield "No fix is needed."
        return
    for fix in one.fixes:
        when = f"available since {fix.available_on}" if fix.available_on else "not available yet"
        yield f"{fix.title}, version {fix.version or MISSING.format('version')}, {when}."
    version, why = one.planned
    if version:
        yield f"Planned in version {version}." + (f" {why}" if why else "")
    if not one.fixes and not version:
        yield "This version holds the fix." if one.status == FIXED else MISSING.format("fix and its date")


def _gaps(one: VexStatement) -> Iterator[str]:
    text = [*_risk(one), *_efforts(one), *_fix(one), one.description or MISSING.format("description")]
    text += [*_advice(one)] if one.status == AFFECTED else []
    start, end = MISSING.split("{}")
    for line in text:
        for piece in line.split(start)[1:]:
            yield piece.partition(end)[0]


def _plain(text: str) -> str:
    r"""A text as one paragraph of reStructuredText in which nothing is markup: no list, directive or role."""
    one_line = " ".join(text.split())
    quoted = "".join(f"\\{sign}" if sign in "\\*`|_" else sign for sign in one_line).replace("::", ":\\:")
    starts_like_markup = re.match(r"[^A-Za-z\\\[]|\w{1,9}[.)]", quoted)
    return f"\\{quoted}" if starts_like_markup else quoted
