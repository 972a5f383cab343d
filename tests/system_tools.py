"""Say which programs the tests use and how to get those that are missing; the tests themselves then skip nothing."""

from __future__ import annotations

import shutil
import sys

TOOLS = {"chromium": "chromium", "libreoffice": "libreoffice-calc", "pdftoppm": "poppler-utils"}


def main() -> int:
    missing = {program: package for program, package in TOOLS.items() if shutil.which(program) is None}
    if not missing:
        return 0
    print(f"The tests use {', '.join(sorted(missing))}. Install them, on Debian or Ubuntu:", file=sys.stderr)
    print(f"  sudo apt-get install {' '.join(sorted(missing.values()))}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
