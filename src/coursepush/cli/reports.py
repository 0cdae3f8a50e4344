"""Commands that print a report, and write its rows or its page."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coursepush.cli.group import cli, named, open_file
from coursepush.cli.options import COURSE_FILTERS, DISTRICT, FILES, GRADE_FILTERS, PARTS, PLANFILE, SECTION_FILTERS
from coursepush.cli.terminal import print_table
from coursepush.errors import counted
from coursepush.html.glance import cleaned, report_text

if TYPE_CHECKING:
    import polars as pl

    from coursepush.district import District
    from coursepush.reports.owners.report import OwnerReport
    from coursepush.reports.report import Report

_NAMED_BY = {
    "catalog": "name",
    "calendar": "name",
    "school": "name",
    "course_master": "number",
    "course": "number",
    "section": "number",
    "teacher": "name",
}


@cli.group()
def report() -> None:
    """What follows its course master, awaits a push, is left over; what a push came to, or would do to grades."""


@report.command("status")
@DISTRICT
@click.option("--status", multiple=True, help="linked, no_setup, course_controlled or desynced; may be repeated.")
@COURSE_FILTERS
@FILES
def report_status(district: Path, status: tuple[str, ...], **given: Any) -> None:
    """Course Status: which courses follow their course master, which do not, and why."""
    hidden = ("catalog", "year", "ignore_master_push", "master_is_active", "what_to_do")
    with open_file(district) as opened:
        found = opened.reports.course_status(status=list(status) or None, **_filters(opened, given))
        _show(found, given, (*hidden, "master_id"))


@report.command("audit")
@DISTRICT
@click.option("--status", multiple=True, help="linked, no_setup, course_controlled or desynced; may be repeated.")
@COURSE_FILTERS
@FILES
def report_audit(district: Path, status: tuple[str, ...], **given: Any) -> None:
    """Course Audit: each course's state, and every difference from its course master."""
    hidden = ("catalog", "year", "last_pushed", "push_id", "drifted_since", "key", "ignore_master_push")
    with open_file(district) as opened:
        found = opened.reports.course_audit(status=list(status) or None, **_filters(opened, given))
        _show(found, given, (*hidden, "master_id", "master_value", "course_value", "what_to_do"))


@report.command("awaiting-masters")
@DISTRICT
@click.option("--no-attributes", is_flag=True, help="Leave course attributes out: grading setup only.")
@COURSE_FILTERS
@FILES
def report_awaiting_masters(district: Path, no_attributes: bool, **given: Any) -> None:
    """Course Master Awaiting Push: what a locked push would change on courses."""
    with open_file(district) as opened:
        found = opened.reports.master_awaiting_push(attributes=not no_attributes, **_filters(opened, given))
        hidden = ("catalog", "key", "field", "master_value", "course_value", "course_values", "master_id")
        _show(found, given, hidden)


@report.command("awaiting-courses")
@DISTRICT
@SECTION_FILTERS
@FILES
def report_awaiting_courses(district: Path, **given: Any) -> None:
    """Course Awaiting Push: what a push of the courses would change in their sections."""
    with open_file(district) as opened:
        chosen = {name: value for name, value in _filters(opened, given).items() if name != "level"}
        found = opened.reports.course_awaiting_push(**chosen)
        _show(found, given, ("catalog", "year", "key", "field", "course_value", "section_value"))


@report.command("cascade")
@DISTRICT
@COURSE_FILTERS
@FILES
def report_cascade(district: Path, **given: Any) -> None:
    """The cascade: how much is in sync, awaits a push, differs, is residual or desynced at each level."""
    with open_file(district) as opened:
        chosen = {name: value for name, value in _filters(opened, given).items() if name != "element"}
        _show(opened.reports.cascade(**chosen), given, ())


@report.command("residual")
@DISTRICT
@SECTION_FILTERS
@FILES
@click.option("--exact-counts", is_flag=True, help="With --out: counts of students as they are, small ones too.")
def report_residual(district: Path, exact_counts: bool, **given: Any) -> None:
    """Residual Data: setup that stays only because assignments or grades use it."""
    with open_file(district) as opened:
        found = opened.reports.residual(**_filters(opened, given))
        _show(found, given, ("catalog", "why", "what_to_do"), exact_counts=exact_counts)


@report.command("forecast")
@DISTRICT
@PLANFILE
@GRADE_FILTERS
@FILES
@click.option("--exact-counts", is_flag=True, help="With --out: numbers of students, small ones too.")
def report_forecast(district: Path, planfile: Path, exact_counts: bool, **given: Any) -> None:
    """Whose grades would move: what a plan does to them, saved by "plan ... --save PLANFILE"."""
    with open_file(district) as opened:
        found = opened.reports.forecast(opened.load_plan(planfile), **_filters(opened, given))
        hidden = ("catalog", "year", "calendar", "course_name", "school_id", "teacher_id", "task_id")
        _show(found, given, hidden, exact_counts=exact_counts)


