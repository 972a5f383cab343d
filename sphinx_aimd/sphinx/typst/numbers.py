"""Numbers of figures, tables and listings where ``numfig`` asks for them, as in the other formats."""

from __future__ import annotations

from docutils.nodes import Element
from sphinx.builders import Builder


def caption_number(builder: Builder, docname: str, kind: str, node: Element) -> str:
    """What stands before a caption, for example ``Fig. 2 ``; empty without numbers.

    :param kind: ``figure``, ``table`` or ``code-block``.
    """
    if not builder.config.numfig:
        return ""
    numbers = builder.env.toc_fignumbers.get(docname, {}).get(kind, {})
    for name in node["ids"]:
        if name in numbers:
            form: str = builder.config.numfig_format.get(kind, "%s")
            return f"{form % '.'.join(map(str, numbers[name]))} "
    return ""
