"""The one XML parser for files from outside: no document type, bounded depth and size, the line of each element."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from .yamlfile import InputError

MAX_DEPTH = 256
MAX_ELEMENTS = 2_000_000

#: Attribute that holds an element's line; no XML file can hold one of that name.
_LINE = "\0line"


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
        element.set(_LINE, str(self.parser.CurrentLineNumber))
        return element

    def _end(self, *args: object) -> Element:
        self.depth -= 1
        element: Element = super()._end(*args)  # type: ignore[misc]
        return element


def parse(raw: bytes, name: str, remedy: str) -> Element:
    """Parse an XML file.

    :param name: name for messages.
    :param remedy: what to do when the file cannot be used.
    :raises InputError: not well-formed, not decodable, with a document type definition or entities, nested deeper
        than :data:`MAX_DEPTH`, or with more than :data:`MAX_ELEMENTS` elements.
    """
    parser = _Parser()
    try:
        parser.feed(raw)
        root: Element = parser.close()
    except ParseError as error:
        raise InputError(name, error.position[0], "is not well-formed XML.", remedy) from error
    except DefusedXmlException as error:
        what = f"has a document type definition or entities ({type(error).__name__})."
        raise InputError(name, 1, what, "Leave them out; no such file needs them.") from error
    except OverflowError as error:
        raise InputError(name, 0, "is nested too deeply or has too many elements.", "Split the file.") from error
    except (LookupError, ValueError) as error:
        raise InputError(name, 1, f"cannot be decoded: {error}.", "Write it in UTF-8.") from error
    return root


def tag(element: Element) -> str:
    """Name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def line(element: Element) -> int:
    """Line of an element's start tag; 0 when it was not parsed here."""
    return int(element.get(_LINE, "0"))
