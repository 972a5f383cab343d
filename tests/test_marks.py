"""Marks in source code: found in comments only, with function, commit and address; hostile trees do no harm."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sphinx_aimd.model.imported import Mark
from sphinx_aimd.model.inputs import Inputs
from sphinx_aimd.model.item import Location
from sphinx_aimd.model.marks import bind
from sphinx_aimd.readers import marks, source_languages
from sphinx_aimd.views.cards import card
from sphinx_aimd.views.marks import code_marks
from sphinx_aimd.yamlfile import InputError
from tests.trace_builder import catalogue, trace_of

#: Name of a file, its text, and the marks in it as relation, ids, line and function.
LANGUAGES = [
    (
        "radio.c",
        """\
/* Bonding.
 * @implements CTL-012, REQ-003 */
static int *bond(int a)
{
  char *s = "@implements CTL-999";
  return 0; // @verifies REQ-004
}
// @implements CTL-013
int later(void);
""",
        [
            ("implements", "CTL-012 REQ-003", 2, "bond"),
            ("verifies", "REQ-004", 6, "bond"),
            ("implements", "CTL-013", 8, "later"),
        ],
    ),
    (
        "radio.hpp",
        """\
/// @implements CTL-012
template <class T> class Radio {
  // @implements CTL-013
  void send(T value);
};
""",
        [("implements", "CTL-012", 1, "Radio"), ("implements", "CTL-013", 3, "send")],
    ),
    (
        "test_radio.py",
        '''\
"""@verifies REQ-001"""
# @verifies REQ-003
@slow
def test_bond():
    """@verifies REQ-004"""
    x = "# @verifies REQ-005"
''',
        [
            ("verifies", "REQ-001", 1, ""),
            ("verifies", "REQ-003", 2, "test_bond"),
            ("verifies", "REQ-004", 5, "test_bond"),
        ],
    ),
    ("lib.rs", "/// @implements CTL-012\n#[inline]\npub fn bond() {}\n", [("implements", "CTL-012", 1, "bond")]),
    (
        "main.go",
        "package main\n\n// @implements: CTL-012\nfunc (r *Radio) Bond() {}\n",
        [("implements", "CTL-012", 3, "Bond")],
    ),
    (
        "app.ts",
        "/** @implements CTL-012 */\nexport const bond = (a: number) => a;\n",
        [("implements", "CTL-012", 1, "bond")],
    ),
    (
        "app.tsx",
        "// @implements CTL-012\nexport function App() { return <b>x</b>; }\n",
        [("implements", "CTL-012", 1, "App")],
    ),
    (
        "app.js",
        "/** @implements {Interface} */\n// @implements CTL-012\nclass A {}\n",
        [("implements", "CTL-012", 2, "A")],
    ),
    (
        "A.java",
        "class A {\n  /** @verifies REQ-003 */\n  @Test\n  void bond() {}\n}\n",
        [("verifies", "REQ-003", 2, "bond")],
    ),
    ("A.cs", "class A {\n  // @verifies REQ-003\n  [Fact] void Bond() {}\n}\n", [("verifies", "REQ-003", 2, "Bond")]),
    ("a.kt", "// @implements CTL-012\nfun bond() = 1\n", [("implements", "CTL-012", 1, "bond")]),
    ("a.swift", "// @implements CTL-012\nfunc bond() -> Int { 1 }\n", [("implements", "CTL-012", 1, "bond")]),
    (
        "a.adb",
        "-- @implements CTL-012\nprocedure Bond is\nbegin\n  null;\nend Bond;\n",
        [("implements", "CTL-012", 1, "Bond")],
    ),
    ("a.sh", "# @implements CTL-012\nbond() { :; }\n", [("implements", "CTL-012", 1, "bond")]),
]


def tree(root: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


@pytest.mark.parametrize(("name", "text", "wanted"), LANGUAGES, ids=[name for name, _text, _wanted in LANGUAGES])
def test_marks_stand_in_comments_and_belong_to_functions(
    name: str, text: str, wanted: list[tuple[str, str, int, str]], tmp_path: Path
) -> None:
    found, source = marks.read(tree(tmp_path, **{name: text}), ["*"])
    assert [(one.relation, " ".join(one.targets), one.location.line, one.function) for one in found] == wanted
    assert source.counts == {"files": 1, "marks": len(wanted)}
    assert source.left == (("1 mark @implements without an id",) if name == "app.js" else ())


@pytest.mark.parametrize(
    ("comment", "targets", "left"),
    [
        ("@implements CTL-1", ["CTL-1"], ()),
        ("@implements CTL-1 bounded queue", ["CTL-1"], ()),
        ("@implements CTL-1, CTL_2 ,CTL-1", ["CTL-1 CTL_2"], ()),
        ("@implements CTL-1 @verifies REQ-2", ["CTL-1", "REQ-2"], ()),
        ("@implements CTL-1; CTL-2", ["CTL-1"], ("CTL-2",)),
        ("@implements CTL-1,", ["CTL-1"], ("goes on in the next line",)),
        ("@implements the protocol", [], ("@implements without an id",)),
        ("@implements", [], ("@implements without an id",)),
        ("mail@implements CTL-1", [], ()),
        ("@implementsCTL-1", [], ()),
    ],
)
def test_what_a_mark_names(comment: str, targets: list[str], left: tuple[str, ...], tmp_path: Path) -> None:
    found, source = marks.read(tree(tmp_path, **{"a.c": f"// {comment}\nint a;\n"}), ["*.c"])
    assert [" ".join(one.targets) for one in found] == targets
    assert len(source.left) == len(left)
    assert all(word in said for word, said in zip(left, source.left, strict=True))


def test_hostile_trees_are_read_in_bounds_and_said(tmp_path: Path) -> None:
    outside = tree(tmp_path / "outside", **{"secret.c": "// @implements CTL-999\n"})
    mark = b"// @implements CTL-1\n"
    root = tree(
        tmp_path / "root",
        **{
            "latin.c": b"// \xe9\xff @implements CTL-1\nint a;\n",
            "binary.c": mark + b"\0\1\2",
            "huge.c": mark + b"int a;\n" * 100_000,
            "deep.c": mark + b"(" * 200_000,
            "generic.cpp": mark + b"a<b," * 40_000,
            "torn.py": b"# @implements CTL-1\ndef (:\n",
            "trojan.c": mark + "/* \u202e */\n".encode(),
            "notes.txt": mark,
            ".git__x.c": mark,
        },
    )
    (root / "link.c").symlink_to(outside / "secret.c")
    (root / "folder").symlink_to(outside)
    (root / "loop").symlink_to(root)
    os.mkfifo(root / "pipe.c")
    found, source = marks.read(root, ["**/*.*"])
    names = {one.location.file for one in found}
    assert {"latin.c", "torn.py", "trojan.c", "deep.c"} <= names
    assert names <= {"latin.c", "torn.py", "trojan.c", "deep.c", "generic.cpp"}
    assert {target for one in found for target in one.targets} == {"CTL-1"}
    said = " | ".join(source.left)
    for words in (
        "1 binary file",
        "larger than 500000 bytes: huge.c",
        "direction-changing characters: trojan.c",
        "1 file of no known language",
        "1 link to files, not followed",
        "places that the grammar does not know",
    ):
        assert words in said
    assert ("generic.cpp" in names) != ("no parser gets through: generic.cpp" in said)
    assert (found, source) == marks.read(root, ["**/*.*"])


@given(st.sampled_from(sorted(source_languages.LANGUAGES)), st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_end_in_comments(language: str, raw: bytes) -> None:
    try:
        found, _is_whole = source_languages.comments(raw, language, marks._HOLDS)
    except source_languages.TooHard:
        return
    assert all(1 <= one.line <= raw.count(b"\n") + 1 for one in found)


@pytest.mark.parametrize(
    ("patterns", "link", "message"),
    [
        (["*.rs"], "", "matches no file"),
        (["../*.c"], "", "leaves the folder"),
        (["/etc/*"], "", "leaves the folder"),
        (["a.c", ""], "", "leaves the folder"),
        (["*.c"], "http://example.org/{file}", "is no https address"),
        (["*.c"], "javascript:alert(1)//{file}", "is no https address"),
        (["*.c"], "https://example.org/{file.__class__}", "has a field that is not known"),
        (["*.c"], "https://example.org/{line:>99999999}", "has a field that is not known"),
        (["*.c"], "https://example.org/{", "is no pattern"),
    ],
)
def test_a_wrong_configuration_is_one_error(patterns: list[str], link: str, message: str, tmp_path: Path) -> None:
    tree(tmp_path, **{"a.c": "// @implements CTL-1\n"})
    with pytest.raises(InputError, match=message):
        marks.read(tmp_path, patterns, link=link)


def git(root: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed: commits of marks are NOT tested")
def test_commit_and_address_are_those_of_the_file_as_it_stands(tmp_path: Path) -> None:
    root = tree(tmp_path / "repo", **{"src__ä b.c": "// @implements CTL-1\n", "src__two.c": "// @implements CTL-1\n"})
    link = "https://example.org/blob/{commit}/{file}#L{line}"
    found, _source = marks.read(root, ["src/*.c"], link=link)
    assert {(one.commit, one.url) for one in found} == {("", "")}
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "one")
    first = git(root, "rev-parse", "HEAD")
    (root / "src/two.c").write_text("\n// @implements CTL-1\n", "utf-8")
    git(root, "commit", "-q", "-a", "-m", "two")
    second = git(root, "rev-parse", "HEAD")
    marker = tmp_path / "ran"
    git(root, "config", "core.fsmonitor", f"touch {marker}")
    git(root, "config", "filter.x.clean", f"touch {marker}; cat")
    (root / ".git/info/attributes").write_text("*.c filter=x\n", "utf-8")
    other, two = marks.read(root, ["src/*.c"], link=link)[0][::-1]
    assert (two.commit, two.url) == (second, f"https://example.org/blob/{second}/src/two.c#L2")
    assert (other.commit, other.url) == (first, f"https://example.org/blob/{first}/src/%C3%A4%20b.c#L1")
    assert [one.commit for one in marks.read(root / "src", ["two.c"])[0]] == [second]
    (root / "src/two.c").write_text("// @implements CTL-1, CTL-2\n", "utf-8")
    assert [(one.commit, one.url) for one in marks.read(root, ["src/two.c"], link=link)[0]] == [("", "")]
    assert not marker.exists()


def test_a_mark_that_names_nothing_is_a_model_error_and_proves_nothing() -> None:
    ok = {"status": "approved"}
    items: dict[str, dict[str, Any]] = {
        "CTL-012": {"type": "control", **ok},
        "REQ-003": {"type": "requirement", **ok, "level": "software"},
        "TST-1": {"type": "test", **ok, "links": {"verifies": ["REQ-003"]}},
        "THR-1": {"type": "threat", **ok},
    }
    trace = trace_of(items, catalogue())
    before = {name: trace.verdict(name) for name in trace.items}
    place = Location("src/a.c", 7)
    written = [
        Mark(relation="implements", targets=("CTL-012", "REQ-003"), location=place, function="bond", commit="abc"),
        Mark(relation="implements", targets=("CTL-O12",), location=Location("src/a.c", 8)),
        Mark(relation="implements", targets=("THR-1",), location=Location("src/a.c", 9)),
        Mark(relation="verifies", targets=("TST-1", "REQ-003"), location=Location("test_a.py", 3)),
    ]
    found, findings = bind(written, trace.items)
    assert {name: [str(one.location) for one in of] for name, of in found.items()} == {
        "CTL-012": ["src/a.c:7"],
        "REQ-003": ["src/a.c:7", "test_a.py:3"],
        "TST-1": ["test_a.py:3"],
    }
    assert [(str(one.location), one.is_model_error) for one in findings] == [("src/a.c:8", True), ("src/a.c:9", True)]
    assert "CTL-O12, which is no item. Did you mean CTL-012?" in findings[0].message
    assert "THR-1, which is of the type threat" in findings[1].message
    trace = trace_of(items, catalogue(), read=Inputs(marks=tuple(written)))
    assert [finding.rule for finding in trace.findings] == ["mark", "mark"]
    assert ("Marked in source code", "implements: src/a.c:7 in bond, commit abc") in card(trace, "CTL-012").fields
    table = code_marks(trace)
    assert table.row_ids == ("CTL-012", "REQ-003", "REQ-003", "TST-1")
    assert [cell.text for cell in table.rows[0][1:5]] == ["implements", "src/a.c:7", "bond", "abc"]
    assert table.rows[0][0].target == "CTL-012"
    assert before == {name: trace.verdict(name) for name in trace.items}
