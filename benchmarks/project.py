"""One synthetic trace in, the same content as sources of three kinds out: ours, plain prose, plain sphinx-needs."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

SEED = 62304
PER_PAGE = 100
VERSION = "2.4.0"
ENVIRONMENT = "hardware bench"

_TEXT = (
    "implant generator lead telemetry battery charge threshold firmware encryption session key programmer clinician "
    "patient alarm sensing pacing mode fallback checksum integrity watchdog memory sector authentication replay nonce "
    "wireless coil inductive current limit impedance electrode safe state reset log record audit update signature boot "
    "image voltage shall detect reject report within before after during every single double fault condition"
)
_WORDS = _TEXT.split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A type of item: its share of all items in percent, and the matrix whose rows it heads."""

    name: str
    prefix: str
    title: str
    share: int
    matrix: str


#: Four types; each heads the rows of one matrix of the shipped trace model.
KINDS = (
    Kind(name="requirement", prefix="REQ", title="Requirements", share=20, matrix="requirement-verification"),
    Kind(name="threat", prefix="THR", title="Threats", share=20, matrix="threat-trace"),
    Kind(name="control", prefix="CTL", title="Controls", share=30, matrix="control-verification"),
    Kind(name="test", prefix="TST", title="Tests", share=30, matrix="test-report"),
)
#: Links between items, with the words for reading them backwards.
LINKS = {"mitigates": "mitigated by", "implements": "implemented by", "verifies": "verified by"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of the synthetic trace; ``back`` holds the ids that link to it, by forward name of the link."""

    id: str
    kind: Kind
    title: str
    status: str
    fields: Mapping[str, str]
    clause: str
    links: Mapping[str, Sequence[str]]
    paragraphs: tuple[str, str]
    outcome: str
    back: dict[str, list[str]] = field(default_factory=dict)


def trace(count: int, clauses: Sequence[str]) -> list[Item]:
    """A repeatable trace of ``count`` items: threats, the controls that mitigate them, requirements and tests.

    :param clauses: ids of catalogue clauses that requirements satisfy.
    """
    source = random.Random(SEED)
    ids = {k.name: [f"{k.prefix}-{n + 1:05d}" for n in range(count * k.share // 100)] for k in KINDS}
    mitigates: dict[str, list[str]] = {}
    for threat in ids["threat"]:
        for control in source.sample(ids["control"], source.randint(1, 3)):
            mitigates.setdefault(control, []).append(threat)
    items: dict[str, Item] = {}
    for kind in KINDS:
        for item_id in ids[kind.name]:
            links: dict[str, Sequence[str]] = {}
            if kind.name == "control":
                links = {"mitigates": mitigates.get(item_id, ()), "implements": [source.choice(ids["requirement"])]}
            elif kind.name == "test":
                wanted = [source.choice(ids["control"])]
                wanted += [source.choice(ids["requirement"])] if source.random() < 0.5 else []
                links = {"verifies": wanted}
            items[item_id] = Item(
                id=item_id,
                kind=kind,
                title=_words(source, 6).capitalize(),
                status=source.choices(("approved", "in_review", "draft"), (8, 1, 1))[0],
                fields=_fields(kind.name, source),
                clause=source.choice(clauses) if kind.name == "requirement" else "",
                links={name: targets for name, targets in links.items() if targets},
                paragraphs=(
                    f"The device {_words(source, 15)} ``{source.choice(_WORDS)}`` {_words(source, 14)}.",
                    f"*Note:* {_words(source, 20)}.",
                ),
                outcome=source.choices(("passed", "failed", ""), (18, 1, 1))[0] if kind.name == "test" else "",
            )
    for item in items.values():
        for name, targets in item.links.items():
            for target in targets:
                items[target].back.setdefault(name, []).append(item.id)
    return list(items.values())


def _words(source: random.Random, count: int) -> str:
    return " ".join(source.choice(_WORDS) for _ in range(count))


def _fields(kind: str, source: random.Random) -> dict[str, str]:
    """Fields that the shipped trace model asks of an approved item of the kind."""

    def one(text: str) -> str:
        return source.choice(text.split())

    def sentence() -> str:
        return f"{_words(source, 8).capitalize()}."

    if kind == "requirement":
        return {
            "kind": one("security safety interface"),
            "level": "system",
            "input_rationale": sentence(),
            "acceptance_criteria": sentence(),
            "verification_method": one("test analysis"),
        }
    if kind == "threat":
        return {
            "stride": one("spoofing tampering repudiation information_disclosure denial_of_service"),
            "life_phase": one("supply_chain manufacture deployment operation service update decommission"),
            "actor": one("researcher criminal insider supplier"),
            "preconditions": sentence(),
            "proximity": one("physical near adjacent remote"),
            "effect": sentence(),
            "objectives": one("authenticity authorization availability confidentiality"),
            "multi_patient": one("true false"),
        }
    if kind == "control":
        return {
            "category": one("authentication authorization cryptography integrity confidentiality resiliency"),
            "hierarchy": one("design protective"),
            "acceptance_criteria": sentence(),
            "placement": one("device external_device app cloud"),
            "emergency_access": "no_effect",
            "side_effects": sentence(),
        }
    return {
        "kind": one("security_requirement threat_mitigation other"),
        "method": one("functional negative boundary robustness"),
        "acceptance_criteria": sentence(),
        "environments": ENVIRONMENT,
        "independence": one("developer other_team separate_department"),
    }


def pages(items: Iterable[Item]) -> list[tuple[str, str, list[Item]]]:
    """Pages of one type each: name, title and items."""
    found = []
    listed = list(items)
    for kind in KINDS:
        mine = [item for item in listed if item.kind is kind]
        for start in range(0, len(mine), PER_PAGE):
            number = start // PER_PAGE + 1
            found.append((f"{kind.name}-{number:03d}", f"{kind.title} {number}", mine[start : start + PER_PAGE]))
    return found


def _heading(text: str) -> str:
    return f"{text}\n{'=' * len(text)}\n\n"


def _write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _directives(item: Item, separator: str, more: Mapping[str, str]) -> str:
    """An item as a directive: how both we and sphinx-needs write it."""
    options = {"id": item.id, "status": item.status, **item.fields, **more}
    options |= {name: separator.join(targets) for name, targets in item.links.items()}
    lines = [f".. {item.kind.name}:: {item.title}", *(f"   :{name}: {text}" for name, text in options.items())]
    lines += ["", f"   {item.paragraphs[0]}", "", f"   {item.paragraphs[1]}"]
    return "\n".join(lines) + "\n\n"


def _book(
    folder: Path, items: list[Item], conf: str, show: Callable[[Item], str], matrix: Callable[[Kind], str]
) -> None:
    """Pages of items, a page for each matrix, and an index with the contents."""
    names = []
    for name, title, mine in pages(items):
        _write(folder, f"{name}.rst", _heading(title) + "".join(map(show, mine)))
        names.append(name)
    for kind in KINDS:
        _write(folder, f"matrix-{kind.name}.rst", _heading(f"Matrix of {kind.title.lower()}") + matrix(kind))
        names.append(f"matrix-{kind.name}")
    contents = "".join(f"   {name}\n" for name in names)
    _write(folder, "index.rst", f"{_heading('Design history file')}.. toctree::\n   :maxdepth: 1\n\n{contents}")
    _write(folder, "conf.py", f'project = "Benchmark"\nhtml_theme = "alabaster"\n{conf}')


def write_ours(folder: Path, items: list[Item]) -> None:
    """Sources for sphinx_aimd: directives, a release under review and a JUnit report with the results."""

    def show(item: Item) -> str:
        return _directives(item, ", ", {"satisfies": item.clause} if item.clause else {})

    _book(folder, items, 'extensions = ["sphinx_aimd"]\n', show, lambda kind: f".. trace-matrix:: {kind.matrix}\n")
    release = (
        f".. release:: Release under review\n   :id: REL-1\n   :status: in_review\n   :version: {VERSION}\n"
        "   :under_review: true\n   :as_of: 2026-11-01\n   :field_state: in_development\n   :markets: EU; US\n"
    )
    with (folder / "index.rst").open("a", encoding="utf-8") as index:
        index.write(f"\n{release}")
    failure = {"failed": "<failure message='limit exceeded'/>"}
    cases = "".join(
        f"  <testcase classname={quoteattr(item.id)} name={quoteattr(item.title)}>"
        f"{failure.get(item.outcome, '')}</testcase>\n"
        for item in items
        if item.outcome
    )
    properties = {"aimd.version": VERSION, "aimd.environment": ENVIRONMENT, "aimd.date": "2026-10-01"}
    said = "".join(f"<property name={quoteattr(k)} value={quoteattr(v)}/>" for k, v in properties.items())
    report = f"<testsuite name='bench'>\n<properties>{said}</properties>\n{cases}</testsuite>\n"
    _write(folder, "results/bench.xml", report)


def _result(item: Item) -> dict[str, str]:
    return {"result": f"{item.outcome} in {ENVIRONMENT} on {VERSION}, 2026-10-01"} if item.outcome else {}


def write_needs(folder: Path, items: list[Item]) -> None:
    """Sources for plain sphinx-needs: the same options and links, its own cards, four ``needtable``."""
    names = {name for item in items for name in item.fields} | {"satisfies", "result"}
    types = [
        {"directive": kind.name, "title": kind.title, "prefix": kind.prefix, "color": "#eeeeee", "style": "node"}
        for kind in KINDS
    ]
    fields = {name: {"schema": {"type": "string"}, "nullable": True} for name in sorted(names)}
    links = {name: {"incoming": back, "outgoing": name} for name, back in LINKS.items()}
    conf = 'extensions = ["sphinx_needs"]\nneeds_id_regex = "^[A-Z]{3}-[0-9]+$"\n'
    conf += f"needs_types = {types!r}\nneeds_fields = {fields!r}\nneeds_links = {links!r}\n"

    def show(item: Item) -> str:
        return _directives(item, ", ", {**({"satisfies": item.clause} if item.clause else {}), **_result(item)})

    def matrix(kind: Kind) -> str:
        forwards, backwards = _matrix_links(items, kind)
        columns = ";".join(["id", "title", "status", *forwards, *(f"{name}_back" for name in backwards)])
        return f".. needtable::\n   :types: {kind.name}\n   :columns: {columns}\n   :style: table\n"

    _book(folder, items, conf, show, matrix)


def _matrix_links(items: list[Item], kind: Kind) -> tuple[list[str], list[str]]:
    """Links that items of a type have, and that others have to them."""
    mine = [item for item in items if item.kind is kind]
    return sorted({name for item in mine for name in item.links}), sorted({name for item in mine for name in item.back})


def write_prose(folder: Path, items: list[Item]) -> None:
    """Sources for Sphinx alone: an admonition with a field list for each item, ``:ref:`` links, four ``list-table``."""

    def refs(ids: Iterable[str]) -> str:
        return ", ".join(f":ref:`{item_id} <{item_id.lower()}>`" for item_id in ids)

    def show(item: Item) -> str:
        fields = {"status": item.status, **item.fields, **_result(item)}
        fields |= {"satisfies": item.clause} if item.clause else {}
        fields |= {name: refs(targets) for name, targets in item.links.items()}
        fields |= {LINKS[name]: refs(sources) for name, sources in item.back.items()}
        lines = [f".. _{item.id.lower()}:", "", f".. admonition:: {item.id} {item.title}", ""]
        lines += [f"   :{name}: {text}" for name, text in fields.items()]
        lines += ["", f"   {item.paragraphs[0]}", "", f"   {item.paragraphs[1]}"]
        return "\n".join(lines) + "\n\n"

    def matrix(kind: Kind) -> str:
        forwards, backwards = _matrix_links(items, kind)
        rows = [["id", "title", "status", *forwards, *(LINKS[name] for name in backwards)]]
        for item in items:
            if item.kind is kind:
                linked = [item.links.get(name, ()) for name in forwards]
                linked += [item.back.get(name, ()) for name in backwards]
                rows.append([refs([item.id]), item.title, item.status, *map(refs, linked)])
        body = "".join("".join(f"   {'* ' if not n else '  '}- {text}\n" for n, text in enumerate(row)) for row in rows)
        return f".. list-table::\n   :header-rows: 1\n\n{body}"

    _book(folder, items, "", show, matrix)