@report.command("by-school")
@DISTRICT
@PLANFILE
@SECTION_FILTERS
@PARTS
def report_by_school(district: Path, planfile: Path, **given: Any) -> None:
    """By school: what a plan, saved by "plan ... --save PLANFILE", does at each school."""
    with open_file(district) as opened:
        _owners(opened.reports.by_school(opened.load_plan(planfile), **_filters(opened, given)), given)


@report.command("by-teacher")
@DISTRICT
@PLANFILE
@GRADE_FILTERS
@PARTS
def report_by_teacher(district: Path, planfile: Path, **given: Any) -> None:
    """By teacher: what a plan, saved by "plan ... --save PLANFILE", does to each teacher's sections."""
    with open_file(district) as opened:
        _owners(opened.reports.by_teacher(opened.load_plan(planfile), **_filters(opened, given)), given)


def _owners(found: OwnerReport, given: dict[str, Any]) -> None:
    """Print the lines; write the report to a file, or, to a folder, a file for each school."""
    out = given["out"]
    if out is None or out.suffix:
        _show(found, given, ("school_id", "teacher_id"))
        return
    _show(found, {**given, "out": None}, ("school_id", "teacher_id"))
    written = found.to_folder(out, given["form"])
    click.echo(f"\nA {given['form']} for each school, in {cleaned(str(out.resolve()))}:")
    print_table(written.with_columns(file=written["file"].str.split(os.sep).list.last()), shown=None)


@report.command("drift")
@DISTRICT
@click.option("--refresh", "refreshes", type=int, multiple=True, help="Number of a refresh; may be repeated.")
@SECTION_FILTERS
@FILES
def report_drift(district: Path, refreshes: tuple[int, ...], **given: Any) -> None:
    """Drift: what others changed on courses and sections from one load to the next."""
    with open_file(district) as opened:
        found = opened.reports.drift(refresh=list(refreshes) or None, **_filters(opened, given))
        hidden = ("catalog", "year", "teacher", "when", "push_id", "last_pushed", "wanted", "key", "field")
        _show(found, given, (*hidden, "before", "now"))


@report.command("result")
@DISTRICT
@click.argument("push_id", type=int, required=False)
@click.option("--outcome", help="written, could_not or stays.")
@SECTION_FILTERS
@FILES
def report_result(district: Path, push_id: int | None, outcome: str | None, **given: Any) -> None:
    """Push result: what a push (by default the last) wrote, what could not be pushed, and why."""
    with open_file(district) as opened:
        found = opened.reports.push_result(push_id, outcome=outcome, **_filters(opened, given))
        _show(found, given, ("catalog", "year", "field", "before", "after", "reason", "what_to_do"))


@report.command("changes")
@DISTRICT
@click.argument("push_id", type=int, required=False)
@SECTION_FILTERS
@FILES
def report_changes(district: Path, push_id: int | None, **given: Any) -> None:
    """Changes: how many rows a push (by default the last) wrote, at each school and of each data type."""
    with open_file(district) as opened:
        found = opened.reports.changes(push_id, **_filters(opened, given))
        _show(found, given, ("catalog", "year", "courses", "sections"))


def _filters(district: District, given: dict[str, Any]) -> dict[str, Any]:
    """The filters as the report takes them; those that the command does not have are not among them."""
    chosen: dict[str, Any] = {}
    for table, column in _NAMED_BY.items():
        name = "master" if table == "course_master" else table
        if name in given:
            chosen[name] = named(district, table, column, given[name]) or None
    for name in ("year", "element"):
        if name in given:
            chosen[name] = list(given[name]) or None
    if "level" in given:
        chosen["level"] = given["level"]
    return chosen


def _show(found: Report, given: dict[str, Any], leave_out: Sequence[str], *, exact_counts: bool = False) -> None:
    """Print the answer and the first rows, without ids and the longest columns; write what was asked for."""
    click.echo(report_text(found, "--out and --page write them"))
    rows = found.shown
    hidden = {*leave_out, "course_id", "section_id", "row_id"}
    if not rows.is_empty():
        click.echo()
        print_table(rows.drop(name for name in rows.columns if name in hidden))
        _print_what_to_do(rows)
    out, page = given["out"], given["page"]
    if out is not None:
        click.echo(f"Rows: {cleaned(str(_saved(found, out, given, exact_counts).resolve()))}")
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


def _saved(found: Report, out: Path, given: dict[str, Any], exact_counts: bool) -> Path:
    return found.save(out, exact_counts=exact_counts, sheet_per_school=bool(given.get("sheet_per_school")))


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
