"""Constructs that are hard to print: formulas, sphinx-needs' own nodes, long tables, pictures, letters."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import shutil
import warnings
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pikepdf
import pypdfium2
import pytest
import sphinx.addnodes
import sphinx.domains
import sphinx.ext
import sphinx_needs
from docutils import nodes

from sphinx_aimd.sphinx.typst.translator import Translator
from sphinx_aimd.writers.typst import fonts, formulas, probe
from sphinx_aimd.writers.typst.mathml import FormulaError
from tests.pdf_tables import squeeze
from tests.sphinx_builds import build

PROJECT = Path(__file__).parent / "projects" / "pdf_needs"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Written by the node around them.
PARTS = _names(
    "classifier description entry field_body field_name label option option_argument option_group option_list_item "
    "option_string row tbody term thead NeedtableHeader NeedtableRow "
)
#: Bases of other nodes; nothing makes one of them.
BASES = _names("Element FixedTextElement Node PureTextElement TextElement translatable _desc_classes_injector ")
#: Gone before a builder sees the page: replaced or removed by docutils, Sphinx or the extension.
RESOLVED = _names(
    "AliasNode List2Need Need NeedCount NeedFunc NeedIncoming NeedOutgoing NeedRef Needbar Needextend Needextract "
    "NeedflowGraphiz NeedflowPlantuml Needgantt Needimport Needlist Needpie Needsequence Needservice Needtable Needuml "
    "_BranchPlaceholder _ChooseBody ifconfig start_of_file todolist viewcode_anchor "
)
#: A warning at file and line, and their text without markup.
WARNED = _names("footer header")
LISTS = {"part": PARTS, "base": BASES, "resolved": RESOLVED, "warned": WARNED}


def modules(package: ModuleType) -> list[ModuleType]:
    inner = pkgutil.walk_packages(getattr(package, "__path__", []), f"{package.__name__}.")
    names = [info.name for info in inner if not info.name.endswith("__main__")]
    with warnings.catch_warnings(action="ignore"):  # old modules warn that they are
        return [package, *map(importlib.import_module, names)]


def test_every_node_that_there_is_is_known() -> None:
    """A new release of docutils, Sphinx or sphinx-needs that adds a node is noticed here, not in somebody's dossier."""
    classes = {
        cls
        for package in (nodes, sphinx.addnodes, sphinx.domains, sphinx.ext, sphinx_needs)
        for module in modules(package)
        for cls in vars(module).values()
        if inspect.isclass(cls) and issubclass(cls, nodes.Node) and cls.__module__ == module.__name__
    }
    assert len(classes) > 150
    kinds = {}
    for cls in classes:
        kinds[cls.__name__] = [kind for kind, names in LISTS.items() if cls.__name__ in names]
        if not kinds[cls.__name__] and any(hasattr(Translator, f"node_{each.__name__}") for each in cls.__mro__):
            kinds[cls.__name__].append("handled")
        if not issubclass(cls, nodes.Element) and not kinds[cls.__name__]:
            kinds[cls.__name__].append("category")  # Body, Inline and the like, which say what a node is
    assert {name: kind for name, kind in kinds.items() if len(kind) != 1} == {}
    assert {name for names in LISTS.values() for name in names} <= set(kinds)


