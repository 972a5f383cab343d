"""Configuration values in, the trace model merged into sphinx-needs' configuration out."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from ..catalogue import Catalogue, check_profile, load_catalogue
from ..crosswalk import load_crosswalk
from ..documents import check_documents
from ..model.baseline import Baseline
from ..model.item import Finding
from ..model.trace import RELEASE, REPORT
from ..model.values import is_date
from ..profile import Profile, load_profile
from ..readers import baseline as baselines
from ..rules import check_specs
from ..traceload import load_model
from ..yamlfile import InputError
from .adapter import assets
from .state import State, set_state

#: name, default, what rebuilds, types, meaning. All are about this build; what is about the trace is YAML.
VALUES: tuple[tuple[str, Any, str, tuple[type, ...], str], ...] = (
    ("aimd_gate", REPORT, "", (str,), "`report` while writing, `release` before submission."),
    ("aimd_as_of", "", "", (str,), "Date (YYYY-MM-DD) that overrides the one of the release under review."),
    (
        "aimd_results",
        ["results/**/*.xml", "results/**/*.sarif"],
        "",
        (list, tuple),
        "Test reports: glob patterns or mappings.",
    ),
    (
        "aimd_inputs",
        ["security/**/*"],
        "",
        (list, tuple),
        "Bills of materials, vulnerability data and threat models: glob patterns or mappings.",
    ),
    (
        "aimd_code",
        {},
        "",
        (dict,),
        "Source code with marks: `root` (relative to the source folder), `files` (glob patterns), `link`, `commit`.",
    ),
    ("aimd_reviews", "reviews.yaml", "", (str,), "File with the review records, relative to the source folder."),
    (
        "aimd_comments",
        "comments.yaml",
        "",
        (str,),
        "File with the comments of reviewers, relative to the source folder.",
    ),
    ("aimd_catalogues", [], "", (list, tuple), "Folders with catalogues of the project's own."),
    ("aimd_profile", "device.yaml", "", (str,), "Device profile, relative to the source folder; empty: none is read."),
    (
        "aimd_baseline",
        "",
        "",
        (str,),
        "State to compare with, relative to the source folder: a file of `aimd baseline`, or a trace.json.",
    ),
    ("aimd_crosswalk", "", "", (str,), "A crosswalk of the project, instead of the shipped one."),
    ("aimd_traceability", [], "", (list, tuple), "Folders that overlay the trace model."),
    ("aimd_exports", ["json", "xlsx"], "", (list, tuple), "Files that HTML builds write into `_aimd/`."),
    (
        "aimd_trace_pages",
        True,
        "html",
        (bool,),
        "HTML builds write a page for each item and clause.",
    ),
    (
        "aimd_edit_url",
        "",
        "html",
        (str,),
        "Address at which an item is edited, with `{file}` and `{line}`; cards then link to it.",
    ),
    (
        "aimd_csp",
        False,
        "html",
        (bool,),
        "Every page states a strict content security policy, which keeps a theme from loading from elsewhere.",
    ),
    (
        "aimd_xlsx_template",
        "",
        "",
        (str,),
        "Workbook (.xlsx) whose sheets, formats and headers the dossier keeps, relative to conf.py.",
    ),
    ("aimd_pages_json", "", "", (str,), "pages.json of a PDF build; gives other formats the page of each item."),
    (
        "aimd_pdf_fonts",
        [],
        "",
        (list, tuple),
        "Folders with fonts for what those of the package cannot show in the PDF.",
    ),
    (
        "aimd_pdf_paper",
        "a4",
        "",
        (str,),
        "Paper of the PDF, and of the workbook when it is printed: `a4` or `us-letter`.",
    ),
    ("aimd_pdf_whole", False, "", (bool,), "One PDF of the whole file, whatever documents.yaml says."),
)


PAPERS = ("a4", "us-letter")
#: Addresses that cards may link to; schemes that run a script are none of them.
_EDIT_URL = re.compile(r"(https?|vscode|vscodium|cursor|zed|idea|pycharm|emacs|editor|subl|txmt)://\S*\{file\}\S*\Z")

#: Settings of sphinx-needs by which a project states schemas of its own.
_OWN_SCHEMAS = ("needs_fields", "needs_links", "needs_schema_definitions", "needs_schema_definitions_from_json")


def add_values(app: Sphinx) -> None:
    """Declare our configuration values."""
    for name, default, rebuild, types, _meaning in VALUES:
        app.add_config_value(name, default, rebuild, types)  # type: ignore[arg-type]


def on_config_inited(app: Sphinx, config: Config) -> None:
    """Load the model and the catalogues, and give sphinx-needs our types, fields and links as plain data.

    Runs at priority 11: after sphinx-needs has read its TOML (10), before it resolves types (12).
    """
    _check_values(config)
    if config.aimd_gate not in (REPORT, RELEASE):
        raise ConfigError(f"aimd_gate is {config.aimd_gate!r}, expected {REPORT!r} or {RELEASE!r}.")
    try:
        root = Path(app.confdir)
        model = load_model(tuple(root / folder for folder in config.aimd_traceability), root)
        catalogue = load_catalogue((root / folder for folder in config.aimd_catalogues), root)
        check_specs(model)
        check_documents(model.documents, catalogue.clauses, model.statuses)
        own = root / config.aimd_crosswalk if config.aimd_crosswalk else None
        crosswalk = load_crosswalk(catalogue.clauses, own, config.aimd_crosswalk)
        profile = _profile(app, config, catalogue)
        baseline = _baseline(app, config)
    except InputError as error:
        raise ConfigError(str(error)) from error
    model = replace(model, overlaid=(*model.overlaid, *catalogue.changed))
    state = State(
        app=app,
        model=model,
        catalogue=catalogue,
        crosswalk=crosswalk,
        profile=profile,
        baseline=baseline,
        assets_before=assets(app),
    )
    set_state(app, state)
    _merge(config, state)


def _check_values(config: Config) -> None:
    """Refuse values of a wrong type, and a date that is none."""
    for name, _default, _rebuild, types, _meaning in VALUES:
        if not isinstance(config[name], types):
            raise ConfigError(f"{name} is {config[name]!r}, expected {' or '.join(kind.__name__ for kind in types)}.")
    for name in ("aimd_catalogues", "aimd_traceability", "aimd_pdf_fonts", "aimd_exports"):
        for entry in config[name]:
            if not isinstance(entry, str):
                raise ConfigError(f"{name} holds {entry!r}, expected texts.")
    if config.aimd_edit_url and not _EDIT_URL.match(config.aimd_edit_url):
        raise ConfigError(
            f"aimd_edit_url is {config.aimd_edit_url!r}, expected an address with {{file}} that begins with "
            "https://, http:// or the scheme of an editor, such as vscode://file/{file}:{line}."
        )
    if config.aimd_pdf_paper not in PAPERS:
        raise ConfigError(f"aimd_pdf_paper is {config.aimd_pdf_paper!r}, expected one of {', '.join(PAPERS)}.")
    if config.aimd_as_of and not is_date(config.aimd_as_of):
        raise ConfigError(f"aimd_as_of is {config.aimd_as_of!r}, expected a date: YYYY-MM-DD.")


def _profile(app: Sphinx, config: Config, catalogue: Catalogue) -> Profile | None:
    """The device profile; only one that is named in conf.py must exist."""
    path = Path(app.srcdir, config.aimd_profile)
    if not config.aimd_profile or (not path.exists() and not _is_set(config, "aimd_profile")):
        return None
    profile = load_profile(path, config.aimd_profile)
    check_profile(profile, catalogue)
    return profile


def _baseline(app: Sphinx, config: Config) -> Baseline | None:
    """The state to compare with, if one is named."""
    name = config.aimd_baseline
    if not name:
        return None
    found = baselines.read(Path(app.srcdir, name), name)
    baselines.check_project(found, config.project, name)
    return found


def _merge(config: Config, state: State) -> None:
    """Types, fields and links of ours beside those of the project, which win on equal names."""
    model = state.model
    if not any(config[name] for name in _OWN_SCHEMAS) and not _is_set(config, "needs_schema_validation_enabled"):
        # nothing to validate but our own texts, and the report of it would hold the time that it took
        config["needs_schema_validation_enabled"] = False
    types = list(config.needs_types) if isinstance(config.needs_types, list | tuple) else config.needs_types
    if isinstance(types, dict):
        raise ConfigError("needs_types as a mapping is not supported together with sphinx_aimd; write a list.")
    if not _is_set(config, "needs_types"):
        types = []
    state.taken = {entry["directive"] for entry in types if entry["directive"] in model.types}
    for kind in model.types.values():
        types.append(
            {"directive": f"aimd-{kind.name}", "title": kind.title, "prefix": "", "color": "#f6f7f9", "style": "node"}
        )
    config["needs_types"] = types
    fields = dict(config.needs_fields)
    for kind in model.types.values():
        for field in kind.fields.values():
            if field.name not in ("status", "tags", "content", "title", "id"):
                fields.setdefault(
                    field.name, {"description": field.title, "schema": {"type": "string"}, "nullable": True}
                )
    fields.setdefault("verdict", {"description": "Verdict", "schema": {"type": "string"}, "nullable": True})
    config["needs_fields"] = fields
    links = dict(config.needs_links)
    for link in model.links.values():
        links.setdefault(
            link.name,
            {"incoming": link.reverse.replace("_", " "), "outgoing": link.title, "allow_dead_links": True},
        )
    config["needs_links"] = links
    if not _is_set(config, "needs_id_regex"):
        config["needs_id_regex"] = r"^[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*$"


def _is_set(config: Config, name: str) -> bool:
    return name in config._raw_config or name in config.overrides


def location(finding: Finding, srcdir: str) -> tuple[str | None, str]:
    """Location of a finding in the form that Sphinx prints, with the file as the terminal can open it.

    :return: location, and what stands before the message where no line is known: Sphinx takes a location without one
        for the name of a page, and would print the file with the suffix of pages.
    """
    if not finding.location.file:
        return None, ""
    path = finding.location.file
    if Path(srcdir, path).exists():
        path = str(Path(srcdir, path))
    return (f"{path}:{finding.location.line}", "") if finding.location.line else (None, f"{path}: ")
