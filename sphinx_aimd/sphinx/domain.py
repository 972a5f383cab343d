"""The Sphinx domain ``aimd``: items and clauses as objects, and the records that pages hold."""

from __future__ import annotations

import os
from collections.abc import Iterator, Set
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from docutils import nodes
from docutils.nodes import Element
from sphinx.addnodes import pending_xref
from sphinx.builders import Builder
from sphinx.domains import Domain, ObjType
from sphinx.environment import BuildEnvironment
from sphinx.roles import XRefRole
from sphinx.util.nodes import make_refnode

from ..model.item import Location, Record
from ..views.dataflow_drawing import PREFIX as DATA_FLOW
from .state import get_state

if TYPE_CHECKING:
    from ..catalogue import Catalogue
    from ..model.trace import Trace


#: Stands for the instrument where a page shows items that readers made of files, by their types.
FROM_FILES = ""


class Shown(NamedTuple):
    """A view that a page shows: its id, for registers the item types, and where a data flow is asked for."""

    view: str
    types: tuple[str, ...] = ()
    place: Location | None = None


class Named(NamedTuple):
    """A reference by the role: what it names and where it stands."""

    target: str
    file: str
    line: int


class ItemRole(XRefRole):
    """``:aimd:item:`` with a title on hover; what it names is checked with the graph, in every build."""

    def process_link(
        self, env: BuildEnvironment, refnode: Element, has_explicit_title: bool, title: str, target: str
    ) -> tuple[str, str]:
        title, target = super().process_link(env, refnode, has_explicit_title, title, target)
        source, line = self.get_source_info()
        file = source_path(source, str(env.srcdir))
        env.get_domain("aimd").note("references", env.current_document.docname, Named(target, file, line))  # type: ignore[attr-defined]
        return title, target


def source_path(source: str | None, srcdir: str) -> str:
    """Path of a source relative to the source folder, with forward slashes."""
    return os.path.relpath((source or "").partition(":<")[0] or srcdir, srcdir).replace(os.sep, "/")


class AimdDomain(Domain):
    """Records, views and clause lists by page; the graph itself is computed from them in each build."""

    name = "aimd"
    label = "Medical device cybersecurity"
    object_types = {"item": ObjType("item", "item"), "clause": ObjType("clause", "item")}
    roles = {"item": ItemRole()}
    initial_data: ClassVar[dict[str, dict[str, list[Any]]]] = {
        kind: {} for kind in ("records", "views", "clauses", "references", "any", "problems")
    }
    data_version = 2

    @property
    def records(self) -> list[Record]:
        """Records of all pages in the order of pages."""
        return list(self.every("records"))

    @property
    def registers(self) -> list[tuple[str, ...]]:
        """Item types of the registers that pages show."""
        return [shown.types for shown in self.every("views") if shown.types]

    @property
    def drawn(self) -> list[str]:
        """Ids of the architecture views that pages draw as data flows."""
        return sorted({name for name, _place in self.drawings})

    @property
    def drawings(self) -> list[tuple[str, Location]]:
        """What pages ask to be drawn, and where they do."""
        return [(shown.view.removeprefix(DATA_FLOW), shown.place) for shown in self.every("views") if shown.place]

    def note(self, kind: str, docname: str, value: object) -> None:
        """Remember something that a page holds: a record, a view, a clause list, a reference."""
        self.data[kind].setdefault(docname, []).append(value)

    def every(self, kind: str) -> Iterator[Any]:
        """What all pages hold of a kind, in the order of pages."""
        for _docname, found in sorted(self.data[kind].items()):
            yield from found

    def of(self, kind: str, docname: str) -> list[Any]:
        """What a page holds of a kind."""
        found: list[Any] = self.data[kind].get(docname, [])
        return found

    def shown_cards(self, catalogue: Catalogue, trace: Trace) -> dict[str, list[str]]:
        """Ids of the clauses and of the items from files that pages show, by page."""
        found: dict[str, list[str]] = {}
        for docname, lists in self.data["clauses"].items():
            for key, ids in lists:
                if key == FROM_FILES:
                    found.setdefault(docname, []).extend(trace.from_files(ids))
                    continue
                known = [clause.id for clause in catalogue.of(key)]
                found.setdefault(docname, []).extend(c for c in known if not ids or c in ids)
        return found

    def process_doc(self, env: BuildEnvironment, docname: str, document: nodes.document) -> None:
        """Note what ``:any:`` names, so that the page is written again when that changes."""
        del env
        for node in document.findall(pending_xref):
            if node.get("reftype") == "any":
                self.note("any", docname, node["reftarget"])

    def clear_doc(self, docname: str) -> None:
        for pages in self.data.values():
            if isinstance(pages, dict):
                pages.pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        for kind in self.initial_data:
            for docname, found in otherdata[kind].items():
                if docname in docnames:
                    self.data[kind][docname] = found

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: Element,
    ) -> nodes.reference | None:
        del env, typ
        state = get_state(builder.app)
        item = state.dossier.trace.items.get(target)
        home = state.homes.get(target)
        if item is None or home is None:
            return None
        if not node.get("refexplicit"):
            label = item.citation if item.type == "clause" else item.id
            contnode = nodes.inline(label, label, classes=["aimd-reference"])
        return make_refnode(builder, fromdocname, home, target, contnode, f"{item.citation} {item.title}")

    def resolve_any_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: Element,
    ) -> list[tuple[str, nodes.reference]]:
        found = self.resolve_xref(env, fromdocname, builder, "item", target, node, contnode)
        return [("aimd:item", found)] if found is not None else []

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        state = get_state(self.env._app)
        items = state.dossier.trace.items
        for item_id, home in sorted(state.homes.items()):
            item = items[item_id]
            kind = "clause" if item.type == "clause" else "item"
            label = f"{item.citation} {item.title}"
            yield item_id, label, kind, home, item_id, 1
