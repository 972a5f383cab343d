"""Readers: one file format each, file in, typed values out, hostile until parsed."""
