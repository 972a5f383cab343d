"""The builder ``aimd-pdf``: all documents of a project as one PDF, through Typst."""
