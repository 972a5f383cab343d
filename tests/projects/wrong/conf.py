project = "Wrong"
extensions = ["sphinx_aimd", "myst_parser"]
exclude_patterns = ["included.txt"]
show_warning_types = True
