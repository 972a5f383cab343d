"""What the maker says of vulnerabilities in one release: one neutral form, from which every VEX format is written."""

from __future__ import annotations

from dataclasses import dataclass

NOT_AFFECTED, AFFECTED, FIXED, UNDER_INVESTIGATION = "not_affected", "affected", "fixed", "under_investigation"
#: Labels that say why a product is not affected (CISA, Minimum requirements for VEX).
JUSTIFICATIONS = (
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A published state of the document: its day and what changed."""

    date: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Who publishes, and how the document is tracked: what no item of the trace says.

    :param namespace: https address that is the publisher's own.
    :param contact: where reports and questions go, in words; may be empty.
    :param category: of CSAF: vendor, coordinator, ...
    :param number: tracking id of the document.
    :param status: draft, interim or final.
    :param tlp: label of the Traffic Light Protocol 2.0.
    :param revisions: oldest first; empty: the document is new on the as-of date.
    :param product: name of the product; empty: that of the project.
    """

    publisher: str
    namespace: str
    number: str
    contact: str = ""
    category: str = "vendor"
    authority: str = ""
    title: str = ""
    status: str = "draft"
    tlp: str = "CLEAR"
    revisions: tuple[Revision, ...] = ()
    product: str = ""
    product_purl: str = ""
    product_cpe: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VexComponent:
    """A component that a statement is about; without an id the product itself.

    :param ref: key inside its bill of materials; serial, revision: of that bill, where it was read.
    """

    id: str = ""
    name: str = ""
    version: str = ""
    purl: str = ""
    cpe: str = ""
    ref: str = ""
    serial: str = ""
    revision: str = ""

    @property
    def label(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """An approved patch that removes the vulnerability.

    :param available_on: empty: it is not available yet.
    """

    id: str
    title: str
    version: str = ""
    available_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VexStatement:
    """What is said of one vulnerability in some components of the release.

    :param item: id of the vulnerability item; name: CVE or other number; aliases: its further numbers.
    :param status: what may be said; declared: what the item says.
    :param reason: why no more can be said, in a sentence for readers of the document; empty where the declared stands.
    :param justification: one of the five labels of not affected.
    :param vectors: CVSS vectors by version: 2.0, 3.0, 3.1, 4.0.
    :param references: addresses of public records and advisories.
    :param planned: version that brings the fix, with the reason of deferral.
    """

    item: str
    name: str
    status: str
    declared: str
    title: str
    components: tuple[VexComponent, ...]
    aliases: tuple[str, ...] = ()
    reason: str = ""
    description: str = ""
    justification: str = ""
    impact: str = ""
    action: str = ""
    workaround: str = ""
    planned: tuple[str, str] = ("", "")
    fixes: tuple[Fix, ...] = ()
    cwes: tuple[str, ...] = ()
    vectors: tuple[tuple[str, str], ...] = ()
    references: tuple[str, ...] = ()
    safety: str = ""
    security: str = ""
    exploit_maturity: str = ""
    in_kev: str = ""
    identified_on: str = ""
    assessed_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherRelease:
    """What an approved item declares of the same vulnerability in another release."""

    name: str
    release: str
    version: str
    item: str
    status: str
    action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VexFile:
    """All that is said of one release.

    :param date: day of the document: that of its newest revision, else the as-of date.
    :param as_of: day against which the trace was judged.
    :param data: kinds of vulnerability data with their days, in words; empty: the trace does not say.
    :param notes: what was left out or written more carefully than declared, for the console.
    """

    publication: Publication
    product: VexComponent
    release: str
    date: str
    as_of: str
    data: str = ""
    statements: tuple[VexStatement, ...] = ()
    others: tuple[OtherRelease, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def moment(self) -> str:
        """The day of the document as a moment, since formats want one."""
        return f"{self.date}T00:00:00Z"

    @property
    def assessed_on(self) -> str:
        """On which data the document rests, in words."""
        return self.data or "days that are not recorded"

    @property
    def data_note(self) -> str:
        """The same as a sentence."""
        return f"Assessed on data of: {self.assessed_on}."

    @property
    def title(self) -> str:
        """Title of the document."""
        return self.publication.title or f"Vulnerabilities of {self.product.label}"
