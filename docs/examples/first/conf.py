project = "Bedside controller"
extensions = ["sphinx_aimd"]
html_theme = "pydata_sphinx_theme"
