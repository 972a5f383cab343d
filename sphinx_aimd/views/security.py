"""The views of the security chain by id: bills of materials, vulnerability data, methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..model.trace import Trace
from .bom import OF_BOMS
from .marks import CODE_MARKS, code_marks
from .methods import OF_METHODS
from .pentest import PENTEST_FINDINGS, pentest_findings
from .scores import REFERENCES, SCORES, vulnerability_references, vulnerability_scores
from .table import Table
from .toassess import TO_ASSESS, vulnerabilities_to_assess

#: Views that say something of any file.
OF_CHAIN: Mapping[str, Callable[[Trace], Table]] = {
    **OF_METHODS,
    TO_ASSESS: vulnerabilities_to_assess,
    SCORES: vulnerability_scores,
}
#: Views that exports hold only where input files were read.
OF_FILES: Mapping[str, Callable[[Trace], Table]] = {
    **OF_BOMS,
    CODE_MARKS: code_marks,
    PENTEST_FINDINGS: pentest_findings,
    REFERENCES: vulnerability_references,
}
