"""veraPDF, where a user has it: run for the standards of a profile, its report read, failed rules as remarks.

Its default report ("xml", called "mrr" before veraPDF 1.24) is documented at docs.verapdf.org/cli/validation.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from ..model.item import Severity
from ..yamlfile import InputError
from .remarks import Remark

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: Standards of a profile as veraPDF's option names them, and what the name of its profile must hold.
FLAVOURS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "submission": (("2u", "PDF/A-2U"), ("ua1", "PDF/UA-1")),
    "archive": (("3u", "PDF/A-3U"), ("ua1", "PDF/UA-1")),
}
NOT_FOUND = "veraPDF not found: judged by the structural check alone."
MAX_REPORT = 50_000_000
#: Seconds for one run: what Java needs to start, more for each file, and for each megabyte, since 3 MB of tagged tables
#: hold 8 million checks: 40 seconds of a processor that has nothing else to do, 6 minutes of one that many share.
START, EACH, MEGABYTE = 60, 120, 120
_REMEDY = "See the rule of veraPDF, correct the source and build the file again."
_ALONE = "Run it by itself and see what it says."


@dataclass(frozen=True, slots=True)
class Judged:
    """What veraPDF said of one file for one standard.

    :param standard: as people write it, for example ``PDF/A-2U``.
    :param is_compliant: it said so itself; ``None`` where it gave no judgement.
    :param version: of veraPDF, as its report states it; empty where it does not.
    """

    standard: str
    is_compliant: bool | None
    remarks: tuple[Remark, ...]
    version: str = ""


def find(given: str = "") -> str:
    """Path of veraPDF.

    :param given: what the user named; else it is looked for on the search path.
    :return: empty where there is none.
    :raises InputError: what the user named is no program.
    """
    found = shutil.which(given or "verapdf")
    if given and not found:
        raise InputError(given, 0, "is no program that can be run.", "Give the path of veraPDF's own start script.")
    return found or ""


def judge(program: str, files: Sequence[Path], profile: str) -> Mapping[Path, tuple[Judged, ...]]:
    """Let veraPDF judge files.

    :param program: path of veraPDF.
    :param profile: ``submission`` or ``archive``.
    :raises InputError: it does not run, takes too long, or prints no report that can be read.
    """
    found: dict[Path, list[Judged]] = {path: [] for path in files}
    for flavour, standard in FLAVOURS[profile]:
        report = _report(_run(program, flavour, files), program)
        jobs = {Path(job.findtext("item/name", "")).resolve(): job for job in report.iterfind("jobs/job")}
        version = _version(report)
        for path in files:
            found[path].append(replace(_judged(jobs.get(path.resolve()), standard), version=version))
    return {path: tuple(judged) for path, judged in found.items()}


def _run(program: str, flavour: str, files: Sequence[Path]) -> bytes:
    """Standard output of one run; it is kept in a file, so that its size can be bounded."""
    paths = [str(path.resolve()) for path in files]
    command = [program, "--flavour", flavour, "--maxfailuresdisplayed", "1", *paths]
    megabytes = sum(path.stat().st_size for path in files) / 1e6
    with tempfile.TemporaryFile() as out:
        try:
            subprocess.run(  # noqa: S603 - the program that the user has installed or named
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.DEVNULL,
                timeout=START + EACH * len(files) + MEGABYTE * megabytes,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise InputError(program, 0, f"took more than {error.timeout:.0f} seconds.", "Check fewer files.") from None
        except OSError as error:
            message = f"cannot be run: {error.strerror}."
            raise InputError(program, 0, message, "Check veraPDF, and the Java that it needs.") from None
        if out.tell() > MAX_REPORT:
            raise InputError(program, 0, f"printed more than {MAX_REPORT} bytes.", "Check fewer files.")
        out.seek(0)
        return out.read()


def _report(report: bytes, program: str) -> Element:
    try:
        root: Element = ElementTree.fromstring(report, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        message = f"printed no report that can be read: {str(error)[:100]}."
        raise InputError(program, 0, message, _ALONE) from None
    return root


def _version(report: Element) -> str:
    """Version of its library, which holds the rules."""
    core = report.find("buildInformation/releaseDetails[@id='core']")
    return " ".join(core.get("version", "").split())[:40] if core is not None else ""


def _judged(job: Element | None, standard: str) -> Judged:
    """A judgement only where veraPDF states one, for the standard that was asked for."""
    report = job.find("validationReport") if job is not None else None
    if job is None or report is None:
        said = next((one.text for one in job.iter("exceptionMessage") if one.text), "") if job is not None else ""
        why = f" {said.rstrip('.')}." if said else ""
        return Judged(standard, None, (_remark(f"veraPDF gave no judgement on {standard}.{why}", standard, _ALONE),))
    if (
        standard.lower() not in report.get("profileName", "").lower()
        or report.get("jobEndStatus", "normal") != "normal"
    ):
        name = report.get("profileName", "an unknown standard")
        message = f"veraPDF judged {name[:80]}, not all of {standard}."
        return Judged(standard, None, (_remark(message, standard, _ALONE),))
    failed = tuple(
        _failed(rule, standard) for rule in report.iterfind("details/rule") if rule.get("status") == "failed"
    )
    is_compliant = report.get("isCompliant") == "true" and not failed
    if not is_compliant and not failed:
        failed = (_remark(f"veraPDF says that the file does not conform to {standard}.", standard),)
    return Judged(standard, is_compliant, tuple(sorted(failed, key=lambda remark: remark.order)))


def _failed(rule: Element, standard: str) -> Remark:
    place = f"{rule.get('specification', standard)}, {rule.get('clause', '?')}, test {rule.get('testNumber', '?')}"
    described = " ".join(rule.findtext("description", "").split())[:300] or "A rule is broken."
    count = rule.get("failedChecks", "")
    return _remark(f"{described} ({count or 'unknown number of'} failures)", place)


def _remark(message: str, rule: str, remedy: str = _REMEDY) -> Remark:
    return Remark(check="verapdf", page=None, message=message, remedy=remedy, severity=Severity.ERROR, rule=rule)
