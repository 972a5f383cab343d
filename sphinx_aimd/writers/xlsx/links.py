"""Addresses in, the hyperlinks of a sheet out, within what a workbook can hold."""

from __future__ import annotations

import re
from urllib.parse import quote

from openpyxl.utils import get_column_letter

from ...model.weblinks import is_followable

#: Limits of Excel: hyperlinks of a sheet, characters of an address.
MAX_LINKS, MAX_ADDRESS = 65_530, 2_079
_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]*:")
#: What stands unchanged in an address; the rest, such as blanks and quotes, is percent-encoded.
_KEPT = "/#?&=%;,:@!$()*+~|"


def inside(sheet: str, row: int, column: int = 1) -> str:
    """Address of a cell of the workbook."""
    doubled = sheet.replace("'", "''")
    return f"#'{doubled}'!{get_column_letter(column)}{row}"


class Links:
    """Hyperlinks of one sheet: cell, file (empty: this workbook) and place in it."""

    def __init__(self) -> None:
        """Start without links."""
        self.all: list[tuple[str, str, str]] = []
        self.left_out = 0

    def add(self, row: int, column: int, address: str) -> bool:
        """Let a cell lead to a relative address, to a place inside the workbook, or to a plain web address.

        :return: whether it does; what no file can hold, or would lead out of the delivered folder by another
            scheme, is counted instead.
        """
        is_web = is_followable(address)
        if not address.startswith("#"):
            address = quote(address, safe=_KEPT)
        if len(self.all) >= MAX_LINKS or len(address) > MAX_ADDRESS or (_SCHEME.match(address) and not is_web):
            self.left_out += 1
            return False
        file, _hash, place = address.partition("#")
        self.all.append((f"{get_column_letter(column)}{row}", file, place))
        return True

    @property
    def note(self) -> str:
        """What was left out, in words; empty when nothing was."""
        if not self.left_out:
            return ""
        return (
            f"{self.left_out} cells lead nowhere, because a sheet holds {MAX_LINKS} links of {MAX_ADDRESS} characters."
        )
