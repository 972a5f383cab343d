"""``aimd verify-pdf``: a sound file passes, each fault is found and nothing else is said, hostile files end at once."""

from __future__ import annotations

import json
import shutil
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import typst
from pikepdf import Array, Dictionary, Name, String

from sphinx_aimd.cli import main
from sphinx_aimd.pdf import limits, verapdf
from sphinx_aimd.pdf.checks import CHECKS
from sphinx_aimd.pdf.structure import check, examine
from sphinx_aimd.pdf.targets import Beside
from tests.sphinx_builds import EPOCH

SOURCE = """
#set document(title: "A report", author: "The maker", description: [About it])
#set text(lang: "en")
= First <first>
Text with #link("https://example.org/")[an address], #link(<third>)[a link] and a note.#footnote[The note.]
#figure(image(bytes("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>"),
  alt: "A square"), caption: [A figure])
#math.equation(alt: "a squared", block: true, $a^2$)
- one
- two
== Second <second>
#table(columns: 2, table.header([Head], [Head two]), [a], [b], table.cell(colspan: 2)[c])
#pagebreak()
=== Third <third>
Text.
"""


def compiled(folder: Path, standard: str) -> Path:
    """A tagged document with one of everything that the checks look at, saved as ours are."""
    (folder / "main.typ").write_text(SOURCE, encoding="utf-8")
    fonts = typst.Fonts(include_system_fonts=False)
    data = typst.Compiler(str(folder / "main.typ"), font_paths=fonts).compile(
        format="pdf", pdf_standards=[standard, "ua-1"], timestamp=int(EPOCH)
    )
    path = folder / "001_report.pdf"
    path.write_bytes(data)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        save(pdf, path)
    return path


def save(pdf: pikepdf.Pdf, path: Path, **options: Any) -> None:
    """Save as ours are, without the repairs that the library would make."""
    settings: dict[str, Any] = {"deterministic_id": True, "fix_metadata_version": False} | options
    pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate, **settings)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("sound"), "a-2u")


@pytest.fixture
def archived(tmp_path: Path) -> Path:
    """The archive's form of the document, with an attachment that is described and listed in full."""
    path = compiled(tmp_path, "a-3u")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        data = pikepdf.AttachedFileSpec(
            pdf, b"{}", filename="trace.json", mime_type="application/json", relationship=Name.Data
        )
        pdf.attachments["trace.json"] = data
        held = pdf.attachments["trace.json"].obj
        held.EF.F.Params = Dictionary(ModDate=String("D:20261102000000Z"))
        pdf.Root.AF = Array([held])
        save(pdf, path)
    return path


def elements(pdf: pikepdf.Pdf, kind: str) -> list[Any]:
    """Elements of the structure tree in document order."""
    found, stack = [], [pdf.Root.StructTreeRoot.K]
    while stack:
        item = stack.pop()
        if isinstance(item, Array):
            stack.extend(reversed(list(item)))
        elif isinstance(item, Dictionary):
            found += [item] if item.get("/S") == Name(f"/{kind}") else []
            stack.append(item.get("/K"))
    return found


def links(pdf: pikepdf.Pdf) -> list[Any]:
    return [note for page in pdf.pages for note in page.obj.get("/Annots", [])]


def font(pdf: pikepdf.Pdf) -> Any:
    return next(iter(pdf.pages[0].obj.Resources.Font.values()))


def draw(pdf: pikepdf.Pdf, content: bytes) -> None:
    pdf.pages[0].contents_add(content)


