"""Views too long for one page: static pages that hold every row once, and data files that hold the same."""

import json
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup

from .sphinx_builds import Build, build

INDEX = "Project\n=======\n\n.. register::\n   :types: clause\n\n.. register::\n   :types: threat\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Build]:
    root = tmp_path_factory.mktemp("long")
    source, work = root / "source", root / "work"
    source.mkdir()
    (source / "conf.py").write_text('project = "P"\nextensions = ["sphinx_aimd"]\n', encoding="utf-8")
    (source / "index.rst").write_text(INDEX, encoding="utf-8")
    return source, work, build(source, work, "-D", "aimd_exports=")


def parts(out: Path, view: str) -> list[tuple[str, BeautifulSoup]]:
    """Names and contents of the static pages of a view, found by the links of the first one."""
    first = BeautifulSoup((out / "index.html").read_text("utf-8"), "html.parser")
    links = first.select(f"#view-{view} .aimd-parts a")
    assert links[0]["aria-current"] == "page"
    names = [str(link["href"]).partition("#") for link in links[1:]]
    pages = [(name, BeautifulSoup((out / name).read_text("utf-8"), "html.parser")) for name, _hash, _id in names]
    for (_path, page), (_name, _hash, anchor) in zip(pages, names, strict=True):
        assert page.find(id=anchor) is not None
    return [("index.html", first), *pages]


def static_rows(out: Path, view: str) -> list[list[tuple[str, str]]]:
    """Text and address of each cell, the address as seen from the root."""
    rows = []
    for name, page in parts(out, view):
        for row in page.select(f'[id^="view-{view}"] tbody tr'):
            cells = []
            for cell in row.find_all("td"):
                link = cell.find("a")
                address = urljoin(name, str(link["href"])) if link else ""
                cells.append((cell.get_text(), address))
            rows.append(cells)
    return rows


def data_rows(out: Path, view: str) -> list[list[tuple[str, str]]]:
    first = BeautifulSoup((out / "index.html").read_text("utf-8"), "html.parser")
    files = str(first.select_one(f"#view-{view}")["data-files"]).split()
    rows, words = [], []
    for file in files:
        content = (out / "_static/aimd" / file).read_text("ascii")
        assert "<" not in content
        found = re.fullmatch(r'AIMD\.load\("[^"]+",\d+,(".*")\);\n', content)
        part = json.loads(json.loads(found[1]))
        words = part.get("words", words)
        for row in part["rows"]:
            cells = [part["cells"][number] for number in row]
            rows.append(
                [(f"{text} {words[word][0] if word >= 0 else ''}".strip(), address) for text, address, word in cells]
            )
    return rows


def test_static_pages_hold_every_row_once_and_the_data_files_say_the_same(built: tuple[Path, Path, Build]) -> None:
    out = built[2].out
    static = static_rows(out, "register-clause")
    assert len(static) > 1200
    assert len({row[0] for row in static}) == len(static)
    assert all(len(page.select("tbody tr")) <= 501 for _name, page in parts(out, "register-clause"))
    pad = [[(text.strip(), address) for text, address in row] for row in static]
    assert data_rows(out, "register-clause") == pad


def test_a_short_view_stands_whole_on_its_page(built: tuple[Path, Path, Build]) -> None:
    page = BeautifulSoup(built[2].page("index.html"), "html.parser")
    assert page.select_one("#view-register-threat") is not None
    assert not page.select("#view-register-threat[data-files], #view-register-threat .aimd-parts")


def test_data_of_an_earlier_state_does_not_stay(built: tuple[Path, Path, Build]) -> None:
    source, work, first = built
    before = {path.name for path in (first.out / "_static/aimd").glob("m-register-*.js")}
    item = ".. control:: One\n   :id: CTL-001\n   :category: cryptography\n   :satisfies: FDA-524B-b-2-A\n"
    (source / "index.rst").write_text(f"{INDEX}\n{item}", encoding="utf-8")
    again = build(source, work, "-D", "aimd_exports=")
    after = {path.name for path in (again.out / "_static/aimd").glob("m-register-*.js")}
    assert len(before) == len(after) == 1
    assert before != after
    assert after.pop() in again.page("index.html")
