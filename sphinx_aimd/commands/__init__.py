"""Commands of ``aimd`` that need no trace: the device profile and the catalogues."""
