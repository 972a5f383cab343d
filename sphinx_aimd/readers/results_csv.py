"""A table of manual tests as CSV in, cases out; outcomes by a table of words, of which an unknown one is an error."""

from __future__ import annotations

from ..model.inputs import Case, Report
from ..model.item import Location
from ..model.values import is_date
from . import sheet
from .execution import NO_DEFAULTS, Defaults, case_of, ids_of, with_flaky
from .opened import Opened

COLUMNS = frozenset({"test", "outcome", "version", "environment", "date", "role", "build", "message", "case", "suite"})
_REQUIRED = (("outcome",), ("test", "case"))
#: Columns that are properties of an execution, by the name of the property.
_FACTS = {
    "test": "aimd.test",
    "version": "aimd.version",
    "environment": "aimd.environment",
    "date": "aimd.date",
    "build": "aimd.build",
    "role": "aimd.role",
}
#: Words of testers (case, hyphens and underscores do not matter) and the outcome that each stands for.
OUTCOMES = {
    **dict.fromkeys(("pass", "passed", "ok", "success", "successful"), "passed"),
    **dict.fromkeys(("fail", "failed", "failure", "nok", "not ok", "not passed"), "failed"),
    "error": "error",
    **dict.fromkeys(("blocked", "not run", "notrun", "not executed", "not tested", "pending", "deferred"), "not_run"),
    **dict.fromkeys(("skip", "skipped", "n/a", "na", "not applicable"), "skipped"),
    **dict.fromkeys(
        ("passed with deviation", "passed with deviations", "pass with deviation", "conditional pass"),
        "passed_with_deviation",
    ),
    "flaky": "flaky",
    "inconclusive": "inconclusive",
    "unknown": "unknown",
}


def is_mine(opened: Opened) -> bool:
    """Whether the file is a table with a column of outcomes.

    :raises InputError: no CSV in UTF-8.
    """
    return "outcome" in sheet.header_of(opened)


def read(opened: Opened, defaults: Defaults = NO_DEFAULTS) -> Report:
    """Read one table: a row is a case.

    :raises InputError: no table with an outcome and a test or case in each row, an unknown word, a date that is none.
    """
    table = sheet.read(opened, COLUMNS, _REQUIRED)
    cases = [_case(opened, row, defaults) for row in table.rows]
    return Report(
        path=opened.name,
        sha256=opened.sha256,
        format="CSV",
        cases=with_flaky(cases, by_day=True),
        left=table.left,
    )


def _case(opened: Opened, row: sheet.Row, defaults: Defaults) -> Case:
    outcome = OUTCOMES.get(" ".join(row.get("outcome").casefold().replace("_", " ").replace("-", " ").split()))
    if outcome is None:
        raise sheet.unknown_word(opened, row, "outcome", OUTCOMES)
    if not ids_of(row.get("test")) and not row.get("case"):
        raise opened.fail("has a row that names neither a test nor a case.", "Name one of them.", row.line)
    facts = defaults.facts()
    facts.update({name: row.get(column) for column, name in _FACTS.items() if row.get(column)})
    if facts["aimd.date"] and not is_date(facts["aimd.date"]):
        raise opened.fail(f"has the date {facts['aimd.date'][:40]!r}.", "Write YYYY-MM-DD.", row.line)
    return case_of(
        facts,
        name=row.get("case") or row.get("test"),
        suite=row.get("suite"),
        key=None if row.get("case") else (row.get("suite"), "the test as a whole"),
        outcome=outcome,
        message=row.get("message"),
        location=Location(opened.name, row.line),
    )
