"""The dossier as HTML: no inline style, no script, every text through one escape function."""
