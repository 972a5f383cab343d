project = "Mini implant"
release = "2.1"
extensions = ["sphinx_aimd"]
aimd_traceability = ["trace"]
aimd_catalogues = ["catalogues"]
exclude_patterns = ["parts"]
