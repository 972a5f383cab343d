"""The worked design history file: a Sphinx project like that of a device maker."""

project = "Exemplar SC-2 design history file (fictional)"
author = "Exemplar Neuromodulation (fictional)"
copyright = "2026, The sphinx-aimd authors"
version = release = "2.1.0"
extensions = ["sphinx_aimd"]
exclude_patterns = ["records", "results"]
templates_path = ["_templates"]
html_static_path = ["_static"]
html_css_files = ["theme.css"]
html_js_files = ["theme.js"]

# The usability validation ran on printed protocols: its report says nothing of version, place and day.
aimd_results = [
    {
        "path": "results/usability/*.xml",
        "version": "2.1.0",
        "environment": "simulated clinic",
        "date": "2026-09-18",
    },
    "results/**/*.xml",
]

# The state that the notified body was given on 23 October 2026.
aimd_baseline = "baseline.json"

html_theme = "pydata_sphinx_theme"
html_title = "Exemplar SC-2 (fictional)"
html_theme_options = {
    "navigation_with_keys": False,
    "navbar_center": [],
    "navbar_persistent": ["search-button"],
    "show_toc_level": 2,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_sidebars = {"**": ["sidebar-toc"]}
html_show_sourcelink = False
numfig = True

# Readers open the pages from a folder, where scripts cannot read other pages: no excerpts of them in search results.
html_show_search_summary = False
html_context = {"default_mode": "light"}
aimd_traceability = ["traceability"]
aimd_csp = True
