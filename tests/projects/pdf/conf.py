"""Every construct that authors use, for the PDF tests."""

project = "Feature project: Å & <PDF>"
release = "2.1"
author = "The sphinx-aimd authors"
extensions = ["sphinx_aimd", "sphinx.ext.todo"]
needs_build_json = False
numfig = True
todo_include_todos = True
rst_prolog = ".. |product| replace:: *Feature* implant\n"
suppress_warnings = ["toc.not_included", "aimd.pdf-raw"]
