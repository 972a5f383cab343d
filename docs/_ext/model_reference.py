"""Reference pages of the user guide, made from the YAML itself so that they cannot disagree with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from sphinx_aimd.catalogue import load_catalogue
from sphinx_aimd.model.verdict import MEANING, WORDS, Verdict
from sphinx_aimd.profile import questionnaire
from sphinx_aimd.rules import kinds
from sphinx_aimd.sphinx.config import VALUES
from sphinx_aimd.traceload import load_model
from sphinx_aimd.tracemodel import Field

MODEL = load_model()


def table(titles: Iterable[str], rows: Iterable[Iterable[str]], widths: Iterable[int]) -> nodes.table:
    """A docutils table of plain texts; the first column is set as literal text."""
    widths = list(widths)
    group = nodes.tgroup(cols=len(widths))
    group += [nodes.colspec(colwidth=width) for width in widths]

    def row(texts: Iterable[str], *, head: bool = False) -> nodes.row:
        made = nodes.row()
        for number, text in enumerate(texts):
            content = nodes.literal("", text) if number == 0 and text and not head else nodes.Text(text)
            made += nodes.entry("", nodes.paragraph("", "", content))
        return made

    group += nodes.thead("", row(titles, head=True))
    group += nodes.tbody("", *(row(texts) for texts in rows))
    return nodes.table("", group)


def allowed(field: Field) -> str:
    """What a field takes, in words."""
    if field.values and field.kind != "boolean":
        return f"{field.kind}: {', '.join(field.values)}"
    if field.keys:
        return f"{field.kind}; keys {', '.join(field.keys)}"
    return f"{field.kind} of the form {field.pattern}" if field.pattern else field.kind


def required(field: Field) -> str:
    """From which status on a field must be filled, in words."""
    if field.required == "optional":
        return ""
    when = " or ".join(f"{name} is {' or '.join(values)}" for name, values in field.when.items())
    return f"from {field.required.replace('_', ' ')}" + (f", if {when}" if when else "")


class ModelReference(SphinxDirective):
    """``.. model-reference:: PART``: types, links, verdicts, rules, kinds, matrices, methods or options."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        parts = getattr(self, f"part_{self.arguments[0]}", None)
        if parts is None:
            raise self.error(f"there is no part {self.arguments[0]!r} of the reference")
        return list(parts())

    def section(self, title: str, *content: nodes.Node) -> nodes.section:
        made = nodes.section("", nodes.title("", title), *content)
        self.state.document.note_implicit_target(made)
        made["ids"] = made["ids"] or [nodes.make_id(title)]
        return made

    def part_profile(self) -> Iterator[nodes.Node]:
        rows = []
        for question in questionnaire().questions.values():
            when = "; ".join(f"{name} is {' or '.join(values)}" for name, values in question.when.items())
            takes = f"{question.kind}: {', '.join(question.values)}" if question.values else question.kind
            rows.append(
                (question.name, question.question, takes, when or ("always" if question.required else "optional"))
            )
        yield table(("Field", "Question", "Takes", "Asked"), rows, (16, 34, 34, 16))

    def part_types(self) -> Iterator[nodes.Node]:
        common = {"status", "status_reason", "rationale", "owner_role", "record_ref", "applies_to_models", "tags"}
        shared = MODEL.types["asset"].fields
        titles = ("Option", "Meaning", "Takes", "Required")
        rows = [
            (name, shared[name].help, allowed(shared[name]), required(shared[name]))
            for name in shared
            if name in common
        ]
        yield self.section("Options of every type", table(titles, rows, (18, 40, 30, 12)))
        for kind in MODEL.types.values():
            about = kind.help
            if kind.origin == "catalogue":
                about += " Comes from a catalogue; shown by the directive clauses."
            elif kind.name == "result":
                about += " Made by the readers of test reports; no directive."
            if kind.body:
                about += f" The content of the directive is its {kind.fields[kind.body].title.lower()}."
            rows = [
                (name, field.help, allowed(field), required(field))
                for name, field in kind.fields.items()
                if name not in common and name not in ("content", kind.body)
            ]
            starts = [link.name for link in MODEL.links.values() if kind.name in link.sources]
            links = (
                nodes.paragraph("", f"Links: {', '.join(starts)}.") if starts else nodes.paragraph("", "Has no links.")
            )
            yield self.section(kind.name, nodes.paragraph("", about), table(titles, rows, (18, 40, 30, 12)), links)

    def part_links(self) -> Iterator[nodes.Node]:
        every = len(MODEL.types) - 1

        def ends(names: frozenset[str]) -> str:
            return "any type but clause" if len(names) == every else ", ".join(sorted(names))

        rows = [
            (link.name, link.reverse, link.help, ends(link.sources), ends(link.targets))
            for link in MODEL.links.values()
        ]
        yield table(("Option", "Read backwards", "Meaning", "Starts at", "Leads to"), rows, (12, 12, 36, 20, 20))

    def part_verdicts(self) -> Iterator[nodes.Node]:
        yield table(("Verdict", "Meaning"), ((WORDS[v], MEANING[v]) for v in reversed(Verdict)), (20, 80))

    def part_rules(self) -> Iterator[nodes.Node]:
        rows = [
            (rule.id, rule.kind, rule.message, f"{rule.severity['report']} / {rule.severity['release']}")
            for rule in MODEL.rules
        ]
        yield table(("Rule", "Kind", "Says", "report / release"), rows, (24, 16, 44, 16))

    def part_kinds(self) -> Iterator[nodes.Node]:
        rows = []
        for name, kind in sorted(kinds().items()):
            module = import_module(kind.check.__module__)
            about = (module.__doc__ or "").partition(":")[2].strip().replace("``", "").replace("\n", " ")
            takes = ", ".join(key if needed else f"{key} (optional)" for key, needed in kind.params.items())
            rows.append((name, about, takes or "nothing"))
        yield table(("Kind", "Finds", "Takes"), rows, (20, 55, 25))

    def part_ratings(self) -> Iterator[nodes.Node]:
        for method in MODEL.methods.ratings.values():
            severities = tuple(dict.fromkeys(severity for _likelihood, severity in method.matrix))
            cells = [
                (likelihood, *(method.matrix[likelihood, severity] for severity in severities))
                for likelihood in dict.fromkeys(likelihood for likelihood, _severity in method.matrix)
            ]
            needs = [
                (
                    row.level,
                    row.help,
                    ", ".join(row.accept) or "nothing",
                    ", ".join(row.roles) if row.accept else "nobody",
                    " or ".join(row.states) or "not said",
                )
                for row in method.criteria.values()
            ]
            yield self.section(
                f"{method.id}: {method.title}",
                nodes.paragraph("", f"{method.help} Sources: {', '.join(method.source)}."),
                table(("", *severities), cells, (20, *(16 for _ in severities))),
                table(("Level", "Meaning", "Accepted as", "Decided by", "Controlled"), needs, (10, 36, 22, 18, 14)),
            )

    def part_stride(self) -> Iterator[nodes.Node]:
        rows = [
            (
                found.name,
                found.title,
                f"{found.type}" + "".join(f", {name} is {' or '.join(values)}" for name, values in found.where.items()),
                ", ".join(found.owes),
            )
            for found in MODEL.methods.elements
        ]
        yield table(("Kind", "Title", "Items", "Owes"), rows, (16, 24, 25, 35))

    def part_proposals(self) -> Iterator[nodes.Node]:
        rows = []
        for found in MODEL.methods.proposals:
            classes = [f"{name} from {least}" for name, least in found.from_score]
            classes += [f"{name} for {sets}" for sets, name in found.from_sets.items()]
            rows.append((found.id, found.help, "; ".join(classes), ", ".join(found.source)))
        yield table(("Proposal", "Rests on", "Classes", "Source"), rows, (12, 40, 28, 20))

    def part_families(self) -> Iterator[nodes.Node]:
        rows = [
            (
                family.name,
                family.title,
                f"{family.quantum}: {family.why}",
                f"{family.deprecated_after}, {family.disallowed_after}" if family.disallowed_after else "",
                "; ".join(family.source),
            )
            for family in MODEL.methods.families
        ]
        yield table(
            ("Family", "Title", "Quantum computer", "Until, below 128 bits and at all", "Source"),
            rows,
            (14, 22, 26, 16, 22),
        )

    def part_matrices(self) -> Iterator[nodes.Node]:
        rows = [(m.id, m.question, ", ".join(c.title for c in m.columns)) for m in MODEL.matrices.values()]
        yield table(("Id", "Question", "Columns"), rows, (20, 40, 40))

    def part_instruments(self) -> Iterator[nodes.Node]:
        catalogue = load_catalogue()
        rows = []
        for key, found in sorted(catalogue.instruments.items(), key=lambda entry: (entry[1].jurisdiction, entry[0])):
            clauses = catalogue.of(key)
            full = sum(clause.checked == "full" for clause in clauses)
            text = f"{full} of {len(clauses)} rows confirmed in full; {found.seen_in}"
            rows.append(
                (
                    key,
                    f"{found.title}, {found.edition}",
                    f"{found.jurisdiction}, {found.force}",
                    str(len(clauses)),
                    text,
                )
            )
        yield table(
            ("Key", "Instrument and edition", "Where and force", "Clauses", "Read in"), rows, (16, 28, 14, 8, 34)
        )

    def part_options(self) -> Iterator[nodes.Node]:
        rows = [(name, meaning.replace("`", ""), repr(default)) for name, default, _rebuild, _types, meaning in VALUES]
        yield table(("Option", "Meaning", "Default"), rows, (22, 52, 26))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("model-reference", ModelReference)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
