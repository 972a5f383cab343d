"""``aimd import review``: what a reviewer wrote in the workbook becomes comments of the project, row by row."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model.comments import RATINGS, Comment
from ..model.values import did_you_mean, is_date
from ..readers import comments as comment_file
from ..readers.review_workbook import Remark, Sheet, Workbook, clean, read
from ..views.commented import index_of
from ..views.dossier import Dossier
from ..views.rowkeys import RowIndex
from ..views.table import Table
from ..writers.files import write_text
from ..yamlfile import InputError

if TYPE_CHECKING:
    from ..sphinx.state import State

CLEAN, FINDINGS = 0, 1
MAX_ROLE, MAX_ROW = 80, 160
#: Longest text of a cell that is compared with what the project says today; a longer one may have been cut.
_COMPARED = 1_000


def add_parser(commands: Any, read_project: Callable[[Path], State]) -> None:
    """Declare the command.

    :param read_project: reads a source folder; only the shell knows Sphinx.
    """
    parser = commands.add_parser("import", help="read back what others wrote")
    parts = parser.add_subparsers(required=True, metavar="WHAT")
    review = parts.add_parser("review", help="a reviewer's questions, ratings and comments from the workbook")
    review.add_argument("workbook", type=Path, metavar="WORKBOOK")
    review.add_argument("source", type=Path, metavar="SOURCE_DIR")
    review.add_argument("--role", default="", help="role of the reviewer (default: that of the cover)")
    review.add_argument(
        "--on", default="", metavar="YYYY-MM-DD", help="date of the review (default: that of the cover)"
    )
    review.add_argument("--dry-run", action="store_true", help="say what would be imported and write nothing")
    review.set_defaults(run=partial(_run, read_project))


@dataclass(slots=True)
class Report:
    """What an import found: comments to add, and lines for people."""

    new: list[Comment] = field(default_factory=list)
    read: int = 0
    unchanged: int = 0
    left_out: int = 0
    problems: list[str] = field(default_factory=list)


def _run(read_project: Callable[[Path], State], options: argparse.Namespace) -> int:
    workbook = read(options.workbook, options.workbook.as_posix())
    role, on = _who(options, workbook)
    state = read_project(options.source)
    name, project = state.app.config.aimd_comments, " ".join(state.app.config.project.split())
    if workbook.title and project and project not in workbook.title:
        message = f"is of {workbook.title[:80]!r}, not of the project {project!r}."
        remedy = "Name the folder of its project; if that was renamed, change the title in the properties of the file."
        raise InputError(options.workbook.as_posix(), 0, message, remedy)
    if not name:
        raise InputError("conf.py", 0, "aimd_comments is empty.", "Name the file that comments are kept in.")
    target = options.source / name
    text = _text(target, name)
    existing = comment_file.read(target, name) if text else ()
    dossier = state.dossier
    report = compare(workbook, dossier, existing, role=role, on=on, name=options.workbook.as_posix())
    if report.new and not options.dry_run:
        try:
            write_text(target, comment_file.add(text, report.new, name))
        except OSError as error:
            raise InputError(name, 0, f"cannot be written: {error.strerror}.", "Check the folder.") from error
    _print(report, workbook, dossier)
    if options.dry_run:
        print("Nothing is written (--dry-run).")
    elif report.new:
        print(f"{name} is written; the next build lists its comments among the findings.")
    return FINDINGS if report.problems else CLEAN


def _text(target: Path, name: str) -> str:
    try:
        return target.read_text(encoding="utf-8-sig") if target.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(name, 0, f"cannot be read: {error}.", "Save it as UTF-8.") from error


def _who(options: argparse.Namespace, workbook: Workbook) -> tuple[str, str]:
    """Role and date of the review, from the command line or the cover."""
    role = " ".join(clean(options.role).split()) or workbook.role
    on = options.on or workbook.on
    name = options.workbook.as_posix()
    if not role or len(role) > MAX_ROLE or "\ufffd" in role:
        what = "does not say the role of the reviewer" if not role else "says a role that is no plain short text"
        raise InputError(name, 0, f"{what}.", "Fill it in on the cover, or give --role.")
    if not is_date(on):
        what = f"says {on[:40]!r} where a date is expected" if on else "does not say the date of the review"
        raise InputError(name, 0, f"{what}.", "Fill it in on the cover, or give --on YYYY-MM-DD.")
    return role, on


def compare(
    workbook: Workbook, dossier: Dossier, existing: Sequence[Comment], *, role: str, on: str, name: str
) -> Report:
    """Join what a workbook says with the rows of today and with the comments that are known.

    :raises InputError: no row of the workbook is of this project.
    """
    index = index_of(dossier, dossier.views)
    keys = [key for sheet in workbook.sheets if not sheet.fault for key in sheet.keys]
    if keys and not any(map(index.view_of, keys)):
        message = f"is the workbook of another project: none of its {len(keys)} rows is known here."
        raise InputError(name, 0, message, "Name the folder of the project that it was made from.")
    report = Report()
    found: list[tuple[tuple[str, int, str], Comment, str]] = []
    for sheet in workbook.sheets:
        joined = _Joined(sheet, dossier, index)
        if not sheet.fault:
            sheet.fault = joined.fault()
        if sheet.fault:
            report.problems.append(f"{sheet.name}: nothing is taken from this sheet: {sheet.fault}")
            continue
        for line, reason in sheet.left_out:
            report.left_out += 1
            report.read += 1
            report.problems.append(f"{sheet.name}, row {line}: left out: {reason}.")
        for remark in sheet.remarks:
            place = f"{sheet.name}, row {remark.line}"
            if remark.rating == "not reviewed" and not remark.question and not remark.comment:
                continue
            report.read += 1
            if remark.rating and remark.rating not in RATINGS:
                report.left_out += 1
                hint = did_you_mean(remark.rating, RATINGS) or f" Known: {', '.join(RATINGS)}."
                report.problems.append(
                    f"{place}: left out: the rating is {remark.rating[:40]!r}.{hint} Correct the cell and import again."
                )
                continue
            made = joined.comment(remark, role, on)
            report.problems += [f"{place}: {problem}" for problem in joined.edited(remark)]
            found.append((joined.position(remark), made, place))
    _sort_in(report, found, existing, index)
    return report


def _sort_in(
    report: Report,
    found: Sequence[tuple[tuple[str, int, str], Comment, str]],
    existing: Sequence[Comment],
    index: RowIndex,
) -> None:
    """Give the new comments their ids; say which are known, and which say something else than one that is."""
    by_row: dict[tuple[str, str], list[Comment]] = {}
    for known in existing:
        by_row.setdefault((_row_of(known, index), known.role.casefold()), []).append(known)
    number = comment_file.next_number(existing)
    for _position, made, place in sorted(found, key=lambda entry: entry[0]):
        before = by_row.setdefault((_row_of(made, index), made.role.casefold()), [])
        if any(known.said == made.said for known in before):
            report.unchanged += 1
            continue
        comment_id, number = f"COM-{number:03d}", number + 1
        other = next((known.id for known in reversed(before) if known.state != "closed"), "")
        if other:
            report.problems.append(
                f"{place}: {comment_id} says something else than {other} of the same role on this row; both are kept."
            )
        hit = index.find(made.key, made.seen)
        if hit is None:
            report.problems.append(f"{place}: {comment_id}: the row is no longer in the view; kept with what it said.")
        elif hit[1]:
            report.problems.append(f"{place}: {comment_id}: the row has changed since the reviewer saw it.")
        report.new.append(replace(made, id=comment_id, differs_from=other))
        before.append(report.new[-1])


def _row_of(comment: Comment, index: RowIndex) -> str:
    hit = index.find(comment.key, comment.seen)
    return hit[0] if hit else comment.key


class _Joined:
    """A sheet of the workbook and the view of today that it shows."""

    def __init__(self, sheet: Sheet, dossier: Dossier, index: RowIndex) -> None:
        self.sheet, self.dossier, self.index = sheet, dossier, index
        self.view = self._view()

    def _view(self) -> str:
        """Id of the view: that of its rows, else that of its title or name; empty if it is none of today."""
        found = next(filter(None, map(self.index.view_of, self.sheet.keys)), "")
        return found or (self.sheet.name if self.sheet.name in self.dossier.views else "")

    def _row(self, remark: Remark) -> tuple[Table, int, bool] | None:
        hit = self.index.find(remark.key, remark.digest)
        return (*self.index.row(hit[0]), hit[1]) if hit else None

    def position(self, remark: Remark) -> tuple[str, int, str]:
        """By view and row, rows that are gone last: the order of ids, however the reviewer sorted the sheet."""
        found = self._row(remark)
        return (found[0].id, found[1], "") if found else (self.view or "~", 10**9, remark.key)

    def fault(self) -> str:
        """Whether the keys still stand beside their rows: a row that has not changed must begin as it does today."""
        for remark in self.sheet.remarks:
            found = self._row(remark)
            if found is None or found[2]:
                continue
            table, number, _changed = found
            first = table.columns[0].title if table.columns else ""
            if first in (title for title, _wanted, _text in self._other(remark, table, number)):
                return (
                    f"the key of row {remark.line} belongs to another row, as if the sheet had been sorted without "
                    "its column of row keys. Sort whole rows only, and import again."
                )
        return ""

    def edited(self, remark: Remark) -> Iterator[str]:
        """Texts of the view that the reviewer wrote over; they are not imported."""
        found = self._row(remark)
        if found is not None and not found[2]:
            for title, wanted, text in self._other(remark, found[0], found[1]):
                yield (
                    f"the column {title!r} says {text[:60]!r} instead of {wanted[:60]!r}; a change there is not "
                    "imported, write it as a comment."
                )

    @staticmethod
    def _other(remark: Remark, table: Table, number: int) -> Iterator[tuple[str, str, str]]:
        """Columns in which the workbook says something else than the row: title, text of the row, of the workbook."""
        shown: Mapping[str, str] = dict(remark.cells)
        often = Counter([title for title, _text in remark.cells])
        titles = [" ".join(column.title.split()) for column in table.columns]
        often.update(titles)
        for title, cell in zip(titles, table.rows[number], strict=True):
            # a title that occurs twice does not say which column is meant
            if cell.is_place or title not in shown or often[title] != 2 or len(cell.shown) > _COMPARED:
                continue
            wanted, text = (" ".join(part.split()) for part in (clean(cell.shown), shown[title]))
            if wanted != text:
                yield title, wanted, text

    def comment(self, remark: Remark, role: str, on: str) -> Comment:
        """A comment without an id yet."""
        found = self._row(remark)
        words = [text for _title, text in remark.cells if text]
        view, item = self.view, self._item(remark)
        if found is not None:
            table, number, changed = found
            view, item = table.id, table.row_ids[number] if table.row_ids else ""
            if not changed:
                words = [cell.shown for cell in table.rows[number] if cell.shown and not cell.is_place]
        row = " | ".join(" ".join(clean(text).split()) for text in words)
        return Comment(
            id="",
            view=view,
            item=item if item in self.dossier.trace.items else "",
            key=remark.key,
            seen=remark.digest,
            row=row if len(row) <= MAX_ROW else f"{row[:MAX_ROW]}...",
            on=on,
            role=role,
            rating=remark.rating,
            question=remark.question,
            comment=remark.comment,
        )

    def _item(self, remark: Remark) -> str:
        """The item that headed a row which is gone: its id or citation begins one of the cells."""
        items = self.dossier.trace.items
        cited = {item.citation: item.id for item in items.values() if item.type == "clause"}
        for _title, text in remark.cells:
            for name in (text, *text.split()[:1]):
                if name in items or name in cited:
                    return name if name in items else cited[name]
        return ""


def _print(report: Report, workbook: Workbook, dossier: Dossier) -> None:
    trace = dossier.trace
    for problem in report.problems:
        print(problem)
    if workbook.state and not (trace.as_of in workbook.state and trace.version in workbook.state):
        now = f"as of {trace.as_of or 'not known'}, version {trace.version or 'none'}"
        print(f"The workbook is of another state: {workbook.state}. The project is {now}.")
    for comment in report.new:
        words = " / ".join(part for part in (comment.question, comment.comment) if part).replace("\n", " ")
        print(f"{comment.id}  {comment.view}  {comment.item}  {comment.rating or 'not rated'}: {words[:100]}")
    print(
        f"{report.read} rows with a question, rating or comment: {len(report.new)} new, {report.unchanged} known, "
        f"{report.left_out} left out; {len(report.problems)} points to look at."
    )
