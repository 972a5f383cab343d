"""Every reader against every attack that its form of file knows: refused by one message with file and line."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from sphinx_aimd.readers import report_files, security
from sphinx_aimd.yamlfile import InputError

from .advisory_files import CSAF, CVE, EPSS, KEV, OPENVEX, OSV
from .test_threat_models import SOUND

CYCLONEDX = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": []}
SPDX = {
    "spdxVersion": "SPDX-2.3",
    "SPDXID": "SPDXRef-DOCUMENT",
    "dataLicense": "CC0-1.0",
    "name": "x",
    "documentNamespace": "https://example.org/x",
    "creationInfo": {"created": "2026-10-01T00:00:00Z", "creators": ["Tool: x"]},
}
SPDX3 = {"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": []}
SARIF = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": []}]}
PENTEST = {"findings": []}
#: Files in JSON by name; every one of them is the work of a tool.
JSON: dict[str, Any] = {
    "cyclonedx": CYCLONEDX,
    "spdx2": SPDX,
    "spdx3": SPDX3,
    "openvex": OPENVEX,
    "csaf": CSAF,
    "osv": OSV,
    "cve": CVE,
    "kev": KEV,
    **{name.partition(".")[0]: json.loads(text) for name, text in SOUND.items() if text.startswith(("{", "["))},
}
XML = {
    "cyclonedx": '<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1"><components/></bom>',
    "spdx2": "<Document><spdxVersion>SPDX-2.3</spdxVersion><SPDXID>SPDXRef-DOCUMENT</SPDXID></Document>",
}
JUNIT = '<testsuite name="x"><testcase name="a"/></testsuite>'
DEEP = 100_000

#: What stands at the first place of an object, and what is said of it.
IN_JSON = {
    "a key twice": ('"zz": 1, "zz": 2', "occurs twice"),
    "no number": ('"zz": NaN', "is not a JSON number"),
    "infinite": ('"zz": 1e999', "is not a finite number"),
    "long number": ('"zz": ' + "1" * 5_000, "digits"),
    "deep": ('"zz": ' + "[" * DEEP + "]" * DEEP, "nested deeper than 64 levels"),
    "half a character": ('"zz": "\\ud800"', "half a character"),
    "direction": ('"zz": "a\\u202eb"', "direction-changing"),
    "control": ('"zz": "a\\u0007b"', "control character"),
}
IN_XML = {
    "entities": ('<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>', "document type definition"),
    "outside": ('<!DOCTYPE x SYSTEM "http://example.org/x.dtd">', "document type definition"),
}
HOSTS = {"inputs": security.read_all, "results": report_files.read_all}


def refused(root: Path, name: str, raw: bytes, host: str = "inputs") -> InputError:
    """The one error that reading a file gives."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    errors = HOSTS[host](root, [name], every_pattern=True).errors  # type: ignore[operator]
    assert len(errors) == 1
    assert errors[0].file == name
    assert errors[0].message.endswith(".")
    assert errors[0].remedy
    return errors[0]  # type: ignore[no-any-return]


def with_first(data: Any, text: str) -> bytes:
    """A file in JSON with something more at its beginning, on the second line."""
    written = json.dumps(data)
    start = written.index("{") + 1
    comma = "" if written[start] == "}" else ","
    return f"{written[:start]}\n{text}{comma}{written[start:]}".encode()


@pytest.mark.parametrize("attack", IN_JSON)
@pytest.mark.parametrize("name", JSON)
def test_json(name: str, attack: str, tmp_path: Path) -> None:
    text, said = IN_JSON[attack]
    error = refused(tmp_path, f"security/{name}.json", with_first(JSON[name], text))
    assert said in error.message
    assert error.line == 2


@pytest.mark.parametrize("attack", IN_JSON)
@pytest.mark.parametrize("data", [SARIF, PENTEST], ids=["sarif", "pentest"])
def test_json_of_results(data: Any, attack: str, tmp_path: Path) -> None:
    text, said = IN_JSON[attack]
    error = refused(tmp_path, "results/x.json", with_first(data, text), "results")
    assert said in error.message
    assert error.line == 2


