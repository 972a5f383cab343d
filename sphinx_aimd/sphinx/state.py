"""What one build knows: the model, the records read so far and the dossier computed from them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from weakref import WeakKeyDictionary

from sphinx.application import Sphinx

from ..catalogue import Catalogue
from ..crosswalk import Crosswalk
from ..filing import file_pages, order
from ..model.baseline import Baseline
from ..model.comments import faults
from ..model.item import Finding, Location, Severity
from ..model.trace import Trace, assess
from ..model.values import did_you_mean
from ..profile import Profile
from ..readers import comments as comment_file
from ..readers.inputs import gather
from ..tracemodel import TraceModel
from ..views.cards import approved_copy
from ..views.commented import with_rows
from ..views.dossier import Dossier
from ..views.places import Places
from ..writers.typst import pages

if TYPE_CHECKING:
    from .domain import AimdDomain

#: Folder of the output for what no source stands behind.
FOLDER = "_aimd"
#: Pages that hold clauses and items of files which no page of the project shows.
HOME, FILES = f"{FOLDER}/clauses", f"{FOLDER}/items"
#: The view of every item and clause, which the search leads to.
ALL_ITEMS = "all-items"


@dataclass
class State:
    """State of one application, never pickled."""

    app: Sphinx
    model: TraceModel
    catalogue: Catalogue
    crosswalk: Crosswalk
    profile: Profile | None = None
    baseline: Baseline | None = None
    assets_before: frozenset[str] = frozenset()
    taken: set[str] = field(default_factory=set)
    _dossier: Dossier | None = None
    homes: dict[str, str] = field(default_factory=dict)
    homeless: dict[str, list[str]] = field(default_factory=dict)
    page_order: list[str] = field(default_factory=list)
    page_digests: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)
    data_files: dict[str, dict[str, str]] = field(default_factory=dict)
    foreign: list[Finding] = field(default_factory=list)

    @property
    def domain(self) -> AimdDomain:
        domain: AimdDomain = self.app.env.get_domain("aimd")  # type: ignore[assignment]
        return domain

    @property
    def dossier(self) -> Dossier:
        """Views and findings of this build; available from ``env-updated`` on."""
        if self._dossier is None:
            self.compute()
        assert self._dossier is not None  # noqa: S101 - set by compute
        return self._dossier

    def compute(self) -> None:
        """Judge everything that was read; a pure function of records, inputs and configuration."""
        config = self.app.config
        records = self.domain.records
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        inputs = gather(
            Path(self.app.srcdir),
            self.model,
            records,
            results=config.aimd_results,
            review_file=config.aimd_reviews,
            epoch=int(epoch) if epoch.isdigit() else None,
            every_pattern="aimd_results" in config._raw_config or "aimd_results" in config.overrides,
            inputs=config.aimd_inputs,
            every_input="aimd_inputs" in config._raw_config or "aimd_inputs" in config.overrides,
            code=config.aimd_code,
        )
        trace = assess(
            self.model,
            self.catalogue,
            records,
            inputs,
            gate=config.aimd_gate,
            as_of=config.aimd_as_of,
            profile=self.profile,
            crosswalk=self.crosswalk,
        )
        self.homes = self._homes(trace)
        self.homeless = self._homeless(trace)
        self.page_order = self._page_order()
        comments, unread = comment_file.gather(Path(self.app.srcdir), config.aimd_comments)
        filing = file_pages(self.model.documents, self.page_order, self._held(trace))
        trace = replace(trace, comments=comments, filing=filing, drawn=frozenset(self.domain.drawn))
        more = [*self._page_findings(trace), *unread, *faults(comments, trace.items)]
        if comments:
            first = Dossier(trace, self.domain.registers, more, baseline=self.baseline)
            trace = replace(trace, comments=with_rows(first, comments))
        places = Places(self._pages)
        self.__dict__.pop("view_homes", None)
        self.data_files.clear()
        self._dossier = Dossier(trace, self.domain.registers, more, places, self.baseline)
        self.evidence = self._evidence(trace)

    def _pages(self) -> Mapping[str, Any] | str:
        """Places of items in the PDF that ``aimd_pages_json`` leads to."""
        name = self.app.config.aimd_pages_json
        return pages.read(Path(self.app.confdir, name) if name else None, self.digest() if name else "")

    def _page_findings(self, trace: Trace) -> list[Finding]:
        """Roles and directives of pages that name what does not exist."""
        found = []

        def add(rule: str, name: str, place: Location, message: str, remedy: str) -> None:
            severity = Severity.ERROR
            finding = Finding(
                rule=rule,
                severity=severity,
                item=name,
                location=place,
                message=message,
                remedy=remedy,
                is_model_error=True,
            )
            found.append(finding)

        for named in self.domain.every("references"):
            if named.target not in trace.items:
                hint = did_you_mean(named.target, trace.items)
                message = f"there is no item or clause {named.target!r}.{hint}"
                add("reference", named.target, Location(named.file, named.line), message, "Correct the id.")
        for problem in self.domain.every("problems"):
            add(*problem)
        for name, place in self.domain.drawings:
            if name in trace.items and trace.items[name].type != "view":
                message = f"{name} is no architecture view, so it has no data flow to draw."
                add("data-flow", name, place, message, "Name an item of the type view.")
        return found

    def _homes(self, trace: Trace) -> dict[str, str]:
        """Page of each item and clause; the first page that shows a clause is its home."""
        homes = {item.id: item.docname for item in trace.items.values() if item.docname}
        for docname, shown in sorted(self.domain.shown_cards(self.catalogue, trace).items()):
            for item_id in shown:
                homes.setdefault(item_id, docname)
        for clause_id, row in self.catalogue.clauses.items():
            homes.setdefault(clause_id, f"{HOME}-{row.instrument.key.lower()}")
        for name in self.model.types:
            for item_id in trace.from_files([name]):
                homes.setdefault(item_id, f"{FILES}-{name}")
        return homes

    def _evidence(self, trace: Trace) -> dict[str, str]:
        """Place in the output of each evidence file that exists and is the approved one."""
        found = {}
        for item in trace.items.values():
            digest = approved_copy(trace, item)
            if digest:
                found[item.text("path")] = f"{digest[:16]}/{PurePosixPath(item.text('path')).name}"
        return dict(sorted(found.items()))

    def digest(self) -> str:
        """Digest of everything that a page of the output is made from: the dossier, the pages and what they include."""
        env = self.app.env
        files = {str(env.doc2path(docname)) for docname in env.found_docs}
        files |= {str(Path(self.app.srcdir, name)) for names in env.dependencies.values() for name in names}
        total = hashlib.sha256()
        shown = {os.path.relpath(file, self.app.srcdir).replace(os.sep, "/"): file for file in files}
        for name, file in sorted(shown.items()):
            content = Path(file).read_bytes() if Path(file).is_file() else b""
            total.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
        trace = self.dossier.trace
        total.update(repr((trace.version, trace.as_of, trace.gate, self.findings)).encode("utf-8", "backslashreplace"))
        earlier = self.baseline.digest if self.baseline is not None else ""
        filed = (self.app.config.aimd_pdf_whole, trace.model.documents, trace.approvals)
        total.update(repr(filed).encode("utf-8", "backslashreplace"))
        total.update(repr((self.profile, self.crosswalk, earlier)).encode("utf-8", "backslashreplace"))
        read = (trace.graph.inputs.sources, trace.graph.inputs.marks)
        total.update(repr(read).encode("utf-8", "backslashreplace"))
        for item_id in trace.items:
            total.update(repr(self.dossier.card(item_id)).encode("utf-8", "backslashreplace"))
        return total.hexdigest()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings of the build, sorted."""
        return tuple(sorted({*self.dossier.findings, *self.foreign}, key=lambda finding: finding.sort_key))

    @property
    def has_extra_pages(self) -> bool:
        """Whether the builder writes pages that no source stands behind, and scripts with them."""
        return self.app.builder.name in ("html", "dirhtml")

    @property
    def has_trace_pages(self) -> bool:
        return self.has_extra_pages and self.app.config.aimd_trace_pages

    @cached_property
    def view_homes(self) -> dict[str, str]:
        """Page of each view that a page shows, that figures lead to, or that the search leads to."""
        homes: dict[str, str] = {}
        for docname, views in sorted(self.domain.data["views"].items()):
            for shown in views:
                homes.setdefault(shown.view, docname)
        if self.has_extra_pages:
            wanted = {ALL_ITEMS}
            for view in homes:
                rows = self.dossier.views[view].rows
                wanted |= {cell.rows.view for row in rows for cell in row if cell.rows is not None}
            homes |= {view: f"{FOLDER}/view-{view}" for view in sorted(wanted - homes.keys())}
        return homes

    def edit_address(self, file: str, line: int) -> str | None:
        """Where the author edits a line of a source, if the project says how."""
        pattern: str = self.app.config.aimd_edit_url
        return pattern.replace("{file}", quote(file)).replace("{line}", str(line)) if pattern else None

    def extra_title(self, item_id: str) -> str:
        """Title of the extra page that holds a clause or an item."""
        clause = self.catalogue.clauses.get(item_id)
        if clause is not None:
            return f"{clause.instrument.short_title}: clauses that no page shows"
        return f"{self.model.type_title(self.dossier.trace.items[item_id].type)}: items from files that no page shows"

    def _homeless(self, trace: Trace) -> dict[str, list[str]]:
        """Clauses and items from files that no page shows, by the extra page that holds them."""
        found: dict[str, list[str]] = {}
        for name in self.model.types:
            for item_id in trace.from_files([name]):
                if self.homes[item_id].startswith(FILES):
                    found.setdefault(self.homes[item_id], []).append(item_id)
        for clause in self.catalogue.clauses.values():
            if self.homes[clause.id].startswith(HOME):
                found.setdefault(self.homes[clause.id], []).append(clause.id)
        return found

    def _page_order(self) -> list[str]:
        """All pages in the order of the project, then those that no source stands behind."""
        env = self.app.env
        children = {name: list(found) for name, found in env.toctree_includes.items()}
        return [*order(self.app.config.root_doc, children, env.found_docs), *sorted(self.homeless)]

    def _held(self, trace: Trace) -> dict[str, list[str]]:
        """Items by each page that defines them or shows them as cards."""
        found = {docname: list(ids) for docname, ids in self.domain.shown_cards(self.catalogue, trace).items()}
        found |= {docname: list(ids) for docname, ids in self.homeless.items()}
        for item in trace.items.values():
            if item.docname:
                found.setdefault(item.docname, []).append(item.id)
        return {page: [item for item in ids if trace.items[item].type != "clause"] for page, ids in found.items()}


_STATES: WeakKeyDictionary[Sphinx, State] = WeakKeyDictionary()


def set_state(app: Sphinx, state: State) -> None:
    """Attach the state to its application."""
    _STATES[app] = state


def get_state(app: Sphinx) -> State:
    """State of an application that was set up with this extension."""
    return _STATES[app]
