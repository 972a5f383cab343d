"""One quiet Sphinx run over a source folder, for the command line."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from ..yamlfile import InputError
from .exports import project_line
from .state import State, get_state


def read_project(source: Path, overrides: Mapping[str, Any] | None = None) -> tuple[State, str]:
    """Read a project with Sphinx's dummy builder into a temporary folder.

    :return: its state and its name and release.
    :raises InputError: Sphinx cannot read the project, or it does not use this extension.
    """
    with tempfile.TemporaryDirectory(prefix="aimd-") as folder, patch_docutils(), docutils_namespace():
        warnings = io.StringIO()
        try:
            app = Sphinx(
                source,
                source,
                Path(folder, "out"),
                Path(folder, "doctrees"),
                "dummy",
                confoverrides=dict(overrides or {}),
                status=None,
                warning=warnings,
                freshenv=True,
            )
            if "sphinx_aimd" not in app.extensions:
                remedy = 'Add "sphinx_aimd" to extensions in conf.py.'
                raise InputError(source.as_posix(), 0, "does not use sphinx_aimd.", remedy)
            app.build()
        except (SphinxError, OSError) as error:
            raise InputError(source.as_posix(), 0, f"Sphinx cannot read the project: {error}", "") from error
        state = get_state(app)
        _ = state.findings
        return state, project_line(app)
