"""The four forms of an SPDX 2 file in (JSON, YAML, XML, tag-value), one document of spdx-tools out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

from ..model.item import Location
from ..xmlfile import line, tag
from ..yamlfile import InputError, parse
from .opened import Opened
from .support import words

if TYPE_CHECKING:
    from spdx_tools.spdx.model import Document

VERSIONS = ("SPDX-2.2", "SPDX-2.3")
#: Sizes that spdx-tools reads in reasonable time; its parsers need about 1 s for each MB of tag-value.
MAX_TAG_VALUE = 10_000_000
#: A licence expression or a person is no book: longer ones make parsers slow.
MAX_EXPRESSION, MAX_BRACKETS = 5_000, 10
_REMEDY = "Write the file again with the tool that made it, or correct it there."
_EXTRA = "Install it with: python -m pip install 'sphinx-aimd[spdx]'."
_TAG_VALUE = re.compile(r"^SPDXVersion:", re.MULTILINE)
_YAML = re.compile(r"^[\"']?spdxVersion[\"']?:", re.MULTILINE)
_RDF = "http://spdx.org/rdf/terms"
_ACTOR = re.compile(r"^[A-Za-z]+:[ \t]*(?:Person|Organization|Tool):.*", re.MULTILINE)
_OUTSIDE = re.compile(r"^ExternalDocumentRef:.*[ \t]{20}", re.MULTILINE)
_LICENCE = re.compile(r"^(?:\w*License(?:Concluded|Declared|Info\w*)):(.*)", re.MULTILINE)
_OPENS = re.compile(r":[ \t]{0,99}<text>")
_TEXT = re.compile(r":[ \t]{0,99}<text>.*?</text>", re.DOTALL)
#: Texts without which an entry of a list is refused at once, with a message of its own.
_REQUIRED = {
    "packages": ("SPDXID", "name", "downloadLocation"),
    "files": ("SPDXID", "fileName"),
    "relationships": ("spdxElementId", "relationshipType", "relatedSpdxElement"),
}
_LINE = re.compile(r"[Ll]ine:? (\d{1,9})")
#: Elements of the XML form that are lists, however many of them there are.
_LISTS = words(
    "creators externalDocumentRefs hasExtractedLicensingInfos seeAlsos annotations relationships snippets reviewers "
    "revieweds fileTypes licenseInfoFromFiles licenseInfoInFiles artifactOf fileContributors fileDependencies files "
    "documentDescribes packages checksums hasFiles externalRefs ranges licenseInfoInSnippets crossRefs "
    "packageVerificationCodeExcludedFiles attributionTexts"
)


def form_of(opened: Opened) -> str:
    """Which form of SPDX 2 a file has: JSON, YAML, XML, RDF or tag-value; empty for a file that is none.

    :raises InputError: a file that ends in ``.json`` or ``.xml`` and is malformed.
    """
    name = opened.name.removesuffix(".gz")
    if name.endswith(".json"):
        data = _unwrapped(opened.json)
        return "JSON" if isinstance(data, dict) and "spdxVersion" in data else ""
    if name.endswith((".rdf", ".ttl")):
        return "RDF" if _RDF.encode() in opened.raw else ""
    if name.endswith(".xml"):
        if tag(opened.xml) == "RDF":
            return "RDF" if any(str(element.tag).startswith(f"{{{_RDF}") for element in opened.xml.iter()) else ""
        return "XML" if any(tag(element) == "spdxVersion" for element in opened.xml) else ""
    if name.endswith((".yaml", ".yml")):
        return "YAML" if _YAML.search(opened.text) else ""
    return "tag-value" if name.endswith((".spdx", ".tag")) and _TAG_VALUE.search(opened.text) else ""


def document_of(opened: Opened, form: str) -> tuple[Document, dict[str, Any]]:
    """The document, and for tag-value nothing, else what stands in the file as a dictionary.

    :raises InputError: no extra ``spdx``, a form or version that is not read, or not SPDX.
    """
    if form == "RDF":
        message = "is SPDX 2 in RDF, which is not read: no parser of it is safe with files from outside."
        raise opened.fail(message, "Write it as SPDX 2 JSON, for example with pyspdxtools.")
    try:
        import spdx_tools.spdx.parser.error  # noqa: F401, PLC0415 - the extra; says at once whether it is there
    except ImportError as error:
        raise opened.fail("is SPDX 2, which needs sphinx-aimd[spdx].", _EXTRA) from error
    if form == "tag-value":
        return _from_tags(opened), {}
    data = _data(opened, form)
    version = data.get("spdxVersion")
    if version not in VERSIONS:
        message = f"has the version {str(version)[:40]!r}; SPDX 2 is read in {' and '.join(VERSIONS)}."
        raise opened.fail(message, "Write it in one of them.", opened.place_of("spdxVersion").line)
    _check_required(opened, data)
    _check_lengths(opened, data)
    return _from_dictionary(opened, data), data


def _unwrapped(data: Any) -> Any:
    """The document itself: the export of GitHub's dependency graph wraps it in ``sbom``."""
    return data["sbom"] if isinstance(data, dict) and [*data] == ["sbom"] else data


