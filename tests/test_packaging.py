"""What is installed works: wheel, source distribution, editable install, in fresh environments and from elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

from sphinx_aimd import __version__
from tests.sphinx_builds import PROJECTS

ROOT = Path(__file__).parents[1]
PARTS = ("pyproject.toml", "README.md", "LICENSE", "sphinx_aimd", "requirements", "traceability")

CHECK = """
import importlib.metadata, pathlib, sys
import sphinx_aimd
from sphinx_aimd.catalogue import load_catalogue
from sphinx_aimd.schema import schema
from sphinx_aimd.traceload import load_model
from sphinx_aimd.readers import trace
home = pathlib.Path(sphinx_aimd.__file__).resolve()
print(home)
assert importlib.metadata.version("sphinx-aimd") == sphinx_aimd.__version__
catalogue, model = load_catalogue(), load_model()
assert len(catalogue.of("MDR-GSPR")) == 221 and len(model.rules) > 40
assert schema("requirements", "catalogue.schema.json") and schema("traceability", "traceability.schema.json")
assert trace.schema()
assert (home.parent / "py.typed").exists()
from sphinx.cmd.build import build_main
sys.exit(build_main(["-q", "-W", "-b", "html", "-D", "aimd_exports=json", sys.argv[1], sys.argv[2]]))
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the distribution is made of, so that no build leaves traces in the repository."""
    copy = tmp_path_factory.mktemp("tree") / "sphinx-aimd"
    copy.mkdir()
    for part in PARTS:
        source = ROOT / part
        skip = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, copy / part, ignore=skip) if source.is_dir() else shutil.copy2(source, copy / part)
    return copy


@pytest.fixture(scope="module")
def made(tree: Path) -> dict[str, Path]:
    """The wheel from the tree, the source distribution, and the wheel made out of that."""
    run("-m", "build", "--wheel", "--outdir", str(tree.parent / "direct"), str(tree))
    run("-m", "build", "--outdir", str(tree.parent / "dist"), str(tree))
    (direct,) = (tree.parent / "direct").glob("*.whl")
    (wheel,), (sdist,) = (tree.parent / "dist").glob("*.whl"), (tree.parent / "dist").glob("*.tar.gz")
    return {"wheel": direct, "wheel from sdist": wheel, "sdist": sdist}


def run(*arguments: str, python: str = sys.executable, cwd: Path | None = None) -> str:
    environment = {
        key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    }
    environment["SOURCE_DATE_EPOCH"] = "1793577600"
    done = subprocess.run([python, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


def environment(folder: Path) -> str:
    """A fresh environment that sees the libraries of this one, but not the project installed there.

    A path in a ``.pth`` file is searched last, and ``.pth`` files at its end are not followed, so that an editable
    install is not seen.
    """
    run("-m", "venv", "--without-pip", str(folder))
    python = folder / "bin" / "python"
    site = run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))", python=str(python)).strip()
    Path(site, "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return str(python)


@pytest.mark.parametrize("kind", ["wheel", "wheel from sdist", "editable"])
def test_installed_project_finds_its_data_and_builds(
    kind: str, made: dict[str, Path], tree: Path, tmp_path: Path
) -> None:
    python = environment(tmp_path / "env")
    what = ["--editable", str(tree)] if kind == "editable" else ["--no-index", str(made[kind])]
    run("-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--disable-pip-version-check", *what)
    project = shutil.copytree(PROJECTS / "mini", tmp_path / "project")
    (tmp_path / "elsewhere").mkdir()
    home = run(
        "-c", CHECK, str(project), str(tmp_path / "out"), python=python, cwd=tmp_path / "elsewhere"
    ).splitlines()[0]
    assert Path(home).is_relative_to(tree if kind == "editable" else tmp_path / "env")
    assert (tmp_path / "out/_aimd/trace.json").exists()
    assert (tmp_path / "out/_static/aimd/aimd.css").exists()
    assert run("--version", python=str(tmp_path / "env/bin/aimd")).strip() == f"sphinx-aimd {__version__}"


def test_new_catalogue_is_seen_at_once_in_an_editable_install(tree: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "env")
    run(
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
        "--disable-pip-version-check",
        "--editable",
        str(tree),
    )
    count = "from sphinx_aimd.catalogue import load_catalogue; print(len(load_catalogue().instruments))"
    before = int(run("-c", count, python=python, cwd=tmp_path))
    added = tree / "requirements/world/own.yaml"
    added.parent.mkdir(exist_ok=True)
    shutil.copy(PROJECTS / "mini/catalogues/own.yaml", added)
    try:
        assert int(run("-c", count, python=python, cwd=tmp_path)) == before + 1
    finally:
        added.unlink()


def test_wheel_holds_all_data_and_nothing_else(made: dict[str, Path], tree: Path) -> None:
    with zipfile.ZipFile(made["wheel"]) as one, zipfile.ZipFile(made["wheel from sdist"]) as two:
        names = {name for name in one.namelist() if not name.endswith("/")}
        assert names == {name for name in two.namelist() if not name.endswith("/")}
    wanted = {
        f"sphinx_aimd/{path.relative_to(tree).as_posix()}"
        for folder in ("requirements", "traceability")
        for path in (tree / folder).rglob("*")
        if path.suffix in (".yaml", ".json", ".py")
    }
    wanted |= {
        path.relative_to(tree).as_posix()
        for path in (tree / "sphinx_aimd").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    packed = {name for name in names if ".dist-info/" not in name}
    assert packed == wanted


def test_source_distribution_can_be_read_by_people(made: dict[str, Path]) -> None:
    with tarfile.open(made["sdist"]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "LICENSE", "pyproject.toml"} <= names


BARE = """
import sys
import sphinx_aimd, sphinx_aimd.cli
from sphinx.cmd.build import build_main
assert build_main(["-q", "-W", "-b", "html", sys.argv[1], sys.argv[2] + "/html"]) == 0
sys.exit(0 if build_main(["-q", "-b", "aimd-pdf", sys.argv[1], sys.argv[2] + "/pdf"]) else 9)
"""


#: Installed by extras alone.
EXTRAS = ("typst", "myst", "pydata", "pikepdf")


def test_without_extras_all_but_their_formats_works(made: dict[str, Path], tmp_path: Path) -> None:
    python = environment(tmp_path / "env")
    (listing,) = (tmp_path / "env").rglob("libraries.pth")
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if not path.name.startswith(EXTRAS) and path.suffix != ".pth":
            (libraries / path.name).symlink_to(path)
    listing.write_text(f"{libraries}\n", "utf-8")
    what = ["--no-index", str(made["wheel"])]
    run("-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--disable-pip-version-check", *what)
    project = shutil.copytree(PROJECTS / "mini", tmp_path / "project")
    done = subprocess.run(
        [python, "-c", BARE, str(project), str(tmp_path)], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert (tmp_path / "html/_aimd/dossier.xlsx").exists()
    assert "sphinx-aimd[pdf]" in done.stderr
    assert not list((tmp_path / "pdf").glob("*.pdf"))
