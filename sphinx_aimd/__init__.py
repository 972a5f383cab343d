"""Compliance evidence for the cybersecurity of active implantable medical devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__version__ = "0.1.0"


def setup(app: Sphinx) -> dict[str, Any]:
    """Entry point of Sphinx; everything happens in :mod:`sphinx_aimd.sphinx.extension`."""
    from .sphinx.extension import setup as setup_extension  # noqa: PLC0415 - the core is used without Sphinx

    return setup_extension(app)
