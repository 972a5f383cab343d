"""A drawn data flow on a page: the picture in a region that scrolls, and below it what does not join."""

from __future__ import annotations

from html import escape

from ...views.drawing import Drawing
from ..dataflow_svg import for_page
from .inline import Href


def data_flow(drawing: Drawing, href: Href) -> str:
    """The picture and its remarks, or nothing where nothing is drawn."""
    if not drawing.boxes and not drawing.arrows:
        return ""
    label = escape(f"Picture: {drawing.title}")
    remarks = "".join(f"<li>{escape(remark)}</li>" for remark in drawing.remarks)
    below = f'<p class="aimd-flow-open">Open in this picture</p>\n<ul class="aimd-flow-remarks">{remarks}</ul>\n'
    return (
        f'<div class="aimd-flow-scroll" role="region" tabindex="0" aria-label="{label}">\n'
        f"{for_page(drawing, href)}</div>\n{below if remarks else ''}"
    )
