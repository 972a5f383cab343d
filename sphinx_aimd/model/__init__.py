"""The trace: items, links, verdicts and findings as plain values."""
