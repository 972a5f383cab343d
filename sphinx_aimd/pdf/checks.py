"""The checks of a PDF's structure as data: what each one asks, where the rule comes from and what to do.

Clause numbers are the same in ISO 19005-2:2011 (PDF/A-2) and ISO 19005-3:2012 (PDF/A-3) except for embedded files.
What a check asks is said in our own words; the standard decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..model.item import Severity

PDFA = "ISO 19005-2:2011 and ISO 19005-3:2012"
PDFA3 = "ISO 19005-3:2012"
PDFUA = "ISO 14289-1:2014"
PDF = "ISO 32000-1:2008"
HOUSE = "house rule"


@dataclass(frozen=True, slots=True)
class Check:
    """One question that is asked of a file.

    :param rule: standard and clause that it comes from, or "house rule".
    :param remedy: what to do when the answer is no.
    """

    rule: str
    remedy: str
    severity: Severity = Severity.ERROR


_REBUILD = "Build the file again."
_CHANGED = "Build the file again; a later program has changed it."
_SPLIT = "Split the document."
_AUTHOR = "Correct the source of this place and build the file again."
_STRIP = "Take it out."

CHECKS: Mapping[str, Check] = {
    # The file as a whole.
    "readable": Check(f"{PDF}, 7.5", _REBUILD),
    "readable-part": Check(HOUSE, "What could not be read was not judged. Build the file again."),
    "damaged": Check(f"{PDF}, 7.5", _REBUILD),
    "too-large": Check(HOUSE, "What lies beyond the bounds of this check was not judged. " + _SPLIT),
    "loop": Check(HOUSE, "Build the file again; a sound file has no such loop."),
    "header": Check(f"{PDFA}, 6.1.2; {PDFUA}, 6.1", _REBUILD),
    "trailer-id": Check(f"{PDFA}, 6.1.3", _REBUILD),
    "end-of-file": Check(f"{PDFA}, 6.1.3", "Cut the file at its end mark, or build it again."),
    "encrypted": Check(f"{PDFA}, 6.1.3", "Save it without password and without restrictions."),
    "filter": Check(f"{PDFA}, 6.1.7.2", "Save the stream with Flate compression."),
    "external-stream": Check(f"{PDFA}, 6.1.7.1", "Put the data into the file."),
    # Metadata and catalog.
    "xmp": Check(f"{PDFA}, 6.6.2.1; {PDFUA}, 7.1", _REBUILD),
    "pdfa-id": Check(
        f"{PDFA}, 6.6.4", "Build it in the profile that it is checked for, or choose the other --profile."
    ),
    "pdfua-id": Check(f"{PDFUA}, 5", _CHANGED),
    "title": Check(f"{PDFUA}, 7.1", "Give the document a title."),
    "language": Check(f"{PDFUA}, 7.2", "Set the language of the project."),
    "info-agrees": Check(HOUSE, "Two places name this differently; build the file again."),
    "display-title": Check(f"{PDFUA}, 7.1", _CHANGED),
    "marked": Check(f"{PDFUA}, 6.2", _CHANGED),
    "output-intent": Check(f"{PDFA}, 6.2.3 and 6.2.4.3", _CHANGED),
    # Structure tree.
    "tree": Check(f"{PDFUA}, 7.1", _CHANGED),
    "tree-parent": Check(f"{PDFUA}, 7.1; {PDF}, 14.7.2", _CHANGED),
    "role-map": Check(f"{PDFUA}, 7.1", "Map the tag to the standard one that is nearest in meaning."),
    "tag-language": Check(f"{PDFUA}, 7.2", _AUTHOR),
    "figure-alt": Check(f"{PDFUA}, 7.3", "Give the figure an alternative text."),
    "formula-alt": Check(f"{PDFUA}, 7.7", "Give the formula an alternative text."),
    "heading-order": Check(f"{PDFUA}, 7.4.2", "Use the heading level that follows, without leaving one out."),
    "heading-kind": Check(f"{PDFUA}, 7.4.4", "Use numbered heading tags alone."),
    "table-nesting": Check(f"{PDFUA}, 7.2", _AUTHOR),
    "table-header": Check(f"{PDFUA}, 7.5 (a recommendation)", "Give the table a header row.", Severity.WARNING),
    "table-scope": Check(f"{PDFUA}, 7.5", "Say for each header cell whether it heads a row or a column."),
    "table-regular": Check(f"{PDFUA}, 7.2", "Give each row the same number of columns, spans included."),
    "list-nesting": Check(f"{PDFUA}, 7.2", _AUTHOR),
    "contents-nesting": Check(f"{PDFUA}, 7.2", _AUTHOR),
    "note-id": Check(f"{PDFUA}, 7.9", _CHANGED),
    # Page content.
    "content-tagged": Check(f"{PDFUA}, 7.1", "Tag what is content, mark the rest as artifact."),
    "content-nesting": Check(
        f"{PDFUA}, 7.1", "Keep artifacts out of tagged content and tagged content out of artifacts."
    ),
    "content-owner": Check(f"{PDF}, 14.7.4; {PDFUA}, 7.1", _CHANGED),
    "content-missing": Check(f"{PDF}, 14.7.4", _CHANGED),
    "content-resource": Check(f"{PDFA}, 6.2.2", _CHANGED),
    "device-colour": Check(f"{PDFA}, 6.2.4.3", "Use colours of the output intent."),
    "font-embedded": Check(f"{PDFA}, 6.2.11.4.1; {PDFUA}, 7.21.4.1", "Embed the font."),
    "font-unicode": Check(f"{PDFA}, 6.2.11.7.2; {PDFUA}, 7.21.7", "Use a font that maps its characters to Unicode."),
    # Annotations, links and the outline.
    "annotation-kind": Check(f"{PDFA}, 6.3.1", _STRIP),
    "annotation-flags": Check(f"{PDFA}, 6.3.2", "Let the annotation be printed, and don't hide it."),
    "annotation-appearance": Check(f"{PDFA}, 6.3.3", "Give the annotation a normal appearance."),
    "annotation-tagged": Check(f"{PDFUA}, 7.18.1, 7.18.4 and 7.18.5", _CHANGED),
    "annotation-text": Check(f"{PDFUA}, 7.18.1 and 7.18.5", "Say in words what the annotation leads to or holds."),
    "tab-order": Check(f"{PDFUA}, 7.18.3", _CHANGED),
    "outline": Check(HOUSE, "Give the document headings; they become bookmarks."),
    "outline-depth": Check(HOUSE, "Let the bookmarks go as deep as the headings, to the third level at least."),
    "destination": Check(f"{PDF}, 12.3.2", "Correct the reference; its target is not in the file."),
    "remote-path": Check(HOUSE, "Link to a file beside this one by its bare name or a path below its folder."),
    "remote-target": Check(HOUSE, "Build the files of the set together, and check the folder that holds all of them."),
    "remote-type": Check(
        f"{PDFA3}, 6.8, as veraPDF reads it", "Name the other file without /Type; it is optional there."
    ),
    "uri": Check(HOUSE, "Use an address that begins with http:, https: or mailto:."),
    "action": Check(f"{PDFA}, 6.5.1 and 6.5.2", _STRIP),
    "open-action": Check(HOUSE, "Let the file open at a page, or leave the action out."),
    "form": Check(f"{PDFA}, 6.4.1 and 6.4.2; {PDFUA}, 7.15", _STRIP),
    # Embedded files.
    "attachment": Check(f"{PDFA}, 6.8 and house rule", "Use the archive profile for files with attachments."),
    "attachment-names": Check(f"{PDFA}, 6.8; {PDFUA}, 7.11", "Name the attached file in both places."),
    "attachment-relation": Check(f"{PDFA3}, 6.8", "Say how the attached file relates to the document."),
    "attachment-type": Check(f"{PDFA3}, 6.8", "Give the media type of the attached file."),
    "attachment-date": Check(f"{PDFA3}, 6.8", "Give the date of the attached file."),
    "attachment-listed": Check(f"{PDFA3}, 6.8", "List the attached file in the catalog and among the attachments."),
}

#: What a clean result does not say; printed with every result and part of the user guide.
NOT_CHECKED: tuple[str, ...] = (
    "whether the tags and alternative texts say what the page shows, and the order of reading",
    "glyphs, widths and character maps inside the embedded fonts",
    "colour contrast, transparency, images and colour profiles from within",
    "the syntax of each object, of content streams and of XMP extension schemas",
    "digital signatures (see aimd verify)",
)
