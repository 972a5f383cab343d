"""The user guide; the worked design history file in dhf/ is a project of its own."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "sphinx-aimd"
author = "The sphinx-aimd authors"
copyright = "2026, The sphinx-aimd authors"
extensions = ["model_reference"]
exclude_patterns = ["dhf", "examples", "_ext"]
html_theme = "pydata_sphinx_theme"
html_title = "sphinx-aimd"
html_theme_options = {"navigation_with_keys": False, "show_toc_level": 2, "secondary_sidebar_items": ["page-toc"]}
html_show_sourcelink = False
nitpicky = True
