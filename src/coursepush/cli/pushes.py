"""Commands that plan a push, apply it, and take it back."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coursepush.cli.group import cli, named, open_file
from coursepush.cli.options import AGREE, COURSES, DISTRICT, LINKS, MASTERS, SETUP, SHOW, WHAT_IF
from coursepush.cli.terminal import after, print_forecast, print_plan, print_receipt, print_table, working
from coursepush.errors import PlanError

if TYPE_CHECKING:
    from coursepush.district import District
    from coursepush.plan.plan import Plan

WOULD_CHANGE = 2
"""Exit code of a plan that would write something."""

_SHORTEST_DIGEST = 8


def masters_asked(district: District, **given: Any) -> dict[str, Any]:
    """What the options of :data:`MASTERS` ask for, as ``district.plan_master_push`` takes it."""
    return {
        "catalog": named(district, "catalog", "name", [given["catalog"]])[0],
        "year": given["year"],
        "mode": given["mode"],
        "to_sections": given["to_sections"],
        "calendars": named(district, "calendar", "name", given["calendar"]) or None,
        "masters": named(district, "course_master", "number", given["master"]) or None,
        "courses": named(district, "course", "number", given["course"]) or None,
        "data": list(given["data"]) or None,
        "blanks": given["blanks"],
        "today": _day(given["today"]),
        "assume_unused": given["assume_unused"],
    }


def courses_asked(district: District, **given: Any) -> dict[str, Any]:
    """The same of :data:`COURSES`, for ``district.plan_course_push``."""
    return {
        "calendar": named(district, "calendar", "name", [given["calendar"]])[0],
        "courses": named(district, "course", "number", given["course"]) or None,
        "sections": named(district, "section", "number", given["section"]) or None,
        "data": list(given["data"]) or None,
        "overwrite_categories": given["overwrite_categories"],
        "today": _day(given["today"]),
        "assume_unused": given["assume_unused"],
    }


def links_asked(district: District, **given: Any) -> dict[str, Any]:
    """The same of :data:`LINKS`, for ``district.plan_links``."""
    return {
        "catalog": named(district, "catalog", "name", [given["catalog"]])[0],
        "year": given["year"],
        "calendars": named(district, "calendar", "name", given["calendar"]) or None,
        "courses": named(district, "course", "number", given["course"]) or None,
        "data": list(given["data"]) or None,
        "by": given["by"],
    }


def _masters_plan(district: District, **given: Any) -> Plan:
    with working("Planning"):
        return district.plan_master_push(**masters_asked(district, **given))


def _courses_plan(district: District, **given: Any) -> Plan:
    with working("Planning"):
        return district.plan_course_push(**courses_asked(district, **given))


def _links_plan(district: District, **given: Any) -> Plan:
    with working("Planning"):
        return district.plan_links(**links_asked(district, **given))


@contextmanager
def _tried_on(district: Path, what_if: Path | None, setup: Path | None = None) -> Generator[District]:
    """The district in the file, or the scenario on it whose text is in a file; what was missed is said.

    Args:
        what_if: of a scenario to try. setup: of one whose edits are to become real, with what is planned.
    """
    if what_if is not None and setup is not None:
        raise click.UsageError("--what-if tries a scenario, and --setup plans to make it real: give one of them.")
    what_if = what_if or setup
    with open_file(district) as opened:
        if what_if is None:
            yield opened
            return
        with opened.what_if(what_if.stem, edits=what_if) as scenario:
            click.echo(str(scenario))
            click.echo()
            yield scenario


def _real(opened: District, made: Plan, setup: Path | None) -> Plan:
    """The plan itself, or, where it was made in a scenario that is to become real, one of both."""
    return made if setup is None else opened.plan_setup((), then=made)


def _day(given: dt.datetime | None) -> dt.date | None:
    return None if given is None else given.date()


@cli.group()
def plan() -> None:
    """Preview a push. Nothing is written to the district. Exits with 2 where something would change."""


@plan.command("masters")
@MASTERS
@WHAT_IF
@SETUP
@SHOW
@click.pass_context
def plan_masters(context: click.Context, district: Path, **given: Any) -> None:
    """Push All Course Masters: from the masters of a catalog to courses, and to sections if asked."""
    with _tried_on(district, given.pop("what_if"), given["setup"]) as opened:
        preview(context, _real(opened, _masters_plan(opened, **given), given.pop("setup")), **given)


@plan.command("courses")
@COURSES
@WHAT_IF
@SETUP
@SHOW
@click.pass_context
def plan_courses(context: click.Context, district: Path, **given: Any) -> None:
    """Push All Courses: from the courses of a calendar to their sections."""
    with _tried_on(district, given.pop("what_if"), given["setup"]) as opened:
        preview(context, _real(opened, _courses_plan(opened, **given), given.pop("setup")), **given)


@plan.command("links")
@LINKS
@WHAT_IF
@SHOW
@click.pass_context
def plan_links(context: click.Context, district: Path, **given: Any) -> None:
    """Links that an extract lacks, by key: which rows of courses and sections come from which row above."""
    with _tried_on(district, given.pop("what_if")) as opened:
        preview(context, _links_plan(opened, **given), **given)


@plan.command("undo")
@DISTRICT
@click.argument("push_id", type=int)
@click.option("--partial", is_flag=True, help="Take back what can be, and leave what newer work rests on.")
@SHOW
@click.pass_context
def plan_undo(context: click.Context, district: Path, push_id: int, partial: bool, **given: Any) -> None:
    """Preview taking push PUSH_ID back."""
    with open_file(district) as opened:
        preview(context, opened.plan_undo(push_id, partial=partial), **given)


def preview(context: click.Context, made: Plan, *, rows: bool, out: Path | None, page: Path | None,
             forecast: bool, save: Path | None, changes: Path | None, sheet_per_school: bool,
             **_: Any) -> None:  # fmt: skip
    """Show a plan, in all the ways that were asked for."""
    print_plan(made)
    if forecast:
        print_forecast(made)
    if rows:
        click.echo()
        print_table(made.rows(names=True).drop("course_id", "section_id", "row_id", "parent_row_id", "teacher"))
    if out is not None:
        write_rows(made, out, sheet_per_school=sheet_per_school)
        click.echo(f"Rows: {out.resolve()}")
    if page is not None:
        from coursepush.reports.files import write_text
        from coursepush.reports.plan.page import plan_page

        write_text(plan_page(made), page)
        click.echo(f"Page: {page.resolve()}")
    if save is not None:
        click.echo(f"Saved: {Path(made.save(save)).resolve()}")
    if changes is not None:
        from coursepush.export.changes import write_changes

        written = write_changes(made.store, made, changes)
        click.echo(f"\nChanges, a file for each school, in {changes.resolve()}:")
        print_table(written.with_columns(file=written["file"].str.split(os.sep).list.last()))
    context.exit(WOULD_CHANGE if made.writes else 0)


def write_rows(made: Plan, out: Path, *, sheet_per_school: bool) -> None:
    """Every row of a plan but what is the same already: in words, or, in Parquet, as programs read it."""
    from coursepush.reports.files import write_frame
    from coursepush.reports.reports import Reports
    from coursepush.reports.result.report import OUTCOMES

    if out.suffix.lower() == ".parquet":
        write_frame(made.rows(names=True), out)
    else:
        Reports(made.store).push_result(made, outcome=OUTCOMES).save(out, sheet_per_school=sheet_per_school)


@cli.group()
def apply() -> None:
    """Push: plan again and apply, if that is what was previewed."""


@apply.command("masters")
@MASTERS
@AGREE
def apply_masters(district: Path, digest: str | None, yes: bool, **given: Any) -> None:
    """Push All Course Masters, with the options of the preview."""
    with open_file(district) as opened:
        apply_made(district, opened, _masters_plan(opened, **given), digest, yes)


@apply.command("courses")
@COURSES
@AGREE
def apply_courses(district: Path, digest: str | None, yes: bool, **given: Any) -> None:
    """Push All Courses, with the options of the preview."""
    with open_file(district) as opened:
        apply_made(district, opened, _courses_plan(opened, **given), digest, yes)


@apply.command("links")
@LINKS
@AGREE
def apply_links(district: Path, digest: str | None, yes: bool, **given: Any) -> None:
    """Give rows the links of the preview; no value changes."""
    with open_file(district) as opened:
        apply_made(district, opened, _links_plan(opened, **given), digest, yes)


@apply.command("saved")
@DISTRICT
@click.argument("planfile", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--assume-unused", is_flag=True, help="Needed again where the plan was made with it.")
@click.option("--partial", is_flag=True, help="Needed again where the plan, of an undo, was made with it.")
@AGREE
def apply_saved(district: Path, planfile: Path, digest: str | None, yes: bool, **permitted: bool) -> None:
    """Apply the plan that "plan ... --save PLANFILE" saved, if the district still is as it was then."""
    with open_file(district) as opened:
        apply_made(district, opened, opened.load_plan(planfile), digest, yes, **permitted)


@cli.command()
@DISTRICT
@click.argument("push_id", type=int)
@click.option("--partial", is_flag=True, help="Take back what can be, and leave what newer work rests on.")
@AGREE
def undo(district: Path, push_id: int, partial: bool, digest: str | None, yes: bool) -> None:
    """Take push PUSH_ID back: all it wrote, as it was before."""
    with open_file(district) as opened:
        apply_made(district, opened, opened.plan_undo(push_id, partial=partial), digest, yes)


def apply_made(
    path: Path, district: District, made: Plan, digest: str | None, yes: bool, **permitted: bool
) -> None:
    """Apply `made` if it is the plan meant: by its digest, by --yes, or by asking.

    `permitted`: what a plan from a file asks for, as given again.
    """
    from coursepush.apply.saved import check_permitted

    if digest is not None and len(digest) < _SHORTEST_DIGEST:
        raise click.UsageError(f"Give at least the first {_SHORTEST_DIGEST} characters of the digest.")
    if digest is not None and not made.digest.startswith(digest.lower()):
        raise PlanError(
            f"The plan is not the one you looked at: its digest is {made.digest}, not {digest}. The district "
            "or the options have changed. Nothing was written; preview again."
        )
    print_plan(made, is_preview=False)
    click.echo()
    if not made.writes:
        click.echo("Nothing would change, so nothing was applied.")
        return
    check_permitted(made, [name for name, given in permitted.items() if given])
    if digest is None and not yes:
        if not sys.stdin.isatty():
            raise PlanError(
                "Nothing was written: nobody is there to confirm. Give the preview's digest (--digest "
                f"{made.digest[:12]}), or --yes."
            )
        click.confirm(f"Write {made.writes:,} rows to the district?", abort=True)
    with working("Applying"):
        receipt = district.apply(made, **permitted)
    with after(f"Push {receipt.push_id} is written."):
        print_receipt(receipt, path)