def xml_lines(opened: Opened) -> dict[str, Location]:
    """Where each id of an XML file stands."""
    found: dict[str, Location] = {}
    for element in opened.xml.iter():
        if tag(element) == "SPDXID" and element.text:
            found.setdefault(element.text.strip(), Location(opened.name, line(element)))
    return found


def _data(opened: Opened, form: str) -> dict[str, Any]:
    if form == "JSON":
        data = _unwrapped(opened.json)
    elif form == "YAML":
        data = parse(opened.text, opened.name).data
        if isinstance(data, dict):
            _count_in(data)
    else:
        root = opened.xml
        if tag(root) != "Document":
            raise opened.fail(f"has the root <{tag(root)[:40]}>, expected <Document>.", _REMEDY)
        data = _from_xml(root)
    if not isinstance(data, dict):
        raise opened.fail("holds no SPDX document.", _REMEDY)
    return data


def _from_xml(root: Element) -> Any:
    """Elements as dictionaries, without recursion; a list is a list even of one."""
    values: dict[Element, Any] = {}
    todo = [(root, False)]
    while todo:
        element, is_done = todo.pop()
        if not is_done:
            todo.append((element, True))
            todo += [(child, False) for child in element]
            continue
        found: dict[str, Any] = {}
        for child in element:
            name, value = tag(child), values.pop(child)
            if name in _LISTS:
                found.setdefault(name, []).append(value)
            elif name in found:  # twice where one may stand: a list, which the parser refuses by its type
                found[name] = [found[name], value]
            else:
                found[name] = value
        values[element] = found or (element.text or "").strip()
    return values[root]


def _count_in(data: dict[str, Any]) -> None:
    """Numbers of the ranges of snippets, which a strict YAML reader leaves as text."""
    for snippet in _dictionaries(data.get("snippets")):
        for span in _dictionaries(snippet.get("ranges")):
            for pointer in span.values():
                for key, value in pointer.items() if isinstance(pointer, dict) else ():
                    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 15:
                        pointer[key] = int(value)


def _dictionaries(value: Any) -> Iterator[dict[str, Any]]:
    return (entry for entry in (value if isinstance(value, list) else ()) if isinstance(entry, dict))


def _check_lengths(opened: Opened, data: Any) -> None:
    """Refuse what makes the regular expressions and the licence parser of spdx-tools slow."""
    todo: list[tuple[str, Any]] = [("", data)]
    while todo:
        key, value = todo.pop()
        if isinstance(value, dict):
            todo += value.items()
        elif isinstance(value, list):
            todo += [(key, entry) for entry in value]
        elif isinstance(value, str):
            if key in ("supplier", "originator", "annotator", "reviewer", "creators"):
                _check_actor(opened, value)
            elif key.startswith("license") and not key.endswith(("Comments", "Comment", "ListVersion")):
                _check_expression(opened, value)


def _check_actor(opened: Opened, text: str, line: int = 0) -> None:
    if text.count("(") > MAX_BRACKETS:
        raise opened.fail(f"has a person or organisation with more than {MAX_BRACKETS} brackets.", _REMEDY, line)


def _check_expression(opened: Opened, text: str, line: int = 0) -> None:
    if len(text) > MAX_EXPRESSION or text.count("(") > MAX_BRACKETS * 10:
        message = f"has a licence expression of more than {MAX_EXPRESSION} characters or {MAX_BRACKETS * 10} brackets."
        raise opened.fail(message, "Give the licence a name of its own (LicenseRef-...).", line)


