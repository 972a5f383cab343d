"""The PDF, read back: every construct, cell, link, bookmark and page; and what is said of what cannot be shown."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx.errors import ConfigError
from sphinx.testing.util import SphinxTestApp

from sphinx_aimd.pdf.structure import examine
from sphinx_aimd.pdf.targets import Beside
from sphinx_aimd.sphinx.state import State, get_state
from sphinx_aimd.sphinx.typst.builder import PdfError
from sphinx_aimd.writers.typst import front, process, source
from tests.pdf_tables import ReadTable, TaggedPdf, squeeze

PROJECT = Path(__file__).parent / "projects" / "pdf"
NAME = "feature-project-a-pdf.pdf"
EPOCH = "1700000000"
STRAIGHT = str.maketrans("‘’“”", "''\"\"")


class Built:
    """One build of the feature project: its state, its PDF as text by page, and pages.json."""

    def __init__(self, app: SphinxTestApp, state: State, warnings: str) -> None:
        self.state = state
        self.warnings = warnings
        self.path = Path(app.outdir, NAME)
        with pypdfium2.PdfDocument(self.path) as pdf:
            self.pages = [_text(page) for page in pdf]
        self.items = json.loads(Path(app.outdir, "pages.json").read_text(encoding="utf-8"))["items"]

    @property
    def text(self) -> str:
        """All text without spaces, with straight quotes."""
        return squeeze("\n".join(self.pages)).translate(STRAIGHT)


def _text(page: pypdfium2.PdfPage) -> str:
    """Text of a page; the library marks a hyphen at the end of a line as U+FFFE."""
    return str(page.get_textpage().get_text_range()).replace("\ufffe", "-")


def build(source_dir: Path, **config: object) -> tuple[SphinxTestApp, str]:
    """Build a project as PDF with Sphinx itself."""
    app = SphinxTestApp("aimd-pdf", source_dir, freshenv=True, confoverrides=config)
    try:
        app.build()
    finally:
        warnings = re.sub(r"\x1b\[[0-9;]*m", "", app.warning.getvalue())
        app.cleanup()
    return app, warnings


@pytest.fixture(scope="module", autouse=True)
def epoch() -> Iterator[None]:
    """Of this module alone: other modules of the same process have a date of their own."""
    with patch.dict(os.environ, SOURCE_DATE_EPOCH=EPOCH):
        yield


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, epoch: None) -> Built:
    folder = tmp_path_factory.mktemp("pdf") / "project"
    shutil.copytree(PROJECT, folder)
    app, warnings = build(folder)
    return Built(app, get_state(app), warnings)


@pytest.fixture(scope="module")
def pdf(built: Built) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(built.path) as opened:
        yield opened


@pytest.fixture(scope="module")
def tables(built: Built) -> list[ReadTable]:
    with TaggedPdf(built.path) as tagged:
        return tagged.tables()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A project of one page that tests add their faults to."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "conf.py").write_text('project = "Small"\nextensions = ["sphinx_aimd"]\n', encoding="utf-8")
    (folder / "index.rst").write_text("Small\n=====\n\nText.\n", encoding="utf-8")
    return folder


def test_nothing_is_wrong_with_the_feature_project(built: Built) -> None:
    assert built.warnings == ""


@pytest.mark.parametrize(
    "text",
    [
        "slanted, bold, literal text, a title, Feature implant",
        "DHF (design history file)",
        "File ‣ Save",
        "naïve café, Ελληνικά, кириллица, → ⇄ ✓ ✗ ☐ ≤ ≥ × − €",
        "The text of the first footnote.",
        "QUIC, a citation's text.",
        "the notes (file notes.txt)",
        "unsafe and a file local",
        "1.1.1.1. Fourth level",
        "c) lower alpha from c",
        "IV. roman four",
        "term two : classifier",
        "Second paragraph of it.",
        "Another field with • a list",
        "-b FILE, --big=FILE option b with a file",
        "line two is indented",
        "Two terms for one thing.",
        "gamma entry",
        *(f"{kind} text." for kind in ("A note's", "A warning's", "A danger's", "A tip's", "An important")),
        *(f"{kind} text." for kind in ("An attention", "A caution", "An error's", "A hint's", "See also this")),
        *(f"{kind} text." for kind in ("A todo's", "An epigraph's")),
        "An admonition of mine Its text.",
        "A topic's title A topic's text.",
        "A sidebar's title A sidebar's text.",
        "A rubric",
        "— Its source",
        "— Attribution of it",
        "Centered text",
        "Added in version 1.1: Added text.",
        "Deprecated since version 1.2: Deprecated text.",
        "Text in a container.",
        "in two parts.",
        "Only in the PDF.",
        "Listing 2.1 A listing's caption",
        'return "two spaces" + value # a comment',
        "somewhere_without_any_space_at_all_0123456789abcdef0123456789abcdef",
        ">>> 1 + 1",
        "parsed bold literal",
        "sum ::= product",
        "send(frame: bytes, retries: int = 3) → bool",
        "whether it arrived",
        'name: str = "x"',
        "--level <n>",
        "int open_link(const char *name)",
        "Another role",
        "Table 3.1 A table with spans",
        "Fig. 4.1 The caption of a figure with emphasis.",
        "The legend of the figure.",
        "This page is in no toctree, and still in the PDF.",
    ],
)
def test_every_construct_is_there(built: Built, text: str) -> None:
    assert squeeze(text) in built.text


@pytest.mark.parametrize("text", ["COMMENTTEXT", "HTMLONLYTEXT", "RAWHTMLTEXT", "invisible index entry"])
def test_what_is_for_others_is_not_there(built: Built, text: str) -> None:
    assert squeeze(text) not in built.text


def test_spans_and_nested_tables_keep_their_cells(tables: list[ReadTable]) -> None:
    spans = next(table for table in tables if table.header[:1] == ["Head one"])
    rows = [["row 1", "spans columns"], ["spans rows", "• list • in cell", "Feature implant"], ["last"]]
    assert spans.texts() == rows
    nested = next(table for table in tables if table.header[:1] == ["Stub head"])
    assert nested.texts()[0][1].endswith("inner one inner two")


def test_hostile_text_is_text(built: Built) -> None:
    assert squeeze("""Hostile #text[*bold*] $x$ \\\\ "quoted" <b>&amp;</b> [U+202E]reversed[U+202C]""") in built.text
    assert squeeze("zero[U+200B]width @ref `tick` #{panic()}") in built.text
    assert squeeze('Body with #import "x": * and \\u{202e}.') in built.text


