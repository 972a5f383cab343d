"""sphinx-needs' own directives and roles, and what else is hard to print, for the PDF tests."""

project = "Constructs"
extensions = ["sphinx_aimd"]
graphviz_dot = "no-such-program-dot"
needs_build_json = False
needs_types = [
    {"directive": "story", "title": "Story", "prefix": "S_", "color": "#BFD8D2", "style": "node"},
    {"directive": "spec", "title": "Specification", "prefix": "SP_", "color": "#FEDCD2", "style": "node"},
]
needs_id_regex = "^[A-Z][A-Z0-9_-]*$"
needs_flow_engine = "graphviz"
