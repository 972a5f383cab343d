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
    # Low and informational findings of the laboratory may stay open if an item takes them up.
    {"path": "results/pentest/*.json", "severity": "medium"},
    # The project of the boot loader knows no ids of ours.
    {
        "path": "results/supplier/*.xml",
        "map": "results/supplier/mcuboot-sim-cases.yaml",
        "version": "2.1.0",
        "environment": "unit test host",
    },
    "results/**/*.xml",
    "results/**/*.csv",
    "results/**/*.sarif",
]

# Bills of materials, what is stated of the vulnerabilities in them, public data, the threat model of the service team.
aimd_inputs = [
    # One release is three products, each with a bill of its own.
    {"path": "records/sbom/*-2.1.0.*", "release": "REL-021"},
    {"path": "records/sbom/*-2.0.3.*", "release": "REL-020"},
    # The supplier of the modem names parts of its own and says what affects them.
    {"path": "records/supplier/lte-module.spdx.json", "release": "REL-021"},
    "records/supplier/lte-module.openvex.json",
    "records/regulatory/ex-sc2-sa-2026-01.json",
    {"path": "records/data/cve-*.json", "date": "2026-10-26"},
    {"path": "records/data/osv-*.json", "date": "2026-10-26"},
    "records/data/kev-excerpt.json",
    "records/data/epss-illustration.csv",
    {
        "path": "records/threat-models/update-service.otm.json",
        "prefix": "UPD",
        "ids": "records/threat-models/update-service-ids.yaml",
        "date": "2026-10-14",
    },
    {
        "path": "records/threat-models/charger.json",
        "prefix": "CHG",
        "ids": "records/threat-models/charger-ids.yaml",
        "date": "2026-10-20",
    },
]

# Marks in the source code; three excerpts stand for the repositories of the products.
aimd_code = {
    "root": "records/source",
    "files": ["*.c", "*.cpp", "*.kt"],
    "link": "https://git.example.org/sc2/blob/{commit}/{file}#L{line}",
    "commit": "v2.1.0",
}

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
