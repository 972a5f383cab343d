"""A report of tests in, its cases out: JUnit XML, SARIF, a table or a list of findings, told apart by the content."""

from __future__ import annotations

from ..model.inputs import Report
from . import junit, pentest, results_csv, sarif
from .execution import NO_DEFAULTS, Defaults
from .opened import Opened

_KNOWN = "Known: JUnit XML, SARIF 2.1.0, a table of results or of penetration test findings as CSV, findings as JSON."
#: Bytes with which XML in UTF-16 begins.
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SPACE = b"\xef\xbb\xbf \t\r\n"


def read(opened: Opened, defaults: Defaults = NO_DEFAULTS) -> Report:
    """Read a report of any known format.

    :raises InputError: of no known format, or refused by the reader of its format.
    """
    name = opened.name.casefold().removesuffix(".gz")
    start = opened.raw[:1000].lstrip(_SPACE)[:1]
    if name.endswith(".xml") or start == b"<" or opened.raw.startswith(_UTF16):
        return junit.read(opened, defaults)
    is_json = name.endswith((".json", ".sarif")) or start in (b"{", b"[")
    if is_json and sarif.is_mine(opened):
        return sarif.read(opened, defaults)
    if pentest.is_mine(opened):
        return pentest.read(opened, defaults)
    if not is_json and results_csv.is_mine(opened):
        return results_csv.read(opened, defaults)
    raise opened.fail("is no test report of a known format.", f"{_KNOWN} Take it out of aimd_results otherwise.")
