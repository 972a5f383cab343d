"""SPDX 3 JSON-LD in, its elements by id out, as the bindings of the SPDX project give them; nothing is fetched."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, TypeAlias

from ..yamlfile import InputError
from .opened import Opened

#: Elements by id, in the order of the file; their types are those of the bindings, which are generated.
Elements: TypeAlias = Mapping[str, Any]

CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
#: Contexts that name the same terms: 3.0.1 corrected 3.0.0 without adding to it.
SAME = {
    "https://spdx.org/rdf/3.0.0/spdx-context.jsonld": CONTEXT,
    "https://spdx.github.io/spdx-spec/v3.0.1/rdf/spdx-context.jsonld": CONTEXT,
}
_BEGINNINGS = (
    "https://spdx.org/rdf/3",
    "https://spdx.org/rdf/v3",
    "https://spdx.github.io/spdx-spec/v3",
    "https://spdx.github.io/spdx-3-model",
)
_REMEDY = "Write the file again with the tool that made it, or correct it there."


def is_spdx3(data: Any) -> bool:
    """Whether parsed JSON names a context of SPDX 3."""
    return any(url.startswith(_BEGINNINGS) for url in _contexts(data))


def elements_of(opened: Opened) -> Elements:
    """All elements of a file.

    :raises InputError: no extra ``spdx``, a context of another version, or not as the model of SPDX 3.0 asks.
    """
    try:
        from spdx_python_model import load_data  # noqa: PLC0415 - the extra
    except ImportError as error:
        remedy = "Install it with: python -m pip install 'sphinx-aimd[spdx]'."
        raise opened.fail("is SPDX 3, which needs sphinx-aimd[spdx].", remedy) from error
    data = opened.json
    context = next(url for url in _contexts(data) if url.startswith(_BEGINNINGS))
    if SAME.get(context, context) != CONTEXT:
        message = f"has the context {context[:120]}; SPDX 3 is read in version 3.0."
        raise opened.fail(message, "Write it in that version.", opened.place_of(context).line)
    _check_ids(opened, data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the model's own deprecated terms
        try:
            model, found = load_data({**data, "@context": CONTEXT, **_own_terms(data)})
            model.JSONLDSerializer().serialize_data(found)  # asks for required properties, which reading does not
        except Exception as error:  # the decoder asks no shape before it reads: AttributeError, KeyError, ...
            raise _refusal(opened, error) from error
    return dict(found.obj_by_id)


def ident(value: Any) -> str:
    """Id of an element, or the id that stands where one is meant."""
    if isinstance(value, str):
        return value
    found = getattr(value, "_id", None)
    return found if isinstance(found, str) else ""


def kind_of(value: Any) -> str:
    """Compact name of an element's class, such as ``software_Package``; empty for an id."""
    name = getattr(value, "get_compact_type", None)
    return (name() or "") if callable(name) else ""


def word(value: Any) -> str:
    """A word of an enumeration without its address."""
    return value.rpartition("/")[2] if isinstance(value, str) else ""


def _contexts(data: Any) -> list[str]:
    found = data.get("@context") if isinstance(data, dict) else None
    return [url for url in (found if isinstance(found, list) else [found]) if isinstance(url, str)]


def _own_terms(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The context with the file's own prefixes, where it has some."""
    found = data["@context"]
    if not isinstance(found, list):
        return {}
    return {"@context": [CONTEXT, *(entry for entry in found if isinstance(entry, dict))]}


def _check_ids(opened: Opened, data: Any) -> None:
    """Refuse an id that two elements have: the bindings keep the first in silence."""
    seen: set[str] = set()
    todo = [data]
    while todo:
        value = todo.pop()
        if isinstance(value, list):
            todo += value
        elif isinstance(value, dict):
            todo += value.values()
            name = value.get("spdxId", value.get("@id"))
            if isinstance(name, str) and ("type" in value or "@type" in value):
                if name in seen:
                    line = opened.raw.count(b"\n", 0, max(opened.raw.rfind(f'"{name}"'.encode()), 0)) + 1
                    raise opened.fail(f"has the id {name[:120]!r} twice.", _REMEDY, line)
                seen.add(name)


def _refusal(opened: Opened, error: Exception) -> InputError:
    from spdx_python_model import v3_0_1  # noqa: PLC0415 - the extra

    graph = opened.json.get("@graph")
    for entry in graph if isinstance(graph, list) else ():
        name = entry.get("type", entry.get("@type")) if isinstance(entry, dict) else None
        if isinstance(name, str) and name not in v3_0_1.SHACLObject.CLASSES:
            message = f"has an element of the class {name[:80]!r}, which SPDX 3.0 does not know."
            return opened.fail(message, _REMEDY, opened.place_of(name).line)
    what = " ".join(str(error.args[0] if error.args else type(error).__name__).split())
    return opened.fail(f"is no sound SPDX 3 document: {what[:250].rstrip('.')}.", _REMEDY)
