"""The only module that touches sphinx-needs: our items into its store, so that its tables and exports know them."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils.nodes import Element
from sphinx.application import Sphinx
from sphinx_needs.api import generate_need
from sphinx_needs.config import NeedsSphinxConfig
from sphinx_needs.data import NeedsInfoType, SphinxNeedsData
from sphinx_needs.directives.needflow._model import build_graph, resolve_link_types
from sphinx_needs.need_item import NeedItem, NeedItemSourceDirective, NeedsContent

from ..model.item import Finding, Item, Location, Severity

if TYPE_CHECKING:
    from .state import State

_ATTRIBUTE = "aimd_needs"
_ASSETS = ("_static", "permalink.html", "schema_violations.json")


def store(state: State) -> None:
    """Bring the needs of our items up to date; those that did not change since the last build stay as they are.

    Runs at ``env-updated``, before the needs are resolved and frozen.
    """
    env = state.app.env
    data, config = SphinxNeedsData(env), NeedsSphinxConfig(state.app.config)
    known: dict[str, str] = getattr(env, _ATTRIBUTE, {})
    now: dict[str, str] = {}
    patterns: dict[str, _Pattern | None] = {}
    shown = {item.id: item for item in state.dossier.trace.items.values() if state.homes.get(item.id) in env.found_docs}
    for item_id in known:
        if item_id not in shown and data.has_need(item_id):
            data.remove_need(item_id)
    for item in shown.values():
        if item.type == "result":
            continue
        fields = _fields(state, item)
        digest = hashlib.blake2b(repr((item, fields, state.homes[item.id])).encode(), digest_size=8).hexdigest()
        now[item.id] = digest
        if known.get(item.id) == digest and data.has_need(item.id):
            continue
        place = NeedItemSourceDirective(
            docname=state.homes[item.id],
            lineno=item.location.line,
            lineno_content=item.location.line + 1,
            parser_lineno=item.location.line,
        )
        values: dict[str, Any] = {**fields, **{name: list(targets) for name, targets in item.links.items()}}
        content = _literal(item.text(state.model.types[item.type].body or "text"))
        if item.type not in patterns:
            patterns[item.type] = _pattern(state, item)
        pattern = patterns[item.type]
        if pattern is not None and re.match(config.id_regex, item.id):
            data.add_need(pattern.need(place, item, content, values))
            continue
        need = generate_need(
            config,
            data.get_schema(),
            f"aimd-{item.type}",
            item.title or item.id,
            need_source=place,
            id=item.id,
            doctype=".rst",
            content=content,
            status=item.status or None,
            **values,
        )
        data.add_need(need)
    setattr(env, _ATTRIBUTE, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pattern:
    """An item of a type with nothing but defaults, as sphinx-needs itself makes it; others differ in what they hold.

    ``generate_need`` works out the defaults of more than 200 fields for each item: a tenth of a whole build's time.
    """

    core: Mapping[str, Any]
    extras: Mapping[str, Any]
    links: Mapping[str, list[str]]
    content: NeedsContent
    derived: frozenset[str]

    def need(self, place: NeedItemSourceDirective, item: Item, content: str, values: Mapping[str, Any]) -> NeedItem:
        """The need of an item.

        :param values: its fields and links, by name.
        """
        core: Any = _fresh(self.core)
        core |= {"id": item.id, "title": item.title or item.id, "status": item.status or core["status"]}
        return NeedItem(
            source=place,
            content=replace(self.content, content=content),
            core=core,
            extras={name: values.get(name, value) for name, value in _fresh(self.extras).items()},
            links={name: values.get(name, targets) for name, targets in self.links.items()},
            derived=self.derived,
        )


def _fresh(values: Mapping[str, Any]) -> dict[str, Any]:
    """A copy that shares no list or mapping, since sphinx-needs changes those of a need in place."""
    return {name: value.copy() if isinstance(value, list | dict) else value for name, value in values.items()}


def _pattern(state: State, item: Item) -> _Pattern | None:
    """Pattern of the type of an item, or nothing where the project has settings of its own for a field of ours.

    Such a field may be of another type, be derived, or have a default that depends on the need it is in.
    """
    schema, need_type = SphinxNeedsData(state.app.env).get_schema(), f"aimd-{item.type}"
    declared = schema.for_type(need_type)
    names = {*state.model.types[item.type].fields, "verdict"}
    fields = [field for field in declared.iter_extra_fields() if field.name in names]
    links = [link for link in declared.iter_link_fields() if link.name in state.model.links]
    if any(field.type != "string" or not field.directive_option for field in fields):
        return None
    if not all(link.directive_option for link in links):
        return None
    need = generate_need(NeedsSphinxConfig(state.app.config), schema, need_type, "Title", id=item.id, doctype=".rst")
    if need.has_dynamic_fields or any(field.predicate_defaults for field in declared.iter_all_fields()):
        return None
    return _Pattern(
        core={name: need[name] for name in NeedsInfoType.__annotations__},
        extras=dict(need.iter_extra_items()),
        links=dict(need.iter_links_items()),
        content=need.content,
        derived=declared.derived_names,
    )


def assets(app: Sphinx) -> frozenset[str]:
    """Which of the files that sphinx-needs adds to every output folder, whatever the builder, are there now."""
    return frozenset(name for name in _ASSETS if Path(app.outdir, name).exists())


def drop_assets(state: State) -> None:
    """Leave our exports alone in the folders of their builders: web assets have no use there, and reports hold times.

    What was there before this build stays; the folder may be that of the HTML pages.
    """
    if not state.app.builder.name.startswith("aimd-"):
        return
    for name in assets(state.app) - state.assets_before:
        path = Path(state.app.outdir, name)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _fields(state: State, item: Item) -> dict[str, str]:
    names = state.app.config.needs_fields
    found = {
        name: _literal(item.text(name))
        for name in item.fields
        if name in names and name not in ("tags", "content") and item.text(name)
    }
    found["verdict"] = state.dossier.trace.verdict(item.id).value
    return found


def _literal(text: str) -> str:
    """Text that sphinx-needs does not take for a dynamic function or a variant."""
    return text.replace("[[", "[ [").replace("<<", "< <")


def foreign_findings(state: State) -> list[Finding]:
    """``needextend`` on items of ours would change them behind the verdicts, so it is refused."""
    found = []
    items = state.dossier.trace.items
    for extend in SphinxNeedsData(state.app.env).get_or_create_extends().values():
        target = str(extend["filter"])
        if target in items or target.strip("<>") in items:
            file = str(state.app.env.doc2path(extend["docname"], base=False))
            found.append(
                Finding(
                    rule="needextend",
                    severity=Severity.ERROR,
                    item=target,
                    location=Location(file, int(extend["lineno"] or 0)),
                    message=f"needextend changes {target}, an item of the trace, after its verdict is computed.",
                    remedy="Write the option at the item itself.",
                    is_model_error=True,
                )
            )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What a ``needflow`` of sphinx-needs shows.

    :param needs: id, title, type and page of each need and part of a need.
    :param links: id at the start, name of the link, id at the end; a need leads to its parts and to its children.
    :param left_out: number of needs beyond the limit that the author set.
    """

    needs: tuple[tuple[str, str, str, str], ...]
    links: tuple[tuple[str, str, str], ...]
    left_out: int


def flow(app: Sphinx, node: Element) -> Flow:
    """Needs and links of a ``needflow``, which sphinx-needs itself draws for HTML or through PlantUML only.

    :param node: its node, with the options of the directive.
    """
    options: Any = node.attributes
    schema = SphinxNeedsData(app.env).get_schema()
    kinds = resolve_link_types(options, schema=schema, config=NeedsSphinxConfig(app.config), location=node)
    graph = build_graph(app, options, kinds, location=node, variant_location=node)
    needs = []
    links = []
    for name, drawn in graph.nodes.items():
        title = drawn.need["title"] if drawn.need["is_need"] else drawn.need["content"]
        kind = f"{drawn.need['type_name']}{'' if drawn.need['is_need'] else ' (part)'}"
        needs.append((name, str(title).strip(), kind, drawn.need["docname"] or ""))
        links += [(name, "part", part.need["id_complete"]) for part in drawn.parts]
        links += [(name, "contains", child.need["id_complete"]) for child in drawn.children]
    for edge in graph.edges:
        links.append((edge.source_id, edge.link_type.display.outgoing, edge.target_id))
    return Flow(needs=tuple(needs), links=tuple(links), left_out=graph.total_needs - len(graph.needs))
