"""Typst source of cards, views and the cover, and the way from Typst source to a PDF; no Sphinx, no docutils."""
