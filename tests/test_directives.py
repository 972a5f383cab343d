"""What an author writes, through real Sphinx builds: items, links, roles, and one warning for one fault."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from sphinx.util.inventory import InventoryFile

from tests.sphinx_builds import PROJECTS, Build, build, edit, mini, project, text_of
from tests.trace_builder import MODEL

WRONG = PROJECTS / "wrong"
NO_EXPORTS = ("-D", "aimd_exports=")
TYPES = [name for name, kind in MODEL.types.items() if kind.origin != "catalogue" and name != "result"]


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Build]:
    """The project in which every page holds one fault, built once."""
    root = tmp_path_factory.mktemp("wrong")
    source = Path(shutil.copytree(WRONG, root / "source"))
    return source, root / "work", build(source, root / "work", *NO_EXPORTS)


def expected(page: Path) -> list[tuple[str, str, str]]:
    """Place, name and text of the warnings that a page states for itself; a text ends where the statement does."""
    stated = re.findall(r"^(?:\.\.|%) expected: (\S+) \| (\S+) \| (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return [(place if ":" in place else f"{page.name}:{place}", name, text) for place, name, text in stated]


PAGES = sorted(path.name for path in (*WRONG.glob("*.rst"), *WRONG.glob("*.md")))


@pytest.mark.parametrize("name", PAGES)
def test_each_fault_is_one_warning_at_its_line(name: str, wrong: tuple[Path, Path, Build]) -> None:
    _source, _work, done = wrong
    wanted = expected(WRONG / name)
    assert wanted or name == "index.rst"
    files = {place.rpartition(":")[0] for place, _name, _text in wanted} | {name}
    found = [line for line in done.warnings if line.partition(":")[0] in files]
    assert len(found) == len(wanted), found
    for line, (place, subtype, text) in zip(found, wanted, strict=True):
        assert line.startswith(f"{place}: WARNING: {text}"), line
        assert line.endswith(f" [{subtype}]"), line
        assert "?." not in line
        assert ".." not in line


def test_no_fault_is_reported_besides(wrong: tuple[Path, Path, Build]) -> None:
    stated = [entry for name in PAGES for entry in expected(WRONG / name)]
    assert len(wrong[2].warnings) == len(stated)


def test_a_second_build_says_the_same_and_fails_again(wrong: tuple[Path, Path, Build]) -> None:
    source, work, first = wrong
    second = build(source, work, "-W", "--keep-going", *NO_EXPORTS)
    assert (first.code, second.code) == (0, 1)
    assert second.warnings == first.warnings
    third = build(source, work, "-W", "--keep-going", *NO_EXPORTS)
    assert (third.code, third.warnings) == (1, first.warnings)


def test_warnings_can_be_suppressed_by_name(wrong: tuple[Path, Path, Build]) -> None:
    source, work, first = wrong
    done = build(source, work, "-D", "suppress_warnings=aimd.link,aimd.value", *NO_EXPORTS)
    assert done.warnings == tuple(line for line in first.warnings if not line.endswith(("[aimd.link]", "[aimd.value]")))
    assert build(source, work, "-W", "-D", "suppress_warnings=aimd", *NO_EXPORTS).code == 0


def test_items_with_a_faulty_part_keep_their_sound_parts(wrong: tuple[Path, Path, Build]) -> None:
    page = text_of(wrong[2].page("value.html"))
    assert "REQ-101 A value that the field does not have" in page
    assert "Level system" in page
    assert "Kind secruity" not in page  # the findings on the card name it all the same
    assert "is &#x27;secruity&#x27;, expected one of" in page


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """One item of every type by its short name and one by its long name, and Markdown."""
    root = tmp_path_factory.mktemp("typed")
    items = ""
    for number, name in enumerate(TYPES):
        items += f"\n.. {name}:: Short {name}\n   :id: S-{number}\n\n   Body of short.\n"
        items += f"\n.. aimd-{name}:: Long {name}\n   :id: L-{number}\n\n   Body of long.\n"
    markdown = (
        "# Markdown\n\n```{requirement} From Markdown\n:id: MD-1\n:kind: security\n:level: system\n\n"
        "Shall *refuse* it, see {aimd:item}`S-0`.\n```\n"
    )
    source = project(
        root / "source",
        {"types.rst": f"Types\n=====\n{items}", "mark.md": markdown},
        'extensions.append("myst_parser")',
    )
    return build(source, root / "work", "-D", "aimd_exports=json")


@pytest.mark.parametrize("name", TYPES)
def test_every_type_is_a_directive_by_both_names(name: str, typed: Build) -> None:
    number, items = TYPES.index(name), typed.items()
    assert (items[f"S-{number}"]["type"], items[f"L-{number}"]["type"]) == (name, name)
    assert items[f"S-{number}"]["title"] == f"Short {name}"
    page = typed.page("types.html")
    assert f'<section class="aimd-card aimd-type-{name}" id="S-{number}"' in page


def test_the_body_keeps_its_markup_and_fills_the_field_of_the_type(typed: Build) -> None:
    item = typed.items()["MD-1"]
    assert item["fields"]["text"] == "Shall refuse it, see S-0."
    assert item["location"] == {"file": "mark.md", "line": 3}
    page = typed.page("mark.html")
    assert "<em>refuse</em>" in page
    assert 'href="types.html#S-0" title="S-0 Short asset"' in page


def test_no_type_of_the_shipped_model_warns_for_being_unfinished(typed: Build) -> None:
    assert (typed.code, typed.warnings) == (0, ())


NEEDS = """
needs_types = [
    {"directive": "test", "title": "Own test", "prefix": "T_", "color": "#fff", "style": "node"},
    {"directive": "req", "title": "Own requirement", "prefix": "R_", "color": "#fff", "style": "node"},
]
"""


def test_a_project_of_sphinx_needs_keeps_its_names_and_sees_our_items(tmp_path: Path) -> None:
    page = """\