def script() -> Any:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def attach(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.txt"] = b"text"


def metadata(pdf: pikepdf.Pdf, old: bytes, new: bytes) -> None:
    data = pdf.Root.Metadata.read_bytes()
    assert old in data
    pdf.Root.Metadata = pdf.make_stream(data.replace(old, new), Type=Name.Metadata, Subtype=Name.XML)


def remote(pdf: pikepdf.Pdf, file: Any, target: Any) -> None:
    note = links(pdf)[1]
    del note.Dest
    note.A = Dictionary(S=Name.GoToR, F=file, D=target)


def cycle_in_outline(pdf: pikepdf.Pdf) -> None:
    first = pdf.Root.Outlines.First
    first.First.Next = first


def cycle_in_tree(pdf: pikepdf.Pdf) -> None:
    element = elements(pdf, "Table")[0]
    element.K.append(element)


def lost_content(pdf: pikepdf.Pdf) -> None:
    """A page draws marked content that no element owns any more."""
    element = next(one for one in elements(pdf, "P") if isinstance(one.K, Array) and isinstance(one.K[0], int))
    del element.K[0]


def skip(pdf: pikepdf.Pdf) -> None:
    elements(pdf, "H2")[0].S = Name.H3


def no_language(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Lang = String("not a language")
    metadata(pdf, b"<rdf:li>en<", b"<rdf:li>not a language<")


def no_scope(pdf: pikepdf.Pdf) -> None:
    """Header cells that say nothing, in a table whose other cells do not name them."""
    for cell in elements(pdf, "TH") + elements(pdf, "TD"):
        del cell.A
    elements(pdf, "TD")[-1].A = Dictionary(O=Name.Table, ColSpan=2)


def no_header(pdf: pikepdf.Pdf) -> None:
    no_scope(pdf)
    for cell in elements(pdf, "TH"):
        cell.S = Name.TD


def redraw(pdf: pikepdf.Pdf, old: bytes, new: bytes) -> None:
    """Change the first place of a page's content."""
    page = pdf.pages[0].obj
    page.Contents = pdf.make_stream(page.Contents.read_bytes().replace(b"<</MCID 0>>" + old, b"<</MCID 0>>" + new, 1))


def drop_row_cell(pdf: pikepdf.Pdf) -> None:
    """A row loses its last cell; what was in the cell becomes an artifact."""
    row = elements(pdf, "TR")[1]
    cell = row.K[-1]
    page, wanted = cell.Pg, list(cell.K)
    del row.K[-1]
    content = page.Contents.read_bytes()
    for number in wanted:
        content = content.replace(b"/Span<</MCID %d>>BDC" % number, b"/Artifact BMC")
        content = content.replace(b"/Span <</MCID %d>> BDC" % number, b"/Artifact BMC")
    page.Contents = pdf.make_stream(content)


def put(holder: Callable[[pikepdf.Pdf], Any], key: str, value: Any) -> Callable[[pikepdf.Pdf], None]:
    """Set an entry, or delete it where the value is None."""

    def change(pdf: pikepdf.Pdf) -> None:
        if value is None:
            del holder(pdf)[key]
        else:
            holder(pdf)[key] = value() if callable(value) else value

    return change


def element(kind: str, place: int = 0) -> Callable[[pikepdf.Pdf], Any]:
    return lambda pdf: elements(pdf, kind)[place]


def link(place: int) -> Callable[[pikepdf.Pdf], Any]:
    return lambda pdf: links(pdf)[place]


def root(pdf: pikepdf.Pdf) -> Any:
    return pdf.Root


FAULTS: list[tuple[str, Callable[[pikepdf.Pdf], None]]] = [
    ("xmp", put(root, "/Metadata", None)),
    ("xmp", put(lambda pdf: pdf.Root.Metadata, "/Subtype", None)),
    ("xmp", lambda pdf: metadata(pdf, b"<x:xmpmeta", b"<!DOCTYPE x [<!ENTITY a 'a'>]><x:xmpmeta")),
    ("pdfa-id", lambda pdf: metadata(pdf, b"<pdfaid:part>2<", b"<pdfaid:part>1<")),
    ("pdfua-id", lambda pdf: metadata(pdf, b"<pdfuaid:part>1<", b"<pdfuaid:part>2<")),
    ("info-agrees", lambda pdf: metadata(pdf, b">A report<", b">Another report<")),
    ("info-agrees", lambda pdf: metadata(pdf, b"<xmp:CreateDate>2026", b"<xmp:CreateDate>2025")),
    ("display-title", put(root, "/ViewerPreferences", None)),
    ("marked", put(lambda pdf: pdf.Root.MarkInfo, "/Marked", False)),
    ("language", no_language),
    ("output-intent", put(lambda pdf: pdf.Root.OutputIntents[0], "/S", Name.GTS_PDFX)),
    ("tree", put(lambda pdf: pdf.Root.StructTreeRoot, "/Type", None)),
    ("tree", put(element("P"), "/Type", Name.Wrong)),
    ("role-map", put(element("P"), "/S", Name.Mine)),
    ("role-map", put(lambda pdf: pdf.Root.StructTreeRoot.RoleMap, "/P", Name.Span)),
    ("tree-parent", put(element("Table"), "/P", Dictionary)),
    ("tree-parent", put(element("Table"), "/P", None)),
    ("tag-language", put(element("P"), "/Lang", String("?"))),
    ("figure-alt", put(element("Figure"), "/Alt", None)),
    ("figure-alt", put(element("Figure"), "/Alt", String(" "))),
    ("formula-alt", put(element("Formula"), "/Alt", None)),
    ("heading-order", skip),
    ("table-scope", no_scope),
    ("table-header", no_header),
    ("table-nesting", put(element("TD"), "/S", Name.P)),
    ("table-regular", drop_row_cell),
    ("list-nesting", put(element("LI"), "/S", Name.P)),
    ("note-id", put(element("Note"), "/ID", None)),
    ("loop", cycle_in_tree),
    ("loop", cycle_in_outline),
    ("content-owner", lost_content),
    ("content-missing", lambda pdf: elements(pdf, "P")[0].K.append(999)),
    ("content-tagged", lambda pdf: draw(pdf, b"0 0 1 1 re f")),
    ("content-nesting", lambda pdf: redraw(pdf, b"BDC", b"BDC /Artifact BMC EMC")),
    ("content-nesting", lambda pdf: draw(pdf, b"EMC")),
    ("content-resource", lambda pdf: draw(pdf, b"/Artifact BMC /Gone Do EMC")),
    ("device-colour", lambda pdf: draw(pdf, b"/Artifact BMC 0 0 0 1 k 0 0 1 1 re f EMC")),
    ("font-embedded", lambda pdf: font(pdf).DescendantFonts[0].__delitem__("/FontDescriptor")),
    ("font-unicode", lambda pdf: font(pdf).__delitem__("/ToUnicode")),
    ("annotation-kind", put(link(0), "/Subtype", Name.Movie)),
    ("annotation-flags", put(link(0), "/F", 2)),
    ("annotation-text", put(link(0), "/Contents", None)),
    ("annotation-tagged", put(link(0), "/StructParent", 99_999)),
    ("tab-order", lambda pdf: pdf.pages[0].obj.__delitem__("/Tabs")),
    ("outline", put(root, "/Outlines", None)),
    ("outline-depth", put(lambda pdf: pdf.Root.Outlines.First.First, "/First", None)),
    ("destination", put(link(1), "/Dest", String("nowhere"))),
    ("destination", lambda pdf: pdf.Root.Names.Dests.Names.__setitem__(1, Array([Dictionary(), Name.Fit]))),
    ("remote-path", lambda pdf: remote(pdf, String("../002_other.pdf"), String("first"))),
    ("remote-path", lambda pdf: remote(pdf, Dictionary(F=String("C:/other.pdf"), UF=String("o.pdf")), String("first"))),
    ("uri", lambda pdf: links(pdf)[0].A.__setitem__("/URI", String("file:///etc/hosts"))),
    ("action", put(link(0), "/A", script)),
    ("action", lambda pdf: links(pdf)[0].A.__setitem__("/Next", Dictionary(S=Name.Launch, F=String("a")))),
    ("action", lambda pdf: pdf.Root.Names.__setitem__("/JavaScript", Dictionary(Names=Array([String("a"), script()])))),
    ("action", lambda pdf: pdf.pages[0].obj.__setitem__("/AA", Dictionary())),
    ("action", lambda pdf: pdf.pages[0].obj.__setitem__("/PieceInfo", Dictionary(X=script()))),
    ("open-action", put(root, "/OpenAction", script)),
    ("form", put(root, "/AcroForm", lambda: Dictionary(Fields=Array(), XFA=Array()))),
    ("attachment", attach),
    ("filter", lambda pdf: pdf.Root.__setitem__("/X", lzw(pdf))),
    ("external-stream", lambda pdf: pdf.Root.__setitem__("/X", pdf.make_stream(b"", F=String("outside")))),
]


def lzw(pdf: pikepdf.Pdf) -> Any:
    stream = pdf.make_stream(b"")
    stream.write(bytes([0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01]), filter=Name.LZWDecode)
    return stream


def said(path: Path, profile: str = "submission", beside: Beside | None = None) -> set[str]:
    return {remark.check for remark in check(path, profile, beside)}


def test_a_sound_file_is_read_whole_and_nothing_is_said(sound: Path) -> None:
    found = examine(sound, "submission")
    assert found.remarks == ()
    assert (found.pages, found.bookmarks, found.attachments, found.textless) == (2, 3, 0, ())


@pytest.mark.parametrize(("wanted", "change"), FAULTS, ids=[f"{n}-{name}" for n, (name, _change) in enumerate(FAULTS)])
def test_each_fault_is_found_and_nothing_else(
    sound: Path, tmp_path: Path, wanted: str, change: Callable[[pikepdf.Pdf], None]
) -> None:
    with pikepdf.open(sound) as pdf:
        change(pdf)
        save(pdf, tmp_path / "changed.pdf", compress_streams=False)
    assert said(tmp_path / "changed.pdf") == {wanted}


def test_every_check_of_the_table_is_used() -> None:
    """The table of checks and the code agree, so that a rule that is named is one that is asked."""
    modules = [path for path in Path(limits.__file__).parent.glob("*.py") if path.stem != "checks"]
    code = "".join(path.read_text("utf-8") for path in modules)
    assert {name for name in CHECKS if f'"{name}"' not in code} == set()
    assert all(kind.rule.startswith(("ISO ", "house rule")) for kind in CHECKS.values())


def test_an_archive_holds_attachments_that_are_described(archived: Path, tmp_path: Path) -> None:
    assert said(archived, "archive") == set()
    assert said(archived) == {"attachment", "pdfa-id"}
    faults: list[tuple[str, Callable[[Any], None]]] = [
        ("attachment-relation", lambda held: held.__delitem__("/AFRelationship")),
        ("attachment-names", lambda held: held.__delitem__("/UF")),
        ("attachment-type", lambda held: held.EF.F.__delitem__("/Subtype")),
        ("attachment-date", lambda held: held.EF.F.__delitem__("/Params")),
    ]
    for wanted, change in faults:
        with pikepdf.open(archived) as pdf:
            change(pdf.Root.AF[0])
            save(pdf, tmp_path / "changed.pdf")
        assert said(tmp_path / "changed.pdf", "archive") == {wanted}
    with pikepdf.open(archived) as pdf:
        del pdf.Root.AF
        save(pdf, tmp_path / "changed.pdf")
    assert said(tmp_path / "changed.pdf", "archive") == {"attachment-listed"}


def test_a_link_of_an_archive_names_its_file_as_no_attachment(archived: Path, tmp_path: Path) -> None:
    """What veraPDF counts as an attachment: any file specification with a type. A submission may have it."""
    plain = {"/F": String("002_other.pdf"), "/UF": String("002_other.pdf")}
    for wanted, given in ((set(), plain), ({"remote-type"}, plain | {"/Type": Name.Filespec})):
        with pikepdf.open(archived) as pdf:
            remote(pdf, Dictionary(given), String("third"))
            save(pdf, tmp_path / "changed.pdf")
        assert said(tmp_path / "changed.pdf", "archive") == wanted
        assert said(tmp_path / "changed.pdf") == {"attachment", "pdfa-id"}


def test_links_to_files_of_the_set_find_their_targets(sound: Path, tmp_path: Path) -> None:
    shutil.copy(sound, tmp_path / "002_other.pdf")
    for wanted, file, target in (
        (set(), "002_other.pdf", String("third")),
        (set(), "002_other.pdf", Array([1, Name.Fit])),
        ({"remote-target"}, "002_other.pdf", String("fourth")),
        ({"remote-target"}, "002_other.pdf", Array([2, Name.Fit])),
        ({"remote-target"}, "003_gone.pdf", String("third")),
    ):
        with pikepdf.open(sound) as pdf:
            remote(pdf, String(file), target)
            save(pdf, tmp_path / "001_report.pdf")
        assert said(tmp_path / "001_report.pdf", beside=Beside(tmp_path)) == wanted
        assert said(tmp_path / "001_report.pdf") == set(), "without a folder nothing is said of other files"


def test_encrypted_files(sound: Path, tmp_path: Path) -> None:
    for user in ("", "secret"):
        with pikepdf.open(sound) as pdf:
            locked = pikepdf.Encryption(owner="owner", user=user, R=4)
            save(pdf, tmp_path / "locked.pdf", encryption=locked, deterministic_id=False)
        found = examine(tmp_path / "locked.pdf", "submission")
        assert {remark.check for remark in found.remarks} == {"encrypted"}
        assert found.is_locked
        assert found.is_read == (not user)


def page_tree_loop(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Pages.Kids.append(pdf.Root.Pages)


def deep_form(pdf: pikepdf.Pdf) -> None:
    """A form that draws itself twice: without a bound, more steps than there are atoms."""
    form = pdf.make_stream(b"/X Do /X Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 1, 1]))
    form.Resources = Dictionary(XObject=Dictionary(X=form))
    pdf.pages[0].obj.Resources.XObject = Dictionary(X=form)
    draw(pdf, b"/Artifact BMC /X Do EMC")


def bomb(pdf: pikepdf.Pdf) -> None:
    """A page whose content is 70 MB of blanks."""
    stream = pdf.make_stream(b"")
    packer = zlib.compressobj(9)
    blanks = b" " * 1_000_000
    data = b"".join(packer.compress(blanks) for _part in range(70)) + packer.flush()
    stream.write(data, filter=Name.FlateDecode)
    pdf.pages[1].obj.Contents = stream


def many_rows(pdf: pikepdf.Pdf) -> None:
    """A cell that spans more rows and columns than any table has."""
    elements(pdf, "TD")[0].A = Dictionary(O=Name.Table, ColSpan=2**31 - 1, RowSpan=2**31 - 1)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (page_tree_loop, {"loop"}),
        (deep_form, {"loop"}),
        (bomb, {"readable-part", "damaged", "content-missing"}),
        (many_rows, {"table-regular"}),
    ],
)
def test_hostile_files_come_to_an_end(
    sound: Path, tmp_path: Path, change: Callable[[pikepdf.Pdf], None], wanted: set[str]
) -> None:
    with pikepdf.open(sound) as pdf:
        change(pdf)
        save(pdf, tmp_path / "hostile.pdf", compress_streams=False)
    assert said(tmp_path / "hostile.pdf") == wanted


@pytest.mark.parametrize("data", [b"", b"no PDF", None], ids=["empty", "other", "cut off"])
def test_what_is_no_pdf_gets_one_remark(sound: Path, tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "cut.pdf"
    whole = sound.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if data is None else data)
    assert [remark.check for remark in check(path, "submission")] == ["readable"]
    assert main(["verify-pdf", str(path)]) == 1


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    """A set of files as it is filed, except for what its second file does wrong."""
    folder = tmp_path / "filed"
    folder.mkdir()
    shutil.copy(sound, folder / "001_report.pdf")
    shutil.copy(sound, folder / "003_répórt.pdf")
    with pikepdf.open(folder / "003_répórt.pdf", allow_overwriting_input=True) as pdf:
        redrawn = pdf.make_stream(b"/Artifact BMC 0 0 1 1 re f EMC")
        pdf.pages[1].obj.Contents = redrawn
        save(pdf, folder / "003_répórt.pdf")
    return folder


def test_limits_are_measured_and_say_where_they_stand(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = folder.parent / "own.yaml"
    own.write_text(
        "schema: '1'\nrecipients:\n- {id: mine, title: My body, edition: letter of May, not_measured: [],\n"
        "   limits: [{measure: file-size, most: '1000', severity: error, source: letter, checked: full}]}\n"
    )
    names = ["--limits", "ecopy", "mine", "--limits-file", str(own), "--format", "json"]
    assert main(["verify-pdf", str(folder), *names]) == 1
    told = json.loads(capsys.readouterr().out)
    remarks = {(file["name"][:3], remark["check"]) for file in told["files"] for remark in file["remarks"]}
    assert {("003", "ecopy-name-characters"), ("003", "ecopy-name-sequence"), ("003", "ecopy-searchable")} <= remarks
    assert {check for name, check in remarks if name == "001"} == {"mine-file-size"}
    assert [file["pages_without_text"] for file in told["files"]] == [[], [2]]
    rows = {row["measure"]: row for row in told["limits"]["ecopy"]}
    assert rows["file-size"]["allowed"] == "50.0 MB at most"
    assert not rows["file-size"]["is_exceeded"]
    assert rows["name-sequence"]["measured"] == "1 of 2 files fit"
    assert any("signed company cover letter" in line for line in told["statement"])
    assert verapdf.NOT_FOUND in told["statement"]
    for options in (["--limits", "ecpoy"], ["--limits-file", "gone.yaml"], ["--verapdf", "gone"]):
        assert main(["verify-pdf", str(folder), *options]) == 2
    assert main(["verify-pdf", str(folder / "gone")]) == 2
    told_text = capsys.readouterr().err
    assert "Did you mean ecopy?" in told_text
    assert "is no program" in told_text


REPORT = """<?xml version="1.0" encoding="utf-8"?>
<report>
  <buildInformation><releaseDetails id="core" version="1.28.2"/></buildInformation>
  <jobs>{jobs}</jobs>
  <batchSummary totalJobs="2" failedToParse="0" encrypted="0" outOfMemory="0" veraExceptions="0"/>
</report>"""
JOB = """<job><item size="10230"><name>{name}</name></item>
  <validationReport jobEndStatus="normal" profileName="{profile} validation profile" statement="" isCompliant="{ok}">
    <details passedRules="101" failedRules="1" passedChecks="358" failedChecks="1">{rules}</details>
  </validationReport></job>"""
RULE = """<rule specification="ISO 14289-1:2014" clause="7.3" testNumber="1" status="failed" failedChecks="3">
  <description>Figures have alternatives</description><object>SEFigure</object></rule>"""
THROWN = """<job><item size="9"><name>{name}</name></item><taskException type="PARSE" isExecuted="true"
  isSuccess="false"><exceptionMessage>Exception: no pages</exceptionMessage></taskException></job>"""


def fake(folder: Path, script: str) -> Path:
    """A program that stands for veraPDF."""
    program = folder / "verapdf"
    program.write_text(f"#!{sys.executable}\nimport sys\n{script}\n")
    program.chmod(0o755)
    return program


def test_what_verapdf_says_is_reported_and_no_more(
    sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = (
        f"names = {{'2u': 'PDF/A-2U', 'ua1': 'PDF/UA-1'}}\nflavour = sys.argv[sys.argv.index('--flavour') + 1]\n"
        f"ua = flavour == 'ua1'\n"
        f"job = {JOB!r}.format(name=sys.argv[-1], profile=names[flavour], ok=str(not ua).lower(), "
        f"rules={RULE!r} if ua else '')\nprint({REPORT!r}.format(jobs=job))\nsys.exit(int(ua))"
    )
    program = fake(tmp_path, script)
    assert main(["verify-pdf", str(sound), "--verapdf", str(program)]) == 1
    told = capsys.readouterr().out
    assert "Figures have alternatives (3 failures)" in told
    assert "[verapdf; ISO 14289-1:2014, 7.3, test 1]" in told
    assert "PDF/A-2U compliant; PDF/UA-1 not compliant" in told
    assert "veraPDF 1.28.2 judged too." in told


@pytest.mark.parametrize(
    ("job", "told"),
    [
        (THROWN, "no judgement on PDF/A-2U. Exception: no pages"),
        (JOB.format(name="{name}", profile="PDF/A-1B", ok="true", rules=""), "judged PDF/A-1B validation profile"),
        ("", "no judgement on PDF/A-2U"),
    ],
    ids=["thrown", "other profile", "no job"],
)
def test_no_judgement_is_no_pass(
    sound: Path, tmp_path: Path, job: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    program = fake(tmp_path, f"print({REPORT!r}.format(jobs={job!r}.format(name=sys.argv[-1])))")
    assert main(["verify-pdf", str(sound), "--verapdf", str(program)]) == 1
    assert told in capsys.readouterr().out


def test_a_report_that_cannot_be_read_is_unusable(sound: Path, tmp_path: Path) -> None:
    for script in ("print('Java is missing')", "print('<!DOCTYPE r [<!ENTITY a \"a\">]><r>&a;</r>')"):
        assert main(["verify-pdf", str(sound), "--verapdf", str(fake(tmp_path, script))]) == 2
