"""Directives: an author's text in, records and nodes out; nothing is judged here."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from ..model.item import Location, Option, Record
from ..model.values import did_you_mean, split
from ..tracemodel import TraceModel
from ..views.changes import OF_COMPARISON
from ..views.dashboards import NAMES as DASHBOARDS
from ..views.documents import DOCUMENTS
from ..views.security import OF_CHAIN, OF_FILES
from ..views.statements import STATEMENTS
from ..views.summary import register_id
from .domain import FROM_FILES, AimdDomain, Shown, source_path
from .nodes import aimd_clauses, aimd_item, aimd_title, aimd_view
from .state import State, get_state

_OPTION = re.compile(r"\s*:?([^\s:]+)\s*:")


class AnyOption(dict[str, Callable[[str], str]]):
    """Takes every option as text, so that a wrong one is our finding at its line and not a lost item."""

    def __bool__(self) -> bool:
        return True

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)

    def __getitem__(self, name: str) -> Callable[[str], str]:
        return directives.unchanged

    def get(self, name: str, default: Any = None) -> Any:
        del name, default
        return directives.unchanged


class AimdDirective(SphinxDirective):
    """What our directives share: the domain, the place of an option, and problems noted for every build."""

    @property
    def state_of_build(self) -> State:
        return get_state(self.env.app)

    @property
    def model(self) -> TraceModel:
        return self.state_of_build.model

    @property
    def domain(self) -> AimdDomain:
        return self.state_of_build.domain

    def place(self) -> Location:
        source, line = self.get_source_info()
        return Location(source_path(source, str(self.env.srcdir)), line or self.lineno)

    def lines_of_options(self, start: int) -> dict[str, int]:
        """Line of each option inside the directive's text, which begins at line ``start``."""
        found: dict[str, int] = {}
        for line, text in enumerate(self.block_text.splitlines()[1:], start + 1):
            match = _OPTION.match(text)
            if match:
                found.setdefault(match[1], line)
        return found

    def problem(self, rule: str, name: str, message: str, remedy: str, option: str = "") -> list[nodes.Node]:
        """Note a model error; it is reported with the findings of every build."""
        place = self.place()
        line = self.lines_of_options(place.line).get(option, place.line)
        self.domain.note(
            "problems", self.env.current_document.docname, (rule, name, Location(place.file, line), message, remedy)
        )
        return []


class ItemDirective(AimdDirective):
    """``.. threat:: Title`` and the like: one item of the trace."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[Any] = AnyOption()

    def run(self) -> list[nodes.Node]:
        place = self.place()
        name = self.name.rpartition(":")[2].removeprefix("aimd-")
        title = " ".join(self.arguments[0].split())
        body = self.parse_content_to_nodes(allow_section_headings=False)
        lines = self.lines_of_options(place.line)
        record = Record(
            type=name,
            title=title,
            options=tuple(
                Option(name=key, value=(value or "").strip(), line=lines.get(key, place.line))
                for key, value in self.options.items()
            ),
            body="\n\n".join(text for text in (_plain(node) for node in body) if text),
            location=place,
            docname=self.env.current_document.docname,
        )
        self.domain.note("records", record.docname, record)
        item_id = str(self.options.get("id") or "").strip()
        card = aimd_item("", item=item_id, line=place.line, file=place.file)
        card += aimd_title("", f"{item_id} {title}".strip())
        card += body
        self.set_source_info(card)
        return [card]


def _plain(node: nodes.Node) -> str:
    """Text of a body node without its markup; what an author comments out has none."""
    if isinstance(node, nodes.comment | nodes.system_message | nodes.target):
        return ""
    return node.astext().strip()


class ClausesDirective(AimdDirective):
    """``.. clauses:: KEY``: the clauses of an instrument, or those named in ``:ids:``."""

    required_arguments = 1
    option_spec: ClassVar[Any] = {"ids": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        key = self.arguments[0].strip()
        catalogue = self.state_of_build.catalogue
        if key not in catalogue.instruments:
            message = f"there is no instrument {key!r}.{did_you_mean(key, catalogue.instruments)}"
            return self.problem("clauses", key, message, f"Loaded: {', '.join(sorted(catalogue.instruments))}.")
        known = {clause.id for clause in catalogue.of(key)}
        wanted = split(self.options.get("ids", ""), ",")
        for clause in wanted:
            if clause not in known:
                message = f"instrument {key} has no clause {clause!r}.{did_you_mean(clause, known)}"
                self.problem("clauses", clause, message, "Correct the id.", "ids")
        self.domain.note("clauses", self.env.current_document.docname, (key, tuple(c for c in wanted if c in known)))
        node = aimd_clauses("", instrument=key, clauses=[c for c in wanted if c in known])
        self.set_source_info(node)
        return [node]


class FilesDirective(AimdDirective):
    """``.. items-from-files:: TYPE, ...``: cards of items that readers made and that no author has completed."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        wanted = split(self.arguments[0], ",")
        for name in wanted:
            if name not in self.model.types:
                message = f"there is no item type {name!r}.{did_you_mean(name, self.model.types)}"
                self.problem("items-from-files", name, message, f"Known: {', '.join(self.model.types)}.")
        types = tuple(name for name in wanted if name in self.model.types)
        self.domain.note("clauses", self.env.current_document.docname, (FROM_FILES, types))
        node = aimd_clauses("", instrument="", clauses=[], types=list(types))
        self.set_source_info(node)
        return [node]