Page
====

.. req:: Theirs
   :id: R_1

.. test:: Theirs too
   :id: T_1

.. aimd-test:: Ours
   :id: TST-1
   :kind: other

.. requirement:: Ours as well
   :id: REQ-1
   :kind: security
   :level: system

   Shall do.

.. needtable::
   :columns: id, title, type_name, verdict
   :style: table

:need:`REQ-1` and :need:`R_1`
"""
    source = project(tmp_path / "source", {"page.rst": page}, NEEDS)
    done = build(source, tmp_path, "-D", "aimd_exports=json")
    assert done.warnings == ()
    items = done.items()
    assert items["TST-1"]["type"] == "test"
    assert not {"R_1", "T_1"} & set(items)
    html = done.page("page.html")
    table = text_of(html[html.index("<table") :])
    for row in (
        "R_1 Theirs Own requirement",
        "T_1 Theirs too Own test",
        "TST-1 Ours Test",
        "REQ-1 Ours as well Requirement",
    ):
        assert row in table
    assert 'href="#REQ-1"' in html


def test_the_short_names_are_ours_where_the_project_has_not_taken_them(tmp_path: Path) -> None:
    source = project(
        tmp_path / "source", {"page.rst": "Page\n====\n\n.. test:: Ours\n   :id: TST-1\n   :kind: other\n"}
    )
    done = build(source, tmp_path, "-D", "aimd_exports=json")
    assert done.items()["TST-1"]["type"] == "test"


def test_gaps_warn_in_the_release_gate_alone(tmp_path: Path) -> None:
    source = mini(tmp_path / "source")
    report = build(source, tmp_path, "-W", *NO_EXPORTS)
    assert (report.code, report.warnings) == (0, ())
    release = build(source, tmp_path, "-D", "aimd_gate=release", "-D", "show_warning_types=1", *NO_EXPORTS)
    wanted = (
        "system.rst:11: WARNING: AST-001 Implant is in no architecture view. Show it in a view. [aimd.element-in-view]"
    )
    assert wanted in release.warnings
    assert build(source, tmp_path, "-W", "-D", "aimd_gate=release", *NO_EXPORTS).code == 1


def test_a_file_without_a_line_is_named_as_it_is(tmp_path: Path) -> None:
    source = project(
        tmp_path / "source", {"security/notes.md": "x"}, 'exclude_patterns = ["security"]\naimd_code = {"files": 1}'
    )
    shown = "\n".join(build(source, tmp_path, *NO_EXPORTS).warnings)
    assert "WARNING: conf.py: aimd_code " in shown
    assert "WARNING: security/notes.md: is of no format that is known." in shown


def test_the_rule_of_an_overlay_warns_and_its_type_is_a_directive(tmp_path: Path) -> None:
    source = mini(tmp_path / "source")
    (source / "trace/item_types.yaml").write_text(DRILL, "utf-8")
    page = "\n.. drill:: Exercise of May\n   :id: DRL-1\n   :held_on: 2026-05-40\n"
    (source / "plain.rst").write_text(f"Plain\n=====\n{page}", "utf-8")
    done = build(source, tmp_path, "-D", "aimd_gate=release", "-D", "aimd_exports=json")
    wanted = (
        "controls.rst:4: WARNING: CTL-001 Commands carry a counter under the session key: nobody owns it. Name a role."
    )
    assert any(line.startswith(wanted) for line in done.warnings)
    assert any(line.startswith("plain.rst:6: WARNING: DRL-1: held_on is '2026-05-40'") for line in done.warnings)
    assert "DRL-1 Exercise of May" in text_of(done.page("plain.html"))


DRILL = """\
schema: '1'
types:
- name: drill
  title: Drill
  origin: author
  prefix: DRL
  help: An exercise.
  fields:
  - {name: held_on, title: Held on, kind: date, required: draft, meaning: "true", help: "Day of the exercise."}