def test_cells_of_every_view_are_those_of_the_view(built: Built, tables: list[ReadTable]) -> None:
    shown = [place.view for place in built.state.domain.every("views")]
    assert len(shown) == 5
    for view_id in shown:
        view = built.state.dossier.views[view_id]
        found = [t for t in tables if view.title in t.before and squeeze(t.before[-1]) == squeeze(view.scope)]
        assert len(found) == 1, view_id
        table = found[0]
        assert [squeeze(title) for title in table.header] == [squeeze(column.title) for column in view.columns]
        expected = [[squeeze(source.visible(cell.shown)) for cell in row] for row in view.rows]
        assert [[squeeze(text) for text in row] for row in table.texts()] == expected, view_id
        assert table.overlaps() == []
        for page in table.pages:
            assert squeeze(" ".join(table.header)) in squeeze(built.pages[page - 1]), (view_id, page)


def test_long_matrices_are_landscape_and_prose_is_not(pdf: pikepdf.Pdf, tables: list[ReadTable]) -> None:
    wide = next(table for table in tables if len(table.header) == 11)
    assert len(wide.pages) > 5
    sizes = [tuple(map(float, page.mediabox[2:])) for page in pdf.pages]
    assert all(sizes[page - 1][0] > sizes[page - 1][1] for page in wide.pages)
    assert sizes[2][0] < sizes[2][1]


def test_cards_say_what_the_trace_says(built: Built) -> None:
    for item in built.state.dossier.trace.items:
        if item not in built.items or built.state.dossier.trace.items[item].type == "result":
            continue
        card = built.state.dossier.card(item)
        first = built.items[item]["page"]
        text = squeeze(" ".join(built.pages[first - 1 : first + 1]))
        parts = [card.label, card.title, card.word, card.status, *card.reasons]
        parts += [part for field in card.fields for part in field]
        parts += [f"{end.label} {end.title} {end.word}" for _title, ends in card.links for end in ends]
        parts += [f"{end.label} {end.title} {end.word} {end.note}" for end in card.results]
        for part in parts:
            assert squeeze(source.visible(part)) in text, (item, part)


def test_pages_json_knows_the_page_of_every_item_and_clause(built: Built) -> None:
    items = built.state.dossier.trace.items
    assert set(built.items) == set(items)
    assert list(built.items) == sorted(built.items)
    for item, place in built.items.items():
        label = items[item].citation if items[item].type == "clause" else item
        assert squeeze(source.visible(label)) in squeeze(built.pages[place["page"] - 1]), item
        assert place["document"] == NAME
    assert built.items["REQ-001"]["section"] == "Items"
    assert built.items["FDA-524B-a"]["section"] == "Clauses"
    assert built.items["FDA-524B-b"]["section"] == "524B: clauses that no page shows"


