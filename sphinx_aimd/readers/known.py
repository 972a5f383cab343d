"""What the configuration says of an input file that the file does not say itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..model.imported import Mapped


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Facts about a file from ``aimd_inputs``.

    :param release: id of the release that a bill of materials is of.
    :param date: day (YYYY-MM-DD) of which the data are; a date in the file wins.
    :param prefix: begins the ids of items made from a threat model.
    :param ids: item for a key of the file, from a mapping file.
    """

    release: str = ""
    date: str = ""
    prefix: str = ""
    ids: Mapping[str, Mapped] = field(default_factory=dict)


NOTHING = Known()