def _from_dictionary(opened: Opened, data: dict[str, Any]) -> Document:
    from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import (  # noqa: PLC0415 - the extra
        JsonLikeDictParser,
    )

    # The parser compares each described package and each file of a package with every relation: we read them ourselves.
    lean = {key: value for key, value in data.items() if key != "documentDescribes"}
    if isinstance(lean.get("packages"), list):
        lean["packages"] = [
            {key: value for key, value in entry.items() if key != "hasFiles"} if isinstance(entry, dict) else entry
            for entry in lean["packages"]
        ]
    try:
        return JsonLikeDictParser().parse(lean)
    except (
        Exception
    ) as error:  # the parser asks no shape before it reads: AttributeError, KeyError, RecursionError, ...
        raise _refusal(opened, error) from error


def _from_tags(opened: Opened) -> Document:
    from ply import yacc  # noqa: PLC0415 - the extra
    from spdx_tools.spdx.parser.tagvalue.parser import Parser  # noqa: PLC0415 - the extra

    text = opened.text
    if len(text) > MAX_TAG_VALUE:
        raise opened.fail(f"is larger than {MAX_TAG_VALUE} characters in tag-value form.", "Write it as SPDX JSON.")
    for check, pattern in ((_check_actor, _ACTOR), (_check_expression, _LICENCE)):
        for found in pattern.finditer(text):
            if len(found.group()) > 200:
                check(opened, found.group(), text.count("\n", 0, found.start()) + 1)
    if _OUTSIDE.search(text):
        raise opened.fail("has an ExternalDocumentRef with a long row of spaces.", "Write one space.")
    _check_tags(opened, text)
    try:
        # without tables and logs, which ply writes into the folder of the package otherwise
        document: Document = Parser(write_tables=False, debug=False, errorlog=yacc.NullLogger()).parse(text)
    except Exception as error:  # as above
        raise _refusal(opened, error) from error
    version = document.creation_info.spdx_version
    if version not in VERSIONS:
        message = f"has the version {version[:40]!r}; SPDX 2 is read in {' and '.join(VERSIONS)}."
        raise opened.fail(message, "Write it in one of them.", opened.place_of("SPDXVersion").line)
    return document


def _check_tags(opened: Opened, text: str) -> None:
    """Refuse what the parser passes over or is slow at: a text without its end, unknown tags, lines without a tag."""
    from spdx_tools.spdx.parser.tagvalue.lexer import SPDXLexer  # noqa: PLC0415 - the extra

    opens = max((found.start() for found in _OPENS.finditer(text)), default=-1)
    if opens > text.rfind("</text>"):  # asked first: each text that is sought has an end then, so one pass is enough
        raise opened.fail("has a text without its end </text>.", _REMEDY, text.count("\n", 0, opens) + 1)
    bare = _TEXT.sub(lambda found: ": text" + "\n" * found.group().count("\n"), text)
    for number, content in enumerate(bare.split("\n"), 1):
        name, colon, _value = content.partition(":")
        name = name.strip()
        if (not name and not colon) or name.startswith("#"):
            continue
        if not colon or name not in SPDXLexer.reserved:
            raise opened.fail(f"has the unknown tag {name[:40]!r}.", _REMEDY, number)


def _check_required(opened: Opened, data: dict[str, Any]) -> None:
    """Refuse a list that is none and an entry without what makes it one, at its line where it has an id."""
    for key, needed in _REQUIRED.items():
        entries = data.get(key, [])
        if not isinstance(entries, list):
            raise opened.fail(f"has no list of {key}.", _REMEDY, opened.place_of(key).line)
        for number, entry in enumerate(entries, 1):
            if not isinstance(entry, dict):
                raise opened.fail(f"has an entry {number} of {key} that is no object.", _REMEDY)
            for name in needed:
                if not isinstance(entry.get(name), str):
                    ref = entry.get("SPDXID")
                    line = opened.place_of(ref).line if isinstance(ref, str) else 0
                    raise opened.fail(f"has an entry {number} of {key} without the text {name!r}.", _REMEDY, line)


def _refusal(opened: Opened, error: Exception) -> InputError:
    """The first fault that the parser names, short enough to read."""
    messages = getattr(error, "messages", None) or [f"{type(error).__name__}: {error}"]
    first = " ".join(re.sub(r"Method spdx_tools\S* ?(?:parameter )?", "", str(messages[0])).split())
    first = re.sub(r"""\[["']?|["']?\]""", "", first)
    more = f" ({len(messages) - 1} more)" if len(messages) > 1 else ""
    found = _LINE.search(first)
    line = int(found.group(1)) if found else 0
    return opened.fail(f"is no sound SPDX 2 document: {first[:250].rstrip('.')}{more}.", _REMEDY, line)
