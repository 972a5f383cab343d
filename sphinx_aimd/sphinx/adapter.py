"""The only module that touches sphinx-needs: our items into its store, so that its tables and exports know them."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.application import Sphinx
from sphinx_needs.api import generate_need
from sphinx_needs.config import NeedsSphinxConfig
from sphinx_needs.data import SphinxNeedsData
from sphinx_needs.need_item import NeedItemSourceDirective
from sphinx_needs.needs_schema import LinksLiteralValue

from ..model.item import Finding, Item, Location, Severity

if TYPE_CHECKING:
    from .state import State

_ATTRIBUTE = "aimd_needs"
_NO_LINKS = LinksLiteralValue([])
_ASSETS = ("_static", "permalink.html", "schema_violations.json")


def store(state: State) -> None:
    """Bring the needs of our items up to date; those that did not change since the last build stay as they are.

    Runs at ``env-updated``, before the needs are resolved and frozen.
    """
    env = state.app.env
    data, config = SphinxNeedsData(env), NeedsSphinxConfig(state.app.config)
    known: dict[str, str] = getattr(env, _ATTRIBUTE, {})
    now: dict[str, str] = {}
    schema = data.get_schema()
    empty = {name: _empty_links(state, f"aimd-{name}") for name in state.model.types}
    # fields of the project's own that are no texts, so that our text has to be converted
    converted = {field.name for field in schema.iter_extra_fields() if field.type != "string"}
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
        values: dict[str, Any] = {
            **fields,
            **empty[item.type],
            **{name: list(targets) for name, targets in item.links.items()},
        }
        need = generate_need(
            config,
            schema,
            f"aimd-{item.type}",
            item.title or item.id,
            need_source=place,
            id=item.id,
            doctype=".rst",
            content=_literal(item.text(state.model.types[item.type].body or "text")),
            status=item.status or None,
            # our texts hold no dynamic functions, so sphinx-needs need not look for them
            allow_type_coercion=not converted.isdisjoint(fields),
            **values,
        )
        data.add_need(need)
    setattr(env, _ATTRIBUTE, now)


def _empty_links(state: State, need_type: str) -> dict[str, list[str]]:
    """Link options without a default of the project's own.

    Given as empty to an item that has none; sphinx-needs would deep-copy the empty default of each for each item.
    """
    schema = SphinxNeedsData(state.app.env).get_schema().for_type(need_type)
    links = {name: schema.get_link_field(name) for name in state.model.links}
    return {
        name: []
        for name, link in links.items()
        if link and link.directive_option and not link.predicate_defaults and link.default == _NO_LINKS
    }


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
