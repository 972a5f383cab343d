"""Views over bills of materials and the other input files: the trace in, tables out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...model.trace import Trace
from ..table import Table
from .comparison import sbom_diff
from .elements import sbom_minimum
from .files import input_files
from .parts import sbom_dependencies, sbom_licences

#: Views by id, each computed from the trace alone.
OF_BOMS: Mapping[str, Callable[[Trace], Table]] = {
    "input-files": input_files,
    "sbom-minimum": sbom_minimum,
    "sbom-diff": sbom_diff,
    "sbom-licences": sbom_licences,
    "sbom-dependencies": sbom_dependencies,
}

__all__ = ["OF_BOMS"]
