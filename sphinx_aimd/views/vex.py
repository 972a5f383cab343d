"""A trace.json in, what may be said of its vulnerabilities out: nothing is claimed that is not proven.

``not_affected`` and ``fixed`` need an approved item whose verdict is ``verified``, and ``fixed`` a verified patch that
the version holds, or a test of it, besides; what falls short is under investigation, with the reason. An approved
``affected`` stays: a doubt never weakens a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..model.values import is_date
from ..model.vex import (
    AFFECTED,
    NOT_AFFECTED,
    Fix,
    OtherRelease,
    Publication,
    VexComponent,
    VexFile,
    VexStatement,
)
from ..model.weblinks import is_followable
from ..yamlfile import InputError
from .scope import ASSESSED_ON, NO_DATA
from .vexproof import Entry, Proof, day, justification_of, text, values
from .vexunity import without_contradictions

_VECTORS = {"2.0": "cvss_v20", "3.0": "cvss_v30", "3.1": "cvss_v31", "4.0": "cvss_v40"}


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
    statements = without_contradictions(found.statements(), found.notes)
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

    @property
    def proof(self) -> Proof:
        return Proof(self.items)

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
        return self.proof.of_type(kind)

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
        status, reason = self.proof.judged(item, declared, self.release)
        if reason:
            is_judged = item["reasons"] and item["status"] == "approved"
            why = f"{reason.rstrip('.')}: {item['reasons'][0]}" if is_judged else reason
            self.note(item, f"declares {declared or 'no status'} and is written as {status}. {why}")
        elif status == AFFECTED and not text(item, "action_statement"):
            self.note(item, "is affected and states no action.")
        names = names_of(item)
        is_of_several = len(names) > 1  # nothing tells which address is of which
        for name, aliases in names:
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
                justification=justification_of(item) if status == NOT_AFFECTED else "",
                impact=text(item, "impact_statement") if status == NOT_AFFECTED else "",
                action=text(item, "action_statement") if status == AFFECTED else "",
                workaround=text(item, "compensating_controls") if status == AFFECTED else "",
                planned=(text(item, "deferred_to"), text(item, "deferral_reason")) if status == AFFECTED else ("", ""),
                fixes=fixes,
                cwes=values(item, "cwe"),
                vectors=tuple((version, text(item, name)) for version, name in _VECTORS.items() if text(item, name)),
                references=() if is_of_several else tuple(filter(is_followable, values(item, "references"))),
                safety=text(item, "safety_assessment"),
                security=text(item, "security_assessment"),
                exploit_maturity=text(item, "exploit_maturity"),
                in_kev=text(item, "kev"),
                identified_on=day(item, "identified_on"),
                assessed_on=day(item, "assessed_on"),
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

    def others(self, names: set[str]) -> Iterator[OtherRelease]:
        """What approved items declare of these vulnerabilities in other releases, warnings and fixes alike."""
        for item in sorted(self.of_type("vulnerability"), key=lambda entry: entry["id"]):
            if item["status"] != "approved" or item["verdict"] == "inactive":
                continue
            for end in item["links"].get("affects", ()):
                release = self.items.get(end)
                if release is None or release["type"] != "release" or end == self.release["id"]:
                    continue
                status, _reason = self.proof.judged(item, text(item, "vex_status"), release)
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
