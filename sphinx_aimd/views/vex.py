"""A trace.json in, what may be said of its vulnerabilities out: nothing is claimed that is not proven.

``not_affected`` and ``fixed`` need an approved item whose verdict is ``verified``, and ``fixed`` a verified patch or
test besides; what falls short is under investigation, with the reason. An approved ``affected`` stays: a doubt never
weakens a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..model.values import is_date
from ..model.verdict import WORDS, Verdict
from ..model.vex import (
    AFFECTED,
    FIXED,
    JUSTIFICATIONS,
    NOT_AFFECTED,
    UNDER_INVESTIGATION,
    Fix,
    OtherRelease,
    Publication,
    VexComponent,
    VexFile,
    VexStatement,
)
from ..yamlfile import InputError
from .scope import ASSESSED_ON, NO_DATA

_VECTORS = {"2.0": "cvss_v20", "3.0": "cvss_v30", "3.1": "cvss_v31", "4.0": "cvss_v40"}
#: Why an item says less than it declares, for readers of the document.
NOT_APPROVED = "The assessment is not approved yet."
CONTRADICTED = "Statements about it contradict each other; this is being cleared up."
NO_STATUS = "The assessment is not finished."
NO_FIX = "The fix is not verified yet."
NO_REASON = "The reason why the product is not affected is not recorded yet."

Entry = Mapping[str, Any]


def collect(document: Entry, publication: Publication, name: str, release: str = "") -> VexFile:
    """Gather what is said of one release.

    :param document: content of a trace.json.
    :param name: name of its file, for messages.
    :param release: id of the release; empty: the one under review. Of another release only what names it counts.
    :raises InputError: there is no such release, or no as-of date.
    """
    items = {entry["id"]: entry for entry in document["items"]}
    if not is_date(document["as_of"]):
        raise InputError(name, 0, "has no as-of date.", "State it at the release under review.")
    found = _Collector(items, _release(items, name, release))
    statements = found.without_contradictions(found.statements())
    date = publication.revisions[-1].date if publication.revisions else document["as_of"]
    if date < document["as_of"]:
        found.notes.append(f"the newest revision is of {date}, the trace as of {document['as_of']}: add a revision.")
    version = text(found.release, "version")
    product = VexComponent(
        name=publication.product or _without(document["project"], version) or "Product",
        version=version,
        purl=publication.product_purl,
        cpe=publication.product_cpe,
    )
    return VexFile(
        publication=publication,
        product=product,
        release=found.release["id"],
        date=date,
        as_of=document["as_of"],
        data=_data(document["views"]),
        statements=tuple(sorted(statements, key=lambda one: (one.name, one.item))),
        others=tuple(found.others({one.name for one in statements})),
        notes=tuple(found.notes),
    )


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


def names_of(item: Entry) -> list[tuple[str, tuple[str, ...]]]:
    """The vulnerabilities that an item is about, each with its further numbers.

    Each CVE is one of its own; other numbers are aliases of it where there is one CVE only.
    """
    ids = values(item, "vulnerability_ids")
    ids = tuple(dict.fromkeys(one.strip() for one in ids if one.strip()))
    cves = [one for one in ids if one.startswith("CVE-")]
    if len(cves) > 1:
        return [(one, ()) for one in ids]
    return [((cves or ids)[0], tuple(one for one in ids if one != (cves or ids)[0]))] if ids else []


def _release(items: Mapping[str, Entry], name: str, wanted: str) -> Entry:
    if wanted:
        if items.get(wanted, {}).get("type") != "release":
            raise InputError(name, 0, f"has no release {wanted}.", "Name a release item.")
        return items[wanted]
    found = [
        entry
        for entry in items.values()
        if entry["type"] == "release" and text(entry, "under_review") == "true" and entry["verdict"] != "inactive"
    ]
    if len(found) != 1:
        raise InputError(name, 0, f"has {len(found)} releases under review.", "Mark exactly one, or give --release.")
    return found[0]


def _data(views: Iterable[Entry]) -> str:
    """The days of the data as the views of vulnerabilities state them in their scope; all state the same."""
    for view in views:
        _before, is_said, days = view["scope"].rpartition(ASSESSED_ON)
        if is_said:
            return " ".join(days.split()).removesuffix(".")
        if view["scope"].endswith(NO_DATA):
            return "no file of vulnerability data"
    return ""


def _without(project: str, version: str) -> str:
    """Name of the project without the version that covers show behind it."""
    return project.removesuffix(version).strip() if version else project


@dataclass
class _Collector:
    items: Mapping[str, Entry]
    release: Entry
    notes: list[str] = field(default_factory=list)

    def statements(self) -> Iterator[VexStatement]:
        for item in sorted(self.of_type("vulnerability"), key=lambda entry: entry["id"]):
            said = item["verdict"]
            components = self.components(item)
            if components is None:
                continue
            if said in ("inactive", "not_applicable"):
                self.note(item, f"is left out: it is {item['status'] if said == 'inactive' else 'not applicable'}.")
            elif not names_of(item):
                self.note(item, "is left out: it has no vulnerability number.")
            elif not components:
                self.note(item, "is left out: it names no component or release that it is in.")
            else:
                yield from self.said(item, components)

    def of_type(self, kind: str) -> list[Entry]:
        return [entry for entry in self.items.values() if entry["type"] == kind]

    def note(self, item: Entry, what: str) -> None:
        self.notes.append(f"{item['id']} {what}")

    def components(self, item: Entry) -> tuple[VexComponent, ...] | None:
        """What the item is about in this release; None when it is about other releases."""
        ends = [self.items[end] for end in item["links"].get("affects", ()) if end in self.items]
        releases = [end["id"] for end in ends if end["type"] == "release"]
        here = self.release["id"]
        if (releases and here not in releases) or (not releases and text(self.release, "under_review") != "true"):
            self.note(item, f"is left out: it is not said of {here}.")
            return None
        parts = [end for end in ends if end["type"] == "component"]
        of_here = [end for end in parts if here in (self.releases_of(end) or [here])]
        if parts and not of_here:
            self.note(item, f"is left out: none of its components is part of {here}.")
            return None
        if of_here:
            return tuple(_component(end) for end in sorted(of_here, key=lambda end: end["id"]))
        return (VexComponent(),) if ends else ()

    def releases_of(self, component: Entry) -> list[str]:
        parts = [self.items[end] for end in component["links"].get("part_of", ()) if end in self.items]
        return [part["id"] for part in parts if part["type"] == "release"]

    def said(self, item: Entry, components: tuple[VexComponent, ...]) -> Iterator[VexStatement]:
        declared = text(item, "vex_status")
        fixes = self.fixes(item)
        status, reason = self.judged(item, declared)
        if reason:
            is_judged = item["reasons"] and item["status"] == "approved"
            why = f"{reason.rstrip('.')}: {item['reasons'][0]}" if is_judged else reason
            self.note(item, f"declares {declared or 'no status'} and is written as {status}. {why}")
        elif status == AFFECTED and not text(item, "action_statement"):
            self.note(item, "is affected and states no action.")
        for name, aliases in names_of(item):
            yield VexStatement(
                item=item["id"],
                name=name,
                aliases=aliases,
                status=status,
                declared=declared,
                reason=reason,
                title=item["title"].strip() or name,
                components=components,
                description=text(item, "description"),
                justification=_justification(item) if status == NOT_AFFECTED else "",
                impact=text(item, "impact_statement") if status == NOT_AFFECTED else "",
                action=text(item, "action_statement") if status == AFFECTED else "",
                workaround=text(item, "compensating_controls") if status == AFFECTED else "",
                planned=(text(item, "deferred_to"), text(item, "deferral_reason")) if status == AFFECTED else ("", ""),
                fixes=fixes,
                cwes=values(item, "cwe"),
                vectors=tuple((version, text(item, name)) for version, name in _VECTORS.items() if text(item, name)),
                safety=text(item, "safety_assessment"),
                security=text(item, "security_assessment"),
                exploit_maturity=text(item, "exploit_maturity"),
                in_kev=text(item, "kev"),
                identified_on=day(item, "identified_on"),
                assessed_on=day(item, "assessed_on"),
            )

    def judged(self, item: Entry, declared: str) -> tuple[str, str]:
        """The status that may be written, and the reason where it is not the declared one."""
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
        if declared == FIXED and not self.is_fix_verified(item["id"]):
            return UNDER_INVESTIGATION, NO_FIX
        if declared == NOT_AFFECTED and not (_justification(item) or text(item, "impact_statement")):
            return UNDER_INVESTIGATION, NO_REASON
        return declared, ""

    def is_fix_verified(self, vulnerability: str) -> bool:
        """Whether a patch or test that is verified stands behind the fix, whatever the rules of the project ask."""
        return any(
            vulnerability in entry["links"].get(link, ()) and entry["verdict"] == "verified"
            for kind, link in (("patch", "fixes"), ("test", "verifies"))
            for entry in self.of_type(kind)
        )

    def fixes(self, item: Entry) -> tuple[Fix, ...]:
        return tuple(
            Fix(
                id=patch["id"],
                title=patch["title"],
                version=text(patch, "version"),
                available_on=day(patch, "available_on"),
            )
            for patch in sorted(self.of_type("patch"), key=lambda patch: patch["id"])
            if item["id"] in patch["links"].get("fixes", ()) and patch["status"] == "approved"
        )

    def without_contradictions(self, statements: Iterable[VexStatement]) -> list[VexStatement]:
        """One status for each vulnerability and component: of several the warning stands, else none is claimed."""
        found = list(statements)
        by_pair: dict[tuple[str, str], set[str]] = {}
        for one in found:
            for component in one.components:
                by_pair.setdefault((one.name, component.id), set()).add(one.status)
        torn = {pair: statuses for pair, statuses in by_pair.items() if len(statuses) > 1}
        done: list[VexStatement] = []
        for one in found:
            mine = [part for part in one.components if (one.name, part.id) in torn]
            sound = tuple(part for part in one.components if part not in mine)
            if sound:
                done.append(replace(one, components=sound))
            for part in mine:
                others = torn[one.name, part.id]
                about = f"of {one.name} in {part.label or 'the product'}"
                if AFFECTED in others and one.status != AFFECTED:
                    self.notes.append(
                        f"{one.item} says {one.status} {about}, another item says affected, which stands."
                    )
                elif AFFECTED in others:
                    done.append(replace(one, components=(part,)))
                else:
                    self.notes.append(f"{one.item} says {one.status} {about}, and another item says otherwise.")
                    done.append(_doubted(replace(one, components=(part,))))
        return done

    def others(self, names: set[str]) -> Iterator[OtherRelease]:
        """What approved items declare of these vulnerabilities in other releases, warnings and fixes alike."""
        for item in sorted(self.of_type("vulnerability"), key=lambda entry: entry["id"]):
            if item["status"] != "approved" or item["verdict"] == "inactive":
                continue
            status, _reason = self.judged(item, text(item, "vex_status"))
            for end in item["links"].get("affects", ()):
                release = self.items.get(end)
                if release is None or release["type"] != "release" or end == self.release["id"]:
                    continue
                for name, _aliases in names_of(item):
                    if name in names:
                        yield OtherRelease(
                            name=name,
                            release=end,
                            version=text(release, "version"),
                            item=item["id"],
                            status=status,
                            action=text(item, "action_statement") if status == AFFECTED else "",
                        )


def _justification(item: Entry) -> str:
    """One of the five labels that all formats share; another word is none."""
    found = text(item, "vex_justification")
    return found if found in JUSTIFICATIONS else ""


def _doubted(one: VexStatement) -> VexStatement:
    return replace(one, status=UNDER_INVESTIGATION, reason=CONTRADICTED, justification="", impact="")


def _component(item: Entry) -> VexComponent:
    return VexComponent(
        id=item["id"],
        name=text(item, "component_name") or item["title"],
        version=text(item, "version"),
        purl=text(item, "purl"),
        cpe=text(item, "cpe"),
        ref=text(item, "bom_ref"),
        serial=text(item, "bill_serial"),
        revision=text(item, "bill_revision"),
    )