FORMULAS = r"""
\frac{1}{2} \cdot \dfrac{a}{b} \times \sqrt[3]{x+y} \pm \sqrt{\pi}
\lambda = \frac{1}{\mathrm{MTBF}}
A = \frac{\text{MTBF}}{\text{MTBF} + \text{MTTR}}
\sum_{i=1}^{n} p_i = 1 - \prod_{i=1}^{n} (1 - R_i)
\int_{-\infty}^{\infty} e^{-x^2}\,dx = \oint_C f + \iint_S g
\binom{n}{k} p^k (1-p)^{n-k}
\begin{pmatrix} a & b \\ c & d \end{pmatrix} \begin{bmatrix} 1 \\ 2 \end{bmatrix} \begin{vmatrix} 1 \end{vmatrix}
\begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}
\begin{aligned} a &= b + c \\ &= d \end{aligned}
\begin{align} a &= b & c &= d \\ e &= f \end{align}
\begin{array}{c|c} a & b \\ \hline c & d \end{array}
\alpha\beta\gamma\Gamma\Delta\epsilon\varepsilon\theta\vartheta\phi\varphi\Omega\mu\sigma\kappa
\hat{x} \bar{x} \tilde{x} \dot{x} \ddot{x} \vec{v} \mathring{A} \overline{AB} \underline{x} \widehat{xyz}
x_{i,j}^{2n} + {}^{14}C + a'' + z_{1-\alpha/2}
\lim_{n \to \infty} \max_i \arg\max_x \log_2 N \ln x \sin^2\theta \operatorname{CVSS}(v)
a \rightarrow b \Rightarrow c \leftrightarrow d \mapsto e \iff f \xrightarrow{g}
a \leq b \geq c \neq d \not= d \approx e \equiv f \sim g \propto h \ll i
a \in A \subset B \cup C \cap D \setminus E \notin \emptyset
\forall x \in \mathbb{R}\; \exists y : \neg a \land b \lor c \oplus d
\left| x \right| \|x\| \lfloor x \rfloor \lceil x \rceil \left\{ x \right\} \big( \Big[ x \Big] \big)
\partial f / \partial x \nabla f \mathbf{x} \mathcal{L} \mathfrak{g} \mathsf{Enc}_k(m) \mathtt{code}
\underbrace{a + b}_{\text{sum}} + \overbrace{c}^{d} + x \overset{!}{=} y \stackrel{\$}{\leftarrow} z
5\,\mathrm{mA} \quad 10~\Omega \quad 37\,^{\circ}\mathrm{C} \quad 100\,\% \quad 10\,\text{µs}
\ldots \cdots \vdots \ddots \pm \mp \div \ast \star \circ \bullet \cancel{x} \textbf{bold} \color{red}{y}
g^{ab} \bmod p \quad a \equiv b \pmod{n} \quad E = mc^2 \tag{1}
α + β ≤ γ
\sum_{\substack{i=1 \\ j=2}}^n \begin{split} a &= b \\ &= c \end{split}
\text{#read("main.typ")} + \mathrm{read("main.typ")} + \operatorname{#panic()} + #x + "y" + // z
""".strip().splitlines()

REFUSED = [
    (r"\undefinedmacro{x}", r"\undefinedmacro is not known"),
    (r"\frac{a", "a part of it is missing"),
    (r"\begin{cases}", "it cannot be read"),
    (r"\newcommand{\a}{\b\b} \a", r"\newcommand is not allowed"),
    (r"\input{/etc/passwd}", r"\input is not allowed"),
    (r"\boxed{x}", "the PDF cannot show (box)"),
    ("x" * 5_000, "more than 4000 characters"),
    ("{" * 100 + "x" + "}" * 100, "nested too deeply"),
    ("{" * 1_900 + "x" + "}" * 1_900, "it cannot be read"),
]


def test_formulas_of_risk_and_reliability_can_be_shown() -> None:
    codes = [formulas.convert(part) for latex in FORMULAS for part in formulas.displayed(latex, nowrap=False)]
    pieces = [f'math.equation(block: true, alt: "a formula", {code});' for code in codes]
    assert probe.refusals(pieces, [fonts.folder()]) == {}


def test_a_formula_is_never_code() -> None:
    """Outside its string literals a formula consists of names that the converter itself writes."""
    own = {"symbol", "h", "hide", "linebreak", "aim", "true", "false", "none", "center", "left", "right", "em", "pt"}
    for latex in FORMULAS:
        for part in formulas.displayed(latex, nowrap=False):
            code = re.sub(r'"(?:[^"\\]|\\.)*"', "", formulas.convert(part))
            names = set(re.findall(r"[a-zA-Z][a-zA-Z.]*", re.sub(r"[a-z]+: ", "", code)))
            assert {name for name in names - own if not re.fullmatch(r"math\.[a-z]+", name)} == set()
            assert "#" not in code


