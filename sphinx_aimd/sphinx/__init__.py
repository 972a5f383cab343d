"""The thin shell around Sphinx, docutils and sphinx-needs."""
