"""Items of a trace.json in, what is proven of a vulnerability in a release out: nothing is claimed that is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..model.fixes import holds
from ..model.values import is_date
from ..model.verdict import WORDS, Verdict
from ..model.vex import AFFECTED, FIXED, JUSTIFICATIONS, NOT_AFFECTED, UNDER_INVESTIGATION

#: Why an item says less than it declares, for readers of the document.
NOT_APPROVED = "The assessment is not approved yet."
CONTRADICTED = "Statements about it contradict each other; this is being cleared up."
NO_STATUS = "The assessment is not finished."
NO_FIX = "The fix is not verified yet in this version."
ELSEWHERE = "It was shown on another version of the product only."
NO_REASON = "The reason why the product is not affected is not recorded yet."

Entry = Mapping[str, Any]


def text(item: Entry, name: str) -> str:
    """A field as one text; empty when it is not filled."""
    value = item["fields"].get(name, "")
    if isinstance(value, list):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value).strip()


def day(item: Entry, name: str) -> str:
    """A field as a date; empty where it is none."""
    found = text(item, name)
    return found if is_date(found) else ""


def values(item: Entry, name: str) -> tuple[str, ...]:
    """A field as values."""
    value = item["fields"].get(name, [])
    return tuple(value) if isinstance(value, list) else ((str(value),) if value != "" else ())


@dataclass(frozen=True, slots=True)
class Proof:
    """What stands behind the statements of a trace.

    :param items: all items by id.
    """

    items: Mapping[str, Entry]

    def of_type(self, kind: str) -> list[Entry]:
        """Items of a type."""
        return [entry for entry in self.items.values() if entry["type"] == kind]

    def judged(self, item: Entry, declared: str, release: Entry) -> tuple[str, str]:
        """The status that may be written of a release, and the reason where it is not the declared one."""
        if item["status"] != "approved":
            return UNDER_INVESTIGATION, NOT_APPROVED
        if declared in (AFFECTED, UNDER_INVESTIGATION):
            return declared, ""
        if declared not in (NOT_AFFECTED, FIXED):
            return UNDER_INVESTIGATION, NO_STATUS
        if text(item, "contradiction"):
            return UNDER_INVESTIGATION, CONTRADICTED
        if item["verdict"] != "verified":
            return UNDER_INVESTIGATION, f"The evidence for the assessment is {WORDS[Verdict(item['verdict'])]}."
        if declared == FIXED and not self.is_fix_verified(item, release):
            return UNDER_INVESTIGATION, NO_FIX if is_under_review(release) else ELSEWHERE
        if declared == NOT_AFFECTED:
            return self.excused(item, release)
        return declared, ""

    def excused(self, item: Entry, release: Entry) -> tuple[str, str]:
        """The same of a proven item that says not affected: with its reason, and one that holds for the release."""
        justification = justification_of(item)
        if not (justification or text(item, "impact_statement")):
            return UNDER_INVESTIGATION, NO_REASON
        if justification == "component_not_present" and text(item, "bill_lists"):
            return UNDER_INVESTIGATION, CONTRADICTED
        if justification == "inline_mitigations_already_exist" and not is_under_review(release):
            return UNDER_INVESTIGATION, ELSEWHERE  # what the controls do was tested on the version under review
        return NOT_AFFECTED, ""

    def is_fix_verified(self, item: Entry, release: Entry) -> bool:
        """Whether a verified patch that a release holds, or a verified test of it, stands behind the fix.

        Whatever the rules of the project ask. Of another release than the one under review only its own results count.
        """
        tests = [
            test["id"]
            for test in self.of_type("test")
            if item["id"] in test["links"].get("verifies", ()) and self.is_shown_on(test, release)
        ]
        patches = [
            patch["id"]
            for patch in self.of_type("patch")
            if item["id"] in patch["links"].get("fixes", ())
            and patch["verdict"] == "verified"
            and holds(text(patch, "version"), text(release, "version"))
            and (is_under_review(release) or self.is_validated_on(patch, release))
        ]
        return bool(tests) or (bool(patches) and not text(item, "record_lists"))

    def is_validated_on(self, patch: Entry, release: Entry) -> bool:
        """Whether a test of a patch passed on a release."""
        return any(
            patch["id"] in test["links"].get("verifies", ()) and self.is_shown_on(test, release)
            for test in self.of_type("test")
        )

    def is_shown_on(self, test: Entry, release: Entry) -> bool:
        """Whether a test is verified and passed on a release; verdicts are those of the one under review."""
        if test["verdict"] != "verified" or is_under_review(release):
            return bool(test["verdict"] == "verified")
        version = text(release, "version")
        outcomes = {
            text(result, "outcome")
            for result in self.of_type("result")
            if test["id"] in result["links"].get("result_of", ())
            and text(result, "version_under_test") == version != ""
        }
        return outcomes == {"passed"}


def is_under_review(release: Entry) -> bool:
    """Whether a release is the one that verdicts are about."""
    return text(release, "under_review") == "true"


def justification_of(item: Entry) -> str:
    """One of the five labels that all formats share; another word is none."""
    found = text(item, "vex_justification")
    return found if found in JUSTIFICATIONS else ""