@pytest.mark.parametrize(("latex", "reason"), REFUSED)
def test_what_is_no_formula_is_refused(latex: str, reason: str) -> None:
    with pytest.raises(FormulaError, match=re.escape(reason)):
        formulas.convert(latex)


@dataclass
class Printed:
    """A built project: the text of each page of its files, and its warnings."""

    pages: list[str]
    warnings: tuple[str, ...]
    files: list[Path]

    @property
    def text(self) -> str:
        return squeeze(" ".join(self.pages))

    def said(self, subtype: str, place: str, message: str) -> bool:
        return any(
            line.startswith(f"{place}: WARNING: ") and message in line and line.endswith(f"[aimd.{subtype}]")
            for line in self.warnings
        )


def long_tables() -> str:
    """Pages of tables: a row longer than a page, a cell that spans more rows than a page has, many wide columns."""
    lorem = "The implant keeps pacing while a telemetry session is open and reports each refused command. "
    spanned = "".join(f"   |   +---+\n   |   | {number % 10} |\n" for number in range(70))
    head = ", ".join(f"Exploitability{number}" for number in range(12))
    row = ", ".join("authentication" for _number in range(12))
    return (
        "Long\n====\n\n.. list-table:: Long cells\n   :header-rows: 1\n   :widths: 1 3\n\n   * - Name\n     - Text\n"
        f"   * - short\n     - SHORTROW\n   * - long\n     - LONGBEGIN {lorem * 70} LONGEND\n\n"
        f"Wide\n----\n\n.. csv-table:: Many wide columns\n   :header: {head}\n\n   {row}\n   {row}\n\n"
        "Spanned\n-------\n\n.. table:: Spanned rows\n\n   +---+---+\n   | A | B |\n   +===+===+\n   | r | 0 |\n"
        f"{spanned}   +---+---+\n\n"
        "Bare\n----\n\n==== =====\na    b\nc    d\n==== =====\n"
    )


def turned() -> str:
    """A page whose text before its first section is short, with a wide table in that section, and a long card."""
    head = ", ".join(f"Exploitability{number}" for number in range(12))
    steps = "".join(f"   Step {number}: the controller refuses the command and reports it.\n\n" for number in range(90))
    return (
        f"Turned\n======\n\nLEADTEXT of one line.\n\nWide one\n--------\n\n.. csv-table:: Wide\n   :header: {head}\n\n"
        f"   {', '.join(['WIDECELL'] * 12)}\n\nCards\n-----\n\n"
        f".. threat:: Forged commands\n   :id: THR-900\n   :status: draft\n   :stride: spoofing\n\n{steps}\n"
    )


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    folder = tmp_path_factory.mktemp("constructs")
    source = Path(shutil.copytree(PROJECT, folder / "source"))
    (source / "long.rst").write_text(long_tables(), encoding="utf-8")
    (source / "turned.rst").write_text(turned(), encoding="utf-8")
    done = build(source, folder / "work", builder="aimd-pdf")
    files = sorted(done.out.glob("*.pdf"))
    pages = []
    for path in files:
        with pypdfium2.PdfDocument(path) as pdf:
            pages += [str(page.get_textpage().get_text_range()).replace("\ufffe", "-") for page in pdf]
    assert done.code == 0, done.stopped
    return Printed(pages, done.warnings, files)


