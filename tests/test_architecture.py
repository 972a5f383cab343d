"""The house rules that a machine can check: who imports whom, sizes, and what must not stand in the repository."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import sphinx_aimd

ROOT = Path(__file__).parents[1]
PACKAGE = Path(sphinx_aimd.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
SHELL = "sphinx_aimd.sphinx"
HOST = {"sphinx", "docutils", "sphinx_needs"}
#: Format libraries and the one place that may import each; yaml and the schema validator are the core's own.
FORMATS = {
    "openpyxl": {"sphinx_aimd.writers.xlsx", "sphinx_aimd.readers.review_workbook"},
    "pikepdf": {"sphinx_aimd.pdf", "sphinx_aimd.writers.typst.links", "sphinx_aimd.commands.sign"},
    "pyhanko": {"sphinx_aimd.pdf", "sphinx_aimd.commands.sign", "sphinx_aimd.commands.verify"},
    "latex2mathml": {"sphinx_aimd.writers.typst.formulas"},
    "typst": {"sphinx_aimd.writers.typst"},
    "defusedxml": {
        "sphinx_aimd.xmlfile",
        "sphinx_aimd.readers.review_workbook",
        "sphinx_aimd.pdf",
        "sphinx_aimd.sphinx.typst.images",
        "sphinx_aimd.writers.typst.svg",
    },
    "xml": {"sphinx_aimd.readers", "sphinx_aimd.xmlfile"},
    "cyclonedx": {"sphinx_aimd.readers.cyclonedx", "sphinx_aimd.writers.vex"},
    "spdx_tools": {"sphinx_aimd.readers"},
    "spdx_python_model": {"sphinx_aimd.readers"},
    "ply": {"sphinx_aimd.readers"},
    "cvss": {"sphinx_aimd.model.values", "sphinx_aimd.model.scores", "sphinx_aimd.model.exploitability"},
    "yaml": {"sphinx_aimd.yamlfile"},
}
#: The one lazy way from the core to the shell: the command line reads a source folder.
LAZY = {("sphinx_aimd.cli", "sphinx_aimd.sphinx.run"), ("sphinx_aimd", "sphinx_aimd.sphinx.extension")}
LAYERS = ["model", "readers", "rules", "views", "writers", "sphinx"]


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Absolute names of everything that a module imports at run time, and whether at its top level."""
    tree = ast.parse(path.read_text("utf-8"))
    package = name_of(path) if path.name == "__init__.py" else name_of(path).rpartition(".")[0]
    typing = {id(node) for block in ast.walk(tree) if _for_types(block) for node in ast.walk(block)}
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if id(node) in typing:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package
            for _ in range(node.level - 1):
                base = base.rpartition(".")[0]
            module = ".".join(part for part in (base if node.level else "", node.module or "") if part)
            for alias in node.names:
                submodule = PACKAGE.parent / Path(*module.split("."), f"{alias.name}.py")
                yield (f"{module}.{alias.name}" if submodule.exists() else module), id(node) in top


def _for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


ALL = [(name_of(path), target, top) for path in MODULES for target, top in imports(path)]


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def test_only_the_shell_knows_sphinx() -> None:
    assert [
        (name, target) for name, target, _top in ALL if target.split(".")[0] in HOST and not within(name, SHELL)
    ] == []
    assert any(target.startswith("sphinx.") for name, target, _top in ALL if within(name, SHELL))


def test_one_module_of_the_shell_knows_sphinx_needs() -> None:
    assert {name for name, target, _top in ALL if within(target, "sphinx_needs")} == {f"{SHELL}.adapter"}


def test_nothing_imports_the_shell_but_two_lazy_places() -> None:
    found = {(name, target, top) for name, target, top in ALL if within(target, SHELL) and not within(name, SHELL)}
    assert {(name, target) for name, target, _top in found} == LAZY
    assert not any(top for _name, _target, top in found)


def test_data_flows_down_the_folders_once() -> None:
    """No layer imports a later one; writers and views do not know rules, except the dossier that joins them."""
    allowed = {("readers.reviews", "writers.files"), ("views.dossier", "rules")}
    found = []
    for name, target, _top in ALL:
        source, goal = (full.removeprefix("sphinx_aimd.") for full in (name, target))
        layers = [part.split(".")[0] for part in (source, goal)]
        if within(target, "sphinx_aimd") and set(layers) <= set(LAYERS) and layers[0] != "sphinx":
            backwards = LAYERS.index(layers[0]) < LAYERS.index(layers[1]) or (
                layers[0] in ("views", "writers") and layers[1] == "rules"
            )
            if backwards and (source, goal) not in allowed:
                found.append((source, goal))
    assert found == []


@pytest.mark.parametrize("library", FORMATS)
def test_a_library_is_imported_in_its_one_place(library: str) -> None:
    users = {name for name, target, _top in ALL if within(target, library)}
    assert users
    assert {name for name in users if not any(within(name, place) for place in FORMATS[library])} == set()


def test_modules_stay_small() -> None:
    long = {name_of(path): count for path in MODULES if (count := len(path.read_text("utf-8").splitlines())) > 350}
    assert long == {}


def test_every_module_says_in_a_line_what_it_is() -> None:
    silent = [
        name_of(path) for path in MODULES if not (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").strip()
    ]
    assert silent == []


def test_nothing_is_evaluated() -> None:
    calls = [
        (name_of(path), node.func.id)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("eval", "exec", "compile")
    ]
    assert calls == []


def test_packages_of_the_distribution_are_the_folders() -> None:
    stated = set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"])
    folders = {
        name_of(path / "__init__.py")
        for path in (PACKAGE, *(p for p in PACKAGE.rglob("*") if (p / "__init__.py").exists()))
    }
    without = [
        path
        for path in PACKAGE.rglob("*")
        if path.is_dir() and list(path.glob("*.py")) and not (path / "__init__.py").exists()
    ]
    assert stated == folders | {"sphinx_aimd.requirements", "sphinx_aimd.traceability"}
    assert without == []


def committed() -> list[Path]:
    """Text files of the repository; of the folder, where there is no repository."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = [name for name in done.stdout.split("\0") if name]
    paths = [ROOT / name for name in names] or [
        p for p in ROOT.rglob("*") if not set(p.parts) & {".venv", "build", ".git"}
    ]
    return [
        path
        for path in paths
        if path.is_file()
        and path.suffix in (".py", ".rst", ".md", ".yaml", ".toml", ".json", ".typ", ".css", ".txt", ".xml", "")
    ]


#: Written apart, so that this file does not hold what it looks for.
FORBIDDEN = [
    "/" + r"(?:work|home|root|Users)/(?:main|shared|[a-z]+/\.)",
    "/" + "tmp/" + "[a-z]",
    r"\b(?:TO" + "DO|FIX" + "ME|XX" + r"X)\b",
    r"\bas an A" + r"I\b|\blanguage mod" + r"el\b|\bchat" + r"bot\b",
    "https?://[a-z0-9.-]*(?:arti" + "factory|nexus|internal|corp)[a-z0-9.-]*/",
]


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_no_file_holds_what_belongs_to_a_workplace(pattern: str) -> None:
    looked_for = re.compile(pattern)
    found = [
        f"{path.relative_to(ROOT)}: {hit.group()}"
        for path in committed()
        if (hit := looked_for.search(path.read_text("utf-8", errors="replace"))) is not None
    ]
    assert found == []


def test_tests_and_sources_need_nothing_outside_the_repository() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        assert "AIMD_SAMPLES" not in path.read_text("utf-8") or path.name in ("corpora.py", Path(__file__).name)
