"""Threat models and marks in source code as their readers give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .bom import Source
from .item import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelElement:
    """An element of an imported threat model.

    :param key: id in the file; unique in it, made up from the name where the file has none.
    :param role: process, store, actor, data, boundary or flow.
    :param kind: the file's own word for it.
    :param ends: keys of source and target of a flow; empty text for an end that the file leaves free.
    :param boundary: key of the innermost trust boundary that holds it.
    :param is_encrypted: what the file says of encryption, in words; empty where it says nothing.
    :param is_authenticated: what it says of authentication, in words.
    :param is_bidirectional: true where the file says so of a flow.
    """

    key: str
    role: str
    name: str
    kind: str = ""
    description: str = ""
    ends: tuple[str, ...] = ()
    boundary: str = ""
    protocol: str = ""
    is_encrypted: str = ""
    is_authenticated: str = ""
    is_bidirectional: bool = False
    out_of_scope: bool = False
    reason_out_of_scope: str = ""
    location: Location = field(default_factory=Location)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelThreat:
    """A threat of an imported threat model.

    :param element: key of the element that it is at; ``also``: keys of further ones.
    :param stride: classes of STRIDE, in the words of the scale; empty where the file uses another scheme.
    :param class_text: the file's own class, such as ``Linkability`` of LINDDUN; kept as it stands.
    :param scheme: scheme of that class: STRIDE, LINDDUN, CIA, ...
    :param state: the file's own state, such as ``Mitigated``; proves nothing.
    :param severity: the file's own severity.
    :param mitigation: what the file says is done; a text, no control.
    """

    key: str
    title: str
    element: str = ""
    also: tuple[str, ...] = ()
    stride: tuple[str, ...] = ()
    class_text: str = ""
    scheme: str = ""
    description: str = ""
    mitigation: str = ""
    state: str = ""
    severity: str = ""
    cwes: tuple[str, ...] = ()
    attack_ids: tuple[str, ...] = ()
    location: Location = field(default_factory=Location)


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a line of a mapping file says: the item that a key of a threat model stands for."""

    item: str
    location: Location = field(default_factory=Location, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedModel:
    """A threat model file.

    :param prefix: begins the ids of the items made from it.
    :param ids: item for a key of the file, from the configuration's mapping file.
    :param knows_boundaries: whether the file says of each element which trust boundary holds it; where boundaries are
        only drawn, two elements of one boundary may be parted by another.
    """

    source: Source
    title: str = ""
    knows_boundaries: bool = True
    elements: tuple[ModelElement, ...] = ()
    threats: tuple[ModelThreat, ...] = ()
    prefix: str = ""
    ids: Mapping[str, Mapped] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A mark in a comment of source code, such as ``@implements CTL-012``.

    :param relation: name of the link: implements or verifies.
    :param targets: ids that the mark names.
    :param function: what follows the comment, where the parser knows it.
    :param url: address of the line in the repository, if the project says how to make it.
    """

    relation: str
    targets: tuple[str, ...]
    location: Location
    function: str = ""
    commit: str = ""
    url: str = ""
    sha256: str = ""

    def __str__(self) -> str:
        inside = f" in {self.function}" if self.function else ""
        return f"{self.relation}: {self.location}{inside}{f', commit {self.commit}' if self.commit else ''}"