@pytest.mark.parametrize(
    "text",
    [
        "Story: Report a low battery S_001",
        "status: open tags: battery, patient links incoming: SP_001, SP_003",
        "At 20 percent 1",
        "Specification: Nested inner SP_003",
        "count 4, ratio 25.0, a function open.",
        "SP_001: Battery message (done)",
        "No needs passed the filters",
        "Id Title Type Leads to",
        "links outgoing: S_001",
        "A flow of needs",
        "digraph { a -> b }",
        "SVGTEXT sans Ägφж",
        "SVGTEXT other",
        "[image: CMYKALT]",
        "[image: CUTALT]",
        "[image: EXTERNALALT]",
        "[image: BOMBALT]",
        "The caption of a figure that is not there.",
        "ĀāĞğŁłŐőŠšŽž ƏəƠơǍǎȘș ẞßæøå",
        "ΑΒΓΔαβγδέώΩ ἄνθρωπος",
        "АБВГабвгЁёЇїҐґЎў",
        "← ↑ → ↓ ↔ ⇒ ⇔ ⇄ ∀ ∂ ∃ ∈ ∑ √ ∞ ∩ ∪ ∫ ≈ ≠ ≡ ≤ ≥ ⊂ ⊕",
        "┌─┬┐│└┴┘ █ ■ □ ▲ ● ✓ ✗ € £ ¥ ₽",
        "5 mg, 5 mg",
        "soft[U+00AD]hyphen, zero[U+200D]joiner",
        "Without a glyph: [U+2473]",
        "see (1)",
        "LONGEND",
    ],
)
def test_it_is_on_a_page(printed: Printed, text: str) -> None:
    assert squeeze(text) in printed.text


@pytest.mark.parametrize(
    ("subtype", "place", "message"),
    [
        ("pdf-math", "formulas.rst:23", r"\unknowncommand is not known"),
        ("pdf-math", "formulas.rst:23", "could not be displayed with font"),
        ("pdf-image", "images.rst:29", "the PDF is missing a CMYK profile"),
        ("pdf-image", "images.rst:32", "failed to decode image"),
        ("pdf-image", "images.rst:35", "which is outside the file"),
        ("pdf-image", "images.rst:38", "could not be displayed with a font"),
        ("pdf-image", "images.rst:41", "60000 by 60000 pixels"),
        ("pdf-image", "images.rst:44", "holds HTML (foreignObject)"),
        ("pdf-image", "images.rst:47", "cannot be read"),
        ("pdf-diagram", "diagrams.rst:4", "written as a table"),
        ("pdf-diagram", "diagrams.rst:31", "written as its source"),
        ("pdf-glyph", "letters.rst:10", "U+2473"),
    ],
)
def test_what_is_not_whole_is_said_at_file_and_line(printed: Printed, subtype: str, place: str, message: str) -> None:
    assert printed.said(subtype, place, message), printed.warnings


def test_formulas_speak_and_are_no_code(printed: Printed) -> None:
    spoken = set()
    for path in printed.files:
        with pikepdf.open(path) as pdf:
            spoken |= {
                str(item.Alt)
                for item in pdf.objects
                if isinstance(item, pikepdf.Dictionary) and str(item.get("/S")) == "/Formula"
            }
    assert r"A = \frac{\text{MTBF}}{\text{MTBF} + \text{MTTR}}" in spoken
    assert r'\text{#read("main.typ")}' in spoken
    assert len(spoken) >= 7


def test_a_cut_row_is_marked_on_both_pages(printed: Printed) -> None:
    first = next(number for number, text in enumerate(printed.pages) if "LONGBEGIN" in text)
    last = next(number for number, text in enumerate(printed.pages) if "LONGEND" in text)
    assert last > first
    for number in range(first, last + 1):
        assert ("Continues on page" in printed.pages[number]) == (number < last)
        assert ("Continued from page" in printed.pages[number]) == (number > first)
        assert squeeze("Name Text") in squeeze(printed.pages[number])  # the header row is repeated
    assert sum("Continues on page" in text for text in printed.pages) > last - first  # the spanned rows, too


def test_a_cut_card_is_named_on_the_page_where_it_goes_on(printed: Printed) -> None:
    first = next(number for number, text in enumerate(printed.pages) if "Step 0:" in text)
    last = next(number for number, text in enumerate(printed.pages) if "Step 89:" in text)
    assert last > first
    assert f"THR-900: continues on page {first + 2}" in printed.pages[first]
    assert f"THR-900: continued from page {first + 1}" in printed.pages[first + 1]


def test_a_short_text_before_a_wide_table_has_no_page_of_its_own(printed: Printed) -> None:
    (page,) = [text for text in printed.pages if "LEADTEXT" in text]
    assert "WIDECELL" in page
