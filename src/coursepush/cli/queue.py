"""Commands on the jobs of a district's batch queue: list, cancel, restart, reschedule, run now, delete."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coursepush.cli.group import cli, open_unread
from coursepush.cli.options import DISTRICT, OUT_AND_PAGE, together
from coursepush.cli.terminal import after, in_commands, print_table, working
from coursepush.errors import RequestError, cleaned

if TYPE_CHECKING:
    from coursepush.queue.states import Job

JOB = click.argument("job", type=int)
BY = click.option("--by", help="Your name; by default the system's user.")
AT = click.option("--at", metavar="WHEN", help='"2026-12-01 22:00", or "22:00"; local time. By default now.')
ZONE = click.option("--zone", metavar="NAME", help="The time zone of WHEN, such as America/Denver.")
WHEN = together(AT, ZONE)

_LEFT_OUT = ("title", "comment", "calendars", "data", "rows", "could_not", "report", "note", "notified", "push_id")

_NOTES_SHOWN = 10


def print_job(job: Job) -> None:
    """A job, and what to do about it."""
    click.echo(cleaned(job.headline))
    for said in (job.time_note, job.note, job.told or ""):
        if said:
            click.echo(f"  {in_commands(said)}")
    if job.report_path is not None:
        click.echo(f"  Get the report: {job.report_path}")


@cli.command()
@DISTRICT
@click.option(
    "--status", multiple=True, help="queued, processing, completed, canceled, failed, ...; may be repeated."
)
@click.option("--submitted-by", multiple=True, help="Only of this person; may be repeated.")
@OUT_AND_PAGE
def queue(
    district: Path, status: tuple[str, ...], submitted_by: tuple[str, ...], out: Path | None, page: Path | None
) -> None:
    """The Batch Queue List: what was submitted, and what came of it."""
    with open_unread(district) as opened:
        found = opened.queue.list(status=list(status) or None, submitted_by=list(submitted_by) or None)
        click.echo(found.answer)
        for note in found.notes:
            click.echo(in_commands(note))
        if not found.frame.is_empty():
            click.echo()
            print_table(found.frame.drop(_LEFT_OUT))
            said = found.frame.filter(found.frame["note"] != "").head(_NOTES_SHOWN)
            for number, note in said.select("job", "note").rows():
                click.echo(f"Job {number}: {in_commands(note)}")
        if out is not None:
            click.echo(f"Rows: {found.save(out).resolve()}")
        if page is not None:
            click.echo(f"Page: {Path(found.page(page)).resolve()}")


@cli.command()
@DISTRICT
@JOB
@BY
@click.option("--comment", default="", help="Why.")
def cancel(district: Path, job: int, by: str | None, comment: str) -> None:
    """Cancel a job. One that runs is stopped, unless it is being saved."""
    with open_unread(district) as opened:
        print_job(opened.queue.cancel(job, by=by, comment=comment))


@cli.command()
@DISTRICT
@JOB
@WHEN
@BY
def restart(district: Path, job: int, at: str | None, zone: str | None, by: str | None) -> None:
    """Queue a canceled or failed job anew, if its push surely was not written."""
    with open_unread(district) as opened:
        print_job(opened.queue.restart(job, at, zone=zone, by=by))


@cli.command()
@DISTRICT
@JOB
@WHEN
@BY
def reschedule(district: Path, job: int, at: str | None, zone: str | None, by: str | None) -> None:
    """Run a queued job at another time."""
    with open_unread(district) as opened:
        print_job(opened.queue.reschedule(job, at, zone=zone, by=by))


@cli.command("run-now")
@DISTRICT
@JOB
@BY
@click.pass_context
def run_now(context: click.Context, district: Path, job: int, by: str | None) -> None:
    """Run a queued job here and now, and wait for it. Exits with 1 where it failed."""
    with open_unread(district) as opened:
        with working("Running"):
            ended = opened.queue.run_now(job, by=by)
        with after(f"Job {job} came to its end."):
            print_job(ended)
        if ended.status == "failed":
            context.exit(1)


@cli.command("delete-job")
@DISTRICT
@JOB
@BY
def delete_job(district: Path, job: int, by: str | None) -> None:
    """Take a job out of the list, with its files. That there was one stays in the history."""
    with open_unread(district) as opened:
        opened.queue.delete(job, by=by)
        click.echo(f"Deleted: job {job}")


@cli.command()
@DISTRICT
@click.option(
    "--from", "source", metavar="FILE", help='Addresses, one a line, in FILE; "-" for the standard input.'
)
@click.option("--none", "nobody", is_flag=True, help="Tell nobody any more.")
@click.option("--when", default="always", show_default=True, help="always, or failed.")
@click.option("--test", "tries", is_flag=True, help="Send a message to every address.")
def notifications(district: Path, source: str | None, nobody: bool, when: str, tries: bool) -> None:
    """Who is told when a job is done: mail, Teams, Slack, Google Chat and more, by Apprise.

    Addresses hold passwords, so they are read from a file or the standard input and never shown.
    """
    with open_unread(district) as opened:
        if source is not None and nobody:
            raise click.UsageError("--none goes with no --from.")
        if source is not None or nobody:
            opened.queue.set_notifications(_addresses(source) if source is not None else [], when=when)
        told = opened.queue.notifications()
        click.echo(f"Told ({told.when}): {', '.join(told.kinds) or 'nobody'}")
        if tries:
            click.echo(opened.queue.test_notification())


def _addresses(source: str) -> list[str]:
    if source == "-":
        lines = sys.stdin.read().splitlines()
    else:
        try:
            lines = Path(source).expanduser().read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise RequestError(f"{source} cannot be read: {type(error).__name__}.") from error
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
