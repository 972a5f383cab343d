"""sphinx-needs' own directives and roles, for the PDF tests."""

project = "Needs project"
extensions = ["sphinx_aimd"]
needs_build_json = False
needs_types = [
    {"directive": "story", "title": "Story", "prefix": "S_", "color": "#BFD8D2", "style": "node"},
    {"directive": "spec", "title": "Specification", "prefix": "SP_", "color": "#FEDCD2", "style": "node"},
]
needs_id_regex = "^[A-Z][A-Z0-9_-]*$"
needs_flow_engine = "graphviz"
