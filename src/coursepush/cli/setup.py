"""Commands that plan setup itself, and the year's other steps, and apply such a plan."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from coursepush.cli.group import named, open_file
from coursepush.cli.options import AGREE, DISTRICT, SHOW, YEAR
from coursepush.cli.pushes import apply, apply_made, plan, preview

EDITS = click.option(
    "--edits",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="A scenario's edits (TOML, as district.what_if(...).save makes).",
)


@plan.command("setup")
@DISTRICT
@EDITS
@SHOW
@click.pass_context
def plan_setup(context: click.Context, district: Path, edits: Path, **given: Any) -> None:
    """Setup itself: a scenario's edits, as a plan. With a push after them: "plan masters ... --setup FILE"."""
    with open_file(district) as opened:
        preview(context, opened.plan_setup(edits), **given)


@apply.command("setup")
@DISTRICT
@EDITS
@AGREE
def apply_setup(district: Path, edits: Path, digest: str | None, yes: bool) -> None:
    """Make a scenario's edits on the district, as in the preview."""
    with open_file(district) as opened:
        apply_made(district, opened, opened.plan_setup(edits), digest, yes)


@plan.command("roll")
@DISTRICT
@click.argument("calendar")
@click.option("--year", type=YEAR, help="The new school year: 2027-28, or 2028; by default the next one.")
@click.option("--name", help="The new calendar's name.")
@click.option("--start-date", type=click.DateTime(["%Y-%m-%d"]), help="Its first day.")
@click.option("--end-date", type=click.DateTime(["%Y-%m-%d"]), help="Its last day.")
@click.option("--inactive", is_flag=True, help="With inactive courses.")
@SHOW
@click.pass_context
def plan_roll(
    context: click.Context,
    district: Path,
    calendar: str,
    year: int | None,
    name: str | None,
    start_date: dt.datetime | None,
    end_date: dt.datetime | None,
    inactive: bool,
    **given: Any,
) -> None:
    """Roll CALENDAR forward: next year's courses, sections, terms and setup, without students' work."""
    with open_file(district) as opened:
        made = opened.plan_roll(
            named(opened, "calendar", "name", [calendar])[0],
            year=year,
            name=name,
            start_date=None if start_date is None else start_date.date(),
            end_date=None if end_date is None else end_date.date(),
            inactive=inactive,
        )
        preview(context, made, **given)


@plan.command("copy-master")
@DISTRICT
@click.argument("master")
@click.option("--catalog", required=True, help="Course catalog of MASTER.")
@click.option("--number", help="The new course master's number.")
@click.option("--name", help="The new course master's name.")
@click.option("--to-catalog", help="The catalog that it is copied to; by default its own.")
@click.option("--onto", multiple=True, help="Copy onto this course master instead; may be repeated.")
@click.option("--data", multiple=True, help="Only this data type, and what it needs; may be repeated.")
@SHOW
@click.pass_context
def plan_copy_master(
    context: click.Context,
    district: Path,
    master: str,
    catalog: str,
    number: str | None,
    name: str | None,
    to_catalog: str | None,
    onto: tuple[str, ...],
    data: tuple[str, ...],
    **given: Any,
) -> None:
    """Copy the course master MASTER to a new one, or onto others."""
    with open_file(district) as opened:
        made = opened.plan_copy_master(
            catalog,
            master,
            number=number,
            name=name,
            to_catalog=to_catalog,
            onto=list(onto) or None,
            data=list(data) or None,
        )
        preview(context, made, **given)


@plan.command("ignore")
@DISTRICT
@click.argument("courses", nargs=-1, required=True)
@click.option("--calendar", help="Only courses of this calendar.")
@click.option("--off", is_flag=True, help="Clear it again.")
@SHOW
@click.pass_context
def plan_ignore(
    context: click.Context, district: Path, courses: tuple[str, ...], calendar: str | None, off: bool, **given: Any
) -> None:
    """Ignore Master Push on COURSES, by number."""
    with open_file(district) as opened:
        preview(context, opened.plan_ignore(list(courses), calendar=calendar, on=not off), **given)


@plan.command("lock")
@DISTRICT
@click.argument("locks", nargs=-1, required=True)
@click.option("--catalog", required=True, help="Course catalog.")
@click.option("--off", is_flag=True, help="Unlock them.")
@SHOW
@click.pass_context
def plan_lock(
    context: click.Context, district: Path, locks: tuple[str, ...], catalog: str, off: bool, **given: Any
) -> None:
    """Lock data types, composite_weights, course_info or course_info.<attribute> in a catalog."""
    with open_file(district) as opened:
        make = opened.plan_unlock if off else opened.plan_lock
        preview(context, make(catalog, *locks), **given)


@plan.command("relink")
@DISTRICT
@click.argument("courses", nargs=-1)
@click.option("--calendar", required=True, help="The courses' calendar; without COURSES all of them.")
@click.option("--data", multiple=True, help="Only this data type; may be repeated.")
@SHOW
@click.pass_context
def plan_relink(
    context: click.Context,
    district: Path,
    courses: tuple[str, ...],
    calendar: str,
    data: tuple[str, ...],
    **given: Any,
) -> None:
    """Link setup of COURSES to their course masters' again, broken links too; values stay."""
    with open_file(district) as opened:
        made = opened.plan_relink(list(courses) or None, calendar=calendar, data=list(data) or None)
        preview(context, made, **given)