def test_links_lead_to_the_right_place(built: Built, pdf: pikepdf.Pdf) -> None:
    numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
    names = pikepdf.NameTree(pdf.Root.Names.Dests)
    addresses = set()
    goals: dict[int, set[int]] = {}
    for number, page in enumerate(pdf.pages, 1):
        for note in page.get("/Annots", []):
            if "/A" in note:
                addresses.add(str(note.A.URI))
                continue
            goal = names[str(note.Dest)] if isinstance(note.Dest, pikepdf.String) else note.Dest
            reached = numbers[goal[0].objgen]
            goals.setdefault(number, set()).add(reached)
            assert 0 <= float(goal[3]) <= float(pdf.pages[reached - 1].mediabox[3])
            assert str(note.Contents)
    assert {address for address in addresses if not address.startswith(("https://", "mailto:"))} == set()
    assert {"https://example.org/a?b=c&d=e#f", "mailto:me@example.org"} <= addresses
    cited = ("TST-001", "MDR-GSPR-17-2", "FDA-524B-a", "REQ-002")
    assert {built.items[item]["page"] for item in cited} <= goals[built.items["REQ-001"]["page"]]
    # the matrix leads to the card of each clause that heads a row
    view = built.state.dossier.views["clause-evidence-mdr-gspr"]
    assert {built.items[row]["page"] for row in view.row_ids} <= set().union(*goals.values())


def test_bookmarks_are_three_levels_deep(pdf: pikepdf.Pdf) -> None:
    with pdf.open_outline() as outline:
        titles = [entry.title for entry in outline.root]
        prose = next(entry for entry in outline.root if entry.title == "1. Prose and lists")
        deep = [(second.title, [third.title for third in second.children]) for second in prose.children]
        assert all(not third.children for second in prose.children for third in second.children)
    assert titles[:7] == ["Figures", "Tables", "1. Prose and lists", "2. Blocks", "3. Tables", "4. Media", "Items"]
    assert deep[0] == ("1.1. Second level", ["1.1.1. Third level"])
    assert "Outside the toctree" in titles
    last = [title for title in titles if title.endswith(": clauses that no page shows")]
    assert titles[-len(last) :] == last
    assert "MDR Annex I: clauses that no page shows" in last


def test_the_structure_is_sound(built: Built) -> None:
    found = examine(built.path, "submission", Beside(built.path.parent))
    assert {remark.check for remark in found.remarks} <= {"table-header"}  # a nested table of an author without header
    assert found.textless == ()


def test_every_page_is_numbered(built: Built) -> None:
    total = len(built.pages)
    for number, text in enumerate(built.pages, 1):
        assert f"Page {number} of {total}" in text
        assert number == 1 or "Feature project: Å & <PDF> 2.1" in text


def test_cover_states_what_the_file_is(built: Built) -> None:
    cover = squeeze(built.pages[0])
    trace = built.state.dossier.trace
    for text in (
        "Version under review 2.1",
        "As of 2026-11-01",
        "Gate report",
        f"Clauses of the whole file {len(trace.catalogue.clauses)} of",
        f"Findings of the whole file {len(built.state.dossier.findings)}",
        "nothing in the shipped trace model",
        "Verdicts say how far evidence is complete. Conformity is the manufacturer's statement.",
    ):
        assert squeeze(text) in cover


