"""Which pages must be written again: digests of what each page shows, kept from the last finished build."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from ..views.card import Card, Reference
from ..views.table import Table
from ..writers.files import write_text

if TYPE_CHECKING:
    from .state import State


#: All fields as one tuple, whose ``repr`` is many times faster than that of nested dataclasses. A verdict is left to
#: the word that shows it.
_OF_REFERENCE = attrgetter(*(field.name for field in fields(Reference) if field.name != "verdict"))
_OF_CARD = attrgetter(*(field.name for field in fields(Card) if field.name not in ("verdict", "links", "results")))


def _card(card: Card) -> str:
    """Everything that a card shows."""
    links = [(title, [_OF_REFERENCE(end) for end in ends]) for title, ends in card.links]
    return repr((_OF_CARD(card), links, [_OF_REFERENCE(result) for result in card.results]))


def _table(table: Table) -> str:
    """Everything that a table shows, and where its cells lead."""
    head = (
        table.id,
        table.title,
        table.question,
        table.scope,
        table.columns,
        table.row_ids,
        table.facets,
        table.drawing,
    )
    return repr((head, [(cell.text, cell.target, cell.word, cell.rows) for row in table.rows for cell in row]))


def digests(state: State) -> dict[str, str]:
    """Per page a digest of all on it that other files decide: cards, views, references, addresses, navigation."""
    domain, dossier = state.domain, state.dossier
    shown: dict[str, list[str]] = {}
    tables: dict[str, str] = {}
    for item in dossier.trace.items.values():
        if item.docname and item.type != "result":
            shown.setdefault(item.docname, []).append(_card(dossier.card(item.id)))
    for docname, clauses in sorted(domain.shown_cards(state.catalogue, dossier.trace).items()):
        shown.setdefault(docname, []).extend(
            f"{state.homes[clause] == docname} {_card(dossier.card(clause))}" for clause in clauses
        )
    for docname, views in sorted(domain.data["views"].items()):
        for view in views:
            if view.view not in tables:
                tables[view.view] = _digest(_table(dossier.views[view.view]))
            shown.setdefault(docname, []).append(tables[view.view])
    for docname, references in sorted(domain.data["references"].items()):
        for reference in references:
            named = dossier.trace.items.get(reference.target)
            title = f"{named.citation} {named.title}" if named else ""
            shown.setdefault(docname, []).append(f"{reference.target} {title} {state.homes.get(reference.target)}")
    homes = _digest(repr((sorted(state.homes.items()), sorted(state.view_homes.items()))))
    for docname, targets in sorted(domain.data["any"].items()):
        for target in targets:
            named = dossier.trace.items.get(target)
            shown.setdefault(docname, []).append(f"{target} {named.citation} {named.title}" if named else "")
    files = _digest(repr(sorted(state.evidence.items())))
    around = _navigation(state)
    return {
        docname: _digest("\n".join([*shown[docname], homes, files, around]) if docname in shown else around)
        for docname in sorted(state.app.env.found_docs | shown.keys())
    }


def _navigation(state: State) -> str:
    """Digest of what themes show on every page: the tree of pages and their titles; Sphinx leaves it stale."""
    env = state.app.env
    titles = {docname: title.astext() for docname, title in env.titles.items()}
    return _digest(repr((sorted(env.toctree_includes.items()), sorted(titles.items()))))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()


def _memory(state: State) -> Path:
    """File that remembers, one for each builder and output folder, beside the environment."""
    app = state.app
    name = _digest(f"{app.builder.name} {app.outdir}")[:12]
    return Path(app.doctreedir, f"aimd-pages-{app.builder.name}-{name}.json")


def changed_pages(state: State) -> list[str]:
    """Pages that show something else than after the last finished build of this output.

    The memory is written only when a build has finished, so an interrupted build repeats its pages.
    """
    state.page_digests = digests(state)
    path = _memory(state)
    try:
        before = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        before = {}
    path.unlink(missing_ok=True)
    found = state.app.env.found_docs
    return sorted(doc for doc, digest in state.page_digests.items() if before.get(doc) != digest and doc in found)


def remember(state: State) -> None:
    """Note what this finished build has written."""
    write_text(_memory(state), json.dumps(state.page_digests, indent=0, sort_keys=True))