class ViewDirective(AimdDirective):
    """What all view directives share: a node that names the view."""

    def show(self, view: str, types: tuple[str, ...] = (), place: Location | None = None) -> list[nodes.Node]:
        self.domain.note("views", self.env.current_document.docname, Shown(view, types, place))
        node = aimd_view("", view=view)
        self.set_source_info(node)
        return [node]


class TraceMatrixDirective(ViewDirective):
    """``.. trace-matrix:: ID`` with ``:instrument: KEY`` for the part of one instrument; statements too."""

    required_arguments = 1
    option_spec: ClassVar[Any] = {"instrument": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        matrix = self.arguments[0].strip()
        specs = self.model.matrices
        if matrix not in specs and matrix not in STATEMENTS:
            message = f"there is no matrix {matrix!r}.{did_you_mean(matrix, [*specs, *STATEMENTS])}"
            return self.problem("matrix", matrix, message, f"Known: {', '.join(sorted([*specs, *STATEMENTS]))}.")
        key = self.options.get("instrument", "").strip()
        if not key:
            return self.show(matrix)
        instruments = self.state_of_build.catalogue.instruments
        if key not in instruments or matrix not in specs or specs[matrix].per != "instrument":
            message = f"matrix {matrix} has no part for instrument {key!r}.{did_you_mean(key, instruments)}"
            return self.problem("matrix", matrix, message, "Correct or remove :instrument:.", "instrument")
        return self.show(f"{matrix}-{key.lower()}")


class CoverageDirective(ViewDirective):
    """``.. coverage::``: clauses by verdict for each instrument, as a picture and a table."""

    def run(self) -> list[nodes.Node]:
        return self.show("coverage")


class DashboardDirective(ViewDirective):
    """``.. dashboard:: NAME``: figures about the whole file, or what changed since an earlier state."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        name, known = self.arguments[0].strip(), (*DASHBOARDS, *OF_COMPARISON, DOCUMENTS, *OF_CHAIN, *OF_FILES)
        if name not in known:
            message = f"there is no dashboard {name!r}.{did_you_mean(name, known)}"
            return self.problem("dashboard", name, message, f"Known: {', '.join(sorted(known))}.")
        return self.show(name)


class GapListDirective(ViewDirective):
    """``.. gap-list::``: every finding."""

    def run(self) -> list[nodes.Node]:
        return self.show("gap-list")


class RegisterDirective(ViewDirective):
    """``.. register::`` with ``:types:``: all items of some types."""

    option_spec: ClassVar[Any] = {"types": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        wanted = split(self.options.get("types", ""), ",")
        for name in wanted:
            if name not in self.model.types:
                message = f"there is no item type {name!r}.{did_you_mean(name, self.model.types)}"
                self.problem("register", name, message, f"Known: {', '.join(self.model.types)}.", "types")
        types = tuple(name for name in wanted if name in self.model.types)
        if not types:
            if not wanted:
                self.problem("register", "", "a register needs :types:.", "Name one or more item types.")
            return []
        return self.show(register_id(types), types)


VIEWS: dict[str, type[ViewDirective] | type[ClausesDirective] | type[FilesDirective]] = {
    "clauses": ClausesDirective,
    "items-from-files": FilesDirective,
    "trace-matrix": TraceMatrixDirective,
    "coverage": CoverageDirective,
    "dashboard": DashboardDirective,
    "gap-list": GapListDirective,
    "register": RegisterDirective,
}
