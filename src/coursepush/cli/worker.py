"""The command that runs the jobs of batch queues: without a screen, until it is asked to end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from coursepush.cli.group import NOT_KNOWN, WRITTEN_ALL_THE_SAME, cli, given_wait, open_unread
from coursepush.cli.queue import print_job
from coursepush.cli.terminal import in_commands

if TYPE_CHECKING:
    from coursepush.queue.worker import Worker

FILES = click.argument("districts", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))

_BETWEEN_WORDS = 1.0
"""Seconds between two looks at what there is to say."""

_WAITS = "What was not saved yet waits in the queue."


@cli.command()
@FILES
@click.option(
    "--once",
    is_flag=True,
    help="Run what is due and end; 1 where a job failed, 4 where that is not known. Stopped when a push was "
    "written, it ends with 0.",
)
@click.option("--poll", type=click.FloatRange(min=0.1), default=2.0, show_default=True, metavar="SECONDS",
              help="How often to look when there is nothing to run.")  # fmt: skip
@click.pass_context
def worker(context: click.Context, districts: tuple[Path, ...], once: bool, poll: float) -> None:
    """Run the jobs of these districts when their time comes, one at a time for each district.

    Ctrl-C and SIGTERM end it: what is being saved is saved, what is not saved yet is rolled back and waits in the
    queue for the next worker.
    """
    from coursepush.queue.worker import Worker

    files: list[Path] = []
    for path in districts:
        with open_unread(path) as opened:
            assert opened.store.path is not None
            files.append(opened.store.path)
    made = Worker(files, on_done=print_job, poll=poll, wait=given_wait())
    told: dict[Path, str] = {}
    if once:
        try:
            made.once()
        except KeyboardInterrupt as asked:
            if made.has_written:
                click.echo(f"Stopped, when a push was saved. {_WAITS}", err=True)
                context.exit(0)
            asked.add_note(_WAITS)
            raise
        finally:
            _tell_troubles(made, told)
        if made.not_known:
            context.exit(NOT_KNOWN)
        if any(job.status == "failed" for job in made.ran):
            context.exit(1)
        context.exit((WRITTEN_ALL_THE_SAME if made.has_written else 1) if told else 0)
    made.start()
    click.echo(f"Waiting for jobs of {', '.join(path.name for path in files)}. Ctrl-C ends it.")
    try:
        while made.is_running:
            made.wait(_BETWEEN_WORDS)
            _tell_troubles(made, told)
        made.wait()
    except KeyboardInterrupt as asked:
        ran = len(made.ran)
        was_busy = made.is_busy
        made.stop()
        if was_busy and len(made.ran) > ran:
            click.echo("Stopped, when what was being saved was saved.", err=True)
            context.exit(0)
        asked.add_note(_WAITS)
        raise


def _tell_troubles(worker: Worker, told: dict[Path, str]) -> None:
    """Say once what keeps the worker from a district, and again when that is something else."""
    for path, why in list(worker.troubles.items()):
        if told.get(path) != why:
            told[path] = why
            click.echo(f"{path}: {in_commands(why)}", err=True)
    for path in [path for path in told if path not in worker.troubles]:
        del told[path]
