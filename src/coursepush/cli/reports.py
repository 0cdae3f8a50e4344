"""Commands that print a report, and write its rows or its page."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coursepush.cli.group import cli, named, open_file
from coursepush.cli.options import DISTRICT, FILES, FILTERS, PARTS, PLANFILE, together
from coursepush.cli.terminal import print_table
from coursepush.errors import cleaned, counted
from coursepush.reports.glance import report_text
from coursepush.reports.registry import KINDS, Kind

if TYPE_CHECKING:
    import polars as pl

    from coursepush.district import District
    from coursepush.reports.owners.report import OwnerReport
    from coursepush.reports.report import Report

_NAMED_BY = {
    "catalog": ("catalog", "name"),
    "calendar": ("calendar", "name"),
    "school": ("school", "name"),
    "master": ("course_master", "number"),
    "course": ("course", "number"),
    "section": ("section", "number"),
    "teacher": ("teacher", "name"),
}
"""The table and column by which a filter is named."""


@cli.group()
def report() -> None:
    """What follows its course master, awaits a push, is left over; what a push came to, or would do to grades."""


_STATUS = click.option(
    "--status", multiple=True, help="linked, no_setup, course_controlled or desynced; may be repeated."
)
_PUSH = click.argument("push_id", type=int, required=False)
_EXACT = click.option(
    "--exact-counts", is_flag=True, help="With --out: counts of students as they are, small ones too."
)
_OWN: dict[str, Sequence[Callable[[Any], Any]]] = {
    "course_status": [_STATUS],
    "course_audit": [_STATUS],
    "master_awaiting_push": [
        click.option("--no-attributes", is_flag=True, help="Leave course attributes out: grading setup only.")
    ],
    "residual": [_EXACT],
    "forecast": [PLANFILE, _EXACT],
    "by_school": [PLANFILE],
    "by_teacher": [PLANFILE],
    "push_result": [_PUSH, click.option("--outcome", help="written, could_not or stays.")],
    "drift": [click.option("--refresh", type=int, multiple=True, help="Number of a refresh; may be repeated.")],
}
"""What the command of a report has beside its filters."""


def _add(kind: Kind) -> None:
    """The command of a report."""
    files = PARTS if kind.name in _IN_PARTS else FILES
    filters = [FILTERS[name] for name in kind.own_filters]

    @report.command(kind.command, help=kind.summary)
    @together(DISTRICT, *_OWN.get(kind.name, ()), *filters, files)
    def run(district: Path, **given: Any) -> None:
        with open_file(district) as opened:
            asked = _filters(opened, kind, given)
            for name in ("status", "outcome", "refresh"):
                if name in given:
                    asked[name] = given[name] or None
            if "no_attributes" in given:
                asked["attributes"] = not given["no_attributes"]
            of = [opened.load_plan(given["planfile"])] if "planfile" in given else []
            of += [given["push_id"]] if "push_id" in given else []
            found = getattr(opened.reports, kind.name)(*of, **asked)
            _owners(found, kind, given) if kind.name in _IN_PARTS else _show(found, kind, given)


_IN_PARTS = ("by_school", "by_teacher")
"""Reports that can be written as a file for each school."""

for _kind in KINDS.values():
    if _kind.command:
        _add(_kind)


def _owners(found: OwnerReport, kind: Kind, given: dict[str, Any]) -> None:
    """Print the lines; write the report to a file, or, to a folder, a file for each school."""
    out = given["out"]
    if out is None or out.suffix:
        _show(found, kind, given)
        return
    _show(found, kind, {**given, "out": None})
    written = found.to_folder(out, given["form"])
    click.echo(f"\nA {given['form']} for each school, in {cleaned(str(out.resolve()))}:")
    print_table(written.with_columns(file=written["file"].str.split(os.sep).list.last()), shown=None)


def _filters(district: District, kind: Kind, given: dict[str, Any]) -> dict[str, Any]:
    """The filters as the report takes them."""
    chosen: dict[str, Any] = {}
    for name in kind.own_filters:
        if name in _NAMED_BY:
            chosen[name] = named(district, *_NAMED_BY[name], given[name]) or None
        else:
            chosen[name] = given[name] or None
    return chosen


def _show(found: Report, kind: Kind, given: dict[str, Any]) -> None:
    """Print the answer and the first rows, without ids and the longest columns; write what was asked for."""
    click.echo(report_text(found, "--out and --page write them"))
    rows = found.shown
    hidden = {*kind.aside, "course_id", "section_id", "row_id"}
    if not rows.is_empty():
        click.echo()
        print_table(rows.drop(name for name in rows.columns if name in hidden))
        _print_what_to_do(rows)
    out, page = given["out"], given["page"]
    if out is not None:
        exact, sheets = given.get("exact_counts", False), given.get("sheet_per_school", False)
        saved = found.save(out, exact_counts=exact, sheet_per_school=sheets)
        click.echo(f"Rows: {cleaned(str(saved.resolve()))}")
    if page is not None:
        click.echo(f"Page: {cleaned(str(Path(found.page(page)).resolve()))}")


def _print_what_to_do(rows: pl.DataFrame) -> None:
    """Below a table that has no room for it: what is to be done, once for all rows of which that is said."""
    if "what_to_do" not in rows.columns:
        return
    said = rows.group_by("what_to_do").len("rows").drop_nulls()
    if said.filter(said["what_to_do"] != "").height:
        click.echo("\nWhat to do:")
        for text, number in said.sort("rows", "what_to_do", descending=[True, False]).rows():
            if text:
                click.echo(cleaned(f"- {counted(number, 'row')}: {text}"))


@cli.command("why")
@DISTRICT
@click.option("--section", help="Section number, or its id; without it, why about the course.")
@click.option("--course", help="Course number, where --section is not an id.")
@click.option("--calendar", help="Calendar, where several have a course of that number.")
@click.option("--element", required=True, help="Data type.")
@click.option("--key", "keys", multiple=True, help="Which of them; several parts one after the other: task, term.")
def why(
    district: Path,
    section: str | None,
    course: str | None,
    calendar: str | None,
    element: str,
    keys: tuple[str, ...],
) -> None:
    """Why a section or a course has, lacks or keeps something, from the catalog's lock down."""
    key = None if not keys else keys[0] if len(keys) == 1 else keys
    with open_file(district) as opened:

        def one(table: str, column: str, text: str | None) -> int | str | None:
            return None if text is None else named(opened, table, column, [text])[0]

        found = opened.why(
            one("section", "number", section),
            element,
            key,
            course=one("course", "number", course),
            calendar=one("calendar", "name", calendar),
        )
        click.echo(repr(found))