def test_it_is_archival_and_accessible(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata() as meta:
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("2", "U", "1")
        assert meta["dc:title"] == "Feature project: Å & <PDF> 2.1"
        assert meta["xmp:CreateDate"].startswith("2023-11-14")
    assert bool(pdf.Root.MarkInfo.Marked)
    assert str(pdf.Root.Lang) == "en"
    assert not pdf.is_encrypted
    assert "/OpenAction" not in pdf.Root
    assert "/JavaScript" not in pdf.Root.get("/Names", {})
    for page in pdf.pages:
        for font in page.get("/Resources", {}).get("/Font", {}).values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


def test_equal_sources_give_equal_bytes(built: Built, tmp_path: Path) -> None:
    shutil.copytree(PROJECT, tmp_path / "elsewhere")
    app, _warnings = build(tmp_path / "elsewhere")
    assert Path(app.outdir, NAME).read_bytes() == built.path.read_bytes()
    pages = Path(app.outdir, "pages.json").read_bytes()
    assert pages == built.path.with_name("pages.json").read_bytes()


FAULTS = [
    (".. unknown::\n\n   Mystery text.\n", "pdf-node", "mystery", "Mystery text."),
    (".. image:: missing.png\n   :alt: What it showed\n", "pdf-image", "missing.png cannot be read", "What it showed"),
    (".. image:: dot.bmp\n   :alt: What it showed\n", "pdf-image", "format that the PDF cannot show", "What it showed"),
    (".. image:: https://example.org/x.png\n   :alt: far\n", "pdf-image", "nothing is fetched", "far"),
    (".. image:: dot.png\n", "pdf-image", "no alternative text", ""),
    (".. image:: broken.svg\n   :alt: square\n", "pdf-image", "not a sound svg file", "square"),
    ("Chinese 中 here.\n", "pdf-glyph", "U+4E2D", "Chinese [U+4E2D] here."),
    (
        ".. requirement:: Title 漢\n   :id: REQ-1\n   :status: draft\n   :kind: security\n   :level: system\n",
        "pdf-glyph",
        "U+6F22",
        "Title [U+6F22]",
    ),
    (":math:`\\unknown{x}`\n", "pdf-math", "unknown", "unknown"),
    (".. raw:: html\n\n   <b>x</b>\n", "pdf-raw", "raw html", ""),
]


def test_what_cannot_be_shown_is_said_at_file_and_line(small: Path) -> None:
    shutil.copy(PROJECT / "img" / "dot.png", small)
    shutil.copy(PROJECT / "img" / "dot.png", small / "dot.bmp")
    (small / "broken.svg").write_text("<svg", encoding="utf-8")
    (small / "unknown_nodes.py").write_text(
        "from docutils import nodes\n"
        "from sphinx.util.docutils import SphinxDirective\n"
        "class mystery(nodes.General, nodes.Element): pass\n"
        "class Unknown(SphinxDirective):\n"
        "    has_content = True\n"
        "    def run(self):\n"
        "        node = mystery('', *self.parse_content_to_nodes())\n"
        "        self.set_source_info(node)\n"
        "        return [node]\n"
        "def setup(app):\n"
        "    app.add_directive('unknown', Unknown)\n",
        encoding="utf-8",
    )
    with (small / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write("import os, sys\nsys.path.insert(0, os.path.dirname(__file__))\n")
        conf.write("extensions.append('unknown_nodes')\n")
        conf.write("suppress_warnings = ['image.not_readable']\n")
    text = "Small\n=====\n"
    lines = []
    for markup, *_rest in FAULTS:
        text += "\n"
        lines.append(text.count("\n") + 1)
        text += markup
    (small / "index.rst").write_text(text, encoding="utf-8")
    app, warnings = build(small)
    said = warnings.splitlines()
    with pypdfium2.PdfDocument(Path(app.outdir, "small.pdf")) as pdf:
        shown = squeeze(" ".join(map(_text, pdf)))
    assert len(said) == len(FAULTS)
    for line, (_markup, subtype, message, left) in zip(lines, FAULTS, strict=True):
        found = [entry for entry in said if message in entry]
        assert len(found) == 1, message
        assert found[0].startswith(f"{small / 'index.rst'}:{line}: WARNING: "), found[0]
        assert found[0].endswith(f"[aimd.{subtype}]")
        assert squeeze(left) in shown
    assert app.statuscode == 0


def test_a_failing_build_leaves_the_old_file(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app, _warnings = build(small)
    before = Path(app.outdir, "small.pdf").read_bytes()
    monkeypatch.setattr(front, "lists", lambda _volume: "nobody-knows;")
    with pytest.raises(PdfError, match=r"small\.pdf cannot be made: Typst says: .*nobody-knows"):
        build(small)
    assert Path(app.outdir, "small.pdf").read_bytes() == before
    assert [path.name for path in Path(app.outdir).glob(".*.pdf*")] == []


def test_wrong_settings_are_named(small: Path) -> None:
    with pytest.raises(ConfigError, match="aimd_pdf_fonts names a folder that cannot be read"):
        build(small, aimd_pdf_fonts=["nowhere"])
    with pytest.raises(ConfigError, match="aimd_pdf_paper is 'letter', expected one of a4, us-letter"):
        build(small, aimd_pdf_paper="letter")


def test_a_missing_package_is_named(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        raise process.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(process.metadata, "version", absent)
    with pytest.raises(PdfError, match=re.escape("pip install 'sphinx-aimd[pdf]'")):
        build(small)


@given(st.text())
def test_no_text_is_lost_where_it_may_wrap(text: str) -> None:
    assert "".join(source.wrappable(text, 8)) == text


@given(st.text())
def test_a_string_literal_stays_one(text: str) -> None:
    inner = source.string(text)[1:-1]
    assert '"' not in re.sub(r"\\.", "", inner)
    assert "\n" not in inner
