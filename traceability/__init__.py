"""The default trace model as YAML."""
