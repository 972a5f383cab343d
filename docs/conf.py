"""The user guide; the worked design history file in dhf/ is a project of its own."""

import sys
from pathlib import Path

from sphinx.application import Sphinx

from sphinx_aimd.sphinx import policy

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "sphinx-aimd"
author = "The sphinx-aimd authors"
copyright = "2026, The sphinx-aimd authors"
extensions = ["model_reference"]
exclude_patterns = ["dhf", "examples", "_ext"]
html_theme = "pydata_sphinx_theme"
html_title = "sphinx-aimd"
html_theme_options = {
    "navigation_with_keys": False,
    "navbar_center": [],
    "navbar_persistent": ["search-button"],
    "show_toc_level": 2,
    "secondary_sidebar_items": ["page-toc"],
}
html_sidebars = {"**": ["sidebar-toc"]}
# what the theme leaves open for readers with a screen reader or a narrow window, as in the worked file
templates_path = ["dhf/_templates"]
html_static_path = ["dhf/_static"]
html_css_files = ["theme.css"]
html_js_files = ["theme.js"]
html_context = {"default_mode": "light"}
html_show_search_summary = False
html_show_sourcelink = False
nitpicky = True


def setup(app: Sphinx) -> None:
    """The guide states the policy that a design history file states with ``aimd_csp``."""
    app.add_config_value("aimd_csp", True, "html", (bool,))
    policy.connect(app)
