"""Words that threat model files share: classes of STRIDE, ids of weaknesses and attacks, keys that are told apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from ..model.bom import Source
from ..model.imported import ModelElement, ModelThreat
from .known import Known
from .opened import Opened
from .threat_document import Document

STRIDE = "STRIDE"
_STRIDE = {
    "spoofing": "spoofing",
    "tampering": "tampering",
    "repudiation": "repudiation",
    "informationdisclosure": "information_disclosure",
    "denialofservice": "denial_of_service",
    "elevationofprivilege": "elevation_of_privilege",
    "elevationofprivileges": "elevation_of_privilege",
}
#: Schemes under which a word of STRIDE is meant as such: STRIDE itself, none at all, and lists of all schemes.
_OPEN_SCHEMES = ("stride", "", "generic")
_CWE = re.compile(r"\bCWE-(\d{1,6})\b|cwe\.mitre\.org/data/definitions/(\d{1,6})\b", re.IGNORECASE)
_CAPEC = re.compile(r"\bCAPEC-(\d{1,6})\b|capec\.mitre\.org/data/definitions/(\d{1,6})\b", re.IGNORECASE)
_PLURALS = {
    "process": "processes",
    "store": "data stores",
    "actor": "actors",
    "data": "data assets",
    "boundary": "trust boundaries",
    "flow": "flows",
}


def classes(scheme: str, words: Iterable[str]) -> tuple[tuple[str, ...], str, str]:
    """Classes of STRIDE that the words name, the words that name none, and the scheme.

    A word of another scheme is never turned into one of STRIDE, even where it sounds alike.

    :param scheme: of the file, such as ``LINDDUN``; empty where it names none.
    """
    found, others = list[str](), list[str]()
    for word in words:
        name = _STRIDE.get(re.sub(r"[^a-z]", "", word.casefold())) if scheme.casefold() in _OPEN_SCHEMES else None
        if name is None:
            others.append(word)
        elif name not in found:
            found.append(name)
    if found and not others and scheme.casefold() in _OPEN_SCHEMES:
        scheme = STRIDE
    return tuple(found), "; ".join(dict.fromkeys(others)), scheme


def weaknesses(*texts: str) -> tuple[str, ...]:
    """CWE ids in texts and addresses."""
    numbers = (int(left or right) for text in texts for left, right in _CWE.findall(text))
    return tuple(f"CWE-{number}" for number in dict.fromkeys(numbers))


def attacks(*texts: str) -> tuple[str, ...]:
    """CAPEC ids in texts and addresses."""
    numbers = (int(left or right) for text in texts for left, right in _CAPEC.findall(text))
    return tuple(f"CAPEC-{number}" for number in dict.fromkeys(numbers))


def told_apart(names: Sequence[tuple[str, str]], document: Document, kind: str) -> list[str]:
    """A key of its own for each entry, which does not depend on the order of the others where that is possible.

    :param names: key and what tells equal keys apart, for example the ends of a flow.
    :param kind: what the entries are, in the plural; entries that only their order tells apart are counted.
    """
    bases = Counter(key for key, _more in names)
    longer = [key if bases[key] == 1 or not more else f"{key} ({more})" for key, more in names]
    total, seen, found = Counter(longer), Counter[str](), list[str]()
    taken = set(total)
    for key in longer:
        seen[key] += 1
        new = key
        if seen[key] > 1:
            document.left.add(f"{kind} that only their order tells from equal ones")
            number = seen[key]
            while new in taken:
                new = f"{key} #{number}"
                number += 1
            seen[key] = number - 1
            taken.add(new)
        found.append(new)
    return found


def source_of(
    opened: Opened,
    known: Known,
    document: Document,
    version: str,
    *,
    about: str,
    elements: Iterable[ModelElement],
    threats: Sequence[ModelThreat],
    date: str = "",
) -> Source:
    """The file as it was read, with counts of what was made of it and of what was not.

    :param version: format and version in words.
    :param date: day that the file states.
    """
    roles = Counter(element.role for element in elements)
    counts = {_PLURALS[role]: roles[role] for role in _PLURALS if roles[role]}
    return Source(
        path=opened.name,
        sha256=opened.sha256,
        kind="threat-model",
        format=version,
        date=date or known.date,
        about=about,
        counts={**counts, "threats": len(threats)},
        left=document.unused(),
    )


def ends_in(opened: Opened, *endings: str) -> bool:
    """Whether the name of a file, unpacked, has one of these endings."""
    return opened.name.casefold().removesuffix(".gz").endswith(endings)
