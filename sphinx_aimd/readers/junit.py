"""JUnit XML in, cases out: a hostile file until parsed, one clear error if it cannot be."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from ..model.inputs import Case, Report
from ..model.item import Location
from ..model.values import BIDI, split
from ..yamlfile import InputError

MAX_BYTES = 50_000_000
MAX_DEPTH = 256
MAX_ELEMENTS = 2_000_000

#: What the file itself may say in ``<property name=... value=.../>``, at any level; the nearest one holds.
PROPERTIES = ("aimd.test", "aimd.version", "aimd.environment", "aimd.date", "aimd.build")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What the configuration says of a report that does not say it itself."""

    version: str = ""
    environment: str = ""
    date: str = ""


class _Parser(DefusedXMLParser):
    """Parser that keeps the line of each element and bounds depth and size.

    It extends the parser in pure Python that defusedxml builds on, which the type stubs do not know.
    """

    def __init__(self) -> None:
        super().__init__(forbid_dtd=True, forbid_entities=True, forbid_external=True)
        self.depth = self.count = 0

    def _start(self, *args: object) -> Element:
        self.depth += 1
        self.count += 1
        if self.depth > MAX_DEPTH or self.count > MAX_ELEMENTS:
            raise OverflowError
        element: Element = super()._start(*args)  # type: ignore[misc]
        element.set("\0line", str(self.parser.CurrentLineNumber))
        return element

    def _end(self, *args: object) -> Element:
        self.depth -= 1
        element: Element = super()._end(*args)  # type: ignore[misc]
        return element


def read(path: Path, name: str, defaults: Defaults) -> Report:
    """Read one report.

    Nested suites, ``testsuites`` roots, CTest's ``status`` and Surefire's reruns are understood; a case
    without any sign of trouble has passed, one that passed only on a rerun is flaky.

    :param name: path for messages and provenance, relative to the source folder.
    :raises InputError: unreadable, too large, no JUnit XML, or with a document type definition.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(name, 0, f"cannot be read: {error.strerror}.", "Check aimd_results.") from error
    if len(raw) > MAX_BYTES:
        raise InputError(name, 0, f"is larger than {MAX_BYTES} bytes.", "Split the report.")
    parser = _Parser()
    try:
        parser.feed(raw)
        root: Element = parser.close()
    except ParseError as error:
        raise InputError(name, error.position[0], "is not well-formed XML.", "Write the report again.") from error
    except DefusedXmlException as error:
        remedy = "Test reports need none."
        raise InputError(
            name, 1, f"has a document type definition or entities ({type(error).__name__}).", remedy
        ) from error
    except OverflowError as error:
        raise InputError(name, 0, "is nested too deeply or has too many elements.", "Split the report.") from error
    except (LookupError, ValueError) as error:
        raise InputError(name, 1, f"cannot be decoded: {error}.", "Write it in UTF-8.") from error
    if _tag(root) not in ("testsuites", "testsuite"):
        raise InputError(name, _line(root), f"is no JUnit report: its root is <{_tag(root)}>.", "Check aimd_results.")
    digest = "sha256:" + hashlib.sha256(raw).hexdigest()
    return Report(path=name, sha256=digest, cases=tuple(_cases(root, name, defaults)))


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _line(element: Element) -> int:
    return int(element.get("\0line", "0"))


def _properties(element: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for group in element:
        if _tag(group) != "properties":
            continue
        for entry in group:
            key = entry.get("name", "")
            if key in PROPERTIES:
                value = (entry.get("value") or entry.text or "").strip()
                found[key] = f"{found[key]}, {value}" if key == "aimd.test" and key in found else value
    return found


def _cases(root: Element, name: str, defaults: Defaults) -> Iterator[Case]:
    start = {"aimd.version": defaults.version, "aimd.environment": defaults.environment, "aimd.date": defaults.date}
    todo: list[tuple[Element, dict[str, str], str]] = [(root, start, "")]
    while todo:
        element, known, suite = todo.pop()
        known = {**known, **{key: value for key, value in _properties(element).items() if value}}
        if _tag(element) == "testcase":
            yield _case(element, known, suite, name)
            continue
        day = _DAY.match(element.get("timestamp", ""))
        if day and "aimd.date" not in _properties(element):
            known["aimd.date"] = day.group()
        suite = element.get("name", "") or suite
        todo += [(child, known, suite) for child in reversed(element) if _tag(child) in ("testsuite", "testcase")]


def _case(element: Element, known: dict[str, str], suite: str, name: str) -> Case:
    outcome, message = _outcome(element)
    parts = [element.get("classname", "") or suite, element.get("name", "")]
    title = ".".join(part for part in parts if part) or "(unnamed case)"
    return Case(
        tests=split(known.get("aimd.test", ""), ","),
        name=_clean(title),
        outcome=outcome,
        message=_clean(message),
        version=_clean(known.get("aimd.version", "")),
        build_hash=_clean(known.get("aimd.build", "")),
        environment=_clean(known.get("aimd.environment", "")),
        executed_on=known.get("aimd.date", "") if _DAY.fullmatch(known.get("aimd.date", "")) else "",
        location=Location(name, _line(element)),
    )


def _outcome(element: Element) -> tuple[str, str]:
    tags = {_tag(child): child for child in reversed(element)}
    for tag, outcome in (("error", "error"), ("failure", "failed")):
        if tag in tags:
            return outcome, tags[tag].get("message") or (tags[tag].text or "").strip().partition("\n")[0]
    if "skipped" in tags:
        return "skipped", tags["skipped"].get("message") or ""
    if "flakyFailure" in tags or "flakyError" in tags:
        return "flaky", (tags.get("flakyFailure", tags.get("flakyError", element))).get("message") or ""
    if "rerunFailure" in tags or "rerunError" in tags:
        return "failed", (tags.get("rerunFailure", tags.get("rerunError", element))).get("message") or ""
    status = (element.get("status") or element.get("result") or "").casefold()
    if status in ("notrun", "disabled", "not_run", "suppressed"):
        return "not_run", ""
    if status in ("fail", "failed", "error"):
        return "failed", ""
    if status == "skipped":
        return "skipped", ""
    return "passed", ""


def _clean(text: str) -> str:
    return " ".join(BIDI.sub("\ufffd", text).split())[:500]