"""


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('aimd_gate = "relase"', "aimd_gate is 'relase', expected 'report' or 'release'."),
        ('aimd_traceability = ["absent"]', "is not a folder"),
        ('aimd_catalogues = ["absent"]', "is not a folder"),
        ("needs_types = {}", "write a list"),
    ],
)
def test_a_wrong_configuration_stops_the_build_and_is_named(line: str, message: str, tmp_path: Path) -> None:
    source = project(tmp_path / "source", {"page.rst": "Page\n====\n"}, line)
    done = build(source, tmp_path)
    assert done.code != 0
    assert "Configuration error" in done.stopped
    assert message in done.stopped


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Build]:
    root = tmp_path_factory.mktemp("whole")
    source = mini(root / "source")
    with (source / "plain.rst").open("a", encoding="utf-8") as page:
        page.write("\n:any:`THR-001`, :any:`OWN-1`, :aimd:item:`the threat <THR-001>` and :aimd:item:`MDR-GSPR-1`\n")
    return source, root / "work", build(source, root / "work")


def test_items_and_clauses_are_objects_of_the_domain(whole: tuple[Path, Path, Build]) -> None:
    raw = (whole[2].out / "objects.inv").read_bytes()
    found = InventoryFile.loads(raw, uri="").data
    items, clauses = found["aimd:item"], found["aimd:clause"]
    assert (items["THR-001"].uri, items["THR-001"].display_name) == (
        "threats.html#THR-001",
        "THR-001 Replay of a recorded command",
    )
    assert clauses["OWN-1"].uri == "procedure.html#OWN-1"
    assert clauses["MDR-GSPR-1"].uri == "_aimd/clauses-mdr-gspr.html#MDR-GSPR-1"
    assert 'id="MDR-GSPR-1"' in whole[2].page("_aimd/clauses-mdr-gspr.html")


def test_roles_lead_to_the_item_and_say_its_title_on_hover(whole: tuple[Path, Path, Build]) -> None:
    page = whole[2].page("plain.html")
    links = re.findall(r'<a class="reference internal" href="([^"]+)" title="([^"]+)">(.*?)</a>', page)
    shown = [(href, title, text_of(text)) for href, title, text in links]
    threat = ("threats.html#THR-001", "THR-001 Replay of a recorded command")
    assert (*threat, "THR-001") in shown
    assert (*threat, "the threat") in shown
    assert ("procedure.html#OWN-1", "Procedure 1 Commands are authenticated", "Procedure 1") in shown
    assert any(href == "_aimd/clauses-mdr-gspr.html#MDR-GSPR-1" and text == "GSPR 1" for href, _title, text in shown)


def test_every_link_inside_the_pages_leads_somewhere(whole: tuple[Path, Path, Build]) -> None:
    out = whole[2].out
    for page in out.rglob("*.html"):
        for href in re.findall(r'href="([^"#]*)#([A-Z][^"]*)"', page.read_text("utf-8")):
            target = (page.parent / href[0]).resolve() if href[0] else page
            assert f'id="{href[1]}"' in target.read_text("utf-8"), f"{page.name}: {href}"


def test_search_finds_items_by_id_and_by_title(whole: tuple[Path, Path, Build]) -> None:
    index = whole[2].page("searchindex.js")
    objects, terms = (index.partition(f'"{part}":')[2] for part in ("objects", "terms"))
    assert '"THR-001 Replay of a recorded command"]' in objects
    for word in ("thr", "replay", "counter"):
        assert re.search(rf'["{{,]"?{word}"?:', terms), word


def test_an_item_shows_both_directions_its_verdict_and_why(whole: tuple[Path, Path, Build]) -> None:
    page = text_of(whole[2].page("controls.html"))
    assert "mitigates RSK-001 Stimulation by a replayed command" in page
    assert "verified by TST-001 Replay of recorded frames verified" in page
    assert "required: REQ-002: not approved" in page


@pytest.mark.parametrize(
    ("builder", "suffix"), [("text", "txt"), ("man", "1"), ("latex", "tex"), ("xml", "xml"), ("texinfo", "texi")]
)
def test_builders_of_sphinx_hold_the_text_of_items_and_views(
    builder: str, suffix: str, whole: tuple[Path, Path, Build]
) -> None:
    source, work, _html = whole
    done = build(source, work, "-W", builder=builder)
    assert (done.code, done.warnings) == (0, ())
    text = "".join(path.read_text("utf-8") for path in done.out.rglob(f"*.{suffix}"))
    plain = re.sub(r"[\\{}*@]|textbf|sphinx\w+|<[^>]+>", "", text.replace("\\-", "-").replace("{-}", "-"))
    plain = " ".join(plain.split())
    for wanted in (
        "Replay of a recorded command",
        "near the patient",
        "Commands are authenticated",
        "Threat to test result",
    ):
        assert wanted in plain, wanted


@pytest.mark.parametrize("builder", ["singlehtml", "dirhtml", "gettext", "epub", "dummy", "linkcheck"])
def test_other_builders_do_not_fail(builder: str, whole: tuple[Path, Path, Build]) -> None:
    source, work, _html = whole
    # what epub asks for; sphinx-needs puts a page into every output that epub cannot hold
    known = ("-D", "version=2.1", "-D", "copyright=2026", "-D", "suppress_warnings=epub.unknown_project_files")
    own = f"doctrees-{builder if builder == 'gettext' else 'others'}"  # gettext refuses the doctrees of the others
    done = build(source, work, "-W", *known, builder=builder, doctrees=own)
    assert (done.code, done.warnings) == (0, ())


def test_pages_in_folders_and_single_pages_link_to_one_another(whole: tuple[Path, Path, Build]) -> None:
    source, work, _html = whole
    single = build(source, work, builder="singlehtml").page("index.html")
    assert 'id="THR-001"' in single
    assert 'href="#THR-001"' in single or 'href="#document-threats' in single
    folder = build(source, work, builder="dirhtml")
    assert 'href="../threats/#THR-001"' in folder.page("risks/index.html")


def test_messages_for_translators_hold_the_prose_of_items(whole: tuple[Path, Path, Build]) -> None:
    source, work, _html = whole
    build(source, work, builder="gettext", doctrees="doctrees-gettext")
    assert "A recorded command is **sent again** near the patient." in (work / "gettext/threats.pot").read_text("utf-8")


def test_an_item_out_of_an_included_file_knows_that_file(tmp_path: Path) -> None:
    source = mini(tmp_path / "source", reviewed=False)
    (source / "parts").mkdir()
    (source / "parts/more.txt").write_text("Intro.\n\n.. asset:: Lead\n   :id: AST-009\n   :kind: implant\n", "utf-8")
    edit(source / "plain.rst", "Nothing here", ".. include:: parts/more.txt\n\nNothing here")
    done = build(source, tmp_path, "-D", "aimd_exports=json")
    assert done.items()["AST-009"]["location"] == {"file": "parts/more.txt", "line": 3}
    edit(source / "parts/more.txt", "Lead", "Electrode")
    again = build(source, tmp_path, "-D", "aimd_exports=json")
    assert again.items()["AST-009"]["title"] == "Electrode"
