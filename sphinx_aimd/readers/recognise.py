"""An input file in, what it holds out: the reader is found by the content, never by the name alone."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import Any

from .known import NOTHING, Known
from .opened import Opened

#: Modules with ``is_mine`` and ``read``, asked in this order.
READERS = (
    "cyclonedx",
    "spdx2",
    "spdx3",
    "openvex",
    "csaf",
    "osv",
    "cve",
    "exploited",
    "threat_dragon",
    "otm",
    "threagile",
    "pytm",
)
#: What these readers know, for messages.
FORMATS = (
    "CycloneDX, SPDX, OpenVEX, CSAF, OSV, CVE JSON 5, the KEV catalogue, EPSS, Threat Dragon, OTM, Threagile and pytm"
)


def read_file(opened: Opened, known: Known = NOTHING) -> tuple[Any, ...]:
    """Read a file of one of the formats that this project knows.

    :return: values of :mod:`sphinx_aimd.model.bom`, :mod:`~sphinx_aimd.model.advisory` and
        :mod:`~sphinx_aimd.model.imported`.
    :raises InputError: no reader knows the file, or the one that does refuses it.
    """
    for name in READERS:
        reader = importlib.import_module(f"{__package__}.{name}")
        if reader.is_mine(opened):
            found: Iterable[Any] = reader.read(opened, known)
            return tuple(found)
    remedy = f"Known: {FORMATS}. Move another file elsewhere, or name in aimd_inputs what is to be read."
    raise opened.fail("is of no format that is known.", remedy)