@pytest.mark.parametrize("attack", [*IN_XML, "deep", "direction"])
@pytest.mark.parametrize("name", [*XML, "junit"])
def test_xml(name: str, attack: str, tmp_path: Path) -> None:
    text = XML.get(name, JUNIT)
    if attack == "deep":
        start = text.rindex("</")
        text, said = f"{text[:start]}{'<a>' * DEEP}{'</a>' * DEEP}{text[start:]}", "nested too deeply"
    elif attack == "direction":
        start = text.rindex("</")
        text, said = f"{text[:start]}<a>x\u202ey</a>{text[start:]}", "direction-changing"
    else:
        text, said = IN_XML[attack][0] + text, IN_XML[attack][1]
    host = "results" if name == "junit" else "inputs"
    assert said in refused(tmp_path, f"{host}/{name}.xml", text.encode(), host).message


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        ("a: 1\na: 2\n", "twice"),
        ("a: &x [1]\nb: [" + "*x, " * 101 + "]\n", "alias"),
        ("".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9 if n else '1'}]\n" for n in range(30)), "alias"),
        ("a: " + "[" * 65 + "]" * 65 + "\n", "nested deeper than 64 levels"),
        ("a: " + "[" * DEEP + "\n", "nesting depth"),
        ("a: !!python/object:os.system x\n", "tag"),
        ("a: x\u202ey\n", "direction-changing"),
    ],
    ids=["a key twice", "aliases", "bomb", "deep", "deepest", "tag", "direction"],
)
@pytest.mark.parametrize("start", ["threagile_version: 1.0.0\n", "otmVersion: 0.2.0\n", "spdxVersion: SPDX-2.3\n"])
def test_yaml(start: str, attack: str, said: str, tmp_path: Path) -> None:
    assert said in refused(tmp_path, "security/x.yaml", (start + attack).encode()).message


def test_words_of_yaml_stay_words(tmp_path: Path) -> None:
    (tmp_path / "ids.yaml").write_text("no: AST-1\n010: AST-2\n", "utf-8")
    model = tmp_path / "x.json"
    model.write_text(json.dumps(JSON["dragon"]), "utf-8")
    read = security.read_all(tmp_path, [{"path": "x.json", "ids": "ids.yaml"}], every_pattern=True)
    assert read.errors == []
    assert {key: mapped.item for key, mapped in read.models[0].ids.items()} == {"no": "AST-1", "010": "AST-2"}


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        ("release", "kev", "REL-1"),
        ("prefix", "cyclonedx", "X"),
        ("ids", "osv", "ids.yaml"),
        ("release", "dragon", "REL-1"),
    ],
)
def test_what_no_file_can_use_is_said(key: str, name: str, value: str, tmp_path: Path) -> None:
    (tmp_path / "ids.yaml").write_text("a: AST-1\n", "utf-8")
    for one in ("cyclonedx", "dragon", name):
        (tmp_path / f"{one}.json").write_text(json.dumps(JSON[one]), "utf-8")
    read = security.read_all(tmp_path, [{"path": f"{name}.json", key: value}], every_pattern=True)
    assert [error.message.partition(", ")[0] for error in read.errors] == [f"aimd_inputs says {key} of {name}.json"]
    whole = security.read_all(tmp_path, [{"path": "*.json", key: value}], every_pattern=True)
    assert whole.errors == []


@pytest.mark.parametrize("name", [*JSON, "epss"])
def test_packed(name: str, tmp_path: Path) -> None:
    raw = EPSS if name == "epss" else json.dumps(JSON[name]).encode()
    ending = "csv" if name == "epss" else "json"
    bomb = gzip.compress(raw + b"\n" * 60_000_000)
    assert "when it is unpacked" in refused(tmp_path, f"security/{name}.{ending}.gz", bomb).message
    assert "cannot be unpacked" in refused(tmp_path, f"security/{name}.{ending}.gz", bomb[:40]).message


@pytest.mark.parametrize("host", HOSTS)
def test_nothing_outside_the_sources_is_read(host: str, tmp_path: Path) -> None:
    root = tmp_path / "source"
    (root / "in").mkdir(parents=True)
    outside = tmp_path / "secret.json"
    outside.write_text(json.dumps(CYCLONEDX), "utf-8")
    (root / "in" / "link.json").symlink_to(outside)
    os.mkfifo(root / "in" / "pipe.json")
    for name, said in (
        ("in/link.json", "leads out of the source folder"),
        (str(outside), "leaves"),
        ("../secret.json", "leaves"),
        ("in/pipe.json", ""),
    ):
        errors = HOSTS[host](root, [name], every_pattern=True).errors  # type: ignore[operator]
        assert len(errors) == 1, name
        assert said in str(errors[0])


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("in", "is a folder"),
        ("in/", "is a folder"),
        ("in\\a.json", "holds a backslash"),
        ("in/*.jsn", "matches no file"),
        ("in/gone.json", "does not exist"),
        ("in/lost*.json", "cannot be read"),
        ("**b", "is no pattern"),
        (".", ""),
        ("a" * 5_000, "is no pattern"),
        ("a/" * 3_000 + "b", ""),
    ],
)
def test_a_wrong_path_is_one_error(pattern: str, said: str, host: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "lost.json").symlink_to(tmp_path / "nowhere")
    errors = HOSTS[host](tmp_path, [pattern], every_pattern=True).errors  # type: ignore[operator]
    assert len(errors) == 1
    assert said in errors[0].message
    assert f"aimd_{host}" in errors[0].remedy or said == "cannot be read"
