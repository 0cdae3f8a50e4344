"""Commands that submit a push to the batch queue, to be run by a worker when its time comes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from coursepush.cli.group import cli, open_file, open_unread
from coursepush.cli.options import COURSES, DISTRICT, LINKS, MASTERS, together
from coursepush.cli.pushes import courses_asked, links_asked, masters_asked
from coursepush.cli.queue import WHEN, print_job
from coursepush.cli.terminal import print_plan, working

if TYPE_CHECKING:
    from coursepush.district import District

Command = TypeVar("Command", bound=Callable[..., Any])

JOB_OPTIONS = together(
    WHEN,
    click.option("--high-priority", is_flag=True, help="Run before the others."),
    click.option("--keep", is_flag=True, help="Keep its files until the job is deleted, and not for 90 days."),
    click.option("--comment", default="", help="Why."),
    click.option("--submitted-by", metavar="NAME", help="Your name; the system's user is kept beside it."),
    click.option(
        "--report-folder", type=click.Path(file_okay=False, path_type=Path), help="Where its report goes."
    ),
)
LATER = click.option(
    "--later", is_flag=True, help="Plan it when its time comes. It then needs an approval of just that plan."
)


@cli.group()
def submit() -> None:
    """Submit to Batch: plan a push now, and have a worker run it now or at a date and time."""


def _submit(opened: District, what: Any, given: dict[str, Any], **permitted: bool) -> None:
    job = opened.queue.submit(
        what,
        given["at"],
        zone=given["zone"],
        priority="high" if given["high_priority"] else "normal",
        keep_until_deleted=given["keep"],
        comment=given["comment"],
        by=given["submitted_by"],
        report_folder=given["report_folder"],
        **permitted,
    )
    print_job(job)


def _planned(method: str, asked: dict[str, Any], opened: District, given: dict[str, Any]) -> None:
    """Submit a request as it is, or its plan."""
    if given["later"]:
        asked.pop("today", None)
        _submit(opened, opened.queue.request(method, **asked), given)
        return
    with working("Planning"):
        made = getattr(opened, method)(**asked)
    print_plan(made)
    click.echo()
    if not made.writes:
        click.echo("Nothing would change, so nothing was submitted.")
        return
    _submit(opened, made, given)


@submit.command("masters")
@MASTERS
@LATER
@JOB_OPTIONS
def submit_masters(district: Path, **given: Any) -> None:
    """Push All Course Masters."""
    with open_file(district) as opened:
        _planned("plan_master_push", masters_asked(opened, **given), opened, given)


@submit.command("courses")
@COURSES
@LATER
@JOB_OPTIONS
def submit_courses(district: Path, **given: Any) -> None:
    """Push All Courses."""
    with open_file(district) as opened:
        _planned("plan_course_push", courses_asked(opened, **given), opened, given)


@submit.command("links")
@LINKS
@LATER
@JOB_OPTIONS
def submit_links(district: Path, **given: Any) -> None:
    """Give rows the links that an extract lacks; no value changes."""
    with open_file(district) as opened:
        _planned("plan_links", links_asked(opened, **given), opened, given)


@submit.command("undo")
@DISTRICT
@click.argument("push_id", type=int)
@click.option("--partial", is_flag=True, help="Take back what can be, and leave what newer work rests on.")
@LATER
@JOB_OPTIONS
def submit_undo(district: Path, push_id: int, partial: bool, **given: Any) -> None:
    """Take push PUSH_ID back."""
    with open_file(district) as opened:
        _planned("plan_undo", {"push_id": push_id, "partial": partial}, opened, given)


@submit.command("saved")
@DISTRICT
@click.argument("planfile", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--assume-unused", is_flag=True, help="Needed again where the plan was made with it.")
@click.option("--partial", is_flag=True, help="Needed again where the plan, of an undo, was made with it.")
@JOB_OPTIONS
def submit_saved(district: Path, planfile: Path, assume_unused: bool, partial: bool, **given: Any) -> None:
    """Submit the plan that "plan ... --save PLANFILE" saved; also while a push is written."""
    with open_unread(district) as opened:
        _submit(opened, planfile, given, assume_unused=assume_unused, partial=partial)
