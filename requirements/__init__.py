"""Catalogues of regulations, one YAML file per instrument."""
